/* Calls put off to the next turn of the loop, in order. */
#include "app/app.h"

#include <stdlib.h>

struct later_call {
    struct later_call *next;
    void (*fn)(void *);
    void *data;
};

struct laters {
    struct timer *timer;
    struct later_call *first, **last;
};

/* Those that are put off meanwhile wait for the next turn, but when nobody will come again: then until there are none. */
static void run_all(struct laters *l, bool to_the_end)
{
    do {
        struct later_call *call = l->first;

        l->first = NULL;
        l->last = &l->first;
        while (call) {
            struct later_call *next = call->next;

            call->fn(call->data);
            free(call);
            call = next;
        }
    } while (to_the_end && l->first);
}

static void on_timer(void *data)
{
    run_all(data, false);
}

static void put_off(void *self, void (*fn)(void *), void *data)
{
    struct laters *l = self;
    struct later_call *call = x_calloc(1, sizeof(*call));

    call->fn = fn;
    call->data = data;
    *l->last = call;
    l->last = &call->next;
    timer_set(l->timer, 0);
}

struct laters *laters_new(struct loop *loop)
{
    struct laters *l = x_calloc(1, sizeof(*l));

    l->last = &l->first;
    l->timer = loop_timer(loop, on_timer, l);
    return l;
}

struct later laters_port(struct laters *l)
{
    return (struct later){.self = l, .call = put_off};
}

void laters_free(struct laters *l)
{
    if (!l)
        return;
    run_all(l, true);
    timer_free(l->timer);
    free(l);
}
