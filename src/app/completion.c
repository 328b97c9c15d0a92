/* Tab in the prompt: what all candidates begin with is put in, and when there are several they stand in a menu above the line; Tab and
 * the arrows go through them. */
#include "app/console.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sheet/columns.h"

#define VALUES_MAX   60   /* of a field: more are no help */
#define ROWS_LOOKED  2000 /* at most, for them */
#define VALUE_LENGTH 40
#define WORD_COLUMNS 18   /* of the menu, before the help */

/* ---- what there is ---- */

static void each_column(const struct view *v, void (*add)(void *, const char *), void *to)
{
    const struct sheet *s = sheet_of(view_list_sheet(v));

    for (size_t i = 0; i < s->ncols; i++)
        add(to, s->columns[i].name);
}

/* Each name once: the same database is on many servers. */
static void each_database(const struct console *c, void (*add)(void *, const char *), void *to)
{
    struct query q = {.sheet = SHEET_DATABASES, .instance = c->scope, .group = c->group, .sort = COL_DATABASES_DATABASE};
    struct rows rows = {0};
    const char *last = "";

    rows_collect(&rows, c->app->model, &q);
    for (size_t i = 0; i < rows.count; i++) {
        const char *name = value_str(row_cell(rows.r[i], COL_DATABASES_DATABASE), "");

        if (*name && strcmp(name, last) != 0)
            add(to, name);
        last = name;
    }
    rows_release(&rows);
}

static void names(void *data, const char *kind, void (*add)(void *, const char *), void *to)
{
    struct console *c = data;
    struct view *v = console_view(c);

    if (strcmp(kind, "INSTANCE") == 0) {
        for (uint32_t i = 0; i < c->app->ninst; i++)
            add(to, model_instance_name(c->app->model, i));
    } else if (strcmp(kind, "COLUMN") == 0 && view_is_list(v)) {
        each_column(v, add, to);
    } else if (strcmp(kind, "DATABASE") == 0) {
        each_database(c, add, to);
    } else if (strcmp(kind, "GROUP") == 0) {
        scope_each_group(c, add, to);
    } else if (strcmp(kind, "THEME") == 0) {
        app_each_theme(c->app, add, to);
    }
}

/* ---- the menu ---- */

void completion_close(struct prompt *p)
{
    for (size_t i = 0; i < p->nwords; i++)
        free(p->words[i]);
    if (p->words)
        menu_release(&p->menu);
    free(p->words);
    free(p->unfinished);
    p->words = NULL;
    p->unfinished = NULL;
    p->nwords = p->words_cap = 0;
}

static void add_candidate(void *data, const char *word, const char *help)
{
    struct prompt *p = data;
    struct text item;

    if (!p->words)
        menu_init(&p->menu, "");
    p->words = x_grow(p->words, &p->words_cap, p->nwords + 1, sizeof(*p->words));
    p->words[p->nwords++] = x_strdup(word);
    text_init(&item, 1024);
    if (*help)
        text_addf(&item, "%-*s %s", WORD_COLUMNS, word, help);
    else
        text_adds(&item, word);
    menu_add(&p->menu, KEYC_NONE, item.s, NULL);
    text_release(&item);
}

static bool is_offered(const struct prompt *p, const char *word)
{
    for (size_t i = 0; i < p->nwords; i++)
        if (strcmp(p->words[i], word) == 0)
            return true;
    return false;
}

/* ---- values of a field, from the rows on the screen ---- */

/* Where the value begins in "state:bl", "!user:x", "database=n"; NULL: no field and sign. */
static const char *value_of(const char *word)
{
    const char *sign = word + strcspn(word, ":=<>");

    if (!*sign || sign == word)
        return NULL;
    return sign + strspn(sign, ":=<>");
}

/* A value with blanks is written in quotes; one with quotes is left to the person. */
static void offer_value(struct prompt *p, const char *front, size_t n, const char *typed, const char *value)
{
    char *word;

    if (!*value || strlen(value) > VALUE_LENGTH || strpbrk(value, "\"\n\t") || strncasecmp(value, typed, strlen(typed)) != 0)
        return;
    word = strchr(value, ' ') ? x_printf("%.*s\"%s\"", (int)n, front, value) : x_printf("%.*s%s", (int)n, front, value);
    if (p->nwords < VALUES_MAX && !is_offered(p, word))
        add_candidate(p, word, "");
    free(word);
}

static void offer_values(struct console *c, const char *word, const char *value)
{
    struct view *v = console_view(c);
    size_t field = strcspn(word, ":=<>!") ? 0 : 1;
    char *name = x_strndup(word + field, strcspn(word + field, ":=<>!"));
    int column = view_is_list(v) ? sheet_column(view_list_sheet(v), name) : -1;
    const struct rows *rows;
    struct view_ctx ctx;

    free(name);
    if (column < 0)
        return;
    console_context(c, &ctx); /* the rows that what was typed so far leaves */
    rows = view_rows(v);
    for (size_t i = 0; i < rows->count && i < ROWS_LOOKED; i++) {
        struct value cell = row_cell(rows->r[i], (size_t)column);

        if (cell.type == V_TEXT)
            offer_value(&c->prompt, word, (size_t)(value - word), value, cell.u.s);
        else if (cell.type == V_BOOL)
            offer_value(&c->prompt, word, (size_t)(value - word), value, cell.u.i ? "yes" : "no");
    }
}

/* ---- Tab ---- */

static bool is_filter(const struct prompt *p)
{
    return p->kind == PROMPT_FILTER || (p->kind == PROMPT_COMMAND && str_starts(p->line.buf, "filter "));
}

static void find_candidates(struct console *c)
{
    static const char *const before[] = {[PROMPT_COMMAND] = "", [PROMPT_FILTER] = "filter ", [PROMPT_SORT] = "sort "};
    struct completer completer = {.data = c, .names = names};
    struct prompt *p = &c->prompt;
    const char *blank = strrchr(p->line.buf, ' '), *word = blank ? blank + 1 : p->line.buf;
    const char *value = is_filter(p) ? value_of(word) : NULL;
    char *line;

    p->word_at = (size_t)(word - p->line.buf);
    if (value) {
        offer_values(c, word, value);
        return;
    }
    line = x_printf("%s%s", before[p->kind], p->line.buf);
    cmd_complete(line, &completer, add_candidate, p);
    free(line);
}

static void put_word(struct prompt *p, const char *word, size_t n, const char *behind)
{
    char *line = x_printf("%.*s%.*s%s", (int)p->word_at, p->line.buf, (int)n, word, behind);

    line_set(&p->line, line);
    free(line);
}

/* Bytes that all candidates have in common. */
static size_t common_part(const struct prompt *p)
{
    size_t n = strlen(p->words[0]);

    for (size_t i = 1; i < p->nwords; i++) {
        size_t k = 0;

        while (k < n && p->words[i][k] == p->words[0][k])
            k++;
        n = k;
    }
    while (n && ((unsigned char)p->words[0][n] & 0xc0) == 0x80) /* not within a character */
        n--;
    return n;
}

static void begin(struct console *c)
{
    struct prompt *p = &c->prompt;
    size_t n;

    find_candidates(c);
    if (!p->nwords)
        return;
    n = common_part(p);
    if (p->nwords == 1) {
        bool goes_on = n && strchr(":=<>,", p->words[0][n - 1]);

        put_word(p, p->words[0], n, goes_on ? "" : " ");
        completion_close(p);
        return;
    }
    if (n > p->line.len - p->word_at)
        put_word(p, p->words[0], n, "");
    p->unfinished = x_strdup(p->line.buf);
    p->menu.idle = true;
}

/* The next or the one before; they stand in a ring. */
static void step(struct prompt *p, long by)
{
    size_t n = p->nwords, at = p->menu.list.sel;

    if (p->menu.idle)
        at = by > 0 ? 0 : n - 1;
    else
        at = (at + n + (size_t)by) % n;
    p->menu.idle = false;
    list_goto(&p->menu.list, at, p->menu.page);
    put_word(p, p->words[at], strlen(p->words[at]), "");
}

static long direction(keycode k)
{
    return k == KEYC_TAB || k == KEYC_DOWN ? 1 : k == KEYC_BACKTAB || k == KEYC_UP ? -1 : 0;
}

bool completion_key(struct console *c, keycode k)
{
    struct prompt *p = &c->prompt;
    long by = direction(k);

    if (!p->words) {
        if (k == KEYC_TAB)
            begin(c);
        return k == KEYC_TAB;
    }
    if (by) {
        step(p, by);
        return true;
    }
    if (k == KEYC_ESC) { /* back to what was typed */
        line_set(&p->line, p->unfinished);
        completion_close(p);
        return true;
    }
    completion_close(p);
    return false;
}

void completion_draw(struct console *c, int x, int bottom)
{
    struct prompt *p = &c->prompt;

    if (p->words)
        menu_draw_above(&p->menu, &c->grid, x + (int)p->word_at - 2, bottom);
}
