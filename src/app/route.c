#include "app/route.h"

static ticket submit(void *self, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct route *r = self;

    return port_submit(a->kind == ASK_HOST ? &r->hosts : &r->servers, a, fn, ctx);
}

static void cancel(void *self, ticket id)
{
    struct route *r = self;

    port_cancel(id & ROUTE_HOST_TICKET ? &r->hosts : &r->servers, id);
}

struct port route_port(struct route *r)
{
    return (struct port){.self = r, .submit = submit, .cancel = cancel};
}
