/* Watches, timers, signals, the turn hook and worker jobs. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "loop/loop.h"

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void nap(int ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000L}, NULL);
}

struct seen {
    struct loop *l;
    struct watch *w;
    struct timer *t, *soon;
    int fd, count, ready, turns, at_turn;
    int64_t at;
    char order[32];
};

static void test_empty_loop_ends(void **state)
{
    struct loop *l = loop_new();
    loop_run(l);
    loop_run(l);
    loop_free(l);
    loop_free(NULL);
}

static void on_read(void *data, int ready)
{
    struct seen *s = data;
    char buf[16];
    ssize_t n = read(s->fd, buf, sizeof buf);
    s->count++;
    s->ready |= ready;
    if (n <= 0) {
        watch_stop(s->w);
        s->w = NULL;
    }
}

static void test_watch_reads_until_eof(void **state)
{
    int fd[2];
    struct seen s = {.l = loop_new()};
    assert_int_equal(pipe(fd), 0);
    s.fd = fd[0];
    s.w = loop_watch(s.l, fd[0], LOOP_READ, on_read, &s);
    assert_int_equal(write(fd[1], "x", 1), 1);
    close(fd[1]);
    loop_run(s.l);
    assert_true(s.count >= 2);
    assert_int_equal(s.ready, LOOP_READ);
    assert_null(s.w);
    close(fd[0]);
    loop_free(s.l);
}

static void on_any(void *data, int ready)
{
    struct seen *s = data;
    s->count++;
    s->ready = ready;
    loop_stop(s->l);
}

static void stop_loop(void *data)
{
    loop_stop(data);
}

static void test_watch_pause_and_write(void **state)
{
    int fd[2];
    struct seen s = {.l = loop_new()};
    struct timer *t = loop_timer(s.l, stop_loop, s.l);
    assert_int_equal(pipe(fd), 0);
    struct watch *w = loop_watch(s.l, fd[1], 0, on_any, &s);
    timer_set(t, 20);
    loop_run(s.l);
    assert_int_equal(s.count, 0);
    watch_set(w, LOOP_WRITE);
    loop_run(s.l);
    assert_int_equal(s.ready, LOOP_WRITE);
    close(fd[0]); /* nobody reads any more: an error of the descriptor */
    loop_run(s.l);
    assert_int_equal(s.ready, LOOP_HUP);
    watch_stop(w);
    watch_stop(NULL);
    close(fd[1]);
    timer_free(t);
    loop_free(s.l);
}

static void test_watch_number_taken_again(void **state)
{
    struct seen s = {.l = loop_new()};
    for (int i = 0; i < 3; i++) {
        int fd[2];
        assert_int_equal(pipe(fd), 0);
        struct watch *w = loop_watch(s.l, fd[1], LOOP_WRITE, on_any, &s);
        assert_non_null(w);
        loop_run(s.l);
        watch_stop(w); /* the same number is watched again before the close callback of this one has run */
        close(fd[0]);
        close(fd[1]);
    }
    assert_int_equal(s.count, 3);
    loop_free(s.l);
}

static void test_watch_of_a_file_is_refused(void **state)
{
    struct loop *l = loop_new();
    FILE *f = tmpfile();
    errno = 0;
    assert_null(loop_watch(l, fileno(f), LOOP_READ, on_any, NULL));
    assert_int_equal(errno, EPERM);
    fclose(f);
    loop_free(l);
}

static void note_order(struct seen *s, char c)
{
    size_t n = strlen(s->order);
    if (n + 1 < sizeof s->order)
        s->order[n] = c;
}

static void on_a(void *data)
{
    note_order(data, 'a');
}

static void on_b(void *data)
{
    struct seen *s = data;
    note_order(s, 'b');
    s->at = now_ms();
}

static void on_c(void *data)
{
    struct seen *s = data;
    note_order(s, 'c');
    nap(30); /* a slow callback must not make the next timer early, when another comes in between */
    timer_set(s->soon, 1);
    timer_set(s->t, 40);
    s->at = now_ms();
}

static void on_d(void *data)
{
    struct seen *s = data;
    note_order(s, 'd');
    assert_true(now_ms() - s->at >= 39);
}

static void test_timers(void **state)
{
    struct seen s = {.l = loop_new()};
    struct timer *a = loop_timer(s.l, on_a, &s), *b = loop_timer(s.l, on_b, &s), *c = loop_timer(s.l, on_c, &s);
    struct timer *never = loop_timer(s.l, on_a, &s);
    s.t = loop_timer(s.l, on_d, &s);
    s.soon = loop_timer(s.l, on_a, &s);
    timer_set(a, 20);
    timer_set(b, 5);
    timer_set(c, 1000);
    timer_set(c, 35); /* moved */
    timer_set(never, 1);
    timer_clear(never);
    timer_set(never, -5);
    timer_clear(never);
    loop_run(s.l);
    assert_string_equal(s.order, "bacad");
    timer_free(a);
    timer_free(b);
    timer_free(c);
    timer_free(never);
    timer_free(NULL);
    timer_free(s.t);
    timer_free(s.soon);
    loop_free(s.l);
}

static void on_again(void *data)
{
    struct seen *s = data;
    if (++s->turns < 100000 && !s->ready)
        timer_set(s->t, 0);
    if (s->turns < 5) /* nor by two that set each other */
        timer_set(s->soon, 0);
}

/* A descriptor gets its turn among timers that are always due. */
static void test_timers_starve_nobody(void **state)
{
    int fd[2];
    struct seen s = {.l = loop_new()};
    assert_int_equal(pipe(fd), 0);
    struct watch *w = loop_watch(s.l, fd[1], LOOP_WRITE, on_any, &s);
    s.t = loop_timer(s.l, on_again, &s);
    s.soon = loop_timer(s.l, on_again, &s);
    timer_set(s.t, 0);
    loop_run(s.l);
    assert_int_equal(s.ready, LOOP_WRITE);
    assert_in_range(s.turns, 1, 10);
    watch_stop(w);
    close(fd[0]), close(fd[1]);
    timer_free(s.t);
    timer_free(s.soon);
    loop_free(s.l);
}

static void test_freed_timer_is_silent(void **state)
{
    struct seen s = {.l = loop_new()};
    struct timer *t = loop_timer(s.l, on_a, &s);
    timer_set(t, 0);
    timer_free(t);
    loop_run(s.l);
    assert_string_equal(s.order, "");
    loop_free(s.l);
}

static void on_turn(void *data)
{
    struct seen *s = data;
    s->turns++;
    s->at_turn = s->count;
    if (s->turns == 1)
        timer_set(s->t, 5); /* what the hook sets is honoured before the loop sleeps */
}

static void on_count(void *data)
{
    struct seen *s = data;
    s->count++;
}

static void test_turn_comes_after_the_callbacks(void **state)
{
    struct seen s = {.l = loop_new()};
    struct timer *first = loop_timer(s.l, on_count, &s);
    s.t = loop_timer(s.l, on_count, &s);
    loop_on_turn(s.l, on_turn, &s);
    timer_set(first, 0);
    loop_run(s.l);
    assert_int_equal(s.count, 2);
    assert_int_equal(s.at_turn, 2);
    assert_in_range(s.turns, 2, 3);
    loop_free(s.l);
}

static void on_sig(void *data, int signum)
{
    struct seen *s = data;
    s->ready = signum;
    loop_stop(s->l);
}

static void raise_it(void *data)
{
    kill(getpid(), SIGUSR1);
}

static void test_signals(void **state)
{
    struct seen s = {.l = loop_new()};
    struct sigwatch *w = loop_signal(s.l, SIGUSR1, on_sig, &s);
    loop_run(s.l); /* a signal watch alone does not hold the loop */
    struct timer *t = loop_timer(s.l, raise_it, NULL), *late = loop_timer(s.l, stop_loop, s.l);
    timer_set(t, 1);
    timer_set(late, 5000);
    loop_run(s.l);
    assert_int_equal(s.ready, SIGUSR1);
    sigwatch_free(w);
    sigwatch_free(NULL);
    loop_free(s.l); /* t and late are left to it */
}

static void test_sigpipe_is_ignored(void **state)
{
    struct loop *l = loop_new();
    int fd[2];
    assert_int_equal(pipe(fd), 0);
    close(fd[0]);
    assert_int_equal(write(fd[1], "x", 1), -1);
    assert_int_equal(errno, EPIPE);
    close(fd[1]);
    loop_free(l);
}

struct task {
    atomic_int ran, *running, *peak;
    int done, cancelled;
};

static void work(void *data)
{
    struct task *t = data;
    int n = atomic_fetch_add(t->running, 1) + 1, seen = atomic_load(t->peak);
    while (n > seen && !atomic_compare_exchange_weak(t->peak, &seen, n))
        continue;
    nap(100);
    atomic_fetch_sub(t->running, 1);
    atomic_store(&t->ran, 1);
}

static void worked(void *data, bool cancelled)
{
    struct task *t = data;
    t->done++;
    t->cancelled += cancelled;
}

#define TASKS 20

static void test_jobs(void **state)
{
    struct loop *l = loop_new();
    atomic_int running = 0, peak = 0;
    struct task t[TASKS] = {{0}};
    struct job *last = NULL;
    for (int i = 0; i < TASKS; i++) {
        t[i].running = &running;
        t[i].peak = &peak;
        last = loop_work(l, work, worked, &t[i]);
        assert_int_equal(t[i].done, 0);
    }
    job_cancel(last); /* the 20th waits behind 16 */
    loop_run(l);
    for (int i = 0; i < TASKS; i++) {
        assert_int_equal(t[i].done, 1);
        assert_int_equal(t[i].cancelled, i == TASKS - 1);
        assert_int_equal(t[i].ran, i != TASKS - 1);
    }
    assert_int_equal(peak, 16);
    loop_free(l);
}

static void test_free_finishes_jobs(void **state)
{
    struct loop *l = loop_new();
    atomic_int running = 0, peak = 0;
    struct task t[TASKS] = {{0}};
    int cancelled = 0;
    for (int i = 0; i < TASKS; i++) {
        t[i].running = &running;
        t[i].peak = &peak;
        loop_work(l, work, worked, &t[i]);
    }
    nap(20);
    loop_free(l);
    for (int i = 0; i < TASKS; i++) {
        assert_int_equal(t[i].done, 1);
        assert_int_equal(t[i].ran, !t[i].cancelled);
        cancelled += t[i].cancelled;
    }
    assert_true(cancelled > 0 && cancelled < TASKS);
}

static void hang(void *data)
{
    while (true)
        pause();
}

static void never_done(void *data, bool cancelled)
{
    abort();
}

static void hang_and_leave(bool may_be_left)
{
    struct loop *l = loop_new();
    struct job *j = loop_work(l, hang, never_done, NULL);
    if (may_be_left)
        job_may_be_left(j);
    nap(50);
    loop_free(l);
    printf("flushed ");
    loop_exit(7);
}

/* In a process of its own, which must end although a thread of it hangs. */
static void test_a_hanging_job_is_left(void **state)
{
    static const struct {
        bool may_be_left;
        int within_ms;
    } cases[] = {{true, 1500}, {false, 4000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t began = now_ms();
        int status = 0;
        pid_t pid = fork();
        if (pid == 0) {
            alarm(10);
            hang_and_leave(cases[i].may_be_left);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 7);
        assert_true(now_ms() - began < cases[i].within_ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_loop_ends),
        cmocka_unit_test(test_watch_reads_until_eof),
        cmocka_unit_test(test_watch_pause_and_write),
        cmocka_unit_test(test_watch_number_taken_again),
        cmocka_unit_test(test_watch_of_a_file_is_refused),
        cmocka_unit_test(test_timers),
        cmocka_unit_test(test_timers_starve_nobody),
        cmocka_unit_test(test_freed_timer_is_silent),
        cmocka_unit_test(test_turn_comes_after_the_callbacks),
        cmocka_unit_test(test_signals),
        cmocka_unit_test(test_sigpipe_is_ignored),
        cmocka_unit_test(test_jobs),
        cmocka_unit_test(test_free_finishes_jobs),
        cmocka_unit_test(test_a_hanging_job_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
