/* Completion for fish. */
#include <stdio.h>

#include "tools/complete.h"
#include "tools/out.h"

/* In single quotes, where fish knows \' and \\. */
static void quoted(const char *s)
{
    putchar('\'');
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\')
            putchar('\\');
        putchar(*s);
    }
    putchar('\'');
}

static void list_function(const char *name, const char *command)
{
    printf("function __neodeck_%s\n    sh -c ", name);
    quoted(command);
    printf("\nend\n\n");
}

static void columns_function(void)
{
    printf("function __neodeck_columns\n    set -l words (commandline -opc)\n    set -l view transactions\n"
           "    set -l at (contains -i -- show $words)\n    and set view $words[(math $at + 1)]\n    switch $view\n");
    for (size_t i = 0; i < nviews; i++) {
        if (!view_shows(&views[i]))
            continue;
        printf("        case %s\n            printf '%%s\\n'", views[i].name);
        for (size_t c = 0; c < ncolumns; c++)
            if (columns[c].sheet == views[i].sheet)
                printf(" %s", columns[c].name);
        printf("\n");
    }
    printf("    end\nend\n\n");
}

static void values(const struct option_line *o)
{
    switch (values_of(o)) {
    case VALUES_WORDS: printf(" -x -a "); quoted(o->range); break;
    case VALUES_FILES: printf(" -r -F"); break;
    case VALUES_INSTANCES: printf(" -x -a '(__neodeck_instances)'"); break;
    case VALUES_THEMES: printf(" -x -a '(__neodeck_themes)'"); break;
    case VALUES_COLUMNS: printf(" -x -a '(__neodeck_columns)'"); break;
    case VALUES_NONE: printf("%s", takes_value(o) ? " -x" : ""); break;
    }
}

static void option(const struct option_line *o)
{
    printf("complete -c neodeck -l %s", o->name);
    if (o->letter)
        printf(" -s %c", o->letter);
    values(o);
    printf(" -d ");
    quoted(o->help);
    printf("\n");
}

void complete_fish(void)
{
    printf("# Completion of neodeck for fish. Made from the tables of the program.\n\n");
    list_function("instances", instances_command);
    list_function("themes", themes_command);
    columns_function();
    printf("complete -c neodeck -f\ncomplete -c neodeck -n __fish_use_subcommand -a '(__neodeck_instances)' -d instance\n");
    for (size_t i = 0; i < nbatches; i++) {
        printf("complete -c neodeck -n __fish_use_subcommand -a %s -d ", batches[i].name);
        quoted(batches[i].help);
        printf("\n");
    }
    for (size_t i = 0; i < nviews; i++) {
        if (!view_shows(&views[i]))
            continue;
        printf("complete -c neodeck -n '__fish_seen_subcommand_from show' -a %s -d ", views[i].name);
        quoted(views[i].help);
        printf("\n");
    }
    for (size_t i = 0; i < noptions; i++)
        if (on_command_line(&options[i]))
            option(&options[i]);
}
