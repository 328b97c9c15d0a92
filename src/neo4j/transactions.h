/* What the columns of a transaction mean, in the words of each version. Pure helpers for collectors. */
#ifndef NEO4J_TRANSACTIONS_H
#define NEO4J_TRANSACTIONS_H

#include "base/value.h"

enum tx_state { TX_RUNNING, TX_BLOCKED, TX_IDLE, TX_CLOSING, TX_TERMINATING };
const char *tx_state_name(enum tx_state s); /* "running" "blocked" "idle in tx" "closing" "terminating" */

/* From "status", "currentQueryId", "currentQuery" and "currentQueryStatus" ("" before 5) as the server gives them; NULL is "". Open
 * without a query is idle: no version has a status for that. */
enum tx_state tx_state(const char *status, const char *query_id, const char *query, const char *query_status);

/* The ids that a transaction waits for, as the server writes them ("neo4j-transaction-99"; "transaction-12" before 4), from its
 * status or the details of it: "Blocked by: [a, b]". A V_LIST of V_TEXT, empty when it waits for none; at most TX_BLOCKERS_MAX. */
enum { TX_BLOCKERS_MAX = 1000 };
struct value tx_blocked_by(struct arena *a, const char *status, const char *details);

/* "42" of "neo4j-transaction-42" (points into id); id itself when it has no number at its end. */
const char *tx_short_id(const char *id);
/* Whether the text is an id that KILL_TRANSACTION takes: "<database>-transaction-<n>" or "transaction-<n>". */
bool tx_id_valid(const char *id);

/* The parameter that carries neodeck's tag with every statement: the system database refuses metadata, but lists parameters. */
#define TX_TAG_PARAMETER "neodeck"
/* neodeck's own (this one or another): by the column "neodeck" that TRANSACTIONS returns where parameters are listed, by metadata
 * {app: 'neodeck'}, or where neither travels by the text of the query being one of statements.def. */
bool tx_is_own(struct value tag, struct value metadata, const char *query);

#endif
