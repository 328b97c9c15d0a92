/* Completion for zsh: one _arguments call. */
#include <stdio.h>
#include <string.h>

#include "tools/complete.h"
#include "tools/out.h"

/* In [..] and behind ':' of a specification, inside single quotes. */
static void spec_text(const char *s)
{
    for (; *s; s++) {
        if (*s == '\'') {
            printf("'\\''");
            continue;
        }
        if (strchr("[]:\\", *s))
            putchar('\\');
        putchar(*s);
    }
}

static void action(const struct option_line *o)
{
    switch (values_of(o)) {
    case VALUES_WORDS: printf("(%s)", o->range); break;
    case VALUES_FILES: printf("_files"); break;
    case VALUES_INSTANCES: printf("_neodeck_instances"); break;
    case VALUES_THEMES: printf("_neodeck_themes"); break;
    case VALUES_COLUMNS: printf("_neodeck_columns"); break;
    case VALUES_NONE: printf(" "); break;
    }
}

static void option(const struct option_line *o)
{
    const char *behind = takes_value(o) ? "=" : "";

    printf("        ");
    if (o->type == TYPE_LIST)
        printf("'*'");
    else if (o->letter)
        printf("'(-%c --%s)'", o->letter, o->name);
    if (o->letter)
        printf("{-%c%s,--%s%s}'[", o->letter, takes_value(o) ? "+" : "", o->name, behind);
    else
        printf("'--%s%s[", o->name, behind);
    spec_text(o->help);
    printf("]");
    if (takes_value(o)) {
        printf(":");
        spec_text(*o->arg ? o->arg : "value");
        printf(":");
        action(o);
    }
    printf("' \\\n");
}

static void described(const char *name, const char *help)
{
    printf("        '");
    spec_text(name);
    printf(":");
    spec_text(help);
    printf("'\n");
}

static void columns_function(void)
{
    printf("_neodeck_columns() {\n    local -a names\n    case ${words[(r)show]:+${words[$words[(i)show]+1]}} in\n");
    for (size_t i = 0; i < nviews; i++) {
        if (!view_shows(&views[i]))
            continue;
        printf("    %s) names=(", views[i].name);
        for (size_t c = 0; c < ncolumns; c++)
            if (columns[c].sheet == views[i].sheet)
                printf(" %s", columns[c].name);
        printf(" ) ;;\n");
    }
    printf("    esac\n    compset -P '*,' || compset -P '-'\n    compadd -S '' -- $names\n}\n\n");
}

static void list_function(const char *name, const char *command)
{
    printf("_neodeck_%s() {\n    local -a names\n    names=(${(f)\"$(%s)\"})\n    compadd -- $names\n}\n\n", name, command);
}

static void first_function(void)
{
    printf("_neodeck_first() {\n    local -a verbs\n    verbs=(\n");
    for (size_t i = 0; i < nbatches; i++)
        described(batches[i].name, batches[i].help);
    printf("    )\n    _describe command verbs\n    _neodeck_instances\n}\n\n");
    printf("_neodeck_rest() {\n    local -a shown\n    if [[ -z ${words[(r)show]} ]]; then\n"
           "        _neodeck_instances\n        return\n    fi\n    shown=(\n");
    for (size_t i = 0; i < nviews; i++)
        if (view_shows(&views[i]))
            described(views[i].name, views[i].help);
    printf("    )\n    _describe view shown\n}\n\n");
}

void complete_zsh(void)
{
    printf("#compdef neodeck\n# Completion of neodeck for zsh. Made from the tables of the program.\n\n");
    list_function("instances", instances_command);
    list_function("themes", themes_command);
    columns_function();
    first_function();
    printf("_neodeck() {\n    _arguments -s -S \\\n");
    for (size_t i = 0; i < noptions; i++)
        if (on_command_line(&options[i]))
            option(&options[i]);
    printf("        '1:target or command:_neodeck_first' \\\n        '*:argument:_neodeck_rest'\n}\n\n"
           "if [ \"$funcstack[1]\" = _neodeck ]; then _neodeck \"$@\"; else compdef _neodeck neodeck; fi\n");
}
