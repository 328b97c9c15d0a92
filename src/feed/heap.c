#include "feed/heap.h"

#include <stdlib.h>
#include "base/mem.h"

static void set(struct heap *h, size_t place, struct due *d)
{
    h->d[place - 1] = d;
    d->place = place;
}

static int64_t time_at(const struct heap *h, size_t place)
{
    return h->d[place - 1]->at_ms;
}

static void rise(struct heap *h, struct due *d)
{
    size_t at = d->place;

    while (at > 1 && time_at(h, at / 2) > d->at_ms) {
        set(h, at, h->d[at / 2 - 1]);
        at /= 2;
    }
    set(h, at, d);
}

static void sink(struct heap *h, struct due *d)
{
    size_t at = d->place;

    for (;;) {
        size_t child = at * 2;
        if (child > h->n)
            break;
        if (child < h->n && time_at(h, child + 1) < time_at(h, child))
            child++;
        if (time_at(h, child) >= d->at_ms)
            break;
        set(h, at, h->d[child - 1]);
        at = child;
    }
    set(h, at, d);
}

void heap_put(struct heap *h, struct due *d, int64_t at_ms)
{
    d->at_ms = at_ms;
    if (!d->place) {
        h->d = x_grow(h->d, &h->cap, h->n + 1, sizeof(struct due *));
        set(h, ++h->n, d);
    }
    rise(h, d);
    sink(h, d);
}

void heap_take(struct heap *h, struct due *d)
{
    size_t at = d->place;
    struct due *last;

    if (!at)
        return;
    last = h->d[--h->n];
    d->place = 0;
    if (last == d)
        return;
    set(h, at, last);
    rise(h, last);
    sink(h, last);
}

struct due *heap_first(const struct heap *h)
{
    return h->n ? h->d[0] : NULL;
}

void heap_release(struct heap *h)
{
    free(h->d);
    *h = (struct heap){0};
}
