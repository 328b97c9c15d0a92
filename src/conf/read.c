/* What one file says: from lines to checked items, and what is wrong with the others. */
#include "conf/internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/ini.h"
#include "conf/paths.h"
#include "conf/words.h"

enum { INSTANCE_NAME_MAX = 64 };

enum section { SECTION_NONE, SECTION_OPTIONS, SECTION_INSTANCE, SECTION_KEYS, SECTION_IGNORED };

/* One file on its way in. */
struct reader {
    struct conf *conf;
    const char *file;
    char *dir; /* paths are relative to it; NULL: to the working directory */
    enum section section;
    size_t instance; /* index, of SECTION_INSTANCE */
};

static struct place place_of(const struct reader *r, const struct ini_line *l)
{
    return (struct place){.file = r->file, .line = l->line, .column = l->column};
}

static void problem(struct reader *r, enum problem_kind kind, const struct ini_line *l, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void problem(struct reader *r, enum problem_kind kind, const struct ini_line *l, const char *fmt, ...)
{
    const char *instance = r->section == SECTION_INSTANCE ? r->conf->instances[r->instance].name : NULL;
    struct text words;
    va_list ap;

    text_init(&words, 1000);
    va_start(ap, fmt);
    text_vaddf(&words, fmt, ap);
    va_end(ap);
    conf_problem_add(r->conf, kind, place_of(r, l), instance, text_steal(&words));
}

/* How grave a wrong line is that sets `id`, or probably was meant to: what belongs to login or policy stops whom it
 * touches. */
static enum problem_kind gravity(const struct reader *r, enum option_id id)
{
    if (r->section == SECTION_INSTANCE)
        return id == NOPTIONS || option_row(id)->scope >= SCOPE_INSTANCE ? PROBLEM_INSTANCE : PROBLEM_WARNING;
    return id != NOPTIONS && option_row(id)->scope >= SCOPE_INSTANCE ? PROBLEM_ALL : PROBLEM_WARNING;
}

/* ---- items ---- */

static void items_set(struct reader *r, struct conf_items *items, enum option_id id, char *text,
                      const struct ini_line *l)
{
    struct conf_item *item = conf_items_find(items, id);

    if (item) {
        if (item->at.file == r->file)
            problem(r, PROBLEM_WARNING, l, "'%s' is set twice: that of line %u does not count", option_row(id)->name,
                    item->at.line);
        free(item->text);
    } else {
        items->v = x_grow(items->v, &items->cap, items->n + 1, sizeof *items->v);
        item = &items->v[items->n++];
    }
    *item = (struct conf_item){.id = id, .text = text, .at = place_of(r, l)};
}

static bool is_proxy(const char *s)
{
    static const char *const schemes[] = {"http://", "https://", "socks4://", "socks4a://", "socks5://", "socks5h://"};

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (str_starts(s, schemes[i]) && s[strlen(schemes[i])])
            return true;
    return false;
}

/* What the type of an option does not tell. */
static bool check_meaning(enum option_id id, const char *text, struct err *e)
{
    struct target t;
    char **argv;

    if (!*text)
        return true;
    if (id == OPT_URI && target_parse_uri(text, &t, e))
        target_release(&t);
    else if (id == OPT_URI)
        return false;
    if (option_is_command(id)) {
        if (!words_split(text, &argv, e))
            return false;
        words_free(argv);
    }
    if (id == OPT_PROXY && !is_proxy(text))
        return err_set(e, ERR_CONFIG, "'%s' is no proxy: write http://HOST:PORT or socks5h://HOST:PORT", text);
    return true;
}

static void set_option(struct reader *r, struct conf_items *items, enum option_id id, const struct ini_line *l)
{
    const struct option_row *row = option_row(id);
    const char *text = l->value ? l->value : "yes";
    struct option_value value;
    struct err e = {.kind = ERR_NONE};
    char *kept;

    if (!l->value && row->type != TYPE_BOOL) {
        struct text arg;

        text_init(&arg, 100);
        option_arg(id, &arg);
        problem(r, gravity(r, id), l, "no value: write %s = %s", l->name, arg.s);
        text_release(&arg);
        return;
    }
    if (!option_check(id, text, &value, &e) || !check_meaning(id, text, &e)) {
        problem(r, gravity(r, id), l, "%s: %s", l->name, e.words);
        return;
    }
    kept = row->type == TYPE_PATH ? path_expand(text, r->dir, &e) : x_strdup(text);
    if (kept)
        items_set(r, items, id, kept, l);
    else
        problem(r, gravity(r, id), l, "%s: %s", l->name, e.words);
}

/* Which options a section takes. */
static bool belongs(enum section section, enum option_id id)
{
    enum option_scope scope = option_row(id)->scope;

    if (section == SECTION_INSTANCE)
        return scope == SCOPE_INSTANCE || scope == SCOPE_CONF;
    return scope == SCOPE_GLOBAL || scope == SCOPE_INSTANCE;
}

static const char *next_option(const void *data, size_t i)
{
    const enum section *section = data;

    if (i >= NOPTIONS)
        return NULL;
    return belongs(*section, (enum option_id)i) ? option_row((enum option_id)i)->name : "";
}

/* Named in the documentation, but nothing reads them yet: whoever wrote them is right. */
static bool is_later(const char *name)
{
    static const char *const later[] = {"ssh", "jump", "carrier", "exec", "service", "logs"};
    char plain[32];
    size_t n = strlen(name);

    if (n >= sizeof plain)
        return false;
    for (size_t i = 0; i <= n; i++)
        plain[i] = name[i] == '_' ? '-' : name[i];
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (str_ieq(plain, later[i]))
            return true;
    return false;
}

static void unknown_option(struct reader *r, const struct ini_line *l)
{
    const char *near = nearest_name(l->name, next_option, &r->section);

    if (r->section == SECTION_INSTANCE && is_later(l->name))
        problem(r, PROBLEM_WARNING, l, "'%s' is not built yet: ignored", l->name);
    else if (near)
        problem(r, gravity(r, option_find(near)), l, "no such option: '%s', did you mean '%s'?", l->name, near);
    else
        problem(r, PROBLEM_WARNING, l, "no such option: '%s'", l->name);
}

static void misplaced_option(struct reader *r, enum option_id id, const struct ini_line *l)
{
    enum option_scope scope = option_row(id)->scope;

    if (scope == SCOPE_CLI)
        problem(r, PROBLEM_WARNING, l, "'%s' is for the command line only: --%s", l->name, option_row(id)->name);
    else if (scope == SCOPE_CONF)
        problem(r, PROBLEM_ALL, l, "'%s' belongs into a section [instance \"NAME\"]", l->name);
    else
        problem(r, PROBLEM_WARNING, l, "'%s' belongs into the section [options]", l->name);
}

static void take_option(struct reader *r, const struct ini_line *l)
{
    struct conf *c = r->conf;
    enum option_id id = option_find(l->name);

    if (id == NOPTIONS)
        unknown_option(r, l);
    else if (!belongs(r->section, id))
        misplaced_option(r, id, l);
    else
        set_option(r, r->section == SECTION_INSTANCE ? &c->instances[r->instance].items : &c->options, id, l);
}

static void take_key(struct reader *r, const struct ini_line *l)
{
    struct conf *c = r->conf;
    struct conf_key *k = NULL;

    if (!l->value || !*l->value) {
        problem(r, PROBLEM_WARNING, l, "no command for the key '%s': write %s = COMMAND, or none", l->name, l->name);
        return;
    }
    for (size_t i = 0; i < c->nkeys && !k; i++)
        if (strcmp(c->keys[i].key, l->name) == 0)
            k = &c->keys[i];
    if (k && k->at.file == r->file) {
        problem(r, PROBLEM_WARNING, l,
                "the key '%s' is bound twice: to '%s' in line %u and to '%s' here, which does not count", l->name,
                k->command, k->at.line, l->value);
        return;
    }
    if (!k) {
        c->keys = x_grow(c->keys, &c->keys_cap, c->nkeys + 1, sizeof *c->keys);
        k = &c->keys[c->nkeys++];
        *k = (struct conf_key){.key = x_strdup(l->name)};
    }
    free(k->command);
    k->command = x_strdup(l->value);
    k->at = place_of(r, l);
}

/* ---- sections ---- */

static bool good_instance_name(const char *s)
{
    if (!*s || strlen(s) > INSTANCE_NAME_MAX || *s == '-' || strstr(s, "://"))
        return false;
    return !strpbrk(s, "\n\t/") && *s != '.' && *s != '~' && *s != ' ' && s[strlen(s) - 1] != ' ';
}

static void enter_instance(struct reader *r, const struct ini_line *l)
{
    struct conf *c = r->conf;
    size_t i = 0;

    if (!l->sub || !good_instance_name(l->sub)) {
        problem(r, PROBLEM_ALL, l, "%s: write [instance \"NAME\"]; no '/', no '-' or '.' in front, at most %d bytes",
                l->sub ? "this name cannot be used" : "which instance?", INSTANCE_NAME_MAX);
        return;
    }
    while (i < c->ninstances && strcmp(c->instances[i].name, l->sub) != 0)
        i++;
    if (i == CONF_INSTANCES_MAX) {
        problem(r, PROBLEM_ALL, l, "more than %d instances: give a part of them in a file of its own, by --config",
                CONF_INSTANCES_MAX);
        return;
    }
    if (i == c->ninstances) {
        c->instances = x_grow(c->instances, &c->instances_cap, i + 1, sizeof *c->instances);
        c->instances[c->ninstances++] = (struct conf_instance){.name = x_strdup(l->sub), .at = place_of(r, l)};
    }
    r->section = SECTION_INSTANCE;
    r->instance = i;
}

static const char *next_section(const void *data, size_t i)
{
    static const char *const names[] = {"options", "instance", "keys"};

    (void)data;
    return i < 3 ? names[i] : NULL;
}

static void enter_section(struct reader *r, const struct ini_line *l)
{
    const char *near;

    r->section = SECTION_IGNORED;
    if (strcmp(l->section, "instance") == 0) {
        enter_instance(r, l);
    } else if (strcmp(l->section, "options") == 0 || strcmp(l->section, "keys") == 0) {
        if (l->sub)
            problem(r, l->section[0] == 'o' ? PROBLEM_ALL : PROBLEM_WARNING, l,
                    "this section takes no name: write [%s]", l->section);
        else
            r->section = l->section[0] == 'o' ? SECTION_OPTIONS : SECTION_KEYS;
    } else {
        near = nearest_name(l->section, next_section, NULL);
        /* a misspelt [options] may have held the policy */
        problem(r, near && *near != 'k' ? PROBLEM_ALL : PROBLEM_WARNING, l, "no such section: [%s]%s%s%s", l->section,
                near ? ", did you mean [" : ", there are [options], [instance \"NAME\"] and [keys]", near ? near : "",
                near ? "]?" : "");
    }
}

static void take_homeless(struct reader *r, const struct ini_line *l)
{
    problem(r, gravity(r, option_find(l->name)), l, "'%s' stands before the first section: write [options] above it",
            l->name);
}

/* What could not be read at all: as grave as what its beginning says that it was. */
static void take_wrong(struct reader *r, const struct ini_line *l)
{
    char word[64] = "";
    enum option_id id;
    const char *near;

    if (l->name)
        memcpy(word, l->name, strcspn(l->name, " \t") < sizeof word ? strcspn(l->name, " \t") : 0);
    id = option_find(word);
    if (id == NOPTIONS && r->section == SECTION_OPTIONS && (near = nearest_name(word, next_option, &r->section)))
        id = option_find(near);
    problem(r, r->section == SECTION_KEYS ? PROBLEM_WARNING : gravity(r, id), l, "%s", l->words);
}

static void take_line(void *data, const struct ini_line *l)
{
    struct reader *r = data;

    if (l->kind == INI_SECTION) {
        enter_section(r, l);
    } else if (l->kind == INI_WRONG_SECTION) {
        r->section = SECTION_IGNORED;
        problem(r, PROBLEM_ALL, l, "%s", l->words);
    } else if (r->section == SECTION_IGNORED) {
        return;
    } else if (l->kind == INI_WRONG) {
        take_wrong(r, l);
    } else if (r->section == SECTION_NONE) {
        take_homeless(r, l);
    } else if (r->section == SECTION_KEYS) {
        take_key(r, l);
    } else {
        take_option(r, l);
    }
}

void conf_add(struct conf *c, const char *file, const char *bytes, size_t n)
{
    const char *slash = strrchr(file, '/');
    struct reader r = {.conf = c};

    c->files = x_grow(c->files, &c->files_cap, c->nfiles + 1, sizeof *c->files);
    r.file = c->files[c->nfiles++] = x_strdup(file);
    r.dir = slash ? x_strndup(file, slash == file ? 1 : (size_t)(slash - file)) : NULL;
    ini_parse(bytes, n, take_line, &r);
    free(r.dir);
}
