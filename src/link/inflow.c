/* The rows of a statement over HTTP that are wanted in parts: read while they come, handed on and let go of. When there are as many as
 * were wanted, or nobody wants them any more, the connection is closed: a server that has rows to write finds out and ends the statement.
 * What does not begin like an answer with rows is gathered and read as a whole.
 *
 * Pieces come from inside libcurl, where nothing may be sent, and as fast as a server can: so after each READ_AT_ONCE, and when a part is to be
 * handed on, the server has to wait until the next turn of the loop. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "link/internal.h"
#include "neo4j/jolt_stream.h"

enum {
    READ_AT_ONCE = 128 * 1024, /* bytes: some milliseconds */
    FIRST_ROWS = 1000,         /* the first part is handed on at once when it has so many */
};

enum ending {
    ENDS_ITSELF,
    ENDS_ENOUGH,  /* the server has more */
    ENDS_BROKEN,  /* err: what came makes no sense, or is too large */
    ENDS_UNWANTED,
};

struct inflow {
    struct flight *flight;
    enum jolt_begins begins;
    struct text body;          /* as long as it is not, or never will be, a stream of rows */
    struct jolt_stream stream;
    struct err err;
    struct arena names;        /* of the columns: stay until the end */
    struct arena part;         /* what has come and is not handed on yet */
    struct timer *old;         /* the part has waited for long enough */
    struct timer *next;        /* the next turn: while the server waits */
    size_t read;               /* bytes in this turn */
    size_t bytes;              /* of all parts, as they are kept */
    size_t taken;              /* rows until now */
    int64_t began, first;      /* monotonic; first row 0: none yet */
    enum ending ending;
    struct job *job;           /* a long row is read by a worker: the stream, what it points to and `took` are the worker's */
    enum jolt_read took;
    size_t before;             /* rows before it */
    struct text rest;          /* what came behind it */
    bool over;                 /* the answer has ended meanwhile, like this: */
    struct http_response end;
};

static void on_old(void *data);
static void on_next(void *data);

bool inflow_fits(const struct flight *f)
{
    return f->parts && f->dialect == DIALECT_JOLT && f->st.id != STMT_EXPLAIN && statement_effect(f->st.id) == EFFECT_READS;
}

struct inflow *inflow_new(struct flight *f)
{
    struct inflow *in = x_calloc(1, sizeof *in);

    in->flight = f;
    in->began = clock_mono_ms();
    in->old = loop_timer(f->at->link->loop, on_old, in);
    in->next = loop_timer(f->at->link->loop, on_next, in);
    text_init(&in->body, f->max_bytes);
    jolt_stream_init(&in->stream, f->max_bytes, f->max_bytes / 4, f->result_index, &in->err);
    in->stream.long_line = f->at->link->pace.worker_bytes;
    text_init(&in->rest, 0);
    return in;
}

void inflow_free(struct inflow *in)
{
    if (!in)
        return;
    if (in->job) { /* it frees the rest */
        in->flight = NULL;
        job_cancel(in->job);
        timer_clear(in->old);
        timer_clear(in->next);
        return;
    }
    timer_free(in->old);
    timer_free(in->next);
    text_release(&in->body);
    text_release(&in->rest);
    jolt_stream_release(&in->stream);
    arena_release(&in->part);
    arena_release(&in->names);
    free(in);
}

bool inflow_has_rows(const struct inflow *in)
{
    return in && in->taken > 0;
}

/* ---- parts ---- */

static size_t part_bytes(const struct inflow *in)
{
    const struct rows *rows = &in->stream.events.rows;

    return in->part.bytes + rows->nrows * rows->ncols * sizeof(struct value);
}

static bool part_is_due(const struct inflow *in)
{
    return part_bytes(in) >= PART_BYTES || (!in->bytes && in->stream.events.rows.nrows >= FIRST_ROWS);
}

static void give(struct inflow *in)
{
    struct flight *f = in->flight;
    struct rows *rows = &in->stream.events.rows;
    struct neo_result part = {0};

    if (!rows->nrows)
        return;
    in->bytes += part_bytes(in);
    rows->arena = &in->part;
    rows_finish(rows, &part);
    flight_part(f, &part, 0);
    rows->nrows = 0;
    arena_release(&in->part);
    timer_clear(in->old);
    if (!f->fn)
        wire_cancel(f->wire);
}

static void on_old(void *data)
{
    give(data);
}

static void on_next(void *data)
{
    struct inflow *in = data;

    if (part_is_due(in))
        give(in);
    in->read = 0;
    wire_resume(in->flight->wire);
}

/* At the end of a piece. */
static void breathe(struct inflow *in, size_t n)
{
    in->read += n;
    if ((in->read < READ_AT_ONCE && !part_is_due(in)) || !in->flight->wire)
        return;
    wire_pause(in->flight->wire);
    timer_set(in->next, 0);
}

/* ---- what comes ---- */

/* False, for libcurl to close the connection. */
static bool stop(struct inflow *in, enum ending why)
{
    in->ending = why;
    return false;
}

/* One row too many is how it is known that there are more. */
static bool on_row(struct inflow *in)
{
    struct flight *f = in->flight;

    if (!f->fn)
        return stop(in, ENDS_UNWANTED);
    if ((f->max_rows && in->taken >= f->max_rows) || in->bytes + part_bytes(in) > PARTS_MOST * f->max_bytes) {
        in->stream.events.rows.nrows--;
        return stop(in, ENDS_ENOUGH);
    }
    if (in->taken++ == 0)
        in->first = clock_mono_ms();
    if (in->stream.events.rows.nrows == 1)
        timer_set(in->old, PART_MS);
    return true;
}

static struct rows *rows_of(struct inflow *in)
{
    struct rows *rows = &in->stream.events.rows;

    rows->arena = rows->names ? &in->part : &in->names;
    return rows;
}

/* `before`: rows before this was read. */
static bool on_read(struct inflow *in, enum jolt_read r, size_t before)
{
    if (r == JOLT_BROKEN)
        return stop(in, ENDS_BROKEN);
    return in->stream.events.rows.nrows <= before || on_row(in);
}

static void begin_long(struct inflow *in, const char *rest, size_t n);

static bool read_rows(struct inflow *in, const char *p, size_t n)
{
    const char *end = p + n;

    for (;;) {
        size_t before = rows_of(in)->nrows;
        enum jolt_read r = jolt_stream_read(&in->stream, &p, end);
        if (r == JOLT_HUNGRY)
            break;
        if (r == JOLT_LONG) {
            begin_long(in, p, (size_t)(end - p));
            return true;
        }
        if (!on_read(in, r, before))
            return false;
    }
    breathe(in, n);
    return true;
}

/* ---- long rows ---- */

static void long_work(void *data)
{
    struct inflow *in = data;

    in->took = jolt_stream_long(&in->stream);
}

static void end_rows(struct flight *f, struct inflow *in, const struct http_response *r);

static void on_long(void *data, bool cancelled)
{
    struct inflow *in = data;
    struct flight *f = in->flight;
    struct text rest = in->rest;
    size_t before = in->before;
    bool go_on;

    (void)cancelled; /* only after its flight has gone */
    in->job = NULL;
    if (!f) {
        inflow_free(in);
        return;
    }
    text_init(&in->rest, 0);
    go_on = on_read(in, in->took, before) && read_rows(in, rest.s, rest.len);
    text_release(&rest);
    if (in->job)
        return;
    if (in->over) {
        f->inflow = NULL;
        end_rows(f, in, &in->end);
        inflow_free(in);
    } else if (!go_on) {
        wire_cancel(f->wire);
    } else {
        timer_set(in->old, PART_MS);
        timer_set(in->next, 0);
    }
}

static void begin_long(struct inflow *in, const char *rest, size_t n)
{
    text_add(&in->rest, rest, n);
    in->before = rows_of(in)->nrows;
    timer_clear(in->old);
    timer_clear(in->next);
    if (in->flight->wire)
        wire_pause(in->flight->wire);
    in->job = loop_work(in->flight->at->link->loop, long_work, on_long, in);
}

static bool too_large(struct instance *i, struct inflow *in)
{
    char most[16];

    bytes_short((int64_t)in->body.max, most, sizeof most);
    err_set(&in->err, ERR_TOO_LARGE, "the answer from %s is larger than %s and was dropped: ask for less at a time", i->name, most);
    return stop(in, ENDS_BROKEN);
}

bool inflow_piece(struct instance *i, void *data, const char *bytes, size_t n)
{
    struct inflow *in = ((struct flight *)data)->inflow;
    bool go_on;

    if (in->begins == JOLT_BEGINS_YES)
        return read_rows(in, bytes, n);
    text_add(&in->body, bytes, n);
    if (in->body.full)
        return too_large(i, in);
    if (in->begins == JOLT_BEGINS_MAYBE)
        in->begins = jolt_begins(in->body.s, in->body.len);
    if (in->begins != JOLT_BEGINS_YES)
        return true;
    go_on = read_rows(in, in->body.s, in->body.len);
    text_release(&in->body);
    return go_on;
}

/* ---- its end ---- */

static void end_whole(struct instance *i, struct flight *f, struct inflow *in, const struct http_response *r)
{
    struct http_response whole = *r;

    whole.body = in->body.s;
    whole.body_len = in->body.len;
    if (in->ending == ENDS_BROKEN) {
        whole.fail = HTTP_FAIL_TOO_LARGE;
        whole.err = in->err;
    }
    flight_answered(i, f, &whole);
}

/* The server's own word counts even when the connection was lost behind it. */
static void judge(struct inflow *in, struct outcome *o)
{
    if (in->ending == ENDS_ENOUGH) {
        o->fail = HTTP_OK;
        o->more = o->cut = true;
        err_clear(&o->err);
    } else if (in->ending == ENDS_BROKEN) {
        o->fail = in->err.kind == ERR_TOO_LARGE ? HTTP_FAIL_TOO_LARGE : HTTP_OK;
        o->err = in->err;
    } else if (in->stream.events.failed || (o->fail == HTTP_OK && !jolt_stream_end(&in->stream))) {
        o->fail = HTTP_OK;
        o->err = in->err;
    } else if (o->fail == HTTP_OK && o->status >= 300) {
        neo_error(&o->err, o->status, "", "");
    }
}

static void end_rows(struct flight *f, struct inflow *in, const struct http_response *r)
{
    struct rows *rows = rows_of(in);
    struct neo_result last = {0};
    struct outcome o = {.fail = r->fail, .status = r->status, .sent = r->sent, .err = r->err, .elapsed_ms = r->elapsed_ms,
                        .connection = r->connection, .first_ms = in->first ? in->first - in->began : 0};

    judge(in, &o);
    if (o.fail == HTTP_OK && o.err.kind != ERR_NONE) {
        o.login = neo_login_error(o.status, o.err.code, o.err.words);
        o.starting = neo_is_starting(&o.err) && flight_is_servers_own(f);
    }
    rows_of(in);
    rows_finish(rows, &last);
    flight_finish(f, &o, &last);
}

void inflow_done(struct instance *i, void *data, const struct http_response *r)
{
    struct flight *f = data;
    struct inflow *in = f->inflow;

    f->wire = NULL;
    timer_clear(in->old);
    timer_clear(in->next);
    if (in->job) {
        in->over = true;
        in->end = *r;
        in->end.content_type = in->end.location = in->end.body = NULL;
        return;
    }
    f->inflow = NULL;
    if (in->begins == JOLT_BEGINS_YES)
        end_rows(f, in, r);
    else
        end_whole(i, f, in, r);
    inflow_free(in);
}
