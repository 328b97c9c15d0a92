/* The line at the bottom: commands with completion and history, filters with a preview while one types. */
#include "app/console.h"

#include <stdlib.h>
#include <string.h>

#define HISTORY 200

static const char *const prompts[] = {[PROMPT_COMMAND] = ":", [PROMPT_FILTER] = "/", [PROMPT_SORT] = "sort by "};

static const char *history_name(enum prompt_kind kind)
{
    return kind == PROMPT_FILTER ? "filter" : "command";
}

static void on_history(void *ctx, const struct reply *r)
{
    struct console *c = ctx;
    struct prompt *p = &c->prompt;

    if (p->kind == PROMPT_NONE || r->id != p->asked || r->err) /* an answer to the prompt before this one is none */
        return;
    p->history = x_calloc(r->nrows + 1, sizeof(*p->history));
    for (size_t i = 0; i < r->nrows; i++)
        p->history[p->nhistory++] = x_strdup(value_str(r->cells[i * r->ncols], ""));
}

void prompt_open(struct console *c, enum prompt_kind kind, const char *text)
{
    struct ask ask = {.kind = ASK_RECALL, .instance = INSTANCE_NONE, .u.line = {.name = history_name(kind), .limit = HISTORY}};

    prompt_close(c);
    c->prompt.kind = kind;
    c->prompt.at = -1;
    c->prompt.before = x_strdup(kind == PROMPT_FILTER ? view_filter(console_view(c)) : "");
    line_init(&c->prompt.line, false);
    line_set(&c->prompt.line, text);
    text_init(&c->prompt.wrong, 1024);
    c->prompt.theme = c->theme;
    c->prompt.asked = port_submit(&c->app->records, &ask, on_history, c);
    c->dirty = true;
}

void prompt_close(struct console *c)
{
    struct prompt *p = &c->prompt;

    if (p->kind == PROMPT_NONE)
        return;
    for (size_t i = 0; i < p->nhistory; i++)
        free(p->history[i]);
    free(p->history);
    free(p->before);
    free(p->typed);
    line_release(&p->line);
    text_release(&p->wrong);
    completion_close(p);
    if (p->previews)
        console_set_theme(c, &p->theme); /* what was only tried on */
    *p = (struct prompt){.kind = PROMPT_NONE};
}

void prompt_draw(struct console *c, int y)
{
    struct prompt *p = &c->prompt;

    if (p->wrong.len) {
        grid_fill(&c->grid, (struct rect){0, y - 1, c->grid.w, 1}, ' ', ROLE_TEXT);
        grid_puts(&c->grid, 1, y - 1, c->grid.w - 2, ROLE_BAD, p->wrong.s);
    }
    line_draw(&p->line, &c->grid, 0, y, c->grid.w, ROLE_PROMPT, prompts[p->kind]);
    completion_draw(c, (int)strlen(prompts[p->kind]), y - 1);
}

/* ---- keys ---- */

static void history_step(struct prompt *p, long by)
{
    long at = p->at + by;

    if (at < -1 || at >= (long)p->nhistory)
        return;
    if (p->at < 0) {
        free(p->typed);
        p->typed = x_strdup(p->line.buf);
    }
    p->at = at;
    line_set(&p->line, at < 0 ? p->typed : p->history[at]);
}

static void remember(struct console *c, enum prompt_kind kind, const char *text)
{
    struct ask ask = {.kind = ASK_REMEMBER, .instance = INSTANCE_NONE, .u.line = {.name = history_name(kind), .text = text}};

    if (*text && !app_read_only_records(c->app))
        port_submit(&c->app->records, &ask, app_ignore_reply, NULL);
}

static char *trimmed(const char *s)
{
    size_t n;

    while (*s == ' ')
        s++;
    for (n = strlen(s); n > 0 && s[n - 1] == ' ';)
        n--;
    return x_strndup(s, n);
}

/* What is wrong stays in its line to be mended; the words stand above it until the next key. */
static void refuse(struct prompt *p, const struct err *e)
{
    text_clear(&p->wrong);
    text_adds(&p->wrong, e->words);
}

static void accept(struct console *c)
{
    enum prompt_kind kind = c->prompt.kind;
    char *text = trimmed(c->prompt.line.buf);
    struct err e = {0};

    if (kind == PROMPT_COMMAND) {
        prompt_close(c);
        remember(c, kind, text);
        console_line(c, text);
    } else if (!(kind == PROMPT_FILTER ? view_set_filter : view_set_sort)(console_view(c), text, &e)) {
        refuse(&c->prompt, &e);
    } else {
        if (kind == PROMPT_FILTER)
            remember(c, kind, text);
        console_keep(c);
        prompt_close(c);
    }
    free(text);
}

/* "theme dusk": the screen wears it while it stands in the line. */
static void preview_theme(struct console *c)
{
    struct prompt *p = &c->prompt;
    const char *name = str_starts(p->line.buf, "theme ") ? p->line.buf + 6 : "";
    const struct theme *found = app_theme(c->app, name);

    if (found || p->previews)
        console_set_theme(c, found ? found : &p->theme);
    p->previews = found != NULL;
}

/* While a filter is typed the list shows what it would leave; a text is searched only at Enter. */
static void preview(struct console *c)
{
    if (c->prompt.kind == PROMPT_COMMAND)
        preview_theme(c);
    if (c->prompt.kind == PROMPT_FILTER && view_filters(console_view(c)))
        view_set_filter(console_view(c), c->prompt.line.buf, NULL);
}

static void give_up(struct console *c)
{
    if (c->prompt.kind == PROMPT_FILTER && view_filters(console_view(c)))
        view_set_filter(console_view(c), c->prompt.before, NULL);
    prompt_close(c);
}

void prompt_key(struct console *c, keycode k)
{
    struct prompt *p = &c->prompt;

    text_clear(&p->wrong);
    if (completion_key(c, k)) {
        preview(c);
        return;
    }
    if (k == KEYC_PASTE) {
        size_t n;
        const char *s = c->term ? term_paste(c->term, &n) : NULL;

        if (s)
            line_insert(&p->line, s, n);
    } else if (k == KEYC_ENTER) {
        accept(c);
        return;
    } else if (k == KEYC_ESC || k == 7 || k == 3 || (k == KEYC_BACKSPACE && !p->line.len)) {
        give_up(c);
        return;
    } else if (k == KEYC_UP || k == KEYC_DOWN) {
        history_step(p, k == KEYC_UP ? 1 : -1);
    } else if (!line_key(&p->line, k)) {
        return;
    }
    preview(c);
}
