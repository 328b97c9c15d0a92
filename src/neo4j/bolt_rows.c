#include "neo4j/bolt_rows.h"

#include <string.h>

#include "base/json.h"
#include "neo4j/plan.h"
#include "neo4j/tree.h"

enum { PLAN_BYTES_MAX = 16 * 1024 * 1024 };

bool bolt_rows_names(struct rows *r, struct value about)
{
    struct value fields = value_get(about, "fields");

    if (fields.type != V_LIST || fields.len > COLUMNS_MAX)
        return shape_error(r->e, fields.type != V_LIST ? "no column names" : "too many columns");
    r->names = arena_alloc(r->arena, ((size_t)fields.len + 1) * sizeof *r->names);
    for (uint32_t i = 0; i < fields.len; i++) {
        if (fields.u.list[i].type != V_TEXT)
            return shape_error(r->e, "a column without a name");
        r->names[i] = fields.u.list[i].u.s;
    }
    r->names[fields.len] = NULL;
    r->ncols = fields.len;
    return true;
}

bool bolt_rows_add(struct rows *r, struct value fields)
{
    for (uint32_t i = 0; i < fields.len; i++)
        if (!rows_cell(r, fields.u.list[i]))
            return false;
    return rows_end(r);
}

bool bolt_routing(struct value about, struct arena *a, struct neo_result *out)
{
    struct value table = value_get(about, "rt");
    struct value *cells = arena_alloc(a, 2 * sizeof *cells);
    const char **names = arena_alloc(a, 3 * sizeof *names);

    names[0] = "ttl";
    names[1] = "servers";
    names[2] = NULL;
    cells[0] = value_get(table, names[0]);
    cells[1] = value_get(table, names[1]);
    *out = (struct neo_result){.names = names, .ncols = 2, .cells = cells, .nrows = 1};
    return value_is(cells[0], V_INT) && cells[1].type == V_LIST;
}

/* Bolt calls `args` what the others call `arguments`. */
static void write_value(struct json *j, struct value v)
{
    switch ((enum value_type)v.type) {
    case V_LIST:
        json_begin_list(j);
        for (uint32_t i = 0; i < v.len; i++)
            write_value(j, v.u.list[i]);
        json_end_list(j);
        break;
    case V_MAP:
        json_begin_object(j);
        for (uint32_t i = 0; i + 1 < v.len; i += 2) {
            const char *key = value_str(v.u.list[i], "");
            json_key(j, strcmp(key, "args") == 0 ? "arguments" : key);
            write_value(j, v.u.list[i + 1]);
        }
        json_end_object(j);
        break;
    default: json_value(j, v);
    }
}

bool bolt_plan(struct value about, struct arena *a, struct neo_result *out)
{
    struct value plan = value_get(about, "plan");
    struct text t;
    struct json j;
    cJSON *tree;
    bool ok;

    if (plan.type != V_MAP)
        return false;
    text_init(&t, PLAN_BYTES_MAX);
    json_init(&j, &t, false);
    write_value(&j, plan);
    tree = t.full ? NULL : tree_parse((struct slice){t.s, t.len});
    ok = tree && plan_rows(tree, a, out);
    cJSON_Delete(tree);
    text_release(&t);
    return ok;
}
