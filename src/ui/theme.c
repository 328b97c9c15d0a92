/* Themes: the default from roles.def, files over it. */
#include "ui/theme.h"
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "ui/grid.h"

#define THEME_FILE_MAX ((size_t)64 * 1024)
#define ALL_LEVELS NLEVELS

static const char *const role_names[NROLES] = {
#define ROLE(id, name, mono, c8, c16, c256, help) [ROLE_##id] = name,
#include "tables/roles.def"
#undef ROLE
};

static const char *const default_looks[NROLES][NLEVELS] = {
#define ROLE(id, name, mono, c8, c16, c256, help)                                                                      \
    [ROLE_##id] = {[LEVEL_MONO] = mono, [LEVEL_8] = c8, [LEVEL_16] = c16, [LEVEL_256] = c256},
#include "tables/roles.def"
#undef ROLE
};

static const char *const level_names[NLEVELS] = {
    [LEVEL_MONO] = "mono", [LEVEL_8] = "8", [LEVEL_16] = "16", [LEVEL_256] = "256"};

const char *role_name(enum role r)
{
    return (unsigned)r < NROLES ? role_names[r] : "?";
}

int role_find(const char *name)
{
    for (int i = 0; i < NROLES; i++)
        if (!strcmp(role_names[i], name))
            return i;
    return -1;
}

void theme_default(struct theme *t)
{
    memset(t, 0, sizeof *t);
    strcpy(t->name, "default");
    for (int r = 0; r < NROLES; r++)
        for (int l = 0; l < NLEVELS; l++)
            if (!look_parse(default_looks[r][l], &t->look[l][r], NULL))
                abort(); /* roles.def is wrong: a unit test reads every row */
}

/* --- what a cell looks like --- */

static bool same_look(struct look a, struct look b)
{
    return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

static void lay_over(struct look *l, struct look top)
{
    l->fg = top.fg >= 0 ? top.fg : l->fg;
    l->bg = top.bg >= 0 ? top.bg : l->bg;
    l->attrs |= top.attrs;
}

static void lay_dim(struct look *l, const struct look *looks)
{
    if (same_look(looks[ROLE_DIM], looks[ROLE_TEXT]))
        l->attrs |= LOOK_DIM;
    else if (l->bg < 0) /* on a background of its own it would not be seen any more */
        lay_over(l, looks[ROLE_DIM]);
    l->attrs &= (uint8_t)~LOOK_BOLD;
}

/* A selected red cell stays red, in reverse: the selection must not hide a state. */
struct look theme_look(const struct theme *t, enum colour_level level, enum role role, unsigned flags)
{
    const struct look *looks = t->look[level];
    struct look l = looks[role];

    if (flags & CELL_DIM)
        lay_dim(&l, looks);
    if ((flags & CELL_MARKED) && l.bg < 0)
        lay_over(&l, looks[ROLE_MARK]);
    if (flags & CELL_SELECTED)
        lay_over(&l, looks[ROLE_SELECTION]);
    if (flags & CELL_BOLD)
        l.attrs |= LOOK_BOLD;
    l.fg = l.fg >= 0 ? l.fg : looks[ROLE_TEXT].fg;
    l.bg = l.bg >= 0 ? l.bg : looks[ROLE_TEXT].bg;
    l = look_at_level(l, level);
    if (level == LEVEL_8 && l.fg == 0) /* with eight colours bold black is grey */
        l.attrs &= (uint8_t)~LOOK_BOLD;
    return l;
}

/* One theme file while it is read. */
struct reading {
    struct theme *theme;
    const char *file;
    int line, level; /* level: ALL_LEVELS before the first section, -1 inside an unknown one */
    void (*warn)(void *, const char *);
    void *data;
};

static void warn(const struct reading *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void warn(const struct reading *r, const char *fmt, ...)
{
    struct text t;
    va_list ap;

    if (!r->warn)
        return;
    text_init(&t, 1000);
    text_addf(&t, "%s:%d: ", r->file, r->line);
    va_start(ap, fmt);
    text_vaddf(&t, fmt, ap);
    va_end(ap);
    r->warn(r->data, t.s);
    text_release(&t);
}

static char *trim(char *s)
{
    size_t n;

    s += strspn(s, " \t\r");
    n = strlen(s);
    while (n > 0 && strchr(" \t\r", s[n - 1]))
        s[--n] = 0;
    return s;
}

static void read_section(struct reading *r, char *s)
{
    size_t n = strlen(s);

    r->level = -1;
    if (s[n - 1] == ']') {
        s[n - 1] = 0;
        for (int l = 0; l < NLEVELS; l++)
            if (!strcmp(trim(s + 1), level_names[l]))
                r->level = l;
    }
    if (r->level < 0)
        warn(r, "unknown section '%s': use [mono], [8], [16] or [256]; its lines are ignored", s);
}

static void read_look(struct reading *r, char *s)
{
    char *value = strchr(s, '=');
    struct look look;
    struct err e;
    int role;

    if (!value) {
        warn(r, "no '=' in '%.60s': write 'role = look'", s);
        return;
    }
    *value++ = 0;
    role = role_find(trim(s));
    if (role < 0) {
        warn(r, "unknown role '%.60s': see THEMES in neodeck(1) for their names", trim(s));
        return;
    }
    err_clear(&e);
    if (!look_parse(trim(value), &look, &e)) {
        warn(r, "%s", e.words);
        return;
    }
    for (int l = 0; l < NLEVELS; l++)
        if (r->level == ALL_LEVELS || r->level == l)
            r->theme->look[l][role] = look_at_level(look, (enum colour_level)l);
}

static void read_line(struct reading *r, char *s)
{
    s = trim(s);
    if (!*s || *s == '#' || *s == ';')
        return;
    if (*s == '[')
        read_section(r, s);
    else if (r->level >= 0)
        read_look(r, s);
}

static void set_name(struct theme *t, const char *file)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    size_t n = strlen(name), suffix = strlen(".theme");

    if (n > suffix && !strcmp(name + n - suffix, ".theme"))
        n -= suffix;
    if (n >= sizeof t->name)
        n = sizeof t->name - 1;
    memcpy(t->name, name, n);
    t->name[n] = 0;
}

bool theme_parse(struct theme *t, const char *file, const char *bytes, size_t n,
                 void (*warn_fn)(void *, const char *words), void *data)
{
    struct reading r = {.theme = t, .file = file, .level = ALL_LEVELS, .warn = warn_fn, .data = data};
    struct text line;

    theme_default(t);
    if (n > THEME_FILE_MAX || (n && memchr(bytes, 0, n)) || !utf8_valid(bytes, n)) {
        r.line = 1;
        warn(&r, "this is no theme file: a theme is UTF-8 text of at most %zu KB", THEME_FILE_MAX / 1024);
        return false;
    }
    set_name(t, file);
    text_init(&line, THEME_FILE_MAX);
    for (const char *end = bytes + n, *nl; bytes < end; bytes = nl + 1) {
        nl = memchr(bytes, '\n', (size_t)(end - bytes));
        if (!nl)
            nl = end;
        r.line++;
        text_clear(&line);
        text_add(&line, bytes, (size_t)(nl - bytes));
        read_line(&r, line.s);
    }
    text_release(&line);
    return true;
}

static bool has(const char *s, const char *part)
{
    return s && strstr(s, part);
}

enum colour_level theme_level(int colors, bool no_color)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM"), *colorterm = getenv("COLORTERM");

    if (no_color || (no && *no))
        return LEVEL_MONO;
    if (colors < 0) {
        if (!term || !*term || !strcmp(term, "dumb"))
            return LEVEL_MONO;
        return has(term, "256color") || has(colorterm, "truecolor") || has(colorterm, "24bit") ? LEVEL_256 : LEVEL_8;
    }
    if (colors > 256) /* a description with direct colours has only the first eight of the palette */
        return LEVEL_8;
    return colors == 256 ? LEVEL_256 : colors >= 16 ? LEVEL_16 : colors >= 8 ? LEVEL_8 : LEVEL_MONO;
}
