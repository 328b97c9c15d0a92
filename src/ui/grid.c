/* The cell grid. Everything that is drawn passes grid_put or grid_fill, and there alone text becomes cells: what must not
 * reach a terminal is replaced before it is stored. */
#include "ui/grid.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

static int clamp(int v, int lo, int hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static const struct cell blank = {.ch = ' ', .role = ROLE_TEXT, .width = 1};

void grid_init(struct grid *g, int w, int h, bool ascii)
{
    memset(g, 0, sizeof *g);
    g->ascii = ascii;
    grid_resize(g, w, h);
}

void grid_release(struct grid *g)
{
    free(g->cells);
    memset(g, 0, sizeof *g);
}

void grid_resize(struct grid *g, int w, int h)
{
    w = clamp(w, 0, GRID_MAX);
    h = clamp(h, 0, GRID_MAX);
    if (!g->cells || w != g->w || h != g->h) {
        free(g->cells);
        g->cells = x_calloc((size_t)w * (size_t)h + 1, sizeof *g->cells);
        g->w = w;
        g->h = h;
    }
    grid_clear(g);
}

void grid_clear(struct grid *g)
{
    size_t n = (size_t)g->w * (size_t)g->h;

    for (size_t i = 0; i < n; i++)
        g->cells[i] = blank;
    g->cur_x = g->cur_y = 0;
    g->cur_visible = false;
}

static struct cell *grid_row(const struct grid *g, int y)
{
    return g->cells + (size_t)y * (size_t)g->w;
}

/* Before cell x of a row is overwritten: the other half of a wide character there must not stay behind alone. */
static void split_wide(const struct grid *g, struct cell *row, int x)
{
    if (row[x].width == 0 && x > 0) {
        row[x - 1].ch = ' ';
        row[x - 1].width = 1;
        memset(row[x - 1].comb, 0, sizeof row[x - 1].comb);
    }
    if (row[x].width == 2 && x + 1 < g->w) {
        row[x + 1].ch = ' ';
        row[x + 1].width = 1;
    }
}

/* Store a drawable code point of that width; x and y are inside, and so is x + width - 1. */
static struct cell *set_cell(struct grid *g, int x, int y, uint32_t ch, int width, enum role role, unsigned flags)
{
    struct cell *row = grid_row(g, y);

    for (int i = 0; i < width; i++)
        split_wide(g, row, x + i);
    for (int i = 0; i < width; i++)
        row[x + i] = (struct cell){.ch = i ? 0 : ch, .role = role, .flags = flags, .width = i ? 0 : width};
    return row + x;
}

/* Variation selectors only ask for another look of what precedes, and terminals disagree on the width of the outcome. */
static bool is_selector(uint32_t cp)
{
    return (cp >= 0xfe00 && cp <= 0xfe0f) || (cp >= 0xe0100 && cp <= 0xe01ef) || (cp >= 0x180b && cp <= 0x180f);
}

/* Skin tones and flag letters: two columns alone, melted with their neighbour by some terminals and not by others. */
static bool is_melting(uint32_t cp)
{
    return (cp >= 0x1f3fb && cp <= 0x1f3ff) || (cp >= 0x1f1e6 && cp <= 0x1f1ff);
}

/* What is stored for cp, and its columns: 0 a combining mark, -1 nothing at all. */
static int drawable(const struct grid *g, uint32_t *cp)
{
    int width;

    if (*cp == '\n' || *cp == '\t' || *cp == ' ')
        return *cp = ' ', 1;
    if (*cp > ' ' && *cp < 0x7f)
        return 1;
    if (is_selector(*cp))
        return -1;
    width = is_melting(*cp) ? -1 : cp_width(*cp);
    if (g->ascii) { /* signs of our own have a twin */
        *cp = *cp == 0xb7 ? '-' : *cp == 0x2026 ? '~' : '?';
        return width ? 1 : -1;
    }
    if (width < 0 || width > 2) {
        uint32_t mark = cp_mark(*cp);
        *cp = mark != *cp && cp_width(mark) == 1 ? mark : 0xfffd;
        return 1;
    }
    return width;
}

static void combine(struct cell *base, uint32_t cp)
{
    for (int i = 0; i < CELL_COMB; i++) {
        if (!base->comb[i]) {
            base->comb[i] = cp;
            return;
        }
    }
}

static uint32_t symbol_cp(const struct grid *g, enum symbol s)
{
    const char *text = grid_symbol(g, s);
    uint32_t cp;

    utf8_decode(text, strlen(text), &cp);
    return cp;
}

/* What was cut at column `end`: the last column becomes an ellipsis. `from` is where the text began. */
static int put_ellipsis(struct grid *g, int from, int used, int end, int y, enum role role, unsigned flags)
{
    int x = end - 1;

    if (x < from || x < 0)
        return used;
    for (int i = from + used; i < x; i++) /* a wide character that did not fit leaves one column */
        if (i >= 0)
            set_cell(g, i, y, ' ', 1, role, flags);
    if (x > from && x > 0 && grid_row(g, y)[x].width == 0 && used == end - from) /* no blank between text and ellipsis */
        set_cell(g, x--, y, ' ', 1, role, flags);
    set_cell(g, x, y, symbol_cp(g, SYM_ELLIPSIS), 1, role, flags);
    return end - from;
}

/* A megabyte of combining marks on one letter must not cost a megabyte of work in each frame. */
#define BYTES_A_COLUMN 64

int grid_put(struct grid *g, int x, int y, int cols, enum role role, unsigned flags, const char *s, size_t n,
             bool ellipsis)
{
    int used = 0, end;
    size_t at = 0;
    struct cell *base = NULL;

    if (!s || y < 0 || y >= g->h || cols <= 0 || x >= g->w || x < -GRID_MAX)
        return 0;
    end = cols < g->w - x ? x + cols : g->w;
    if (n > (size_t)(end - x) * BYTES_A_COLUMN)
        for (n = (size_t)(end - x) * BYTES_A_COLUMN; n > 0 && (s[n] & 0xc0) == 0x80; n--)
            ;
    while (at < n) {
        uint32_t cp;
        size_t took = utf8_decode(s + at, n - at, &cp);
        int width = drawable(g, &cp);

        at += took;
        if (width == 0 && base) {
            combine(base, cp);
        } else if (width >= 0) {
            if (width == 0) /* a mark with nothing to stand on */
                cp = 0xfffd, width = 1;
            if (x + used + width > end)
                return ellipsis ? put_ellipsis(g, x, used, end, y, role, flags) : used;
            if (x + used >= 0)
                base = set_cell(g, x + used, y, cp, width, role, flags);
            else if (x + used + width > 0) /* the right half of a wide character at the left edge */
                base = NULL, set_cell(g, 0, y, ' ', 1, role, flags);
            used += width;
        }
    }
    return used;
}

int grid_width(const struct grid *g, const char *s, size_t n)
{
    int total = 0;
    bool base = false;

    for (size_t at = 0; at < n && total < GRID_MAX * 4;) {
        uint32_t cp;
        int width;

        at += utf8_decode(s + at, n - at, &cp);
        width = drawable(g, &cp);
        if (width > 0)
            total += width, base = true;
        else if (width == 0 && !base)
            total++, base = true;
    }
    return total;
}

int grid_puts(struct grid *g, int x, int y, int cols, enum role role, const char *s)
{
    return s ? grid_put(g, x, y, cols, role, 0, s, strlen(s), true) : 0;
}

int grid_putf(struct grid *g, int x, int y, int cols, enum role role, const char *fmt, ...)
{
    char buf[1024];
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(buf, sizeof buf, fmt, ap);
    va_end(ap);
    if (n < 0)
        return 0;
    return grid_put(g, x, y, cols, role, 0, buf, strlen(buf), true);
}

/* The part of r inside the grid; false when nothing is left. */
static bool clip(const struct grid *g, struct rect *r)
{
    int64_t x2 = (int64_t)r->x + r->w, y2 = (int64_t)r->y + r->h;

    if (r->w <= 0 || r->h <= 0 || x2 <= 0 || y2 <= 0 || r->x >= g->w || r->y >= g->h)
        return false;
    r->x = r->x < 0 ? 0 : r->x;
    r->y = r->y < 0 ? 0 : r->y;
    r->w = (int)(x2 > g->w ? g->w : x2) - r->x;
    r->h = (int)(y2 > g->h ? g->h : y2) - r->y;
    return true;
}

void grid_fill(struct grid *g, struct rect r, uint32_t ch, enum role role)
{
    if (!clip(g, &r))
        return;
    if (drawable(g, &ch) != 1)
        ch = g->ascii ? '?' : 0xfffd;
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            set_cell(g, x, y, ch, 1, role, 0);
}

void grid_mark(struct grid *g, struct rect r, unsigned flags, int role)
{
    if (!clip(g, &r))
        return;
    for (int y = r.y; y < r.y + r.h; y++) {
        struct cell *row = grid_row(g, y);

        for (int x = r.x; x < r.x + r.w; x++) {
            row[x].flags |= flags;
            if (role >= 0 && role < NROLES)
                row[x].role = (uint8_t)role;
        }
    }
}

void grid_cursor(struct grid *g, int x, int y, bool visible)
{
    g->cur_x = clamp(x, 0, g->w > 0 ? g->w - 1 : 0);
    g->cur_y = clamp(y, 0, g->h > 0 ? g->h - 1 : 0);
    g->cur_visible = visible;
}

bool cell_equal(const struct cell *a, const struct cell *b)
{
    return a->ch == b->ch && a->comb[0] == b->comb[0] && a->comb[1] == b->comb[1] && a->role == b->role &&
           a->flags == b->flags && a->width == b->width;
}

bool grid_equal(const struct grid *a, const struct grid *b)
{
    size_t n = (size_t)a->w * (size_t)a->h;

    if (a->w != b->w || a->h != b->h || a->cur_x != b->cur_x || a->cur_y != b->cur_y ||
        a->cur_visible != b->cur_visible)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!cell_equal(a->cells + i, b->cells + i))
            return false;
    return true;
}

void grid_copy(struct grid *to, const struct grid *from)
{
    if (!to->cells || to->w != from->w || to->h != from->h)
        grid_resize(to, from->w, from->h);
    if (from->cells)
        memcpy(to->cells, from->cells, (size_t)from->w * (size_t)from->h * sizeof *from->cells);
    to->ascii = from->ascii;
    to->cur_x = from->cur_x;
    to->cur_y = from->cur_y;
    to->cur_visible = from->cur_visible;
}
