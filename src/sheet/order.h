/* The order of rows, for the files of this room. */
#ifndef SHEET_ORDER_H
#define SHEET_ORDER_H

#include "sheet/sheet.h"

/* As people order names: digits by their number, case ignored; "tx-9" before "tx-10". */
int natural_compare(const char *a, size_t an, const char *b, size_t bn);
/* Sorts stably as the query wants. */
void rows_sort(struct rows *rows, const struct query *q);

#endif
