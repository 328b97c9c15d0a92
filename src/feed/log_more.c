/* More of a log in front of what is held, and behind it where that is not the end: a chunk of whole lines at a time, from one file to the
 * one before it or after it. */
#include "feed/log_inside.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

enum { TRIES = 3, SEEK = 1024 * 1024, QUIET_LINES = 500 };

static const char rotated_too_often[] = "-- this log was rotated too often to go further back --";

static void read_place(struct trail *t, int64_t from, int64_t n, log_fn *fn)
{
    struct host_call c = {.what = HOST_READ, .path = t->places.list[t->place].path, .from = from, .n = n};

    trail_submit(t, &t->ask, &c, (size_t)n, fn);
}

/* What was listed is another file by now. */
static bool is_other(const struct trail *t, const struct reply *r)
{
    return value_i64(reply_cell(r, 0, "inode"), 0) != t->places.list[t->place].inode;
}

/* ---- lines that are gathered before they go in front ---- */

struct chunk {
    struct logbook_line *lines;
    size_t n, cap;
    struct arena memory; /* of texts that are not in the bytes */
    const char *bytes;
    size_t len;
};

static const char *keep(struct chunk *k, const char *s, size_t n)
{
    return s >= k->bytes && s <= k->bytes + k->len ? s : arena_strndup(&k->memory, s, n);
}

static void chunk_add(void *data, const struct logbook_line *l, int64_t to)
{
    struct chunk *k = data;
    struct logbook_line *line;

    (void)to;
    k->lines = x_grow(k->lines, &k->cap, k->n + 1, sizeof *k->lines);
    line = &k->lines[k->n++];
    *line = *l;
    if (l->text < k->bytes || l->text > k->bytes + k->len) { /* of a strand's own memory: what is shown moves with it */
        line->text = arena_strndup(&k->memory, l->text, l->len);
        if (l->shown >= l->text && l->shown <= l->text + l->len)
            line->shown = line->text + (l->shown - l->text);
        else
            line->shown = arena_strndup(&k->memory, l->shown, l->shown_len);
    } else {
        line->shown = keep(k, l->shown, l->shown_len);
    }
    line->category = *l->category ? arena_strdup(&k->memory, l->category) : "";
    line->database = *l->database ? arena_strdup(&k->memory, l->database) : "";
}

static void chunk_release(struct chunk *k)
{
    free(k->lines);
    arena_release(&k->memory);
}

static void chunk_read(struct chunk *k, struct trail *t, const struct reply *r, int64_t from, bool headless)
{
    struct value bytes = reply_cell(r, 0, "bytes");
    struct strand s = {.at = from, .line_at = from, .headless = headless};

    *k = (struct chunk){.bytes = bytes.type == V_TEXT ? bytes.u.s : "", .len = bytes.type == V_TEXT ? bytes.len : 0};
    strand_feed(&s, &t->maker, k->bytes, k->len, chunk_add, k);
    strand_end(&s, &t->maker, chunk_add, k);
    strand_release(&s);
}

/* Lines without a stamp at its beginning belong to one that is not there: they come with the next chunk, if any has a stamp. */
static size_t chunk_begin(const struct chunk *k)
{
    for (size_t i = 0; i < k->n; i++)
        if (!k->lines[i].continuation)
            return i;
    return 0;
}

/* ---- earlier ---- */

static void earlier_list(struct trail *t);
static void earlier_read(struct trail *t);

static bool step_back(struct trail *t);

/* There is no more. */
static void earlier_end(struct trail *t, const char *words)
{
    if (words)
        trail_note_before(t, words);
    t->no_earlier = true;
    t->began = trail_about(t)->first;
    errand_over(t);
}

/* There is more, but it cannot be had. */
static void earlier_stop(struct trail *t, const char *words)
{
    earlier_end(t, t->quiet ? NULL : words);
}

static bool is_joint(const struct trail *t)
{
    return trail_about(t)->from == 0;
}

/* The oldest lines were dropped meanwhile: what was read does not join what is held. */
static bool is_late(struct trail *t)
{
    if (trail_about(t)->first == t->began)
        return false;
    errand_over(t);
    return true;
}

/* The lines are in front: which file they are of, and whether the newest had to go. */
static void earlier_done(struct trail *t, const struct chunk *k, size_t begin, int64_t from)
{
    bool joint = is_joint(t), whole;
    int64_t before = trail_about(t)->first;

    if (joint && t->nsegments == LOG_SEGMENTS) { /* it was rotated once more since step_back looked */
        earlier_stop(t, rotated_too_often);
        return;
    }
    whole = logbook_prepend(t->logs->book, t->log, k->lines + begin, k->n - begin, from);

    if (joint) {
        t->segments[0].first = before;
        memmove(t->segments + 1, t->segments, t->nsegments++ * sizeof *t->segments);
        t->segments[0].inode = t->places.list[t->place].inode;
    }
    t->segments[0].first = trail_about(t)->first;
    if (!whole)
        trail_hold(t);
    if (!whole || from > 0 || (t->quiet && trail_about(t)->end - trail_about(t)->first > QUIET_LINES)) {
        errand_over(t);
        return;
    }
    t->began = trail_about(t)->first; /* at the beginning of a file: with the end of the one before */
    if (step_back(t))
        earlier_read(t);
}

static void add_joint(struct chunk *k, int64_t offset)
{
    static const char words[] = "-- rotated: from here on a new file --";
    struct logbook_line l = {.offset = offset, .text = words, .len = sizeof words - 1, .shown = words, .shown_len = sizeof words - 1,
                             .category = "", .database = "", .note = true};

    l.time_ms = k->n ? k->lines[k->n - 1].time_ms : LOGBOOK_NO_TIME;
    chunk_add(k, &l, offset);
}

/* The beginning of a line that is longer than what was read so far. */
static void on_head(struct trail *t, const struct reply *r)
{
    struct chunk k;

    if (is_late(t))
        return;
    if (r->err || is_other(t, r)) {
        earlier_stop(t, "-- what was before is not there any more --");
        return;
    }
    chunk_read(&k, t, r, t->from, false);
    if (k.n > 1)
        k.n = 1;
    for (size_t i = 0; i < k.n; i++)
        k.lines[i].cut = true;
    if (is_joint(t))
        add_joint(&k, t->to);
    earlier_done(t, &k, 0, t->from);
    chunk_release(&k);
}

/* Back to where a long line begins: behind the last end of a line before t->from. */
static void on_seek(struct trail *t, const struct reply *r)
{
    struct value bytes = reply_cell(r, 0, "bytes");
    int64_t begin = t->probe;
    const char *nl;

    if (r->err || is_other(t, r) || bytes.type != V_TEXT) {
        earlier_stop(t, "-- what was before is not there any more --");
        return;
    }
    nl = memrchr(bytes.u.s, '\n', bytes.len);
    t->from = nl ? begin + (nl - bytes.u.s) + 1 : begin;
    if (nl || begin == 0) {
        read_place(t, t->from, LOGBOOK_LINE_MAX, on_head);
        return;
    }
    t->probe = begin > SEEK ? begin - SEEK : 0;
    read_place(t, t->probe, begin - t->probe, on_seek);
}

static void on_earlier(struct trail *t, const struct reply *r)
{
    struct chunk k;

    if (is_late(t))
        return;
    if (r->err) {
        earlier_stop(t, "-- what was before cannot be read --");
        return;
    }
    if (is_other(t, r)) {
        if (t->tries++ < TRIES)
            earlier_list(t);
        else
            earlier_stop(t, "-- what was before is not there any more --");
        return;
    }
    chunk_read(&k, t, r, t->from, t->from > 0);
    if (!k.n && t->from > 0) {
        t->probe = t->from > SEEK ? t->from - SEEK : 0;
        read_place(t, t->probe, t->from - t->probe, on_seek);
    } else {
        size_t begin = t->from > 0 ? chunk_begin(&k) : 0;
        int64_t from = k.n ? k.lines[begin].offset : 0;
        if (is_joint(t))
            add_joint(&k, t->to);
        earlier_done(t, &k, begin, from);
    }
    chunk_release(&k);
}

static void earlier_read(struct trail *t)
{
    t->from = t->to > LOG_TAIL ? t->to - LOG_TAIL : 0;
    read_place(t, t->from, t->to > t->from ? t->to - t->from : 1, on_earlier);
}

/* What is held begins at the beginning of its file: the one before, if there is one. False: it stops here. */
static bool step_back(struct trail *t)
{
    struct text words;

    do {
        if (t->place == 0) {
            earlier_end(t, NULL);
            return false;
        }
        t->place--;
    } while (t->places.list[t->place].size == 0);
    if (t->nsegments == LOG_SEGMENTS) {
        earlier_stop(t, rotated_too_often);
        return false;
    }
    if (!t->places.list[t->place].packed) {
        t->to = t->places.list[t->place].size;
        return true;
    }
    text_init(&words, 512);
    text_addf(&words, "-- what was before is in %s, which is packed --", place_name(&t->places.list[t->place]));
    earlier_end(t, words.s);
    text_release(&words);
    return false;
}

static void on_earlier_list(struct trail *t, const struct reply *r)
{
    if (r->err && trail_become(t, r->err)) {
        earlier_list(t);
        return;
    }
    if (r->err) {
        earlier_stop(t, "-- what was before cannot be found: its directory cannot be read --");
        return;
    }
    places_take(t, r);
    if (!places_find(t, trail_first_inode(t), &t->place))
        earlier_stop(t, "-- what was before is not there any more --");
    else if (t->to > 0 || step_back(t))
        earlier_read(t);
}

static void earlier_list(struct trail *t)
{
    t->to = trail_about(t)->from;
    places_ask(t, on_earlier_list);
}

void more_earlier(struct trail *t, bool quiet)
{
    t->errand = ERRAND_EARLIER;
    t->quiet = quiet;
    t->began = trail_about(t)->first;
    t->tries = 0;
    trail_edit(t)->loading = true;
    if (trail_first_inode(t))
        earlier_list(t);
    else
        earlier_end(t, "-- what was before was cut off --");
}

/* ---- later ---- */

static void later_stop(struct trail *t, const char *words)
{
    if (words)
        trail_note(t, "%s", words);
    errand_over(t);
    if (words)
        t->rest_ms = clock_mono_ms() + 10000; /* it is only asked for again with patience */
}

/* Behind the end of a file that is not written any more. False: there is none that can be read. */
static bool step_on(struct trail *t)
{
    while (++t->place < t->places.n) {
        const struct log_place *p = &t->places.list[t->place];
        if (p->packed) {
            trail_note(t, "-- what follows is in %s, which is packed --", place_name(p));
            continue;
        }
        trail_finish(t, &t->strands[0]);
        trail_note(t, "-- rotated: from here on a new file --");
        strand_move(&t->strands[0], p->inode, 0, false);
        trail_segment(t, p->inode);
        return true;
    }
    return false;
}

static void on_more(struct trail *t, const struct reply *r)
{
    struct value bytes = reply_cell(r, 0, "bytes");
    size_t n = bytes.type == V_TEXT ? bytes.len : 0;

    if (r->err && r->err->kind == ERR_TIMEOUT) {
        later_stop(t, "-- what follows cannot be read: its disk or network file system does not answer --");
        return;
    }
    if (r->err || is_other(t, r)) {
        later_stop(t, "-- what follows is not there any more: go to the end --");
        return;
    }
    trail_bytes(t, &t->strands[0], n ? bytes.u.s : "", n);
    t->to -= (int64_t)n;
    trail_edit(t)->size = value_i64(reply_cell(r, 0, "size"), 0);
    if (value_i64(reply_cell(r, 0, "eof"), 0)) {
        if (t->place + 1 == t->places.n) {
            errand_over(t);
            follow_resume(t);
            return;
        }
        if (!step_on(t)) {
            later_stop(t, NULL);
            return;
        }
    }
    if (t->to > 0)
        more_read_on(t);
    else
        later_stop(t, NULL);
}

void more_read_on(struct trail *t)
{
    read_place(t, t->strands[0].at, LOG_TAIL, on_more);
}

static void on_later_list(struct trail *t, const struct reply *r)
{
    if (r->err) {
        later_stop(t, "-- what follows cannot be found: the directory cannot be read --");
        return;
    }
    places_take(t, r);
    if (places_find(t, t->strands[0].inode, &t->place))
        more_read_on(t);
    else
        later_stop(t, "-- what follows is not there any more: go to the end --");
}

void more_later(struct trail *t)
{
    t->errand = ERRAND_LATER;
    t->to = LOG_TAIL;
    trail_edit(t)->loading = true;
    places_ask(t, on_later_list);
}
