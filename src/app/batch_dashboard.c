#include "app/batch_dashboard.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/batch.h"
#include "app/batch_logs.h"
#include "base/clock.h"
#include "sheet/columns.h"
#include "sheet/findings.h"
#include "sheet/print.h"
#include "view/list_view.h"

#define LOG_LINES 20

/* What is shown, in this order. */
static const enum sheet_id shown[] = {SHEET_INSTANCES, SHEET_DATABASES, SHEET_TRANSACTIONS, SHEET_PLUGINS,
                                      SHEET_LOGS,      SHEET_HOST,      SHEET_DISKS};

static bool is_plain(const struct app *a)
{
    return a->cl->set[OPT_PLAIN];
}

static void ask_all(struct app *a)
{
    static const enum sheet_id asked[] = {SHEET_DATABASES, SHEET_TRANSACTIONS, SHEET_INDEXES, SHEET_PLUGINS, SHEET_HOST, SHEET_DISKS};
    struct interest list[sizeof(asked) / sizeof(*asked)];
    size_t n = sizeof(asked) / sizeof(*asked);

    for (size_t i = 0; i < n; i++)
        list[i] = (struct interest){.sheet = asked[i], .instance = INSTANCE_NONE};
    feed_want(a->feed, list, n);
    app_start(a);
    batch_answers(a);
    batch_logs_collect(a, true);
    findings_update(a->model, clock_wall_ms());
}

/* ---- what needs attention ---- */

static void print_worst_line(struct app *a)
{
    struct text line;

    text_init(&line, 65536);
    findings_line(a->model, a->ninst > 1, 10000, &line);
    printf("%s\n", line.len ? line.s : findings_status(a->model) == 0 ? "nothing needs attention" : "nothing is known yet");
    text_release(&line);
}

/* One for each line: who listens cannot see where one ends. */
static void print_worst_list(struct app *a)
{
    const struct relation *rel = model_get(a->model, MODEL_NO_INSTANCE, SHEET_FINDINGS);
    struct text line;

    if (!rel || !rel->nrows) {
        print_worst_line(a);
        return;
    }
    text_init(&line, 1 << 20);
    for (size_t i = 0; i < rel->nrows; i++) {
        const char *words = value_str(relation_cell(rel, i, COL_FINDINGS_TEXT), "");

        text_addf(&line, "%s: ", value_str(relation_cell(rel, i, COL_FINDINGS_LEVEL), ""));
        if (a->ninst > 1)
            text_addf(&line, "%s: ", value_str(relation_cell(rel, i, COL_FINDINGS_INSTANCE), ""));
        text_add_clean(&line, words, strlen(words), CLEAN_ONE_LINE);
        text_addc(&line, '\n');
    }
    batch_print(stdout, &line);
    text_release(&line);
}

/* ---- rows ---- */

static bool is_trouble(struct row r)
{
    const char *level = value_str(row_cell(r, COL_LOGS_LEVEL), "");

    return strcasecmp(level, "warn") == 0 || strcasecmp(level, "error") == 0 || strcasecmp(level, "fatal") == 0;
}

/* Of the logs only the newest warnings and errors. */
static void keep_trouble(struct rows *rows)
{
    size_t n = 0;

    for (size_t i = 0; i < rows->count; i++)
        if (is_trouble(rows->r[i]))
            rows->r[n++] = rows->r[i];
    rows->count = n;
    if (n > LOG_LINES) {
        memmove(rows->r, rows->r + n - LOG_LINES, LOG_LINES * sizeof(*rows->r));
        rows->count = LOG_LINES;
    }
}

static int terminal_width(void)
{
    struct winsize size;

    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void print_table(struct app *a, enum sheet_id sheet, const struct rows *rows)
{
    struct print_options o = {.format = PRINT_TABLE, .view = sheet_of(sheet)->name, .width = terminal_width(), .ascii = a->ascii,
                              .taken_ms = clock_wall_ms()};
    struct text t;

    text_init(&t, (size_t)1 << 30);
    print_rows(&t, a->model, rows, sheet, MODEL_NO_INSTANCE, &o);
    batch_print(stdout, &t);
    text_release(&t);
}

/* "instance neo4j-1, state up, version 5.26.30": what is not known is left out. */
static void add_labelled(struct text *out, const struct sheet *s, struct row r, const size_t *columns, size_t n)
{
    struct text cell;
    char title[64];
    size_t begin = out->len;

    text_init(&cell, 65536);
    for (size_t i = 0; i < n; i++) {
        struct value v = row_cell(r, columns[i]);

        text_clear(&cell);
        if (v.type == V_ABSENT || (v.type == V_LIST && !v.len))
            continue;
        cell_format(s, columns[i], v, true, &cell, NULL);
        if (!cell.len)
            continue;
        text_addf(out, "%s%s ", out->len > begin ? ", " : "", column_title(&s->columns[columns[i]], title, sizeof(title)));
        text_add_clean(out, cell.s, cell.len, CLEAN_ONE_LINE);
    }
    text_addc(out, '\n');
    text_release(&cell);
}

/* Why an instance has nothing: a line for each. */
static void add_reasons(struct app *a, enum sheet_id sheet, struct text *out)
{
    for (uint32_t i = 0; i < a->ninst; i++) {
        const struct relation *rel = model_get(a->model, i, sheet);

        if (!rel || !rel->missing)
            continue;
        text_addf(out, "instance %s: ", a->inst[i].conf.name);
        text_add_clean(out, rel->err.words, strlen(rel->err.words), CLEAN_ONE_LINE);
        text_addc(out, '\n');
    }
}

static void print_labelled(struct app *a, enum sheet_id sheet, const struct rows *rows)
{
    const struct sheet *s = sheet_of(sheet);
    size_t columns[64], n = columns_choose(s, 0, false, a->ninst > 1, columns, 64);
    struct text t;

    text_init(&t, (size_t)1 << 26);
    for (size_t i = 0; i < rows->count; i++)
        add_labelled(&t, s, rows->r[i], columns, n);
    add_reasons(a, sheet, &t);
    if (!t.len)
        text_adds(&t, "none\n");
    batch_print(stdout, &t);
    text_release(&t);
}

static void print_section(struct app *a, enum sheet_id sheet)
{
    struct query q = {.sheet = sheet, .instance = MODEL_NO_INSTANCE, .sort = -1};
    const char *title = sheet == SHEET_LOGS ? "logs, the last warnings and errors" : sheet_of(sheet)->title;
    struct rows rows = {0};

    rows_collect(&rows, a->model, &q);
    if (sheet == SHEET_LOGS)
        keep_trouble(&rows);
    printf("\n%s%s\n", title, is_plain(a) ? ":" : "");
    if (is_plain(a))
        print_labelled(a, sheet, &rows);
    else
        print_table(a, sheet, &rows);
    rows_release(&rows);
}

int batch_dashboard(struct app *a)
{
    ask_all(a);
    if (is_plain(a))
        print_worst_list(a);
    else
        print_worst_line(a);
    for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++)
        print_section(a, shown[i]);
    return batch_reach(a, true);
}
