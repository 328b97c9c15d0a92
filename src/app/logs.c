/* Logs in the console: what is asked for, because of what is seen of them; the menu that chooses among them; lines into a file. */
#include "app/console.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* The view of logs that is on the screen; NULL: none is. */
static struct view *logs_seen(const struct console *c)
{
    if (c->nscreens || c->zoomed)
        return view_is_logs(console_view(c)) ? console_view(c) : NULL;
    for (int i = 0; i < DASH_PANES; i++)
        if (c->dash.rect[i].w && view_is_logs(c->dash.pane[i]))
            return c->dash.pane[i];
    return NULL;
}

bool logs_moved(const struct console *c)
{
    const struct view *v = logs_seen(c);

    return v && (view_behind(v) || c->drawn_logs != model_logs_generation(c->app->model));
}

void logs_ask(struct console *c)
{
    const struct view *v = logs_seen(c);
    struct log_interest list[LOGS_ASKED_MAX];
    struct log_wish wishes[LOGS_ASKED_MAX];
    struct view_ctx ctx;
    size_t n = 0;

    if (v) {
        console_context(c, &ctx);
        n = view_logs_wanted(v, &ctx, wishes, LOGS_ASKED_MAX);
    }
    memset(list, 0, sizeof(list)); /* padding is compared, too */
    for (size_t i = 0; i < n; i++) {
        list[i].instance = wishes[i].instance;
        list[i].logs = wishes[i].logs;
        list[i].end_only = wishes[i].end_only;
        list[i].earlier = wishes[i].earlier;
        list[i].later = wishes[i].later;
        list[i].at_ms = wishes[i].at_ms == LOGS_END ? LOGS_AT_END : wishes[i].at_ms;
        list[i].jump = wishes[i].jump;
    }
    if (n == c->nlogs_asked && memcmp(list, c->logs_asked, sizeof(list)) == 0)
        return;
    memcpy(c->logs_asked, list, sizeof(list));
    c->nlogs_asked = n;
    feed_want_logs(c->app->feed, list, n);
    app_step(c->app);
}

bool logs_update(struct console *c)
{
    struct view *v = logs_seen(c);
    struct view_ctx ctx;
    bool more;

    if (!v)
        return false;
    console_context(c, &ctx);
    more = logs_moved(c);
    view_update(v, &ctx);
    c->drawn_logs = model_logs_generation(c->app->model);
    logs_ask(c);
    return more || view_behind(v);
}

/* ---- which ones ---- */

static const char *state_words(const struct logbook_log *log)
{
    static const char *const words[] = {[LB_WAITING] = "",
                                        [LB_FOLLOWED] = "followed",
                                        [LB_HELD] = "somewhere in the middle",
                                        [LB_GONE] = "gone",
                                        [LB_FAILED] = "cannot be read"};

    return log->state == LB_FAILED && *log->err.words ? log->err.words : words[log->state];
}

static void fill_menu(struct console *c, const struct view_ctx *ctx)
{
    struct log_item items[LOGBOOK_LOGS];
    size_t n = view_logs_list(console_view(c), ctx, items, LOGBOOK_LOGS);
    int widest = 0;

    menu_clear(&c->menu);
    for (size_t i = 0; i < n; i++)
        widest = (int)strlen(items[i].name) > widest ? (int)strlen(items[i].name) : widest;
    for (size_t i = 0; i < n; i++) {
        char size[16] = "";
        char *text;

        if (items[i].log->size > 0)
            bytes_short(items[i].log->size, size, sizeof(size));
        text = x_printf("[%c] %-*s %6s  %s", items[i].shown ? 'x' : ' ', widest, items[i].name, size, state_words(items[i].log));
        menu_add(&c->menu, i < 9 ? (keycode)('1' + i) : KEYC_NONE, text, NULL);
        free(text);
    }
}

static void logs_menu_open(struct console *c)
{
    struct log_item item;
    struct view_ctx ctx;

    console_context(c, &ctx);
    if (!view_logs_list(console_view(c), &ctx, &item, 1)) {
        console_say(c, ROLE_DIM, "no log was found here yet");
        return;
    }
    menu_init(&c->menu, "logs: Enter shows or hides one, Esc closes");
    fill_menu(c, &ctx);
    c->menu_open = c->menu_logs = true;
}

void logs_menu_key(struct console *c, keycode k)
{
    enum menu_result result = menu_key(&c->menu, k == ' ' ? KEYC_ENTER : k);
    struct log_item items[LOGBOOK_LOGS];
    size_t n, at = c->menu.list.sel;
    struct view_ctx ctx;

    if (result == MENU_CLOSED) {
        menu_release(&c->menu);
        c->menu_open = c->menu_logs = false;
    }
    if (result != MENU_CHOSEN)
        return;
    console_context(c, &ctx);
    n = view_logs_list(console_view(c), &ctx, items, LOGBOOK_LOGS);
    if (at < n)
        view_logs_toggle(console_view(c), &ctx, items[at].name);
    fill_menu(c, &ctx);
    c->menu.list.sel = at;
}

/* ---- commands ---- */

static bool is_here(struct console *c, const char *command)
{
    if (view_is_logs(console_view(c)))
        return true;
    console_say(c, ROLE_DIM, "%s is for logs: open :logs", command);
    return false;
}

static void carry_out(struct console *c, enum command_id id, const char *arg)
{
    struct view_ctx ctx;
    struct err e = {0};

    console_context(c, &ctx);
    if (view_command(console_view(c), id, arg, &ctx, &e) & VIEW_UNKNOWN)
        console_say(c, ROLE_DIM, "%s does nothing here", command_of(id)->name);
    else if (*e.words)
        console_say(c, ROLE_BAD, "%s", e.words);
}

void logs_sources(struct console *c, const char *arg)
{
    if (!is_here(c, "sources"))
        return;
    if (*arg)
        carry_out(c, CMD_SOURCES, arg);
    else
        logs_menu_open(c);
}

void logs_goto(struct console *c, const char *arg)
{
    if (!is_here(c, "goto"))
        return;
    if (*arg)
        carry_out(c, CMD_GOTO, arg);
    else
        prompt_open(c, PROMPT_COMMAND, "goto ");
}

void logs_search(struct console *c, const char *arg)
{
    if (view_is_list(console_view(c)))
        console_say(c, ROLE_DIM, "search is for logs and texts: / filters a list");
    else if (*arg)
        carry_out(c, CMD_SEARCH, arg);
    else
        prompt_open(c, PROMPT_COMMAND, "search ");
}

void logs_enter(struct console *c)
{
    struct view_ctx ctx;
    struct view *v;

    console_context(c, &ctx);
    v = view_logs_entry(console_view(c), &ctx);
    if (v)
        console_push(c, v);
}

void logs_copy(struct console *c)
{
    struct view_ctx ctx;
    struct text t;

    console_context(c, &ctx);
    text_init(&t, 1 << 20);
    if (view_logs_copy(console_view(c), &ctx, &t))
        clipboard_copy(c, t.s, t.len);
    text_release(&t);
}
