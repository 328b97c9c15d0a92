/* Following a file: one step of tail.c after the other in a worker, each giving one reply. The next is only taken when the reply was
 * heard, so at most one slice waits in memory, however far behind the listener is. */
#include "host/internal.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "host/tail.h"

/* ms. Told by the kernel, a look now and then is for what it cannot tell (links, network file systems). After the end was reached a
 * short rest lets a fast writer's many small writes become one step. */
enum { REST = 15, LOOK_TOLD = 1000, LOOK_UNTOLD = 250 };

const char *const follow_names[] = {
    [FOLLOW_EVENT] = "event", [FOLLOW_BYTES] = "bytes", [FOLLOW_FROM] = "from", [FOLLOW_INODE] = "inode", [FOLLOW_SIZE] = "size",
};

struct follow {
    struct tail tail;
    struct timer *timer;
    struct watch *watch;
    int64_t now_ms;
    enum tail_event event;
    bool resting;
};

static void step(struct call *c);

static void work_step(struct call *c)
{
    struct follow *f = c->own;

    f->event = tail_step(&f->tail, f->now_ms);
}

static void reply(struct call *c)
{
    const struct tail *t = &((struct follow *)c->own)->tail;
    struct value cells[NFOLLOW] = {
        [FOLLOW_EVENT] = v_text(tail_event_name(((struct follow *)c->own)->event)),
        [FOLLOW_BYTES] = v_textn(t->len ? t->bytes : "", t->len),
        [FOLLOW_FROM] = v_int(t->from),
        [FOLLOW_INODE] = t->inode ? v_int(t->inode) : v_absent(ABSENT_NULL),
        [FOLLOW_SIZE] = v_int(t->size),
    };

    call_reply(c, &(struct found){.names = follow_names, .cells = cells, .ncols = NFOLLOW, .nrows = 1});
}

static void look_again(struct call *c)
{
    struct follow *f = c->own;

    if (f->watch)
        watch_set(f->watch, 0);
    timer_clear(f->timer);
    step(c);
}

static void on_notify(void *data, int ready)
{
    look_again(data);
}

static void on_timer(void *data)
{
    struct call *c = data;
    struct follow *f = c->own;

    if (!f->resting) {
        look_again(c);
        return;
    }
    f->resting = false;
    if (!f->watch && f->tail.notify >= 0)
        f->watch = loop_watch(c->loop, f->tail.notify, LOOP_READ, on_notify, c);
    else if (f->watch)
        watch_set(f->watch, LOOP_READ);
    timer_set(f->timer, f->watch ? LOOK_TOLD : LOOK_UNTOLD);
}

static void stepped(struct call *c)
{
    struct follow *f = c->own;

    if (f->event == TAIL_FAILED) {
        c->err = f->tail.err;
        call_finish(c);
        return;
    }
    if (f->event == TAIL_NOTHING) {
        f->resting = true;
        timer_set(f->timer, REST);
        return;
    }
    reply(c);
    if (!c->answered) /* whoever heard it may have ended everything */
        step(c);
}

static void step(struct call *c)
{
    ((struct follow *)c->own)->now_ms = clock_mono_ms();
    call_work(c, work_step, stepped);
}

static void end(struct call *c)
{
    struct follow *f = c->own;

    watch_stop(f->watch);
    timer_free(f->timer);
}

static void release(void *own)
{
    struct follow *f = own;

    tail_release(&f->tail);
    free(f);
}

void follow_begin(struct call *c)
{
    struct follow *f = x_calloc(1, sizeof *f);
    size_t slice = c->ask.max_bytes && c->ask.max_bytes < SLICE ? c->ask.max_bytes : SLICE;

    tail_init(&f->tail, c->what->path, c->what->from, c->what->inode, slice);
    f->timer = loop_timer(c->loop, on_timer, c);
    c->own = f;
    c->end = end;
    c->release_own = release;
    step(c);
}
