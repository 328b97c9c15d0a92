/* Sorting, against its definition: whatever stands in a column, each pair of rows is as comparing their cells says. */
#include "rows_of.h"

#include "sheet/order.h"

enum { ROWS = 400, ROUNDS = 12 };

static unsigned seed = 1;

static unsigned any(unsigned below)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % below;
}

/* Of few signs, so that many begin alike: digits with and without zeros before them, capitals, what sorts around digits. */
static struct value any_text(struct arena *a)
{
    static const char signs[] = "aAbz0019-/:~\xc3\xa9\x01";
    static const char *const heads[] = {"", "", "neo4j-transaction-", "App-", "app-", "a00", "12345678", "123456789", "0"};
    const char *head = heads[any(sizeof heads / sizeof *heads)];
    char s[64];
    size_t n = strlen(head), more = any(6);

    memcpy(s, head, n);
    while (more-- > 0)
        s[n++] = any(40) ? signs[any(sizeof signs - 1)] : '\0';
    return v_copy_text(a, s, n);
}

static struct value any_number(void)
{
    static const double odd[] = {0.5, -0.5, 9007199254740993.0, 1e300, -1e300, 0x1p63, -0x1p63, 0.0 / 0.0, 7};

    switch (any(5)) {
    case 0: return v_float(odd[any(sizeof odd / sizeof *odd)]);
    case 1: return v_duration((int64_t)any(4) - 2);
    case 2: return v_int(any(2) ? INT64_MAX - any(2) : INT64_MIN + any(2));
    case 3: return v_int((int64_t)9007199254740992 + any(3));
    default: return v_int((int64_t)any(9) - 4);
    }
}

static struct value any_value(struct arena *a, unsigned kind)
{
    switch (kind == 4 ? any(4) : kind) {
    case 0: return any_text(a);
    case 1: return any_number();
    case 2: return list_value(a, any(2) ? any(2) ? "a" : "b" : "a b");
    default: return v_absent(any(2) ? ABSENT_NULL : ABSENT_ERROR);
    }
}

static int by_definition(struct value a, struct value b, bool descending)
{
    int c;

    if (a.type == V_ABSENT || b.type == V_ABSENT)
        return (a.type == V_ABSENT) - (b.type == V_ABSENT);
    if (a.type == V_TEXT && b.type == V_TEXT)
        c = natural_compare(a.u.s, a.len, b.u.s, b.len);
    else if (a.type == V_LIST && b.type == V_LIST && a.len != b.len)
        c = a.len < b.len ? -1 : 1;
    else
        c = value_compare(a, b);
    return descending ? -c : c;
}

static void check_pairs(const struct rows *rs, size_t col, bool descending)
{
    for (size_t i = 0; i < rs->count; i++)
        for (size_t k = i + 1; k < rs->count; k++) {
            int c = by_definition(row_cell(rs->r[i], col), row_cell(rs->r[k], col), descending);

            if (c > 0 || (c == 0 && rs->r[i].row > rs->r[k].row))
                fail_msg("rows %zu and %zu stand the wrong way round", rs->r[i].row, rs->r[k].row);
        }
}

static void any_column_is_in_order(void **state)
{
    for (unsigned round = 0; round < ROUNDS * 5; round++) {
        struct model *m = model_new();
        struct relation *r = relation_new(model_add_instance(m, "prod-1"), SHEET_INDEXES);
        struct query q = {.sheet = SHEET_INDEXES, .sort = COL_INDEXES_USE, .descending = round & 1};
        struct rows rs = {0};
        size_t n = round < 10 ? round : ROWS;

        for (size_t i = 0; i < n; i++)
            relation_add_row(r)[COL_INDEXES_USE] = any_value(&r->arena, round % 5);
        model_publish(m, r);
        rows_collect(&rs, m, &q);
        assert_int_equal(n, rs.count);
        check_pairs(&rs, COL_INDEXES_USE, q.descending);
        rows_release(&rs);
        model_free(m);
    }
}

/* Without a column, either way round: the same rows, exactly the other way. */
static void natural_orders_turn_round(void **state)
{
    static const char *const states[] = {"running", "blocked", "idle in tx"};
    struct model *m = model_new();
    struct relation *r = relation_new(model_add_instance(m, "prod-1"), SHEET_TRANSACTIONS);
    struct query q = {.sheet = SHEET_TRANSACTIONS, .sort = -1};
    struct rows down = {0}, up = {0};

    for (size_t i = 0; i < ROWS; i++) {
        struct value *c = relation_add_row(r);
        c[COL_TRANSACTIONS_STATE] = v_text(states[any(3)]);
        c[COL_TRANSACTIONS_ELAPSED] = any(9) ? v_duration(any(20)) : v_absent(ABSENT_NULL);
    }
    model_publish(m, r);
    rows_collect(&down, m, &q);
    q.descending = true;
    rows_collect(&up, m, &q);
    assert_int_equal(ROWS, down.count);
    for (size_t i = 0; i < ROWS; i++)
        assert_int_equal(down.r[i].row, up.r[ROWS - 1 - i].row);
    for (size_t i = 1; i < ROWS; i++) { /* equal ones as they came */
        struct row a = down.r[i - 1], b = down.r[i];
        if (strcmp(value_str(row_cell(a, COL_TRANSACTIONS_STATE), ""), value_str(row_cell(b, COL_TRANSACTIONS_STATE), "")) == 0 &&
            value_equal(row_cell(a, COL_TRANSACTIONS_ELAPSED), row_cell(b, COL_TRANSACTIONS_ELAPSED)))
            assert_true(a.row < b.row);
    }
    assert_string_equal("blocked", value_str(row_cell(down.r[0], COL_TRANSACTIONS_STATE), ""));
    rows_release(&down);
    rows_release(&up);
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_column_is_in_order),
        cmocka_unit_test(natural_orders_turn_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
