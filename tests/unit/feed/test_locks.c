/* The tree of those who wait, out of lists of transactions as servers give them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "feed/finish.h"

struct tx {
    const char *id, *by; /* ids that it waits for, blank-separated; "": none */
    int64_t waited, elapsed;
};

static struct value ids(struct arena *a, const char *s)
{
    struct value *list = arena_alloc(a, 64 * sizeof *list);
    uint32_t n = 0;

    while (*s) {
        size_t len = strcspn(s, " ");
        list[n++] = v_copy_text(a, s, len);
        s += len + (s[len] == ' ');
    }
    return (struct value){.type = V_LIST, .len = n, .u.list = list};
}

static struct relation *transactions(const struct tx *tx, size_t n)
{
    struct relation *r = relation_new(0, SHEET_TRANSACTIONS);

    for (size_t i = 0; i < n; i++) {
        struct value *c = relation_add_row(r), *wait = arena_alloc(&r->arena, 6 * sizeof *wait);
        char blocks[400] = "";
        for (size_t k = 0; k < n; k++) {
            char padded[200], id[64];
            snprintf(padded, sizeof padded, " %s ", tx[k].by);
            snprintf(id, sizeof id, " %s ", tx[i].id);
            if (strstr(padded, id))
                strncat(strncat(blocks, *blocks ? " " : "", 1), tx[k].id, 60);
        }
        c[COL_TRANSACTIONS_ID] = v_copy_text(&r->arena, tx[i].id, strlen(tx[i].id));
        c[COL_TRANSACTIONS_BLOCKED_BY] = ids(&r->arena, tx[i].by);
        c[COL_TRANSACTIONS_BLOCKS] = ids(&r->arena, blocks);
        c[COL_TRANSACTIONS_STATE] = v_text(*tx[i].by ? "blocked" : "running");
        c[COL_TRANSACTIONS_WAIT] = v_duration(tx[i].waited);
        c[COL_TRANSACTIONS_ELAPSED] = v_duration(tx[i].elapsed);
        c[COL_TRANSACTIONS_STARTED] = v_time(1000 + (int64_t)i);
        wait[0] = v_text("resourceType"), wait[1] = v_text("NODE"), wait[2] = v_text("lockMode"), wait[3] = v_text("EXCLUSIVE");
        c[COL_TRANSACTIONS_RESOURCES] = (struct value){.type = V_MAP, .len = *tx[i].by ? 4 : 0, .u.list = wait};
    }
    return r;
}

/* "47(4)[\_ 48(2)...": the tree column and the number of waiters of each row. */
static void draw(const struct relation *locks, struct text *out)
{
    for (size_t row = 0; row < locks->nrows; row++)
        text_addf(out, "%s|%lld\n", value_str(relation_cell(locks, row, COL_LOCKS_TREE), "?"),
                  (long long)value_i64(relation_cell(locks, row, COL_LOCKS_WAITERS), -1));
}

static void trees(void **state)
{
    static const struct {
        struct tx tx[8];
        const char *tree;
    } cases[] = {
        {{{"t-transaction-1", "", 0, 9}}, ""}, /* nobody waits */
        {{{"t-transaction-1", "", 0, 9}, {"t-transaction-2", "t-transaction-1", 5, 6}}, "1|1\n\\_ 2|0\n"},
        /* servers name those too that are waited for in the end only */
        {{{"t-transaction-3", "t-transaction-1 t-transaction-2", 3, 3},
          {"t-transaction-1", "", 0, 9},
          {"t-transaction-2", "t-transaction-1", 5, 6}},
         "1|2\n\\_ 2|1\n   \\_ 3|0\n"},
        /* the longest wait first; of the roots the one that holds up the most */
        {{{"t-transaction-1", "", 0, 90}, {"t-transaction-2", "t-transaction-1", 5, 5}, {"t-transaction-4", "", 0, 1},
          {"t-transaction-5", "t-transaction-4", 1, 1}, {"t-transaction-6", "t-transaction-4", 2, 2}},
         "4|2\n\\_ 6|0\n\\_ 5|0\n1|1\n\\_ 2|0\n"},
        /* who holds the lock may not be seen by this user */
        {{{"t-transaction-2", "t-transaction-1", 5, 5}}, "2|0\n"},
        /* a list that was taken while it changed: nobody is lost, nothing runs for ever */
        {{{"t-transaction-1", "t-transaction-2", 5, 5}, {"t-transaction-2", "t-transaction-1", 4, 4}}, "1|1\n\\_ 2|0\n"},
        {{{"t-transaction-1", "t-transaction-1", 5, 5}}, "1|0\n"},
        /* the same number in two databases */
        {{{"a-transaction-1", "", 0, 9}, {"a-transaction-2", "a-transaction-1", 5, 5}, {"b-transaction-1", "", 0, 9},
          {"b-transaction-2", "b-transaction-1", 6, 6}},
         "1|1\n\\_ 2|0\n1|1\n\\_ 2|0\n"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = 0;
        while (n < 8 && cases[i].tx[n].id)
            n++;
        struct relation *from = transactions(cases[i].tx, n), *locks = locks_of(from);
        struct text t;
        text_init(&t, 0);
        draw(locks, &t);
        if (strcmp(t.s, cases[i].tree) != 0)
            fail_msg("case %zu:\n%s", i, t.s);
        text_release(&t);
        relation_free(locks);
        relation_free(from);
    }
}

static void rows_say_what_is_waited_for(void **state)
{
    static const struct tx tx[] = {{"t-transaction-1", "", 0, 9000}, {"t-transaction-2", "t-transaction-1", 5000, 6000}};
    struct relation *from = transactions(tx, 2), *locks = locks_of(from);

    assert_int_equal(locks->nrows, 2);
    assert_string_equal(value_str(relation_cell(locks, 1, COL_LOCKS_WANTS), ""), "NODE, exclusive");
    assert_int_equal(value_i64(relation_cell(locks, 1, COL_LOCKS_WAITED), -1), 5000);
    assert_int_equal(relation_cell(locks, 0, COL_LOCKS_WAITED).absent, ABSENT_NOT_APPLICABLE);
    assert_int_equal(relation_cell(locks, 0, COL_LOCKS_WANTS).absent, ABSENT_NOT_APPLICABLE);
    assert_int_equal(value_i64(relation_cell(locks, 1, COL_LOCKS_STARTED), 0), 1001);
    assert_string_equal(value_str(relation_cell(locks, 1, COL_LOCKS_ID), ""), "t-transaction-2");
    relation_free(locks);
    relation_free(from);
}

static void long_chains_end(void **state)
{
    enum { N = 3000 };
    struct relation *from = relation_new(0, SHEET_TRANSACTIONS), *locks;

    for (int i = 0; i < N; i++) {
        struct value *c = relation_add_row(from), *by = arena_alloc(&from->arena, sizeof *by);
        char id[64];
        c[COL_TRANSACTIONS_ID] = v_copy_text(&from->arena, id, (size_t)snprintf(id, sizeof id, "t-transaction-%d", i));
        *by = v_copy_text(&from->arena, id, (size_t)snprintf(id, sizeof id, "t-transaction-%d", i - 1));
        c[COL_TRANSACTIONS_BLOCKED_BY] = (struct value){.type = V_LIST, .len = i > 0, .u.list = by};
        c[COL_TRANSACTIONS_BLOCKS] = (struct value){.type = V_LIST, .len = i + 1 < N, .u.list = by};
    }
    locks = locks_of(from);
    assert_int_equal(locks->nrows, N);
    relation_free(locks);
    relation_free(from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees),
        cmocka_unit_test(rows_say_what_is_waited_for),
        cmocka_unit_test(long_chains_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
