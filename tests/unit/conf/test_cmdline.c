#include "support/cm.h"

#include "conf/cmdline.h"

enum { ARGS = 12 };

static bool parse(struct cmdline *c, const char *const *args, char **argv, struct err *e)
{
    int argc = 1;

    argv[0] = (char *)"neodeck";
    for (; argc < ARGS && args[argc - 1]; argc++)
        argv[argc] = (char *)args[argc - 1];
    argv[argc] = NULL;
    return cmdline_parse(c, argc, argv, e);
}

static void options_and_words_may_mix(void **state)
{
    const char *const args[] = {"show",   "transactions",     "--format", "json", "-ri",
                                "prod-1", "--instance=stage", "-d",       "shop", NULL};
    char *argv[ARGS + 1];
    struct cmdline c;

    assert_true(parse(&c, args, argv, NULL));
    assert_int_equal(c.nwords, 2);
    assert_string_equal(c.words[0], "show");
    assert_string_equal(c.words[1], "transactions");
    assert_int_equal(c.ninstances, 2);
    assert_string_equal(c.instances[0], "prod-1");
    assert_string_equal(c.instances[1], "stage");
    assert_true(c.set[OPT_READ_ONLY] && c.value[OPT_READ_ONLY].on);
    assert_int_equal(c.value[OPT_FORMAT].number, 1);
    assert_string_equal(c.value[OPT_DATABASE].text, "shop");
    assert_false(c.set[OPT_YES]);
    assert_false(c.value[OPT_YES].on);
    cmdline_release(&c);
}

static void what_is_not_given_has_its_default(void **state)
{
    const char *const args[] = {NULL};
    char *argv[ARGS + 1];
    struct cmdline c;

    assert_true(parse(&c, args, argv, NULL));
    assert_int_equal(c.nwords, 0);
    assert_int_equal(c.value[OPT_INTERVAL].number, 2000);
    assert_false(c.set[OPT_INTERVAL]);
    assert_string_equal(c.value[OPT_THEME].text, "auto");
    assert_int_equal(c.value[OPT_FORMAT].number, 0);
    assert_string_equal(c.value[OPT_OLDER_THAN].text, "");
    cmdline_release(&c);
}

static void abbreviations_dashes_and_paths(void **state)
{
    const char *const args[] = {"--older", "10m", "--password-f=~/pw", "--", "kill", "-42", NULL};
    char *argv[ARGS + 1];
    struct cmdline c;

    setenv("HOME", "/home/x", 1);
    assert_true(parse(&c, args, argv, NULL));
    assert_int_equal(c.value[OPT_OLDER_THAN].number, 600000);
    assert_string_equal(c.value[OPT_PASSWORD_FILE].text, "/home/x/pw");
    assert_int_equal(c.nwords, 2);
    assert_string_equal(c.words[1], "-42");
    cmdline_release(&c);
}

static void wrong_usage_is_named(void **state)
{
    static const struct {
        const char *args[3];
        const char *words;
    } cases[] = {
        {{"--readonly"}, "no such option: --readonly, did you mean --read-only?"},
        {{"x", "--redaonly=x"}, "no such option: --redaonly, did you mean --read-only?"},
        {{"--read_only"}, "no such option: --read_only, did you mean --read-only?"},
        {{"--frobnicate"}, "no such option: --frobnicate, try --help"},
        {{"-q"}, "no such option: -q, try --help"},
        {{"-rq"}, "no such option: -q, try --help"},
        {{"--user"}, "--user needs a value: --user NAME"},
        {{"--lock"}, "--lock needs a value: --lock remote|always|never"},
        {{"-u"}, "--user needs a value: --user NAME"},
        {{"--instance="}, "--instance needs a value: --instance TARGET"},
        {{"--read-only=yes"}, "--read-only takes no value"},
        {{"--interval", "5x"}, "--interval: '5x' is no duration: write 500ms, 2s, 15m, 3h or 2d"},
        {{"--interval", "1ms"}, "--interval: '1ms' is out of range: 500ms to 1h"},
        {{"--format", "xml"}, "--format: 'xml' is none of: table json csv"},
        {{"--size", "80"}, "--size: '80' is no size: write columns x rows, such as 80x24"},
        {{"--co"}, "--co is not clear: --config, --columns, --confirm"},
        {{"--critical"}, "--critical can only be set in the configuration file, in a section [instance \"NAME\"]"},
        {{"--config=~bob/x"}, "--config: '~bob/x': only ~/ is known here, write the path of that home directory"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        char *argv[ARGS + 1];
        struct cmdline c;
        struct err e;

        assert_false(parse(&c, cases[i].args, argv, &e));
        assert_int_equal(e.kind, ERR_USAGE);
        assert_string_equal(e.words, cases[i].words);
    }
}

static void usage_names_everything_in_80_columns(void **state)
{
    struct text t;
    char *line, *rest;

    text_init(&t, 0);
    cmdline_usage(&t);
    for (int id = 0; id < NOPTIONS; id++) {
        const struct option_row *row = option_row((enum option_id)id);
        char want[64] = "--";

        strcat(want, row->name);
        assert_int_equal(strstr(t.s, want) != NULL, row->scope != SCOPE_CONF);
    }
    assert_non_null(strstr(t.s, "\n  show VIEW  "));
    assert_non_null(strstr(t.s, "\n  transactions  "));
    assert_null(strstr(t.s, "\n  metrics"));
    assert_non_null(strstr(t.s, "(2s)"));
    for (line = strtok_r(t.s, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (strlen(line) > 80 || line[strlen(line) - 1] == ' ')
            fail_msg("'%s'", line);
    text_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_words_may_mix),
        cmocka_unit_test(what_is_not_given_has_its_default),
        cmocka_unit_test(abbreviations_dashes_and_paths),
        cmocka_unit_test(wrong_usage_is_named),
        cmocka_unit_test(usage_names_everything_in_80_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
