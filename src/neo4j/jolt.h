/* Jolt: one JSON event a line, values with a sigil for their type ({"Z": "1"}); and the decoders of the other dialects. */
#ifndef NEO4J_JOLT_H
#define NEO4J_JOLT_H

#include <cJSON.h>
#include "neo4j/jolt_events.h"

/* A strict or sparse Jolt value. Points, dates and local times become their text, zoned date-times TIME, durations DURATION, nodes
 * {id, labels, properties}, relationships {id, start, type, end, properties}, paths lists. An unknown sigil stays a map. */
struct value jolt_value(const cJSON *node, struct arena *a);
/* The text of a string, plain or {"U": ...}; NULL when it is none. Lives with the tree. */
const char *jolt_text(const cJSON *node);
/* A temporal value as Neo4j prints it: DURATION, TIME, or the text as it stands. */
struct value temporal_value(struct arena *a, const char *s);

bool jolt_decode(const struct decoding *d);
bool json_decode(const struct decoding *d);
bool query_decode(const struct decoding *d);
/* The first error of a list of {code, message}, in any of the three dialects. True when there was one: *e is filled. */
bool decode_errors(const struct decoding *d, const cJSON *errors);

#endif
