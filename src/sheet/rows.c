/* Rows of the model for a query: gathered, filtered, sorted; and their identity. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sheet/columns.h"
#include "sheet/filter.h"
#include "sheet/groups.h"
#include "sheet/order.h"

struct value row_cell(struct row r, size_t col)
{
    return r.rel ? relation_cell(r.rel, r.row, col) : v_absent(ABSENT_NOT_APPLICABLE);
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
    return g->own >= 0 && value_i64(row_cell(r, (size_t)g->own), 0) != 0;
}

static bool is_meant(const struct gathering *g, struct row r)
{
    if (!g->only || r.rel->instance != MODEL_NO_INSTANCE || g->instance < 0)
        return true;
    return strcmp(value_str(row_cell(r, (size_t)g->instance), ""), g->only) == 0;
}

static void gather_row(struct gathering *g, struct row r)
{
    g->out->total++;
    if (g->q->filter && !filter_match(g->q->filter, r.rel, r.row))
        return;
    g->out->r = x_grow(g->out->r, &g->out->cap, g->out->count + 1, sizeof *g->out->r);
    g->out->r[g->out->count++] = r;
}

static void gather(struct gathering *g, const struct relation *rel)
{
    size_t own = 0;
    if (!rel || rel->missing)
        return;
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

/* Parts are told apart by a sign that the cleaner lets no name keep on a screen. */
void row_key(struct row r, struct text *out)
{
    const struct sheet *s = r.rel ? sheet_of(r.rel->sheet) : NULL;
    bool first = true;
    for (size_t i = 0; s && i < s->ncols; i++) {
        struct value v = row_cell(r, i);
        if (!s->columns[i].key)
            continue;
        if (!first)
            text_addc(out, '\x1f');
        first = false;
        if (v.type == V_TIME || v.type == V_DURATION)
            text_addf(out, "%lld", (long long)v.u.i);
        else
            value_render(v, out);
    }
}

long rows_find(const struct rows *rs, const char *key)
{
    struct text t;
    long found = -1;
    text_init(&t, 64 * 1024);
    for (size_t i = 0; i < rs->count && found < 0; i++) {
        text_clear(&t);
        row_key(rs->r[i], &t);
        if (strcmp(t.s, key) == 0)
            found = (long)i;
    }
    text_release(&t);
    return found;
}
