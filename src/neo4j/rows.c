#include "neo4j/rows.h"

#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "neo4j/jolt.h"
#include "neo4j/tree.h"

bool shape_error(struct err *e, const char *why)
{
    return err_set(e, ERR_SHAPE, "the answer makes no sense: %s; ask again, and see whether something stands between", why);
}

bool rows_names(struct rows *r, const cJSON *list)
{
    int n = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : -1;
    size_t i = 0;

    if (n < 0 || n > COLUMNS_MAX)
        return shape_error(r->e, n < 0 ? "no column names" : "too many columns");
    r->names = arena_alloc(r->arena, ((size_t)n + 1) * sizeof *r->names);
    for (const cJSON *c = list->child; c; c = c->next) {
        const char *name = jolt_text(c);

        if (!name)
            return shape_error(r->e, "a column without a name");
        r->names[i++] = arena_strdup(r->arena, name);
    }
    r->names[i] = NULL;
    r->ncols = i;
    return true;
}

bool rows_cell(struct rows *r, struct value v)
{
    size_t n = r->nrows * r->ncols + r->filled;

    if (r->filled == r->ncols)
        return shape_error(r->e, "a row with more cells than there are columns");
    if (n >= r->max_cells)
        return err_set(r->e, ERR_TOO_LARGE, "the answer is too large to keep: more than %zu cells", r->max_cells);
    r->cells = x_grow(r->cells, &r->cap, n + 1, sizeof *r->cells);
    r->cells[n] = v;
    r->filled++;
    return true;
}

bool rows_end(struct rows *r)
{
    if (r->filled != r->ncols)
        return shape_error(r->e, "a row with fewer cells than there are columns");
    if (!r->ncols && r->nrows >= r->max_cells)
        return err_set(r->e, ERR_TOO_LARGE, "the answer is too large to keep: more than %zu rows", r->max_cells);
    r->filled = 0;
    r->nrows++;
    return true;
}

void rows_finish(struct rows *r, struct neo_result *out)
{
    size_t n = r->nrows * r->ncols;
    struct value *cells = arena_alloc(r->arena, n * sizeof *cells + 1);

    if (n)
        memcpy(cells, r->cells, n * sizeof *cells);
    out->names = r->names;
    out->cells = cells;
    out->ncols = r->ncols;
    out->nrows = r->nrows;
    rows_drop(r);
}

void rows_drop(struct rows *r)
{
    free(r->cells);
    r->cells = NULL;
    r->cap = 0;
}
