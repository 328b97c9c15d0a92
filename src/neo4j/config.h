/* neo4j.conf as the server itself reads it, by version. Pure: the bytes of the files in, items and problems out.
 *
 * The grammar is that of Java's property files, in every version:
 *     name=value   name: value   name value      blanks around the name and before the value are dropped (behind it, too)
 *     # comment, ! comment                       on a line of their own only
 *     a line that ends in a backslash            goes on in the next, without the blanks at its beginning
 *     \t \n \r \f \uXXXX                         escapes; a backslash before anything else is dropped
 * with \n, \r or \r\n as the end of a line. Bytes are ISO 8859-1 before 2025.01 and UTF-8 since.
 * Of a name that is given twice 3.x takes the first, 4.x the last, and 5 and later refuse to start, unless strict validation is
 * off: then the last. Only the JVM arguments may be repeated. From 5 on a backslash in a path is turned into '/', and a character
 * that is no ASCII into '/uXXXX' (that is what these servers do, and where they then look). $(command) is told, never run. */
#ifndef NEO4J_CONFIG_H
#define NEO4J_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"
#include "base/text.h"
#include "base/version.h"
#include "neo4j/settings.h"

enum {
    CONFIG_FILE_MAX = 4 * 1024 * 1024, /* bytes of one file, the rest is not looked at */
    CONFIG_ITEMS_MAX = 20000,
    CONFIG_PROBLEMS_MAX = 200,
    CONFIG_VALUE_MAX = 64 * 1024 /* bytes of a name or a value */
};

/* What a file in the directory of the configuration is. */
enum config_role {
    CONFIG_OTHER,   /* nothing of Neo4j's */
    CONFIG_SERVER,  /* neo4j.conf */
    CONFIG_PLUGIN,  /* apoc.conf: read by a plugin, not by the server */
    CONFIG_ADMIN,   /* neo4j-admin.conf, neo4j-admin-*.conf: for the admin tools only */
    CONFIG_LOGGING, /* server-logs.xml, user-logs.xml: not in this grammar */
    CONFIG_ARGUMENT /* -c name=value on the server's command line, over everything */
};

struct config_item {
    const char *name, *value; /* decoded, trimmed, UTF-8 (NUL as U+FFFD) */
    const char *file;         /* as given to config_add */
    unsigned line;            /* from 1; 0: a whole file or an argument is the value */
    enum config_role role;
    enum setting_id setting;  /* NSETTINGS: none of those that neodeck knows */
    enum setting_fate fate;   /* of a setting that is known */
    unsigned rank;
    bool command;             /* $(...): what the value is is not known */
    bool counts;              /* after config_finish: this is what the server takes */
};

enum config_weight { CONFIG_NOTE, CONFIG_WARNING, CONFIG_REFUSED /* the server does not start with it */ };

struct config_problem {
    const char *file;
    unsigned line; /* 0: the file as a whole */
    enum config_weight weight;
    const char *words; /* may hold outside text */
};

struct config {
    struct version version; /* zeros: not known, the newest is taken */
    struct config_item *items;
    size_t nitems, items_cap;
    struct config_problem *problems;
    size_t nproblems, problems_cap;
    struct arena arena; /* all texts */
};

struct config *config_new(struct version v);
void config_free(struct config *c);
/* The lines of one file; `file` is copied. Any bytes. */
void config_add(struct config *c, const char *file, enum config_role role, const char *bytes, size_t n);
/* Where neo4j.conf is a directory (Kubernetes mounts it so), each file in it is one setting: its name the name, all that it holds
 * the value. Files whose name begins with a dot and folders are not read by the server: do not hand them in. */
void config_add_entry(struct config *c, const char *file, const char *name, const char *bytes, size_t n);
/* "name=value" from the command line of the server. False: there is no '='. */
bool config_add_argument(struct config *c, const char *argument);
/* To be called once, after the last file: decides what counts, and finds what is repeated, unknown to this version or no value of
 * its type. Before it no item counts. */
void config_finish(struct config *c);

/* What a setting is for this server. */
struct config_value {
    const char *text;               /* as written or the default; "": none */
    const struct config_item *item; /* NULL: the default */
};
struct config_value config_get(const struct config *c, enum setting_id id);
/* The same for any name as it stands in the file; NULL: not there or does not count. */
const struct config_item *config_item(const struct config *c, const char *name);
/* False, with *out untouched: no value, not of that type, or a command. */
bool config_bool(const struct config *c, enum setting_id id, bool *out);
bool config_bytes(const struct config *c, enum setting_id id, int64_t *out);

enum connector { CONNECTOR_BOLT, CONNECTOR_HTTP, CONNECTOR_HTTPS, CONNECTOR_BACKUP, NCONNECTORS };

struct config_address {
    char host[256]; /* without brackets; "" never */
    int port;
};

/* Where a connector listens. False when that cannot be known: a command, or no address. */
bool config_listens(const struct config *c, enum connector which, struct config_address *out);
bool config_connector_enabled(const struct config *c, enum connector which);
/* "host:port", ":port", "host", "[v6]:port", "[v6]"; what is missing is taken from *out, which therefore is filled before. */
bool config_address_parse(const char *s, struct config_address *out);

/* The tool that a comment in the head of a neo4j.conf says it is written by ("Ansible", "Helm"); NULL: nobody says so. */
const char *conf_managed_by(const char *bytes, size_t n);

#endif
