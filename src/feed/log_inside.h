/* What the files about logs share. A trail is one log of one instance: what is held of it in the logbook, and how more is had.
 *
 *   logs.c         who looks at what; when which trail is to do something
 *   log_trail.c    trails: lines into the logbook, what was read from which file, asks and their replies
 *   log_follow.c   what is appended, through rotation and truncation
 *   log_files.c    the files of a log in their order: the one that is written, and those it was before
 *   log_more.c     more in front of what is held, and behind it
 *   log_jump.c     to a time
 *   log_journal.c  the journal of a unit
 *   log_strand.c   bytes to lines */
#ifndef FEED_LOG_INSIDE_H
#define FEED_LOG_INSIDE_H

#include "feed/inside.h"
#include "feed/log_strand.h"
#include "model/logbook.h"

enum {
    LOG_TAIL = 256 * 1024,  /* of a log that is opened, and of each step back */
    LOG_SLICE = 64 * 1024,  /* of one reply: what is made of it takes a millisecond or two */
    LOG_PROBE = 64 * 1024,
    LOG_STRANDS = 9,        /* the file that is written and those that may get late lines, as many as host/ follows */
    LOG_SEGMENTS = 32,
    LOG_RATE_SECONDS = 5,
    LOG_FILES_MOST = 5000,  /* entries of a directory of logs */
    LOG_SHORT = 64 * 1024,  /* a file that was rotated only lately */
};

struct trail;
typedef void log_fn(struct trail *t, const struct reply *r);

/* An ask. Outlives its trail until the last reply has come. */
struct log_call {
    struct trail *trail; /* NULL: nobody waits for it */
    struct log_call **place;
    ticket id;
    log_fn *fn;
};

/* From the line `first` on the window has lines of this file. */
struct segment {
    int64_t first;
    int64_t inode; /* 0: what was there is gone (truncated) */
};

/* A file of a log. */
struct log_place {
    char *path;
    int64_t inode, size, mtime_ms;
    bool packed;
};

struct log_places {
    struct log_place *list; /* the oldest first */
    size_t n, cap;
};

/* What a trail does besides, or instead of, following. */
enum log_errand { ERRAND_NONE, ERRAND_EARLIER, ERRAND_LATER, ERRAND_JUMP };

struct trail {
    struct logs *logs;
    size_t log;             /* in the logbook */
    char *path, *unit;      /* one of them */
    bool wanted;
    bool settled;           /* had its first lines, or there are none */
    bool held;              /* the window is somewhere in the middle: nothing is appended */
    int64_t left_ms;        /* monotonic: since when nobody looks */
    int64_t retry_ms;       /* monotonic: not before */
    enum host_as as;
    uint64_t jump;          /* the wish that was followed */
    struct line_maker maker;

    struct log_call *follow;
    bool first_reply;       /* is yet to come */
    bool resumed;
    bool caught_up;         /* the end of the file was reached once: from now on what comes is new */
    struct strand strands[LOG_STRANDS]; /* [0]: at the end of the window */
    struct segment segments[LOG_SEGMENTS];
    size_t nsegments;
    uint32_t counts[LOG_RATE_SECONDS + 1]; /* lines by second */
    int64_t second;

    struct log_call *ask;   /* of the errand or the journal */
    enum log_errand errand;
    struct log_places places;
    size_t place;           /* of the errand, in places */
    int64_t from, to;       /* of the errand: what is read; the borders of a search */
    int64_t probe, before;  /* of a search: where it looks; the end of what it read in vain */
    int64_t began;          /* number of the first line when it began */
    unsigned tries;
    int64_t at_ms;
    bool no_earlier;        /* before the line `began` there is nothing more that can be had */
    bool look_back;         /* the file is so short that the end of the one before is wanted, too */
    bool quiet;             /* nobody asked for the errand: what fails of it is not told */
    int64_t rest_ms;        /* monotonic: the next errand not before */

    char cursor[256];       /* of the journal */
    bool told_empty;        /* that the journal has no lines */
    int64_t journal_at;     /* lines of a journal have no offsets: they are counted */
};

struct logs {
    struct feed *feed;
    uint32_t instance;
    struct logbook *book;
    struct trail trails[LOGBOOK_LOGS];
    size_t n;
    bool wanted;
    uint32_t which;         /* as in struct log_interest */
    bool end_only, earlier, later;
    int64_t at_ms;
    uint64_t jump;
    int64_t site_ms;        /* monotonic: the site is looked for again */
};

/* ---- log_trail.c ---- */

const struct logbook_log *trail_about(const struct trail *t);
struct logbook_log *trail_edit(struct trail *t);
/* One ask at a time for each place (t->follow, t->ask). `fn` hears every reply; with the last one the place is free already. */
void trail_submit(struct trail *t, struct log_call **place, const struct host_call *c, size_t max_bytes, log_fn *fn);
void trail_cancel(struct trail *t, struct log_call **place);
/* What may only be read as the user of the server is asked for as that from now on: true, ask again. */
bool trail_become(struct trail *t, const struct err *e);
void trail_failed(struct trail *t, const struct err *e);
void trail_release(struct trail *t);
/* An empty window that begins at a place of a file. */
void trail_clear(struct trail *t, int64_t inode, int64_t from);
/* The newest lines had to go: the window ends in the middle, and is not followed any more. */
void trail_hold(struct trail *t);
/* Bytes at the end of the window. */
void trail_bytes(struct trail *t, struct strand *s, const char *bytes, size_t n);
void trail_finish(struct trail *t, struct strand *s); /* its unfinished line */
void trail_note(struct trail *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same in front of the window. */
void trail_note_before(struct trail *t, const char *words);
/* Another file from the next line on. */
void trail_segment(struct trail *t, int64_t inode);
int64_t trail_first_inode(struct trail *t);
int64_t trail_last_inode(struct trail *t);
void trail_count(struct trail *t, size_t lines);
/* Lines per second of late into the logbook; true: look again in a second. */
bool trail_rate(struct trail *t);

/* ---- log_follow.c ---- */

void follow_tail(struct trail *t);   /* a new window at the end of the file */
void follow_resume(struct trail *t); /* on from the end of the window, if that is not too long ago */

/* ---- log_files.c ---- */

/* Asks for the directory of the log; `fn` hears the answer, which places_take turns into t->places. */
void places_ask(struct trail *t, log_fn *fn);
void places_take(struct trail *t, const struct reply *r);
void places_release(struct log_places *p);
/* The place of an inode; false: it is not there any more. */
bool places_find(const struct trail *t, int64_t inode, size_t *place);
const char *place_name(const struct log_place *p);

/* ---- log_more.c, log_jump.c, log_journal.c ---- */

void more_earlier(struct trail *t, bool quiet);
void more_later(struct trail *t);
void more_read_on(struct trail *t); /* what comes behind the window, at t->place */
void jump_to(struct trail *t, int64_t at_ms);
void journal_tail(struct trail *t);
void journal_next(struct trail *t);
void journal_jump(struct trail *t, int64_t at_ms);

/* logs.c */
void errand_over(struct trail *t);

#endif
