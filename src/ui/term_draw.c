/* From the grid to curses: only cells that changed, in colours of the theme. */
#include "ui/term_priv.h"
#include <string.h>
#include <wchar.h>

/* --- colours --- */

/* The pair of these colours, made when it is new; the terminal's own colours when there are no more. */
static short pair_of(struct term *t, short fg, short bg)
{
    if (fg < 0 && bg < 0)
        return 0;
    for (int i = 1; i < t->npairs; i++)
        if (t->pairs[i].fg == fg && t->pairs[i].bg == bg)
            return (short)i;
    if (t->npairs >= t->max_pairs || init_pair((short)t->npairs, fg, bg) == ERR)
        return 0;
    t->pairs[t->npairs].fg = fg;
    t->pairs[t->npairs].bg = bg;
    return (short)t->npairs++;
}

static struct paint paint_of(struct term *t, struct look l)
{
    struct paint p = {A_NORMAL, pair_of(t, l.fg, l.bg)};

    p.attrs |= l.attrs & LOOK_BOLD ? A_BOLD : 0u;
    p.attrs |= l.attrs & LOOK_DIM ? A_DIM : 0u;
    p.attrs |= l.attrs & LOOK_UNDERLINE ? A_UNDERLINE : 0u;
    p.attrs |= l.attrs & LOOK_REVERSE ? A_REVERSE : 0u;
    return p;
}

static void make_paints(struct term *t)
{
    t->npairs = 1;
    for (int role = 0; role < NROLES; role++)
        for (unsigned flags = 0; flags < 16; flags++)
            t->paints[role][flags] = paint_of(t, theme_look(&t->theme, t->level, (enum role)role, flags));
}

void term_colours_start(struct term *t, bool no_color)
{
    int colours = tigetnum("colors");

    t->level = theme_level(colours < 0 ? 0 : colours, no_color);
    if (t->level != LEVEL_MONO && (start_color() == ERR || use_default_colors() == ERR))
        t->level = LEVEL_MONO;
    t->max_pairs = COLOR_PAIRS < PAIRS_MAX ? COLOR_PAIRS : PAIRS_MAX;
    make_paints(t);
}

void term_set_theme(struct term *t, const struct theme *theme)
{
    t->theme = *theme;
    make_paints(t);
    t->known = false;
}

enum colour_level term_level(const struct term *t)
{
    return t->level;
}

/* --- cells --- */

static void to_curses(const struct term *t, const struct cell *c, cchar_t *out)
{
    const struct paint *p = &t->paints[c->role < NROLES ? c->role : ROLE_TEXT][c->flags & 15];
    wchar_t text[2 + CELL_COMB] = {(wchar_t)c->ch};

    for (int i = 0; i < CELL_COMB && c->comb[i]; i++)
        text[1 + i] = (wchar_t)c->comb[i];
    setcchar(out, text, p->attrs, p->pair, NULL);
}

static bool has_wide(const struct cell *row, int w)
{
    for (int x = 0; x < w; x++)
        if (row[x].width != 1)
            return true;
    return false;
}

/* The changed part of a row, from *first to *last; the whole row where wide characters are or were. */
static bool changed_part(const struct term *t, const struct cell *row, const struct cell *old, int *first, int *last)
{
    *first = 0;
    *last = t->w - 1;
    if (!t->known)
        return true;
    while (*first <= *last && cell_equal(row + *first, old + *first))
        ++*first;
    if (*first > *last)
        return false;
    while (*last > *first && cell_equal(row + *last, old + *last))
        --*last;
    if (has_wide(row, t->w) || has_wide(old, t->w))
        *first = 0, *last = t->w - 1;
    return true;
}

static void draw_row(struct term *t, const struct cell *row, int y, int first, int last)
{
    cchar_t out[GRID_MAX];
    int n = 0;

    for (int x = first; x <= last; x++)
        if (row[x].width)
            to_curses(t, row + x, out + n++);
    mvwadd_wchnstr(stdscr, y, first, out, n);
}

static void draw_cells(struct term *t, const struct grid *g)
{
    int first, last;

    for (int y = 0; y < t->h; y++) {
        const struct cell *row = g->cells + (size_t)y * (size_t)g->w;

        if (changed_part(t, row, t->last.cells + (size_t)y * (size_t)t->w, &first, &last))
            draw_row(t, row, y, first, last);
    }
    grid_copy(&t->last, g);
    t->known = true;
}

/* The grid at the terminal's size: callers draw for a size that may be a moment old. */
static const struct grid *fitted(const struct term *t, const struct grid *g, struct grid *own)
{
    if (g->w == t->w && g->h == t->h)
        return g;
    grid_init(own, t->w, t->h, g->ascii);
    for (int y = 0; y < t->h && y < g->h; y++) {
        int w = t->w < g->w ? t->w : g->w;
        struct cell *to = own->cells + (size_t)y * (size_t)t->w;

        memcpy(to, g->cells + (size_t)y * (size_t)g->w, (size_t)w * sizeof *to);
        if (w > 0 && to[w - 1].width == 2) /* cut in two */
            to[w - 1] = (struct cell){.ch = ' ', .width = 1};
    }
    grid_cursor(own, g->cur_x, g->cur_y, g->cur_visible);
    return own;
}

bool term_draw(struct term *t, const struct grid *g)
{
    struct grid own = {0};

    if (!t->active || !term_flush(t) || term_wants_write(t))
        return false;
    g = fitted(t, g, &own);
    if (t->repaint) /* nothing is sure of the screen, nor of the cursor: curses would believe that it is as it was left */
        term_add_cap(&t->pending, g->cur_visible ? "cnorm" : "civis");
    curs_set(g->cur_visible);
    clearok(curscr, t->repaint);
    t->repaint = false;
    draw_cells(t, g);
    wmove(stdscr, g->cur_y, g->cur_x);
    wnoutrefresh(stdscr);
    doupdate();
    grid_release(&own);
    return term_memory_collect(t) && term_flush(t);
}

void term_redraw(struct term *t)
{
    t->repaint = true;
    t->known = false;
}
