/* What rooms speak through: one tagged question, one reply type. Guard, recorder, replayer and fault injector are ports
 * over a port; store/ and link/ are ports at the end. */
#ifndef PORT_PORT_H
#define PORT_PORT_H

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/ids.h"
#include "base/value.h"
#include "base/error.h"

typedef uint64_t ticket; /* 0 is none */

struct param {
    const char *name;
    struct value value;
};

/* A row of statements.def with its arguments. The Cypher is not carried: link/ takes the variant that fits the server from
 * the table, so what leaves is what the table says. */
struct statement {
    enum statement_id id;
    const char *database;       /* for variants whose database is GIVEN; else NULL */
    const char *text;           /* EXPLAIN only: the query whose plan is wanted */
    const struct param *params;
    size_t nparams;
};

/* One line of the audit log (times in ms). All texts may be NULL. */
struct audit {
    int64_t time_ms, took_ms;
    const char *owner, *instance, *address, *action, *target, *parameters, *before, *result, *words;
};

enum ask_kind {
    ASK_STATEMENT, /* one reply with the rows, last */
    ASK_STATE,     /* a reply with .state now and at each change, until cancelled */
    ASK_RETRY,     /* connect again now; also lifts the credential breaker of the instance: a person acted */
    ASK_AUDIT,     /* write one audit line; the reply is last and has err when it could not be made durable */
    ASK_HISTORY,   /* the newest .limit audit lines, newest first, columns as the sheet HISTORY (names) */
    ASK_REMEMBER,  /* keep .text in the history of the prompt .name */
    ASK_RECALL,    /* the newest .limit lines of the prompt .name, one column */
};

struct ask {
    enum ask_kind kind;
    uint32_t instance;    /* number given by link_add; 0xffffffff: none */
    int64_t deadline_ms;  /* 0: the table's */
    size_t max_bytes;     /* of an answer; 0: 16 MB */
    union {
        struct statement statement;
        const struct audit *audit;
        struct {
            const char *name, *text;
            unsigned limit;
        } line;
    } u;
};

enum phase { PHASE_CONNECTING, PHASE_UP, PHASE_SLOW, PHASE_STARTING, PHASE_RECOVERING, PHASE_STALE, PHASE_DOWN, PHASE_NOT_BUILT };
enum login { LOGIN_UNKNOWN, LOGIN_OK, LOGIN_REFUSED, LOGIN_LOCKED, LOGIN_EXPIRED, LOGIN_SUSPENDED, LOGIN_TOKEN_EXPIRED,
             LOGIN_OFF, LOGIN_NEEDED };

/* As a person reads them: "not built", "token expired"; login "" while unknown. */
const char *phase_name(enum phase p);
const char *login_name(enum login l);

/* What link/ knows of an instance. Texts live as long as the reply call. */
struct instance_state {
    enum phase phase;
    enum login login;
    const char *version, *edition;  /* "" while unknown; edition "enterprise" or "community" */
    const char *server_id;          /* "" where the server has none (before 4.4) */
    const char *protocol;           /* "jolt" "json" "query" or "" */
    const char *tls;                /* "verified" "insecure" "none" */
    const char *message;            /* what is wrong and what happens next, or "" */
    int64_t latency_ms;             /* of the last answer; -1: none yet */
    int64_t since_ms, next_try_ms;  /* wall clock; next_try 0: none planned */
    int64_t answered_ms;            /* wall clock of the last good answer; 0: never */
};

struct reply {          /* lives for the call only: copy what you keep */
    ticket id;
    const char *const *names;      /* ncols */
    const struct value *cells;     /* nrows * ncols, row-major */
    size_t ncols, nrows;
    const struct instance_state *state; /* ASK_STATE */
    bool last;                     /* exactly one reply of a ticket has it (also after cancel) */
    const struct err *err;         /* NULL: well */
    int64_t elapsed_ms;
    int64_t connection;            /* equal numbers: the same connection to the server; 0: unknown */
};

typedef void reply_fn(void *ctx, const struct reply *r);

/* Index of a column of an answer by the server's name; -1. */
long reply_column(const struct reply *r, const char *name);
/* The cell, or absent ABSENT_VERSION where there is no such column or row. */
struct value reply_cell(const struct reply *r, size_t row, const char *name);

struct port {
    void *self;
    /* Never calls `fn` from inside. The ask and what it points to may go after the call. */
    ticket (*submit)(void *self, const struct ask *a, reply_fn *fn, void *ctx);
    void (*cancel)(void *self, ticket id); /* the last reply still comes (ERR_CANCELLED or the answer); unknown ids are ignored */
};

static inline ticket port_submit(const struct port *p, const struct ask *a, reply_fn *fn, void *ctx)
{
    return p->submit(p->self, a, fn, ctx);
}
static inline void port_cancel(const struct port *p, ticket id)
{
    p->cancel(p->self, id);
}

/* Effect of a statement, from statements.def; an unknown id CHANGES. Every ask that is no statement READS, but ASK_AUDIT
 * which is always allowed. */
enum effect statement_effect(enum statement_id id);
enum effect ask_effect(const struct ask *a);
const char *statement_name(enum statement_id id);            /* "TRANSACTIONS" */
enum statement_id statement_by_name(const char *name);       /* STMT_NONE */
int64_t statement_deadline_ms(enum statement_id id);

/* A copy that outlives the call: texts, parameters and the audit line lie in the arena. */
struct ask ask_copy(struct arena *a, const struct ask *from);

#define INSTANCE_NONE UINT32_MAX

/* Decorators that answer by themselves need a way to call back later, never from inside submit: the caller gives one. */
struct later {
    void *self;
    void (*call)(void *self, void (*fn)(void *), void *data); /* fn runs once, soon, not from inside */
};

#endif
