/* The same setting, written in a file and shown by a server. */
#include "support/cm.h"
#include "neo4j/setting_same.h"

static void values_are_compared_by_what_they_mean(void **state)
{
    static const struct {
        const char *file, *server;
        bool same;
    } cases[] = {
        {"true", "true", true}, {"TRUE", "true", true}, {"true", "false", false}, {"", NULL, true}, {"x", NULL, false},
        /* sizes */
        {"400m", "400.00MiB", true}, {"2g", "1.00GiB", false}, {"1500m", "1.46GiB", true}, {"1600m", "1.46GiB", false},
        {"20m", "20971520", true}, {"64m", "64m", true}, {"8", "9", false},
        /* times */
        {"60s", "1m", true}, {"60000ms", "1m", true}, {"60", "1m", true}, {"61", "1m", false}, {"2h", "1h", false},
        /* directories */
        {"data", "/var/lib/neo4j/data", true}, {"./data/", "/var/lib/neo4j/data", true}, {"ata", "/var/lib/neo4j/data", false},
        {"/data", "/var/lib/neo4j/data", false}, {"/data", "/data", true}, {"logs", "/data", false},
        /* addresses */
        {":7474", "localhost:7474", true}, {"7474", "localhost:7474", true}, {"localhost", "localhost:7474", true},
        {"0.0.0.0:7474", "localhost:7474", false}, {":7475", "localhost:7474", false},
        /* lists and lines */
        {"a, b", "a,b", true}, {"b,a", "a,b", true}, {"a,b", "a,b,c", false}, {"a,b,c", "a,b", false}, {"apoc.*", "apoc.*", true},
        {"-Xa\n-Xb", "-Xb\n-Xa", true}, {"-Xa\n-Xb", "-Xa", false}, {"-Xa", "-Xa\n-Xb", false},
    };

    for (size_t i = 0; i < LENGTH(cases); i++)
        if (setting_same(cases[i].file, cases[i].server) != cases[i].same)
            fail_msg("%s | %s", cases[i].file, cases[i].server ? cases[i].server : "NULL");
}

static void secrets_smell(void **state)
{
    assert_true(setting_is_secret("dbms.ssl.policy.bolt.private_key_password"));
    assert_true(setting_is_secret("dbms.security.oidc.sso.client_SECRET"));
    assert_true(setting_is_secret("dbms.ssl.policy.bolt.private_key"));
    assert_false(setting_is_secret("server.memory.heap.max_size"));
    assert_false(setting_is_secret("dbms.security.auth_minimum_password_length"));
    assert_true(setting_is_masked("#####"));
    assert_true(setting_is_masked("***"));
    assert_false(setting_is_masked(""));
    assert_false(setting_is_masked("#1"));
    assert_false(setting_is_masked(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(values_are_compared_by_what_they_mean), cmocka_unit_test(secrets_smell)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
