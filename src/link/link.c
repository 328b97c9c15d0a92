/* The port: tickets, replies that wait for the next turn of the loop, adding and starting instances, and the one timer of
 * each instance, which is only set while something waits for a time. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "link/bolt.h"

static const struct pace usual_pace = {
    .retry_first = 1000,
    .retry_max = 60000,
    .retry_slow = 60000,
    .starting_max = 10000,
    .locked = 6000, /* the server's default lock is 5 s */
    .connect = 5000,
    .check_first = 1000,
    .check_max = 60000,
    .grace = 10000,
    .forget = 600000,
    .slow = 1000,
    .publish = 1000,
    .identify = 60000,
    .idle = 5,
    .behind = 1000,
    .worker_bytes = 500 * 1000,
    .stale_tries = 3,
};

struct pace *link_pace(struct link *k)
{
    return &k->pace;
}

/* A ticket names its instance in the upper bits, so that cancel looks at one instance only. */
#define TICKET_SHIFT 40

static ticket new_ticket(struct link *k, uint32_t instance)
{
    uint64_t where = instance < k->ninstances ? (uint64_t)instance + 1 : 0;
    return where << TICKET_SHIFT | (++k->seq & ((UINT64_C(1) << TICKET_SHIFT) - 1));
}

static struct instance *instance_of(const struct link *k, ticket id)
{
    uint64_t where = id >> TICKET_SHIFT;
    return where >= 1 && where <= k->ninstances ? k->instances[where - 1] : NULL;
}

/* --- what happens on the next turn ---------------------------------------------------------------------------------- */

/* From inside of on_soon a little later: libuv runs a timer of 0 that a timer sets in the same round, and somebody who asks
 * again the moment he is refused would leave no turn to the sockets. */
void link_soon(struct link *k)
{
    if (k->soon_set || k->closing)
        return;
    k->soon_set = true;
    timer_set(k->soon, k->in_soon ? 1 : 0);
}

void link_owe(struct link *k, ticket id, reply_fn *fn, void *ctx, const struct err *e)
{
    struct owed *o = x_calloc(1, sizeof *o);

    *o = (struct owed){.id = id, .fn = fn, .ctx = ctx};
    if (e)
        o->err = *e;
    *k->owed_end = o;
    k->owed_end = &o->next;
    link_soon(k);
}

static void pay(struct owed *o)
{
    struct reply r = {.id = o->id, .last = true, .err = o->err.kind == ERR_NONE ? NULL : &o->err};

    o->fn(o->ctx, &r);
    free(o);
}

/* Only what is owed now: a callback that asks again is answered in the turn after. */
static void pay_owed(struct link *k)
{
    struct owed *list = k->owed;

    k->owed = NULL;
    k->owed_end = &k->owed;
    while (list) {
        struct owed *o = list;
        list = o->next;
        pay(o);
    }
}

static void publish_dirty(struct link *k)
{
    struct instance *list = k->dirty;

    k->dirty = NULL;
    while (list) {
        struct instance *i = list;
        list = i->dirty_next;
        i->dirty = false;
        instance_publish(i, false);
    }
}

static void on_soon(void *data)
{
    struct link *k = data;

    k->soon_set = false;
    k->in_soon = true;
    pay_owed(k);
    publish_dirty(k);
    k->in_soon = false;
}

/* --- the timer of an instance --------------------------------------------------------------------------------------- */

static int64_t earliest(int64_t a, int64_t b)
{
    return !a ? b : !b ? a : a < b ? a : b;
}

static void on_time(void *data)
{
    struct instance *i = data;
    int64_t now = clock_mono_ms();

    i->timer_due = 0;
    session_tick(i, now);
    flights_tick(i, now);
    given_tick(i, now);
    if (i->publish_due && i->publish_due <= now)
        instance_publish(i, true);
    instance_rearm(i);
}

void instance_rearm(struct instance *i)
{
    int64_t due = i->next_try;

    if (i->link->closing)
        return;
    due = earliest(due, flights_due(i));
    due = earliest(due, given_due(i));
    due = earliest(due, i->publish_due);
    if (due == i->timer_due)
        return;
    i->timer_due = due;
    if (!due) {
        timer_clear(i->timer);
        return;
    }
    if (!i->timer)
        i->timer = loop_timer(i->link->loop, on_time, i);
    timer_set(i->timer, due - clock_mono_ms());
}

/* Not for secrets: jitter only (xorshift64*). */
int64_t link_jitter(struct link *k, int64_t ms)
{
    k->random ^= k->random >> 12;
    k->random ^= k->random << 25;
    k->random ^= k->random >> 27;
    uint64_t r = (k->random * UINT64_C(2685821657736338717)) >> 33;
    int64_t span = ms * 2 / 5;

    return ms - ms / 5 + (span > 0 ? (int64_t)(r % (uint64_t)(span + 1)) : 0);
}

/* --- the port ------------------------------------------------------------------------------------------------------- */

static ticket refuse(struct link *k, ticket id, reply_fn *fn, void *ctx, enum err_kind kind, const char *words)
{
    struct err e = {.kind = ERR_NONE};

    err_set(&e, kind, "%s", words);
    link_owe(k, id, fn, ctx, &e);
    return id;
}

static ticket submit(void *self, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct link *k = self;
    ticket id = new_ticket(k, a->instance);

    if (a->instance >= k->ninstances)
        return refuse(k, id, fn, ctx, ERR_INTERNAL, "there is no such instance");
    struct instance *i = k->instances[a->instance];
    switch (a->kind) {
    case ASK_STATEMENT: return flight_ask(i, id, a, fn, ctx);
    case ASK_STATE: instance_subscribe(i, id, fn, ctx); return id;
    case ASK_RETRY:
        session_retry(i);
        link_owe(k, id, fn, ctx, NULL);
        return id;
    case ASK_AUDIT:
    case ASK_HISTORY:
    case ASK_REMEMBER:
    case ASK_RECALL:
    case ASK_HOST: break;
    }
    return refuse(k, id, fn, ctx, ERR_INTERNAL, "a server cannot be asked that");
}

/* What is owed already comes as it is: that is the answer which crossed the cancel. */
static void cancel(void *self, ticket id)
{
    struct instance *i = instance_of(self, id);

    if (i && !flight_cancel(i, id))
        instance_unsubscribe(i, id);
}

struct port link_port(struct link *k)
{
    return (struct port){.self = k, .submit = submit, .cancel = cancel};
}

/* --- life ----------------------------------------------------------------------------------------------------------- */

static void seed(struct link *k)
{
    static const char digits[] = "0123456789abcdef";
    uint64_t r[2];

    if (getrandom(r, sizeof r, 0) != (ssize_t)sizeof r) {
        r[0] = (uint64_t)clock_wall_ms() * UINT64_C(6364136223846793005) ^ (uint64_t)getpid();
        r[1] = ~r[0];
    }
    k->random = r[0] | 1;
    for (int n = 0; n < 12; n++)
        k->tag[n] = digits[r[1] >> (4 * n) & 15];
}

struct link *link_new(struct loop *l, struct http *h)
{
    struct link *k = x_calloc(1, sizeof *k);

    k->loop = l;
    k->http = h;
    k->pace = usual_pace;
    k->owed_end = &k->owed;
    k->gate_end = &k->gate;
    k->soon = loop_timer(l, on_soon, k);
    seed(k);
    return k;
}

/* Paths are added with their own slash. */
static char *without_slash(const char *base)
{
    size_t n = strlen(base);

    while (n > 0 && base[n - 1] == '/')
        n--;
    return x_strndup(base, n);
}

uint32_t link_add(struct link *k, const struct link_instance *spec)
{
    struct instance *i = x_calloc(1, sizeof *i);

    k->instances = x_grow(k->instances, &k->instances_cap, k->ninstances + 1, sizeof *k->instances);
    i->link = k;
    i->number = (uint32_t)k->ninstances;
    k->instances[k->ninstances++] = i;
    i->name = x_strdup(spec->name);
    i->database = x_strdup(spec->database);
    i->box = peer_box_new(spec, without_slash(spec->base));
    i->latency_ms = -1;
    i->why = ERR_UNREACHABLE;
    i->since_ms = clock_wall_ms();
    i->credential = spec->credential;
    if (i->credential) {
        i->with_same = i->credential->instances;
        i->credential->instances = i;
    }
    i->bolt = bolt_new(i, spec, peer_of(i)->base);
    instance_say(i, PHASE_CONNECTING, "not connected yet");
    if (k->started) {
        http_expect_peers(k->http, (unsigned)k->ninstances);
        session_begin(i);
    }
    return i->number;
}

void link_hold(struct link *k, uint32_t instance, const char *words)
{
    struct instance *i = instance < k->ninstances ? k->instances[instance] : NULL;

    if (!i || k->closing)
        return;
    if (words && !(i->held && strcmp(i->message, words) == 0))
        session_hold(i, words);
    else if (!words && i->held)
        session_release(i);
}

void link_start(struct link *k)
{
    if (k->started)
        return;
    k->started = true;
    http_expect_peers(k->http, (unsigned)k->ninstances);
    for (size_t n = 0; n < k->ninstances; n++)
        session_begin(k->instances[n]);
}

/* Who answers, and whether it wants a login at all, belongs to the first look. */
static bool is_settled(const struct instance *i)
{
    bool asks = i->stage == STAGE_READY && i->nameless;

    return i->phase != PHASE_CONNECTING && !asks && !i->asking_user && !i->asking_routes && (!i->identifying || i->server_id[0]);
}

bool link_reached(const struct link *k)
{
    for (size_t n = 0; n < k->ninstances; n++)
        if (k->instances[n]->phase == PHASE_CONNECTING)
            return false;
    return true;
}

bool link_settled(const struct link *k)
{
    for (size_t n = 0; n < k->ninstances; n++)
        if (!is_settled(k->instances[n]))
            return false;
    return true;
}

static bool is_quiet(const struct instance *i)
{
    bool connecting = i->stage == STAGE_GATE || i->stage == STAGE_DISCOVER || i->stage == STAGE_LOGIN;
    bool asks = i->stage == STAGE_READY && i->nameless;

    return !connecting && !asks && !i->queue && !i->running && !i->dirty && !i->discovery && !(i->bolt && bolt_is_knocking(i->bolt));
}

bool link_quiet(const struct link *k)
{
    if (k->soon_set || k->owed)
        return false;
    for (size_t n = 0; n < k->ninstances; n++)
        if (!is_quiet(k->instances[n]))
            return false;
    return true;
}

void link_catch_up(struct link *k)
{
    for (size_t n = 0; n < k->ninstances; n++) {
        on_time(k->instances[n]);
        if (k->instances[n]->publish_due)
            instance_publish(k->instances[n], true);
    }
}

static void instance_free(struct instance *i)
{
    wire_forget(i->discovery);
    given_free(i);
    timer_free(i->timer);
    timer_free(i->who);
    free(i->shown);
    free(i->routing);
    free(i->name);
    free(i->database);
    bolt_free(i->bolt);
    peer_box_drop(i->box);
    free(i);
}

/* Callbacks run in here and may ask again: they get an answer too, as long as they stop at some time. */
void link_free(struct link *k)
{
    if (!k)
        return;
    k->closing = true;
    timer_free(k->soon);
    for (size_t n = 0; n < k->ninstances; n++)
        k->instances[n]->stage = STAGE_STOPPED;
    for (size_t n = 0; n < k->ninstances; n++) {
        flights_close(k->instances[n]);
        instance_end_subscriptions(k->instances[n]);
    }
    while (k->owed)
        pay_owed(k);
    for (size_t n = 0; n < k->ninstances; n++)
        instance_free(k->instances[n]);
    free(k->instances);
    while (k->credentials) {
        struct credential *c = k->credentials;
        k->credentials = c->next;
        credential_free(c);
    }
    free(k);
}
