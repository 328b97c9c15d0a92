/* One value in 16 bytes: what a cell of any relation holds. Missing is a value with a reason. */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include "base/ids.h"
#include "base/mem.h"
#include "base/text.h"

enum value_type {
    V_ABSENT,   /* .absent tells why (absent.def) */
    V_BOOL,     /* u.i 0 or 1 */
    V_INT,      /* u.i */
    V_FLOAT,    /* u.d */
    V_TEXT,     /* u.s, len bytes, NUL-terminated, not sanitised */
    V_LIST,     /* u.list, len values */
    V_MAP,      /* u.list, len values: key, value, key, value (keys V_TEXT); len is even */
    V_TIME,     /* u.i milliseconds since 1970 UTC */
    V_DURATION, /* u.i milliseconds */
};

struct value {
    uint8_t type;   /* enum value_type */
    uint8_t absent; /* enum absent, only when type is V_ABSENT */
    uint32_t len;
    union {
        int64_t i;
        double d;
        const char *s;
        const struct value *list;
    } u;
};

struct value v_absent(enum absent why);
struct value v_bool(bool b);
struct value v_int(int64_t i);
struct value v_float(double d);
struct value v_time(int64_t ms);
struct value v_duration(int64_t ms);
struct value v_text(const char *s);              /* borrows s; NULL gives absent ABSENT_NULL */
struct value v_textn(const char *s, size_t n);   /* borrows; s[n] must be NUL */
struct value v_copy_text(struct arena *a, const char *s, size_t n);

/* Deep copy into the arena. */
struct value value_copy(struct arena *a, struct value v);
bool value_is(struct value v, enum value_type type);
/* Text of a V_TEXT, else `fallback`. */
const char *value_str(struct value v, const char *fallback);
/* Integer of INT, BOOL, TIME, DURATION; FLOAT is truncated; else fallback. */
int64_t value_i64(struct value v, int64_t fallback);
/* Value of a key in a V_MAP, or absent ABSENT_NULL. */
struct value value_get(struct value map, const char *key);
bool value_equal(struct value a, struct value b);
/* Total order for sorting: absent last, numbers by size (INT, FLOAT, BOOL, TIME, DURATION compare with each other), text by bytes. */
int value_compare(struct value a, struct value b);
/* Plain rendering for people and filters, Cypher-like for lists and maps ({a: 1}); absent adds nothing. Not sanitised. */
void value_render(struct value v, struct text *out);
/* The words for why a value is absent ("Enterprise only"), and the id used in JSON ("enterprise_only"). */
const char *absent_words(enum absent why);
const char *absent_name(enum absent why);

#endif
