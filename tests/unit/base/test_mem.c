#include "support/cm.h"

#include <stdalign.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

static void strings_are_copied(void **state)
{
    char *s = x_strndup("abcdef", 3), *f = x_printf("%s-%d", "x", 7);

    assert_string_equal(s, "abc");
    assert_string_equal(f, "x-7");
    assert_null(x_strdup(NULL));
    free(s);
    free(f);
}

static void growing_keeps_what_was_there(void **state)
{
    size_t cap = 0;
    int *p = NULL;

    for (int i = 0; i < 1000; i++) {
        p = x_grow(p, &cap, (size_t)i + 1, sizeof *p);
        p[i] = i;
    }
    assert_true(cap >= 1000 && cap < 4000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(p[i], i);
    free(p);
}

static void arena_hands_out_aligned_separate_memory(void **state)
{
    struct arena a = {0};
    char *last = NULL;

    for (size_t n = 1; n < 30000; n = n * 3 + 1) {
        char *p = arena_alloc(&a, n);

        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        memset(p, 'x', n);
        if (last)
            assert_int_equal(*last, 'x');
        last = p;
    }
    assert_true(a.bytes >= 9000);
    assert_string_equal(arena_printf(&a, "%d%%", 93), "93%");
    assert_string_equal(arena_strndup(&a, "abc", 2), "ab");
    assert_null(arena_strdup(&a, NULL));
    assert_int_equal(*(char *)arena_zalloc(&a, 100), 0);
    arena_release(&a);
    assert_int_equal(a.bytes, 0);
    assert_string_equal(arena_strdup(&a, "again"), "again");
    arena_release(&a);
}

static void hook(void)
{
    if (write(STDOUT_FILENO, "restored", 8) != 8)
        _exit(9);
}

/* In a child: what is asked for overflows, the hook runs, and the process aborts. */
static void exhaustion_calls_the_hook_and_aborts(void **state)
{
    int fds[2], status;
    char got[16] = "";
    pid_t pid;

    assert_int_equal(pipe(fds), 0);
    pid = fork();
    if (pid == 0) {
        size_t cap = 0;

        signal(SIGABRT, SIG_DFL);
        dup2(fds[1], STDOUT_FILENO);
        close(STDERR_FILENO);
        mem_on_exhausted(hook);
        free(x_grow(NULL, &cap, SIZE_MAX / 2, 64));
        _exit(0);
    }
    close(fds[1]);
    assert_int_equal(read(fds[0], got, sizeof got - 1), 8);
    assert_string_equal(got, "restored");
    close(fds[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_copied),
        cmocka_unit_test(growing_keeps_what_was_there),
        cmocka_unit_test(arena_hands_out_aligned_separate_memory),
        cmocka_unit_test(exhaustion_calls_the_hook_and_aborts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
