#include "port/guard.h"

#include <stdlib.h>
#include "base/mem.h"
#include "port/deferred.h"

struct guard {
    struct port inner;
    struct deferred refusals;
    bool (*read_only)(void *data, uint32_t instance);
    void *data;
};

struct guard *guard_new(struct port inner, struct later later, bool (*read_only)(void *data, uint32_t instance), void *data)
{
    struct guard *g = x_calloc(1, sizeof *g);

    g->inner = inner;
    g->read_only = read_only;
    g->data = data;
    deferred_init(&g->refusals, later);
    return g;
}

void guard_free(struct guard *g)
{
    if (!g)
        return;
    deferred_release(&g->refusals);
    free(g);
}

static ticket guard_submit(void *self, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct guard *g = self;

    if (ask_effect(a) == EFFECT_READS || !g->read_only(g->data, a->instance))
        return port_submit(&g->inner, a, fn, ctx);

    struct err e;
    const char *name = a->kind == ASK_STATEMENT ? statement_name(a->u.statement.id) : "";
    err_set(&e, ERR_READ_ONLY, "this instance is read-only: %s was not sent; use a console without --read-only to change something",
            *name ? name : "a request that the table does not know");
    return deferred_add(&g->refusals, &(struct reply){.last = true, .err = &e}, fn, ctx);
}

static void guard_cancel(void *self, ticket id)
{
    struct guard *g = self;

    if (!deferred_cancel(&g->refusals, id))
        port_cancel(&g->inner, id);
}

struct port guard_port(struct guard *g)
{
    return (struct port){.self = g, .submit = guard_submit, .cancel = guard_cancel};
}
