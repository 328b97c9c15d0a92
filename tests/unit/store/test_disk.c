/* The audit log on sick disks, damaged, locked, and written by several at once. */
#include "place.h"

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

int main(void)
{
    /* those that fork come first, while there are no threads */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unwritable_directory_is_an_error_with_words),
        cmocka_unit_test(a_full_disk_is_an_error_with_words),
        cmocka_unit_test(two_processes_write_at_once),
        cmocka_unit_test(a_damaged_file_is_named_and_kept),
        cmocka_unit_test(a_replaced_file_is_noticed),
        cmocka_unit_test(a_newer_file_is_refused),
        cmocka_unit_test(odd_files_are_refused),
        cmocka_unit_test(a_locked_file_is_busy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
