#include "view/list_view.h"

#include <string.h>

/* Bytes of the next line: up to `cols` columns, broken at the last blank when there is one. */
static size_t line_bytes(const char *s, size_t n, int cols)
{
    int used;
    size_t fit = utf8_fit(s, n, cols, &used), at;

    if (fit >= n)
        return n;
    for (at = fit; at > 0 && s[at] != ' '; at--)
        ;
    return at ? at : fit;
}

int draw_wrapped(struct grid *g, struct rect r, enum role role, const char *s)
{
    int y = 0;

    while (*s && y < r.h) {
        size_t rest = strlen(s), n = line_bytes(s, rest, r.w);

        if (!n)
            break;
        if (y + 1 == r.h)
            n = rest;
        grid_put(g, r.x, r.y + y++, r.w, role, 0, s, n, true);
        s += n;
        while (*s == ' ')
            s++;
    }
    return y;
}
