/* neodeck kill ID: the same plan, guard, audit and following as the console's, confirmed by --yes or --confirm NAME. */
#include "app/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sheet/sheet.h"

#define KILL_WAIT_MS 120000
#define TELL_MS      5000

struct kill_run {
    struct app *app;
    unsigned op;
    bool moved; /* news came: look again */
    enum op_stage told;
    int64_t told_ms;
};

static void on_news(void *data, unsigned op)
{
    struct kill_run *run = data;

    (void)op;
    run->moved = true;
}

/* ---- which one ---- */

static bool id_matches(const char *whole, const char *id)
{
    const char *dash = strrchr(whole, '-');

    return strcmp(whole, id) == 0 || (dash && strcmp(dash + 1, id) == 0);
}

static void target_from(struct op_target *t, struct row r)
{
    bool connection = r.rel->sheet == SHEET_CONNECTIONS;

    *t = (struct op_target){.instance = r.rel->instance};
    snprintf(t->id, sizeof(t->id), "%s", value_str(row_cell(r, connection ? (size_t)COL_CONNECTIONS_ID : (size_t)COL_TRANSACTIONS_ID), ""));
    snprintf(t->user, sizeof(t->user), "%s",
             value_str(row_cell(r, connection ? (size_t)COL_CONNECTIONS_USER : (size_t)COL_TRANSACTIONS_USER), ""));
    t->started_ms = value_i64(row_cell(r, connection ? (size_t)COL_CONNECTIONS_CONNECTED : (size_t)COL_TRANSACTIONS_STARTED), 0);
    t->elapsed_ms = value_i64(row_cell(r, connection ? (size_t)COL_CONNECTIONS_AGE : (size_t)COL_TRANSACTIONS_ELAPSED), 0);
    if (!connection) {
        snprintf(t->database, sizeof(t->database), "%s", value_str(row_cell(r, COL_TRANSACTIONS_DATABASE), ""));
        snprintf(t->query, sizeof(t->query), "%s", value_str(row_cell(r, COL_TRANSACTIONS_QUERY), ""));
    }
}

static size_t find_in(struct app *a, enum sheet_id sheet, const char *id, struct op_target *t)
{
    struct query q = {.sheet = sheet, .instance = MODEL_NO_INSTANCE, .sort = -1};
    size_t id_column = sheet == SHEET_CONNECTIONS ? (size_t)COL_CONNECTIONS_ID : (size_t)COL_TRANSACTIONS_ID, found = 0;
    struct rows rows = {0};

    rows_collect(&rows, a->model, &q);
    for (size_t i = 0; i < rows.count; i++)
        if (id_matches(value_str(row_cell(rows.r[i], id_column), ""), id)) {
            target_from(t, rows.r[i]);
            found++;
        }
    rows_release(&rows);
    return found;
}

/* Tables print whole seconds: a time without milliseconds means its second. */
static bool same_time(int64_t given, int64_t is)
{
    return given == is || (given % 1000 == 0 && given / 1000 == is / 1000);
}

/* Who names a transaction by hand must also say which one it was: ids begin again at 1 with the server. */
static bool identity_given(struct app *a, const struct op_target *t, struct err *e)
{
    const struct cmdline *cl = a->cl;
    char is[40], age[16];
    int64_t started;

    if (cl->set[OPT_STARTED]) {
        if (!time_parse(cl->value[OPT_STARTED].text, &started))
            return err_set(e, ERR_USAGE, "--started '%s' is no time: as 'neodeck show transactions --format json' prints it", cl->value[OPT_STARTED].text);
        return same_time(started, t->started_ms) ||
               err_set(e, ERR_GONE, "%s is another one now: it started %s", t->id, time_rfc3339(t->started_ms, is, sizeof(is)));
    }
    if (cl->set[OPT_OLDER_THAN])
        return t->elapsed_ms >= cl->value[OPT_OLDER_THAN].number ||
               err_set(e, ERR_REFUSED, "%s has been open for %s only", t->id, duration_short(t->elapsed_ms, age, sizeof(age)));
    return err_set(e, ERR_USAGE, "kill wants --started TIME or --older-than DURATION: an id alone may be another one by now");
}

/* It is in no list; where an instance has no list, that is why. */
static bool not_found(const struct app *a, const char *id, struct err *e)
{
    for (uint32_t i = 0; i < a->ninst; i++) {
        const struct relation *rel = model_get(a->model, i, SHEET_TRANSACTIONS);

        if (rel && rel->missing)
            return err_set(e, rel->err.kind, "%s: %s", a->inst[i].conf.name, rel->err.words);
    }
    return err_set(e, ERR_GONE, "no transaction or connection '%s': it ended, or is on another server", id);
}

static bool find_target(struct app *a, const char *id, enum op_kind *kind, struct op_target *t, struct err *e)
{
    size_t found = find_in(a, SHEET_TRANSACTIONS, id, t);

    *kind = OP_KILL_TRANSACTION;
    if (!found) {
        found = find_in(a, SHEET_CONNECTIONS, id, t);
        *kind = OP_KILL_CONNECTION;
    }
    if (!found)
        return not_found(a, id, e);
    if (found > 1)
        return err_set(e, ERR_REFUSED, "%zu have the id '%s': write it whole, like neo4j-transaction-%s, and name one instance with -i", found, id, id);
    return identity_given(a, t, e);
}

static void on_recorded(void *ctx, const struct reply *r)
{
    (void)r;
    *(bool *)ctx = true;
}

static bool is_true(void *data)
{
    return *(bool *)data;
}

/* A kill that did not get as far as a plan is a line in the audit log, too. */
static void batch_record_refusal(struct app *a, const char *id, const struct err *e)
{
    static bool recorded;
    const struct audit line = {.time_ms = clock_wall_ms(),
                               .owner = a->owner,
                               .instance = a->ninst == 1 ? a->inst[0].conf.name : NULL,
                               .action = "kill",
                               .target = id,
                               .result = "refused",
                               .words = e->words};
    struct ask ask = {.kind = ASK_AUDIT, .instance = INSTANCE_NONE, .u.audit = &line};

    port_submit(&a->records, &ask, on_recorded, &recorded);
    batch_wait(a, is_true, &recorded, 5000);
}

/* ---- the run ---- */

static bool moved(void *data)
{
    struct kill_run *run = data;
    bool was = run->moved;

    run->moved = false;
    return was;
}

static bool confirmed(const struct app *a, const char *expect, uint32_t instance, struct err *e)
{
    const char *name = model_instance_name(a->model, instance);
    const char *typed = a->cl->set[OPT_CONFIRM] ? a->cl->value[OPT_CONFIRM].text : "";
    bool wants_name = strncmp(expect, "yes", 3) != 0 && strstr(expect, "|") == NULL && strcmp(expect, name) == 0;

    if (wants_name)
        return strcmp(typed, name) == 0 || err_set(e, ERR_NOT_CONFIRMED, "this one wants its name: --confirm %s", name);
    return a->cl->set[OPT_YES] || strcmp(typed, name) == 0 || err_set(e, ERR_NOT_CONFIRMED, "not confirmed: add --yes");
}

/* Each stage once, and then that it still goes on. */
static void tell(struct kill_run *run)
{
    enum op_stage stage = op_stage(run->app->ops, run->op);
    struct text t;

    if (stage == OP_RUNNING && !op_requested(run->app->ops, run->op))
        return; /* nothing was requested before that is in the audit log */
    if (stage == run->told && clock_mono_ms() < run->told_ms + TELL_MS)
        return;
    run->told = stage;
    run->told_ms = clock_mono_ms();

    text_init(&t, 4096);
    op_progress(run->app->ops, run->op, &t);
    fprintf(stderr, "neodeck: %s\n", t.s);
    text_release(&t);
}

/* The error of the op, or of its one target. */
static int outcome(struct app *a, unsigned op)
{
    const struct err *e = op_error(a->ops, op);
    size_t n;
    const struct op_target *t = op_targets(a->ops, op, &n);
    struct err none;

    if (op_stage(a->ops, op) == OP_DONE)
        return 0;
    if ((!e || e->kind == ERR_NONE) && n)
        e = &t[0].err;
    if (e && e->kind != ERR_NONE)
        return batch_fail(a->cl, e);
    err_set(&none, ERR_SERVER, "not seen to go within %d s: it may still be rolling back, look with 'neodeck show transactions'",
            KILL_WAIT_MS / 1000);
    return batch_fail(a->cl, &none);
}

static int run_plan(struct app *a, enum op_kind kind, const struct op_target *t)
{
    struct kill_run run = {.app = a};
    int64_t until = clock_mono_ms() + KILL_WAIT_MS;
    struct err e = {0};
    enum op_stage stage;
    bool asked = false;

    run.op = op_plan(a->ops, kind, t, 1, on_news, &run);
    app_step(a);
    while ((stage = op_stage(a->ops, run.op)) != OP_DONE && stage != OP_FAILED && stage != OP_REFUSED) {
        if (stage == OP_PLANNED) {
            if (!confirmed(a, op_expect(a->ops, run.op), t->instance, &e)) {
                op_drop(a->ops, run.op);
                batch_wait(a, batch_never, NULL, 200); /* the refusal is recorded too */
                return batch_fail(a->cl, &e);
            }
            if (!asked)
                op_confirm(a->ops, run.op);
            asked = true;
            app_step(a);
        } else if (asked) {
            tell(&run);
        }
        if (!batch_wait(a, moved, &run, until - clock_mono_ms()))
            break;
    }
    if (stage == OP_DONE)
        tell(&run);
    return outcome(a, run.op);
}

int batch_kill(struct app *a, const char *id)
{
    struct interest both[] = {{.sheet = SHEET_TRANSACTIONS, .instance = INSTANCE_NONE}, {.sheet = SHEET_CONNECTIONS, .instance = INSTANCE_NONE}};
    struct op_target t = {0};
    enum op_kind kind;
    struct err e = {0};
    int reach;

    feed_want(a->feed, both, 2);
    app_start(a);
    batch_answers(a);
    reach = batch_reach(a, false);
    if (reach)
        return reach;
    if (!find_target(a, id, &kind, &t, &e)) {
        batch_record_refusal(a, id, &e);
        return batch_fail(a->cl, &e);
    }
    feed_want(a->feed, NULL, 0);
    return run_plan(a, kind, &t);
}
