#include "port/deferred.h"

#include <stdlib.h>
#include "base/mem.h"

struct deferred_item {
    struct deferred *owner; /* NULL: was released, the call that is on its way only frees */
    struct deferred_item *next;
    struct reply reply;
    struct err err;
    reply_fn *fn;
    void *ctx;
};

ticket ticket_own(void)
{
    static uint64_t last;

    return UINT64_C(1) << 63 | ++last;
}

void deferred_init(struct deferred *d, struct later later)
{
    *d = (struct deferred){.later = later};
}

static void unlink_item(struct deferred *d, struct deferred_item *it)
{
    struct deferred_item *prev = NULL;

    for (struct deferred_item *i = d->head; i && i != it; i = i->next)
        prev = i;
    if (prev)
        prev->next = it->next;
    else
        d->head = it->next;
    if (d->tail == it)
        d->tail = prev;
}

static void fire(void *data)
{
    struct deferred_item *it = data;

    if (it->owner) {
        unlink_item(it->owner, it);
        it->fn(it->ctx, &it->reply);
    }
    free(it);
}

static void make_cancelled(struct deferred_item *it)
{
    ticket id = it->reply.id;

    err_set(&it->err, ERR_CANCELLED, "given up");
    it->reply = (struct reply){.id = id, .last = true, .err = &it->err};
}

void deferred_release(struct deferred *d)
{
    while (d->head) {
        struct deferred_item *it = d->head;
        unlink_item(d, it);
        it->owner = NULL;
        if (!it->reply.last)
            continue;
        make_cancelled(it);
        it->fn(it->ctx, &it->reply);
    }
}

ticket deferred_add(struct deferred *d, const struct reply *r, reply_fn *fn, void *ctx)
{
    struct deferred_item *it = x_calloc(1, sizeof *it);

    it->owner = d;
    it->reply = *r;
    if (it->reply.id == 0)
        it->reply.id = ticket_own();
    if (r->err) {
        it->err = *r->err;
        it->reply.err = &it->err;
    }
    it->fn = fn;
    it->ctx = ctx;
    if (d->tail)
        d->tail->next = it;
    else
        d->head = it;
    d->tail = it;
    ticket id = it->reply.id;
    d->later.call(d->later.self, fire, it);
    return id;
}

bool deferred_cancel(struct deferred *d, ticket id)
{
    for (struct deferred_item *it = d->head; it; it = it->next) {
        if (it->reply.id == id && it->reply.last) {
            make_cancelled(it);
            return true;
        }
    }
    return false;
}

void deferred_drop(struct deferred *d, ticket id)
{
    for (struct deferred_item *it = d->head, *next; it; it = next) {
        next = it->next;
        if (it->reply.id != id || it->reply.last)
            continue;
        unlink_item(d, it);
        it->owner = NULL; /* the call that is on its way frees it */
    }
}

bool deferred_empty(const struct deferred *d)
{
    return !d->head;
}
