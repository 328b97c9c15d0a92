/* The columns of transactions in the words of each version, and plugins by their prefix. */
#include "support/cm.h"
#include "neo4j/plugins.h"
#include "neo4j/statements.h"
#include "neo4j/transactions.h"

static void tells_states(void **state)
{
    static const struct {
        const char *status, *query_id, *query, *query_status;
        enum tx_state s;
    } cases[] = {
        {"Running", "query-1", "RETURN 1", "running", TX_RUNNING},
        {"Running", "query-1", "RETURN 1", "planning", TX_RUNNING},
        {"Running", "query-1", "RETURN 1", "", TX_RUNNING},
        {"Running", "", "", "", TX_IDLE},
        {"Running", NULL, NULL, NULL, TX_IDLE},
        {"Running", "query-1", "MERGE (n)", "waiting", TX_BLOCKED},
        {"Blocked by: [neo4j-transaction-99, neo4j-transaction-101]", "query-1", "x", "waiting", TX_BLOCKED},
        {"Blocked by: [transaction-12]", "query-1", "x", "", TX_BLOCKED},
        {"Blocked", "query-1", "x", "", TX_BLOCKED},
        {"Closing", "query-1", "x", "running", TX_CLOSING},
        {"Terminated with reason: Status.Code[Neo.ClientError.Transaction.Terminated]", "", "", "", TX_TERMINATING},
        {"Terminated with reason: Neo.TransientError.Transaction.LockClientStopped", "query-1", "x", "waiting", TX_TERMINATING},
        {NULL, "query-1", "x", NULL, TX_RUNNING},
    };

    for (size_t i = 0; i < LENGTH(cases); i++)
        if (tx_state(cases[i].status, cases[i].query_id, cases[i].query, cases[i].query_status) != cases[i].s)
            fail_msg("%s", cases[i].status);
    assert_string_equal(tx_state_name(TX_IDLE), "idle in tx");
}

static void reads_blockers(void **state)
{
    static const struct {
        const char *status, *details, *list;
    } cases[] = {
        {"Blocked by: [neo4j-transaction-99, neo4j-transaction-101]", "", "[\"neo4j-transaction-99\", \"neo4j-transaction-101\"]"},
        {"Blocked by: [transaction-12]", NULL, "[\"transaction-12\"]"},
        {"Blocked", "blocked by [a,b , c]", "[\"a\", \"b\", \"c\"]"},
        {"Blocked by: []", "", "[]"},
        {"Blocked by: [a", "", "[]"},
        {"Blocked by:", "", "[]"},
        {"Blocked by: [ , ,]", "", "[]"},
        {"Running", "", "[]"},
        {"Running [x]", "", "[]"},
        {NULL, NULL, "[]"},
    };
    struct arena a = {0};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct value v = tx_blocked_by(&a, cases[i].status, cases[i].details);
        struct text t;

        text_init(&t, 0);
        value_render(v, &t);
        if (v.type != V_LIST || strcmp(t.s, cases[i].list) != 0)
            fail_msg("%s: %s", cases[i].status, t.s);
        text_release(&t);
    }
    arena_release(&a);
}

static void bounds_blockers(void **state)
{
    struct arena a = {0};
    struct text t;

    text_init(&t, 0);
    text_adds(&t, "Blocked by: [");
    for (int i = 0; i < 5000; i++)
        text_addf(&t, "t-%d, ", i);
    text_adds(&t, "]");
    assert_int_equal(tx_blocked_by(&a, t.s, "").len, TX_BLOCKERS_MAX);
    text_release(&t);
    arena_release(&a);
}

static void shortens_ids(void **state)
{
    static const struct {
        const char *id, *brief;
        bool valid;
    } cases[] = {
        {"neo4j-transaction-42", "42", true},
        {"my-db-transaction-7", "7", true},
        {"transaction-12", "12", true},
        {"bolt-7", "7", false},
        {"transaction-", "transaction-", false},
        {"neo4j-transaction-4x", "neo4j-transaction-4x", false},
        {"xtransaction-4", "4", false},
        {"", "", false},
        {"-", "-", false},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_string_equal(tx_short_id(cases[i].id), cases[i].brief);
        if (tx_id_valid(cases[i].id) != cases[i].valid)
            fail_msg("%s", cases[i].id);
    }
}

static void knows_its_own(void **state)
{
    struct version v = {4, 2, 19};
    struct value app[] = {v_text("app"), v_text("neodeck")}, other[] = {v_text("app"), v_text("orders")};
    struct value own = {.type = V_MAP, .len = 2, .u.list = app}, foreign = {.type = V_MAP, .len = 2, .u.list = other};
    struct value none = v_absent(ABSENT_NULL);

    assert_true(tx_is_own(v_text("t-1"), none, "x"));
    assert_true(tx_is_own(none, own, "x"));
    assert_false(tx_is_own(none, foreign, "x"));
    assert_false(tx_is_own(none, none, NULL));
    assert_true(tx_is_own(none, none, statement_variant(STMT_TRANSACTIONS, v, EDITION_COMMUNITY, NULL)->cypher));
}

static void knows_plugins(void **state)
{
    assert_string_equal(plugin_find("apoc")->name, "APOC");
    assert_int_equal(plugin_find("apoc")->version, STMT_APOC_VERSION);
    assert_int_equal(plugin_find("gds")->version, STMT_GDS_VERSION);
    assert_null(plugin_find("com.acme"));
    assert_null(plugin_find("db"));
    assert_true(plugin_is_builtin("db"));
    assert_true(plugin_is_builtin("dbms"));
    assert_true(plugin_is_builtin("tx"));
    assert_false(plugin_is_builtin("apoc"));
    assert_false(plugin_is_builtin(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_states), cmocka_unit_test(reads_blockers), cmocka_unit_test(bounds_blockers),
        cmocka_unit_test(shortens_ids), cmocka_unit_test(knows_its_own),  cmocka_unit_test(knows_plugins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
