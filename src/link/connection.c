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

    text_init(m, MESSAGE_MAX);
    text_add(m, room, sizeof room);
    text_clear(m);
}

static void message_wipe(struct text *m)
{
    if (m->s && m->cap)
        mem_wipe(m->s, m->cap);
    text_release(m);
}

static void send_message(struct connection *c, const struct text *m)
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

void connection_begin_login(struct connection *c)
{
    const struct credential *cr = c->bolt->instance->credential;
    struct bolt_login login;
    struct text m;

    message_init(&m);
    login_of(c, &login);
    c->generation = cr ? cr->generation : 0;
    c->stage = CONN_HELLO;
    bolt_hello(&m, c->version, "neodeck/" NEODECK_VERSION, &login);
    send_message(c, &m);
    if (bolt_has_logon(c->version)) { /* without waiting: what HELLO says does not matter to it */
        text_clear(&m);
        bolt_logon(&m, c->version, &login);
        send_message(c, &m);
    }
    message_wipe(&m);
}

static void pull(struct connection *c)
{
    struct text m;

    text_init(&m, 100);
    bolt_pull(&m, c->version, SLICE_ROWS);
    send_message(c, &m);
    text_release(&m);
}

void connection_run(struct connection *c, struct ride *r)
{
    struct text m;

    timer_clear(c->timer);
    c->ride = r;
    r->at = c;
    c->stage = CONN_RUNNING;
    c->named = false;
    r->sent = clock_mono_ms();
    text_init(&m, MESSAGE_MAX);
    bolt_run(&m, c->version, &r->run);
    send_message(c, &m);
    text_release(&m);
    pull(c);
}

void connection_reset(struct connection *c)
{
    struct text m;

    c->stage = CONN_RESETTING;
    c->ride = NULL;
    text_init(&m, 100);
    bolt_reset(&m);
    send_message(c, &m);
    text_release(&m);
    timer_set(c->timer, RESET_MS);
}

/* --- answers -------------------------------------------------------------------------------------------------------- */

static void be_free(struct connection *c)
{
    c->stage = CONN_FREE;
    stream_expect(c->stream, 0);
    timer_set(c->timer, FREE_MS);
}

static void hello_answered(struct connection *c, const struct bolt_answer *a)
{
    struct bolt_server s;

    if (a->said != BOLT_SUCCESS) {
        bolt_refused(c, &a->err);
        return;
    }
    bolt_server_read(a->about, &s);
    snprintf(c->id, sizeof c->id, "%s", s.connection);
    c->recv_timeout_ms = s.recv_timeout_s * 1000;
    if (c->owed) { /* LOGON's answer is still to come */
        c->stage = CONN_LOGON;
        bolt_logged_in(c, &s);
        return;
    }
    be_free(c);
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
        bolt_refused(c, &a->err);
        return;
    }
    advertised(c, value_str(value_get(a->about, "advertised_address"), ""));
    be_free(c);
    bolt_logged_in(c, NULL);
}

/* A statement failed: until RESET everything is ignored. Its ride is over first, because that may close the connection. */
static void run_failed(struct connection *c, const struct err *e)
{
    struct ride *r = c->ride;

    connection_reset(c);
    c->tag[0] = '\0';
    ride_done(r, e, v_absent(ABSENT_NULL));
}

static void run_answered(struct connection *c, const struct bolt_answer *a)
{
    struct ride *r = c->ride;

    if (a->said != BOLT_SUCCESS) {
        run_failed(c, &a->err);
    } else if (!c->named) {
        c->named = true;
        if (!bolt_rows_names(&r->rows, a->about))
            run_failed(c, &r->err);
    } else if (value_i64(value_get(a->about, "has_more"), 0)) {
        pull(c);
    } else {
        be_free(c);
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
        err_set(&e, ERR_SERVER, "the server could not end what was under way: %s", a->err.words);
        bolt_lost(c, HTTP_FAIL_CUT, &e);
        return;
    }
    be_free(c);
    if (c->tag[0])
        given_gone(c->bolt->instance, c->tag);
    c->tag[0] = '\0';
    flights_pump(c->bolt->instance);
}

static void take_row(struct connection *c, const struct bolt_answer *a, size_t n)
{
    struct ride *r = c->ride;

    r->bytes += n;
    if (r->flight && r->bytes > r->flight->max_bytes)
        err_set(&r->err, ERR_TOO_LARGE, "the answer is larger than %zu bytes and was dropped: ask for less at a time", r->flight->max_bytes);
    else if (c->named && bolt_rows_add(&r->rows, a->fields))
        return;
    else if (!c->named)
        shape_error(&r->err, "a row before the names of the columns");
    run_failed(c, &r->err);
}

/* False: the connection is gone. */
static bool take_message(struct connection *c, const char *bytes, size_t n)
{
    struct bolt *b = c->bolt;
    struct arena own = {0}, *arena = c->stage == CONN_RUNNING ? c->ride->rows.arena : &own;
    struct bolt_answer a;

    bolt_said(bytes, n, arena, &a);
    if (a.said == BOLT_NONSENSE) {
        arena_release(&own);
        bolt_lost(c, HTTP_OK, &a.err);
        return false;
    }
    if (a.said == BOLT_RECORD) {
        if (c->stage == CONN_RUNNING)
            take_row(c, &a, n);
    } else if (c->owed) {
        c->owed--;
        switch (c->stage) {
        case CONN_HELLO: hello_answered(c, &a); break;
        case CONN_LOGON: logon_answered(c, &a); break;
        case CONN_RUNNING: run_answered(c, &a); break;
        case CONN_RESETTING: reset_answered(c, &a); break;
        default: break;
        }
    }
    arena_release(&own);
    for (struct connection *o = b->connections; o; o = o->next)
        if (o == c)
            return true;
    return false;
}

/* --- bytes ---------------------------------------------------------------------------------------------------------- */

static void not_agreed(struct connection *c, enum bolt_agreed why)
{
    struct bolt *b = c->bolt;
    const struct stream_peer *p = &b->peer;
    struct err e;

    if (why == BOLT_AGREE_NONE && b->offer == BOLT_OFFER_NEW) { /* an old server: asked once more, in its words */
        b->offer = BOLT_OFFER_OLD;
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

/* Bytes taken; 0: the connection is gone. */
static size_t agree(struct connection *c, const char *bytes, size_t n)
{
    enum bolt_agreed what;
    size_t used = bolt_agree(&c->agreement, bytes, n, &what);

    if (what == BOLT_AGREE_MORE)
        return used;
    if (what != BOLT_AGREED) {
        not_agreed(c, what);
        return 0;
    }
    c->version = c->agreement.version;
    if (c->agreement.nreply)
        stream_write(c->stream, c->agreement.reply, c->agreement.nreply);
    c->stage = CONN_AGREED;
    bolt_opened(c);
    return used;
}

static void on_bytes(void *data, const char *bytes, size_t n)
{
    struct connection *c = data;
    enum bolt_chunked what;
    struct err e;

    while (n) {
        bool agreeing = c->stage == CONN_AGREEING;
        size_t used = agreeing ? agree(c, bytes, n) : bolt_read(&c->reader, bytes, n, &what);
        if (!used)
            return;
        bytes += used;
        n -= used;
        if (agreeing)
            continue;
        if (what == BOLT_TOO_LARGE) {
            err_set(&e, ERR_TOO_LARGE, "a message of the server is larger than %d MB and was dropped", MESSAGE_MAX >> 20);
            bolt_lost(c, HTTP_FAIL_TOO_LARGE, &e);
            return;
        }
        if (what == BOLT_MESSAGE && !take_message(c, c->reader.message.s, c->reader.message.len))
            return;
    }
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
        err_set(&words, ERR_UNREACHABLE, "%s:%d closed the connection: is the server stopping?", c->bolt->peer.host, c->bolt->peer.port);
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

    if (c->stage == CONN_FREE) {
        connection_close(c, true);
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
    c->reader.most = MESSAGE_MAX;
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
        send_message(c, &m);
        text_release(&m);
    }
    stream_close(c->stream);
    timer_free(c->timer);
    bolt_reader_release(&c->reader);
    free(c);
}
