#include "port/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "port/deferred.h"
#include "port/tape.h"

enum { INSTANCES_MAX = 65536 };

/* All replies to one question, in their order. */
struct track {
    const char *key;
    size_t first, n, at;
};

struct subscription { /* to the state of an instance, or to what is appended to a file */
    struct subscription *next;
    ticket id;
    uint32_t instance;
    const struct track *track; /* NULL: it is not on the tape */
    size_t at;                 /* the next of its replies */
    reply_fn *fn;
    void *ctx;
};

struct replayer {
    struct arena memory;
    struct tape_head head;
    struct tape_reply **replies; /* sorted by key, then as they came */
    size_t n, cap;
    struct track *tracks;
    size_t ntracks;
    size_t *reached; /* by instance: replies of streams that stand before this place on the tape have come to pass */
    uint32_t instances;
    struct deferred deferred;
    struct subscription *subscriptions;
};

/* ---- reading ---- */

static bool add_reply(struct replayer *r, const char *s, size_t n, struct err *e)
{
    struct tape_reply *t = arena_zalloc(&r->memory, sizeof *t);

    if (!tape_read_reply(s, n, &r->memory, t, e))
        return false;
    if (t->err.kind != ERR_NONE)
        t->reply.err = &t->err;
    else if (t->kind == ASK_STATE)
        t->reply.state = &t->state;
    if (t->instance != INSTANCE_NONE && t->instance >= INSTANCES_MAX)
        return err_set(e, ERR_SHAPE, "instance %u: there may be %d at most", (unsigned)t->instance, INSTANCES_MAX);
    if (t->instance != INSTANCE_NONE && r->head.ninstances && t->instance >= r->head.ninstances)
        return err_set(e, ERR_SHAPE, "instance %u, but the first line names %zu", (unsigned)t->instance, r->head.ninstances);
    if (t->instance != INSTANCE_NONE && t->instance >= r->instances)
        r->instances = t->instance + 1;
    r->replies = x_grow(r->replies, &r->cap, r->n + 1, sizeof(struct tape_reply *));
    r->replies[r->n++] = t;
    return true;
}

static bool is_comment(const char *s, size_t n)
{
    return n == 0 || *s == '#' || (n == 1 && *s == '\r');
}

static bool read_lines(struct replayer *r, const char *tape, size_t n, struct err *e)
{
    bool head = false;
    unsigned number = 0;

    for (const char *at = tape, *end = tape + n; at < end;) {
        const char *nl = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((nl ? nl : end) - at);
        struct err why = {0};
        number++;
        if (!is_comment(at, len)) {
            bool ok = head ? add_reply(r, at, len, &why) : tape_read_head(at, len, &r->memory, &r->head, &why);
            if (!ok)
                return err_set(e, why.kind, "line %u: %s", number, why.words);
            head = true;
        }
        at += len + (nl != NULL);
    }
    return head ? true : err_set(e, ERR_SHAPE, "line 1: an empty tape");
}

static int by_key(const void *a, const void *b)
{
    const struct tape_reply *x = *(struct tape_reply *const *)a, *y = *(struct tape_reply *const *)b;
    int c = strcmp(x->key, y->key);

    return c ? c : x->order < y->order ? -1 : x->order > y->order;
}

/* A state, or what was appended to a file, comes to pass when the answer before it on the tape has been given: what the script does decides when, not the clock. */
static void order_replies(struct replayer *r)
{
    r->reached = x_calloc(r->instances, sizeof *r->reached);
    for (uint32_t i = 0; i < r->instances; i++)
        r->reached[i] = SIZE_MAX;
    for (size_t i = r->n; i-- > 0;) {
        struct tape_reply *t = r->replies[i];
        t->order = i;
        if (t->instance == INSTANCE_NONE || t->stream)
            continue;
        t->next = r->reached[t->instance];
        r->reached[t->instance] = i;
    }
}

static void lay_tracks(struct replayer *r)
{
    order_replies(r);
    if (r->n)
        qsort(r->replies, r->n, sizeof *r->replies, by_key);
    r->tracks = x_calloc(r->n, sizeof *r->tracks);
    for (size_t i = 0; i < r->n; i++) {
        struct track *last = r->ntracks ? &r->tracks[r->ntracks - 1] : NULL;
        if (last && strcmp(last->key, r->replies[i]->key) == 0)
            last->n++;
        else
            r->tracks[r->ntracks++] = (struct track){.key = r->replies[i]->key, .first = i, .n = 1};
    }
}

/* A tape that names none has as many as it tells of. */
static void name_instances(struct replayer *r)
{
    if (r->head.ninstances) {
        r->instances = (uint32_t)r->head.ninstances;
        return;
    }
    r->head.ninstances = r->instances;
    r->head.instances = arena_alloc(&r->memory, (r->instances + 1) * sizeof *r->head.instances);
    for (uint32_t i = 0; i < r->instances; i++)
        r->head.instances[i] = arena_printf(&r->memory, "instance-%u", (unsigned)i);
}

struct replayer *replayer_new(const char *tape, size_t n, struct later later, struct err *e)
{
    struct replayer *r = x_calloc(1, sizeof *r);

    deferred_init(&r->deferred, later);
    if (!read_lines(r, tape, n, e)) {
        replayer_free(r);
        return NULL;
    }
    name_instances(r);
    lay_tracks(r);
    return r;
}

static void give_last(const struct subscription *s, enum err_kind kind, const char *words)
{
    struct err e;

    err_set(&e, kind, "%s", words);
    s->fn(s->ctx, &(struct reply){.id = s->id, .last = true, .err = &e});
}

void replayer_free(struct replayer *r)
{
    if (!r)
        return;
    deferred_release(&r->deferred);
    while (r->subscriptions) {
        struct subscription *s = r->subscriptions;
        r->subscriptions = s->next;
        give_last(s, ERR_CANCELLED, "given up");
        free(s);
    }
    free(r->replies);
    free(r->tracks);
    free(r->reached);
    arena_release(&r->memory);
    free(r);
}

/* ---- answering ---- */

static int track_of(const void *key, const void *track)
{
    return strcmp(key, ((const struct track *)track)->key);
}

static struct track *find(struct replayer *r, const struct ask *a)
{
    struct text key;
    struct track *t = NULL;

    text_init(&key, TAPE_LINE_MAX);
    tape_key(&key, a);
    if (r->ntracks)
        t = bsearch(key.s, r->tracks, r->ntracks, sizeof *r->tracks, track_of);
    text_release(&key);
    return t;
}

/* What a person types or asks of the console itself needs no tape. */
static bool needs_no_tape(enum ask_kind kind)
{
    return kind == ASK_RETRY || kind == ASK_REMEMBER || kind == ASK_RECALL;
}

static void name_of(struct text *out, const struct ask *a)
{
    const struct statement *s = &a->u.statement;

    if (a->kind == ASK_HOST) {
        host_call_words(out, &a->u.host);
    } else if (a->kind == ASK_STATEMENT) {
        const char *name = statement_name(s->id);
        text_adds(out, *name ? name : "this statement");
    } else {
        text_adds(out, "this question");
    }
    text_addf(out, " is not on the tape");
    if (a->kind == ASK_STATEMENT && s->database)
        text_addf(out, " for database %s", s->database);
}

static ticket answer_nothing(struct replayer *r, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct text name;
    struct err e;

    if (needs_no_tape(a->kind))
        return deferred_add(&r->deferred, &(struct reply){.last = true}, fn, ctx);
    text_init(&name, 300);
    name_of(&name, a);
    err_set(&e, ERR_UNREACHABLE, "%s", name.s);
    text_release(&name);
    return deferred_add(&r->deferred, &(struct reply){.last = true, .err = &e}, fn, ctx);
}

static size_t reached(const struct replayer *r, uint32_t instance)
{
    return instance == INSTANCE_NONE ? SIZE_MAX : r->reached[instance];
}

/* What has come to pass of a stream. False: that was its end. */
static bool give_stream(struct replayer *r, struct subscription *s)
{
    for (; s->track && s->at < s->track->n; s->at++) {
        const struct tape_reply *t = r->replies[s->track->first + s->at];
        struct reply reply = t->reply;
        if (t->order > reached(r, s->instance))
            break;
        if (reply.err && t->kind == ASK_STATE)
            continue; /* the end of the recording's own subscription */
        reply.id = s->id;
        reply.last = reply.err != NULL;
        deferred_add(&r->deferred, &reply, s->fn, s->ctx);
        if (reply.last)
            return false;
    }
    return true;
}

static void unsubscribe(struct subscription **at)
{
    struct subscription *s = *at;

    *at = s->next;
    free(s);
}

static ticket subscribe(struct replayer *r, const struct ask *a, const struct track *t, reply_fn *fn, void *ctx)
{
    struct subscription *s = x_calloc(1, sizeof *s);
    ticket id = ticket_own();

    *s = (struct subscription){.next = r->subscriptions, .id = id, .instance = a->instance, .track = t, .fn = fn, .ctx = ctx};
    r->subscriptions = s;
    if (!give_stream(r, s))
        unsubscribe(&r->subscriptions);
    return id;
}

static void reach(struct replayer *r, const struct tape_reply *given)
{
    if (given->instance == INSTANCE_NONE || given->next <= r->reached[given->instance])
        return;
    r->reached[given->instance] = given->next;
    for (struct subscription **at = &r->subscriptions; *at;) {
        if ((*at)->instance == given->instance && !give_stream(r, *at))
            unsubscribe(at);
        else
            at = &(*at)->next;
    }
}

static const struct tape_reply *take(struct replayer *r, struct track *t)
{
    const struct tape_reply *given = r->replies[t->first + t->at];

    if (t->at + 1 < t->n)
        t->at++;
    return given;
}

void replayer_pass(struct replayer *r, const struct ask *a)
{
    struct track *t = find(r, a);

    if (t && !r->replies[t->first]->stream)
        reach(r, take(r, t));
}

static ticket replayer_submit(void *self, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct replayer *r = self;
    struct track *t = find(r, a);

    if (a->kind == ASK_STATE)
        return subscribe(r, a, t, fn, ctx);
    if (!t)
        return answer_nothing(r, a, fn, ctx);
    if (r->replies[t->first]->stream)
        return subscribe(r, a, t, fn, ctx);
    const struct tape_reply *given = take(r, t);
    ticket id = deferred_add(&r->deferred, &given->reply, fn, ctx);
    reach(r, given);
    return id;
}

static void replayer_cancel(void *self, ticket id)
{
    struct replayer *r = self;

    if (deferred_cancel(&r->deferred, id))
        return;
    for (struct subscription **at = &r->subscriptions; *at; at = &(*at)->next) {
        struct subscription *s = *at;
        if (s->id != id)
            continue;
        struct err e;
        err_set(&e, ERR_CANCELLED, "given up");
        deferred_drop(&r->deferred, id);
        deferred_add(&r->deferred, &(struct reply){.id = id, .last = true, .err = &e}, s->fn, s->ctx);
        unsubscribe(at);
        return;
    }
}

struct port replayer_port(struct replayer *r)
{
    return (struct port){.self = r, .submit = replayer_submit, .cancel = replayer_cancel};
}

/* ---- about the tape ---- */

uint32_t replayer_instances(const struct replayer *r)
{
    return r->instances;
}

const char *replayer_instance_name(const struct replayer *r, uint32_t i)
{
    return i < r->head.ninstances ? r->head.instances[i] : "";
}

struct place_of_server replayer_place(const struct replayer *r, uint32_t i)
{
    return i < r->head.ninstances ? r->head.places[i] : (struct place_of_server){0};
}

bool replayer_knows_host(const struct replayer *r, uint32_t i)
{
    for (size_t n = 0; n < r->n; n++)
        if (r->replies[n]->kind == ASK_HOST && r->replies[n]->instance == i)
            return true;
    return false;
}

int64_t replayer_clock_ms(const struct replayer *r)
{
    return r->head.clock_ms;
}

bool replayer_idle(const struct replayer *r)
{
    return deferred_empty(&r->deferred);
}
