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

static void name_of(struct text *out, const struct ask *a)
{
    const char *name = a->kind == ASK_STATEMENT ? statement_name(a->u.statement.id) : "";

    if (a->kind == ASK_HOST)
        host_call_words(out, &a->u.host);
    else
        text_adds(out, *name ? name : "a request that the table does not know");
}

static ticket guard_submit(void *self, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct guard *g = self;

    if (ask_effect(a) == EFFECT_READS || !g->read_only(g->data, a->instance))
        return port_submit(&g->inner, a, fn, ctx);

    struct err e;
    struct text name;
    text_init(&name, 200);
    name_of(&name, a);
    err_set(&e, ERR_READ_ONLY, "this instance is read-only: %s was not %s; use a console without --read-only to change something",
            name.s, a->kind == ASK_HOST ? "done" : "sent");
    text_release(&name);
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
