/* One statement on its way: as an HTTP request, or over Bolt. */
#include <stdio.h>

#include "base/mem.h"
#include "link/bolt.h"
#include "neo4j/explain.h"

/* --- over HTTP ------------------------------------------------------------------------------------------------------ */

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

static const char *const *names_of(struct flight *f)
{
    const char **names = arena_alloc(&f->arena, (f->st.nparams + 1) * sizeof *names);

    for (size_t n = 0; n < f->st.nparams; n++)
        names[n] = f->st.params[n].name;
    return names;
}

static const struct value *values_of(struct flight *f)
{
    struct value *values = arena_alloc(&f->arena, (f->st.nparams + 1) * sizeof *values);

    for (size_t n = 0; n < f->st.nparams; n++)
        values[n] = f->st.params[n].value;
    return values;
}

static bool build(struct flight *f, struct neo_http *out, struct err *e)
{
    struct instance *i = f->at;
    struct neo_call call = {
        .dialect = i->server.dialect,
        .server = &i->server,
        .variant = f->variant,
        .database = database_of(f),
        .text = f->st.text,
        .param_names = names_of(f),
        .params = values_of(f),
        .nparams = f->st.nparams,
        .reading = statement_effect(f->st.id) == EFFECT_READS,
        .deadline_ms = f->deadline_ms,
        .tag = f->tag,
    };

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
                           .param_names = names_of(f),
                           .params = values_of(f),
                           .nparams = f->st.nparams,
                           .reading = statement_effect(f->st.id) == EFFECT_READS,
                           .deadline_ms = f->deadline_ms,
                           .tag = f->tag};
    struct text cypher;
    bool ok = true;

    if (f->st.id == STMT_EXPLAIN) {
        text_init(&cypher, TEXT_MAX_DEFAULT);
        ok = explain_compose(f->st.text ? f->st.text : "", &cypher, e);
        run.cypher = arena_strdup(&f->arena, cypher.s ? cypher.s : "");
        text_release(&cypher);
    }
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

bool flight_send(struct flight *f, struct err *e)
{
    struct instance *i = f->at;
    struct neo_http h = {0};
    bool built;

    f->variant = statement_variant(f->st.id, i->server.version, i->server.edition, e);
    if (!f->variant)
        return false;
    if (i->bolt)
        return ride(f, e);
    built = build(f, &h, e);
    if (built)
        send_built(f, &h);
    neo_http_release(&h);
    return built;
}
