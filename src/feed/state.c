/* The state of an instance, as link/ tells it: its row in SHEET_INSTANCES, and what it means for everything that is asked of it. */
#include "feed/finish.h"
#include "feed/hosted.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

enum { HOST_FRESH_MS = 150 * 1000 }; /* what was seen of a machine longer ago explains nothing */

/* What is said where link/ has no words of its own. */
static const char *const login_words[] = {
    [LOGIN_UNKNOWN] = "", [LOGIN_OK] = "", [LOGIN_OFF] = "",
    [LOGIN_REFUSED] = "the login was refused; :password to type it again",
    [LOGIN_LOCKED] = "the account is locked after too many wrong passwords; wait, then :password",
    [LOGIN_EXPIRED] = "the password has expired and must be changed before anything is asked",
    [LOGIN_SUSPENDED] = "the account is suspended; ask an administrator of this server",
    [LOGIN_TOKEN_EXPIRED] = "the token has expired; :retry gets a new one",
    [LOGIN_NEEDED] = "no password yet; :password to type it",
};
static const char *const phase_words[] = {
    [PHASE_CONNECTING] = "connecting", [PHASE_UP] = "", [PHASE_SLOW] = "", [PHASE_STARTING] = "the server is starting",
    [PHASE_RECOVERING] = "the server recovers its database", [PHASE_STALE] = "no answer any more", [PHASE_DOWN] = "not reachable",
};

#define NAME(table, i) ((size_t)(i) < sizeof(table) / sizeof *(table) ? (table)[i] : "")

static bool login_works(enum login l)
{
    return l == LOGIN_OK || l == LOGIN_OFF || l == LOGIN_UNKNOWN;
}

void state_error(const struct source *s, struct err *e)
{
    const struct instance_state *st = &s->state;
    const char *words = st->message && *st->message ? st->message : NULL;

    if (!login_works(st->login))
        err_set(e, ERR_LOGIN, "%s", words ? words : NAME(login_words, st->login));
    else
        err_set(e, ERR_UNREACHABLE, "%s", words ? words : NAME(phase_words, st->phase));
}

/* ---- the row ---- */

static struct value text_or(struct arena *a, const char *s, enum absent why)
{
    return s && *s ? v_copy_text(a, s, strlen(s)) : v_absent(why);
}

static struct value edition_cell(struct arena *a, const char *edition)
{
    if (!edition || !*edition)
        return v_absent(ABSENT_NOT_ASKED);
    return text_or(a, str_ieq(edition, "enterprise") ? "ent" : str_ieq(edition, "community") ? "com" : edition, ABSENT_NULL);
}

/* Age of the newest of what it answered, be it to us or to link/'s own probe. */
static struct value age_cell(const struct source *s, int64_t now)
{
    int64_t newest = s->newest_ms > s->state.answered_ms ? s->newest_ms : s->state.answered_ms;

    return newest ? v_duration(now > newest ? now - newest : 0) : v_absent(ABSENT_NOT_ASKED);
}

/* What its machine tells of one that does not answer says more than that it does not: `state` and `message` are made that. */
static void look_at_machine(const struct feed *f, const struct source *s, struct arena *a, int64_t now, const char **state, const char **message)
{
    const struct relation *host = s->state.phase == PHASE_DOWN ? model_get(f->model, s->instance, SHEET_HOST) : NULL;
    const char *status, *words, *home;

    if (!host || host->missing || !host->nrows || now - host->taken_ms > HOST_FRESH_MS)
        return;
    status = value_str(relation_cell(host, 0, COL_HOST_STATUS), "");
    words = value_str(relation_cell(host, 0, COL_HOST_MESSAGE), "");
    home = value_str(relation_cell(host, 0, COL_HOST_HOME), "its home");
    if (strcmp(status, "stopped") == 0) {
        *state = "stopped";
        *message = arena_printf(a, "no process runs from %.300s%s%.300s", home, *words ? "; " : "", words);
    } else if (strcmp(status, "failed") == 0) {
        *state = "failed";
        *message = *words ? words : *message;
    }
}

static void fill_row(const struct feed *f, const struct source *s, const char *name, struct relation *r, int64_t now)
{
    const struct instance_state *st = &s->state;
    struct value *c = relation_add_row(r);
    struct arena *a = &r->arena;
    const char *state = phase_name(st->phase), *message = st->message;

    look_at_machine(f, s, a, now, &state, &message);
    c[COL_INSTANCES_INSTANCE] = text_or(a, name, ABSENT_NULL);
    c[COL_INSTANCES_STATE] = text_or(a, state, ABSENT_NULL);
    c[COL_INSTANCES_LOGIN] = text_or(a, login_name(st->login), ABSENT_NOT_ASKED);
    c[COL_INSTANCES_VERSION] = text_or(a, st->version, ABSENT_NOT_ASKED);
    c[COL_INSTANCES_EDITION] = edition_cell(a, st->edition);
    c[COL_INSTANCES_LATENCY] = st->latency_ms >= 0 ? v_duration(st->latency_ms) : v_absent(ABSENT_NOT_ASKED);
    c[COL_INSTANCES_MESSAGE] = text_or(a, message, ABSENT_NULL);
    c[COL_INSTANCES_NEXT_TRY] = st->next_try_ms ? v_time(st->next_try_ms) : v_absent(ABSENT_NOT_APPLICABLE);
    c[COL_INSTANCES_SINCE] = st->since_ms ? v_time(st->since_ms) : v_absent(ABSENT_NULL);
    c[COL_INSTANCES_ADDRESS] = text_or(a, s->address, ABSENT_NULL);
    c[COL_INSTANCES_PROTOCOL] = text_or(a, st->protocol, ABSENT_NOT_ASKED);
    c[COL_INSTANCES_TLS] = text_or(a, st->tls, ABSENT_NOT_ASKED);
    c[COL_INSTANCES_SERVER_ID] = text_or(a, st->server_id, st->version && *st->version ? ABSENT_VERSION : ABSENT_NOT_ASKED);
    c[COL_INSTANCES_ACCESS] = text_or(a, s->access, ABSENT_NOT_APPLICABLE);
    c[COL_INSTANCES_GROUP] = text_or(a, s->group, ABSENT_NOT_CONFIGURED);
    c[COL_INSTANCES_CRITICAL] = v_bool(s->critical);
    c[COL_INSTANCES_AGE] = age_cell(s, now);
    c[COL_INSTANCES_USER] = text_or(a, s->user, ABSENT_NOT_CONFIGURED);
    c[COL_INSTANCES_FOUND] = v_bool(s->wish.found);
}

void state_publish(struct feed *f, struct source *s)
{
    struct relation *r = relation_new(s->instance, SHEET_INSTANCES);
    int64_t now = clock_wall_ms();

    relation_reserve(r, 1);
    fill_row(f, s, model_instance_name(f->model, s->instance), r, now);
    r->taken_ms = now;
    model_publish(f->model, r);
}

/* ---- changes ---- */

/* The first attempt is no failure yet: what is asked then is simply not there. */
bool state_connecting(const struct source *s)
{
    return !s->known || (s->state.phase == PHASE_CONNECTING && login_works(s->state.login));
}

void state_fail_task(struct feed *f, struct source *s, struct task *t)
{
    const struct relation *have = model_get(f->model, s->instance, t->sheet);
    struct err e;

    heap_take(&f->heap, &t->due);
    if (state_connecting(s) && !(have && have->taken_ms))
        return;
    t->settled = !state_connecting(s);
    state_error(s, &e);
    model_publish_failure(f->model, s->instance, t->sheet, &e);
    if (t->sheet == SHEET_TRANSACTIONS)
        locks_publish(f, s->instance);
}

static void keep_state(struct source *s, const struct instance_state *st)
{
    struct arena old = s->memory; /* st may be what we gave to somebody */
    struct arena *a = &s->memory;

    s->memory = (struct arena){0};
    s->state = *st;
    s->state.version = arena_strdup(a, st->version ? st->version : "");
    s->state.edition = arena_strdup(a, st->edition ? st->edition : "");
    s->state.server_id = arena_strdup(a, st->server_id ? st->server_id : "");
    s->state.protocol = arena_strdup(a, st->protocol ? st->protocol : "");
    s->state.tls = arena_strdup(a, st->tls ? st->tls : "");
    s->state.message = arena_strdup(a, st->message ? st->message : "");
    arena_release(&old);
}

/* What its machine alone told before the server answered was not all. */
static void ask_anew(struct feed *f, struct task *t)
{
    t->settled = false;
    t->stretch_ms = 0;
    t->busy = 0;
    t->again = t->open != NULL || hosted_open(t);
    task_due_now(f, t);
}

/* fell: it was there, or on its way, and is down now. Its machine may know why. */
static void apply_to_tasks(struct feed *f, struct source *s, bool was, bool fell)
{
    for (size_t k = 0; k < NSHEETS; k++) {
        struct task *t = &s->tasks[k];
        if (!t->wanted || t->sheet == SHEET_INSTANCES)
            continue;
        if (task_per_host(t)) { /* a part of it comes from the server, which may be all that there is */
            if (s->askable != was || (fell && t->sheet == SHEET_HOST) || (!t->settled && !hosted_open(t)))
                ask_anew(f, t);
        } else if (!s->askable) {
            state_fail_task(f, s, t);
        } else if (!was) {
            ask_anew(f, t);
        }
    }
}

static void on_state(void *ctx, const struct reply *r)
{
    struct call *c = ctx;
    struct feed *f = c->feed;

    if (f && r->state) {
        struct source *s = &f->sources[c->instance];
        bool was = s->askable, fell = s->state.phase != PHASE_DOWN && r->state->phase == PHASE_DOWN;
        keep_state(s, r->state);
        s->known = true;
        s->askable = (s->state.phase == PHASE_UP || s->state.phase == PHASE_SLOW) && login_works(s->state.login);
        s->tasks[SHEET_INSTANCES].settled = true;
        state_publish(f, s);
        apply_to_tasks(f, s, was, fell);
    }
    if (r->last) {
        if (f)
            f->sources[c->instance].subscription = NULL;
        call_end(c);
    }
    if (f)
        feed_tell(f);
}

void state_subscribe(struct feed *f, struct source *s)
{
    struct ask a = {.kind = ASK_STATE, .instance = s->instance};

    s->subscription = call_submit(f, s->instance, NSHEETS, &a, on_state);
}

void state_release(struct source *s)
{
    arena_release(&s->memory);
    free(s->address);
    free(s->group);
    free(s->user);
    free(s->access);
    free((char *)(uintptr_t)s->wish.home);
    free((char *)(uintptr_t)s->wish.conf);
    free((char *)(uintptr_t)s->wish.no_host);
}
