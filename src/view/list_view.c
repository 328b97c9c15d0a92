/* Every list on the screen: one sheet, filtered, sorted, with a selection and marks that hold keys, not positions. */
#include "view/list_view.h"
#include "view/kinds.h"
#include "view/log_view.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "sheet/groups.h"

static void lv_free(struct view *v)
{
    struct list_view *lv = lv_of(v);

    filter_free(lv->filter);
    free(lv->filter_text);
    free(lv->group);
    free(lv->sel_key);
    marks_clear(&lv->marks);
    free(lv->marks.keys);
    free(lv->marks.instances);
    rows_release(&lv->rows);
    text_release(&lv->cell);
    free(lv);
}

static size_t marks_find(const struct marks *m, const char *key)
{
    size_t i;

    for (i = 0; i < m->count; i++)
        if (strcmp(m->keys[i], key) == 0)
            break;
    return i;
}

void marks_clear(struct marks *m)
{
    for (size_t i = 0; i < m->count; i++)
        free(m->keys[i]);
    m->count = 0;
}

static void marks_set(struct marks *m, const char *key, uint32_t instance, bool on)
{
    size_t i = marks_find(m, key);

    if (on && i == m->count) {
        m->keys = x_grow(m->keys, &m->cap, m->count + 1, sizeof(*m->keys));
        m->instances = x_grow(m->instances, &m->instances_cap, m->count + 1, sizeof(*m->instances));
        m->instances[m->count] = instance;
        m->keys[m->count++] = x_strdup(key);
    } else if (!on && i < m->count) {
        free(m->keys[i]);
        m->keys[i] = m->keys[--m->count];
        m->instances[i] = m->instances[m->count];
    }
}

static void lv_query(const struct list_view *lv, const struct view_ctx *c, struct query *q)
{
    *q = (struct query){.sheet = lv->sheet->id,
                        .instance = lv->base.instance != MODEL_NO_INSTANCE ? lv->base.instance : c->scope,
                        .group = c->group,
                        .filter = lv->filter,
                        .sort = lv->sort,
                        .descending = lv->descending};
    if (lv->sheet->id == SHEET_INSTANCES || lv->sheet->id == SHEET_GROUPS || lv->sheet->id == SHEET_HISTORY || lv->sheet->id == SHEET_MESSAGES ||
        lv->sheet->id == SHEET_FINDINGS)
        q->instance = MODEL_NO_INSTANCE;
}

/* The cursor stays on its row wherever that goes; when it is gone, on the place where it was. */
static void lv_keep_selection(struct list_view *lv)
{
    long at = lv->sel_key && lv->moved ? rows_find(&lv->rows, lv->sel_key) : -1;

    lv->gone = lv->pinned && at < 0;
    list_set_count(&lv->list, lv->rows.count, lv->page);
    if (at >= 0)
        list_goto(&lv->list, (size_t)at, lv->page);
    if (lv->gone)
        lv->pinned = false;
    lv_remember(lv);
}

void lv_remember(struct list_view *lv)
{
    struct text key;

    free(lv->sel_key);
    lv->sel_key = NULL;
    if (lv->list.sel >= lv->rows.count)
        return;
    text_init(&key, 4096);
    row_key(lv->rows.r[lv->list.sel], &key);
    lv->sel_key = text_steal(&key);
    text_release(&key);
}

/* In a pane libraries beside the plugins are told by their number: there are often more of them than rows. Who filters looks for them. */
static void leave_out(struct list_view *lv)
{
    struct rows *rows = &lv->rows;
    size_t kept = 0;

    lv->left_out = 0;
    if (!lv->pane || lv->sheet->id != SHEET_PLUGINS || *view_filter(&lv->base))
        return;
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(value_str(row_cell(rows->r[i], COL_PLUGINS_STATE), ""), "file") != 0)
            rows->r[kept++] = rows->r[i];
    lv->left_out = rows->count - kept;
    rows->total -= lv->left_out;
    rows->count = kept;
}

size_t view_left_out(const struct view *v)
{
    return view_is_list(v) ? lv_of(v)->left_out : 0;
}

static void lv_update(struct view *v, const struct view_ctx *c)
{
    struct list_view *lv = lv_of(v);
    uint64_t generation = model_generation(c->model, lv->sheet->id);
    struct query q;

    lv->many = c->scope == MODEL_NO_INSTANCE && model_instances(c->model) > 1;
    if (generation == lv->generation && c->scope == lv->scope && strcmp(lv->group, c->group) == 0 && c->pane == lv->pane && !lv->dirty)
        return;
    lv->generation = generation;
    lv->scope = c->scope;
    lv->pane = c->pane;
    free(lv->group);
    lv->group = x_strdup(c->group);
    lv->grouped = lv->sheet->id == SHEET_INSTANCES && groups_any(c->model);
    lv->dirty = false;
    lv_query(lv, c, &q);
    rows_collect(&lv->rows, c->model, &q);
    leave_out(lv);
    lv_look(lv);
    lv_keep_selection(lv);
}

bool lv_is_marked(void *data, size_t row)
{
    struct list_view *lv = data;
    struct text key;
    bool marked;

    if (!lv->marks.count)
        return false;
    text_init(&key, 4096);
    row_key(lv->rows.r[row], &key);
    marked = marks_find(&lv->marks, key.s) < lv->marks.count;
    text_release(&key);
    return marked;
}

/* ---- commands ---- */

static void lv_mark(struct list_view *lv)
{
    if (!lv->sel_key)
        return;
    marks_set(&lv->marks, lv->sel_key, lv->rows.r[lv->list.sel].rel->instance, marks_find(&lv->marks, lv->sel_key) == lv->marks.count);
    lv->anchor = (long)lv->list.sel;
    list_move(&lv->list, 1, lv->page);
}

static void lv_mark_range(struct list_view *lv)
{
    size_t from = lv->anchor < 0 ? lv->list.sel : (size_t)lv->anchor, to = lv->list.sel;
    struct text key;

    if (from > to) {
        size_t swap = from;

        from = to;
        to = swap;
    }
    text_init(&key, 4096);
    for (size_t i = from; i <= to && i < lv->rows.count; i++) {
        text_clear(&key);
        row_key(lv->rows.r[i], &key);
        marks_set(&lv->marks, key.s, lv->rows.r[i].rel->instance, true);
    }
    text_release(&key);
}

/* Sort by the next shown column to one side; past the ends is the natural order. */
static void lv_sort_step(struct list_view *lv, int by)
{
    long at = by > 0 ? -1 : (long)lv->nshown;

    for (size_t i = 0; i < lv->nshown; i++)
        if ((int)lv->shown[i] == lv->sort)
            at = (long)i;
    at += by;
    lv->sort = at < 0 || at >= (long)lv->nshown ? -1 : (int)lv->shown[at];
    lv->descending = lv->sort >= 0 && lv->sheet->columns[lv->sort].unit != UNIT_NONE;
    lv->dirty = true;
}

static unsigned lv_move(struct list_view *lv, enum command_id id)
{
    long page = (long)(lv->page ? lv->page : 1);

    switch (id) {
    case CMD_UP: list_move(&lv->list, -1, lv->page); break;
    case CMD_DOWN: list_move(&lv->list, 1, lv->page); break;
    case CMD_PAGE_UP: list_move(&lv->list, -page, lv->page); break;
    case CMD_PAGE_DOWN: list_move(&lv->list, page, lv->page); break;
    case CMD_FIRST: list_goto(&lv->list, 0, lv->page); break;
    case CMD_LAST: list_goto(&lv->list, lv->rows.count ? lv->rows.count - 1 : 0, lv->page); break;
    case CMD_LEFT: lv->list.left -= lv->list.left > 0; break;
    case CMD_RIGHT: lv->list.left += lv->list.left + 1 < (int)lv->nshown; break;
    default: return VIEW_UNKNOWN;
    }
    lv->moved = id != CMD_FIRST;
    lv->pinned = false;
    lv_remember(lv);
    return VIEW_REDRAW;
}

static unsigned lv_command(struct view *v, enum command_id id, const char *arg, const struct view_ctx *c, struct err *e)
{
    struct list_view *lv = lv_of(v);

    switch (id) {
    case CMD_SORT_PREV: lv_sort_step(lv, -1); break;
    case CMD_SORT_NEXT: lv_sort_step(lv, 1); break;
    case CMD_REVERSE:
        lv->descending = !lv->descending;
        lv->dirty = true;
        break;
    case CMD_COLUMNS: view_set_columns(v, arg, e); break;
    case CMD_MARK:
        lv_mark(lv);
        lv->moved = true;
        lv_remember(lv);
        break;
    case CMD_MARK_RANGE: lv_mark_range(lv); break;
    case CMD_UNMARK: marks_clear(&lv->marks); break;
    case CMD_WIDE: lv->wide = !lv->wide; break;
    case CMD_FOLLOW:
        lv->pinned = !lv->pinned;
        lv->moved = true;
        lv->gone = false;
        break;
    default: return lv_move(lv, id);
    }
    return VIEW_REDRAW;
}

/* ---- what app/ asks ---- */

static struct row lv_selected(const struct view *v)
{
    const struct list_view *lv = lv_of(v);

    return lv->list.sel < lv->rows.count ? lv->rows.r[lv->list.sel] : (struct row){NULL, 0};
}

static const char *lv_filter(const struct view *v)
{
    return lv_of(v)->filter_text ? lv_of(v)->filter_text : "";
}

static bool lv_set_filter(struct view *v, const char *expr, struct err *e)
{
    struct list_view *lv = lv_of(v);
    struct filter *f = filter_parse(lv->sheet->id, expr, e);

    if (!f)
        return false;
    filter_free(lv->filter);
    lv->filter = f;
    free(lv->filter_text);
    lv->filter_text = x_strdup(expr);
    lv->dirty = true;
    return true;
}

/* By this column, or the other way round when it is sorted by it already. */
static void lv_sort_by(struct list_view *lv, int column)
{
    if (lv->sort == column)
        lv->descending = !lv->descending;
    else
        lv->descending = lv->sheet->columns[column].unit != UNIT_NONE;
    lv->sort = column;
    lv->dirty = true;
}

static bool lv_click(struct view *v, int x, int y)
{
    struct list_view *lv = lv_of(v);
    long column = list_column_at(&lv->list, lv->cols, lv->nshown, x - lv->seen_at.x);
    size_t row;

    y -= lv->seen_at.y;
    if (y == 0 && lv->seen_header) {
        if (column >= 0)
            lv_sort_by(lv, (int)lv->shown[column]);
        return false;
    }
    row = lv->list.top + (size_t)(y - lv->seen_header);
    if (y < 0 || y >= lv->seen_at.h || row >= lv->rows.count)
        return false;
    list_goto(&lv->list, row, lv->page);
    lv->moved = true;
    lv->pinned = false;
    lv_remember(lv);
    return true;
}

static const struct view_ops list_ops = {.free = lv_free,
                                         .update = lv_update,
                                         .draw = lv_draw,
                                         .command = lv_command,
                                         .title = lv_title,
                                         .filter = lv_filter,
                                         .set_filter = lv_set_filter,
                                         .selected = lv_selected,
                                         .click = lv_click};

struct view *list_view_new(enum sheet_id sheet)
{
    struct list_view *lv = x_calloc(1, sizeof(*lv));

    lv->base.ops = &list_ops;
    lv->sheet = sheet_of(sheet);
    lv->group = x_strdup("");
    lv->sort = -1;
    lv->anchor = -1;
    lv->page = 1;
    lv->dirty = true;
    lv->asked = sheet != SHEET_INSTANCES && sheet != SHEET_GROUPS && sheet != SHEET_MESSAGES && sheet != SHEET_FINDINGS;
    text_init(&lv->cell, 16384);
    return &lv->base;
}

bool view_is_list(const struct view *v)
{
    return v && v->ops == &list_ops;
}

enum sheet_id view_list_sheet(const struct view *v)
{
    return lv_of(v)->sheet->id;
}

size_t view_marked(const struct view *v, const struct view_ctx *c, void (*fn)(void *, struct row, bool), void *data)
{
    struct list_view *lv = lv_of(v);
    struct rows all = {0};
    struct query q;
    size_t found = 0;

    if (!view_is_list(v) || !lv->marks.count)
        return 0;
    lv_query(lv, c, &q);
    q.filter = NULL;
    rows_collect(&all, c->model, &q);
    for (size_t i = 0; i < lv->marks.count; i++) {
        long at = rows_find(&all, lv->marks.keys[i]);

        if (at < 0)
            continue;
        fn(data, all.r[at], rows_find(&lv->rows, lv->marks.keys[i]) < 0);
        found++;
    }
    rows_release(&all);
    return found;
}

bool view_marks(const struct view *v, uint32_t *instance)
{
    const struct marks *m = &lv_of(v)->marks;

    if (!view_is_list(v) || !m->count)
        return false;
    *instance = m->instances[0];
    for (size_t i = 1; i < m->count; i++)
        if (m->instances[i] != *instance)
            *instance = MODEL_NO_INSTANCE;
    return true;
}

bool view_set_sort(struct view *v, const char *column, struct err *e)
{
    struct list_view *lv = lv_of(v);
    bool down = *column == '-';
    int at;

    if (!view_is_list(v))
        return err_set(e, ERR_USAGE, "there is nothing to sort here");
    at = sheet_column(lv->sheet->id, column + down);
    if (at < 0 && column[down])
        return err_set(e, ERR_USAGE, "no column '%s' here: Tab completes the names", column + down);
    lv->sort = at;
    lv->descending = down;
    lv->dirty = true;
    return true;
}

bool view_set_columns(struct view *v, const char *list, struct err *e)
{
    struct list_view *lv = lv_of(v);
    size_t idx[LV_COLUMNS], n = 0;

    if (!view_is_list(v))
        return err_set(e, ERR_USAGE, "there are no columns here");
    if (*list && !columns_parse(lv->sheet, list, idx, LV_COLUMNS, &n, e))
        return false;
    memcpy(lv->user, idx, n * sizeof(*idx));
    lv->nuser = n;
    return true;
}

void view_set_wide(struct view *v, bool wide)
{
    if (view_is_list(v))
        lv_of(v)->wide = wide;
    else if (view_is_logs(v))
        log_set_wrap(v, wide);
}

bool view_is_wide(const struct view *v)
{
    return view_is_list(v) ? lv_of(v)->wide : view_is_logs(v) && log_of(v)->wrap;
}

void view_order_words(const struct view *v, struct text *out)
{
    const struct list_view *lv = lv_of(v);

    if (view_is_list(v) && (lv->sort >= 0 || lv->descending))
        text_addf(out, "%s%s", lv->descending ? "-" : "", lv->sort >= 0 ? lv->sheet->columns[lv->sort].name : "");
}

void view_columns_words(const struct view *v, struct text *out)
{
    const struct list_view *lv = lv_of(v);

    for (size_t i = 0; view_is_list(v) && i < lv->nuser; i++)
        text_addf(out, "%s%s", i ? "," : "", lv->sheet->columns[lv->user[i]].name);
}

const struct rows *view_rows(const struct view *v)
{
    return &lv_of(v)->rows;
}
