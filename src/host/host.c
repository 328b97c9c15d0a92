/* The port: what is asked becomes a call, which ends in exactly one last reply, whatever a disk, a child or the asker does. */
#include "host/internal.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/secret.h"

/* A hanging disk must not take the workers that the rest of the program needs. */
enum { WORKERS = 6 };

/* Where the table has no say. ms */
enum { FILE_DEADLINE = 10000, WRITE_DEADLINE = 60000 };

struct hosts {
    struct loop *loop;
    struct host **of; /* by instance; NULL: none */
    size_t n, cap;
    struct arena specs; /* also those that were replaced: calls may hold on to them */
    struct call *calls;
    struct call *queue, *queue_end;
    unsigned working;
    struct timer *soon;
    ticket last;
    bool closing;
};

static const struct host_ops *const carriers[] = {[CARRIER_LOCAL] = &local_ops};

/* Whoever hands asks to several ports must be able to tell their tickets apart. */
#define TICKET_MARK (UINT64_C(1) << 62)

/* ---- what was found ---- */

void found_init(struct found *f, size_t max_bytes)
{
    *f = (struct found){0};
    text_init(&f->bytes, max_bytes);
}

void found_release(struct found *f)
{
    text_release(&f->bytes);
    arena_release(&f->memory);
}

void found_rows(struct found *f, const char *const *names, size_t ncols, size_t nrows)
{
    f->names = names;
    f->ncols = ncols;
    f->nrows = nrows;
    f->cells = arena_alloc(&f->memory, (ncols * nrows + 1) * sizeof *f->cells);
    for (size_t i = 0; i < ncols * nrows; i++)
        f->cells[i] = v_absent(ABSENT_NULL);
}

size_t call_max_bytes(const struct call *c)
{
    size_t n = c->ask.max_bytes ? c->ask.max_bytes : ANSWER_MAX;

    return n < ANSWER_LIMIT ? n : ANSWER_LIMIT;
}

/* ---- the life of a call ---- */

static void release_own(void *data)
{
    struct call *c = data;

    c->release_own(c->own);
}

static void call_free(struct call *c)
{
    found_release(&c->found);
    if (c->ask.kind == ASK_HOST && c->what->in) /* it may hold a password */
        mem_wipe((char *)(uintptr_t)c->what->in, c->what->in_len);
    arena_release(&c->memory);
    free(c);
}

static void own_released(void *data, bool cancelled)
{
    struct call *c = data;

    if (cancelled)
        release_own(c);
    call_free(c);
}

/* Closing a file may take its time on a disk: that is work, too. */
static void call_free_if_idle(struct call *c)
{
    if (!c->answered || c->running || c->child)
        return;
    if (c->own && c->release_own)
        loop_work(c->loop, release_own, own_released, c);
    else
        call_free(c);
}

static void unqueue(struct call *c)
{
    struct hosts *h = c->hosts;
    struct call *before = NULL;

    if (!c->queued)
        return;
    for (struct call *q = h->queue; q != c; q = q->behind)
        before = q;
    if (before)
        before->behind = c->behind;
    else
        h->queue = c->behind;
    if (h->queue_end == c)
        h->queue_end = before;
    c->queued = false;
}

static void unlink_call(struct call *c)
{
    if (c->prev)
        c->prev->next = c->next;
    else
        c->hosts->calls = c->next;
    if (c->next)
        c->next->prev = c->prev;
}

static void give(struct call *c, const struct found *f, const struct err *e)
{
    struct reply r = {.id = c->id, .last = c->answered, .elapsed_ms = clock_mono_ms() - c->asked_ms};

    if (e && e->kind != ERR_NONE) {
        r.err = e;
    } else if (f) {
        r.names = f->names;
        r.cells = f->cells;
        r.ncols = f->ncols;
        r.nrows = f->nrows;
    }
    c->fn(c->ctx, &r);
}

void call_reply(struct call *c, const struct found *f)
{
    timer_free(c->deadline); /* it has begun */
    c->deadline = NULL;
    give(c, f, NULL);
}

void call_finish(struct call *c)
{
    if (c->answered)
        return;
    unqueue(c);
    if (c->end)
        c->end(c);
    unlink_call(c);
    timer_free(c->deadline);
    c->deadline = NULL;
    c->answered = true;
    atomic_store(&c->stop, true);
    if (c->child)
        child_cancel(c->child);
    /* what a worker still writes is not to be looked at */
    give(c, c->running ? NULL : &c->found, c->err.kind != ERR_NONE || c->running ? &c->err : &c->found.err);
    if (c->hosts->closing)
        c->hosts = NULL;
    call_free_if_idle(c);
}

void call_finish_soon(struct call *c)
{
    if (c->answered || c->ending)
        return;
    c->ending = true;
    timer_set(c->hosts->soon, 0);
}

bool call_child_done(struct call *c)
{
    bool dead = c->answered;

    c->child = NULL;
    if (dead)
        call_free_if_idle(c);
    return dead;
}

static void on_soon(void *data)
{
    struct hosts *h = data;

    for (struct call *c = h->calls; c;) {
        if (c->ending) {
            c->ending = false;
            call_finish(c);
            c = h->calls; /* the reply may have asked or cancelled anything */
        } else {
            c = c->next;
        }
    }
}

/* ---- workers ---- */

static void do_work(void *data)
{
    struct call *c = data;

    c->work(c);
}

static void work_done(void *data, bool cancelled);

static void start_work(struct hosts *h, struct call *c)
{
    c->running = true;
    h->working++;
    loop_work(h->loop, do_work, work_done, c);
}

static void next_work(struct hosts *h)
{
    while (h->queue && h->working < WORKERS) {
        struct call *c = h->queue;
        unqueue(c);
        start_work(h, c);
    }
}

static void work_done(void *data, bool cancelled)
{
    struct call *c = data;

    c->running = false;
    if (c->hosts) {
        c->hosts->working--;
        next_work(c->hosts);
    }
    if (c->answered) {
        call_free_if_idle(c);
    } else if (cancelled) {
        err_set(&c->err, ERR_CANCELLED, "given up");
        call_finish(c);
    } else {
        c->worked(c);
    }
}

void call_work(struct call *c, void (*work)(struct call *), void (*worked)(struct call *))
{
    struct hosts *h = c->hosts;

    c->work = work;
    c->worked = worked;
    if (h->working < WORKERS) {
        start_work(h, c);
        return;
    }
    c->behind = NULL;
    c->queued = true;
    if (h->queue)
        h->queue_end->behind = c;
    else
        h->queue = c;
    h->queue_end = c;
}

/* ---- submit ---- */

static void on_deadline(void *data)
{
    struct call *c = data;
    struct text what;

    text_init(&what, 250);
    host_call_words(&what, c->what);
    if (c->what->what == HOST_WRITE)
        err_set(&c->err, ERR_TIMEOUT, "%s took too long; whether it was done is not known: look before you try again", what.s);
    else if (c->what->what == HOST_RUN)
        err_set(&c->err, ERR_TIMEOUT, "%s took too long and was given up", what.s);
    else
        err_set(&c->err, ERR_TIMEOUT, "%s took too long: the disk or network file system does not answer", what.s);
    text_release(&what);
    call_finish(c);
}

static int64_t deadline_of(const struct call *c)
{
    int64_t table = c->what->what == HOST_RUN     ? host_command(c->what->command)->deadline_ms
                    : c->what->what == HOST_WRITE ? WRITE_DEADLINE
                                                  : FILE_DEADLINE;

    return c->ask.deadline_ms > 0 ? c->ask.deadline_ms : table;
}

static struct call *call_new(struct hosts *h, const struct ask *a, reply_fn *fn, void *ctx)
{
    static const char *const nobody_else[] = {NULL};
    struct call *c = x_calloc(1, sizeof *c);

    c->hosts = h;
    c->loop = h->loop;
    c->id = TICKET_MARK | ++h->last;
    c->prefix = nobody_else;
    c->fn = fn;
    c->ctx = ctx;
    c->asked_ms = clock_mono_ms();
    c->next = h->calls;
    if (c->next)
        c->next->prev = c;
    h->calls = c;
    atomic_init(&c->stop, false);
    found_init(&c->found, 0);
    return c;
}

/* What no carrier is ever asked. */
static bool is_allowed(struct call *c)
{
    const struct host_call *w = c->what;
    struct text what;

    if (c->hosts->closing)
        return err_set(&c->err, ERR_CANCELLED, "given up");
    if (c->ask.kind != ASK_HOST)
        return err_set(&c->err, ERR_INTERNAL, "a host cannot be asked that");
    if (!c->host) {
        err_set(&c->err, ERR_UNREACHABLE, "no host is known for this instance; give it a section with host or ssh in the configuration");
        c->err.absent = ABSENT_HOST;
        return false;
    }
    if (!*host_what_name(w->what))
        return err_set(&c->err, ERR_INTERNAL, "a host cannot be asked that");
    if (w->what != HOST_RUN && (!w->path || w->path[0] != '/'))
        return err_set(&c->err, ERR_INTERNAL, "'%.100s' is no absolute path", w->path ? w->path : "");
    if (w->what != HOST_RUN && strlen(w->path) >= PATH_LIMIT)
        return err_set(&c->err, ERR_TOO_LARGE, "the path '%.60s...' is longer than the %d bytes that this machine allows", w->path, PATH_LIMIT - 1);
    if (w->what == HOST_WRITE && (!w->in || w->in_len > WRITE_MAX))
        return err_set(&c->err, ERR_TOO_LARGE, "'%.200s' was not written: there is nothing to write, or more than %d MB", w->path,
                       WRITE_MAX / 1024 / 1024);
    if (host_effect(w) == EFFECT_READS || !c->host->spec.read_only)
        return true;
    text_init(&what, 250);
    host_call_words(&what, w);
    err_set(&c->err, ERR_READ_ONLY, "this host is read-only: %s was refused; use a console without --read-only to change something",
            what.s);
    text_release(&what);
    return false;
}

static const char *const *prefix_of(const struct call *c)
{
    enum host_as as = c->what->what == HOST_RUN ? host_command(c->what->command)->as : AS_ASKED;

    if (as == AS_ASKED)
        as = c->what->as;
    return as == AS_SERVER ? c->host->spec.become : as == AS_SERVICE ? c->host->spec.become_service : NULL;
}

static ticket submit(void *self, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct hosts *h = self;
    struct call *c = call_new(h, a, fn, ctx);
    ticket id = c->id;

    c->ask = ask_copy(&c->memory, a);
    c->what = &c->ask.u.host;
    c->host = a->instance < h->n ? h->of[a->instance] : NULL;
    if (!is_allowed(c)) {
        call_finish_soon(c);
        return id;
    }
    if (prefix_of(c))
        c->prefix = prefix_of(c);
    c->deadline = loop_timer(h->loop, on_deadline, c);
    timer_set(c->deadline, deadline_of(c));
    carriers[c->host->spec.carrier]->begin(c);
    return id;
}

static void cancel(void *self, ticket id)
{
    struct hosts *h = self;

    for (struct call *c = h->calls; c; c = c->next) {
        if (c->id != id || c->ending)
            continue;
        if (c->what->what == HOST_WRITE && c->running) {
            atomic_store(&c->stop, true); /* only the worker can tell whether it was in time */
            continue;
        }
        err_set(&c->err, ERR_CANCELLED, "given up");
        call_finish_soon(c);
    }
}

struct port hosts_port(struct hosts *h)
{
    return (struct port){.self = h, .submit = submit, .cancel = cancel};
}

/* ---- hosts ---- */

struct hosts *hosts_new(struct loop *l)
{
    struct hosts *h = x_calloc(1, sizeof *h);

    h->loop = l;
    h->soon = loop_timer(l, on_soon, h);
    return h;
}

void hosts_free(struct hosts *h)
{
    if (!h)
        return;
    h->closing = true;
    while (h->calls) {
        struct call *c = h->calls;
        if (c->err.kind == ERR_NONE)
            err_set(&c->err, ERR_CANCELLED, "given up");
        call_finish(c);
    }
    timer_free(h->soon);
    arena_release(&h->specs);
    free(h->of);
    free(h);
}

static const char *const *copy_argv(struct arena *a, const char *const *argv)
{
    size_t n = argv_length(argv);
    const char **copy;

    if (!n)
        return NULL;
    copy = arena_alloc(a, (n + 1) * sizeof *copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = arena_strdup(a, argv[i]);
    copy[n] = NULL;
    return copy;
}

void host_set(struct hosts *h, uint32_t instance, const struct host_spec *spec)
{
    struct host *host = arena_zalloc(&h->specs, sizeof *host);

    host->spec = *spec;
    host->spec.become = copy_argv(&h->specs, spec->become);
    host->spec.become_service = copy_argv(&h->specs, spec->become_service);
    host->spec.start = copy_argv(&h->specs, spec->start);
    host->spec.stop = copy_argv(&h->specs, spec->stop);
    host->spec.restart = copy_argv(&h->specs, spec->restart);
    host->server_uid = -1;
    if (instance >= h->n) {
        h->of = x_grow(h->of, &h->cap, (size_t)instance + 1, sizeof *h->of);
        memset(h->of + h->n, 0, (instance + 1 - h->n) * sizeof *h->of);
        h->n = (size_t)instance + 1;
    }
    h->of[instance] = host;
}
