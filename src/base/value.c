/* Making, reading and comparing values. Rendering is in render.c. */
#include "base/value.h"

#include <math.h>
#include <string.h>

/* Answers are bounded where they are parsed; this bounds the recursion here all the same. */
enum { NESTING_MAX = 64 };

struct value v_absent(enum absent why)
{
    return (struct value){.type = V_ABSENT, .absent = (uint8_t)why};
}

struct value v_bool(bool b)
{
    return (struct value){.type = V_BOOL, .u.i = b};
}

struct value v_int(int64_t i)
{
    return (struct value){.type = V_INT, .u.i = i};
}

struct value v_float(double d)
{
    return (struct value){.type = V_FLOAT, .u.d = d};
}

struct value v_time(int64_t ms)
{
    return (struct value){.type = V_TIME, .u.i = ms};
}

struct value v_duration(int64_t ms)
{
    return (struct value){.type = V_DURATION, .u.i = ms};
}

struct value v_text(const char *s)
{
    return s ? v_textn(s, strlen(s)) : v_absent(ABSENT_NULL);
}

struct value v_textn(const char *s, size_t n)
{
    if (n > UINT32_MAX)
        return v_absent(ABSENT_TOO_LARGE);
    return (struct value){.type = V_TEXT, .len = (uint32_t)n, .u.s = s};
}

struct value v_copy_text(struct arena *a, const char *s, size_t n)
{
    return n > UINT32_MAX ? v_absent(ABSENT_TOO_LARGE) : v_textn(arena_strndup(a, s, n), n);
}

static struct value copy_at(struct arena *a, struct value v, int depth)
{
    struct value *list;

    if (v.type == V_TEXT)
        return v_copy_text(a, v.u.s, v.len);
    if (v.type != V_LIST && v.type != V_MAP)
        return v;
    if (depth == NESTING_MAX)
        return v_absent(ABSENT_TOO_LARGE);
    list = arena_alloc(a, v.len * sizeof *list);
    for (uint32_t i = 0; i < v.len; i++)
        list[i] = copy_at(a, v.u.list[i], depth + 1);
    v.u.list = list;
    return v;
}

struct value value_copy(struct arena *a, struct value v)
{
    return copy_at(a, v, 0);
}

bool value_is(struct value v, enum value_type type)
{
    return v.type == type;
}

const char *value_str(struct value v, const char *fallback)
{
    return v.type == V_TEXT ? v.u.s : fallback;
}

int64_t value_i64(struct value v, int64_t fallback)
{
    switch (v.type) {
    case V_BOOL:
    case V_INT:
    case V_TIME:
    case V_DURATION:
        return v.u.i;
    case V_FLOAT:
        return v.u.d >= -9223372036854775808.0 && v.u.d < 9223372036854775808.0 ? (int64_t)v.u.d : fallback;
    default:
        return fallback;
    }
}

struct value value_get(struct value map, const char *key)
{
    size_t n = strlen(key);

    if (map.type != V_MAP)
        return v_absent(ABSENT_NULL);
    for (uint32_t i = 0; i + 1 < map.len; i += 2) {
        const struct value *k = &map.u.list[i];

        if (k->type == V_TEXT && k->len == n && memcmp(k->u.s, key, n) == 0)
            return k[1];
    }
    return v_absent(ABSENT_NULL);
}

/* The order of the kinds: all numbers together, absent at the end. */
static int rank(struct value v)
{
    switch (v.type) {
    case V_TEXT:
        return 1;
    case V_LIST:
        return 2;
    case V_MAP:
        return 3;
    case V_ABSENT:
        return 4;
    default:
        return 0;
    }
}

static int compare_ints(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* Exact, also beyond 2^53, where a double cannot tell neighbours apart. NaN counts as larger than every number. */
static int compare_int_float(int64_t i, double d)
{
    double whole;
    int c;

    if (isnan(d) || d >= 0x1p63)
        return -1;
    if (d < -0x1p63)
        return 1;
    whole = (double)(int64_t)d;
    c = compare_ints(i, (int64_t)d);
    return c ? c : (d > whole ? -1 : d < whole);
}

static int compare_floats(double a, double b)
{
    if (isnan(a) || isnan(b))
        return !!isnan(a) - !!isnan(b);
    return a < b ? -1 : a > b;
}

static int compare_numbers(struct value a, struct value b)
{
    if (a.type == V_FLOAT && b.type == V_FLOAT)
        return compare_floats(a.u.d, b.u.d);
    if (a.type == V_FLOAT)
        return -compare_int_float(b.u.i, a.u.d);
    if (b.type == V_FLOAT)
        return compare_int_float(a.u.i, b.u.d);
    return compare_ints(a.u.i, b.u.i);
}

static int compare_texts(struct value a, struct value b)
{
    uint32_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.u.s, b.u.s, n) : 0;

    return c ? (c < 0 ? -1 : 1) : compare_ints(a.len, b.len);
}

static int compare_at(struct value a, struct value b, int depth);

static int compare_lists(struct value a, struct value b, int depth)
{
    if (depth == NESTING_MAX)
        return 0;
    for (uint32_t i = 0; i < a.len && i < b.len; i++) {
        int c = compare_at(a.u.list[i], b.u.list[i], depth + 1);

        if (c)
            return c;
    }
    return compare_ints(a.len, b.len);
}

static int compare_at(struct value a, struct value b, int depth)
{
    int ra = rank(a), rb = rank(b);

    if (ra != rb)
        return ra < rb ? -1 : 1;
    switch (ra) {
    case 0:
        return compare_numbers(a, b);
    case 1:
        return compare_texts(a, b);
    case 4:
        return compare_ints(a.absent, b.absent);
    default:
        return compare_lists(a, b, depth);
    }
}

int value_compare(struct value a, struct value b)
{
    return compare_at(a, b, 0);
}

static bool equal_at(struct value a, struct value b, int depth)
{
    if (a.type != b.type)
        return false;
    if (a.type != V_LIST && a.type != V_MAP)
        return compare_at(a, b, depth) == 0;
    if (a.len != b.len || depth == NESTING_MAX)
        return false;
    for (uint32_t i = 0; i < a.len; i++)
        if (!equal_at(a.u.list[i], b.u.list[i], depth + 1))
            return false;
    return true;
}

bool value_equal(struct value a, struct value b)
{
    return equal_at(a, b, 0);
}
