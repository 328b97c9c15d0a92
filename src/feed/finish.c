/* What no server names: computed from the rows of an answer, and from what else is known of the instance. */
#include "feed/finish.h"

#include <string.h>
#include "base/clock.h"

void finish_because(struct value *cell, enum absent from, enum absent to)
{
    if (cell->type == V_ABSENT && cell->absent == from)
        *cell = v_absent(to);
}

bool finish_community(const struct source *s)
{
    return s->state.edition && str_ieq(s->state.edition, "community");
}

void finish_enterprise(const struct source *s, struct value *row, const size_t *columns, size_t n)
{
    for (size_t i = 0; i < n && finish_community(s); i++)
        finish_because(&row[columns[i]], ABSENT_NULL, ABSENT_ENTERPRISE);
}

/* ---- connections ---- */

static void finish_connections(struct relation *rel, size_t first)
{
    int64_t now = clock_wall_ms();

    for (size_t row = first; row < rel->nrows; row++) {
        struct value *c = finish_row(rel, row), since = c[COL_CONNECTIONS_CONNECTED];
        bool own = str_starts(value_str(c[COL_CONNECTIONS_AGENT], ""), "neodeck");
        c[COL_CONNECTIONS_AGE] = since.type == V_TIME ? v_duration(now > since.u.i ? now - since.u.i : 0) : v_absent(ABSENT_NULL);
        c[COL_CONNECTIONS_OWN] = v_bool(own);
        rel->hidden += own;
    }
}

/* ---- databases ---- */

/* One server, no cluster: what only a cluster has is not zero, it is not there. */
static void finish_databases(const struct source *s, struct relation *rel, size_t first)
{
    static const size_t cluster_only[] = {COL_DATABASES_LAG, COL_DATABASES_LAST_TX, COL_DATABASES_REQ_PRIMARIES,
                                          COL_DATABASES_REQ_SECONDARIES};

    if (!finish_community(s))
        return;
    for (size_t row = first; row < rel->nrows; row++) {
        struct value *c = finish_row(rel, row);
        for (size_t i = 0; i < sizeof cluster_only / sizeof *cluster_only; i++)
            if (c[cluster_only[i]].type != V_ABSENT || c[cluster_only[i]].absent == ABSENT_NULL)
                c[cluster_only[i]] = v_absent(ABSENT_ENTERPRISE);
    }
}

void finish_part(struct feed *f, struct source *s, struct relation *rel, size_t first, const struct reply *r)
{
    switch (rel->sheet) {
    case SHEET_TRANSACTIONS: finish_transactions_part(s, rel, first, r); break;
    case SHEET_TRANSACTION: finish_transaction(f, rel, first); break;
    case SHEET_CONNECTIONS: finish_connections(rel, first); break;
    case SHEET_DATABASES: finish_databases(s, rel, first); break;
    case SHEET_CONSTRAINTS: finish_constraints(rel, first); break;
    default: break;
    }
}

void finish_rows(struct feed *f, struct source *s, struct relation *rel)
{
    if (rel->sheet == SHEET_TRANSACTIONS)
        finish_transactions(s, rel);
    else if (rel->sheet == SHEET_INDEXES)
        finish_indexes(f, s, rel);
}
