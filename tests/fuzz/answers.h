/* Answers over HTTP from arbitrary bytes: rows of the right width or an error with words, whatever the dialect. */
#ifndef FUZZ_ANSWERS_H
#define FUZZ_ANSWERS_H

#include <stdlib.h>

#include "neo4j/http.h"

/* What a target of a dialect returns. A blank in front: the server refused the login. */
static inline int fuzz_answer(enum dialect dialect, const uint8_t *bytes, size_t n)
{
    struct arena a = {0};
    struct neo_result r;
    struct err e = {0};
    struct text t;
    int status = n && bytes[0] == ' ' ? 401 : 200;

    text_init(&t, 0);
    if (neo_http_decode(dialect, status, (const char *)bytes, n, 0, 10000, &a, &r, &e)) {
        for (size_t i = 0; i < r.ncols; i++)
            text_adds(&t, r.names[i]);
        for (size_t i = 0; i < r.ncols * r.nrows; i++)
            value_render(r.cells[i], &t);
    } else if (e.kind == ERR_NONE || !*e.words) {
        abort();
    }
    text_release(&t);
    arena_release(&a);
    return 0;
}

#endif
