/* A log from arbitrary bytes in arbitrary pieces: cut to lines, into the logbook, and rows of it. What the pieces are must not matter. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "feed/log_strand.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void append(void *data, const struct logbook_line *l, int64_t to)
{
    struct logbook *b = data;
    int64_t at = logbook_log(b, 0)->to;

    if (l->offset < at || to <= l->offset || (int64_t)l->len > to - l->offset)
        abort(); /* each byte belongs to one line at most */
    logbook_append(b, 0, l, to);
}

static struct logbook *read_in(struct model *m, const char *s, size_t n, size_t piece, bool headless)
{
    uint32_t instance = model_add_instance(m, "a");
    struct logbook *b = model_logbook_make(m, instance);
    struct line_maker maker = {.started_ms = 1000};
    struct strand strand = {0};

    logbook_add(b, "debug.log", "/debug.log", true);
    text_init(&maker.shown, LOGBOOK_LINE_MAX);
    strand_move(&strand, 1, 0, headless);
    for (size_t i = 0; i < n; i += piece)
        strand_feed(&strand, &maker, s + i, n - i < piece ? n - i : piece, append, b);
    strand_end(&strand, &maker, append, b);
    if (strand.at != (int64_t)n)
        abort();
    strand_release(&strand);
    text_release(&maker.shown);
    return b;
}

static void compare(const struct logbook *a, const struct logbook *b)
{
    const struct logbook_log *x = logbook_log(a, 0), *y = logbook_log(b, 0);

    if (x->first != y->first || x->end != y->end)
        abort();
    for (int64_t i = x->first; i < x->end; i++) {
        const struct logbook_line *l = logbook_line(a, 0, i), *k = logbook_line(b, 0, i);
        if (l->offset != k->offset || l->len != k->len || l->cut != k->cut || memcmp(l->text, k->text, l->len) != 0)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    if (n < 2)
        return 0;
    struct model *m = model_new();
    const char *s = (const char *)bytes + 2;
    bool headless = bytes[1] & 1;
    const struct logbook *whole = read_in(m, s, n - 2, n, headless), *pieces = read_in(m, s, n - 2, (size_t)bytes[0] + 1, headless);
    struct relation *r = relation_new(0, SHEET_LOGS);

    compare(whole, pieces);
    for (int64_t i = logbook_log(whole, 0)->first; i < logbook_log(whole, 0)->end; i++)
        logbook_row(whole, 0, i, "a", r);
    relation_free(r);
    model_free(m);
    return 0;
}
