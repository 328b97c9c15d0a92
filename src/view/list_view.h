/* The inside of a list view, for the files of view/ that draw it. */
#ifndef VIEW_LIST_VIEW_H
#define VIEW_LIST_VIEW_H

#include "ui/list.h"
#include "view/view.h"

#define LV_COLUMNS 64

struct marks { /* keys of marked rows */
    char **keys;
    size_t count, cap;
};
void marks_clear(struct marks *m);

struct list_view {
    struct view base;
    const struct sheet *sheet;
    struct rows rows;
    struct list list;
    struct filter *filter;
    char *filter_text;
    int sort; /* column, -1 natural */
    bool descending, wide, dirty, many;
    bool moved;  /* the cursor was put somewhere: it stays on its row; before, it stays on top */
    bool pinned, gone;
    bool asked;  /* filled by asking servers */
    size_t user[LV_COLUMNS], nuser;
    size_t shown[LV_COLUMNS], nshown;
    char titles[LV_COLUMNS][32];
    int seen[LV_COLUMNS]; /* widest value of each column so far */
    struct marks marks;
    char *sel_key;
    long anchor; /* where the last mark was set, -1 */
    uint64_t generation;
    uint32_t scope;
    size_t page; /* rows visible */
    struct grid *grid; /* of the draw that is going on */
    struct text cell;
};

void lv_remember(struct list_view *lv); /* the key of the row under the cursor */
/* Text over several lines inside r; returns the rows used. */
int draw_wrapped(struct grid *g, struct rect r, enum role role, const char *s);

#endif
