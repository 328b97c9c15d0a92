/* The Query API: {"data": {fields, values}, "queryPlan": ..., "errors": [...]} with values {"$type": "Integer", "_value": "1"}. */
#include <cJSON.h>
#include <string.h>

#include "neo4j/jolt.h"
#include "neo4j/plan.h"
#include "neo4j/rows.h"
#include "neo4j/tree.h"

static struct value typed(const cJSON *node, struct arena *a, unsigned depth);

static struct value text_of(struct arena *a, const char *s)
{
    return v_copy_text(a, s, strlen(s));
}

static struct value typed_list(const cJSON *list, struct arena *a, unsigned depth)
{
    struct values l = {0};

    if (depth >= VALUE_DEPTH_MAX)
        return v_absent(ABSENT_TOO_LARGE);
    for (const cJSON *c = list->child; c; c = c->next)
        values_add(&l, typed(c, a, depth + 1));
    return values_list(&l, a);
}

/* Names that the Query API gives to the parts of nodes and relationships, and ours. */
static const char *plain_name(const char *name)
{
    static const char *const names[][2] = {
        {"_element_id", "id"},
        {"_labels", "labels"},
        {"_type", "type"},
        {"_properties", "properties"},
        {"_start_node_element_id", "start"},
        {"_end_node_element_id", "end"},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i][0]))
            return names[i][1];
    return name;
}

static struct value typed_map(const cJSON *map, struct arena *a, unsigned depth, bool entity)
{
    struct values l = {0};

    if (depth >= VALUE_DEPTH_MAX)
        return v_absent(ABSENT_TOO_LARGE);
    for (const cJSON *c = map->child; c; c = c->next) {
        const char *name = tree_name(c);
        bool properties = entity && !strcmp(name, "_properties") && cJSON_IsObject(c);

        values_add(&l, text_of(a, entity ? plain_name(name) : name));
        values_add(&l, properties ? typed_map(c, a, depth + 1, false) : typed(c, a, depth + 1));
    }
    return values_map(&l, a);
}

static struct value typed_scalar(const char *type, const cJSON *node, struct arena *a)
{
    const char *s = tree_text(node);
    struct value v;

    if (!s)
        return tree_value(node, a);
    if (!strcmp(type, "Integer") || !strcmp(type, "Float"))
        return tree_number(s, &v) ? v : v_absent(ABSENT_WRONG_SHAPE);
    if (strstr(type, "DateTime") || !strcmp(type, "Duration"))
        return temporal_value(a, s);
    return text_of(a, s);
}

static struct value typed(const cJSON *node, struct arena *a, unsigned depth)
{
    const char *type = tree_text(tree_get(node, "$type"));
    const cJSON *inner = tree_get(node, "_value");

    if (cJSON_IsArray(node))
        return typed_list(node, a, depth);
    if (!cJSON_IsObject(node))
        return tree_value(node, a);
    if (!type || !inner)
        return typed_map(node, a, depth, false);
    if (cJSON_IsArray(inner))
        return typed_list(inner, a, depth);
    if (cJSON_IsObject(inner))
        return typed_map(inner, a, depth, strcmp(type, "Map") != 0);
    return typed_scalar(type, inner, a);
}

static bool add_row(struct rows *r, struct slice json)
{
    cJSON *row = tree_parse(json);
    bool ok = cJSON_IsArray(row) || shape_error(r->e, "a row that is no list");

    if (ok)
        for (const cJSON *c = row->child; ok && c; c = c->next)
            ok = rows_cell(r, typed(c, r->arena, 0));
    cJSON_Delete(row);
    return ok && rows_end(r);
}

static bool add_values(struct rows *r, struct slice values)
{
    struct scan sc;
    struct slice row;

    if (!scan_list(&sc, values))
        return shape_error(r->e, "no rows");
    while (scan_element(&sc, &row))
        if (!add_row(r, row))
            return false;
    return !sc.broken || shape_error(r->e, "rows that are no list");
}

static bool take_data(struct rows *r, struct slice data)
{
    struct slice fields, values;
    cJSON *names;
    bool ok;

    if (!scan_get(data, "fields", &fields) || !scan_get(data, "values", &values))
        return shape_error(r->e, "a result without columns or rows");
    names = tree_parse(fields);
    ok = rows_names(r, names);
    cJSON_Delete(names);
    return ok && add_values(r, values);
}

static bool take_plan(const struct decoding *d, struct slice whole)
{
    struct slice json;
    cJSON *plan = scan_get(whole, "queryPlan", &json) ? tree_parse(json) : NULL;
    bool ok = plan_rows(plan, d->arena, d->out);

    cJSON_Delete(plan);
    return ok;
}

bool query_decode(const struct decoding *d)
{
    struct rows r = {.arena = d->arena, .e = d->e, .max_cells = d->max_cells};
    struct slice whole, json;
    cJSON *errors;
    bool ok;

    if (!scan_whole(d->body, &whole))
        return shape_error(d->e, "it was cut, or is no JSON");
    errors = scan_get(whole, "errors", &json) ? tree_parse(json) : NULL;
    ok = !decode_errors(d, errors);
    cJSON_Delete(errors);
    if (!ok)
        return false;
    if (!scan_get(whole, "data", &json))
        return shape_error(d->e, "neither data nor errors");
    ok = take_data(&r, json);
    if (ok && !(r.nrows == 0 && take_plan(d, whole)))
        rows_finish(&r, d->out);
    rows_drop(&r);
    return ok;
}
