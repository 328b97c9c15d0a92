#include "app/kept.h"

#include <stdlib.h>
#include <string.h>

#include "app/kept_file.h"
#include "conf/file.h"
#include "conf/ini.h"
#include "conf/paths.h"

#define KEPT_MAX  65536
#define SETTLE_MS 2000 /* a person who tries out orders is not a file each */

struct kept_view {
    char *sort, *filter, *columns; /* "" as it is by itself */
    bool wide;
};

struct kept {
    struct app *app;
    char *file; /* NULL: nothing is kept */
    struct timer *settle;
    struct kept_view view[NVIEWS];
    int focus; /* -1: none */
    bool changed;
};

static void set(char **to, const char *s)
{
    char *copy = *s ? x_strdup(s) : NULL;

    free(*to);
    *to = copy;
}

static const char *words(const char *s)
{
    return s ? s : "";
}

static void view_clear(struct kept_view *v)
{
    set(&v->sort, "");
    set(&v->filter, "");
    set(&v->columns, "");
    v->wide = false;
}

static void clear(struct kept *k)
{
    for (int i = 0; i < NVIEWS; i++)
        view_clear(&k->view[i]);
    k->focus = -1;
}

/* ---- the text of the file ---- */

static void add_line(struct text *out, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    text_addf(out, "%s = \"", name);
    for (const char *c = value; *c; c++)
        text_addf(out, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
    text_adds(out, "\"\n");
}

static void add_view(struct text *out, enum view_id id, const struct kept_view *v)
{
    if (!v->sort && !v->filter && !v->columns && !v->wide)
        return;
    text_addf(out, "\n[view \"%s\"]\n", view_name(id));
    add_line(out, "sort", v->sort);
    add_line(out, "filter", v->filter);
    add_line(out, "columns", v->columns);
    add_line(out, "wide", v->wide ? "yes" : "");
}

void kept_write(const struct kept *k, struct text *out)
{
    text_adds(out, "# How the views of neodeck were left. The command :reset forgets it.\n");
    if (k->focus >= 0)
        text_addf(out, "\n[layout]\nfocus = %d\n", k->focus + 1);
    for (int i = 0; i < NVIEWS; i++)
        add_view(out, (enum view_id)i, &k->view[i]);
}

struct reading {
    struct kept *kept;
    struct err *err; /* of the first line that is wrong */
    bool well;
};

static enum view_id view_named(const char *name)
{
    for (int i = 0; name && i < NVIEWS; i++)
        if (strcmp(view_name((enum view_id)i), name) == 0)
            return (enum view_id)i;
    return NVIEWS;
}

static bool is_yes(const char *s)
{
    return strcmp(s, "yes") == 0;
}

static bool read_layout(struct kept *k, const char *name, const char *value)
{
    if (strcmp(name, "zoomed") == 0) /* of before: one opens neodeck to see all of it */
        return true;
    if (strcmp(name, "focus") != 0 || strlen(value) != 1 || *value < '1' || *value >= '1' + DASH_PANES)
        return false;
    k->focus = *value - '1';
    return true;
}

static bool read_view(struct kept_view *v, const char *name, const char *value)
{
    if (strcmp(name, "sort") == 0)
        set(&v->sort, value);
    else if (strcmp(name, "filter") == 0)
        set(&v->filter, value);
    else if (strcmp(name, "columns") == 0)
        set(&v->columns, value);
    else if (strcmp(name, "wide") == 0)
        v->wide = is_yes(value);
    else
        return false;
    return true;
}

static void take_line(void *data, const struct ini_line *l)
{
    struct reading *r = data;
    enum view_id id = NVIEWS;
    bool well = l->kind == INI_SECTION;

    if (l->kind == INI_ITEM && l->value && strcmp(l->section, "layout") == 0)
        well = read_layout(r->kept, l->name, l->value);
    else if (l->kind == INI_ITEM && l->value && strcmp(l->section, "view") == 0 && (id = view_named(l->sub)) != NVIEWS)
        well = read_view(&r->kept->view[id], l->name, l->value);
    if (!well && r->well)
        err_set(r->err, ERR_CONFIG, "line %u makes no sense", l->line);
    r->well &= well;
}

bool kept_read(struct kept *k, const char *bytes, size_t n, struct err *e)
{
    struct reading r = {k, e, true};

    clear(k);
    ini_parse(bytes, n, take_line, &r);
    return r.well;
}

/* ---- the file ---- */

static void complain(struct kept *k, const char *why)
{
    app_say(k->app, "warn", MODEL_NO_INSTANCE, "the views open as they are by themselves where this is wrong: %s: %s; :reset makes it anew", k->file,
            why);
}

static void load(struct kept *k)
{
    struct err e = {0};
    struct text t;
    bool absent = false;

    text_init(&t, KEPT_MAX + 1);
    if (!file_read(k->file, KEPT_MAX, 0, &t, &absent, &e)) {
        if (!absent)
            app_say(k->app, "warn", MODEL_NO_INSTANCE, "the views open as they are by themselves: %s", e.words);
    } else if (!kept_read(k, t.s, t.len, &e)) {
        complain(k, e.words);
    }
    text_release(&t);
}

static void on_settled(void *data)
{
    struct kept *k = data;
    struct text t;

    if (!k->changed)
        return;
    k->changed = false;
    text_init(&t, KEPT_MAX);
    kept_write(k, &t);
    kept_file_write_later(k->app->loop, k->file, t.s, t.len);
    text_release(&t);
}

static void touch(struct kept *k)
{
    k->changed = true;
    if (k->settle)
        timer_set(k->settle, SETTLE_MS);
}

struct kept *kept_new(struct app *a, bool memory)
{
    struct kept *k = x_calloc(1, sizeof(*k));

    k->app = a;
    clear(k);
    if (memory || app_read_only_records(a) || !(k->file = path_state("views", NULL)))
        return k;
    k->settle = loop_timer(a->loop, on_settled, k);
    load(k);
    return k;
}

void kept_free(struct kept *k)
{
    struct text t;

    if (!k)
        return;
    text_init(&t, KEPT_MAX);
    kept_write(k, &t);
    if (k->file && k->changed)
        kept_file_write(k->file, t.s, t.len);
    text_release(&t);
    timer_free(k->settle);
    clear(k);
    free(k->file);
    free(k);
}

/* ---- views ---- */

void kept_apply(const struct kept *k, struct view *v)
{
    const struct kept_view *kept = &k->view[v->id];
    struct err ignored; /* a column or a field that this version does not have any more: as it is by itself */

    if (view_is_list(v)) {
        view_set_sort(v, words(kept->sort), &ignored);
        view_set_columns(v, words(kept->columns), &ignored);
    }
    view_set_wide(v, kept->wide);
    if (view_filters(v))
        view_set_filter(v, words(kept->filter), &ignored);
}

static bool differs(const char *a, const char *b)
{
    return strcmp(words(a), words(b)) != 0;
}

void kept_note(struct kept *k, const struct view *v)
{
    struct kept_view *kept = &k->view[v->id], was = *kept;
    struct text sort, columns;

    if (!view_filters(v) || v->argument || v->instance != MODEL_NO_INSTANCE)
        return;
    text_init(&sort, 256);
    text_init(&columns, 4096);
    if (view_is_list(v)) {
        view_order_words(v, &sort);
        view_columns_words(v, &columns);
    }
    kept->wide = view_is_wide(v);
    if (differs(was.sort, sort.s) || differs(was.columns, columns.s) || differs(was.filter, view_filter(v)) || was.wide != kept->wide) {
        set(&kept->sort, sort.s);
        set(&kept->columns, columns.s);
        set(&kept->filter, view_filter(v));
        touch(k);
    }
    text_release(&sort);
    text_release(&columns);
}

int kept_focus(const struct kept *k)
{
    return k->focus;
}

void kept_note_focus(struct kept *k, int focus)
{
    if (k->focus == focus || (k->focus < 0 && focus == DASH_MAIN))
        return;
    k->focus = focus;
    touch(k);
}

void kept_reset(struct kept *k)
{
    clear(k);
    touch(k);
}
