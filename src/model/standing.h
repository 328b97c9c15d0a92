/* How an open transaction stands to the others: what lists, titles and findings ask of every row of SHEET_TRANSACTIONS. Kept beside the
 * cells: of many rows these lie so far apart that going through them takes longer than all that is then done with them. */
#ifndef MODEL_STANDING_H
#define MODEL_STANDING_H

#include "model/model.h"

enum {
    STANDS_OWN = 1,      /* it is neodeck's */
    STANDS_BLOCKED = 2,  /* it says so */
    STANDS_WAITING = 4,  /* for others that are named */
    STANDS_BLOCKING = 8, /* others wait for it */
    STANDS_IDLE = 16,    /* open, and no query runs in it */
};

#define STANDS_IN_JAM (STANDS_BLOCKED | STANDS_WAITING | STANDS_BLOCKING)

struct standing {
    int64_t elapsed_ms; /* INT64_MIN: not known */
    unsigned flags;
};

/* Takes those of the rows from `first` on: after their cells were written. */
void standing_take(struct relation *r, size_t first);
/* Takes it of a row that had one anew: a cell of it was changed. */
void standing_renew(struct relation *r, size_t row);
/* From the cells of the row. */
struct standing standing_told(const struct relation *r, size_t row);

/* As it was taken, else as the cells tell it. */
static inline struct standing standing_of(const struct relation *r, size_t row)
{
    return row < r->standings.n ? r->standings.s[row] : standing_told(r, row);
}

#endif
