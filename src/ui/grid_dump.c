/* The grid as text, for golden files and scripts. */
#include "ui/grid.h"
#include "ui/theme.h"

static bool is_plain(const struct cell *c)
{
    return c->role == ROLE_TEXT && !c->flags;
}

static bool is_blank(const struct cell *c)
{
    return c->ch == ' ' && !c->comb[0];
}

static void dump_row(const struct cell *row, int w, struct text *out)
{
    while (w > 0 && is_blank(row + w - 1))
        w--;
    for (int x = 0; x < w; x++) {
        if (!row[x].width)
            continue;
        text_add_cp(out, row[x].ch);
        for (int i = 0; i < CELL_COMB && row[x].comb[i]; i++)
            text_add_cp(out, row[x].comb[i]);
    }
    text_addc(out, '\n');
}

static void dump_look(const struct cell *c, struct text *out)
{
    static const struct {
        unsigned flag;
        const char *name;
    } names[] = {{CELL_SELECTED, "selected"}, {CELL_DIM, "dim"}, {CELL_BOLD, "bold"}, {CELL_MARKED, "marked"}};

    text_adds(out, role_name(c->role));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (c->flags & names[i].flag)
            text_addf(out, "+%s", names[i].name);
}

/* "3: 0-12 header, 13-20 ok+selected": rows that are plain text throughout are left out. */
static void dump_runs(const struct cell *row, int w, int y, struct text *out)
{
    bool any = false;

    for (int x = 0, end; x < w; x = end) {
        for (end = x + 1; end < w && row[end].role == row[x].role && row[end].flags == row[x].flags; end++)
            ;
        if (is_plain(row + x))
            continue;
        text_addf(out, any ? ", " : "%d: ", y);
        text_addf(out, "%d-%d ", x, end - 1);
        dump_look(row + x, out);
        any = true;
    }
    if (any)
        text_addc(out, '\n');
}

void grid_dump(const struct grid *g, bool roles, struct text *out)
{
    for (int y = 0; y < g->h; y++)
        dump_row(g->cells + (size_t)y * (size_t)g->w, g->w, out);
    if (!roles)
        return;
    text_adds(out, "-- roles\n");
    for (int y = 0; y < g->h; y++)
        dump_runs(g->cells + (size_t)y * (size_t)g->w, g->w, y, out);
    text_addf(out, "cursor: %d,%d%s\n", g->cur_x, g->cur_y, g->cur_visible ? " visible" : "");
}
