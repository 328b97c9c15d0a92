#include "neo4j/manifest.h"

#include <string.h>

#include "neo4j/scan.h"

/* One natural line without its end, which may be a \r alone here; false at the end. */
static bool next_line(const char **p, const char *end, struct slice *line)
{
    const char *q = *p;

    if (q >= end)
        return false;
    while (q < end && *q != '\n' && *q != '\r')
        q++;
    *line = (struct slice){*p, (size_t)(q - *p)};
    if (q < end)
        q += *q == '\r' && q + 1 < end && q[1] == '\n' ? 2 : 1;
    *p = q;
    return true;
}

static void add_value(struct text *out, const char *s, size_t n)
{
    while (n && !out->full) {
        uint32_t cp;
        size_t used = utf8_decode(s, n, &cp);

        text_add_cp(out, cp < 0x20 || cp == 0x7F ? 0xFFFD : cp);
        s += used;
        n -= used;
    }
}

/* What stands behind the name and its separator, whatever the case of the name. */
static bool is_named(struct slice line, const char *name, char separator, struct slice *value)
{
    size_t len = strlen(name);

    if (line.n <= len || line.s[len] != separator)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((line.s[i] | 0x20) != (name[i] | 0x20))
            return false;
    *value = (struct slice){line.s + len + 1, line.n - len - 1};
    return true;
}

static void trim(struct text *t)
{
    while (t->len && t->s[t->len - 1] == ' ')
        t->s[--t->len] = '\0';
}

bool manifest_value(const char *bytes, size_t n, const char *name, struct text *out)
{
    const char *end = bytes + n;
    struct slice line, value;
    struct text raw;
    bool found = false;

    text_clear(out);
    text_init(&raw, 4 * out->max + 1); /* a character may be folded in its middle: put together first */
    while (next_line(&bytes, end, &line) && line.n) {
        if (found && line.s[0] != ' ')
            break;
        if (found) {
            text_add(&raw, line.s + 1, line.n - 1);
        } else if (is_named(line, name, ':', &value)) {
            found = true;
            slice_behind(value, " ", &value);
            text_add(&raw, value.s, value.n);
        }
    }
    add_value(out, raw.s, raw.len);
    trim(out);
    text_release(&raw);
    return found;
}

bool properties_value(const char *bytes, size_t n, const char *name, struct text *out)
{
    const char *end = bytes + n;
    struct slice line, value;

    text_clear(out);
    while (next_line(&bytes, end, &line))
        if (is_named(line, name, '=', &value)) {
            add_value(out, value.s, value.n);
            trim(out);
            return true;
        }
    return false;
}
