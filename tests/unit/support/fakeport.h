/* A port that a test plays the server with: it keeps every ask, the test answers them one by one, whenever it likes.
 * Also a `later` whose calls run when the test says so. Everything is static: include it in one test program. */
#ifndef SUPPORT_FAKEPORT_H
#define SUPPORT_FAKEPORT_H

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/value.h"
#include "port/port.h"

#define UNUSED_OK __attribute__((unused))

/* ---- later ---- */

struct fakelater {
    struct {
        void (*fn)(void *);
        void *data;
    } calls[256];
    size_t n;
};

static UNUSED_OK void fakelater_call(void *self, void (*fn)(void *), void *data)
{
    struct fakelater *l = self;
    if (l->n == sizeof l->calls / sizeof *l->calls)
        abort();
    l->calls[l->n].fn = fn;
    l->calls[l->n++].data = data;
}

static UNUSED_OK struct later fakelater_of(struct fakelater *l)
{
    return (struct later){.self = l, .call = fakelater_call};
}

/* Runs what waits, also what that adds; returns how many. */
static UNUSED_OK size_t fakelater_run(struct fakelater *l)
{
    size_t i;
    for (i = 0; i < l->n; i++)
        l->calls[i].fn(l->calls[i].data);
    l->n = 0;
    return i;
}

/* ---- port ---- */

struct fakeask {
    ticket id;
    struct ask ask;      /* its texts and parameters are copies in the arena of the port */
    struct audit audit;  /* ASK_AUDIT */
    reply_fn *fn;
    void *ctx;
    bool answered, cancelled;
};

struct fakeport {
    struct fakeask *asks;
    size_t n, cap;
    struct arena arena;
    ticket last;
};

static UNUSED_OK ticket fakeport_submit(void *self, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct fakeport *p = self;
    struct fakeask k = {.id = ++p->last, .ask = ask_copy(&p->arena, a), .fn = fn, .ctx = ctx};

    if (a->kind == ASK_AUDIT)
        k.audit = *k.ask.u.audit;
    p->asks = x_grow(p->asks, &p->cap, p->n + 1, sizeof *p->asks);
    p->asks[p->n++] = k;
    return k.id;
}

static UNUSED_OK void fakeport_cancel(void *self, ticket id)
{
    struct fakeport *p = self;
    for (size_t i = 0; i < p->n; i++)
        if (p->asks[i].id == id)
            p->asks[i].cancelled = true;
}

static UNUSED_OK struct port fakeport_of(struct fakeport *p)
{
    return (struct port){.self = p, .submit = fakeport_submit, .cancel = fakeport_cancel};
}

static UNUSED_OK void fakeport_release(struct fakeport *p)
{
    free(p->asks);
    arena_release(&p->arena);
    memset(p, 0, sizeof *p);
}

/* Give a reply to an ask; r.id is filled in. By ticket, because the list may move while the reply is given. */
static UNUSED_OK void fake_reply(struct fakeport *p, ticket id, struct reply r)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->asks[i].id != id || p->asks[i].answered)
            continue;
        struct fakeask k = p->asks[i];
        p->asks[i].answered = r.last;
        r.id = id;
        k.fn(k.ctx, &r);
        return;
    }
    abort(); /* the test answers what was not asked */
}

/* The oldest unanswered ask of that kind; statement STMT_NONE: any; instance UINT32_MAX: any. NULL: none waits. */
static UNUSED_OK struct fakeask *fake_waiting(struct fakeport *p, enum ask_kind kind, enum statement_id statement, uint32_t instance)
{
    for (size_t i = 0; i < p->n; i++) {
        struct fakeask *k = &p->asks[i];
        if (!k->answered && k->ask.kind == kind && (instance == UINT32_MAX || k->ask.instance == instance) &&
            (statement == STMT_NONE || (kind == ASK_STATEMENT && k->ask.u.statement.id == statement)))
            return k;
    }
    return NULL;
}

static UNUSED_OK size_t fake_count(struct fakeport *p, enum ask_kind kind, enum statement_id statement, uint32_t instance)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        struct fakeask *k = &p->asks[i];
        if (!k->answered && k->ask.kind == kind && (instance == UINT32_MAX || k->ask.instance == instance) &&
            (statement == STMT_NONE || (kind == ASK_STATEMENT && k->ask.u.statement.id == statement)))
            n++;
    }
    return n;
}

/* Answer the oldest waiting statement of that id and instance; aborts when there is none. */
static UNUSED_OK void fake_rows(struct fakeport *p, enum statement_id statement, uint32_t instance, const char *const *names,
                                size_t ncols, const struct value *cells, size_t nrows)
{
    struct fakeask *k = fake_waiting(p, ASK_STATEMENT, statement, instance);
    if (!k)
        abort();
    fake_reply(p, k->id, (struct reply){.names = names, .cells = cells, .ncols = ncols, .nrows = nrows, .last = true,
                                        .elapsed_ms = 3, .connection = 1});
}

static UNUSED_OK void fake_fail(struct fakeport *p, enum ask_kind kind, enum statement_id statement, uint32_t instance,
                                enum err_kind why, const char *words)
{
    struct fakeask *k = fake_waiting(p, kind, statement, instance);
    struct err e;
    if (!k)
        abort();
    err_set(&e, why, "%s", words);
    fake_reply(p, k->id, (struct reply){.last = true, .err = &e});
}

/* A state for every open ASK_STATE of the instance. */
static UNUSED_OK void fake_state(struct fakeport *p, uint32_t instance, enum phase phase, const char *version, const char *message)
{
    struct instance_state s = {.phase = phase, .login = LOGIN_OK, .version = version, .edition = *version ? "community" : "",
                               .server_id = "", .protocol = "jolt", .tls = "none", .message = message, .latency_ms = 2,
                               .since_ms = 1000, .answered_ms = *version ? 2000 : 0};
    for (size_t i = 0, n = p->n; i < n; i++)
        if (p->asks[i].ask.kind == ASK_STATE && p->asks[i].ask.instance == instance && !p->asks[i].answered)
            fake_reply(p, p->asks[i].id, (struct reply){.state = &s});
}

/* Every cancelled ask gets its last reply. */
static UNUSED_OK void fake_settle_cancelled(struct fakeport *p)
{
    struct err e;
    err_set(&e, ERR_CANCELLED, "given up");
    for (size_t i = 0; i < p->n; i++)
        if (p->asks[i].cancelled && !p->asks[i].answered)
            fake_reply(p, p->asks[i].id, (struct reply){.last = true, .err = &e});
}

#endif
