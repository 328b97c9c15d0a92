#include "neo4j/manifest.h"

#include <string.h>

/* One natural line without its end (\n, \r\n or \r); false at the end. */
static bool next_line(const char **p, const char *end, const char **line, size_t *n)
{
    const char *q = *p;

    if (q >= end)
        return false;
    while (q < end && *q != '\n' && *q != '\r')
        q++;
    *line = *p;
    *n = (size_t)(q - *p);
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

static bool is_named(const char *line, size_t n, const char *name, char separator)
{
    size_t len = strlen(name);

    if (n <= len || line[len] != separator)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((line[i] | 0x20) != (name[i] | 0x20))
            return false;
    return true;
}

static void trim(struct text *t)
{
    while (t->len && t->s[t->len - 1] == ' ')
        t->s[--t->len] = '\0';
}

bool manifest_value(const char *bytes, size_t n, const char *name, struct text *out)
{
    const char *p = bytes, *end = bytes + n, *line;
    struct text raw;
    bool found = false;
    size_t len;

    text_clear(out);
    text_init(&raw, 4 * out->max + 1); /* a character may be folded in its middle: put together first */
    while (next_line(&p, end, &line, &len) && len) {
        if (found && line[0] != ' ')
            break;
        if (found)
            text_add(&raw, line + 1, len - 1);
        else if (is_named(line, len, name, ':')) {
            size_t skip = strlen(name) + 1;

            found = true;
            skip += skip < len && line[skip] == ' ';
            text_add(&raw, line + skip, len - skip);
        }
    }
    add_value(out, raw.s, raw.len);
    trim(out);
    text_release(&raw);
    return found;
}

bool properties_value(const char *bytes, size_t n, const char *name, struct text *out)
{
    const char *p = bytes, *end = bytes + n, *line;
    size_t len;

    text_clear(out);
    while (next_line(&p, end, &line, &len))
        if (is_named(line, len, name, '=')) {
            size_t skip = strlen(name) + 1;

            add_value(out, line + skip, len - skip);
            trim(out);
            return true;
        }
    return false;
}
