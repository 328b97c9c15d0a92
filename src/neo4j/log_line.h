/* One line of a log: neo4j.log, debug.log, query.log, security.log, http.log, plain or JSON, and gc.log of Java 8 and later.
 * Pure and without allocation: everything points into the line. Any bytes; of a long line only the beginning is looked at. */
#ifndef NEO4J_LOG_LINE_H
#define NEO4J_LOG_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/text.h"
#include "neo4j/scan.h"

enum log_format {
    LOG_FORMAT_UNKNOWN, /* none of these yet: each line is tried as everything */
    LOG_FORMAT_PLAIN,   /* 2026-11-22 15:14:35.757+0000 WARN  [o.n.k.i.JvmChecker] ... */
    LOG_FORMAT_JSON,    /* {"time":"...","level":"INFO",...}; the names of GELF, ECS and Google's layout are known, too */
    LOG_FORMAT_GC,      /* [0.043s][info][gc] GC(0) Pause ...   Java 9 and later */
    LOG_FORMAT_GC8,     /* 2026-11-22T13:31:13.040+0000: 0.874: ...   Java 8 */
    LOG_FORMAT_PACKED,  /* gzip, zip, zstd, xz: a rotated log that has to be unpacked first */
    LOG_FORMAT_BINARY   /* no text at all */
};

enum log_level { LOG_LEVEL_NONE, LOG_LEVEL_TRACE, LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

enum {
    LOG_LOOK_MAX = 8 * 1024,    /* bytes of a line that are looked at */
    LOG_DETECT_MAX = 64 * 1024, /* bytes of a file that decide about its format */
    LOG_TEXT_MAX = 64 * 1024    /* bytes of a message that log_line_text takes */
};

#define LOG_TIME_NONE INT64_MIN /* no stamp was seen yet */

struct log_line {
    int64_t time_ms;       /* UTC, or since the start of the Java machine (since_start); a continuation has that of the last stamp */
    size_t message;        /* offset in the line: behind stamp, level, class and database; JSON: of the text, escapes as they are */
    size_t message_len;    /* JSON: up to the closing quote (or as far as it was looked at); else the rest of the line */
    struct slice category; /* class, or the type of a JSON line; "" */
    struct slice database; /* "" */
    uint8_t level;         /* enum log_level; a continuation has that of the last stamp */
    bool continuation;     /* no stamp: belongs to the line before */
    bool since_start;
    bool json;
};

/* What is carried from line to line; zero-initialised but for the format. Lines must come in their order. */
struct log_reader {
    enum log_format format;
    uint8_t level;
    bool began, since_start;
    int64_t time_ms;
    char day[10]; /* the last date, and its beginning: most lines are of one day */
    int64_t day_ms;
};

/* The format by the first bytes of a file (or of any place in it). UNKNOWN: nothing there that looks like a log yet. */
enum log_format log_format_detect(const char *bytes, size_t n);
/* "warn", "warning", "W": also of other layouts; NONE: unknown. Case does not matter. */
enum log_level log_level_parse(const char *s, size_t n);

/* One line without its end. *out is filled always. */
void log_reader_line(struct log_reader *r, const char *line, size_t n, struct log_line *out);

/* Appends what a person wants to read: the message, JSON unescaped, with what a query or security line says beside it, and the stack
 * trace on lines of its own. Not sanitised. */
void log_line_text(const char *line, size_t n, const struct log_line *l, struct text *out);

#endif
