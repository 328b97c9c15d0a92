/* What is asked of the store, on its way to the worker and back. */
#ifndef STORE_REQUEST_H
#define STORE_REQUEST_H

#include "base/mem.h"
#include "port/port.h"

/* Asked on the loop, worked on by one worker at a time, answered on the loop: never touched by two at once. */
struct request {
    struct request *next;
    ticket id;
    enum ask_kind kind;
    reply_fn *fn;
    void *ctx;
    int64_t asked_ms; /* monotonic */
    bool cancelled;   /* as long as it waits */
    /* the question, in the arena */
    struct audit audit;
    const char *prompt, *line;
    unsigned limit;
    size_t max_bytes;
    /* the answer, in the arena */
    struct arena arena;
    struct err err;
    const char *const *names;
    struct value *cells;
    size_t ncols, nrows, cap;
};

#endif
