/* What the server says of its settings, what its file says, and the words for the difference. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "feed/settings_rows.h"

#define LENGTH(a) (sizeof(a) / sizeof *(a))

static struct config *file_of(const char *version, const char *text)
{
    struct version v = {0};
    struct config *c;

    assert_true(version_parse(version, &v));
    c = config_new(v);
    config_add(c, "/srv/neo4j/conf/neo4j.conf", CONFIG_SERVER, text, strlen(text));
    config_finish(c);
    return c;
}

static struct server_setting says(const char *name, const char *value, const char *startup, const char *by_default, bool explicitly, bool dynamic)
{
    return (struct server_setting){.name = name, .value = v_text(value), .startup = v_text(startup), .by_default = v_text(by_default),
                                   .explicitly = v_bool(explicitly), .dynamic = v_bool(dynamic), .deprecated = v_bool(false),
                                   .valid = v_absent(ABSENT_NULL), .description = v_absent(ABSENT_NULL)};
}

static const char *text_of(const struct relation *r, size_t row, size_t col)
{
    return value_str(relation_cell(r, row, col), "");
}

static void drift_in_words(void **state)
{
    static const struct {
        const char *file, *name, *value, *startup, *by_default;
        bool explicitly, dynamic;
        const char *state, *words; /* words: a part of them; "": none */
    } cases[] = {
        {"db.tx_log.rotation.size=256m\n", "db.tx_log.rotation.size", "256.00MiB", "256.00MiB", "256.00MiB", true, true, "set", ""},
        {"", "db.tx_log.rotation.size", "256.00MiB", "256.00MiB", "256.00MiB", false, true, "default", ""},
        {"server.memory.heap.max_size=2g\n", "server.memory.heap.max_size", "1.00GiB", "1.00GiB", "", true, false, "differs",
         "the file says 2g, the server runs with 1.00GiB: restart needed"},
        {"", "db.lock.acquisition.timeout", "30s", "0s", "0s", true, true, "run time", "not in the file: lost at the next start"},
        {"db.lock.acquisition.timeout=10s\n", "db.lock.acquisition.timeout", "30s", "10s", "0s", true, true, "run time",
         "the file says 10s: that comes back at the next start"},
        {"db.lock.acquisition.timeout=30s\n", "db.lock.acquisition.timeout", "30s", "10s", "0s", true, true, "set", ""},
        {"", "db.lock.acquisition.timeout", "30s", "30s", "0s", true, true, "differs", "not in the file any more"},
        {"", "server.directories.neo4j_home", "/srv/neo4j", "/srv/neo4j", "/", true, false, "default", ""},
        {"server.directories.data=data\n", "server.directories.data", "/srv/neo4j/data", "data", "data", true, false, "set", ""},
        {"server.memory.heap.max_size=$(cat /etc/heap)\n", "server.memory.heap.max_size", "1.00GiB", "1.00GiB", "", true, false, NULL, ""},
        {"dbms.ssl.policy.bolt.private_key_password=hunter2\n", "dbms.ssl.policy.bolt.private_key_password", "#####", "#####", "", true, false,
         NULL, ""},
        {"dbms.ssl.policy.bolt.private_key_password=hunter2\n", "dbms.ssl.policy.bolt.private_key_password", "other", "other", "", true, false,
         "differs", "the file says another value"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct server_setting s = says(cases[i].name, cases[i].value, cases[i].startup, cases[i].by_default, cases[i].explicitly, cases[i].dynamic);
        struct config *c = file_of("5.26.30", cases[i].file);
        struct relation *r = relation_new(0, SHEET_SETTINGS);

        settings_rows(r, "prod", &s, 1, true, ABSENT_NULL, c, ABSENT_NULL);
        if ((cases[i].state && strcmp(text_of(r, 0, COL_SETTINGS_STATE), cases[i].state) != 0) ||
            !strstr(text_of(r, 0, COL_SETTINGS_MESSAGE), cases[i].words) || (cases[i].state && !*cases[i].words && *text_of(r, 0, COL_SETTINGS_MESSAGE)) ||
            strstr(text_of(r, 0, COL_SETTINGS_MESSAGE), "hunter2") || strstr(text_of(r, 0, COL_SETTINGS_FILE_VALUE), "hunter2"))
            fail_msg("case %zu: %s: %s", i, text_of(r, 0, COL_SETTINGS_STATE), text_of(r, 0, COL_SETTINGS_MESSAGE));
        relation_free(r);
        config_free(c);
    }
}

static long row_named(const struct relation *r, const char *name)
{
    for (size_t i = 0; i < r->nrows; i++)
        if (strcmp(text_of(r, i, COL_SETTINGS_NAME), name) == 0)
            return (long)i;
    fail_msg("no row '%s'", name);
    return -1;
}

static void the_file_alone_is_shown_too(void **state)
{
    struct config *c = file_of("5.26.30", "server.memory.heap.max_size=2g\n# nothing\nserver.jvm.additional=-Xa\nserver.jvm.additional=-Xb\n=oops\n");
    struct relation *r = relation_new(0, SHEET_SETTINGS);
    size_t heap, lines, wrong;

    settings_rows(r, "prod", NULL, 0, false, ABSENT_SERVER, c, ABSENT_NULL);
    heap = (size_t)row_named(r, "server.memory.heap.max_size");
    assert_string_equal(text_of(r, heap, COL_SETTINGS_FILE_VALUE), "2g");
    assert_int_equal(value_i64(relation_cell(r, heap, COL_SETTINGS_LINE), 0), 1);
    assert_int_equal(relation_cell(r, heap, COL_SETTINGS_VALUE).absent, ABSENT_SERVER);
    assert_string_equal(text_of(r, heap, COL_SETTINGS_STATE), "set");
    assert_string_equal(text_of(r, heap, COL_SETTINGS_DESCRIPTION), setting_help(SETTING_HEAP_MAX)); /* nobody else tells */
    lines = (size_t)row_named(r, "server.jvm.additional");
    assert_string_equal(text_of(r, lines, COL_SETTINGS_FILE_VALUE), "-Xa\n-Xb");
    wrong = (size_t)row_named(r, "neo4j.conf:5");
    assert_string_equal(text_of(r, wrong, COL_SETTINGS_STATE), "warning");
    relation_free(r);
    config_free(c);
}

static void names_that_the_server_does_not_know(void **state)
{
    struct server_setting s = says("server.memory.heap.max_size", "1.00GiB", "1.00GiB", "", true, false);
    struct config *c = file_of("5.26.30", "server.memory.heap.max_size=1g\nserver.memory.heap.maxsize=2g\n");
    struct relation *r = relation_new(0, SHEET_SETTINGS);

    settings_rows(r, "prod", &s, 1, true, ABSENT_NULL, c, ABSENT_NULL);
    assert_string_equal(text_of(r, (size_t)row_named(r, "server.memory.heap.maxsize"), COL_SETTINGS_STATE), "not known");
    assert_int_equal(relation_cell(r, (size_t)row_named(r, "server.memory.heap.maxsize"), COL_SETTINGS_DESCRIPTION).absent, ABSENT_NOT_APPLICABLE);
    assert_int_equal(r->nrows, 2);
    relation_free(r);
    config_free(c);
}

static void old_servers_show_the_first_line_only(void **state)
{
    struct server_setting s = says("dbms.jvm.additional", "-Xa", NULL, NULL, false, false);
    struct config *c = file_of("3.5.35", "dbms.jvm.additional=-Xa\ndbms.jvm.additional=-Xb\n");
    struct relation *r = relation_new(0, SHEET_SETTINGS);

    s.startup = s.by_default = s.explicitly = v_absent(ABSENT_VERSION);
    settings_rows(r, "prod", &s, 1, true, ABSENT_NULL, c, ABSENT_NULL);
    assert_string_equal(text_of(r, 0, COL_SETTINGS_STATE), "set");
    assert_int_equal(r->nrows, 1);
    relation_free(r);
    config_free(c);
}

static void without_a_file_nothing_is_made_up(void **state)
{
    struct server_setting s = says("db.lock.acquisition.timeout", "30s", "30s", "0s", true, true);
    struct relation *r = relation_new(0, SHEET_SETTINGS);

    settings_rows(r, "prod", &s, 1, true, ABSENT_NULL, NULL, ABSENT_HOST);
    assert_string_equal(text_of(r, 0, COL_SETTINGS_STATE), "set");
    assert_string_equal(text_of(r, 0, COL_SETTINGS_MESSAGE), "");
    assert_int_equal(relation_cell(r, 0, COL_SETTINGS_FILE_VALUE).absent, ABSENT_HOST);
    relation_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drift_in_words),
        cmocka_unit_test(the_file_alone_is_shown_too),
        cmocka_unit_test(names_that_the_server_does_not_know),
        cmocka_unit_test(old_servers_show_the_first_line_only),
        cmocka_unit_test(without_a_file_nothing_is_made_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
