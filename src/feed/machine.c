/* The machine of several instances: one look for all of them. */
#include "feed/look.h"

#include <stdlib.h>
#include "base/clock.h"
#include "feed/talk.h"

struct waiter {
    struct waiter *next;
    bool fresh; /* nothing to wait for, but not to be called from inside */
    bool ready;
    void (*done)(void *);
    void *data;
};

struct machine {
    struct port port;
    struct look *look;     /* open */
    struct sights *sights; /* of the last one */
    int64_t looked_ms;     /* monotonic */
    struct waiter *waiters;
    struct talk *nothing;  /* one question for all that are fresh: a fleet does not ask its machine once for each */
};

struct machine *machine_new(const struct port *p)
{
    struct machine *m = x_calloc(1, sizeof *m);

    m->port = *p;
    return m;
}

static void drop(struct waiter **at)
{
    struct waiter *w = *at;

    *at = w->next;
    free(w);
}

void machine_free(struct machine *m)
{
    if (!m)
        return;
    while (m->waiters)
        drop(&m->waiters);
    talk_free(m->nothing);
    look_free(m->look);
    sights_free(m->sights);
    free(m);
}

void machine_forget(struct machine *m, void *data)
{
    for (struct waiter **at = &m->waiters; *at;) {
        if ((*at)->data == data)
            drop(at);
        else
            at = &(*at)->next;
    }
}

/* Calls the waiters that are ready. They may wait again, forget, and look from inside; not free the machine. */
static void tell(struct machine *m)
{
    struct waiter **at = &m->waiters;

    while (*at) {
        void (*done)(void *) = (*at)->done;
        void *data = (*at)->data;

        if (!(*at)->ready) {
            at = &(*at)->next;
            continue;
        }
        drop(at);
        done(data);
        at = &m->waiters; /* who knows what was changed */
    }
}

static void on_look(void *data)
{
    struct machine *m = data;

    sights_free(m->sights);
    m->sights = look_take(m->look);
    m->looked_ms = clock_mono_ms();
    look_free(m->look);
    m->look = NULL;
    for (struct waiter *w = m->waiters; w; w = w->next)
        w->ready |= !w->fresh;
    tell(m);
}

static void on_nothing(struct talk *t, void *data)
{
    struct machine *m = data;

    talk_free(t);
    m->nothing = NULL;
    for (struct waiter *w = m->waiters; w; w = w->next)
        w->ready |= w->fresh;
    tell(m);
}

static void ask_nothing(struct machine *m, uint32_t instance)
{
    m->nothing = talk_new(&m->port, instance, m);
    talk_stat(m->nothing, "/");
    talk_go(m->nothing, on_nothing);
}

void machine_look(struct machine *m, uint32_t instance, const char *const *homes, int64_t fresh_ms, void (*done)(void *), void *data)
{
    struct waiter *w = x_calloc(1, sizeof *w), **end = &m->waiters;
    bool fresh = m->sights && clock_mono_ms() - m->looked_ms < fresh_ms;

    *w = (struct waiter){.done = done, .data = data};
    while (*end)
        end = &(*end)->next;
    *end = w;
    if (m->look)
        return;
    w->fresh = fresh;
    if (!fresh)
        m->look = look_new(&m->port, instance, homes, on_look, m);
    else if (!m->nothing)
        ask_nothing(m, instance);
}

size_t machine_candidates(const struct machine *m, const struct candidate **out)
{
    *out = m->sights ? m->sights->candidates : NULL;
    return m->sights ? m->sights->n : 0;
}

const struct sights *machine_sights(const struct machine *m)
{
    return m->sights;
}
