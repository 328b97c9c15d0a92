/* Reading PackStream: no byte is trusted. Sizes are compared with what is left before anything is allocated: every value takes at
 * least a byte, so memory stays within a fixed multiple of the message. */
#include "neo4j/unpack_inside.h"

#include <string.h>

#include "neo4j/tree.h"

void unpack_begin(struct unpack *u, const void *bytes, size_t n, struct arena *a)
{
    *u = (struct unpack){.p = bytes, .end = (const uint8_t *)bytes + n, .arena = a, .deepest = VALUE_DEPTH_MAX};
}

static struct value wrong(struct unpack *u, const char *why)
{
    if (!u->wrong)
        u->wrong = why;
    u->p = u->end;
    return v_absent(ABSENT_WRONG_SHAPE);
}

static size_t left(const struct unpack *u)
{
    return (size_t)(u->end - u->p);
}

/* Of `bytes` bytes, big-endian; 0 and u->wrong when they are not there. */
static uint64_t number(struct unpack *u, unsigned bytes)
{
    uint64_t n = 0;

    if (left(u) < bytes) {
        wrong(u, "the message ends within a number");
        return 0;
    }
    while (bytes--)
        n = n << 8 | *u->p++;
    return n;
}

static int64_t signed_number(struct unpack *u, unsigned bytes)
{
    uint64_t n = number(u, bytes);
    unsigned above = 64 - 8 * bytes;

    return above ? (int64_t)(n << above) >> above : (int64_t)n;
}

/* The size that follows `first`, `first` + 1 or `first` + 2. */
static uint32_t size_of(struct unpack *u, uint8_t marker, uint8_t first)
{
    return (uint32_t)number(u, 1U << (marker - first));
}

/* ---- values ---- */

static struct value float_value(struct unpack *u)
{
    uint64_t bits = number(u, 8);
    double d;

    memcpy(&d, &bits, sizeof d);
    return v_float(d);
}

/* NUL would end it for everybody above: it reads as U+2400, as in Jolt. */
static struct value with_nuls(struct unpack *u, const char *s, size_t n)
{
    struct text t;
    struct value v;

    text_init(&t, n * 3 + 1);
    for (size_t i = 0; i < n; i++)
        if (s[i])
            text_add(&t, s + i, 1);
        else
            text_adds(&t, "\xe2\x90\x80");
    v = v_copy_text(u->arena, t.s, t.len);
    text_release(&t);
    return v;
}

static struct value text_value(struct unpack *u, uint32_t n)
{
    const char *s = (const char *)u->p;

    if (left(u) < n)
        return wrong(u, "a text is longer than its message");
    u->p += n;
    if (!utf8_valid(s, n))
        return v_absent(ABSENT_WRONG_SHAPE);
    return memchr(s, 0, n) ? with_nuls(u, s, n) : v_copy_text(u->arena, s, n);
}

static struct value bytes_value(struct unpack *u, uint32_t n)
{
    static const char digits[] = "0123456789ABCDEF";
    char *hex;

    if (left(u) < n)
        return wrong(u, "an array of bytes is longer than its message");
    hex = arena_alloc(u->arena, (size_t)n * 2 + 1);
    for (uint32_t i = 0; i < n; i++) {
        hex[2 * i] = digits[u->p[i] >> 4];
        hex[2 * i + 1] = digits[u->p[i] & 15];
    }
    hex[(size_t)n * 2] = '\0';
    u->p += n;
    return v_textn(hex, (size_t)n * 2);
}

/* Reads past n values without keeping them. Not by recursion: they may be nested as deep as the message is long. */
static void skip(struct unpack *u, uint64_t n)
{
    while (n-- && !u->wrong) {
        uint8_t tag, fields;
        uint32_t size;
        if (left(u) == 0) {
            wrong(u, "the message ends too early");
            return;
        }
        if (unpack_struct(u, &tag, &fields))
            n += fields;
        else if (unpack_list(u, &size))
            n += size;
        else if (unpack_map(u, &size))
            n += 2 * (uint64_t)size;
        else
            unpack_at(u, 0);
        if (n > left(u))
            wrong(u, "a list is longer than its message");
    }
}

static struct value values(struct unpack *u, uint32_t n, unsigned depth, uint8_t type)
{
    struct value *v;

    if (left(u) < n)
        return wrong(u, "a list is longer than its message");
    if (depth >= u->deepest) {
        skip(u, n);
        return v_absent(ABSENT_TOO_LARGE);
    }
    v = arena_alloc(u->arena, ((size_t)n + 1) * sizeof *v);
    for (uint32_t i = 0; i < n; i++)
        v[i] = unpack_at(u, depth + 1);
    if (u->wrong)
        return v_absent(ABSENT_WRONG_SHAPE);
    return (struct value){.type = type, .len = n, .u.list = v};
}

static struct value map_value(struct unpack *u, uint32_t n, unsigned depth)
{
    struct value m;

    if (n > left(u) / 2)
        return wrong(u, "a map is longer than its message");
    m = values(u, 2 * n, depth, V_MAP);
    for (uint32_t i = 0; m.type == V_MAP && i < n; i++)
        if (m.u.list[2 * i].type != V_TEXT)
            return wrong(u, "a key of a map is no text");
    return m;
}

/* ---- heads ---- */

bool unpack_struct(struct unpack *u, uint8_t *tag, uint8_t *fields)
{
    if (left(u) < 2 || (*u->p & 0xf0) != 0xb0)
        return false;
    *fields = *u->p++ & 0xf;
    *tag = *u->p++;
    return true;
}

/* A list or map: markers tiny + n, or first to first + 2. */
static bool head(struct unpack *u, uint8_t tiny, uint8_t first, uint32_t *n)
{
    uint8_t marker;

    if (left(u) == 0)
        return false;
    marker = *u->p;
    if ((marker & 0xf0) != tiny && (marker < first || marker > first + 2))
        return false;
    u->p++;
    *n = (marker & 0xf0) == tiny ? (uint32_t)(marker & 0xf) : size_of(u, marker, first);
    return true;
}

bool unpack_list(struct unpack *u, uint32_t *n)
{
    return head(u, 0x90, 0xd4, n);
}

bool unpack_map(struct unpack *u, uint32_t *n)
{
    return head(u, 0xa0, 0xd8, n);
}

/* ---- any value ---- */

static struct value scalar(struct unpack *u, uint8_t marker)
{
    if (marker >= 0xf0 || marker < 0x80)
        return v_int((int8_t)marker);
    if (marker < 0x90)
        return text_value(u, marker & 0xf);
    switch (marker) {
    case 0xc0: return v_absent(ABSENT_NULL);
    case 0xc1: return float_value(u);
    case 0xc2: return v_bool(false);
    case 0xc3: return v_bool(true);
    case 0xc8:
    case 0xc9:
    case 0xca:
    case 0xcb: return v_int(signed_number(u, 1U << (marker - 0xc8)));
    case 0xcc:
    case 0xcd:
    case 0xce: return bytes_value(u, size_of(u, marker, 0xcc));
    case 0xd0:
    case 0xd1:
    case 0xd2: return text_value(u, size_of(u, marker, 0xd0));
    default: return wrong(u, "a marker that PackStream does not have");
    }
}

struct value unpack_at(struct unpack *u, unsigned depth)
{
    uint8_t tag, fields;
    uint32_t n;

    if (left(u) == 0)
        return wrong(u, "the message ends too early");
    if (unpack_struct(u, &tag, &fields)) {
        struct value v = values(u, fields, depth, V_LIST);
        return v.type == V_LIST ? structure_value(u, tag, v) : v;
    }
    if (unpack_list(u, &n))
        return values(u, n, depth, V_LIST);
    if (unpack_map(u, &n))
        return map_value(u, n, depth);
    return scalar(u, *u->p++);
}

struct value unpack_value(struct unpack *u)
{
    return unpack_at(u, 0);
}
