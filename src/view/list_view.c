/* Every list on the screen: one sheet, filtered, sorted, with a selection and marks that hold keys, not positions. */
#include "view/list_view.h"
#include "view/kinds.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define FLEX_LEAST  24
#define HEADER_FROM 4 /* rows: smaller panes do without the names of columns */

static struct list_view *lv_of(const struct view *v)
{
    return (struct list_view *)(uintptr_t)v;
}

static void lv_free(struct view *v)
{
    struct list_view *lv = lv_of(v);

    filter_free(lv->filter);
    free(lv->filter_text);
    free(lv->sel_key);
    marks_clear(&lv->marks);
    free(lv->marks.keys);
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

static void marks_set(struct marks *m, const char *key, bool on)
{
    size_t i = marks_find(m, key);

    if (on && i == m->count) {
        m->keys = x_grow(m->keys, &m->cap, m->count + 1, sizeof(*m->keys));
        m->keys[m->count++] = x_strdup(key);
    } else if (!on && i < m->count) {
        free(m->keys[i]);
        m->keys[i] = m->keys[--m->count];
    }
}

static void lv_query(const struct list_view *lv, const struct view_ctx *c, struct query *q)
{
    *q = (struct query){.sheet = lv->sheet->id,
                        .instance = lv->base.instance != MODEL_NO_INSTANCE ? lv->base.instance : c->scope,
                        .filter = lv->filter,
                        .sort = lv->sort,
                        .descending = lv->descending};
    if (lv->sheet->id == SHEET_INSTANCES || lv->sheet->id == SHEET_HISTORY || lv->sheet->id == SHEET_MESSAGES ||
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

static void lv_update(struct view *v, const struct view_ctx *c)
{
    struct list_view *lv = lv_of(v);
    uint64_t generation = model_generation(c->model, lv->sheet->id);
    struct query q;

    lv->many = c->scope == MODEL_NO_INSTANCE && model_instances(c->model) > 1;
    if (generation == lv->generation && c->scope == lv->scope && !lv->dirty)
        return;
    lv->generation = generation;
    lv->scope = c->scope;
    lv->dirty = false;
    lv_query(lv, c, &q);
    rows_collect(&lv->rows, c->model, &q);
    lv_keep_selection(lv);
}

/* ---- drawing ---- */

static enum symbol state_symbol(const char *state)
{
    static const struct {
        const char *state;
        enum symbol symbol;
    } symbols[] = {
        {"up", SYM_UP}, {"slow", SYM_PARTIAL}, {"stale", SYM_PARTIAL}, {"down", SYM_BAD}, {"not built", SYM_BAD},
        {"connecting", SYM_WAIT}, {"starting", SYM_WAIT}, {"recovering", SYM_WAIT},
    };

    for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++)
        if (strcmp(symbols[i].state, state) == 0)
            return symbols[i].symbol;
    return SYM_UNKNOWN;
}

static bool is_shown(const struct list_view *lv, size_t column)
{
    for (size_t i = 0; i < lv->nshown; i++)
        if (lv->shown[i] == column)
            return true;
    return false;
}

/* Where there is no room for the columns that tell who waits for whom, the query says it first. */
static void add_blocking(struct list_view *lv, struct row r)
{
    static const struct {
        size_t column;
        const char *words;
    } told[] = {{COL_TRANSACTIONS_BLOCKS, "blocks"}, {COL_TRANSACTIONS_BLOCKED_BY, "waits for"}};
    struct text ids;
    enum role role;

    text_init(&ids, 1024);
    for (size_t i = 0; i < 2; i++) {
        struct value v = row_cell(r, told[i].column);

        text_clear(&ids);
        if (is_shown(lv, told[i].column) || v.type != V_LIST || !v.len)
            continue;
        cell_format(lv->sheet, told[i].column, v, true, &ids, &role);
        text_addf(&lv->cell, "%s %s  ", told[i].words, ids.s);
    }
    text_release(&ids);
}

static const char *lv_cell(void *data, size_t row, size_t col, enum role *role)
{
    struct list_view *lv = data;
    struct row r = lv->rows.r[row];
    size_t column = lv->shown[col];
    struct value v = row_cell(r, column);

    text_clear(&lv->cell);
    if (lv->sheet->id == SHEET_INSTANCES && column == COL_INSTANCES_INSTANCE) {
        const char *state = value_str(row_cell(r, COL_INSTANCES_STATE), "");
        struct text ignored;

        text_init(&ignored, 256);
        cell_format(lv->sheet, COL_INSTANCES_STATE, row_cell(r, COL_INSTANCES_STATE), true, &ignored, role);
        text_release(&ignored);
        text_addf(&lv->cell, "%s %s", grid_symbol(lv->grid, state_symbol(state)), value_str(v, "?"));
        return lv->cell.s;
    }
    if (lv->sheet->id == SHEET_TRANSACTIONS && column == COL_TRANSACTIONS_QUERY)
        add_blocking(lv, r);
    if (!lv->cell.len || v.type == V_TEXT)
        cell_format(lv->sheet, column, v, true, &lv->cell, role);
    return lv->cell.s;
}

static bool lv_is_marked(void *data, size_t row)
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

static bool lv_is_dimmed(void *data, size_t row)
{
    struct list_view *lv = data;

    return lv->rows.r[row].rel->stale;
}

/* Why there is nothing to show, once for each different reason. */
static void draw_empty(struct list_view *lv, struct grid *g, struct rect r, const struct view_ctx *c)
{
    uint32_t n = model_instances(c->model), first = 0;
    char last[sizeof(((struct err *)0)->words)] = "";
    int y = r.y;
    bool waiting = false;

    if (lv->base.instance != MODEL_NO_INSTANCE || c->scope != MODEL_NO_INSTANCE) {
        first = lv->base.instance != MODEL_NO_INSTANCE ? lv->base.instance : c->scope;
        n = first + 1;
    }
    for (uint32_t i = first; i < n && y < r.y + r.h; i++) {
        const struct relation *rel = model_get(c->model, i, lv->sheet->id);

        waiting |= !rel;
        if (!rel || !rel->missing || strcmp(last, rel->err.words) == 0)
            continue;
        snprintf(last, sizeof(last), "%s", rel->err.words);
        if (lv->many)
            grid_putf(g, r.x, y++, r.w, ROLE_DIM, "%s: %s", model_instance_name(c->model, i), last);
        else
            y += draw_wrapped(g, (struct rect){r.x, y, r.w, r.y + r.h - y}, ROLE_DIM, last);
    }
    if (y != r.y)
        return;
    if (lv->rows.total)
        grid_putf(g, r.x, y, r.w, ROLE_DIM, "%zu hidden by the filter", lv->rows.total);
    else
        grid_puts(g, r.x, y, r.w, ROLE_DIM, waiting && lv->asked ? "asking ..." : "none");
}

/* What a column is called on the screen: its unit is seen in its values, and in a list of transactions an id is a transaction's. */
static const char *column_title(const struct column *column, char *buf, size_t n)
{
    static const char *const ends[] = {"_ms", "_bytes", "_percent"};
    size_t len = strlen(column->name);

    if (column->key && len > 3 && strcmp(column->name + len - 3, "_id") == 0)
        return "id";
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        if (len > strlen(ends[i]) && strcmp(column->name + len - strlen(ends[i]), ends[i]) == 0)
            len -= strlen(ends[i]);
    snprintf(buf, n, "%.*s", (int)len, column->name);
    for (char *c = buf; *c; c++)
        if (*c == '_')
            *c = ' ';
    return buf;
}

/* As wide as its widest value was so far, within what columns.def allows: a width never shrinks, so columns do not jump. */
static int lv_wanted(struct list_view *lv, size_t column)
{
    const struct column *def = &lv->sheet->columns[column];
    size_t last = lv->list.top + lv->page + 1;
    enum role role;

    if (!def->width) /* a query or message that cannot be read is worth less than some column beside it */
        return def->priority == 1 ? -FLEX_LEAST : 0;
    for (size_t row = lv->list.top; row < last && row < lv->rows.count; row++) {
        int width;

        lv->shown[LV_COLUMNS - 1] = column;
        lv_cell(lv, row, LV_COLUMNS - 1, &role);
        width = utf8_width(lv->cell.s, lv->cell.len);
        if (width > lv->seen[column])
            lv->seen[column] = width;
    }
    if (lv->seen[column] > def->width)
        lv->seen[column] = def->width;
    return lv->seen[column];
}

static void lv_columns(struct list_view *lv, int width, struct list_column *cols)
{
    size_t wished[LV_COLUMNS], n, kept = 0;
    int want[LV_COLUMNS], priority[LV_COLUMNS], laid[LV_COLUMNS];

    if (lv->nuser) {
        n = lv->nuser;
        memcpy(wished, lv->user, n * sizeof(*lv->user));
    } else {
        n = columns_choose(lv->sheet, 0, lv->wide, lv->many, wished, LV_COLUMNS - 1);
    }
    for (size_t i = 0; i < n; i++) {
        const struct column *def = &lv->sheet->columns[wished[i]];
        const char *title = column_title(def, lv->titles[i], sizeof(lv->titles[i]));
        int least = (int)strlen(title);

        want[i] = lv_wanted(lv, wished[i]);
        if (def->width && want[i] < least)
            want[i] = least;
        priority[i] = def->priority;
        cols[i] = (struct list_column){.title = title, .right = def->unit != UNIT_NONE};
    }
    list_layout(want, priority, n, width, laid);
    for (size_t i = 0; i < n; i++) {
        if (!laid[i])
            continue;
        lv->shown[kept] = wished[i];
        cols[kept] = cols[i];
        cols[kept++].width = laid[i];
    }
    lv->nshown = kept;
}

static void lv_draw(struct view *v, struct grid *g, struct rect r, const struct view_ctx *c, bool focused)
{
    struct list_view *lv = lv_of(v);
    struct list_column cols[LV_COLUMNS];
    struct list_source source = {.data = lv, .cell = lv_cell, .marked = lv_is_marked, .dimmed = lv_is_dimmed};
    int sort_at = -1;

    lv->grid = g;
    lv_columns(lv, r.w - 1, cols);
    for (size_t i = 0; i < lv->nshown; i++)
        if ((int)lv->shown[i] == lv->sort)
            sort_at = (int)i;
    lv->page = (size_t)(r.h >= HEADER_FROM ? r.h - 1 : r.h);
    list_set_count(&lv->list, lv->rows.count, lv->page);
    list_draw(&lv->list, g, r, cols, lv->nshown, sort_at, lv->descending, r.h >= HEADER_FROM, focused, &source);
    if (!lv->rows.count) {
        int used = r.h >= HEADER_FROM ? 1 : 0;

        draw_empty(lv, g, (struct rect){r.x + 1, r.y + used, r.w - 1, r.h - used}, c);
    }
}

/* ---- titles ---- */

static void transaction_counts(const struct list_view *lv, struct text *left)
{
    size_t blocked = 0, idle = 0;

    for (size_t i = 0; i < lv->rows.count; i++) {
        const char *state = value_str(row_cell(lv->rows.r[i], COL_TRANSACTIONS_STATE), "");

        blocked += strcmp(state, "blocked") == 0;
        idle += strcmp(state, "idle in tx") == 0;
    }
    if (blocked)
        text_addf(left, " · %zu blocked", blocked);
    if (idle)
        text_addf(left, " · %zu idle", idle);
    if (lv->rows.hidden_own)
        text_addf(left, " · %zu own", lv->rows.hidden_own);
}

static void age_title(const struct list_view *lv, const struct view_ctx *c, struct text *right)
{
    int64_t oldest = 0;
    char buf[16];

    for (uint32_t i = 0; i < model_instances(c->model); i++) {
        const struct relation *rel = model_get(c->model, i, lv->sheet->id);

        if ((c->scope != MODEL_NO_INSTANCE && c->scope != i) || !rel || !rel->stale || !rel->taken_ms)
            continue;
        if (!oldest || rel->taken_ms < oldest)
            oldest = rel->taken_ms;
    }
    if (oldest)
        text_addf(right, "stale %s", duration_short(c->wall_ms - oldest, buf, sizeof(buf)));
}

static void lv_title(struct view *v, const struct view_ctx *c, struct text *left, struct text *right)
{
    struct list_view *lv = lv_of(v);

    if (lv->filter_text && *lv->filter_text)
        text_addf(left, "  %zu of %zu", lv->rows.count, lv->rows.total);
    else if (lv->rows.count)
        text_addf(left, "  %zu", lv->rows.count);
    if (lv->sheet->id == SHEET_TRANSACTIONS)
        transaction_counts(lv, left);
    if (lv->marks.count)
        text_addf(left, " · %zu marked", lv->marks.count);
    age_title(lv, c, right);
    if (lv->pinned)
        text_addf(right, "%sfollow", right->len ? " · " : "");
    if (lv->gone)
        text_addf(right, "%sthe followed row is gone", right->len ? " · " : "");
    if (lv->filter && filter_gave_up(lv->filter))
        text_addf(right, "%sregex too costly: rows may be missing", right->len ? " · " : "");
    if (lv->filter_text && *lv->filter_text)
        text_addf(right, "%s/%s", right->len ? " · " : "", lv->filter_text);
    if (lv->sort >= 0)
        text_addf(right, "%s%s%s", right->len ? " · " : "", lv->descending ? "-" : "", lv->sheet->columns[lv->sort].name);
}

/* ---- commands ---- */

static void lv_mark(struct list_view *lv)
{
    if (!lv->sel_key)
        return;
    marks_set(&lv->marks, lv->sel_key, marks_find(&lv->marks, lv->sel_key) == lv->marks.count);
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
        marks_set(&lv->marks, key.s, true);
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

static const struct view_ops list_ops = {
    .free = lv_free, .update = lv_update, .draw = lv_draw, .command = lv_command, .title = lv_title};

struct view *list_view_new(enum sheet_id sheet)
{
    struct list_view *lv = x_calloc(1, sizeof(*lv));

    lv->base.ops = &list_ops;
    lv->sheet = sheet_of(sheet);
    lv->sort = -1;
    lv->anchor = -1;
    lv->page = 1;
    lv->dirty = true;
    lv->asked = sheet != SHEET_INSTANCES && sheet != SHEET_MESSAGES && sheet != SHEET_FINDINGS;
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

struct row view_selected(const struct view *v)
{
    const struct list_view *lv = lv_of(v);

    if (!view_is_list(v) || lv->list.sel >= lv->rows.count)
        return (struct row){NULL, 0};
    return lv->rows.r[lv->list.sel];
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

const char *view_filter(const struct view *v)
{
    return view_is_list(v) && lv_of(v)->filter_text ? lv_of(v)->filter_text : "";
}

bool view_set_filter(struct view *v, const char *expr, struct err *e)
{
    struct list_view *lv = lv_of(v);
    struct filter *f;

    if (!view_is_list(v))
        return view_search(v, expr, false) || err_set(e, ERR_USAGE, "'%s' is not in this text", expr);
    f = filter_parse(lv->sheet->id, expr, e);
    if (!f)
        return false;
    filter_free(lv->filter);
    lv->filter = f;
    free(lv->filter_text);
    lv->filter_text = x_strdup(expr);
    lv->dirty = true;
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

const struct rows *view_rows(const struct view *v)
{
    return &lv_of(v)->rows;
}
