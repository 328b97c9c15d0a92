/* What answers to GET / is a Neo4j, and what else it may be. */
#include "fixture.h"

static void reads_real_ones(void **state)
{
    static const struct {
        const char *name, *version;
        enum edition edition;
        enum dialect dialect;
        const char *transaction, *query, *bolt;
    } cases[] = {
        {"5.26.30/discovery", "5.26.30", EDITION_COMMUNITY, DIALECT_JOLT, "/db/{databaseName}/tx", "/db/{databaseName}/query/v2",
         "bolt://127.0.0.1:27687"},
        {"5.26.30/discovery-no-login", "5.26.30", EDITION_COMMUNITY, DIALECT_JOLT, "/db/{databaseName}/tx",
         "/db/{databaseName}/query/v2", "bolt://127.0.0.1:27687"},
        {"2026.08.1/discovery", "2026.08.1", EDITION_COMMUNITY, DIALECT_JOLT, "/db/{databaseName}/tx",
         "/db/{databaseName}/query/v2", "bolt://127.0.0.1:26687"},
        {"4.4.48/discovery", "4.4.48", EDITION_COMMUNITY, DIALECT_JOLT, "/db/{databaseName}/tx", "", "bolt://127.0.0.1:24687"},
        {"3.5.35/discovery", "", EDITION_UNKNOWN, DIALECT_JSON, "/db/data/transaction", "", "bolt://localhost:23687"},
        {"3.5-enterprise/discovery", "", EDITION_UNKNOWN, DIALECT_JSON, "/db/data/transaction", "", "bolt://127.0.0.1:7687"},
        {"3.5.35/data", "3.5.35", EDITION_UNKNOWN, DIALECT_JSON, "/db/data/transaction", "", ""},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct fixture f = fixture_load(cases[i].name);
        struct discovery d;
        struct err e;

        if (!discovery_parse(f.body, f.n, &d, &e))
            fail_msg("%s: %s", cases[i].name, e.words);
        assert_string_equal(d.version_text, cases[i].version);
        assert_int_equal(d.edition, cases[i].edition);
        assert_int_equal(d.dialect, cases[i].dialect);
        assert_string_equal(d.transaction, cases[i].transaction);
        assert_string_equal(d.query, cases[i].query);
        assert_string_equal(d.bolt, cases[i].bolt);
        fixture_free(&f);
    }
}

static void chooses_dialects(void **state)
{
    static const struct {
        const char *body;
        enum dialect dialect;
    } cases[] = {
        {"{\"transaction\":\"http://h:1/db/{databaseName}/tx\",\"neo4j_version\":\"4.1.12\"}", DIALECT_JSON},
        {"{\"transaction\":\"http://h:1/db/{databaseName}/tx\",\"neo4j_version\":\"4.2.0\"}", DIALECT_JOLT},
        {"{\"transaction\":\"/db/{databaseName}/tx\",\"neo4j_version\":\"5.26.0-drop01\"}", DIALECT_JOLT},
        {"{\"query\":\"https://h/x/db/{databaseName}/query/v2\",\"neo4j_version\":\"2027.01.0\"}", DIALECT_QUERY},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct discovery d;

        assert_true(discovery_parse(cases[i].body, strlen(cases[i].body), &d, NULL));
        if (d.dialect != cases[i].dialect)
            fail_msg("%s: %s", cases[i].body, dialect_name(d.dialect));
    }
}

static void tells_strangers(void **state)
{
    static const struct {
        const char *body, *words;
    } cases[] = {
        {"", "is it the Bolt port"},
        {"\r\n", "is it the Bolt port"},
        {"not a WebSocket handshake request: missing upgrade", "Bolt port"},
        {"<!doctype html><html><head><title>Neo4j Browser</title>", "for browsers (Neo4j Browser)"},
        {"<html><title>\n 502  Bad\tGateway \n</title></html>", "a page \"502 Bad Gateway\""},
        {"<html><title>\x1b[31mred\x1b[0m", "a page \"\xe2\x90\x9b[31mred"},
        {"<html><body>x", "is no Neo4j: a page; a proxy"},
        {"<html><title", "is no Neo4j: a page; a proxy"},
        {"{\"cluster_name\":\"elasticsearch\"}", "neither transaction nor query"},
        {"{\"transaction\":\"http://h/db/{databaseName}/tx\"", "was cut"},
        {"{\"transaction\":7}", "neither"},
        {"{\"transaction\":\"http://h/db/{databaseName}/tx\\r\\nX-Evil: 1\"}", "neither"},
        {"{\"transaction\":\"http://h/db/neo4j/tx\",\"neo4j_version\":\"4.4.0\"}", "neither"},
        {"{\"data\":\"http://h/db/data/\"}", "neither"},
        {"[]", "neither"},
        {"OK", "another program"},
        {"\"transaction\"", "another program"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct discovery d;
        struct err e = {0};

        assert_false(discovery_parse(cases[i].body, strlen(cases[i].body), &d, &e));
        if (e.kind != ERR_SHAPE || !strstr(e.words, cases[i].words))
            fail_msg("%s: %s", cases[i].body, e.words);
        assert_int_equal(d.dialect, DIALECT_UNKNOWN);
        assert_string_equal(d.transaction, "");
    }
}

static void survives_cuts(void **state)
{
    static const char *const names[] = {"5.26.30/discovery", "3.5.35/discovery", "3.5.35/data"};

    for (size_t i = 0; i < LENGTH(names); i++) {
        struct fixture f = fixture_load(names[i]);
        size_t n = f.n;

        while (n && strchr(" \r\n", f.body[n - 1]))
            n--;
        for (size_t k = 0; k < n; k++) {
            char *copy = malloc(k + 1);
            struct discovery d;
            struct err e;

            memcpy(copy, f.body, k);
            copy = realloc(copy, k ? k : 1);
            assert_false(discovery_parse(copy, k, &d, &e));
            free(copy);
        }
        fixture_free(&f);
    }
}

static void bounds_paths(void **state)
{
    char body[600];
    struct discovery d;

    for (int n = 60; n < 300; n += 20) {
        snprintf(body, sizeof body, "{\"transaction\":\"http://h/%.*s/{databaseName}/tx\",\"neo4j_version\":\"5.1\"}", n,
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        assert_int_equal(discovery_parse(body, strlen(body), &d, NULL), (size_t)n + 20 < sizeof d.transaction);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_real_ones), cmocka_unit_test(chooses_dialects),
        cmocka_unit_test(tells_strangers), cmocka_unit_test(survives_cuts),    cmocka_unit_test(bounds_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
