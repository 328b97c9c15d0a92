/* A disk or network file system that does not answer: who asks there is told so, everybody else goes on, and all goes well again when it
 * answers. What hangs here are system calls on paths with "hangs" in their names: they wait for a lock. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include "host/internal.h"
#include "support/hostbench.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool dead;
static int held;

static void disk(const char *path)
{
    if (!path || !strstr(path, "hangs"))
        return;
    pthread_mutex_lock(&lock);
    held++;
    while (dead)
        pthread_cond_wait(&changed, &lock);
    held--;
    pthread_mutex_unlock(&lock);
}

static void disk_is(bool is_dead)
{
    pthread_mutex_lock(&lock);
    dead = is_dead;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static int held_now(void)
{
    pthread_mutex_lock(&lock);
    int n = held;
    pthread_mutex_unlock(&lock);
    return n;
}

/* They take the place of those of the C library in this program. */
int stat(const char *restrict path, struct stat *restrict st)
{
    disk(path);
    return fstatat(AT_FDCWD, path, st, 0x100000 /* not by way of the other one below */);
}

int fstatat(int dir, const char *restrict path, struct stat *restrict st, int flags)
{
    static int (*real)(int, const char *, struct stat *, int);

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "fstatat");
    if (!(flags & 0x100000))
        disk(path);
    return real(dir, path, st, flags & ~0x100000);
}

static const struct host_spec here = {.carrier = CARRIER_LOCAL};

static void ask_soon(struct bench *b, struct got *g, enum host_what what, const char *path, int64_t deadline_ms)
{
    struct ask a = {.kind = ASK_HOST, .deadline_ms = deadline_ms, .u.host = {.what = what, .path = path}};

    port_submit(&b->port, &a, bench_hear, g);
}

static bool ask(struct bench *b, struct got *g, enum host_what what, const char *path, int64_t deadline_ms)
{
    struct ask a = {.kind = ASK_HOST, .deadline_ms = deadline_ms, .u.host = {.what = what, .path = path}};

    return bench_ask(b, &a, g);
}

static void assert_words(const struct got *g, const char *words, const char *path)
{
    assert_int_equal(g->err.kind, ERR_TIMEOUT);
    if (!strstr(g->err.words, words) || !strstr(g->err.words, path))
        fail_msg("%s", g->err.words);
}

static void who_asks_is_told_and_nobody_asks_again(void **state)
{
    struct bench b;
    struct got g;
    const char *file, *below, *beside;

    bench_begin(&b, &here);
    got_init(&g, b.loop);
    put_file(file = bench_path(&b, "hangs"), "x");
    below = bench_path(&b, "hangs/conf/neo4j.conf");
    put_file(beside = bench_path(&b, "hangs-not-as-a-place"), "x");
    disk_is(true);
    assert_false(ask(&b, &g, HOST_STAT, file, 100));
    assert_words(&g, "looking at '", file);
    assert_words(&g, "took too long: the disk or network file system does not answer", file);
    /* not tried: at once, and no further worker is held */
    int64_t began = clock_mono_ms();
    assert_false(ask(&b, &g, HOST_STAT, file, 5000));
    assert_words(&g, "was not tried: '", file);
    assert_words(&g, "has not answered for 0 s; it is asked again when it does", file);
    assert_false(ask(&b, &g, HOST_READ, below, 5000));
    assert_words(&g, "was not tried", below);
    assert_true(clock_mono_ms() - began < 1000);
    assert_int_equal(held_now(), 1);
    /* another place, though its name begins alike */
    assert_false(ask(&b, &g, HOST_STAT, beside, 100));
    assert_words(&g, "took too long", beside);
    /* and all is well again when it answers */
    disk_is(false);
    bench_run(&b, 50);
    assert_true(ask(&b, &g, HOST_STAT, file, 5000));
    assert_true(ask(&b, &g, HOST_STAT, beside, 5000));
    got_release(&g);
    bench_end(&b);
}

/* Also when nobody waits for the answer any more. */
static void given_up_counts_as_well(void **state)
{
    struct ask a = {.kind = ASK_HOST, .deadline_ms = 100};
    struct bench b;
    struct got g;
    const char *file;

    bench_begin(&b, &here);
    got_init(&g, b.loop);
    put_file(file = bench_path(&b, "hangs"), "x");
    disk_is(true);
    a.u.host = (struct host_call){.what = HOST_STAT, .path = file};
    ticket id = port_submit(&b.port, &a, bench_hear, &g);
    port_cancel(&b.port, id);
    bench_run(&b, 20);
    assert_int_equal(g.err.kind, ERR_CANCELLED);
    bench_run(&b, 150);
    assert_false(ask(&b, &g, HOST_STAT, file, 5000));
    assert_words(&g, "was not tried", file);
    disk_is(false);
    bench_run(&b, 50);
    assert_true(ask(&b, &g, HOST_STAT, file, 5000));
    got_release(&g);
    bench_end(&b);
}

static void others_go_on(void **state)
{
    enum { MANY = 40 };
    struct bench b;
    struct got lost[MANY], g;
    const char *well;
    char *paths[MANY];

    bench_begin(&b, &here);
    got_init(&g, b.loop);
    put_file(well = bench_path(&b, "well"), "x");
    disk_is(true);
    for (int i = 0; i < MANY; i++) {
        got_init(&lost[i], b.loop);
        paths[i] = x_printf("%s/%d-hangs", b.dir, i);
        ask_soon(&b, &lost[i], HOST_STAT, paths[i], 200);
        if (i % 3 == 0)
            bench_run(&b, 30);
    }
    bench_run(&b, 1500);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(lost[i].err.kind, ERR_TIMEOUT);
    assert_true(held_now() <= 8);
    /* everything is held: said at once */
    if (held_now() == 8) {
        int64_t began = clock_mono_ms();
        assert_false(ask(&b, &g, HOST_STAT, well, 5000));
        assert_words(&g, "was not tried", "hangs");
        assert_true(clock_mono_ms() - began < 1000);
    }
    /* commands need none of the workers */
    assert_true(bench_call(&b, (struct host_call){.what = HOST_RUN, .command = HOST_CMD_SYSTEM}, &g));
    disk_is(false);
    bench_run(&b, 100);
    assert_true(ask(&b, &g, HOST_STAT, well, 5000));
    for (int i = 0; i < MANY; i++) {
        got_release(&lost[i]);
        free(paths[i]);
    }
    got_release(&g);
    bench_end(&b);
}

static void three_that_hang_leave_room(void **state)
{
    struct bench b;
    struct got lost[3], g;
    const char *well;
    char *paths[3];

    bench_begin(&b, &here);
    got_init(&g, b.loop);
    put_file(well = bench_path(&b, "well"), "x");
    disk_is(true);
    for (int i = 0; i < 3; i++) {
        got_init(&lost[i], b.loop);
        paths[i] = x_printf("%s/%d-hangs", b.dir, i);
        ask_soon(&b, &lost[i], HOST_STAT, paths[i], 100);
    }
    bench_run(&b, 150);
    for (int i = 0; i < 50; i++)
        assert_true(ask(&b, &g, HOST_STAT, well, 5000));
    disk_is(false);
    bench_run(&b, 50);
    for (int i = 0; i < 3; i++) {
        got_release(&lost[i]);
        free(paths[i]);
    }
    got_release(&g);
    bench_end(&b);
}

/* One that was followed well for long, too: else its lines would just not come. */
static void a_followed_file_that_hangs_is_told(void **state)
{
    struct ask a = {.kind = ASK_HOST, .deadline_ms = 300};
    struct bench b;
    struct got g;
    const char *file;

    bench_begin(&b, &here);
    got_init(&g, b.loop);
    put_file(file = bench_path(&b, "hangs.log"), "one\n");
    a.u.host = (struct host_call){.what = HOST_FOLLOW, .path = file};
    port_submit(&b.port, &a, bench_hear, &g);
    assert_true(bench_until(&b, &g, 4, ""));
    bench_run(&b, 600); /* nothing to say is no reason to give up */
    assert_int_equal(g.lasts, 0);
    append(file, "two\n");
    assert_true(bench_until(&b, &g, 8, ""));
    disk_is(true);
    append(file, "three\n");
    bench_run(&b, 600);
    assert_int_equal(g.lasts, 1);
    assert_words(&g, "following '", file);
    disk_is(false);
    bench_run(&b, 50);
    got_release(&g);
    bench_end(&b);
}

/* The step of a follow that finds every worker taken by others that hang: it is told, too, whether workers are left when those are given
 * up, or none is. Nobody else asks for anything: nothing that ends well gives it a turn. */
static void a_follow_that_waits_for_workers_is_told(size_t others)
{
    struct ask a = {.kind = ASK_HOST, .deadline_ms = 400};
    struct bench b;
    struct got g, lost[16];
    char *paths[16];
    const char *file;

    bench_begin(&b, &here);
    got_init(&g, b.loop);
    put_file(file = bench_path(&b, "hangs.log"), "one\n");
    a.u.host = (struct host_call){.what = HOST_FOLLOW, .path = file};
    port_submit(&b.port, &a, bench_hear, &g);
    assert_true(bench_until(&b, &g, 4, ""));
    disk_is(true);
    for (size_t i = 0; i < others; i++) {
        got_init(&lost[i], b.loop);
        paths[i] = x_printf("%s/%zu-hangs", b.dir, i);
        ask_soon(&b, &lost[i], HOST_STAT, paths[i], 200);
        if (i == 5) {
            append(file, "two\n");
            bench_run(&b, 100);
            assert_int_equal(held_now(), 6);
        } else if (i == 6) {
            bench_run(&b, 150);
        }
    }
    for (int i = 0; i < 10 && !g.lasts; i++)
        bench_run(&b, 100);
    assert_int_equal(g.lasts, 1);
    assert_words(&g, "following '", file);
    disk_is(false);
    bench_run(&b, 100);
    assert_int_equal(held_now(), 0);
    a.u.host.from = 4;
    got_init(&lost[15], b.loop);
    port_submit(&b.port, &a, bench_hear, &lost[15]);
    assert_true(bench_until(&b, &lost[15], 4, ""));
    for (size_t i = 0; i < others; i++) {
        assert_int_equal(lost[i].err.kind, ERR_TIMEOUT);
        got_release(&lost[i]);
        free(paths[i]);
    }
    got_release(&g);
    bench_end(&b);
    got_release(&lost[15]);
}

static void a_follow_that_waits_is_told(void **state)
{
    static const size_t others[] = {6, 7, 8, 12};

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        a_follow_that_waits_for_workers_is_told(others[i]);
}

/* Followed as somebody else: it is a command that says nothing any more. One that has nothing to say is not taken for that, nor is it the
 * command's fault when neodeck itself stood still. */
static void a_command_that_follows_and_hangs_is_told(void **state)
{
    static const char *const become[] = {"sh", "-c", "echo $$ >\"$HANGING_PID\"; exec \"$@\"", "sh", NULL};
    struct host_spec spec = {.become = become, .file_ms = 1000};
    struct bench b;
    struct got g;
    char pid[32] = "";

    bench_begin(&b, &spec);
    got_init(&g, b.loop);
    const char *file = bench_path(&b, "followed"), *written = bench_path(&b, "pid");
    setenv("HANGING_PID", written, 1);
    put_file(file, "one\n");
    struct ask a = {.kind = ASK_HOST, .u.host = {.what = HOST_FOLLOW, .as = AS_SERVER, .path = file}};
    port_submit(&b.port, &a, bench_hear, &g);
    assert_true(bench_until(&b, &g, 4, ""));
    bench_run(&b, 5500);
    assert_int_equal(g.lasts, 0);
    usleep(5500 * 1000);
    bench_run(&b, 500);
    assert_int_equal(g.lasts, 0);
    FILE *f = fopen(written, "re");
    assert_non_null(f);
    assert_non_null(fgets(pid, sizeof pid, f));
    fclose(f);
    assert_int_equal(kill(atoi(pid), SIGSTOP), 0);
    for (int i = 0; i < 100 && !g.lasts; i++)
        bench_run(&b, 100);
    assert_int_equal(g.lasts, 1);
    assert_words(&g, "took too long: the disk or network file system does not answer", file);
    kill(atoi(pid), SIGCONT);
    bench_run(&b, 200);
    got_release(&g);
    bench_end(&b);
}

/* Nothing of the hosts is touched when a worker comes back after they have gone. */
static void hosts_may_go_first(void **state)
{
    struct bench b;
    struct got g, h;
    const char *file;

    bench_begin(&b, &here);
    got_init(&g, b.loop);
    got_init(&h, b.loop);
    put_file(file = bench_path(&b, "hangs"), "x");
    disk_is(true);
    assert_false(ask(&b, &g, HOST_STAT, file, 50));
    ask_soon(&b, &h, HOST_STAT, bench_path(&b, "hangs-too"), 5000);
    bench_run(&b, 20);
    hosts_free(b.hosts);
    b.hosts = NULL;
    assert_int_equal(h.err.kind, ERR_CANCELLED);
    bench_run(&b, 20);
    disk_is(false);
    bench_run(&b, 50);
    assert_int_equal(held_now(), 0);
    got_release(&g);
    got_release(&h);
    bench_end(&b);
}

static void mounts_that_hang_as_a_whole(void **state)
{
    char *where = mount_that_hangs("/proc/self/stat"), *root = mount_that_hangs("/");

    assert_null(where);
    assert_null(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_is_told_and_nobody_asks_again),
        cmocka_unit_test(given_up_counts_as_well),
        cmocka_unit_test(others_go_on),
        cmocka_unit_test(three_that_hang_leave_room),
        cmocka_unit_test(a_followed_file_that_hangs_is_told),
        cmocka_unit_test(a_follow_that_waits_is_told),
        cmocka_unit_test(a_command_that_follows_and_hangs_is_told),
        cmocka_unit_test(hosts_may_go_first),
        cmocka_unit_test(mounts_that_hang_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
