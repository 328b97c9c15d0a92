/* Errors are values with words: what was wrong and what to do next. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>
#include "base/ids.h"

/* Each kind is one row of errors.def: id, exit status of the batch commands, name in JSON. */
struct err {
    enum err_kind kind; /* ERR_NONE: no error */
    enum absent absent; /* the reason a cell gets because of this error */
    char code[96];      /* the server's own status code, or "" */
    char words[400];    /* one sentence: what is wrong, what to do; UTF-8, may hold outside text, not sanitised */
};

/* Fill *e (may be NULL) and return false, so that functions can `return err_set(...)`. */
bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void err_clear(struct err *e);
int err_exit_status(enum err_kind kind); /* 0..5, the table of neodeck(1) */
const char *err_name(enum err_kind kind);

#endif
