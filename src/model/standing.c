#include "model/standing.h"

#include <string.h>

static bool has_members(const struct relation *r, size_t row, size_t col)
{
    struct value v = relation_cell(r, row, col);

    return v.type == V_LIST && v.len > 0;
}

struct standing standing_told(const struct relation *r, size_t row)
{
    const char *state = value_str(relation_cell(r, row, COL_TRANSACTIONS_STATE), "");
    struct standing s = {.elapsed_ms = value_i64(relation_cell(r, row, COL_TRANSACTIONS_ELAPSED), INT64_MIN)};

    if (value_i64(relation_cell(r, row, COL_TRANSACTIONS_OWN), 0))
        s.flags |= STANDS_OWN;
    if (has_members(r, row, COL_TRANSACTIONS_BLOCKED_BY))
        s.flags |= STANDS_WAITING;
    if (has_members(r, row, COL_TRANSACTIONS_BLOCKS))
        s.flags |= STANDS_BLOCKING;
    if (strcmp(state, "blocked") == 0)
        s.flags |= STANDS_BLOCKED;
    else if (strcmp(state, "idle in tx") == 0)
        s.flags |= STANDS_IDLE;
    return s;
}

void standing_take(struct relation *r, size_t first)
{
    r->standings.s = x_grow(r->standings.s, &r->standings.cap, r->nrows, sizeof *r->standings.s);
    for (size_t row = first; row < r->nrows; row++)
        r->standings.s[row] = standing_told(r, row);
    r->standings.n = r->nrows;
}

void standing_renew(struct relation *r, size_t row)
{
    if (row < r->standings.n)
        r->standings.s[row] = standing_told(r, row);
}
