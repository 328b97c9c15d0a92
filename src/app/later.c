#include "app/app.h"

#include <stdlib.h>

struct later_call {
    struct timer *timer;
    void (*fn)(void *);
    void *data;
};

static void later_fire(void *data)
{
    struct later_call *call = data;
    void (*fn)(void *) = call->fn;
    void *to = call->data;

    timer_free(call->timer);
    free(call);
    fn(to);
}

static void later_call(void *self, void (*fn)(void *), void *data)
{
    struct later_call *call = x_calloc(1, sizeof(*call));

    call->fn = fn;
    call->data = data;
    call->timer = loop_timer(self, later_fire, call);
    timer_set(call->timer, 0);
}

struct later later_on(struct loop *l)
{
    return (struct later){.self = l, .call = later_call};
}
