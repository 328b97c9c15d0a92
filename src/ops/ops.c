#include "ops/inside.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "neo4j/transactions.h"

struct ops *ops_new(struct port servers, struct port store, struct op_rules rules)
{
    struct ops *o = x_calloc(1, sizeof *o);

    o->servers = servers;
    o->store = store;
    o->rules = rules;
    return o;
}

struct op *op_find(const struct ops *o, unsigned id)
{
    for (struct op *op = o->list; op; op = op->next)
        if (op->id == id)
            return op;
    return NULL;
}

static bool is_final(enum op_stage s)
{
    return s == OP_REFUSED || s == OP_DONE || s == OP_FAILED;
}

static void forget(struct op *op)
{
    struct op **at = &op->ops->list;

    while (*at != op)
        at = &(*at)->next;
    *at = op->next;
    if (op->open)
        op->open->op = NULL;
    free(op->targets);
    free(op->sides);
    free(op->expect);
    free(op);
}

static void nobody(void *ctx, const struct reply *r)
{
}

/* A line that nobody waits for: the console ends, or a person turned away. */
static void record_alone(struct op *op, size_t i, const char *result, enum err_kind kind, const char *words)
{
    err_set(&op->targets[i].err, kind, "%s", words);
    record_submit(op, i, result, nobody, NULL);
}

/* What the audit log should say of a target whose console ends now. */
static void record_left(struct op *op, size_t i)
{
    switch (op->sides[i].step) {
    case STEP_READY: record_alone(op, i, "refused", ERR_NOT_CONFIRMED, "not confirmed"); break;
    case STEP_RUN_SERVER:
    case STEP_RUN_READ: record_alone(op, i, "refused", ERR_CANCELLED, "neodeck ended before anything was sent"); break;
    case STEP_KILL:
    case STEP_FOLLOW: record_alone(op, i, "failed", ERR_CANCELLED, "neodeck ended before it was seen whether it is gone"); break;
    default: break; /* nothing was sent, or its end is on its way already */
    }
}

void ops_free(struct ops *o)
{
    if (!o)
        return;
    while (o->list) {
        for (size_t i = 0; i < o->list->n; i++)
            record_left(o->list, i);
        forget(o->list);
    }
    free(o);
}

/* ---- where the whole stands ---- */

static size_t count(const struct op *op, enum op_stage stage)
{
    size_t n = 0;

    for (size_t i = 0; i < op->n; i++)
        n += op->targets[i].stage == stage;
    return n;
}

static const struct err *first_words(const struct op *op)
{
    for (size_t i = 0; i < op->n; i++)
        if (op->targets[i].stage != OP_DONE && *op->targets[i].err.words)
            return &op->targets[i].err;
    return NULL;
}

static void end(struct op *op)
{
    size_t done = count(op, OP_DONE), refused = count(op, OP_REFUSED);
    const struct err *first = first_words(op);

    op->stage = refused == op->n ? OP_REFUSED : done == op->n ? OP_DONE : OP_FAILED;
    if (op->n == 0)
        err_set(&op->err, ERR_USAGE, "nothing was chosen");
    else if (op->n == 1)
        op->err = op->targets[0].err;
    else if (done == op->n)
        err_set(&op->err, ERR_NONE, "%zu gone", done);
    else if (done == 0 && first)
        err_set(&op->err, first->kind, "none of %zu: %.300s", op->n, first->words);
    else
        err_set(&op->err, ERR_SOME_FAILED, "%zu of %zu gone; %.300s", done, op->n, first ? first->words : "");
}

static void restage(struct op *op)
{
    if (count(op, OP_PLANNING))
        op->stage = OP_PLANNING;
    else if (count(op, OP_PLANNED) && !op->confirmed)
        op->stage = OP_PLANNED;
    else if (count(op, OP_RUNNING) || count(op, OP_PLANNED))
        op->stage = OP_RUNNING;
    else if (count(op, OP_VERIFYING))
        op->stage = OP_VERIFYING;
    else
        end(op);
}

void op_fail_target(struct op *op, size_t i, enum op_stage stage, const struct err *e)
{
    bool planning = op->sides[i].step <= STEP_PLAN_RECORD;

    if (e != &op->targets[i].err)
        op->targets[i].err = *e;
    op->sides[i].final = stage;
    steps_begin(op, i, planning ? STEP_PLAN_RECORD : STEP_RECORD);
}

/* ---- what is next ---- */

/* The first target that has something to send: what must be finished before what is only looked at. */
static bool next_target(const struct op *op, int64_t now, size_t *at, int64_t *wait)
{
    bool found = false;

    *wait = -1;
    for (size_t i = 0; i < op->n; i++) {
        const struct side *s = &op->sides[i];
        int64_t in = s->not_before_ms - now;
        if (step_is_at_rest(s->step))
            continue;
        if (in > 0) {
            *wait = *wait < 0 || in < *wait ? in : *wait;
            continue;
        }
        if (s->step != STEP_FOLLOW) {
            *at = i;
            return true;
        }
        if (!found || s->not_before_ms < op->sides[*at].not_before_ms)
            *at = i;
        found = true;
    }
    return found;
}

static int64_t send_next(struct op *op, int64_t now)
{
    size_t at = 0;
    int64_t wait = -1;

    while (!op->open && next_target(op, now, &at, &wait))
        if (steps_ask(op, at))
            return -1; /* its answer goes on */
    return op->open ? -1 : wait;
}

static void tell(struct op *op)
{
    if (!op->changed)
        return;
    op->changed = false;
    if (op->news && !op->dropped)
        op->news(op->data, op->id);
}

/* False when it is forgotten now. */
static bool settle(struct op *op)
{
    enum op_stage was = op->stage;

    restage(op);
    if (op->stage == OP_PLANNED && was != OP_PLANNED)
        op_set_expect(op);
    if (!op->dropped || !is_final(op->stage))
        return true;
    forget(op);
    return false;
}

void ops_on_wake(struct ops *o, void (*fn)(void *), void *data)
{
    o->wake = fn;
    o->wake_data = data;
}

void op_went_on(struct op *op)
{
    send_next(op, clock_mono_ms());
    if (op->ops->wake)
        op->ops->wake(op->ops->wake_data);
    if (settle(op))
        tell(op);
}

/* The newest op that is older: whoever is told may drop any of them. */
static struct op *op_before(const struct ops *o, unsigned id)
{
    struct op *op = o->list;

    while (op && op->id >= id)
        op = op->next;
    return op;
}

int64_t ops_step(struct ops *o, int64_t mono_ms)
{
    int64_t next = -1;

    for (struct op *op = op_before(o, o->last + 1); op;) {
        unsigned id = op->id;
        int64_t wait = send_next(op, mono_ms);
        if (wait >= 0 && (next < 0 || wait < next))
            next = wait;
        if (settle(op))
            tell(op);
        op = op_before(o, id);
    }
    return next;
}

/* ---- what a person does ---- */

static void plan_target(struct op *op, size_t i)
{
    struct op_rules *rules = &op->ops->rules;
    struct err e;

    err_clear(&op->targets[i].err);
    steps_begin(op, i, STEP_PLAN_SERVER);
    if (rules->read_only(rules->data, op->targets[i].instance))
        err_set(&e, ERR_READ_ONLY, "this instance is read-only: nothing can be killed from here");
    else if (op->kind == OP_KILL_TRANSACTION && !tx_id_valid(op->targets[i].id))
        err_set(&e, ERR_USAGE, "'%s' is no id of a transaction; they look like neo4j-transaction-42", op->targets[i].id);
    else
        return;
    op_fail_target(op, i, OP_REFUSED, &e);
}

unsigned op_plan(struct ops *o, enum op_kind kind, const struct op_target *targets, size_t n, op_news *news, void *data)
{
    struct op *op = x_calloc(1, sizeof *op);

    *op = (struct op){.next = o->list, .ops = o, .id = ++o->last, .kind = kind, .n = n, .news = news, .data = data};
    o->list = op;
    op->targets = x_calloc(n, sizeof *op->targets);
    op->sides = x_calloc(n, sizeof *op->sides);
    if (n)
        memcpy(op->targets, targets, n * sizeof *targets);
    for (size_t i = 0; i < n; i++)
        plan_target(op, i);
    send_next(op, clock_mono_ms());
    return op->id;
}

void op_confirm(struct ops *o, unsigned id)
{
    struct op *op = op_find(o, id);

    if (!op || op->stage != OP_PLANNED || op->confirmed)
        return;
    op->confirmed = true;
    for (size_t i = 0; i < op->n; i++) {
        if (op->sides[i].step != STEP_READY)
            continue;
        op->sides[i].began_ms = clock_mono_ms();
        steps_begin(op, i, STEP_REQUEST);
    }
    restage(op);
    send_next(op, clock_mono_ms());
}

void op_drop(struct ops *o, unsigned id)
{
    struct op *op = op_find(o, id);

    if (!op)
        return;
    if (op->confirmed && !is_final(op->stage)) {
        op->dropped = true;
        return;
    }
    for (size_t i = 0; i < op->n; i++)
        if (op->sides[i].step == STEP_READY)
            record_alone(op, i, "refused", ERR_NOT_CONFIRMED, "not confirmed");
    forget(op);
}

/* ---- what is asked about it ---- */

enum op_stage op_stage(const struct ops *o, unsigned id)
{
    const struct op *op = op_find(o, id);

    return op ? op->stage : OP_DONE;
}

const struct op_target *op_targets(const struct ops *o, unsigned id, size_t *n)
{
    const struct op *op = op_find(o, id);

    *n = op ? op->n : 0;
    return op ? op->targets : NULL;
}

const struct err *op_error(const struct ops *o, unsigned id)
{
    static const struct err none;
    const struct op *op = op_find(o, id);

    return op ? &op->err : &none;
}

size_t ops_running(const struct ops *o)
{
    size_t n = 0;

    for (const struct op *op = o->list; op; op = op->next)
        n += op->stage == OP_RUNNING || op->stage == OP_VERIFYING;
    return n;
}

bool ops_waiting(const struct ops *o)
{
    for (const struct op *op = o->list; op; op = op->next)
        if (op->open)
            return true;
    return false;
}
