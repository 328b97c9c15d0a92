/* Neo4j over HTTP as pure functions over buffers: what to send, what an answer means. Dialects: JOLT (tx/commit with
 * application/vnd.neo4j.jolt, 4.2 and later), JSON (tx/commit or db/data/transaction/commit, 3.x to 4.1), QUERY (Query API v2,
 * only where tx/commit is not there). */
#ifndef NEO4J_HTTP_H
#define NEO4J_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "base/text.h"
#include "base/value.h"
#include "base/version.h"
#include "neo4j/statements.h"

enum dialect { DIALECT_UNKNOWN, DIALECT_JOLT, DIALECT_JSON, DIALECT_QUERY, DIALECT_BOLT /* not over HTTP: bolt_message.h */ };
const char *dialect_name(enum dialect d); /* "jolt" "json" "query" "bolt" "" */

/* What GET / told (no login needed). Advertised addresses are never an identity. */
struct discovery {
    struct version version;
    char version_text[40];
    enum edition edition;
    enum dialect dialect;       /* the best that it offers */
    char transaction[128];      /* path template, "/db/{databaseName}/tx" or "/db/data/transaction" */
    char query[128];            /* "/db/{databaseName}/query/v2" or "" */
    char bolt[128];             /* as advertised: shown, never connected to */
};
/* False with ERR_SHAPE and words when it is no Neo4j ("this answers HTTP but is no Neo4j: ..."); tells a Neo4j Browser page, a
 * proxy's error page and an empty body apart. */
bool discovery_parse(const char *body, size_t n, struct discovery *out, struct err *e);

/* A statement as one HTTP request. */
struct neo_call {
    enum dialect dialect;
    const struct discovery *server;
    const struct variant *variant;
    const char *database;           /* resolved name ("system", "neo4j", ...) */
    const char *text;               /* EXPLAIN: the query */
    const char *const *param_names;
    const struct value *params;
    size_t nparams;
    bool reading;                   /* ask in READ access mode where the server has it */
    int64_t deadline_ms;            /* max-execution-time where the server takes it; 0 none */
    const char *tag;                /* travels as parameter "neodeck" of the statement, where it is listed; NULL none */
};
struct neo_http {
    struct text path, body;
    const char *headers[10];        /* NULL-terminated, static or in `store` */
    struct text store;
    bool tagged, limited;           /* whether tag and deadline really travel with it on this server line */
    size_t result_index;            /* which result of the answer is ours */
};
bool neo_http_build(struct neo_http *out, const struct neo_call *call, struct err *e);
void neo_http_release(struct neo_http *h);
/* What each line takes over HTTP (for `neodeck info`), proved on real servers. */
bool neo_takes_tag(const struct discovery *d);
bool neo_takes_deadline(const struct discovery *d);
bool neo_takes_read_mode(const struct discovery *d);

/* The rows of an answer. Everything lies in the arena. The answer to EXPLAIN has the operators of the plan as its rows, with the
 * columns of plan.h; "plan" is a line ready to be shown. */
struct neo_result {
    const char *const *names;
    const struct value *cells;
    size_t ncols, nrows;
};
/* Cells: temporal values are TIME (date-times with a zone), DURATION or their text; nodes, relationships and paths maps and lists,
 * points text; what is nested deeper than 40 is absent (TOO_LARGE). A NUL inside a string reads as U+2400.
 * status: of the HTTP answer. False: *e holds the server's code and words (codes.h), ERR_SHAPE when it makes no sense (not JSON, a
 * row of the wrong width, no end: cut), ERR_TOO_LARGE past `max_cells`. Never trusts a byte; safe on a worker thread. */
bool neo_http_decode(enum dialect d, int status, const char *body, size_t n, size_t result_index, size_t max_cells,
                     struct arena *a, struct neo_result *out, struct err *e);

#endif
