/* A filter as it was understood, between its parser and its matcher. */
#ifndef SHEET_FILTER_H
#define SHEET_FILTER_H

#include "sheet/sheet.h"

enum { TERMS_MAX = 32, FILTER_MAX_BYTES = 1024, COLUMNS_SEARCHED = 64 };

enum term_op { OP_CONTAINS, OP_EQUAL, OP_LESS, OP_LESS_EQUAL, OP_GREATER, OP_GREATER_EQUAL, OP_REGEX };

struct regex;

struct term {
    int column; /* -1: any column that is shown as text */
    enum term_op op;
    bool negated, case_matters;
    bool timely;     /* the pattern can be a part of a time as it is written */
    bool has_number; /* the pattern is a number in the unit of the column */
    double number;
    char *pattern; /* "" passes everything that is there */
    struct regex *regex;
};

struct filter {
    const struct sheet *sheet;
    size_t searched[COLUMNS_SEARCHED], nsearched; /* columns that words alone look at */
    struct term term[TERMS_MAX];
    size_t count;
};

/* NULL with words that say where it is wrong. */
struct regex *regex_new(const char *pattern, bool case_matters, struct err *e);
void regex_free(struct regex *r);
/* False also when the search was given up because it would take too long. */
bool regex_match(struct regex *r, const char *s, size_t n);
/* A pass over a list begins: a pattern that was given up gets another chance. */
void filter_begin(const struct filter *f);

#endif
