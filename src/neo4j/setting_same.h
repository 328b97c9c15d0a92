/* A setting as it stands in a file and as the server shows it: the same value is written in different ways. */
#ifndef NEO4J_SETTING_SAME_H
#define NEO4J_SETTING_SAME_H

#include <stdbool.h>

/* "400m" and "400.00MiB", "60s" and "1m", "data" and "/var/lib/neo4j/data", ":7474" and "localhost:7474", "a, b" and "a,b", lines in any
 * order. In doubt they are the same: a difference that is told is one. NULL is as "". */
bool setting_same(const char *file, const char *server);
/* By its name it may hold what nobody should read: a password, a secret, a key. */
bool setting_is_secret(const char *name);
/* The server shows signs instead of it: "####". */
bool setting_is_masked(const char *value);

#endif
