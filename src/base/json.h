/* A JSON writer: commas, quoting and nesting are its business. Reading JSON is neo4j/'s, by cJSON. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include "base/text.h"
#include "base/value.h"

struct json {
    struct text *out;
    unsigned depth;     /* nesting, at most 64 */
    bool first[64];
    bool pretty;        /* two blanks a level, one member a line */
    bool after_key;     /* a name has been written, its value is due */
};

void json_init(struct json *j, struct text *out, bool pretty);
void json_begin_object(struct json *j);
void json_end_object(struct json *j);
void json_begin_list(struct json *j);
void json_end_list(struct json *j);
void json_key(struct json *j, const char *name);
void json_string(struct json *j, const char *s, size_t n); /* invalid UTF-8 becomes U+FFFD; C0, DEL, C1, bidi as \u escapes */
void json_str(struct json *j, const char *s);              /* NULL is null */
void json_int(struct json *j, int64_t i);
void json_float(struct json *j, double d);                 /* NaN and infinities as strings */
void json_bool(struct json *j, bool b);
void json_null(struct json *j);
/* TIME as RFC 3339 string, DURATION as number of ms, ABSENT as {"absent": "enterprise_only"}, lists and maps as such. */
void json_value(struct json *j, struct value v);

#endif
