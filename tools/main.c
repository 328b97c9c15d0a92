/* Prints what the tables of src/tables say for people: parts of the manual, completions of shells, the matrix of the README.
 *
 * usage: tables fill < PAGE.scd.in | bash | zsh | fish | matrix
 *
 * In a page a line "@table NAME" stands for the table of that name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/out.h"

static int fill_line(char *line)
{
    static const char mark[] = "@table ";

    if (strncmp(line, mark, sizeof mark - 1) != 0)
        return fputs(line, stdout) < 0;
    line[strcspn(line, "\n")] = '\0';
    if (manual_table(line + sizeof mark - 1))
        return 0;
    fprintf(stderr, "tables: no such table: %s\n", line + sizeof mark - 1);
    return 1;
}

static int fill(void)
{
    char line[4096];
    int wrong = 0;

    while (!wrong && fgets(line, sizeof line, stdin))
        wrong = fill_line(line);
    return wrong;
}

static const struct {
    const char *name;
    void (*print)(void);
} outputs[] = {
    {"bash", complete_bash},
    {"zsh", complete_zsh},
    {"fish", complete_fish},
    {"matrix", matrix_markdown},
};

int main(int argc, char **argv)
{
    int wrong = -1;

    if (argc == 2 && strcmp(argv[1], "fill") == 0)
        wrong = fill();
    for (size_t i = 0; argc == 2 && i < sizeof outputs / sizeof *outputs; i++)
        if (strcmp(argv[1], outputs[i].name) == 0) {
            outputs[i].print();
            wrong = 0;
        }
    if (wrong < 0) {
        fprintf(stderr, "usage: tables fill < PAGE | bash | zsh | fish | matrix\n");
        return 2;
    }
    return wrong || fflush(stdout) != 0 || ferror(stdout) ? 1 : 0;
}
