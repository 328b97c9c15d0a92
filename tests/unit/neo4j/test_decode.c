/* What recorded answers of real servers mean, and that nothing of a broken one gets through. */
#include <dirent.h>

#include "fixture.h"
#include "neo4j/plan.h"

static int column(const struct neo_result *r, const char *name)
{
    for (size_t i = 0; i < r->ncols; i++)
        if (!strcmp(r->names[i], name))
            return (int)i;
    fail_msg("no column %s", name);
    return -1;
}

static struct value cell(const struct neo_result *r, size_t row, const char *name)
{
    assert_true(row < r->nrows);
    return r->cells[row * r->ncols + (size_t)column(r, name)];
}

static struct neo_result load(const char *name, struct arena *a)
{
    struct fixture f = fixture_load(name);
    struct neo_result r;
    struct err e;

    if (!decode_copy(f.dialect, f.status, f.body, f.n, a, &r, &e))
        fail_msg("%s: %s", name, e.words);
    fixture_free(&f);
    return r;
}

/* Every value type, in each dialect that has it. */
static void decodes_types(void **state)
{
    static const struct {
        const char *name;
        enum value_type type;
        const char *text;
    } strict[] = {
        {"nothing", V_ABSENT, ""},
        {"yes", V_BOOL, "true"},
        {"no", V_BOOL, "false"},
        {"zero", V_INT, "0"},
        {"minus", V_INT, "-1"},
        {"big", V_INT, "9007199254740993"},
        {"biggest", V_INT, "9223372036854775807"},
        {"smallest", V_INT, "-9223372036854775808"},
        {"float", V_FLOAT, "1.5"},
        {"whole", V_FLOAT, "1.0"},
        {"large", V_FLOAT, "1e+300"},
        {"nan", V_FLOAT, "NaN"},
        {"inf", V_FLOAT, "Infinity"},
        {"minusInf", V_FLOAT, "-Infinity"},
        {"empty", V_TEXT, ""},
        {"text", V_TEXT, "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80 \"quoted\" \\ \t tab \n line"},
        {"date", V_TEXT, "2026-02-28"},
        {"time", V_TEXT, "12:34:56.789+02:00"},
        {"localTime", V_TEXT, "12:34:56.000000001"},
        {"localDateTime", V_TEXT, "2026-02-28T12:34:56.5"},
    };
    static const char *const names[] = {"5.26.30/types", "4.4.48/types", "2026.08.1/types", "5.26.30/query-api-types",
                                        "2026.08.1/query-api-types"};
    struct arena a = {0};

    for (size_t f = 0; f < LENGTH(names); f++) {
        struct neo_result r = load(names[f], &a);
        struct value v;

        assert_int_equal(r.nrows, 1);
        for (size_t i = 0; i < LENGTH(strict); i++) {
            struct text t;

            text_init(&t, 0);
            v = cell(&r, 0, strict[i].name);
            value_render(v, &t);
            if (v.type != strict[i].type || strcmp(t.s, strict[i].text) != 0)
                fail_msg("%s %s: type %d '%s'", names[f], strict[i].name, v.type, t.s);
            text_release(&t);
        }
        v = cell(&r, 0, "zoned");
        assert_int_equal(v.type, V_TIME);
        assert_int_equal(v.u.i, 1772278496789);
        assert_int_equal(cell(&r, 0, "utc").u.i, 1772282096000);
        v = cell(&r, 0, "negative");
        assert_int_equal(v.type, V_DURATION);
        assert_int_equal(v.u.i, -500);
        assert_int_equal(cell(&r, 0, "duration").type, V_DURATION);
        assert_memory_equal(value_str(cell(&r, 0, "cartesian"), ""), "SRID=7203;POINT", 15);
        v = cell(&r, 0, "list");
        assert_int_equal(v.type, V_LIST);
        assert_int_equal(v.len, 4);
        assert_int_equal(v.u.list[3].u.list[0].type, V_FLOAT);
        v = cell(&r, 0, "map");
        assert_int_equal(v.len, 8);
        assert_int_equal(value_get(v, "odd key").type, V_ABSENT);
        assert_string_equal(value_str(value_get(v, "b"), ""), "two");
    }
    arena_release(&a);
}

static void decodes_entities(void **state)
{
    static const char *const names[] = {"5.26.30/types", "4.4.48/types", "2026.08.1/types", "5.26.30/query-api-types"};
    struct arena a = {0};

    for (size_t f = 0; f < LENGTH(names); f++) {
        struct neo_result r = load(names[f], &a);
        struct value node = cell(&r, 0, "node"), rel = cell(&r, 0, "relationship"), path = cell(&r, 0, "path");

        assert_int_equal(node.type, V_MAP);
        assert_string_equal(value_str(value_get(node, "labels").u.list[0], ""), "Person");
        assert_int_equal(value_get(value_get(node, "properties"), "id").u.i, 1);
        assert_string_equal(value_str(value_get(rel, "type"), ""), "KNOWS");
        assert_int_equal(value_get(value_get(rel, "properties"), "since").u.i, 1991);
        assert_int_not_equal(value_get(rel, "start").type, V_ABSENT);
        assert_int_not_equal(value_get(rel, "end").type, V_ABSENT);
        assert_int_equal(path.type, V_LIST);
        assert_int_equal(path.len, 3);
    }
    arena_release(&a);
}

/* Plain JSON has no types of its own, but keeps integers, floats and texts apart. */
static void decodes_plain_json(void **state)
{
    static const char *const names[] = {"3.5.35/types", "5.26.30/json-types", "2026.08.1/json-types"};
    struct arena a = {0};

    for (size_t f = 0; f < LENGTH(names); f++) {
        struct neo_result r = load(names[f], &a);

        assert_int_equal(cell(&r, 0, "big").u.i, 9007199254740993);
        assert_int_equal(cell(&r, 0, "smallest").u.i, INT64_MIN);
        assert_int_equal(cell(&r, 0, "zero").type, V_INT);
        assert_int_equal(cell(&r, 0, "whole").type, V_FLOAT);
        assert_int_equal(cell(&r, 0, "yes").type, V_BOOL);
        assert_string_equal(value_str(cell(&r, 0, "date"), ""), "2026-02-28");
        assert_int_equal(value_get(cell(&r, 0, "node"), "id").u.i, 1);
        assert_int_equal(cell(&r, 0, "path").len, 3);
    }
    arena_release(&a);
}

static void decodes_cells(void **state)
{
    static const struct {
        const char *name;
        size_t row;
        const char *column, *text;
    } cases[] = {
        {"5.26.30/components", 0, "versions", "[\"5.26.30\"]"},
        {"4.4.48/components", 0, "edition", "community"},
        {"2026.08.1/components", 1, "versions", "[\"5\", \"25\"]"},
        {"3.5.35/components", 0, "versions", "[\"3.5.35\"]"},
        {"3.4-enterprise/components", 0, "edition", "enterprise"},
        {"5.26.30/databases", 0, "name", "neo4j"},
        {"5.26.30/databases", 0, "writer", "true"},
        {"4.4.48/databases", 1, "error", ""},
        {"4.4.48/databases", 1, "role", "standalone"},
        {"2026.08.1/json-databases", 0, "currentStatus", "online"},
        {"5.26.30/transactions", 1, "currentQueryId", ""},
        {"4.4.48/transactions", 1, "status", "Blocked by: [neo4j-transaction-22, neo4j-transaction-24]"},
        {"4.4.48/list-transactions", 1, "elapsedTimeMillis", "3448"},
        {"3.5-enterprise/transactions", 0, "transactionId", "transaction-4"},
        {"3.4-enterprise/transactions", 0, "elapsedTimeMillis", "4039"},
        {"5.26.30/kill", 0, "message", "Transaction terminated."},
        {"5.26.30/kill-connection-unknown", 0, "username", "n/a"},
        {"5.26.30/indexes", 0, "state", "ONLINE"},
        {"3.5.35/indexes", 0, "progress", "100.0"},
        {"5.26.30/query-api-databases", 0, "name", "neo4j"},
    };
    struct arena a = {0};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct neo_result r = load(cases[i].name, &a);
        struct text t;

        text_init(&t, 0);
        value_render(cell(&r, cases[i].row, cases[i].column), &t);
        if (strcmp(t.s, cases[i].text) != 0)
            fail_msg("%s %s: '%s'", cases[i].name, cases[i].column, t.s);
        text_release(&t);
    }
    arena_release(&a);
}

static void takes_no_rows(void **state)
{
    static const char *const names[] = {"5.26.30/no-rows",    "4.4.48/no-rows",       "2026.08.1/no-rows",
                                        "3.5.35/no-rows",     "5.26.30/notification", "2026.08.1/kill-unknown"};
    struct arena a = {0};

    for (size_t i = 0; i < LENGTH(names); i++) {
        struct neo_result r = load(names[i], &a);

        assert_int_equal(r.nrows, 0);
        assert_true(r.ncols > 0);
    }
    arena_release(&a);
}

static void picks_a_result(void **state)
{
    static const char *const names[] = {"5.26.30/two-statements", "4.4.48/two-statements", "2026.08.1/two-statements"};
    struct arena a = {0};
    struct neo_result r;
    struct err e;

    for (size_t i = 0; i < LENGTH(names); i++) {
        struct fixture f = fixture_load(names[i]);

        assert_true(neo_http_decode(f.dialect, f.status, f.body, f.n, 1, 1000, &a, &r, &e));
        assert_string_equal(r.names[0], "connectionId");
        assert_true(neo_http_decode(f.dialect, f.status, f.body, f.n, 0, 1000, &a, &r, &e));
        assert_string_equal(r.names[0], "name");
        assert_false(neo_http_decode(f.dialect, f.status, f.body, f.n, 2, 1000, &a, &r, &e));
        assert_int_equal(e.kind, ERR_SHAPE);
        fixture_free(&f);
    }
    arena_release(&a);
}

static void tells_errors(void **state)
{
    static const struct {
        const char *name;
        enum err_kind kind;
        const char *code, *words;
    } cases[] = {
        {"5.26.30/no-login", ERR_LOGIN, "Neo.ClientError.Security.Unauthorized", ":password"},
        {"4.4.48/wrong-password", ERR_LOGIN, "Neo.ClientError.Security.Unauthorized", "Invalid username or password."},
        {"3.5.35/wrong-password", ERR_LOGIN, "Neo.ClientError.Security.Unauthorized", "Invalid"},
        {"2026.08.1/query-api-wrong-password", ERR_LOGIN, "Neo.ClientError.Security.Unauthorized", "Invalid credential."},
        {"5.26.30/rate-limited", ERR_LOGIN, "Neo.ClientError.Security.AuthenticationRateLimit", "wait"},
        {"5.26.30/expired-password", ERR_LOGIN, "Neo.ClientError.Security.CredentialsExpired", "has expired"},
        {"4.4.48/expired-password", ERR_LOGIN, "Neo.ClientError.Security.CredentialsExpired", "has expired"},
        {"2026.08.1/query-api-expired-password", ERR_LOGIN, "Neo.ClientError.Security.CredentialsExpired", "has expired"},
        {"3.5.35/expired-password", ERR_LOGIN, "Neo.ClientError.Security.Forbidden", "has expired"},
        {"5.26.30/unknown-database", ERR_SERVER, "Neo.ClientError.Database.DatabaseNotFound", "nosuchdatabase"},
        {"5.26.30/query-api-unknown-database", ERR_SERVER, "Neo.ClientError.Database.DatabaseNotFound", "nosuchdatabase"},
        {"5.26.30/error-in-rows", ERR_SERVER, "Neo.ClientError.Statement.ArithmeticError", "/ by zero"},
        {"3.5.35/error-in-rows", ERR_SERVER, "Neo.ClientError.Statement.ArithmeticError", "/ by zero"},
        {"5.26.30/query-api-error-in-rows", ERR_SERVER, "Neo.ClientError.Statement.ArithmeticError", "/ by zero"},
        {"5.26.30/syntax-error", ERR_SERVER, "Neo.ClientError.Statement.SyntaxError", ""},
        {"2026.08.1/json-syntax-error", ERR_SERVER, "Neo.ClientError.Statement.SyntaxError", ""},
        {"5.26.30/timed-out", ERR_TIMEOUT, "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration", "too long"},
        {"4.4.48/timed-out", ERR_TIMEOUT, "Neo.DatabaseError.Statement.ExecutionFailed", "too long"},
        {"5.26.30/killed-query", ERR_SERVER, "Neo.ClientError.Transaction.Terminated", "killed on the server"},
        {"4.4.48/killed-query", ERR_SERVER, "Neo.DatabaseError.Statement.ExecutionFailed", "killed on the server"},
        {"3.4-enterprise/killed-query", ERR_SERVER, "Neo.DatabaseError.Statement.ExecutionFailed", "killed on the server"},
        {"5.26.30/read-refused", ERR_READ_ONLY, "Neo.ClientError.Statement.AccessMode", "READ access mode"},
        {"4.4.48/read-refused", ERR_READ_ONLY, "Neo.ClientError.Request.Invalid", "READ access mode"},
        {"3.5.35/transactions", ERR_VERSION, "Neo.ClientError.Procedure.ProcedureNotFound", "no such procedure"},
        {"5.26.30/privileges", ERR_EDITION, "Neo.ClientError.Statement.UnsupportedAdministrationCommand", "Enterprise only"},
        {"5.26.30/terminate-garbage", ERR_SERVER, "Neo.ClientError.General.InvalidArguments", "Could not parse id"},
        {"5.26.30/mixed-kinds", ERR_SERVER, "Neo.ClientError.Transaction.ForbiddenDueToTransactionType", ""},
        {"3.4-enterprise/write-on-follower", ERR_REFUSED, "Neo.ClientError.Cluster.NotALeader", "leader"},
        {"3.4-enterprise/write-on-replica", ERR_REFUSED, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", "read-only"},
        {"3.4-enterprise/core-writable-replica1", ERR_PRIVILEGE, "HTTP 403", "forbidden"},
    };
    struct arena a = {0};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct fixture f = fixture_load(cases[i].name);
        struct neo_result r;
        struct err e;

        assert_false(decode_copy(f.dialect, f.status, f.body, f.n, &a, &r, &e));
        if (e.kind != cases[i].kind || strcmp(e.code, cases[i].code) != 0 || !strstr(e.words, cases[i].words) ||
            strchr(e.words, '\n'))
            fail_msg("%s: %s [%s] %s", cases[i].name, err_name(e.kind), e.code, e.words);
        fixture_free(&f);
    }
    arena_release(&a);
}

/* Answers that no Neo4j gave. */
static void tells_strangers(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {200, "", ERR_SHAPE, "no answer of Neo4j"},
        {200, "  \n", ERR_SHAPE, "no answer of Neo4j"},
        {200, "<html><body>Welcome</body></html>", ERR_SHAPE, "no answer of Neo4j"},
        {200, "true", ERR_SHAPE, "no answer of Neo4j"},
        {200, "[]", ERR_SHAPE, "no answer of Neo4j"},
        {200, "{}", ERR_SHAPE, ""},
        {200, "{\"message\": \"hello\"}", ERR_SHAPE, ""},
        {302, "", ERR_SERVER, "redirected"},
        {400, "", ERR_SERVER, "HTTPS"},
        {401, "", ERR_LOGIN, ":password"},
        {401, "<html>nginx</html>", ERR_LOGIN, ":password"},
        {401, "{\"message\": \"no\"}", ERR_LOGIN, ":password"},
        {403, "", ERR_PRIVILEGE, "forbidden"},
        {404, "<html>404</html>", ERR_SERVER, "nothing is there"},
        {407, "", ERR_SERVER, "proxy"},
        {413, "", ERR_TOO_LARGE, "too large"},
        {429, "", ERR_BUSY, "too many requests"},
        {500, "{\"timestamp\": 1, \"error\": \"oops\"}", ERR_SERVER, "log"},
        {502, "<html>Bad Gateway</html>", ERR_UNREACHABLE, "proxy"},
        {503, "", ERR_BUSY, "not ready"},
        {504, "<html>", ERR_TIMEOUT, "proxy"},
        {599, "", ERR_SERVER, "599"},
        {101, "", ERR_SERVER, "101"},
        {500, "{\"results\": [{\"columns\": [], \"data\": []}], \"errors\": []}", ERR_SERVER, "HTTP 500"},
        {200, "{\"error\":{\"errors\":[]}}\n{\"info\":{}}\n", ERR_SHAPE, "without words"},
        {200, "{\"results\":[],\"errors\":[{}]}", ERR_SHAPE, "without words"},
        {200, "{\"results\":[],\"errors\":[]}", ERR_SHAPE, "missing"},
        {200, "{\"info\":{}}\n", ERR_SHAPE, "missing"},
        {200, "{\"header\":{\"fields\":[\"a\"]}}\n{\"data\":[{\"Z\":\"1\"},null]}\n{\"summary\":{}}\n{\"info\":{}}\n", ERR_SHAPE,
         "more cells"},
        {200, "{\"header\":{\"fields\":[\"a\",\"b\"]}}\n{\"data\":[null]}\n{\"summary\":{}}\n{\"info\":{}}\n", ERR_SHAPE,
         "fewer cells"},
        {200, "{\"data\":[null]}\n{\"info\":{}}\n", ERR_SHAPE, "without a header"},
        {200, "{\"header\":{\"fields\":[1]}}\n{\"summary\":{}}\n{\"info\":{}}\n", ERR_SHAPE, "without a name"},
        {200, "{\"header\":{}}\n{\"summary\":{}}\n{\"info\":{}}\n", ERR_SHAPE, "no column names"},
        {200, "{\"header\":{\"fields\":[\"a\"]}}\n{\"info\":{}}\n", ERR_SHAPE, "missing"},
        {200, "{\"results\":[{\"columns\":[\"a\"],\"data\":[{\"row\":[1,2]}]}],\"errors\":[]}", ERR_SHAPE, "more cells"},
        {200, "{\"results\":[{\"columns\":[\"a\"],\"data\":[{\"rows\":[1]}]}],\"errors\":[]}", ERR_SHAPE, "row"},
    };
    static const enum dialect dialects[] = {DIALECT_JOLT, DIALECT_JSON, DIALECT_QUERY, DIALECT_UNKNOWN};
    struct arena a = {0};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct neo_result r;
        struct err e;

        assert_false(decode_copy(DIALECT_JOLT, cases[i].status, cases[i].body, strlen(cases[i].body), &a, &r, &e));
        if (e.kind != cases[i].kind || !strstr(e.words, cases[i].words))
            fail_msg("%d %s: %s %s", cases[i].status, cases[i].body, err_name(e.kind), e.words);
        for (size_t d = 0; d < LENGTH(dialects); d++)
            assert_false(decode_copy(dialects[d], cases[i].status, cases[i].body, strlen(cases[i].body), &a, &r, &e));
    }
    assert_false(neo_http_decode(DIALECT_JOLT, 200, "", 0, 0, 10, &a, &(struct neo_result){0}, NULL));
    arena_release(&a);
}

static void tolerates(void **state)
{
    static const char *const bodies[] = {
        "\x1e{\"header\":{\"fields\":[\"a\"]}}\n\x1e{\"data\":[{\"Z\":\"7\"}]}\r\n\x1e{\"summary\":{}}\n\x1e{\"info\":{}}",
        "{\"header\":{\"fields\":[{\"U\":\"a\"}]}}\n{\"data\":[7]}\n{\"novelty\":[]}\n{\"summary\":{\"stats\":{}}}\n{\"info\":{}}\n",
    };
    struct arena a = {0};
    struct neo_result r;
    struct err e;

    for (size_t i = 0; i < LENGTH(bodies); i++) {
        assert_true(decode_copy(DIALECT_JOLT, 200, bodies[i], strlen(bodies[i]), &a, &r, &e));
        assert_int_equal(r.nrows, 1);
        assert_string_equal(r.names[0], "a");
        assert_int_equal(r.cells[0].u.i, 7);
    }
    arena_release(&a);
}

static void keeps_unknown_sigils(void **state)
{
    static const char body[] = "{\"header\":{\"fields\":[\"a\",\"b\",\"c\",\"d\"]}}\n"
                               "{\"data\":[{\"%\":[1]},{\"Z\":\"x\"},{\"()\":[1]},{\"?\":\"maybe\"}]}\n"
                               "{\"summary\":{}}\n{\"info\":{}}\n";
    struct arena a = {0};
    struct neo_result r;
    struct err e;

    assert_true(decode_copy(DIALECT_JOLT, 200, body, sizeof body - 1, &a, &r, &e));
    assert_int_equal(r.cells[0].type, V_MAP);
    for (int i = 1; i < 4; i++) {
        assert_int_equal(r.cells[i].type, V_ABSENT);
        assert_int_equal(r.cells[i].absent, ABSENT_WRONG_SHAPE);
    }
    arena_release(&a);
}

static void bounds_cells(void **state)
{
    static const char *const names[] = {"5.26.30/databases", "3.5.35/indexes", "5.26.30/query-api-databases"};
    struct arena a = {0};

    for (size_t i = 0; i < LENGTH(names); i++) {
        struct fixture f = fixture_load(names[i]);
        struct neo_result r;
        struct err e = {0};
        size_t cells;

        assert_true(neo_http_decode(f.dialect, 200, f.body, f.n, 0, 1000, &a, &r, &e));
        cells = r.nrows * r.ncols;
        assert_true(neo_http_decode(f.dialect, 200, f.body, f.n, 0, cells, &a, &r, &e));
        assert_false(neo_http_decode(f.dialect, 200, f.body, f.n, 0, cells - 1, &a, &r, &e));
        assert_int_equal(e.kind, ERR_TOO_LARGE);
        fixture_free(&f);
    }
    arena_release(&a);
}

static void shows_plans(void **state)
{
    static const struct {
        const char *name, *root, *leaf;
    } cases[] = {
        {"5.26.30/explain", "ProduceResults", "NodeIndexSeek"},
        {"4.4.48/explain", "ProduceResults", "NodeIndexSeek"},
        {"2026.08.1/explain", "ProduceResults", "NodeIndexSeek"},
        {"3.5.35/explain", "ProduceResults", "NodeIndexSeek"},
        {"5.26.30/query-api-explain", "ProduceResults", "NodeIndexSeek"},
    };
    struct arena a = {0};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct neo_result r = load(cases[i].name, &a);
        const struct value *last = r.cells + (r.nrows - 1) * r.ncols, *root = r.cells + 2 * r.ncols;

        assert_int_equal(r.ncols, PLAN_COLUMNS);
        assert_non_null(strstr(value_str(r.cells[PLAN_LINE], ""), "planner COST"));
        assert_string_equal(value_str(root[PLAN_OPERATOR], ""), cases[i].root);
        assert_string_equal(value_str(last[PLAN_OPERATOR], ""), cases[i].leaf);
        assert_int_equal(last[PLAN_ROWS].type, V_FLOAT);
        assert_int_equal(last[PLAN_DEPTH].u.i, (int)r.nrows - 3);
        assert_non_null(strstr(value_str(last[PLAN_LINE], ""), "+NodeIndexSeek"));
        assert_int_not_equal(*value_str(last[PLAN_DETAILS], ""), '\0');
    }
    arena_release(&a);
}

/* A profiled query has rows and a plan: the rows count. */
static void prefers_rows(void **state)
{
    struct arena a = {0};
    struct neo_result r = load("5.26.30/profile", &a);

    assert_string_equal(r.names[0], "q.name");
    assert_int_equal(r.nrows, 1);
    arena_release(&a);
}

static void draws_branches(void **state)
{
    static const char body[] =
        "{\"header\":{\"fields\":[]}}\n{\"summary\":{\"plan\":{\"root\":{\"operatorType\":\"Top@x\",\"EstimatedRows\":12.4,"
        "\"planner\":\"COST\",\"Details\":\"a\\n  b\",\"children\":[{\"operatorType\":\"Left\",\"children\":[]},"
        "{\"operatorType\":\"Right\",\"EstimatedRows\":1e20,\"children\":[{\"operatorType\":\"Deep\"}]}]}}}}\n{\"info\":{}}\n";
    static const char *const lines[] = {
        "planner COST",
        "   est. rows  operator  details",
        "          12  +Top      a b",
        "    1.00e+20  | +Right",
        "              | +Deep",
        "              +Left",
    };
    struct arena a = {0};
    struct neo_result r;
    struct err e;

    assert_true(decode_copy(DIALECT_JOLT, 200, body, sizeof body - 1, &a, &r, &e));
    assert_int_equal(r.nrows, LENGTH(lines));
    for (size_t i = 0; i < LENGTH(lines); i++)
        assert_string_equal(value_str(r.cells[i * r.ncols], ""), lines[i]);
    arena_release(&a);
}

static void survives_deep_plans(void **state)
{
    struct text t;
    struct arena a = {0};
    struct neo_result r;
    struct err e;

    for (int depth = 100; depth <= 600; depth += 100) {
        text_init(&t, 0);
        text_adds(&t, "{\"header\":{\"fields\":[]}}\n{\"summary\":{\"plan\":{\"root\":");
        for (int i = 0; i < depth; i++)
            text_adds(&t, "{\"operatorType\":\"X\",\"children\":[");
        for (int i = 0; i < depth; i++)
            text_adds(&t, "]}");
        text_adds(&t, "}}}\n{\"info\":{}}\n");
        if (decode_copy(DIALECT_JOLT, 200, t.s, t.len, &a, &r, &e))
            assert_int_equal(r.nrows, (depth < PLAN_DEPTH_MAX ? depth : PLAN_DEPTH_MAX) + 2);
        else
            assert_true(depth > PLAN_DEPTH_MAX && e.kind == ERR_SHAPE);
        text_release(&t);
    }
    arena_release(&a);
}

static void each_fixture(void (*fn)(const char *name))
{
    static const char *const folders[] = {"5.26.30", "4.4.48", "2026.08.1", "3.5.35", "3.4-enterprise", "3.5-enterprise"};

    for (size_t i = 0; i < LENGTH(folders); i++) {
        char path[600], name[300];
        DIR *d;
        struct dirent *f;

        snprintf(path, sizeof path, "%s/http/%s", FIXTURES, folders[i]);
        d = opendir(path);
        assert_non_null(d);
        while ((f = readdir(d))) {
            size_t n = strlen(f->d_name);

            if (n > 4 && !strcmp(f->d_name + n - 4, ".txt")) {
                snprintf(name, sizeof name, "%s/%.*s", folders[i], (int)n - 4, f->d_name);
                fn(name);
            }
        }
        closedir(d);
    }
}

static size_t seen, good;

/* Rows of the right width, or an error with words; both with a table of strings that end. */
static void check_outcome(const char *name, bool ok, const struct neo_result *r, const struct err *e)
{
    struct text t;

    if (!ok) {
        if (e->kind == ERR_NONE || !*e->words)
            fail_msg("%s: an error without words", name);
        return;
    }
    text_init(&t, 0);
    for (size_t i = 0; i < r->ncols; i++)
        text_adds(&t, r->names[i]);
    for (size_t i = 0; i < r->ncols * r->nrows; i++) {
        t.len = 0;
        value_render(r->cells[i], &t);
    }
    text_release(&t);
}

static void check_whole(const char *name)
{
    struct fixture f = fixture_load(name);
    struct arena a = {0};
    struct neo_result r;
    struct err e;
    bool ok = decode_copy(f.dialect, f.status, f.body, f.n, &a, &r, &e);

    seen++;
    good += ok;
    check_outcome(name, ok, &r, &e);
    if (!ok && e.kind == ERR_SHAPE && f.n && f.body[0] == '{' && !strstr(name, "discovery") && !strstr(name, "data") &&
        !strstr(name, "manage") && !strstr(name, "status"))
        fail_msg("%s: %s", name, e.words);
    arena_release(&a);
    fixture_free(&f);
}

static void decodes_all_fixtures(void **state)
{
    seen = good = 0;
    each_fixture(check_whole);
    assert_true(seen > 250);
    assert_true(good > seen / 2);
}

static size_t without_trailing_blanks(const char *s, size_t n)
{
    while (n && strchr(" \r\n", s[n - 1]))
        n--;
    return n;
}

/* A cut answer is an error, never fewer rows. */
static void check_cuts(const char *name)
{
    struct fixture f = fixture_load(name);
    size_t n = without_trailing_blanks(f.body, f.n);

    for (size_t i = 0; f.n < 3000 && i < n; i++) {
        struct arena a = {0};
        struct neo_result r;
        struct err e;

        if (decode_copy(f.dialect, f.status, f.body, i, &a, &r, &e))
            fail_msg("%s cut at %zu passes", name, i);
        check_outcome(name, false, &r, &e);
        arena_release(&a);
    }
    fixture_free(&f);
}

static void refuses_cut_answers(void **state)
{
    static const char *const names[] = {
        "5.26.30/types",       "4.4.48/types",          "3.5.35/types",          "5.26.30/databases",   "3.5.35/indexes",
        "5.26.30/error-in-rows", "5.26.30/two-statements", "2026.08.1/components", "5.26.30/wrong-password",
        "5.26.30/query-api-error-in-rows", "5.26.30/query-api-explain", "3.5.35/explain", "4.4.48/wrong-password",
        "2026.08.1/json-databases",
    };

    for (size_t i = 0; i < LENGTH(names); i++)
        check_cuts(names[i]);
}

static uint32_t dice(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* One to four bytes of an answer changed, cut out or doubled: any outcome, but an outcome. */
static void survives_mutations(void **state)
{
    static const char *const names[] = {"5.26.30/types", "3.5.35/types", "5.26.30/query-api-types", "5.26.30/explain",
                                        "5.26.30/transactions-tagged", "3.5.35/explain"};
    static const char bytes[] = "{}[]\",:\\u0019.eE-+ntf\x01\x1e\n\xff\x80";
    uint32_t seed = 20260228;

    for (size_t i = 0; i < LENGTH(names); i++) {
        struct fixture f = fixture_load(names[i]);

        for (int round = 0; round < 1500; round++) {
            char *copy = malloc(f.n + 64);
            size_t n = f.n;
            struct arena a = {0};
            struct neo_result r;
            struct err e;

            memcpy(copy, f.body, n);
            for (uint32_t k = 1 + dice(&seed) % 4; k; k--) {
                size_t at = dice(&seed) % n, len = 1 + dice(&seed) % 8;

                len = at + len > n ? n - at : len;
                switch (dice(&seed) % 3) {
                case 0:
                    copy[at] = bytes[dice(&seed) % (sizeof bytes - 1)];
                    break;
                case 1:
                    memmove(copy + at, copy + at + len, n - at - len);
                    n -= len;
                    break;
                default:
                    memmove(copy + at + len, copy + at, n - at);
                    n += len;
                }
                n = n ? n : 1;
            }
            check_outcome(names[i], decode_copy(f.dialect, f.status, copy, n, &a, &r, &e), &r, &e);
            arena_release(&a);
            free(copy);
        }
        fixture_free(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_types),        cmocka_unit_test(decodes_entities),    cmocka_unit_test(decodes_plain_json),
        cmocka_unit_test(decodes_cells),        cmocka_unit_test(takes_no_rows),       cmocka_unit_test(picks_a_result),
        cmocka_unit_test(tells_errors),         cmocka_unit_test(tells_strangers),     cmocka_unit_test(tolerates),
        cmocka_unit_test(keeps_unknown_sigils), cmocka_unit_test(bounds_cells),        cmocka_unit_test(shows_plans),
        cmocka_unit_test(prefers_rows),         cmocka_unit_test(draws_branches),      cmocka_unit_test(survives_deep_plans),
        cmocka_unit_test(decodes_all_fixtures), cmocka_unit_test(refuses_cut_answers), cmocka_unit_test(survives_mutations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
