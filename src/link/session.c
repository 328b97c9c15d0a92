/* The state machine of one instance. On the way up: discovery (GET /, no login), the login probe (COMPONENTS), ready; each step
 * has one request under way and no other. On the way down: what failed decides whether it is tried again soon, slowly,
 * or only when a person acts. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "link/bolt.h"

/* --- waiting -------------------------------------------------------------------------------------------------------- */

static int64_t backoff(int64_t first, int64_t max, unsigned tries)
{
    int64_t ms = first;

    for (unsigned n = 1; n < tries && ms < max; n++)
        ms *= 2;
    return ms < max ? ms : max;
}

static void wait_for(struct instance *i, int64_t ms)
{
    i->stage = STAGE_WAIT;
    i->relogin = false;
    i->next_try = clock_mono_ms() + link_jitter(i->link, ms);
}

/* Every way down ends here, when the state says already why. */
static void settle_down(struct instance *i)
{
    log_debug("%s: %s", i->name, i->message);
    flights_fail_queued(i);
    login_no_verdict(i);
    instance_rearm(i);
}

void session_down(struct instance *i, enum err_kind why, const char *words, int64_t least)
{
    const struct pace *p = &i->link->pace;
    int64_t ms = backoff(p->retry_first, p->retry_max, ++i->fails);
    bool stale = i->answered_ms && i->fails < p->stale_tries;

    if (i->login == LOGIN_LOCKED)
        instance_set_login(i, LOGIN_UNKNOWN);
    i->why = why;
    wait_for(i, ms < least ? least : ms);
    instance_say(i, stale ? PHASE_STALE : PHASE_DOWN, "%s", words);
    settle_down(i);
}

/* Where trying again cannot help by itself it is done slowly. */
void session_wrong(struct instance *i, const struct err *e)
{
    session_down(i, e->kind, e->words, i->link->pace.retry_slow);
}

void session_starting(struct instance *i, const char *words)
{
    const struct pace *p = &i->link->pace;
    bool recovering = str_ifind(words, strlen(words), "recover") != NULL;

    i->fails++;
    i->why = ERR_UNREACHABLE;
    wait_for(i, backoff(p->retry_first, p->starting_max, i->fails));
    instance_say(i, recovering ? PHASE_RECOVERING : PHASE_STARTING, "%s", words);
    settle_down(i);
}

/* Somebody else's wrong passwords: ours was not refused, so it may be tried again when the lock is over. */
static void session_locked(struct instance *i)
{
    const struct pace *p = &i->link->pace;

    i->locks++;
    i->why = ERR_LOGIN;
    wait_for(i, backoff(p->locked, p->retry_max, i->locks));
    instance_set_login(i, LOGIN_LOCKED);
    instance_say(i, PHASE_UP,
                 "the server has locked this login after wrong passwords from somewhere; tried again when the lock is over");
    settle_down(i);
}

void session_expired(struct instance *i)
{
    i->stage = STAGE_EXPIRED;
    i->relogin = false;
    i->why = ERR_LOGIN;
    instance_set_login(i, LOGIN_EXPIRED);
    instance_say(i, PHASE_UP, "the password has expired: change it with ALTER CURRENT USER SET PASSWORD, then ':password' takes the new one");
    settle_down(i);
}

static bool is_past_discovery(const struct instance *i)
{
    switch (i->stage) {
    case STAGE_LOGIN:
    case STAGE_READY:
    case STAGE_EXPIRED: return true;
    case STAGE_STOPPED: return !i->held;
    case STAGE_WAIT: return i->login == LOGIN_LOCKED;
    default: return false;
    }
}

void session_stop(struct instance *i, enum login l, const char *words)
{
    if (i->held || i->stage == STAGE_NEW)
        return;
    instance_set_login(i, l);
    if (!is_past_discovery(i))
        return; /* goes on without a login; stops at the login's gate */
    i->stage = STAGE_STOPPED;
    i->relogin = false;
    i->next_try = 0;
    i->why = ERR_LOGIN;
    instance_say(i, PHASE_UP, "%s", words);
    settle_down(i);
}

/* In the gate, or while GET / is under way, it stays what it is until its turn comes: then it stops. */
void session_hold(struct instance *i, const char *words)
{
    i->held = true;
    if (i->stage != STAGE_GATE && i->stage != STAGE_DISCOVER) {
        i->stage = STAGE_STOPPED;
        wire_forget(i->discovery);
        i->discovery = NULL;
        if (i->bolt)
            bolt_forget_knock(i->bolt);
    }
    if (i->bolt)
        bolt_close_free(i->bolt);
    i->relogin = false;
    i->next_try = 0;
    i->why = ERR_UNREACHABLE;
    instance_set_login(i, LOGIN_UNKNOWN);
    instance_say(i, PHASE_DOWN, "%s", words);
    settle_down(i);
    flights_drop_reading(i);
}

void session_release(struct instance *i)
{
    i->held = false;
    i->fails = i->locks = 0;
    instance_say(i, PHASE_CONNECTING, "not connected yet");
    if (i->link->started)
        session_begin(i);
}

/* --- login ---------------------------------------------------------------------------------------------------------- */

void session_login(struct instance *i)
{
    i->stage = STAGE_LOGIN;
    if (i->nrunning)
        return; /* requests with an older secret: one more wrong login beside theirs would be too many */
    switch (login_gate(i)) {
    case LOGIN_GO: flight_probe(i); break;
    case LOGIN_STOPS: break;
    case LOGIN_WAITS:
        if (i->credential->stage == CREDENTIAL_AWAITED) {
            i->why = ERR_LOGIN;
            instance_say(i, i->phase, "waits for the password");
        }
        break;
    }
}

void session_relogin(struct instance *i)
{
    if (!is_past_discovery(i))
        return;
    instance_set_login(i, LOGIN_UNKNOWN);
    if (i->stage == STAGE_READY || i->stage == STAGE_LOGIN) {
        i->relogin = i->relogin || i->stage == STAGE_READY;
        session_login(i);
    } else {
        session_begin(i);
    }
}

void session_retry(struct instance *i)
{
    if (i->stage == STAGE_NEW || i->held)
        return;
    i->fails = i->locks = 0;
    i->notice[0] = '\0';
    instance_changed(i);
    if (i->credential)
        login_lift(i->credential, i);
    if (i->stage == STAGE_READY)
        session_look(i);
    else if (i->stage == STAGE_WAIT || i->stage == STAGE_STOPPED || i->stage == STAGE_EXPIRED)
        session_begin(i);
}

static int64_t outcome_latency(const struct outcome *o)
{
    return o->first_ms ? o->first_ms : o->elapsed_ms;
}

static void session_up(struct instance *i, const struct outcome *o)
{
    i->stage = STAGE_READY;
    i->relogin = false;
    i->fails = i->locks = 0;
    i->next_try = 0;
    i->answered_ms = clock_wall_ms();
    i->latency_ms = outcome_latency(o);
    i->last_connection = o->connection;
    instance_set_login(i, i->credential ? LOGIN_OK : LOGIN_OFF);
    instance_say(i, i->latency_ms > i->link->pace.slow ? PHASE_SLOW : PHASE_UP, "%s", "");
    log_debug("%s: up, Neo4j %s", i->name, i->server.version_text);
    identity_begin(i);
    flights_pump(i);
    instance_rearm(i);
}

/* The kernel's row tells version and edition better than GET / does (3.x says neither there). */
static void read_components(struct instance *i, const struct neo_result *rows)
{
    i->found = i->server.version;
    if (rows->ncols < 3)
        return;
    for (size_t r = 0; r < rows->nrows; r++) {
        const struct value *row = rows->cells + r * rows->ncols;
        struct version v;
        const char *text = "";
        if (strcmp(value_str(row[0], ""), "Neo4j Kernel") != 0)
            continue;
        if (value_is(row[1], V_LIST) && row[1].len > 0)
            text = value_str(row[1].u.list[0], "");
        if (strlen(text) < sizeof i->server.version_text && version_parse(text, &v)) {
            i->server.version = v;
            strcpy(i->server.version_text, text);
        }
        if (edition_parse(value_str(row[2], "")) != EDITION_UNKNOWN)
            i->server.edition = edition_parse(value_str(row[2], ""));
    }
}

/* A 404 that names no database: the address of the transactional API is not there. */
static void no_endpoint(struct instance *i)
{
    if (i->server.query[0] && i->server.dialect != DIALECT_QUERY) {
        i->server.dialect = DIALECT_QUERY;
        session_login(i);
        return;
    }
    struct err e;
    err_set(&e, ERR_SHAPE,
            "this is Neo4j, but its HTTP API answers 404: server.http_enabled_modules leaves out "
            "TRANSACTIONAL_ENDPOINTS, or a proxy lets only / through");
    session_wrong(i, &e);
}

static void refused(struct instance *i, const struct flight *f, const struct outcome *o)
{
    static const char words[] = "the server wants a login, none is configured: set user (or auth = bearer) for this instance";

    if (!i->credential) {
        session_stop(i, LOGIN_NEEDED, words);
        return;
    }
    login_verdict(i, f->generation, o->login);
    if (i->stage == STAGE_STOPPED || i->credential->stage == CREDENTIAL_REFUSED)
        return;
    if (o->login == LOGIN_ERROR_LOCKED)
        session_locked(i);
    else if (o->login == LOGIN_ERROR_EXPIRED)
        session_expired(i);
}

/* A probe that was given up may still work on the server: the next one leaves it time to end. */
static void down_by(struct instance *i, const struct outcome *o)
{
    struct err e;

    if (discovery_explain(i, o->fail, &o->err, &e) == FOUND_OTHER)
        session_wrong(i, &e);
    else
        session_down(i, e.kind, e.words, o->sent ? i->link->pace.grace : 0);
}

void session_probed(struct instance *i, const struct flight *f, const struct outcome *o, const struct neo_result *rows)
{
    struct err e = o->err;

    if (i->stage != STAGE_LOGIN)
        return;
    if (!login_is_current(i, f->generation)) {
        session_login(i);
    } else if (o->fail != HTTP_OK) {
        down_by(i, o);
    } else if (o->login != LOGIN_ERROR_NONE) {
        refused(i, f, o);
    } else if (o->starting) {
        session_starting(i, e.words);
    } else if (strcmp(e.code, "HTTP 404") == 0) {
        no_endpoint(i);
    } else if (e.kind == ERR_NONE || e.kind == ERR_PRIVILEGE) {
        if (rows)
            read_components(i, rows);
        login_verdict(i, f->generation, LOGIN_ERROR_NONE);
        session_up(i, o);
    } else {
        session_wrong(i, &e);
    }
}

/* --- while it is ready ---------------------------------------------------------------------------------------------- */

static void failed(struct instance *i, const struct outcome *o)
{
    if (i->stage != STAGE_READY && i->stage != STAGE_EXPIRED)
        return;
    if (o->fail == HTTP_FAIL_CANCELLED || o->fail == HTTP_FAIL_TOO_LARGE)
        return;
    if (o->fail == HTTP_FAIL_TIMEOUT && o->sent) {
        instance_say(i, PHASE_SLOW, "%s", o->err.words);
        session_look(i);
    } else if (o->fail == HTTP_FAIL_CUT) {
        session_look(i);
    } else {
        down_by(i, o);
    }
}

static void answered(struct instance *i, const struct outcome *o)
{
    i->answered_ms = clock_wall_ms();
    i->latency_ms = outcome_latency(o);
    instance_changed(i);
    if (i->stage == STAGE_WAIT && i->login != LOGIN_LOCKED) {
        i->fails = 0;
        session_begin(i); /* it is there after all */
        return;
    }
    if (i->stage != STAGE_READY)
        return;
    i->fails = 0;
    if (!i->nameless)
        routing_ask(i);
    if (i->phase == PHASE_UP || i->phase == PHASE_SLOW)
        instance_say(i, i->latency_ms > i->link->pace.slow ? PHASE_SLOW : PHASE_UP, "%s", "");
    if (o->connection && o->connection != i->last_connection) {
        i->last_connection = o->connection;
        identity_renew(i);
    }
}

void session_outcome(struct instance *i, const struct flight *f, const struct outcome *o)
{
    if (o->fail != HTTP_OK)
        failed(i, o);
    else if (!login_is_current(i, f->generation))
        return; /* about a secret that is no longer used */
    else if (o->login != LOGIN_ERROR_NONE)
        refused(i, f, o);
    else if (o->starting && i->stage == STAGE_READY)
        session_starting(i, o->err.words);
    else if (o->status >= 500 && i->stage == STAGE_READY)
        session_look(i);
    else
        answered(i, o);
}

void session_tick(struct instance *i, int64_t now)
{
    if (i->stage == STAGE_WAIT && i->next_try && now >= i->next_try)
        session_begin(i);
}

bool session_refuses(const struct instance *i, enum statement_id id, struct err *e)
{
    if (i->stage == STAGE_READY || i->relogin)
        return false;
    if (i->stage == STAGE_EXPIRED && statement_effect(id) == EFFECT_CHANGES)
        return false;
    err_set(e, i->why, "%s", i->message[0] ? i->message : "not connected");
    return true;
}
