/* A Jolt answer event by event, for the whole of it (jolt.c) and for one that is still coming (jolt_stream.c). */
#ifndef NEO4J_JOLT_EVENTS_H
#define NEO4J_JOLT_EVENTS_H

#include "neo4j/rows.h"
#include "neo4j/scan.h"

/* What neo_http_decode hands on to; the body is not empty. */
struct decoding {
    struct slice body;
    int status;
    size_t result_index, max_cells;
    struct arena *arena;
    struct neo_result *out; /* NULL: rows come in parts (jolt_stream.h) and a plan is not wanted */
    struct err *e;
};

/* The events of a Jolt answer while they are read, one a line. Zero but for `d` and, in `rows`, the arena, e and max_cells. */
struct jolt_events {
    const struct decoding *d;
    struct rows rows;      /* names and cells go to its arena; another may be set between two lines */
    size_t headers;        /* results begun so far */
    bool open, complete;   /* inside our result; our result had its summary */
    bool failed;           /* the server reported an error: *d->e holds it */
    bool ended;            /* what follows does not count */
    bool planned;          /* *d->out holds the rows of a plan */
};
/* The line at *p without its end and what json-seq puts in front; *p then stands behind it. False: there is none but blank ones. */
bool jolt_line(const char **p, const char *end, struct slice *line);
/* Takes over one line. False with *d->e: it makes no sense; `last` says that nothing follows it, so that it may have been cut. */
bool jolt_event(struct jolt_events *ev, struct slice line, bool last);
/* No line follows. `read`: all of them made sense. False with *d->e: the server reported an error, or something is missing. */
bool jolt_events_end(struct jolt_events *ev, bool read);

#endif
