/* The line editor: a table of keys, what is in it, where the cursor is, what is drawn. */
#include "support/cm.h"

#include <stdio.h>
#include "ui/line.h"

/* Keys by name, blank-separated; "'" begins a pasted word. */
static bool type(struct line *l, const char *keys)
{
    char word[64];
    bool last = false;
    int n;

    while (sscanf(keys, " %63s%n", word, &n) == 1) {
        keys += n;
        if (word[0] == '\'' && word[1])
            line_insert(l, word + 1, strlen(word + 1));
        else
            last = line_key(l, key_parse(word));
    }
    return last;
}

static void editing(void **state)
{
    static const struct {
        const char *keys, *want;
        size_t pos;
        bool last;
    } cases[] = {
        {"a b c", "abc", 3, true},
        {"a b Left x", "axb", 2, true},
        {"a b Home x End y", "xaby", 4, true},
        {"a b Ctrl-A x Ctrl-E y", "xaby", 4, true},
        {"a Left Left", "a", 0, false},
        {"a Right", "a", 1, false},
        {"Backspace", "", 0, false},
        {"a b Backspace", "a", 1, true},
        {"a b Home Delete", "b", 0, true},
        {"a b Delete", "ab", 2, false},
        {"a Space b Ctrl-W", "a ", 2, true},
        {"a Space Space Ctrl-W", "", 0, true},
        {"'one Space 'two Left Ctrl-W", "one o", 4, true},
        {"'hello Left Left Ctrl-U", "lo", 0, true},
        {"'hello Left Left Ctrl-K", "hel", 3, true},
        {"Ctrl-U", "", 0, false},
        {"Ctrl-K", "", 0, false},
        {"Ctrl-W", "", 0, false},
        {"é 漢 Left Backspace", "漢", 0, true},
        {"e ́ x Left Left", "e\xcc\x81x", 0, true},         /* a mark moves with its letter */
        {"a e ́ Backspace", "a", 1, true},
        {"a e ́ x Left Left Delete", "ax", 1, true},
        {"Up", "", 0, false},
        {"Ctrl-L", "", 0, false},
        {"F1", "", 0, false},
        {"Enter", "", 0, false},
        {"Esc", "", 0, false},
        {"Tab", "", 0, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        for (int hidden = 0; hidden < 2; hidden++) {
            struct line l;

            line_init(&l, hidden);
            assert_int_equal(type(&l, cases[i].keys), cases[i].last);
            assert_string_equal(l.buf, cases[i].want);
            assert_int_equal(l.len, strlen(cases[i].want));
            assert_int_equal(l.pos, cases[i].pos);
            line_release(&l);
        }
    }
}

static void inserting(void **state)
{
    static const struct {
        const char *in, *want;
    } cases[] = {
        {"a\nb\tc", "a b c"},   {"a\r\nb", "a b"},  {"secret\n", "secret"},   {"secret\r\n\n", "secret"},
        {"\033[31mx", "[31mx"}, {"a\xff" "b", "a�b"}, {"a\xe2\x80\xae" "b", "ab"}, {"", ""},
        {"\n", ""},             {" x ", " x "},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct line l;

        line_init(&l, false);
        line_insert(&l, cases[i].in, strlen(cases[i].in));
        assert_string_equal(l.buf, cases[i].want);
        line_set(&l, "old");
        line_set(&l, cases[i].in);
        assert_string_equal(l.buf, cases[i].want);
        assert_int_equal(l.pos, l.len);
        line_set(&l, NULL);
        assert_string_equal(l.buf, "");
        line_release(&l);
    }
}

static void the_limit(void **state)
{
    struct line l;

    (void)state;
    line_init(&l, false);
    for (int i = 0; i < 3000; i++)
        line_insert(&l, "漢字", 6);
    assert_true(l.len <= LINE_MAX_BYTES && l.len > LINE_MAX_BYTES - 3);
    assert_true(utf8_valid(l.buf, l.len));
    assert_false(line_key(&l, 0x6f22));
    line_key(&l, KEYC_BACKSPACE);
    assert_true(line_key(&l, 'x'));
    line_release(&l);
}

static void removed_text_is_wiped(void **state)
{
    struct line l;

    (void)state;
    line_init(&l, true);
    line_set(&l, "hunter2");
    line_key(&l, 'U' - '@');
    for (size_t i = 0; i <= 8; i++)
        assert_int_equal(l.buf[i], 0);
    line_set(&l, "hunter2");
    line_set(&l, "x");
    for (size_t i = 1; i <= 8; i++)
        assert_int_equal(l.buf[i], 0);
    line_release(&l);
}

static void drawing(void **state)
{
    static const struct {
        const char *text, *prompt;
        size_t pos;
        int cols;
        bool hidden;
        const char *want;
        int cur_x;
    } cases[] = {
        {"abc", ": ", 3, 12, false, ": abc", 5},
        {"abc", ": ", 0, 12, false, ": abc", 2},
        {"abc", NULL, 1, 12, false, "abc", 1},
        {"abcdefghijkl", ": ", 12, 8, false, ": …ijkl", 7},
        {"abcdefghijkl", ": ", 0, 8, false, ": abcde…", 2},
        {"abcdefghijkl", ": ", 8, 8, false, ": …efgh…", 7},
        {"漢字漢字", ": ", 12, 8, false, ": …漢字", 7},
        {"hunter2", "password: ", 7, 12, true, "passwor……**", 11},
        {"hunt", "pw ", 4, 12, true, "pw ****", 7},
        {"e\xcc\x81x", NULL, 4, 12, true, "**", 2},
        {"x", "a prompt that is too long", 1, 8, false, "a p…x", 5},
        {"x", NULL, 1, 1, false, "…", 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct grid g;
        struct line l;
        struct text out;

        grid_init(&g, 12, 1, false);
        line_init(&l, cases[i].hidden);
        text_init(&out, 0);
        line_set(&l, cases[i].text);
        l.pos = cases[i].pos;
        line_draw(&l, &g, 0, 0, cases[i].cols, ROLE_TEXT, cases[i].prompt);
        grid_dump(&g, false, &out);
        out.s[out.len - 1] = 0;
        assert_string_equal(out.s, cases[i].want);
        assert_int_equal(g.cur_x, cases[i].cur_x);
        assert_true(g.cur_visible);
        text_release(&out);
        line_release(&l);
        grid_release(&g);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(editing), cmocka_unit_test(inserting), cmocka_unit_test(the_limit),
        cmocka_unit_test(removed_text_is_wiped), cmocka_unit_test(drawing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
