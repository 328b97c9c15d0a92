/* The inside of a list view, for the files of view/ that draw it. */
#ifndef VIEW_LIST_VIEW_H
#define VIEW_LIST_VIEW_H

#include "ui/list.h"
#include "view/view.h"

#define LV_COLUMNS 64

struct marks { /* keys of marked rows, and the instance of each */
    char **keys;
    uint32_t *instances;
    size_t count, cap, instances_cap;
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
    int seen[LV_COLUMNS];  /* widest value of each column so far */
    bool told[LV_COLUMNS]; /* columns that some row had something in so far */
    bool narrow;           /* instances in a narrow pane: a name and a few words */
    struct list_column cols[LV_COLUMNS]; /* as drawn last: what is at a click */
    struct rect seen_at;   /* where that was, and */
    bool seen_header;
    int64_t wall_ms;       /* of the draw that is going on */
    struct marks marks;
    char *sel_key;
    long anchor; /* where the last mark was set, -1 */
    uint64_t generation;
    bool pane;       /* one of several on the screen: */
    size_t left_out; /* rows that are only counted there, in one line */
    uint32_t scope;
    char *group;     /* that is looked at, "" any */
    bool grouped;    /* instances, and some of them are in groups */
    size_t page; /* rows visible */
    struct grid *grid; /* of the draw that is going on */
    struct text cell;
};

static inline struct list_view *lv_of(const struct view *v)
{
    return (struct list_view *)(uintptr_t)v;
}

void lv_remember(struct list_view *lv); /* the key of the row under the cursor */
bool lv_is_marked(void *data, size_t row);

/* list_cell.c */
const char *lv_cell(void *data, size_t row, size_t col, enum role *role);
void lv_look(struct list_view *lv); /* which columns tell something: after the rows were collected */

/* list_draw.c */
/* What a column is called on the screen; in buf, or a constant. */
const char *column_title(const struct column *column, char *buf, size_t n);
void lv_draw(struct view *v, struct grid *g, struct rect r, const struct view_ctx *c, bool focused);
void lv_title(struct view *v, const struct view_ctx *c, struct text *left, struct text *right);

/* Text over several lines inside r; returns the rows used. */
int draw_wrapped(struct grid *g, struct rect r, enum role role, const char *s);

#endif
