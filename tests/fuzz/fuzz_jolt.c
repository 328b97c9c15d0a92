/* Answers in the dialect jolt from arbitrary bytes: rows of the right width or an error with words. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "neo4j/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct arena a = {0};
    struct neo_result r;
    struct err e = {0};
    struct text t;
    int status = n && bytes[0] == ' ' ? 401 : 200;

    text_init(&t, 0);
    if (neo_http_decode(DIALECT_JOLT, status, (const char *)bytes, n, 0, 10000, &a, &r, &e)) {
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
