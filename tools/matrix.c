/* Feature by version and edition, as the program itself decides it. */
#include <stdio.h>
#include <string.h>

#include "neo4j/statements.h"
#include "tools/out.h"
#include "tools/rows.h"

/* The lines in which anything differs; a new one shows in the matrix as soon as a row of the tables begins with it. */
static const struct {
    const char *title, *version;
} lines[] = {
    {"3.4", "3.4.18"}, {"3.5", "3.5.35"}, {"4.0, 4.1", "4.1.12"},    {"4.2, 4.3", "4.3.23"},
    {"4.4", "4.4.48"}, {"5", "5.26.30"},  {"2025, 2026", "2026.08.1"},
};

enum { NLINES = sizeof lines / sizeof *lines };

static const char *verdict(enum capability c, const char *version, const char *enterprise)
{
    struct version v;

    version_parse(version, &v);
    if (capability_has(c, v, EDITION_COMMUNITY, NULL, NULL))
        return "yes";
    return capability_has(c, v, EDITION_ENTERPRISE, NULL, NULL) ? enterprise : "-";
}

/* What only looks at one of something that is listed anyway says nothing new. */
static bool tells(const struct capability_line *c)
{
    return c->id != CAP_TRANSACTION && c->id != CAP_CONNECTION && c->id != CAP_OWN_TRANSACTIONS;
}

void matrix_markdown(void)
{
    printf("| |");
    for (size_t i = 0; i < NLINES; i++)
        printf(" %s |", lines[i].title);
    printf("\n|---|");
    for (size_t i = 0; i < NLINES; i++)
        printf("---|");
    printf("\n");
    for (size_t c = 0; c < ncapabilities; c++) {
        if (!tells(&capabilities[c]))
            continue;
        printf("| %s |", capabilities[c].name);
        for (size_t i = 0; i < NLINES; i++)
            printf(" %s |", verdict(capabilities[c].id, lines[i].version, "Enterprise"));
        printf("\n");
    }
}

void matrix_manual(void)
{
    printf("|[\n");
    for (size_t i = 0; i < NLINES; i++)
        printf(":[ *%s*\n", lines[i].title);
    for (size_t c = 0; c < ncapabilities; c++) {
        if (!tells(&capabilities[c]))
            continue;
        printf("|  ");
        scdoc(0, capabilities[c].name);
        printf("\n");
        for (size_t i = 0; i < NLINES; i++)
            printf(":[ %s\n", verdict(capabilities[c].id, lines[i].version, "Ent."));
    }
    printf("\n");
}
