/* What no server names, computed from the rows of an answer and from what else is known of the instance. */
#ifndef FEED_FINISH_H
#define FEED_FINISH_H

#include "feed/inside.h"

/* A row that may be written to. */
static inline struct value *finish_row(struct relation *rel, size_t row)
{
    return rel->cells + row * rel->ncols;
}
/* An absent cell gets a better reason than the one it has. */
void finish_because(struct value *cell, enum absent from, enum absent to);
/* Community has no such thing: what it leaves empty there is not empty but Enterprise only. */
void finish_enterprise(const struct source *s, struct value *row, const size_t *columns, size_t n);
bool finish_community(const struct source *s);

/* finish.c: the rows from `first` on, which r brought: all that can be told of each by itself. Once for each row, while they come, so that
 * little is left to do when the last has come. */
void finish_part(struct feed *f, struct source *s, struct relation *rel, size_t first, const struct reply *r);
/* After that: what only the rows together tell. May be done again when more have come. */
void finish_rows(struct feed *f, struct source *s, struct relation *rel);

/* finish_transactions.c */
void finish_transactions_part(struct source *s, struct relation *rel, size_t first, const struct reply *r);
void finish_transactions(struct source *s, struct relation *rel);
void finish_transaction(struct feed *f, struct relation *rel, size_t first);

/* finish_schema.c */
void finish_indexes(struct feed *f, struct source *s, struct relation *rel);
void finish_constraints(struct relation *rel, size_t first);

/* locks.c: SHEET_LOCKS anew, from what SHEET_TRANSACTIONS of the instance is now. */
void locks_publish(struct feed *f, uint32_t instance);
/* For tests: the tree of those who wait for each other, from rows of SHEET_TRANSACTIONS. */
struct relation *locks_of(const struct relation *transactions);

/* population.c: how fast indexes are populated, from what was seen of late. */
struct population;
void population_begin(struct population **p);
/* A place in time: false while nothing can be said of the rate. */
bool population_seen(struct population *p, const char *database, const char *index, double percent, int64_t mono_ms, double *per_minute,
                     int64_t *eta_ms);
void population_end(struct population *p); /* forgets those that were not seen since population_begin */
void population_free(struct population *p); /* accepts NULL */

/* parts.c: sheets that take two statements, one after the other. */
bool parts_of(enum sheet_id sheet);
void parts_take(struct feed *f, struct task *t, const struct reply *r); /* rows of the one that is asked */
void parts_next(struct feed *f, struct task *t, const struct reply *r); /* it is over */

#endif
