/* When what is asked. Everything that waits for its time is in the heap; what is open, unwanted or belongs to an instance that is
 * not up is not. */
#include "feed/hosted.h"

#include <stdlib.h>
#include "base/clock.h"

enum { DROWSY_MS = 60 * 1000, BUSY_MS = 500, BUSY_MOST_MS = 30 * 1000, SPREAD_MS = 250, HURRY_PACE = 3 };

int64_t task_period(const struct feed *f, const struct task *t)
{
    unsigned pace = collector_of(t->sheet)->pace;
    int64_t ms = f->interval_ms * (pace > HURRY_PACE && t->hurry ? HURRY_PACE : pace ? pace : 1);

    if (f->drowsy && ms < DROWSY_MS)
        ms = DROWSY_MS;
    return ms < t->stretch_ms ? t->stretch_ms : ms;
}

/* Instances keep a little apart from each other, so that a fleet does not ask, and is not worked on, in one go. */
static int64_t apart(const struct feed *f, uint32_t instance)
{
    int64_t most = f->interval_ms / 10;

    return instance % (most < 1 ? 1 : most < SPREAD_MS ? most : SPREAD_MS);
}

bool task_per_host(const struct task *t)
{
    return collector_of(t->sheet)->per == PER_HOST;
}

/* What the machine tells needs no server. */
bool task_askable(const struct feed *f, const struct task *t)
{
    return f->sources[t->instance].askable || t->sheet == SHEET_INSTANCES || task_per_host(t);
}

void task_due(struct feed *f, struct task *t, int64_t mono_ms)
{
    if (!t->wanted || t->open || hosted_open(t) || !task_askable(f, t))
        return;
    heap_put(&f->heap, &t->due, mono_ms);
}

void task_due_now(struct feed *f, struct task *t)
{
    task_due(f, t, clock_mono_ms() + apart(f, t->instance));
}

void task_due_next(struct feed *f, struct task *t)
{
    int64_t now = clock_mono_ms(), wait = task_period(f, t) + apart(f, t->instance);

    if (t->busy) { /* its predecessor is still at it: ask the sooner the fewer times that was said */
        wait = (int64_t)BUSY_MS << (t->busy < 7 ? t->busy - 1 : 6);
        wait = wait < BUSY_MOST_MS ? wait : BUSY_MOST_MS;
    }
    if (t->again)
        wait = 0;
    t->again = false;
    task_due(f, t, now + wait);
}

struct call *call_submit(struct feed *f, uint32_t instance, enum sheet_id sheet, const struct ask *a, reply_fn *fn)
{
    struct call *c = x_calloc(1, sizeof *c);

    c->feed = f;
    c->instance = instance;
    c->sheet = sheet;
    c->next = f->calls;
    if (c->next)
        c->next->prev = c;
    f->calls = c;
    c->id = port_submit(&f->port, a, fn, c);
    return c;
}

void call_end(struct call *c)
{
    if (c->feed) {
        if (c->next)
            c->next->prev = c->prev;
        if (c->prev)
            c->prev->next = c->next;
        else
            c->feed->calls = c->next;
    }
    free(c);
}

void task_start(struct feed *f, struct task *t)
{
    t->stretch_ms = 0;
    if (t->sheet == SHEET_INSTANCES) {
        if (f->sources[t->instance].known) {
            state_publish(f, &f->sources[t->instance]);
            t->settled = true;
        }
        t->answered_ms = clock_mono_ms();
        task_due_next(f, t);
    } else if (task_per_host(t)) {
        hosted_begin(f, t);
    } else if (collector_of(t->sheet)->per == PER_DATABASE) {
        run_databases(f, t);
    } else {
        task_ask(f, t, collector_of(t->sheet)->statement, NULL);
    }
}
