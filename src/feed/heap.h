/* A binary heap of due times: who is next, without looking at everybody. */
#ifndef FEED_HEAP_H
#define FEED_HEAP_H

#include <stdint.h>
#include <stddef.h>
#include <stdbool.h>

struct due {        /* part of what is scheduled */
    int64_t at_ms;
    size_t place;   /* 1-based place in the heap; 0: not in it */
};
struct heap {
    struct due **d;
    size_t n, cap;
};

void heap_put(struct heap *h, struct due *d, int64_t at_ms); /* puts in, or moves */
void heap_take(struct heap *h, struct due *d);               /* not in it: nothing happens */
struct due *heap_first(const struct heap *h);                /* NULL: empty */
void heap_release(struct heap *h);

#endif
