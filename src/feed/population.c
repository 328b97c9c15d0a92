#include "feed/finish.h"

#include <stdlib.h>
#include <string.h>

enum { INDEXES_MAX = 10000, LEAST_MS = 5000, WINDOW_MS = 3 * 60 * 1000 };

/* What was seen of an index: from two places in time the older one that is not too old counts. */
struct sample {
    char *name; /* database, a sign that no name holds, index */
    double percent[2];
    int64_t at_ms[2];
    bool seen;
};

struct population {
    struct sample *s;
    size_t n, cap;
};

void population_begin(struct population **p)
{
    if (!*p)
        *p = x_calloc(1, sizeof **p);
    for (size_t i = 0; i < (*p)->n; i++)
        (*p)->s[i].seen = false;
}

static struct sample *find(struct population *p, const char *database, const char *index)
{
    size_t n = strlen(database);

    for (size_t i = 0; i < p->n; i++)
        if (strncmp(p->s[i].name, database, n) == 0 && p->s[i].name[n] == '\n' && strcmp(p->s[i].name + n + 1, index) == 0)
            return &p->s[i];
    return NULL;
}

static struct sample *add(struct population *p, const char *database, const char *index, double percent, int64_t mono_ms)
{
    if (p->n == INDEXES_MAX)
        return NULL;
    p->s = x_grow(p->s, &p->cap, p->n + 1, sizeof *p->s);
    p->s[p->n] = (struct sample){.name = x_printf("%s\n%s", database, index), .percent = {percent, percent}, .at_ms = {mono_ms, mono_ms}};
    return &p->s[p->n++];
}

bool population_seen(struct population *p, const char *database, const char *index, double percent, int64_t mono_ms, double *per_minute,
                     int64_t *eta_ms)
{
    struct sample *s = find(p, database, index);

    if (!s && !(s = add(p, database, index, percent, mono_ms)))
        return false;
    s->seen = true;
    if (percent < s->percent[1] || percent < s->percent[0]) { /* it began anew */
        s->percent[0] = s->percent[1] = percent;
        s->at_ms[0] = s->at_ms[1] = mono_ms;
    } else if (mono_ms - s->at_ms[1] > WINDOW_MS) {
        s->percent[0] = s->percent[1];
        s->at_ms[0] = s->at_ms[1];
        s->percent[1] = percent;
        s->at_ms[1] = mono_ms;
    }
    if (mono_ms - s->at_ms[0] < LEAST_MS || percent <= s->percent[0])
        return false;
    *per_minute = (percent - s->percent[0]) * 60000 / (double)(mono_ms - s->at_ms[0]);
    *eta_ms = (int64_t)((100 - percent) / *per_minute * 60000);
    return true;
}

void population_end(struct population *p)
{
    size_t kept = 0;

    for (size_t i = 0; i < p->n; i++) {
        if (p->s[i].seen)
            p->s[kept++] = p->s[i];
        else
            free(p->s[i].name);
    }
    p->n = kept;
}

void population_free(struct population *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->n; i++)
        free(p->s[i].name);
    free(p->s);
    free(p);
}
