/* Answers to GET / from arbitrary bytes; what is taken for a Neo4j gives a request with a clean path. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "neo4j/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct discovery d;
    struct err e = {0};
    struct neo_http h;
    struct neo_call call = {.server = &d, .database = "a b", .deadline_ms = 1000, .reading = true, .tag = "t"};

    if (!discovery_parse((const char *)bytes, n, &d, &e)) {
        if (e.kind != ERR_SHAPE || !*e.words)
            abort();
        return 0;
    }
    call.dialect = d.dialect;
    call.variant = statement_variant(STMT_COMPONENTS, d.version, d.edition, NULL);
    if (call.variant && neo_http_build(&h, &call, &e)) {
        if (h.path.s[0] != '/' || strpbrk(h.path.s, " \r\n\t?#"))
            abort();
        neo_http_release(&h);
    }
    return 0;
}
