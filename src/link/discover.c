/* GET /, which needs no login: what a server is, why there is none, and whether it still answers. Only so many instances
 * open their first connection at a time. */
#include <string.h>

#include "base/clock.h"
#include "link/bolt.h"

#define MAX_CONNECTING 128 /* each is a new connection, perhaps with a TLS handshake */
#define MAX_DISCOVERY_BYTES ((size_t)64 * 1024)

static void discover(struct instance *i);

static void open_gate(struct link *k)
{
    while (k->connecting < MAX_CONNECTING && k->gate) {
        struct instance *i = k->gate;
        k->gate = i->gate_next;
        if (!k->gate)
            k->gate_end = &k->gate;
        i->gate_next = NULL;
        discover(i);
    }
}

void session_begin(struct instance *i)
{
    struct link *k = i->link;

    if (i->held || i->stage == STAGE_GATE || i->stage == STAGE_DISCOVER || k->closing)
        return;
    wire_forget(i->discovery); /* a look whether it still answers: not needed any more */
    i->discovery = NULL;
    if (i->bolt)
        bolt_forget_knock(i->bolt);
    if (i->phase == PHASE_UP || i->phase == PHASE_SLOW)
        instance_say(i, PHASE_CONNECTING, "logging in again"); /* nothing can be asked for a moment */
    i->stage = STAGE_GATE;
    i->relogin = false;
    i->next_try = 0;
    instance_changed(i);
    instance_rearm(i);
    *k->gate_end = i;
    k->gate_end = &i->gate_next;
    open_gate(k);
}

enum found discovery_explain(const struct instance *i, enum http_fail fail, const struct err *why, struct err *e)
{
    *e = *why;
    switch (fail) {
    case HTTP_FAIL_REFUSED:
        if (!i->bolt)
            err_set(e, why->kind, "%s (or HTTP is disabled: then give its bolt:// address)", why->words);
        return FOUND_DOWN;
    case HTTP_FAIL_NOT_HTTP:
    case HTTP_FAIL_TLS:
    case HTTP_FAIL_TOO_LARGE: return FOUND_OTHER;
    default: return why->kind == ERR_CONFIG ? FOUND_OTHER : FOUND_DOWN;
    }
}

static enum found judge(const struct instance *i, const struct http_response *r, struct discovery *d, struct err *e)
{
    const char *base = peer_of(i)->base;

    if (r->fail != HTTP_OK)
        return discovery_explain(i, r->fail, &r->err, e);
    if (r->status == 503) {
        err_set(e, ERR_UNREACHABLE, "%s answers that it is not available (HTTP 503): it is starting, or a proxy before it has no server", base);
        return FOUND_STARTING;
    }
    if (r->status == 502 || r->status == 504) {
        err_set(e, ERR_UNREACHABLE, "a proxy at %s cannot reach the server (HTTP %d)", base, r->status);
        return FOUND_DOWN;
    }
    if (r->status >= 300 && r->status < 400)
        err_set(e, ERR_SHAPE, "%s redirects to '%.120s', which is not followed: if that is Neo4j, give it as the address",
                base, r->location ? r->location : "");
    else if (r->status == 401 || r->status == 403)
        err_set(e, ERR_SHAPE, "something before Neo4j at %s wants a login of its own (HTTP %d to GET /)", base, r->status);
    else if (r->status != 200)
        err_set(e, ERR_SHAPE, "%s answers HTTP %d to GET /: this is no Neo4j, or the port is wrong", base, r->status);
    else
        return discovery_parse(r->body, r->body_len, d, e) ? FOUND_SERVER : FOUND_OTHER;
    return FOUND_OTHER;
}

static void send_discovery(struct instance *i, wire_done *done)
{
    static const char *const headers[] = {"Accept: application/json", NULL};
    struct http_request rq = {
        .method = "GET",
        .path = "/",
        .headers = headers,
        .auth = HTTP_AUTH_NONE,
        .deadline_ms = i->link->pace.connect,
        .max_bytes = MAX_DISCOVERY_BYTES,
    };

    i->discovery = wire_send(i, &rq, NULL, done, NULL);
}

static void discovered(struct instance *i, enum found found, const struct discovery *d, const struct err *e)
{
    i->link->connecting--;
    if (i->held) {
        i->stage = STAGE_STOPPED;
        open_gate(i->link);
        return;
    }
    switch (found) {
    case FOUND_SERVER:
        i->server = *d;
        i->discovered = true;
        session_login(i);
        break;
    case FOUND_STARTING: session_starting(i, e->words); break;
    case FOUND_DOWN: session_down(i, e->kind, e->words, 0); break;
    case FOUND_OTHER: session_wrong(i, e); break;
    }
    open_gate(i->link);
}

static void on_discovered(struct instance *i, void *unused, const struct http_response *r)
{
    struct err e = {.kind = ERR_NONE};
    struct discovery d;

    i->discovery = NULL;
    enum found found = judge(i, r, &d, &e);
    discovered(i, found, &d, &e);
}

static enum found explain_bolt(const struct instance *i, enum http_fail fail, const struct err *why, struct err *e)
{
    enum found found = discovery_explain(i, fail, why, e);

    if (bolt_guesses(i->bolt)[0])
        err_set(e, why->kind, "%s; the port was a guess: %s", why->words, bolt_guesses(i->bolt));
    return found;
}

/* What the server is, it tells with the login. */
static void on_agreed(struct instance *i, enum http_fail fail, const struct err *why)
{
    struct discovery d = {.dialect = DIALECT_BOLT};
    struct err e = {.kind = ERR_NONE};

    if (bolt_seeks(i->bolt))
        strcpy(d.bolt, i->server.bolt);
    discovered(i, fail == HTTP_OK ? FOUND_SERVER : explain_bolt(i, fail, why, &e), &d, &e);
}

/* Whatever GET / says, Bolt has the last word: HTTP may be closed from here. */
static void on_port_told(struct instance *i, void *unused, const struct http_response *r)
{
    struct err e = {.kind = ERR_NONE};
    struct discovery d = {.dialect = DIALECT_BOLT};
    bool told = judge(i, r, &d, &e) == FOUND_SERVER;

    i->discovery = NULL;
    if (i->held) {
        discovered(i, FOUND_DOWN, &d, &e);
        return;
    }
    bolt_told(i->bolt, told ? d.bolt : "", e.words);
    if (told)
        strcpy(i->server.bolt, d.bolt);
    bolt_close_free(i->bolt);
    bolt_knock(i->bolt, on_agreed);
}

static void discover(struct instance *i)
{
    if (i->held) {
        i->stage = STAGE_STOPPED;
        return;
    }
    i->stage = STAGE_DISCOVER;
    i->link->connecting++;
    if (!i->bolt || bolt_seeks(i->bolt)) {
        send_discovery(i, i->bolt ? on_port_told : on_discovered);
        return;
    }
    bolt_close_free(i->bolt);
    bolt_knock(i->bolt, on_agreed);
}

/* A statement failed in a way that may be its own fault: look without a login whether the server still answers. */
static void on_looked(struct instance *i, void *unused, const struct http_response *r)
{
    struct err e = {.kind = ERR_NONE};
    struct discovery d;

    i->discovery = NULL;
    if (i->stage != STAGE_READY && i->stage != STAGE_EXPIRED)
        return;
    switch (judge(i, r, &d, &e)) {
    case FOUND_SERVER: break;
    case FOUND_STARTING: session_starting(i, e.words); return;
    case FOUND_DOWN: session_down(i, e.kind, e.words, 0); return;
    case FOUND_OTHER: session_wrong(i, &e); return;
    }
    if (version_compare(d.version, i->server.version) != 0 && version_compare(d.version, i->found) != 0)
        session_begin(i); /* upgraded, or another server behind the address: what it understands is read again */
}

static void on_knocked(struct instance *i, enum http_fail fail, const struct err *why)
{
    struct err e = {.kind = ERR_NONE};

    if (fail == HTTP_OK || (i->stage != STAGE_READY && i->stage != STAGE_EXPIRED))
        return;
    if (explain_bolt(i, fail, why, &e) == FOUND_OTHER)
        session_wrong(i, &e);
    else
        session_down(i, e.kind, e.words, 0);
}

void session_look(struct instance *i)
{
    if (i->bolt && !bolt_is_knocking(i->bolt))
        bolt_knock(i->bolt, on_knocked);
    else if (!i->bolt && !i->discovery)
        send_discovery(i, on_looked);
}
