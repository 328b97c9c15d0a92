#include "feed/collect.h"
#include "neo4j/fixture.h"
#include "support/feedbench.h"

#define WALL INT64_C(1795361000000) /* 2026-11-22T15:23:20Z */

/* ---- one value ---- */

static void values_become_what_the_column_is(void **state)
{
    static const struct value list[] = {{.type = V_INT, .u.i = 1}};
    struct arena a = {0};
    static const struct {
        struct value in;
        enum value_type to;
        const char *server;
        struct value out;
    } cases[] = {
#define TEXT_(t) {.type = V_TEXT, .len = sizeof(t) - 1, .u.s = t}
#define WRONG {.type = V_ABSENT, .absent = ABSENT_WRONG_SHAPE}
        {TEXT_("PT0.399S"), V_DURATION, "elapsedTime", {.type = V_DURATION, .u.i = 399}},
        {TEXT_("PT-0.5S"), V_DURATION, "elapsedTime", {.type = V_DURATION, .u.i = -500}},
        {{.type = V_DURATION, .u.i = 7}, V_DURATION, "elapsedTime", {.type = V_DURATION, .u.i = 7}},
        {{.type = V_INT, .u.i = 54}, V_DURATION, "elapsedTimeMillis", {.type = V_DURATION, .u.i = 54}},
        {{.type = V_INT, .u.i = 54}, V_DURATION, "elapsedTime", WRONG},
        {TEXT_("soon"), V_DURATION, "elapsedTime", WRONG},
        {TEXT_("2026-11-22T15:23:10.81Z"), V_TIME, "startTime", {.type = V_TIME, .u.i = INT64_C(1795360990810)}},
        {{.type = V_TIME, .u.i = 5}, V_TIME, "startTime", {.type = V_TIME, .u.i = 5}},
        {{.type = V_INT, .u.i = 5}, V_TIME, "startTime", WRONG},
        {TEXT_("yesterday"), V_TIME, "startTime", WRONG},
        {TEXT_(""), V_TIME, "startTime", {.type = V_ABSENT, .absent = ABSENT_NULL}},
        {TEXT_(""), V_TEXT, "error", {.type = V_ABSENT, .absent = ABSENT_NULL}},
        {TEXT_("x"), V_TEXT, "error", TEXT_("x")},
        {{.type = V_INT, .u.i = 5}, V_TEXT, "error", WRONG},
        {{.type = V_INT, .u.i = 5}, V_INT, "pageHits", {.type = V_INT, .u.i = 5}},
        {{.type = V_FLOAT, .u.d = 5.0}, V_INT, "pageHits", {.type = V_INT, .u.i = 5}},
        {{.type = V_FLOAT, .u.d = 5.5}, V_INT, "pageHits", WRONG},
        {{.type = V_FLOAT, .u.d = 1e300}, V_INT, "pageHits", WRONG},
        {TEXT_("5"), V_INT, "pageHits", WRONG},
        {{.type = V_INT, .u.i = 100}, V_FLOAT, "progress", {.type = V_FLOAT, .u.d = 100.0}},
        {{.type = V_BOOL, .u.i = 1}, V_BOOL, "writer", {.type = V_BOOL, .u.i = 1}},
        {TEXT_("true"), V_BOOL, "writer", {.type = V_BOOL, .u.i = 1}},
        {TEXT_("maybe"), V_BOOL, "writer", WRONG},
        {{.type = V_LIST, .len = 1, .u.list = list}, V_LIST, "aliases", {.type = V_LIST, .len = 1, .u.list = list}},
        {TEXT_("x"), V_LIST, "aliases", WRONG},
        {{.type = V_LIST, .len = 1, .u.list = list}, V_MAP, "metaData", WRONG},
        {{.type = V_ABSENT, .absent = ABSENT_TOO_LARGE}, V_MAP, "metaData", {.type = V_ABSENT, .absent = ABSENT_TOO_LARGE}},
        {{.type = V_ABSENT, .absent = ABSENT_NULL}, V_INT, "pageHits", {.type = V_ABSENT, .absent = ABSENT_NULL}},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value v = collect_value(&a, cases[i].in, cases[i].to, cases[i].server);
        if (v.type != cases[i].out.type || v.absent != cases[i].out.absent || (v.type != V_ABSENT && !value_equal(v, cases[i].out)))
            fail_msg("case %zu: type %d absent %d", i, v.type, v.absent);
    }
    arena_release(&a);
}

/* ---- whole sheets, with what real servers answered ---- */

struct scene {
    struct feedbench b;
};

static struct scene *scene_new(const char *version)
{
    struct scene *s = x_calloc(1, sizeof *s);

    feedbench_begin(&s->b, WALL, "prod");
    fake_state(&s->b.port, 0, PHASE_UP, version, "");
    return s;
}

static void scene_free(struct scene *s)
{
    feedbench_end(&s->b);
    free(s);
}

static void want(struct scene *s, enum sheet_id sheet)
{
    feedbench_want(&s->b, sheet, INSTANCE_NONE);
}

/* Answer with a recorded file of a server. */
static void answer(struct scene *s, enum statement_id id, const char *fixture)
{
    struct fixture f = fixture_load(fixture);
    struct arena a = {0};
    struct neo_result out = {0};
    struct err e = {0};

    if (!neo_http_decode(f.dialect, f.status, f.body, f.n, 0, 1000000, &a, &out, &e))
        fail_msg("%s: %s", fixture, e.words);
    fake_rows(&s->b.port, id, 0, out.names, out.ncols, out.cells, out.nrows);
    arena_release(&a); /* the feed must have copied what it keeps */
    fixture_free(&f);
}

static long row_with(const struct relation *r, size_t col, const char *text)
{
    for (size_t i = 0; i < r->nrows; i++)
        if (strcmp(value_str(relation_cell(r, i, col), ""), text) == 0)
            return (long)i;
    fail_msg("no row '%s'", text);
    return -1;
}

static void assert_cell(const struct relation *r, long row, size_t col, const char *expected)
{
    struct text t;

    text_init(&t, 0);
    struct value v = relation_cell(r, (size_t)row, col);
    if (v.type == V_ABSENT)
        text_addf(&t, "(%s)", absent_name(v.absent));
    else
        value_render(v, &t);
    assert_string_equal(t.s, expected);
    text_release(&t);
}

static void transactions_of_three_lines(void **state)
{
    static const struct {
        const char *version, *fixture, *root, *first, *second, *idle;
        const char *cpu; /* of the idle one */
        bool query_elapsed;
    } cases[] = {
        {"5.26.30", "5.26.30/transactions", "neo4j-transaction-99", "neo4j-transaction-101", "neo4j-transaction-102", "neo4j-transaction-100", "(not_enabled)", true},
        {"4.4.48", "4.4.48/transactions-after-kill", "neo4j-transaction-22", "neo4j-transaction-24", "neo4j-transaction-25", "neo4j-transaction-23", "0", false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene *s = scene_new(cases[i].version);
        char blocks[128], by[128];
        want(s, SHEET_TRANSACTIONS);
        answer(s, STMT_TRANSACTIONS, cases[i].fixture);
        const struct relation *r = model_get(s->b.model, 0, SHEET_TRANSACTIONS);
        long root = row_with(r, COL_TRANSACTIONS_ID, cases[i].root), second = row_with(r, COL_TRANSACTIONS_ID, cases[i].second);
        long idle = row_with(r, COL_TRANSACTIONS_ID, cases[i].idle);
        snprintf(blocks, sizeof blocks, "[\"%s\", \"%s\"]", cases[i].first, cases[i].second);
        snprintf(by, sizeof by, "[\"%s\", \"%s\"]", cases[i].root, cases[i].first);
        struct value b = relation_cell(r, (size_t)root, COL_TRANSACTIONS_BLOCKS);
        assert_int_equal(b.type, V_LIST);
        assert_int_equal(b.len, 2);
        b = relation_cell(r, (size_t)second, COL_TRANSACTIONS_BLOCKED_BY);
        assert_int_equal(b.len, 2);
        assert_string_equal(value_str(b.u.list[0], ""), cases[i].root);
        assert_cell(r, root, COL_TRANSACTIONS_STATE, "idle in tx");
        assert_cell(r, second, COL_TRANSACTIONS_STATE, "blocked");
        assert_cell(r, second, COL_TRANSACTIONS_INSTANCE, "prod");
        assert_int_equal(relation_cell(r, (size_t)second, COL_TRANSACTIONS_ELAPSED).type, V_DURATION);
        assert_int_equal(relation_cell(r, (size_t)second, COL_TRANSACTIONS_STARTED).type, V_TIME);
        assert_cell(r, idle, COL_TRANSACTIONS_QUERY, "(null)");
        assert_int_equal(relation_cell(r, (size_t)idle, COL_TRANSACTIONS_META).type, V_MAP);
        if (cases[i].query_elapsed)
            assert_int_equal(relation_cell(r, (size_t)second, COL_TRANSACTIONS_QUERY_ELAPSED).type, V_DURATION);
        else
            assert_cell(r, second, COL_TRANSACTIONS_QUERY_ELAPSED, "(version)");
        if (*cases[i].cpu == '(')
            assert_cell(r, idle, COL_TRANSACTIONS_CPU, cases[i].cpu);
        else
            assert_int_equal(relation_cell(r, (size_t)idle, COL_TRANSACTIONS_CPU).type, V_DURATION);
        scene_free(s);
    }
}

static void old_names_and_milliseconds(void **state)
{
    struct scene *s = scene_new("3.5.0");

    want(s, SHEET_TRANSACTIONS);
    answer(s, STMT_TRANSACTIONS, "3.5-enterprise/transactions");
    const struct relation *r = model_get(s->b.model, 0, SHEET_TRANSACTIONS);
    assert_int_equal(r->nrows, 1);
    assert_int_equal(value_i64(relation_cell(r, 0, COL_TRANSACTIONS_ELAPSED), -1), 54);
    assert_int_equal(value_i64(relation_cell(r, 0, COL_TRANSACTIONS_CPU), -1), 31);
    assert_int_equal(value_i64(relation_cell(r, 0, COL_TRANSACTIONS_MEMORY), -1), 4206112);
    assert_cell(r, 0, COL_TRANSACTIONS_DATABASE, "(version)");
    assert_cell(r, 0, COL_TRANSACTIONS_ID, "transaction-4");
    scene_free(s);
}

static void own_ones_are_marked_and_counted(void **state)
{
    struct scene *s = scene_new("5.26.30");
    static const char *const names[] = {"transactionId", "currentQuery", "currentQueryId", "metaData", "neodeck", "status"};
    struct value meta[] = {v_text("app"), v_text("neodeck")};
    struct value map = {.type = V_MAP, .len = 2, .u.list = meta}, empty = {.type = V_MAP};
    struct value rows[] = {
        v_text("neo4j-transaction-1"), v_text("RETURN 1"), v_text("q"), empty, v_absent(ABSENT_NULL), v_text("Running"),
        v_text("neo4j-transaction-2"), v_text("RETURN 1"), v_text("q"), empty, v_text("tag-7"), v_text("Running"),
        v_text("neo4j-transaction-3"), v_text("RETURN 1"), v_text("q"), map, v_absent(ABSENT_NULL), v_text("Blocked by: [neo4j-transaction-1, neo4j-transaction-9]"),
    };

    want(s, SHEET_TRANSACTIONS);
    fake_rows(&s->b.port, STMT_TRANSACTIONS, 0, names, 6, rows, 3);
    const struct relation *r = model_get(s->b.model, 0, SHEET_TRANSACTIONS);
    assert_int_equal(r->hidden, 2);
    assert_cell(r, 0, COL_TRANSACTIONS_OWN, "false");
    assert_cell(r, 1, COL_TRANSACTIONS_OWN, "true");
    assert_cell(r, 2, COL_TRANSACTIONS_OWN, "true");
    assert_int_equal(relation_cell(r, 0, COL_TRANSACTIONS_BLOCKS).len, 1);
    assert_int_equal(relation_cell(r, 1, COL_TRANSACTIONS_BLOCKS).len, 0);
    assert_int_equal(relation_cell(r, 2, COL_TRANSACTIONS_BLOCKED_BY).len, 2); /* also one that is not in the list any more */
    scene_free(s);
}

/* A server shows a transaction before it has read the statement, and after it has answered: without query and tag. */
static void own_ones_between_statements_are_hidden(void **state)
{
    struct scene *s = scene_new("5.26.30");
    static const char *const names[] = {"transactionId", "currentQuery", "neodeck", "connectionId", "elapsedTime", "clientAddress"};
    static const struct {
        const char *query, *tag, *connection, *elapsed, *client, *own;
    } cases[] = {
        {"RETURN 1", "tag-7", "http-4", "PT0.1S", "10.0.0.7:50001", "true"}, {"", NULL, "http-4", "PT4S", "", "true"},
        {"", NULL, "http-5", "PT0.1S", "10.0.0.70:50001", "false"},          {"", NULL, "http-4", "PT5S", "10.0.0.7:50001", "false"},
        {"RETURN 2", NULL, "http-4", "PT0.1S", "10.0.0.7:50001", "false"},   {"", NULL, "http-6", "PT0.9S", "10.0.0.7:50002", "true"},
        {"", NULL, "http-6", "PT1S", "10.0.0.7:50002", "false"},             {"", NULL, "http-7", "PT0.1S", "", "false"},
    };
    enum { N = sizeof cases / sizeof *cases, COLS = sizeof names / sizeof *names };
    struct value rows[N * COLS];

    for (size_t i = 0; i < N; i++) {
        struct value *v = rows + i * COLS;
        v[0] = v_text("neo4j-transaction-1");
        v[1] = v_text(cases[i].query);
        v[2] = cases[i].tag ? v_text(cases[i].tag) : v_absent(ABSENT_NULL);
        v[3] = v_text(cases[i].connection);
        v[4] = v_text(cases[i].elapsed);
        v[5] = v_text(cases[i].client);
    }
    want(s, SHEET_TRANSACTIONS);
    fake_rows(&s->b.port, STMT_TRANSACTIONS, 0, names, COLS, rows, N);
    const struct relation *r = model_get(s->b.model, 0, SHEET_TRANSACTIONS);
    for (size_t row = 0; row < N; row++)
        assert_cell(r, row, COL_TRANSACTIONS_OWN, cases[row].own);
    assert_int_equal(r->hidden, 3);
    scene_free(s);
}

static void databases_of_community(void **state)
{
    static const struct {
        const char *version, *fixture, *type, *started, *message;
    } cases[] = {{"5.26.30", "5.26.30/databases", "standard", "time", "(null)"},
                 {"4.4.48", "4.4.48/databases", "(version)", "(version)", "(null)"},
                 {"2026.08.1", "2026.08.1/databases", "standard", "time", "(null)"}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene *s = scene_new(cases[i].version);
        want(s, SHEET_DATABASES);
        answer(s, STMT_DATABASES, cases[i].fixture);
        const struct relation *r = model_get(s->b.model, 0, SHEET_DATABASES);
        assert_int_equal(r->nrows, 2);
        long neo = row_with(r, COL_DATABASES_DATABASE, "neo4j");
        assert_cell(r, neo, COL_DATABASES_STATUS, "online");
        assert_cell(r, neo, COL_DATABASES_LAG, "(enterprise_only)");
        assert_cell(r, neo, COL_DATABASES_TYPE, cases[i].type);
        assert_cell(r, neo, COL_DATABASES_MESSAGE, cases[i].message);
        assert_cell(r, neo, COL_DATABASES_DEFAULT, "true");
        if (strcmp(cases[i].started, "time") == 0)
            assert_int_equal(relation_cell(r, (size_t)neo, COL_DATABASES_STARTED).type, V_TIME);
        else
            assert_cell(r, neo, COL_DATABASES_STARTED, cases[i].started);
        scene_free(s);
    }
}

static void a_server_before_4_has_one_database(void **state)
{
    struct scene *s = scene_new("3.5.35");

    want(s, SHEET_INDEXES); /* wants the databases, too */
    fake_fail(&s->b.port, ASK_STATEMENT, STMT_DATABASES, 0, ERR_VERSION, "SHOW DATABASES came with 4.0");
    const struct relation *r = model_get(s->b.model, 0, SHEET_DATABASES);
    assert_int_equal(r->nrows, 1);
    assert_false(r->missing);
    assert_cell(r, 0, COL_DATABASES_DATABASE, "graph.db");
    assert_cell(r, 0, COL_DATABASES_STATUS, "online");
    assert_cell(r, 0, COL_DATABASES_ROLE, "(version)");
    feed_step(s->b.feed, clock_mono_ms());
    answer(s, STMT_INDEXES, "3.5.35/indexes");
    r = model_get(s->b.model, 0, SHEET_INDEXES);
    assert_int_equal(r->nrows, 3);
    assert_cell(r, 0, COL_INDEXES_DATABASE, "graph.db");
    assert_cell(r, 0, COL_INDEXES_NAME, "index_10");
    assert_cell(r, 0, COL_INDEXES_ENTITY, "(version)");
    assert_int_equal(relation_cell(r, 0, COL_INDEXES_LABELS).type, V_LIST);
    assert_int_equal(relation_cell(r, 0, COL_INDEXES_PERCENT).type, V_FLOAT);
    scene_free(s);
}

static void say_databases(struct scene *s, size_t n)
{
    static const char *const names[] = {"name", "currentStatus", "type"};
    struct value rows[] = {
        v_text("neo4j"), v_text("online"), v_text("standard"), v_text("shop"), v_text("online"), v_text("standard"),
        v_text("system"), v_text("online"), v_text("system"), v_text("all"), v_text("online"), v_text("composite"),
        v_text("old"), v_text("offline"), v_text("standard"), v_text("shop"), v_text("online"), v_text("standard"),
    };
    fake_rows(&s->b.port, STMT_DATABASES, 0, names, 3, rows, n);
}

static void indexes_of_each_online_database(void **state)
{
    struct scene *s = scene_new("5.26.30");
    const struct relation *r;

    want(s, SHEET_INDEXES);
    assert_int_equal(fake_count(&s->b.port, ASK_STATEMENT, STMT_INDEXES, 0), 0);
    say_databases(s, 6);
    feed_step(s->b.feed, clock_mono_ms());
    assert_int_equal(fake_count(&s->b.port, ASK_STATEMENT, STMT_INDEXES, 0), 1); /* one at a time */
    assert_string_equal(fake_waiting(&s->b.port, ASK_STATEMENT, STMT_INDEXES, 0)->ask.u.statement.database, "neo4j");
    answer(s, STMT_INDEXES, "5.26.30/indexes");
    assert_null(model_get(s->b.model, 0, SHEET_INDEXES));
    assert_string_equal(fake_waiting(&s->b.port, ASK_STATEMENT, STMT_INDEXES, 0)->ask.u.statement.database, "shop");
    fake_fail(&s->b.port, ASK_STATEMENT, STMT_INDEXES, 0, ERR_SERVER, "shop is broken");
    assert_null(fake_waiting(&s->b.port, ASK_STATEMENT, STMT_INDEXES, 0));
    r = model_get(s->b.model, 0, SHEET_INDEXES);
    assert_true(r->nrows > 2);
    assert_false(r->missing);
    assert_string_equal(r->err.words, "shop is broken"); /* what there is, and what went wrong */
    assert_cell(r, 0, COL_INDEXES_DATABASE, "neo4j");
    assert_true(feed_idle(s->b.feed));
    scene_free(s);
}

static void indexes_fail_when_every_database_does(void **state)
{
    struct scene *s = scene_new("5.26.30");

    want(s, SHEET_INDEXES);
    say_databases(s, 1);
    feed_step(s->b.feed, clock_mono_ms());
    fake_fail(&s->b.port, ASK_STATEMENT, STMT_INDEXES, 0, ERR_PRIVILEGE, "not allowed");
    assert_true(model_get(s->b.model, 0, SHEET_INDEXES)->missing);
    scene_free(s);

    s = scene_new("5.26.30"); /* and when there is no list of them */
    want(s, SHEET_INDEXES);
    fake_fail(&s->b.port, ASK_STATEMENT, STMT_DATABASES, 0, ERR_PRIVILEGE, "not allowed");
    feed_step(s->b.feed, clock_mono_ms());
    assert_int_equal(model_get(s->b.model, 0, SHEET_INDEXES)->err.kind, ERR_PRIVILEGE);
    assert_true(feed_idle(s->b.feed));
    scene_free(s);
}

static void plugins_tell_their_versions(void **state)
{
    struct scene *s = scene_new("5.26.30");
    static const char *const names[] = {"prefix", "procedures"}, *const version[] = {"version"};
    struct value rows[] = {v_text("db"), v_int(40), v_text("apoc"), v_int(80), v_text("dbms"), v_int(20), v_text("com.acme"), v_int(2),
                           v_text("gds"), v_int(400)};
    static const char *const functions[] = {"prefix", "functions"};
    struct value more[] = {v_text("apoc"), v_int(246), v_text("only.functions"), v_int(3)};
    struct value said[] = {v_text("5.26.2")};

    want(s, SHEET_PLUGINS);
    feed_step(s->b.feed, clock_mono_ms());
    fake_rows(&s->b.port, STMT_PROCEDURES, 0, names, 2, rows, 5);
    fake_rows(&s->b.port, STMT_PLUGIN_FUNCTIONS, 0, functions, 2, more, 2);
    fake_rows(&s->b.port, STMT_APOC_VERSION, 0, version, 1, said, 1);
    fake_fail(&s->b.port, ASK_STATEMENT, STMT_GDS_VERSION, 0, ERR_SERVER, "no such function");
    const struct relation *r = model_get(s->b.model, 0, SHEET_PLUGINS);
    assert_int_equal(r->nrows, 4);
    assert_cell(r, 0, COL_PLUGINS_PLUGIN, "apoc");
    assert_cell(r, 0, COL_PLUGINS_FUNCTIONS, "246");
    assert_cell(r, 0, COL_PLUGINS_FILE, "(host_unreachable)");
    assert_cell(r, 3, COL_PLUGINS_PLUGIN, "only.functions");
    assert_cell(r, 0, COL_PLUGINS_VERSION, "5.26.2");
    assert_cell(r, 0, COL_PLUGINS_PROCEDURES, "80");
    assert_cell(r, 0, COL_PLUGINS_STATE, "loaded");
    assert_cell(r, 1, COL_PLUGINS_PLUGIN, "com.acme");
    assert_cell(r, 1, COL_PLUGINS_VERSION, "(not_applicable)");
    assert_cell(r, 2, COL_PLUGINS_VERSION, "(error)");
    assert_cell(r, 2, COL_PLUGINS_MESSAGE, "no such function");
    assert_true(feed_idle(s->b.feed));
    scene_free(s);
}

static void want_transaction(struct scene *s, const char *id, int64_t started)
{
    struct param p[] = {{"id", v_text(id)}, {"started", v_time(started)}};
    feed_want(s->b.feed, &(struct interest){.sheet = SHEET_TRANSACTION, .instance = 0, .params = p, .nparams = 2}, 1);
    feed_step(s->b.feed, clock_mono_ms());
}

static void the_detail_of_a_transaction(void **state)
{
    struct scene *s = scene_new("5.26.30");
    int64_t started;

    assert_true(time_parse("2026-11-22T15:23:08.734Z", &started));
    want_transaction(s, "neo4j-transaction-103", started);
    struct fakeask *k = fake_waiting(&s->b.port, ASK_STATEMENT, STMT_TRANSACTION, 0);
    assert_int_equal(k->ask.u.statement.nparams, 1); /* the time is for us */
    answer(s, STMT_TRANSACTION, "5.26.30/transaction-detail");
    const struct relation *r = model_get(s->b.model, 0, SHEET_TRANSACTION);
    assert_cell(r, 0, COL_TRANSACTION_AGENT, "(not_asked)");
    answer(s, STMT_CONNECTIONS, "5.26.30/connections"); /* which was wanted along with it */
    feed_step(s->b.feed, clock_mono_ms());
    answer(s, STMT_TRANSACTION, "5.26.30/transaction-detail");
    r = model_get(s->b.model, 0, SHEET_TRANSACTION);
    assert_cell(r, 0, COL_TRANSACTION_AGENT, "analytics/0.9");
    assert_cell(r, 0, COL_TRANSACTION_PARAMETERS, "{limit: 300000000}");
    assert_cell(r, 0, COL_TRANSACTION_STATE, "running");
    assert_cell(r, 0, COL_TRANSACTION_TRACE, "(not_enabled)");
    assert_cell(r, 0, COL_TRANSACTION_PROGRESS, "(version)");

    /* the same id, but begun at another time: that one is gone, its last data stays */
    want_transaction(s, "neo4j-transaction-103", started + 1);
    answer(s, STMT_TRANSACTION, "5.26.30/transaction-detail");
    r = model_get(s->b.model, 0, SHEET_TRANSACTION);
    assert_int_equal(r->err.kind, ERR_GONE);
    assert_true(r->stale);

    /* another one is wanted while the answer is on its way: that answer is dropped */
    clock_advance(5000);
    feed_step(s->b.feed, clock_mono_ms());
    assert_non_null(fake_waiting(&s->b.port, ASK_STATEMENT, STMT_TRANSACTION, 0));
    want_transaction(s, "neo4j-transaction-7", started);
    uint64_t generation = model_generation(s->b.model, SHEET_TRANSACTION);
    answer(s, STMT_TRANSACTION, "5.26.30/transaction-detail");
    assert_true(model_generation(s->b.model, SHEET_TRANSACTION) == generation);
    feed_step(s->b.feed, clock_mono_ms());
    k = fake_waiting(&s->b.port, ASK_STATEMENT, STMT_TRANSACTION, 0);
    assert_string_equal(value_str(k->ask.u.statement.params[0].value, ""), "neo4j-transaction-7");
    answer(s, STMT_TRANSACTION, "5.26.30/transaction-unknown");
    assert_int_equal(model_get(s->b.model, 0, SHEET_TRANSACTION)->err.kind, ERR_GONE);
    scene_free(s);
}

static void connections_have_an_age(void **state)
{
    struct scene *s = scene_new("5.26.30");

    want(s, SHEET_CONNECTIONS);
    answer(s, STMT_CONNECTIONS, "5.26.30/connections");
    const struct relation *r = model_get(s->b.model, 0, SHEET_CONNECTIONS);
    long own = row_with(r, COL_CONNECTIONS_AGENT, "neodeck-fixtures/1"), other = row_with(r, COL_CONNECTIONS_ID, "http-147");
    assert_cell(r, own, COL_CONNECTIONS_OWN, "true");
    assert_cell(r, other, COL_CONNECTIONS_OWN, "false");
    assert_true(r->hidden >= 1);
    assert_int_equal(value_i64(relation_cell(r, (size_t)other, COL_CONNECTIONS_AGE), -1), WALL - INT64_C(1795360987974));
    scene_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_become_what_the_column_is),
        cmocka_unit_test(transactions_of_three_lines),
        cmocka_unit_test(old_names_and_milliseconds),
        cmocka_unit_test(own_ones_are_marked_and_counted),
        cmocka_unit_test(own_ones_between_statements_are_hidden),
        cmocka_unit_test(databases_of_community),
        cmocka_unit_test(a_server_before_4_has_one_database),
        cmocka_unit_test(indexes_of_each_online_database),
        cmocka_unit_test(indexes_fail_when_every_database_does),
        cmocka_unit_test(plugins_tell_their_versions),
        cmocka_unit_test(the_detail_of_a_transaction),
        cmocka_unit_test(connections_have_an_age),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
