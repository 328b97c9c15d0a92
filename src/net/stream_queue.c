#include "net/stream_inside.h"

#include <string.h>

#include "base/mem.h"
#include "base/secret.h"

void queue_add(struct queue *q, const void *bytes, size_t n)
{
    size_t cap = q->cap ? q->cap : 4096;

    if (!n)
        return;
    while (cap < q->n + n)
        cap *= 2;
    if (cap != q->cap)
        q->p = wiping_realloc(q->p, cap);
    q->cap = cap;
    memcpy(q->p + q->n, bytes, n);
    q->n += n;
}

void queue_drop(struct queue *q, size_t n)
{
    if (!n)
        return;
    memmove(q->p, q->p + n, q->n - n);
    q->n -= n;
    mem_wipe(q->p + q->n, n);
}

void queue_release(struct queue *q)
{
    wiping_free(q->p);
    *q = (struct queue){0};
}
