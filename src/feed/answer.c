/* What happens with an answer: into a relation and published, or one more step of a run, or a failure. */
#include "feed/finish.h"
#include "feed/hosted.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

enum { SLOW_MS = 1000, SLOW_TIMES = 10 };

static const char *name_of(const struct feed *f, const struct task *t)
{
    return model_instance_name(f->model, t->instance);
}

/* ---- the end of a task's turn ---- */

/* The detail of a transaction was there before the list of connections that names its driver. */
static void look_up_driver(struct feed *f, uint32_t instance)
{
    const struct relation *rel = model_get(f->model, instance, SHEET_TRANSACTION);
    struct value agent = rel ? relation_cell(rel, 0, COL_TRANSACTION_AGENT) : v_absent(ABSENT_NULL);

    if (rel && rel->nrows && agent.type == V_ABSENT && agent.absent == ABSENT_NOT_ASKED)
        task_due_now(f, feed_task(f, instance, SHEET_TRANSACTION));
}

/* Who asks each database waits for the list of them. */
static void wake_waiting(struct feed *f, uint32_t instance)
{
    for (size_t k = 0; k < NSHEETS; k++) {
        struct task *t = feed_task(f, instance, (enum sheet_id)k);
        if (t->waits) {
            t->waits = false;
            task_due_now(f, t);
        }
    }
}

static void turn_over(struct feed *f, struct task *t)
{
    run_free(t->run);
    t->run = NULL;
    t->settled = !t->again;
    t->answered_ms = clock_mono_ms();
    task_due_next(f, t);
}

void task_failed(struct feed *f, struct task *t, const struct err *e)
{
    struct err copy = *e; /* it may lie in what is freed now */

    hosted_drop(f, t);
    t->busy = copy.kind == ERR_BUSY ? t->busy + 1 : 0;
    turn_over(f, t);
    model_publish_failure(f->model, t->instance, t->sheet, &copy);
    if (t->sheet == SHEET_DATABASES)
        wake_waiting(f, t->instance);
    else if (t->sheet == SHEET_TRANSACTIONS)
        locks_publish(f, t->instance);
    feed_tell(f);
}

static void task_done(struct feed *f, struct task *t, struct relation *rel)
{
    int64_t now = clock_wall_ms();

    t->busy = 0;
    turn_over(f, t);
    rel->taken_ms = now;
    f->sources[t->instance].newest_ms = now;
    model_publish(f->model, rel);
    if (t->sheet == SHEET_DATABASES)
        wake_waiting(f, t->instance);
    else if (t->sheet == SHEET_CONNECTIONS)
        look_up_driver(f, t->instance);
    else if (t->sheet == SHEET_TRANSACTIONS)
        locks_publish(f, t->instance);
}

/* ---- single answers ---- */

/* Before 4.0 there is one database and nothing that lists it: it is there when the server answers. */
static struct relation *only_database(struct feed *f, struct task *t)
{
    const char *name = name_of(f, t);
    struct relation *rel = relation_new(t->instance, SHEET_DATABASES);
    struct value *c = relation_add_row(rel);

    for (size_t i = 0; i < rel->ncols; i++)
        c[i] = v_absent(ABSENT_VERSION);
    c[COL_DATABASES_INSTANCE] = v_copy_text(&rel->arena, name, strlen(name));
    c[COL_DATABASES_DATABASE] = v_text("graph.db");
    c[COL_DATABASES_STATUS] = v_text("online");
    c[COL_DATABASES_DEFAULT] = v_bool(true);
    c[COL_DATABASES_HOME] = v_bool(true);
    return rel;
}

/* The transaction that was asked for: it may have ended, and its id may be another one's by now. */
static bool is_gone(const struct task *t, const struct relation *rel)
{
    if (t->sheet != SHEET_TRANSACTION)
        return false;
    if (rel->nrows == 0)
        return true;
    for (size_t i = 0; i < t->nparams; i++)
        if (strcmp(t->params[i].name, "started") == 0 && t->params[i].value.type == V_TIME)
            return !value_equal(t->params[i].value, relation_cell(rel, 0, COL_TRANSACTION_STARTED));
    return false;
}

/* The answer to the one statement of a sheet is whole. */
static void take_single(struct feed *f, struct task *t, const struct reply *r)
{
    struct err e;

    if (t->sheet == SHEET_DATABASES && r->err && r->err->kind == ERR_VERSION) {
        task_done(f, t, only_database(f, t));
    } else if (!r->err && is_gone(t, t->run->rel)) {
        err_set(&e, ERR_GONE, "this transaction is gone: it ended or was terminated");
        task_failed(f, t, &e);
    } else {
        run_over(f, t);
    }
}

static void note_time(struct task *t, const struct reply *r)
{
    int64_t took = clock_mono_ms() - t->sent_ms;

    if (r->elapsed_ms > 0 && !r->err)
        took = r->elapsed_ms;
    if (took > SLOW_MS && took * SLOW_TIMES > t->stretch_ms)
        t->stretch_ms = took * SLOW_TIMES;
}

static void next_database(struct feed *f, struct task *t);

static void take_answer(struct feed *f, struct call *c, const struct reply *r)
{
    struct task *t = feed_task(f, c->instance, c->sheet);
    bool several = t->run && t->run->databases;

    if (r->last)
        t->open = NULL;
    if (c->outdated) {
        if (r->last)
            task_due_now(f, t);
        return;
    }
    run_take(f, t, r);
    if (!r->last)
        return;
    note_time(t, r);
    if ((several || parts_of(t->sheet)) && !t->wanted) { /* nobody looks any more: the rest is not asked */
        run_free(t->run);
        t->run = NULL;
    } else if (several) {
        t->run->at++;
        next_database(f, t);
    } else if (parts_of(t->sheet)) {
        parts_next(f, t, r);
    } else {
        take_single(f, t, r);
    }
}

static void on_answer(void *ctx, const struct reply *r)
{
    struct call *c = ctx;
    struct feed *f = c->feed;

    if (f)
        take_answer(f, c, r);
    if (!r->last)
        return;
    call_end(c);
    if (f)
        feed_tell(f);
}

void task_ask(struct feed *f, struct task *t, enum statement_id id, const char *database)
{
    struct param params[8];
    struct ask a = {.kind = ASK_STATEMENT, .instance = t->instance, .max_rows = run_room(t), .parts = true};
    size_t n = 0;

    if (!a.max_rows)
        a.max_rows = 1; /* who we are is still looked for */

    for (size_t i = 0; i < t->nparams && n < sizeof params / sizeof *params; i++)
        if (strcmp(t->params[i].name, "started") != 0) /* is_gone() looks at that one */
            params[n++] = t->params[i];
    a.u.statement = (struct statement){.id = id, .database = database, .params = params, .nparams = n};
    t->sent_ms = clock_mono_ms();
    t->open = call_submit(f, t->instance, t->sheet, &a, on_answer);
}

/* ---- once in each database ---- */

/* Online, no composite, not system, and each name once: in a cluster there is a row for each copy. */
static bool wants_asking(const struct relation *dbs, size_t row, const struct run *run)
{
    const char *name = value_str(relation_cell(dbs, row, COL_DATABASES_DATABASE), "");

    if (!*name || strcmp(name, "system") == 0 || strcmp(value_str(relation_cell(dbs, row, COL_DATABASES_STATUS), ""), "online") != 0 ||
        strcmp(value_str(relation_cell(dbs, row, COL_DATABASES_TYPE), ""), "composite") == 0)
        return false;
    for (size_t i = 0; i < run->ndatabases; i++)
        if (strcmp(run->databases[i], name) == 0)
            return false;
    return true;
}

void run_over(struct feed *f, struct task *t)
{
    struct relation *rel = run_finish(f, t);

    if (rel)
        task_done(f, t, rel);
    else
        task_failed(f, t, &t->run->err);
}

static void next_database(struct feed *f, struct task *t)
{
    struct run *run = t->run;

    if (run->at < run->ndatabases && run_room(t)) {
        task_ask(f, t, collector_of(t->sheet)->statement, run->databases[run->at]);
        return;
    }
    run->more |= run->at < run->ndatabases;
    run_over(f, t);
}

/* The list of databases is on its way, or about to be asked for. */
static bool databases_come(struct feed *f, uint32_t instance)
{
    const struct task *list = feed_task(f, instance, SHEET_DATABASES);

    return list->open || (list->due.place && list->due.at_ms <= clock_mono_ms());
}

void run_databases(struct feed *f, struct task *t)
{
    const struct relation *dbs = model_get(f->model, t->instance, SHEET_DATABASES);

    if (!dbs || dbs->coming || (dbs->missing && (dbs->err.kind == ERR_NONE || databases_come(f, t->instance)))) {
        t->waits = true;
        return;
    }
    if (dbs->missing) {
        struct err e = dbs->err;
        task_failed(f, t, &e);
        return;
    }
    run_begin(t)->databases = x_calloc(dbs->nrows, sizeof *t->run->databases);
    for (size_t i = 0; i < dbs->nrows; i++)
        if (wants_asking(dbs, i, t->run))
            t->run->databases[t->run->ndatabases++] = x_strdup(value_str(relation_cell(dbs, i, COL_DATABASES_DATABASE), ""));
    next_database(f, t);
}

