/* A frame: header, worst-first line, panes or the screen on top, the line at the bottom, and what lies over them. */
#include "app/console.h"

#include <string.h>

#include "base/clock.h"
#include "sheet/findings.h"
#include "sheet/groups.h"

#define MIN_W 60
#define MIN_H 15

static const char *insecure_words(const struct console *c)
{
    bool tls = false, login = false;

    for (uint32_t i = 0; i < c->app->ninst; i++) {
        const struct relation *rel = model_get(c->app->model, i, SHEET_INSTANCES);

        if (!rel || !rel->nrows || (c->scope != MODEL_NO_INSTANCE ? c->scope != i : !group_has(c->app->model, c->group, i)))
            continue;
        tls |= strcmp(value_str(relation_cell(rel, 0, COL_INSTANCES_TLS), ""), "insecure") == 0;
        login |= strcmp(value_str(relation_cell(rel, 0, COL_INSTANCES_LOGIN), ""), "off") == 0;
    }
    return tls && login ? "TLS INSECURE, AUTH OFF" : tls ? "TLS INSECURE" : login ? "AUTH OFF" : "";
}

const char *console_interval_words(int64_t ms, char *buf, size_t n)
{
    char *dot = strstr(duration_short(ms, buf, n), ".0s");

    if (dot)
        strcpy(dot, "s");
    return buf;
}

static void draw_header(struct console *c)
{
    struct text scope, server, interval;
    char buf[16];
    struct header h = {.newest_ms = model_newest(c->app->model), .who = c->app->owner};

    text_init(&scope, 256);
    text_init(&server, 128);
    text_init(&interval, 64);
    scope_words(c, &scope, &server);
    if (c->paused)
        text_adds(&interval, "paused");
    else
        text_addf(&interval, "%s%s", console_interval_words(c->drowsy ? 60000 : c->app->interval_ms, buf, sizeof(buf)),
                  c->drowsy ? " (detached)" : "");
    h.scope = scope.s;
    h.server = server.s;
    h.interval = interval.s;
    h.access = app_access_words(c->app, c->scope != MODEL_NO_INSTANCE ? c->scope : c->app->ninst == 1 ? 0 : MODEL_NO_INSTANCE);
    h.insecure = insecure_words(c);
    header_draw(&c->grid, &h);
    text_release(&scope);
    text_release(&server);
    text_release(&interval);
}

static void draw_screen(struct console *c, struct rect area, const struct view_ctx *ctx)
{
    struct view *v = console_view(c);
    struct text left, right;

    text_init(&left, 512);
    text_init(&right, 512);
    view_draw(v, &c->grid, (struct rect){area.x + 1, area.y + 1, area.w - 2, area.h - 2}, ctx, true);
    view_titles(v, ctx, &left, &right); /* after it: they tell where in it one is */
    grid_box(&c->grid, area, ROLE_BORDER, ROLE_TITLE, left.s, right.len ? right.s : NULL);
    text_release(&left);
    text_release(&right);
}

static void draw_bottom(struct console *c, const struct view_ctx *ctx)
{
    int y = c->grid.h - 1;
    struct text progress;

    if (c->prompt.kind != PROMPT_NONE) {
        prompt_draw(c, y);
        return;
    }
    text_init(&progress, 512);
    if (kill_progress(c, &progress))
        grid_puts(&c->grid, 1, y, c->grid.w - 1, ROLE_WARN, progress.s);
    else if (*c->message && clock_mono_ms() < c->message_until_ms)
        grid_puts(&c->grid, 1, y, c->grid.w - 1, c->message_role, c->message);
    else {
        hint_words(c, ctx, c->grid.w - 2, &progress);
        grid_puts(&c->grid, 1, y, c->grid.w - 1, ROLE_DIM, progress.s);
    }
    text_release(&progress);
}

static void draw_body(struct console *c)
{
    struct rect area = {0, 0, c->grid.w, c->grid.h};
    struct view_ctx ctx;
    int top = 1;

    draw_header(c);
    console_context(c, &ctx);
    top += worst_draw(&c->grid, 1, c->app->model, c->app->ninst > 1, ctx.connecting);
    area.y = top;
    area.h = c->grid.h - top - 1;
    if (c->nscreens) {
        draw_screen(c, area, &ctx);
    } else {
        dashboard_update(&c->dash, &ctx);
        if (c->zoomed)
            draw_screen(c, area, &ctx);
        else
            dashboard_draw(&c->dash, &c->grid, area, &ctx);
    }
    draw_bottom(c, &ctx);
    if (c->menu_open)
        menu_draw(&c->menu, &c->grid);
    if (c->question != ASK_NOTHING)
        dialog_draw(&c->dialog, &c->grid, clock_mono_ms());
}

/* One instance that waits for a password: ask for it without being told to, once. */
static void offer_secret(struct console *c)
{
    const struct relation *rel = model_get(c->app->model, 0, SHEET_INSTANCES);

    if (c->offered_secret || c->app->ninst != 1 || c->question != ASK_NOTHING || !rel || !rel->nrows ||
        strcmp(value_str(relation_cell(rel, 0, COL_INSTANCES_LOGIN), ""), "needed") != 0 || !credentials_wanted(c->app, 0))
        return;
    c->offered_secret = true;
    question_open(c, ASK_SECRET, 0);
}

bool console_too_small(const struct grid *g)
{
    return g->w < MIN_W || g->h < MIN_H;
}

/* In two lines where one would be cut before it says what is needed. */
static void draw_too_small(struct grid *g)
{
    if (g->w < 44 && g->h > 1) {
        grid_putf(g, 0, 0, g->w, ROLE_WARN, "%dx%d is too small", g->w, g->h);
        grid_putf(g, 0, 1, g->w, ROLE_WARN, "neodeck needs %dx%d", MIN_W, MIN_H);
    } else {
        grid_putf(g, 0, 0, g->w, ROLE_WARN, "%dx%d is too small: neodeck needs %dx%d", g->w, g->h, MIN_W, MIN_H);
    }
}

static void draw(struct console *c)
{
    offer_secret(c);
    if (c->drawn_generation != model_generation_all(c->app->model)) {
        findings_update(c->app->model, clock_wall_ms());
        groups_update(c->app->model);
    }
    grid_clear(&c->grid);
    if (console_too_small(&c->grid))
        draw_too_small(&c->grid);
    else
        draw_body(c);
    c->drawn_generation = model_generation_all(c->app->model);
    c->drawn_logs = model_logs_generation(c->app->model);
    c->dirty = false;
    if (!c->term || c->handed)
        return;
    if (!term_draw(c->term, &c->grid))
        c->dirty = true; /* bytes of the last frame wait: again when the terminal takes them */
    watch_set(c->tty, LOOP_READ | (term_wants_write(c->term) ? LOOP_WRITE : 0));
}

void console_draw(struct console *c)
{
    int64_t began = clock_cpu_us();

    draw(c);
    if (dashboard_shown(&c->dash) != c->panes_asked)
        console_interests(c); /* another size, or what came, brought panes to the screen or took them away */
    logs_ask(c);
    c->frame_us = (3 * c->frame_us + clock_cpu_us() - began) / 4;
}
