/* What a server sends over Bolt, from its first byte: the agreement, then messages in chunks, cut anywhere; every answer is rows, a map,
 * or an error with words. The first two bytes choose the offer and where it is cut. */
#include <stdlib.h>
#include <string.h>

#include "neo4j/bolt_message.h"
#include "neo4j/bolt_rows.h"
#include "target.h"

enum { MOST = 1 << 20 };

static void take(const struct text *m)
{
    struct arena a = {0};
    struct neo_result out = {0};
    struct err e = {0};
    struct rows r = {.arena = &a, .e = &e, .max_cells = 1000};
    struct bolt_server s;
    struct bolt_answer got;

    bolt_said(m->s, m->len, &a, &got);
    if ((got.said == BOLT_NONSENSE || got.said == BOLT_FAILURE) && (got.err.kind == ERR_NONE || !*got.err.words))
        abort();
    if (got.said == BOLT_SUCCESS) {
        bolt_server_read(got.about, &s);
        if (bolt_rows_names(&r, got.about))
            rows_finish(&r, &out);
        bolt_plan(got.about, &a, &out);
    }
    if (got.said == BOLT_RECORD && bolt_rows_names(&r, got.fields))
        abort();
    rows_drop(&r);
    arena_release(&a);
}

/* Bytes that belong to the agreement; n when it fails. */
static size_t agree(enum bolt_offer offer, const char *p, size_t n)
{
    struct bolt_agreement a = {.offer = offer};
    enum bolt_agreed what = BOLT_AGREE_MORE;
    size_t used = bolt_agree(&a, p, n, &what);

    if (used > n || a.nreply > sizeof a.reply)
        abort();
    return what == BOLT_AGREED ? used : n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct bolt_reader reader = {.most = MOST};
    enum bolt_chunked what = BOLT_MORE;
    const char *p = (const char *)data + 2;
    size_t piece;

    if (n < 2)
        return 0;
    piece = data[1] ? data[1] : n;
    n -= 2;
    for (size_t at = agree(data[0] & 1 ? BOLT_OFFER_OLD : BOLT_OFFER_NEW, p, n); at < n && what != BOLT_TOO_LARGE;) {
        size_t left = n - at < piece ? n - at : piece, used = bolt_read(&reader, p + at, left, &what);
        if (!used || used > left)
            abort();
        at += used;
        if (what == BOLT_MESSAGE)
            take(&reader.message);
    }
    bolt_reader_release(&reader);
    return 0;
}
