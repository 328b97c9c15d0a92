/* Answers in the dialect jolt from arbitrary bytes, whole and in pieces whose length the first byte says. */
#include "answers.h"
#include "neo4j/jolt_stream.h"
#include "target.h"

static void in_pieces(const char *bytes, size_t n, size_t piece)
{
    struct arena a = {0};
    struct err e = {0};
    struct jolt_stream s;
    enum jolt_read r = JOLT_HUNGRY;

    jolt_stream_init(&s, 1000, 10000, 0, &e);
    s.events.rows.arena = &a;
    for (size_t at = 0; at < n && r != JOLT_BROKEN; at += piece) {
        const char *p = bytes + at, *end = n - at < piece ? bytes + n : p + piece;

        while ((r = jolt_stream_read(&s, &p, end)) == JOLT_READ)
            continue;
    }
    if ((r == JOLT_BROKEN || !jolt_stream_end(&s)) && (e.kind == ERR_NONE || !*e.words))
        abort();
    jolt_stream_release(&s);
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    in_pieces((const char *)bytes, n, n ? bytes[0] % 32 + 1 : 1);
    return fuzz_answer(DIALECT_JOLT, bytes, n);
}
