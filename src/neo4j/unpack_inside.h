/* What unpack.c and structures.c know of each other. */
#ifndef NEO4J_UNPACK_INSIDE_H
#define NEO4J_UNPACK_INSIDE_H

#include "neo4j/packstream.h"

struct value unpack_at(struct unpack *u, unsigned depth);
/* A map's head: how many pairs follow. False: it is none. */
bool unpack_map(struct unpack *u, uint32_t *n);

/* structures.c: what a structure is, from its tag and fields. */
struct value structure_value(struct unpack *u, uint8_t tag, struct value fields);

#endif
