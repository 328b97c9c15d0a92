/* Columns, cells, and rows: which, in what order, under which key. */
#include "rows_of.h"

/* ---- columns ---- */

static void the_tables_are_sound(void **state)
{
    for (unsigned id = 0; id < NSHEETS; id++) {
        const struct sheet *s = sheet_of(id);
        size_t keys = 0;
        assert_int_equal(s->id, id);
        assert_true(s->ncols <= 64);
        for (size_t i = 0; i < s->ncols; i++) {
            assert_int_equal(sheet_column(id, s->columns[i].name), i);
            assert_true(s->columns[i].priority >= 0 && s->columns[i].priority <= 9);
            keys += s->columns[i].key;
        }
        assert_true(keys > 0);
    }
    assert_null(sheet_of(NSHEETS));
    assert_int_equal(sheet_column(NSHEETS, "instance"), -1);
}

static void columns_are_found(void **state)
{
    static const struct {
        enum sheet_id sheet;
        const char *said;
        int column;
    } cases[] = {
        {SHEET_TRANSACTIONS, "elapsed_ms", COL_TRANSACTIONS_ELAPSED},
        {SHEET_TRANSACTIONS, "ELAPSED", COL_TRANSACTIONS_ELAPSED},
        {SHEET_TRANSACTIONS, "user", COL_TRANSACTIONS_USER},
        {SHEET_TRANSACTIONS, "db", COL_TRANSACTIONS_DATABASE},
        {SHEET_TRANSACTIONS, "id", COL_TRANSACTIONS_ID},
        {SHEET_TRANSACTIONS, "query", COL_TRANSACTIONS_QUERY},
        {SHEET_TRANSACTIONS, "status", COL_TRANSACTIONS_STATUS},
        {SHEET_TRANSACTIONS, "faults", COL_TRANSACTIONS_FAULTS},
        {SHEET_TRANSACTIONS, "page", -1},
        {SHEET_TRANSACTIONS, "nosuch", -1},
        {SHEET_TRANSACTIONS, "", -1},
        {SHEET_DATABASES, "lag", COL_DATABASES_LAG},
        {SHEET_DATABASES, "req", -1},
        {SHEET_DATABASES, "requested", -1},
        {SHEET_DATABASES, "requested_s", -1},
        {SHEET_DATABASES, "requested_st", COL_DATABASES_REQUESTED},
        {SHEET_CONNECTIONS, "id", COL_CONNECTIONS_ID},
        {SHEET_CONNECTIONS, "age", COL_CONNECTIONS_AGE},
        {SHEET_HISTORY, "id", COL_HISTORY_ID},
        {SHEET_HISTORY, "user", COL_HISTORY_OWNER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (sheet_column(cases[i].sheet, cases[i].said) != cases[i].column)
            fail_msg("%s: %d", cases[i].said, sheet_column(cases[i].sheet, cases[i].said));
}

static void column_lists_are_parsed(void **state)
{
    const struct sheet *s = sheet_of(SHEET_TRANSACTIONS);
    size_t idx[64], n;
    struct err e = {0};
    assert_true(columns_parse(s, "query, user ,db,query", idx, 64, &n, &e));
    assert_int_equal(n, 3);
    assert_int_equal(idx[0], COL_TRANSACTIONS_QUERY);
    assert_int_equal(idx[1], COL_TRANSACTIONS_USER);
    assert_int_equal(idx[2], COL_TRANSACTIONS_DATABASE);
    assert_true(columns_parse(s, "all", idx, 64, &n, &e));
    assert_int_equal(n, NCOLS_TRANSACTIONS);
    assert_false(columns_parse(s, "user,colour", idx, 64, &n, &e));
    assert_int_equal(strncmp(e.words, "no column 'colour' in transactions: there is instance, ", 55), 0);
    assert_false(columns_parse(s, "user,", idx, 64, &n, &e));
    assert_false(columns_parse(s, "", idx, 64, &n, &e));
    assert_false(columns_parse(s, "user,db,query", idx, 2, &n, &e));
    assert_string_equal(e.words, "more than 2 columns: leave some out");
}

/* What must hold whatever columns.def says: no more than fits, nothing before what matters more. */
static void check_choice(const struct sheet *s, int width, bool wide, bool many)
{
    size_t idx[64], n = columns_choose(s, width, wide, many, idx, 64);
    bool shown[64] = {false};
    int used = -1, last = 1, flexible = wide ? 10 : 16;
    for (size_t i = 0; i < n; i++) {
        const struct column *c = &s->columns[idx[i]];
        assert_true(i == 0 || idx[i] > idx[i - 1]);
        assert_true(c->priority > 0);
        shown[idx[i]] = true;
        used += (c->width ? c->width : flexible) + 1;
        last = c->priority > last ? c->priority : last;
    }
    assert_true(last == 1 || width == 0 || used <= width);
    for (size_t i = 0; i < s->ncols; i++) {
        bool instance = strcmp(s->columns[i].name, "instance") == 0;
        if (!shown[i] && s->columns[i].priority > 0 && !instance)
            assert_true(s->columns[i].priority >= last);
        if (s->columns[i].priority == 1 && (!instance || many))
            assert_true(shown[i]);
    }
}

static void columns_are_chosen_by_priority(void **state)
{
    size_t idx[64], n;
    for (unsigned id = 0; id < NSHEETS; id++)
        for (int width = 0; width < 300; width += 7)
            for (int flags = 0; flags < 4; flags++)
                check_choice(sheet_of(id), width, flags & 1, flags & 2);
    n = columns_choose(sheet_of(SHEET_TRANSACTIONS), 0, false, false, idx, 64);
    assert_int_not_equal(idx[0], COL_TRANSACTIONS_INSTANCE); /* needless where there is one */
    assert_true(columns_choose(sheet_of(SHEET_TRANSACTIONS), 0, true, false, idx, 64) > n);
    columns_choose(sheet_of(SHEET_INSTANCES), 0, false, false, idx, 64);
    assert_int_equal(idx[0], COL_INSTANCES_INSTANCE);
    assert_int_equal(columns_choose(sheet_of(SHEET_TRANSACTIONS), 0, true, true, idx, 2), 2);
}

/* ---- cells ---- */

static void cells_are_formatted(void **state)
{
    static const struct {
        enum sheet_id sheet;
        const char *column, *value;
        bool whole;
        const char *text;
        enum role role;
    } cases[] = {
        {SHEET_TRANSACTIONS, "transaction_id", "neo4j-transaction-42", false, "42", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "transaction_id", "neo4j-transaction-42", true, "neo4j-transaction-42", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "transaction_id", "transaction-7", false, "7", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "transaction_id", "my-transaction-db-transaction-7", false, "my-transaction-db-transaction-7", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "transaction_id", "transaction-", false, "transaction-", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "blocks", "neo4j-transaction-51 neo4j-transaction-57", false, "51 57", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "blocks", "", false, "", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "elapsed_ms", "12m4s", false, "12m04", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "memory_bytes", "1288490188", false, "1.1G", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "locks", "12345", false, "12345", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "state", "blocked", false, "blocked", ROLE_WARN},
        {SHEET_TRANSACTIONS, "state", "idle in tx", false, "idle in tx", ROLE_WARN},
        {SHEET_TRANSACTIONS, "state", "running", false, "running", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "query", "failed", false, "failed", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "query", " MATCH (n)\n\tRETURN n ", false, "MATCH (n) RETURN n", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "query", "absent:null", false, "-", ROLE_UNKNOWN},
        {SHEET_TRANSACTIONS, "cpu_ms", "absent:enterprise_only", false, "-", ROLE_UNKNOWN},
        {SHEET_TRANSACTIONS, "locks", "absent:privilege", false, "priv", ROLE_UNKNOWN},
        {SHEET_TRANSACTIONS, "locks", "absent:not_asked", false, "…", ROLE_UNKNOWN},
        {SHEET_TRANSACTIONS, "start_time", "2026-11-22T13:45:02.123Z", false, "2026-11-22 13:45:02Z", ROLE_TEXT},
        {SHEET_TRANSACTIONS, "start_time", "2026-11-22T13:45:02.123Z", true, "2026-11-22T13:45:02.123Z", ROLE_TEXT},
        {SHEET_TRANSACTION, "start_time", "2026-11-22T13:45:02.123Z", false, "2026-11-22T13:45:02.123Z", ROLE_TEXT},
        {SHEET_INSTANCES, "since", "2026-11-22T13:45:02.123Z", false, "13:45:02Z", ROLE_TEXT},
        {SHEET_INSTANCES, "state", "up", false, "up", ROLE_OK},
        {SHEET_INSTANCES, "state", "down", false, "down", ROLE_BAD},
        {SHEET_INSTANCES, "login", "off", false, "off", ROLE_INSECURE},
        {SHEET_INSTANCES, "tls", "insecure", false, "insecure", ROLE_INSECURE},
        {SHEET_INSTANCES, "edition", "enterprise", false, "ent", ROLE_TEXT},
        {SHEET_INSTANCES, "edition", "enterprise", true, "enterprise", ROLE_TEXT},
        {SHEET_DATABASES, "status", "ONLINE", false, "ONLINE", ROLE_OK},
        {SHEET_DATABASES, "status", "quarantined", false, "quarantined", ROLE_BAD},
        {SHEET_DATABASES, "writer", "yes", false, "yes", ROLE_TEXT},
        {SHEET_DATABASES, "aliases", "films movies", false, "films, movies", ROLE_TEXT},
        {SHEET_INDEXES, "population_percent", "100.0", false, "100%", ROLE_TEXT},
        {SHEET_INDEXES, "population_percent", "7.25", false, "7.3%", ROLE_TEXT},
        {SHEET_INDEXES, "population_percent", "43.21", false, "43%", ROLE_TEXT},
        {SHEET_INDEXES, "population_percent", "nan", false, "?", ROLE_TEXT},
        {SHEET_INDEXES, "state", "FAILED", false, "FAILED", ROLE_BAD},
    };
    struct arena a = {0};
    struct text t;
    text_init(&t, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct sheet *s = sheet_of(cases[i].sheet);
        size_t col = (size_t)column_named(s, cases[i].column);
        enum role role;
        text_clear(&t);
        cell_format(s, col, cell_value(&a, &s->columns[col], cases[i].value), !cases[i].whole, &t, &role);
        assert_string_equal(t.s, cases[i].text);
        assert_int_equal(role, cases[i].role);
    }
    cell_format(sheet_of(SHEET_INSTANCES), 0, v_int(1), true, &t, NULL);
    text_clear(&t); /* what a server measures with clocks that differ */
    cell_format(sheet_of(SHEET_TRANSACTIONS), COL_TRANSACTIONS_ELAPSED, v_duration(-1), true, &t, NULL);
    assert_string_equal(t.s, "0ms");
    text_release(&t);
    arena_release(&a);
}

/* ---- rows ---- */

static void order_of(const struct rows *rs, size_t col, char *out)
{
    *out = '\0';
    for (size_t i = 0; i < rs->count; i++)
        sprintf(out + strlen(out), "%s%s", i ? " " : "", value_str(row_cell(rs->r[i], col), "-"));
}

static void check_order(const struct model *m, struct query q, size_t col, const char *want)
{
    struct rows rs = {0};
    char got[400];
    rows_collect(&rs, m, &q);
    order_of(&rs, col, got);
    assert_string_equal(got, want);
    rows_release(&rs);
}

static struct model *two_instances(void)
{
    struct model *m = model_new();
    model_add_instance(m, "prod-1");
    model_add_instance(m, "prod-2");
    return m;
}

static void transactions_have_their_order(void **state)
{
    struct model *m = two_instances();
    struct relation *r = relation_new(0, SHEET_TRANSACTIONS), *r2 = relation_new(1, SHEET_TRANSACTIONS);
    struct query q = {.sheet = SHEET_TRANSACTIONS, .instance = MODEL_NO_INSTANCE, .sort = -1};
    struct rows rs = {0};
    add_row(r, "transaction_id", "t-9", "elapsed_ms", "5s", "state", "running", "username", "b", NULL);
    add_row(r, "transaction_id", "t-10", "elapsed_ms", "50s", "state", "running", "username", "a", NULL);
    add_row(r, "transaction_id", "t-51", "elapsed_ms", "3s", "state", "blocked", "blocked_by", "t-42", NULL);
    add_row(r, "transaction_id", "t-57", "elapsed_ms", "4s", "state", "blocked", "blocked_by", "t-42 t-51", "blocks", "t-51", NULL);
    add_row(r, "transaction_id", "t-60", "elapsed_ms", "90s", "state", "idle in tx", NULL);
    add_row(r, "transaction_id", "t-42", "elapsed_ms", "12m", "state", "idle in tx", "blocks", "t-51 t-57", NULL);
    add_row(r, "transaction_id", "t-99", "elapsed_ms", "1ms", "state", "running", "own", "yes", NULL);
    add_row(r2, "transaction_id", "t-3", "elapsed_ms", "13m", "state", "running", "blocks", "t-4", "username", "C", NULL);
    add_row(r2, "transaction_id", "t-1", "state", "running", NULL);
    model_publish(m, r);
    model_publish(m, r2);

    check_order(m, q, COL_TRANSACTIONS_ID, "t-3 t-42 t-57 t-51 t-60 t-10 t-9 t-1");
    q.descending = true;
    check_order(m, q, COL_TRANSACTIONS_ID, "t-1 t-9 t-10 t-60 t-51 t-57 t-42 t-3");
    q.descending = false;
    q.sort = COL_TRANSACTIONS_ID;
    check_order(m, q, COL_TRANSACTIONS_ID, "t-1 t-3 t-9 t-10 t-42 t-51 t-57 t-60");
    q.sort = COL_TRANSACTIONS_ELAPSED;
    check_order(m, q, COL_TRANSACTIONS_ID, "t-51 t-57 t-9 t-10 t-60 t-42 t-3 t-1");
    q.descending = true; /* what is absent stays last */
    check_order(m, q, COL_TRANSACTIONS_ID, "t-3 t-42 t-60 t-10 t-9 t-57 t-51 t-1");
    q.sort = COL_TRANSACTIONS_USER; /* equal ones stay as they came */
    q.descending = false;
    check_order(m, q, COL_TRANSACTIONS_ID, "t-10 t-9 t-3 t-51 t-57 t-60 t-42 t-1");
    q.sort = COL_TRANSACTIONS_BLOCKED_BY;
    q.instance = 0;
    check_order(m, q, COL_TRANSACTIONS_ID, "t-51 t-57 t-9 t-10 t-60 t-42");

    q.filter = filter_parse(SHEET_TRANSACTIONS, "blocked", NULL);
    q.sort = -1;
    rows_collect(&rs, m, &q);
    assert_int_equal(rs.count, 2);
    assert_int_equal(rs.total, 6);
    assert_int_equal(rs.hidden_own, 1);
    assert_int_equal(rs.told[0], 2);
    assert_int_equal(rs.told[1], 0);
    filter_free((struct filter *)q.filter);
    rows_release(&rs);
    model_free(m);
}

static void other_lists_have_their_order(void **state)
{
    struct model *m = two_instances();
    struct relation *r;
    struct query q = {.instance = MODEL_NO_INSTANCE, .sort = -1};

    r = relation_new(0, SHEET_DATABASES);
    add_row(r, "database", "shop", "status", "online", "requested_status", "online", NULL);
    add_row(r, "database", "db10", "status", "online", "requested_status", "online", NULL);
    add_row(r, "database", "zoo", "status", "offline", "requested_status", "online", NULL);
    add_row(r, "database", "db9", "status", "online", NULL);
    model_publish(m, r);
    q.sheet = SHEET_DATABASES;
    check_order(m, q, COL_DATABASES_DATABASE, "zoo db9 db10 shop");

    r = relation_new(1, SHEET_CONNECTIONS);
    add_row(r, "connection_id", "bolt-7", "connect_time", "2026-11-22T13:45:02Z", NULL);
    add_row(r, "connection_id", "bolt-9", NULL);
    add_row(r, "connection_id", "bolt-3", "connect_time", "2026-11-20T13:45:02Z", NULL);
    r->hidden = 2;
    model_publish(m, r);
    q.sheet = SHEET_CONNECTIONS;
    check_order(m, q, COL_CONNECTIONS_ID, "bolt-3 bolt-7 bolt-9");
    struct rows rs = {0};
    rows_collect(&rs, m, &q);
    assert_int_equal(rs.hidden_own, 2);
    rows_release(&rs);

    r = relation_new(MODEL_NO_INSTANCE, SHEET_HISTORY);
    add_row(r, "id", "1", "instance", "prod-1", "action", "first", NULL);
    add_row(r, "id", "3", "instance", "prod-2", "action", "third", NULL);
    add_row(r, "id", "2", "instance", "prod-1", "action", "second", NULL);
    model_publish(m, r);
    q.sheet = SHEET_HISTORY;
    check_order(m, q, COL_HISTORY_ACTION, "third second first");
    q.instance = 0; /* the console's own lists are narrowed by the name */
    check_order(m, q, COL_HISTORY_ACTION, "second first");
    q.instance = MODEL_NO_INSTANCE;

    r = relation_new(0, SHEET_INDEXES);
    add_row(r, "index", "a", "state", "ONLINE", NULL);
    add_row(r, "index", "b", "state", "POPULATING", NULL);
    add_row(r, "index", "c", "state", "FAILED", NULL);
    model_publish(m, r);
    q.sheet = SHEET_INDEXES;
    check_order(m, q, COL_INDEXES_NAME, "c b a");

    for (uint32_t i = 2; i-- > 0;) {
        r = relation_new(i, SHEET_INSTANCES);
        add_row(r, "instance", model_instance_name(m, i), "state", i ? "up" : "down", NULL);
        model_publish(m, r);
    }
    q.sheet = SHEET_INSTANCES;
    check_order(m, q, COL_INSTANCES_INSTANCE, "prod-1 prod-2");
    rows_collect(&rs, m, &q);
    assert_int_equal(rs.told[0], 1);
    assert_string_equal(rows_told_words(SHEET_INSTANCES, 0), "not up");
    assert_null(rows_told_words(SHEET_INSTANCES, 1));
    rows_release(&rs);
    q.sheet = NSHEETS;
    check_order(m, q, 0, "");
    model_free(m);
}

static void rows_have_keys(void **state)
{
    struct model *m = two_instances();
    struct relation *r = relation_new(0, SHEET_TRANSACTIONS);
    struct query q = {.sheet = SHEET_TRANSACTIONS, .instance = 0, .sort = -1};
    struct rows rs = {0};
    struct text key;
    add_row(r, "instance", "prod-1", "transaction_id", "t-1", "start_time", "1970-01-01T00:00:01Z", "elapsed_ms", "1s", NULL);
    add_row(r, "instance", "prod-1", "transaction_id", "t-2", "elapsed_ms", "2s", NULL);
    model_publish(m, r);
    rows_collect(&rs, m, &q);
    text_init(&key, 0);
    row_key(rs.r[1], &key);
    assert_string_equal(key.s, "prod-1\x1ft-1\x1f" "1000");
    assert_int_equal(rows_find(&rs, key.s), 1);
    assert_int_equal(rows_find(&rs, "prod-1\x1ft-2\x1f"), 0);
    assert_int_equal(rows_find(&rs, "prod-1\x1ft-1\x1f" "1001"), -1);
    assert_int_equal(rows_find(&rs, ""), -1);
    assert_int_equal(rows_find(&rs, "prod-1"), -1);
    assert_int_equal(rows_find(&rs, "prod-1\x1ft-1"), -1);
    assert_int_equal(rows_find(&rs, "prod-1\x1ft-1\x1f" "10001"), -1);
    assert_int_equal(rows_find(&rs, "prod-1\x1ft-12\x1f" "1000"), -1);
    assert_int_equal(row_cell((struct row){NULL, 0}, 0).type, V_ABSENT);
    text_release(&key);
    rows_release(&rs);
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_are_sound),         cmocka_unit_test(columns_are_found),
        cmocka_unit_test(column_lists_are_parsed),      cmocka_unit_test(columns_are_chosen_by_priority),
        cmocka_unit_test(cells_are_formatted),          cmocka_unit_test(transactions_have_their_order),
        cmocka_unit_test(other_lists_have_their_order), cmocka_unit_test(rows_have_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
