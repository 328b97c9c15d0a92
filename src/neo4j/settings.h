/* The table of settings.def: names, types and defaults of the settings that neodeck needs, by version of the server. */
#ifndef NEO4J_SETTINGS_H
#define NEO4J_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/version.h"

enum setting_id {
#define SETTING(id, type, help) SETTING_##id,
#define NAMED(...)
#define DEFAULT(...)
#define USUAL(...)
#include "tables/settings.def"
#undef SETTING
#undef NAMED
#undef DEFAULT
#undef USUAL
    NSETTINGS
};

enum setting_type {
    SETTING_TYPE_PATH,
    SETTING_TYPE_ADDRESS, /* host:port, :port or host */
    SETTING_TYPE_HOST,
    SETTING_TYPE_BOOL,
    SETTING_TYPE_BYTES,
    SETTING_TYPE_DURATION,
    SETTING_TYPE_NUMBER,
    SETTING_TYPE_TEXT,
    SETTING_TYPE_LINES, /* may be given many times, all count */
};

/* What a relative path is relative to. */
enum setting_base { BASE_NONE, BASE_HOME, BASE_CONF, BASE_DATA, BASE_LOGS, BASE_DATABASE };

/* How a server takes a name that stands in its file. */
enum setting_fate {
    FATE_OWN,        /* its own name */
    FATE_TRANSLATED, /* an older name that it still takes */
    FATE_IGNORED,    /* known to be gone, no effect */
    FATE_UNKNOWN,    /* of a newer or older line: as if it never was */
};

struct setting_default {
    const char *value; /* "": none */
    enum setting_base base;
};

enum setting_type setting_type(enum setting_id id);
const char *setting_help(enum setting_id id);
/* What servers of this version call it; NULL: they have no such setting. A version of all zeros stands for the newest. */
const char *setting_name(enum setting_id id, struct version v);
struct setting_default setting_default(enum setting_id id, struct version v);
/* Which setting a name stands for in any version, NSETTINGS: none of these. Case counts. *fate and *rank (NULL allowed) tell how a
 * server of version v takes it; of several names that count, the one with the lowest rank does. */
enum setting_id setting_find(const char *name, struct version v, enum setting_fate *fate, unsigned *rank);
/* Where packages and the container image have it; NULL: nowhere in particular. */
const char *setting_usual(enum setting_id id, bool container);

#endif
