#include "feed/settings_rows.h"

#include <stdlib.h>
#include <string.h>
#include "neo4j/setting_same.h"

enum { SHOWN_MAX = 100 /* bytes of a value inside a sentence */ };

/* One name of the file; LINES: all its lines. */
struct entry {
    const char *name;               /* as this server calls it */
    const struct config_item *item; /* the first one */
    char *value;                    /* all of it */
    const char *shown;              /* what the server shows of it: before 4.0 the first line only */
    const struct config_problem *problem; /* the worst one of its lines; NULL */
    bool told;                      /* the server has it */
};

struct entries {
    struct entry *e; /* by name */
    size_t n, cap;
};

/* ---- the file ---- */

static int by_name(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int c = strcmp(x->name, y->name);

    return c ? c : (x->item > y->item) - (x->item < y->item);
}

static struct entry *find(const struct entries *all, const char *name)
{
    size_t low = 0, high = all->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(all->e[mid].name, name) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < all->n && strcmp(all->e[low].name, name) == 0 ? &all->e[low] : NULL;
}

static bool is_meant(const struct config_item *i)
{
    return i->counts || (i->fate == FATE_UNKNOWN && (i->role == CONFIG_SERVER || i->role == CONFIG_ARGUMENT));
}

static const char *name_of(const struct config *c, const struct config_item *i)
{
    const char *own = i->setting < NSETTINGS && i->fate == FATE_TRANSLATED ? setting_name(i->setting, c->version) : NULL;

    return own ? own : i->name;
}

/* Several lines of one name become one entry. */
static void join_lines(struct entries *all, const struct config *c)
{
    bool first_only = c && c->version.major && c->version.major < 4;

    size_t kept = 0;

    for (size_t i = 0; i < all->n; i++) {
        struct entry *last = kept ? &all->e[kept - 1] : NULL;
        if (last && strcmp(last->name, all->e[i].name) == 0) {
            char *both = x_printf("%s\n%s", last->value, all->e[i].value);
            free(last->value);
            free(all->e[i].value);
            last->value = both;
            if (all->e[i].problem && (!last->problem || all->e[i].problem->weight > last->problem->weight))
                last->problem = all->e[i].problem;
        } else {
            all->e[kept++] = all->e[i];
        }
    }
    all->n = kept;
    for (size_t i = 0; i < kept; i++)
        all->e[i].shown = first_only ? all->e[i].item->value : all->e[i].value;
}

static const struct config_problem *problem_of(const struct config *c, const struct config_item *i)
{
    const struct config_problem *worst = NULL;

    for (size_t k = 0; i->line && k < c->nproblems; k++)
        if (c->problems[k].line == i->line && strcmp(c->problems[k].file, i->file) == 0 && (!worst || c->problems[k].weight > worst->weight))
            worst = &c->problems[k];
    return worst;
}

static void read_file(struct entries *all, const struct config *c)
{
    for (size_t i = 0; c && i < c->nitems; i++) {
        const struct config_item *item = &c->items[i];
        if (!is_meant(item))
            continue;
        all->e = x_grow(all->e, &all->cap, all->n + 1, sizeof *all->e);
        all->e[all->n++] = (struct entry){.name = name_of(c, item), .item = item, .value = x_strdup(item->value), .problem = problem_of(c, item)};
    }
    if (all->n)
        qsort(all->e, all->n, sizeof *all->e, by_name);
    join_lines(all, c);
}

/* ---- a row ---- */

static struct value copy(struct arena *a, const char *s)
{
    return v_copy_text(a, s, strlen(s));
}

static void fill_file(struct relation *to, struct value *c, const struct entry *e, enum absent none)
{
    if (!e) {
        c[COL_SETTINGS_FILE] = c[COL_SETTINGS_FILE_VALUE] = c[COL_SETTINGS_LINE] = v_absent(none);
        return;
    }
    c[COL_SETTINGS_FILE] = copy(&to->arena, e->item->role == CONFIG_ARGUMENT ? "command line" : e->item->file);
    c[COL_SETTINGS_LINE] = e->item->line ? v_int(e->item->line) : v_absent(ABSENT_NOT_APPLICABLE);
    c[COL_SETTINGS_FILE_VALUE] = copy(&to->arena, setting_is_secret(e->name) && *e->value ? "####" : e->value);
}

static void fill_server(struct relation *to, struct value *c, const struct server_setting *s)
{
    struct arena *a = &to->arena;

    c[COL_SETTINGS_VALUE] = value_copy(a, s->value);
    c[COL_SETTINGS_DEFAULT] = value_copy(a, s->by_default);
    c[COL_SETTINGS_STARTUP] = value_copy(a, s->startup);
    c[COL_SETTINGS_DYNAMIC] = s->dynamic;
    c[COL_SETTINGS_EXPLICIT] = s->explicitly;
    c[COL_SETTINGS_DEPRECATED] = s->deprecated;
    c[COL_SETTINGS_VALID] = value_copy(a, s->valid);
    c[COL_SETTINGS_DESCRIPTION] = value_copy(a, s->description);
}

static void say(struct relation *to, struct value *c, const char *state, const char *words)
{
    c[COL_SETTINGS_STATE] = v_text(state);
    c[COL_SETTINGS_MESSAGE] = *words ? copy(&to->arena, words) : v_absent(ABSENT_NOT_APPLICABLE);
}

/* As much of a value as a sentence can bear: the first line, nothing of a secret. */
static void add_value(struct text *t, const char *name, const char *value)
{
    size_t n = strcspn(value, "\n"), fits = n > SHOWN_MAX ? utf8_fit(value, n, SHOWN_MAX, &(int){0}) : n;

    if (setting_is_secret(name))
        text_adds(t, "another value");
    else if (!*value)
        text_adds(t, "nothing");
    else
        text_addf(t, "%.*s%s", (int)fits, value, value[fits] ? "..." : "");
}

static const char *shown(struct value v)
{
    return value_str(v, "");
}

/* Since it started, somebody gave it another value. What cannot be changed can only be written in another way: a directory, whole. */
static bool changed_since_start(const struct server_setting *s)
{
    return value_i64(s->dynamic, 0) && s->startup.type != V_ABSENT && !setting_same(shown(s->startup), shown(s->value));
}

/* What the start script tells the server, without anybody having set it. */
static bool is_of_the_start(const char *name)
{
    static const char *const names[] = {".directories.neo4j_home", ".directories.configuration"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_ifind(name, strlen(name), names[i]))
            return true;
    return false;
}

/* Where the server and its file disagree, and what follows from it. False: they do not. */
static bool drift(const struct server_setting *s, const struct entry *e, bool file_known, const char **state, struct text *words)
{
    const char *value = shown(s->value);

    if (setting_is_masked(value) || (e && e->item->command))
        return false;
    if (changed_since_start(s)) {
        *state = "run time";
        if (!e) {
            text_adds(words, file_known ? "set at run time, not in the file: lost at the next start" : "set at run time");
            return true;
        }
        if (setting_same(e->shown, value))
            return false;
        text_adds(words, "set at run time, the file says ");
        add_value(words, s->name, e->shown);
        text_adds(words, ": that comes back at the next start");
        return true;
    }
    *state = "differs";
    if (e && !setting_same(e->shown, value)) {
        text_adds(words, e->item->role == CONFIG_ARGUMENT ? "the command line says " : "the file says ");
        add_value(words, s->name, e->shown);
        text_adds(words, ", the server runs with ");
        add_value(words, s->name, value);
        text_adds(words, ": restart needed");
        return true;
    }
    if (!e && file_known && value_i64(s->explicitly, 0) && !is_of_the_start(s->name) && s->by_default.type == V_TEXT && !setting_same(value, shown(s->by_default))) {
        text_adds(words, "set when the server started, not in the file any more: the default comes with the next start");
        return true;
    }
    return false;
}

static const char *weight_state(enum config_weight w)
{
    return w == CONFIG_REFUSED ? "refused" : w == CONFIG_WARNING ? "warning" : "set";
}

static void judge(struct relation *to, struct value *c, const struct server_setting *s, const struct entry *e, bool file_known)
{
    bool set = e || (value_i64(s->explicitly, 0) && !is_of_the_start(s->name));
    const char *state = "";
    struct text words;

    text_init(&words, 1024);
    if (e && e->problem && e->problem->weight == CONFIG_REFUSED)
        say(to, c, "refused", e->problem->words);
    else if (drift(s, e, file_known, &state, &words))
        say(to, c, state, words.s);
    else if (set && value_i64(s->deprecated, 0))
        say(to, c, "deprecated", "deprecated: it will go in a later version");
    else if (e && e->problem)
        say(to, c, weight_state(e->problem->weight), e->problem->words);
    else
        say(to, c, set ? "set" : "default", "");
    /* servers that do not tell: what stands in no file is the default, as far as anybody knows */
    if (!set && s->explicitly.type == V_ABSENT && !file_known)
        c[COL_SETTINGS_STATE] = v_absent(s->explicitly.absent);
    text_release(&words);
}

static struct value *add_row(struct relation *to, const char *instance, const char *name)
{
    struct value *c = relation_add_row(to);

    c[COL_SETTINGS_INSTANCE] = copy(&to->arena, instance);
    c[COL_SETTINGS_NAME] = copy(&to->arena, name);
    return c;
}

/* ---- rows that no server told of ---- */

static void no_server_cells(struct value *c, enum absent why)
{
    static const size_t columns[] = {COL_SETTINGS_VALUE,    COL_SETTINGS_DEFAULT,    COL_SETTINGS_STARTUP, COL_SETTINGS_DYNAMIC,
                                     COL_SETTINGS_EXPLICIT, COL_SETTINGS_DEPRECATED, COL_SETTINGS_VALID,   COL_SETTINGS_DESCRIPTION};

    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        c[columns[i]] = v_absent(why);
}

/* Nobody can say what the server makes of it: what is known stands where it is read. */
static void say_file_value(struct relation *to, struct value *c, const struct entry *e)
{
    struct text words;

    text_init(&words, 1024);
    text_adds(&words, "in the file: ");
    if (setting_is_secret(e->name))
        text_adds(&words, "a secret");
    else
        add_value(&words, e->name, e->value);
    say(to, c, "set", words.s);
    text_release(&words);
}

static void add_file_only(struct relation *to, const char *instance, const struct entry *e, bool complete, enum absent no_server)
{
    struct value *c = add_row(to, instance, e->name);

    no_server_cells(c, complete ? ABSENT_NOT_APPLICABLE : no_server);
    if (e->item->setting < NSETTINGS)
        c[COL_SETTINGS_DESCRIPTION] = v_text(setting_help(e->item->setting));
    fill_file(to, c, e, ABSENT_NULL);
    if (e->problem)
        say(to, c, complete && e->problem->weight != CONFIG_REFUSED ? "not known" : weight_state(e->problem->weight), e->problem->words);
    else if (complete)
        say(to, c, "not known", "it stands in the file, the server does not list it: new since it started, or misspelt");
    else
        say_file_value(to, c, e);
}

static bool is_told(const struct entries *all, const struct config_problem *p)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->e[i].problem == p || (p->line && all->e[i].problem && all->e[i].item->line == p->line &&
                                       strcmp(all->e[i].item->file, p->file) == 0))
            return true;
    return false;
}

/* What is wrong in the file and belongs to no setting that is shown. */
static void add_problems(struct relation *to, const char *instance, const struct entries *all, const struct config *c)
{
    for (size_t i = 0; i < c->nproblems; i++) {
        const struct config_problem *p = &c->problems[i];
        const char *slash = strrchr(p->file, '/');
        struct value *cells;
        char *name;

        if (is_told(all, p))
            continue;
        name = p->line ? x_printf("%s:%u", slash ? slash + 1 : p->file, p->line) : x_strdup(slash ? slash + 1 : p->file);
        cells = add_row(to, instance, name);
        free(name);
        no_server_cells(cells, ABSENT_NOT_APPLICABLE);
        cells[COL_SETTINGS_FILE] = copy(&to->arena, p->file);
        cells[COL_SETTINGS_LINE] = p->line ? v_int(p->line) : v_absent(ABSENT_NOT_APPLICABLE);
        cells[COL_SETTINGS_FILE_VALUE] = v_absent(ABSENT_NOT_APPLICABLE);
        say(to, cells, p->weight == CONFIG_NOTE ? "note" : weight_state(p->weight), p->words);
    }
}

void settings_rows(struct relation *to, const char *instance, const struct server_setting *server, size_t n, bool complete,
                   enum absent no_server, const struct config *config, enum absent no_file)
{
    struct entries all = {0};

    read_file(&all, config);
    for (size_t i = 0; i < n; i++) {
        struct entry *e = find(&all, server[i].name);
        struct value *c = add_row(to, instance, server[i].name);
        fill_server(to, c, &server[i]);
        fill_file(to, c, e, config ? ABSENT_NOT_CONFIGURED : no_file);
        judge(to, c, &server[i], e, config != NULL);
        if (e)
            e->told = true;
    }
    for (size_t i = 0; i < all.n; i++)
        if (!all.e[i].told)
            add_file_only(to, instance, &all.e[i], complete, no_server);
    if (config)
        add_problems(to, instance, &all, config);
    for (size_t i = 0; i < all.n; i++)
        free(all.e[i].value);
    free(all.e);
}
