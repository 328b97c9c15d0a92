/* One statement from the queue to its reply. At most as many at a time as keep one server from seeing three wrong logins,
 * one of a kind at a time. Who asked may lose interest: the statement still runs to its end, because closing the
 * connection would not stop it on the server, only hide it; but for one over Bolt, and one whose rows are just coming. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "link/bolt.h"

#define MAX_QUEUE 200
#define DEFAULT_BYTES ((size_t)16 * 1024 * 1024)

/* --- kinds ---------------------------------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool flight_same_kind(const struct statement *a, const struct statement *b)
{
    if (a->id != b->id || a->nparams != b->nparams || !same_text(a->database, b->database) || !same_text(a->text, b->text))
        return false;
    for (size_t n = 0; n < a->nparams; n++)
        if (strcmp(a->params[n].name, b->params[n].name) != 0 || !value_equal(a->params[n].value, b->params[n].value))
            return false;
    return true;
}

static struct flight *find_kind(struct flight *list, const struct statement *st)
{
    while (list && !flight_same_kind(&list->st, st))
        list = list->next;
    return list;
}

static void copy_statement(struct arena *a, struct statement *to, const struct statement *from)
{
    struct param *params = arena_alloc(a, (from->nparams + 1) * sizeof *params);

    for (size_t n = 0; n < from->nparams; n++) {
        params[n].name = arena_strdup(a, from->params[n].name);
        params[n].value = value_copy(a, from->params[n].value);
    }
    *to = (struct statement){
        .id = from->id,
        .database = arena_strdup(a, from->database),
        .text = arena_strdup(a, from->text),
        .params = params,
        .nparams = from->nparams,
    };
}

/* --- lists ---------------------------------------------------------------------------------------------------------- */

static struct flight *flight_new(struct instance *i, const struct statement *st)
{
    struct flight *f = x_calloc(1, sizeof *f);

    f->at = i;
    copy_statement(&f->arena, &f->st, st);
    f->deadline_ms = statement_deadline_ms(st->id);
    f->max_bytes = DEFAULT_BYTES;
    return f;
}

static void flight_free(struct flight *f)
{
    arena_release(&f->arena);
    free(f);
}

static void unlink_from(struct flight **list, struct flight *f)
{
    while (*list != f)
        list = &(*list)->next;
    *list = f->next;
    f->next = NULL;
}

static void unqueue(struct flight *f)
{
    unlink_from(&f->at->queue, f);
    f->at->nqueue--;
}

static void enqueue(struct flight *f)
{
    struct instance *i = f->at;
    struct flight **end = &i->queue;

    while (*end && !f->own)
        end = &(*end)->next;
    f->next = *end;
    *end = f;
    i->nqueue++;
    f->queue_due = clock_mono_ms() + f->deadline_ms;
}

/* It never left: the answer comes on the next turn. */
static void fail_unsent(struct flight *f, const struct err *e)
{
    struct instance *i = f->at;

    if (f->probe) {
        const struct outcome o = {.err = *e};
        session_probed(i, f, &o, NULL);
    } else if (f->fn) {
        link_owe(i->link, f->id, f->fn, f->ctx, e);
    }
    flight_free(f);
}

/* --- the end of a flight -------------------------------------------------------------------------------------------- */

/* Where rows do not come in parts over HTTP, all of them are here before it is known how many they are. */
static void put_rows(struct reply *r, const struct flight *f, const struct neo_result *rows)
{
    r->names = rows->names;
    r->cells = rows->cells;
    r->ncols = rows->ncols;
    r->nrows = rows->nrows;
    if (f->max_rows && r->nrows > f->max_rows) {
        r->nrows = f->max_rows;
        r->more = true;
    }
}

static void give_reply(const struct flight *f, const struct outcome *o, const struct neo_result *rows)
{
    struct reply r = {
        .id = f->id,
        .last = true,
        .err = o->err.kind == ERR_NONE ? NULL : &o->err,
        .elapsed_ms = o->elapsed_ms,
        .connection = o->connection,
    };

    if (!f->fn)
        return;
    if (rows && (!r.err || f->parts))
        put_rows(&r, f, rows);
    r.more |= o->more;
    f->fn(f->ctx, &r);
}

void flight_part(struct flight *f, const struct neo_result *rows, int64_t connection)
{
    struct reply r = {.id = f->id, .connection = connection};

    put_rows(&r, f, rows);
    if (f->st.id == STMT_DATABASES)
        identity_learn(f->at, rows);
    if (f->fn)
        f->fn(f->ctx, &r);
}

/* Garbage, or a proxy that lost patience, is no proof that the server is done with it. */
static bool is_servers_word(const struct outcome *o)
{
    return o->fail == HTTP_OK && strncmp(o->err.code, "HTTP 5", 6) != 0 && !(o->status < 300 && o->err.kind == ERR_SHAPE);
}

void flight_finish(struct flight *f, struct outcome *o, const struct neo_result *rows)
{
    struct instance *i = f->at;
    bool probe = f->probe;

    unlink_from(&i->running, f);
    i->nrunning--;
    if (o->cut)
        given_up(i, f, false);
    else if (is_servers_word(o))
        given_answered(i, f);
    else if (o->sent)
        given_up(i, f, o->fail != HTTP_FAIL_CANCELLED);
    if (f->dropped && o->fail == HTTP_FAIL_CANCELLED)
        err_set(&o->err, ERR_LOGIN, "%s", i->message);
    if (f->probe)
        session_probed(i, f, o, o->err.kind == ERR_NONE ? rows : NULL);
    else
        session_outcome(i, f, o);
    if (rows && o->err.kind == ERR_NONE && f->st.id == STMT_DATABASES)
        identity_learn(i, rows);
    give_reply(f, o, rows);
    flight_free(f);
    if (i->stage == STAGE_LOGIN && !i->nrunning)
        session_login(i);
    flights_pump(i);
    identity_behind(i, probe);
    instance_rearm(i);
}

/* --- the queue ------------------------------------------------------------------------------------------------------- */

static void start(struct flight *f)
{
    struct err e = {.kind = ERR_NONE};

    if (!flight_send(f, &e))
        fail_unsent(f, &e);
}

static bool may_go(const struct instance *i, const struct flight *f)
{
    if (find_kind(i->running, &f->st) || given_ends_soon(i, &f->st))
        return false;
    return i->stage == STAGE_READY || (i->stage == STAGE_EXPIRED && statement_effect(f->st.id) == EFFECT_CHANGES);
}

void flights_pump(struct instance *i)
{
    size_t most = i->credential ? AT_ONCE_WITH_LOGIN : AT_ONCE;
    struct err e;

    for (struct flight *f = i->queue, *next; f && i->nrunning < most && !i->link->closing; f = next) {
        next = f->next;
        if (!may_go(i, f))
            continue;
        unqueue(f);
        if (given_blocks(i, &f->st, f->own, &e))
            fail_unsent(f, &e);
        else
            start(f);
    }
}

/* --- asking --------------------------------------------------------------------------------------------------------- */

static bool refuses(struct instance *i, const struct statement *st, struct err *e)
{
    const struct flight *f;

    if (session_refuses(i, st->id, e))
        return true;
    if (!statement_variant(st->id, i->server.version, i->server.edition, e))
        return true;
    if (((f = find_kind(i->queue, st)) || (f = find_kind(i->running, st))) && f->fn && !f->own) {
        err_set(e, ERR_BUSY, "the previous one has not been answered yet");
        return true;
    }
    if (!given_ends_soon(i, st) && given_blocks(i, st, false, e))
        return true;
    if (i->nqueue < MAX_QUEUE)
        return false;
    err_set(e, ERR_BUSY, "too many statements wait for this server already");
    return true;
}

ticket flight_ask(struct instance *i, ticket id, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct err e = {.kind = ERR_NONE};

    if (i->link->closing)
        err_set(&e, ERR_CANCELLED, "the program ends");
    if (e.kind != ERR_NONE || refuses(i, &a->u.statement, &e)) {
        link_owe(i->link, id, fn, ctx, &e);
        return id;
    }
    struct flight *f = flight_new(i, &a->u.statement);
    f->id = id;
    f->fn = fn;
    f->ctx = ctx;
    if (a->deadline_ms > 0)
        f->deadline_ms = a->deadline_ms;
    if (a->max_bytes)
        f->max_bytes = a->max_bytes;
    f->max_rows = a->max_rows;
    f->parts = a->parts;
    enqueue(f);
    flights_pump(i);
    instance_rearm(i);
    return id;
}

bool flight_own(struct instance *i, enum statement_id id, const struct param *params, size_t n, reply_fn *fn, void *ctx)
{
    struct statement st = {.id = id, .params = params, .nparams = n};
    struct err e;

    if (i->link->closing || i->stage != STAGE_READY || find_kind(i->queue, &st) || find_kind(i->running, &st) ||
        !statement_variant(id, i->server.version, i->server.edition, &e) || given_blocks(i, &st, true, &e))
        return false;
    struct flight *f = flight_new(i, &st);
    f->fn = fn;
    f->ctx = ctx;
    f->own = true;
    enqueue(f);
    flights_pump(i);
    instance_rearm(i);
    return true;
}

void flight_probe(struct instance *i)
{
    struct statement st = {.id = STMT_COMPONENTS};
    struct flight *f = flight_new(i, &st);

    f->own = f->probe = true;
    start(f);
}

bool flight_cancel(struct instance *i, ticket id)
{
    struct err e;

    err_set(&e, ERR_CANCELLED, "no longer wanted");
    for (struct flight *f = i->queue; f; f = f->next) {
        if (f->id != id)
            continue;
        unqueue(f);
        fail_unsent(f, &e);
        return true;
    }
    for (struct flight *f = i->running; f; f = f->next) {
        if (f->id != id || !f->fn)
            continue;
        link_owe(i->link, id, f->fn, f->ctx, &e);
        f->fn = NULL;
        if (f->wire && inflow_has_rows(f->inflow))
            wire_cancel(f->wire); /* a server that is writing rows finds out */
        else if (f->ride && statement_effect(f->st.id) == EFFECT_READS)
            ride_drop(f->ride); /* over Bolt the server can be told */
        return true;
    }
    return false;
}

/* --- when things end ------------------------------------------------------------------------------------------------ */

void flights_fail_queued(struct instance *i)
{
    struct err e;

    for (struct flight *f = i->queue, *next; f; f = next) {
        next = f->next;
        if (!session_refuses(i, f->st.id, &e))
            continue;
        unqueue(f);
        fail_unsent(f, &e);
    }
}

/* The end of a ride changes the list: it is looked through anew each time. */
static bool drop_a_ride(struct instance *i)
{
    for (struct flight *f = i->running; f; f = f->next) {
        if (statement_effect(f->st.id) != EFFECT_READS || !f->ride || f->dropped)
            continue;
        f->dropped = true;
        ride_drop(f->ride);
        return true;
    }
    return false;
}

void flights_drop_reading(struct instance *i)
{
    for (struct flight *f = i->running; f; f = f->next) {
        if (statement_effect(f->st.id) != EFFECT_READS || !f->wire)
            continue;
        f->dropped = true;
        wire_cancel(f->wire);
    }
    while (drop_a_ride(i))
        continue;
}

int64_t flights_due(const struct instance *i)
{
    int64_t due = 0;

    for (const struct flight *f = i->queue; f; f = f->next)
        if (!due || f->queue_due < due)
            due = f->queue_due;
    return due;
}

void flights_tick(struct instance *i, int64_t now)
{
    struct err e;

    err_set(&e, ERR_TIMEOUT, "it was not its turn within its deadline: the server is slow with what was asked before");
    for (struct flight *f = i->queue, *next; f; f = next) {
        next = f->next;
        if (f->queue_due > now)
            continue;
        unqueue(f);
        fail_unsent(f, &e);
    }
}

void flights_close(struct instance *i)
{
    struct err e;

    err_set(&e, ERR_CANCELLED, "the program ends");
    while (i->queue) {
        struct flight *f = i->queue;
        unqueue(f);
        fail_unsent(f, &e);
    }
    while (i->running) {
        struct flight *f = i->running;
        i->running = f->next;
        i->nrunning--;
        wire_forget(f->wire);
        ride_forget(f->ride);
        inflow_free(f->inflow);
        f->ride = NULL;
        if (f->decode)
            decode_forget(f->decode);
        f->probe = false;
        fail_unsent(f, &e);
    }
}
