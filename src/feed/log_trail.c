#include "feed/log_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

enum { RETRY_MS = 10 * 1000 };

const struct logbook_log *trail_about(const struct trail *t)
{
    return logbook_log(t->logs->book, t->log);
}

struct logbook_log *trail_edit(struct trail *t)
{
    return logbook_edit(t->logs->book, t->log);
}

/* ---- asks ---- */

static void on_reply(void *ctx, const struct reply *r)
{
    struct log_call *c = ctx;
    struct trail *t = c->trail;
    log_fn *fn = c->fn;

    if (r->last) {
        if (t)
            *c->place = NULL;
        free(c);
    }
    if (!t)
        return;
    fn(t, r);
}

void trail_submit(struct trail *t, struct log_call **place, const struct host_call *c, size_t max_bytes, log_fn *fn)
{
    struct log_call *call = x_calloc(1, sizeof *call);
    struct ask a = {.kind = ASK_HOST, .instance = t->logs->instance, .max_bytes = max_bytes, .u.host = *c};

    a.u.host.as = t->as;
    call->trail = t;
    call->place = place;
    call->fn = fn;
    *place = call;
    call->id = port_submit(&t->logs->feed->port, &a, on_reply, call);
}

void trail_cancel(struct trail *t, struct log_call **place)
{
    struct log_call *call = *place;

    if (!call)
        return;
    *place = NULL;
    call->trail = NULL; /* its last reply frees it */
    port_cancel(&t->logs->feed->port, call->id);
}

bool trail_become(struct trail *t, const struct err *e)
{
    if (e->kind != ERR_PRIVILEGE || t->as != AS_SELF)
        return false;
    t->as = AS_SERVER;
    return true;
}

void trail_failed(struct trail *t, const struct err *e)
{
    struct logbook_log *about = trail_edit(t);

    about->state = LB_FAILED;
    about->err = *e;
    about->loading = false;
    t->as = AS_SELF; /* rights may be granted any time */
    t->settled = true;
    t->retry_ms = clock_mono_ms() + RETRY_MS;
}

void trail_release(struct trail *t)
{
    trail_cancel(t, &t->follow);
    trail_cancel(t, &t->ask);
    places_release(&t->places);
    for (size_t i = 0; i < LOG_STRANDS; i++)
        strand_release(&t->strands[i]);
    text_release(&t->maker.shown);
    free(t->path);
    free(t->unit);
}

/* ---- which file a line is of ---- */

/* Those whose lines are not held any more are forgotten. */
static void tidy_segments(struct trail *t)
{
    const struct logbook_log *about = trail_about(t);
    size_t old = 0;

    while (old + 1 < t->nsegments && t->segments[old + 1].first <= about->first)
        old++;
    t->nsegments -= old;
    memmove(t->segments, t->segments + old, t->nsegments * sizeof *t->segments);
}

void trail_segment(struct trail *t, int64_t inode)
{
    tidy_segments(t);
    if (t->nsegments == LOG_SEGMENTS) { /* a file for every handful of lines: the oldest cannot be told apart any more */
        memmove(t->segments, t->segments + 1, --t->nsegments * sizeof *t->segments);
        t->segments[0].inode = 0;
    }
    t->segments[t->nsegments++] = (struct segment){.first = trail_about(t)->end, .inode = inode};
}

int64_t trail_first_inode(struct trail *t)
{
    tidy_segments(t);
    return t->nsegments ? t->segments[0].inode : 0;
}

int64_t trail_last_inode(struct trail *t)
{
    return t->nsegments ? t->segments[t->nsegments - 1].inode : 0;
}

void trail_hold(struct trail *t)
{
    const struct logbook_log *about = trail_about(t);

    while (t->nsegments > 1 && t->segments[t->nsegments - 1].first >= about->end)
        t->nsegments--;
    trail_cancel(t, &t->follow);
    strand_move(&t->strands[0], trail_last_inode(t), about->to, false);
    t->held = true;
    t->caught_up = false;
    trail_edit(t)->state = LB_HELD;
}

void trail_clear(struct trail *t, int64_t inode, int64_t from)
{
    if (t->errand == ERRAND_EARLIER || t->errand == ERRAND_LATER) { /* of the window that goes */
        trail_cancel(t, &t->ask);
        t->errand = ERRAND_NONE;
    }
    logbook_clear(t->logs->book, t->log, from);
    t->nsegments = 0;
    t->no_earlier = false;
    for (size_t i = 0; i < LOG_STRANDS; i++)
        strand_move(&t->strands[i], 0, 0, false);
    strand_move(&t->strands[0], inode, from, from > 0);
    t->segments[t->nsegments++] = (struct segment){.inode = inode};
}

/* ---- lines ---- */

static void add_line(void *data, const struct logbook_line *l, int64_t to)
{
    struct trail *t = data;

    logbook_append(t->logs->book, t->log, l, to);
}

void trail_bytes(struct trail *t, struct strand *s, const char *bytes, size_t n)
{
    int64_t end = trail_about(t)->end;

    s->fed_ms = clock_mono_ms();
    strand_feed(s, &t->maker, bytes, n, add_line, t);
    trail_count(t, (size_t)(trail_about(t)->end - end));
}

void trail_finish(struct trail *t, struct strand *s)
{
    strand_end(s, &t->maker, add_line, t);
}

static struct logbook_line note_line(const char *words, int64_t offset, int64_t time_ms)
{
    return (struct logbook_line){
        .offset = offset, .time_ms = time_ms, .text = words, .len = (uint32_t)strlen(words), .note = true};
}

/* It has the time of the line before it, so that it stays there among the lines of other logs. */
void trail_note(struct trail *t, const char *fmt, ...)
{
    const struct logbook_log *about = trail_about(t);
    const struct logbook_line *before = about->first < about->end ? logbook_line(t->logs->book, t->log, about->end - 1) : NULL;
    struct logbook_line l;
    struct text words;
    va_list ap;

    text_init(&words, 1024);
    va_start(ap, fmt);
    text_vaddf(&words, fmt, ap);
    va_end(ap);
    l = note_line(words.s, about->to, before ? before->time_ms : clock_wall_ms());
    logbook_append(t->logs->book, t->log, &l, about->to);
    text_release(&words);
}

void trail_note_before(struct trail *t, const char *words)
{
    const struct logbook_log *about = trail_about(t);
    int64_t time_ms = about->first < about->end ? logbook_line(t->logs->book, t->log, about->first)->time_ms : LOGBOOK_NO_TIME;
    struct logbook_line l = note_line(words, about->from, time_ms);

    logbook_prepend(t->logs->book, t->log, &l, 1, about->from);
}

/* ---- how many of late ---- */

static void turn_seconds(struct trail *t)
{
    int64_t now = clock_mono_ms() / 1000;
    size_t places = sizeof t->counts / sizeof *t->counts;

    if (now - t->second >= (int64_t)places || now < t->second)
        memset(t->counts, 0, sizeof t->counts);
    for (; t->second < now && now - t->second < (int64_t)places;)
        t->counts[(size_t)(++t->second % (int64_t)places)] = 0;
    t->second = now;
}

void trail_count(struct trail *t, size_t lines)
{
    if (!t->caught_up)
        return;
    turn_seconds(t);
    t->counts[t->second % (LOG_RATE_SECONDS + 1)] += (uint32_t)lines;
}

/* Of whole seconds: the one that runs is left out. */
bool trail_rate(struct trail *t)
{
    uint64_t sum = 0;
    double rate;

    turn_seconds(t);
    for (int64_t i = 1; i <= LOG_RATE_SECONDS && i <= t->second; i++)
        sum += t->counts[(t->second - i) % (LOG_RATE_SECONDS + 1)];
    rate = (double)sum / LOG_RATE_SECONDS;
    if (rate != trail_about(t)->lines_per_s)
        trail_edit(t)->lines_per_s = rate;
    return sum || t->counts[t->second % (LOG_RATE_SECONDS + 1)];
}
