#include "support/cm.h"

#include <unistd.h>

#include "conf/target.h"

static void uris(void **state)
{
    static const struct {
        const char *uri, *want, *name;
        enum target_kind kind;
        bool tls, insecure, local;
    } cases[] = {
        {"http://db1", "http://db1:7474", "db1:7474", TARGET_HTTP, false, false, false},
        {"HTTPS://db1/", "https://db1:7473", "db1:7473", TARGET_HTTP, true, false, false},
        {"https://localhost:8443", "https://localhost:8443", "localhost:8443", TARGET_HTTP, true, false, true},
        {"bolt://10.0.0.1", "bolt://10.0.0.1:7687", "10.0.0.1:7687", TARGET_BOLT, false, false, false},
        {"bolt+s://127.0.0.2", "bolt+s://127.0.0.2:7687", "127.0.0.2:7687", TARGET_BOLT, true, false, true},
        {"neo4j+ssc://a_b.c-d", "neo4j+ssc://a_b.c-d:7687", "a_b.c-d:7687", TARGET_BOLT, true, true, false},
        {"neo4j://[::1]:7688", "neo4j://[::1]:7688", "[::1]:7688", TARGET_BOLT, false, false, true},
        {"http://[fe80::1%eth0]", "http://[fe80::1%eth0]:7474", "[fe80::1%eth0]:7474", TARGET_HTTP, false, false,
         false},
        {"ssh://db1", "ssh://db1", "db1", TARGET_SSH, false, false, false},
        {"ssh://admin@db1:2222/var/lib/neo4j", "ssh://admin@db1:2222/var/lib/neo4j", "admin@db1:2222", TARGET_SSH,
         false, false, false},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct target t;
        struct text uri;
        struct err e;

        if (!target_parse_uri(cases[i].uri, &t, &e))
            fail_msg("%s: %s", cases[i].uri, e.words);
        text_init(&uri, 0);
        target_uri(&t, &uri);
        assert_string_equal(uri.s, cases[i].want);
        assert_string_equal(t.name, cases[i].name);
        assert_int_equal(t.kind, cases[i].kind);
        assert_int_equal(t.tls, cases[i].tls);
        assert_int_equal(t.insecure, cases[i].insecure);
        assert_int_equal(target_is_local(&t), cases[i].local);
        text_release(&uri);
        target_release(&t);
    }
}

static void wrong_uris_say_what_is_right(void **state)
{
    static const char *const cases[][2] = {
        {"db1:7474", "'db1:7474' is no URI: write"},
        {"htp://db1", "write http, or one of http, https"},
        {"ftp://db1", "'ftp' is no scheme that is known here"},
        {"://db1", "'' is no scheme that is known here"},
        {"http://neo4j:secret@db1", "no password in a URI"},
        {"http://neo4j:se/cr#et@db1", "no password in a URI"},
        {"http://neo4j@db1", "no user in a URI"},
        {"ssh://a:b@db1", "no password in a URI"},
        {"ssh://@db1", "the user before '@'"},
        {"ssh://-oProxyCommand=x@db1", "the user before '@'"},
        {"ssh://-oProxyCommand=x", "the host may only hold"},
        {"ssh://-x", "begins with '-'"},
        {"http://", "no host: write http://HOST"},
        {"http://:7474", "no host: write http://HOST"},
        {"http://db1:", "no port behind ':'"},
        {"http://db1:0", "out of range"},
        {"http://db1:65536", "out of range"},
        {"http://db1:123456", "is no port"},
        {"http://db1:74x", "'74x' is no port"},
        {"http://db 1", "the host may only hold"},
        {"http://::1:7474", "goes into brackets"},
        {"http://[::1", "ends with ']'"},
        {"http://[::g]", "is no IPv6 address"},
        {"http://[::1]x", "only ':' and a port"},
        {"http://[::1%e;x]", "no usable zone"},
        {"http://db1/db/neo4j", "leave out '/db/neo4j'"},
        {"neo4j://db1?policy=x", "leave out '?policy=x'"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct target t;
        struct err e;

        if (target_parse_uri(cases[i][0], &t, &e))
            fail_msg("'%s' was taken", cases[i][0]);
        assert_int_equal(e.kind, ERR_USAGE);
        if (!strstr(e.words, cases[i][1]))
            fail_msg("'%s': %s", cases[i][0], e.words);
        assert_null(strstr(e.words, "secret"));
        assert_null(strstr(e.words, "cr#et"));
    }
}

static void paths_are_homes(void **state)
{
    struct target t;
    struct err e;

    assert_true(target_parse("/tmp/.", &t, &e));
    assert_int_equal(t.kind, TARGET_HOME);
    assert_string_equal(t.path, "/tmp");
    assert_string_equal(t.name, "/tmp");
    assert_true(target_is_local(&t));
    target_release(&t);
    assert_int_equal(chdir("/"), 0);
    assert_true(target_parse("./tmp", &t, &e));
    assert_string_equal(t.path, "/tmp");
    target_release(&t);
    assert_false(target_parse("/nonexistent", &t, &e));
    assert_non_null(strstr(e.words, "is no directory"));
    assert_false(target_parse("/etc/passwd", &t, &e));
    assert_false(target_parse("prod-9", &t, &e));
    assert_string_equal(e.words, "'prod-9' is no instance of the configuration: for a server write http://prod-9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uris),
        cmocka_unit_test(wrong_uris_say_what_is_right),
        cmocka_unit_test(paths_are_homes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
