/* Looking at a path whose disk does not answer. */
#include "support/cm.h"
#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include "base/patient.h"

static int hang_ms;

/* Takes the place of that of the C library in this program. */
int stat(const char *restrict path, struct stat *restrict st)
{
    if (strstr(path, "hangs"))
        nanosleep(&(struct timespec){hang_ms / 1000, hang_ms % 1000 * 1000000L}, NULL);
    return fstatat(AT_FDCWD, path, st, 0);
}

static int64_t now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void what_answers_is_told(void **state)
{
    struct stat st;

    assert_int_equal(stat_within("/", &st, 1000), 0);
    assert_true(S_ISDIR(st.st_mode));
    errno = 0;
    assert_int_equal(stat_within("/no/such/file", &st, 1000), -1);
    assert_int_equal(errno, ENOENT);
    hang_ms = 50; /* slow is not too slow */
    assert_int_equal(stat_within("/hangs", &st, 5000), -1);
    assert_int_equal(errno, ENOENT);
}

static void what_hangs_is_given_up(void **state)
{
    int64_t began = now_ms();
    struct stat st;

    hang_ms = 1500;
    assert_int_equal(stat_within("/hangs", &st, 100), -1);
    assert_int_equal(errno, ETIMEDOUT);
    assert_true(now_ms() - began < 1200);
    nanosleep(&(struct timespec){1, 700 * 1000000L}, NULL); /* what it used is freed by the thread that comes back */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_answers_is_told),
        cmocka_unit_test(what_hangs_is_given_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
