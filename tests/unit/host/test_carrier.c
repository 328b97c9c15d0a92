/* What every carrier must do, asked through the port: each is a row of `carriers`, and each test runs for all of them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "support/hostbench.h"

static const char *const no_change_of_user[] = {"env", NULL};

struct carrier {
    const char *name;
    struct host_spec spec;
    enum host_as as;   /* of every ask */
    int64_t tick_ms;   /* times are exact to this */
};

static const struct carrier carriers[] = {
    {.name = "local, by system calls", .spec = {.carrier = CARRIER_LOCAL}, .as = AS_SELF, .tick_ms = 1},
    {.name = "local, by commands", .spec = {.carrier = CARRIER_LOCAL, .become = no_change_of_user}, .as = AS_SERVER, .tick_ms = 1000},
};

struct setup {
    const struct carrier *carrier;
    struct bench bench;
    struct got got;
};

static void begin(struct setup *s, const struct carrier *c)
{
    s->carrier = c;
    bench_begin(&s->bench, &c->spec);
    got_init(&s->got, s->bench.loop);
}

static void end(struct setup *s)
{
    bench_end(&s->bench); /* also for what is still open: it gets its last reply */
    got_release(&s->got);
}

static bool call(struct setup *s, struct host_call c)
{
    c.as = s->carrier->as;
    return bench_call(&s->bench, c, &s->got);
}

static bool on_path(struct setup *s, enum host_what what, const char *path)
{
    return call(s, (struct host_call){.what = what, .path = path});
}

static const char *text_cell(struct setup *s, size_t row, const char *name)
{
    return value_str(cell(&s->got, row, name), "(none)");
}

static int64_t int_cell(struct setup *s, size_t row, const char *name)
{
    return value_i64(cell(&s->got, row, name), -1);
}

/* ---- stat ---- */

static void stat_tells(struct setup *s)
{
    const char *file = bench_path(&s->bench, "it's a \"file\" $(id)\n"), *link = bench_path(&s->bench, "link");
    struct stat st;

    put_file(file, "12345");
    chmod(file, 0640);
    assert_int_equal(symlink(file, link), 0);
    assert_int_equal(stat(file, &st), 0);
    for (int i = 0; i < 2; i++) {
        assert_true(on_path(s, HOST_STAT, i ? link : file));
        assert_int_equal(s->got.reply.nrows, 1);
        assert_string_equal(text_cell(s, 0, "type"), "file");
        assert_int_equal(int_cell(s, 0, "size"), 5);
        assert_int_equal(int_cell(s, 0, "mode"), 0640);
        assert_int_equal(int_cell(s, 0, "uid"), getuid());
        assert_int_equal(int_cell(s, 0, "gid"), getgid());
        assert_int_equal(int_cell(s, 0, "inode"), st.st_ino);
        assert_int_equal(int_cell(s, 0, "device"), st.st_dev);
        assert_int_equal(cell(&s->got, 0, "mtime_ms").type, V_TIME);
        assert_int_equal(int_cell(s, 0, "mtime_ms") / s->carrier->tick_ms,
                         ((int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000) / s->carrier->tick_ms);
        if (getuid() == 0)
            assert_string_equal(text_cell(s, 0, "user"), "root");
        assert_string_equal(text_cell(s, 0, "link"), i ? file : "(none)");
    }
    assert_true(on_path(s, HOST_STAT, s->bench.dir));
    assert_string_equal(text_cell(s, 0, "type"), "dir");
    assert_true(on_path(s, HOST_STAT, "/dev/null"));
    assert_string_equal(text_cell(s, 0, "type"), "char");
    assert_int_equal(mkfifo(bench_path(&s->bench, "fifo"), 0600), 0);
    assert_true(on_path(s, HOST_STAT, bench_path(&s->bench, "fifo")));
    assert_string_equal(text_cell(s, 0, "type"), "fifo");
    assert_int_equal(symlink("/no/where", bench_path(&s->bench, "broken")), 0);
    assert_true(on_path(s, HOST_STAT, bench_path(&s->bench, "broken")));
    assert_string_equal(text_cell(s, 0, "type"), "link");
    assert_string_equal(text_cell(s, 0, "link"), "/no/where");
}

static void what_is_not_there_is_gone(struct setup *s)
{
    static const enum host_what whats[] = {HOST_STAT, HOST_LIST, HOST_READ, HOST_STATVFS};

    for (size_t i = 0; i < sizeof whats / sizeof *whats; i++) {
        assert_false(on_path(s, whats[i], bench_path(&s->bench, "nothing")));
        assert_int_equal(s->got.err.kind, ERR_GONE);
        assert_non_null(strstr(s->got.err.words, bench_path(&s->bench, "nothing")));
        assert_false(on_path(s, whats[i], "relative/path"));
        assert_int_equal(s->got.err.kind, ERR_INTERNAL);
    }
}

/* ---- list ---- */

static void list_tells_all(struct setup *s)
{
    static const char *const names[] = {".hidden", "-rf", "a b", "broken", "line\nbreak", "sub", "zeta"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], "sub") != 0 && strcmp(names[i], "broken") != 0)
            put_file(bench_path(&s->bench, names[i]), "x");
    assert_int_equal(mkdir(bench_path(&s->bench, "sub"), 0700), 0);
    assert_int_equal(symlink("/no/where", bench_path(&s->bench, "broken")), 0);
    assert_true(on_path(s, HOST_LIST, s->bench.dir));
    assert_int_equal(s->got.reply.nrows, sizeof names / sizeof *names);
    const char *sorted[] = {"-rf", ".hidden", "a b", "broken", "line\nbreak", "sub", "zeta"};
    for (size_t i = 0; i < sizeof sorted / sizeof *sorted; i++) {
        assert_string_equal(text_cell(s, i, "name"), sorted[i]);
        assert_string_equal(text_cell(s, i, "type"), strcmp(sorted[i], "sub") == 0      ? "dir"
                                                     : strcmp(sorted[i], "broken") == 0 ? "link"
                                                                                        : "file");
    }
    assert_int_equal(int_cell(s, 0, "size"), 1);
    assert_true(on_path(s, HOST_LIST, bench_path(&s->bench, "sub")));
    assert_int_equal(s->got.reply.nrows, 0);
    assert_false(on_path(s, HOST_LIST, bench_path(&s->bench, "zeta")));
    assert_int_equal(s->got.err.kind, ERR_SHAPE);
    assert_false(call(s, (struct host_call){.what = HOST_LIST, .path = s->bench.dir, .n = 3}));
    assert_int_equal(s->got.err.kind, ERR_TOO_LARGE);
}

/* ---- read ---- */

static void read_gives_the_bytes(struct setup *s)
{
    static const struct {
        int64_t from, n;
        const char *bytes;
        size_t len;
        int64_t at;
        bool eof;
    } cases[] = {
        {0, 0, "ab\0\xff\n'$HOME'\r\n", 14, 0, true}, {2, 3, "\0\xff\n", 3, 2, false}, {-3, 0, "'\r\n", 3, 11, true},
        {-100, 2, "ab", 2, 0, false},             {14, 5, "", 0, 14, true},       {99, 5, "", 0, 99, true},
        {5, 9, "'$HOME'\r\n", 9, 5, true},
    };
    const char *path = bench_path(&s->bench, "a file");

    put_bytes(path, O_TRUNC, "ab\0\xff\n'$HOME'\r\n", 14);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(call(s, (struct host_call){.what = HOST_READ, .path = path, .from = cases[i].from, .n = cases[i].n}));
        struct value bytes = cell(&s->got, 0, "bytes");
        assert_int_equal(bytes.len, cases[i].len);
        assert_memory_equal(bytes.u.s, cases[i].bytes, cases[i].len);
        assert_int_equal(int_cell(s, 0, "from"), cases[i].at);
        assert_int_equal(int_cell(s, 0, "size"), 14);
        assert_int_equal(int_cell(s, 0, "eof"), cases[i].eof);
        assert_true(int_cell(s, 0, "inode") > 0);
    }
}

static void read_is_bounded(struct setup *s)
{
    const char *path = bench_path(&s->bench, "big");
    struct ask a = {.kind = ASK_HOST, .max_bytes = 1000, .u.host = {.what = HOST_READ, .as = s->carrier->as, .path = path}};
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    assert_int_equal(ftruncate(fd, INT64_C(5) << 30), 0); /* 5 GB with nothing in it, but for the end */
    assert_int_equal(pwrite(fd, "the end", 7, (INT64_C(5) << 30) - 7), 7);
    close(fd);
    assert_true(bench_ask(&s->bench, &a, &s->got));
    assert_int_equal(cell(&s->got, 0, "bytes").len, 1000);
    assert_int_equal(int_cell(s, 0, "eof"), 0);
    a.u.host.from = -7;
    assert_true(bench_ask(&s->bench, &a, &s->got));
    assert_string_equal(text_cell(s, 0, "bytes"), "the end");
    assert_int_equal(int_cell(s, 0, "size"), INT64_C(5) << 30);
    assert_int_equal(int_cell(s, 0, "from"), (INT64_C(5) << 30) - 7);
}

static void files_of_proc_are_read(struct setup *s)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/cmdline", (int)getpid());
    assert_true(on_path(s, HOST_READ, path));
    assert_true(cell(&s->got, 0, "bytes").len > 1);
    assert_int_equal(int_cell(s, 0, "eof"), 1);
    assert_true(on_path(s, HOST_READ, "/proc/self/status"));
    assert_non_null(strstr(text_cell(s, 0, "bytes"), "VmRSS"));
}

static void what_is_no_file_is_not_opened(struct setup *s)
{
    static const enum host_what whats[] = {HOST_READ, HOST_FOLLOW};
    const char *fifo = bench_path(&s->bench, "fifo");
    const char *const paths[] = {s->bench.dir, fifo, "/dev/zero", "/dev/tty"};
    static const char *const words[] = {"a directory", "a pipe", "a device", "a device"};

    assert_int_equal(mkfifo(fifo, 0600), 0);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        for (size_t k = 0; k < 2; k++) {
            assert_false(on_path(s, whats[k], paths[i]));
            assert_int_equal(s->got.err.kind, ERR_SHAPE);
            if (!strstr(s->got.err.words, words[i]))
                fail_msg("%s: %s", paths[i], s->got.err.words);
        }
    }
}

/* ---- space ---- */

static void space_is_measured(struct setup *s)
{
    assert_true(on_path(s, HOST_STATVFS, s->bench.dir));
    int64_t total = int_cell(s, 0, "total"), vacant = int_cell(s, 0, "free"), available = int_cell(s, 0, "available");
    assert_true(total > 0 && vacant > 0 && vacant <= total && available <= vacant && available > 0);
    assert_true(text_cell(s, 0, "mount")[0] == '/');
    assert_string_not_equal(text_cell(s, 0, "device"), "(none)");
    assert_string_not_equal(text_cell(s, 0, "fs"), "(none)");
    assert_true(on_path(s, HOST_STATVFS, "/proc"));
    assert_string_equal(text_cell(s, 0, "mount"), "/proc");
}

/* ---- write ---- */

static void check_content(const char *path, const char *content, size_t n, mode_t mode)
{
    char buf[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;

    assert_true(fd >= 0);
    assert_int_equal(read(fd, buf, sizeof buf), n);
    assert_memory_equal(buf, content, n);
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode & 07777, mode);
    close(fd);
}

static size_t files_in(struct setup *s)
{
    assert_true(bench_call(&s->bench, (struct host_call){.what = HOST_LIST, .path = s->bench.dir}, &s->got));
    return s->got.reply.nrows;
}

static void write_replaces(struct setup *s)
{
    const char *path = bench_path(&s->bench, "neo4j's conf"), *link = bench_path(&s->bench, "link"), *new = bench_path(&s->bench, "new");
    static const char content[] = "a=1\n\0b='$x'\n";
    struct host_call w = {.what = HOST_WRITE, .path = path, .in = content, .in_len = sizeof content - 1};
    struct stat before, after;

    put_file(path, "old and longer than what comes\n");
    chmod(path, 0604);
    stat(path, &before);
    assert_true(call(s, w));
    assert_int_equal(int_cell(s, 0, "written"), sizeof content - 1);
    check_content(path, content, sizeof content - 1, 0604);
    stat(path, &after);
    assert_int_not_equal(before.st_ino, after.st_ino); /* another file took its place */
    assert_int_equal(int_cell(s, 0, "inode"), after.st_ino);

    assert_int_equal(symlink(path, link), 0); /* the link stays one */
    w.path = link;
    w.in = "";
    w.in_len = 0;
    assert_true(call(s, w));
    check_content(path, "", 0, 0604);
    lstat(link, &after);
    assert_true(S_ISLNK(after.st_mode));

    w.path = new;
    assert_true(call(s, w));
    check_content(new, "", 0, 0640);
    assert_int_equal(unlink(new), 0);
    w.n = 0600;
    assert_true(call(s, w));
    check_content(new, "", 0, 0600);
    assert_int_equal(files_in(s), 3);
}

static void write_is_refused(struct setup *s)
{
    const char *fifo = bench_path(&s->bench, "fifo"), *broken = bench_path(&s->bench, "broken");
    const char *const paths[] = {s->bench.dir, fifo, broken, bench_path(&s->bench, "no/such/directory")};

    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink("/no/where", broken), 0);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        assert_false(call(s, (struct host_call){.what = HOST_WRITE, .path = paths[i], .in = "x", .in_len = 1}));
        assert_int_equal(s->got.err.kind, i < 2 ? ERR_SHAPE : ERR_GONE);
    }
    assert_false(call(s, (struct host_call){.what = HOST_WRITE, .path = fifo}));
    assert_int_equal(s->got.err.kind, ERR_TOO_LARGE);
    assert_int_equal(files_in(s), 2);
}

static void write_keeps_the_owner(struct setup *s)
{
    const char *path = bench_path(&s->bench, "owned");
    struct stat st;

    if (getuid() != 0)
        return; /* only root can make a file of somebody else */
    put_file(path, "x");
    assert_int_equal(chown(path, 12345, 54321), 0);
    chmod(path, 0460);
    assert_true(call(s, (struct host_call){.what = HOST_WRITE, .path = path, .in = "yz", .in_len = 2}));
    check_content(path, "yz", 2, 0460);
    stat(path, &st);
    assert_int_equal(st.st_uid, 12345);
    assert_int_equal(st.st_gid, 54321);
}

static void nothing_is_written_in_read_only(struct setup *s)
{
    const char *path = bench_path(&s->bench, "file");
    struct host_spec spec = s->carrier->spec;

    put_file(path, "x");
    spec.read_only = true;
    host_set(s->bench.hosts, 0, &spec);
    assert_false(call(s, (struct host_call){.what = HOST_WRITE, .path = path, .in = "y", .in_len = 1}));
    assert_int_equal(s->got.err.kind, ERR_READ_ONLY);
    assert_non_null(strstr(s->got.err.words, path));
    check_content(path, "x", 1, 0644);
    for (unsigned id = 0; id < NHOST_COMMANDS + 2u; id++) {
        const char *const args[] = {"a.service"};
        struct host_call run = {.what = HOST_RUN, .command = (enum host_command_id)id, .args = args, .nargs = 1};
        if (host_effect(&run) == EFFECT_READS)
            continue;
        assert_false(call(s, run));
        assert_int_equal(s->got.err.kind, ERR_READ_ONLY);
    }
    assert_true(on_path(s, HOST_READ, path));
}

/* ---- follow ---- */

static ticket follow(struct setup *s, const char *path, int64_t from, int64_t inode)
{
    struct ask a = {.kind = ASK_HOST, .u.host = {.what = HOST_FOLLOW, .as = s->carrier->as, .path = path, .from = from, .inode = inode}};
    ticket id;

    text_clear(&s->got.bytes);
    text_clear(&s->got.events);
    s->got.lasts = 0;
    id = port_submit(&s->bench.port, &a, bench_hear, &s->got);
    int before = s->got.replies;
    for (int i = 0; i < 1000 && s->got.replies == before; i++)
        bench_run(&s->bench, 5);
    assert_true(s->got.replies > before); /* one comes at once, also when there is nothing to tell */
    return id;
}

static void stop_following(struct setup *s, ticket id)
{
    port_cancel(&s->bench.port, id);
    bench_run(&s->bench, 1);
    assert_int_equal(s->got.lasts, 1);
    assert_int_equal(s->got.err.kind, ERR_CANCELLED);
    int n = s->got.replies;
    bench_run(&s->bench, 50);
    assert_int_equal(s->got.replies, n);
}

#define EXPECT(s, content, what)                                                                                       \
    do {                                                                                                               \
        if (!bench_until(&(s)->bench, &(s)->got, strlen(content), what) || strcmp((s)->got.bytes.s, content) != 0)     \
            fail_msg("%s: wanted '%s' %s, got '%s' %s", (s)->carrier->name, content, what, (s)->got.bytes.s,            \
                     (s)->got.events.s);                                                                               \
    } while (0)

static void follow_begins_where_it_is_told(struct setup *s)
{
    static const struct {
        int64_t from;
        const char *begin;
    } cases[] = {{0, "one\ntwo\n"}, {4, "two\n"}, {8, ""}, {-4, "two\n"}, {-99, "one\ntwo\n"}, {HOST_FROM_END, ""}};
    const char *path = bench_path(&s->bench, "log");

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char all[64];
        put_file(path, "one\ntwo\n");
        ticket id = follow(s, path, cases[i].from, 0);
        EXPECT(s, cases[i].begin, "");
        append(path, "three\n");
        snprintf(all, sizeof all, "%sthree\n", cases[i].begin);
        EXPECT(s, all, "");
        assert_int_equal(s->got.from, 14);
        stop_following(s, id);
    }
}

static void follow_through_rotation(struct setup *s)
{
    const char *path = bench_path(&s->bench, "log"), *old = bench_path(&s->bench, "log.1");
    ticket id;

    put_file(path, "one\n");
    id = follow(s, path, 0, 0);
    append(path, "two\n");
    assert_int_equal(rename(path, old), 0);
    append(old, "late\n"); /* the writer has it open still */
    put_file(path, "three\n");
    EXPECT(s, "one\ntwo\nlate\nthree\n", "[rotated]");
    append(path, "four\n");
    EXPECT(s, "one\ntwo\nlate\nthree\nfour\n", "[rotated]");
    assert_int_equal(s->got.from, 11);
    stop_following(s, id);
}

static void follow_through_truncation(struct setup *s)
{
    const char *path = bench_path(&s->bench, "log");
    ticket id;

    put_file(path, "one one one one one\n");
    id = follow(s, path, 0, 0);
    EXPECT(s, "one one one one one\n", "");
    put_file(path, "two\n");
    EXPECT(s, "one one one one one\ntwo\n", "[truncated]");
    append(path, "three\n");
    EXPECT(s, "one one one one one\ntwo\nthree\n", "[truncated]");
    stop_following(s, id);
}

static void follow_what_comes_and_goes(struct setup *s)
{
    const char *path = bench_path(&s->bench, "log");
    ticket id = follow(s, path, HOST_FROM_END, 0);

    EXPECT(s, "", "[gone]");
    put_file(path, "one\n");
    EXPECT(s, "one\n", "[gone][back]");
    assert_int_equal(unlink(path), 0);
    EXPECT(s, "one\n", "[gone][back][gone]");
    put_file(path, "two\n");
    EXPECT(s, "one\ntwo\n", "[gone][back][gone][back]");
    stop_following(s, id);
}

static void follow_goes_on_after_a_break(struct setup *s)
{
    const char *path = bench_path(&s->bench, "log"), *old = bench_path(&s->bench, "log.1");
    ticket id;

    put_file(path, "one\n");
    id = follow(s, path, 0, 0);
    EXPECT(s, "one\n", "");
    stop_following(s, id);
    int64_t from = s->got.from, inode = s->got.inode;
    append(path, "two\n");
    assert_int_equal(rename(path, old), 0);
    put_file(path, "three\n");
    id = follow(s, path, from, inode);
    EXPECT(s, "two\nthree\n", "[rotated]");
    stop_following(s, id);
    assert_int_equal(unlink(old), 0);
    id = follow(s, path, from, inode);
    EXPECT(s, "three\n", "[lost]");
    stop_following(s, id);
}

static void follow_gives_any_bytes(struct setup *s)
{
    const char *path = bench_path(&s->bench, "log");
    size_t n = 3 * 1024 * 1024 + 17;
    char *line = x_malloc(n);
    ticket id;

    for (size_t i = 0; i < n; i++) /* one line, and no text at all */
        line[i] = (char)(i * 2654435761u >> 13);
    put_file(path, "");
    id = follow(s, path, 0, 0);
    put_bytes(path, O_APPEND, line, n);
    assert_true(bench_until(&s->bench, &s->got, n, ""));
    assert_int_equal(s->got.bytes.len, n);
    assert_memory_equal(s->got.bytes.s, line, n);
    stop_following(s, id);
    free(line);
}

/* ---- cancel and end ---- */

static void every_ask_is_answered_once(struct setup *s)
{
    const char *path = bench_path(&s->bench, "log");
    struct got g[40];

    put_file(path, "x\n");
    for (int i = 0; i < 40; i++) {
        struct ask a = {.kind = ASK_HOST, .u.host = {.what = i % 2 ? HOST_FOLLOW : HOST_READ, .as = s->carrier->as, .path = path}};
        got_init(&g[i], s->bench.loop);
        ticket id = port_submit(&s->bench.port, &a, bench_hear, &g[i]);
        if (i % 3 == 0)
            port_cancel(&s->bench.port, id);
        if (i % 3 == 0)
            port_cancel(&s->bench.port, id);
        port_cancel(&s->bench.port, id + 1000);
    }
    bench_run(&s->bench, 500);
    hosts_free(s->bench.hosts);
    s->bench.hosts = NULL;
    for (int i = 0; i < 40; i++) {
        assert_int_equal(g[i].lasts, 1);
        assert_true(i % 3 != 0 || g[i].err.kind == ERR_CANCELLED);
        got_release(&g[i]);
    }
}

static void an_instance_without_a_host(struct setup *s)
{
    struct ask a = {.kind = ASK_HOST, .instance = 7, .u.host = {.what = HOST_STAT, .path = "/"}};

    assert_false(bench_ask(&s->bench, &a, &s->got));
    assert_int_equal(s->got.err.kind, ERR_UNREACHABLE);
    assert_int_equal(s->got.err.absent, ABSENT_HOST);
    a.kind = ASK_STATE;
    a.instance = 0;
    assert_false(bench_ask(&s->bench, &a, &s->got));
    assert_int_equal(s->got.err.kind, ERR_INTERNAL);
}

/* ---- all tests for all carriers ---- */

static void (*current)(struct setup *);

static void run_current(void **state)
{
    for (size_t i = 0; i < sizeof carriers / sizeof *carriers; i++) {
        struct setup s = {0};
        begin(&s, &carriers[i]);
        current(&s);
        end(&s);
    }
}

#define BEHAVIOURS(X)                                                                                                  \
    X(stat_tells) X(what_is_not_there_is_gone) X(list_tells_all) X(read_gives_the_bytes) X(read_is_bounded)            \
    X(files_of_proc_are_read) X(what_is_no_file_is_not_opened) X(space_is_measured) X(write_replaces)                  \
    X(write_is_refused) X(write_keeps_the_owner) X(nothing_is_written_in_read_only) X(follow_begins_where_it_is_told)  \
    X(follow_through_rotation) X(follow_through_truncation) X(follow_what_comes_and_goes)                              \
    X(follow_goes_on_after_a_break) X(follow_gives_any_bytes) X(every_ask_is_answered_once)                            \
    X(an_instance_without_a_host)

#define TEST(name)                                                                                                     \
    static void test_##name(void **state)                                                                              \
    {                                                                                                                  \
        current = name;                                                                                                \
        run_current(state);                                                                                            \
    }
BEHAVIOURS(TEST)

int main(void)
{
#define ROW(name) {#name, test_##name, NULL, NULL, NULL},
    const struct CMUnitTest tests[] = {BEHAVIOURS(ROW)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
