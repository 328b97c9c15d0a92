#include "app/batch_logs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/logbook.h"

enum { WAIT_MS = 20000, SHOWN = 200 };

/* ---- merging ---- */

/* One log of one instance, read line by line. */
struct source {
    const struct logbook *book;
    const char *instance;
    size_t log;
    int64_t at, end;
    int64_t time_ms; /* of the line at `at`; without one that of the line before */
};

struct sources {
    struct source *list;
    size_t n, cap;
};

static void source_look(struct source *s)
{
    int64_t time_ms = s->at < s->end ? logbook_line(s->book, s->log, s->at)->time_ms : LOGBOOK_NO_TIME;

    if (time_ms != LOGBOOK_NO_TIME)
        s->time_ms = time_ms;
}

static void add_source(struct sources *all, const struct logbook *b, size_t log, const char *instance)
{
    const struct logbook_log *about = logbook_log(b, log);

    if (!about->by_default || about->first == about->end)
        return;
    all->list = x_grow(all->list, &all->cap, all->n + 1, sizeof *all->list);
    all->list[all->n] = (struct source){
        .book = b, .instance = instance, .log = log, .at = about->first, .end = about->end, .time_ms = LOGBOOK_NO_TIME};
    source_look(&all->list[all->n++]);
}

static struct source *earliest(struct sources *all)
{
    struct source *best = NULL;

    for (size_t i = 0; i < all->n; i++)
        if (all->list[i].at < all->list[i].end && (!best || all->list[i].time_ms < best->time_ms))
            best = &all->list[i];
    return best;
}

/* In one relation of the console: the lines of several instances stand among each other. */
static void publish(struct app *a, struct sources *all)
{
    struct relation *rel = relation_new(MODEL_NO_INSTANCE, SHEET_LOGS);
    struct source *s;

    while ((s = earliest(all))) {
        logbook_row(s->book, s->log, s->at++, s->instance, rel);
        source_look(s);
    }
    rel->taken_ms = clock_wall_ms();
    model_publish(a->model, rel);
}

void batch_logs_newest(struct rows *rows)
{
    if (rows->count <= SHOWN)
        return;
    memmove(rows->r, rows->r + (rows->count - SHOWN), SHOWN * sizeof *rows->r);
    rows->count = SHOWN;
}

/* ---- one instance ---- */

/* Why nothing came of a log, where it is not only that it was never written. */
static bool tell_failed(const struct app *a, uint32_t i, const struct logbook_log *log, bool any, bool quiet)
{
    bool late = log->state == LB_WAITING;

    if (!log->by_default || (log->state != LB_FAILED && !late && (any || log->state != LB_GONE)))
        return false;
    if (!quiet)
        batch_tell("%s: %s: %s", a->inst[i].conf.name, log->name,
                   late ? "no answer in time: try again, or look at the file on its machine" : log->err.words);
    return true;
}

static bool has_lines(const struct logbook *b)
{
    for (size_t k = 0; b && k < logbook_logs(b); k++)
        if (logbook_log(b, k)->by_default && logbook_log(b, k)->state == LB_FOLLOWED)
            return true;
    return false;
}

static void publish_missing(struct app *a, uint32_t i, const struct logbook *b, bool quiet)
{
    struct err e = {0};

    err_set(&e, ERR_TIMEOUT, "its machine did not answer in time");
    if (b && logbook_err(b)->kind != ERR_NONE)
        e = *logbook_err(b);
    for (size_t k = 0; b && k < logbook_logs(b) && e.kind == ERR_TIMEOUT; k++)
        if (logbook_log(b, k)->by_default && logbook_log(b, k)->err.kind != ERR_NONE)
            e = logbook_log(b, k)->err;
    model_publish_failure(a->model, i, SHEET_LOGS, &e);
    if (!quiet)
        batch_tell("%s: %s", a->inst[i].conf.name, e.words);
}

/* False: nothing of it could be had. */
static bool collect(struct app *a, uint32_t i, struct sources *all, bool quiet)
{
    const struct logbook *b = model_logbook(a->model, i);
    struct relation *none;

    if (!has_lines(b)) {
        publish_missing(a, i, b, quiet);
        return false;
    }
    for (size_t k = 0; k < logbook_logs(b); k++)
        if (!tell_failed(a, i, logbook_log(b, k), true, quiet))
            add_source(all, b, k, a->inst[i].conf.name);
    none = relation_new(i, SHEET_LOGS); /* not missing: its rows are in the one of the console */
    none->taken_ms = clock_wall_ms();
    model_publish(a->model, none);
    return true;
}

/* ---- all ---- */

static bool ready(void *data)
{
    return feed_idle(((struct app *)data)->feed);
}

static void want_all(struct app *a)
{
    struct log_interest *list = x_calloc(a->ninst, sizeof *list);

    for (uint32_t i = 0; i < a->ninst; i++)
        list[i] = (struct log_interest){.instance = i, .at_ms = LOGS_AT_END};
    feed_want(a->feed, NULL, 0);
    feed_want_logs(a->feed, list, a->ninst);
    free(list);
}

int batch_logs_collect(struct app *a, bool quiet)
{
    struct sources all = {0};
    uint32_t had = 0;

    want_all(a);
    app_step(a);
    batch_wait(a, ready, a, WAIT_MS);
    for (uint32_t i = 0; i < a->ninst; i++)
        had += collect(a, i, &all, quiet);
    publish(a, &all);
    free(all.list);
    return !had && a->ninst ? 1 : had < a->ninst || a->left_out ? 5 : 0;
}
