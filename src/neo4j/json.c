/* {"results": [{columns, data: [{row, meta}]}], "errors": [...]}: cut into rows by its brackets, one row at a time becomes a tree. */
#include "neo4j/jolt.h"

#include <cJSON.h>

#include "neo4j/plan.h"
#include "neo4j/rows.h"
#include "neo4j/tree.h"

static bool add_row(struct rows *r, struct slice json)
{
    cJSON *row = tree_parse(json);
    bool ok = cJSON_IsArray(row) || shape_error(r->e, "a row that is no list");

    if (ok)
        for (const cJSON *c = row->child; ok && c; c = c->next)
            ok = rows_cell(r, tree_value(c, r->arena));
    cJSON_Delete(row);
    return ok && rows_end(r);
}

static bool add_data(struct rows *r, struct slice data)
{
    struct scan sc;
    struct slice item, row;

    if (!scan_list(&sc, data))
        return shape_error(r->e, "no rows");
    while (scan_element(&sc, &item))
        if (!(scan_get(item, "row", &row) ? add_row(r, row) : shape_error(r->e, "a row that is none")))
            return false;
    return !sc.broken || shape_error(r->e, "rows that are no list");
}

static bool add_names(struct rows *r, struct slice json)
{
    cJSON *columns = tree_parse(json);
    bool ok = rows_names(r, columns);

    cJSON_Delete(columns);
    return ok;
}

static bool take_plan(const struct decoding *d, struct slice json)
{
    cJSON *plan = tree_parse(json);
    bool ok = plan_rows(plan, d->arena, d->out);

    cJSON_Delete(plan);
    return ok;
}

static bool take_result(const struct decoding *d, struct slice result)
{
    struct rows r = {.arena = d->arena, .e = d->e, .max_cells = d->max_cells};
    struct slice columns, data, plan;
    bool ok;

    if (!scan_get(result, "columns", &columns) || !scan_get(result, "data", &data))
        return shape_error(d->e, "a result without columns or rows");
    ok = add_names(&r, columns) && add_data(&r, data);
    if (ok && !(r.nrows == 0 && scan_get(result, "plan", &plan) && take_plan(d, plan)))
        rows_finish(&r, d->out);
    rows_drop(&r);
    return ok;
}

static bool has_errors(const struct decoding *d, struct slice json)
{
    cJSON *errors = tree_parse(json);
    bool any = decode_errors(d, errors);

    cJSON_Delete(errors);
    return any;
}

bool json_decode(const struct decoding *d)
{
    struct slice whole, results, errors, result;
    struct scan sc;
    size_t i = 0;

    if (!scan_whole(d->body, &whole))
        return shape_error(d->e, "it was cut, or is no JSON");
    if (!scan_get(whole, "errors", &errors))
        return shape_error(d->e, "neither results nor errors");
    if (has_errors(d, errors))
        return false;
    if (scan_get(whole, "results", &results) && scan_list(&sc, results))
        while (scan_element(&sc, &result))
            if (i++ == d->result_index)
                return take_result(d, result);
    return shape_error(d->e, "a result is missing");
}
