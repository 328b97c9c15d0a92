/* How fast a file system fills: from samples of what is left, taken while somebody looks. */
#ifndef FEED_GROWTH_H
#define FEED_GROWTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GROWTH_SAMPLES = 64,
    GROWTH_LEAST = 3,                    /* samples before anything is said */
    GROWTH_LEAST_MS = 60 * 1000,         /* and the time that they have to span */
    GROWTH_SPAN_MS = 60 * 60 * 1000      /* what is older does not count */
};

/* Zero-initialised is empty. Where there are too many samples every other one is dropped, so that an hour always fits. */
struct growth {
    struct {
        int64_t at_ms, bytes;
    } samples[GROWTH_SAMPLES];
    size_t n;
    int64_t apart_ms; /* nearer ones are left out */
};

/* Monotonic time in ms, what is taken in bytes. */
void growth_add(struct growth *g, int64_t at_ms, int64_t bytes);
/* The line that fits the samples best, bytes an hour; false: too little is known. */
bool growth_per_hour(const struct growth *g, int64_t *bytes);
/* How long until `left` bytes are taken at that rate, ms; false: it does not grow, or not within 1000 days. */
bool growth_full_in(int64_t per_hour, int64_t left, int64_t *ms);

#endif
