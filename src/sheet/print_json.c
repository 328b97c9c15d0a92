/* {view, taken_at, instances, rows}: for programs. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "sheet/cut.h"
#include "sheet/printers.h"

/* The row of SHEET_INSTANCES of that name; its relation is NULL when there is none. */
static struct row instance_row(const struct printing *p, uint32_t instance)
{
    const char *name = model_instance_name(p->m, instance);
    const struct relation *own = model_get(p->m, instance, SHEET_INSTANCES);
    const struct relation *all = model_get(p->m, MODEL_NO_INSTANCE, SHEET_INSTANCES);
    for (int pass = 0; pass < 2; pass++) {
        const struct relation *rel = pass ? all : own;
        for (size_t i = 0; rel && i < rel->nrows; i++)
            if (strcmp(value_str(relation_cell(rel, i, COL_INSTANCES_INSTANCE), ""), name) == 0)
                return (struct row){rel, i};
    }
    return (struct row){NULL, 0};
}

static const char *whole_edition(const char *edition)
{
    if (edition && strncmp(edition, "ent", 3) == 0)
        return "enterprise";
    if (edition && strncmp(edition, "com", 3) == 0)
        return "community";
    return edition && *edition ? edition : NULL;
}

static void add_time(struct json *j, const char *key, int64_t ms)
{
    json_key(j, key);
    json_value(j, v_time(ms));
}

static void add_string(struct json *j, const char *key, const char *s)
{
    json_key(j, key);
    json_str(j, s && *s ? s : NULL);
}

static void add_cut(struct json *j, const struct relation *rel)
{
    struct text words;

    text_init(&words, 1000);
    if (cut_words(rel, false, &words)) {
        json_key(j, "truncated");
        json_bool(j, true);
        add_string(j, "truncated_words", words.s);
    }
    text_release(&words);
}

static void add_instance(struct json *j, const struct printing *p, uint32_t i)
{
    struct row r = instance_row(p, i);
    const struct relation *rel = model_get(p->m, i, p->sheet->id);
    const char *words;
    enum absent why;
    json_begin_object(j);
    json_key(j, "name");
    json_str(j, model_instance_name(p->m, i));
    add_string(j, "server_version", value_str(row_cell(r, COL_INSTANCES_VERSION), NULL));
    add_string(j, "edition", whole_edition(value_str(row_cell(r, COL_INSTANCES_EDITION), NULL)));
    if (printing_missing(p, i, &why, &words)) {
        add_string(j, "absent", absent_name(why));
        add_string(j, "message", words);
    } else if (rel && rel->stale) {
        json_key(j, "stale");
        json_bool(j, true);
        add_time(j, "taken_at", rel->taken_ms);
        add_string(j, "message", rel->err.words);
    }
    add_cut(j, rel);
    json_end_object(j);
}

static void add_cell(struct json *j, struct value v)
{
    if (v.type == V_ABSENT)
        json_null(j);
    else
        json_value(j, v);
}

/* The instance stands in each row, also when other columns were chosen: rows of many are told apart by it. */
static bool adds_instance(const struct printing *p)
{
    for (size_t i = 0; i < p->ncolumns; i++)
        if ((int)p->columns[i] == p->instance_column)
            return false;
    return p->instance_column >= 0;
}

static void add_row(struct json *j, const struct printing *p, struct row r)
{
    size_t absent = 0;
    json_begin_object(j);
    if (adds_instance(p))
        add_string(j, "instance", printing_instance(p, r));
    for (size_t i = 0; i < p->ncolumns; i++) {
        struct value v = row_cell(r, p->columns[i]);
        if ((int)p->columns[i] == p->instance_column && v.type == V_ABSENT && *printing_instance(p, r))
            v = v_text(printing_instance(p, r));
        json_key(j, p->sheet->columns[p->columns[i]].name);
        add_cell(j, v);
        absent += v.type == V_ABSENT;
    }
    if (absent) {
        json_key(j, "absent");
        json_begin_object(j);
        for (size_t i = 0; i < p->ncolumns; i++) {
            struct value v = row_cell(r, p->columns[i]);
            if (v.type == V_ABSENT)
                add_string(j, p->sheet->columns[p->columns[i]].name, absent_name(v.absent));
        }
        json_end_object(j);
    }
    json_end_object(j);
}

void print_json(const struct printing *p)
{
    struct json j;
    const char *words;
    enum absent why;
    uint32_t first, n = printing_instances(p, &first);
    json_init(&j, p->out, true);
    json_begin_object(&j);
    add_string(&j, "view", p->o->view ? p->o->view : p->sheet->name);
    add_time(&j, "taken_at", p->o->taken_ms);
    if (p->o->status)
        add_string(&j, "status", p->o->status);
    if (printing_missing(p, MODEL_NO_INSTANCE, &why, &words)) {
        add_string(&j, "absent", absent_name(why));
        add_string(&j, "message", words);
    }
    json_key(&j, "instances");
    json_begin_list(&j);
    for (uint32_t i = first; i < first + n; i++)
        add_instance(&j, p, i);
    json_end_list(&j);
    json_key(&j, "rows");
    json_begin_list(&j);
    for (size_t i = 0; i < p->rows->count; i++)
        add_row(&j, p, p->rows->r[i]);
    json_end_list(&j);
    json_end_object(&j);
    text_addc(p->out, '\n');
}
