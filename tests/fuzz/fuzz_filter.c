/* Filters from arbitrary bytes over rows of arbitrary bytes: the first line is the filter, the rest goes into cells. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sheet/sheet.h"

static struct relation *rows_of(const char *s, size_t n)
{
    struct relation *r = relation_new(0, SHEET_TRANSACTIONS);
    for (int i = 0; i < 2; i++) {
        struct value *row = relation_add_row(r);
        struct value text = v_copy_text(&r->arena, s, n);
        struct value *list = arena_alloc(&r->arena, 2 * sizeof *list);
        list[0] = list[1] = text;
        row[COL_TRANSACTIONS_QUERY] = text;
        row[COL_TRANSACTIONS_ID] = text;
        row[COL_TRANSACTIONS_BLOCKS] = (struct value){.type = V_LIST, .len = 2, .u.list = list};
        row[COL_TRANSACTIONS_ELAPSED] = v_duration((int64_t)n);
        row[COL_TRANSACTIONS_LOCKS] = i ? v_int((int64_t)n) : v_float((double)n / 3);
        row[COL_TRANSACTIONS_STARTED] = v_time((int64_t)n * 1000);
    }
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *s = (const char *)bytes, *end = memchr(s, '\n', n);
    size_t len = end ? (size_t)(end - s) : n;
    char *expr = x_strndup(s, len);
    struct err e = {0};
    struct filter *f = filter_parse(SHEET_TRANSACTIONS, expr, &e);
    struct relation *r = end ? rows_of(end + 1, n - len - 1) : rows_of("", 0);
    if (!f && e.kind == ERR_NONE)
        abort();
    for (size_t i = 0; f && i < r->nrows; i++)
        filter_match(f, r, i);
    for (size_t col = 0; col < r->ncols; col++) {
        struct text t;
        text_init(&t, 0);
        cell_format(sheet_of(SHEET_TRANSACTIONS), col, relation_cell(r, 0, col), n & 1, &t, NULL);
        text_release(&t);
    }
    relation_free(r);
    filter_free(f);
    free(expr);
    return 0;
}
