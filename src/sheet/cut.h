/* What is said of rows that are not all that a server has. */
#ifndef SHEET_CUT_H
#define SHEET_CUT_H

#include "model/model.h"

/* Whether there is anything to be said: rows are there, and more of them elsewhere. */
bool cut_is(const struct relation *r);
/* "4,000 so far, more come"; "first 50,000, the server has more"; "first 4,000 only: WORDS", where WORDS tell what broke off, `brief`
 * in one ("timeout"). False, and nothing is added: it is whole, or not there at all. */
bool cut_words(const struct relation *r, bool brief, struct text *out);
/* "50,000" */
void cut_count(size_t n, struct text *out);

#endif
