/* Scrolled text: details, help, plans. Lines carry a role; wrapped or cut. */
#ifndef UI_PAGER_H
#define UI_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include "ui/grid.h"

#define PAGER_MAX_LINES ((size_t)200000)
#define PAGER_MAX_BYTES ((size_t)16 * 1024 * 1024) /* beyond either a last line says that it was cut */

struct pager_line {
    char *text;
    size_t len;
    enum role role;
    int label;   /* columns at the front drawn in ROLE_DIM; wrapped rows are indented by as much. -n: only indented by n */
    size_t rows; /* after wrapping, at rows_width */
};

struct pager {
    struct pager_line *lines;
    size_t count, cap;
    size_t top;   /* first visible row after wrapping */
    int left;
    bool wrap;    /* change it with pager_wrap */
    bool full;    /* something was dropped */
    size_t bytes;
    size_t rows;    /* of all lines, at rows_width */
    int rows_width; /* 0: to be counted anew; -1: not wrapped */
    size_t found;   /* 1 + the line that pager_find went to, shown marked; 0 none */
};

void pager_init(struct pager *p, bool wrap);
void pager_release(struct pager *p);
void pager_clear(struct pager *p); /* keeps the position */
void pager_add(struct pager *p, enum role role, int label, const char *s, size_t n); /* splits at newlines, expands tabs */
void pager_addf(struct pager *p, enum role role, int label, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
size_t pager_rows(struct pager *p, int width); /* rows that all lines take at this width */
void pager_wrap(struct pager *p, bool wrap, struct rect r); /* stays at the line that is on top */
void pager_move(struct pager *p, long by, struct rect r);
void pager_goto(struct pager *p, bool end, struct rect r);
void pager_draw(struct pager *p, struct grid *g, struct rect r);
/* Next line that contains the text (case-insensitive) after the last match in view, else after the top; it becomes the top
 * where it can and is drawn marked. False when there is none. */
bool pager_find(struct pager *p, const char *needle, bool backward, struct rect r);

#endif
