#include "feed/growth.h"

#include <string.h>

static void drop_old(struct growth *g, int64_t at_ms)
{
    size_t old = 0;

    while (old < g->n && g->samples[old].at_ms < at_ms - GROWTH_SPAN_MS)
        old++;
    memmove(g->samples, g->samples + old, (g->n - old) * sizeof *g->samples);
    g->n -= old;
}

static void thin_out(struct growth *g)
{
    size_t n = 0;

    for (size_t i = 0; i < g->n; i += 2)
        g->samples[n++] = g->samples[i];
    g->n = n;
    g->apart_ms = (g->samples[n - 1].at_ms - g->samples[0].at_ms) / (int64_t)n;
}

void growth_add(struct growth *g, int64_t at_ms, int64_t bytes)
{
    drop_old(g, at_ms);
    if (g->n == GROWTH_SAMPLES)
        thin_out(g);
    if (g->n > 1 && at_ms - g->samples[g->n - 2].at_ms < g->apart_ms)
        g->n--; /* the newest is always there */
    g->samples[g->n].at_ms = at_ms;
    g->samples[g->n++].bytes = bytes;
}

bool growth_per_hour(const struct growth *g, int64_t *bytes)
{
    double mean_t = 0, mean_b = 0, up = 0, down = 0;

    if (g->n < GROWTH_LEAST || g->samples[g->n - 1].at_ms - g->samples[0].at_ms < GROWTH_LEAST_MS)
        return false;
    for (size_t i = 0; i < g->n; i++) { /* from the first on: differences keep their digits */
        mean_t += (double)(g->samples[i].at_ms - g->samples[0].at_ms) / (double)g->n;
        mean_b += (double)(g->samples[i].bytes - g->samples[0].bytes) / (double)g->n;
    }
    for (size_t i = 0; i < g->n; i++) {
        double t = (double)(g->samples[i].at_ms - g->samples[0].at_ms) - mean_t;
        up += t * ((double)(g->samples[i].bytes - g->samples[0].bytes) - mean_b);
        down += t * t;
    }
    up = up / down * 3600000.0;
    *bytes = up > 9e18 ? INT64_MAX : up < -9e18 ? INT64_MIN : (int64_t)up;
    return true;
}

bool growth_full_in(int64_t per_hour, int64_t left, int64_t *ms)
{
    double hours = per_hour > 0 ? (double)left / (double)per_hour : 1e9;

    if (hours > 1000.0 * 24)
        return false;
    *ms = (int64_t)(hours * 3600000.0);
    return true;
}
