/* Text from anywhere put into the grid, a pager and a line: no cell ever holds a control, and widths add up. The first four
 * bytes say where and how wide. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "ui/grid.h"
#include "ui/line.h"
#include "ui/pager.h"

static void check(const struct grid *g)
{
    for (int y = 0; y < g->h; y++) {
        const struct cell *row = g->cells + (size_t)y * (size_t)g->w;
        int sum = 0;

        for (int x = 0; x < g->w; x++) {
            const struct cell *c = row + x;

            sum += c->width;
            if (c->width ? cp_is_control(c->ch) || cp_width(c->ch) != c->width : x == 0 || row[x - 1].width != 2)
                abort();
            if (g->ascii && (c->ch < ' ' || c->ch > '~'))
                abort();
            for (int i = 0; i < CELL_COMB; i++)
                if (c->comb[i] && cp_width(c->comb[i]) != 0)
                    abort();
        }
        if (sum != g->w)
            abort();
    }
}

static void in_pager(struct grid *g, const char *s, size_t n, bool wrap, int left)
{
    const struct rect r = {1, 1, g->w - 1, g->h - 1};
    struct pager p;

    pager_init(&p, wrap);
    pager_add(&p, ROLE_TEXT, left, s, n);
    p.left = left;
    pager_draw(&p, g, r);
    check(g);
    pager_find(&p, "a", false, r);
    pager_goto(&p, true, r);
    pager_draw(&p, g, r);
    check(g);
    pager_release(&p);
}

static void in_line(struct grid *g, const char *s, size_t n, bool hidden)
{
    struct line l;

    line_init(&l, hidden);
    line_insert(&l, s, n);
    if (!utf8_valid(l.buf, l.len) || l.len > LINE_MAX_BYTES || l.pos != l.len)
        abort();
    for (int i = 0; i < 5; i++)
        line_key(&l, KEYC_LEFT);
    line_key(&l, KEYC_DELETE);
    line_key(&l, KEYC_BACKSPACE);
    line_draw(&l, g, 0, 0, g->w, ROLE_TEXT, ": ");
    check(g);
    line_release(&l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct grid g;

    if (n < 4)
        return 0;
    grid_init(&g, data[0] % 40 + 1, 5, data[1] & 1);
    grid_put(&g, (int8_t)data[2] % 50, 2, data[3] % 60, ROLE_OK, data[1] & 15, (const char *)data + 4, n - 4, data[1] & 2);
    check(&g);
    grid_put(&g, 3, 2, 7, ROLE_OK, 0, (const char *)data + 4, n - 4, true);
    check(&g);
    in_pager(&g, (const char *)data + 4, n - 4, data[1] & 4, data[3] % 20);
    in_line(&g, (const char *)data + 4, n - 4, data[1] & 8);
    grid_release(&g);
    return 0;
}
