/* Values as text for people and filters, and the words for missing ones. */
#include "base/value.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/number.h"

enum { NESTING_MAX = 64 };

static void render_at(struct value v, struct text *out, int depth);

/* Inside a list or a map texts are quoted, so that ["a, b"] and ["a", "b"] differ. */
static void add_quoted(struct text *out, const char *s, size_t n, char quote)
{
    text_addc(out, quote);
    for (size_t i = 0; i < n; i++) {
        if (s[i] == quote || s[i] == '\\')
            text_addc(out, '\\');
        text_addc(out, s[i]);
    }
    text_addc(out, quote);
}

static bool is_plain_key(struct value v)
{
    for (uint32_t i = 0; i < v.len; i++) {
        char c = v.u.s[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

        if (!letter && !(i && c >= '0' && c <= '9'))
            return false;
    }
    return v.len > 0;
}

static void render_key(struct value v, struct text *out)
{
    if (v.type == V_TEXT && is_plain_key(v))
        text_add(out, v.u.s, v.len);
    else if (v.type == V_TEXT)
        add_quoted(out, v.u.s, v.len, '`');
    else
        text_addc(out, '?');
}

static void render_member(struct value v, struct text *out, int depth)
{
    if (v.type == V_ABSENT)
        text_adds(out, "null");
    else if (v.type == V_TEXT)
        add_quoted(out, v.u.s, v.len, '"');
    else
        render_at(v, out, depth);
}

static void render_list(struct value v, struct text *out, int depth)
{
    bool map = v.type == V_MAP;

    if (depth == NESTING_MAX) {
        text_adds(out, "...");
        return;
    }
    text_addc(out, map ? '{' : '[');
    for (uint32_t i = 0; i < v.len && !out->full; i++) {
        if (i && !(map && i % 2))
            text_adds(out, ", ");
        if (map && i % 2 == 0) {
            render_key(v.u.list[i], out);
            text_adds(out, ": ");
        } else {
            render_member(v.u.list[i], out, depth + 1);
        }
    }
    text_addc(out, map ? '}' : ']');
}

static void render_at(struct value v, struct text *out, int depth)
{
    char buf[40];

    switch (v.type) {
    case V_ABSENT:
        break;
    case V_BOOL:
        text_adds(out, v.u.i ? "true" : "false");
        break;
    case V_INT:
        text_addf(out, "%lld", (long long)v.u.i);
        break;
    case V_FLOAT:
        text_adds(out, number_format(v.u.d, buf, sizeof buf));
        break;
    case V_TEXT:
        text_add(out, v.u.s, v.len);
        break;
    case V_TIME:
        text_adds(out, time_rfc3339(v.u.i, buf, sizeof buf));
        break;
    case V_DURATION:
        text_adds(out, duration_short(v.u.i, buf, sizeof buf));
        break;
    default:
        render_list(v, out, depth);
    }
}

void value_render(struct value v, struct text *out)
{
    render_at(v, out, 0);
}

static const struct {
    const char *name, *words;
} reasons[NABSENT] = {
#define ABSENT(id, json_name, screen_words) [ABSENT_##id] = {.name = json_name, .words = screen_words},
#include "tables/absent.def"
#undef ABSENT
};

const char *absent_words(enum absent why)
{
    return reasons[(unsigned)why < NABSENT ? why : ABSENT_ERROR].words;
}

const char *absent_name(enum absent why)
{
    return reasons[(unsigned)why < NABSENT ? why : ABSENT_ERROR].name;
}
