#include "view/view.h"
#include "view/kinds.h"

#include <stdlib.h>

#include "sheet/groups.h"

struct view *view_open(enum view_id id, const char *argument, uint32_t instance)
{
    struct view *v;

    if (id == VIEW_LOGS)
        v = log_view_new();
    else if (!view_built(id) || id == VIEW_TRANSACTION || id == VIEW_HELP || id == VIEW_DASHBOARD ||
             (id == VIEW_HOST && instance != MODEL_NO_INSTANCE)) /* one machine; all of them are a list */
        v = text_view_new(id);
    else
        v = list_view_new(view_sheet(id));
    v->id = id;
    v->argument = x_strdup(argument);
    v->instance = instance;
    return v;
}

void view_close(struct view *v)
{
    if (!v)
        return;
    free(v->argument);
    v->ops->free(v);
}

bool view_in_scope(const struct view_ctx *c, uint32_t instance)
{
    return c->scope == MODEL_NO_INSTANCE ? group_has(c->model, c->group, instance) : c->scope == instance;
}

void view_update(struct view *v, const struct view_ctx *c)
{
    v->ops->update(v, c);
}

void view_draw(struct view *v, struct grid *g, struct rect inside, const struct view_ctx *c, bool focused)
{
    if (inside.w > 0 && inside.h > 0)
        v->ops->draw(v, g, inside, c, focused);
}

unsigned view_command(struct view *v, enum command_id id, const char *arg, const struct view_ctx *c, struct err *e)
{
    return v->ops->command(v, id, arg, c, e);
}

bool view_click(struct view *v, int x, int y)
{
    return v->ops->click && v->ops->click(v, x, y);
}

void view_titles(struct view *v, const struct view_ctx *c, struct text *left, struct text *right)
{
    if (v->id != VIEW_HELP) /* a text of its own has a name of its own */
        text_adds(left, view_title(v->id));
    v->ops->title(v, c, left, right);
}

bool view_filters(const struct view *v)
{
    return v && v->ops->filter;
}

const char *view_filter(const struct view *v)
{
    return view_filters(v) ? v->ops->filter(v) : "";
}

/* A text is searched instead. */
bool view_set_filter(struct view *v, const char *expr, struct err *e)
{
    if (view_filters(v))
        return v->ops->set_filter(v, expr, e);
    return view_search(v, expr, false) || err_set(e, ERR_USAGE, "'%s' is not in this text", expr);
}

struct row view_selected(const struct view *v)
{
    return v && v->ops->selected ? v->ops->selected(v) : (struct row){NULL, 0};
}

size_t view_interest(const struct view *v, enum sheet_id *out, size_t max)
{
    if (!view_built(v->id) || max < 2 || (v->id == VIEW_TRANSACTION && !v->argument)) /* a plan, not a transaction */
        return 0;
    switch (v->id) {
    case VIEW_TRANSACTION:
        out[0] = SHEET_TRANSACTION;
        out[1] = SHEET_CONNECTIONS;
        return 2;
    case VIEW_HOST:
        out[0] = SHEET_HOST;
        if (v->instance == MODEL_NO_INSTANCE || max < 3)
            return 1;
        out[1] = SHEET_DISKS;
        out[2] = SHEET_STORES;
        return 3;
    case VIEW_INSTANCES: /* its age grows */
    case VIEW_DATABASES:
    case VIEW_TRANSACTIONS:
    case VIEW_CONNECTIONS:
    case VIEW_PLUGINS:
    case VIEW_INDEXES:
    case VIEW_LOCKS:
    case VIEW_CONSTRAINTS:
    case VIEW_SETTINGS:
    case VIEW_PROCEDURES:
    case VIEW_USERS:
    case VIEW_JOBS:
    case VIEW_HISTORY:
    case VIEW_DISKS:
    case VIEW_STORES:
        out[0] = view_sheet(v->id);
        return 1;
    default:
        return 0;
    }
}
