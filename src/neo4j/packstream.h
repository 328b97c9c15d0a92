/* PackStream: the values of Bolt as bytes (https://neo4j.com/docs/bolt/current/packstream/). Pure. What is read becomes the same values
 * as those of Jolt (jolt.h), so that nothing above can tell which protocol carried them. */
#ifndef NEO4J_PACKSTREAM_H
#define NEO4J_PACKSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"
#include "base/text.h"
#include "base/value.h"

/* ---- writing: appended to `out`; where it does not fit, out->full ---- */

void pack_null(struct text *out);
void pack_bool(struct text *out, bool b);
void pack_int(struct text *out, int64_t i);
void pack_float(struct text *out, double d);
void pack_text(struct text *out, const char *s, size_t n);
void pack_string(struct text *out, const char *s);       /* NULL: null */
void pack_list(struct text *out, uint32_t n);            /* then n values */
void pack_map(struct text *out, uint32_t n);             /* then n times a text and a value */
void pack_struct(struct text *out, uint8_t tag, uint8_t fields); /* at most 15 fields */
/* A value of ours: TIME as an ISO text and DURATION as milliseconds (no statement of ours takes the structures); absent is null. */
void pack_value(struct text *out, struct value v);

/* ---- reading ---- */

struct unpack {
    const uint8_t *p, *end;
    struct arena *arena;
    const char *wrong; /* NULL: well; else what makes no sense. Stays. */
    unsigned deepest;  /* VALUE_DEPTH_MAX, unless it is set otherwise after unpack_begin */
};

void unpack_begin(struct unpack *u, const void *bytes, size_t n, struct arena *a);
/* The next value; absent (WRONG_SHAPE) when there is none, and u->wrong says why. Deeper than u->deepest: absent (TOO_LARGE),
 * and it goes on behind it. Structures: nodes and relationships are maps, paths lists, dates, local times, points and vectors their
 * text, zoned date-times TIME, durations DURATION or their text; of an unknown one a map of its tag and fields. */
struct value unpack_value(struct unpack *u);
/* A structure's head: its tag and how many fields follow. False: it is none. */
bool unpack_struct(struct unpack *u, uint8_t *tag, uint8_t *fields);
/* A list's head: how many values follow. False: it is none. */
bool unpack_list(struct unpack *u, uint32_t *n);
static inline bool unpack_ended(const struct unpack *u)
{
    return u->p == u->end;
}

#endif
