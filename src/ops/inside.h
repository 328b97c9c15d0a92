/* What the files of this room share. Each target goes its own way, step by step; an op has at most one ask open. */
#ifndef OPS_INSIDE_H
#define OPS_INSIDE_H

#include "ops/ops.h"

enum step {
    STEP_PLAN_SERVER,  /* which server answers */
    STEP_PLAN_READ,    /* the target as it is now */
    STEP_PLAN_RECORD,  /* the plan says no: into the audit log */
    STEP_READY,        /* waits for a person */
    STEP_REQUEST,      /* "requested" into the audit log; without that nothing is sent */
    STEP_RUN_SERVER,   /* is it still the same server */
    STEP_RUN_READ,     /* is it still the same target */
    STEP_KILL,
    STEP_FOLLOW,       /* until it is gone */
    STEP_RECORD,       /* the end, into the audit log */
    STEP_OVER,
    NSTEPS
};

/* What the console keeps to itself about a target. */
struct side {
    enum step step;
    int64_t not_before_ms;  /* monotonic: the next ask is not sent sooner */
    int64_t began_ms;       /* monotonic, when it was confirmed */
    int64_t wait_ms;        /* between two looks while it is followed */
    int64_t lost_ms;        /* monotonic, since when it cannot be looked at; 0: it can */
    unsigned busy;          /* ERR_BUSY in a row */
    enum op_stage final;    /* what it becomes once that is recorded */
    char started[64];       /* as the server prints it */
    char server[256];       /* ids of the servers that host system, "" where there are none */
    int64_t connection;     /* that told the server id before the kill */
    char outer[160];        /* the transaction that opened this inner one */
    char status[200];
    bool own, idle, killed, other_connection;
    char said[160];         /* the server's words about the kill */
};

struct op {
    struct op *next;
    struct ops *ops;
    unsigned id;
    enum op_kind kind;
    enum op_stage stage;
    struct err err;
    struct op_target *targets;
    struct side *sides;
    size_t n;
    char *expect;
    struct op_call *open;
    size_t cursor;        /* the target that the open ask is about */
    op_news *news;
    void *data;
    bool confirmed, dropped;
    bool changed;         /* somebody should be told */
};

/* Told by the open ask; outlives the op when it must: the last reply always comes. */
struct op_call {
    struct op *op; /* NULL: nobody waits any more */
};

struct ops {
    struct port servers, store;
    struct op_rules rules;
    struct op *list;
    unsigned last;
    void (*wake)(void *);
    void *wake_data;
};

/* target.c: the target as the server shows it, by identity */
/* The row of an answer to STMT_TRANSACTION or STMT_CONNECTION that has this id; -1: none. */
long target_row(const struct op *op, const struct op_target *t, const struct reply *r);
/* True when it is the one that was chosen; else *e says whose it is. What the target does not know yet (no time, no user: a bare id
 * was given) is taken over from the row. */
bool target_same(const struct op *op, struct op_target *t, struct side *s, const struct reply *r, size_t row, struct err *e);
void target_refresh(const struct op *op, struct op_target *t, struct side *s, const struct reply *r, size_t row);
const char *target_short_id(const struct op_target *t); /* "42" of neo4j-transaction-42 */
bool target_is_system(const struct op_target *t);

/* steps.c */
void steps_begin(struct op *op, size_t i, enum step step);
bool steps_ask(struct op *op, size_t i);                            /* send what the step wants */
bool step_is_at_rest(enum step s);                                  /* nothing to send: waits for a person, or over */

/* record.c */
ticket record_submit(struct op *op, size_t i, const char *result, reply_fn *fn, void *ctx);

/* words.c */
const char *op_verb(const struct op *op);                     /* "kill transaction" */
void op_set_expect(struct op *op);

/* ops.c */
void op_fail_target(struct op *op, size_t i, enum op_stage stage, const struct err *e); /* goes on to be recorded */
void op_went_on(struct op *op); /* after each answer: what is next, who is told; may free the op */
struct op *op_find(const struct ops *o, unsigned id);

#endif
