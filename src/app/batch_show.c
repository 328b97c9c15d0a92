/* neodeck show: what the model knows once everything wanted has been answered, printed. */
#include "app/batch_dashboard.h"
#include "app/batch_logs.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "cmd/cmd.h"
#include "feed/collect.h"
#include "sheet/columns.h"
#include "sheet/cut.h"
#include "sheet/findings.h"
#include "sheet/groups.h"
#include "sheet/print.h"

#define WAIT_MS 20000

static bool choose(struct app *a, enum sheet_id sheet, struct query *q, size_t *columns, size_t *ncolumns, struct err *e)
{
    const struct sheet *s = sheet_of(sheet);
    const char *sort = a->cl->set[OPT_SORT] ? a->cl->value[OPT_SORT].text : "";

    *q = (struct query){.sheet = sheet, .instance = MODEL_NO_INSTANCE, .sort = -1, .descending = *sort == '-'};
    if (*sort) {
        q->sort = column_find(s, sort + q->descending, strlen(sort + q->descending), e);
        if (q->sort < 0)
            return false;
    }
    *ncolumns = 0;
    if (a->cl->set[OPT_COLUMNS] && !columns_parse(s, a->cl->value[OPT_COLUMNS].text, columns, 64, ncolumns, e))
        return false;
    q->filter = filter_parse(sheet, a->cl->set[OPT_FILTER] ? a->cl->value[OPT_FILTER].text : "", e);
    return q->filter != NULL;
}

static int terminal_width(void)
{
    struct winsize size;

    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void print_sheet(struct app *a, const struct query *q, const char *name, const size_t *columns, size_t ncolumns)
{
    struct print_options o = {.format = (enum print_format)(a->cl->set[OPT_FORMAT] ? a->cl->value[OPT_FORMAT].number : PRINT_TABLE),
                              .view = name,
                              .columns = ncolumns ? columns : NULL,
                              .ncolumns = ncolumns,
                              .width = terminal_width(),
                              .ascii = a->ascii,
                              .taken_ms = clock_wall_ms()};
    struct rows rows = {0};
    struct text t;

    rows_collect(&rows, a->model, q);
    if (q->sheet == SHEET_LOGS && q->sort < 0)
        batch_logs_newest(&rows);
    text_init(&t, (size_t)1 << 30);
    print_rows(&t, a->model, &rows, q->sheet, q->instance, &o);
    batch_print(stdout, &t);
    text_release(&t);
    rows_release(&rows);
}

/* What was not fetched, or broke off: on standard error, in CSV there is no other place for it. */
static bool tell_cut(struct app *a, enum sheet_id sheet)
{
    bool any = false;
    struct text words;

    text_init(&words, 1000);
    for (uint32_t i = 0; i < a->ninst; i++) {
        text_clear(&words);
        if (!cut_words(model_get(a->model, i, sheet), false, &words))
            continue;
        batch_tell("%s: %s", a->inst[i].conf.name, words.s);
        any = true;
    }
    text_release(&words);
    return any;
}

/* Why a sheet could not be had for any instance that is up: the exit status is 1 then, the words are printed with the rows. */
static int missing_status(struct app *a, enum sheet_id sheet)
{
    uint32_t up = 0, missing = 0;

    for (uint32_t i = 0; i < a->ninst; i++) {
        const struct relation *rel = model_get(a->model, i, sheet);

        up += batch_is_up(a, i);
        missing += batch_is_up(a, i) && (!rel || rel->missing);
        if (batch_is_up(a, i) && rel && rel->missing)
            batch_tell("%s: %s", a->inst[i].conf.name, rel->err.words);
    }
    return missing && missing == up ? 1 : tell_cut(a, sheet) || missing ? 5 : 0;
}

/* A machine tells also of a server that does not answer: what counts are the rows. The words about such a server were told already. */
static int host_status(struct app *a, enum sheet_id sheet, int reach)
{
    uint32_t missing = 0;

    for (uint32_t i = 0; i < a->ninst; i++) {
        const struct relation *rel = model_get(a->model, i, sheet);

        missing += !rel || rel->missing;
        if (rel && rel->missing)
            batch_tell("%s: %s", a->inst[i].conf.name, rel->err.words);
    }
    if (missing < a->ninst)
        return missing || a->left_out ? 5 : 0;
    return reach == 4 ? 4 : 1;
}

/* Of sheets that no server is asked for there is nothing to be missing. */
static bool is_own(enum sheet_id sheet)
{
    return sheet == SHEET_INSTANCES || sheet == SHEET_MESSAGES || sheet == SHEET_FINDINGS || sheet == SHEET_GROUPS;
}

static int status_of(struct app *a, enum sheet_id sheet)
{
    int reach = batch_reach(a, true);

    if (collector_of(sheet)->per == PER_HOST)
        return host_status(a, sheet, reach);
    return reach ? reach : is_own(sheet) ? 0 : missing_status(a, sheet);
}

static int show_history(struct app *a, const struct query *q, const size_t *columns, size_t ncolumns)
{
    static const enum sheet_id none[1];

    batch_want(a, none, 0);
    app_load_history(a);
    batch_wait(a, app_history_loaded, a, WAIT_MS);
    print_sheet(a, q, "history", columns, ncolumns);
    return 0;
}

/* What the machine tells needs no server. */
static int show_logs(struct app *a, const struct query *q, const size_t *columns, size_t ncolumns)
{
    int status = batch_logs_collect(a, false);

    print_sheet(a, q, "logs", columns, ncolumns);
    return status;
}

static int show_sheet(struct app *a, enum view_id view, const struct query *q, const size_t *columns, size_t ncolumns)
{
    enum sheet_id sheet = q->sheet;

    if (sheet == SHEET_HISTORY)
        return show_history(a, q, columns, ncolumns);
    if (sheet == SHEET_LOGS)
        return show_logs(a, q, columns, ncolumns);
    if (sheet == SHEET_FINDINGS || sheet == SHEET_GROUPS) {
        batch_want_findings(a);
    } else if (sheet != SHEET_MESSAGES) {
        const enum sheet_id one[] = {sheet == SHEET_INSTANCES ? SHEET_HOST : sheet}; /* why one does not answer, its machine knows */

        batch_want(a, one, 1);
    } else {
        batch_want(a, NULL, 0);
    }
    app_start(a);
    if (is_own(sheet))
        batch_answers(a);
    else
        batch_rows(a);
    if (sheet == SHEET_FINDINGS || sheet == SHEET_GROUPS)
        findings_update(a->model, clock_wall_ms());
    if (sheet == SHEET_GROUPS)
        groups_update(a->model);
    print_sheet(a, q, view_name(view), columns, ncolumns);
    return status_of(a, sheet);
}

static const char *next_view(const void *data, size_t i)
{
    (void)data;
    return i < NVIEWS ? view_built((enum view_id)i) ? view_name((enum view_id)i) : "" : NULL;
}

int batch_show(struct app *a, const char *name)
{
    enum view_id view = view_find(name);
    size_t columns[64], ncolumns;
    struct err e = {0};
    struct query q;
    int status;

    if (view == NVIEWS) {
        const char *near = nearest_name(name, next_view, NULL);

        err_set(&e, ERR_USAGE, near ? "no view '%s', did you mean '%s'?" : "no view '%s': neodeck --help lists them", name, near);
        return batch_fail(a->cl, &e);
    }
    if (!view_built(view)) {
        err_set(&e, ERR_USAGE, "the view %s is not built yet", view_name(view));
        return batch_fail(a->cl, &e);
    }
    if (view == VIEW_DASHBOARD && !batch_json(a->cl))
        return batch_dashboard(a);
    if (view == VIEW_HELP || view == VIEW_TRANSACTION) {
        err_set(&e, ERR_USAGE, "%s is a screen only: neodeck show transactions --format json has what is known of each", view_name(view));
        return batch_fail(a->cl, &e);
    }
    if (!choose(a, view_sheet(view), &q, columns, &ncolumns, &e))
        return batch_fail(a->cl, &e);
    status = show_sheet(a, view, &q, columns, ncolumns);
    filter_free((struct filter *)(uintptr_t)q.filter);
    return status;
}
