/* What is found, in which words and order, and what monitoring is told. */
#include "rows_of.h"

#include "sheet/findings.h"

static void instance(struct model *m, uint32_t i, const char *state, const char *login, const char *message, const char *age)
{
    struct relation *r = relation_new(i, SHEET_INSTANCES);
    add_row(r, "instance", model_instance_name(m, i), "state", state, "login", login, "message", message, "age_ms", age, NULL);
    r->taken_ms = 1000;
    model_publish(m, r);
}

static void database(struct relation *r, const char *name, const char *status, const char *requested, const char *message,
                     const char *server)
{
    add_row(r, "database", name, "status", status, "requested_status", requested, "message", message, "server_id", server, NULL);
}

/* All findings as "level kind subject: text", one a line. */
static void check(struct model *m, const char *want, int status)
{
    const struct relation *r;
    struct text t;
    text_init(&t, 0);
    findings_update(m, 5000);
    r = model_get(m, MODEL_NO_INSTANCE, SHEET_FINDINGS);
    for (size_t i = 0; r && i < r->nrows; i++) {
        const size_t cols[] = {COL_FINDINGS_LEVEL, COL_FINDINGS_KIND, COL_FINDINGS_SUBJECT, COL_FINDINGS_TEXT};
        for (size_t k = 0; k < 4; k++)
            text_addf(&t, "%s%s", value_str(relation_cell(r, i, cols[k]), "?"), k < 2 ? " " : k == 2 ? ": " : "\n");
    }
    assert_string_equal(t.s, want);
    assert_int_equal(findings_status(m), status);
    text_release(&t);
}

static void nothing_known_and_all_well(void **state)
{
    struct model *m = model_new();
    struct relation *r;
    struct text t;
    text_init(&t, 0);
    assert_int_equal(findings_status(m), 3);
    findings_line(m, false, 80, &t);
    assert_string_equal(t.s, "");
    model_add_instance(m, "prod-1");
    instance(m, 0, "connecting", "absent:not_asked", "absent:null", "absent:not_asked");
    check(m, "", 3);
    r = relation_new(0, SHEET_HOST); /* its machine alone does not tell that all is well */
    r->taken_ms = 2000;
    model_publish(m, r);
    check(m, "", 3);
    assert_int_equal(model_newest(m), 0);
    instance(m, 0, "up", "ok", "absent:null", "10ms");
    r = relation_new(0, SHEET_DATABASES);
    database(r, "system", "online", "online", "", "s1");
    database(r, "shop", "Online", "online", "", "s1");
    r->taken_ms = 2000;
    model_publish(m, r);
    check(m, "", 0);
    findings_line(m, false, 80, &t);
    assert_string_equal(t.s, "");
    text_release(&t);
    model_free(m);
}

static void databases_are_compared_with_what_was_asked(void **state)
{
    struct model *m = model_new();
    struct relation *r = relation_new(0, SHEET_DATABASES);
    model_add_instance(m, "prod-1");
    instance(m, 0, "up", "ok", "absent:null", "10ms");
    database(r, "a", "starting", "online", "", "s1");
    database(r, "shop", "offline", "online", "store copy\n failed", "s1");
    database(r, "q", "quarantined", "online", "absent:null", "s1");
    database(r, "back", "online", "offline", "", "s1");
    database(r, "off", "offline", "offline", "", "s1");
    database(r, "old", "online", "absent:null", "", "s1");
    database(r, "two", "unknown", "online", "", "s1");
    database(r, "two", "online", "online", "", "s2");
    model_publish(m, r);
    check(m,
          "critical database shop: db shop offline: \"store copy failed\"\n"
          "critical database q: db q quarantined, should be online\n"
          "critical database two: db two unknown on 1 of 2 servers, should be online\n"
          "warning database a: db a starting, should be online\n"
          "warning database back: db back online, should be offline\n",
          2);
    model_free(m);
}

/* Three members tell of the same copies: an admin wants each once. */
static void a_cluster_tells_once(void **state)
{
    struct model *m = model_new();
    for (uint32_t i = 0; i < 3; i++) {
        static const char *const names[] = {"a", "b", "c"};
        struct relation *r = relation_new(i, SHEET_DATABASES);
        model_add_instance(m, names[i]);
        instance(m, i, "up", "ok", "absent:null", "10ms");
        database(r, "shop", "offline", "online", "", "s1");
        database(r, "shop", "online", "online", "", "s2");
        if (i == 2)
            database(r, "own", "dirty", "online", "", "s3");
        model_publish(m, r);
    }
    check(m,
          "critical database shop: db shop offline on 1 of 2 servers, should be online\n"
          "critical database own: db own dirty, should be online\n",
          2);
    model_free(m);
}

static void instances_and_logins(void **state)
{
    static const struct {
        const char *state, *login, *message, *age, *want;
        int status;
    } cases[] = {
        {"down", "absent:not_asked", "connection refused", "absent:not_asked",
         "critical instance down: stage down: connection refused\n", 3},
        {"down", "ok", "connection refused; next try in 8s", "41s",
         "critical instance down: stage down: connection refused; next try in 8s\n", 2},
        {"down", "refused", "wrong password", "10ms", "critical login refused: login refused on stage: :password\n", 2},
        {"down", "locked", "", "10ms", "critical login locked: account locked on stage: wait, then :password\n", 2},
        {"up", "expired", "", "10ms", "critical login expired: password expired on stage: :password\n", 2},
        {"up", "token expired", "", "10ms", "critical login token expired: token expired on stage: :retry\n", 2},
        {"up", "needed", "", "absent:not_asked", "warning login needed: password needed on stage: :password\n", 3},
        {"stale", "ok", "no answer", "41s", "warning instance stale: stage stale 41 s\n", 1},
        {"slow", "ok", "absent:null", "10ms", "warning instance slow: stage slow\n", 1},
        {"recovering", "ok", "", "10ms", "warning instance recovering: stage recovering\n", 1},
        {"up", "off", "", "10ms", "warning insecure login: authentication off on stage\n", 1},
        {"connecting", "absent:not_asked", "", "absent:not_asked", "", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model *m = model_new();
        model_add_instance(m, "stage");
        instance(m, 0, cases[i].state, cases[i].login, cases[i].message, cases[i].age);
        check(m, cases[i].want, cases[i].status);
        model_free(m);
    }
}

static struct relation *jam(const char *wait)
{
    struct relation *r = relation_new(0, SHEET_TRANSACTIONS);
    add_row(r, "transaction_id", "neo4j-transaction-42", "username", "app", "elapsed_ms", "12m4s", "state", "idle in tx", "blocks",
            "neo4j-transaction-51 neo4j-transaction-57 neo4j-transaction-60", NULL);
    add_row(r, "transaction_id", "neo4j-transaction-51", "elapsed_ms", "3s", "state", "blocked", "blocked_by",
            "neo4j-transaction-42", "wait_ms", wait, "blocks", "neo4j-transaction-60", NULL);
    add_row(r, "transaction_id", "neo4j-transaction-57", "elapsed_ms", "3s", "state", "blocked", "wait_ms", wait, NULL);
    add_row(r, "transaction_id", "neo4j-transaction-60", "elapsed_ms", "3s", "state", "blocked", "wait_ms", wait, NULL);
    r->taken_ms = 3000;
    return r;
}

static void transactions_that_hold_up_others(void **state)
{
    struct model *m = model_new();
    struct relation *r;
    model_add_instance(m, "prod-1");
    instance(m, 0, "up", "ok", "absent:null", "10ms");
    model_publish(m, jam("2s"));
    check(m,
          "warning blocked 42: tx 42 blocks 3 (oldest 12 min)\n"
          "warning idle 42: idle in tx 42 app 12m\n",
          1);
    model_publish(m, jam("absent:null"));
    check(m,
          "warning blocked 42: tx 42 blocks 3 (oldest 12 min)\n"
          "warning idle 42: idle in tx 42 app 12m\n",
          1);
    model_publish(m, jam("200ms"));
    check(m, "warning idle 42: idle in tx 42 app 12m\n", 1);

    r = relation_new(0, SHEET_TRANSACTIONS);
    add_row(r, "transaction_id", "t-transaction-1", "username", "a", "elapsed_ms", "61s", "state", "idle in tx", NULL);
    add_row(r, "transaction_id", "t-transaction-2", "username", "b", "elapsed_ms", "3h7m", "state", "idle in tx", NULL);
    add_row(r, "transaction_id", "t-transaction-3", "username", "c", "elapsed_ms", "60s", "state", "idle in tx", NULL);
    add_row(r, "transaction_id", "t-transaction-4", "username", "d", "elapsed_ms", "5h", "state", "idle in tx", "own", "yes", NULL);
    add_row(r, "transaction_id", "t-transaction-5", "username", "e", "elapsed_ms", "5h", "state", "running", NULL);
    model_publish(m, r);
    check(m, "warning idle 2: 2 idle in tx, longest 2 b 3h07\n", 1);
    instance(m, 0, "down", "ok", "gone", "10ms"); /* what was true before it went down is not told */
    check(m, "critical instance down: prod-1 down: gone\n", 2);
    model_free(m);
}

static void indexes(void **state)
{
    struct model *m = model_new();
    struct relation *r = relation_new(0, SHEET_INDEXES);
    model_add_instance(m, "prod-1");
    add_row(r, "database", "neo4j", "index", "fine", "state", "ONLINE", NULL);
    add_row(r, "database", "neo4j", "index", "new", "state", "POPULATING", "population_percent", "43.7", NULL);
    add_row(r, "database", "neo4j", "index", "person_name", "state", "FAILED", NULL);
    add_row(r, "database", "shop", "index", "a", "state", "FAILED", NULL);
    add_row(r, "database", "shop", "index", "b", "state", "failed", NULL);
    r->taken_ms = 1;
    model_publish(m, r);
    check(m,
          "warning index person_name: index person_name failed (neo4j)\n"
          "warning index a: 2 indexes failed (shop): a …\n"
          "warning index new: index new populating 43 % (neo4j)\n",
          1);
    model_free(m);
}

static void the_line_is_cut(void **state)
{
    static const struct {
        int cols;
        bool many;
        const char *line;
    } cases[] = {
        {200, false, "stage down: connection refused · tx 42 blocks 3 (oldest 12 min) · idle in tx 42 app 12m"},
        {200, true, "stage down: connection refused · prod-1: tx 42 blocks 3 (oldest 12 min) · prod-1: idle in tx 42 app 12m"},
        {87, false, "stage down: connection refused · tx 42 blocks 3 (oldest 12 min) · idle in tx 42 app 12m"},
        {86, false, "stage down: connection refused · tx 42 blocks 3 (oldest 12 min) · +1 more"},
        {73, false, "stage down: connection refused · tx 42 blocks 3 (oldest 12 min) · +1 more"},
        {68, false, "stage down: connection refused · +2 more"},
        {40, false, "stage down: connection refused · +2 more"},
        {39, false, "stage down: connection refus… · +2 more"},
        {20, false, "stage dow… · +2 more"},
        {0, false, ""},
    };
    struct model *m = model_new();
    model_add_instance(m, "prod-1");
    model_add_instance(m, "stage");
    instance(m, 0, "up", "ok", "absent:null", "10ms");
    instance(m, 1, "down", "ok", "connection refused", "10ms");
    model_publish(m, jam("2s"));
    findings_update(m, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text t;
        text_init(&t, 0);
        findings_line(m, cases[i].many, cases[i].cols, &t);
        assert_string_equal(t.s, cases[i].line);
        assert_true(utf8_width(t.s, t.len) <= cases[i].cols);
        text_release(&t);
    }
    model_free(m);
}

static void hostile_words_are_cleaned_and_cut(void **state)
{
    struct model *m = model_new();
    struct relation *r = relation_new(0, SHEET_DATABASES);
    char words[5000];
    struct text t;
    model_add_instance(m, "p\x1b[2J");
    instance(m, 0, "up", "ok", "absent:null", "10ms");
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    memcpy(words, "\x1b[31m\n\xff", 7);
    database(r, "shop", "offline", "online", words, "s1");
    model_publish(m, r);
    findings_update(m, 1);
    text_init(&t, 0);
    findings_line(m, true, 1000, &t);
    assert_true(utf8_width(t.s, t.len) < 200);
    assert_true(utf8_valid(t.s, t.len));
    assert_null(strchr(t.s, '\x1b'));
    assert_non_null(strstr(t.s, "…\""));
    text_release(&t);
    model_free(m);
}

/* Called after each news of the model it must come to rest. */
static void an_update_without_change_publishes_nothing(void **state)
{
    struct model *m = model_new();
    uint64_t before;
    model_add_instance(m, "prod-1");
    instance(m, 0, "down", "ok", "gone", "10ms");
    findings_update(m, 1);
    before = model_generation(m, SHEET_FINDINGS);
    assert_true(before > 0);
    findings_update(m, 99);
    assert_int_equal(model_generation(m, SHEET_FINDINGS), before);
    instance(m, 0, "up", "ok", "", "10ms");
    findings_update(m, 100);
    assert_true(model_generation(m, SHEET_FINDINGS) > before);
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_known_and_all_well),
        cmocka_unit_test(databases_are_compared_with_what_was_asked),
        cmocka_unit_test(a_cluster_tells_once),
        cmocka_unit_test(instances_and_logins),
        cmocka_unit_test(transactions_that_hold_up_others),
        cmocka_unit_test(indexes),
        cmocka_unit_test(the_line_is_cut),
        cmocka_unit_test(hostile_words_are_cleaned_and_cut),
        cmocka_unit_test(an_update_without_change_publishes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
