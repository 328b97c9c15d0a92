/* One function for each command that app/ carries out; views and ops have theirs. Nothing that needs to write gets past
 * cmd_allowed in read-only: the first of the four depths. */
#include "app/console.h"
#include "app/kept.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sheet/print.h"

#define INTERVAL_MIN 500
#define INTERVAL_MAX 3600000

void console_push(struct console *c, struct view *v)
{
    if (c->nscreens == SCREENS_MAX) {
        view_close(c->screen[0]);
        memmove(c->screen, c->screen + 1, (SCREENS_MAX - 1) * sizeof(*c->screen));
        c->nscreens--;
    }
    c->screen[c->nscreens++] = v;
    c->dirty = true;
    console_interests(c);
}

/* False: there is nothing to go back to. */
static bool console_back(struct console *c)
{
    if (c->nscreens)
        view_close(c->screen[--c->nscreens]);
    else if (c->zoomed)
        c->zoomed = false;
    else
        return false;
    c->dirty = true;
    console_interests(c);
    return true;
}

/* False: this is the first screen, and nothing of it is hidden. */
static bool go_back(struct console *c)
{
    struct view *v = console_view(c);

    if (*view_filter(v)) { /* the filter goes first: what is hidden comes back */
        view_set_filter(v, "", NULL);
        return true;
    }
    return console_back(c) || scope_back(c);
}

/* Esc is hit often, and more than once: it never leads to a question. */
static void back(struct console *c, const char *arg)
{
    (void)arg;
    go_back(c);
}

static void leave(struct console *c, const char *arg)
{
    (void)arg;
    if (!go_back(c))
        question_open(c, ASK_QUIT, MODEL_NO_INSTANCE);
}

static void quit(struct console *c, const char *arg)
{
    (void)arg;
    if (ops_running(c->app->ops)) {
        question_open(c, ASK_QUIT, MODEL_NO_INSTANCE);
        return;
    }
    c->quitting = true;
    loop_stop(c->app->loop);
}

/* Columns of the names at the front of a printed record. */
static size_t record_label(const char *s)
{
    size_t name = strcspn(s, " \n");

    return name + strspn(s + name, " ");
}

static void open_view(struct console *c, const char *arg);

/* To what a finding is about: a list, or the machine of its instance. */
static void open_finding(struct console *c, const char *kind, const char *instance)
{
    static const char *const views[][2] = {{"database", "databases"}, {"blocked", "transactions"}, {"idle", "transactions"},
                                           {"index", "indexes"},      {"login", "instances"},      {"instance", "instances"},
                                           {"insecure", "instances"}, {"disk", "disks"},           {"log", "logs"},
                                           {"logins", "logs"},        {"heap", "host"},            {"host", "host"},
                                           {"pause", "host"},         {"checkpoint", "host"},      {"files", "host"},
                                           {"memory", "host"},        {"certificate", "host"},     {"restart", "host"}};
    uint32_t number;

    for (size_t i = 0; i < sizeof(views) / sizeof(*views); i++) {
        if (strcmp(views[i][0], kind) != 0)
            continue;
        if (strcmp(views[i][1], "host") == 0 && model_find_instance(c->app->model, instance, &number))
            console_push(c, view_open(VIEW_HOST, NULL, number));
        else
            open_view(c, views[i][1]);
    }
}

static void to_dashboard(struct console *c)
{
    while (c->nscreens)
        view_close(c->screen[--c->nscreens]);
    c->zoomed = false;
    console_interests(c);
}

static void enter_transaction(struct console *c, struct row r, size_t id, size_t started)
{
    struct view *v = view_open(VIEW_TRANSACTION, value_str(row_cell(r, id), ""), r.rel->instance);

    v->started_ms = value_i64(row_cell(r, started), 0);
    console_push(c, v);
}

static void enter(struct console *c, const char *arg)
{
    struct row r = view_selected(console_view(c));

    (void)arg;
    if (!r.rel)
        return;
    switch (r.rel->sheet) {
    case SHEET_TRANSACTIONS: enter_transaction(c, r, COL_TRANSACTIONS_ID, COL_TRANSACTIONS_STARTED); break;
    case SHEET_LOCKS: enter_transaction(c, r, COL_LOCKS_ID, COL_LOCKS_STARTED); break;
    case SHEET_LOGS: logs_enter(c); break;
    case SHEET_INSTANCES:
        to_dashboard(c);
        scope_to_instance(c, r.rel->instance);
        break;
    case SHEET_GROUPS:
        to_dashboard(c);
        scope_to_group(c, value_str(row_cell(r, COL_GROUPS_GROUP), ""));
        break;
    case SHEET_DATABASES: {
        char *filter = x_printf("database:%s", value_str(row_cell(r, COL_DATABASES_DATABASE), ""));
        struct view *v = view_open(VIEW_TRANSACTIONS, filter, MODEL_NO_INSTANCE); /* opened for it: its filter is not kept */

        view_set_filter(v, filter, NULL);
        console_push(c, v);
        free(filter);
        break;
    }
    case SHEET_FINDINGS:
        open_finding(c, value_str(row_cell(r, COL_FINDINGS_KIND), ""), value_str(row_cell(r, COL_FINDINGS_INSTANCE), ""));
        break;
    case SHEET_HOST: console_push(c, view_open(VIEW_HOST, NULL, r.rel->instance)); break;
    default: {
        struct view *v = view_open(VIEW_HELP, NULL, MODEL_NO_INSTANCE);
        struct text record;

        text_init(&record, 1 << 20);
        print_record(&record, sheet_of(r.rel->sheet), r, c->grid.ascii);
        v->id = console_view(c)->id;
        view_set_text(v, "one row", record.s, (int)record_label(record.s));
        text_release(&record);
        console_push(c, v);
    }
    }
}

static void open_view(struct console *c, const char *arg)
{
    enum view_id id = view_find(arg);

    if (id == NVIEWS) {
        console_say(c, ROLE_BAD, "no view '%s': Tab completes the names", arg);
        return;
    }
    if (id == VIEW_DASHBOARD) {
        to_dashboard(c);
        return;
    }
    if (id == VIEW_TRANSACTION) {
        enter(c, "");
        return;
    }
    if (console_view(c)->id != id) {
        uint32_t one = id == VIEW_HOST && c->app->ninst == 1 ? 0 : id == VIEW_HOST ? c->scope : MODEL_NO_INSTANCE;
        struct view *v = view_open(id, NULL, one);

        kept_apply(c->kept, v);
        console_push(c, v);
    } else if (!c->nscreens && !c->zoomed) { /* the pane is there already: it becomes the screen */
        c->zoomed = true;
        console_interests(c);
    }
}

static void help(struct console *c, const char *arg)
{
    struct view_ctx ctx;
    struct view *v;

    (void)arg;
    if (console_view(c)->id == VIEW_HELP)
        return;
    console_context(c, &ctx); /* of what is under the cursor now, not of the help itself */
    v = view_open(VIEW_HELP, NULL, MODEL_NO_INSTANCE);
    view_update(v, &ctx);
    console_push(c, v);
}

static void messages(struct console *c, const char *arg)
{
    (void)arg;
    open_view(c, "messages");
}

/* Of the one that is named, under the cursor, or looked at; MODEL_NO_INSTANCE: of all. False: there is no such one. */
static bool info_of(const struct console *c, const char *arg, uint32_t *instance)
{
    struct row r = view_selected(console_view(c));

    *instance = r.rel && r.rel->sheet == SHEET_INSTANCES ? r.rel->instance : c->scope;
    return !*arg || model_find_instance(c->app->model, arg, instance);
}

static void info(struct console *c, const char *arg)
{
    struct view *v;
    struct text t, title;
    uint32_t instance;

    if (!info_of(c, arg, &instance)) {
        console_say(c, ROLE_BAD, "no instance '%s': Tab completes the names", arg);
        return;
    }
    text_init(&t, 1 << 20);
    if (instance == MODEL_NO_INSTANCE)
        app_info(c->app, &t);
    else
        app_info_instance(c->app, instance, &t);
    v = view_open(VIEW_HELP, NULL, MODEL_NO_INSTANCE);
    text_init(&title, 512);
    text_adds(&title, "info");
    if (instance != MODEL_NO_INSTANCE)
        text_addf(&title, "  %s", model_instance_name(c->app->model, instance));
    view_set_text(v, title.s, t.s, 0);
    text_release(&title);
    text_release(&t);
    console_push(c, v);
}

static void pane(struct console *c, const char *arg)
{
    int n = atoi(arg) - 1;

    while (c->nscreens)
        view_close(c->screen[--c->nscreens]);
    if (n < 0 || n >= DASH_PANES) {
        console_say(c, ROLE_DIM, "there are panes 1 to %d", DASH_PANES);
        return;
    }
    c->zoomed |= !c->dash.rect[n].w; /* no room for it beside the others: it gets the screen */
    if (c->zoomed)
        c->dash.focus = n;
    else
        dashboard_focus(&c->dash, n);
    console_interests(c);
}

static void next_pane(struct console *c, const char *arg)
{
    (void)arg;
    if (!c->nscreens)
        dashboard_step(&c->dash, 1);
}

static void prev_pane(struct console *c, const char *arg)
{
    (void)arg;
    if (!c->nscreens)
        dashboard_step(&c->dash, -1);
}

static void zoom(struct console *c, const char *arg)
{
    (void)arg;
    if (c->nscreens)
        console_back(c);
    else
        c->zoomed = !c->zoomed;
    console_interests(c);
}

static void filter(struct console *c, const char *arg)
{
    struct err e;

    if (!*arg)
        prompt_open(c, PROMPT_FILTER, view_filter(console_view(c)));
    else if (!view_set_filter(console_view(c), arg, &e))
        console_say(c, ROLE_BAD, "%s", e.words);
}

static void sort(struct console *c, const char *arg)
{
    struct err e;

    if (!*arg)
        prompt_open(c, PROMPT_SORT, "");
    else if (!view_set_sort(console_view(c), arg, &e))
        console_say(c, ROLE_BAD, "%s", e.words);
}

static void pause_all(struct console *c, const char *arg)
{
    (void)arg;
    c->paused = !c->paused;
    feed_pause(c->app->feed, c->paused);
}

static void refresh(struct console *c, const char *arg)
{
    (void)arg;
    feed_refresh(c->app->feed);
    app_step(c->app);
}

static void set_interval(struct console *c, int64_t ms)
{
    char buf[16];

    ms = ms < INTERVAL_MIN ? INTERVAL_MIN : ms > INTERVAL_MAX ? INTERVAL_MAX : ms;
    c->app->interval_ms = ms;
    feed_set_interval(c->app->feed, ms);
    console_say(c, ROLE_MESSAGE, "transactions every %s, the rest in proportion", console_interval_words(ms, buf, sizeof(buf)));
}

static void faster(struct console *c, const char *arg)
{
    (void)arg;
    set_interval(c, c->app->interval_ms / 2);
}

static void slower(struct console *c, const char *arg)
{
    (void)arg;
    set_interval(c, c->app->interval_ms * 2);
}

static void interval(struct console *c, const char *arg)
{
    int64_t ms;

    if (!duration_parse(arg, &ms) || ms < INTERVAL_MIN || ms > INTERVAL_MAX)
        console_say(c, ROLE_BAD, "'%s' is no interval: 500ms to 1h, like 2s", arg);
    else
        set_interval(c, ms);
}

/* The query of a transaction, else the whole row. */
static void copy(struct console *c, const char *arg)
{
    struct row r = view_selected(console_view(c));
    struct text t;

    (void)arg;
    if (!r.rel)
        return;
    if (r.rel->sheet == SHEET_LOGS) {
        logs_copy(c);
        return;
    }
    text_init(&t, 1 << 20);
    if (r.rel->sheet == SHEET_TRANSACTIONS && value_is(row_cell(r, COL_TRANSACTIONS_QUERY), V_TEXT))
        text_adds(&t, row_cell(r, COL_TRANSACTIONS_QUERY).u.s);
    else if (r.rel->sheet == SHEET_LOCKS && value_is(row_cell(r, COL_LOCKS_QUERY), V_TEXT))
        text_adds(&t, row_cell(r, COL_LOCKS_QUERY).u.s);
    else
        print_record(&t, sheet_of(r.rel->sheet), r, false);
    clipboard_copy(c, t.s, t.len);
    text_release(&t);
}

static void explain(struct console *c, const char *arg)
{
    (void)arg;
    explain_begin(c);
}

static void command_line(struct console *c, const char *arg)
{
    prompt_open(c, PROMPT_COMMAND, arg);
}

static void on_theme(void *data, const struct theme *t, const struct err *e)
{
    struct console *c = data;

    if (t)
        console_set_theme(c, t);
    else
        console_say(c, ROLE_BAD, "%s", e->words);
}

/* As it is known at once, and as its file has it now a moment later. */
static void theme(struct console *c, const char *arg)
{
    const struct theme *t = app_theme(c->app, arg);

    if (t)
        console_set_theme(c, t);
    if (*arg)
        app_reread_theme(c->app, arg, on_theme, c);
    else
        console_say(c, ROLE_MESSAGE, "theme %s: Tab completes the names, and shows each", c->theme.name);
}

static void reset(struct console *c, const char *arg)
{
    (void)arg;
    kept_reset(c->kept);
    for (int i = 0; i < DASH_PANES; i++)
        kept_apply(c->kept, c->dash.pane[i]);
    for (size_t i = 0; i < c->nscreens; i++)
        kept_apply(c->kept, c->screen[i]);
    to_dashboard(c);
    dashboard_focus(&c->dash, DASH_MAIN);
    console_say(c, ROLE_MESSAGE, "every view is as it is by itself again");
}

static void redraw(struct console *c, const char *arg)
{
    (void)arg;
    if (c->term)
        term_redraw(c->term);
}

static void suspend(struct console *c, const char *arg)
{
    (void)arg;
    signals_suspend(c);
}

static void export(struct console *c, const char *arg)
{
    if (!*arg)
        prompt_open(c, PROMPT_COMMAND, "export ");
    else
        export_list(c, arg);
}

static uint32_t named_instance(struct console *c, const char *arg)
{
    struct row r = view_selected(console_view(c));
    uint32_t i = MODEL_NO_INSTANCE;

    if (*arg && !model_find_instance(c->app->model, arg, &i))
        console_say(c, ROLE_BAD, "no instance '%s': Tab completes the names", arg);
    else if (!*arg)
        i = c->app->ninst == 1 ? 0 : r.rel ? r.rel->instance : c->scope;
    return i;
}

static void lock(struct console *c, const char *arg)
{
    uint32_t i = *arg ? named_instance(c, arg) : MODEL_NO_INSTANCE;

    app_lock(c->app, i);
    console_say(c, ROLE_MESSAGE, "locked: the next action asks for the name of the instance");
}

static void password(struct console *c, const char *arg)
{
    uint32_t i = named_instance(c, arg);

    if (i != MODEL_NO_INSTANCE && i < c->app->ninst)
        question_open(c, ASK_SECRET, i);
}

static void retry(struct console *c, const char *arg)
{
    uint32_t only = *arg ? named_instance(c, arg) : MODEL_NO_INSTANCE;

    if (*arg && only == MODEL_NO_INSTANCE)
        return;
    for (uint32_t i = 0; i < c->app->ninst; i++) {
        struct ask ask = {.kind = ASK_RETRY, .instance = i};

        if (only == MODEL_NO_INSTANCE || only == i)
            port_submit(&c->app->servers, &ask, app_ignore_reply, NULL);
    }
}

static void actions(struct console *c, const char *arg)
{
    (void)arg;
    console_menu_open(c);
}

static void cypher(struct console *c, const char *arg)
{
    uint32_t i = named_instance(c, arg);

    if (i < c->app->ninst)
        cypher_begin(c, i);
    else if (!*arg)
        console_say(c, ROLE_WARN, "which instance? go to a row of it, or write :cypher NAME");
}

static void not_built(struct console *c, const char *arg)
{
    (void)arg;
    console_say(c, ROLE_WARN, "not built yet");
}

static void (*const handlers[NCOMMANDS])(struct console *, const char *) = {
    [CMD_QUIT] = quit, [CMD_LEAVE] = leave, [CMD_BACK] = back, [CMD_ENTER] = enter, [CMD_NEXT_PANE] = next_pane, [CMD_PREV_PANE] = prev_pane,
    [CMD_PANE] = pane, [CMD_ZOOM] = zoom, [CMD_VIEW] = open_view, [CMD_INSTANCE] = scope_instance, [CMD_GROUP] = scope_group, [CMD_HELP] = help,
    [CMD_MESSAGES] = messages, [CMD_INFO] = info, [CMD_FILTER] = filter, [CMD_SORT] = sort, [CMD_PAUSE] = pause_all,
    [CMD_REFRESH] = refresh, [CMD_FASTER] = faster, [CMD_SLOWER] = slower, [CMD_INTERVAL] = interval, [CMD_COPY] = copy,
    [CMD_EXPORT] = export, [CMD_EXPLAIN] = explain, [CMD_KILL] = kill_begin, [CMD_BACKUP] = not_built,
    [CMD_RESTART] = not_built, [CMD_ACTIONS] = actions, [CMD_LOCK] = lock, [CMD_PASSWORD] = password, [CMD_RETRY] = retry, [CMD_CYPHER] = cypher,
    [CMD_COMMAND_LINE] = command_line, [CMD_THEME] = theme, [CMD_BIND] = bind_command, [CMD_KEYS] = bind_list, [CMD_RESET] = reset, [CMD_REDRAW] = redraw, [CMD_MOUSE] = mouse_command, [CMD_SUSPEND] = suspend,
    [CMD_SOURCES] = logs_sources, [CMD_GOTO] = logs_goto, [CMD_SEARCH] = logs_search,
};

void console_command(struct console *c, enum command_id id, enum view_id view, const char *arg)
{
    const char *rest = "";
    struct view_ctx ctx;
    struct err e = {0};

    console_context(c, &ctx);
    ctx.cmd.has_arg = *arg != '\0';
    c->dirty = true;
    if (!cmd_allowed(id, &ctx.cmd, &e)) {
        console_say(c, ROLE_WARN, "%s", e.words);
        return;
    }
    if (id == CMD_VIEW && view != NVIEWS) {
        rest = arg;
        arg = view_name(view);
    }
    if (handlers[id]) {
        handlers[id](c, arg);
        if (id == CMD_VIEW && view == VIEW_LOGS && *rest) /* ":logs debug,query" */
            logs_sources(c, rest);
        console_keep(c);
        return;
    }
    if (view_command(console_view(c), id, arg, &ctx, &e) & VIEW_UNKNOWN)
        console_say(c, ROLE_DIM, "%s does nothing here", command_of(id)->name);
    else if (*e.words)
        console_say(c, ROLE_BAD, "%s", e.words);
    console_keep(c);
}

void console_line(struct console *c, const char *line)
{
    struct cmdline_parsed parsed = {0};
    struct err e = {0};

    while (*line == ' ')
        line++;
    if (!*line)
        return;
    if (!cmd_parse(line, &parsed, &e)) {
        console_say(c, ROLE_BAD, "%s", e.words);
        return;
    }
    console_command(c, parsed.id, parsed.view, parsed.arg);
    free(parsed.arg);
}
