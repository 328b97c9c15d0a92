/* Lines for the audit log: where, what, with which parameters, the state before, what came of it, how long it took. */
#include "ops/inside.h"

#include <string.h>
#include "base/clock.h"

static void add_parameters(const struct op_target *t, const struct side *s, struct text *out)
{
    text_addf(out, "user=%s started=%s", t->user, s->started);
    if (*t->database)
        text_addf(out, " database=%s", t->database);
}

static void add_before(const struct op_target *t, const struct side *s, struct text *out)
{
    char buf[16];

    if (*s->status)
        text_addf(out, "%s, ", s->status);
    text_addf(out, "open for %s", duration_short(t->elapsed_ms, buf, sizeof buf));
    if (*t->query) {
        text_adds(out, ": ");
        text_add_squeezed(out, t->query, strlen(t->query));
    }
}

ticket record_submit(struct op *op, size_t i, const char *result, reply_fn *fn, void *ctx)
{
    const struct op_target *t = &op->targets[i];
    const struct side *s = &op->sides[i];
    struct op_rules *rules = &op->ops->rules;
    struct text parameters, before;

    text_init(&parameters, 1024);
    text_init(&before, 1024);
    add_parameters(t, s, &parameters);
    add_before(t, s, &before);
    struct audit line = {
        .time_ms = clock_wall_ms(),
        .took_ms = s->began_ms ? clock_mono_ms() - s->began_ms : 0,
        .owner = rules->owner,
        .instance = rules->instance_name(rules->data, t->instance),
        .address = rules->instance_address(rules->data, t->instance),
        .action = op_verb(op),
        .target = t->id,
        .parameters = parameters.s,
        .before = before.s,
        .result = result,
        .words = t->err.words,
    };
    struct ask a = {.kind = ASK_AUDIT, .instance = t->instance, .u.audit = &line};
    ticket id = port_submit(&op->ops->store, &a, fn, ctx);
    text_release(&parameters);
    text_release(&before);
    return id;
}
