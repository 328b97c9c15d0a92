/* What is appended to a log. host/ tells what happens to the file; here it becomes lines and notes. */
#include "feed/log_inside.h"

#include <string.h>
#include "base/clock.h"

enum { RESUME_MOST = 4 * 1024 * 1024 }; /* of bytes that are read to go on without a gap */

static void on_follow(struct trail *t, const struct reply *r);

static void begin(struct trail *t, int64_t from, int64_t inode)
{
    struct host_call c = {.what = HOST_FOLLOW, .path = t->path, .from = from, .inode = inode};

    trail_cancel(t, &t->follow);
    t->first_reply = true;
    t->resumed = inode != 0;
    t->held = false;
    trail_submit(t, &t->follow, &c, LOG_SLICE, on_follow);
}

void follow_tail(struct trail *t)
{
    t->caught_up = t->settled = false;
    if (trail_about(t)->state != LB_FAILED && trail_about(t)->state != LB_GONE)
        trail_edit(t)->loading = true;
    begin(t, -LOG_TAIL, 0);
}

void follow_resume(struct trail *t)
{
    int64_t inode = trail_last_inode(t);

    if (!inode || !t->strands[0].inode) {
        follow_tail(t);
        return;
    }
    begin(t, t->strands[0].at, inode);
}

/* ---- strands ---- */

static struct strand *strand_find(struct trail *t, int64_t inode)
{
    for (size_t i = 0; i < LOG_STRANDS; i++)
        if (t->strands[i].inode == inode)
            return &t->strands[i];
    return NULL;
}

/* Of another file, in the place of the one that was fed longest ago. Never the first. */
static struct strand *strand_other(struct trail *t, int64_t inode, int64_t at)
{
    struct strand *s = &t->strands[1];

    for (size_t i = 2; i < LOG_STRANDS && s->inode; i++)
        if (!t->strands[i].inode || t->strands[i].fed_ms < s->fed_ms)
            s = &t->strands[i];
    trail_finish(t, s);
    strand_move(s, inode, at, false);
    return s;
}

/* The first one becomes one of the others: late lines may come. */
static void strand_next(struct trail *t, int64_t inode, int64_t at)
{
    struct strand *known = strand_find(t, inode);
    struct strand *other = known ? known : strand_other(t, inode, at);
    struct strand first = t->strands[0];

    if (known == t->strands)
        return;
    t->strands[0] = *other;
    *other = first;
}

/* ---- data ---- */

static int64_t stamp_of_newest(const struct trail *t)
{
    const struct logbook_log *about = trail_about(t);

    return about->first < about->end ? logbook_line(t->logs->book, t->log, about->end - 1)->time_ms : LOGBOOK_NO_TIME;
}

static void note_lag(struct trail *t, int64_t end)
{
    int64_t stamp = stamp_of_newest(t);

    if (trail_about(t)->end != end && stamp != LOGBOOK_NO_TIME)
        trail_edit(t)->lag_ms = clock_wall_ms() - stamp;
}

static void packed(struct trail *t)
{
    struct err e;

    trail_cancel(t, &t->follow);
    err_set(&e, ERR_SHAPE, "'%.200s' is packed: unpack it (gzip -d) to read it", t->path);
    trail_failed(t, &e);
}

/* From where host/ says; what we have already (it never should say so) is not taken twice. */
static void feed_strand(struct trail *t, struct strand *s, int64_t from, const char *bytes, size_t n)
{
    if (from > s->at) {
        trail_finish(t, s);
        strand_move(s, s->inode, from, false);
    } else if (from < s->at) {
        int64_t known = s->at - from;
        if ((uint64_t)known >= n)
            return;
        bytes += known;
        n -= (size_t)known;
    }
    trail_bytes(t, s, bytes, n);
}

static void take_data(struct trail *t, const struct reply *r)
{
    struct value bytes = reply_cell(r, 0, "bytes");
    int64_t from = value_i64(reply_cell(r, 0, "from"), 0), size = value_i64(reply_cell(r, 0, "size"), 0), end = trail_about(t)->end;
    int64_t inode = value_i64(reply_cell(r, 0, "inode"), 0);
    struct strand *s = strand_find(t, inode);
    size_t n = bytes.type == V_TEXT ? bytes.len : 0;

    if (!s)
        s = strand_other(t, inode, from);
    if (n)
        feed_strand(t, s, from, bytes.u.s, n);
    if (s->packed) {
        packed(t);
        return;
    }
    if (s != t->strands)
        return;
    if (t->caught_up)
        note_lag(t, end);
    if (!t->caught_up && from + (int64_t)n >= size) {
        t->caught_up = t->settled = true;
        t->look_back = !t->resumed && trail_about(t)->from == 0 && size < LOG_SHORT;
    }
    struct logbook_log *about = trail_edit(t);
    about->state = LB_FOLLOWED;
    about->size = size > s->at ? size : s->at;
    about->loading = !t->caught_up;
}

/* ---- what happened to the file ---- */

/* The file that is read now is another one, from `from` on. */
static void other_file(struct trail *t, const struct reply *r)
{
    int64_t inode = value_i64(reply_cell(r, 0, "inode"), 0);

    strand_next(t, inode, value_i64(reply_cell(r, 0, "from"), 0));
    trail_segment(t, inode);
    trail_edit(t)->size = value_i64(reply_cell(r, 0, "size"), 0);
}

static void on_rotated(struct trail *t, const struct reply *r)
{
    trail_note(t, "-- rotated: from here on a new file --");
    other_file(t, r);
}

static void on_truncated(struct trail *t, const struct reply *r)
{
    struct strand *s = &t->strands[0];

    trail_finish(t, s);
    for (size_t i = 0; i < t->nsegments; i++)
        if (t->segments[i].inode == s->inode)
            t->segments[i].inode = 0;
    trail_note(t, "-- truncated: the file begins anew --");
    strand_move(s, s->inode, 0, false);
    trail_segment(t, s->inode);
    trail_edit(t)->size = value_i64(reply_cell(r, 0, "size"), 0);
}

static void on_gone(struct trail *t, const struct reply *r)
{
    const struct logbook_log *about = trail_about(t);
    struct err e;
    char at[32];

    (void)r;
    if (about->first < about->end) {
        trail_note(t, "-- gone: there is no such file now --");
        err_set(&e, ERR_GONE, "the file '%.200s' is gone since %s; it is read again when it is back", t->path,
                time_of_day(clock_wall_ms(), at, sizeof at));
    } else {
        err_set(&e, ERR_GONE, "there is no file '%.200s'; it is read as soon as there is one", t->path);
    }
    t->settled = t->caught_up = true;
    struct logbook_log *edit = trail_edit(t);
    edit->state = LB_GONE;
    edit->err = e;
    edit->loading = false;
    edit->size = 0;
}

static void on_back(struct trail *t, const struct reply *r)
{
    const struct logbook_log *about = trail_about(t);

    if (about->first < about->end)
        trail_note(t, "-- there is a file again --");
    other_file(t, r);
    struct logbook_log *edit = trail_edit(t);
    edit->state = LB_FOLLOWED;
    err_clear(&edit->err);
}

static void on_lost(struct trail *t, const struct reply *r)
{
    (void)r;
    follow_tail(t);
}

/* ---- replies ---- */

static const struct {
    const char *event;
    void (*hear)(struct trail *t, const struct reply *r);
} events[] = {
    {"data", take_data}, {"rotated", on_rotated}, {"truncated", on_truncated}, {"gone", on_gone}, {"back", on_back}, {"lost", on_lost},
};

/* False: it is asked for anew. */
static bool hear_first(struct trail *t, const struct reply *r, const char *event)
{
    bool data = strcmp(event, "data") == 0;
    int64_t from = value_i64(reply_cell(r, 0, "from"), 0), size = value_i64(reply_cell(r, 0, "size"), 0);

    t->first_reply = false;
    if (t->resumed && data && size - from > RESUME_MOST) { /* much was written meanwhile */
        follow_tail(t);
        return false;
    }
    if (!t->resumed)
        trail_clear(t, value_i64(reply_cell(r, 0, "inode"), 0), data ? from : 0);
    err_clear(&trail_edit(t)->err);
    return true;
}

static void on_follow(struct trail *t, const struct reply *r)
{
    const char *event = value_str(reply_cell(r, 0, "event"), "");

    if (r->err) {
        if (trail_become(t, r->err))
            follow_tail(t);
        else
            trail_failed(t, r->err);
        return;
    }
    if (t->first_reply && !hear_first(t, r, event))
        return;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (strcmp(event, events[i].event) == 0)
            events[i].hear(t, r);
    feed_tell(t->logs->feed);
}
