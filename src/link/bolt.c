/* The connections of an instance over Bolt, and which of them carries what. As many as statements may be under way (flight.c); one that
 * is free is taken before a new one is opened. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "link/bolt_inside.h"

/* --- life ----------------------------------------------------------------------------------------------------------- */

struct bolt *bolt_new(struct instance *i, const struct link_instance *spec, const char *base)
{
    struct bolt *b = x_calloc(1, sizeof *b);

    b->instance = i;
    b->seeks = spec->over_bolt && bolt_beside(base, &b->peer);
    if (b->seeks)
        bolt_told(b, "", "GET / was not asked for it yet");
    if (!b->seeks && !bolt_address(base, &b->peer, &b->routes)) {
        free(b);
        return NULL;
    }
    b->peer.insecure |= spec->insecure;
    b->peer.ca_file = x_strdup(spec->ca_file);
    b->peer.client_cert = x_strdup(spec->client_cert);
    b->peer.client_key = x_strdup(spec->client_key);
    return b;
}

void bolt_free(struct bolt *b)
{
    if (!b)
        return;
    while (b->rides)
        ride_forget(b->rides);
    while (b->connections)
        connection_close(b->connections, true);
    free((char *)(uintptr_t)b->peer.host);
    free((char *)(uintptr_t)b->peer.ca_file);
    free((char *)(uintptr_t)b->peer.client_cert);
    free((char *)(uintptr_t)b->peer.client_key);
    free(b);
}

const struct stream_peer *bolt_peer(const struct bolt *b)
{
    return &b->peer;
}

bool bolt_routes(const struct bolt *b)
{
    return b->routes;
}

struct bolt_version bolt_version_of(const struct bolt *b)
{
    return b->version;
}

const char *bolt_agent_of(const struct bolt *b)
{
    return b->agent;
}

int64_t bolt_hint_recv_s(const struct bolt *b)
{
    return b->recv_timeout_ms / 1000;
}

void bolt_close_free(struct bolt *b)
{
    for (struct connection *c = b->connections, *next; c; c = next) {
        next = c->next;
        if (!c->ride && c != b->knocking && c->stage != CONN_RESETTING)
            connection_close(c, true);
    }
}

/* --- knocking ------------------------------------------------------------------------------------------------------- */

static void answer_knock(struct bolt *b, enum http_fail fail, const struct err *e)
{
    void (*done)(struct instance *, enum http_fail, const struct err *) = b->knocked;

    b->knocking = NULL;
    b->knocked = NULL;
    if (done)
        done(b->instance, fail, e);
}

static void close_agreed(struct bolt *b)
{
    for (struct connection *c = b->connections, *next; c; c = next) {
        next = c->next;
        if (c->stage == CONN_AGREED && !c->ride)
            connection_close(c, true);
    }
}

void bolt_knock(struct bolt *b, void (*done)(struct instance *i, enum http_fail fail, const struct err *e))
{
    bolt_forget_knock(b);
    close_agreed(b); /* each knock leaves one */
    b->knocked = done;
    b->knocking = connection_open(b);
}

bool bolt_is_knocking(const struct bolt *b)
{
    return b->knocking != NULL;
}

void bolt_forget_knock(struct bolt *b)
{
    b->knocked = NULL;
    if (b->knocking)
        connection_close(b->knocking, false);
}

/* --- rides ---------------------------------------------------------------------------------------------------------- */

static void ride_free(struct ride *r)
{
    struct bolt *b = r->flight->at->bolt;
    struct ride **at = &b->rides;

    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    rows_drop(&r->rows);
    arena_release(&r->part);
    timer_free(r->deadline);
    free(r);
}

static void finish(struct ride *r, struct outcome *o, const struct neo_result *rows)
{
    struct flight *f = r->flight;
    struct arena part = r->part; /* the rows lie in it */

    r->part = (struct arena){0};
    o->more = r->more;
    o->first_ms = r->first ? r->first - r->sent : 0;
    o->elapsed_ms = clock_mono_ms() - (r->sent ? r->sent : r->began);
    o->sent = r->sent != 0;
    ride_free(r);
    flight_carried(f, o, rows);
    arena_release(&part);
}

/* Of rows that are wanted in parts the last ones are worth something although it failed. */
static struct neo_result *what_came(struct ride *r, struct neo_result *rows)
{
    if (!r->flight->parts)
        return NULL;
    rows_finish(&r->rows, rows);
    return rows;
}

/* What was asked for is in the rows that came, or in the last word itself. */
static void take_rows(struct ride *r, struct value about, struct neo_result *rows, struct err *e)
{
    if (r->routes && !bolt_routing(about, r->rows.arena, rows))
        shape_error(e, "there is no routing table in it");
    else if (r->explain && !bolt_plan(about, r->rows.arena, rows))
        shape_error(e, "there is no plan in it");
    else if (!r->routes && !r->explain)
        rows_finish(&r->rows, rows);
}

/* 3.5 lets those in whose password must be changed, and carries out what reads no graph, the probe among it. */
static bool is_expired(const struct ride *r)
{
    return r->at && r->at->expired && r->flight->probe;
}

void ride_done(struct ride *r, const struct err *e, struct value about)
{
    struct outcome o = {.fail = HTTP_OK};
    struct neo_result rows = {0};
    bool expired = is_expired(r);

    if (r->at && r->at->stream)
        o.connection = stream_number(r->at->stream);
    r->at = NULL;
    if (e)
        o.err = *e;
    else if (expired)
        neo_error(&o.err, 0, "Neo.ClientError.Security.CredentialsExpired", "the password must be changed");
    else
        take_rows(r, about, &rows, &o.err);
    finish(r, &o, o.err.kind == ERR_NONE ? &rows : what_came(r, &rows));
}

/* No last word. */
static void ride_failed(struct ride *r, enum http_fail fail, const struct err *e)
{
    struct outcome o = {.fail = fail, .err = *e};
    struct neo_result rows = {0};

    r->at = NULL;
    finish(r, &o, what_came(r, &rows));
}

/* The server is told to end it; the connection is free again once it has. */
static void let_go(struct ride *r, bool given_up)
{
    struct connection *c = r->at;

    if (!c)
        return;
    c->ride = NULL;
    if (c->stage != CONN_RUNNING) {
        if (c->stage != CONN_AGREEING)
            connection_close(c, false); /* its login hangs */
        return;
    }
    snprintf(c->tag, sizeof c->tag, "%s", given_up ? r->flight->tag : "");
    connection_reset(c);
}

static void on_deadline(void *data)
{
    struct ride *r = data;
    const struct stream_peer *p = &r->flight->at->bolt->peer;
    struct err e;
    char time[16];

    duration_short(r->flight->deadline_ms, time, sizeof time);
    if (r->sent)
        err_set(&e, ERR_TIMEOUT, "no whole answer from %s:%d within %s: it is busy or hangs; it was told to end it", p->host, p->port, time);
    else
        err_set(&e, ERR_TIMEOUT, "no login at %s:%d within %s: it is busy or hangs", p->host, p->port, time);
    let_go(r, true);
    ride_failed(r, HTTP_FAIL_TIMEOUT, &e);
}

void ride_cancelled(struct ride *r)
{
    struct err e;

    err_set(&e, ERR_CANCELLED, "cancelled");
    ride_failed(r, HTTP_FAIL_CANCELLED, &e);
}

/* A login that is under way is a wrong one perhaps: were its verdict not heard, the next statement would try it again. And whoever is
 * just being given rows may say that it wants no more. */
void ride_drop(struct ride *r)
{
    struct connection *c = r->at;

    if (r->giving || (c && (c->stage == CONN_HELLO || c->stage == CONN_LOGON))) {
        r->dropped = true;
        return;
    }
    let_go(r, true);
    ride_cancelled(r);
}

void ride_forget(struct ride *r)
{
    if (!r)
        return;
    if (r->at)
        connection_close(r->at, true);
    ride_free(r);
}

static struct connection *free_connection(struct bolt *b, unsigned generation)
{
    for (struct connection *c = b->connections, *next; c; c = next) {
        next = c->next;
        if (c->stage == CONN_FREE && c->generation != generation)
            connection_close(c, true); /* an older login */
        else if (c->stage == CONN_FREE || (c->stage == CONN_AGREED && !c->ride && c != b->knocking))
            return c;
    }
    return NULL;
}

static void begin_on(struct connection *c, struct ride *r)
{
    if (c->stage == CONN_FREE) {
        connection_run(c, r);
        return;
    }
    c->ride = r;
    r->at = c;
    if (c->stage == CONN_AGREED)
        connection_begin_login(c);
}

struct ride *ride_begin(struct bolt *b, struct flight *f, const struct bolt_run *run)
{
    struct ride *r = x_calloc(1, sizeof *r);
    struct connection *c = free_connection(b, f->generation);

    r->flight = f;
    r->began = clock_mono_ms();
    r->explain = f->st.id == STMT_EXPLAIN;
    r->rows = (struct rows){.arena = &f->arena, .e = &r->err, .max_cells = f->max_bytes / 4};
    r->deadline = loop_timer(b->instance->link->loop, on_deadline, r);
    timer_set(r->deadline, f->deadline_ms);
    r->run = *run;
    r->next = b->rides;
    b->rides = r;
    begin_on(c ? c : connection_open(b), r);
    return r;
}

/* --- what connections tell ------------------------------------------------------------------------------------------ */

void bolt_opened(struct connection *c)
{
    struct bolt *b = c->bolt;

    b->version = c->version;
    stream_expect(c->stream, 0);
    if (c->ride) {
        connection_begin_login(c);
        return;
    }
    connection_agreed(c);
    if (c == b->knocking)
        answer_knock(b, HTTP_OK, NULL);
}

/* False: it was upgraded, or another server is behind the address. */
static bool learn(struct bolt *b, const struct connection *c, const struct bolt_server *s)
{
    struct discovery *d = &b->instance->server;
    const char *slash = strchr(s->agent, '/');
    bool same = !b->agent[0] || strcmp(b->agent, s->agent) == 0;
    struct version v;

    snprintf(b->agent, sizeof b->agent, "%s", s->agent);
    b->recv_timeout_ms = c->recv_timeout_ms;
    if (d->version.major || !slash || !str_starts(s->agent, "Neo4j/") || !version_parse(slash + 1, &v))
        return same;
    d->version = v; /* COMPONENTS says it again, and the edition */
    snprintf(d->version_text, sizeof d->version_text, "%s", slash + 1);
    return true;
}

/* What it understands is read again; what was made for the other version is not sent, or nobody hears what it gives. */
static void is_another(struct connection *c)
{
    struct instance *i = c->bolt->instance;
    struct ride *r = c->ride;
    struct err e;

    err_set(&e, ERR_BUSY, "another version of Neo4j answers at %s now: it is looked at first", i->name);
    c->ride = NULL;
    connection_close(c, true);
    session_begin(i);
    if (r)
        ride_failed(r, HTTP_FAIL_CANCELLED, &e);
}

void bolt_logged_in(struct connection *c, const struct bolt_server *s)
{
    struct ride *r = c->ride;

    if (s && !learn(c->bolt, c, s) && c->bolt->instance->stage == STAGE_READY) {
        is_another(c);
    } else if (c->stage == CONN_RUNNING && r->dropped) {
        let_go(r, true);
        ride_cancelled(r);
    } else if (c->stage == CONN_FREE && r && r->dropped) {
        c->ride = NULL;
        ride_cancelled(r);
    } else if (c->stage == CONN_FREE && r) {
        connection_run(c, r);
    }
}

void bolt_refused(struct connection *c, const struct err *e)
{
    struct ride *r = c->ride;
    struct err words = *e;

    connection_close(c, false); /* the server does the same */
    if (!r)
        return;
    r->at = NULL;
    r->sent = clock_mono_ms();
    ride_done(r, &words, v_absent(ABSENT_NULL));
}

/* An old server took none of the versions: asked again, for whom it was. */
static void try_other_offer(struct bolt *b, struct ride *r, bool knock)
{
    if (knock)
        b->knocking = connection_open(b);
    else if (r)
        begin_on(connection_open(b), r);
}

void bolt_lost(struct connection *c, enum http_fail fail, const struct err *e)
{
    struct bolt *b = c->bolt;
    struct ride *r = c->ride;
    struct err words = *e;
    bool knock = c == b->knocking, other_offer = c->refused_all;
    char tag[sizeof c->tag];

    snprintf(tag, sizeof tag, "%s", !c->ended ? "" : r ? r->flight->tag : c->stage == CONN_RESETTING ? c->tag : "");
    log_debug("%s: a connection is over: %s", b->instance->name, words.words);
    if (r)
        r->at = NULL;
    connection_close(c, false);
    if (other_offer)
        try_other_offer(b, r, knock);
    else if (knock)
        answer_knock(b, fail, &words);
    else if (r)
        ride_failed(r, fail, &words);
    if (tag[0])
        given_gone(b->instance, tag);
}
