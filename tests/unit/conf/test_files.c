/* Paths, files and secrets on a real disk. */
#include "support/cm.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/file.h"
#include "conf/paths.h"

static char dir[64];

static const char *in_dir(const char *name)
{
    static char path[2][128];
    static int turn;

    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", dir, name);
    return path[turn];
}

static const char *write_file(const char *name, const char *bytes, size_t n, mode_t mode)
{
    const char *path = in_dir(name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
    return path;
}

static void check_path(char *got, const char *want)
{
    assert_string_equal(got, want);
    free(got);
}

static void xdg_directories(void **state)
{
    struct err e;

    setenv("HOME", "/home/x/", 1);
    unsetenv("XDG_CONFIG_HOME");
    setenv("XDG_STATE_HOME", "/s", 1);
    setenv("XDG_DATA_HOME", "relative", 1);
    check_path(path_config("neodeck.conf", &e), "/home/x/.config/neodeck/neodeck.conf");
    check_path(path_state("neodeck.log", &e), "/s/neodeck/neodeck.log");
    check_path(path_state(NULL, &e), "/s/neodeck");
    unsetenv("HOME");
    check_path(path_state(NULL, &e), "/s/neodeck");
    assert_null(path_config(NULL, &e));
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_string_equal(e.words, "HOME is not set: set it to your home directory, or set XDG_CONFIG_HOME");
    unsetenv("XDG_STATE_HOME");
    unsetenv("XDG_DATA_HOME");
}

static void expanding(void **state)
{
    struct err e;

    setenv("HOME", "/home/x", 1);
    check_path(path_expand("~", NULL, &e), "/home/x");
    check_path(path_expand("~/", NULL, &e), "/home/x");
    check_path(path_expand("~/a/b", "/etc", &e), "/home/x/a/b");
    check_path(path_expand("a/b", "/etc/neodeck", &e), "/etc/neodeck/a/b");
    check_path(path_expand("a/b", NULL, &e), "a/b");
    check_path(path_expand("/a", "/etc", &e), "/a");
    check_path(path_expand("", "/etc", &e), "");
    assert_null(path_expand("~root/x", NULL, &e));
    unsetenv("HOME");
    assert_null(path_expand("~/x", NULL, &e));
}

static void directories_are_made_private(void **state)
{
    struct stat st;
    struct err e;

    assert_true(path_make_dir(in_dir("a/b/c"), &e));
    assert_true(path_make_dir(in_dir("a/b/c"), &e));
    assert_int_equal(stat(in_dir("a/b/c"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    write_file("plain", "", 0, 0600);
    assert_false(path_make_dir(in_dir("plain/x"), &e));
    assert_int_equal(e.kind, ERR_DISK);
    assert_int_equal(rmdir(in_dir("a/b/c")) | rmdir(in_dir("a/b")) | rmdir(in_dir("a")), 0);
}

static void files_are_bounded_and_trusted(void **state)
{
    struct text t;
    struct err e;
    bool absent;

    text_init(&t, 100);
    assert_true(file_read(write_file("f", "abc", 3, 0644), 3, FILE_TRUSTED, &t, &absent, &e));
    assert_string_equal(t.s, "abc");
    assert_false(absent);
    assert_false(file_read(in_dir("f"), 2, 0, &t, NULL, &e));
    assert_int_equal(e.kind, ERR_TOO_LARGE);
    assert_false(file_read(in_dir("none"), 3, 0, &t, &absent, &e));
    assert_true(absent);
    assert_false(file_read(dir, 3, 0, &t, &absent, &e));
    assert_false(absent);
    assert_non_null(strstr(e.words, "it is a directory"));
    write_file("f", "abc", 3, 0664);
    assert_true(file_read(in_dir("f"), 3, 0, &t, NULL, &e));
    assert_false(file_read(in_dir("f"), 3, FILE_TRUSTED, &t, NULL, &e));
    assert_non_null(strstr(e.words, "others can write"));
    write_file("f", "abc", 3, 0602);
    assert_false(file_read(in_dir("f"), 3, FILE_TRUSTED, &t, NULL, &e));
    assert_true(file_read("/dev/null", 3, FILE_TRUSTED, &t, NULL, &e));
    assert_int_equal(t.len, 0);
    text_release(&t);
}

static void check_secret(const char *bytes, size_t n, const char *want)
{
    struct err e = {.kind = ERR_NONE};
    struct secret *s = secret_read_file(write_file("secret", bytes, n, 0600), &e);

    if (!want) {
        assert_null(s);
        assert_true(e.kind != ERR_NONE);
        return;
    }
    assert_non_null(s);
    assert_string_equal(secret_reveal(s), want);
    secret_free(s);
}

static void secrets_are_first_lines(void **state)
{
    char longest[SECRET_MAX + 2];

    check_secret("pass word\nmore\n", 15, "pass word");
    check_secret("crlf\r\n", 6, "crlf");
    check_secret("bare", 4, "bare");
    check_secret(" \xFF ", 3, " \xFF ");
    check_secret("", 0, NULL);
    check_secret("\nx", 2, NULL);
    check_secret("a\0b\n", 4, NULL);
    memset(longest, 'x', sizeof longest);
    longest[SECRET_MAX] = '\0';
    check_secret(longest, SECRET_MAX, longest);
    longest[SECRET_MAX] = 'x';
    check_secret(longest, SECRET_MAX + 1, NULL);
}

static void files_that_others_read_hold_no_secrets(void **state)
{
    static const struct {
        mode_t mode;
        bool ok;
    } cases[] = {{0600, true}, {0400, true}, {0640, false}, {0604, false}, {0620, false}, {0601, false}};
    struct secret *s;
    struct err e;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        unlink(in_dir("secret"));
        s = secret_read_file(write_file("secret", "x", 1, cases[i].mode), &e);
        assert_int_equal(s != NULL, cases[i].ok);
        if (!s)
            assert_non_null(strstr(e.words, "chmod 600 it"));
        secret_free(s);
    }
    assert_null(secret_read_file(in_dir("none"), &e));
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_null(secret_read_file("/dev/null", &e));
    assert_non_null(strstr(e.words, "no regular file"));
    assert_null(secret_read_file(dir, &e));
    if (geteuid() == 0) {
        write_file("secret", "x", 1, 0600);
        assert_int_equal(chown(in_dir("secret"), 65534, 65534), 0);
        assert_null(secret_read_file(in_dir("secret"), &e));
        assert_non_null(strstr(e.words, "another user"));
    }
}

static int in_a_directory(void **state)
{
    strcpy(dir, "/tmp/neodeck-files-XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}

static int gone(void **state)
{
    unlink(in_dir("f"));
    unlink(in_dir("plain"));
    unlink(in_dir("secret"));
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xdg_directories),
        cmocka_unit_test(expanding),
        cmocka_unit_test(directories_are_made_private),
        cmocka_unit_test(files_are_bounded_and_trusted),
        cmocka_unit_test(secrets_are_first_lines),
        cmocka_unit_test(files_that_others_read_hold_no_secrets),
    };

    return cmocka_run_group_tests(tests, in_a_directory, gone);
}
