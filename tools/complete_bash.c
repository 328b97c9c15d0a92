/* Completion for bash: one function, which needs nothing of the bash-completion package. */
#include <stdio.h>
#include <string.h>

#include "tools/complete.h"
#include "tools/out.h"

/* "-i|--instance" of those that satisfy `wanted`; nothing when there are none. */
static int option_names(bool (*wanted)(const struct option_line *), const char *between)
{
    int n = 0;

    for (size_t i = 0; i < noptions; i++) {
        const struct option_line *o = &options[i];

        if (!on_command_line(o) || !wanted(o))
            continue;
        printf("%s--%s", n++ ? between : "", o->name);
        if (o->letter)
            printf("%s-%c", between, o->letter);
    }
    return n;
}

static bool is_any(const struct option_line *o)
{
    (void)o;
    return true;
}

static bool wants_file(const struct option_line *o)
{
    return values_of(o) == VALUES_FILES;
}

static bool wants_columns(const struct option_line *o)
{
    return values_of(o) == VALUES_COLUMNS;
}

static bool wants_something_else(const struct option_line *o)
{
    return takes_value(o) && values_of(o) == VALUES_NONE;
}

static void columns_by_view(void)
{
    printf("_neodeck_columns() {\n    case $1 in\n");
    for (size_t i = 0; i < nviews; i++) {
        if (!view_shows(&views[i]))
            continue;
        printf("    %s) echo '", views[i].name);
        for (size_t c = 0; c < ncolumns; c++)
            if (columns[c].sheet == views[i].sheet)
                printf("%s ", columns[c].name);
        printf("' ;;\n");
    }
    printf("    esac\n}\n\n");
}

static void value_cases(void)
{
    for (size_t i = 0; i < noptions; i++) {
        const struct option_line *o = &options[i];

        if (!on_command_line(o))
            continue;
        if (values_of(o) == VALUES_WORDS)
            printf("    --%s) words='%s' ;;\n", o->name, o->range);
        if (values_of(o) == VALUES_INSTANCES)
            printf("    --%s | -%c) words=$(_neodeck_instances) ;;\n", o->name, o->letter);
        if (values_of(o) == VALUES_THEMES)
            printf("    --%s) words=$(_neodeck_themes) ;;\n", o->name);
    }
    printf("    ");
    option_names(wants_file, " | ");
    printf(") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;\n    ");
    option_names(wants_columns, " | ");
    printf(") _neodeck_column_words ;;\n    ");
    option_names(wants_something_else, " | ");
    printf(") return ;;\n");
}

static void first_words(void)
{
    for (size_t i = 0; i < nbatches; i++)
        printf("%s ", batches[i].name);
}

static void view_words(void)
{
    for (size_t i = 0; i < nviews; i++)
        if (view_shows(&views[i]))
            printf("%s ", views[i].name);
}

static const char head[] = "# Completion of neodeck for bash. Made from the tables of the program.\n"
                           "# shellcheck shell=bash\n\n";

/* Sets verb and view: the first two words that are neither options nor their values. */
static const char find_verb_1[] = "_neodeck_verb() {\n"
                                  "    local i word skip=\n"
                                  "    verb='' view=''\n"
                                  "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                                  "        word=${COMP_WORDS[i]}\n"
                                  "        if [ \"$word\" = = ]; then skip=yes; continue; fi\n"
                                  "        if [ -n \"$skip\" ]; then skip=''; continue; fi\n"
                                  "        case $word in\n"
                                  "        ";
static const char find_verb_2[] = ")\n"
                                  "            [ \"${COMP_WORDS[i + 1]-}\" = = ] || skip=yes ;;\n"
                                  "        -*) ;;\n"
                                  "        *) if [ -z \"$verb\" ]; then verb=$word; elif [ -z \"$view\" ]; then view=$word; fi ;;\n"
                                  "        esac\n"
                                  "    done\n"
                                  "}\n\n";

/* Several with commas between, or one with a minus in front. */
static const char column_words[] = "_neodeck_column_words() {\n"
                                   "    local name front=''\n"
                                   "    case $cur in\n"
                                   "    *,*) front=${cur%,*}, ;;\n"
                                   "    -*) front=- ;;\n"
                                   "    esac\n"
                                   "    for name in $(_neodeck_columns \"${view:-transactions}\"); do words+=\" $front$name\"; done\n"
                                   "}\n\n";

static const char begin[] = "_neodeck() {\n"
                            "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words='' verb view\n"
                            "    COMPREPLY=()\n"
                            "    if [ \"$cur\" = = ]; then cur=''; elif [ \"$prev\" = = ]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
                            "    _neodeck_verb\n"
                            "    case $prev in\n";

static const char middle[] = "    *)\n"
                             "        case $cur in\n"
                             "        -*) words=$options ;;\n"
                             "        *)\n"
                             "            case $verb in\n"
                             "            '') words=\"$verbs $(_neodeck_instances)\" ;;\n"
                             "            show) [ -n \"$view\" ] || words=$shown ;;\n";

static const char end[] = ") ;;\n"
                          "            *) words=$(_neodeck_instances) ;;\n"
                          "            esac ;;\n"
                          "        esac ;;\n"
                          "    esac\n"
                          "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
                          "}\n\n"
                          "complete -F _neodeck neodeck\n";

/* Commands after which nothing stands that could be completed. */
static void verb_pattern(void)
{
    int n = 0;

    for (size_t i = 0; i < nbatches; i++)
        if (strcmp(batches[i].name, "show") != 0)
            printf("%s%s", n++ ? " | " : "", batches[i].name);
}

void complete_bash(void)
{
    printf("%s", head);
    printf("_neodeck_instances() {\n    %s\n}\n\n", instances_command);
    printf("_neodeck_themes() {\n    %s\n}\n\n", themes_command);
    columns_by_view();
    printf("%s", find_verb_1);
    option_names(takes_value, " | ");
    printf("%s%s%s", find_verb_2, column_words, begin);
    value_cases();
    printf("    *)\n        local options='");
    option_names(is_any, " ");
    printf("' verbs='");
    first_words();
    printf("'\n        local shown='");
    view_words();
    printf("'\n%s            ", middle + sizeof "    *)\n" - 1);
    verb_pattern();
    printf("%s", end);
}
