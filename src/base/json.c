#include "base/json.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/number.h"

enum { DEPTH_MAX = 64 };

void json_init(struct json *j, struct text *out, bool pretty)
{
    *j = (struct json){.out = out, .pretty = pretty};
}

static void new_line(struct json *j)
{
    if (!j->pretty)
        return;
    text_addc(j->out, '\n');
    for (unsigned i = 0; i < j->depth; i++)
        text_adds(j->out, "  ");
}

/* What stands before a member or a value: nothing when it belongs to a name just written. */
static void before(struct json *j)
{
    if (j->after_key) {
        j->after_key = false;
        return;
    }
    if (!j->depth)
        return;
    if (!j->first[j->depth - 1])
        text_addc(j->out, ',');
    j->first[j->depth - 1] = false;
    new_line(j);
}

/* Data of any depth comes by json_value(), which stops before the limit. */
static void begin(struct json *j, char c)
{
    before(j);
    text_addc(j->out, c);
    if (j->depth < DEPTH_MAX)
        j->first[j->depth++] = true;
}

static void end(struct json *j, char c)
{
    bool empty = true;

    if (j->depth)
        empty = j->first[--j->depth];
    if (!empty)
        new_line(j);
    text_addc(j->out, c);
}

void json_begin_object(struct json *j)
{
    begin(j, '{');
}

void json_end_object(struct json *j)
{
    end(j, '}');
}

void json_begin_list(struct json *j)
{
    begin(j, '[');
}

void json_end_list(struct json *j)
{
    end(j, ']');
}

static void add_escape(struct text *out, uint32_t cp)
{
    if (cp > 0xFFFF) {
        cp -= 0x10000;
        text_addf(out, "\\u%04x\\u%04x", 0xD800 + (cp >> 10), 0xDC00 + (cp & 0x3FF));
    } else {
        text_addf(out, "\\u%04x", cp);
    }
}

static void add_special(struct text *out, uint32_t cp)
{
    static const char from[] = "\"\\\n\r\t\b\f", to[] = "\"\\nrtbf";
    const char *at = cp && cp < 0x80 ? strchr(from, (int)cp) : NULL;

    if (at) {
        text_addc(out, '\\');
        text_addc(out, to[at - from]);
    } else if (cp_is_control(cp)) {
        add_escape(out, cp);
    } else {
        text_add_cp(out, cp);
    }
}

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

static void add_string(struct text *out, const char *s, size_t n)
{
    uint32_t cp;

    text_addc(out, '"');
    for (size_t i = 0; i < n && !out->full;) {
        size_t run = i;

        while (run < n && is_plain(s[run]))
            run++;
        text_add(out, s + i, run - i);
        i = run;
        if (i < n) {
            i += utf8_decode(s + i, n - i, &cp);
            add_special(out, cp);
        }
    }
    text_addc(out, '"');
}

void json_key(struct json *j, const char *name)
{
    before(j);
    add_string(j->out, name, strlen(name));
    text_adds(j->out, j->pretty ? ": " : ":");
    j->after_key = true;
}

void json_string(struct json *j, const char *s, size_t n)
{
    before(j);
    add_string(j->out, s, n);
}

void json_str(struct json *j, const char *s)
{
    if (s)
        json_string(j, s, strlen(s));
    else
        json_null(j);
}

void json_int(struct json *j, int64_t i)
{
    before(j);
    text_addf(j->out, "%lld", (long long)i);
}

void json_float(struct json *j, double d)
{
    char buf[40];

    if (!isfinite(d)) {
        json_str(j, number_format(d, buf, sizeof buf));
        return;
    }
    before(j);
    text_adds(j->out, number_format(d, buf, sizeof buf));
}

void json_bool(struct json *j, bool b)
{
    before(j);
    text_adds(j->out, b ? "true" : "false");
}

void json_null(struct json *j)
{
    before(j);
    text_adds(j->out, "null");
}

static void json_members(struct json *j, struct value v)
{
    begin(j, v.type == V_MAP ? '{' : '[');
    for (uint32_t i = 0; i < v.len && !j->out->full; i++) {
        if (v.type == V_MAP && i % 2 == 0)
            json_key(j, value_str(v.u.list[i], "?"));
        else
            json_value(j, v.u.list[i]);
    }
    end(j, v.type == V_MAP ? '}' : ']');
}

static void json_absent(struct json *j, enum absent why)
{
    json_begin_object(j);
    json_key(j, "absent");
    json_str(j, absent_name(why));
    json_end_object(j);
}

void json_value(struct json *j, struct value v)
{
    char when[40];

    switch (v.type) {
    case V_BOOL:
        json_bool(j, v.u.i != 0);
        break;
    case V_INT:
    case V_DURATION:
        json_int(j, v.u.i);
        break;
    case V_FLOAT:
        json_float(j, v.u.d);
        break;
    case V_TEXT:
        json_string(j, v.u.s, v.len);
        break;
    case V_TIME:
        json_str(j, time_rfc3339(v.u.i, when, sizeof when));
        break;
    case V_LIST:
    case V_MAP:
        /* two levels stay free: for the object of an absent value */
        if (j->depth < DEPTH_MAX - 2)
            json_members(j, v);
        else
            json_absent(j, ABSENT_TOO_LARGE);
        break;
    default:
        json_absent(j, (enum absent)v.absent);
    }
}
