/* The text of --help, from the tables. */
#include "conf/cmdline.h"

#include <string.h>

enum { HELP_COLUMN = 30, WIDTH = 80 };

/* Words from column HELP_COLUMN on, broken at blanks; `col` is where the line stands now. */
static void add_wrapped(struct text *out, int col, const char *words)
{
    bool first = true;

    if (col >= HELP_COLUMN) {
        text_addc(out, '\n');
        col = 0;
    }
    text_addf(out, "%*s", HELP_COLUMN - col, "");
    col = HELP_COLUMN;
    while (*words) {
        int n = (int)strcspn(words, " ");

        if (!first && col + 1 + n > WIDTH - 1) {
            text_addf(out, "\n%*s", HELP_COLUMN, "");
            col = HELP_COLUMN;
        } else if (!first) {
            text_addc(out, ' ');
            col++;
        }
        text_add(out, words, (size_t)n);
        col += n;
        words += n;
        words += strspn(words, " ");
        first = false;
    }
    text_addc(out, '\n');
}

static void add_option(struct text *out, enum option_id id)
{
    const struct option_row *row = option_row(id);
    size_t start = out->len;
    struct text help;

    text_init(&help, 400);
    text_addf(&help, "%s%s%s%s", row->help, *row->def && row->type != TYPE_BOOL ? " (" : "",
              row->type != TYPE_BOOL ? row->def : "", *row->def && row->type != TYPE_BOOL ? ")" : "");
    if (row->letter)
        text_addf(out, "  -%c, --%s", row->letter, row->name);
    else
        text_addf(out, "      --%s", row->name);
    if (row->type != TYPE_BOOL)
        text_addc(out, ' ');
    option_arg(id, out);
    add_wrapped(out, (int)(out->len - start), help.s);
    text_release(&help);
}

static void add_commands(struct text *out)
{
    static const struct {
        const char *name, *args, *help;
    } commands[] = {
#define BATCH(id, command, arguments, words) {.name = command, .args = arguments, .help = words},
#include "tables/batch.def"
#undef BATCH
    };

    text_adds(out, "\ncommands:\n");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        size_t start = out->len;

        text_addf(out, "  %s%s%s", commands[i].name, *commands[i].args ? " " : "", commands[i].args);
        add_wrapped(out, (int)(out->len - start), commands[i].help);
    }
}

enum built { NOW, LATER };

/* The views that show prints: those that are built and are lists of their own. */
static void add_views(struct text *out)
{
    static const struct {
        const char *name, *help;
        enum built built;
        enum view_id id;
    } views[] = {
#define VIEW(view, view_name, aliases, title, sheet, when, words)                                                      \
    {.name = view_name, .help = words, .built = when, .id = VIEW_##view},
#include "tables/views.def"
#undef VIEW
    };

    text_adds(out, "\nviews:\n");
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        size_t start = out->len;

        if (views[i].built != NOW || views[i].id == VIEW_HELP || views[i].id == VIEW_TRANSACTION)
            continue;
        text_addf(out, "  %s", views[i].name);
        add_wrapped(out, (int)(out->len - start), views[i].help);
    }
}

void cmdline_usage(struct text *out)
{
    text_adds(out, "usage: neodeck [OPTIONS] [TARGET...]        open the console\n"
                   "       neodeck [OPTIONS] COMMAND [ARGS]     one command, its result printed\n"
                   "\n"
                   "TARGET: a name from the configuration, http://HOST[:PORT] or https://..., a\n"
                   "driver's scheme (bolt, neo4j, also with +s and +ssc), ssh://[USER@]HOST, or the\n"
                   "path of a local Neo4j home. With a command it goes behind -i.\n"
                   "\n"
                   "options:\n");
    for (int id = 0; id < NOPTIONS; id++)
        if (option_row((enum option_id)id)->scope != SCOPE_CONF)
            add_option(out, (enum option_id)id);
    add_commands(out);
    add_views(out);
    text_adds(out, "\n"
                   "environment: NEO4J_URI NEO4J_USERNAME NEO4J_PASSWORD NEO4J_DATABASE NEO4J_HOME\n"
                   "             NEODECK_CONFIG NO_COLOR\n"
                   "exit status: 0 done, 1 failed, 2 wrong usage, 3 refused, 4 not reachable or not\n"
                   "             logged in, 5 some of several failed\n");
}
