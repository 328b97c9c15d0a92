#include "support/cm.h"

#include <stdio.h>

#include "base/text.h"
#include "conf/words.h"

static void splitting(void **state)
{
    static const char *const cases[][2] = {
        {"pass show neo4j/prod-1", "pass|show|neo4j/prod-1|"},
        {"  a\tb ", "a|b|"},
        {"pass show \"my entry\"", "pass|show|my entry|"},
        {"sh -c 'echo \"x\" \\'", "sh|-c|echo \"x\" \\|"},
        {"a\"b c\"'d e'f", "ab cd ef|"},
        {"a \"\" ''", "a|||"},
        {"a \"x\\\"y\\\\z\\n\"", "a|x\"y\\z\\n|"},
        {"a b\\ c \\'", "a|b c|'|"},
        {"a \\", "a|\\|"},
        {"a $HOME ~ *", "a|$HOME|~|*|"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text got;
        char **argv;

        assert_true(words_split(cases[i][0], &argv, NULL));
        text_init(&got, 0);
        for (size_t k = 0; argv[k]; k++)
            text_addf(&got, "%s|", argv[k]);
        assert_string_equal(got.s, cases[i][1]);
        text_release(&got);
        words_free(argv);
    }
}

static void what_cannot_be_split(void **state)
{
    static const char *const cases[][2] = {
        {"", "the command is empty"},
        {"  ", "the command is empty"},
        {"'' x", "the command is empty"},
        {"a 'b", "the quote ' is not closed in the command"},
        {"a \"b\\\"", "the quote \" is not closed in the command"},
    };
    char many[2 * WORDS_MAX + 10];
    char **argv;
    struct err e;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_false(words_split(cases[i][0], &argv, &e));
        assert_int_equal(e.kind, ERR_CONFIG);
        assert_string_equal(e.words, cases[i][1]);
    }
    for (size_t i = 0; i < sizeof many - 1; i++)
        many[i] = i % 2 ? ' ' : 'a';
    many[2 * WORDS_MAX - 1] = '\0';
    assert_true(words_split(many, &argv, &e));
    words_free(argv);
    strcat(many, " a");
    assert_false(words_split(many, &argv, &e));
    words_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(splitting), cmocka_unit_test(what_cannot_be_split)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
