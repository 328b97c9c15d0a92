/* The text of EXPLAIN: a query that somebody else wrote, turned into a statement that cannot run it. */
#ifndef NEO4J_EXPLAIN_H
#define NEO4J_EXPLAIN_H

#include "base/error.h"
#include "base/text.h"

/* Appends "EXPLAIN " and the query, with its leading comments dropped, its CYPHER options kept and an EXPLAIN or PROFILE of its own
 * taken away. False with *e and nothing appended: empty, several statements, or a beginning that cannot be read with certainty
 * (escapes, controls). Believes the query in nothing: what follows "EXPLAIN " never begins with PROFILE. */
bool explain_compose(const char *query, struct text *out, struct err *e);

#endif
