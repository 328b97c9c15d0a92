#include "port/replay.h"

#include <stdlib.h>
#include "base/clock.h"
#include "base/mem.h"
#include "port/tape.h"

struct recorder {
    struct port inner;
    void (*line)(void *data, const char *line);
    void *data;
    bool begun;
    int64_t began_ms;         /* monotonic */
    struct recording *open;
};

/* An ask that is under way, with a copy of what the line has to tell about it. */
struct recording {
    struct recorder *recorder; /* NULL: it is gone, replies only pass through */
    struct recording *prev, *next;
    struct ask ask;
    struct arena memory;
    struct reply rows;        /* those that came in parts until now, in memory but for: */
    struct value *cells;
    size_t cap;
    reply_fn *fn;
    void *ctx;
};

struct recorder *recorder_new(struct port inner, void (*line)(void *data, const char *line), void *data)
{
    struct recorder *r = x_calloc(1, sizeof *r);

    r->inner = inner;
    r->line = line;
    r->data = data;
    return r;
}

void recorder_free(struct recorder *r)
{
    if (!r)
        return;
    for (struct recording *g = r->open; g; g = g->next)
        g->recorder = NULL;
    free(r);
}

void recorder_begin(struct recorder *r, const char *const *instances, const struct place_of_server *places, size_t n)
{
    struct text t;

    text_init(&t, 0);
    tape_write_head(&t, clock_wall_ms(), instances, places, n);
    r->begun = true;
    r->began_ms = clock_mono_ms();
    r->line(r->data, t.s);
    text_release(&t);
}

static void write_line(struct recorder *r, const struct ask *a, const struct reply *reply)
{
    struct text t;

    if (!r->begun)
        recorder_begin(r, NULL, NULL, 0);
    text_init(&t, TAPE_LINE_MAX);
    tape_write_reply(&t, clock_mono_ms() - r->began_ms, a, reply);
    if (t.full) { /* half a line is no line: what it was is told instead */
        struct err e;
        err_set(&e, ERR_TOO_LARGE, "the answer was too large to be recorded");
        text_clear(&t);
        t.full = false;
        tape_write_reply(&t, clock_mono_ms() - r->began_ms, a, &(struct reply){.last = true, .err = &e});
    }
    r->line(r->data, t.s);
    text_release(&t);
}

static void end(struct recording *g)
{
    if (g->recorder) {
        if (g->next)
            g->next->prev = g->prev;
        if (g->prev)
            g->prev->next = g->next;
        else
            g->recorder->open = g->next;
    }
    arena_release(&g->memory);
    free(g->cells);
    free(g);
}

static void gather(struct recording *g, const struct reply *r)
{
    size_t had = g->rows.nrows * r->ncols, n = r->nrows * r->ncols;
    const char **names;

    if (!g->rows.names && r->names) {
        names = arena_alloc(&g->memory, (r->ncols + 1) * sizeof *names);
        for (size_t i = 0; i < r->ncols; i++)
            names[i] = arena_strdup(&g->memory, r->names[i]);
        g->rows.names = names;
        g->rows.ncols = r->ncols;
    }
    if (r->ncols != g->rows.ncols)
        return;
    g->cells = x_grow(g->cells, &g->cap, had + n, sizeof *g->cells);
    for (size_t i = 0; i < n; i++)
        g->cells[had + i] = value_copy(&g->memory, r->cells[i]);
    g->rows.nrows += r->nrows;
}

/* A line is a whole answer: it is written when the last of its rows has come. */
static void record(struct recording *g, const struct reply *r)
{
    struct reply whole = *r;

    if (g->ask.kind == ASK_STATEMENT && (!r->last || g->rows.nrows)) {
        gather(g, r);
        whole.names = g->rows.names;
        whole.cells = g->cells;
        whole.ncols = g->rows.ncols;
        whole.nrows = g->rows.nrows;
    }
    if (g->ask.kind != ASK_STATEMENT || r->last)
        write_line(g->recorder, &g->ask, &whole);
}

static void on_reply(void *ctx, const struct reply *r)
{
    struct recording *g = ctx;
    bool last = r->last, empty = !r->err && !r->state && g->ask.kind == ASK_STATE;

    /* what was given up is no answer */
    if (g->recorder && !empty && !(r->err && r->err->kind == ERR_CANCELLED))
        record(g, r);
    g->fn(g->ctx, r);
    if (last)
        end(g);
}

static ticket recorder_submit(void *self, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct recorder *r = self;

    if (!tape_takes(a))
        return port_submit(&r->inner, a, fn, ctx);

    struct recording *g = x_calloc(1, sizeof *g);
    *g = (struct recording){.recorder = r, .next = r->open, .fn = fn, .ctx = ctx};
    g->ask = ask_copy(&g->memory, a);
    if (r->open)
        r->open->prev = g;
    r->open = g;
    return port_submit(&r->inner, a, on_reply, g);
}

static void recorder_cancel(void *self, ticket id)
{
    port_cancel(&((struct recorder *)self)->inner, id);
}

struct port recorder_port(struct recorder *r)
{
    return (struct port){.self = r, .submit = recorder_submit, .cancel = recorder_cancel};
}
