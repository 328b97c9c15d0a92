/* Statements that were given up: the answer did not come in time, or the connection was cut after the question had left.
 * They may still work on the server, so nothing of their kind is sent until they are seen to be gone. Where a server lists
 * what runs under our tag, that is looked up; elsewhere their deadline and a grace must be over. Each miss in a row doubles
 * the time until the next try. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "link/bolt.h"

/* With so many on the server no other reading one is sent. */
#define MAX_RUNNING 3

struct given {
    struct given *next;
    struct arena arena;
    struct statement st; /* of a reading one only id and database count: other parameters make it no lighter */
    char tag[48];
    bool running;        /* not yet seen to be gone */
    bool listable;
    unsigned misses;     /* in a row */
    int64_t until;       /* monotonic: listable and running, the next look; else the end of it */
    int64_t wait;        /* between looks */
    int64_t missed_at;
};

static int64_t doubled(int64_t first, int64_t max, unsigned times)
{
    while (times-- > 0 && first < max)
        first *= 2;
    return first < max ? first : max;
}

static bool same_key(const struct given *g, const struct statement *st)
{
    struct statement a = g->st, b = *st;

    if (statement_effect(st->id) == EFFECT_READS) {
        a.nparams = b.nparams = 0;
        a.text = b.text = NULL;
    }
    return flight_same_kind(&a, &b);
}

static struct given *find(const struct instance *i, const struct statement *st)
{
    struct given *g = i->given;

    while (g && !same_key(g, st))
        g = g->next;
    return g;
}

static struct given *given_new(struct instance *i, const struct statement *st)
{
    struct given *g = x_calloc(1, sizeof *g);
    struct param *params = arena_alloc(&g->arena, (st->nparams + 1) * sizeof *params);

    g->st = *st;
    g->st.database = arena_strdup(&g->arena, st->database);
    g->st.text = NULL;
    g->st.params = params;
    if (statement_effect(st->id) == EFFECT_READS)
        g->st.nparams = 0;
    for (size_t n = 0; n < g->st.nparams; n++) {
        params[n].name = arena_strdup(&g->arena, st->params[n].name);
        params[n].value = value_copy(&g->arena, st->params[n].value);
    }
    g->next = i->given;
    i->given = g;
    return g;
}

static void drop(struct instance *i, struct given *g)
{
    struct given **p = &i->given;

    while (*p != g)
        p = &(*p)->next;
    *p = g->next;
    arena_release(&g->arena);
    free(g);
}

void given_free(struct instance *i)
{
    while (i->given)
        drop(i, i->given);
}

/* A look is a statement too; one that was given up is no way to find out about itself. */
static bool can_list(const struct instance *i, const struct flight *f)
{
    return f->tagged && f->st.id != STMT_OWN_TRANSACTIONS &&
           statement_variant(STMT_OWN_TRANSACTIONS, i->server.version, i->server.edition, NULL);
}

/* Its own limit ends it on the server soon after the deadline; one without has to be trusted to end some time. */
static int64_t grace_of(const struct instance *i, const struct flight *f, unsigned misses)
{
    const struct pace *p = &i->link->pace;
    int64_t grace = doubled(p->grace, p->grace * 60, misses ? misses - 1 : 0);

    return f->limited ? grace : grace + 2 * f->deadline_ms;
}

void given_up(struct instance *i, const struct flight *f, bool late)
{
    struct given *g = find(i, &f->st);
    int64_t now = clock_mono_ms();

    if (f->probe)
        return; /* comes back with the session's own backoff */
    if (!g)
        g = given_new(i, &f->st);
    g->misses += late;
    g->missed_at = now;
    g->running = true;
    g->listable = can_list(i, f);
    g->wait = i->link->pace.check_first;
    strcpy(g->tag, f->tag);
    g->until = now + (g->listable ? g->wait : grace_of(i, f, g->misses));
    log_debug("%s: %s given up, %s", i->name, statement_name(f->st.id), g->listable ? "looked for by its tag" : "grace");
}

void given_answered(struct instance *i, const struct flight *f)
{
    struct given *g = find(i, &f->st);

    if (g && !g->running)
        drop(i, g);
}

size_t given_running(const struct instance *i)
{
    size_t n = 0;

    for (const struct given *g = i->given; g; g = g->next)
        n += g->running;
    return n;
}

/* The server was told to end it because nobody wants it any more: that takes a moment, no person has to hear of it. */
bool given_ends_soon(const struct instance *i, const struct statement *st)
{
    const struct given *g = find(i, st);

    return g && g->running && !g->misses;
}

bool given_blocks(const struct instance *i, const struct statement *st, bool own, struct err *e)
{
    const struct given *g = find(i, st);

    if (g && g->running) {
        err_set(e, ERR_BUSY, "the previous one is still running on the server");
        return true;
    }
    if (g && g->until > clock_mono_ms()) {
        err_set(e, ERR_BUSY, "it missed its deadline %u times in a row: the server is given some rest", g->misses);
        return true;
    }
    if (own || statement_effect(st->id) != EFFECT_READS || given_running(i) < MAX_RUNNING)
        return false;
    err_set(e, ERR_BUSY, "%d statements that got no answer in time may still be running on the server", MAX_RUNNING);
    return true;
}

/* --- looking for them ----------------------------------------------------------------------------------------------- */

static void release(struct instance *i, struct given *g, int64_t now)
{
    const struct pace *p = &i->link->pace;

    log_debug("%s: %s is gone", i->name, statement_name(g->st.id));
    if (!g->misses) {
        drop(i, g); /* nobody wanted it any more: no reason to wait with the next one */
        return;
    }
    g->running = false;
    g->until = g->misses < 2 ? 0 : now + link_jitter(i->link, doubled(p->check_first, p->check_max, g->misses - 2));
}

static struct given *find_tag(struct instance *i, const char *tag)
{
    struct given *g = i->given;

    while (g && strcmp(g->tag, tag) != 0)
        g = g->next;
    return g;
}

void given_gone(struct instance *i, const char *tag)
{
    struct given *g = find_tag(i, tag);

    if (g && g->running)
        release(i, g, clock_mono_ms());
    instance_rearm(i);
}

static void look_again(struct instance *i, struct given *g, int64_t now)
{
    g->wait = doubled(g->wait, i->link->pace.check_max, 1);
    g->until = now + link_jitter(i->link, g->wait);
}

static void on_listed(void *ctx, const struct reply *r)
{
    struct instance *i = ctx;
    struct given *g = find_tag(i, i->checking);
    int64_t now = clock_mono_ms();

    i->checking[0] = '\0';
    if (!g || !g->running)
        return;
    if (r->err && (r->err->kind == ERR_SERVER || r->err->kind == ERR_PRIVILEGE || r->err->kind == ERR_SHAPE)) {
        g->listable = false; /* this server does not tell: wait as elsewhere */
        g->until = now + i->link->pace.grace;
    } else if (r->err || r->nrows > 0) {
        look_again(i, g, now);
    } else {
        release(i, g, now);
    }
}

static void look(struct instance *i, struct given *g, int64_t now)
{
    struct param tag = {.name = "tag", .value = v_text(g->tag)};

    if (i->checking[0]) { /* one look at a time */
        g->until = now + i->link->pace.check_first;
        return;
    }
    if (flight_own(i, STMT_OWN_TRANSACTIONS, &tag, 1, on_listed, i))
        strcpy(i->checking, g->tag);
    look_again(i, g, now);
}

/* While the session is down there is nobody to ask; time passes all the same for those that only need time. */
void given_tick(struct instance *i, int64_t now)
{
    size_t before = given_running(i);

    for (struct given *g = i->given, *next; g; g = next) {
        next = g->next;
        if (g->running && g->until <= now) {
            if (!g->listable)
                release(i, g, now);
            else if (i->stage == STAGE_READY)
                look(i, g, now);
        } else if (!g->running && now - g->missed_at > i->link->pace.forget) {
            drop(i, g);
        }
    }
    if (given_running(i) < before)
        flights_pump(i);
}

int64_t given_due(const struct instance *i)
{
    int64_t due = 0;

    for (const struct given *g = i->given; g; g = g->next) {
        int64_t at = g->running ? g->until : g->missed_at + i->link->pace.forget + 1;
        if (g->running && g->listable && i->stage != STAGE_READY)
            continue;
        if (!due || at < due)
            due = at;
    }
    return due;
}
