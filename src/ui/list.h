/* A list of rows with a selection: scrolling, header, marks. Knows nothing of what the rows are: callbacks draw cells. */
#ifndef UI_LIST_H
#define UI_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include "ui/grid.h"

#define LIST_GUTTER 1            /* columns before the first: '>' the cursor, '*' a mark, '#' both */
#define LIST_SELECTED_MARKED "#"

struct list {
    size_t count, sel, top; /* rows, selected, first visible */
    int left;               /* columns scrolled to the right, in whole columns of the sheet */
};

/* One column as it is to be drawn. */
struct list_column {
    const char *title;
    int width;     /* laid out */
    bool right;    /* numbers */
};

struct list_source {
    void *data;
    /* Text and role of a cell, valid until the next call. */
    const char *(*cell)(void *data, size_t row, size_t col, enum role *role);
    bool (*marked)(void *data, size_t row);
    bool (*dimmed)(void *data, size_t row);
};

void list_move(struct list *l, long by, size_t page); /* clamps; page is the visible rows */
void list_goto(struct list *l, size_t row, size_t page);
void list_set_count(struct list *l, size_t count, size_t page);
/* Widths from wishes: want[i] columns (0 = takes what is left, -n = the same but n at least), priority[i] (1 stays longest). Fills width[i] (0: not shown).
 * A gap of one column between two. The highest priority number gives way first, of equals the rightmost; the last one left is
 * cut to `total`. total is the width of the rect less LIST_GUTTER. */
void list_layout(const int *want, const int *priority, size_t n, int total, int *width);
/* The column that is drawn at x columns from the left edge of the list's rect; -1: none. */
long list_column_at(const struct list *l, const struct list_column *cols, size_t ncols, int x);
/* Draws header (when `header` and there is more than one row), rows, when focused the selection (a '>' in the first column and
 * CELL_SELECTED) and the hardware cursor on its row; marked rows get '*' and CELL_MARKED, dimmed ones CELL_DIM. Brings the
 * selection into view. `marked` and `dimmed` may be NULL. Returns the visible rows: the page of list_move. */
size_t list_draw(struct list *l, struct grid *g, struct rect r, const struct list_column *cols, size_t ncols,
                 int sort_col, bool sort_desc, bool header, bool focused, const struct list_source *src);

#endif
