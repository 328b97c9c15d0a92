/* Bytes of a file that come in pieces, cut to lines, and what each line means. Asks nobody. */
#ifndef FEED_LOG_STRAND_H
#define FEED_LOG_STRAND_H

#include "model/logbook.h"
#include "neo4j/log_line.h"

enum { LOG_WORD_MAX = 128 };

/* What lines are made with, one for all strands of a log; zero-initialised, but shown needs text_init. */
struct line_maker {
    struct text shown;      /* of a JSON line */
    char category[LOG_WORD_MAX], database[LOG_WORD_MAX];
    int64_t started_ms;     /* of the process: times that count from its start; 0: not known */
};

/* One file, read on and on. Zero-initialised it begins at the beginning of a file. */
struct strand {
    int64_t inode;
    int64_t at;             /* of the next byte */
    int64_t line_at;        /* where the line that is not finished began */
    char *part;             /* its bytes so far, at most LOGBOOK_LINE_MAX; NULL: none */
    size_t part_len;
    bool over;              /* it is longer than is kept */
    bool headless;          /* begun in the middle of a line: up to its end nothing counts */
    bool detected;
    bool packed;            /* no text: a file that has to be unpacked first */
    struct log_reader reader;
    int64_t fed_ms;         /* monotonic, for the owner */
};

/* A line lives for the call only. `to`: the offset behind its end. */
typedef void strand_fn(void *data, const struct logbook_line *l, int64_t to);

/* The next n bytes, which stand at s->at. */
void strand_feed(struct strand *s, struct line_maker *m, const char *bytes, size_t n, strand_fn *fn, void *data);
/* No more is to come: what was begun is a line, too. */
void strand_end(struct strand *s, struct line_maker *m, strand_fn *fn, void *data);
bool strand_unfinished(const struct strand *s);
/* Forgets what was begun; at another place of maybe another file. The format and the newest stamp stay when it is the same file. */
void strand_move(struct strand *s, int64_t inode, int64_t at, bool headless);
void strand_release(struct strand *s);

/* One line without its end, as the logbook has it. Its texts point into `text` and `m`. */
struct logbook_line line_of(struct line_maker *m, struct log_reader *r, const char *text, size_t n, int64_t offset);

#endif
