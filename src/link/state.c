/* What an instance is said to be, and telling those who subscribed: deferred to the next turn, equal states once, and a
 * latency that moves alone not more than once a second. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "link/bolt.h"

/* The state as it was last told; texts that live in the instance are kept as copies. */
struct shown {
    enum phase phase;
    enum login login;
    enum edition edition;
    int64_t latency_ms, since_ms, next_try, answered_ms;
    int64_t told; /* monotonic */
    char protocol[16], version[40], server_id[64], message[512];
};

static void message_of(const struct instance *i, char *out, size_t n)
{
    const char *between = i->message[0] && i->notice[0] ? "; " : "";
    snprintf(out, n, "%s%s%s", i->message, between, i->notice);
}

/* "jolt", "bolt 5.8" */
static void protocol_of(const struct instance *i, char *out, size_t n)
{
    struct bolt_version v = i->bolt ? bolt_version_of(i->bolt) : (struct bolt_version){0};

    if (v.major)
        snprintf(out, n, "bolt %d.%d", v.major, v.minor);
    else
        snprintf(out, n, "%s", dialect_name(i->server.dialect));
}

static void snapshot(const struct instance *i, struct shown *s)
{
    *s = (struct shown){
        .phase = i->phase,
        .login = i->login,
        .edition = i->server.edition,
        .latency_ms = i->latency_ms,
        .since_ms = i->since_ms,
        .next_try = i->next_try,
        .answered_ms = i->answered_ms,
    };
    protocol_of(i, s->protocol, sizeof s->protocol);
    strcpy(s->version, i->server.version_text);
    strcpy(s->server_id, i->server_id);
    message_of(i, s->message, sizeof s->message);
}

static bool same_but_latency(const struct shown *a, const struct shown *b)
{
    return a->phase == b->phase && a->login == b->login && a->edition == b->edition && a->since_ms == b->since_ms &&
           a->next_try == b->next_try && strcmp(a->protocol, b->protocol) == 0 && strcmp(a->version, b->version) == 0 &&
           strcmp(a->server_id, b->server_id) == 0 && strcmp(a->message, b->message) == 0;
}

static const char *edition_word(enum edition e)
{
    return e == EDITION_ENTERPRISE ? "enterprise" : e == EDITION_COMMUNITY ? "community" : "";
}

const char *instance_tls(const struct instance *i)
{
    const struct http_peer *p = peer_of(i);

    if (i->bolt)
        return !bolt_peer(i->bolt)->tls ? "none" : bolt_peer(i->bolt)->insecure ? "insecure" : "verified";
    return strncmp(p->base, "https:", 6) != 0 ? "none" : p->insecure ? "insecure" : "verified";
}

static void tell(struct instance *i, struct subscriber *s)
{
    const struct shown now = *i->shown; /* the callback may bring about the next state */
    const struct instance_state state = {
        .phase = now.phase,
        .login = now.login,
        .version = now.version,
        .edition = edition_word(now.edition),
        .server_id = now.server_id,
        .protocol = now.protocol,
        .tls = instance_tls(i),
        .message = now.message,
        .latency_ms = now.latency_ms,
        .since_ms = now.since_ms,
        .next_try_ms = now.next_try ? clock_wall_ms() + (now.next_try - clock_mono_ms()) : 0,
        .answered_ms = now.answered_ms,
    };
    struct reply r = {.id = s->id, .state = &state};

    s->fresh = false;
    s->fn(s->ctx, &r);
}

static void sweep(struct instance *i)
{
    for (struct subscriber **p = &i->subscribers; *p;) {
        struct subscriber *s = *p;
        if (!s->gone) {
            p = &s->next;
            continue;
        }
        *p = s->next;
        free(s);
    }
}

/* How much of the state is new to those who know the last one: nothing, only the latency, or more. */
enum news { NEWS_NONE, NEWS_LATENCY, NEWS_STATE };

static enum news news_of(const struct shown *old, const struct shown *now)
{
    if (!old || !same_but_latency(old, now))
        return NEWS_STATE;
    if (old->latency_ms != now->latency_ms || old->answered_ms != now->answered_ms)
        return NEWS_LATENCY;
    return NEWS_NONE;
}

void instance_publish(struct instance *i, bool now)
{
    struct shown next;
    int64_t mono = clock_mono_ms();

    snapshot(i, &next);
    enum news news = news_of(i->shown, &next);
    i->publish_due = 0;
    if (news == NEWS_LATENCY && !now && mono - i->shown->told < i->link->pace.publish) {
        i->publish_due = i->shown->told + i->link->pace.publish;
        news = NEWS_NONE;
    }
    if (news != NEWS_NONE) {
        if (!i->shown)
            i->shown = x_malloc(sizeof *i->shown);
        *i->shown = next;
        i->shown->told = mono;
    }
    for (struct subscriber *s = i->subscribers; s; s = s->next)
        if (!s->gone && (s->fresh || news != NEWS_NONE))
            tell(i, s);
    sweep(i);
    instance_rearm(i);
}

void instance_changed(struct instance *i)
{
    if (i->dirty || i->link->closing || !i->subscribers)
        return;
    i->dirty = true;
    i->dirty_next = i->link->dirty;
    i->link->dirty = i;
    link_soon(i->link);
}

static void instance_set_phase(struct instance *i, enum phase p)
{
    if (i->phase != p) {
        i->phase = p;
        i->since_ms = clock_wall_ms();
    }
    instance_changed(i);
}

void instance_say(struct instance *i, enum phase p, const char *fmt, ...)
{
    char words[sizeof i->message];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(words, sizeof words, fmt, ap); /* the old message may be among the arguments */
    va_end(ap);
    strcpy(i->message, words);
    instance_set_phase(i, p);
}

void instance_set_login(struct instance *i, enum login l)
{
    i->login = l;
    instance_changed(i);
}

void instance_subscribe(struct instance *i, ticket id, reply_fn *fn, void *ctx)
{
    struct subscriber **end = &i->subscribers, *s = x_calloc(1, sizeof *s);

    *s = (struct subscriber){.id = id, .fn = fn, .ctx = ctx, .fresh = true};
    while (*end)
        end = &(*end)->next;
    *end = s;
    instance_changed(i);
    if (i->link->closing) {
        s->gone = true;
        struct err e;
        err_set(&e, ERR_CANCELLED, "the program ends");
        link_owe(i->link, id, fn, ctx, &e);
    }
}

bool instance_unsubscribe(struct instance *i, ticket id)
{
    struct err e;

    for (struct subscriber *s = i->subscribers; s; s = s->next) {
        if (s->id != id || s->gone)
            continue;
        s->gone = true; /* the list may be walked right now */
        err_set(&e, ERR_CANCELLED, "no longer wanted");
        link_owe(i->link, id, s->fn, s->ctx, &e);
        instance_changed(i);
        return true;
    }
    return false;
}

void instance_end_subscriptions(struct instance *i)
{
    for (struct subscriber *s = i->subscribers; s; s = s->next)
        if (!s->gone)
            instance_unsubscribe(i, s->id);
    sweep(i);
}
