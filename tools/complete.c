#include "tools/complete.h"

#include <stdio.h>
#include <string.h>

const char instances_command[] =
    "sed -n \"s/^[[:space:]]*\\[[[:space:]]*instance[[:space:]]*\\\"\\([^\\\"]*\\)\\\".*/\\1/p\" "
    "\"${NEODECK_CONFIG:-${XDG_CONFIG_HOME:-$HOME/.config}/neodeck/neodeck.conf}\" /etc/neodeck/neodeck.conf 2>/dev/null";

const char themes_command[] =
    "find \"${NEODECK_THEMES:-$(dirname \"$(command -v neodeck)\" 2>/dev/null)/../share/neodeck/themes}\" -name \"*.theme\" "
    "2>/dev/null | sed -n \"s|.*/\\(.*\\)\\.theme$|\\1|p\"";

enum values values_of(const struct option_line *o)
{
    if (!takes_value(o))
        return VALUES_NONE;
    if (o->type == TYPE_CHOICE)
        return VALUES_WORDS;
    if (o->type == TYPE_PATH)
        return VALUES_FILES;
    if (o->id == OPT_INSTANCE)
        return VALUES_INSTANCES;
    if (o->id == OPT_THEME)
        return VALUES_THEMES;
    return o->id == OPT_COLUMNS || o->id == OPT_SORT ? VALUES_COLUMNS : VALUES_NONE;
}

void single_quoted(const char *s)
{
    putchar('\'');
    for (; *s; s++)
        if (*s == '\'')
            printf("'\\''");
        else
            putchar(*s);
    putchar('\'');
}
