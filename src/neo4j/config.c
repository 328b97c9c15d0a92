/* What of the items counts, and what is wrong with them. */
#include "neo4j/config_inside.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char first_utf8[] = "2025.01";

struct config *config_new(struct version v)
{
    struct config *c = x_calloc(1, sizeof *c);

    c->version = v;
    return c;
}

void config_free(struct config *c)
{
    if (!c)
        return;
    free(c->items);
    free(c->problems);
    arena_release(&c->arena);
    free(c);
}

bool config_is_utf8(struct version v)
{
    return !v.major || version_in(v, first_utf8, "");
}

void config_problem(struct config *c, const char *file, unsigned line, enum config_weight weight, const char *fmt, ...)
{
    struct config_problem *p;
    struct text words;
    va_list ap;

    if (c->nproblems == CONFIG_PROBLEMS_MAX)
        return;
    text_init(&words, 1024);
    va_start(ap, fmt);
    text_vaddf(&words, fmt, ap);
    va_end(ap);
    c->problems = x_grow(c->problems, &c->problems_cap, c->nproblems + 1, sizeof *c->problems);
    p = &c->problems[c->nproblems++];
    *p = (struct config_problem){file, line, weight, arena_strndup(&c->arena, words.s, words.len)};
    text_release(&words);
}

/* "$(...)" as a whole. */
static bool config_is_command(const char *value)
{
    size_t n = strlen(value);

    return n >= 3 && value[0] == '$' && value[1] == '(' && value[n - 1] == ')';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\f' || c == '\n' || c == '\r';
}

void config_item_add(struct config *c, const struct config_item *where, const char *name, const char *value, size_t n)
{
    struct config_item *it;

    if (c->nitems == CONFIG_ITEMS_MAX) {
        if (c->nproblems && c->problems[c->nproblems - 1].line == 0)
            return;
        config_problem(c, where->file, 0, CONFIG_WARNING, "more than %d settings: the rest is not looked at", CONFIG_ITEMS_MAX);
        return;
    }
    for (; n && is_blank(*value); n--)
        value++;
    while (n && is_blank(value[n - 1]))
        n--;
    c->items = x_grow(c->items, &c->items_cap, c->nitems + 1, sizeof *c->items);
    it = &c->items[c->nitems++];
    *it = *where;
    it->name = arena_strdup(&c->arena, name);
    it->value = arena_strndup(&c->arena, value, n);
    it->command = config_is_command(it->value);
    it->setting = setting_find(name, c->version, &it->fate, &it->rank);
}

bool config_add_argument(struct config *c, const char *argument)
{
    static const struct config_item where = {.file = "command line", .role = CONFIG_ARGUMENT};
    const char *equals = strchr(argument, '=');
    char *name;

    if (!equals || equals == argument)
        return false;
    name = x_strndup(argument, (size_t)(equals - argument));
    config_item_add(c, &where, name, equals + 1, strnlen(equals + 1, CONFIG_VALUE_MAX));
    free(name);
    return true;
}

/* Arguments of the server stand with neo4j.conf, the others each for themselves. */
static int space_of(const struct config_item *it)
{
    return it->role == CONFIG_ARGUMENT ? CONFIG_SERVER : (int)it->role;
}

/* By name, and as they came. */
static int by_name(const void *pa, const void *pb)
{
    const struct config_item *a = *(const struct config_item *const *)pa, *b = *(const struct config_item *const *)pb;
    int order = space_of(a) - space_of(b);

    if (!order)
        order = strcmp(a->name, b->name);
    if (!order)
        order = (a > b) - (a < b);
    return order;
}

/* The names that a server of this version knows to be for many lines. */
static bool is_repeatable(const struct config_item *it)
{
    return it->setting < NSETTINGS && setting_type(it->setting) == SETTING_TYPE_LINES;
}

static void tell_repeated(struct config *c, const struct config_item *first, const struct config_item *again, bool strict)
{
    bool takes_first = c->version.major && c->version.major < 4;

    if (again->role == CONFIG_ARGUMENT)
        return; /* meant to override */
    if (strict)
        config_problem(c, again->file, again->line, CONFIG_REFUSED,
                       "'%s' is given again, first in line %u: this server does not start with that; remove one", again->name, first->line);
    else
        config_problem(c, again->file, again->line, CONFIG_WARNING, "'%s' is given again, first in line %u: the %s counts; remove the other",
                       again->name, first->line, takes_first ? "first" : "last");
}

/* One name's items: decide which counts. */
static void decide(struct config *c, struct config_item **at, size_t n, bool strict)
{
    bool takes_first = c->version.major && c->version.major < 4;
    size_t winner = takes_first ? 0 : n - 1;

    if (is_repeatable(at[0])) {
        for (size_t i = 0; i < n; i++)
            at[i]->counts = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (at[i]->role == CONFIG_ARGUMENT)
            winner = i;
    at[winner]->counts = true;
    for (size_t i = 1; i < n; i++)
        tell_repeated(c, at[i - 1]->role == CONFIG_ARGUMENT ? at[0] : at[i - 1], at[i], strict && at[0]->role == CONFIG_SERVER);
}

/* Strict validation as the last line that speaks of it has it: it has to be known before the rest. */
static bool is_strict(const struct config *c)
{
    const char *value = setting_default(SETTING_STRICT, c->version).value;

    for (size_t i = 0; i < c->nitems; i++)
        if (c->items[i].setting == SETTING_STRICT && c->items[i].fate <= FATE_TRANSLATED && space_of(&c->items[i]) == CONFIG_SERVER)
            value = c->items[i].value;
    return str_ieq(value, "true");
}

static void decide_all(struct config *c, bool strict)
{
    struct config_item **sorted = x_malloc(c->nitems * sizeof(struct config_item *));

    for (size_t i = 0; i < c->nitems; i++)
        sorted[i] = &c->items[i];
    qsort(sorted, c->nitems, sizeof *sorted, by_name);
    for (size_t i = 0, n; i < c->nitems; i += n) {
        for (n = 1; i + n < c->nitems && space_of(sorted[i]) == space_of(sorted[i + n]) && !strcmp(sorted[i]->name, sorted[i + n]->name);)
            n++;
        decide(c, &sorted[i], n, strict);
    }
    free(sorted);
}

/* Of several names of one setting the server takes its own, or the newest that it translates. */
static void settle_names(struct config *c)
{
    const struct config_item *best[NSETTINGS] = {NULL};

    for (size_t i = 0; i < c->nitems; i++) {
        struct config_item *it = &c->items[i];

        if (it->setting == NSETTINGS || space_of(it) != CONFIG_SERVER || !it->counts)
            continue;
        if (it->fate >= FATE_IGNORED)
            it->counts = false;
        else if (!best[it->setting] || it->rank < best[it->setting]->rank)
            best[it->setting] = it;
    }
    for (size_t i = 0; i < c->nitems; i++) {
        struct config_item *it = &c->items[i];

        if (it->setting == NSETTINGS || !it->counts || space_of(it) != CONFIG_SERVER || best[it->setting]->rank == it->rank)
            continue;
        it->counts = false;
        config_problem(c, it->file, it->line, CONFIG_WARNING, "'%s' is an older name of '%s', which stands in line %u and counts", it->name,
                       best[it->setting]->name, best[it->setting]->line);
    }
}

static void check_name(struct config *c, const struct config_item *it, bool strict)
{
    const char *own = setting_name(it->setting, c->version);

    if (it->fate == FATE_TRANSLATED && it->counts)
        config_problem(c, it->file, it->line, CONFIG_NOTE, "'%s' is an older name: this server calls it '%s'", it->name, own);
    else if (it->fate == FATE_IGNORED)
        config_problem(c, it->file, it->line, CONFIG_WARNING, "'%s' has no effect on this server%s%s", it->name, own ? ": it is now " : "",
                       own ? own : "");
    else if (it->fate == FATE_UNKNOWN)
        config_problem(c, it->file, it->line, strict ? CONFIG_REFUSED : CONFIG_WARNING, "this server knows no '%s'%s%s%s%s", it->name,
                       own ? ": it calls it '" : "", own ? own : "", own ? "'" : "", strict ? ", and does not start with it" : "");
}

static void check_value(struct config *c, const struct config_item *it)
{
    const char *expected;

    if (it->command)
        config_problem(c, it->file, it->line, CONFIG_NOTE,
                       "'%s' is the output of a command: the server runs it when started with --expand-commands, neodeck never does", it->name);
    else if (it->setting < NSETTINGS && !config_value_fits(setting_type(it->setting), it->value, &expected))
        config_problem(c, it->file, it->line, CONFIG_REFUSED, "'%s' is no value for '%s'%s: write %s", it->value, it->name,
                       strstr(it->value, " #") ? " (a comment needs a line of its own)" : "", expected);
}

static void check_path(struct config *c, const struct config_item *it)
{
    bool turned = !c->version.major || c->version.major >= 5;

    if (!it->counts || it->command || it->setting == NSETTINGS || setting_type(it->setting) != SETTING_TYPE_PATH || !turned)
        return;
    for (const char *p = it->value; *p; p++)
        if ((unsigned char)*p >= 0x80 || (unsigned char)*p < 0x20 || *p == '"') {
            config_problem(c, it->file, it->line, CONFIG_WARNING,
                           "this server does not take such characters in '%s': it looks for another path; write it in plain ASCII", it->name);
            return;
        }
}

void config_finish(struct config *c)
{
    bool strict = is_strict(c) && (!c->version.major || c->version.major >= 5);

    if (!c->nitems)
        return;
    decide_all(c, strict);
    settle_names(c);
    for (size_t i = 0; i < c->nitems; i++) {
        const struct config_item *it = &c->items[i];

        if (space_of(it) != CONFIG_SERVER)
            continue;
        if (it->setting < NSETTINGS)
            check_name(c, it, strict);
        if (it->counts)
            check_value(c, it);
        check_path(c, it);
    }
}
