#include "support/cm.h"

#include "base/error.h"
#include "base/text.h"

static void an_error_has_words_status_and_reason(void **state)
{
    struct err e = {.code = "old"};

    assert_false(err_set(&e, ERR_UNREACHABLE, "cannot connect to '%s'", "db1"));
    assert_int_equal(e.kind, ERR_UNREACHABLE);
    assert_int_equal(e.absent, ABSENT_SERVER);
    assert_string_equal(e.words, "cannot connect to 'db1'");
    assert_string_equal(e.code, "");
    assert_false(err_set(NULL, ERR_USAGE, "nobody listens"));
    err_clear(&e);
    assert_int_equal(e.kind, ERR_NONE);
    assert_string_equal(e.words, "");
    err_clear(NULL);
}

static void words_may_hold_the_old_words(void **state)
{
    struct err e;

    err_set(&e, ERR_DISK, "cannot write");
    err_set(&e, ERR_NOT_AUDITED, "%s: refused", e.words);
    assert_string_equal(e.words, "cannot write: refused");
}

static void long_words_end_at_a_character(void **state)
{
    struct err e;
    char s[600];

    for (size_t i = 0; i < 597; i += 3)
        memcpy(s + i, "\xE2\x82\xAC", 4);
    err_set(&e, ERR_SERVER, "%s", s);
    assert_int_equal(strlen(e.words), 399);
    err_set(&e, ERR_SERVER, "a%s", s);
    assert_int_equal(strlen(e.words), 397);
    assert_true(utf8_valid(e.words, strlen(e.words)));
}

static void kinds_have_a_status_and_a_name(void **state)
{
    static const struct {
        enum err_kind kind;
        int status;
        const char *name;
    } cases[] = {
        {ERR_NONE, 0, "none"},
        {ERR_USAGE, 2, "usage"},
        {ERR_READ_ONLY, 3, "read_only"},
        {ERR_LOGIN, 4, "login"},
        {ERR_SERVER, 1, "server"},
        {ERR_SOME_FAILED, 5, "some_failed"},
        {(enum err_kind)999, 1, "internal"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_int_equal(err_exit_status(cases[i].kind), cases[i].status);
        assert_string_equal(err_name(cases[i].kind), cases[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_has_words_status_and_reason),
        cmocka_unit_test(words_may_hold_the_old_words),
        cmocka_unit_test(long_words_end_at_a_character),
        cmocka_unit_test(kinds_have_a_status_and_a_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
