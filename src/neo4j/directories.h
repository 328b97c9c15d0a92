/* Where a server has its files, from its configuration and how it was installed. */
#ifndef NEO4J_DIRECTORIES_H
#define NEO4J_DIRECTORIES_H

#include "neo4j/config.h"

enum layout {
    LAYOUT_TARBALL,  /* everything under the home */
    LAYOUT_PACKAGE,  /* Debian or RPM: /var/lib/neo4j, /etc/neo4j, /var/log/neo4j, /usr/share/neo4j */
    LAYOUT_CONTAINER /* the vendor's image: /var/lib/neo4j, /data, /logs, /plugins */
};

struct install {
    const char *home; /* absolute */
    const char *conf; /* directory of neo4j.conf; NULL: home/conf, or the package's */
};

enum layout install_layout(const struct install *in);
/* Directory of neo4j.conf, absolute. */
void install_conf(const struct install *in, struct text *out);

enum path_from {
    PATH_UNKNOWN, /* no such place, or not to be known (a command): out is empty */
    PATH_GIVEN,   /* a line of the configuration says it */
    PATH_DEFAULT, /* the server's default */
    PATH_USUAL    /* the configuration was not read: where this layout has it */
};

/* The absolute, normalised path (no "." and "..", links not followed) of a setting of type PATH. `c` is NULL when the configuration
 * could not be read; then v says the version. `out` is cleared first. */
enum path_from install_path(const struct install *in, const struct config *c, struct version v, enum setting_id id, struct text *out);
/* Appends `path`, made absolute by `base`, with "." ".." and doubled slashes resolved as text. */
void path_resolve(const char *base, const char *path, struct text *out);

#endif
