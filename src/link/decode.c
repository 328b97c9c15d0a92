/* From the bytes of an answer to its rows: small ones at once, large ones on a worker, which touches nothing but its own. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "link/internal.h"

struct decode {
    struct job *job;
    struct flight *flight; /* NULL: nobody waits any more */
    struct outcome o;
    enum dialect dialect;
    char *body;
    size_t n, result_index, max_cells;
    struct arena arena;
    struct neo_result rows;
};

static void decode_work(void *data)
{
    struct decode *d = data;

    if (!neo_http_decode(d->dialect, d->o.status, d->body, d->n, d->result_index, d->max_cells, &d->arena, &d->rows, &d->o.err))
        return;
    err_clear(&d->o.err);
}

static void decode_finish(struct flight *f, struct decode *d)
{
    struct outcome *o = &d->o;

    if (o->err.kind != ERR_NONE) {
        o->login = neo_login_error(o->status, o->err.code, o->err.words);
        o->starting = neo_is_starting(&o->err) && flight_is_servers_own(f);
    }
    flight_finish(f, o, &d->rows);
}

static void on_decoded(void *data, bool cancelled)
{
    struct decode *d = data;

    (void)cancelled; /* only after the link has gone */
    if (d->flight) {
        d->flight->decode = NULL;
        decode_finish(d->flight, d);
    }
    arena_release(&d->arena);
    free(d->body);
    free(d);
}

static void decode_later(struct flight *f, const struct decode *d)
{
    struct decode *w = x_malloc(sizeof *w);

    *w = *d;
    w->flight = f;
    w->body = x_strndup(d->body, d->n);
    f->decode = w;
    w->job = loop_work(f->at->link->loop, decode_work, on_decoded, w);
}

void flight_answered(struct instance *i, void *data, const struct http_response *r)
{
    struct flight *f = data;
    struct decode d = {
        .o = {.fail = r->fail, .status = r->status, .sent = r->sent, .err = r->err, .elapsed_ms = r->elapsed_ms,
              .connection = r->connection},
        .dialect = f->dialect,
        .body = (char *)r->body,
        .n = r->body_len,
        .result_index = f->result_index,
        .max_cells = f->max_bytes / 4, /* no cell takes fewer bytes on the wire */
    };

    f->wire = NULL;
    if (r->fail != HTTP_OK) {
        flight_finish(f, &d.o, NULL);
    } else if (r->body_len > i->link->pace.worker_bytes) {
        decode_later(f, &d);
    } else {
        decode_work(&d);
        decode_finish(f, &d);
        arena_release(&d.arena);
    }
}

void decode_forget(struct decode *d)
{
    d->flight = NULL;
    job_cancel(d->job);
}
