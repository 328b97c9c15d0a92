/* The messages of Bolt 3 to 6, by version: what to send, what an answer means. Pure
 * (https://neo4j.com/docs/bolt/current/bolt/message/). Messages are written whole, bolt_chunk() cuts them. */
#ifndef NEO4J_BOLT_MESSAGE_H
#define NEO4J_BOLT_MESSAGE_H

#include "base/error.h"
#include "neo4j/bolt_frame.h"
#include "neo4j/packstream.h"

/* ---- to the server; all append to `out` ---- */

struct bolt_login {
    const char *scheme; /* "none" "basic" "bearer" */
    const char *user;   /* basic */
    const char *secret; /* basic, bearer: `out` is to be wiped by its owner */
};
/* From 5.1 on the login is a message of its own. */
bool bolt_has_logon(struct bolt_version v);
/* agent: "neodeck/1.0"; login counts before 5.1 only. */
void bolt_hello(struct text *out, struct bolt_version v, const char *agent, const struct bolt_login *login);
void bolt_logon(struct text *out, struct bolt_version v, const struct bolt_login *login);
void bolt_goodbye(struct text *out);
void bolt_reset(struct text *out);

struct bolt_run {
    const char *cypher;
    const char *database;           /* NULL: the home database of the user; not sent before 4.0 */
    const char *const *param_names;
    const struct value *params;
    size_t nparams;
    bool reading;                   /* access mode READ */
    int64_t deadline_ms;            /* the server ends it after this; 0: its own */
    const char *tag;                /* parameter TX_TAG_PARAMETER and metadata {app: "neodeck", tag}; NULL: metadata without tag */
};
void bolt_run(struct text *out, struct bolt_version v, const struct bolt_run *run);
/* The next n rows, < 0: all. Bolt 3 only knows all. */
void bolt_pull(struct text *out, struct bolt_version v, int64_t n);
void bolt_discard(struct text *out, struct bolt_version v);
/* Who reads, writes and routes for a database (NULL: the home one); false before 4.3: asked by a procedure there. address: as the
 * client knows the server, "host:port". */
bool bolt_route(struct text *out, struct bolt_version v, const char *address, const char *database);

/* ---- from the server ---- */

enum bolt_said { BOLT_SUCCESS, BOLT_RECORD, BOLT_IGNORED, BOLT_FAILURE, BOLT_NONSENSE };

struct bolt_answer {
    enum bolt_said said;
    struct value about;  /* SUCCESS, FAILURE: a map */
    struct value fields; /* RECORD: a list */
    struct err err;      /* FAILURE: as neo_error() makes it; NONSENSE: what makes no sense */
};
/* Of one whole message; texts lie in the arena. */
void bolt_said(const void *message, size_t n, struct arena *a, struct bolt_answer *out);

/* What HELLO's answer tells. Texts lie in the arena of the answer; "" where it is not said. */
struct bolt_server {
    const char *agent;          /* "Neo4j/5.26.0" */
    const char *connection;     /* "bolt-12" */
    int64_t recv_timeout_s;     /* a sign of life comes at least this often while an answer is outstanding; 0: not promised */
    bool utc;                   /* 4.3 and 4.4: date-times come in UTC */
};
void bolt_server_read(struct value about, struct bolt_server *out);

#endif
