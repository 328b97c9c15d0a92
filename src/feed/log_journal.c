/* A log that goes to the journal of a unit: its newest lines, then every two seconds those behind the cursor. */
#include "feed/log_inside.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "neo4j/systemd.h"

enum { JOURNAL_MS = 2000, JOURNAL_BYTES = 2 * 1024 * 1024, JOURNAL_BEFORE_S = 300, JOURNAL_SPAN_S = 3600 };
#define JOURNAL_LINES "2000"

static void run(struct trail *t, enum host_command_id id, const char *const *args, size_t nargs, log_fn *fn)
{
    struct host_call c = {.what = HOST_RUN, .command = id, .args = args, .nargs = nargs};

    trail_submit(t, &t->ask, &c, JOURNAL_BYTES, fn);
}

/* ---- lines ---- */

/* systemd itself tells in the journal of a unit how it began and ended: in a unit of its own, as whoever collects core dumps. */
static bool is_of_server(const struct trail *t, const struct journal_line *j)
{
    return !*j->unit || strcmp(j->unit, t->unit) == 0;
}

/* It belongs to no line of the server, though it has no stamp. */
static struct logbook_line line_beside(const struct journal_line *j, const struct text *message, int64_t offset)
{
    return (struct logbook_line){.offset = offset,
                                 .time_ms = LOGBOOK_NO_TIME,
                                 .text = message->s,
                                 .shown = message->s,
                                 .len = (uint32_t)message->len,
                                 .shown_len = (uint32_t)message->len,
                                 .category = j->identifier,
                                 .database = ""};
}

static void take_line(struct trail *t, const char *line, size_t n, struct text *message)
{
    struct journal_line j;
    struct logbook_line l;

    if (!journal_parse(line, n, &j, message))
        return;
    if (*j.cursor)
        memcpy(t->cursor, j.cursor, sizeof t->cursor);
    if (j.too_long)
        text_adds(message, "(the journal has a line here that is too long for it)");
    l = is_of_server(t, &j) ? line_of(&t->maker, &t->strands[0].reader, message->s, message->len, t->journal_at) : line_beside(&j, message, t->journal_at);
    l.cut = message->full; /* the logbook cuts it */
    if (l.continuation || l.time_ms == LOGBOOK_NO_TIME)
        l.time_ms = j.time_ms == LOG_TIME_NONE ? LOGBOOK_NO_TIME : j.time_ms;
    if (l.level == LB_NONE)
        l.level = j.level;
    logbook_append(t->logs->book, t->log, &l, ++t->journal_at);
}

/* Whole lines only; what was cut off comes with the next question. Returns how many. */
static size_t take_lines(struct trail *t, const struct reply *r)
{
    struct value out = reply_cell(r, 0, "stdout");
    const char *p = out.type == V_TEXT ? out.u.s : "", *end = p + (out.type == V_TEXT ? out.len : 0), *nl;
    int64_t was = trail_about(t)->end;
    struct text message;

    text_init(&message, LOGBOOK_LINE_MAX + 1);
    for (; p < end && (nl = memchr(p, '\n', (size_t)(end - p))); p = nl + 1)
        take_line(t, p, (size_t)(nl - p), &message);
    text_release(&message);
    trail_count(t, (size_t)(trail_about(t)->end - was));
    return (size_t)(trail_about(t)->end - was);
}

/* ---- replies ---- */

/* Why it cannot be read; false: it can. */
static bool why_not(const struct trail *t, const struct reply *r, struct err *e)
{
    const char *said = value_str(reply_cell(r, 0, "stderr"), ""), *out = value_str(reply_cell(r, 0, "stdout"), "");
    int64_t status = value_i64(reply_cell(r, 0, "exit_status"), -1);
    bool nothing = !strstr(out, "\"__CURSOR\"");

    if (r->err)
        *e = *r->err;
    else if (journal_is_hidden(said) && (status != 0 || nothing) && !*t->cursor)
        err_set(e, ERR_PRIVILEGE, "the journal of %.100s may not be read: the groups systemd-journal and adm may; sudo usermod -aG "
                                  "systemd-journal USER and a new login grant it, or become", t->unit);
    else if (status != 0)
        err_set(e, ERR_SHAPE, "the journal of %.100s cannot be read: %.*s; try journalctl -u %.100s there", t->unit, (int)strcspn(said, "\n"),
                *said ? said : "journalctl failed", t->unit);
    else
        return false;
    return true;
}

/* False: the words are told. */
static bool is_well(struct trail *t, const struct reply *r)
{
    struct err e = {0};

    if (!why_not(t, r, &e))
        return true;
    trail_failed(t, &e);
    return false;
}

/* At once when there was more than came in one answer; not when nothing of it was a line: that would never end. */
static void again_later(struct trail *t, const struct reply *r, size_t lines)
{
    bool cut = value_i64(reply_cell(r, 0, "truncated"), 0) != 0;

    t->retry_ms = clock_mono_ms() + (cut && lines && *t->cursor ? 0 : JOURNAL_MS);
    feed_tell(t->logs->feed);
}

static void followed(struct trail *t)
{
    struct logbook_log *about = trail_edit(t);

    about->state = LB_FOLLOWED;
    about->loading = false;
    about->size = t->journal_at;
    err_clear(&about->err);
    t->settled = t->caught_up = true;
}

static void on_tail(struct trail *t, const struct reply *r)
{
    struct err e = {0};
    size_t lines;

    if (why_not(t, r, &e) && trail_become(t, &e)) {
        journal_tail(t);
        return;
    }
    if (!is_well(t, r))
        return;
    trail_clear(t, 1, t->journal_at);
    lines = take_lines(t, r);
    if (lines == strtoul(JOURNAL_LINES, NULL, 10))
        trail_note_before(t, "-- older lines are in the journal: go to a time to see them --");
    if (!lines && !t->told_empty) { /* nobody is told when journalctl leaves out what he may not read */
        t->told_empty = true;
        trail_note(t, "-- the journal gives no lines of %.100s; who is in neither of the groups systemd-journal and adm sees none of them --", t->unit);
    }
    followed(t);
    again_later(t, r, lines);
}

static void on_next(struct trail *t, const struct reply *r)
{
    const struct logbook_log *about = trail_about(t);
    size_t lines;

    if (!is_well(t, r)) {
        *t->cursor = '\0'; /* the journal was cleared: with its newest lines */
        return;
    }
    lines = take_lines(t, r);
    if (lines) {
        int64_t stamp = logbook_line(t->logs->book, t->log, about->end - 1)->time_ms;
        if (stamp != LOGBOOK_NO_TIME)
            trail_edit(t)->lag_ms = clock_wall_ms() - stamp;
    }
    if (about->state != LB_FOLLOWED || about->size != t->journal_at)
        followed(t);
    again_later(t, r, lines);
}

static void on_between(struct trail *t, const struct reply *r)
{
    if (!is_well(t, r))
        return;
    trail_clear(t, 1, t->journal_at);
    take_lines(t, r);
    struct logbook_log *about = trail_edit(t);
    about->state = LB_HELD;
    about->loading = false;
    t->settled = true;
    t->no_earlier = true;
    *t->cursor = '\0';
    feed_tell(t->logs->feed);
}

/* ---- questions ---- */

void journal_tail(struct trail *t)
{
    const char *const args[] = {JOURNAL_LINES, t->unit};

    t->held = false;
    t->caught_up = false;
    trail_edit(t)->loading = trail_about(t)->state != LB_FAILED;
    run(t, HOST_CMD_JOURNAL, args, 2, on_tail);
}

void journal_next(struct trail *t)
{
    const char *const args[] = {t->unit, t->cursor};

    if (*t->cursor)
        run(t, HOST_CMD_JOURNAL_AFTER, args, 2, on_next);
    else
        journal_tail(t);
}

void journal_jump(struct trail *t, int64_t at_ms)
{
    char since[32], until[32];
    const char *const args[] = {t->unit, since, until};

    trail_cancel(t, &t->ask);
    if (at_ms / 1000 <= JOURNAL_BEFORE_S) { /* the beginning of all: no journal goes back so far, and journalctl wants a time to begin at */
        journal_tail(t);
        return;
    }
    snprintf(since, sizeof since, "@%" PRId64, at_ms / 1000 - JOURNAL_BEFORE_S);
    snprintf(until, sizeof until, "@%" PRId64, at_ms / 1000 + JOURNAL_SPAN_S);
    t->held = true;
    t->caught_up = false;
    trail_edit(t)->loading = true;
    run(t, HOST_CMD_JOURNAL_BETWEEN, args, 3, on_between);
}
