/* Children: outputs, input, exit, deadline, cancel, process groups. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
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

struct got {
    struct loop *l;
    struct child *child;
    int done, status, signal;
    bool timed_out, cancelled, full;
    char *out, *err, *error;
    size_t out_len;
    int64_t ms;
};

static void on_done(void *data, const struct child_result *r)
{
    struct got *g = data;
    g->done++;
    g->status = r->exit_status;
    g->signal = r->signal;
    g->timed_out = r->timed_out;
    g->cancelled = r->cancelled;
    g->full = r->out->full;
    g->out = strdup(r->out->s);
    g->out_len = r->out->len;
    g->err = strdup(r->errout->s);
    g->error = r->error ? strdup(r->error) : NULL;
    g->ms = now_ms() - g->ms;
}

static void spawn(struct got *g, const char *script, const char *in, size_t max_out, int64_t deadline_ms)
{
    const char *argv[] = {"sh", "-c", script, NULL};
    g->l = g->l ? g->l : loop_new();
    g->ms = now_ms();
    g->child = loop_spawn(g->l, argv, in, in ? strlen(in) : 0, max_out, deadline_ms, on_done, g);
    assert_int_equal(g->done, 0);
}

static void got_release(struct got *g)
{
    free(g->out);
    free(g->err);
    free(g->error);
    loop_free(g->l);
}

static const struct {
    const char *script, *in, *out, *err;
    int status, signal;
} ordinary[] = {
    {"echo hello; echo oops >&2; exit 3", NULL, "hello\n", "oops\n", 3, 0},
    {"cat", "typed in", "typed in", "", 0, 0},
    {"cat", "", "", "", 0, 0},
    {"cat; echo end", NULL, "end\n", "", 0, 0}, /* no input: /dev/null, not our terminal */
    {"true", "never read", "", "", 0, 0},
    {"echo by name > /dev/stdout", NULL, "by name\n", "", 0, 0}, /* fails on a socket */
    {"kill -9 $$", NULL, "", "", -1, 9},
    {"test \"$(cut -d' ' -f6 /proc/$$/stat)\" = $$ && echo leads", NULL, "leads\n", "", 0, 0}, /* setsid */
};

static void test_ordinary(void **state)
{
    for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++) {
        struct got g = {0};
        spawn(&g, ordinary[i].script, ordinary[i].in, 0, 10000);
        loop_run(g.l);
        assert_int_equal(g.done, 1);
        assert_string_equal(g.out, ordinary[i].out);
        assert_string_equal(g.err, ordinary[i].err);
        assert_int_equal(g.status, ordinary[i].status);
        assert_int_equal(g.signal, ordinary[i].signal);
        assert_false(g.timed_out || g.cancelled);
        assert_null(g.error);
        got_release(&g);
    }
}

static void test_sigpipe_is_default_in_children(void **state)
{
    struct got g = {0};
    spawn(&g, "kill -PIPE $$; echo not reached", NULL, 0, 10000);
    loop_run(g.l);
    assert_int_equal(g.signal, SIGPIPE);
    got_release(&g);
}

static void test_large_output_is_cut_and_drained(void **state)
{
    struct got g = {0};
    spawn(&g, "head -c 3000000 /dev/zero | tr '\\0' x; echo done >&2", NULL, 1000, 20000);
    loop_run(g.l);
    assert_int_equal(g.status, 0);
    assert_true(g.full);
    assert_true(g.out_len <= 1000 && g.out_len >= 900);
    assert_string_equal(g.err, "done\n");
    got_release(&g);
}

static void test_large_input(void **state)
{
    struct got g = {0};
    char *in = malloc(500001);
    memset(in, 'y', 500000);
    in[500000] = '\0';
    spawn(&g, "wc -c | tr -d ' '", in, 0, 20000);
    free(in); /* copied */
    loop_run(g.l);
    assert_string_equal(g.out, "500000\n");
    got_release(&g);
}

static void test_not_found(void **state)
{
    static const struct {
        const char *name, *words;
    } cases[] = {
        {"neodeck-no-such-program", "cannot run 'neodeck-no-such-program': it is not installed or not in PATH"},
        {"/", "cannot run '/': permission denied"},
    };
    for (size_t i = 0; i < 2; i++) {
        struct got g = {.l = loop_new()};
        const char *argv[] = {cases[i].name, NULL};
        g.child = loop_spawn(g.l, argv, "in", 2, 0, 5000, on_done, &g);
        assert_int_equal(g.done, 0);
        loop_run(g.l);
        assert_int_equal(g.done, 1);
        assert_int_equal(g.status, -1);
        assert_string_equal(g.error, cases[i].words);
        got_release(&g);
    }
}

static void test_deadline_ends_the_group(void **state)
{
    struct got g = {0};
    spawn(&g, "sleep 300 & sleep 300", NULL, 0, 100);
    loop_run(g.l);
    assert_true(g.timed_out);
    assert_false(g.cancelled);
    assert_int_equal(g.signal, SIGTERM);
    assert_true(g.ms >= 100 && g.ms < 1900); /* both sleeps got it, else their pipes would hold us */
    got_release(&g);
}

static void test_deadline_lets_it_clean_up(void **state)
{
    struct got g = {0};
    spawn(&g, "(trap 'sleep 0.3; echo cleaned; exit 0' TERM; while :; do sleep 0.05; done)", NULL, 0, 1000);
    loop_run(g.l);
    assert_true(g.timed_out);
    assert_string_equal(g.out, "cleaned\n"); /* the leader died at once, its helper got its time */
    got_release(&g);
}

static void test_deadline_kills_the_stubborn(void **state)
{
    struct got g = {0};
    spawn(&g, "trap '' TERM; while :; do sleep 0.05; done", NULL, 0, 100);
    loop_run(g.l);
    assert_true(g.timed_out);
    assert_int_equal(g.signal, SIGKILL);
    assert_true(g.ms >= 2000 && g.ms < 3500);
    got_release(&g);
}

static void test_daemon_is_left_alone(void **state)
{
    struct got g = {0};
    spawn(&g, "sleep 30 & echo $!", NULL, 0, 10000);
    loop_run(g.l);
    assert_int_equal(g.status, 0);
    assert_false(g.timed_out);
    assert_true(g.ms < 3000);
    pid_t pid = (pid_t)atoi(g.out);
    assert_true(pid > 1);
    assert_int_equal(kill(pid, 0), 0);
    kill(pid, SIGKILL);
    got_release(&g);
}

static void cancel_it(void *data)
{
    struct got *g = data;
    child_cancel(g->child);
}

static void test_cancel(void **state)
{
    struct got g = {0};
    spawn(&g, "echo begun; exec sleep 300", NULL, 0, 60000);
    struct timer *t = loop_timer(g.l, cancel_it, &g);
    timer_set(t, 800);
    loop_run(g.l);
    assert_int_equal(g.done, 1);
    assert_true(g.cancelled);
    assert_false(g.timed_out);
    assert_string_equal(g.out, "begun\n");
    assert_true(g.ms < 1900);
    got_release(&g);
}

static void test_cancel_before_it_began(void **state)
{
    struct got g = {.l = loop_new()};
    const char *argv[] = {"neodeck-no-such-program", NULL};
    g.child = loop_spawn(g.l, argv, NULL, 0, 0, 0, on_done, &g);
    child_cancel(g.child);
    loop_run(g.l);
    assert_int_equal(g.done, 1);
    assert_true(g.cancelled);
    got_release(&g);
}

static void test_free_kills(void **state)
{
    struct got g = {0};
    spawn(&g, "trap '' TERM; while :; do sleep 1; done", NULL, 0, 0);
    loop_free(g.l);
    g.l = NULL;
    assert_int_equal(g.done, 1);
    assert_true(g.cancelled);
    assert_true(g.ms < 1900); /* not the 2 s of grace */
    got_release(&g);
}

static void test_no_descriptor_leaks(void **state)
{
    struct got g = {0};
    int before = dup(0);
    close(before);
    for (int i = 0; i < 20; i++) {
        spawn(&g, "cat", "x", 0, 5000);
        loop_run(g.l);
        free(g.out);
        free(g.err);
        g = (struct got){.l = g.l};
    }
    loop_free(g.l);
    int after = dup(0);
    close(after);
    assert_int_equal(before, after);
}

/* ---- as it comes ---- */

static struct got *heard;
static char pieces[64];

static void on_output(void *data, const char *s, size_t n)
{
    heard = data;
    snprintf(pieces + strlen(pieces), sizeof pieces - strlen(pieces), "%.*s|", (int)n, s);
    if (strstr(pieces, "three"))
        child_cancel(heard->child);
}

static void test_output_as_it_comes(void **state)
{
    struct got g = {0};
    spawn(&g, "echo one; sleep 0.2; echo err >&2; echo two; sleep 0.2; echo three; sleep 60", NULL, 100, 0);
    child_on_output(g.child, on_output);
    loop_run(g.l);
    assert_int_equal(g.done, 1);
    assert_ptr_equal(heard, &g);
    assert_string_equal(pieces, "one\n|two\n|three\n|");
    assert_string_equal(g.out, ""); /* not collected as well */
    assert_string_equal(g.err, "err\n");
    assert_true(g.cancelled && g.ms < 10000);
    got_release(&g);
}

/* ---- one that may not be signalled ---- */

enum { SKIP_IT = 77 };

static void stop_loop(void *data)
{
    loop_stop(data);
}

/* As nobody, with a program that becomes root: what runs behind it does not hear of signals, but of the end of its output. */
static int end_root_as_nobody(const char *become)
{
    const char *argv[] = {become, "--reuid=0", "--clear-groups", "sh", "-c", "echo begun; while sleep 0.1; do echo more; done", NULL};
    struct got g = {.l = loop_new(), .ms = now_ms()};

    if (setgid(65534) != 0 || setuid(65534) != 0)
        return 2;
    g.child = loop_spawn(g.l, argv, NULL, 0, 4096, 0, on_done, &g);
    struct timer *t = loop_timer(g.l, cancel_it, &g), *over = loop_timer(g.l, stop_loop, g.l);
    timer_set(t, 500);
    timer_set(over, 5000);
    while (!g.done && now_ms() - g.ms < 5000)
        loop_run(g.l);
    if (g.done && !g.cancelled && !*g.out)
        return SKIP_IT; /* nobody becomes root from /tmp */
    return !g.done ? 3 : !g.cancelled ? 4 : !strstr(g.out, "begun\nmore\n") ? 5 : 0;
}

static void test_cancel_of_what_runs_as_another(void **state)
{
    char dir[] = "/tmp/neodeck-child-XXXXXX", command[200], program[60];
    int status;
    pid_t pid;

    if (geteuid() != 0)
        skip();
    assert_non_null(mkdtemp(dir));
    snprintf(program, sizeof program, "%s/setpriv", dir);
    snprintf(command, sizeof command, "chmod 755 %s && cp $(command -v setpriv) %s && chmod 4755 %s", dir, program, program);
    assert_int_equal(system(command), 0);
    pid = fork();
    if (pid == 0)
        _exit(end_root_as_nobody(program));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    unlink(program);
    rmdir(dir);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == SKIP_IT)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ordinary),
        cmocka_unit_test(test_sigpipe_is_default_in_children),
        cmocka_unit_test(test_large_output_is_cut_and_drained),
        cmocka_unit_test(test_large_input),
        cmocka_unit_test(test_not_found),
        cmocka_unit_test(test_deadline_ends_the_group),
        cmocka_unit_test(test_deadline_lets_it_clean_up),
        cmocka_unit_test(test_deadline_kills_the_stubborn),
        cmocka_unit_test(test_daemon_is_left_alone),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_cancel_of_what_runs_as_another),
        cmocka_unit_test(test_cancel_before_it_began),
        cmocka_unit_test(test_free_kills),
        cmocka_unit_test(test_no_descriptor_leaks),
        cmocka_unit_test(test_output_as_it_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
