/* What is changed: plan, run, verify, record, for each action. An op is stepped (no timer), and talks to ports only. */
#ifndef OPS_OPS_H
#define OPS_OPS_H

#include "base/text.h"
#include "model/model.h"
#include "port/port.h"

/* Where an op stands; texts live until the next step. */
enum op_stage { OP_PLANNING, OP_PLANNED, OP_REFUSED, OP_RUNNING, OP_VERIFYING, OP_DONE, OP_FAILED };

struct op_target {          /* identity, as the row had it when the action was chosen */
    uint32_t instance;
    char id[160];           /* "neo4j-transaction-42", "bolt-7" */
    char user[128];
    char database[128];
    int64_t started_ms;     /* start or connect time, wall clock; 0 unknown */
    int64_t elapsed_ms;     /* as shown */
    char query[512];        /* as shown, cut */
    bool hidden;            /* marked, but the filter hides it: the dialog lists it */
    /* filled by the plan and the run: */
    enum op_stage stage;
    struct err err;         /* why refused or failed, or the server's words when done */
};

enum op_kind { OP_KILL_TRANSACTION, OP_KILL_CONNECTION };

struct op_rules {           /* asked at plan and again at run */
    void *data;
    bool (*read_only)(void *data, uint32_t instance);
    bool (*critical)(void *data, uint32_t instance);
    const char *(*instance_name)(void *data, uint32_t instance);
    const char *(*instance_address)(void *data, uint32_t instance);
    const char *owner;      /* the session's owner for the audit line */
};

struct ops;
struct ops *ops_new(struct port servers, struct port store, struct op_rules rules);
void ops_free(struct ops *o);

/* Step it (ops_step) after op_plan, op_confirm and op_drop, and whenever the time that it gave is over.
 *
 * Begins the plan: re-reads each target by identity. Returns a number for the op; `news` is called at each change of its stage (never
 * from inside). At OP_PLANNED it waits for op_confirm or op_drop. Targets are copied. */
typedef void op_news(void *data, unsigned op);
unsigned op_plan(struct ops *o, enum op_kind kind, const struct op_target *targets, size_t n, op_news *news, void *data);
enum op_stage op_stage(const struct ops *o, unsigned op);
const struct op_target *op_targets(const struct ops *o, unsigned op, size_t *n);
const struct err *op_error(const struct ops *o, unsigned op); /* of the op as a whole */
/* As text lines, in two parts because several ops may stand in one dialog: the targets with what cannot be done, and what happens when it
 * is confirmed ("" when nothing can be). */
void op_describe_targets(const struct ops *o, unsigned op, struct text *out);
void op_describe_run(const struct ops *o, unsigned op, struct text *out);
/* What must be typed ("yes", "42", or the instance's name): alternatives separated by '|'; "" when nothing can be confirmed. */
const char *op_expect(const struct ops *o, unsigned op);
void op_confirm(struct ops *o, unsigned op); /* run: audit first (requested), then the server, then follow until gone */
void op_drop(struct ops *o, unsigned op);    /* not confirmed: recorded as refused when it was planned; forgets it. One that
                                              * runs goes on to its end without telling anybody, then it is forgotten */
/* Confirmed, and every target that goes on stands in the audit log as requested. */
bool op_requested(const struct ops *o, unsigned op);
size_t ops_running(const struct ops *o);     /* ops in RUNNING or VERIFYING */
/* Progress in a line: "killing 42 on prod-1, 3.1s: terminating". */
void op_progress(const struct ops *o, unsigned op, struct text *out);
/* Sends re-reads that are due; milliseconds until the next wanted step, -1 none. */
int64_t ops_step(struct ops *o, int64_t mono_ms);
/* Some op has asked something and waits for the answer: nothing more happens until it comes. */
bool ops_waiting(const struct ops *o);
/* Called when an answer came and a step may be wanted sooner than the last one said. */
void ops_on_wake(struct ops *o, void (*fn)(void *), void *data);

#endif
