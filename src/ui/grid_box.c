/* Frames. */
#include "ui/grid.h"
#include <string.h>

enum { CORNER_NW, CORNER_NE, CORNER_SW, CORNER_SE, EDGE_H, EDGE_V, NEDGES };
static const uint32_t edges[2][NEDGES] = {
    [0] = {[CORNER_NW] = 0x250c, [CORNER_NE] = 0x2510, [CORNER_SW] = 0x2514, [CORNER_SE] = 0x2518, [EDGE_H] = 0x2500,
           [EDGE_V] = 0x2502},
    [1] = {[CORNER_NW] = '+', [CORNER_NE] = '+', [CORNER_SW] = '+', [CORNER_SE] = '+', [EDGE_H] = '-', [EDGE_V] = '|'},
};

static void fill(struct grid *g, int x, int y, int w, int h, uint32_t ch, enum role role)
{
    grid_fill(g, (struct rect){x, y, w, h}, ch, role);
}

struct rect grid_box(struct grid *g, struct rect r, enum role border, enum role title_role, const char *title,
                     const char *right)
{
    const uint32_t *e = edges[g->ascii];
    int used = 0, room = r.w - 2, need;

    if (r.w < 2 || r.h < 2)
        return (struct rect){r.x, r.y, 0, 0};
    fill(g, r.x + 1, r.y, room, 1, e[EDGE_H], border);
    fill(g, r.x + 1, r.y + r.h - 1, room, 1, e[EDGE_H], border);
    fill(g, r.x, r.y + 1, 1, r.h - 2, e[EDGE_V], border);
    fill(g, r.x + r.w - 1, r.y + 1, 1, r.h - 2, e[EDGE_V], border);
    fill(g, r.x, r.y, 1, 1, e[CORNER_NW], border);
    fill(g, r.x + r.w - 1, r.y, 1, 1, e[CORNER_NE], border);
    fill(g, r.x, r.y + r.h - 1, 1, 1, e[CORNER_SW], border);
    fill(g, r.x + r.w - 1, r.y + r.h - 1, 1, 1, e[CORNER_SE], border);
    if (title && *title) {
        used = grid_puts(g, r.x + 1, r.y, room, title_role, title);
        if (used < room)
            fill(g, r.x + 1 + used++, r.y, 1, 1, ' ', border);
    }
    if (right && *right) {
        need = grid_width(g, right, strlen(right));
        if (used + need <= room) { /* else it is left out: half a word helps nobody */
            if (need < room)
                fill(g, r.x + r.w - 2 - need, r.y, 1, 1, ' ', border);
            grid_puts(g, r.x + r.w - 1 - need, r.y, need, title_role, right);
        }
    }
    return (struct rect){r.x + 1, r.y + 1, r.w - 2, r.h - 2};
}
