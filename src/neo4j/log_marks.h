/* What a line of a log says about the state of a server: the table log_marks.def. */
#ifndef NEO4J_LOG_MARKS_H
#define NEO4J_LOG_MARKS_H

#include "neo4j/log_line.h"

enum log_mark {
    LOG_MARK_NONE,
#define MARK(id, how, text, also, ms, n, name, from, weight, help) LOG_MARK_##id,
#include "tables/log_marks.def"
#undef MARK
    NLOG_MARKS
};

enum log_weight { LOG_WEIGHT_NOTE, LOG_WEIGHT_WARNING, LOG_WEIGHT_CRITICAL };

/* All slices point into the line, escapes of JSON as they are. */
struct log_found {
    enum log_mark mark;
    int64_t ms;        /* -1: none */
    int64_t n;         /* -1: none */
    struct slice name; /* user, version, database, reason; "": none */
    struct slice from; /* address; "": none */
};

/* The mark of a line that log_reader_line has read. False: it is none, and *out is untouched. */
bool log_mark_find(const char *line, const struct log_line *l, struct log_found *out);
const char *log_mark_help(enum log_mark m);
enum log_weight log_mark_weight(enum log_mark m);

#endif
