/* To a time: the file that was written last at or after it, in it a search by halves, and a window around the place. Lines without a stamp
 * and stamps that run backwards for a while cost a probe more, or some lines before the time. */
#include "feed/log_inside.h"

#include <string.h>
#include "base/clock.h"

enum { PROBES = 200, BEHIND = 768 * 1024 /* bytes that are read at once behind the place */ };

static void search(struct trail *t);

/* ---- one probe ---- */

struct stamp {
    bool found;
    int64_t time_ms, offset;
};

static void take_stamp(void *data, const struct logbook_line *l, int64_t to)
{
    struct stamp *s = data;

    (void)to;
    if (s->found || l->continuation || l->time_ms == LOGBOOK_NO_TIME)
        return;
    *s = (struct stamp){.found = true, .time_ms = l->time_ms, .offset = l->offset};
}

static struct stamp stamp_in(struct trail *t, const struct reply *r, int64_t from)
{
    struct value bytes = reply_cell(r, 0, "bytes");
    struct strand s = {.at = from, .line_at = from, .headless = from > 0};
    struct stamp out = {0};

    if (bytes.type == V_TEXT)
        strand_feed(&s, &t->maker, bytes.u.s, bytes.len, take_stamp, &out);
    strand_release(&s);
    return out;
}

static void on_probe(struct trail *t, const struct reply *r);

static void probe(struct trail *t, int64_t at)
{
    struct host_call c = {.what = HOST_READ, .path = t->places.list[t->place].path, .from = at, .n = LOG_PROBE};

    t->probe = at;
    trail_submit(t, &t->ask, &c, LOG_PROBE, on_probe);
}

/* The window: from a little before the place. */
static void open_window(struct trail *t)
{
    const struct log_place *p = &t->places.list[t->place];
    int64_t from = t->from > LOG_PROBE ? t->from - LOG_PROBE : 0;

    trail_clear(t, p->inode, from);
    struct logbook_log *about = trail_edit(t);
    about->state = LB_HELD;
    about->size = p->size;
    for (size_t i = t->place; i > 0 && from == 0; i--) {
        if (!t->places.list[i - 1].packed)
            break;
        if (t->places.list[i - 1].mtime_ms >= t->at_ms) {
            trail_note(t, "-- what was before is in %s, which is packed --", place_name(&t->places.list[i - 1]));
            break;
        }
    }
    t->to = t->from - from + BEHIND;
    more_read_on(t);
}

static void on_probe(struct trail *t, const struct reply *r)
{
    struct stamp s;

    if (r->err && r->err->kind == ERR_TIMEOUT) {
        errand_over(t);
        follow_tail(t); /* says why it cannot be read */
        return;
    }
    if (r->err || value_i64(reply_cell(r, 0, "inode"), 0) != t->places.list[t->place].inode) {
        jump_to(t, t->at_ms); /* it was rotated meanwhile */
        return;
    }
    s = stamp_in(t, r, t->probe);
    if (!s.found && t->probe + LOG_PROBE < t->to && t->tries < PROBES) {
        t->tries++;
        probe(t, t->probe + LOG_PROBE); /* a long trace, or one long line */
        return;
    }
    if (s.found && s.offset < t->to && s.time_ms < t->at_ms)
        t->from = s.offset;
    else
        t->to = t->before;
    search(t);
}

static void search(struct trail *t)
{
    if (t->to - t->from <= 2 * LOG_PROBE || t->tries++ >= PROBES) {
        open_window(t);
        return;
    }
    t->before = t->from + (t->to - t->from) / 2;
    probe(t, t->before);
}

/* ---- which file ---- */

static void on_list(struct trail *t, const struct reply *r)
{
    if (r->err && trail_become(t, r->err)) {
        places_ask(t, on_list);
        return;
    }
    if (!r->err)
        places_take(t, r);
    for (t->place = 0; t->place < t->places.n; t->place++)
        if (t->places.list[t->place].mtime_ms >= t->at_ms && !t->places.list[t->place].packed)
            break;
    if (r->err || t->place == t->places.n) {
        errand_over(t);
        follow_tail(t); /* says why there is nothing */
        return;
    }
    t->from = 0;
    t->to = t->places.list[t->place].size;
    search(t);
}

void jump_to(struct trail *t, int64_t at_ms)
{
    if (t->errand != ERRAND_JUMP)
        t->tries = 0;
    trail_cancel(t, &t->follow);
    trail_cancel(t, &t->ask);
    t->errand = ERRAND_JUMP;
    t->at_ms = at_ms;
    t->held = true;
    t->caught_up = false;
    trail_edit(t)->loading = true;
    if (t->tries++ >= PROBES) { /* rotated faster than it is searched */
        errand_over(t);
        follow_tail(t);
        return;
    }
    places_ask(t, on_list);
}
