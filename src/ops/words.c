/* What a person reads of an op: the plan, what must be typed, how far it is. */
#include "ops/inside.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

/* Name, or the address. */
static const char *op_where(const struct ops *o, uint32_t instance)
{
    const char *name = o->rules.instance_name(o->rules.data, instance);

    return name && *name ? name : o->rules.instance_address(o->rules.data, instance);
}

const char *op_verb(const struct op *op)
{
    return op->kind == OP_KILL_TRANSACTION ? "kill transaction" : "kill connection";
}

/* ---- what must be typed ---- */

static bool target_needs_name(const struct op *op, size_t i)
{
    const struct op_rules *rules = &op->ops->rules;
    const struct op_target *t = &op->targets[i];

    return rules->critical(rules->data, t->instance) || target_is_system(t) || *op->sides[i].outer;
}

/* "yes", or the digits at the end of the id: they show that it was read. */
static void add_short_answer(const struct op_target *t, struct text *out)
{
    const char *digits = target_short_id(t);

    text_adds(out, "yes");
    if (isdigit((unsigned char)*digits))
        text_addf(out, "|%s", digits);
}

/* The names of the instances that something is about to happen on, each once, joined by commas. */
static void add_names(const struct op *op, struct text *out)
{
    for (size_t i = 0; i < op->n; i++) {
        bool before = false;
        if (op->sides[i].step != STEP_READY)
            continue;
        for (size_t k = 0; k < i; k++)
            before |= op->sides[k].step == STEP_READY && op->targets[k].instance == op->targets[i].instance;
        if (!before)
            text_addf(out, "%s%s", out->len ? "," : "", op_where(op->ops, op->targets[i].instance));
    }
}

void op_set_expect(struct op *op)
{
    struct text out;
    size_t ready = 0, one = 0;
    bool name = false;

    for (size_t i = 0; i < op->n; i++) {
        if (op->sides[i].step != STEP_READY)
            continue;
        ready++;
        one = i;
        name |= target_needs_name(op, i);
    }
    text_init(&out, 0);
    if (ready > 1 || name)
        add_names(op, &out);
    else if (ready == 1)
        add_short_answer(&op->targets[one], &out);
    free(op->expect);
    op->expect = text_steal(&out);
}

/* ---- the plan ---- */

static void add_target(const struct op *op, size_t i, struct text *out)
{
    const struct op_target *t = &op->targets[i];
    const struct side *s = &op->sides[i];
    char age[16];

    text_addf(out, "%s%s\n  user      %s", t->id, t->hidden ? "  (hidden by the filter)" : "", *t->user ? t->user : "(none)");
    if (*t->database)
        text_addf(out, ", database %s", t->database);
    text_addf(out, "\n  open for  %s, since %s\n", duration_short(t->elapsed_ms, age, sizeof age), s->started);
    if (op->kind == OP_KILL_CONNECTION && *t->query)
        text_adds(out, "  client    ");
    else if (op->kind == OP_KILL_TRANSACTION)
        text_adds(out, *t->query ? "  query     " : "  query     none: idle in the transaction");
    text_add_squeezed(out, t->query, strlen(t->query));
    if (op->kind == OP_KILL_TRANSACTION || *t->query)
        text_addc(out, '\n');
}

static void add_warnings(const struct op *op, size_t i, struct text *out)
{
    const struct op_rules *rules = &op->ops->rules;
    const struct op_target *t = &op->targets[i];
    const struct side *s = &op->sides[i];

    if (*s->outer)
        text_addf(out, "  ! it is an inner transaction of %s, which will fail, too\n", s->outer);
    if (target_is_system(t))
        text_adds(out, "  ! it works on the system database: users, roles, databases\n");
    if (s->own)
        text_adds(out, "  ! it is neodeck's own, of this console or another one\n");
    if (rules->critical(rules->data, t->instance))
        text_addf(out, "  ! %s is marked as critical\n", op_where(op->ops, t->instance));
}

static void add_refusals(const struct op *op, struct text *out)
{
    bool any = false;

    for (size_t i = 0; i < op->n; i++) {
        if (op->sides[i].step == STEP_READY || !*op->targets[i].err.words)
            continue;
        if (!any)
            text_adds(out, "not possible:\n");
        any = true;
        text_addf(out, "  %s: %s\n", op->targets[i].id, op->targets[i].err.words);
    }
}

static void add_what_runs(const struct op *op, struct text *out)
{
    if (op->kind == OP_KILL_TRANSACTION)
        text_adds(out, "\nWhat it did is rolled back, which may take as long as it ran.\nServer, start time and user are compared once more "
                       "just before.\n");
    else
        text_adds(out, "\nIts transactions are rolled back; the client may connect again at once.\nServer, connect time and user are "
                       "compared once more just before.\n");
    if (op->ops->rules.owner)
        text_addf(out, "The audit log will say: %s.\n", op->ops->rules.owner);
}

static void add_heading(const struct op *op, uint32_t instance, struct text *out)
{
    size_t n = 0;

    for (size_t i = 0; i < op->n; i++)
        n += op->targets[i].instance == instance && op->sides[i].step == STEP_READY;
    if (n > 1)
        text_addf(out, "kill %zu %s", n, op->kind == OP_KILL_TRANSACTION ? "transactions" : "connections");
    else
        text_adds(out, op_verb(op));
    text_addf(out, " on %s (%s):\n", op_where(op->ops, instance), op->ops->rules.instance_address(op->ops->rules.data, instance));
}

/* The instances one after the other, in the order of their first target. */
static void add_ready(const struct op *op, struct text *out)
{
    for (size_t i = 0; i < op->n; i++) {
        uint32_t instance = op->targets[i].instance;
        bool before = false;
        for (size_t k = 0; k < i; k++)
            before |= op->sides[k].step == STEP_READY && op->targets[k].instance == instance;
        if (before || op->sides[i].step != STEP_READY)
            continue;
        add_heading(op, instance, out);
        for (size_t k = i; k < op->n; k++) {
            if (op->targets[k].instance != instance || op->sides[k].step != STEP_READY)
                continue;
            add_target(op, k, out);
            add_warnings(op, k, out);
        }
    }
}

void op_describe_targets(const struct ops *o, unsigned id, struct text *out)
{
    const struct op *op = op_find(o, id);

    if (!op)
        return;
    add_ready(op, out);
    add_refusals(op, out);
}

void op_describe_run(const struct ops *o, unsigned id, struct text *out)
{
    const struct op *op = op_find(o, id);

    if (op && op->expect && *op->expect)
        add_what_runs(op, out);
}

const char *op_expect(const struct ops *o, unsigned id)
{
    const struct op *op = op_find(o, id);

    return op && op->expect ? op->expect : "";
}

/* ---- progress ---- */

/* Confirmed, but its line is not in the audit log yet: nothing was requested. */
static bool is_unrecorded(const struct op *op, size_t i)
{
    return op->targets[i].stage == OP_RUNNING && op->sides[i].step <= STEP_REQUEST;
}

static const char *state_word(const struct op *op, size_t i)
{
    const struct op_target *t = &op->targets[i];

    switch (t->stage) {
    case OP_PLANNING: return "looking at it";
    case OP_PLANNED: return "not confirmed yet";
    case OP_REFUSED: return *t->err.words ? t->err.words : "refused";
    case OP_RUNNING: return is_unrecorded(op, i) ? "writing the audit log" : "requested";
    case OP_VERIFYING: return *t->err.words ? t->err.words : "requested";
    case OP_DONE: return "gone";
    case OP_FAILED: return *t->err.words ? t->err.words : "failed";
    }
    return "";
}

static int64_t op_elapsed(const struct op *op)
{
    int64_t began = 0;

    for (size_t i = 0; i < op->n; i++)
        if (op->sides[i].began_ms && (!began || op->sides[i].began_ms < began))
            began = op->sides[i].began_ms;
    return began ? clock_mono_ms() - began : 0;
}

static void add_count(size_t n, const char *words, const char **sep, struct text *out)
{
    if (!n)
        return;
    text_addf(out, "%s%zu %s", *sep, n, words);
    *sep = ", ";
}

static void add_counts(const struct op *op, struct text *out)
{
    static const char *const words[] = {[OP_PLANNING] = "looked at", [OP_PLANNED] = "not confirmed", [OP_REFUSED] = "refused",
                                        [OP_RUNNING] = "requested", [OP_VERIFYING] = "terminating", [OP_DONE] = "gone",
                                        [OP_FAILED] = "failed"};
    const char *sep = "";
    size_t unrecorded = 0;

    for (size_t i = 0; i < op->n; i++)
        unrecorded += is_unrecorded(op, i);
    add_count(unrecorded, "going into the audit log", &sep, out);
    for (enum op_stage stage = OP_PLANNING; stage <= OP_FAILED; stage++) {
        size_t n = 0;
        for (size_t i = 0; i < op->n; i++)
            n += op->targets[i].stage == stage;
        add_count(n - (stage == OP_RUNNING ? unrecorded : 0), words[stage], &sep, out);
    }
}

bool op_requested(const struct ops *o, unsigned id)
{
    const struct op *op = op_find(o, id);

    for (size_t i = 0; op && i < op->n; i++)
        if (is_unrecorded(op, i))
            return false;
    return op && op->confirmed;
}

static bool one_instance(const struct op *op)
{
    for (size_t i = 1; i < op->n; i++)
        if (op->targets[i].instance != op->targets[0].instance)
            return false;
    return true;
}

void op_progress(const struct ops *o, unsigned id, struct text *out)
{
    const struct op *op = op_find(o, id);
    const char *verb = "killing";
    char buf[16];

    if (!op || op->n == 0)
        return;
    if (op->stage == OP_DONE)
        verb = "killed";
    else if (op->stage == OP_FAILED || op->stage == OP_REFUSED)
        verb = "not killed:";
    if (op->n == 1)
        text_addf(out, "%s %s on %s", verb, target_short_id(&op->targets[0]), op_where(o, op->targets[0].instance));
    else
        text_addf(out, "%s %zu%s%s", verb, op->n, one_instance(op) ? " on " : "", one_instance(op) ? op_where(o, op->targets[0].instance) : "");
    if (op->confirmed) /* before the words, which may be long */
        text_addf(out, ", %s", duration_short(op_elapsed(op), buf, sizeof buf));
    text_adds(out, ": ");
    if (op->n == 1)
        text_adds(out, state_word(op, 0));
    else
        add_counts(op, out);
}
