/* The rows about a machine, from answers of a host that a test plays: processes that run or not, servers that answer or not, disks that
 * fill, directories that may not be read. */
#include "feed/hosted.h"
#include "support/feedbench.h"

#define WALL INT64_C(1795360988430) /* 2026-11-22T15:23:08.430Z */
#define BOOT INT64_C(1795350000)
#define PID "4711"
#define COUNT(a) (sizeof(a) / sizeof *(a))

/* What the host answers to a path: text of a file, or an error. */
struct file {
    const char *path, *bytes;
    enum err_kind err;
};

static const char stat_of_machine[] = "cpu  100 0 50 800 50 0 0 0 0 0\n"
                                      "cpu0 50 0 25 400 25 0 0 0 0 0\ncpu1 50 0 25 400 25 0 0 0 0 0\nbtime 1795350000\n";
/* begun 10,000 s after the machine, which has run for 10,988 s */
static const char stat_of_process[] = PID " (java) S 1 1 1 0 -1 0 0 0 0 0 1000 500 0 0 20 0 52 0 1000000 100 10 0 0 0 0\n";

static const struct file usual[] = {
    {"/proc/stat", stat_of_machine, ERR_NONE},
    {"/proc/meminfo", "MemTotal: 16000000 kB\nMemFree: 1000 kB\nMemAvailable: 8000000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n", ERR_NONE},
    {"/proc/sys/kernel/hostname", "db1\n", ERR_NONE},
    {"/proc/sys/kernel/osrelease", "6.1.0-13-amd64\n", ERR_NONE},
    {"/etc/os-release", "NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n", ERR_NONE},
    {"/proc/" PID "/stat", stat_of_process, ERR_NONE},
    {"/proc/" PID "/status", "Name: java\nPid: " PID "\nVmRSS: 1024 kB\nVmSwap: 0 kB\nThreads: 52\nUid: 0 0 0 0\n", ERR_NONE},
    {"/proc/" PID "/limits", "Limit Soft Limit Hard Limit Units\n"
     "Max open files            20000                20000                files     \n", ERR_NONE},
    {"/usr/lib/jvm/17/release", "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"17.0.15\"\n", ERR_NONE},
};

struct scene {
    struct feedbench b;
    struct site *site;
    const struct file *extra; /* before the usual ones; path NULL at the end */
    int64_t fds, available, total;
    const char *du_words;
    enum err_kind fd_err;
    size_t runs;
};

static void on_news(void *data)
{
    (void)data;
}

static struct scene *scene_new(bool runs)
{
    struct scene *s = x_calloc(1, sizeof *s);
    struct site *site = s->site = x_calloc(1, sizeof *site);

    feedbench_begin(&s->b, WALL, "prod-1");
    feed_on_news(s->b.feed, on_news, s);
    s->fds = 200;
    s->total = 1000000;
    s->available = 400000;
    s->du_words = "";
    site->state = SITE_FOUND;
    site->from = SITE_PROCESS;
    site->looked_ms = WALL;
    site->install.home = "/srv/neo4j/5";
    site->version = (struct version){5, 26, 30};
    site->os_user = "neo4j";
    if (runs) {
        site->pid = 4711;
        site->jvm = (struct jvm_cmdline){.kind = JVM_SERVER, .heap_max = 4 << 20, .collector = "G1", .java_version = 17};
        site->started_ms = (BOOT + 10000) * 1000;
    }
    site->logs[site->nlogs++] = (struct site_log){.name = "neo4j.log", .path = "/srv/neo4j/5/logs/neo4j.log"};
    s->b.feed->sources[0].site = site;
    return s;
}

static void scene_free(struct scene *s)
{
    feedbench_end(&s->b);
    free(s);
}

static void want(struct scene *s, enum sheet_id sheet)
{
    feedbench_want(&s->b, sheet, 0);
}

/* ---- answers ---- */

static void fail_with(struct scene *s, ticket id, enum err_kind kind)
{
    struct err e;

    err_set(&e, kind, "no such luck");
    fake_reply(&s->b.port, id, (struct reply){.last = true, .err = &e});
}

static void give(struct scene *s, ticket id, const char *const *names, const struct value *cells, size_t ncols, size_t nrows)
{
    fake_reply(&s->b.port, id, (struct reply){.names = names, .cells = cells, .ncols = ncols, .nrows = nrows, .last = true});
}

static void answer_read(struct scene *s, ticket id, const struct host_call *h)
{
    static const char *const names[] = {"bytes", "from", "size", "inode"};
    const struct file *found = NULL;

    for (size_t i = 0; s->extra && s->extra[i].path; i++)
        if (!found && strcmp(s->extra[i].path, h->path) == 0)
            found = &s->extra[i];
    for (size_t i = 0; i < COUNT(usual); i++)
        if (!found && strcmp(usual[i].path, h->path) == 0)
            found = &usual[i];
    if (!found || found->err != ERR_NONE) {
        fail_with(s, id, found ? found->err : ERR_GONE);
        return;
    }
    int64_t size = (int64_t)strlen(found->bytes), from = h->from >= 0 ? h->from : h->from < -size ? 0 : size + h->from;
    const char *at = found->bytes + (from < size ? from : size);
    struct value cells[] = {v_text(at), v_int(from), v_int(size), v_int(7)};
    give(s, id, names, cells, 4, 1);
}

static void answer_list(struct scene *s, ticket id, const struct host_call *h)
{
    static const char *const names[] = {"name", "type", "size", "mtime_ms"};
    struct value dirs[] = {v_text("neo4j"), v_text("dir"), v_int(1), v_time(5), v_text("store_lock"), v_text("file"), v_int(1), v_time(5)};
    struct value files[] = {v_text("neostore.transaction.db.0"), v_text("file"), v_int(100), v_time(WALL - 9000),
                            v_text("neostore.transaction.db.1"), v_text("file"), v_int(50), v_time(WALL - 1000),
                            v_text("checkpoint.0"), v_text("file"), v_int(1), v_time(WALL)};
    bool of_store = strstr(h->path, "/neo4j/5/data/transactions/") || strstr(h->path, "graph.db");

    if (strstr(h->path, "/fd")) {
        struct value *fds = x_calloc((size_t)s->fds, 4 * sizeof *fds);
        give(s, id, names, fds, 4, (size_t)s->fds);
        free(fds);
    } else if (of_store) {
        give(s, id, names, files, 4, 3);
    } else if (strstr(h->path, "/databases") || strstr(h->path, "/transactions")) {
        give(s, id, names, dirs, 4, 2);
    } else {
        fail_with(s, id, ERR_GONE);
    }
}

static void answer_stat(struct scene *s, ticket id, const struct host_call *h)
{
    static const char *const names[] = {"type", "size", "link"};
    struct value fd[] = {v_text("dir"), v_int(0), v_absent(ABSENT_NULL)}, exe[] = {v_text("file"), v_int(9), v_text("/usr/lib/jvm/17/bin/java")};

    if (s->fd_err != ERR_NONE && strstr(h->path, "/fd"))
        fail_with(s, id, s->fd_err);
    else
        give(s, id, names, strstr(h->path, "/fd") ? fd : exe, 3, 1);
}

static void answer_space(struct scene *s, ticket id, const struct host_call *h)
{
    static const char *const names[] = {"total", "free", "available", "inodes", "inodes_free", "mount", "fs", "read_only"};
    struct value cells[] = {v_int(s->total), v_int(s->available), v_int(s->available), v_int(100), v_int(25),
                            v_text("/srv"),  v_text("ext4"),      v_bool(false)};

    if (strstr(h->path, "plugins"))
        fail_with(s, id, ERR_GONE);
    else if (strstr(h->path, "logs"))
        fail_with(s, id, ERR_TIMEOUT);
    else
        give(s, id, names, cells, 8, 1);
}

static const char *const run_names[] = {"stdout", "stderr", "exit_status"};

/* One refused login at the first look, another one behind its cursor. */
static void answer_journal(struct scene *s, ticket id, const struct host_call *h)
{
    static const char first[] = "{\"__REALTIME_TIMESTAMP\":\"1795360900000000\",\"__CURSOR\":\"c1\",\"MESSAGE\":\"2026-11-22 15:21:40.000+0000 WARN  "
                                "Failed authentication attempt for 'etl' from 10.0.0.1\"}\n";
    static const char second[] = "{\"__REALTIME_TIMESTAMP\":\"1795360910000000\",\"__CURSOR\":\"c2\",\"MESSAGE\":\"Failed authentication attempt for "
                                 "'neo4j' from 10.0.0.2\"}\n";
    bool after = h->command == HOST_CMD_JOURNAL_AFTER;
    struct value cells[] = {v_text(after ? second : first), v_text(""), v_int(0)};

    assert_string_equal(h->args[after ? 0 : 1], "neo4j.service");
    assert_true(!after || strcmp(h->args[1], s->runs == 1 ? "c1" : "c2") == 0);
    s->runs++;
    give(s, id, run_names, cells, 3, 1);
}

static void answer_run(struct scene *s, ticket id, const struct host_call *h)
{
    struct text out;

    if (h->command == HOST_CMD_JOURNAL || h->command == HOST_CMD_JOURNAL_AFTER) {
        answer_journal(s, id, h);
        return;
    }
    s->runs++;
    assert_int_equal(h->command, HOST_CMD_SIZES);
    text_init(&out, 0);
    for (size_t i = 0; i < h->nargs; i++)
        text_addf(&out, "%zu\t%s\n", 10 + i, h->args[i]);
    struct value cells[] = {v_textn(out.s, out.len), v_text(h->as == AS_SELF ? s->du_words : ""), v_int(0)};
    give(s, id, run_names, cells, 3, 1);
    text_release(&out);
}

/* Everything that the host is asked, and what is asked then; programs only when `run`. */
static void answer_host(struct scene *s, bool run)
{
    for (size_t i = 0; i < s->b.port.n; i++) {
        struct fakeask k = s->b.port.asks[i];
        const struct host_call *h = &k.ask.u.host;
        if (k.answered || k.ask.kind != ASK_HOST || (h->what == HOST_RUN && !run))
            continue;
        switch (h->what) {
        case HOST_READ: answer_read(s, k.id, h); break;
        case HOST_LIST: answer_list(s, k.id, h); break;
        case HOST_STAT: answer_stat(s, k.id, h); break;
        case HOST_STATVFS: answer_space(s, k.id, h); break;
        case HOST_RUN: answer_run(s, k.id, h); break;
        default: fail();
        }
    }
}

static struct value cell(struct scene *s, enum sheet_id sheet, size_t row, size_t col)
{
    const struct relation *r = model_get(s->b.model, 0, sheet);

    assert_non_null(r);
    assert_false(r->missing);
    assert_true(row < r->nrows);
    return relation_cell(r, row, col);
}

static const char *host_text(struct scene *s, size_t col)
{
    return value_str(cell(s, SHEET_HOST, 0, col), "-");
}

/* ---- the process ---- */

static void tells_of_a_process(void **state)
{
    struct scene *s = scene_new(true);

    want(s, SHEET_HOST);
    answer_host(s, false);
    assert_string_equal(host_text(s, COL_HOST_HOSTNAME), "db1");
    assert_string_equal(host_text(s, COL_HOST_OS), "Debian GNU/Linux 12 (bookworm), Linux 6.1.0-13-amd64");
    assert_string_equal(host_text(s, COL_HOST_JAVA), "17.0.15");
    assert_string_equal(host_text(s, COL_HOST_VERSION), "5.26.30");
    assert_int_equal(value_i64(cell(s, SHEET_HOST, 0, COL_HOST_FILES), 0), 200);
    assert_int_equal(value_i64(cell(s, SHEET_HOST, 0, COL_HOST_FILES_LIMIT), 0), 20000);
    assert_int_equal(value_i64(cell(s, SHEET_HOST, 0, COL_HOST_RESIDENT), 0), 1024 * 1024);
    assert_int_equal(value_i64(cell(s, SHEET_HOST, 0, COL_HOST_STARTED), 0), (BOOT + 10000) * 1000);
    assert_int_equal(value_i64(cell(s, SHEET_HOST, 0, COL_HOST_UPTIME), 0), WALL - (BOOT + 10000) * 1000);
    assert_int_equal(cell(s, SHEET_HOST, 0, COL_HOST_CPU).absent, ABSENT_NOT_ASKED); /* needs a second look */
    assert_int_equal(cell(s, SHEET_HOST, 0, COL_HOST_BUSY).absent, ABSENT_NOT_ASKED);
    scene_free(s);
}

static void a_second_look_tells_the_cpu(void **state)
{
    static const struct file later[] = {
        {"/proc/stat", "cpu  150 0 100 900 50 0 0 0 0 0\ncpu0 1 0 1 1 1 0 0 0 0 0\ncpu1 1 0 1 1 1 0 0 0 0 0\nbtime 1795350000\n", ERR_NONE},
        {"/proc/" PID "/stat", PID " (java) S 1 1 1 0 -1 0 0 0 0 0 1500 1000 0 0 20 0 52 0 1000000 100 10 0 0 0 0\n", ERR_NONE},
        {NULL, NULL, ERR_NONE}};
    struct scene *s = scene_new(true);

    want(s, SHEET_HOST);
    answer_host(s, false);
    s->extra = later;
    clock_advance(10000);
    feed_step(s->b.feed, clock_mono_ms());
    answer_host(s, false);
    assert_int_equal(cell(s, SHEET_HOST, 0, COL_HOST_CPU).u.d, 100); /* 10 s of 10 s */
    assert_int_equal(cell(s, SHEET_HOST, 0, COL_HOST_BUSY).u.d, 50);
    scene_free(s);
}

static void what_may_not_be_known_has_its_reason(void **state)
{
    static const struct file none[] = {{"/proc/" PID "/limits", NULL, ERR_PRIVILEGE}, {"/srv/neo4j/5/logs/neo4j.log", NULL, ERR_PRIVILEGE},
                                       {NULL, NULL, ERR_NONE}};
    struct scene *s = scene_new(true);

    s->extra = none;
    s->fd_err = ERR_PRIVILEGE;
    want(s, SHEET_HOST);
    answer_host(s, false);
    assert_int_equal(cell(s, SHEET_HOST, 0, COL_HOST_FILES).absent, ABSENT_PRIVILEGE);
    assert_int_equal(cell(s, SHEET_HOST, 0, COL_HOST_FILES_LIMIT).absent, ABSENT_PRIVILEGE);
    assert_int_equal(cell(s, SHEET_HOST, 0, COL_HOST_LOGINS_FAILED).absent, ABSENT_PRIVILEGE);
    assert_int_equal(value_i64(cell(s, SHEET_HOST, 0, COL_HOST_PID), 0), 4711);
    scene_free(s);
}

/* ---- logs ---- */

static void look_again(struct scene *s)
{
    clock_advance(10000);
    s->site->looked_ms = clock_wall_ms();
    feed_step(s->b.feed, clock_mono_ms());
    answer_host(s, true);
}

#define REFUSED(second) "2026-11-22 15:21:" second ".000+0000 WARN  Failed authentication attempt for 'etl' from 10.0.0.1\n"

static void logs_are_read_on_and_from_the_end_when_they_are_others(void **state)
{
    static const char *const texts[] = {REFUSED("01") REFUSED("02"), REFUSED("01") REFUSED("02") REFUSED("03"), REFUSED("04"),
                                        REFUSED("04") REFUSED("05")};
    static const int64_t counts[] = {2, 3, 3, 5}; /* one look finds that the file is another one, the next one reads it */
    struct file log[] = {{"/srv/neo4j/5/logs/neo4j.log", texts[0], ERR_NONE}, {NULL, NULL, ERR_NONE}};
    struct scene *s = scene_new(true);

    s->extra = log;
    want(s, SHEET_HOST);
    answer_host(s, false);
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (i) {
            log[0].bytes = texts[i];
            look_again(s);
        }
        assert_int_equal(value_i64(cell(s, SHEET_HOST, 0, COL_HOST_LOGINS_FAILED), -1), counts[i]);
    }
    assert_string_equal(host_text(s, COL_HOST_LOGINS_WHO), "etl from 10.0.0.1 (5)");
    scene_free(s);
}

static void the_journal_is_a_log_too(void **state)
{
    struct scene *s = scene_new(true);

    s->site->logs[0] = (struct site_log){.name = "neo4j.log", .unit = "neo4j.service"};
    want(s, SHEET_HOST);
    answer_host(s, true);
    assert_string_equal(host_text(s, COL_HOST_LOGINS_WHO), "etl from 10.0.0.1");
    look_again(s);
    assert_string_equal(host_text(s, COL_HOST_LOGINS_WHO), "neo4j from 10.0.0.2, etl from 10.0.0.1");
    scene_free(s);
}

/* ---- what it all amounts to ---- */

static void status_is_the_sum_of_the_evidence(void **state)
{
    static const char started[] = "2026-11-22 15:06:50.000+0000 INFO  Started.\n";
    static const char failed[] = "2026-11-22 15:00:00.000+0000 INFO  Started.\n2026-11-22 15:01:00.000+0000 INFO  Stopped.\n"
                                 "2026-11-22 15:02:00.000+0000 ERROR Failed to start Neo4j on 127.0.0.1:7474.\n";
    static const char stopped[] = "2026-11-22 15:00:00.000+0000 INFO  Started.\n2026-11-22 15:01:00.000+0000 INFO  Stopped.\n";
    static const struct {
        bool runs, gone, young;
        enum phase phase;
        const char *log, *unit, *status, *words;
        const char *result; /* of the unit; NULL: oom-kill */
        int64_t exit_status, main_pid, unit_since_ms;
        bool hidden; /* processes of other users */
    } cases[] = {
        {true, false, false, PHASE_UP, started, NULL, "running", "-", NULL, 0, 0, 0, false},
        {true, false, false, PHASE_SLOW, "", NULL, "running", "-", NULL, 0, 0, 0, false},
        {true, false, false, PHASE_STARTING, "", NULL, "starting", "-", NULL, 0, 0, 0, false},
        {true, false, true, PHASE_DOWN, "", NULL, "starting", "-", NULL, 0, 0, 0, false},
        {true, false, false, PHASE_CONNECTING, started, NULL, "running", "-", NULL, 0, 0, 0, false},
        {true, false, false, PHASE_DOWN, "", NULL, "running", "process 4711 runs since 16m28, but the server has not answered yet", NULL, 0, 0, 0, false},
        {true, false, false, PHASE_DOWN, started, NULL, "running",
         "process 4711 runs since 16m28, but the server has not answered, though its log says that it has started", NULL, 0, 0, 0, false},
        {false, false, false, PHASE_DOWN, stopped, NULL, "stopped", "-", NULL, 0, 0, 0, false},
        {false, false, false, PHASE_DOWN, started, NULL, "stopped", "its log does not tell that it was stopped: killed, or crashed?", NULL, 0, 0, 0, false},
        {true, true, false, PHASE_DOWN, stopped, NULL, "stopped", "-", NULL, 0, 0, 0, false},
        {false, false, false, PHASE_DOWN, failed, NULL, "failed", "Failed to start Neo4j on 127.0.0.1:7474.", NULL, 0, 0, 0, false},
        {false, false, false, PHASE_DOWN, stopped, "failed", "failed",
         "neo4j.service failed: oom-kill: the kernel killed it for want of memory", NULL, 0, 0, 0, false},
        {false, false, false, PHASE_DOWN, stopped, "failed", "failed", "neo4j.service failed: ended by signal 9", "exit-code", 137, 0, 0, false},
        {false, false, false, PHASE_DOWN, stopped, "failed", "failed", "neo4j.service failed: exit status 3", "exit-code", 3, 0, 0, false},
        {false, false, false, PHASE_DOWN, stopped, "failed", "failed", "neo4j.service failed: ended by signal 9", "signal", 9, 0, 0, false},
        {false, false, false, PHASE_DOWN, stopped, "failed", "failed", "neo4j.service failed: start-limit-hit", "start-limit-hit", 1, 0, 0, false},
        {false, false, false, PHASE_DOWN, stopped, "active", "starting", "-", "success", 0, 42, 10 * 1000, false},
        {false, false, false, PHASE_DOWN, stopped, "active", "unknown",
         "unit neo4j.service is active since 10m00 (pid 42), but no process of a server runs with this home", "success", 0, 42, 600 * 1000, false},
        {false, false, false, PHASE_DOWN, stopped, "active", "stopped", "-", "success", 0, 0, 600 * 1000, false},
        {false, false, false, PHASE_DOWN, stopped, "activating", "starting", "-", NULL, 0, 0, 0, false},
        {false, false, false, PHASE_UP, stopped, NULL, "unknown", "a server answers at its address, but no process of it was found here: another server?", NULL, 0, 0, 0, false},
        {false, false, false, PHASE_UP, started, "active", "running", "-", "success", 0, 42, 600 * 1000, true},
        {false, false, false, PHASE_UP, stopped, NULL, "running", "-", NULL, 0, 0, 0, true},
        {false, false, false, PHASE_CONNECTING, started, "active", "running", "-", "success", 0, 42, 600 * 1000, true},
        {false, false, false, PHASE_DOWN, started, "active", "starting", "-", "success", 0, 42, 10 * 1000, true},
        {false, false, false, PHASE_STARTING, stopped, NULL, "starting", "-", NULL, 0, 0, 0, true},
        {false, false, false, PHASE_DOWN, started, "active", "running",
         "unit neo4j.service is active (pid 42, which may not be seen), but the server does not answer", "success", 0, 42, 600 * 1000, true},
        {false, false, false, PHASE_DOWN, started, NULL, "unknown",
         "processes of other users are hidden on this machine (hidepid): whether it runs may not be seen", NULL, 0, 0, 0, true},
        {false, false, false, PHASE_DOWN, stopped, NULL, "stopped", "-", NULL, 0, 0, 0, true},
        {false, false, false, PHASE_DOWN, stopped, "inactive", "stopped", "-", "success", 0, 0, 0, true},
        {false, false, false, PHASE_DOWN, failed, NULL, "failed", "Failed to start Neo4j on 127.0.0.1:7474.", NULL, 0, 0, 0, true},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct scene *s = scene_new(cases[i].runs);
        struct file extra[] = {{"/srv/neo4j/5/logs/neo4j.log", cases[i].log, ERR_NONE}, {NULL, NULL, ERR_NONE}, {NULL, NULL, ERR_NONE}};
        if (cases[i].gone)
            extra[1] = (struct file){"/proc/" PID "/stat", NULL, ERR_GONE};
        if (cases[i].young) {
            extra[1] = (struct file){"/proc/" PID "/stat",
                                     PID " (java) S 1 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 52 0 1095000 100 10 0 0 0 0\n", ERR_NONE};
            s->site->started_ms = (BOOT + 10950) * 1000;
        }
        s->site->hidden = cases[i].hidden;
        if (cases[i].unit) {
            s->site->unit_name = "neo4j.service";
            s->site->unit_known = true;
            s->site->unit.active = cases[i].unit;
            s->site->unit.result = cases[i].result ? cases[i].result : "oom-kill";
            s->site->unit.exit_status = cases[i].exit_status;
            s->site->unit.main_pid = cases[i].main_pid;
            s->site->unit.started_ms = cases[i].unit_since_ms ? clock_wall_ms() - cases[i].unit_since_ms : -1;
        }
        s->extra = extra;
        fake_state(&s->b.port, 0, cases[i].phase, "", "");
        want(s, SHEET_HOST);
        answer_host(s, false);
        if (strcmp(host_text(s, COL_HOST_STATUS), cases[i].status) != 0 || strcmp(host_text(s, COL_HOST_MESSAGE), cases[i].words) != 0)
            fail_msg("case %zu: %s: %s", i, host_text(s, COL_HOST_STATUS), host_text(s, COL_HOST_MESSAGE));
        if (cases[i].hidden)
            assert_int_equal(cell(s, SHEET_HOST, 0, COL_HOST_PID).absent, ABSENT_PRIVILEGE);
        scene_free(s);
    }
}

static void a_limit_below_that_of_the_unit_is_named(void **state)
{
    struct scene *s = scene_new(true);

    s->site->unit_name = "neo4j.service";
    s->site->unit_known = true;
    s->site->unit.active = "active";
    s->site->unit.open_files = 60000000;
    want(s, SHEET_HOST);
    answer_host(s, false);
    struct value words = cell(s, SHEET_HOST, 0, COL_HOST_DISAGREEMENTS);
    assert_true(words.type == V_LIST && words.len > 0);
    assert_non_null(strstr(words.u.list[0].u.s, "unit neo4j.service allows 60000000 open files, but process " PID " has only "));
    scene_free(s);
}

/* Its number is another process's by now: what was found is looked for anew. */
static void a_process_that_is_another_one_is_gone(void **state)
{
    struct scene *s = scene_new(true);

    s->site->started_ms -= 60000;
    want(s, SHEET_HOST);
    answer_host(s, false);
    assert_string_equal(host_text(s, COL_HOST_STATUS), "stopped");
    assert_int_equal(cell(s, SHEET_HOST, 0, COL_HOST_PID).absent, ABSENT_NOT_APPLICABLE);
    assert_int_equal(s->site->looked_ms, 0);
    scene_free(s);
}

static void without_a_host_the_server_still_tells(void **state)
{
    static const char *const names[] = {"used", "max"};
    struct scene *s = scene_new(false);
    struct value cells[] = {v_int(98), v_int(100)};

    s->site->state = SITE_NO_HOST;
    err_set(&s->site->err, ERR_UNREACHABLE, "its machine is not known");
    fake_state(&s->b.port, 0, PHASE_UP, "5.26.30", "");
    want(s, SHEET_HOST);
    assert_string_equal(host_text(s, COL_HOST_MESSAGE), "its machine is not known");
    assert_string_equal(host_text(s, COL_HOST_STATUS), "running");
    assert_false(feed_idle(s->b.feed)); /* the heap is on its way */
    fake_rows(&s->b.port, STMT_MEMORY, 0, names, 2, cells, 1);
    feed_step(s->b.feed, clock_mono_ms());
    assert_int_equal(cell(s, SHEET_HOST, 0, COL_HOST_HEAP_PERCENT).u.d, 98);
    assert_int_equal(cell(s, SHEET_HOST, 0, COL_HOST_HEAP_LEAST).type, V_ABSENT);
    assert_true(feed_idle(s->b.feed));
    scene_free(s);
}

/* ---- disks and stores ---- */

static size_t disk_row(struct scene *s, const char *what)
{
    const struct relation *r = model_get(s->b.model, 0, SHEET_DISKS);

    for (size_t i = 0; r && i < r->nrows; i++)
        if (strcmp(value_str(relation_cell(r, i, COL_DISKS_WHAT), ""), what) == 0)
            return i;
    fail_msg("no row for %s", what);
    return 0;
}

static void disks_come_before_their_sizes(void **state)
{
    struct scene *s = scene_new(false);
    size_t row;

    want(s, SHEET_DISKS);
    answer_host(s, false); /* du is still at it */
    row = disk_row(s, "data");
    assert_string_equal(value_str(cell(s, SHEET_DISKS, row, COL_DISKS_PATH), ""), "/srv/neo4j/5/data");
    assert_int_equal(cell(s, SHEET_DISKS, row, COL_DISKS_USED_PERCENT).u.d, 60);
    assert_int_equal(cell(s, SHEET_DISKS, row, COL_DISKS_INODES_PERCENT).u.d, 75);
    assert_int_equal(cell(s, SHEET_DISKS, row, COL_DISKS_TAKEN).absent, ABSENT_NOT_ASKED);
    assert_int_equal(cell(s, SHEET_DISKS, row, COL_DISKS_RATE).absent, ABSENT_NOT_ASKED);
    assert_false(feed_idle(s->b.feed));
    row = disk_row(s, "logs"); /* that hangs */
    assert_int_equal(cell(s, SHEET_DISKS, row, COL_DISKS_AVAILABLE).absent, ABSENT_TIMEOUT);
    assert_string_equal(value_str(cell(s, SHEET_DISKS, row, COL_DISKS_MESSAGE), ""), "no such luck");
    for (size_t i = 0; i < model_get(s->b.model, 0, SHEET_DISKS)->nrows; i++)
        assert_string_not_equal(value_str(cell(s, SHEET_DISKS, i, COL_DISKS_WHAT), ""), "plugins"); /* not there, and not asked for */
    answer_host(s, true);
    feed_step(s->b.feed, clock_mono_ms());
    answer_host(s, true);
    assert_int_equal(value_i64(cell(s, SHEET_DISKS, disk_row(s, "data"), COL_DISKS_TAKEN), 0), 10 * 1024);
    assert_true(feed_idle(s->b.feed));
    scene_free(s);
}

static void disks_tell_when_they_are_full(void **state)
{
    struct scene *s = scene_new(false);

    want(s, SHEET_DISKS);
    for (int i = 0; i < 4; i++) {
        answer_host(s, true);
        feed_step(s->b.feed, clock_mono_ms());
        answer_host(s, true);
        s->site->looked_ms = clock_wall_ms() + 30000;
        s->available -= 1000;
        clock_advance(30000);
        feed_step(s->b.feed, clock_mono_ms());
    }
    answer_host(s, true);
    size_t row = disk_row(s, "data");
    assert_in_range(value_i64(cell(s, SHEET_DISKS, row, COL_DISKS_RATE), 0), 119000, 121000); /* 1000 in 30 s */
    assert_in_range(value_i64(cell(s, SHEET_DISKS, row, COL_DISKS_FULL_IN), 0), INT64_C(11700000), INT64_C(12100000));
    scene_free(s);
}

/* A number that leaves out what may not be read would be a wrong one: it is asked for as the user of the server. */
static void sizes_are_whole_or_none(void **state)
{
    struct scene *s = scene_new(false);

    s->du_words = "du: cannot read directory '/srv/neo4j/5/data': Permission denied\n";
    want(s, SHEET_STORES);
    answer_host(s, true);
    assert_int_equal(s->runs, 2);
    feed_step(s->b.feed, clock_mono_ms());
    answer_host(s, true);
    assert_int_equal(s->runs, 2); /* not again for ten minutes */
    assert_string_equal(value_str(cell(s, SHEET_STORES, 0, COL_STORES_DATABASE), ""), "neo4j");
    assert_int_equal(value_i64(cell(s, SHEET_STORES, 0, COL_STORES_STORE), 0), 10 * 1024);
    assert_int_equal(value_i64(cell(s, SHEET_STORES, 0, COL_STORES_TX_LOGS), 0), 11 * 1024);
    assert_int_equal(value_i64(cell(s, SHEET_STORES, 0, COL_STORES_TX_FILES), 0), 2);
    assert_int_equal(value_i64(cell(s, SHEET_STORES, 0, COL_STORES_WRITTEN), 0), WALL - 1000);
    assert_int_equal(model_get(s->b.model, 0, SHEET_STORES)->nrows, 1);
    scene_free(s);
}

/* Everything is freed, and nothing is called, wherever the feed goes in the middle of it. */
static void the_feed_may_go_at_any_time(void **state)
{
    static const enum sheet_id sheets[] = {SHEET_HOST, SHEET_DISKS, SHEET_STORES};

    for (size_t k = 0; k < COUNT(sheets); k++)
        for (size_t rounds = 0; rounds < 3; rounds++) {
            struct scene *s = scene_new(true);
            fake_state(&s->b.port, 0, PHASE_UP, "5.26.30", "");
            want(s, sheets[k]);
            if (rounds)
                answer_host(s, rounds > 1);
            scene_free(s);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_of_a_process),
        cmocka_unit_test(a_second_look_tells_the_cpu),
        cmocka_unit_test(what_may_not_be_known_has_its_reason),
        cmocka_unit_test(logs_are_read_on_and_from_the_end_when_they_are_others),
        cmocka_unit_test(the_journal_is_a_log_too),
        cmocka_unit_test(status_is_the_sum_of_the_evidence),
        cmocka_unit_test(a_limit_below_that_of_the_unit_is_named),
        cmocka_unit_test(a_process_that_is_another_one_is_gone),
        cmocka_unit_test(without_a_host_the_server_still_tells),
        cmocka_unit_test(disks_come_before_their_sizes),
        cmocka_unit_test(disks_tell_when_they_are_full),
        cmocka_unit_test(sizes_are_whole_or_none),
        cmocka_unit_test(the_feed_may_go_at_any_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
