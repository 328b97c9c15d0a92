/* The list widget. */
#include "ui/list.h"
#include <string.h>
#include "base/text.h"

#define FLEX_MIN 10 /* columns below which one that takes the rest is not worth showing beside others */

static void clamp_view(struct list *l, size_t page)
{
    if (!page)
        page = 1;
    if (l->sel >= l->count)
        l->sel = l->count ? l->count - 1 : 0;
    if (l->sel < l->top)
        l->top = l->sel;
    if (l->sel - l->top >= page)
        l->top = l->sel - page + 1;
    if (l->top + page > l->count) /* no empty rows at the end while there is something above */
        l->top = l->count > page ? l->count - page : 0;
}

void list_move(struct list *l, long by, size_t page)
{
    if (by < 0)
        l->sel = (size_t)-(by + 1) + 1 > l->sel ? 0 : l->sel - (size_t)-by;
    else
        l->sel = (size_t)by >= l->count - (l->sel < l->count ? l->sel : l->count) ? (l->count ? l->count - 1 : 0)
                                                                                 : l->sel + (size_t)by;
    clamp_view(l, page);
}

void list_goto(struct list *l, size_t row, size_t page)
{
    l->sel = row;
    clamp_view(l, page);
}

void list_set_count(struct list *l, size_t count, size_t page)
{
    l->count = count;
    clamp_view(l, page);
}

/* --- widths --- */

static int least(int want)
{
    return want > 0 ? want : want < 0 ? -want : FLEX_MIN;
}

/* Columns that all shown ones need, gaps included. */
static int needed(const int *want, const int *width, size_t n)
{
    int64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        if (width[i])
            sum += (int64_t)least(want[i]) + (sum > 0);
    return sum > INT32_MAX ? INT32_MAX : (int)sum;
}

/* The shown column that goes first: the highest number, of equals the rightmost. n when none is shown. */
static size_t least_important(const int *priority, const int *width, size_t n)
{
    size_t found = n;

    for (size_t i = 0; i < n; i++)
        if (width[i] && (found == n || priority[i] >= priority[found]))
            found = i;
    return found;
}

static size_t count_shown(const int *want, const int *width, size_t n, bool flexible_only)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += width[i] && (!flexible_only || want[i] <= 0);
    return count;
}

void list_layout(const int *want, const int *priority, size_t n, int total, int *width)
{
    size_t flexible;
    int rest;

    for (size_t i = 0; i < n; i++)
        width[i] = 1;
    while (needed(want, width, n) > total && count_shown(want, width, n, false) > 1)
        width[least_important(priority, width, n)] = 0;
    flexible = count_shown(want, width, n, true);
    rest = total - needed(want, width, n);
    for (size_t i = 0; i < n; i++) {
        if (!width[i])
            continue;
        width[i] = least(want[i]);
        if (rest < 0) { /* the last one left, and too wide */
            width[i] = total > 0 ? total : 0;
        } else if (want[i] <= 0) {
            int share = rest / (int)flexible--;

            width[i] += share;
            rest -= share;
        }
    }
}

/* --- drawing --- */

struct drawing {
    struct grid *g;
    const struct list_column *cols;
    size_t ncols, first; /* first column to show: some are scrolled out to the left */
    const struct list_source *src;
};

/* The column that is leftmost after scrolling; never beyond the last that has a width. */
static size_t first_column(const struct list *l, const struct list_column *cols, size_t ncols)
{
    size_t first = 0, seen = 0;

    for (size_t i = 0; i < ncols; i++) {
        if (cols[i].width <= 0)
            continue;
        first = i;
        if (seen++ >= (size_t)(l->left > 0 ? l->left : 0))
            break;
    }
    return first;
}

long list_column_at(const struct list *l, const struct list_column *cols, size_t ncols, int x)
{
    int from = LIST_GUTTER;

    for (size_t i = first_column(l, cols, ncols); i < ncols; i++) {
        if (cols[i].width <= 0)
            continue;
        if (x >= from && x <= from + cols[i].width)
            return (long)i;
        from += cols[i].width + 1;
    }
    return -1;
}

static void draw_cell(struct grid *g, int x, int y, int width, bool right, enum role role, const char *s)
{
    size_t n = strlen(s);
    int need = right ? grid_width(g, s, n) : 0;

    if (right && need < width)
        grid_put(g, x + width - need, y, need, role, 0, s, n, false);
    else
        grid_put(g, x, y, width, role, 0, s, n, true);
}

static void draw_header(const struct drawing *d, struct rect r, int sort_col, bool sort_desc)
{
    int x = r.x + LIST_GUTTER, end = r.x + r.w;

    grid_fill(d->g, (struct rect){r.x, r.y, r.w, 1}, ' ', ROLE_COLUMN);
    for (size_t i = d->first; i < d->ncols && x < end; i++) {
        const struct list_column *c = d->cols + i;
        int width = c->width < end - x ? c->width : end - x, sign = (int)i == sort_col;

        if (width <= 0)
            continue;
        if (width > sign)
            draw_cell(d->g, x, r.y, width - sign, c->right, ROLE_COLUMN, c->title ? c->title : "");
        if (sign) {
            int used = grid_width(d->g, c->title ? c->title : "", strlen(c->title ? c->title : ""));
            int at = c->right || used > width - 1 ? width - 1 : used;

            grid_puts(d->g, x + at, r.y, 1, ROLE_COLUMN, grid_symbol(d->g, sort_desc ? SYM_SORT_DESC : SYM_SORT_ASC));
        }
        x += width + 1;
    }
}

static const char *gutter_sign(const struct grid *g, bool cursor, bool marked)
{
    if (cursor)
        return marked ? LIST_SELECTED_MARKED : grid_symbol(g, SYM_SELECT);
    return marked ? grid_symbol(g, SYM_MARKED) : " ";
}

static void draw_row(const struct drawing *d, struct rect r, size_t row, bool cursor)
{
    int x = r.x + LIST_GUTTER, end = r.x + r.w;
    bool marked = d->src->marked && d->src->marked(d->src->data, row);
    bool dimmed = d->src->dimmed && d->src->dimmed(d->src->data, row);

    grid_puts(d->g, r.x, r.y, LIST_GUTTER, marked ? ROLE_MARK : ROLE_TEXT, gutter_sign(d->g, cursor, marked));
    for (size_t i = d->first; i < d->ncols && x < end; i++) {
        int width = d->cols[i].width < end - x ? d->cols[i].width : end - x;
        enum role role = ROLE_TEXT;
        const char *s;

        if (width <= 0)
            continue;
        s = d->src->cell(d->src->data, row, i, &role);
        draw_cell(d->g, x, r.y, width, d->cols[i].right, role, s ? s : "");
        x += width + 1;
    }
    grid_mark(d->g, r, (cursor ? CELL_SELECTED : 0u) | (marked ? CELL_MARKED : 0u) | (dimmed ? CELL_DIM : 0u), -1);
}

size_t list_draw(struct list *l, struct grid *g, struct rect r, const struct list_column *cols, size_t ncols,
                 int sort_col, bool sort_desc, bool header, bool focused, const struct list_source *src)
{
    struct drawing d = {g, cols, ncols, first_column(l, cols, ncols), src};
    size_t page;

    if (r.w <= 0 || r.h <= 0)
        return 0;
    grid_fill(g, r, ' ', ROLE_TEXT);
    if (header && r.h > 1) {
        draw_header(&d, (struct rect){r.x, r.y, r.w, 1}, sort_col, sort_desc);
        r.y++;
        r.h--;
    }
    page = (size_t)r.h;
    clamp_view(l, page);
    for (size_t i = 0; i < page && l->top + i < l->count; i++) {
        bool cursor = focused && l->top + i == l->sel;

        draw_row(&d, (struct rect){r.x, r.y + (int)i, r.w, 1}, l->top + i, cursor);
        if (cursor)
            grid_cursor(g, r.x, r.y + (int)i, false);
    }
    if (focused && !l->count)
        grid_cursor(g, r.x, r.y, false);
    return page;
}
