/* This machine: commands and whose they are, what may not be read, deadlines. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <grp.h>
#include <signal.h>
#include <sys/wait.h>
#include "host/internal.h"
#include "support/hostbench.h"

static const struct host_spec here = {.carrier = CARRIER_LOCAL};

static bool run(struct bench *b, struct got *g, enum host_command_id id, const char *const *args)
{
    return bench_call(b, (struct host_call){.what = HOST_RUN, .command = id, .args = args, .nargs = argv_length(args)}, g);
}

#define RUN(b, g, id, ...) run(b, g, HOST_CMD_##id, (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

/* ---- the table ---- */

static void arguments_fill_their_places(void **state)
{
    static const char *const start[] = {"/x/start me", "now", NULL};
    static const struct {
        enum host_command_id id;
        const char *args[6];
        const char *argv; /* joined by "|"; NULL: refused */
    } cases[] = {
        {HOST_CMD_UNIT_START, {"neo4j.service"}, "systemctl|start|neo4j.service"},
        {HOST_CMD_UNIT_START, {"a b;$(id)"}, "systemctl|start|a b;$(id)"},
        {HOST_CMD_UNIT_START, {"--force"}, NULL},
        {HOST_CMD_UNIT_START, {""}, NULL},
        {HOST_CMD_UNIT_START, {NULL}, NULL},
        {HOST_CMD_UNIT_START, {"a", "b"}, NULL},
        {HOST_CMD_JOURNAL, {"100", "neo4j"}, "journalctl|-a|--no-pager|-o|json|-n|100|-u|neo4j"},
        {HOST_CMD_JOURNAL, {"-1", "neo4j"}, NULL},
        {HOST_CMD_JOURNAL, {"1e9", "neo4j"}, NULL},
        {HOST_CMD_JOURNAL, {"9999999999999999999", "neo4j"}, NULL},
        {HOST_CMD_SHA256, {"/a", "/b c"}, "sha256sum|-b|--|/a|/b c"},
        {HOST_CMD_SHA256, {NULL}, NULL},
        {HOST_CMD_NEO4J_STATUS, {"", "", "", "/opt/neo4j/bin/neo4j"}, "env|/opt/neo4j/bin/neo4j|status"},
        {HOST_CMD_NEO4J_STATUS, {"/h", "/c d", "", "/n/neo4j"}, "env|NEO4J_HOME=/h|NEO4J_CONF=/c d|/n/neo4j|status"},
        {HOST_CMD_NEO4J_STATUS, {"", "", "", "/bin/sh"}, NULL},
        {HOST_CMD_NEO4J_STATUS, {"", "", "", "neo4j"}, NULL},
        {HOST_CMD_NEO4J_STATUS, {"", "", "", "x/neo4j"}, NULL},
        {HOST_CMD_NEO4J_STATUS, {"", "", "", "/home/../tmp/neo4j"}, NULL},
        {HOST_CMD_NEO4J_STATUS, {"", "", "", "/a..b/neo4j"}, "env|/a..b/neo4j|status"},
        {HOST_CMD_START_COMMAND, {NULL}, "/x/start me|now"},
        {HOST_CMD_STOP_COMMAND, {NULL}, NULL},
        {HOST_CMD_NONE, {NULL}, NULL},
        {NHOST_COMMANDS, {NULL}, NULL},
    };
    struct host_spec spec = {.start = start};
    struct arena a = {0};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct host_call c = {.what = HOST_RUN, .command = cases[i].id, .args = cases[i].args, .nargs = argv_length(cases[i].args)};
        const char *const *argv;
        struct err e = {0};
        struct text t;
        bool ok = host_argv(&spec, &c, &a, &argv, &e);
        if (ok != (cases[i].argv != NULL))
            fail_msg("case %zu: %s", i, e.words);
        assert_int_equal(ok, e.kind == ERR_NONE);
        if (!ok)
            continue;
        text_init(&t, 0);
        for (size_t k = 0; argv[k]; k++)
            text_addf(&t, "%s%s", k ? "|" : "", argv[k]);
        assert_string_equal(t.s, cases[i].argv);
        text_release(&t);
    }
    arena_release(&a);
}

/* ---- running ---- */

static void commands_are_run(void **state)
{
    static const char *const cat[] = {"cat", NULL}, *const fails[] = {"sh", "-c", "echo out; echo err >&2; exit 7", NULL};
    static const char *const dies[] = {"sh", "-c", "kill -9 $$", NULL};
    struct host_spec spec = {.start = cat, .stop = fails, .restart = dies};
    struct bench b;
    struct got g;

    bench_begin(&b, &spec);
    got_init(&g, b.loop);
    assert_true(RUN(&b, &g, IDENTITY));
    assert_non_null(strstr(value_str(cell(&g, 0, "stdout"), ""), "uid="));
    assert_int_equal(value_i64(cell(&g, 0, "exit_status"), -1), 0);
    assert_true(RUN(&b, &g, STOP_COMMAND)); /* a status that is not 0 is no error */
    assert_int_equal(value_i64(cell(&g, 0, "exit_status"), -1), 7);
    assert_string_equal(value_str(cell(&g, 0, "stdout"), ""), "out\n");
    assert_string_equal(value_str(cell(&g, 0, "stderr"), ""), "err\n");
    assert_int_equal(cell(&g, 0, "signal").type, V_ABSENT);
    assert_true(RUN(&b, &g, RESTART_COMMAND));
    assert_int_equal(value_i64(cell(&g, 0, "signal"), -1), SIGKILL);
    assert_int_equal(cell(&g, 0, "exit_status").type, V_ABSENT);
    assert_true(bench_call(&b, (struct host_call){.what = HOST_RUN, .command = HOST_CMD_START_COMMAND, .in = "a\0b", .in_len = 3}, &g));
    assert_int_equal(cell(&g, 0, "stdout").len, 3);
    struct ask a = {.kind = ASK_HOST, .max_bytes = 2,
                    .u.host = {.what = HOST_RUN, .command = HOST_CMD_START_COMMAND, .in = "abcdef", .in_len = 6}};
    assert_true(bench_ask(&b, &a, &g));
    assert_string_equal(value_str(cell(&g, 0, "stdout"), ""), "ab");
    assert_int_equal(value_i64(cell(&g, 0, "truncated"), -1), 1);
    const char *file = bench_path(&b, "a file");
    put_file(file, "abc");
    assert_true(RUN(&b, &g, SHA256, file));
    assert_true(str_starts(value_str(cell(&g, 0, "stdout"), ""),
                           "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad *"));
    assert_false(RUN(&b, &g, UNIT_START, "--now"));
    assert_int_equal(g.err.kind, ERR_INTERNAL);
    bench_end(&b);
    got_release(&g);
}

static void a_java_is_found(void **state)
{
    struct bench b;
    struct got g;
    pid_t pid = fork();

    if (pid == 0) {
        execl("/bin/sleep", "org.neo4j.server.CommunityEntryPoint", "30", (char *)NULL);
        _exit(127);
    }
    bench_begin(&b, &here);
    got_init(&g, b.loop);
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
    bool found = false;
    for (int i = 0; i < 50 && !found; i++) {
        assert_true(RUN(&b, &g, JAVA_PROCESSES));
        found = strstr(value_str(cell(&g, 0, "stdout"), ""), path) != NULL;
    }
    assert_true(found);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_true(RUN(&b, &g, JAVA_PROCESSES)); /* it does not find itself */
    assert_null(strstr(value_str(cell(&g, 0, "stdout"), ""), path));
    bench_end(&b);
    got_release(&g);
}

static void what_cannot_be_run_has_words(void **state)
{
    static const char *const nobody[] = {"/no/such/become", NULL};
    struct host_spec spec = {.become = nobody, .become_service = nobody};
    struct bench b;
    struct got g;

    bench_begin(&b, &spec);
    got_init(&g, b.loop);
    assert_false(RUN(&b, &g, START_COMMAND));
    assert_int_equal(g.err.kind, ERR_CONFIG);
    assert_non_null(strstr(g.err.words, "start_command"));
    assert_false(RUN(&b, &g, UNIT_START, "x.service"));
    assert_int_equal(g.err.kind, ERR_UNREACHABLE);
    assert_non_null(strstr(g.err.words, "/no/such/become"));
    assert_false(bench_call(&b, (struct host_call){.what = HOST_READ, .path = "/etc/passwd", .as = AS_SERVER}, &g));
    assert_int_equal(g.err.kind, ERR_UNREACHABLE);
    assert_non_null(strstr(g.err.words, "/no/such/become"));
    bench_end(&b);
    got_release(&g);
}

/* ---- as whom ---- */

static void make_program(struct bench *b, const char *name, const char *script)
{
    put_file(bench_path(b, name), script);
    chmod(bench_path(b, name), 0755);
}

static void tools_are_not_run_as_root(void **state)
{
    static const char *const still_root[] = {"env", NULL};
    static const char *const nobody[] = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", NULL};
    struct bench b;
    struct got g;

    if (geteuid() != 0)
        skip();
    bench_begin(&b, &here);
    got_init(&g, b.loop);
    chmod(b.dir, 0755);
    make_program(&b, "neo4j", "#!/bin/sh\necho \"$(id -u) $*\"\n");
    const char *neo4j = bench_path(&b, "neo4j");
    const struct {
        struct host_spec spec;
        const char *said; /* NULL: refused */
    } cases[] = {
        {{.carrier = CARRIER_LOCAL}, NULL},
        {{.become = still_root}, NULL},
        {{.become = nobody}, "65534 status\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        host_set(b.hosts, 0, &cases[i].spec);
        for (int twice = 0; twice < 2; twice++) { /* who we are by become is asked once */
            bool ok = RUN(&b, &g, NEO4J_STATUS, "", "", "", neo4j);
            assert_int_equal(ok, cases[i].said != NULL);
            if (ok)
                assert_string_equal(value_str(cell(&g, 0, "stdout"), ""), cases[i].said);
            else
                assert_int_equal(g.err.kind, ERR_REFUSED);
            if (!ok)
                assert_non_null(strstr(g.err.words, "become = sudo -n -u neo4j"));
        }
    }
    bench_end(&b);
    got_release(&g);
}

static void sudo_that_refuses_gets_its_line(void **state)
{
    struct bench b;
    struct got g;

    bench_begin(&b, &here);
    got_init(&g, b.loop);
    setenv("LOGNAME", "alice", 1);
    make_program(&b, "sudo", "#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n");
    const char *sudo = bench_path(&b, "sudo");
    const char *const service[] = {sudo, "-n", NULL}, *const server[] = {sudo, "-n", "-u", "neo4j", NULL};
    host_set(b.hosts, 0, &(struct host_spec){.become = server, .become_service = service});
    assert_false(RUN(&b, &g, UNIT_RESTART, "neo4j@a:b.service"));
    assert_int_equal(g.err.kind, ERR_PRIVILEGE);
    assert_non_null(strstr(g.err.words, "a password is required"));
    assert_non_null(strstr(g.err.words, "alice ALL=(root) NOPASSWD: /usr/bin/systemctl restart neo4j@a\\:b.service"));
    assert_false(bench_call(&b, (struct host_call){.what = HOST_LIST, .path = "/etc", .as = AS_SERVER}, &g));
    assert_int_equal(g.err.kind, ERR_PRIVILEGE);
    assert_non_null(strstr(g.err.words, "alice ALL=(neo4j) NOPASSWD: ALL"));
    assert_false(bench_call(&b, (struct host_call){.what = HOST_FOLLOW, .path = "/etc/passwd", .as = AS_SERVER}, &g));
    assert_int_equal(g.err.kind, ERR_PRIVILEGE);
    /* it may allow the tool alone: then -u has to do */
    make_program(&b, "neo4j", "#!/bin/sh\necho \"ran $*\"\n");
    make_program(&b, "sudo", "#!/bin/sh\nshift 3\n[ \"$1\" = env ] || { echo 'sudo: no' >&2; exit 1; }\nexec \"$@\"\n");
    assert_true(RUN(&b, &g, NEO4J_STATUS, "", "", "", bench_path(&b, "neo4j")));
    assert_string_equal(value_str(cell(&g, 0, "stdout"), ""), "ran status\n");
    bench_end(&b);
    got_release(&g);
}

/* ---- what may not be read ---- */

static void as_nobody(void)
{
    static const char *const groups[] = {"the group 'adm' may; sudo usermod -a -G adm alice", "become = sudo -n -u daemon"};
    static const enum host_what whats[] = {HOST_READ, HOST_FOLLOW};
    char dir[] = "/tmp/neodeck-rights-XXXXXX", path[100];
    struct bench b;
    struct got g;
    struct stat st;

    /* as root: a directory, a file for a group, a file for its owner alone, a closed directory */
    if (!mkdtemp(dir) || chmod(dir, 0755) != 0)
        _exit(3);
    snprintf(path, sizeof path, "%s/group", dir);
    put_file(path, "x");
    if (chown(path, 1, 4) != 0 || chmod(path, 0640) != 0)
        _exit(3);
    snprintf(path, sizeof path, "%s/owner", dir);
    put_file(path, "x");
    if (chown(path, 1, 4) != 0 || chmod(path, 0600) != 0)
        _exit(3);
    snprintf(path, sizeof path, "%s/closed", dir);
    if (mkdir(path, 0750) != 0 || chown(path, 1, 4) != 0)
        _exit(3);
    if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
        _exit(3);
    setenv("LOGNAME", "alice", 1);
    bench_begin(&b, &here);
    got_init(&g, b.loop);
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/group", dir);
        assert_false(bench_call(&b, (struct host_call){.what = whats[i], .path = path}, &g));
        assert_int_equal(g.err.kind, ERR_PRIVILEGE);
        for (size_t k = 0; k < 2; k++)
            if (!strstr(g.err.words, groups[k]))
                fail_msg("%s", g.err.words);
        snprintf(path, sizeof path, "%s/owner", dir);
        assert_false(bench_call(&b, (struct host_call){.what = whats[i], .path = path}, &g));
        assert_non_null(strstr(g.err.words, "only its owner 'daemon' may; set become = sudo -n -u daemon"));
        snprintf(path, sizeof path, "%s/closed/in/it", dir);
        assert_false(bench_call(&b, (struct host_call){.what = whats[i], .path = path}, &g));
        assert_int_equal(g.err.kind, ERR_PRIVILEGE);
        if (!strstr(g.err.words, "/closed' is closed): the group 'adm' may"))
            fail_msg("%s", g.err.words);
    }
    snprintf(path, sizeof path, "%s/closed", dir);
    assert_false(bench_call(&b, (struct host_call){.what = HOST_LIST, .path = path}, &g));
    assert_int_equal(g.err.kind, ERR_PRIVILEGE);
    snprintf(path, sizeof path, "%s/owner", dir);
    assert_false(bench_call(&b, (struct host_call){.what = HOST_WRITE, .path = path, .in = "y", .in_len = 1}, &g));
    assert_int_equal(g.err.kind, ERR_PRIVILEGE);
    assert_true(bench_call(&b, (struct host_call){.what = HOST_STAT, .path = path}, &g)); /* that it is there may be known */
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 1);
    bench_end(&b);
    got_release(&g);
}

static void who_may_read_is_said(void **state)
{
    int status;
    pid_t pid;

    if (geteuid() != 0)
        skip();
    pid = fork();
    if (pid == 0) {
        as_nobody();
        _exit(0); /* a failed assertion does not come here */
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(system("rm -rf /tmp/neodeck-rights-??????"), 0);
}

/* ---- deadlines and giving up ---- */

static void deadlines_are_kept(void **state)
{
    static const char *const sleeps[] = {"sleep", "60", NULL}, *const slow[] = {"sh", "-c", "sleep 60; exec \"$@\"", "sh", NULL};
    struct host_spec spec = {.start = sleeps, .become = slow};
    struct bench b;
    struct got g;
    int64_t began;

    bench_begin(&b, &spec);
    got_init(&g, b.loop);
    began = clock_mono_ms();
    struct ask a = {.kind = ASK_HOST, .deadline_ms = 100, .u.host = {.what = HOST_RUN, .command = HOST_CMD_START_COMMAND}};
    assert_false(bench_ask(&b, &a, &g));
    assert_int_equal(g.err.kind, ERR_TIMEOUT);
    for (enum host_what w = HOST_STAT; w <= HOST_STATVFS; w++) {
        a.u.host = (struct host_call){.what = w, .as = AS_SERVER, .path = "/etc/passwd", .in = "x", .in_len = 1};
        assert_false(bench_ask(&b, &a, &g));
        assert_int_equal(g.err.kind, ERR_TIMEOUT);
    }
    assert_true(clock_mono_ms() - began < 5000);
    a = (struct ask){.kind = ASK_HOST, .u.host = {.what = HOST_RUN, .command = HOST_CMD_START_COMMAND}};
    int lasts = g.lasts;
    ticket id = port_submit(&b.port, &a, bench_hear, &g);
    bench_run(&b, 50);
    assert_int_equal(g.lasts, lasts);
    port_cancel(&b.port, id);
    bench_run(&b, 10);
    assert_int_equal(g.lasts, lasts + 1);
    assert_int_equal(g.err.kind, ERR_CANCELLED);
    bench_end(&b);
    got_release(&g);
}

/* Disks that do not answer: what waits is answered in time, also behind them, and nothing of it hurts when it comes after all. */
static void slow_disks_hold_up_nobody(void **state)
{
    enum { MANY = 20 };
    struct bench b;
    struct got g[MANY], ok;

    bench_begin(&b, &here);
    got_init(&ok, b.loop);
    const char *path = bench_path(&b, "big");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(ftruncate(fd, INT64_C(1) << 30), 0);
    close(fd);
    struct ask a = {.kind = ASK_HOST, .deadline_ms = 1, .max_bytes = 200 << 20, .u.host = {.what = HOST_READ, .path = path}};
    for (int i = 0; i < MANY; i++) {
        got_init(&g[i], b.loop);
        port_submit(&b.port, &a, bench_hear, &g[i]);
    }
    bench_run(&b, 30);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(g[i].lasts, 1);
        assert_int_equal(g[i].err.kind, ERR_TIMEOUT);
        got_release(&g[i]);
    }
    assert_true(bench_call(&b, (struct host_call){.what = HOST_STAT, .path = path}, &ok));
    a.deadline_ms = 0;
    port_submit(&b.port, &a, bench_hear, &ok); /* and one that is under way at the end */
    bench_run(&b, 1);
    bench_end(&b);
    assert_int_equal(ok.lasts, 2);
    assert_int_equal(ok.err.kind, ERR_CANCELLED);
    got_release(&ok);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments_fill_their_places),
        cmocka_unit_test(commands_are_run),
        cmocka_unit_test(a_java_is_found),
        cmocka_unit_test(what_cannot_be_run_has_words),
        cmocka_unit_test(tools_are_not_run_as_root),
        cmocka_unit_test(sudo_that_refuses_gets_its_line),
        cmocka_unit_test(who_may_read_is_said),
        cmocka_unit_test(deadlines_are_kept),
        cmocka_unit_test(slow_disks_hold_up_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
