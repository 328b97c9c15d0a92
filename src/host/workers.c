/* Workers for a host. A disk or network file system that does not answer holds whoever asks it, for as long as it likes: nothing can take
 * a thread back. So only a few are lent at once, and those that hang are counted: others may work in their place, up to a limit, and what
 * hangs is not asked again until it came back. */
#include "host/internal.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

/* All workers of the program are 16 (loop.h), and some of them write the audit log. */
enum { AT_ONCE = 6, WITH_HANGING = 8 };
enum { STEP_LEAST = 2000 }; /* ms that a step has once it runs, however long it waited; unless its deadline is shorter */

static bool has_room(const struct hosts *h)
{
    return h->working < AT_ONCE && h->working + h->hanging < WITH_HANGING;
}

/* ---- what hangs ---- */

static bool is_within(const char *path, const char *place)
{
    size_t n = strlen(place);

    return strncmp(path, place, n) == 0 && (path[n] == '/' || !path[n] || place[n - 1] == '/');
}

static bool same_command(const struct host_call *a, const struct host_call *b)
{
    if (a->command != b->command || a->nargs != b->nargs)
        return false;
    for (size_t i = 0; i < a->nargs; i++)
        if (strcmp(a->args[i], b->args[i]) != 0)
            return false;
    return true;
}

static bool hangs_there(const struct call *hung, const struct host_call *w)
{
    if (!hung->hangs || (w->what == HOST_RUN) != (hung->what->what == HOST_RUN))
        return false;
    return w->what == HOST_RUN ? same_command(hung->what, w) : is_within(w->path, hung->place);
}

static bool put_off(struct call *c, const struct call *hung)
{
    long long s = (clock_mono_ms() - hung->since_ms) / 1000;
    struct text what;

    text_init(&what, 250);
    host_call_words(&what, c->what);
    if (c->what->what == HOST_RUN)
        err_set(&c->err, ERR_TIMEOUT, "%s was not tried: the one that was begun %lld s ago took too long, and has not ended yet", what.s, s);
    else
        err_set(&c->err, ERR_TIMEOUT, "%s was not tried: '%.160s' has not answered for %lld s; it is asked again when it does", what.s,
                hung->place, s);
    text_release(&what);
    return true;
}

bool call_would_hang(struct call *c)
{
    const struct call *any = NULL;

    for (const struct call *k = c->hosts->kept; k; k = k->next) {
        if (hangs_there(k, c->what))
            return put_off(c, k);
        if (k->hangs && k->running)
            any = k;
    }
    return any && c->hosts->hanging >= WITH_HANGING && c->what->what != HOST_RUN && !c->prefix[0] ? put_off(c, any) : false;
}

static void workers_go_on_soon(struct hosts *h)
{
    timer_set(h->soon, 0);
}

void call_hangs(struct call *c)
{
    struct hosts *h = c->hosts;

    if (c->hangs || !h)
        return;
    c->hangs = true;
    if (c->what->what != HOST_RUN && !(c->place = mount_that_hangs(c->what->path)))
        c->place = x_strdup(c->what->path);
    if (!c->running)
        return;
    h->working--;
    h->hanging++;
    workers_go_on_soon(h); /* its place is free: nobody else may come back to give it to who waits */
}

void call_came_back(struct call *c)
{
    if (!c->hangs)
        return;
    c->hangs = false;
    free(c->place);
    c->place = NULL;
}

/* ---- the queue ---- */

static void enqueue(struct hosts *h, struct call *c)
{
    c->behind = NULL;
    c->queued = true;
    if (h->queue)
        h->queue_end->behind = c;
    else
        h->queue = c;
    h->queue_end = c;
}

void call_unqueue(struct call *c)
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

/* ---- at work ---- */

static void do_work(void *data)
{
    struct call *c = data;

    c->work(c);
}

static void work_done(void *data, bool cancelled);

static void hand_to_worker(struct call *c)
{
    struct job *j = loop_work(c->loop, do_work, work_done, c);

    c->running = true;
    c->since_ms = clock_mono_ms();
    if (c->releasing || c->what->what != HOST_WRITE)
        job_may_be_left(j);
    if (c->releasing) /* closing may wait for a disk as everything else */
        job_never_cancelled(j);
}

/* A step has one deadline, for the time that it waits for a worker and the time that it takes. */
static int64_t left_ms(const struct call *c)
{
    int64_t whole = call_deadline_ms(c), left = whole - (clock_mono_ms() - c->since_ms), least = whole < STEP_LEAST ? whole : STEP_LEAST;

    return left < least ? least : left;
}

static void start(struct hosts *h, struct call *c)
{
    h->working++;
    if (c->releasing)
        timer_set(c->deadline, call_deadline_ms(c));
    else if (c->begun)
        timer_set(c->deadline, left_ms(c));
    hand_to_worker(c);
}

static void wait_for_worker(struct hosts *h, struct call *c)
{
    if (c->begun && !c->releasing)
        timer_set(c->deadline, call_deadline_ms(c));
    enqueue(h, c);
}

/* No worker is left. Who only closes a file can wait until one comes back; the others are told. */
static void put_off_queue(struct hosts *h)
{
    for (struct call *c = h->queue, *next; c; c = next) {
        next = c->behind;
        if (c->releasing || !call_would_hang(c))
            continue;
        call_unqueue(c);
        call_finish_soon(c);
    }
}

/* What waited meanwhile may hang by now, too. */
void workers_go_on(struct hosts *h)
{
    if (h->hanging >= WITH_HANGING)
        put_off_queue(h);
    while (h->queue && has_room(h)) {
        struct call *c = h->queue;
        call_unqueue(c);
        if (!c->releasing && call_would_hang(c))
            call_finish_soon(c);
        else
            start(h, c);
    }
}

static void leave_worker(struct call *c)
{
    struct hosts *h = c->hosts;

    c->running = false;
    if (!h)
        return;
    if (c->hangs)
        h->hanging--;
    else
        h->working--;
    call_came_back(c);
    if (c->begun || c->answered)
        timer_clear(c->deadline);
    workers_go_on(h);
}

static void work_done(void *data, bool cancelled)
{
    struct call *c = data;

    leave_worker(c);
    if (c->releasing) {
        call_free(c);
    } else if (c->answered) {
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
    c->work = work;
    c->worked = worked;
    c->since_ms = clock_mono_ms();
    if (c->begun && !c->releasing && call_would_hang(c))
        call_finish_soon(c);
    else if (has_room(c->hosts) && !c->hosts->queue)
        start(c->hosts, c);
    else
        wait_for_worker(c->hosts, c);
}

/* ---- the end ---- */

static void work_release(struct call *c)
{
    c->release_own(c->own);
}

void call_release_own(struct call *c)
{
    c->releasing = true;
    if (c->hosts && !c->hosts->closing) {
        call_work(c, work_release, NULL);
        return;
    }
    c->work = work_release;
    hand_to_worker(c);
}

void workers_leave(struct hosts *h)
{
    struct call *next;

    for (struct call *c = h->kept; c; c = next) {
        bool queued = c->queued;

        next = c->next;
        call_unqueue(c);
        timer_free(c->deadline);
        c->deadline = NULL;
        c->hosts = NULL;
        if (queued)
            hand_to_worker(c);
    }
    h->kept = NULL;
}
