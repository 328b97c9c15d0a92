/* Settings: what the server says of each, what stands in its file, and where the two disagree. Pure. */
#ifndef FEED_SETTINGS_ROWS_H
#define FEED_SETTINGS_ROWS_H

#include "model/model.h"
#include "neo4j/config.h"

/* What the server said of one setting. Absent cells tell why. */
struct server_setting {
    const char *name;
    struct value value, by_default, startup, dynamic, explicitly, deprecated, valid, description;
};

/* Rows of SHEET_SETTINGS: those of the server, then those that only the file has, then lines of the file that are wrong. config NULL:
 * nothing is known of the file, no_file tells why. `no_server`: why a setting of the file has no value of the server; `complete`: the
 * server has told of all that it has, so what it does not name it does not know. */
void settings_rows(struct relation *to, const char *instance, const struct server_setting *server, size_t n, bool complete,
                   enum absent no_server, const struct config *config, enum absent no_file);

#endif
