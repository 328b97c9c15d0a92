/* What directories take on the disk: measured in the background, since that reads every inode of them. Nothing waits for it. */
#ifndef FEED_SIZES_H
#define FEED_SIZES_H

#include "feed/hosted.h"

enum { SIZES_FRESH_MS = 10 * 60 * 1000, SIZES_MOST = 400 };

struct sized {
    char *path;
    int64_t bytes;    /* -1: not known, for the reason `why` */
    enum absent why;
};

/* Zero-initialised: nothing was measured yet. */
struct sizes {
    struct source *source;
    enum sheet_id sheet;  /* is asked anew when all are known */
    size_t per_run;       /* paths that one run measures; what lies within another one has to stand in a run of its own */
    struct talk *talk;    /* NULL: nothing runs */
    size_t answer, at;    /* of the run; where its paths begin */
    bool as_server;       /* it is run as the user of the server */
    struct sized *of;
    size_t n;
    int64_t done_ms;      /* monotonic; 0: never */
};

/* Measures them unless that runs, or was done in the last ten minutes for the same paths. */
void sizes_want(struct sizes *z, struct source *s, enum sheet_id sheet, size_t per_run, const char *const *paths, size_t n);
/* V_INT in bytes, or absent: NOT_ASKED while it is measured for the first time. */
struct value sizes_of(const struct sizes *z, const char *path);
bool sizes_known(const struct sizes *z); /* all were measured, or tried, once */
void sizes_release(struct sizes *z);

#endif
