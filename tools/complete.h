/* What the completions of all three shells need. */
#ifndef TOOLS_COMPLETE_H
#define TOOLS_COMPLETE_H

#include "tools/rows.h"

/* What may stand where a value is wanted. */
enum values { VALUES_NONE, VALUES_WORDS, VALUES_FILES, VALUES_INSTANCES, VALUES_THEMES, VALUES_COLUMNS };
enum values values_of(const struct option_line *o);

/* The names of configured instances and of themes, as shell commands that print one a line. In the quoting of sh: no single quotes. */
extern const char instances_command[];
extern const char themes_command[];

/* A text in single quotes, as POSIX shells read it. */
void single_quoted(const char *s);

#endif
