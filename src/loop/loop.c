/* The loop itself, descriptor watches, timers and signals over libuv. The memory of a handle belongs to libuv from
 * uv_close until its close callback: every *_stop and *_free here only silences the owner's callback and closes. */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "loop/internal.h"

#define WORKERS "16" /* one slow file or a locked SQLite is one worker; libuv's default of 4 is soon used up */

enum { TICK_MS = 20 };

struct watch {
    uv_poll_t poll;
    int events;
    void (*fn)(void *, int);
    void *data;
};

struct timer {
    uv_timer_t timer;
    void (*fn)(void *);
    void *data;
};

struct sigwatch {
    uv_signal_t signal;
    void (*fn)(void *, int);
    void *data;
};

static void on_turn(uv_prepare_t *p)
{
    struct loop *l = p->data;
    if (l->turn_fn)
        l->turn_fn(l->turn_data);
    uv_update_time(&l->uv); /* timers that were set inside of others are due as long from now as was meant */
}

struct loop *loop_new(void)
{
    struct loop *l = x_calloc(1, sizeof *l);
    /* libuv reads it once, when the first job is queued; set here, where no other thread reads the environment yet. */
    setenv("UV_THREADPOOL_SIZE", WORKERS, 0);
    /* A peer that went away is an error of a write, never the end of the program; children get the default back. */
    signal(SIGPIPE, SIG_IGN);
    if (uv_loop_init(&l->uv) != 0)
        abort();
    l->uv.data = l;
    uv_prepare_init(&l->uv, &l->turn);
    l->turn.data = l;
    uv_prepare_start(&l->turn, on_turn);
    uv_unref((uv_handle_t *)&l->turn);
    return l;
}

void loop_run(struct loop *l)
{
    uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *l)
{
    uv_stop(&l->uv);
}

void loop_on_turn(struct loop *l, void (*fn)(void *), void *data)
{
    l->turn_fn = fn;
    l->turn_data = data;
}

static void free_handle(uv_handle_t *h)
{
    free(h->data);
}

static void close_handle(uv_handle_t *h, void *unused)
{
    if (uv_is_closing(h))
        return;
    uv_close(h, h->type == UV_PREPARE ? NULL : free_handle);
}

/* Jobs or children were left: their threads may come back at any time, and use what they use. */
static atomic_bool something_was_left;

static void on_tick(uv_timer_t *t)
{
}

/* True: nothing of it is left. */
static bool end_jobs_and_children(struct loop *l)
{
    uint64_t began = uv_hrtime();
    uv_timer_t tick; /* a turn now and then, also when nothing comes back */

    if (!l->jobs && !l->children)
        return true;
    uv_timer_init(&l->uv, &tick);
    tick.data = NULL;
    uv_timer_start(&tick, on_tick, TICK_MS, TICK_MS);
    for (uint64_t ms = 0; jobs_awaited(l, ms) || children_awaited(l, ms); ms = (uv_hrtime() - began) / 1000000) {
        jobs_cancel_all(l);
        children_kill_all(l);
        uv_run(&l->uv, UV_RUN_ONCE);
    }
    uv_close((uv_handle_t *)&tick, NULL);
    uv_run(&l->uv, UV_RUN_NOWAIT); /* it is on the stack */
    return !l->jobs && !l->children;
}

/* Jobs and children go first, because their callbacks are promised; whatever handle is left after that is only closed.
 */
void loop_free(struct loop *l)
{
    if (!l)
        return;
    loop_on_turn(l, NULL, NULL);
    if (!end_jobs_and_children(l)) {
        atomic_store(&something_was_left, true);
        return;
    }
    uv_walk(&l->uv, close_handle, NULL);
    while (uv_run(&l->uv, UV_RUN_DEFAULT) != 0)
        continue;
    if (uv_loop_close(&l->uv) != 0)
        abort();
    free(l);
}

void loop_exit(int status)
{
    if (!atomic_load(&something_was_left))
        exit(status);
    fflush(NULL);
    _exit(status);
}

static int to_uv(int events)
{
    return (events & LOOP_READ ? UV_READABLE : 0) | (events & LOOP_WRITE ? UV_WRITABLE : 0);
}

static void on_poll(uv_poll_t *p, int status, int events)
{
    struct watch *w = p->data;
    int ready = (events & UV_READABLE ? LOOP_READ : 0) | (events & UV_WRITABLE ? LOOP_WRITE : 0);
    if (status < 0)
        ready = LOOP_HUP;
    if (w->fn && ready)
        w->fn(w->data, ready);
}

struct watch *loop_watch(struct loop *l, int fd, int events, void (*fn)(void *, int ready), void *data)
{
    struct watch *w = x_calloc(1, sizeof *w);
    int rc = uv_poll_init(&l->uv, &w->poll, fd);
    if (rc != 0) {
        free(w);
        errno = -rc;
        return NULL;
    }
    w->poll.data = w;
    w->fn = fn;
    w->data = data;
    watch_set(w, events);
    return w;
}

void watch_set(struct watch *w, int events)
{
    if (events == w->events && uv_is_active((uv_handle_t *)&w->poll))
        return;
    w->events = events;
    if (events)
        uv_poll_start(&w->poll, to_uv(events), on_poll);
    else
        uv_poll_stop(&w->poll);
}

void watch_stop(struct watch *w)
{
    if (!w || uv_is_closing((uv_handle_t *)&w->poll))
        return;
    w->fn = NULL;
    /* Polling ends at once: the descriptor may be closed, and its number taken again, before the close callback. */
    uv_close((uv_handle_t *)&w->poll, free_handle);
}

static void on_timer(uv_timer_t *u)
{
    struct timer *t = u->data;
    struct loop *l = u->loop->data;
    l->in_timers = true;
    if (t->fn)
        t->fn(t->data);
    l->in_timers = false;
}

struct timer *loop_timer(struct loop *l, void (*fn)(void *), void *data)
{
    struct timer *t = x_calloc(1, sizeof *t);
    uv_timer_init(&l->uv, &t->timer);
    t->timer.data = t;
    t->fn = fn;
    t->data = data;
    return t;
}

/* libuv goes on with timers as long as one is due, and looks at no descriptor before: timers that set each other anew would keep it there for
 * ever. So inside of one the clock of the turn stands still, and what is set is due after it. */
static uint64_t from_turn(const uv_loop_t *u, uint64_t in_ms)
{
    uint64_t now = uv_hrtime() / 1000000, turn = uv_now(u);
    uint64_t due = (now > turn ? now - turn : 0) + in_ms;
    return due ? due : 1;
}

void timer_set(struct timer *t, int64_t in_ms)
{
    const struct loop *l = t->timer.loop->data;
    uint64_t ms = in_ms < 0 ? 0 : (uint64_t)in_ms;
    if (l->in_timers)
        ms = from_turn(&l->uv, ms);
    else
        uv_update_time(t->timer.loop); /* libuv counts from the start of the turn, the contract from now */
    uv_timer_start(&t->timer, on_timer, ms, 0);
}

void timer_clear(struct timer *t)
{
    uv_timer_stop(&t->timer);
}

void timer_free(struct timer *t)
{
    if (!t)
        return;
    t->fn = NULL;
    uv_close((uv_handle_t *)&t->timer, free_handle);
}

static void on_signal(uv_signal_t *u, int signum)
{
    struct sigwatch *s = u->data;
    if (s->fn)
        s->fn(s->data, signum);
}

struct sigwatch *loop_signal(struct loop *l, int signum, void (*fn)(void *, int signum), void *data)
{
    struct sigwatch *s = x_calloc(1, sizeof *s);
    uv_signal_init(&l->uv, &s->signal);
    s->signal.data = s;
    s->fn = fn;
    s->data = data;
    uv_signal_start(&s->signal, on_signal, signum);
    uv_unref((uv_handle_t *)&s->signal); /* listening for a signal is no work: it does not keep loop_run */
    return s;
}

void sigwatch_free(struct sigwatch *s)
{
    if (!s)
        return;
    s->fn = NULL;
    uv_signal_stop(&s->signal);
    uv_close((uv_handle_t *)&s->signal, free_handle);
}
