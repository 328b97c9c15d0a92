/* The tables of the manual pages. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tools/out.h"
#include "tools/rows.h"

void scdoc(char mark, const char *s)
{
    if (mark)
        putchar(mark);
    for (; *s; s++) {
        if (strchr("_*\\`~|<>", *s))
            putchar('\\');
        putchar(*s);
    }
    if (mark)
        putchar(mark);
}

/* "VALUE", or the words of a choice. */
static void argument(const struct option_line *o)
{
    const char *from = *o->arg ? o->arg : o->type == TYPE_CHOICE ? o->range : "VALUE";
    char word[64];

    while (*from) {
        size_t n = strcspn(from, " |");

        snprintf(word, sizeof word, "%.*s", (int)n, from);
        scdoc(isupper((unsigned char)*word) ? '_' : '*', word);
        from += n;
        if (*from++)
            putchar('|');
        else
            break;
    }
}

/* The sentence of help, and what holds when the option is not given. */
static void meaning(const struct option_line *o)
{
    putchar(toupper((unsigned char)*o->help));
    scdoc(0, o->help + 1);
    printf(".");
    if (*o->def && o->type != TYPE_BOOL) {
        printf(" Default: ");
        scdoc('*', o->def);
        printf(".");
    }
    if (*o->range && o->type != TYPE_CHOICE) {
        const char *dots = strstr(o->range, "..");

        printf(" From *%.*s* to *%s*.", (int)(dots - o->range), o->range, dots + 2);
    }
    printf("\n\n");
}

static void table_options(void)
{
    for (size_t i = 0; i < noptions; i++) {
        const struct option_line *o = &options[i];

        if (!on_command_line(o))
            continue;
        if (o->letter)
            printf("*-%c*, ", o->letter);
        printf("*--%s*", o->name);
        if (takes_value(o)) {
            putchar(' ');
            argument(o);
        }
        printf("\n\t");
        meaning(o);
    }
}

/* As files have it: with "_". */
static void conf_name(const char *name)
{
    char s[64];

    snprintf(s, sizeof s, "%s", name);
    for (char *p = s; *p; p++)
        if (*p == '-')
            *p = '_';
    scdoc('*', s);
}

static void conf_options(bool (*wanted)(enum value_scope))
{
    for (size_t i = 0; i < noptions; i++) {
        const struct option_line *o = &options[i];

        if (!wanted(o->scope))
            continue;
        conf_name(o->name);
        printf(" = ");
        if (takes_value(o))
            argument(o);
        else
            printf("*yes*|*no*");
        printf("\n\t");
        meaning(o);
    }
}

static bool is_global(enum value_scope s)
{
    return s == SCOPE_GLOBAL;
}

static bool is_both(enum value_scope s)
{
    return s == SCOPE_INSTANCE;
}

static bool is_instance(enum value_scope s)
{
    return s == SCOPE_CONF;
}

static void table_conf_global(void)
{
    conf_options(is_global);
}

static void table_conf_both(void)
{
    conf_options(is_both);
}

static void table_conf_instance(void)
{
    conf_options(is_instance);
}

static void table_batch(void)
{
    for (size_t i = 0; i < nbatches; i++) {
        scdoc('*', batches[i].name);
        if (*batches[i].arguments) {
            putchar(' ');
            scdoc('_', batches[i].arguments);
        }
        printf("\n\t");
        putchar(toupper((unsigned char)*batches[i].help));
        scdoc(0, batches[i].help + 1);
        printf(".\n\n");
    }
}

static void keys_of(const struct command_line *c)
{
    const char *s = c->keys;
    char word[32];

    while (*s) {
        size_t n = strcspn(s, " ");

        snprintf(word, sizeof word, "%.*s", (int)n, s);
        scdoc('*', word);
        s += n;
        if (*s++)
            putchar(' ');
        else
            break;
    }
}

/* Of one group of commands: keys, what to write behind ":", what it does. */
static void command_group(enum group group)
{
    static const char *const titles[NGROUPS] = {"Moving", "Views", "Lists", "Actions", "The program"};

    printf("## %s\n\n|[ *key*\n:[ *command*\n:< *what it does*\n", titles[group]);
    for (size_t i = 0; i < ncommands; i++) {
        const struct command_line *c = &commands[i];

        if (c->group != group)
            continue;
        printf("|  ");
        keys_of(c);
        printf("\n:  ");
        scdoc('*', c->name);
        if (*c->args) {
            putchar(' ');
            scdoc('_', c->args);
        }
        printf("\n:  ");
        scdoc(0, c->help);
        printf("\n");
    }
    printf("\n");
}

static void table_commands(void)
{
    for (int g = 0; g < NGROUPS; g++)
        command_group((enum group)g);
}

static void table_views(void)
{
    printf("|[ *view*\n:[ *also*\n:< *what it shows*\n");
    for (size_t i = 0; i < nviews; i++) {
        const struct view_line *v = &views[i];

        if (v->built != NOW)
            continue;
        printf("|  ");
        scdoc('*', v->name);
        printf("\n:  ");
        scdoc(0, *v->aliases ? v->aliases : "-");
        printf("\n:  ");
        scdoc(0, v->help);
        printf("\n");
    }
    printf("\n");
}

static void table_later(void)
{
    bool any = false;

    for (size_t i = 0; i < nviews; i++) {
        if (views[i].built == NOW)
            continue;
        printf(any ? ", " : "");
        scdoc('*', views[i].name);
        any = true;
    }
    printf(any ? "\n" : "none\n");
}

static void unit_of(const struct column_line *c)
{
    static const struct {
        const char *unit, *words;
    } units[] = {{"MS", "milliseconds"}, {"BYTES", "bytes"}, {"PERCENT", "percent"}};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(c->unit, units[i].unit) == 0)
            printf(" (%s)", units[i].words);
    if (strcmp(c->type, "TIME") == 0)
        printf(" (time)");
}

static void sheet_columns(enum sheet_id sheet)
{
    for (size_t i = 0; i < ncolumns; i++) {
        const struct column_line *c = &columns[i];

        if (c->sheet != sheet)
            continue;
        printf("|  ");
        scdoc('*', c->name);
        printf("\n:  ");
        scdoc(0, c->help);
        unit_of(c);
        printf("%s\n", c->shown ? "" : "; only when it is asked for");
    }
}

/* Of each sheet that a built view shows, once. */
static void table_columns(void)
{
    bool told[NSHEETS] = {false};

    for (size_t i = 0; i < nviews; i++) {
        const struct view_line *v = &views[i];

        if (v->built != NOW || told[v->sheet])
            continue;
        told[v->sheet] = true;
        printf("## ");
        scdoc(0, sheets[v->sheet].name);
        printf("\n\n|[ *column*\n:< *meaning*\n");
        sheet_columns(v->sheet);
        printf("\n");
    }
}

static void table_exit(void)
{
    static const char *const words[] = {
        "Done.",
        "The server or its machine refused or broke the work, an answer makes no sense, the disk is full.",
        "Wrong usage, an unusable terminal, a configuration that cannot be used.",
        "Refused: read-only, not confirmed, not audited, the plan says no.",
        "The only target is not reachable or not authenticated, or what is asked for is not built yet.",
        "Several targets, some failed; or rows that are not all there are.",
    };

    for (int status = 0; status < (int)(sizeof words / sizeof *words); status++) {
        bool any = false;

        printf("*%d*\n\t%s", status, words[status]);
        for (size_t i = 0; status && i < nerrors; i++)
            if (errors[i].status == status) {
                printf(any ? ", " : " In JSON: ");
                scdoc('*', errors[i].name);
                any = true;
            }
        printf(any ? ".\n\n" : "\n\n");
    }
}

static void table_absent(void)
{
    printf("|[ *reason*\n:< *meaning*\n");
    for (size_t i = 0; i < nabsents; i++) {
        printf("|  ");
        scdoc('*', absents[i].name);
        printf("\n:  ");
        scdoc(0, absents[i].words);
        printf("\n");
    }
    printf("\n");
}

static void table_roles(void)
{
    static const char *const levels[] = {"*mono*", "*8*", "*16*", "*256*"};

    for (size_t i = 0; i < nroles; i++) {
        scdoc('*', roles[i].name);
        printf("\n\t");
        putchar(toupper((unsigned char)*roles[i].help));
        scdoc(0, roles[i].help + 1);
        printf(".");
        for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
            printf(" %s: ", levels[l]);
            scdoc(0, *roles[i].look[l] ? roles[i].look[l] : "plain");
            printf(l + 1 < sizeof levels / sizeof *levels ? ";" : ".\n\n");
        }
    }
}

bool manual_table(const char *name)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } tables[] = {
        {"options", table_options},
        {"batch", table_batch},
        {"commands", table_commands},
        {"views", table_views},
        {"later", table_later},
        {"columns", table_columns},
        {"exit", table_exit},
        {"absent", table_absent},
        {"matrix", matrix_manual},
        {"conf-global", table_conf_global},
        {"conf-both", table_conf_both},
        {"conf-instance", table_conf_instance},
        {"roles", table_roles},
    };

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(name, tables[i].name) == 0) {
            tables[i].print();
            return true;
        }
    return false;
}
