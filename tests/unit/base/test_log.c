#include "support/cm.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

static char path[64];

static int in_a_file(void **state)
{
    strcpy(path, "/tmp/neodeck-log-XXXXXX");
    close(mkstemp(path));
    return unlink(path);
}

static int gone(void **state)
{
    log_close();
    return unlink(path);
}

static void nothing_is_evaluated_while_closed(void **state)
{
    int calls = 0;

    assert_false(log_is_open());
    log_debug("%d", ++calls);
    assert_int_equal(calls, 0);
    assert_false(log_open("/nonexistent/dir/log"));
}

static void lines_are_private_cleaned_and_bounded(void **state)
{
    char got[256] = "", want[256], huge[9000];
    struct stat st;
    FILE *f;

    clock_freeze(1795355102123);
    assert_true(log_open(path));
    log_debug("answer %d\nof \x1B[2J", 7);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    f = fopen(path, "r");
    assert_non_null(fgets(got, sizeof got, f));
    snprintf(want, sizeof want, "2026-11-22T13:45:02.123Z %s: answer 7 of \xE2\x90\x9B[2J\n", __func__);
    assert_string_equal(got, want);
    fclose(f);
    memset(huge, 'x', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    log_debug("%s", huge);
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size < 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_evaluated_while_closed),
        cmocka_unit_test(lines_are_private_cleaned_and_bounded),
    };

    return cmocka_run_group_tests(tests, in_a_file, gone);
}
