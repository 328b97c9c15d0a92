/* One connection over Bolt: agree on a version, log in, then one statement after the other. Each message that leaves is owed one last
 * answer (SUCCESS, FAILURE or IGNORED), in the order in which they left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "link/bolt_inside.h"

/* --- sending -------------------------------------------------------------------------------------------------------- */

/* A login lies in these: wiped. Large enough for one from the beginning, so that no copy is left behind by growing. */
static void message_init(struct text *m)
{
    static const char room[2 * SECRET_MAX];

    text_init(m, STREAM_QUEUE_MAX);
    text_add(m, room, sizeof room);
    text_clear(m);
}

static void message_wipe(struct text *m)
{
    if (m->s && m->cap)
        mem_wipe(m->s, m->cap);
    text_release(m);
}

void connection_send(struct connection *c, const struct text *m)
{
    struct text chunks;

    message_init(&chunks);
    bolt_chunk(&chunks, m->s, m->len);
    stream_write(c->stream, chunks.s, chunks.len);
    message_wipe(&chunks);
    c->owed++;
    stream_expect(c->stream, c->recv_timeout_ms);
}

static void login_of(const struct connection *c, struct bolt_login *l)
{
    const struct credential *cr = c->bolt->instance->credential;

    *l = (struct bolt_login){.scheme = "none"};
    if (!cr || !cr->secret)
        return;
    l->scheme = cr->auth == HTTP_AUTH_BEARER ? "bearer" : "basic";
    l->user = cr->auth == HTTP_AUTH_BEARER ? NULL : cr->user ? cr->user : "";
    l->secret = secret_reveal(cr->secret);
}

static void send_login(struct connection *c)
{
    struct bolt_login login;
    struct text m;

    message_init(&m);
    login_of(c, &login);
    c->stage = CONN_HELLO;
    bolt_hello(&m, c->version, "neodeck/" NEODECK_VERSION, &login);
    connection_send(c, &m);
    if (bolt_has_logon(c->version)) { /* without waiting: what HELLO says does not matter to it */
        text_clear(&m);
        bolt_logon(&m, c->version, &login);
        connection_send(c, &m);
    }
    message_wipe(&m);
}

/* The password changed since its ride began: whether the new one is right, the login probe finds out, and nobody beside it. */
static void not_with_this_login(struct connection *c)
{
    struct ride *r = c->ride;

    c->ride = NULL;
    connection_agreed(c);
    ride_cancelled(r);
}

/* As we know the server. */
static const char *routed_address(const struct ride *r)
{
    return r->run.nparams ? value_str(r->run.params[0], "") : "";
}

/* What it asks was made before the server had said its version: who speaks this understands what its first version did. */
static struct version at_least(struct bolt_version spoken)
{
    return (struct version){.major = spoken.major < 5 ? spoken.major : 5, .minor = spoken.major == 3 ? 5 : 0};
}

/* Routing tables have a message of their own from 4.3 on, which needs no procedure and no database; before, a statement. */
static void send_statement(struct connection *c, struct ride *r)
{
    struct text m;

    if (r->flight->probe)
        flight_settle(r->flight, &r->run, at_least(c->version));
    text_init(&m, STREAM_QUEUE_MAX);
    r->routes = r->flight->st.id == STMT_ROUTING && bolt_route(&m, c->version, routed_address(r), NULL);
    if (!r->routes)
        bolt_run(&m, c->version, &r->run);
    connection_send(c, &m);
    text_release(&m);
    pull_begin(c, r);
    if (!r->routes)
        pull_slice(c);
}

static void be_running(struct connection *c, struct ride *r)
{
    timer_clear(c->timer);
    c->ride = r;
    r->at = c;
    c->stage = CONN_RUNNING;
    c->named = false;
    c->reader.most = r->flight->max_bytes + SMALL_MESSAGE;
    r->sent = clock_mono_ms();
}

void connection_run(struct connection *c, struct ride *r)
{
    be_running(c, r);
    send_statement(c, r);
}

/* What only reads need not wait for the answer to the login: after a refusal the server ignores it. */
static bool goes_ahead(const struct ride *r)
{
    return statement_effect(r->flight->st.id) == EFFECT_READS;
}

void connection_begin_login(struct connection *c)
{
    if (!login_is_current(c->bolt->instance, c->ride->flight->generation)) {
        not_with_this_login(c);
        return;
    }
    timer_clear(c->timer);
    c->generation = c->ride->flight->generation;
    send_login(c);
    c->ahead = goes_ahead(c->ride);
    if (c->ahead)
        send_statement(c, c->ride);
}

void connection_agreed(struct connection *c)
{
    timer_set(c->timer, KNOCKED_MS);
}

void connection_reset(struct connection *c)
{
    struct text m;

    c->stage = CONN_RESETTING;
    c->ride = NULL;
    text_init(&m, 100);
    bolt_reset(&m);
    connection_send(c, &m);
    text_release(&m);
    timer_set(c->timer, RESET_MS);
}

/* --- answers -------------------------------------------------------------------------------------------------------- */

void connection_free(struct connection *c)
{
    c->stage = CONN_FREE;
    c->reader.most = SMALL_MESSAGE;
    stream_expect(c->stream, 0);
    timer_set(c->timer, FREE_MS);
}

static void login_is_done(struct connection *c)
{
    if (!c->ahead) {
        connection_free(c);
        return;
    }
    c->ahead = false;
    be_running(c, c->ride);
    stream_expect(c->stream, c->recv_timeout_ms);
}

static void refused(struct connection *c, const struct bolt_answer *a)
{
    struct err e = a->err;

    if (a->said == BOLT_IGNORED)
        err_set(&e, ERR_SHAPE, "the server ignores the login without a reason");
    bolt_refused(c, &e);
}

static bool says_expired(const struct bolt_answer *a)
{
    return value_i64(value_get(a->about, "credentials_expired"), 0) == 1;
}

static void hello_answered(struct connection *c, const struct bolt_answer *a)
{
    struct bolt_server s;

    if (a->said != BOLT_SUCCESS) {
        refused(c, a);
        return;
    }
    bolt_server_read(a->about, &s);
    c->expired |= says_expired(a);
    snprintf(c->id, sizeof c->id, "%s", s.connection);
    c->recv_timeout_ms = s.recv_timeout_s * 1000;
    if (bolt_has_logon(c->version)) /* its answer is still to come */
        c->stage = CONN_LOGON;
    else
        login_is_done(c);
    bolt_logged_in(c, &s);
}

/* How the server calls itself (5.8 and later): tells it apart in a list of members, is never connected to. */
static void advertised(struct connection *c, const char *address)
{
    struct discovery *d = &c->bolt->instance->server;

    if (*address && !d->bolt[0])
        snprintf(d->bolt, sizeof d->bolt, "bolt://%s", address);
}

static void logon_answered(struct connection *c, const struct bolt_answer *a)
{
    if (a->said != BOLT_SUCCESS) {
        refused(c, a);
        return;
    }
    advertised(c, value_str(value_get(a->about, "advertised_address"), ""));
    c->expired |= says_expired(a);
    login_is_done(c);
    bolt_logged_in(c, NULL);
}

/* A statement failed: until RESET everything is ignored. Its ride is over first, because that may close the connection. */
void connection_failed(struct connection *c, const struct err *e)
{
    struct ride *r = c->ride;

    connection_reset(c);
    c->tag[0] = '\0';
    ride_done(r, e, v_absent(ABSENT_NULL));
}

static void run_answered(struct connection *c, const struct bolt_answer *a)
{
    struct ride *r = c->ride;
    struct err e;

    if (a->said == BOLT_IGNORED) {
        err_set(&e, ERR_SERVER, "the server ignored the statement without a reason: ask again");
        connection_failed(c, &e);
    } else if (a->said == BOLT_FAILURE) {
        connection_failed(c, &a->err);
    } else if (!c->named && !r->routes) {
        c->named = true;
        if (!bolt_rows_names(&r->rows, a->about))
            connection_failed(c, &r->err);
    } else if (!r->routes && value_i64(value_get(a->about, "has_more"), 0)) {
        pull_more(c);
    } else {
        connection_free(c);
        c->ride = NULL;
        ride_done(r, NULL, a->about);
    }
}

static void reset_answered(struct connection *c, const struct bolt_answer *a)
{
    struct err e;

    if (c->owed)
        return; /* of what was under way before */
    if (a->said != BOLT_SUCCESS) {
        err_set(&e, ERR_SERVER, "the server could not end what was under way: %s", a->said == BOLT_FAILURE ? a->err.words : "it ignored that");
        bolt_lost(c, HTTP_FAIL_CUT, &e);
        return;
    }
    connection_free(c);
    if (c->tag[0])
        given_gone(c->bolt->instance, c->tag);
    c->tag[0] = '\0';
    flights_pump(c->bolt->instance);
}

/* The connection may be gone after it. */
static void take_message(struct connection *c, const char *bytes, size_t n)
{
    struct arena own = {0}, *arena = c->stage == CONN_RUNNING ? pull_arena(c) : &own;
    struct bolt_answer a;

    bolt_said(bytes, n, arena, &a);
    if (a.said == BOLT_NONSENSE) {
        bolt_lost(c, HTTP_OK, &a.err);
    } else if (a.said == BOLT_RECORD) {
        if (c->stage == CONN_RUNNING)
            pull_row(c, &a, n);
    } else if (c->owed) {
        c->owed--;
        switch (c->stage) {
        case CONN_HELLO: hello_answered(c, &a); break;
        case CONN_LOGON: logon_answered(c, &a); break;
        case CONN_RUNNING: run_answered(c, &a); break;
        case CONN_DISCARDING: pull_discarded(c, &a); break;
        case CONN_RESETTING: reset_answered(c, &a); break;
        default: break;
        }
    }
    arena_release(&own);
}

/* --- bytes ---------------------------------------------------------------------------------------------------------- */

static void not_agreed(struct connection *c, enum bolt_agreed why)
{
    struct bolt *b = c->bolt;
    const struct stream_peer *p = &b->peer;
    struct err e;

    if (why == BOLT_AGREE_NONE && b->offer == BOLT_OFFER_NEW) { /* an old server: asked once more, in its words */
        b->offer = BOLT_OFFER_OLD;
        c->refused_all = true;
        err_set(&e, ERR_UNREACHABLE, "an older Bolt is tried");
        bolt_lost(c, HTTP_FAIL_OTHER, &e);
        return;
    }
    if (why == BOLT_AGREE_NONE)
        b->offer = BOLT_OFFER_NEW; /* maybe another server the next time */
    if (why == BOLT_AGREE_HTTP)
        err_set(&e, ERR_SHAPE, "%s:%d is an HTTP port, not Bolt: write http:// in the address, or give the Bolt port (7687)", p->host, p->port);
    else if (why == BOLT_AGREE_TLS)
        err_set(&e, ERR_TLS, "%s:%d speaks TLS: write bolt+s:// or neo4j+s:// in the address", p->host, p->port);
    else if (why == BOLT_AGREE_NONE)
        err_set(&e, ERR_SHAPE, "%s:%d speaks Bolt, but no version of it that neodeck knows (3, 4.0 to 6.0)", p->host, p->port);
    else
        err_set(&e, ERR_SHAPE, "%s:%d does not speak Bolt: is it the right port?", p->host, p->port);
    bolt_lost(c, why == BOLT_AGREE_TLS ? HTTP_FAIL_TLS : HTTP_FAIL_NOT_HTTP, &e);
}

/* Bytes taken. The connection may be gone after it. */
static size_t agree(struct connection *c, const char *bytes, size_t n)
{
    enum bolt_agreed what;
    size_t used = bolt_agree(&c->agreement, bytes, n, &what);

    if (what == BOLT_AGREE_MORE)
        return used;
    if (what != BOLT_AGREED) {
        not_agreed(c, what);
        return used;
    }
    c->version = c->agreement.version;
    if (c->agreement.nreply)
        stream_write(c->stream, c->agreement.reply, c->agreement.nreply);
    c->stage = CONN_AGREED;
    bolt_opened(c);
    return used;
}

static void too_large(struct connection *c)
{
    struct err e;

    err_set(&e, ERR_TOO_LARGE, "the answer is larger than %zu bytes and was dropped: ask for less at a time", c->reader.most);
    bolt_lost(c, HTTP_FAIL_TOO_LARGE, &e);
}

static size_t read_message(struct connection *c, const char *bytes, size_t n)
{
    enum bolt_chunked what;
    size_t used = bolt_read(&c->reader, bytes, n, &what);

    if (what == BOLT_TOO_LARGE)
        too_large(c);
    else if (what == BOLT_MESSAGE)
        take_message(c, c->reader.message.s, c->reader.message.len);
    return used;
}

static void release(struct connection *c)
{
    timer_free(c->timer);
    bolt_reader_release(&c->reader);
    free(c);
}

static void on_bytes(void *data, const char *bytes, size_t n)
{
    struct connection *c = data;

    c->reading = true;
    while (n && !c->closed) {
        size_t used = c->stage == CONN_AGREEING ? agree(c, bytes, n) : read_message(c, bytes, n);
        bytes += used;
        n -= used;
    }
    c->reading = false;
    if (c->closed)
        release(c);
}

static void on_opened(void *data)
{
    struct connection *c = data;
    uint8_t offer[BOLT_OFFER_BYTES];

    c->agreement.offer = c->bolt->offer;
    bolt_offer(c->bolt->offer, offer);
    stream_write(c->stream, offer, sizeof offer);
    stream_expect(c->stream, c->bolt->instance->link->pace.connect);
}

static void on_closed(void *data, enum http_fail why, const struct err *e)
{
    struct connection *c = data;
    struct err words = *e;

    c->stream = NULL;
    if (why == HTTP_OK) { /* in order, but nobody asked for it */
        c->ended = true;
        err_set(&words, ERR_UNREACHABLE, "%s:%d closed the connection: %s", c->bolt->peer.host, c->bolt->peer.port,
                c->stage != CONN_AGREEING || c->bolt->peer.tls ? "is the server stopping?"
                                                              : "does it take TLS only (bolt+s://, neo4j+s://), or is it stopping?");
        why = HTTP_FAIL_CUT;
    }
    bolt_lost(c, why, &words);
}

static const struct stream_handler handler = {on_opened, on_bytes, on_closed};

/* --- life ----------------------------------------------------------------------------------------------------------- */

static void on_timer(void *data)
{
    struct connection *c = data;
    struct err e;

    if (c->stage == CONN_FREE || c->stage == CONN_AGREED) {
        connection_close(c, true);
        return;
    }
    if (c->stage == CONN_DISCARDING) {
        connection_reset(c);
        return;
    }
    err_set(&e, ERR_TIMEOUT, "the server did not end what was under way within %d s", RESET_MS / 1000);
    bolt_lost(c, HTTP_FAIL_TIMEOUT, &e);
}

struct connection *connection_open(struct bolt *b)
{
    struct connection *c = x_calloc(1, sizeof *c);
    struct link *k = b->instance->link;

    c->bolt = b;
    c->reader.most = SMALL_MESSAGE;
    c->timer = loop_timer(k->loop, on_timer, c);
    c->stream = stream_open(k->loop, &b->peer, k->pace.connect, &handler, c);
    c->next = b->connections;
    b->connections = c;
    return c;
}

void connection_close(struct connection *c, bool in_order)
{
    struct connection **at = &c->bolt->connections;
    struct text m;

    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    if (c->bolt->knocking == c)
        c->bolt->knocking = NULL;
    if (c->stream && in_order && c->stage > CONN_AGREED) {
        text_init(&m, 100);
        bolt_goodbye(&m);
        connection_send(c, &m);
        text_release(&m);
    }
    stream_close(c->stream);
    timer_clear(c->timer);
    c->closed = true;
    if (!c->reading)
        release(c);
}
