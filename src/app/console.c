#include "app/console.h"

#include "app/handover.h"
#include "app/kept.h"
#include "app/ports.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define MESSAGE_MS 8000
#define INTERESTS 64
#define MACHINES_AT_ONCE 16 /* instances of which the machines are looked at all the time */
#define FRAME_WAIT_MS 5  /* answers that come together are drawn together; keys are drawn at once */
#define FRAME_MS 50      /* from frame to frame, when there is always news; */
#define FRAME_BURST 2    /* so many may come early, that first data do not wait behind the state of the connection */
#define FRAME_MAX_MS 500 /* a fleet's frames cost more: they come less often, */
#define FRAME_SHARE 25   /* so that at most a 25th of the time goes into them */

/* ---- what views are told ---- */

struct view *console_view(const struct console *c)
{
    if (c->nscreens)
        return c->screen[c->nscreens - 1];
    return c->dash.pane[c->dash.focus];
}

static void row_kind(struct cmd_context *cmd, struct view *v)
{
    struct row r = view_selected(v);

    cmd->has_row = r.rel != NULL || v->id == VIEW_TRANSACTION;
    if (v->id == VIEW_TRANSACTION)
        cmd->row_is_transaction = true;
    if (!r.rel)
        return;
    cmd->row_is_transaction |= r.rel->sheet == SHEET_TRANSACTIONS || r.rel->sheet == SHEET_LOCKS;
    cmd->row_is_connection = r.rel->sheet == SHEET_CONNECTIONS;
    cmd->row_is_instance = r.rel->sheet == SHEET_INSTANCES;
    cmd->row_is_database = r.rel->sheet == SHEET_DATABASES;
}

/* The instance that an action here would be about: of the marked rows (several: none in particular), of the row, of the view, of the
 * scope; else the only one. */
static uint32_t acting_instance(const struct console *c, const struct view *v)
{
    struct row r = view_selected(v);
    uint32_t marked;

    if (view_marks(v, &marked))
        return marked;
    if (r.rel && r.rel->instance != MODEL_NO_INSTANCE)
        return r.rel->instance;
    if (v->instance != MODEL_NO_INSTANCE)
        return v->instance;
    if (c->scope != MODEL_NO_INSTANCE)
        return c->scope;
    return c->app->ninst == 1 ? 0 : MODEL_NO_INSTANCE;
}

static void connection_context(const struct console *c, uint32_t instance, struct cmd_context *cmd)
{
    const struct relation *rel = instance == MODEL_NO_INSTANCE ? NULL : model_get(c->app->model, instance, SHEET_INSTANCES);
    const char *state, *words;

    cmd->connected = instance == MODEL_NO_INSTANCE;
    if (!rel || !rel->nrows)
        return;
    state = value_str(relation_cell(rel, 0, COL_INSTANCES_STATE), "");
    words = value_str(relation_cell(rel, 0, COL_INSTANCES_MESSAGE), "");
    cmd->connected = strcmp(state, "up") == 0 || strcmp(state, "slow") == 0;
    cmd->connection_words = *words ? words : state;
}

void console_context(struct console *c, struct view_ctx *ctx)
{
    struct view *v = console_view(c);
    uint32_t instance;

    *ctx = (struct view_ctx){.model = c->app->model, .scope = c->scope, .group = c->group, .wall_ms = clock_wall_ms(), .keys = c->keys,
                             .paused = c->paused, .pane = !c->nscreens && !c->zoomed};
    view_update(v, ctx); /* first: its rows may be of a relation that was replaced since */
    instance = acting_instance(c, v);
    ctx->cmd.view = v->id;
    ctx->cmd.read_only_why = app_read_only_why(c->app, instance);
    ctx->cmd.read_only = ctx->cmd.read_only_why != NULL;
    row_kind(&ctx->cmd, v);
    connection_context(c, instance, &ctx->cmd);
    ctx->connecting = !model_newest(c->app->model);
}

/* ---- interests: what is on the screen is asked, what is hidden is not ---- */

static size_t add_interest(struct interest *list, size_t n, size_t max, enum sheet_id sheet, uint32_t instance)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].sheet == sheet && (list[i].instance == instance || list[i].instance == INSTANCE_NONE))
            return n;
    if (n < max)
        list[n++] = (struct interest){.sheet = sheet, .instance = instance};
    return n;
}

static size_t view_wishes(const struct console *c, const struct view *v, struct interest *list, size_t n, size_t max,
                          struct param about[2])
{
    enum sheet_id sheets[4];
    size_t wanted = view_interest(v, sheets, 4);
    uint32_t instance = v->instance != MODEL_NO_INSTANCE ? v->instance : c->scope;

    for (size_t i = 0; i < wanted; i++) {
        n = add_interest(list, n, max, sheets[i], instance);
        if (sheets[i] == SHEET_TRANSACTION && n) {
            about[0] = (struct param){.name = "id", .value = v_text(v->argument)};
            about[1] = (struct param){.name = "started", .value = v_time(v->started_ms)};
            list[n - 1].params = about;
            list[n - 1].nparams = v->started_ms ? 2 : 1;
        }
    }
    return n;
}

/* What the worst-first line says of machines: of the one that is looked at, or of all where they are few. And of those that are not
 * asked before something runs there. */
static size_t machine_wishes(const struct console *c, struct interest *list, size_t n, size_t max)
{
    for (uint32_t i = 0; i < c->app->ninst; i++)
        if (ports_waits(c->app, i))
            n = add_interest(list, n, max, SHEET_HOST, i);
    if (c->scope == MODEL_NO_INSTANCE && c->app->ninst > MACHINES_AT_ONCE)
        return n;
    n = add_interest(list, n, max, SHEET_HOST, c->scope);
    return add_interest(list, n, max, SHEET_DISKS, c->scope);
}

void console_interests(struct console *c)
{
    /* The worst-first line is always on the screen: what it needs is always wanted. */
    static const enum sheet_id always[] = {SHEET_DATABASES, SHEET_TRANSACTIONS, SHEET_INDEXES};
    struct interest list[INTERESTS];
    struct param about[2];
    size_t n = 0;

    c->panes_asked = dashboard_shown(&c->dash);
    for (size_t i = 0; i < sizeof(always) / sizeof(*always); i++)
        n = add_interest(list, n, INTERESTS, always[i], INSTANCE_NONE);
    n = machine_wishes(c, list, n, INTERESTS);
    if (c->nscreens) {
        n = view_wishes(c, c->screen[c->nscreens - 1], list, n, INTERESTS, about);
    } else {
        for (int i = 0; i < DASH_PANES; i++)
            if (c->dash.rect[i].w || (c->zoomed && i == c->dash.focus))
                n = view_wishes(c, c->dash.pane[i], list, n, INTERESTS, about);
    }
    if (console_view(c)->id == VIEW_HISTORY)
        app_load_history(c->app);
    feed_want(c->app->feed, list, n);
    logs_ask(c);
    app_step(c->app);
}

/* ---- when it is drawn ---- */

static int64_t frame_pause(const struct console *c)
{
    int64_t ms = c->frame_us * FRAME_SHARE / 1000;

    return ms < FRAME_MS ? FRAME_MS : ms > FRAME_MAX_MS ? FRAME_MAX_MS : ms;
}

/* How long news wait until they are drawn: hardly, when there was little lately. */
static int64_t frame_wait(const struct console *c)
{
    int64_t ms = c->next_frame_ms - clock_mono_ms();

    return ms < FRAME_WAIT_MS ? FRAME_WAIT_MS : ms;
}

static void frame_spent(struct console *c)
{
    int64_t pause = frame_pause(c), from = clock_mono_ms() - FRAME_BURST * pause;

    c->next_frame_ms = (c->next_frame_ms > from ? c->next_frame_ms : from) + pause;
}

void console_resize(struct console *c, int w, int h)
{
    grid_resize(&c->grid, w, h);
    c->dirty = true;
    console_draw(c);
}

void console_say(struct console *c, enum role role, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(c->message, sizeof(c->message), fmt, ap);
    va_end(ap);
    c->message_role = role;
    c->message_until_ms = clock_mono_ms() + MESSAGE_MS;
    timer_set(c->tick, MESSAGE_MS + 10);
    c->dirty = true;
}

bool console_busy(const struct console *c)
{
    return c->explain || (c->question == ASK_KILL && kill_planning(c));
}

/* ---- keys ---- */

/* A key that does nothing without a word looks like a console that hangs. */
static void tell_unbound(struct console *c, keycode k)
{
    char name[16];

    if (*key_name(k, name, sizeof(name)))
        console_say(c, ROLE_DIM, "%s is bound to nothing: :help lists the keys that work here", name);
}

static void run_key(struct console *c, keycode k)
{
    const char *line = keymap_get(c->keys, k);

    if (line)
        console_line(c, line);
    else if (k == 3) /* Ctrl-C: what a hand does that wants out */
        console_line(c, "quit");
    else
        tell_unbound(c, k);
}

/* What cannot be seen cannot be worked with: only leaving, suspending and drawing anew are left. */
static void key_unseen(struct console *c, keycode k)
{
    static const char *const harmless[] = {"quit", "suspend", "redraw"};
    const char *line = keymap_get(c->keys, k);

    if (k == 3)
        run_key(c, k);
    for (size_t i = 0; line && i < sizeof(harmless) / sizeof(*harmless); i++)
        if (strcmp(line, harmless[i]) == 0)
            run_key(c, k);
}

void console_wake(struct console *c)
{
    c->dirty = true;
    c->last_key_ms = clock_mono_ms();
    app_touch(c->app);
    if (c->drowsy) {
        c->drowsy = false;
        feed_drowsy(c->app->feed, false);
    }
}

void console_key(struct console *c, keycode k)
{
    console_wake(c);
    if (console_too_small(&c->grid))
        key_unseen(c, k);
    else if (c->question != ASK_NOTHING)
        question_key(c, k);
    else if (c->prompt.kind != PROMPT_NONE)
        prompt_key(c, k);
    else if (k == KEYC_PASTE)
        console_say(c, ROLE_WARN, "pasted text is not taken as keys: open : or / first");
    else if (c->menu_open)
        console_menu_key(c, k);
    else
        run_key(c, k);
    app_step(c->app);
}

static void on_tty(void *data, int ready)
{
    struct console *c = data;
    bool hangup = (ready & LOOP_HUP) != 0;
    keycode k;

    if (ready & LOOP_WRITE) {
        hangup |= !term_flush(c->term);
        watch_set(c->tty, LOOP_READ | (term_wants_write(c->term) ? LOOP_WRITE : 0));
    }
    while (!hangup && !c->quitting && (k = term_read(c->term, &hangup)) != KEYC_NONE) {
        if (k == KEYC_MOUSE)
            console_mouse(c, term_mouse(c->term));
        else
            console_key(c, k);
    }
    if (hangup) {
        log_debug("the terminal is gone");
        c->quitting = true;
        c->exit_status = 128 + 1;
        loop_stop(c->app->loop);
    }
}

static void on_turn(void *data)
{
    struct console *c = data;

    if (c->quitting || !c->term || c->handed || term_wants_write(c->term))
        return;
    if (c->dirty)
        console_draw(c);
    else if (!c->paused && !c->frame_set && (c->drawn_generation != model_generation_all(c->app->model) || logs_moved(c))) {
        c->frame_set = true;
        timer_set(c->frame, frame_wait(c));
    }
}

static void on_frame(void *data)
{
    struct console *c = data;

    c->frame_set = false;
    c->dirty = true;
    frame_spent(c);
}

static void on_tick(void *data)
{
    struct console *c = data;

    c->dirty = true;
}

static void on_watch_people(void *data)
{
    drowsy_check(data);
}

static void on_message(void *data, const char *level, uint32_t instance, const char *words)
{
    struct console *c = data;

    console_say(c, strcmp(level, "error") == 0 ? ROLE_BAD : strcmp(level, "warn") == 0 ? ROLE_WARN : ROLE_MESSAGE, "%s%s%s",
                instance == MODEL_NO_INSTANCE || c->app->ninst < 2 ? "" : model_instance_name(c->app->model, instance),
                instance == MODEL_NO_INSTANCE || c->app->ninst < 2 ? "" : ": ", words);
}

/* ---- opening and closing ---- */

static bool open_terminal(struct console *c, struct err *e)
{
    bool no_color = c->app->no_color;
    int w, h;

    c->term = term_open(&c->theme, no_color, e);
    if (!c->term)
        return false;
    signals_catch_fatal();
    term_size(c->term, &w, &h);
    grid_init(&c->grid, w, h, c->app->ascii || !term_utf8(c->term));
    term_set_mouse(c->term, c->mouse);
    c->tty = loop_watch(c->app->loop, term_fd(c->term), LOOP_READ, on_tty, c);
    signals_start(c);
    return true;
}

void console_set_theme(struct console *c, const struct theme *t)
{
    c->theme = *t;
    if (c->term)
        term_set_theme(c->term, t);
    c->dirty = true;
}

void console_keep(struct console *c)
{
    kept_note(c->kept, console_view(c));
    if (!c->nscreens)
        kept_note_focus(c->kept, c->dash.focus);
}

/* What a filter of another day hides must not be taken for all there is. */
static void tell_filters(struct console *c)
{
    struct text names;

    text_init(&names, 256);
    for (int i = 0; i < DASH_PANES; i++)
        if (*view_filter(c->dash.pane[i]))
            text_addf(&names, "%s%s", names.len ? ", " : "", view_name(c->dash.pane[i]->id));
    if (names.len)
        console_say(c, ROLE_WARN, "filtered as you left it: %s; Esc there shows all", names.s);
    text_release(&names);
}

/* As it was left, but not zoomed. */
static void open_dashboard(struct console *c, bool memory)
{
    dashboard_init(&c->dash);
    c->kept = kept_new(c->app, memory);
    for (int i = 0; i < DASH_PANES; i++)
        kept_apply(c->kept, c->dash.pane[i]);
    if (kept_focus(c->kept) >= 0)
        c->dash.focus = kept_focus(c->kept);
    tell_filters(c);
}

bool console_open(struct console *c, struct app *a, int w, int h, bool memory, struct err *e)
{
    *c = (struct console){.app = a, .scope = MODEL_NO_INSTANCE, .exit_status = 0, .last_key_ms = clock_mono_ms()};
    c->group = x_strdup("");
    c->mouse = a->mouse;
    theme_default(&c->theme);
    if (!app_load_theme(a, a->theme, &c->theme, e))
        return false;
    app_read_themes(a);
    c->keys = keymap_new(key_parse);
    if (!app_bind_keys(a, c->keys, e))
        return false;
    if (memory)
        grid_init(&c->grid, w, h, a->ascii);
    else if (!open_terminal(c, e))
        return false;
    c->tick = loop_timer(a->loop, on_tick, c);
    c->frame = loop_timer(a->loop, on_frame, c);
    c->watch_people = loop_timer(a->loop, on_watch_people, c);
    drowsy_check(c);
    open_dashboard(c, memory);
    a->message = on_message;
    a->message_data = c;
    loop_on_turn(a->loop, on_turn, c);
    c->panes_asked = ~0u;
    console_draw(c); /* first paint, before any input or output; then it is known what is wanted */
    return true;
}

void console_close(struct console *c)
{
    loop_on_turn(c->app->loop, NULL, NULL);
    c->app->message = NULL;
    handover_end(c);
    signals_stop(c);
    watch_stop(c->tty);
    timer_free(c->tick);
    timer_free(c->frame);
    timer_free(c->watch_people);
    timer_free(c->resize);
    prompt_close(c);
    if (c->question != ASK_NOTHING)
        dialog_release(&c->dialog);
    kill_dropped(c);
    if (c->menu_open)
        menu_release(&c->menu);
    while (c->nscreens)
        view_close(c->screen[--c->nscreens]);
    dashboard_release(&c->dash);
    kept_free(c->kept);
    keymap_free(c->keys);
    free(c->following);
    free(c->group);
    grid_release(&c->grid);
    term_close(c->term);
}

int console_main(struct app *a)
{
    static struct console c; /* replies may still come while the rooms are closed: it outlives them */
    struct err e = {0};

    if (!console_open(&c, a, 0, 0, false, &e)) {
        fprintf(stderr, "neodeck: %s\n", e.words);
        return err_exit_status(e.kind);
    }
    app_start(a);
    loop_run(a->loop);
    console_close(&c);
    return c.exit_status;
}
