/* What is remembered of the homes of servers, and what a file may hold that somebody else wrote. */
#include "support/cm.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/homes.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf/file.h"

static char top[64], file[128];

static int make(void **state)
{
    strcpy(top, "/tmp/neodeck-homes-XXXXXX");
    assert_non_null(mkdtemp(top));
    snprintf(file, sizeof file, "%s/state/homes", top);
    return 0;
}

static int clean(void **state)
{
    char command[100];

    snprintf(command, sizeof command, "rm -r %s", top);
    return system(command);
}

static void put(const char *text, size_t n, mode_t mode)
{
    char dir[100];
    int fd;

    snprintf(dir, sizeof dir, "%s/state", top);
    mkdir(dir, 0700);
    fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(write(fd, text, n), n);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void assert_homes(const struct homes *h, const char *want)
{
    struct text t;

    text_init(&t, 0);
    for (size_t i = 0; i < h->n; i++)
        text_addf(&t, "%s ", h->v[i]);
    assert_string_equal(t.s, want);
    text_release(&t);
}

static void what_a_file_may_hold(void **state)
{
#define CASE(text, mode, want) {text, sizeof(text) - 1, mode, want}
    static const struct {
        const char *text;
        size_t n;
        mode_t mode;
        const char *want;
    } cases[] = {
        CASE("/a\n/b\n", 0600, "/a /b "),
        CASE("/a\n/b", 0600, "/a /b "),
        CASE("/a\n\n/a\nb\n../c\n/d\r\n/e\x1b[31m\n/f\n", 0600, "/a /f "),
        CASE("/a\0/b\n", 0600, ""),
        CASE("/a\n", 0666, ""),
        CASE("", 0600, ""),
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct homes h = {0};

        put(cases[i].text, cases[i].n, cases[i].mode);
        homes_read(&h, file);
        assert_homes(&h, cases[i].want);
        homes_release(&h);
    }
}

static void the_last_seen_comes_first(void **state)
{
    struct homes h = {0};
    char path[20];

    put("/a\n/b\n/c\n", 9, 0600);
    homes_read(&h, file);
    homes_add(&h, "/c");
    homes_add(&h, "/d");
    homes_add(&h, "relative");
    homes_add(&h, "");
    assert_homes(&h, "/d /c /a /b ");
    for (int i = 0; i < 2 * HOMES_MAX; i++) {
        snprintf(path, sizeof path, "/n%d", i);
        homes_add(&h, path);
    }
    assert_int_equal(h.n, HOMES_MAX);
    assert_string_equal(h.v[0], "/n199");
    homes_add(&h, "/n150");
    assert_int_equal(h.n, HOMES_MAX);
    assert_string_equal(h.v[0], "/n150");
    assert_string_equal(h.v[1], "/n199");
    homes_release(&h);
}

static void what_is_gone_is_dropped(void **state)
{
    struct homes h = {0}, again = {0};
    struct stat before, after;
    char here[100], want[300];

    homes_write(&h, file); /* nothing to say: no file is made */
    assert_int_not_equal(access(file, F_OK), 0);
    snprintf(here, sizeof here, "%s/state", top);
    homes_add(&h, "/no/such/home");
    homes_add(&h, "/etc/passwd");
    homes_add(&h, top);
    homes_write(&h, file);
    homes_read(&again, file);
    snprintf(want, sizeof want, "%s ", top);
    assert_homes(&again, want);
    homes_release(&again);
    homes_release(&h);

    homes_add(&h, here); /* another run: what the first one wrote stays */
    homes_write(&h, file);
    homes_read(&again, file);
    snprintf(want, sizeof want, "%s %s ", here, top);
    assert_homes(&again, want);
    assert_int_equal(stat(file, &before), 0);
    assert_int_equal(before.st_mode & 0777, 0600);
    homes_write(&again, file); /* the same once more: it is not touched */
    assert_int_equal(stat(file, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    homes_release(&again);
    homes_release(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_a_file_may_hold, make, clean),
        cmocka_unit_test_setup_teardown(the_last_seen_comes_first, make, clean),
        cmocka_unit_test_setup_teardown(what_is_gone_is_dropped, make, clean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
