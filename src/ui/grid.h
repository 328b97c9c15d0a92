/* The cell grid: everything is drawn here first; back ends copy it to a terminal or to text. Text is sanitised where it
 * enters: no control, bidi mark or byte of doubtful width ever gets into a cell. */
#ifndef UI_GRID_H
#define UI_GRID_H

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/ids.h"
#include "base/text.h"

#define CELL_COMB 2
#define GRID_MAX 1000 /* columns and rows at most; larger sizes are cut */

struct cell {
    uint32_t ch;                /* 0: the right half of a wide character */
    uint32_t comb[CELL_COMB];   /* combining marks, 0 when none */
    uint8_t role;               /* enum role */
    uint8_t flags;              /* CELL_SELECTED | CELL_DIM | CELL_BOLD | CELL_MARKED */
    uint8_t width;              /* 1 or 2; 0 for a right half */
};
enum { CELL_SELECTED = 1, CELL_DIM = 2, CELL_BOLD = 4, CELL_MARKED = 8 };

struct rect { int x, y, w, h; };

struct grid {
    int w, h;
    bool ascii;             /* chrome and text in ASCII only */
    struct cell *cells;     /* h rows of w */
    int cur_x, cur_y;       /* where the hardware cursor goes: selected row or input */
    bool cur_visible;       /* a visible cursor: prompts */
};

void grid_init(struct grid *g, int w, int h, bool ascii);
void grid_release(struct grid *g);
void grid_resize(struct grid *g, int w, int h); /* clears */
void grid_clear(struct grid *g);                /* blanks in ROLE_TEXT, cursor at 0,0 hidden */
/* Draw at most `cols` columns of the n bytes at s, clipped to the grid; what does not fit is cut, with an ellipsis (… or ~)
 * when `ellipsis`. Newlines and tabs count as one blank. Returns the columns used. x may be negative: what lies left of the
 * grid is not drawn. Variation selectors and a third combining mark on one base are dropped; in ASCII all else is '?'. */
int grid_put(struct grid *g, int x, int y, int cols, enum role role, unsigned flags, const char *s, size_t n, bool ellipsis);
int grid_width(const struct grid *g, const char *s, size_t n); /* the columns that the whole text would use */
int grid_puts(struct grid *g, int x, int y, int cols, enum role role, const char *s);  /* flags 0, ellipsis */
/* As grid_puts; at most 1023 bytes of text. */
int grid_putf(struct grid *g, int x, int y, int cols, enum role role, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
void grid_fill(struct grid *g, struct rect r, uint32_t ch, enum role role);
/* Set flags on (or change role of, when role >= 0) a run of cells: selected rows, dimmed panes. */
void grid_mark(struct grid *g, struct rect r, unsigned flags, int role);
/* A frame with a title in its upper edge ("1 instances"), and text at the right end of that edge (may be NULL).
 * `right` is left out where it does not fit. Returns the inside; empty when r is smaller than 2x2. */
struct rect grid_box(struct grid *g, struct rect r, enum role border, enum role title_role, const char *title, const char *right);
void grid_cursor(struct grid *g, int x, int y, bool visible);
/* Lines of text, trailing blanks cut, one newline each; with roles != 0 a second block names role runs (for goldens). */
void grid_dump(const struct grid *g, bool roles, struct text *out);
bool cell_equal(const struct cell *a, const struct cell *b);
bool grid_equal(const struct grid *a, const struct grid *b);
void grid_copy(struct grid *to, const struct grid *from);

/* Symbols with their ASCII twins, by what they mean. Each is one column wide. */
enum symbol { SYM_UP, SYM_DOWN_STATE, SYM_PARTIAL, SYM_WAIT, SYM_UNKNOWN, SYM_SELECT, SYM_ELLIPSIS, SYM_MARKED, SYM_SORT_ASC,
              SYM_SORT_DESC, SYM_ARROW, SYM_DOT, SYM_BAD, SYM_WARN, SYM_OK, SYM_CRUMB, NSYMBOLS };
const char *grid_symbol(const struct grid *g, enum symbol s);

#endif
