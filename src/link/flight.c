/* One statement from the queue to its reply. At most as many at a time as keep one server from seeing three wrong logins,
 * one of a kind at a time. Who asked may lose interest: the statement still runs to its end, because closing the
 * connection would not stop it on the server, only hide it; but for one over Bolt, and one whose rows are just coming. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "link/bolt.h"
#include "neo4j/explain.h"

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

/* --- sending -------------------------------------------------------------------------------------------------------- */

static const char *database_of(const struct flight *f)
{
    const struct instance *i = f->at;

    if (f->variant->database == DB_SYSTEM)
        return "system";
    if (f->variant->database == DB_GIVEN && f->st.database)
        return f->st.database;
    return i->database ? i->database : i->default_database[0] ? i->default_database : "neo4j";
}

static void make_tag(struct flight *f)
{
    struct link *k = f->at->link;

    snprintf(f->tag, sizeof f->tag, "%s-%llu", k->tag, (unsigned long long)++k->tag_seq);
}

static bool build(struct flight *f, struct neo_http *out, struct err *e)
{
    struct instance *i = f->at;
    const char **names = arena_alloc(&f->arena, (f->st.nparams + 1) * sizeof *names);
    struct value *values = arena_alloc(&f->arena, (f->st.nparams + 1) * sizeof *values);
    struct neo_call call = {
        .dialect = i->server.dialect,
        .server = &i->server,
        .variant = f->variant,
        .database = database_of(f),
        .text = f->st.text,
        .param_names = names,
        .params = values,
        .nparams = f->st.nparams,
        .reading = statement_effect(f->st.id) == EFFECT_READS,
        .deadline_ms = f->deadline_ms,
        .tag = f->tag,
    };

    for (size_t n = 0; n < f->st.nparams; n++) {
        names[n] = f->st.params[n].name;
        values[n] = f->st.params[n].value;
    }
    make_tag(f);
    f->dialect = call.dialect;
    if (!neo_http_build(out, &call, e))
        return false;
    f->result_index = out->result_index;
    f->tagged = out->tagged;
    f->limited = out->limited;
    return true;
}

static void count_in(struct flight *f)
{
    struct instance *i = f->at;

    f->generation = i->credential ? i->credential->generation : 0;
    f->next = i->running;
    i->running = f;
    i->nrunning++;
}

static void send_built(struct flight *f, const struct neo_http *h)
{
    struct instance *i = f->at;
    const struct credential *c = i->credential;
    struct http_request rq = {
        .method = "POST",
        .path = h->path.s,
        .headers = h->headers,
        .body = h->body.s,
        .body_len = h->body.len,
        .auth = c ? c->auth : HTTP_AUTH_NONE,
        .user = c ? c->user : NULL,
        .secret = c ? c->secret : NULL,
        .deadline_ms = f->deadline_ms,
        .connect_ms = i->link->pace.connect < f->deadline_ms ? i->link->pace.connect : 0,
        .max_bytes = f->max_bytes,
        .once = statement_effect(f->st.id) == EFFECT_CHANGES,
    };

    count_in(f);
    if (inflow_fits(f)) {
        rq.max_bytes = SIZE_MAX; /* it knows how much is too much */
        f->inflow = inflow_new(f);
        f->wire = wire_send(i, &rq, inflow_piece, inflow_done, f);
    } else {
        f->wire = wire_send(i, &rq, NULL, flight_answered, f);
    }
}

/* --- over Bolt ------------------------------------------------------------------------------------------------------ */

/* None where the home database of the user is meant: it is the server that knows it. */
static const char *bolt_database_of(const struct flight *f)
{
    const struct instance *i = f->at;

    if (f->variant->database == DB_SYSTEM || (f->variant->database == DB_GIVEN && f->st.database))
        return database_of(f);
    return i->database;
}

static bool ride(struct flight *f, struct err *e)
{
    struct bolt_run run = {.database = bolt_database_of(f),
                           .cypher = f->variant->cypher,
                           .nparams = f->st.nparams,
                           .reading = statement_effect(f->st.id) == EFFECT_READS,
                           .deadline_ms = f->deadline_ms,
                           .tag = f->tag};
    const char **names = arena_alloc(&f->arena, (f->st.nparams + 1) * sizeof *names);
    struct value *values = arena_alloc(&f->arena, (f->st.nparams + 1) * sizeof *values);
    struct text cypher;
    bool ok = true;

    if (f->st.id == STMT_EXPLAIN) {
        text_init(&cypher, TEXT_MAX_DEFAULT);
        ok = explain_compose(f->st.text ? f->st.text : "", &cypher, e);
        run.cypher = arena_strdup(&f->arena, cypher.s ? cypher.s : "");
        text_release(&cypher);
    }
    for (size_t n = 0; n < f->st.nparams; n++) {
        names[n] = f->st.params[n].name;
        values[n] = f->st.params[n].value;
    }
    run.param_names = names;
    run.params = values;
    make_tag(f);
    f->dialect = DIALECT_BOLT;
    f->tagged = f->limited = true;
    if (!ok)
        return false;
    count_in(f);
    f->ride = ride_begin(f->at->bolt, f, &run);
    return true;
}

void flight_settle(struct flight *f, struct bolt_run *run, struct version least)
{
    const struct discovery *d = &f->at->server;
    const struct variant *v = statement_variant(f->st.id, d->version.major ? d->version : least, d->edition, NULL);

    if (!v || v == f->variant)
        return;
    f->variant = v;
    run->cypher = v->cypher;
    run->database = bolt_database_of(f);
}

bool flight_is_servers_own(const struct flight *f)
{
    return f->variant->database == DB_SYSTEM || f->at->server.version.major < 4;
}

void flight_carried(struct flight *f, struct outcome *o, const struct neo_result *rows)
{
    f->ride = NULL;
    if (o->fail == HTTP_OK && o->err.kind != ERR_NONE) {
        o->login = neo_login_error(0, o->err.code, o->err.words);
        o->starting = neo_is_starting(&o->err) && flight_is_servers_own(f);
    }
    flight_finish(f, o, rows);
}

static void start(struct flight *f)
{
    struct instance *i = f->at;
    struct neo_http h = {0};
    struct err e = {.kind = ERR_NONE};

    f->variant = statement_variant(f->st.id, i->server.version, i->server.edition, &e);
    bool built = f->variant && (i->bolt ? ride(f, &e) : build(f, &h, &e));
    if (built && !i->bolt)
        send_built(f, &h);
    if (f->variant && !i->bolt)
        neo_http_release(&h);
    if (!built)
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
