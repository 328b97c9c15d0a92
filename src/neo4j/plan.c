/* A plan is a tree of operators, data flows from the leaves up. A chain stays in one column; the second input of an operator is
 * indented below it, the first one goes on in its column. */
#include "neo4j/plan.h"

#include <stdlib.h>
#include <string.h>

#include "neo4j/jolt.h"
#include "neo4j/tree.h"

const char *const plan_names[PLAN_COLUMNS + 1] = {
    [PLAN_LINE] = "plan",           [PLAN_DEPTH] = "depth",     [PLAN_OPERATOR] = "operator",
    [PLAN_ROWS] = "estimated_rows", [PLAN_DETAILS] = "details",
};

enum { OPERATOR_WIDTH_MAX = 48, BRANCHES_MAX = 20 };

struct step {
    unsigned depth, branches;
    const char *operator, *details; /* in the arena */
    struct value rows;
};

struct plan {
    struct arena *arena;
    struct step *steps;
    size_t n, cap;
    bool cut;
};

/* An argument of an operator: beside its name (Jolt, JSON) or among "arguments" with a type (Query API). */
static const cJSON *argument(const cJSON *op, const char *name)
{
    const cJSON *v = tree_get(tree_get(op, "arguments"), name), *inner = tree_get(v, "_value");

    if (!v)
        v = tree_get(op, name);
    return inner ? inner : v;
}

static struct value number_of(const cJSON *node, struct arena *a)
{
    const char *s = tree_text(node);
    struct value v;

    if (s && tree_number(s, &v))
        return v;
    return jolt_value(node, a);
}

static void add_item(struct text *t, const cJSON *node)
{
    const char *s = jolt_text(node);

    if (!s)
        return;
    if (t->len)
        text_adds(t, ", ");
    text_adds(t, s);
}

static void add_all(struct text *t, const cJSON *node)
{
    if (cJSON_IsArray(node))
        for (const cJSON *c = node->child; c; c = c->next)
            add_item(t, c);
    else
        add_item(t, node);
}

/* "Details" came with 4.0; before, each kind of operator had arguments of its own. */
static const char *details_of(const cJSON *op, struct arena *a)
{
    static const char *const old[] = {"LegacyExpression", "ExpandExpression", "KeyNames", "Index", "LabelName", "Signature"};
    struct text t;
    const char *s;

    text_init(&t, 0);
    add_all(&t, argument(op, "Details"));
    for (size_t i = 0; !t.len && i < sizeof old / sizeof *old; i++)
        add_all(&t, argument(op, old[i]));
    if (!t.len)
        add_all(&t, tree_get(op, "identifiers"));
    s = arena_strndup(a, t.s, t.len);
    text_release(&t);
    return s;
}

static const char *operator_of(const cJSON *op, struct arena *a)
{
    const char *s = jolt_text(tree_get(op, "operatorType"));

    return s ? arena_strndup(a, s, strcspn(s, "@")) : NULL; /* "Sort@neo4j": the database is known */
}

static void collect(struct plan *p, const cJSON *op, unsigned depth, unsigned branches)
{
    const cJSON *children = tree_get(op, "children");
    const char *name = operator_of(op, p->arena);

    if (!name)
        return;
    if (depth == PLAN_DEPTH_MAX || p->n == PLAN_OPERATORS_MAX) {
        p->cut = true;
        return;
    }
    p->steps = x_grow(p->steps, &p->cap, p->n + 1, sizeof *p->steps);
    p->steps[p->n++] = (struct step){depth, branches, name, details_of(op, p->arena),
                                     number_of(argument(op, "EstimatedRows"), p->arena)};
    if (!cJSON_IsArray(children) || !children->child)
        return;
    for (const cJSON *c = children->child->next; c; c = c->next)
        collect(p, c, depth + 1, branches + 1);
    collect(p, children->child, depth + 1, branches);
}

static int step_width(const struct step *s)
{
    int w = 2 * (int)(s->branches < BRANCHES_MAX ? s->branches : BRANCHES_MAX) + 1 + utf8_width(s->operator, strlen(s->operator));

    return w < OPERATOR_WIDTH_MAX ? w : OPERATOR_WIDTH_MAX;
}

static void add_rows_estimate(struct text *t, struct value rows)
{
    double d = rows.type == V_FLOAT ? rows.u.d : (double)value_i64(rows, 0);

    if (rows.type != V_FLOAT && rows.type != V_INT)
        text_addf(t, "%12s  ", "");
    else if (d < 10)
        text_addf(t, "%12.1f  ", d);
    else if (d < 1e12)
        text_addf(t, "%12.0f  ", d);
    else
        text_addf(t, "%12.2e  ", d);
}

static const char *step_line(const struct step *s, int width, struct arena *a)
{
    struct text t;
    const char *line;

    text_init(&t, 0);
    add_rows_estimate(&t, s->rows);
    for (unsigned i = 0; i < s->branches && i < BRANCHES_MAX; i++)
        text_adds(&t, "| ");
    text_addc(&t, '+');
    text_adds(&t, s->operator);
    if (*s->details) {
        for (int i = step_width(s); i < width; i++)
            text_addc(&t, ' ');
        text_adds(&t, "  ");
        text_add_squeezed(&t, s->details, strlen(s->details));
    }
    line = arena_strndup(a, t.s, t.len);
    text_release(&t);
    return line;
}

static void add_fact(struct text *t, const char *label, const cJSON *node)
{
    const char *s = jolt_text(node);

    if (!s || !*s)
        return;
    if (t->len)
        text_adds(t, ", ");
    if (!str_starts(s, "CYPHER "))
        text_adds(t, label);
    text_adds(t, s);
}

/* "planner COST, runtime SLOTTED, Cypher 5" */
static const char *head_line(const cJSON *root, bool cut, struct arena *a)
{
    struct text t;
    const char *line;

    text_init(&t, 0);
    add_fact(&t, "planner ", argument(root, "planner"));
    add_fact(&t, "runtime ", argument(root, "runtime"));
    add_fact(&t, "Cypher ", argument(root, "version"));
    if (cut)
        text_addf(&t, "%sonly its first operators: the plan is too large", t.len ? "; " : "");
    line = arena_strndup(a, t.s, t.len);
    text_release(&t);
    return line;
}

static void fill_line(struct value *row, const char *line)
{
    for (int i = 0; i < PLAN_COLUMNS; i++)
        row[i] = v_absent(ABSENT_NOT_APPLICABLE);
    row[PLAN_LINE] = v_text(line);
}

static void fill_step(struct value *row, const struct step *s, int width, struct arena *a)
{
    fill_line(row, step_line(s, width, a));
    row[PLAN_DEPTH] = v_int(s->depth);
    row[PLAN_OPERATOR] = v_text(s->operator);
    row[PLAN_ROWS] = s->rows;
    row[PLAN_DETAILS] = v_text(s->details);
}

bool plan_rows(const cJSON *plan, struct arena *a, struct neo_result *out)
{
    const cJSON *root = tree_get(plan, "root") ? tree_get(plan, "root") : plan;
    struct plan p = {.arena = a};
    struct value *cells;
    int width = 0;

    collect(&p, root, 0, 0);
    if (!p.n)
        return false;
    for (size_t i = 0; i < p.n; i++)
        width = step_width(&p.steps[i]) > width ? step_width(&p.steps[i]) : width;
    cells = arena_alloc(a, (p.n + 2) * PLAN_COLUMNS * sizeof *cells);
    fill_line(cells, head_line(root, p.cut, a));
    fill_line(cells + PLAN_COLUMNS, arena_printf(a, "%12s  %-*s  %s", "est. rows", width, "operator", "details"));
    for (size_t i = 0; i < p.n; i++)
        fill_step(cells + (i + 2) * PLAN_COLUMNS, &p.steps[i], width, a);
    free(p.steps);
    *out = (struct neo_result){.names = plan_names, .cells = cells, .ncols = PLAN_COLUMNS, .nrows = p.n + 2};
    return true;
}
