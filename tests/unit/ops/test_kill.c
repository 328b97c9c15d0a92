#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "ops/ops.h"
#include "support/fakeport.h"

#define STARTED "2026-11-22T15:23:08.43Z"
#define STARTED_MS INT64_C(1795360988430)

/* ---- the scene: two instances, a server and a store that the test plays ---- */

struct scene {
    struct fakeport servers, store;
    struct ops *ops;
    bool read_only, critical;
    unsigned news, wakes;
};

static void on_wake(void *data)
{
    ((struct scene *)data)->wakes++;
}

static bool read_only(void *data, uint32_t instance)
{
    return ((struct scene *)data)->read_only;
}

static bool critical(void *data, uint32_t instance)
{
    return ((struct scene *)data)->critical;
}

static const char *name(void *data, uint32_t instance)
{
    return instance ? "stage" : "prod-1";
}

static const char *address(void *data, uint32_t instance)
{
    return "http://db1:7474";
}

static void on_news(void *data, unsigned op)
{
    ((struct scene *)data)->news++;
}

static int begin(void **state)
{
    struct scene *s = x_calloc(1, sizeof *s);
    clock_freeze(STARTED_MS + 60 * 1000);
    s->ops = ops_new(fakeport_of(&s->servers), fakeport_of(&s->store),
                     (struct op_rules){s, read_only, critical, name, address, "root@db1"});
    ops_on_wake(s->ops, on_wake, s);
    *state = s;
    return 0;
}

static int end(void **state)
{
    struct scene *s = *state;
    ops_free(s->ops);
    fake_settle_cancelled(&s->servers);
    for (struct fakeask *k; (k = fake_waiting(&s->servers, ASK_STATEMENT, STMT_NONE, UINT32_MAX));)
        fake_reply(&s->servers, k->id, (struct reply){.last = true});
    for (struct fakeask *k; (k = fake_waiting(&s->store, ASK_AUDIT, STMT_NONE, UINT32_MAX));)
        fake_reply(&s->store, k->id, (struct reply){.last = true});
    fakeport_release(&s->servers);
    fakeport_release(&s->store);
    free(s);
    return 0;
}

static struct op_target target(const char *id)
{
    struct op_target t = {.instance = 0, .started_ms = STARTED_MS, .elapsed_ms = 1000};
    snprintf(t.id, sizeof t.id, "%s", id);
    snprintf(t.user, sizeof t.user, "app");
    snprintf(t.database, sizeof t.database, "neo4j");
    return t;
}

/* ---- what the server says ---- */

static void say_server(struct scene *s, const char *id)
{
    static const char *const names[] = {"name", "serverID"};
    struct value row[] = {v_text("system"), v_text(id)};
    fake_rows(&s->servers, STMT_SERVER_ID, UINT32_MAX, names, 2, row, 1);
}

struct shown {
    const char *id, *started, *user, *status, *query, *database, *outer;
    bool own;
};

static const struct shown usual = {"neo4j-transaction-42", STARTED, "app", "Running", "MATCH (n)\n  RETURN n", "neo4j", "", false};

static void say_transaction(struct scene *s, const struct shown *t)
{
    static const char *const names[] = {"transactionId", "startTime", "username", "status", "currentQuery", "currentQueryId",
                                        "database", "outerTransactionId", "elapsedTime", "parameters"};
    struct value own[] = {v_text("neodeck"), v_text("x1")};
    struct value parameters = {.type = V_MAP, .len = t && t->own ? 2 : 0, .u.list = own};
    if (!t) {
        fake_rows(&s->servers, STMT_TRANSACTION, UINT32_MAX, names, 10, NULL, 0);
        return;
    }
    struct value row[] = {v_text(t->id), v_text(t->started), v_text(t->user), v_text(t->status), v_text(t->query),
                          v_text(*t->query ? "query-7" : ""), v_text(t->database), v_text(t->outer), v_text("PT12M4S"), parameters};
    fake_rows(&s->servers, STMT_TRANSACTION, UINT32_MAX, names, 10, row, 1);
}

static void say_killed(struct scene *s, const char *message)
{
    static const char *const names[] = {"transactionId", "username", "message"};
    struct value row[] = {v_text("neo4j-transaction-42"), v_text("app"), v_text(message)};
    fake_rows(&s->servers, STMT_KILL_TRANSACTION, UINT32_MAX, names, 3, row, message ? 1 : 0);
}

/* The audit log takes the line; returns what it says. */
static const struct audit *say_audited(struct scene *s, const char *result)
{
    struct fakeask *k = fake_waiting(&s->store, ASK_AUDIT, STMT_NONE, UINT32_MAX);
    assert_non_null(k);
    assert_string_equal(k->audit.result, result);
    size_t at = (size_t)(k - s->store.asks);
    fake_reply(&s->store, k->id, (struct reply){.last = true});
    return &s->store.asks[at].audit;
}

static unsigned planned(struct scene *s, const struct op_target *t, const struct shown *now)
{
    unsigned op = op_plan(s->ops, OP_KILL_TRANSACTION, t, 1, on_news, s);
    say_server(s, "srv-1");
    say_transaction(s, now);
    return op;
}

static bool nothing_was_killed(struct scene *s)
{
    for (size_t i = 0; i < s->servers.n; i++)
        if (statement_effect(s->servers.asks[i].ask.u.statement.id) == EFFECT_CHANGES)
            return false;
    return true;
}

/* ---- tests ---- */

static void describe(const struct scene *s, unsigned op, struct text *out)
{
    op_describe_targets(s->ops, op, out);
    op_describe_run(s->ops, op, out);
}

static void a_kill_from_plan_to_gone(void **state)
{
    struct scene *s = *state;
    struct op_target t = target("neo4j-transaction-42");
    struct text out;
    size_t n;

    unsigned op = planned(s, &t, &usual);
    assert_int_equal(op_stage(s->ops, op), OP_PLANNED);
    assert_string_equal(op_expect(s->ops, op), "yes|42");
    text_init(&out, 0);
    describe(s, op, &out);
    assert_non_null(strstr(out.s, "prod-1"));
    assert_non_null(strstr(out.s, "MATCH (n) RETURN n"));
    assert_non_null(strstr(out.s, "12m04"));
    assert_non_null(strstr(out.s, "user      app, database neo4j"));
    assert_int_equal(s->store.n, 0); /* nothing is recorded before a person said yes */
    assert_true(nothing_was_killed(s));

    op_confirm(s->ops, op);
    assert_int_equal(op_stage(s->ops, op), OP_RUNNING);
    assert_null(fake_waiting(&s->servers, ASK_STATEMENT, STMT_NONE, UINT32_MAX)); /* the audit log first */
    assert_false(op_requested(s->ops, op));
    text_clear(&out);
    op_progress(s->ops, op, &out);
    assert_null(strstr(out.s, "requested"));
    assert_non_null(strstr(out.s, "writing the audit log"));
    const struct audit *line = say_audited(s, "requested");
    assert_true(op_requested(s->ops, op));
    text_clear(&out);
    op_progress(s->ops, op, &out);
    assert_non_null(strstr(out.s, "requested"));
    assert_string_equal(line->action, "kill transaction");
    assert_string_equal(line->target, "neo4j-transaction-42");
    assert_string_equal(line->owner, "root@db1");
    assert_string_equal(line->instance, "prod-1");
    assert_string_equal(line->parameters, "user=app started=" STARTED " database=neo4j");
    assert_non_null(strstr(line->before, "Running, open for 12m04: MATCH (n) RETURN n"));
    say_server(s, "srv-1");
    say_transaction(s, &usual);

    struct fakeask *kill = fake_waiting(&s->servers, ASK_STATEMENT, STMT_KILL_TRANSACTION, 0);
    assert_non_null(kill);
    assert_int_equal(kill->ask.u.statement.nparams, 3);
    assert_string_equal(kill->ask.u.statement.params[0].name, "id");
    assert_string_equal(value_str(kill->ask.u.statement.params[1].value, ""), STARTED); /* as the server printed it */
    assert_string_equal(value_str(kill->ask.u.statement.params[2].value, ""), "app");
    say_killed(s, "Transaction terminated.");
    assert_int_equal(op_stage(s->ops, op), OP_VERIFYING);
    assert_int_equal(ops_running(s->ops), 1);
    assert_int_equal(s->wakes, 6); /* each answer: the time for the next look is known now */

    int64_t wait = ops_step(s->ops, clock_mono_ms());
    assert_in_range(wait, 1, 500);
    clock_advance(wait);
    assert_int_equal(ops_step(s->ops, clock_mono_ms()), -1);
    struct shown ending = usual;
    ending.status = "Terminated with reason: Status.Code[Neo.ClientError.Transaction.Terminated]";
    say_transaction(s, &ending);
    text_clear(&out);
    op_progress(s->ops, op, &out);
    assert_string_equal(out.s, "killing 42 on prod-1, 100ms: terminating");

    wait = ops_step(s->ops, clock_mono_ms());
    assert_int_equal(wait, 500);
    clock_advance(wait);
    ops_step(s->ops, clock_mono_ms());
    say_transaction(s, NULL);
    assert_int_equal(op_stage(s->ops, op), OP_VERIFYING); /* until the end is recorded */
    line = say_audited(s, "done");
    assert_int_equal(line->took_ms, 600);
    assert_int_equal(op_stage(s->ops, op), OP_DONE);
    assert_int_equal(op_targets(s->ops, op, &n)[0].stage, OP_DONE);
    assert_int_equal(op_error(s->ops, op)->kind, ERR_NONE);
    assert_non_null(strstr(op_error(s->ops, op)->words, "Transaction terminated."));
    assert_int_equal(ops_running(s->ops), 0);
    assert_true(s->news >= 5);
    op_drop(s->ops, op);
    assert_int_equal(s->store.n, 2);
    text_release(&out);
}

static void a_plan_refuses_what_is_another_one(void **state)
{
    struct scene *s = *state;
    static const struct {
        struct shown now;
        bool there;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {{0}, false, ERR_GONE, "is gone"},
        {{"neo4j-transaction-42", "2026-11-22T15:23:08.431Z", "app", "Running", "", "neo4j", "", false}, true, ERR_GONE, "began at"},
        {{"neo4j-transaction-42", STARTED, "etl", "Running", "", "neo4j", "", false}, true, ERR_GONE, "belongs to 'etl'"},
        {{"neo4j-transaction-420", STARTED, "app", "Running", "", "neo4j", "", false}, true, ERR_GONE, "is gone"},
        {{"neo4j-transaction-42", "soon", "app", "Running", "", "neo4j", "", false}, true, ERR_SHAPE, "no start time"},
        {{"neo4j-transaction-42", STARTED, "app", "Terminated with reason: x", "", "neo4j", "", false}, true, ERR_REFUSED, "killed already"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct op_target t = target("neo4j-transaction-42");
        unsigned op = planned(s, &t, cases[i].there ? &cases[i].now : NULL);
        const struct audit *line = say_audited(s, "refused");
        assert_non_null(strstr(line->words, cases[i].words));
        assert_int_equal(op_stage(s->ops, op), OP_REFUSED);
        assert_int_equal(op_error(s->ops, op)->kind, cases[i].kind);
        assert_string_equal(op_expect(s->ops, op), "");
        op_confirm(s->ops, op); /* not possible any more */
        ops_step(s->ops, clock_mono_ms());
        assert_true(nothing_was_killed(s));
        op_drop(s->ops, op);
    }
}

static void an_id_that_is_none_is_not_sent(void **state)
{
    struct scene *s = *state;
    static const char *const bad[] = {"", "42", "neo4j-transaction-", "neo4j-transaction-4' OR", "bolt-7"};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct op_target t = target(bad[i]);
        unsigned op = op_plan(s->ops, OP_KILL_TRANSACTION, &t, 1, on_news, s);
        assert_int_equal(s->servers.n, 0);
        say_audited(s, "refused");
        assert_int_equal(op_error(s->ops, op)->kind, ERR_USAGE);
    }
}

/* The start time may come as a time instead of a text (Cypher 25): it is sent as servers print it. */
static void a_start_time_is_sent_as_servers_print_it(void **state)
{
    struct scene *s = *state;
    static const char *const names[] = {"transactionId", "startTime", "username"};
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {{STARTED_MS, STARTED}, {STARTED_MS - 430, "2026-11-22T15:23:08Z"}, {STARTED_MS + 3, "2026-11-22T15:23:08.433Z"},
                 {STARTED_MS - 30, "2026-11-22T15:23:08.4Z"}, {STARTED_MS - 8430, "2026-11-22T15:23:00Z"}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct op_target t = target("neo4j-transaction-42");
        t.started_ms = 0; /* a bare id was given */
        t.user[0] = '\0';
        unsigned op = op_plan(s->ops, OP_KILL_TRANSACTION, &t, 1, NULL, NULL);
        say_server(s, "srv-1");
        struct value row[] = {v_text(t.id), v_time(cases[i].ms), v_text("app")};
        fake_rows(&s->servers, STMT_TRANSACTION, 0, names, 3, row, 1);
        op_confirm(s->ops, op);
        say_audited(s, "requested");
        say_server(s, "srv-1");
        fake_rows(&s->servers, STMT_TRANSACTION, 0, names, 3, row, 1);
        struct fakeask *kill = fake_waiting(&s->servers, ASK_STATEMENT, STMT_KILL_TRANSACTION, 0);
        assert_string_equal(value_str(kill->ask.u.statement.params[1].value, ""), cases[i].text);
        assert_string_equal(value_str(kill->ask.u.statement.params[2].value, ""), "app");
        say_killed(s, NULL);
        say_audited(s, "refused");
        op_drop(s->ops, op);
    }
}

static void read_only_is_refused_without_any_guard(void **state)
{
    struct scene *s = *state;
    struct op_target t = target("neo4j-transaction-42");

    s->read_only = true;
    unsigned op = op_plan(s->ops, OP_KILL_TRANSACTION, &t, 1, on_news, s);
    assert_int_equal(s->news, 0); /* never from inside */
    assert_int_equal(s->servers.n, 0);
    say_audited(s, "refused");
    assert_int_equal(op_stage(s->ops, op), OP_REFUSED);
    assert_int_equal(op_error(s->ops, op)->kind, ERR_READ_ONLY);
    op_drop(s->ops, op);

    s->read_only = false; /* and when it becomes so between the plan and the kill */
    op = planned(s, &t, &usual);
    op_confirm(s->ops, op);
    say_audited(s, "requested");
    say_server(s, "srv-1");
    s->read_only = true;
    say_transaction(s, &usual);
    assert_true(nothing_was_killed(s));
    say_audited(s, "refused");
    assert_int_equal(op_error(s->ops, op)->kind, ERR_READ_ONLY);
    assert_int_equal(op_stage(s->ops, op), OP_REFUSED);
}

static void what_cannot_be_audited_is_not_done(void **state)
{
    struct scene *s = *state;
    struct op_target t = target("neo4j-transaction-42");
    unsigned op = planned(s, &t, &usual);

    op_confirm(s->ops, op);
    fake_fail(&s->store, ASK_AUDIT, STMT_NONE, UINT32_MAX, ERR_DISK, "disk full");
    assert_int_equal(op_stage(s->ops, op), OP_REFUSED);
    assert_int_equal(op_error(s->ops, op)->kind, ERR_NOT_AUDITED);
    assert_non_null(strstr(op_error(s->ops, op)->words, "disk full"));
    assert_true(nothing_was_killed(s));
}

static void another_server_is_refused(void **state)
{
    struct scene *s = *state;
    struct op_target t = target("neo4j-transaction-42");
    unsigned op = planned(s, &t, &usual);

    op_confirm(s->ops, op);
    say_audited(s, "requested");
    say_server(s, "srv-2");
    assert_true(nothing_was_killed(s));
    assert_non_null(strstr(say_audited(s, "refused")->words, "another server"));
    assert_int_equal(op_stage(s->ops, op), OP_REFUSED);
}

static void a_server_without_an_id_is_its_address(void **state)
{
    struct scene *s = *state;
    struct op_target t = target("neo4j-transaction-42");
    unsigned op = op_plan(s->ops, OP_KILL_TRANSACTION, &t, 1, on_news, s);

    fake_fail(&s->servers, ASK_STATEMENT, STMT_SERVER_ID, 0, ERR_VERSION, "came with 4.4");
    say_transaction(s, &usual);
    op_confirm(s->ops, op);
    say_audited(s, "requested");
    fake_fail(&s->servers, ASK_STATEMENT, STMT_SERVER_ID, 0, ERR_VERSION, "came with 4.4");
    say_transaction(s, &usual);
    assert_non_null(fake_waiting(&s->servers, ASK_STATEMENT, STMT_KILL_TRANSACTION, 0));
}

/* It is read again just before: what changed since the plan is not killed. */
static void the_target_is_read_again_before_the_kill(void **state)
{
    struct scene *s = *state;
    struct op_target t = target("neo4j-transaction-42");
    struct shown other = usual;

    other.started = "2026-11-22T16:00:00Z";
    for (int i = 0; i < 2; i++) {
        unsigned op = planned(s, &t, &usual);
        op_confirm(s->ops, op);
        say_audited(s, "requested");
        say_server(s, "srv-1");
        say_transaction(s, i ? &other : NULL);
        assert_true(nothing_was_killed(s));
        say_audited(s, "refused");
        assert_int_equal(op_error(s->ops, op)->kind, ERR_GONE);
        op_drop(s->ops, op);
    }
}

static void the_servers_answer_to_the_kill(void **state)
{
    struct scene *s = *state;
    static const struct {
        const char *message;
        enum op_stage stage;
        enum err_kind kind;
        const char *result;
    } cases[] = {
        {NULL, OP_REFUSED, ERR_GONE, "refused"},
        {"Transaction not found.", OP_REFUSED, ERR_GONE, "refused"},
        {"No Query found with this id", OP_REFUSED, ERR_GONE, "refused"},
        {"Unable to kill queries when underlying transaction is closed.", OP_FAILED, ERR_SERVER, "failed"},
        {"Transaction terminated.", OP_VERIFYING, ERR_NONE, NULL},
        {"Query found", OP_VERIFYING, ERR_NONE, NULL},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct op_target t = target("neo4j-transaction-42");
        unsigned op = planned(s, &t, &usual);
        op_confirm(s->ops, op);
        say_audited(s, "requested");
        say_server(s, "srv-1");
        say_transaction(s, &usual);
        say_killed(s, cases[i].message);
        if (cases[i].result)
            say_audited(s, cases[i].result);
        assert_int_equal(op_stage(s->ops, op), cases[i].stage);
        assert_int_equal(op_error(s->ops, op)->kind, cases[i].kind);
        if (cases[i].stage != OP_VERIFYING)
            op_drop(s->ops, op);
    }
}

static void what_must_be_typed(void **state)
{
    struct scene *s = *state;
    static const struct {
        struct shown now;
        bool critical;
        const char *expect, *words;
    } cases[] = {
        {{"neo4j-transaction-42", STARTED, "app", "Running", "x", "neo4j", "", false}, false, "yes|42", ""},
        {{"neo4j-transaction-42", STARTED, "app", "Running", "x", "neo4j", "", false}, true, "prod-1", "critical"},
        {{"neo4j-transaction-42", STARTED, "app", "Running", "x", "system", "", false}, false, "prod-1", "system database"},
        {{"neo4j-transaction-42", STARTED, "app", "Running", "x", "neo4j", "neo4j-transaction-7", false}, false, "prod-1", "inner transaction of neo4j-transaction-7"},
        {{"neo4j-transaction-42", STARTED, "app", "Running", "x", "neo4j", "", true}, false, "yes|42", "neodeck's own"},
        {{"neo4j-transaction-42", STARTED, "app", "Running", "", "neo4j", "", false}, false, "yes|42", "none: idle in the transaction"},
    };
    struct text out;

    text_init(&out, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct op_target t = target("neo4j-transaction-42");
        s->critical = cases[i].critical;
        unsigned op = planned(s, &t, &cases[i].now);
        assert_string_equal(op_expect(s->ops, op), cases[i].expect);
        text_clear(&out);
        describe(s, op, &out);
        assert_non_null(strstr(out.s, cases[i].words));
        op_drop(s->ops, op);
        assert_string_equal(say_audited(s, "refused")->words, "not confirmed");
    }
    text_release(&out);
}

static void several_want_the_name_and_refused_ones_are_told(void **state)
{
    struct scene *s = *state;
    struct op_target t[3] = {target("neo4j-transaction-42"), target("neo4j-transaction-43"), target("neo4j-transaction-44")};
    struct shown now = usual;
    struct text out;

    t[2].hidden = true;
    unsigned op = op_plan(s->ops, OP_KILL_TRANSACTION, t, 3, on_news, s);
    say_server(s, "srv-1");
    say_transaction(s, &now);
    say_server(s, "srv-1");
    say_transaction(s, NULL);
    say_audited(s, "refused");
    say_server(s, "srv-1");
    now.id = "neo4j-transaction-44";
    say_transaction(s, &now);
    assert_int_equal(op_stage(s->ops, op), OP_PLANNED);
    assert_string_equal(op_expect(s->ops, op), "prod-1");
    text_init(&out, 0);
    describe(s, op, &out);
    assert_non_null(strstr(out.s, "neo4j-transaction-44  (hidden by the filter)"));
    assert_non_null(strstr(out.s, "not possible:\n  neo4j-transaction-43: "));

    op_confirm(s->ops, op);
    for (int i = 0; i < 2; i++) {
        now.id = t[i * 2].id;
        say_audited(s, "requested");
        say_server(s, "srv-1");
        say_transaction(s, &now);
        say_killed(s, "Transaction terminated.");
    }
    text_clear(&out);
    op_progress(s->ops, op, &out);
    assert_string_equal(out.s, "killing 3 on prod-1, 0ms: 1 refused, 2 terminating");
    for (int i = 0; i < 2; i++) {
        clock_advance(100);
        ops_step(s->ops, clock_mono_ms());
        say_transaction(s, NULL);
        say_audited(s, "done");
    }
    assert_int_equal(op_stage(s->ops, op), OP_FAILED);
    assert_int_equal(op_error(s->ops, op)->kind, ERR_SOME_FAILED);
    assert_non_null(strstr(op_error(s->ops, op)->words, "2 of 3 gone"));
    text_release(&out);
}

static void an_idle_one_is_followed_with_words(void **state)
{
    struct scene *s = *state;
    struct op_target t = target("neo4j-transaction-42");
    struct shown idle = usual;
    size_t n;

    idle.query = "";
    unsigned op = planned(s, &t, &idle);
    op_confirm(s->ops, op);
    say_audited(s, "requested");
    say_server(s, "srv-1");
    say_transaction(s, &idle);
    say_killed(s, "Transaction terminated.");
    idle.status = "Terminated with reason: x";
    for (int i = 0; i < 40; i++) { /* over a minute: it never gives up on what is marked as terminated */
        clock_advance(2000);
        ops_step(s->ops, clock_mono_ms());
        say_transaction(s, &idle);
    }
    assert_int_equal(op_stage(s->ops, op), OP_VERIFYING);
    assert_non_null(strstr(op_targets(s->ops, op, &n)[0].err.words, "its client"));
    op_drop(s->ops, op); /* nobody looks any more, but the end is recorded */
    assert_int_equal(op_stage(s->ops, op), OP_VERIFYING);
    clock_advance(2000);
    ops_step(s->ops, clock_mono_ms());
    say_transaction(s, NULL);
    say_audited(s, "done");
    op_targets(s->ops, op, &n);
    assert_int_equal(n, 0);
}

static void one_that_takes_no_notice_fails(void **state)
{
    struct scene *s = *state;
    struct op_target t = target("neo4j-transaction-42");
    unsigned op = planned(s, &t, &usual);

    op_confirm(s->ops, op);
    say_audited(s, "requested");
    say_server(s, "srv-1");
    say_transaction(s, &usual);
    fake_fail(&s->servers, ASK_STATEMENT, STMT_KILL_TRANSACTION, 0, ERR_TIMEOUT, "no answer in 15s");
    assert_int_equal(op_stage(s->ops, op), OP_VERIFYING); /* it may have been carried out */
    for (int i = 0; i < 30; i++) {
        clock_advance(2000);
        ops_step(s->ops, clock_mono_ms());
        say_transaction(s, &usual);
    }
    say_audited(s, "failed");
    assert_int_equal(op_stage(s->ops, op), OP_FAILED);
    assert_non_null(strstr(op_error(s->ops, op)->words, "no sign"));
}

static void one_out_of_sight_is_given_up_after_a_minute(void **state)
{
    struct scene *s = *state;
    struct op_target t = target("neo4j-transaction-42");
    unsigned op = planned(s, &t, &usual);

    op_confirm(s->ops, op);
    say_audited(s, "requested");
    say_server(s, "srv-1");
    say_transaction(s, &usual);
    say_killed(s, "Transaction terminated.");
    for (int i = 0; i < 31; i++) {
        assert_int_equal(op_stage(s->ops, op), OP_VERIFYING);
        clock_advance(2000);
        ops_step(s->ops, clock_mono_ms());
        fake_fail(&s->servers, ASK_STATEMENT, STMT_TRANSACTION, 0, ERR_UNREACHABLE, "refused");
    }
    say_audited(s, "failed");
    assert_int_equal(op_stage(s->ops, op), OP_FAILED);
    assert_int_equal(op_error(s->ops, op)->kind, ERR_UNREACHABLE);
}

static void a_busy_server_is_asked_again(void **state)
{
    struct scene *s = *state;
    struct op_target t = target("neo4j-transaction-42");
    unsigned op = op_plan(s->ops, OP_KILL_TRANSACTION, &t, 1, on_news, s);

    say_server(s, "srv-1");
    fake_fail(&s->servers, ASK_STATEMENT, STMT_TRANSACTION, 0, ERR_BUSY, "asked already");
    assert_int_equal(op_stage(s->ops, op), OP_PLANNING);
    int64_t wait = ops_step(s->ops, clock_mono_ms());
    assert_int_equal(wait, 250);
    clock_advance(wait);
    ops_step(s->ops, clock_mono_ms());
    say_transaction(s, &usual);
    assert_int_equal(op_stage(s->ops, op), OP_PLANNED);
}

static void connections_go_the_same_way(void **state)
{
    struct scene *s = *state;
    static const char *const names[] = {"connectionId", "connectTime", "username", "userAgent"};
    static const char *const said[] = {"connectionId", "username", "message"};
    struct op_target t = target("bolt-7");
    struct value row[] = {v_text("bolt-7"), v_text(STARTED), v_text("app"), v_text("neo4j-java/5")};
    struct value answer[] = {v_text("bolt-7"), v_text("app"), v_text("Connection found")};

    t.database[0] = '\0';
    unsigned op = op_plan(s->ops, OP_KILL_CONNECTION, &t, 1, on_news, s);
    say_server(s, "srv-1");
    fake_rows(&s->servers, STMT_CONNECTION, 0, names, 4, row, 1);
    assert_string_equal(op_expect(s->ops, op), "yes|7");
    op_confirm(s->ops, op);
    assert_string_equal(say_audited(s, "requested")->action, "kill connection");
    say_server(s, "srv-1");
    fake_rows(&s->servers, STMT_CONNECTION, 0, names, 4, row, 1);
    struct fakeask *kill = fake_waiting(&s->servers, ASK_STATEMENT, STMT_KILL_CONNECTION, 0);
    assert_int_equal(kill->ask.u.statement.nparams, 1);
    fake_rows(&s->servers, STMT_KILL_CONNECTION, 0, said, 3, answer, 1);
    clock_advance(100);
    ops_step(s->ops, clock_mono_ms());
    fake_rows(&s->servers, STMT_CONNECTION, 0, names, 4, NULL, 0);
    say_audited(s, "done");
    assert_int_equal(op_stage(s->ops, op), OP_DONE);
}

static void the_end_of_the_console_is_recorded(void **state)
{
    struct scene *s = *state;
    struct op_target t = target("neo4j-transaction-42");
    unsigned op = planned(s, &t, &usual);

    op_confirm(s->ops, op);
    say_audited(s, "requested");
    say_server(s, "srv-1");
    say_transaction(s, &usual);
    planned(s, &t, &usual); /* and another one that waits for a person */
    ops_free(s->ops);
    s->ops = NULL;
    assert_non_null(strstr(say_audited(s, "refused")->words, "not confirmed"));
    assert_non_null(strstr(say_audited(s, "failed")->words, "neodeck ended"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
    const struct CMUnitTest tests[] = {
        T(a_kill_from_plan_to_gone), T(a_plan_refuses_what_is_another_one), T(an_id_that_is_none_is_not_sent), T(a_start_time_is_sent_as_servers_print_it),
        T(read_only_is_refused_without_any_guard), T(what_cannot_be_audited_is_not_done), T(another_server_is_refused),
        T(a_server_without_an_id_is_its_address), T(the_target_is_read_again_before_the_kill), T(the_servers_answer_to_the_kill),
        T(what_must_be_typed), T(several_want_the_name_and_refused_ones_are_told), T(an_idle_one_is_followed_with_words),
        T(one_that_takes_no_notice_fails), T(one_out_of_sight_is_given_up_after_a_minute), T(a_busy_server_is_asked_again),
        T(connections_go_the_same_way), T(the_end_of_the_console_is_recorded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
