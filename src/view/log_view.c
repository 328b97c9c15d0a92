/* Logs: what the feed holds of them, merged by time, at the end or wherever a person went. */
#include "view/log_view.h"
#include "view/kinds.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define SIDEWAYS 16 /* columns of one step to the left or right */
#define SIDE_MAX (LOGBOOK_LINE_MAX)

static void log_free(struct view *v)
{
    struct log_view *lv = log_of(v);

    log_rows_release(&lv->rows);
    filter_free(lv->filter);
    relation_free(lv->row);
    free(lv->names);
    free(lv->filter_text);
    free(lv->needle);
    free(lv);
}

/* ---- update ---- */

static void make_query(const struct log_view *lv, const struct view_ctx *c, struct log_query *q)
{
    *q = (struct log_query){.scope = lv->scope,
                            .names = lv->names,
                            .filter = lv->filter_text && *lv->filter_text ? lv->filter : NULL,
                            .least = lv->least,
                            .hold = c->paused,
                            .fold = lv->pane && !lv->wrap};
}

static void select_row(struct log_view *lv, const struct view_ctx *c)
{
    struct log_source *s;
    struct log_ref ref;

    arena_release(&lv->row->arena);
    lv->row->nrows = 0;
    if (!log_rows_line(&lv->rows, c->model, lv->sel))
        return;
    ref = log_rows_ref(&lv->rows, lv->sel);
    s = &lv->rows.sources[ref.source];
    lv->row->instance = s->instance;
    logbook_row(model_logbook(c->model, s->instance), s->log, ref.n, model_instance_name(c->model, s->instance), lv->row);
}

/* What is known now, whether it changed or not. */
static void log_refresh(struct log_view *lv, const struct view_ctx *c)
{
    struct log_query q;

    lv->many = lv->scope.n > 1;
    make_query(lv, c, &q);
    log_rows_update(&lv->rows, c->model, &q);
    log_settle(lv, c);
    select_row(lv, c);
}

static void log_update(struct view *v, const struct view_ctx *c)
{
    struct log_view *lv = log_of(v);
    uint64_t generation = model_logs_generation(c->model);
    struct log_scope scope;

    log_scope(lv, c, &scope);
    if (generation == lv->generation && memcmp(&scope, &lv->scope, sizeof(scope)) == 0 && c->paused == lv->paused &&
        c->pane == lv->pane && !lv->dirty && !lv->rows.behind)
        return;
    if (generation != lv->generation)
        lv->pull = false; /* something came */
    lv->generation = generation;
    lv->scope = scope;
    lv->paused = c->paused;
    lv->pane = c->pane;
    lv->dirty = false;
    log_refresh(lv, c);
}

bool view_behind(const struct view *v)
{
    return view_is_logs(v) && log_of(v)->rows.behind;
}

/* ---- commands ---- */

static void look_anew(struct log_view *lv)
{
    log_rows_restart(&lv->rows);
    lv->dirty = true;
}

static bool set_level(struct log_view *lv, const char *arg, struct err *e)
{
    static const struct {
        const char *name;
        enum logbook_level level;
    } names[] = {{"all", LB_NONE},  {"trace", LB_TRACE}, {"debug", LB_DEBUG}, {"info", LB_INFO},
                 {"warn", LB_WARN}, {"warning", LB_WARN}, {"error", LB_ERROR}};
    static const enum logbook_level next[] = {[LB_NONE] = LB_INFO, [LB_TRACE] = LB_INFO, [LB_DEBUG] = LB_INFO,
                                              [LB_INFO] = LB_WARN, [LB_WARN] = LB_ERROR, [LB_ERROR] = LB_NONE};

    for (size_t i = 0; *arg && i < sizeof(names) / sizeof(*names); i++)
        if (str_ieq(arg, names[i].name)) {
            lv->least = names[i].level;
            look_anew(lv);
            return true;
        }
    if (*arg)
        return err_set(e, ERR_USAGE, "no level '%s': all, debug, info, warn or error", arg);
    lv->least = next[lv->least];
    look_anew(lv);
    return true;
}

static unsigned log_search_command(struct log_view *lv, enum command_id id, const char *arg, const struct view_ctx *c, struct err *e)
{
    if (id == CMD_SEARCH) {
        free(lv->needle);
        lv->needle = *arg ? x_strdup(arg) : NULL;
        if (!*arg)
            return VIEW_REDRAW; /* nothing is marked any more */
    } else if (!lv->needle) {
        err_set(e, ERR_USAGE, "nothing was searched for yet: :search TEXT");
        return VIEW_NOTHING;
    }
    log_search(lv, c, id == CMD_PREV_MATCH || (id == CMD_SEARCH && lv->follow), e);
    return VIEW_REDRAW;
}

static unsigned log_move_command(struct log_view *lv, enum command_id id, const struct view_ctx *c)
{
    switch (id) {
    case CMD_UP: log_move(lv, c, -1); break;
    case CMD_DOWN: log_move(lv, c, 1); break;
    case CMD_PAGE_UP: log_page(lv, c, -1); break;
    case CMD_PAGE_DOWN: log_page(lv, c, 1); break;
    case CMD_FIRST: log_first(lv, c); break;
    case CMD_LAST: log_last(lv, c); break;
    case CMD_LEFT: lv->left -= lv->left < SIDEWAYS ? lv->left : SIDEWAYS; break;
    case CMD_RIGHT: lv->left += !lv->wrap && lv->left < SIDE_MAX ? SIDEWAYS : 0; break;
    default: return VIEW_UNKNOWN;
    }
    return VIEW_REDRAW;
}

static unsigned log_command(struct view *v, enum command_id id, const char *arg, const struct view_ctx *c, struct err *e)
{
    struct log_view *lv = log_of(v);

    switch (id) {
    case CMD_FOLLOW:
        if (lv->follow)
            lv->follow = false;
        else
            log_last(lv, c);
        break;
    case CMD_WIDE:
        log_set_wrap(v, !lv->wrap);
        break;
    case CMD_LEVEL: set_level(lv, arg, e); break;
    case CMD_GOTO: log_goto(lv, c, arg, e); break;
    case CMD_SOURCES: log_choose(lv, c, arg, e); break;
    case CMD_NEXT_WARNING:
    case CMD_PREV_WARNING: log_next_bad(lv, c, id == CMD_PREV_WARNING, e); break;
    case CMD_SEARCH:
    case CMD_NEXT_MATCH:
    case CMD_PREV_MATCH: return log_search_command(lv, id, arg, c, e);
    default: return log_move_command(lv, id, c);
    }
    return VIEW_REDRAW;
}

/* ---- what app/ asks ---- */

static const char *log_filter(const struct view *v)
{
    return log_of(v)->filter_text ? log_of(v)->filter_text : "";
}

static bool log_set_filter(struct view *v, const char *expr, struct err *e)
{
    struct log_view *lv = log_of(v);
    struct filter *f = filter_parse(SHEET_LOGS, expr, e);

    if (!f)
        return false;
    filter_free(lv->filter);
    lv->filter = f;
    free(lv->filter_text);
    lv->filter_text = x_strdup(expr);
    look_anew(lv);
    return true;
}

static struct row log_selected(const struct view *v)
{
    return (struct row){log_of(v)->row->nrows ? log_of(v)->row : NULL, 0};
}

static const struct view_ops log_ops = {.free = log_free,
                                        .update = log_update,
                                        .draw = log_draw,
                                        .command = log_command,
                                        .title = log_title,
                                        .filter = log_filter,
                                        .set_filter = log_set_filter,
                                        .selected = log_selected};

bool view_is_logs(const struct view *v)
{
    return v && v->ops == &log_ops;
}

void log_set_wrap(struct view *v, bool wrap)
{
    struct log_view *lv = log_of(v);

    lv->wrap = wrap;
    lv->left = 0;
    lv->dirty = true; /* what is folded changes */
}

struct view *log_view_new(void)
{
    struct log_view *lv = x_calloc(1, sizeof(*lv));

    lv->base.ops = &log_ops;
    log_rows_init(&lv->rows);
    lv->row = relation_new(0, SHEET_LOGS);
    lv->follow = lv->dirty = true;
    lv->at_ms = LOGS_END;
    return &lv->base;
}
