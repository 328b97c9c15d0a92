/* What is looked at: all instances, those of a group, or one; and the words of the header for it. */
#include "app/console.h"

#include <stdlib.h>
#include <string.h>

#include "sheet/groups.h"

static void set_group(struct console *c, const char *name)
{
    char *copy = x_strdup(name);

    free(c->group);
    c->group = copy;
}

/* Everything that shows one instance or a group is about another one now. */
static void changed(struct console *c)
{
    c->dirty = true;
    console_interests(c);
}

void scope_to_instance(struct console *c, uint32_t instance)
{
    if (!group_has(c->app->model, c->group, instance))
        set_group(c, "");
    c->scope = instance;
    changed(c);
}

static bool is_group(const struct console *c, const char *name)
{
    for (uint32_t i = 0; i < c->app->ninst; i++)
        if (strcmp(group_of(c->app->model, i), name) == 0)
            return true;
    return false;
}

void scope_to_group(struct console *c, const char *name)
{
    set_group(c, name);
    c->scope = MODEL_NO_INSTANCE;
    changed(c);
}

void scope_instance(struct console *c, const char *arg)
{
    uint32_t i;

    if (!*arg)
        scope_to_group(c, "");
    else if (model_find_instance(c->app->model, arg, &i))
        scope_to_instance(c, i);
    else
        console_say(c, ROLE_BAD, "no instance '%s': Tab completes the names", arg);
}

void scope_group(struct console *c, const char *arg)
{
    if (!*arg || is_group(c, arg))
        scope_to_group(c, arg);
    else if (groups_any(c->app->model))
        console_say(c, ROLE_BAD, "no group '%s': Tab completes the names", arg);
    else
        console_say(c, ROLE_BAD, "no instance is in a group: 'group = NAME' in its section of the configuration puts it there");
}

bool scope_back(struct console *c)
{
    if (c->scope != MODEL_NO_INSTANCE && c->app->ninst > 1)
        c->scope = MODEL_NO_INSTANCE;
    else if (*c->group)
        set_group(c, "");
    else
        return false;
    changed(c);
    return true;
}

void scope_each_group(const struct console *c, void (*add)(void *, const char *), void *to)
{
    for (uint32_t i = 0; i < c->app->ninst; i++) {
        const char *name = group_of(c->app->model, i);
        bool before = false;

        for (uint32_t k = 0; k < i && *name && !before; k++)
            before = strcmp(group_of(c->app->model, k), name) == 0;
        if (*name && !before)
            add(to, name);
    }
}

/* ---- the header ---- */

static void several_words(const struct console *c, struct text *scope)
{
    if (*c->group)
        text_addf(scope, "%s %s all", c->group, grid_symbol(&c->grid, SYM_CRUMB));
    else
        text_addf(scope, "%u instances", c->app->ninst);
}

void scope_words(const struct console *c, struct text *scope, struct text *server)
{
    uint32_t at = c->scope != MODEL_NO_INSTANCE ? c->scope : c->app->ninst == 1 ? 0 : MODEL_NO_INSTANCE;
    const struct relation *rel;
    const char *group;

    if (at == MODEL_NO_INSTANCE) {
        several_words(c, scope);
        return;
    }
    rel = model_get(c->app->model, at, SHEET_INSTANCES);
    group = c->app->inst[at].conf.group;
    if (group && *group)
        text_addf(scope, "%s %s ", group, grid_symbol(&c->grid, SYM_CRUMB));
    text_adds(scope, model_instance_name(c->app->model, at));
    if (rel && rel->nrows)
        text_addf(server, "%s %s", value_str(relation_cell(rel, 0, COL_INSTANCES_VERSION), ""),
                  value_str(relation_cell(rel, 0, COL_INSTANCES_EDITION), ""));
}
