/* The fault injector: a port that is slow, silent or answers with errors, by rules. For tests; has no timer, its owner steps it. */
#ifndef PORT_FAULT_H
#define PORT_FAULT_H

#include "port/port.h"

enum fault_kind {
    FAULT_DELAY, /* the ask goes on only after `ms` */
    FAULT_DROP,  /* no answer: ERR_TIMEOUT when the ask's deadline is over (its own, the table's, or `ms`) */
    FAULT_FAIL,  /* an error of kind `err` with `words`, after `ms` */
};

struct fault_rule {
    enum fault_kind kind;
    enum statement_id statement; /* STMT_NONE: any statement */
    uint32_t instance;           /* INSTANCE_NONE: any */
    unsigned times;              /* how often it strikes; 0: always */
    int64_t ms;
    enum err_kind err;
    const char *words;
};

struct fault;
/* The rules are copied, their words are not. The first rule that fits strikes; all but statements passes. */
struct fault *fault_new(struct port inner, const struct fault_rule *rules, size_t n);
void fault_free(struct fault *f); /* what it holds gets its last reply; what it passed on stays with the inner port */
struct port fault_port(struct fault *f);
/* Does what is due; milliseconds until the next, -1: nothing is held. */
int64_t fault_step(struct fault *f, int64_t mono_ms);

#endif
