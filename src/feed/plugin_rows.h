/* What the server has loaded, matched with the files in its directories: the rows of SHEET_PLUGINS. Pure. */
#ifndef FEED_PLUGIN_ROWS_H
#define FEED_PLUGIN_ROWS_H

#include "model/model.h"
#include "neo4j/jar.h"

/* What shares a prefix, as the server lists it. */
struct plugin_loaded {
    const char *prefix;         /* "apoc", "com.acme" */
    struct value procedures, functions;
    struct value version;       /* as it says itself; absent NOT_APPLICABLE: it has no way to */
    const char *trouble;        /* why its version could not be had; NULL */
};

enum plugin_place { PLACE_PLUGINS, PLACE_LABS, PLACE_PRODUCTS };

struct plugin_file {
    enum plugin_place place;
    const char *dir, *name;     /* "/var/lib/neo4j/plugins", "apoc-5.26.19-core.jar" */
    int64_t size, mtime_ms;     /* bytes; ms since 1970, 0: not known */
    struct jar_info info;
    struct err err;             /* it is no jar, or could not be read: info has what its name says */
    const char *sha256;         /* NULL: not known (yet) */
};

struct plugin_facts {
    const char *instance;
    const struct plugin_loaded *loaded; /* with what is built in */
    size_t nloaded;
    struct err server;          /* ERR_NONE: `loaded` is what the server has */
    const struct plugin_file *files;
    size_t nfiles;
    struct err host;            /* ERR_NONE: `files` is what is there */
    const char *directory;      /* plugins/, where it was asked for; NULL */
    size_t left_out;            /* files that were not looked at: there are too many */
    const char *allowlist, *unrestricted; /* NULL: the configuration is not known */
    const char *server_version; /* "": not known */
    int64_t started_ms;         /* of the server's process; 0: not known */
};

/* Loaded plugins first, then what should be loaded and is not, further files, and what could be enabled. Each file has one row. */
void plugin_rows(struct relation *rel, const struct plugin_facts *p);

#endif
