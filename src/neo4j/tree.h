/* A JSON text as a tree, by cJSON, with what cJSON alone would lose: integers beyond 2^53, the difference between 1 and 1.0, NUL
 * characters and lone surrogates inside strings. Safe on any thread. */
#ifndef NEO4J_TREE_H
#define NEO4J_TREE_H

#include <cJSON.h>
#include "base/value.h"
#include "neo4j/scan.h"

/* NULL when the text is not exactly one JSON value. Freed with cJSON_Delete. Strings and names in it are read by the functions below
 * only: they carry marks. */
cJSON *tree_parse(struct slice json);
/* The text of a string node or NULL; lives with the tree. */
const char *tree_text(const cJSON *node);
const char *tree_name(const cJSON *member);
/* Member by its name, exact case; NULL when it is none or `object` is no object (NULL too). */
const cJSON *tree_get(const cJSON *object, const char *name);
/* null, true, numbers and strings as such; lists and maps too, at most VALUE_DEPTH_MAX deep, deeper ones are absent (TOO_LARGE). */
struct value tree_value(const cJSON *node, struct arena *a);
/* An integer's digits as INT when they fit, anything else that is a number as FLOAT; false when it is no number. */
bool tree_number(const char *s, struct value *out);

/* A cell that is nested deeper than this is not kept. */
enum { VALUE_DEPTH_MAX = 40 };

/* Builds a list or map of values of unknown length, then copies it into the arena. Zero-initialised is empty. */
struct values {
    struct value *v;
    size_t n, cap;
};
void values_add(struct values *l, struct value v);
struct value values_list(struct values *l, struct arena *a); /* and releases it */
struct value values_map(struct values *l, struct arena *a);  /* key, value, key, value */

#endif
