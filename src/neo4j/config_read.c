/* The grammar of property files: bytes to names and values. */
#include "neo4j/config_inside.h"

#include <string.h>

/* One logical line, put together from the natural ones, its escapes as they are. */
struct reader {
    const char *p, *end;
    unsigned line; /* of p */
    unsigned from; /* where the logical line began */
    bool utf8;
    struct text raw;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f';
}

static bool is_end(char c)
{
    return c == '\n' || c == '\r';
}

static void skip_end(struct reader *r)
{
    if (r->p == r->end)
        return;
    if (*r->p == '\r' && r->p + 1 < r->end && r->p[1] == '\n')
        r->p++;
    r->p++;
    r->line++;
}

static void skip_blanks(struct reader *r)
{
    while (r->p < r->end && is_blank(*r->p))
        r->p++;
}

/* To the end of the natural line; true when an odd number of backslashes stands before it, so that the next one goes on. */
static bool take_natural(struct reader *r)
{
    const char *from = r->p;
    bool escaped = false;

    for (; r->p < r->end && !is_end(*r->p); r->p++)
        escaped = *r->p == '\\' && !escaped;
    text_add(&r->raw, from, (size_t)(r->p - from) - escaped);
    return escaped;
}

/* False at the end of the file. */
static bool next_logical(struct reader *r)
{
    text_clear(&r->raw);
    while (r->p < r->end) {
        bool more = true;

        skip_blanks(r);
        if (r->p < r->end && !r->raw.len && memchr("#!\r\n", *r->p, 4)) {
            while (r->p < r->end && !is_end(*r->p))
                r->p++;
            skip_end(r);
            continue;
        }
        if (!r->raw.len)
            r->from = r->line;
        if (r->p < r->end)
            more = take_natural(r);
        skip_end(r);
        if (!more && r->raw.len)
            return true;
    }
    return r->raw.len > 0;
}

/* Unescapes and decodes [p, end) into `out`; false: a \u without four digits, on which the server gives up the whole file. */
struct unescape {
    const char *p, *end;
    bool utf8;
    uint32_t high; /* a high surrogate that waits for its other half */
    struct text *out;
};

static void add_unit(struct unescape *u, uint32_t unit)
{
    uint32_t high = u->high;

    u->high = 0;
    if (high && unit >= 0xDC00 && unit <= 0xDFFF) {
        text_add_cp(u->out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
        return;
    }
    if (high)
        text_add_cp(u->out, 0xFFFD);
    if (unit >= 0xD800 && unit <= 0xDBFF)
        u->high = unit;
    else
        text_add_cp(u->out, unit == 0 || (unit >= 0xDC00 && unit <= 0xDFFF) ? 0xFFFD : unit);
}

static bool add_hex(struct unescape *u)
{
    uint32_t unit = 0;

    if (u->end - u->p < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char c = *u->p++;

        if (c >= '0' && c <= '9')
            unit = unit * 16 + (uint32_t)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            unit = unit * 16 + (uint32_t)((c | 0x20) - 'a') + 10;
        else
            return false;
    }
    add_unit(u, unit);
    return true;
}

static void add_plain(struct unescape *u)
{
    uint32_t cp = (unsigned char)*u->p;

    if (cp < 0x80 || !u->utf8)
        u->p++;
    else
        u->p += utf8_decode(u->p, (size_t)(u->end - u->p), &cp);
    add_unit(u, cp);
}

/* What follows a backslash. */
static bool add_escape(struct unescape *u)
{
    static const char from[] = {'t', 'n', 'r', 'f'}, to[] = {'\t', '\n', '\r', '\f'};
    const char *at = memchr(from, *u->p, sizeof from);

    if (*u->p == 'u') {
        u->p++;
        return add_hex(u);
    }
    if (at) {
        add_unit(u, (unsigned char)to[at - from]);
        u->p++;
    } else {
        add_plain(u);
    }
    return true;
}

static bool unescape(struct reader *r, const char *p, const char *end, struct text *out)
{
    struct unescape u = {.p = p, .end = end, .utf8 = r->utf8, .out = out};

    text_clear(out);
    while (u.p < u.end) {
        if (*u.p != '\\') {
            add_plain(&u);
            continue;
        }
        if (++u.p == u.end)
            break;
        if (!add_escape(&u))
            return false;
    }
    if (u.high)
        text_add_cp(out, 0xFFFD);
    return true;
}

/* Where the name ends and the value begins. */
static const char *split(const struct text *raw, const char **value)
{
    const char *p = raw->s, *end = raw->s + raw->len, *name_end;
    bool separated = false;

    while (p < end && *p != '=' && *p != ':' && !is_blank(*p))
        p += *p == '\\' && p + 1 < end ? 2 : 1;
    name_end = p;
    for (; p < end; p++) {
        if (is_blank(*p))
            continue;
        if (separated || (*p != '=' && *p != ':'))
            break;
        separated = true;
    }
    *value = p;
    return name_end;
}

static void add_line(struct config *c, struct reader *r, const struct config_item *where, struct text *name, struct text *value)
{
    const char *value_at, *name_end = split(&r->raw, &value_at);

    if (r->raw.full)
        config_problem(c, where->file, r->from, CONFIG_WARNING, "the line is too long: what stands behind %d bytes is not looked at",
                       CONFIG_VALUE_MAX);
    if (!unescape(r, r->raw.s, name_end, name) || !unescape(r, value_at, r->raw.s + r->raw.len, value)) {
        config_problem(c, where->file, r->from, CONFIG_REFUSED,
                       "\\u without four hexadecimal digits: the server cannot read the file; write \\\\u, or / in a path");
        return;
    }
    if (!name->len)
        config_problem(c, where->file, r->from, CONFIG_WARNING, "a value without a name: write name=value");
    else
        config_item_add(c, where, name->s, value->s, value->len);
}

static void note_mark(struct config *c, const char *file, const char *bytes, size_t n)
{
    if (n >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3))
        config_problem(c, file, 1, CONFIG_WARNING,
                       "a byte order mark: the server takes it as part of the first name; save the file without it");
}

void config_add(struct config *c, const char *file, enum config_role role, const char *bytes, size_t n)
{
    struct reader r = {.p = bytes, .line = 1, .utf8 = config_is_utf8(c->version)};
    struct config_item where = {.file = arena_strdup(&c->arena, file), .role = role};
    struct text name, value;

    if (n > CONFIG_FILE_MAX) {
        n = CONFIG_FILE_MAX;
        config_problem(c, where.file, 0, CONFIG_WARNING, "the file is too large: only the first %d bytes are looked at", CONFIG_FILE_MAX);
    }
    note_mark(c, where.file, bytes, n);
    r.end = bytes + n;
    text_init(&r.raw, CONFIG_VALUE_MAX);
    text_init(&name, CONFIG_VALUE_MAX);
    text_init(&value, CONFIG_VALUE_MAX);
    while (next_logical(&r)) {
        where.line = r.from;
        add_line(c, &r, &where, &name, &value);
    }
    text_release(&value);
    text_release(&name);
    text_release(&r.raw);
}

void config_add_entry(struct config *c, const char *file, const char *name, const char *bytes, size_t n)
{
    struct config_item where = {.file = arena_strdup(&c->arena, file), .role = CONFIG_SERVER};
    struct unescape u = {.p = bytes, .utf8 = config_is_utf8(c->version)};
    struct text value;

    text_init(&value, CONFIG_VALUE_MAX);
    u.end = bytes + (n > CONFIG_VALUE_MAX ? CONFIG_VALUE_MAX : n);
    u.out = &value;
    while (u.p < u.end)
        add_plain(&u);
    if (value.full || n > CONFIG_VALUE_MAX)
        config_problem(c, where.file, 0, CONFIG_WARNING, "the value is too long: what stands behind %d bytes is not looked at",
                       CONFIG_VALUE_MAX);
    config_item_add(c, &where, name, value.s, value.len);
    text_release(&value);
}
