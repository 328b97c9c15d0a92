/* The lines of logs that are held: of each instance, for each of its logs, one window of the file, without a gap and bounded in memory.
 * feed/logs.c fills it; views read it. Lines have numbers that stay while they are held: later ones are greater, what is added in front
 * goes on below; another window is another epoch. */
#ifndef MODEL_LOGBOOK_H
#define MODEL_LOGBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "model/model.h"

enum {
    LOGBOOK_LOGS = 32,                /* of an instance */
    LOGBOOK_LINE_MAX = 64 * 1024,     /* bytes of a line that are kept; the rest is counted only */
    LOGBOOK_WINDOW_MAX = 8 * 1024 * 1024, /* bytes of lines of one log, the oldest (or newest) go first */
    LOGBOOK_FOLLOW_MAX = 512 * 1024       /* and of one that is only followed: who watches its end for weeks needs no more */
};

#define LOGBOOK_NO_TIME INT64_MIN

enum logbook_level { LB_NONE, LB_TRACE, LB_DEBUG, LB_INFO, LB_WARN, LB_ERROR }; /* as enum log_level of neo4j/log_line.h */

struct logbook_line {
    int64_t offset;       /* of its first byte in the file */
    int64_t time_ms;      /* UTC; a line without a stamp has that of the one before; LOGBOOK_NO_TIME */
    const char *text;     /* as it stands in the file, NUL-terminated, not sanitised; of a note its words */
    const char *shown;    /* what a person reads: behind stamp, level, class; JSON unescaped (may hold several lines) */
    uint32_t len, shown_len;
    const char *category, *database; /* "": none */
    uint8_t level;        /* enum logbook_level */
    uint8_t weight;       /* what the line says about the server: 0 nothing, 1 a note, 2 a warning, 3 critical */
    bool continuation;    /* belongs to the line before */
    bool cut;             /* was longer than LOGBOOK_LINE_MAX */
    bool note;            /* ours: "rotated", "truncated", "gone" */
};

enum logbook_state { LB_WAITING, LB_FOLLOWED, LB_HELD /* somewhere in the middle */, LB_GONE, LB_FAILED };

struct logbook_log {
    const char *name;         /* "debug.log" */
    const char *path;         /* or "journal of neo4j.service" */
    bool by_default;          /* shown when nobody chose */
    enum logbook_state state;
    struct err err;           /* FAILED: why; GONE: since when there is none */
    int64_t size;             /* of the file */
    int64_t from, to;         /* the window, in bytes; from 0: the beginning of the file is held */
    size_t memory;            /* bytes that the window takes, of LOGBOOK_WINDOW_MAX */
    int64_t first, end;       /* numbers of the lines: first <= n < end */
    uint64_t epoch;           /* grows when the window is another one: all numbers are new */
    uint64_t generation;      /* grows with every change */
    double lines_per_s;       /* of late */
    int64_t lag_ms;           /* how old the newest line was when it came; -1: not known */
    bool loading;             /* more is on its way */
};

struct logbook;
/* Of an instance; NULL while nobody asked for its logs. */
const struct logbook *model_logbook(const struct model *m, uint32_t instance);
struct logbook *model_logbook_make(struct model *m, uint32_t instance); /* for feed/ */
uint64_t model_logs_generation(const struct model *m);                  /* grows with every change of any */
/* Why there are no logs at all ("its machine is not known ..."), or ERR_NONE. */
const struct err *logbook_err(const struct logbook *b);

size_t logbook_logs(const struct logbook *b);
const struct logbook_log *logbook_log(const struct logbook *b, size_t log);
/* first <= n < end of that log; valid until the next change. */
const struct logbook_line *logbook_line(const struct logbook *b, size_t log, int64_t n);

/* One row of SHEET_LOGS from a line. */
void logbook_row(const struct logbook *b, size_t log, int64_t n, const char *instance_name, struct relation *to);

/* ---- for feed/ ---- */
void logbook_set_err(struct logbook *b, const struct err *e);  /* NULL: well */
/* Found by its name, or made. At most LOGBOOK_LOGS: more give the last one. */
size_t logbook_add(struct logbook *b, const char *name, const char *path, bool by_default);
struct logbook_log *logbook_edit(struct logbook *b, size_t log); /* state, err, size, lines_per_s, lag_ms, loading; counts as a change */
void logbook_clear(struct logbook *b, size_t log, int64_t from); /* a new epoch: an empty window at this place */
/* Only the ends of its logs are looked at: what is appended keeps LOGBOOK_FOLLOW_MAX of each; else, and at first, LOGBOOK_WINDOW_MAX. */
void logbook_end_only(struct logbook *b, bool end_only);
/* At the end of the window; copies. `to`: the offset behind the line with its end. Drops the oldest where it gets too large. */
void logbook_append(struct logbook *b, size_t log, const struct logbook_line *line, int64_t to);
/* In front of the window, the n lines in their order; from: where the first begins. Drops the newest where it gets too large, and
 * says so (false): then the window does not reach the end any more. */
bool logbook_prepend(struct logbook *b, size_t log, const struct logbook_line *lines, size_t n, int64_t from);

#endif
