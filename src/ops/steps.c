/* The way of one target: each step is one ask and what to make of its answer. */
#include "ops/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

enum {
    BUSY_AGAIN_MS = 250, BUSY_TIMES = 40,        /* the server still works on the same statement for somebody else here */
    FOLLOW_FIRST_MS = 500, FOLLOW_MOST_MS = 2000,
    LOST_MS = 60 * 1000,                          /* how long a target may be out of sight before it is given up */
    UNMOVED_MS = 60 * 1000,                       /* how long a target may show no sign of having been killed */
    WORDS_MS = 3000,                              /* after this the words say why it is still there */
};

static void on_reply(void *ctx, const struct reply *r);

/* ---- asks ---- */

static struct op_call *call_new(struct op *op)
{
    struct op_call *c = x_malloc(sizeof *c);

    c->op = op;
    op->open = c;
    return c;
}

static void ask_statement(struct op *op, size_t i, enum statement_id id, const struct param *params, size_t n)
{
    struct ask a = {.kind = ASK_STATEMENT, .instance = op->targets[i].instance,
                    .u.statement = {.id = id, .params = params, .nparams = n}};

    port_submit(&op->ops->servers, &a, on_reply, call_new(op));
}

static void ask_server(struct op *op, size_t i)
{
    ask_statement(op, i, STMT_SERVER_ID, NULL, 0);
}

static void ask_target(struct op *op, size_t i)
{
    struct param id = {"id", v_text(op->targets[i].id)};

    ask_statement(op, i, op->kind == OP_KILL_TRANSACTION ? STMT_TRANSACTION : STMT_CONNECTION, &id, 1);
}

static void ask_kill(struct op *op, size_t i)
{
    const struct op_target *t = &op->targets[i];
    struct param params[] = {{"id", v_text(t->id)}, {"started", v_text(op->sides[i].started)}, {"user", v_text(t->user)}};

    if (op->kind == OP_KILL_TRANSACTION)
        ask_statement(op, i, STMT_KILL_TRANSACTION, params, 3);
    else
        ask_statement(op, i, STMT_KILL_CONNECTION, params, 1);
}

static void ask_request(struct op *op, size_t i)
{
    record_submit(op, i, "requested", on_reply, call_new(op));
}

static const char *result_name(enum op_stage final)
{
    return final == OP_DONE ? "done" : final == OP_REFUSED ? "refused" : "failed";
}

static void ask_record(struct op *op, size_t i)
{
    record_submit(op, i, result_name(op->sides[i].final), on_reply, call_new(op));
}

/* ---- answers ---- */

static void refuse(struct op *op, size_t i, const struct err *e)
{
    op_fail_target(op, i, OP_REFUSED, e);
}

/* The ids of all servers that host system, in their order. */
static void server_ids(const struct reply *r, char *out, size_t size)
{
    size_t n = 0;

    out[0] = '\0';
    for (size_t row = 0; row < r->nrows && n < size; row++)
        n += (size_t)snprintf(out + n, size - n, "%s%s", n ? " " : "", value_str(reply_cell(r, row, "serverID"), ""));
}

/* Before 4.4 servers have no id: the address is the identity then. */
static bool has_no_id(const struct reply *r)
{
    return r->err && (r->err->kind == ERR_VERSION || r->err->kind == ERR_EDITION);
}

static void take_plan_server(struct op *op, size_t i, const struct reply *r)
{
    struct side *s = &op->sides[i];

    if (r->err && !has_no_id(r)) {
        refuse(op, i, r->err);
        return;
    }
    if (!r->err)
        server_ids(r, s->server, sizeof s->server);
    steps_begin(op, i, STEP_PLAN_READ);
}

static bool same_row(struct op *op, size_t i, const struct reply *r, struct err *e)
{
    struct op_target *t = &op->targets[i];
    long row = target_row(op, t, r);

    if (row < 0)
        return err_set(e, ERR_GONE, "%s is gone: it ended by itself", t->id);
    if (!target_same(op, t, &op->sides[i], r, (size_t)row, e))
        return false;
    target_refresh(op, t, &op->sides[i], r, (size_t)row);
    return true;
}

static void take_plan_read(struct op *op, size_t i, const struct reply *r)
{
    struct err e;

    if (r->err) {
        refuse(op, i, r->err);
    } else if (!same_row(op, i, r, &e)) {
        refuse(op, i, &e);
    } else if (op->sides[i].killed) {
        err_set(&e, ERR_REFUSED, "%s was killed already and is ending: %s", op->targets[i].id,
                op->sides[i].idle ? "it goes when its client sends something or its time is over" : "rolling back takes its time");
        refuse(op, i, &e);
    } else {
        steps_begin(op, i, STEP_READY);
    }
}

static void take_plan_record(struct op *op, size_t i, const struct reply *r)
{
    op->targets[i].stage = OP_REFUSED;
    steps_begin(op, i, STEP_OVER);
}

static void take_request(struct op *op, size_t i, const struct reply *r)
{
    struct err e;

    if (!r->err) {
        steps_begin(op, i, STEP_RUN_SERVER);
        return;
    }
    err_set(&e, ERR_NOT_AUDITED, "nothing was sent, because it cannot be written to the audit log: %s", r->err->words);
    op->targets[i].err = e;
    op->targets[i].stage = OP_REFUSED; /* nor can that be recorded */
    steps_begin(op, i, STEP_OVER);
}

static void take_run_server(struct op *op, size_t i, const struct reply *r)
{
    struct side *s = &op->sides[i];
    char now[sizeof s->server] = "";
    struct err e;

    if (r->err && !has_no_id(r)) {
        refuse(op, i, r->err);
        return;
    }
    if (!r->err)
        server_ids(r, now, sizeof now);
    if (strcmp(now, s->server) != 0) {
        err_set(&e, ERR_REFUSED, "another server answers at this address now (%s instead of %s): nothing was sent",
                *now ? now : "without an id", *s->server ? s->server : "one without an id");
        refuse(op, i, &e);
        return;
    }
    s->connection = r->connection;
    steps_begin(op, i, STEP_RUN_READ);
}

static void take_run_read(struct op *op, size_t i, const struct reply *r)
{
    struct err e;

    if (r->err)
        refuse(op, i, r->err);
    else if (!same_row(op, i, r, &e))
        refuse(op, i, &e);
    else
        steps_begin(op, i, STEP_KILL);
}

/* What the server says of a kill: true when it took it. */
static bool accepted(struct op *op, size_t i, const struct reply *r, struct err *e)
{
    const char *id = op->targets[i].id, *said = value_str(reply_cell(r, 0, "message"), "");

    if (r->nrows == 0)
        return err_set(e, ERR_GONE, "nothing was killed: %s ended just now, or its id is another one's by now", id);
    if (str_ifind(said, strlen(said), "not found") || str_starts(said, "No "))
        return err_set(e, ERR_GONE, "%s is gone: the server says '%s'", id, said);
    if (str_starts(said, "Unable") || str_starts(said, "Cannot") || str_starts(said, "Failed"))
        return err_set(e, ERR_SERVER, "the server did not kill %s: '%s'", id, said);
    return true;
}

static void take_kill(struct op *op, size_t i, const struct reply *r)
{
    struct side *s = &op->sides[i];
    struct err e;

    if (r->err) {
        bool unsure = r->err->kind == ERR_TIMEOUT || r->err->kind == ERR_UNREACHABLE || r->err->kind == ERR_CANCELLED;
        op->targets[i].err = *r->err;
        if (!unsure) {
            op_fail_target(op, i, r->err->kind == ERR_READ_ONLY ? OP_REFUSED : OP_FAILED, r->err);
            return;
        }
        /* it may have been carried out: only looking at the target can tell */
    } else if (!accepted(op, i, r, &e)) {
        op_fail_target(op, i, e.kind == ERR_GONE ? OP_REFUSED : OP_FAILED, &e);
        return;
    }
    s->other_connection = s->connection && r->connection && s->connection != r->connection;
    if (!r->err)
        snprintf(s->said, sizeof s->said, "%s", value_str(reply_cell(r, 0, "message"), ""));
    s->wait_ms = FOLLOW_FIRST_MS;
    s->killed = false;
    steps_begin(op, i, STEP_FOLLOW);
    s->not_before_ms = clock_mono_ms() + FOLLOW_FIRST_MS / 5; /* most are gone at once */
}

static void gone(struct op *op, size_t i)
{
    struct side *s = &op->sides[i];
    struct err e;

    err_set(&e, ERR_NONE, "gone%s%s%s", *s->said ? "; the server said: " : "", s->said,
            s->other_connection ? " (the server's identity was checked over another connection)" : "");
    op_fail_target(op, i, OP_DONE, &e);
}

static void unmoved(struct op *op, size_t i)
{
    struct err e;

    err_set(&e, ERR_SERVER, "the kill was sent a minute ago, but %s shows no sign of it%s%s", op->targets[i].id,
            *op->sides[i].said ? "; the server said: " : "", op->sides[i].said);
    op_fail_target(op, i, OP_FAILED, &e);
}

static void still_there(struct op *op, size_t i)
{
    struct side *s = &op->sides[i];
    int64_t since = clock_mono_ms() - s->began_ms;
    struct err *e = &op->targets[i].err;

    if (!s->killed && since >= UNMOVED_MS)
        unmoved(op, i);
    else if (!s->killed)
        err_set(e, ERR_NONE, "requested");
    else if (s->idle && since > WORDS_MS)
        err_set(e, ERR_NONE, "terminating: it is idle and goes when its client sends something or its time is over");
    else
        err_set(e, ERR_NONE, "terminating%s", since > WORDS_MS ? ": rolling back may take as long as its work did" : "");
}

/* It cannot be looked at: the kill was sent, so this is no refusal; it is told, and given up after a while. */
static void out_of_sight(struct op *op, size_t i, const struct err *why)
{
    struct side *s = &op->sides[i];
    int64_t now = clock_mono_ms();
    struct err e;

    if (!s->lost_ms)
        s->lost_ms = now;
    err_set(&e, why->kind, "the kill was sent, but whether it is gone cannot be seen: %s", why->words);
    if (now - s->lost_ms >= LOST_MS)
        op_fail_target(op, i, OP_FAILED, &e);
    else
        op->targets[i].err = e;
}

static void take_follow(struct op *op, size_t i, const struct reply *r)
{
    struct op_target *t = &op->targets[i];
    struct side *s = &op->sides[i];
    struct err other;

    s->not_before_ms = clock_mono_ms() + s->wait_ms;
    s->wait_ms = s->wait_ms * 2 < FOLLOW_MOST_MS ? s->wait_ms * 2 : FOLLOW_MOST_MS;
    if (r->err) {
        out_of_sight(op, i, r->err);
        return;
    }
    s->lost_ms = 0;
    long row = target_row(op, t, r);
    bool same = row >= 0 && target_same(op, t, s, r, (size_t)row, &other);
    if (!same && (row < 0 || other.kind == ERR_GONE)) {
        gone(op, i);
        return;
    }
    if (!same) {
        out_of_sight(op, i, &other);
        return;
    }
    struct op_target seen = *t; /* what was chosen stays as it was shown */
    target_refresh(op, &seen, s, r, (size_t)row);
    t->elapsed_ms = seen.elapsed_ms;
    still_there(op, i);
}

static void take_record(struct op *op, size_t i, const struct reply *r)
{
    struct op_target *t = &op->targets[i];

    t->stage = op->sides[i].final;
    if (r->err) {
        struct err e = t->err;
        err_set(&t->err, e.kind, "%.200s; this end could not be written to the audit log: %.150s", e.words, r->err->words);
    }
    steps_begin(op, i, STEP_OVER);
}

/* ---- the table ---- */

static const struct {
    void (*ask)(struct op *, size_t);
    void (*take)(struct op *, size_t, const struct reply *);
    enum op_stage stage; /* of the target while it is there */
} steps[NSTEPS] = {
    [STEP_PLAN_SERVER] = {ask_server, take_plan_server, OP_PLANNING},
    [STEP_PLAN_READ] = {ask_target, take_plan_read, OP_PLANNING},
    [STEP_PLAN_RECORD] = {ask_record, take_plan_record, OP_PLANNING},
    [STEP_READY] = {NULL, NULL, OP_PLANNED},
    [STEP_REQUEST] = {ask_request, take_request, OP_RUNNING},
    [STEP_RUN_SERVER] = {ask_server, take_run_server, OP_RUNNING},
    [STEP_RUN_READ] = {ask_target, take_run_read, OP_RUNNING},
    [STEP_KILL] = {ask_kill, take_kill, OP_RUNNING},
    [STEP_FOLLOW] = {ask_target, take_follow, OP_VERIFYING},
    [STEP_RECORD] = {ask_record, take_record, OP_VERIFYING},
    [STEP_OVER] = {NULL, NULL, OP_DONE},
};

bool step_is_at_rest(enum step s)
{
    return !steps[s].ask;
}

void steps_begin(struct op *op, size_t i, enum step step)
{
    struct side *s = &op->sides[i];

    s->step = step;
    s->not_before_ms = 0;
    s->busy = 0;
    if (step != STEP_OVER && step != STEP_RECORD) /* those leave what came of it */
        op->targets[i].stage = steps[step].stage;
    op->changed = true;
}

/* Read-only holds here by itself, whatever stands between us and the server. */
static bool may_kill(struct op *op, size_t i)
{
    struct op_rules *rules = &op->ops->rules;
    struct err e;

    if (op->sides[i].step != STEP_KILL || !rules->read_only(rules->data, op->targets[i].instance))
        return true;
    err_set(&e, ERR_READ_ONLY, "this instance is read-only: nothing was sent");
    refuse(op, i, &e);
    return false;
}

bool steps_ask(struct op *op, size_t i)
{
    if (!may_kill(op, i))
        return false;
    op->cursor = i;
    steps[op->sides[i].step].ask(op, i);
    return true;
}

static bool wait_while_busy(struct op *op, size_t i, const struct reply *r)
{
    struct side *s = &op->sides[i];

    if (!r->err || r->err->kind != ERR_BUSY || s->step == STEP_FOLLOW || ++s->busy > BUSY_TIMES)
        return false;
    s->not_before_ms = clock_mono_ms() + BUSY_AGAIN_MS;
    return true;
}

/* What came of what the step wanted. */
static void steps_take(struct op *op, size_t i, const struct reply *r)
{
    op->changed = true;
    if (!wait_while_busy(op, i, r))
        steps[op->sides[i].step].take(op, i, r);
}

static void on_reply(void *ctx, const struct reply *r)
{
    struct op_call *c = ctx;
    struct op *op = c->op;

    if (!r->last)
        return;
    free(c);
    if (op) {
        op->open = NULL;
        steps_take(op, op->cursor, r);
        op_went_on(op);
    }
}
