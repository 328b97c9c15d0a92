/* Requests: paths, headers, bodies, and the text of EXPLAIN that cannot be abused. */
#include "support/cm.h"
#include "neo4j/explain.h"
#include "neo4j/http.h"

static struct discovery server(const char *version, enum dialect dialect)
{
    struct discovery d = {.dialect = dialect, .edition = EDITION_COMMUNITY, .transaction = "/db/{databaseName}/tx"};

    assert_true(version_parse(version, &d.version));
    if (d.version.major < 4)
        snprintf(d.transaction, sizeof d.transaction, "/db/data/transaction");
    snprintf(d.query, sizeof d.query, "/db/{databaseName}/query/v2");
    return d;
}

static struct neo_call call_of(const struct discovery *d, enum statement_id id)
{
    struct neo_call c = {.dialect = d->dialect, .server = d, .database = "system", .variant = statement_variant(id, d->version,
                                                                                                              d->edition, NULL)};

    assert_non_null(c.variant);
    return c;
}

static bool has_header(const struct neo_http *h, const char *line)
{
    for (size_t i = 0; h->headers[i]; i++)
        if (!strcmp(h->headers[i], line))
            return true;
    return false;
}

static void builds_requests(void **state)
{
    static const struct {
        const char *version;
        enum dialect dialect;
        bool reading;
        int64_t deadline;
        const char *path, *header;
        bool limited, read_header;
    } cases[] = {
        {"5.26.30", DIALECT_JOLT, true, 2000, "/db/system/tx/commit", "max-execution-time: 2000", true, true},
        {"5.26.30", DIALECT_JOLT, false, 0, "/db/system/tx/commit", "Content-Type: application/json", false, false},
        {"2026.08.1", DIALECT_JOLT, true, 5000, "/db/system/tx/commit", "max-execution-time: 5000", true, true},
        {"4.4.48", DIALECT_JOLT, true, 1, "/db/system/tx/commit", "max-execution-time: 1", true, true},
        {"4.1.0", DIALECT_JSON, true, 1, "/db/system/tx/commit", "Accept: application/json", true, false},
        {"3.5.35", DIALECT_JSON, true, 0, "/db/data/transaction/commit", "Accept: application/json", false, false},
        {"5.26.30", DIALECT_QUERY, true, 2000, "/db/system/query/v2", "Accept: application/vnd.neo4j.query", false, false},
        {"2026.08.1", DIALECT_QUERY, true, 1500, "/db/system/query/v2", "Accept: application/vnd.neo4j.query", true, false},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct discovery d = server(cases[i].version, cases[i].dialect);
        struct neo_call c = call_of(&d, STMT_COMPONENTS);
        struct neo_http h;
        struct err e;

        c.reading = cases[i].reading;
        c.deadline_ms = cases[i].deadline;
        c.tag = "t-1";
        assert_true(neo_http_build(&h, &c, &e));
        assert_string_equal(h.path.s, cases[i].path);
        if (!has_header(&h, cases[i].header) || h.limited != cases[i].limited ||
            has_header(&h, "access-mode: READ") != cases[i].read_header)
            fail_msg("case %zu", i);
        assert_true(h.tagged);
        assert_int_equal(h.result_index, 0);
        assert_non_null(strstr(h.body.s, "\"neodeck\":\"t-1\""));
        assert_int_equal(strstr(h.body.s, "\"accessMode\":\"READ\"") != NULL, cases[i].dialect == DIALECT_QUERY);
        assert_int_equal(strstr(h.body.s, "\"maxExecutionTime\":2") != NULL, cases[i].dialect == DIALECT_QUERY && h.limited);
        neo_http_release(&h);
    }
}

static void writes_bodies(void **state)
{
    static const char *const names[] = {"big", "small", "text", "none", "list", "map", "float", "time", "yes"};
    struct value list[] = {v_int(1), v_text("b"), v_absent(ABSENT_NULL)}, map[] = {v_text("k"), v_float(1)};
    struct value params[] = {
        v_int(INT64_MAX), v_int(INT64_MIN), v_text("a\"b\\\n\t\x01\xc3\xa9\xff\xf0\x9f\x98\x80"), v_absent(ABSENT_NULL),
        {.type = V_LIST, .len = 3, .u.list = list}, {.type = V_MAP, .len = 2, .u.list = map}, v_float(0.1), v_time(0), v_bool(true)};
    struct discovery d = server("5.26.30", DIALECT_JOLT);
    struct neo_call c = call_of(&d, STMT_COMPONENTS);
    struct neo_http h;

    c.param_names = names;
    c.params = params;
    c.nparams = LENGTH(names);
    assert_true(neo_http_build(&h, &c, NULL));
    assert_string_equal(h.body.s,
                        "{\"statements\":[{\"statement\":\"CALL dbms.components() YIELD name, versions, edition\",\"parameters\":{"
                        "\"big\":9223372036854775807,\"small\":-9223372036854775808,"
                        "\"text\":\"a\\\"b\\\\\\n\\t\\u0001\xc3\xa9\xef\xbf\xbd\xf0\x9f\x98\x80\",\"none\":null,"
                        "\"list\":[1,\"b\",null],\"map\":{\"k\":1.0},\"float\":0.1,\"time\":\"1970-01-01T00:00:00.000Z\","
                        "\"yes\":true}}]}");
    assert_false(h.tagged);
    neo_http_release(&h);
}

static void encodes_databases(void **state)
{
    static const struct {
        const char *name, *path;
    } cases[] = {
        {"neo4j", "/db/neo4j/tx/commit"},
        {"my-db.1", "/db/my-db.1/tx/commit"},
        {"../x?y#z", "/db/..%2Fx%3Fy%23z/tx/commit"},
        {"a b\xc3\xa9", "/db/a%20b%C3%A9/tx/commit"},
    };
    struct discovery d = server("5.26.30", DIALECT_JOLT);
    struct neo_call c = call_of(&d, STMT_INDEXES);
    struct neo_http h;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        c.database = cases[i].name;
        assert_true(neo_http_build(&h, &c, NULL));
        assert_string_equal(h.path.s, cases[i].path);
        neo_http_release(&h);
    }
}

static void refuses_requests(void **state)
{
    struct discovery d = server("5.26.30", DIALECT_JOLT);
    struct neo_call c = call_of(&d, STMT_EXPLAIN);
    struct neo_http h;
    struct err e;
    char *huge;

    c.text = "";
    assert_false(neo_http_build(&h, &c, &e));
    assert_int_equal(e.kind, ERR_USAGE);
    huge = malloc(TEXT_MAX_DEFAULT + 2);
    memset(huge, 'R', TEXT_MAX_DEFAULT + 1);
    huge[TEXT_MAX_DEFAULT + 1] = '\0';
    c.text = huge;
    assert_false(neo_http_build(&h, &c, &e));
    assert_int_equal(e.kind, ERR_TOO_LARGE);
    free(huge);
    d.transaction[0] = '\0';
    c.text = "RETURN 1";
    assert_false(neo_http_build(&h, &c, &e));
    assert_int_equal(e.kind, ERR_VERSION);
}

static void composes_explain(void **state)
{
    static const struct {
        const char *query, *text; /* text NULL: refused */
    } cases[] = {
        {"MATCH (n) RETURN n", "EXPLAIN MATCH (n) RETURN n"},
        {"  match (n) return n ; ", "EXPLAIN match (n) return n "},
        {"MATCH (n) RETURN n; // that was it", "EXPLAIN MATCH (n) RETURN n"},
        {"EXPLAIN MATCH (n) RETURN n", "EXPLAIN MATCH (n) RETURN n"},
        {"PROFILE MATCH (n) RETURN n", "EXPLAIN MATCH (n) RETURN n"},
        {"profile\n explain Profile CREATE (n)", "EXPLAIN CREATE (n)"},
        {"/* x */ PROFILE // y\n CREATE (n)", "EXPLAIN CREATE (n)"},
        {"PROFILE/**/CREATE (n)", "EXPLAIN CREATE (n)"},
        {"\xc2\xa0PROFILE\xe2\x80\xa8" "CREATE (n)", "EXPLAIN CREATE (n)"},
        {"CYPHER 25 PROFILE CREATE (n)", "EXPLAIN CYPHER 25 CREATE (n)"},
        {"CYPHER 3.5 planner = idp /* x */ runtime=slotted PROFILE MATCH (n) RETURN n",
         "EXPLAIN CYPHER 3.5 planner = idp runtime=slotted MATCH (n) RETURN n"},
        {"CYPHER runtime=slotted CYPHER 5 MATCH (n) RETURN n", "EXPLAIN CYPHER runtime=slotted 5 MATCH (n) RETURN n"},
        {"CYPHER PROFILE CREATE (n)", "EXPLAIN CREATE (n)"},
        {"RETURN ';' AS a, \";\" AS b, `;` AS c /* ; */ // ;", "EXPLAIN RETURN ';' AS a, \";\" AS b, `;` AS c /* ; */ // ;"},
        {"RETURN 'it\\'s; ok'", "EXPLAIN RETURN 'it\\'s; ok'"},
        {"(n)", "EXPLAIN (n)"},
        {"", NULL},
        {"   ", NULL},
        {"// only this", NULL},
        {"/* never ends", NULL},
        {"PROFILE", NULL},
        {"CYPHER 5", NULL},
        {"RETURN 1; CREATE (n)", NULL},
        {"RETURN 1;;", NULL},
        {"RETURN 1; /* x", NULL},
        {"RETURN 1 /* x", NULL},
        {"\\u0050ROFILE CREATE (n)", NULL},
        {"P\\u0052OFILE CREATE (n)", NULL},
        {"PROFILE\\u0020CREATE (n)", NULL},
        {"\xef\xbc\xb0ROFILE CREATE (n)", NULL},
        {"PROF\xc4\xb0LE CREATE (n)", NULL},
        {"\x01PROFILE CREATE (n)", NULL},
        {"; CREATE (n)", NULL},
        {"$x", NULL},
        {"CYPHER 5PROFILE CREATE (n)", NULL},
        {"CYPHER 5\\u0020PROFILE CREATE (n)", NULL},
        {"CYPHER runtime=slotted\\u0020PROFILE CREATE (n)", NULL},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text t;
        struct err e = {0};
        bool ok;

        text_init(&t, 0);
        ok = explain_compose(cases[i].query, &t, &e);
        if (ok != (cases[i].text != NULL) || strcmp(t.s, ok ? cases[i].text : "") != 0 || (!ok && !*e.words))
            fail_msg("'%s': '%s' %s", cases[i].query, t.s, e.words);
        text_release(&t);
    }
    assert_false(explain_compose(NULL, &(struct text){0}, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_requests),  cmocka_unit_test(writes_bodies),    cmocka_unit_test(encodes_databases),
        cmocka_unit_test(refuses_requests), cmocka_unit_test(composes_explain),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
