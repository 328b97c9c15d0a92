#include "model/model.h"

#include <stdlib.h>
#include <string.h>

enum per { SELF, INSTANCE, DATABASE, HOST };
static const struct {
    size_t columns;
    enum per per;
} sheets[NSHEETS] = {
#define SHEET(id, name, title, statement, pace, per) [SHEET_##id] = {NCOLS_##id, per},
#define COLUMN(...)
#define SHEET_END(id)
#include "tables/columns.def"
#undef SHEET
#undef COLUMN
#undef SHEET_END
};

size_t sheet_columns(enum sheet_id sheet)
{
    return (unsigned)sheet < NSHEETS ? sheets[sheet].columns : 0;
}

bool sheet_of_server(enum sheet_id sheet)
{
    return (unsigned)sheet < NSHEETS && (sheets[sheet].per == INSTANCE || sheets[sheet].per == DATABASE);
}

struct relation *relation_new(uint32_t instance, enum sheet_id sheet)
{
    struct relation *r = x_calloc(1, sizeof *r);

    r->instance = instance;
    r->sheet = sheet;
    r->ncols = sheet_columns(sheet);
    return r;
}

void relation_free(struct relation *r)
{
    if (!r)
        return;
    arena_release(&r->arena);
    free(r->cells);
    free(r->standings.s);
    free(r);
}

void relation_reserve(struct relation *r, size_t nrows)
{
    size_t row = r->ncols * sizeof *r->cells;

    if (nrows <= r->cap || row == 0)
        return;
    r->cells = x_realloc(r->cells, nrows > SIZE_MAX / row ? SIZE_MAX : nrows * row); /* SIZE_MAX aborts */
    r->cap = nrows;
}

struct value *relation_add_row(struct relation *r)
{
    struct value *row;

    if (r->nrows == r->cap)
        relation_reserve(r, r->cap ? r->cap * 2 : 4);
    row = r->cells + r->nrows++ * r->ncols;
    for (size_t i = 0; i < r->ncols; i++)
        row[i] = v_absent(ABSENT_NOT_ASKED);
    return row;
}

struct value relation_cell(const struct relation *r, size_t row, size_t col)
{
    if (row >= r->nrows || col >= r->ncols)
        return v_absent(ABSENT_NOT_APPLICABLE);
    return r->cells[row * r->ncols + col];
}

