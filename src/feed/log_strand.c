#include "feed/log_strand.h"

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "neo4j/log_marks.h"

/* The logbook, which knows no Neo4j, has its own names for the levels. */
_Static_assert(LB_NONE == (int)LOG_LEVEL_NONE && LB_TRACE == (int)LOG_LEVEL_TRACE && LB_DEBUG == (int)LOG_LEVEL_DEBUG &&
                   LB_INFO == (int)LOG_LEVEL_INFO && LB_WARN == (int)LOG_LEVEL_WARN && LB_ERROR == (int)LOG_LEVEL_ERROR,
               "levels are handed on as they are");

static const char *word(char to[LOG_WORD_MAX], struct slice s)
{
    size_t n = s.n < LOG_WORD_MAX ? s.n : LOG_WORD_MAX - 1;

    memcpy(to, s.s, n);
    to[n] = '\0';
    return to;
}

static uint8_t weight_of(const char *text, const struct log_line *l)
{
    struct log_found f;

    if (!log_mark_find(text, l, &f))
        return 0;
    switch (log_mark_weight(f.mark)) {
    case LOG_WEIGHT_NOTE:
        return 1;
    case LOG_WEIGHT_WARNING:
        return 2;
    case LOG_WEIGHT_CRITICAL:
        return 3;
    }
    return 0;
}

static int64_t time_of(const struct line_maker *m, const struct log_line *l)
{
    if (l->time_ms == LOG_TIME_NONE || (l->since_start && !m->started_ms))
        return LOGBOOK_NO_TIME;
    return l->since_start ? m->started_ms + l->time_ms : l->time_ms;
}

struct logbook_line line_of(struct line_maker *m, struct log_reader *r, const char *text, size_t n, int64_t offset)
{
    struct logbook_line out = {.offset = offset, .text = text, .len = (uint32_t)n};
    struct log_line l;

    log_reader_line(r, text, n, &l);
    out.time_ms = time_of(m, &l);
    out.level = l.level;
    out.weight = weight_of(text, &l);
    out.continuation = l.continuation;
    out.category = word(m->category, l.category);
    out.database = word(m->database, l.database);
    out.shown = text + l.message;
    out.shown_len = (uint32_t)(n - l.message);
    if (l.json) {
        text_clear(&m->shown);
        log_line_text(text, n, &l, &m->shown);
        out.shown = m->shown.s;
        out.shown_len = (uint32_t)m->shown.len;
    }
    return out;
}

/* ---- strands ---- */

bool strand_unfinished(const struct strand *s)
{
    return s->part_len > 0 || s->over;
}

void strand_move(struct strand *s, int64_t inode, int64_t at, bool headless)
{
    if (inode != s->inode) {
        s->detected = s->packed = false;
        s->reader = (struct log_reader){0};
    }
    s->inode = inode;
    s->at = s->line_at = at;
    s->headless = headless;
    s->over = false;
    s->part_len = 0;
}

void strand_release(struct strand *s)
{
    free(s->part);
    *s = (struct strand){0};
}

static void detect(struct strand *s, const char *bytes, size_t n)
{
    enum log_format f = log_format_detect(bytes, n < LOG_DETECT_MAX ? n : LOG_DETECT_MAX);

    if (f == LOG_FORMAT_UNKNOWN && n < LOG_LOOK_MAX)
        return; /* too little to tell: with the next bytes */
    s->detected = true;
    s->packed = f == LOG_FORMAT_PACKED;
    s->reader.format = f == LOG_FORMAT_PACKED || f == LOG_FORMAT_BINARY ? LOG_FORMAT_UNKNOWN : f;
}

static void keep_part(struct strand *s, const char *bytes, size_t n)
{
    size_t room = LOGBOOK_LINE_MAX - s->part_len;

    if (n > room) {
        s->over = true;
        n = room;
    }
    if (n && !s->part)
        s->part = x_malloc(LOGBOOK_LINE_MAX + 1);
    if (n)
        memcpy(s->part + s->part_len, bytes, n);
    s->part_len += n;
}

static void give(struct strand *s, struct line_maker *m, const char *text, size_t n, bool cut, int64_t to, strand_fn *fn, void *data)
{
    struct logbook_line l;

    if (n > LOGBOOK_LINE_MAX) {
        n = LOGBOOK_LINE_MAX;
        cut = true;
    } else if (n && text[n - 1] == '\r' && !cut) {
        n--;
    }
    l = line_of(m, &s->reader, text, n, s->line_at);
    l.cut = cut;
    fn(data, &l, to);
}

static void give_part(struct strand *s, struct line_maker *m, strand_fn *fn, void *data)
{
    give(s, m, s->part ? s->part : "", s->part_len, s->over, s->at, fn, data);
    s->part_len = 0;
    s->over = false;
    s->line_at = s->at;
}

/* A line, or the rest of one, that ends at `nl`. */
static void end_line(struct strand *s, struct line_maker *m, const char *bytes, const char *nl, strand_fn *fn, void *data)
{
    size_t n = (size_t)(nl - bytes);

    s->at += (int64_t)n + 1;
    if (s->headless) {
        s->headless = false;
        s->line_at = s->at;
    } else if (strand_unfinished(s)) {
        keep_part(s, bytes, n);
        give_part(s, m, fn, data);
    } else {
        give(s, m, bytes, n, false, s->at, fn, data);
        s->line_at = s->at;
    }
}

void strand_feed(struct strand *s, struct line_maker *m, const char *bytes, size_t n, strand_fn *fn, void *data)
{
    const char *p = bytes, *end = bytes + n, *nl;
    bool tried = s->detected;

    while (p < end && (nl = memchr(p, '\n', (size_t)(end - p)))) {
        if (!tried && !s->headless) {
            detect(s, p, (size_t)(end - p));
            tried = true;
        }
        end_line(s, m, p, nl, fn, data);
        p = nl + 1;
    }
    if (!s->headless)
        keep_part(s, p, (size_t)(end - p));
    s->at += end - p;
}

void strand_end(struct strand *s, struct line_maker *m, strand_fn *fn, void *data)
{
    if (strand_unfinished(s))
        give_part(s, m, fn, data);
}
