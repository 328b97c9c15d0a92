/* The configuration: what the files say, with file and line, and what that means for one instance. */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include "base/error.h"
#include "base/text.h"
#include "conf/cmdline.h"
#include "conf/options.h"
#include "conf/target.h"

/* Where something was said. file is owned by the conf. */
struct place {
    const char *file;
    unsigned line, column;
};

/* One option as a file sets it, checked. PATHs are expanded: ~, and relative to the directory of the file. */
struct conf_item {
    enum option_id id;
    char *text;
    struct place at;
};

struct conf_items {
    struct conf_item *v;
    size_t n, cap;
};

struct conf_instance {
    char *name;
    struct place at; /* its first header */
    struct conf_items items;
};

struct conf_key {
    char *key, *command; /* as written; what they mean is the key map's business */
    struct place at;
};

enum problem_kind {
    PROBLEM_WARNING,  /* the line is ignored, nothing else changes */
    PROBLEM_INSTANCE, /* touches `instance`: whoever uses that one must stop with ERR_CONFIG */
    PROBLEM_ALL,      /* touches every instance: the login, the policy, or nobody can tell */
};

struct problem {
    enum problem_kind kind;
    struct place at;  /* line 0: the file as a whole */
    char *instance;   /* NULL: about none in particular */
    char *words;      /* not cleaned: may hold text of the file */
};

struct conf {
    char **files; /* those read, in order: later ones count more */
    size_t nfiles;
    struct conf_items options;
    struct conf_instance *instances; /* in the order of their first headers */
    size_t ninstances;
    struct conf_key *keys;
    size_t nkeys;
    struct problem *problems; /* at most CONF_PROBLEMS_MAX, the last says how many more there are */
    size_t nproblems, dropped;
    size_t instances_cap, keys_cap, problems_cap, files_cap;
};

#define CONF_FILE_MAX      ((size_t)1024 * 1024)
#define CONF_INSTANCES_MAX 5000
#define CONF_PROBLEMS_MAX  100
#define CONF_FILE_ETC      "/etc/neodeck/neodeck.conf"

struct conf *conf_new(void);
void conf_free(struct conf *c);
/* Takes what one file says, over what was there before. Pure. What is wrong becomes a problem, the rest counts. */
void conf_add(struct conf *c, const char *file, const char *bytes, size_t n);
/* The files: --config, else $NEODECK_CONFIG, else /etc/neodeck/neodeck.conf and over it the user's own. Usual files that do not exist are
 * no problem; one that was asked for and cannot be read is ERR_CONFIG. Files that others can write are refused. Reads the disk: before
 * the loop runs. */
bool conf_load(struct conf *c, const struct cmdline *cl, struct err *e);

const struct conf_instance *conf_instance(const struct conf *c, const char *name);
/* The first problem that must stop the use of this instance; NULL when there is none. instance NULL: only those that touch all. */
const struct problem *conf_fatal(const struct conf *c, const char *instance);
/* "/etc/neodeck/neodeck.conf:12:8: words" */
void problem_words(const struct problem *p, struct text *out);

/* A GLOBAL or CLI option: command line, else [options], else the default. The text is owned by conf, cl or the table. */
struct option_value conf_option(const struct conf *c, const struct cmdline *cl, enum option_id id);

enum conf_protocol { CONF_PROTOCOL_AUTO, CONF_PROTOCOL_BOLT, CONF_PROTOCOL_HTTP };
enum conf_auth { CONF_AUTH_BASIC, CONF_AUTH_BEARER, CONF_AUTH_NONE };
enum conf_lock { CONF_LOCK_REMOTE, CONF_LOCK_ALWAYS, CONF_LOCK_NEVER };

/* In the order of what counts more. FOUND: on the machine, in the configuration of the server itself. */
enum origin { FROM_DEFAULT, FROM_FOUND, FROM_OPTIONS, FROM_ENVIRONMENT, FROM_INSTANCE, FROM_TARGET, FROM_CMDLINE };
struct conf_origin {
    enum origin from;
    struct place at; /* of OPTIONS and INSTANCE */
};

/* Everything that is configured for one instance. Texts that are not set are NULL. */
struct instance_conf {
    char *name;                /* of the configuration, or the address */
    struct target where;       /* what uri or the TARGET says; its kind is never TARGET_NAME */
    char *uri;                 /* normalised: "https://db1:7473"; of a TARGET_HOME its path, until instance_conf_found */
    enum conf_protocol protocol; /* AUTO: what `where` says; BOLT with an http address: Bolt, where GET / of it says */
    enum conf_auth auth;
    char *user;
    char *password_file;
    char **password_command;   /* argv, NULL-terminated, for execvp and no shell */
    char **token_command;
    char *ca_file, *client_cert, *client_key;
    bool insecure;             /* tls = insecure, or a +ssc scheme */
    char *proxy, *group, *database;
    char *home;                /* of the server, absolute; from `home` or a TARGET that is one */
    char **become, **become_service, **start_command, **stop_command, **restart_command; /* argv as above */
    bool critical, read_only;
    enum conf_lock lock;
    struct conf_origin from[NOPTIONS];
};

/* An instance of the configuration by name, or any other TARGET. False with words: ERR_USAGE when there is no such target (with the
 * nearest name), ERR_CONFIG when a problem touches it. cl may be NULL. */
bool instance_conf_init(struct instance_conf *ic, const struct conf *c, const struct cmdline *cl, const char *target, struct err *e);
void instance_conf_release(struct instance_conf *ic);
/* What the files of the server itself say of an instance that was given by its home: where it is asked (NULL: not known), what it is
 * called (NULL: as before), and whether it wants no login, which counts where nothing else says how to log in. False: the URI is none. */
bool instance_conf_found(struct instance_conf *ic, const char *uri, const char *name, bool open, struct err *e);
/* Where an option's value came from, in words: "default", "its neo4j.conf", "found on this machine", "command line", "NEO4J_USERNAME", "/etc/neodeck/neodeck.conf:12". */
void instance_conf_origin(const struct instance_conf *ic, enum option_id id, struct text *out);

#endif
