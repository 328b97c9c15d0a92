/* The machine of one instance, in one text: what matters at 3 a.m. stands above the fold. */
#include "view/host_view.h"

#include <string.h>

#include "base/clock.h"

#define LABEL 12

static const char *word(const struct relation *r, size_t row, size_t col)
{
    return value_str(relation_cell(r, row, col), "");
}

static bool is_known(const struct relation *r, size_t col)
{
    struct value v = relation_cell(r, 0, col);

    return v.type != V_ABSENT && !(v.type == V_LIST && !v.len);
}

/* As in a list, behind what stands there already. */
static void add_cell(struct text *t, const struct relation *r, size_t row, size_t col)
{
    cell_format(sheet_of(r->sheet), col, relation_cell(r, row, col), true, t, NULL);
}

/* "words VALUE words" where the value is known, else nothing; parted from what is there. */
static void add_known(struct text *t, size_t from, const struct relation *r, size_t col, const char *before, const char *after)
{
    if (!is_known(r, col))
        return;
    text_addf(t, "%s%s", t->len > from ? ", " : "", before);
    add_cell(t, r, 0, col);
    text_adds(t, after);
}

/* The same, but what stands there goes on. */
static void add_behind(struct text *t, const struct relation *r, size_t col, const char *before)
{
    if (!is_known(r, col))
        return;
    text_adds(t, before);
    add_cell(t, r, 0, col);
}

static bool is_zero(const struct relation *r, size_t col)
{
    return value_i64(relation_cell(r, 0, col), -1) == 0;
}

/* ---- lines with a label ---- */

struct line {
    struct text t;
    size_t from; /* what is said begins here */
    enum role role;
};

static struct line line_begin(const char *label)
{
    struct line l = {.role = ROLE_TEXT};

    text_init(&l.t, 64 * 1024);
    text_addf(&l.t, "%-*s", LABEL, label);
    l.from = l.t.len;
    return l;
}

/* A line that says nothing is left out. */
static void line_end(struct line *l, struct pager *p)
{
    if (l->t.len > l->from)
        pager_add(p, l->role, LABEL, l->t.s, l->t.len);
    text_release(&l->t);
}

static enum role status_role(const char *status)
{
    return strcmp(status, "running") == 0                                       ? ROLE_OK
           : strcmp(status, "starting") == 0 || strcmp(status, "stopped") == 0 ? ROLE_WARN
           : strcmp(status, "failed") == 0                                      ? ROLE_BAD
                                                                                : ROLE_UNKNOWN;
}

static void add_status(struct pager *p, const struct relation *r)
{
    struct line l = line_begin("status");

    l.role = status_role(word(r, 0, COL_HOST_STATUS));
    text_adds(&l.t, word(r, 0, COL_HOST_STATUS));
    add_known(&l.t, l.from, r, COL_HOST_UPTIME, "up ", "");
    add_behind(&l.t, r, COL_HOST_STARTED, " since ");
    add_known(&l.t, l.from, r, COL_HOST_PID, "pid ", "");
    add_behind(&l.t, r, COL_HOST_OS_USER, " as ");
    line_end(&l, p);
}

/* What the evidence disagrees about, each on its line; else why something is not known. */
static void add_disagreements(struct pager *p, const struct relation *r)
{
    struct value list = relation_cell(r, 0, COL_HOST_DISAGREEMENTS);

    for (uint32_t i = 0; list.type == V_LIST && i < list.len; i++)
        pager_addf(p, ROLE_WARN, -LABEL, "%*s%s", LABEL, "", value_str(list.u.list[i], ""));
    if ((list.type != V_LIST || !list.len) && *word(r, 0, COL_HOST_MESSAGE))
        pager_addf(p, ROLE_WARN, -LABEL, "%*s%s", LABEL, "", word(r, 0, COL_HOST_MESSAGE));
}

static void add_server(struct pager *p, const struct relation *r)
{
    struct line l = line_begin("server");

    add_known(&l.t, l.from, r, COL_HOST_VERSION, "", "");
    if (is_known(r, COL_HOST_HOME)) /* whole: a list would squeeze it */
        text_addf(&l.t, "%s%s", l.t.len > l.from ? " at " : "at ", word(r, 0, COL_HOST_HOME));
    add_known(&l.t, l.from, r, COL_HOST_FOUND, "found by ", "");
    line_end(&l, p);
    l = line_begin("unit");
    add_known(&l.t, l.from, r, COL_HOST_UNIT, "", "");
    add_known(&l.t, l.from, r, COL_HOST_MANAGED, "configuration managed by ", "");
    line_end(&l, p);
}

static void add_load(struct pager *p, const struct relation *r)
{
    struct line l = line_begin("cpu");

    add_known(&l.t, l.from, r, COL_HOST_CPU, "server ", "");
    add_known(&l.t, l.from, r, COL_HOST_BUSY, "machine ", "");
    if (is_known(r, COL_HOST_BUSY))
        add_behind(&l.t, r, COL_HOST_CORES, " of ");
    else
        add_known(&l.t, l.from, r, COL_HOST_CORES, "", "");
    text_adds(&l.t, is_known(r, COL_HOST_CORES) ? " cores" : "");
    add_known(&l.t, l.from, r, COL_HOST_IOWAIT, "", " waiting for disks");
    line_end(&l, p);
    l = line_begin("memory");
    add_known(&l.t, l.from, r, COL_HOST_RESIDENT, "server ", "");
    if (!is_zero(r, COL_HOST_SWAPPED))
        add_known(&l.t, l.from, r, COL_HOST_SWAPPED, "", " of it swapped");
    add_known(&l.t, l.from, r, COL_HOST_AVAILABLE, "machine has ", " available");
    add_behind(&l.t, r, COL_HOST_MEMORY, " of ");
    if (!is_zero(r, COL_HOST_SWAP)) {
        add_known(&l.t, l.from, r, COL_HOST_SWAP_FREE, "swap ", " free");
        add_behind(&l.t, r, COL_HOST_SWAP, " of ");
    }
    line_end(&l, p);
    l = line_begin("files");
    add_known(&l.t, l.from, r, COL_HOST_FILES, "", " open");
    add_behind(&l.t, r, COL_HOST_FILES_LIMIT, " of ");
    add_known(&l.t, l.from, r, COL_HOST_THREADS, "", " threads");
    line_end(&l, p);
}

static void add_java(struct pager *p, const struct relation *r)
{
    struct value percent = relation_cell(r, 0, COL_HOST_HEAP_PERCENT);
    struct line l = line_begin("heap");

    l.role = percent.type != V_FLOAT ? ROLE_TEXT : percent.u.d >= 97 ? ROLE_BAD : percent.u.d >= 90 ? ROLE_WARN : ROLE_TEXT;
    add_known(&l.t, l.from, r, COL_HOST_HEAP_PERCENT, "", "");
    add_known(&l.t, l.from, r, COL_HOST_HEAP_USED, "", " used");
    if (is_known(r, COL_HOST_HEAP_USED))
        add_behind(&l.t, r, COL_HOST_HEAP_MAX, " of ");
    else
        add_known(&l.t, l.from, r, COL_HOST_HEAP_MAX, "largest ", "");
    line_end(&l, p);
    l = line_begin("java");
    add_known(&l.t, l.from, r, COL_HOST_JAVA, "", "");
    add_known(&l.t, l.from, r, COL_HOST_COLLECTOR, "", "");
    add_known(&l.t, l.from, r, COL_HOST_JVM_FLAGS, "", "");
    line_end(&l, p);
}

static void add_machine(struct pager *p, const struct relation *r)
{
    struct line l = line_begin("machine");

    add_known(&l.t, l.from, r, COL_HOST_HOSTNAME, "", "");
    add_known(&l.t, l.from, r, COL_HOST_OS, "", "");
    line_end(&l, p);
}

/* ---- tables ---- */

/* Cells of a row, each as wide as its column, and a text behind them. */
static void add_columns(struct pager *p, enum role role, const struct relation *r, size_t row, const char *label, const size_t *cols,
                        const int *widths, size_t n, const char *end)
{
    struct text t, one;

    text_init(&t, 8192);
    text_init(&one, 8192);
    text_addf(&t, "%-*s", LABEL, label);
    for (size_t i = 0; i < n; i++) {
        text_clear(&one);
        add_cell(&one, r, row, cols[i]);
        int pad = widths[i] - utf8_width(one.s, one.len);
        text_addf(&t, "%*s%s%s", pad > 0 ? pad : 0, "", one.s, i + 1 < n || *end ? "  " : "");
    }
    text_adds(&t, end);
    pager_add(p, role, LABEL, t.s, t.len);
    text_release(&t);
    text_release(&one);
}

/* Short where it lies in the home, which stands above. */
static const char *short_path(const char *path, const char *home)
{
    size_t n = strlen(home);

    return n > 1 && strncmp(path, home, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

static enum role disk_role(const struct relation *r, size_t row)
{
    struct value used = relation_cell(r, row, COL_DISKS_USED_PERCENT);
    int64_t in = value_i64(relation_cell(r, row, COL_DISKS_FULL_IN), INT64_MAX);

    if (used.type != V_FLOAT)
        return ROLE_WARN;
    return used.u.d > 95 || in < 6 * 3600000 ? ROLE_BAD : used.u.d > 90 || in < 24 * 3600000 ? ROLE_WARN : ROLE_TEXT;
}

/* No data yet, or why there is none. */
static bool add_why(struct pager *p, const char *label, const struct relation *r)
{
    if (r && !r->missing && r->nrows)
        return false;
    pager_addf(p, ROLE_DIM, LABEL, "%-*s%s", LABEL, label, !r ? "asking ..." : r->missing ? r->err.words : "none");
    return true;
}

static void add_disks(struct pager *p, const struct relation *r, const char *home)
{
    static const size_t cols[] = {COL_DISKS_USED_PERCENT, COL_DISKS_AVAILABLE, COL_DISKS_RATE, COL_DISKS_FULL_IN, COL_DISKS_TAKEN};
    static const int widths[] = {5, 7, 7, 7, 7};

    if (add_why(p, "disks", r))
        return;
    pager_addf(p, ROLE_COLUMN, 0, "%-*s%5s  %7s  %7s  %7s  %7s  %s", LABEL, "disks", "used", "left", "an hour", "full in", "takes", "directory");
    for (size_t i = 0; i < r->nrows; i++) {
        add_columns(p, disk_role(r, i), r, i, word(r, i, COL_DISKS_WHAT), cols, widths, sizeof cols / sizeof *cols,
                    short_path(word(r, i, COL_DISKS_PATH), home));
        if (*word(r, i, COL_DISKS_MESSAGE))
            pager_addf(p, ROLE_WARN, -LABEL, "%*s%s", LABEL, "", word(r, i, COL_DISKS_MESSAGE));
    }
}

static void add_stores(struct pager *p, const struct relation *r)
{
    static const size_t cols[] = {COL_STORES_STORE, COL_STORES_TX_LOGS, COL_STORES_TX_FILES, COL_STORES_WRITTEN};
    static const int widths[] = {7, 7, 5, 20};

    if (add_why(p, "stores", r))
        return;
    pager_addf(p, ROLE_COLUMN, 0, "%-*s%7s  %7s  %5s  %20s", LABEL, "stores", "store", "txlogs", "files", "last written");
    for (size_t i = 0; i < r->nrows; i++)
        add_columns(p, ROLE_TEXT, r, i, word(r, i, COL_STORES_DATABASE), cols, widths, sizeof cols / sizeof *cols,
                    word(r, i, COL_STORES_MESSAGE));
}

/* ---- what the logs tell ---- */

static void add_events(struct pager *p, const struct relation *r)
{
    struct line l = line_begin("log");

    add_known(&l.t, l.from, r, COL_HOST_CHECKPOINT, "checkpoint ", "");
    add_behind(&l.t, r, COL_HOST_CHECKPOINT_TOOK, " took ");
    if (!is_known(r, COL_HOST_STARTED))
        add_known(&l.t, l.from, r, COL_HOST_STARTS, "last started ", "");
    line_end(&l, p);
    l = line_begin("last hour");
    add_known(&l.t, l.from, r, COL_HOST_GC_PAUSE, "longest pause ", "");
    add_behind(&l.t, r, COL_HOST_GC_PAUSE_AT, " at ");
    add_known(&l.t, l.from, r, COL_HOST_LOGINS_FAILED, "", " failed logins");
    if (*word(r, 0, COL_HOST_LOGINS_WHO))
        text_addf(&l.t, ": %s", word(r, 0, COL_HOST_LOGINS_WHO));
    line_end(&l, p);
    l = line_begin("alarms");
    l.role = ROLE_BAD;
    add_known(&l.t, l.from, r, COL_HOST_ALARMS, "", "");
    add_behind(&l.t, r, COL_HOST_ALARM_AT, ", last at ");
    add_known(&l.t, l.from, r, COL_HOST_CHECKPOINT_FAILED, "a checkpoint failed at ", "");
    line_end(&l, p);
    l = line_begin("certificate");
    if (is_known(r, COL_HOST_CERTIFICATE))
        text_adds(&l.t, word(r, 0, COL_HOST_CERTIFICATE));
    add_known(&l.t, l.from, r, COL_HOST_CERTIFICATE_ENDS, "expires ", "");
    line_end(&l, p);
}

static void add_evidence(struct pager *p, const struct relation *r)
{
    struct value list = relation_cell(r, 0, COL_HOST_EVIDENCE);

    for (uint32_t i = 0; list.type == V_LIST && i < list.len; i++)
        pager_addf(p, ROLE_TEXT, LABEL, "%-*s%s", LABEL, i ? "" : "evidence", value_str(list.u.list[i], ""));
}

/* What could not be had, with the reason: one line for each. What does not apply here is no loss. */
static void add_missing(struct pager *p, const struct relation *r)
{
    const struct sheet *s = sheet_of(SHEET_HOST);

    for (int why = 0; why < NABSENT; why++) {
        struct text t;
        if (why == ABSENT_NULL || why == ABSENT_NOT_APPLICABLE)
            continue;
        text_init(&t, 4096);
        for (size_t i = 0; i < s->ncols; i++)
            if (relation_cell(r, 0, i).type == V_ABSENT && relation_cell(r, 0, i).absent == why)
                text_addf(&t, "%s%s", t.len ? ", " : ": ", s->columns[i].name);
        if (t.len)
            pager_addf(p, ROLE_DIM, -2, "%s%s", absent_words((enum absent)why), t.s);
        text_release(&t);
    }
}

/* ---- the whole ---- */

static void fill(struct pager *p, const struct view_ctx *c, uint32_t instance)
{
    const struct relation *r = model_get(c->model, instance, SHEET_HOST);

    if (add_why(p, "host", r))
        return;
    if (r->stale)
        pager_addf(p, ROLE_WARN, 0, "stale: %s", r->err.words);
    add_status(p, r);
    add_disagreements(p, r);
    add_load(p, r);
    add_java(p, r);
    add_server(p, r);
    add_machine(p, r);
    add_disks(p, model_get(c->model, instance, SHEET_DISKS), word(r, 0, COL_HOST_HOME));
    add_stores(p, model_get(c->model, instance, SHEET_STORES));
    add_events(p, r);
    add_evidence(p, r);
    add_missing(p, r);
}

void host_update(struct text_view *tv, const struct view_ctx *c)
{
    uint64_t generation = model_generation(c->model, SHEET_HOST) + model_generation(c->model, SHEET_DISKS) + model_generation(c->model, SHEET_STORES);

    if (tv->pager.count && generation == tv->generation)
        return;
    tv->generation = generation;
    if (!tv->title)
        tv->title = x_strdup(model_instance_name(c->model, tv->base.instance));
    pager_clear(&tv->pager);
    fill(&tv->pager, c, tv->base.instance);
}
