#include "conf/cmdline.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/paths.h"

/* Long options without a letter get numbers beyond all characters. */
enum { LONG_ONLY = 1000 };

static bool on_command_line(const struct option_row *row)
{
    return row->scope != SCOPE_CONF;
}

static bool takes_value(const struct option_row *row)
{
    return row->type != TYPE_BOOL;
}

struct getopt_tables {
    struct option longs[NOPTIONS + 1];
    char shorts[2 * NOPTIONS + 2];
};

static void fill_tables(struct getopt_tables *t)
{
    size_t n = 0, s = 0;

    memset(t, 0, sizeof *t);
    t->shorts[s++] = ':'; /* a missing value is told apart from an unknown option */
    for (int id = 0; id < NOPTIONS; id++) {
        const struct option_row *row = option_row((enum option_id)id);

        if (!on_command_line(row))
            continue;
        t->longs[n++] =
            (struct option){row->name, takes_value(row) ? required_argument : no_argument, NULL, LONG_ONLY + id};
        if (!row->letter)
            continue;
        t->shorts[s++] = row->letter;
        if (takes_value(row))
            t->shorts[s++] = ':';
    }
}

static enum option_id by_letter(int letter)
{
    for (int id = 0; id < NOPTIONS; id++)
        if (on_command_line(option_row((enum option_id)id)) && option_row((enum option_id)id)->letter == letter)
            return (enum option_id)id;
    return NOPTIONS;
}

static const char *next_option(const void *data, size_t i)
{
    (void)data;
    /* those of the configuration only are no candidates, but must not end the list */
    if (i >= NOPTIONS)
        return NULL;
    return on_command_line(option_row((enum option_id)i)) ? option_row((enum option_id)i)->name : "";
}

static bool unknown_long(const char *word, struct err *e)
{
    char name[64];
    size_t n = strcspn(word, "=");
    enum option_id id;
    const char *near;

    if (n >= sizeof name)
        return err_set(e, ERR_USAGE, "no such option: --%.60s..., try --help", word);
    memcpy(name, word, n);
    name[n] = '\0';
    id = option_find(name);
    if (id != NOPTIONS && !on_command_line(option_row(id)))
        return err_set(e, ERR_USAGE, "--%s can only be set in the configuration file, in a section [instance \"NAME\"]",
                       name);
    near = id != NOPTIONS ? option_row(id)->name : nearest_name(name, next_option, NULL);
    if (near)
        return err_set(e, ERR_USAGE, "no such option: --%s, did you mean --%s?", name, near);
    return err_set(e, ERR_USAGE, "no such option: --%s, try --help", name);
}

/* Which names begin with what was written: getopt only says that it is not clear. */
static bool ambiguous(const char *word, struct err *e)
{
    struct text names;
    size_t n = strcspn(word, "=");

    text_init(&names, 300);
    for (int id = 0; id < NOPTIONS; id++)
        if (on_command_line(option_row((enum option_id)id)) &&
            strncmp(option_row((enum option_id)id)->name, word, n) == 0)
            text_addf(&names, "%s--%s", names.len ? ", " : "", option_row((enum option_id)id)->name);
    err_set(e, ERR_USAGE, "--%.*s is not clear: %s", (int)n, word, names.s);
    text_release(&names);
    return false;
}

/* getopt said '?': an unknown letter, an unknown name, one that is not clear, or a value where none belongs. */
static bool unknown_option(char *const *argv, struct err *e)
{
    const char *word = argv[optind - 1];
    size_t matches = 0;

    if (optopt >= LONG_ONLY)
        return err_set(e, ERR_USAGE, "--%s takes no value", option_row((enum option_id)(optopt - LONG_ONLY))->name);
    if (optopt)
        return err_set(e, ERR_USAGE, "no such option: -%c, try --help", optopt >= 0x21 && optopt < 0x7F ? optopt : '?');
    word = str_starts(word, "--") ? word + 2 : word;
    for (int id = 0; id < NOPTIONS; id++)
        matches += on_command_line(option_row((enum option_id)id)) &&
                   strncmp(option_row((enum option_id)id)->name, word, strcspn(word, "=")) == 0;
    return matches > 1 ? ambiguous(word, e) : unknown_long(word, e);
}

static bool needs_value(enum option_id id, struct err *e)
{
    const char *name = option_row(id)->name;
    struct text arg;

    text_init(&arg, 100);
    option_arg(id, &arg);
    err_set(e, ERR_USAGE, "--%s needs a value: --%s %s", name, name, arg.s);
    text_release(&arg);
    return false;
}

static bool take_option(struct cmdline *c, enum option_id id, char *arg, struct err *e)
{
    const struct option_row *row = option_row(id);
    struct err why;
    char *path;

    if (row->type == TYPE_LIST) {
        c->instances[c->ninstances++] = arg;
        c->set[id] = true;
        return *arg || needs_value(id, e);
    }
    if (!option_check(id, takes_value(row) ? arg : "yes", &c->value[id], &why))
        return err_set(e, ERR_USAGE, "--%s: %s", row->name, why.words);
    if (row->type == TYPE_PATH) {
        path = path_expand(arg, NULL, &why);
        if (!path)
            return err_set(e, ERR_USAGE, "--%s: %s", row->name, why.words);
        free(c->owned[id]);
        c->value[id].text = c->owned[id] = path;
    }
    c->set[id] = true;
    return true;
}

static void set_defaults(struct cmdline *c)
{
    for (int id = 0; id < NOPTIONS; id++) {
        const char *def = option_row((enum option_id)id)->def;

        /* an empty default of a duration means: none */
        c->value[id] = (struct option_value){.text = def};
        if (*def)
            option_check((enum option_id)id, def, &c->value[id], NULL);
    }
}

bool cmdline_parse(struct cmdline *c, int argc, char **argv, struct err *e)
{
    struct getopt_tables tables;
    bool ok = true;
    int got;

    memset(c, 0, sizeof *c);
    c->instances = x_calloc((size_t)argc + 1, sizeof *c->instances);
    set_defaults(c);
    fill_tables(&tables);
    optind = 0; /* glibc: start anew, also when called again */
    opterr = 0;
    while (ok && (got = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
        if (got == '?')
            ok = unknown_option(argv, e);
        else if (got == ':')
            ok = needs_value(optopt >= LONG_ONLY ? (enum option_id)(optopt - LONG_ONLY) : by_letter(optopt), e);
        else
            ok = take_option(c, got >= LONG_ONLY ? (enum option_id)(got - LONG_ONLY) : by_letter(got), optarg, e);
    }
    if (!ok) {
        cmdline_release(c);
        return false;
    }
    c->words = argv + optind;
    c->nwords = (size_t)(argc - optind);
    return true;
}

void cmdline_release(struct cmdline *c)
{
    free(c->instances);
    for (int id = 0; id < NOPTIONS; id++)
        free(c->owned[id]);
    memset(c, 0, sizeof *c);
}
