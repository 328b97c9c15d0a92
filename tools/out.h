/* What tables prints. Each function writes to stdout. */
#ifndef TOOLS_OUT_H
#define TOOLS_OUT_H

#include <stdbool.h>

/* A table of the manual in the syntax of scdoc, by its name in the template. False when there is none of that name. */
bool manual_table(const char *name);

/* Which feature which line of Neo4j has, by edition: in Markdown. */
void matrix_markdown(void);
/* The same in the syntax of scdoc. */
void matrix_manual(void);

void complete_bash(void);
void complete_zsh(void);
void complete_fish(void);

/* One word or sentence in the syntax of scdoc, bold or underlined by `mark` ('*', '_', or 0). */
void scdoc(char mark, const char *s);

#endif
