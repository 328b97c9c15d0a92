/* What systemctl show and journalctl -o json print. */
#include "support/cm.h"
#include "neo4j/systemd.h"

static const char units[] = "Id=neo4j.service\nLoadState=loaded\nActiveState=active\nSubState=running\nResult=success\nMainPID=4711\n"
                            "ExecMainStartTimestamp=Sun 2026-11-22 15:14:35 UTC\nExecMainStartTimestampMonotonic=51388000\nExecMainStatus=0\n"
                            "NRestarts=2\nRestart=on-abnormal\nFragmentPath=/lib/systemd/system/neo4j.service\nUnitFileState=enabled\nUser=neo4j\nGroup=\n"
                            "Environment=A=b \"X=c d NEO4J_HOME=/no\" NEO4J_CONF=/etc/neo4j NEO4J_HOME=/var/lib/neo4j\n"
                            "EnvironmentFiles=/etc/default/neo4j (ignore_errors=yes)\nLimitNOFILE=60000\nWhat=ever\n"
                            "ExecStart={ path=/usr/share/neo4j/bin/neo4j ; argv[]=/usr/share/neo4j/bin/neo4j console ; ignore_errors=no }\n"
                            "\nId=neo4j-two.service\nLoadState=not-found\nActiveState=inactive\nMainPID=0\nExecMainStartTimestamp=\n"
                            "LimitNOFILE=infinity\nnonsense\n\n\n";

static void reads_units(void **state)
{
    const char *p = units, *end = units + sizeof units - 1;
    struct arena a = {0};
    struct systemd_unit u;

    assert_true(unit_next(&p, end, &a, &u));
    assert_string_equal(u.id, "neo4j.service");
    assert_string_equal(u.active, "active");
    assert_string_equal(u.sub, "running");
    assert_string_equal(u.fragment, "/lib/systemd/system/neo4j.service");
    assert_string_equal(u.home, "/var/lib/neo4j");
    assert_string_equal(u.conf, "/etc/neo4j");
    assert_string_equal(u.environment_file, "/etc/default/neo4j");
    assert_string_equal(u.program, "/usr/share/neo4j/bin/neo4j");
    assert_string_equal(u.user, "neo4j");
    assert_string_equal(u.restart, "on-abnormal");
    assert_null(u.group);
    assert_true(u.main_pid == 4711 && u.restarts == 2 && u.open_files == 60000 && u.started_boot_us == 51388000 && u.exit_status == 0);
    assert_true(u.started_ms == 1795360475000);
    assert_true(unit_next(&p, end, &a, &u));
    assert_string_equal(u.id, "neo4j-two.service");
    assert_string_equal(u.load, "not-found");
    assert_true(u.main_pid == 0 && u.open_files == INT64_MAX && u.started_ms == -1 && !u.home && u.restarts == -1);
    assert_false(unit_next(&p, end, &a, &u));
    arena_release(&a);
}

static void reads_times(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"@1795360475", 1795360475000},
        {"Sun 2026-11-22 15:14:35 UTC", 1795360475000},
        {"Sun 2026-11-22 15:14:35 GMT", 1795360475000},
        {"Sun 2026-11-22 16:14:35 CET", -1},
        {"n/a", -1},
        {"@", -1},
        {"@99999999999999999", -1},
        {"Sun 2026-99-22 15:14:35 UTC", -1},
    };
    char line[100];

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        struct systemd_unit u;
        const char *p = line;

        snprintf(line, sizeof line, "ExecMainStartTimestamp=%s", cases[i].text);
        assert_true(unit_next(&p, line + strlen(line), &a, &u));
        if (u.started_ms != cases[i].ms)
            fail_msg("%s: %lld", cases[i].text, (long long)u.started_ms);
        arena_release(&a);
    }
}

static void reads_journals(void **state)
{
    static const struct {
        const char *line;
        bool ok;
        int64_t ms;
        enum log_level level;
        int64_t pid;
        const char *message;
        bool too_long;
    } cases[] = {
        {"{\"__CURSOR\":\"s=1;i=2\",\"__REALTIME_TIMESTAMP\":\"1795360475123456\",\"PRIORITY\":\"6\",\"_PID\":\"4711\",\"_SYSTEMD_UNIT\":\"neo4j.service\","
         "\"SYSLOG_IDENTIFIER\":\"neo4j\",\"MESSAGE\":\"2026-11-22 15:14:35.123+0000 INFO  Started.\"}",
         true, 1795360475123, LOG_LEVEL_INFO, 4711, "2026-11-22 15:14:35.123+0000 INFO  Started.", false},
        {"{\"__REALTIME_TIMESTAMP\":\"1795360475123456\",\"PRIORITY\":\"3\",\"MESSAGE\":[104,105,255,10]}", true, 1795360475123, LOG_LEVEL_ERROR, -1,
         "hi\xFF", false},
        {"{\"__REALTIME_TIMESTAMP\":\"1795360475123456\",\"MESSAGE\":null}", true, 1795360475123, LOG_LEVEL_NONE, -1, "", true},
        {"{\"__REALTIME_TIMESTAMP\":\"1795360475123456\",\"MESSAGE\":\"a\\u00e9\\n\\tb\\n\"}", true, 1795360475123, LOG_LEVEL_NONE, -1, "a\xC3\xA9\n\tb",
         false},
        /* as systemd 252 printed them: a field that was given twice, one of them no UTF-8; a text without -a */
        {"{\"__REALTIME_TIMESTAMP\":\"1795360475123456\",\"MESSAGE\":[\"one\",\"two\"]}", true, 1795360475123, LOG_LEVEL_NONE, -1, "one", false},
        {"{\"__REALTIME_TIMESTAMP\":\"1795360475123456\",\"MESSAGE\":[[104,255],\"two\"]}", true, 1795360475123, LOG_LEVEL_NONE, -1, "h\xFF", false},
        {"{\"__REALTIME_TIMESTAMP\":\"1795360475123456\",\"MESSAGE\":[[[[104]]]]}", true, 1795360475123, LOG_LEVEL_NONE, -1, "", false},
        {"{\"_PID\":\"519\",\"_LINE_BREAK\":\"line-max\",\"_CAP_EFFECTIVE\":\"0\",\"MESSAGE\":null,\"PRIORITY\":\"6\","
         "\"__REALTIME_TIMESTAMP\":\"1795387159048417\",\"_SYSTEMD_UNIT\":\"neo4j-x.service\"}",
         true, 1795387159048, LOG_LEVEL_INFO, 519, "", true},
        {"{\"MESSAGE\":\"x\"}", false, LOG_TIME_NONE, LOG_LEVEL_NONE, -1, "x", false},
        {"-- No entries --", false, LOG_TIME_NONE, LOG_LEVEL_NONE, -1, "", false},
        {"{\"MESSAGE\":\"x\"", false, LOG_TIME_NONE, LOG_LEVEL_NONE, -1, "", false},
        {"", false, LOG_TIME_NONE, LOG_LEVEL_NONE, -1, "", false},
    };
    struct text message;

    text_init(&message, 100);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct journal_line l;
        bool ok = journal_parse(cases[i].line, strlen(cases[i].line), &l, &message);

        if (ok != cases[i].ok || l.time_ms != cases[i].ms || l.level != cases[i].level || l.pid != cases[i].pid ||
            strcmp(message.s, cases[i].message) || l.too_long != cases[i].too_long)
            fail_msg("case %zu: %d %lld '%s'", i, ok, (long long)l.time_ms, message.s);
        if (!i) {
            assert_string_equal(l.cursor, "s=1;i=2");
            assert_string_equal(l.unit, "neo4j.service");
            assert_string_equal(l.identifier, "neo4j");
        }
    }
    text_release(&message);
}

static void tells_when_one_may_not_read(void **state)
{
    assert_true(journal_is_hidden("No journal files were opened due to insufficient permissions.\n"));
    assert_true(journal_is_hidden("Hint: You are currently not seeing messages from other users and the system.\n"
                                  "      Users in groups 'adm', 'systemd-journal' can see all messages.\n"
                                  "      Pass -q to turn off this notice.\n"));
    assert_false(journal_is_hidden(""));
    assert_false(journal_is_hidden("Failed to seek to cursor: Invalid argument\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_units),
        cmocka_unit_test(reads_times),
        cmocka_unit_test(reads_journals),
        cmocka_unit_test(tells_when_one_may_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
