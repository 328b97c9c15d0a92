/* Which files are read: /etc is left to what this machine has, so only the user's own and those asked for are tested
 * here. */
#include "support/cm.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/conf.h"

static char dir[64], path[128];

static void write_conf(const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static int in_a_directory(void **state)
{
    char own[100];

    strcpy(dir, "/tmp/neodeck-load-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    snprintf(own, sizeof own, "%s/neodeck", dir);
    snprintf(path, sizeof path, "%s/neodeck.conf", own);
    setenv("XDG_CONFIG_HOME", dir, 1);
    unsetenv("NEODECK_CONFIG");
    return mkdir(own, 0700);
}

static int gone(void **state)
{
    char own[100];

    unlink(path);
    snprintf(own, sizeof own, "%s/neodeck", dir);
    return rmdir(own) | rmdir(dir);
}

static struct conf *load(void)
{
    struct conf *c = conf_new();

    assert_true(conf_load(c, NULL, NULL));
    return c;
}

static void the_own_file(void **state)
{
    struct conf *c = load();
    size_t before = c->nfiles;

    assert_null(conf_fatal(c, NULL));
    conf_free(c);
    write_conf("[options]\ninterval = 7s\n", 0644);
    c = load();
    assert_int_equal(c->nfiles, before + 1);
    assert_int_equal(conf_option(c, NULL, OPT_INTERVAL).number, 7000);
    conf_free(c);
}

static void a_file_that_others_can_write_is_refused(void **state)
{
    struct conf *c;

    write_conf("[options]\ninterval = 7s\n", 0666);
    c = load();
    assert_int_equal(conf_option(c, NULL, OPT_INTERVAL).number, 2000);
    assert_non_null(strstr(conf_fatal(c, NULL)->words, "others can write"));
    conf_free(c);
}

static void a_file_that_was_asked_for_must_be_there(void **state)
{
    char *argv[] = {(char *)"neodeck", (char *)"--config", path, NULL};
    struct conf *c = conf_new();
    struct cmdline cl;
    struct err e;

    setenv("NEODECK_CONFIG", "/nonexistent/neodeck.conf", 1);
    assert_false(conf_load(c, NULL, &e));
    assert_int_equal(e.kind, ERR_CONFIG);
    assert_string_equal(e.words, "cannot open '/nonexistent/neodeck.conf': No such file or directory");
    write_conf("[options]\ninterval = 9s\n", 0600);
    assert_true(cmdline_parse(&cl, 3, argv, NULL));
    assert_true(conf_load(c, &cl, &e));
    assert_int_equal(c->nfiles, 1);
    assert_int_equal(conf_option(c, &cl, OPT_INTERVAL).number, 9000);
    cmdline_release(&cl);
    conf_free(c);
    unsetenv("NEODECK_CONFIG");
}

static void a_huge_file_is_a_configuration_error(void **state)
{
    struct conf *c = conf_new();
    struct err e;

    write_conf("", 0600);
    assert_int_equal(truncate(path, (off_t)CONF_FILE_MAX + 1), 0);
    setenv("NEODECK_CONFIG", path, 1);
    assert_false(conf_load(c, NULL, &e));
    assert_int_equal(e.kind, ERR_CONFIG);
    conf_free(c);
    unsetenv("NEODECK_CONFIG");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_own_file),
        cmocka_unit_test(a_file_that_others_can_write_is_refused),
        cmocka_unit_test(a_file_that_was_asked_for_must_be_there),
        cmocka_unit_test(a_huge_file_is_a_configuration_error),
    };

    return cmocka_run_group_tests(tests, in_a_directory, gone);
}
