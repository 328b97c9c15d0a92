/* The rows of an answer while they are collected: width and number are checked as they come. */
#ifndef NEO4J_ROWS_H
#define NEO4J_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include "neo4j/http.h"

struct cJSON;

struct rows {
    struct arena *arena;
    struct err *e;       /* where the words go; may be NULL */
    size_t max_cells;
    const char **names;  /* in the arena; NULL until rows_names */
    size_t ncols, nrows, filled;
    struct value *cells; /* malloc'ed */
    size_t cap;
};

enum { COLUMNS_MAX = 1000 };

/* Column names from a list of strings, plain or {"U": "..."}. False with *e. */
bool rows_names(struct rows *r, const struct cJSON *list);
/* One cell after the other, then the end of the row. False with *e: too many cells, or not as many as there are names. */
bool rows_cell(struct rows *r, struct value v);
bool rows_end(struct rows *r);
/* Moves the cells into the arena and fills *out; rows_drop forgets them instead. */
void rows_finish(struct rows *r, struct neo_result *out);
void rows_drop(struct rows *r);

/* err_set with ERR_SHAPE; the words say that the answer makes no sense and why. */
bool shape_error(struct err *e, const char *why);

#endif
