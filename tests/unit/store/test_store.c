/* The audit log and the history of prompts, on a real disk and on sick ones. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/store.h"

/* ---- a place and a store in it ---- */

struct place {
    char top[64], dir[96], path[128];
    struct loop *loop;
    struct store *store;
    struct port port;
};

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    return remove(path);
}

static void place_open(struct place *p)
{
    p->loop = loop_new();
    p->store = store_new(p->loop, p->dir);
    p->port = store_port(p->store);
}

static void place_close(struct place *p)
{
    store_free(p->store);
    loop_free(p->loop);
}

static void place_make(struct place *p)
{
    strcpy(p->top, "/tmp/neodeck-store-XXXXXX");
    assert_non_null(mkdtemp(p->top));
    snprintf(p->dir, sizeof p->dir, "%s/state/neodeck", p->top);
    snprintf(p->path, sizeof p->path, "%s/audit.db", p->dir);
}

static void place_remove(struct place *p)
{
    nftw(p->top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void place_init(struct place *p)
{
    place_make(p);
    place_open(p);
}

static void place_end(struct place *p)
{
    place_close(p);
    place_remove(p);
}

/* ---- asking ---- */

/* What came back, as text: "a|b|c" a row, absent as "-". */
struct got {
    struct loop *loop;
    int replies, wanted;
    struct err err;
    size_t nrows;
    struct text names, rows;
};

static void got_init(struct got *g, struct loop *loop)
{
    *g = (struct got){.loop = loop, .wanted = 1};
    text_init(&g->names, 0);
    text_init(&g->rows, 0);
}

static void got_release(struct got *g)
{
    text_release(&g->names);
    text_release(&g->rows);
}

static void on_reply(void *ctx, const struct reply *r)
{
    struct got *g = ctx;
    assert_true(r->last);
    assert_int_not_equal(r->id, 0);
    g->replies++;
    g->nrows = r->nrows;
    if (r->err)
        g->err = *r->err;
    text_clear(&g->names);
    text_clear(&g->rows);
    for (size_t i = 0; i < r->ncols; i++)
        text_addf(&g->names, "%s%s", i ? "|" : "", r->names[i]);
    for (size_t i = 0; i < r->nrows * r->ncols; i++) {
        text_adds(&g->rows, i % r->ncols ? "|" : i ? "\n" : "");
        if (r->cells[i].type == V_ABSENT)
            text_addc(&g->rows, '-');
        else
            value_render(r->cells[i], &g->rows);
    }
    if (g->replies == g->wanted)
        loop_stop(g->loop);
}

/* Asks, waits for the answer; false when it has an error. */
static bool ask(struct place *p, const struct ask *a, struct got *g)
{
    g->replies = 0;
    err_clear(&g->err);
    port_submit(&p->port, a, on_reply, g);
    assert_int_equal(g->replies, 0); /* never from inside */
    loop_run(p->loop);
    assert_int_equal(g->replies, 1);
    return g->err.kind == ERR_NONE;
}

static struct audit line_of(const char *action, const char *target)
{
    return (struct audit){.time_ms = 1795355104000,
                          .took_ms = 1200,
                          .owner = "admin",
                          .instance = "prod-1",
                          .address = "https://localhost:7473",
                          .action = action,
                          .target = target,
                          .parameters = "id=42",
                          .before = "running",
                          .result = "done",
                          .words = "Transaction terminated."};
}

static bool write_line(struct place *p, const char *action, const char *target, struct got *g)
{
    struct audit line = line_of(action, target);
    struct ask a = {.kind = ASK_AUDIT, .instance = INSTANCE_NONE, .u.audit = &line};
    return ask(p, &a, g);
}

static bool history(struct place *p, unsigned limit, struct got *g)
{
    struct ask a = {.kind = ASK_HISTORY, .instance = INSTANCE_NONE, .u.line = {.limit = limit}};
    return ask(p, &a, g);
}

static bool remember(struct place *p, const char *prompt, const char *text, struct got *g)
{
    struct ask a = {.kind = ASK_REMEMBER, .u.line = {.name = prompt, .text = text}};
    return ask(p, &a, g);
}

static bool recall(struct place *p, const char *prompt, unsigned limit, struct got *g)
{
    struct ask a = {.kind = ASK_RECALL, .u.line = {.name = prompt, .limit = limit}};
    return ask(p, &a, g);
}

#define HISTORY_NAMES "id|time|instance|action|target|result|took_ms|words|owner|parameters|before"

/* ---- tests ---- */

static void reading_makes_nothing(void **state)
{
    struct place p;
    struct got g;
    place_init(&p);
    got_init(&g, p.loop);
    assert_true(history(&p, 10, &g));
    assert_int_equal(g.nrows, 0);
    assert_string_equal(g.names.s, HISTORY_NAMES);
    assert_true(recall(&p, "command", 10, &g));
    assert_int_equal(g.nrows, 0);
    assert_string_equal(g.names.s, "line");
    assert_int_not_equal(access(p.dir, F_OK), 0);
    got_release(&g);
    place_end(&p);
}

static void lines_are_kept_newest_first(void **state)
{
    struct place p;
    struct got g;
    struct stat st;
    place_init(&p);
    got_init(&g, p.loop);
    assert_true(write_line(&p, "kill transaction", "neo4j-transaction-42", &g));
    assert_int_equal(g.nrows, 0);
    assert_true(write_line(&p, "kill connection", "bolt-7", &g));
    struct audit bare = {.time_ms = 1000, .took_ms = -1, .words = "it's \"quoted\"\n; DROP TABLE audit"};
    struct ask a = {.kind = ASK_AUDIT, .u.audit = &bare};
    assert_true(ask(&p, &a, &g));
    assert_true(history(&p, 0, &g));
    assert_string_equal(g.names.s, HISTORY_NAMES);
    assert_string_equal(
        g.rows.s,
        "3|1970-01-01T00:00:01.000Z|-|-|-|-|-|it's \"quoted\"\n; DROP TABLE audit|-|-|-\n"
        "2|2026-11-22T13:45:04.000Z|prod-1|kill connection|bolt-7|done|1.2s|Transaction terminated.|admin|id=42|running\n"
        "1|2026-11-22T13:45:04.000Z|prod-1|kill transaction|neo4j-transaction-42|done|1.2s|Transaction terminated.|admin|id=42|"
        "running");
    assert_true(history(&p, 1, &g));
    assert_int_equal(g.nrows, 1);
    place_close(&p);

    assert_int_equal(stat(p.dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(stat(p.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);

    place_open(&p); /* another run finds them, and goes on counting */
    g.loop = p.loop;
    assert_true(history(&p, 10, &g));
    assert_int_equal(g.nrows, 3);
    assert_true(write_line(&p, "kill", "x", &g));
    assert_true(history(&p, 1, &g));
    assert_int_equal(strncmp(g.rows.s, "4|", 2), 0);
    got_release(&g);
    place_end(&p);
}

static void prompts_remember(void **state)
{
    struct place p;
    struct got g;
    place_init(&p);
    got_init(&g, p.loop);
    remember(&p, "command", "view databases", &g);
    remember(&p, "command", "kill 42", &g);
    remember(&p, "filter", "user:bob", &g);
    remember(&p, "command", "view databases", &g);
    assert_true(recall(&p, "command", 10, &g));
    assert_string_equal(g.rows.s, "view databases\nkill 42");
    assert_string_equal(g.names.s, "line");
    assert_true(recall(&p, "filter", 10, &g));
    assert_string_equal(g.rows.s, "user:bob");
    assert_true(recall(&p, "command", 1, &g));
    assert_string_equal(g.rows.s, "view databases");
    assert_true(recall(&p, "nosuch", 10, &g));
    assert_int_equal(g.nrows, 0);

    g.wanted = 1010;
    g.replies = 0;
    for (int i = 0; i < 1010; i++) {
        char text[32];
        struct ask a = {.kind = ASK_REMEMBER, .u.line = {.name = "command", .text = text}};
        snprintf(text, sizeof text, "line %d", i);
        port_submit(&p.port, &a, on_reply, &g);
    }
    loop_run(p.loop);
    assert_int_equal(g.replies, 1010);
    g.wanted = 1;
    assert_true(recall(&p, "command", 5000, &g));
    assert_int_equal(g.nrows, 1000);
    assert_int_equal(strncmp(g.rows.s, "line 1009\nline 1008\n", 20), 0);
    assert_true(recall(&p, "filter", 10, &g)); /* each prompt has its own bound */
    assert_int_equal(g.nrows, 1);
    got_release(&g);
    place_end(&p);
}

/* Several at once: each gets its one reply, in the order in which they were asked. */
static ticket order[64];
static int ordered;

static void on_ordered(void *ctx, const struct reply *r)
{
    order[ordered++] = r->id;
    if (r->err)
        assert_int_equal(r->err->kind, ERR_CANCELLED);
    if (ordered == 20)
        loop_stop(ctx);
}

static void asks_queue(void **state)
{
    struct place p;
    struct got g;
    ticket ids[20];
    place_init(&p);
    ordered = 0;
    for (int i = 0; i < 20; i++) {
        struct audit line = line_of("kill", "x");
        struct ask a = {.kind = ASK_AUDIT, .u.audit = &line};
        ids[i] = port_submit(&p.port, &a, on_ordered, p.loop);
    }
    loop_run(p.loop);
    for (int i = 0; i < 20; i++)
        assert_int_equal(order[i], ids[i]);
    got_init(&g, p.loop);
    assert_true(history(&p, 100, &g));
    assert_int_equal(g.nrows, 20);
    got_release(&g);
    place_end(&p);
}

static void cancelled_asks_are_answered_and_not_written(void **state)
{
    struct place p;
    struct got g;
    ticket ids[20];
    place_init(&p);
    ordered = 0;
    for (int i = 0; i < 20; i++) {
        struct audit line = line_of("kill", "x");
        struct ask a = {.kind = ASK_AUDIT, .u.audit = &line};
        ids[i] = port_submit(&p.port, &a, on_ordered, p.loop);
    }
    for (int i = 5; i < 20; i++)
        port_cancel(&p.port, ids[i]);
    port_cancel(&p.port, ids[7]);
    port_cancel(&p.port, 9999);
    assert_int_equal(ordered, 0); /* never from inside */
    loop_run(p.loop);
    assert_int_equal(ordered, 20);
    got_init(&g, p.loop);
    assert_true(history(&p, 100, &g));
    assert_int_equal(g.nrows, 5);
    got_release(&g);
    place_end(&p);
}

static void other_questions_are_refused(void **state)
{
    struct place p;
    struct got g;
    struct ask a = {.kind = ASK_STATEMENT};
    place_init(&p);
    got_init(&g, p.loop);
    assert_false(ask(&p, &a, &g));
    assert_int_equal(g.err.kind, ERR_INTERNAL);
    assert_int_not_equal(access(p.dir, F_OK), 0);
    got_release(&g);
    place_end(&p);
}

static void on_end(void *ctx, const struct reply *r)
{
    int *n = ctx;
    n[r->err ? 1 : 0]++;
}

/* Quitting right after an action: its lines are there. */
static void the_end_writes_what_waits(void **state)
{
    struct place p;
    struct got g;
    int answers[2] = {0, 0};
    place_init(&p);
    for (int i = 0; i < 10; i++) {
        struct audit line = line_of("kill", "x");
        struct ask a = {.kind = i == 9 ? ASK_HISTORY : ASK_AUDIT, .u.audit = &line};
        if (i == 9)
            a.u.line.limit = 1;
        port_submit(&p.port, &a, on_end, answers);
    }
    place_close(&p);
    assert_int_equal(answers[0], 9);
    assert_int_equal(answers[1], 1);
    place_open(&p);
    got_init(&g, p.loop);
    assert_true(history(&p, 100, &g));
    assert_int_equal(g.nrows, 9);
    got_release(&g);
    place_end(&p);
    store_free(NULL);
}

static void check_disk_error(struct got *g, const char *path, const char *reason)
{
    assert_int_equal(g->err.kind, ERR_DISK);
    if (!strstr(g->err.words, path) || !strstr(g->err.words, reason))
        fail_msg("%s", g->err.words);
}

static void a_damaged_file_is_named_and_kept(void **state)
{
    struct place p;
    struct got g;
    struct stat before, after;
    FILE *f;
    place_init(&p);
    got_init(&g, p.loop);
    assert_true(write_line(&p, "kill", "x", &g));
    place_close(&p);
    f = fopen(p.path, "r+");
    for (int i = 0; i < 2000; i++)
        fputs("garbage!", f);
    fclose(f);
    stat(p.path, &before);
    place_open(&p);
    g.loop = p.loop;
    assert_false(history(&p, 10, &g));
    check_disk_error(&g, p.path, "damaged: move it away");
    assert_false(write_line(&p, "kill", "y", &g));
    check_disk_error(&g, p.path, "damaged: move it away");
    stat(p.path, &after);
    assert_int_equal(before.st_size, after.st_size);
    unlink(p.path);
    assert_true(write_line(&p, "kill", "y", &g));
    got_release(&g);
    place_end(&p);
}

/* Somebody moves the log away while the console runs: what comes next must not go into the moved file's shadow. */
static void a_replaced_file_is_noticed(void **state)
{
    struct place p;
    struct got g;
    char aside[160];
    place_init(&p);
    got_init(&g, p.loop);
    assert_true(write_line(&p, "kill", "old", &g));
    snprintf(aside, sizeof aside, "%s.old", p.path);
    assert_int_equal(rename(p.path, aside), 0);
    assert_true(write_line(&p, "kill", "new", &g));
    assert_int_equal(access(p.path, F_OK), 0);
    assert_true(history(&p, 10, &g));
    assert_non_null(strstr(g.rows.s, "|new|"));
    got_release(&g);
    place_end(&p);
}

static void a_newer_file_is_refused(void **state)
{
    struct place p;
    struct got g;
    sqlite3 *db;
    place_init(&p);
    got_init(&g, p.loop);
    assert_true(write_line(&p, "kill", "x", &g));
    place_close(&p);
    assert_int_equal(sqlite3_open(p.path, &db), SQLITE_OK);
    sqlite3_exec(db, "PRAGMA user_version = 7", NULL, NULL, NULL);
    sqlite3_close(db);
    place_open(&p);
    g.loop = p.loop;
    assert_false(write_line(&p, "kill", "x", &g));
    check_disk_error(&g, p.path, "newer neodeck");
    assert_false(history(&p, 10, &g));
    check_disk_error(&g, p.path, "newer neodeck");
    got_release(&g);
    place_end(&p);
}

static void odd_files_are_refused(void **state)
{
    struct place p;
    struct got g;
    place_init(&p);
    got_init(&g, p.loop);
    char state_dir[96];
    snprintf(state_dir, sizeof state_dir, "%s/state", p.top);
    mkdir(state_dir, 0700);
    mkdir(p.dir, 0700);
    assert_int_equal(symlink("/dev/null", p.path), 0);
    assert_false(write_line(&p, "kill", "x", &g));
    check_disk_error(&g, p.path, "symbolic link");
    unlink(p.path);
    assert_int_equal(mkfifo(p.path, 0600), 0);
    assert_false(write_line(&p, "kill", "x", &g));
    check_disk_error(&g, p.path, "no ordinary file");
    unlink(p.path);
    rmdir(p.dir);
    close(open(p.dir, O_CREAT | O_WRONLY, 0600));
    assert_false(write_line(&p, "kill", "x", &g));
    check_disk_error(&g, p.dir, "Not a directory");
    got_release(&g);
    place_end(&p);
}

/* ---- as somebody else, with less room: in a child ---- */

static void in_child(void (*test)(struct place *), struct place *p)
{
    int status;
    pid_t pid;
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        test(p);
        _exit(0);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("the child ended with status %d", status);
}

/* In a child nothing of cmocka's may jump out. */
#define child_check(what, ...)                                                                                        \
    do {                                                                                                              \
        if (!(what)) {                                                                                                \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #what);                                                \
            fprintf(stderr, __VA_ARGS__);                                                                             \
            fputc('\n', stderr);                                                                                      \
            _exit(1);                                                                                                 \
        }                                                                                                             \
    } while (0)

/* Root may write everywhere: the test is for everybody else. */
static void become_nobody(void)
{
    if (geteuid() == 0)
        child_check(setgid(65534) == 0 && setuid(65534) == 0, "cannot become nobody");
}

static void child_unwritable(struct place *p)
{
    struct got g;
    become_nobody();
    place_open(p);
    got_init(&g, p->loop);
    child_check(!write_line(p, "kill", "x", &g), "written?");
    child_check(g.err.kind == ERR_DISK && strstr(g.err.words, p->dir) && strstr(g.err.words, "Permission denied"), "%s",
                g.err.words);
    child_check(!remember(p, "command", "x", &g) && g.err.kind == ERR_DISK, "%s", g.err.words);
    got_release(&g);
    place_close(p);
}

static void child_reads_only(struct place *p)
{
    struct got g;
    become_nobody();
    place_open(p);
    got_init(&g, p->loop);
    child_check(history(p, 10, &g), "%s", g.err.words);
    child_check(g.nrows == 1 && strstr(g.rows.s, "|x|"), "%zu rows: %s", g.nrows, g.rows.s);
    child_check(!write_line(p, "kill", "y", &g), "written?");
    child_check(g.err.kind == ERR_DISK && strstr(g.err.words, p->path), "%s", g.err.words);
    child_check(history(p, 10, &g) && g.nrows == 1, "%s", g.err.words);
    got_release(&g);
    place_close(p);
}

static void an_unwritable_directory_is_an_error_with_words(void **state)
{
    struct place p;
    struct got g;
    char state_dir[96];
    place_make(&p);
    snprintf(state_dir, sizeof state_dir, "%s/state", p.top);
    mkdir(state_dir, 0755);
    chmod(p.top, 0555);
    chmod(state_dir, 0555);
    in_child(child_unwritable, &p);
    chmod(state_dir, 0755);

    place_open(&p);
    got_init(&g, p.loop);
    assert_true(write_line(&p, "kill", "x", &g));
    got_release(&g);
    place_close(&p);
    chmod(p.path, 0444);
    chmod(p.dir, 0555);
    in_child(child_reads_only, &p);
    chmod(p.dir, 0755);
    chmod(p.top, 0755);
    place_remove(&p);
}

static void set_file_limit(rlim_t bytes)
{
    struct rlimit l;
    getrlimit(RLIMIT_FSIZE, &l);
    l.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &l);
}

/* No room: the line is refused, those before it are there, and with room it goes on. */
static void child_full_disk(struct place *p)
{
    struct got g;
    char *big = x_malloc(60001);
    bool ok = true;
    memset(big, 'x', 60000);
    big[60000] = '\0';
    signal(SIGXFSZ, SIG_IGN);
    place_open(p);
    got_init(&g, p->loop);
    child_check(write_line(p, "kill", "first", &g), "%s", g.err.words);
    set_file_limit(400 * 1024);
    for (int i = 0; i < 20 && ok; i++)
        ok = write_line(p, "kill", big, &g);
    child_check(!ok, "20 times 60 KB fit into 400 KB");
    child_check(g.err.kind == ERR_DISK && strstr(g.err.words, p->path), "%d %s", g.err.kind, g.err.words);
    child_check(history(p, 10, &g), "%s", g.err.words);
    child_check(strstr(g.rows.s, "|first|"), "the first line is gone");
    set_file_limit(RLIM_INFINITY);
    child_check(write_line(p, "kill", "last", &g), "%s", g.err.words);
    child_check(history(p, 1, &g) && strstr(g.rows.s, "|last|"), "%s", g.rows.s);
    got_release(&g);
    free(big);
    place_close(p);
}

static void a_full_disk_is_an_error_with_words(void **state)
{
    struct place p;
    place_make(&p);
    in_child(child_full_disk, &p);
    place_remove(&p);
}

static void child_writes_many(struct place *p)
{
    struct got g;
    place_open(p);
    got_init(&g, p->loop);
    for (int i = 0; i < 30; i++) {
        child_check(write_line(p, "kill", "x", &g), "%s", g.err.words);
        child_check(remember(p, "command", i % 2 ? "a" : "b", &g), "%s", g.err.words);
    }
    got_release(&g);
    place_close(p);
}

static void two_processes_write_at_once(void **state)
{
    struct place p;
    struct got g;
    pid_t pids[3];
    place_make(&p);
    for (int i = 0; i < 3; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            child_writes_many(&p);
            _exit(0);
        }
    }
    for (int i = 0; i < 3; i++) {
        int status;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    place_open(&p);
    got_init(&g, p.loop);
    assert_true(history(&p, 1000, &g));
    assert_int_equal(g.nrows, 90);
    assert_true(recall(&p, "command", 10, &g));
    assert_int_equal(g.nrows, 2);
    got_release(&g);
    place_end(&p);
}

/* Another program that holds the lock: an error that is no damage, and afterwards it goes on. */
static void a_locked_file_is_busy(void **state)
{
    struct place p;
    struct got g;
    sqlite3 *db;
    place_init(&p);
    got_init(&g, p.loop);
    assert_true(write_line(&p, "kill", "x", &g));
    assert_int_equal(sqlite3_open(p.path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_true(history(&p, 10, &g)); /* reading goes on */
    assert_false(write_line(&p, "kill", "y", &g));
    assert_int_equal(g.err.kind, ERR_BUSY);
    assert_non_null(strstr(g.err.words, p.path));
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(db);
    assert_true(write_line(&p, "kill", "y", &g));
    got_release(&g);
    place_end(&p);
}

/* A lock that outlasts the end: the console leaves after 2 s all the same, and says that it does not know. */
static void the_end_does_not_wait_for_ever(void **state)
{
    struct place p;
    struct got g;
    sqlite3 *db;
    int answers[2] = {0, 0};
    struct timespec from, to;
    place_init(&p);
    got_init(&g, p.loop);
    assert_true(write_line(&p, "kill", "x", &g));
    assert_int_equal(sqlite3_open(p.path, &db), SQLITE_OK);
    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    struct audit line = line_of("kill", "y");
    struct ask a = {.kind = ASK_AUDIT, .u.audit = &line};
    port_submit(&p.port, &a, on_end, answers);
    port_submit(&p.port, &a, on_end, answers);
    clock_gettime(CLOCK_MONOTONIC, &from);
    store_free(p.store);
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_true(to.tv_sec - from.tv_sec <= 4);
    assert_int_equal(answers[0], 0);
    assert_int_equal(answers[1], 2);
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(db);
    loop_free(p.loop);
    got_release(&g);
    place_remove(&p);
}

/* The console may end in the middle of an answer. */
static void on_reply_free(void *ctx, const struct reply *r)
{
    struct place *p = ctx;
    if (!p->store)
        return;
    struct store *s = p->store;
    p->store = NULL;
    store_free(s);
    loop_stop(p->loop);
}

static void an_answer_may_end_the_store(void **state)
{
    for (int cancelled = 0; cancelled < 2; cancelled++) {
        struct place p;
        struct audit line = line_of("kill", "y");
        struct ask a = {.kind = ASK_AUDIT, .u.audit = &line};
        ticket id = 0;
        place_init(&p);
        for (int i = 0; i < 4; i++)
            id = port_submit(&p.port, &a, on_reply_free, &p);
        if (cancelled)
            port_cancel(&p.port, id);
        loop_run(p.loop);
        assert_null(p.store);
        loop_free(p.loop);
        place_remove(&p);
    }
}

int main(void)
{
    /* those that fork come first, while there are no threads */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unwritable_directory_is_an_error_with_words),
        cmocka_unit_test(a_full_disk_is_an_error_with_words),
        cmocka_unit_test(two_processes_write_at_once),
        cmocka_unit_test(reading_makes_nothing),
        cmocka_unit_test(lines_are_kept_newest_first),
        cmocka_unit_test(prompts_remember),
        cmocka_unit_test(asks_queue),
        cmocka_unit_test(cancelled_asks_are_answered_and_not_written),
        cmocka_unit_test(other_questions_are_refused),
        cmocka_unit_test(the_end_writes_what_waits),
        cmocka_unit_test(a_damaged_file_is_named_and_kept),
        cmocka_unit_test(a_replaced_file_is_noticed),
        cmocka_unit_test(a_newer_file_is_refused),
        cmocka_unit_test(odd_files_are_refused),
        cmocka_unit_test(a_locked_file_is_busy),
        cmocka_unit_test(the_end_does_not_wait_for_ever),
        cmocka_unit_test(an_answer_may_end_the_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
