/* Scrolled text: details, help, plans. Lines carry a role; wrapped or cut. */
#ifndef UI_PAGER_H
#define UI_PAGER_H

#include <stdbool.h>
#include <stddef.h>
#include "ui/grid.h"

struct pager_line { char *text; size_t len; enum role role; int label; /* columns at the front drawn in ROLE_DIM */ };

struct pager {
    struct pager_line *lines;
    size_t count, cap;
    size_t top;   /* first visible row after wrapping */
    int left;
    bool wrap;
};

void pager_init(struct pager *p, bool wrap);
void pager_release(struct pager *p);
void pager_clear(struct pager *p); /* keeps the position */
void pager_add(struct pager *p, enum role role, int label, const char *s, size_t n); /* splits at newlines, expands tabs */
void pager_addf(struct pager *p, enum role role, int label, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void pager_move(struct pager *p, long by, struct rect r);
void pager_goto(struct pager *p, bool end, struct rect r);
void pager_draw(struct pager *p, struct grid *g, struct rect r);
/* Next line that contains the text (case-insensitive) after the top; false when there is none. */
bool pager_find(struct pager *p, const char *needle, bool backward, struct rect r);

#endif
