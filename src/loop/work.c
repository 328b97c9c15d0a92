/* Jobs on libuv's worker threads. The list of jobs belongs to the loop's thread; workers see only `work` and `data`. */
#include <stdlib.h>

#include "base/mem.h"
#include "loop/internal.h"

enum { WAIT_MS = 2000, WAIT_IF_MAY_BE_LEFT_MS = 100 };

struct job {
    uv_work_t request;
    struct loop *loop;
    struct job *prev, *next;
    void (*work)(void *);
    void (*done)(void *, bool);
    void *data;
    bool may_be_left, never_cancelled;
};

static void on_work(uv_work_t *w)
{
    struct job *j = w->data;
    j->work(j->data);
}

static void on_worked(uv_work_t *w, int status)
{
    struct job *j = w->data;
    if (j->prev)
        j->prev->next = j->next;
    else
        j->loop->jobs = j->next;
    if (j->next)
        j->next->prev = j->prev;
    j->done(j->data, status == UV_ECANCELED);
    free(j);
}

struct job *loop_work(struct loop *l, void (*work)(void *), void (*done)(void *, bool cancelled), void *data)
{
    struct job *j = x_calloc(1, sizeof *j);
    j->request.data = j;
    j->loop = l;
    j->work = work;
    j->done = done;
    j->data = data;
    j->next = l->jobs;
    if (j->next)
        j->next->prev = j;
    l->jobs = j;
    uv_queue_work(&l->uv, &j->request, on_work, on_worked);
    return j;
}

void job_cancel(struct job *j)
{
    if (!j->never_cancelled)
        uv_cancel((uv_req_t *)&j->request); /* UV_EBUSY once it has begun: then it just ends by itself */
}

void job_may_be_left(struct job *j)
{
    j->may_be_left = true;
}

void job_never_cancelled(struct job *j)
{
    j->never_cancelled = true;
}

bool jobs_awaited(const struct loop *l, uint64_t for_ms)
{
    for (const struct job *j = l->jobs; j; j = j->next)
        if (for_ms < (j->may_be_left ? WAIT_IF_MAY_BE_LEFT_MS : WAIT_MS))
            return true;
    return false;
}

void jobs_cancel_all(struct loop *l)
{
    for (struct job *j = l->jobs; j; j = j->next)
        job_cancel(j);
}
