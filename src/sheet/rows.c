/* Rows of the model for a query: gathered, filtered, sorted; and their identity. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/standing.h"
#include "sheet/columns.h"
#include "sheet/filter.h"
#include "sheet/groups.h"
#include "sheet/order.h"

struct value row_cell(struct row r, size_t col)
{
    return r.rel ? relation_cell(r.rel, r.row, col) : v_absent(ABSENT_NOT_APPLICABLE);
}

/* Counted while the rows are gathered: once for all frames that show them. */
struct told {
    const char *words;
    unsigned stands;      /* transactions that stand so */
    size_t column;        /* of others: those with anything else in it than */
    const char *well;
};

static const struct told told[NSHEETS][ROWS_TOLD] = {
    [SHEET_TRANSACTIONS] = {{.words = "blocked", .stands = STANDS_BLOCKED}, {.words = "idle", .stands = STANDS_IDLE}},
    [SHEET_DATABASES] = {{.words = "not online", .column = COL_DATABASES_STATUS, .well = "online"}},
    [SHEET_INSTANCES] = {{.words = "not up", .column = COL_INSTANCES_STATE, .well = "up"}},
};

const char *rows_told_words(enum sheet_id sheet, size_t i)
{
    return (unsigned)sheet < NSHEETS && i < ROWS_TOLD ? told[sheet][i].words : NULL;
}

struct gathering {
    struct rows *out;
    const struct query *q;
    int own;          /* column "own", -1: none */
    int instance;     /* column "instance" */
    const char *only; /* of the console's own relations just rows about this instance; NULL: all */
};

static bool is_own(const struct gathering *g, struct row r)
{
    if (r.rel->sheet == SHEET_TRANSACTIONS)
        return standing_of(r.rel, r.row).flags & STANDS_OWN;
    return g->own >= 0 && value_i64(row_cell(r, (size_t)g->own), 0) != 0;
}

static bool is_meant(const struct gathering *g, struct row r)
{
    if (!g->only || r.rel->instance != MODEL_NO_INSTANCE || g->instance < 0)
        return true;
    return strcmp(value_str(row_cell(r, (size_t)g->instance), ""), g->only) == 0;
}

static void tell(struct rows *out, struct row r)
{
    const struct told *t = told[r.rel->sheet];
    for (size_t i = 0; i < ROWS_TOLD && t[i].words; i++)
        if (t[i].stands ? standing_of(r.rel, r.row).flags & t[i].stands : strcmp(value_str(row_cell(r, t[i].column), ""), t[i].well) != 0)
            out->told[i]++;
}

static void gather_row(struct gathering *g, struct row r)
{
    g->out->total++;
    if (g->q->filter && !filter_match(g->q->filter, r.rel, r.row))
        return;
    g->out->r[g->out->count++] = r;
    tell(g->out, r);
}

static void gather(struct gathering *g, const struct relation *rel)
{
    size_t own = 0;
    if (!rel || rel->missing)
        return;
    g->out->r = x_grow(g->out->r, &g->out->cap, g->out->count + rel->nrows, sizeof *g->out->r);
    for (size_t i = 0; i < rel->nrows; i++) {
        struct row r = {rel, i};
        if (is_own(g, r))
            own++;
        else if (is_meant(g, r))
            gather_row(g, r);
    }
    /* who published may have taken them out already, and counted them */
    g->out->hidden_own += own > rel->hidden ? own : rel->hidden;
}

void rows_collect(struct rows *out, const struct model *m, const struct query *q)
{
    const struct sheet *s = sheet_of(q->sheet);
    out->count = out->total = out->hidden_own = 0;
    memset(out->told, 0, sizeof out->told);
    if (!s)
        return;
    struct gathering g = {
        .out = out, .q = q, .own = column_named(s, "own"), .instance = column_named(s, "instance"), .only = NULL};
    if (q->filter)
        filter_begin(q->filter);
    if (q->instance == MODEL_NO_INSTANCE) {
        for (uint32_t i = 0; i < model_instances(m); i++)
            if (group_has(m, q->group, i))
                gather(&g, model_get(m, i, q->sheet));
    } else {
        g.only = model_instance_name(m, q->instance);
        gather(&g, model_get(m, q->instance, q->sheet));
    }
    gather(&g, model_get(m, MODEL_NO_INSTANCE, q->sheet));
    if (out->count > 1)
        rows_sort(out, q);
}

void rows_release(struct rows *r)
{
    free(r->r);
    *r = (struct rows){0};
}

static void add_part(struct value v, struct text *out)
{
    if (v.type == V_TIME || v.type == V_DURATION)
        text_addf(out, "%lld", (long long)v.u.i);
    else
        value_render(v, out);
}

static size_t key_columns(const struct sheet *s, size_t *idx, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < s->ncols && n < max; i++)
        if (s->columns[i].key)
            idx[n++] = i;
    return n;
}

enum { KEY_COLUMNS = 8 };

/* Parts are told apart by a sign that the cleaner lets no name keep on a screen. */
#define BETWEEN '\x1f'

void row_key(struct row r, struct text *out)
{
    const struct sheet *s = r.rel ? sheet_of(r.rel->sheet) : NULL;
    size_t idx[KEY_COLUMNS], n = s ? key_columns(s, idx, KEY_COLUMNS) : 0;
    for (size_t i = 0; i < n; i++) {
        if (i)
            text_addc(out, BETWEEN);
        add_part(row_cell(r, idx[i]), out);
    }
}

/* Does the key go on with this value? Moves behind it. */
static bool goes_on_with(const char **key, struct value v, struct text *scratch)
{
    const char *s = v.u.s;
    size_t n = v.len;
    if (v.type != V_TEXT) {
        text_clear(scratch);
        add_part(v, scratch);
        s = scratch->s;
        n = scratch->len;
    }
    if (strncmp(*key, s, n) != 0 || strnlen(*key, n) < n)
        return false;
    *key += n;
    return true;
}

/* As row_key writes it, but without writing it: most rows differ in the first parts already. */
static bool has_key(struct row r, const char *key, const size_t *idx, size_t n, struct text *scratch)
{
    for (size_t i = 0; i < n; i++)
        if ((i && *key++ != BETWEEN) || !goes_on_with(&key, row_cell(r, idx[i]), scratch))
            return false;
    return !*key;
}

long rows_find(const struct rows *rs, const char *key)
{
    const struct sheet *s = rs->count ? sheet_of(rs->r[0].rel->sheet) : NULL;
    size_t idx[KEY_COLUMNS], n = s ? key_columns(s, idx, KEY_COLUMNS) : 0;
    struct text t;
    long found = -1;
    text_init(&t, 64 * 1024);
    for (size_t i = 0; i < rs->count && found < 0; i++)
        if (has_key(rs->r[i], key, idx, n, &t))
            found = (long)i;
    text_release(&t);
    return found;
}
