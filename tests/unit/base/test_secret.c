#include "support/cm.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/secret.h"

static void a_secret_holds_its_bytes(void **state)
{
    char *large = calloc(1, SECRET_MAX + 1);
    struct secret *s = secret_new("pass\0word", 9);

    assert_memory_equal(secret_reveal(s), "pass\0word", 10);
    secret_free(s);
    secret_free(NULL);
    s = secret_new("", 0);
    assert_string_equal(secret_reveal(s), "");
    secret_free(s);
    assert_null(secret_new(large, SECRET_MAX + 1));
    s = secret_new(large, SECRET_MAX);
    assert_non_null(s);
    secret_free(s);
    free(large);
}

static void wiping(void **state)
{
    char buf[] = "secret";

    mem_wipe(buf, sizeof buf);
    for (size_t i = 0; i < sizeof buf; i++)
        assert_int_equal(buf[i], 0);
    mem_wipe(NULL, 0);
}

static void wiping_memory_behaves_like_malloc(void **state)
{
    char *p = wiping_strdup("abcdef");

    assert_string_equal(p, "abcdef");
    p = wiping_realloc(p, 4);
    assert_memory_equal(p, "abcd", 4);
    p = wiping_realloc(p, 100);
    assert_memory_equal(p, "abcd", 4);
    wiping_free(p);
    wiping_free(NULL);
    p = wiping_calloc(10, 3);
    for (size_t i = 0; i < 30; i++)
        assert_int_equal(p[i], 0);
    assert_int_equal((uintptr_t)p % 16, 0);
    wiping_free(p);
    wiping_free(wiping_realloc(NULL, 0));
}

/* In a child: a test that may not be traced could not be debugged. */
static void the_process_is_hardened(void **state)
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        struct rlimit core;

        secret_harden_process();
        getrlimit(RLIMIT_CORE, &core);
        _exit(prctl(PR_GET_DUMPABLE) == 0 && core.rlim_max == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_holds_its_bytes),
        cmocka_unit_test(wiping),
        cmocka_unit_test(wiping_memory_behaves_like_malloc),
        cmocka_unit_test(the_process_is_hardened),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
