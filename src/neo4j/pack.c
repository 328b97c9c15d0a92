/* Writing PackStream. Sizes and numbers are big-endian, each in the shortest form that holds it. */
#include "neo4j/packstream.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static void add_byte(struct text *out, unsigned byte)
{
    char c = (char)byte;

    text_add(out, &c, 1);
}

static void add_number(struct text *out, uint64_t n, unsigned bytes)
{
    while (bytes--)
        add_byte(out, (unsigned)(n >> (8 * bytes)) & 0xff);
}

void pack_null(struct text *out)
{
    add_byte(out, 0xc0);
}

void pack_bool(struct text *out, bool b)
{
    add_byte(out, b ? 0xc3 : 0xc2);
}

void pack_int(struct text *out, int64_t i)
{
    unsigned bytes = i >= INT8_MIN && i <= INT8_MAX     ? 1
                     : i >= INT16_MIN && i <= INT16_MAX ? 2
                     : i >= INT32_MIN && i <= INT32_MAX ? 4
                                                        : 8;

    if (i >= -16 && i <= INT8_MAX) {
        add_byte(out, (unsigned)(i & 0xff));
        return;
    }
    add_byte(out, bytes == 1 ? 0xc8 : bytes == 2 ? 0xc9 : bytes == 4 ? 0xca : 0xcb);
    add_number(out, (uint64_t)i, bytes);
}

void pack_float(struct text *out, double d)
{
    uint64_t bits;

    memcpy(&bits, &d, sizeof bits);
    add_byte(out, 0xc1);
    add_number(out, bits, 8);
}

/* tiny: the marker of sizes under 16, in its low half; else first, first + 1, first + 2 with 1, 2, 4 bytes of size. */
static void add_size(struct text *out, uint32_t n, unsigned tiny, unsigned first)
{
    unsigned step = n < 0x100 ? 0 : n < 0x10000 ? 1 : 2;

    if (n < 16) {
        add_byte(out, tiny | n);
        return;
    }
    add_byte(out, first + step);
    add_number(out, n, 1U << step);
}

void pack_text(struct text *out, const char *s, size_t n)
{
    add_size(out, (uint32_t)n, 0x80, 0xd0);
    text_add(out, s, n);
}

void pack_string(struct text *out, const char *s)
{
    if (s)
        pack_text(out, s, strlen(s));
    else
        pack_null(out);
}

void pack_list(struct text *out, uint32_t n)
{
    add_size(out, n, 0x90, 0xd4);
}

void pack_map(struct text *out, uint32_t n)
{
    add_size(out, n, 0xa0, 0xd8);
}

void pack_struct(struct text *out, uint8_t tag, uint8_t fields)
{
    add_byte(out, 0xb0U | (fields & 0xfU));
    add_byte(out, tag);
}

static void pack_values(struct text *out, struct value v)
{
    if (v.type == V_LIST)
        pack_list(out, v.len);
    else
        pack_map(out, v.len / 2);
    for (uint32_t i = 0; i < v.len; i++)
        pack_value(out, v.u.list[i]);
}

void pack_value(struct text *out, struct value v)
{
    char time[40];

    switch ((enum value_type)v.type) {
    case V_ABSENT: pack_null(out); break;
    case V_BOOL: pack_bool(out, v.u.i != 0); break;
    case V_INT:
    case V_DURATION: pack_int(out, v.u.i); break;
    case V_FLOAT: pack_float(out, v.u.d); break;
    case V_TEXT: pack_text(out, v.u.s, v.len); break;
    case V_TIME: pack_string(out, time_rfc3339(v.u.i, time, sizeof time)); break;
    case V_LIST:
    case V_MAP: pack_values(out, v); break;
    }
}
