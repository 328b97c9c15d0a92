#include "sheet/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sheet/found.h"

/* One group while it is summed up. */
struct group {
    const char *name;
    int64_t instances, up, critical, warnings;
    unsigned badness;       /* of its worst instance */
    uint32_t worst;
    size_t place;           /* in the configuration */
};

static const char *own_cell(const struct model *m, uint32_t instance, size_t col)
{
    const struct relation *rel = model_get(m, instance, SHEET_INSTANCES);

    return rel && rel->nrows ? value_str(relation_cell(rel, 0, col), "") : "";
}

const char *group_of(const struct model *m, uint32_t instance)
{
    return own_cell(m, instance, COL_INSTANCES_GROUP);
}

bool groups_any(const struct model *m)
{
    for (uint32_t i = 0; i < model_instances(m); i++)
        if (*group_of(m, i))
            return true;
    return false;
}

bool group_has(const struct model *m, const char *group, uint32_t instance)
{
    return !group || !*group || strcmp(group_of(m, instance), group) == 0;
}

/* How bad a state is: what is on its way to be well is better than what is not. Unknown words are neither. */
static unsigned badness(const struct model *m, uint32_t instance)
{
    static const char *const worse[] = {"up", "slow", "connecting", "starting", "recovering", "stale"};
    const char *state = own_cell(m, instance, COL_INSTANCES_STATE), *login = own_cell(m, instance, COL_INSTANCES_LOGIN);
    unsigned bad = state_is_down(state) ? 6 : 2;

    for (unsigned i = 0; i < sizeof(worse) / sizeof(*worse); i++)
        if (strcmp(worse[i], state) == 0)
            bad = i;
    if (bad < 6 && *login && strcmp(login, "ok") != 0 && strcmp(login, "off") != 0)
        bad = 6; /* nothing is learned from one that lets nobody in */
    return bad;
}

static struct group *find(struct group *g, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(g[i].name, name) == 0)
            return &g[i];
    return NULL;
}

static size_t add_instance(const struct model *m, uint32_t instance, struct group *groups, size_t n)
{
    const char *name = group_of(m, instance);
    struct group *g = find(groups, n, name);
    unsigned bad = badness(m, instance);

    if (!g) {
        g = &groups[n];
        *g = (struct group){.name = name, .worst = instance, .badness = bad, .place = n};
        n++;
    }
    g->instances++;
    g->up += bad < 2;
    if (bad > g->badness) {
        g->badness = bad;
        g->worst = instance;
    }
    return n;
}

static void add_findings(const struct model *m, struct group *groups, size_t n)
{
    const struct relation *rel = model_get(m, MODEL_NO_INSTANCE, SHEET_FINDINGS);
    uint32_t instance;

    for (size_t i = 0; rel && i < rel->nrows; i++) {
        struct group *g = NULL;

        if (model_find_instance(m, value_str(relation_cell(rel, i, COL_FINDINGS_INSTANCE), ""), &instance))
            g = find(groups, n, group_of(m, instance));
        if (!g)
            continue;
        if (strcmp(value_str(relation_cell(rel, i, COL_FINDINGS_LEVEL), ""), "critical") == 0)
            g->critical++;
        else
            g->warnings++;
    }
}

static int compare(const void *a, const void *b)
{
    const struct group *x = a, *y = b;

    if (x->critical != y->critical)
        return x->critical > y->critical ? -1 : 1;
    if (x->badness != y->badness)
        return x->badness > y->badness ? -1 : 1;
    if (x->warnings != y->warnings)
        return x->warnings > y->warnings ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static struct value words(struct relation *rel, const char *s)
{
    return *s ? v_copy_text(&rel->arena, s, strlen(s)) : v_absent(ABSENT_NOT_APPLICABLE);
}

static void add_row(const struct model *m, struct relation *rel, const struct group *g)
{
    struct value *row = relation_add_row(rel);
    const char *login = own_cell(m, g->worst, COL_INSTANCES_LOGIN);
    bool trouble = *login && strcmp(login, "ok") != 0 && strcmp(login, "off") != 0;

    row[COL_GROUPS_GROUP] = v_copy_text(&rel->arena, g->name, strlen(g->name));
    row[COL_GROUPS_STATE] = words(rel, trouble ? login : own_cell(m, g->worst, COL_INSTANCES_STATE));
    row[COL_GROUPS_INSTANCES] = v_int(g->instances);
    row[COL_GROUPS_UP] = v_int(g->up);
    row[COL_GROUPS_CRITICAL] = v_int(g->critical);
    row[COL_GROUPS_WARNINGS] = v_int(g->warnings);
    row[COL_GROUPS_WORST] = v_absent(ABSENT_NOT_APPLICABLE);
    row[COL_GROUPS_MESSAGE] = v_absent(ABSENT_NOT_APPLICABLE);
    if (g->badness) {
        row[COL_GROUPS_WORST] = words(rel, model_instance_name(m, g->worst));
        row[COL_GROUPS_MESSAGE] = words(rel, own_cell(m, g->worst, COL_INSTANCES_MESSAGE));
    }
}

void groups_update(struct model *m)
{
    uint32_t count = model_instances(m);
    struct relation *rel = relation_new(MODEL_NO_INSTANCE, SHEET_GROUPS);
    struct group *groups = x_calloc(count + 1, sizeof(*groups));
    size_t n = 0;

    for (uint32_t i = 0; groups_any(m) && i < count; i++)
        n = add_instance(m, i, groups, n);
    add_findings(m, groups, n);
    qsort(groups, n, sizeof(*groups), compare);
    for (size_t i = 0; i < n; i++)
        add_row(m, rel, &groups[i]);
    free(groups);
    rel->taken_ms = model_newest(m);
    if (found_same_rows(model_get(m, MODEL_NO_INSTANCE, SHEET_GROUPS), rel))
        relation_free(rel);
    else
        model_publish(m, rel);
}
