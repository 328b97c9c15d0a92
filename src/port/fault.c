#include "port/fault.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/mem.h"
#include "port/deferred.h"

/* An ask that a rule struck: first held, then answered by us, or passed on under another ticket. */
struct held {
    struct fault *fault; /* NULL: it is gone, the reply only passes through */
    struct held *next;
    ticket id, inner;    /* inner: 0 while it is held */
    int64_t due_ms;
    struct err err;      /* what it gets when it is due; ERR_NONE: it is passed on */
    struct ask ask;
    struct arena memory;
    reply_fn *fn;
    void *ctx;
};

struct fault {
    struct port inner;
    struct fault_rule *rules;
    unsigned *left;
    size_t n;
    struct held *held;
};

struct fault *fault_new(struct port inner, const struct fault_rule *rules, size_t n)
{
    struct fault *f = x_calloc(1, sizeof *f);

    f->inner = inner;
    f->n = n;
    f->rules = x_calloc(n, sizeof *f->rules);
    f->left = x_calloc(n, sizeof *f->left);
    for (size_t i = 0; i < n; i++) {
        f->rules[i] = rules[i];
        f->left[i] = rules[i].times;
    }
    return f;
}

static void unlink_held(struct held *h)
{
    for (struct held **at = &h->fault->held; *at; at = &(*at)->next) {
        if (*at == h) {
            *at = h->next;
            return;
        }
    }
}

static void held_free(struct held *h)
{
    arena_release(&h->memory);
    free(h);
}

/* It must be off the list. */
static void give(struct held *h, const struct err *e)
{
    h->fn(h->ctx, &(struct reply){.id = h->id, .last = true, .err = e});
    held_free(h);
}

void fault_free(struct fault *f)
{
    struct err e;

    if (!f)
        return;
    err_set(&e, ERR_CANCELLED, "given up");
    for (struct held *h = f->held, *next; h; h = next) {
        next = h->next;
        h->fault = NULL;
        if (!h->inner)
            give(h, &e);
    }
    free(f->rules);
    free(f->left);
    free(f);
}

static const struct fault_rule *strike(struct fault *f, const struct ask *a)
{
    for (size_t i = 0; i < f->n && a->kind == ASK_STATEMENT; i++) {
        const struct fault_rule *r = &f->rules[i];
        bool spent = r->times && !f->left[i];
        if (spent || (r->statement != STMT_NONE && r->statement != a->u.statement.id) ||
            (r->instance != INSTANCE_NONE && r->instance != a->instance))
            continue;
        if (r->times)
            f->left[i]--;
        return r;
    }
    return NULL;
}

static int64_t deadline_of(const struct ask *a, const struct fault_rule *r)
{
    if (r->ms)
        return r->ms;
    return a->deadline_ms ? a->deadline_ms : statement_deadline_ms(a->u.statement.id);
}

static ticket fault_submit(void *self, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct fault *f = self;
    const struct fault_rule *r = strike(f, a);
    struct held *h;

    if (!r)
        return port_submit(&f->inner, a, fn, ctx);
    h = x_calloc(1, sizeof *h);
    *h = (struct held){.fault = f, .next = f->held, .id = ticket_own(), .fn = fn, .ctx = ctx};
    h->ask = ask_copy(&h->memory, a);
    h->due_ms = clock_mono_ms() + (r->kind == FAULT_DROP ? deadline_of(a, r) : r->ms);
    if (r->kind == FAULT_DROP)
        err_set(&h->err, ERR_TIMEOUT, "no answer in time");
    else if (r->kind == FAULT_FAIL)
        err_set(&h->err, r->err, "%s", r->words ? r->words : "a fault that was asked for");
    f->held = h;
    return h->id;
}

static void on_late_reply(void *ctx, const struct reply *r)
{
    struct held *h = ctx;
    struct reply ours = *r;

    ours.id = h->id;
    if (r->last && h->fault)
        unlink_held(h);
    h->fn(h->ctx, &ours);
    if (r->last)
        held_free(h);
}

static void fault_cancel(void *self, ticket id)
{
    struct fault *f = self;

    for (struct held *h = f->held; h; h = h->next) {
        if (h->id != id)
            continue;
        if (h->inner) {
            port_cancel(&f->inner, h->inner);
        } else {
            err_set(&h->err, ERR_CANCELLED, "given up");
            h->due_ms = clock_mono_ms();
        }
        return;
    }
    port_cancel(&f->inner, id);
}

struct port fault_port(struct fault *f)
{
    return (struct port){.self = f, .submit = fault_submit, .cancel = fault_cancel};
}

static struct held *next_due(const struct fault *f)
{
    struct held *first = NULL;

    for (struct held *h = f->held; h; h = h->next)
        if (!h->inner && (!first || h->due_ms <= first->due_ms)) /* the list is newest first */
            first = h;
    return first;
}

int64_t fault_step(struct fault *f, int64_t mono_ms)
{
    struct held *h;

    while ((h = next_due(f)) && h->due_ms <= mono_ms) {
        if (h->err.kind == ERR_NONE) {
            h->inner = port_submit(&f->inner, &h->ask, on_late_reply, h);
        } else {
            unlink_held(h);
            struct err e = h->err;
            give(h, &e);
        }
    }
    return h ? h->due_ms - mono_ms : -1;
}
