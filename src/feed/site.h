/* Where an instance lives on its machine: what was found there, from where, and what its files say. Read only for everybody but the
 * files that find it: machine.c and look*.c look at the machine, locate.c chooses, site_*.c and evidence.c read and judge. */
#ifndef FEED_SITE_H
#define FEED_SITE_H

#include "neo4j/config.h"
#include "neo4j/directories.h"
#include "neo4j/jvm_cmdline.h"
#include "neo4j/log_files.h"
#include "neo4j/systemd.h"
#include "port/port.h"

/* What is known of an instance before its machine was looked at. Texts may be NULL. */
struct site_wish {
    const char *home;         /* from the configuration, or the TARGET */
    bool found;               /* no, the home was found by a look at the machine */
    const char *conf;         /* directory of neo4j.conf, where it is not the usual one */
    int port;                 /* of the URI; 0: none */
    const char *no_host;      /* words: why its machine cannot be looked at; NULL: it can */
};

enum site_state { SITE_UNKNOWN, SITE_FOUND, SITE_NOT_FOUND, SITE_NO_HOST };
enum site_from { SITE_CONFIGURED, SITE_PROCESS, SITE_UNIT, SITE_PACKAGE, SITE_CONTAINER, SITE_ENVIRONMENT, SITE_NEARBY, SITE_REMEMBERED };
const char *site_from_name(enum site_from f); /* "process" */

enum { SITE_LOGS_MAX = 40, SITE_NOTES_MAX = 64 };

/* A log that the server writes, or would: a file, or the journal. */
struct site_log {
    const char *name;         /* "neo4j.log"; a second file of a kind has its own name */
    const char *path;         /* absolute, as it is reached from here; NULL: in the journal of .unit */
    const char *unit;
    bool json;
    bool gc;                  /* a log of the Java machine: its times may only count from the start of the process */
};

struct site {
    enum site_state state;
    struct err err;           /* of NOT_FOUND and NO_HOST */
    struct arena arena;       /* all texts */
    int64_t looked_ms;        /* wall clock */
    bool incomplete;          /* a disk did not answer in time: there is more than is known, and it is looked for again soon */
    enum site_from from;
    struct install install;   /* home and conf; home NULL: not found */
    enum layout layout;
    struct version version;   /* of the files; zeros: not known */
    const char *edition;      /* "enterprise", "community", "": not known */

    /* what runs */
    int64_t pid;              /* 0: no process */
    int64_t started_ms;       /* since 1970; 0: not known */
    const char *os_user;      /* of the process; "": not known */
    int64_t os_uid;           /* its number; -1: not known */
    struct jvm_cmdline jvm;   /* zeros without a process */
    bool container;           /* the process has a root of its own: `install` and what the configuration says are paths inside it */
    const char *root;         /* put before such a path to reach it from here: "/proc/4711/root"; "": nothing is */
    const char *unit_name;    /* "neo4j.service"; NULL: none */
    struct systemd_unit unit;
    bool unit_known;
    bool hidden;              /* processes of other users may not be seen (hidepid): that none was found proves nothing */

    /* its configuration; NULL: could not be read, config_err says why */
    struct config *config;
    struct err config_err;
    const char *managed_by;   /* "Ansible", "Helm", ...; NULL: nobody says so */

    struct site_log logs[SITE_LOGS_MAX];
    size_t nlogs;

    /* What was seen, from where ("systemd unit neo4j.service: active (running), pid 4711"), and where it disagrees. */
    const char *evidence[SITE_NOTES_MAX];
    size_t nevidence;
    const char *disagreements[SITE_NOTES_MAX];
    size_t ndisagreements;
};

void site_free(struct site *s); /* accepts NULL */
/* Absolute path of a setting of type PATH, as the server has it (from here it is behind `root`); cleared when there is none. */
enum path_from site_path(const struct site *s, enum setting_id id, struct text *out);

/* ---- the machine: looked at once for all the instances that live on it ---- */

/* What may be an instance: a process, a unit, a directory. */
struct candidate {
    enum site_from from;
    const char *home, *conf;  /* NULL: not known */
    int64_t pid, started_ms;
    const char *os_user;
    int64_t os_uid;           /* -1: not known */
    struct jvm_cmdline jvm;
    bool container;
    const char *unit_name;
    struct systemd_unit unit;
    bool unit_known;
};

struct machine;
struct machine *machine_new(const struct port *p);
void machine_free(struct machine *m);
/* Looks by way of the host of `instance`, unless that was done in the last `fresh_ms`; then `done`, never from inside. `homes` ends in
 * NULL, may be NULL: further directories to look at (as SITE_REMEMBERED). One look at a time: who comes meanwhile waits for it. */
void machine_look(struct machine *m, uint32_t instance, const char *const *homes, int64_t fresh_ms, void (*done)(void *), void *data);
void machine_forget(struct machine *m, void *data); /* `data` waits no more */
/* Valid until the next look. */
size_t machine_candidates(const struct machine *m, const struct candidate **out);

/* ---- one instance ---- */

struct locate;
/* Finds the instance of a wish on the machine, reads its configuration, and gives the site away: done(data, site), never from inside. */
struct locate *site_locate(struct machine *m, const struct port *p, uint32_t instance, const struct site_wish *wish,
                           void (*done)(void *data, struct site *s), void *data);
void locate_free(struct locate *l); /* cancels; done is not called any more. Accepts NULL */

/* ---- all that is on a machine, for who has no configuration ---- */

struct finder;
/* `done` once, never from inside: then finder_site. */
struct finder *finder_new(const struct port *p, uint32_t instance, const char *const *homes, void (*done)(void *data), void *data);
void finder_free(struct finder *f);
size_t finder_count(const struct finder *f);
const struct site *finder_site(const struct finder *f, size_t i);
/* Where its server is asked: "bolt://localhost:7687", what the configuration says of its connectors; "" when it has none that can be
 * asked so. ASKED_ANY: over Bolt, else HTTP, and over TLS only when nothing else is there (its certificate is hardly for localhost).
 * `name`: a short one that no other has: of its unit, or its directory. */
enum asked_over { ASKED_ANY, ASKED_BOLT, ASKED_HTTP };
void finder_uri(const struct finder *f, size_t i, enum asked_over over, struct text *out);
void finder_name(const struct finder *f, size_t i, struct text *out);

#endif
