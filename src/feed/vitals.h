/* What the ends of logs tell of how a server fares: bytes in, no questions. Bounded, whatever the logs say. */
#ifndef FEED_VITALS_H
#define FEED_VITALS_H

#include "neo4j/log_marks.h"

enum { VITALS_PAUSES = 256, VITALS_LOGINS = 512, VITALS_ALARMS = 16, VITALS_WORDS = 160, VITALS_SPAN_MS = 60 * 60 * 1000 };

struct vital_pause {
    int64_t at_ms, ms;
};
struct vital_login {
    int64_t at_ms;
    char user[64], from[64]; /* "": not said */
};
struct vital_alarm {
    int64_t at_ms; /* the last */
    enum log_mark mark;
    unsigned times;
    char database[64]; /* "": none, or several */
};

/* Zero-initialised is empty. Times are UTC in ms; 0: no log told of it. */
struct vitals {
    int64_t started_ms, stopped_ms, start_failed_ms;
    char start_failed[VITALS_WORDS]; /* the server's words */
    int64_t checkpoint_ms, checkpoint_took_ms, checkpoint_began_ms, checkpoint_failed_ms;
    struct vital_pause pauses[VITALS_PAUSES]; /* of the last hour, where there are too many the longest */
    size_t npauses;
    struct vital_login logins[VITALS_LOGINS]; /* refused ones of the last hour, at least the newest */
    size_t nlogins;
    struct vital_alarm alarms[VITALS_ALARMS]; /* critical lines of the last hour, one for each mark */
    size_t nalarms;
};

/* How far one log was read. Zero-initialised: nothing yet. */
struct vitals_log {
    struct log_reader reader;
    int64_t inode, offset; /* of the next byte to be read */
    bool began;            /* offset counts */
};

/* Bytes as they stand in that log from `from` on; jvm_started_ms (0: not known) for logs that count from there. Takes whole lines,
 * and moves log->offset behind the last; `size`: of the file. The first bytes ever begin within a line, unless from is 0. */
void vitals_read(struct vitals *v, struct vitals_log *log, int64_t from, const char *bytes, size_t n, int64_t jvm_started_ms);
/* One line without its end, where no file has it (the journal); its time is known. */
void vitals_line(struct vitals *v, struct log_reader *r, const char *line, size_t n, int64_t time_ms);
/* Drops what is older than an hour. */
void vitals_prune(struct vitals *v, int64_t wall_ms);
/* The longest pause that is held; NULL: none. */
const struct vital_pause *vitals_pause(const struct vitals *v);
/* "support from 10.0.0.7 (3), neo4j from 10.0.0.8": the most frequent first, at most three. */
void vitals_logins(const struct vitals *v, struct text *out);

#endif
