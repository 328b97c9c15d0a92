/* Between the files that make a struct config. */
#ifndef NEO4J_CONFIG_INSIDE_H
#define NEO4J_CONFIG_INSIDE_H

#include "neo4j/config.h"

/* Appends, up to CONFIG_PROBLEMS_MAX. */
void config_problem(struct config *c, const char *file, unsigned line, enum config_weight weight, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* Appends an item of already decoded texts, blanks around the value dropped; what counts is decided later. */
void config_item_add(struct config *c, const struct config_item *where, const char *name, const char *value, size_t n);
/* Whether a server of this version reads its file as UTF-8. */
bool config_is_utf8(struct version v);
/* The value makes sense for its type; else *expected says what would. */
bool config_value_fits(enum setting_type type, const char *value, const char **expected);

#endif
