/* The mouse, for those who ask for it: a click selects, on the name of a column it sorts, twice it opens; the wheel scrolls. What has
 * to be confirmed is not confirmed with it. */
#include "app/console.h"

#include <string.h>

#include "base/clock.h"

#define WHEEL_ROWS 3
#define TWICE_MS   400

static bool is_inside(struct rect r, int x, int y)
{
    return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

/* The view under the pointer; a click brings its pane the focus. */
static struct view *view_at(struct console *c, struct mouse m)
{
    if (c->nscreens || c->zoomed)
        return console_view(c);
    for (int i = 0; i < DASH_PANES; i++) {
        if (!is_inside(c->dash.rect[i], m.x, m.y))
            continue;
        if (m.what == MOUSE_CLICK)
            dashboard_focus(&c->dash, i);
        return c->dash.pane[i];
    }
    return NULL;
}

static bool is_second(struct console *c, struct mouse m)
{
    int64_t now = clock_mono_ms();
    bool second = c->clicked_ms && now - c->clicked_ms <= TWICE_MS && c->clicked.x == m.x && c->clicked.y == m.y;

    c->clicked = m;
    c->clicked_ms = second ? 0 : now;
    return second;
}

static void act(struct console *c, struct mouse m)
{
    struct view *v = view_at(c, m);
    bool second = m.what == MOUSE_CLICK && is_second(c, m);
    struct view_ctx ctx;
    struct err e;

    if (!v)
        return;
    console_context(c, &ctx);
    view_update(v, &ctx);
    if (m.what == MOUSE_CLICK) {
        if (view_click(v, m.x, m.y) && second)
            console_command(c, CMD_ENTER, NVIEWS, "");
        console_keep(c);
        return;
    }
    for (int i = 0; i < WHEEL_ROWS; i++)
        view_command(v, m.what == MOUSE_WHEEL_UP ? CMD_UP : CMD_DOWN, "", &ctx, &e);
}

/* Boxes over the screen are worked with keys; the wheel stands for the arrows there. */
static void wheel_as_keys(struct console *c, struct mouse m)
{
    keycode k = m.what == MOUSE_WHEEL_UP ? KEYC_UP : KEYC_DOWN;

    if (m.what == MOUSE_CLICK)
        return;
    if (c->question != ASK_NOTHING)
        question_key(c, k);
    else
        console_menu_key(c, k);
}

void console_mouse(struct console *c, struct mouse m)
{
    if (!c->mouse)
        return;
    console_wake(c);
    if (console_too_small(&c->grid) || c->prompt.kind != PROMPT_NONE)
        return;
    if (c->question != ASK_NOTHING || c->menu_open)
        wheel_as_keys(c, m);
    else
        act(c, m);
    app_step(c->app);
}

void mouse_command(struct console *c, const char *arg)
{
    if (strcmp(arg, "on") != 0 && strcmp(arg, "off") != 0 && *arg) {
        console_say(c, ROLE_BAD, "'%s' is neither on nor off", arg);
        return;
    }
    c->mouse = *arg ? strcmp(arg, "on") == 0 : !c->mouse;
    if (c->term) {
        term_set_mouse(c->term, c->mouse);
        watch_set(c->tty, LOOP_READ | (term_wants_write(c->term) ? LOOP_WRITE : 0));
    }
    console_say(c, ROLE_MESSAGE, c->mouse ? "the mouse is on: Shift and the mouse still select text in most terminals" : "the mouse is off");
}
