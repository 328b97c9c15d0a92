/* What programs and files of a host say: who listens, units, groups of processes, sizes, sums, pid files. */
#include "support/cm.h"
#include "neo4j/listeners.h"
#include "neo4j/tool_lines.h"
#include "neo4j/unit_files.h"

static void reads_listeners(void **state)
{
    static const struct {
        const char *line;
        int port;
        int64_t pid;
        const char *name;
    } cases[] = {
        {"LISTEN 0 4096 [::ffff:127.0.0.1]:7687 *:* users:((\"java\",pid=4711,fd=203))", 7687, 4711, "java"},
        {"LISTEN 0      128               0.0.0.0:22  0.0.0.0:*                 ", 22, 0, ""},
        {"LISTEN 0 50 *:7474 *:* users:((\"a b\",pid=12,fd=1),(\"c\",pid=13,fd=1))", 7474, 12, "a b"},
        {"LISTEN 0 50 [::]:65535 [::]:*", 65535, 0, ""},
        {"LISTEN 0 50 [::]:65536 [::]:*", 0, 0, ""},
        {"LISTEN 0 50 [::]:0 [::]:*", 0, 0, ""},
        {"LISTEN 0 50 /run/x *", 0, 0, ""},
        {"LISTEN 0 50 1.2.3.4:80 *:* users:((\"java", 80, 0, ""},
        {"LISTEN 0 50 1.2.3.4:80 *:* users:((\"java\",pid=,fd=1))", 80, 0, ""},
        {"LISTEN 0 50 1.2.3.4:80 *:* users:((\"a name that is longer than any may be\",pid=5))", 80, 5, "a name that is longer than any "},
        {"LISTEN 0      4096   [::ffff:127.0.0.1]:7687 *:* users:((\"java\",pid=219,fd=336))", 7687, 219, "java"},
        {"LISTEN 0      50                 *%eth0:7474 *:*", 7474, 0, ""},
        {"LISTEN", 0, 0, ""},
        {"", 0, 0, ""},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        struct listener *list;
        size_t n = listeners_parse(cases[i].line, strlen(cases[i].line), &a, &list);
        if (n != (cases[i].port != 0))
            fail_msg("%s: %zu listeners", cases[i].line, n);
        if (n && (list->port != cases[i].port || list->pid != cases[i].pid || strcmp(list->name, cases[i].name)))
            fail_msg("%s: %d %lld '%s'", cases[i].line, list->port, (long long)list->pid, list->name);
        arena_release(&a);
    }
}

static void listeners_are_bounded(void **state)
{
    struct arena a = {0};
    struct text t;
    struct listener *list;

    text_init(&t, 0);
    for (int i = 0; i < LISTENERS_MAX + 10; i++)
        text_adds(&t, "L 0 0 *:1 *:*\n");
    assert_int_equal(listeners_parse(t.s, t.len, &a, &list), LISTENERS_MAX);
    text_release(&t);
    arena_release(&a);
}

static void reads_names_of_units(void **state)
{
    static const char list[] = "neo4j.service   enabled enabled\nneo4j@.service  disabled enabled\n  neo4j-two.service static -\n"
                               "-rf.service x\nneo4j;x.service y\nneo4j.timer enabled\n\n";
    const char *names[UNITS_MAX];
    struct arena a = {0};

    assert_int_equal(units_parse(list, sizeof list - 1, &a, names), 2);
    assert_string_equal(names[0], "neo4j.service");
    assert_string_equal(names[1], "neo4j-two.service");
    arena_release(&a);
}

static void finds_the_home_of_units(void **state)
{
    static const struct {
        const char *files, *home, *conf, *output;
    } cases[] = {
        {"# /lib/systemd/system/neo4j.service\n[Service]\nExecStart=/usr/share/neo4j/bin/neo4j console\n"
         "Environment=\"NEO4J_CONF=/etc/neo4j\" \"NEO4J_HOME=/var/lib/neo4j\"\n", "/var/lib/neo4j", "/etc/neo4j", NULL},
        {"ExecStart=/usr/bin/neo4j console\n", "/var/lib/neo4j", "/etc/neo4j", NULL},
        {"ExecStart=-/opt/neo4j/bin/neo4j console\nStandardOutput=journal\n", "/opt/neo4j", NULL, "journal"},
        {"Environment=NEO4J_HOME=/srv/a NEO4J_CONF=/srv/a/etc\nExecStart=/usr/bin/neo4j console\n", "/srv/a", "/srv/a/etc", NULL},
        {"Environment='NEO4J_HOME=/srv/a b'\r\n", "/srv/a b", NULL, NULL},
        {"Environment=NEO4J_AUTH=neo4j/secret NEO4J_HOME=/srv/a\nEnvironment=NEO4J_HOME=/srv/b\n", "/srv/b", NULL, NULL},
        {"ExecStart=/usr/bin/java -jar x\nWorkingDirectory=/srv/w\n", "/srv/w", NULL, NULL},
        {"ExecStart=/opt/a/bin/neo4j\nExecStart=\nExecStart=/opt/b/bin/neo4j start\n", "/opt/b", NULL, NULL},
        {"Environment=NEO4J_HOME=/srv/%i\n", NULL, NULL, NULL},
        {"Environment=A=b \\\n  NEO4J_HOME=/srv/a \\\n# not this: NEO4J_HOME=/srv/b\n  NEO4J_CONF=/etc/a\nExecStart=/x/bin/neo4j\n", "/srv/a", "/etc/a", NULL},
        {"ExecStart=/opt/a/bin/neo4j console \\", "/opt/a", NULL, NULL},
        {"# a comment \\\nWorkingDirectory=/srv/w\n", "/srv/w", NULL, NULL},
        {"\\\n\\\n\\", NULL, NULL, NULL},
        {"WorkingDirectory=/\n", NULL, NULL, NULL},
        {"WorkingDirectory=~\n", NULL, NULL, NULL},
        {"#Environment=NEO4J_HOME=/srv/a\n", NULL, NULL, NULL},
        {"ExecStart=/bin/neo4j\n", NULL, NULL, NULL},
        {"", NULL, NULL, NULL},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        struct systemd_unit u = {0};
        unit_files_parse(cases[i].files, strlen(cases[i].files), &a, &u);
        const char *home = unit_home(&u, &a), *conf = unit_conf(&u);
        if (!home != !cases[i].home || (home && strcmp(home, cases[i].home)))
            fail_msg("case %zu: home %s", i, home ? home : "none");
        if (!conf != !cases[i].conf || (conf && strcmp(conf, cases[i].conf)))
            fail_msg("case %zu: conf %s", i, conf ? conf : "none");
        if (!u.output != !cases[i].output || (u.output && strcmp(u.output, cases[i].output)))
            fail_msg("case %zu: output %s", i, u.output ? u.output : "none");
        arena_release(&a);
    }
}

static void reads_groups_of_processes(void **state)
{
    static const struct {
        const char *text, *unit;
        bool container;
    } cases[] = {
        {"0::/system.slice/neo4j.service\n", "neo4j.service", false},
        {"12:pids:/x\n1:name=systemd:/system.slice/neo4j@one.service\n", "neo4j@one.service", false},
        {"12:cpu:/system.slice/neo4j.service\n", NULL, false},
        {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/session-1.scope\n", NULL, false},
        {"0::/system.slice/docker-0123.scope\n", NULL, true},
        {"0::/kubepods.slice/x\n", NULL, true},
        {"0::/\n", NULL, false},
        {"", NULL, false},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct arena a = {0};
        const char *unit = unit_of_cgroup(cases[i].text, strlen(cases[i].text), &a);
        if (!unit != !cases[i].unit || (unit && strcmp(unit, cases[i].unit)))
            fail_msg("%s: %s", cases[i].text, unit ? unit : "none");
        assert_int_equal(cgroup_is_container(cases[i].text, strlen(cases[i].text)), cases[i].container);
        arena_release(&a);
    }
}

static void reads_paths_of_command_lines(void **state)
{
    static const char out[] = "/proc/1/cmdline\n/proc/self/cmdline\n/proc/0/cmdline\n/proc/4711/cmdline\n/proc/12/cmdline.x\n/proc/-3/cmdline\n"
                              "/proc/99999999999/cmdline\ngrep: /proc/9/cmdline: No such file\n\n/proc/4194304/cmdline";
    static const int64_t pids[] = {1, 4711, 4194304};
    const char *p = out, *end = out + sizeof out - 1;
    int64_t pid;

    for (size_t i = 0; i < LENGTH(pids); i++) {
        assert_true(cmdline_path_next(&p, end, &pid));
        assert_true(pid == pids[i]);
    }
    assert_false(cmdline_path_next(&p, end, &pid));
}

static void reads_sizes(void **state)
{
    static const char out[] = "12\t/a b\n0\t/c\nx\t/d\n5 /e\n7\t\n1234567890123456\t/f\n99\t/last";
    static const struct {
        int64_t bytes;
        const char *path;
    } wanted[] = {{12288, "/a b"}, {0, "/c"}, {101376, "/last"}};
    const char *p = out, *end = out + sizeof out - 1;
    struct slice path;
    int64_t bytes;

    for (size_t i = 0; i < LENGTH(wanted); i++) {
        assert_true(du_next(&p, end, &bytes, &path));
        assert_true(bytes == wanted[i].bytes && slice_is(path, wanted[i].path));
    }
    assert_false(du_next(&p, end, &bytes, &path));
}

#define SUM "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void reads_sums(void **state)
{
    static const char out[] = SUM " */a.jar\n" SUM "  /b c.jar\n\\" SUM " */x\\ny.jar\n" SUM "*/d\n" SUM " *\nABCDEF" SUM " */e\n" SUM " */last";
    static const char *const wanted[] = {"/a.jar", "/b c.jar", "/last"};
    const char *p = out, *end = out + sizeof out - 1;
    struct slice sum, path;

    for (size_t i = 0; i < LENGTH(wanted); i++) {
        assert_true(sha256_next(&p, end, &sum, &path));
        assert_true(slice_is(sum, SUM) && slice_is(path, wanted[i]));
    }
    assert_false(sha256_next(&p, end, &sum, &path));
}

static void reads_pid_files(void **state)
{
    static const struct {
        const char *text;
        int64_t pid;
    } cases[] = {{"4711\n", 4711}, {" \r\n12 x", 12}, {"", 0}, {"-5\n", 0}, {"0\n", 0}, {"abc", 0}, {"99999999999", 0}, {"4194304", 4194304}};

    for (size_t i = 0; i < LENGTH(cases); i++)
        if (pid_file_parse(cases[i].text, strlen(cases[i].text)) != cases[i].pid)
            fail_msg("'%s'", cases[i].text);
    assert_true(pid_file_parse("47", 1) == 4); /* not beyond what was given */
}

static void reads_versions_of_java(void **state)
{
    static const struct {
        const char *text, *version;
    } cases[] = {
        {"IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"17.0.15\"\n", "17.0.15"},
        {"X_JAVA_VERSION=\"1\"\nJAVA_VERSION=\"21\"", "21"},
        {"JAVA_VERSION=\"\"\n", ""},
        {"JAVA_VERSION=\"17", ""},
        {"JAVA_VERSION=17\n", ""},
        {"", ""},
    };

    for (size_t i = 0; i < LENGTH(cases); i++)
        if (!slice_is(jdk_release_version(cases[i].text, strlen(cases[i].text)), cases[i].version))
            fail_msg("'%s'", cases[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_listeners),
        cmocka_unit_test(listeners_are_bounded),
        cmocka_unit_test(reads_names_of_units),
        cmocka_unit_test(finds_the_home_of_units),
        cmocka_unit_test(reads_groups_of_processes),
        cmocka_unit_test(reads_paths_of_command_lines),
        cmocka_unit_test(reads_sizes),
        cmocka_unit_test(reads_sums),
        cmocka_unit_test(reads_pid_files),
        cmocka_unit_test(reads_versions_of_java),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
