#include "view/view.h"

#include <string.h>

#include "ui/layout.h"

static const enum view_id panes[DASH_PANES] = {[PANE_INSTANCES] = VIEW_INSTANCES,
                                               [PANE_DATABASES] = VIEW_DATABASES,
                                               [PANE_TRANSACTIONS] = VIEW_TRANSACTIONS,
                                               [PANE_PLUGINS] = VIEW_PLUGINS,
                                               [PANE_LOGS] = VIEW_LOGS};

#define MANY 1001 /* rows: more than any screen has */

void dashboard_init(struct dashboard *d)
{
    *d = (struct dashboard){.focus = PANE_TRANSACTIONS};
    for (int i = 0; i < DASH_PANES; i++)
        d->pane[i] = view_open(panes[i], NULL, MODEL_NO_INSTANCE);
}

void dashboard_release(struct dashboard *d)
{
    for (int i = 0; i < DASH_PANES; i++)
        view_close(d->pane[i]);
}

void dashboard_update(struct dashboard *d, const struct view_ctx *c)
{
    for (int i = 0; i < DASH_PANES; i++)
        view_update(d->pane[i], c);
}

/* Rows of content that each pane would like: its list and the names of its columns, which a narrow list of instances does not
 * have. Logs take what they get; where there cannot be any it is a line that says why. */
static void wishes(const struct dashboard *d, const struct view_ctx *c, int want[NPANES])
{
    for (int i = 0; i < DASH_PANES; i++) {
        size_t n = view_is_list(d->pane[i]) ? view_rows(d->pane[i])->count + (view_left_out(d->pane[i]) > 0) : view_logs_possible(d->pane[i], c) ? MANY : 1;

        want[i] = n > MANY - 1 ? MANY : i == PANE_INSTANCES ? (int)(n ? n : 1) : (int)(n ? n + 1 : 2);
    }
}

static void draw_pane(struct dashboard *d, int i, struct grid *g, const struct view_ctx *c)
{
    bool focused = i == d->focus;
    struct text title, left, right;
    struct rect inside;

    text_init(&title, 512);
    text_init(&left, 512);
    text_init(&right, 512);
    view_titles(d->pane[i], c, &left, &right);
    text_addf(&title, "%d %s", i + 1, left.s);
    inside = grid_box(g, d->rect[i], focused ? ROLE_FOCUS : ROLE_BORDER, focused ? ROLE_FOCUS : ROLE_TITLE, title.s,
                      right.len ? right.s : NULL);
    view_draw(d->pane[i], g, inside, c, focused);
    text_release(&title);
    text_release(&left);
    text_release(&right);
}

void dashboard_draw(struct dashboard *d, struct grid *g, struct rect area, const struct view_ctx *c)
{
    struct layout layout;
    int want[NPANES];

    wishes(d, c, want);
    layout_dashboard(g->w, g->h, area.y, g->h - area.y - area.h, want, &layout);
    memcpy(d->rect, layout.pane, sizeof(d->rect));
    if (!d->rect[d->focus].w)
        d->focus = PANE_TRANSACTIONS;
    for (int i = 0; i < DASH_PANES; i++)
        if (d->rect[i].w && i != d->focus)
            draw_pane(d, i, g, c);
    draw_pane(d, d->focus, g, c); /* last: the cursor stays in it */
}

unsigned dashboard_shown(const struct dashboard *d)
{
    unsigned shown = 0;

    for (int i = 0; i < DASH_PANES; i++)
        shown |= (unsigned)(d->rect[i].w != 0) << i;
    return shown;
}

void dashboard_focus(struct dashboard *d, int pane)
{
    if (pane >= 0 && pane < DASH_PANES && d->rect[pane].w)
        d->focus = pane;
}

void dashboard_step(struct dashboard *d, int by)
{
    for (int i = 1; i <= DASH_PANES; i++) {
        int at = (d->focus + by * i + DASH_PANES * DASH_PANES) % DASH_PANES;

        if (d->rect[at].w) {
            d->focus = at;
            return;
        }
    }
}
