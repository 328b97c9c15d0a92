/* neodeck check and info: what needs attention, and what was found from where. */
#include "app/batch.h"

#include <stdio.h>

#include "base/clock.h"
#include "sheet/findings.h"
#include "sheet/print.h"

#define WAIT_MS 20000

void batch_want(struct app *a, const enum sheet_id *sheets, size_t n)
{
    struct interest list[8];

    for (size_t i = 0; i < n && i < 8; i++)
        list[i] = (struct interest){.sheet = sheets[i], .instance = INSTANCE_NONE};
    feed_want(a->feed, list, n);
}

void batch_want_findings(struct app *a)
{
    static const enum sheet_id needed[] = {SHEET_DATABASES, SHEET_TRANSACTIONS, SHEET_INDEXES, SHEET_HOST, SHEET_DISKS};

    batch_want(a, needed, sizeof(needed) / sizeof(*needed));
}

/* ---- check ---- */

static void add_line(struct app *a, int status, struct text *out)
{
    static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
    struct text line;

    text_init(&line, 65536);
    findings_line(a->model, a->ninst > 1, 10000, &line);
    text_addf(out, "%s: %s\n", words[status], line.len ? line.s : status == 0 ? "nothing needs attention" : "no instance has answered");
    text_release(&line);
}

static void add_rows(struct app *a, enum print_format format, int status, struct text *out)
{
    static const char *const words[] = {"ok", "warning", "critical", "unknown"};
    struct print_options o = {.format = format, .view = "check", .status = words[status], .taken_ms = clock_wall_ms()};
    struct query q = {.sheet = SHEET_FINDINGS, .instance = MODEL_NO_INSTANCE, .sort = -1};
    struct rows rows = {0};

    rows_collect(&rows, a->model, &q);
    print_rows(out, a->model, &rows, q.sheet, q.instance, &o);
    rows_release(&rows);
}

int batch_check(struct app *a)
{
    const struct cmdline *cl = a->cl;
    enum print_format format = cl->set[OPT_FORMAT] ? (enum print_format)cl->value[OPT_FORMAT].number : PRINT_TABLE;
    struct text t;
    int status;

    batch_want_findings(a);
    app_start(a);
    batch_answers(a);
    findings_update(a->model, clock_wall_ms());
    status = findings_status(a->model);
    text_init(&t, 1 << 26);
    if (format == PRINT_TABLE)
        add_line(a, status, &t);
    else
        add_rows(a, format, status, &t);
    batch_print(stdout, &t);
    text_release(&t);
    return status;
}

/* ---- info ---- */

static bool sites_known(void *data)
{
    const struct app *a = data;

    for (uint32_t i = 0; i < a->ninst; i++)
        if (!feed_site(a->feed, i))
            return false;
    return true;
}

int batch_info(struct app *a)
{
    static const enum sheet_id host[] = {SHEET_HOST};
    struct text t;

    batch_want(a, host, 1);
    app_start(a);
    batch_settle(a);
    batch_wait(a, sites_known, a, WAIT_MS);
    text_init(&t, 1 << 26);
    if (batch_json(a->cl))
        app_info_json(a, &t);
    else
        app_info(a, &t);
    batch_print(stdout, &t);
    text_release(&t);
    return 0;
}
