/* Looking up columns by what people type, for the files of this room. */
#ifndef SHEET_COLUMNS_H
#define SHEET_COLUMNS_H

#include "sheet/sheet.h"

/* Index of the column that the n bytes at name mean: its name, a usual other name (db, user, id), an unambiguous beginning of
 * the name or of a word of it. -1 with words that name what there is. */
int column_find(const struct sheet *s, const char *name, size_t n, struct err *e);
/* Index of the column of exactly that name, -1 when the sheet has none: "instance", "own". */
int column_named(const struct sheet *s, const char *name);

#endif
