/* The three printers, for the files of this room. */
#ifndef SHEET_PRINTERS_H
#define SHEET_PRINTERS_H

#include "sheet/print.h"

enum { PRINTED_COLUMNS = 64 };

/* What is printed, worked out once. */
struct printing {
    struct text *out;
    const struct model *m;
    const struct rows *rows;
    const struct sheet *sheet;
    uint32_t instance;
    const struct print_options *o;
    size_t columns[PRINTED_COLUMNS], ncolumns;
    int instance_column; /* -1: the sheet has none */
};

void print_json(const struct printing *p);
void print_csv(const struct printing *p);
void print_table(const struct printing *p);

/* Name of the instance of a row, also where the cell is absent. */
const char *printing_instance(const struct printing *p, struct row r);
/* The instances in question: from *first on, how many. */
uint32_t printing_instances(const struct printing *p, uint32_t *first);
/* True when an instance should have the sheet and there is no data (missing or never asked); *why gets the reason. The console's own
 * sheets can be missing for MODEL_NO_INSTANCE only: an audit log that cannot be read. */
bool printing_missing(const struct printing *p, uint32_t instance, enum absent *why, const char **words);

#endif
