#include "neo4j/jolt_stream.h"

#include <string.h>

#include "base/clock.h"

enum { KEEP_LINE = 256 * 1024 }; /* a longer one that was put together is let go of, not kept for the next */

enum jolt_begins jolt_begins(const char *bytes, size_t n)
{
    static const char header[] = "{\"header\"";
    size_t same = 0;

    while (n && bytes[0] && strchr(" \t\r\n\x1e", bytes[0])) {
        bytes++;
        n--;
    }
    while (same < n && header[same] && bytes[same] == header[same])
        same++;
    if (!header[same])
        return JOLT_BEGINS_YES;
    return same == n ? JOLT_BEGINS_MAYBE : JOLT_BEGINS_NO;
}

void jolt_stream_init(struct jolt_stream *s, size_t max_line, size_t max_cells, size_t result_index, struct err *e)
{
    *s = (struct jolt_stream){.d = {.status = 200, .result_index = result_index, .max_cells = max_cells, .e = e}};
    s->events.d = &s->d;
    s->events.rows.e = e;
    s->events.rows.max_cells = max_cells;
    text_init(&s->line, max_line);
}

void jolt_stream_release(struct jolt_stream *s)
{
    rows_drop(&s->events.rows);
    text_release(&s->line);
}

/* Blank lines are none. */
static enum jolt_read take(struct jolt_stream *s, struct slice text, bool last)
{
    const char *p = text.s;
    struct slice line;

    if (!jolt_line(&p, text.s + text.n, &line))
        return JOLT_HUNGRY;
    return jolt_event(&s->events, line, last) ? JOLT_READ : JOLT_BROKEN;
}

static enum jolt_read too_long(struct jolt_stream *s)
{
    char most[16];

    bytes_short((int64_t)s->line.max, most, sizeof most);
    err_set(s->d.e, ERR_TOO_LARGE, "a row of the answer is larger than %s: nothing behind it is read, ask for less of each", most);
    return JOLT_BROKEN;
}

/* The whole line that ends at nl: what came of it earlier is in front. */
static enum jolt_read take_line(struct jolt_stream *s, const char *from, const char *nl)
{
    size_t n = (size_t)(nl - from);
    bool is_long = s->long_line && s->line.len + n >= s->long_line;

    if (n > s->line.max - s->line.len)
        return too_long(s);
    if (!s->line.len && !is_long)
        return take(s, (struct slice){from, n}, false);
    text_add(&s->line, from, n);
    return is_long ? JOLT_LONG : jolt_stream_long(s);
}

enum jolt_read jolt_stream_long(struct jolt_stream *s)
{
    enum jolt_read r = take(s, (struct slice){s->line.s, s->line.len}, false);

    if (s->line.cap > KEEP_LINE)
        text_release(&s->line);
    else
        text_clear(&s->line);
    return r;
}

enum jolt_read jolt_stream_read(struct jolt_stream *s, const char **p, const char *end)
{
    while (*p < end && !s->events.ended) {
        const char *from = *p, *nl = memchr(from, '\n', (size_t)(end - from));
        enum jolt_read r = JOLT_HUNGRY;

        *p = nl ? nl + 1 : end;
        if (nl)
            r = take_line(s, from, nl);
        else
            text_add(&s->line, from, (size_t)(end - from));
        if (s->line.full)
            return too_long(s);
        if (r != JOLT_HUNGRY)
            return r;
    }
    *p = end;
    return JOLT_HUNGRY;
}

bool jolt_stream_end(struct jolt_stream *s)
{
    bool read = s->events.ended || take(s, (struct slice){s->line.s, s->line.len}, true) != JOLT_BROKEN;

    return jolt_events_end(&s->events, read);
}
