/* Themes and key bindings, from files and the configuration. */
#include "app/app.h"

#include <dirent.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "conf/file.h"
#include "conf/paths.h"
#include "ui/key.h"

#define THEME_MAX 65536

static void warn(void *data, const char *words)
{
    app_say(data, "warn", MODEL_NO_INSTANCE, "%s", words);
}

/* The person's own directory first, then the installed one, then the one beside the sources. */
static size_t theme_dirs(char *dirs[2])
{
    struct err ignored;
    size_t n = 0;
    const char *other = getenv("NEODECK_THEMES");

    if ((dirs[n] = path_config("themes", &ignored)))
        n++;
    dirs[n++] = x_strdup(other && *other ? other : THEME_DIR);
    return n;
}

static bool good_name(const char *name)
{
    return *name && strlen(name) < 32 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == strlen(name);
}

static bool read_theme(const char *dir, const char *name, struct text *out, char **path, bool *absent, struct err *e)
{
    *path = x_printf("%s/%s.theme", dir, name);
    text_clear(out);
    return file_read(*path, THEME_MAX, 0, out, absent, e);
}

static void add_name(void *list, const char *name)
{
    struct text *t = list;

    text_addf(t, "%s%s", t->len ? ", " : "", name);
}

static bool no_theme(struct app *a, const char *name, struct err *e)
{
    struct text names;

    text_init(&names, 400);
    if (!a->nthemes)
        app_read_themes(a);
    app_each_theme(a, add_name, &names);
    err_set(e, ERR_CONFIG, "no theme '%s': there are %s", name, names.len ? names.s : "none here: reinstall neodeck");
    text_release(&names);
    return false;
}

bool app_load_theme(struct app *a, const char *name, struct theme *t, struct err *e)
{
    struct theme loaded;
    struct text bytes;
    char *dirs[2];
    size_t n;
    bool found = false, absent = true;

    if (!good_name(name))
        return err_set(e, ERR_CONFIG, "'%s' is no name of a theme: small letters, digits, - and _", name);
    theme_default(&loaded);
    text_init(&bytes, THEME_MAX + 1);
    n = theme_dirs(dirs);
    for (size_t i = 0; i < n && !found && absent; i++) {
        char *path;

        found = read_theme(dirs[i], name, &bytes, &path, &absent, e) && theme_parse(&loaded, path, bytes.s, bytes.len, warn, a);
        free(path);
    }
    for (size_t i = 0; i < n; i++)
        free(dirs[i]);
    text_release(&bytes);
    if (!found && absent && strcmp(name, "auto") != 0) /* auto is built in: it needs no file */
        return no_theme(a, name, e);
    if (!found && !absent)
        return err_set(e, ERR_CONFIG, "the theme '%s' cannot be used", name);
    snprintf(loaded.name, sizeof(loaded.name), "%s", name);
    *t = loaded;
    return true;
}

static int is_theme(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');

    return dot && strcmp(dot, ".theme") == 0;
}

static void quiet(void *data, const char *words)
{
    (void)data;
    (void)words;
}

static void keep_theme(struct app *a, const char *dir, const char *name)
{
    struct theme t;
    struct text bytes;
    char *path = NULL;
    bool absent;

    text_init(&bytes, THEME_MAX + 1);
    if (good_name(name) && !app_theme(a, name) && read_theme(dir, name, &bytes, &path, &absent, NULL)) {
        if (theme_parse(&t, path, bytes.s, bytes.len, quiet, NULL)) {
            a->themes = x_grow(a->themes, &a->themes_cap, a->nthemes + 1, sizeof(*a->themes));
            a->themes[a->nthemes++] = t;
        }
    }
    free(path);
    text_release(&bytes);
}

static void read_dir(struct app *a, const char *dir)
{
    struct dirent **entries;
    int found = scandir(dir, &entries, is_theme, alphasort);

    for (int k = 0; k < found; k++) {
        *strrchr(entries[k]->d_name, '.') = '\0';
        keep_theme(a, dir, entries[k]->d_name);
        free(entries[k]);
    }
    if (found >= 0)
        free(entries);
}

static int by_name(const void *x, const void *y)
{
    return strcmp(((const struct theme *)x)->name, ((const struct theme *)y)->name);
}

void app_read_themes(struct app *a)
{
    char *dirs[2];
    size_t n = theme_dirs(dirs);

    for (size_t i = 0; i < n; i++) {
        read_dir(a, dirs[i]);
        free(dirs[i]);
    }
    if (!app_theme(a, "auto")) { /* it is built in */
        a->themes = x_grow(a->themes, &a->themes_cap, a->nthemes + 1, sizeof(*a->themes));
        theme_default(&a->themes[a->nthemes]);
        strcpy(a->themes[a->nthemes++].name, "auto");
    }
    qsort(a->themes, a->nthemes, sizeof(*a->themes), by_name);
}

const struct theme *app_theme(const struct app *a, const char *name)
{
    for (size_t i = 0; i < a->nthemes; i++)
        if (strcmp(a->themes[i].name, name) == 0)
            return &a->themes[i];
    return NULL;
}

/* ---- one of them anew: somebody is writing it ---- */

struct reread {
    struct app *app;
    theme_fn *told;
    void *data;
    char name[32];
    char *dirs[2];
    size_t ndirs;
    char *path; /* of the file that was read, or could not be */
    struct text bytes;
    bool found;
    struct err err;
};

static void reread_work(void *data)
{
    struct reread *job = data;
    bool absent = true;

    for (size_t i = 0; i < job->ndirs && !job->found && absent; i++) {
        free(job->path);
        job->found = read_theme(job->dirs[i], job->name, &job->bytes, &job->path, &absent, &job->err);
    }
}

static void remember_theme(struct app *a, const struct theme *t)
{
    for (size_t i = 0; i < a->nthemes; i++)
        if (strcmp(a->themes[i].name, t->name) == 0) {
            a->themes[i] = *t;
            return;
        }
    a->themes = x_grow(a->themes, &a->themes_cap, a->nthemes + 1, sizeof(*a->themes));
    a->themes[a->nthemes++] = *t;
    qsort(a->themes, a->nthemes, sizeof(*a->themes), by_name);
}

static void reread_done(void *data, bool cancelled)
{
    struct reread *job = data;
    struct theme t;

    cancelled = cancelled || job->app->leaving;
    if (!cancelled && job->found && theme_parse(&t, job->path, job->bytes.s, job->bytes.len, warn, job->app)) {
        remember_theme(job->app, &t);
        job->told(job->data, &t, NULL);
    } else if (!cancelled && !app_theme(job->app, job->name)) {
        no_theme(job->app, job->name, &job->err);
        job->told(job->data, NULL, &job->err);
    }
    for (size_t i = 0; i < job->ndirs; i++)
        free(job->dirs[i]);
    free(job->path);
    text_release(&job->bytes);
    free(job);
}

void app_reread_theme(struct app *a, const char *name, theme_fn *told, void *data)
{
    struct reread *job;
    struct err e;

    if (!good_name(name)) {
        err_set(&e, ERR_CONFIG, "'%s' is no name of a theme: small letters, digits, - and _", name);
        told(data, NULL, &e);
        return;
    }
    job = x_calloc(1, sizeof(*job));
    job->app = a;
    job->told = told;
    job->data = data;
    snprintf(job->name, sizeof(job->name), "%s", name);
    job->ndirs = theme_dirs(job->dirs);
    text_init(&job->bytes, THEME_MAX + 1);
    loop_work(a->loop, reread_work, reread_done, job);
}

void app_each_theme(struct app *a, void (*add)(void *, const char *), void *to)
{
    for (size_t i = 0; i < a->nthemes; i++)
        add(to, a->themes[i].name);
}

/* A wrong binding is a warning: the console still opens, with the key as it was. */
bool app_bind_keys(struct app *a, struct keymap *k, struct err *e)
{
    for (size_t i = 0; i < a->conf->nkeys; i++) {
        const struct conf_key *key = &a->conf->keys[i];

        if (!keymap_bind(k, key->key, key->command, true, e)) {
            app_say(a, "warn", MODEL_NO_INSTANCE, "%s:%u: %s", key->at.file, key->at.line, e->words);
            err_clear(e);
        }
    }
    return true;
}
