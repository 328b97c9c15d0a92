/* The port of the store: asks wait in a queue, one at a time goes to a worker, answers come back on the loop. */
#include "store/store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "store/lines.h"

enum {
    WAIT_AT_END_MS = 2000,
    AUDIT_TEXT_MAX = 64 * 1024,
    PROMPT_LINE_MAX = 4096,
    ANSWER_MAX = 16 * 1024 * 1024,
};

/* What a worker may touch. It outlives the store when a disk hangs at the end: whoever is last frees it. */
struct work {
    pthread_mutex_t lock; /* for `finished` alone */
    pthread_cond_t changed;
    bool finished;
    struct store *store; /* NULL: the store is gone; loop's thread only */
    struct file file;
    struct request *running; /* NULL: nothing is on the way */
};

struct store {
    struct loop *loop;
    struct timer *soon; /* what was cancelled is answered by it */
    struct work *work;
    struct request *head, *tail;
    ticket last;
    bool closing; /* nothing is handed to a worker any more */
};

/* ---- requests ---- */

static const char *keep(struct request *r, const char *s, size_t max)
{
    return s ? arena_strndup(&r->arena, s, strnlen(s, max)) : NULL;
}

static void keep_audit(struct request *r, const struct audit *a)
{
    r->audit = (struct audit){
        .time_ms = a->time_ms,
        .took_ms = a->took_ms,
        .owner = keep(r, a->owner, AUDIT_TEXT_MAX),
        .instance = keep(r, a->instance, AUDIT_TEXT_MAX),
        .address = keep(r, a->address, AUDIT_TEXT_MAX),
        .action = keep(r, a->action, AUDIT_TEXT_MAX),
        .target = keep(r, a->target, AUDIT_TEXT_MAX),
        .parameters = keep(r, a->parameters, AUDIT_TEXT_MAX),
        .before = keep(r, a->before, AUDIT_TEXT_MAX),
        .result = keep(r, a->result, AUDIT_TEXT_MAX),
        .words = keep(r, a->words, AUDIT_TEXT_MAX),
    };
}

static void keep_line(struct request *r, const struct ask *a)
{
    r->prompt = keep(r, a->u.line.name ? a->u.line.name : "", PROMPT_LINE_MAX);
    r->line = keep(r, a->u.line.text ? a->u.line.text : "", PROMPT_LINE_MAX);
    r->limit = a->u.line.limit;
}

static struct request *request_new(const struct ask *a, reply_fn *fn, void *ctx)
{
    struct request *r = x_calloc(1, sizeof *r);
    r->kind = a->kind;
    r->fn = fn;
    r->ctx = ctx;
    r->asked_ms = clock_mono_ms();
    r->max_bytes = a->max_bytes ? a->max_bytes : ANSWER_MAX;
    switch (a->kind) {
    case ASK_AUDIT:
        keep_audit(r, a->u.audit);
        break;
    case ASK_HISTORY:
    case ASK_REMEMBER:
    case ASK_RECALL:
        keep_line(r, a);
        break;
    default:
        err_set(&r->err, ERR_INTERNAL, "this is no question for the audit log");
        r->cancelled = true;
    }
    return r;
}

static void request_free(struct request *r)
{
    arena_release(&r->arena);
    free(r->cells);
    free(r);
}

/* The one reply of a request, and its end. */
static void answer(struct request *r)
{
    struct reply reply = {.id = r->id, .last = true, .elapsed_ms = clock_mono_ms() - r->asked_ms};
    if (r->err.kind != ERR_NONE) {
        reply.err = &r->err;
    } else {
        reply.names = r->names;
        reply.cells = r->cells;
        reply.ncols = r->ncols;
        reply.nrows = r->nrows;
    }
    if (r->fn)
        r->fn(r->ctx, &reply);
    request_free(r);
}

static void cancel_words(struct request *r)
{
    if (r->err.kind == ERR_NONE)
        err_set(&r->err, ERR_CANCELLED, "given up before it was done");
}

/* ---- the queue ---- */

static void push(struct store *s, struct request *r)
{
    if (s->tail)
        s->tail->next = r;
    else
        s->head = r;
    s->tail = r;
}

static struct request *pop(struct store *s)
{
    struct request *r = s->head;
    if (!r)
        return NULL;
    s->head = r->next;
    if (!s->head)
        s->tail = NULL;
    r->next = NULL;
    return r;
}

/* Takes all that were cancelled out of the queue, in order. */
static struct request *take_cancelled(struct store *s)
{
    struct request *taken = NULL, **end = &taken, **at = &s->head;
    s->tail = NULL;
    while (*at) {
        struct request *r = *at;
        if (r->cancelled) {
            *at = r->next;
            r->next = NULL;
            *end = r;
            end = &r->next;
        } else {
            s->tail = r;
            at = &r->next;
        }
    }
    return taken;
}

static void start_next(struct store *s);

/* Who gets an answer may end the store: nothing of it is touched after the first one. */
static void answer_cancelled(void *data)
{
    struct store *s = data;
    struct request *r = take_cancelled(s), *next;
    start_next(s);
    for (; r; r = next) {
        next = r->next;
        cancel_words(r);
        answer(r);
    }
}

/* ---- the worker ---- */

static struct work *work_new(struct store *s, const char *directory)
{
    struct work *w = x_calloc(1, sizeof *w);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->changed, &attr);
    pthread_condattr_destroy(&attr);
    file_init(&w->file, directory);
    w->store = s;
    return w;
}

static void work_free(struct work *w)
{
    file_release(&w->file);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static void on_worker(void *data)
{
    struct work *w = data;
    lines_do(&w->file, w->running);
    pthread_mutex_lock(&w->lock);
    w->finished = true;
    pthread_cond_signal(&w->changed);
    pthread_mutex_unlock(&w->lock);
}

static void on_done(void *data, bool cancelled)
{
    struct work *w = data;
    struct store *s = w->store;
    struct request *r = w->running;
    w->running = NULL;
    if (!s) { /* answered when the store went */
        if (r)
            request_free(r);
        work_free(w);
        return;
    }
    if (cancelled)
        cancel_words(r);
    start_next(s); /* before the answer: who gets it may end the store */
    answer(r);
}

static void start_next(struct store *s)
{
    struct work *w = s->work;
    if (s->closing || w->running || !s->head || s->head->cancelled)
        return;
    w->running = pop(s);
    w->finished = false;
    loop_work(s->loop, on_worker, on_done, w);
}

/* ---- the port ---- */

static ticket submit(void *self, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct store *s = self;
    struct request *r = request_new(a, fn, ctx);
    r->id = ++s->last;
    push(s, r);
    if (r->cancelled)
        timer_set(s->soon, 0);
    start_next(s);
    return s->last;
}

static void cancel(void *self, ticket id)
{
    struct store *s = self;
    for (struct request *r = s->head; r; r = r->next)
        if (r->id == id) {
            r->cancelled = true;
            timer_set(s->soon, 0);
        }
}

struct port store_port(struct store *s)
{
    return (struct port){.self = s, .submit = submit, .cancel = cancel};
}

struct store *store_new(struct loop *l, const char *directory)
{
    struct store *s = x_calloc(1, sizeof *s);
    s->loop = l;
    s->soon = loop_timer(l, answer_cancelled, s);
    s->work = work_new(s, directory);
    return s;
}

/* ---- the end ---- */

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t); /* not base's clock: tests freeze that one */
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool wait_finished(struct work *w, int64_t until_ms)
{
    struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    int code = 0;
    bool finished;
    pthread_mutex_lock(&w->lock);
    while (!w->finished && code == 0)
        code = pthread_cond_timedwait(&w->changed, &w->lock, &until);
    finished = w->finished;
    pthread_mutex_unlock(&w->lock);
    return finished;
}

/* An answer for a request that a worker still holds. */
static void give_up(struct request *r)
{
    struct err e = {0};
    struct reply reply = {.id = r->id, .last = true, .err = &e};
    err_set(&e, ERR_DISK, "the disk did not answer in %d s: it is not known whether this was written", WAIT_AT_END_MS / 1000);
    if (r->fn)
        r->fn(r->ctx, &reply);
}

/* Audit lines that wait are written here and now, all else is given up. */
static void finish_rest(struct store *s, bool may_write, int64_t until_ms)
{
    struct request *r;
    while ((r = pop(s))) {
        bool writes = r->kind == ASK_AUDIT || r->kind == ASK_REMEMBER;
        if (may_write && writes && !r->cancelled && now_ms() < until_ms)
            lines_do(&s->work->file, r);
        else
            cancel_words(r);
        answer(r);
    }
}

void store_free(struct store *s)
{
    int64_t until_ms = now_ms() + WAIT_AT_END_MS;
    struct work *w;
    struct request *running;
    bool finished;
    if (!s)
        return;
    s->closing = true;
    w = s->work;
    running = w->running;
    finished = !running || wait_finished(w, until_ms);
    if (running && finished) {
        w->running = NULL; /* on_done finds nothing left to answer */
        answer(running);
    } else if (running) {
        give_up(running);
    }
    finish_rest(s, finished, until_ms);
    timer_free(s->soon);
    w->store = NULL;
    if (!running)
        work_free(w);
    free(s);
}
