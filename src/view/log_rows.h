/* Which lines of logs are seen, and in which order: references to the lines of all shown logs, merged by time, filtered. Lines of one log
 * keep the order of their file whatever their stamps say; a line and its continuations pass or fail together. Work is done in slices. */
#ifndef VIEW_LOG_ROWS_H
#define VIEW_LOG_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/logbook.h"
#include "model/model.h"
#include "sheet/sheet.h"

enum {
    LOG_INSTANCES = 16,        /* that are shown together at most */
    LOG_REFS = 200000,         /* lines that are shown at most: the oldest go first */
    LOG_SLICE = 20000,         /* lines that one update looks at, */
    LOG_SLICE_FILTERED = 12000, /* and with a filter */
    LOG_ENTRY = 5000,          /* lines that are taken for one with its continuations, */
    LOG_JOINED = 64 * 1024     /* and bytes of them that the filter looks at */
};

struct log_ref {
    int64_t time_ms; /* by which it was put in its place; LOGBOOK_NO_TIME: of no known time */
    int64_t n;       /* number of the line */
    uint32_t source;
};

struct log_source {
    uint32_t instance;
    size_t log;
    uint64_t epoch;
    int64_t from, to;  /* numbers of the lines that were looked at: from <= n < to */
    int64_t last_ms;   /* of the last line looked at in front of `to` */
    int64_t early_ms;  /* of the line at `from` */
    int64_t entry;     /* the line that the one in front of `to` belongs to, */
    bool entry_passed; /* and whether that passed */
};

struct log_scope {
    uint32_t instance[LOG_INSTANCES];
    size_t n;
};

/* What is to be seen. */
struct log_query {
    struct log_scope scope;
    const char *names;           /* logs, "debug.log,query.log"; "*" all; NULL: those that are there by default */
    const struct filter *filter; /* or NULL */
    enum logbook_level least;    /* LB_NONE: all */
    bool hold;                   /* take in nothing new */
    bool fold;                   /* a line stands for itself and its continuations */
};

struct log_rows {
    struct log_source *sources;
    size_t nsources, sources_cap;
    struct log_ref *refs; /* `count` of them from `head` on */
    size_t head, count, cap;
    size_t beyond; /* behind them: later than what a log is read up to that is not read to its end */
    struct log_ref *batch;
    size_t nbatch, batch_cap;
    struct relation *scratch; /* one row, for the filter */
    struct text joined;
    bool behind; /* there is more to look at: update again */
    bool full;   /* older lines are held than are shown here */
    bool folded; /* as in the query */
    uint64_t order; /* grows whenever a line may have another place than before, other than by lines added at the end */
};

void log_rows_init(struct log_rows *r);
void log_rows_release(struct log_rows *r);
/* Everything is looked at anew, the newest lines first: the query is another one. */
void log_rows_restart(struct log_rows *r);
void log_rows_update(struct log_rows *r, const struct model *m, const struct log_query *q);

struct log_ref log_rows_ref(const struct log_rows *r, size_t i);
/* The line of a reference; NULL when it is not held any more. Valid until the next change of the model. */
const struct logbook_line *log_rows_line(const struct log_rows *r, const struct model *m, size_t i);
/* Behind the last line that a reference stands for: more than one where continuations are folded into their line. */
int64_t log_rows_end(const struct log_rows *r, const struct model *m, size_t i);
const struct logbook_log *log_rows_log(const struct log_rows *r, const struct model *m, size_t source);
int64_t log_rows_looked_at(const struct log_rows *r); /* lines, before the filter */
/* The first line at or after a time; count when there is none. */
size_t log_rows_at(const struct log_rows *r, int64_t time_ms);

/* ---- log_pass.c ---- */
/* Do the lines [first, end), one with its continuations, pass? */
bool log_passes(struct log_rows *r, const struct model *m, const struct log_query *q, const struct log_source *s, int64_t first,
                int64_t end);
/* Is this log among the names (log_query)? */
bool log_chosen(const char *names, const struct logbook_log *log);
/* How bad a line is: its level, or what it says about the server. LB_NONE .. LB_ERROR. */
enum logbook_level log_severity(const struct logbook_line *line);
/* The line that this one belongs to, and the end of what belongs to that: [first, end). At most LOG_ENTRY lines. */
void log_entry_span(const struct logbook *b, size_t log, int64_t n, int64_t *first, int64_t *end);

#endif
