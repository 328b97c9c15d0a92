/* The printers: table, JSON, CSV. Every list that is ever printed goes through here. */
#ifndef SHEET_PRINT_H
#define SHEET_PRINT_H

#include "sheet/sheet.h"

enum print_format { PRINT_TABLE, PRINT_JSON, PRINT_CSV };
struct print_options {
    enum print_format format;
    const char *view;         /* name for the JSON, */
    const char *status;       /* and a word for all of it, "warning"; NULL: none */
    const size_t *columns;    /* chosen columns, or NULL: all (JSON, CSV), default ones (table) */
    size_t ncolumns;
    int width;                /* of a table; 0: as wide as it wants */
    bool ascii;
    int64_t taken_ms;
};
/* JSON: {view, taken_at, instances: [{name, server_version, edition, absent?}], rows: [{...}]}; times RFC 3339, durations ms, sizes bytes,
 * an absent cell is null and its reason stands in the row's "absent": {column: reason}. A sheet that is missing whole for an instance is
 * told there; one whose rows are not all has "truncated": true and the words. CSV: RFC 4180 with a header, absent empty; cells that begin with = + - @ get a ' in front. Table: header, cleaned text, and a
 * line for each instance whose data is missing. */
void print_rows(struct text *out, const struct model *m, const struct rows *rows, enum sheet_id sheet, uint32_t instance,
                const struct print_options *o);
/* One row, name and value a line (details). */
void print_record(struct text *out, const struct sheet *s, struct row r, bool ascii);

#endif
