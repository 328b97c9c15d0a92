/* Where an instance is: what a TARGET, a `uri` or NEO4J_URI may say. */
#ifndef CONF_TARGET_H
#define CONF_TARGET_H

#include <stdbool.h>
#include "base/error.h"
#include "base/text.h"

enum target_kind {
    TARGET_NAME,  /* an instance of the configuration: name */
    TARGET_HTTP,  /* http:// https:// */
    TARGET_BOLT,  /* bolt:// neo4j:// and their +s and +ssc */
    TARGET_SSH,   /* ssh://[user@]host[:port][/neo4j-home]: host, port 0 when not given, user, path */
    TARGET_HOME,  /* the path of a local Neo4j home */
};

struct target {
    enum target_kind kind;
    char scheme[12]; /* "https", "neo4j+s"; "" of NAME and HOME */
    bool tls;
    bool insecure;   /* +ssc: the certificate is not verified */
    bool routing;    /* neo4j schemes */
    char host[256];  /* without brackets */
    int port;        /* the default one of the scheme when not written: 7474, 7473, 7687 */
    char user[64];   /* of ssh */
    char *name;      /* NAME; else what is shown: "db1:7474", "[::1]:7687", the path */
    char *path;      /* HOME: absolute; SSH: home or NULL */
};

/* A URI with one of the schemes above. A user or password in it is refused, except the user of ssh. ERR_USAGE with words. */
bool target_parse_uri(const char *uri, struct target *out, struct err *e);
/* Any TARGET that is no name of the configuration (the caller has looked): a URI, or a path (with a '/', '.' or '~' that says so) of a
 * directory that exists. */
bool target_parse(const char *word, struct target *out, struct err *e);
void target_release(struct target *t);
/* "https://db1:7473", "bolt+s://[::1]:7687", "ssh://admin@db1/var/lib/neo4j", or the path. */
void target_uri(const struct target *t, struct text *out);
/* On this machine: localhost, 127/8, ::1, a path. No name is looked up. */
bool target_is_local(const struct target *t);

#endif
