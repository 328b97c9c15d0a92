/* Words for a shell, read back by the shells that are here. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "host/quote.h"

static void words_as_they_look(void **state)
{
    static const struct {
        const char *word, *quoted;
    } cases[] = {
        {"", "''"}, {"plain-1.2/x_y:z@h,+", "plain-1.2/x_y:z@h,+"}, {"a b", "'a b'"}, {"it's", "'it'\\''s'"}, {"'", "\\'"},
        {"''", "\\'\\'"}, {"a\\b", "'a'\\\\'b'"}, {"!!", "\\!\\!"}, {"$HOME", "'$HOME'"}, {"`id`", "'`id`'"}, {"~", "'~'"},
        {"a=b", "'a=b'"}, {"%1", "'%1'"}, {"*", "'*'"}, {"a\nb", "'a\nb'"}, {"-rf", "-rf"}, {"#x", "'#x'"},
    };
    struct text t;

    text_init(&t, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&t);
        shell_quote(&t, cases[i].word);
        assert_string_equal(t.s, cases[i].quoted);
    }
    text_release(&t);
}

/* What the shell makes of it: `printf '%s\0'` of all words but the first. */
static void check_with(const char *shell, const char *const *argv, const char *said, size_t n)
{
    char path[] = "/tmp/neodeck-quote-XXXXXX", back[4096], command[200];
    struct text t;
    int fd = mkstemp(path);
    FILE *in;

    text_init(&t, 0);
    shell_quote_argv(&t, argv);
    assert_false(t.full);
    assert_int_equal(write(fd, t.s, t.len), t.len);
    close(fd);
    snprintf(command, sizeof command, "%s %s", shell, path);
    in = popen(command, "r");
    assert_non_null(in);
    size_t got = fread(back, 1, sizeof back, in);
    assert_int_equal(pclose(in), 0);
    assert_int_equal(got, n);
    assert_memory_equal(back, said, n);
    unlink(path);
    text_release(&t);
}

static bool is_here(const char *shell)
{
    char command[100];

    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", shell);
    return system(command) == 0;
}

static void shells_read_what_was_meant(void **state)
{
    static const char *const shells[] = {"sh", "dash", "bash", "zsh", "ksh", "fish", "busybox sh"};
    char bytes[256];
    size_t checked = 0;

    for (int i = 0; i < 255; i++)
        bytes[i] = (char)(i + 1);
    bytes[255] = '\0';
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (!is_here(shells[i]))
            continue;
        const char *const all[] = {"printf", "%s\\0", bytes, "", "x", "'\\'", "!$;&|", NULL};
        static const char end[] = "\0\0x\0'\\'\0!$;&|";
        char said[300];
        memcpy(said, bytes, 255);
        memcpy(said + 255, end, sizeof end);
        check_with(shells[i], all, said, 255 + sizeof end);
        checked++;
    }
    assert_true(checked > 0);
}

static void the_first_word_is_a_program(void **state)
{
    static const char *const argvs[][3] = {{"if", NULL}, {"time", NULL}, {"A=b", NULL}, {"/bin/true", "A=b", NULL}, {"a b", NULL}};
    static const char *const lines[] = {"'if'", "'time'", "'A=b'", "/bin/true 'A=b'", "'a b'"};
    struct text t;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        text_init(&t, 0);
        shell_quote_argv(&t, argvs[i]);
        assert_string_equal(t.s, lines[i]);
        text_release(&t);
    }
    text_init(&t, 4);
    shell_quote_argv(&t, argvs[3]);
    assert_true(t.full); /* half a command line must be seen to be one */
    text_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_as_they_look),
        cmocka_unit_test(shells_read_what_was_meant),
        cmocka_unit_test(the_first_word_is_a_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
