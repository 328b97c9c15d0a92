/* The pager: filling, wrapping, moving, searching. */
#include "support/cm.h"

#include "ui/pager.h"

static void assert_drawn(struct pager *p, int w, int h, bool roles, const char *want)
{
    struct grid g;
    struct text out;

    grid_init(&g, w, h, false);
    text_init(&out, 0);
    pager_draw(p, &g, (struct rect){0, 0, w, h});
    grid_dump(&g, roles, &out);
    assert_string_equal(out.s, want);
    text_release(&out);
    grid_release(&g);
}

static void wrapping(void **state)
{
    static const struct {
        const char *in;
        int label, w, h;
        const char *want;
    } cases[] = {
        {"one two three", 0, 8, 3, "one two\nthree\n\n"},
        {"one two three", 0, 7, 3, "one two\nthree\n\n"},
        {"one two three", 0, 6, 3, "one\ntwo\nthree\n"},
        {"one  two", 0, 5, 2, "one\ntwo\n"},
        {"abcdefghij", 0, 4, 3, "abcd\nefgh\nij\n"},
        {"    abcdefghij", 0, 6, 3, "    ab\ncdefgh\nij\n"},
        {"a\nb\n\nc\n", 0, 4, 5, "a\nb\n\nc\n\n"},
        {"", 0, 4, 1, "\n"},
        {"\n", 0, 4, 2, "\n\n"},
        {"a\tb\r\n\tc", 0, 20, 2, "a       b\n        c\n"},
        {"key: one two three", 5, 12, 3, "key: one two\n     three\n\n"},
        {"key: one two three", 5, 9, 3, "key: one\ntwo three\n\n"}, /* no room for an indent */
        {"漢字漢字", 0, 5, 2, "漢字\n漢字\n"},
        {"漢字", 0, 1, 3, "\n\n\n"},
        {"e\xcc\x81" "e\xcc\x81" "e\xcc\x81", 0, 2, 2, "e\xcc\x81" "e\xcc\x81\ne\xcc\x81\n"},
        {"trailing   ", 0, 8, 2, "trailing\n\n"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct pager p;

        pager_init(&p, true);
        pager_add(&p, ROLE_TEXT, cases[i].label, cases[i].in, strlen(cases[i].in));
        assert_drawn(&p, cases[i].w, cases[i].h, false, cases[i].want);
        pager_release(&p);
    }
}

static void not_wrapped(void **state)
{
    struct pager p;

    (void)state;
    pager_init(&p, false);
    pager_addf(&p, ROLE_OK, 4, "key %s", "漢字漢字 long");
    pager_add(&p, ROLE_TEXT, 0, "short", 5);
    assert_drawn(&p, 9, 2, true, "key 漢字…\nshort\n-- roles\n0: 0-3 dim, 4-8 ok\ncursor: 0,0\n");
    p.left = 3;
    assert_drawn(&p, 12, 2, false, " 漢字漢字 l…\nrt\n");
    p.left = 5;
    assert_drawn(&p, 12, 2, false, " 字漢字 long\n\n");
    p.left = 500;
    assert_drawn(&p, 12, 2, false, "\n\n");
    pager_release(&p);
}

static void labels_and_roles(void **state)
{
    struct pager p;

    (void)state;
    pager_init(&p, true);
    pager_add(&p, ROLE_BAD, 5, "why: it is so", 13);
    assert_drawn(&p, 11, 3, true, "why: it is\n     so\n\n-- roles\n0: 0-4 dim, 5-9 bad\n1: 5-6 bad\ncursor: 0,0\n");
    pager_release(&p);
}

static void fill(struct pager *p, int n)
{
    pager_init(p, true);
    for (int i = 0; i < n; i++)
        pager_addf(p, ROLE_TEXT, 0, "line %d", i);
}

static void moving(void **state)
{
    const struct rect r = {0, 0, 20, 4};
    struct pager p;

    (void)state;
    fill(&p, 10);
    pager_move(&p, 1, r);
    assert_int_equal(p.top, 1);
    pager_move(&p, 100, r);
    assert_int_equal(p.top, 6);
    pager_move(&p, -2, r);
    assert_int_equal(p.top, 4);
    pager_move(&p, -9223372036854775807L - 1, r);
    assert_int_equal(p.top, 0);
    pager_move(&p, 9223372036854775807L, r);
    assert_int_equal(p.top, 6);
    pager_goto(&p, false, r);
    assert_int_equal(p.top, 0);
    pager_goto(&p, true, r);
    assert_drawn(&p, 20, 4, false, "line 6\nline 7\nline 8\nline 9\n");
    assert_int_equal(pager_rows(&p, 5), 20); /* narrower: each takes two */
    pager_goto(&p, true, (struct rect){0, 0, 5, 4});
    assert_int_equal(p.top, 16);
    assert_drawn(&p, 20, 4, false, "line 6\nline 7\nline 8\nline 9\n"); /* wider again: comes back into range */
    pager_clear(&p);
    assert_int_equal(p.top, 6); /* kept for the same text anew */
    assert_drawn(&p, 20, 1, false, "\n");
    pager_release(&p);
}

static void wrap_stays_at_the_line(void **state)
{
    const struct rect r = {0, 0, 5, 2};
    struct pager p;

    (void)state;
    fill(&p, 10);
    pager_move(&p, 6, r); /* two rows a line: line 3 */
    pager_wrap(&p, false, r);
    assert_int_equal(p.top, 3);
    pager_wrap(&p, true, r);
    assert_int_equal(p.top, 6);
    pager_release(&p);
}

static void searching(void **state)
{
    const struct rect r = {0, 0, 20, 4};
    struct pager p;

    (void)state;
    fill(&p, 30);
    assert_true(pager_find(&p, "LINE 1", false, r));
    assert_int_equal(p.top, 1);
    assert_true(pager_find(&p, "line 1", false, r));
    assert_int_equal(p.top, 10);
    assert_true(pager_find(&p, "line 29", false, r));
    assert_int_equal(p.top, 26);
    assert_int_equal(p.found, 30);
    assert_false(pager_find(&p, "line 2", false, r)); /* it was the last one, though others are in view above it */
    assert_true(pager_find(&p, "line 2", true, r));
    assert_int_equal(p.found, 29);
    assert_true(pager_find(&p, "line 1", true, r));
    assert_int_equal(p.found, 20);
    assert_drawn(&p, 20, 2, true, "line 19\nline 20\n-- roles\n0: 0-19 text+marked\ncursor: 0,0\n");
    assert_false(pager_find(&p, "nothing", true, r));
    assert_false(pager_find(&p, "", false, r));
    assert_false(pager_find(&p, NULL, false, r));
    pager_release(&p);
}

static void bounded(void **state)
{
    struct pager p;

    (void)state;
    pager_init(&p, true);
    for (size_t i = 0; i < PAGER_MAX_LINES + 10; i++)
        pager_add(&p, ROLE_TEXT, 0, "x", 1);
    assert_int_equal(p.count, PAGER_MAX_LINES);
    assert_true(p.full);
    assert_string_equal(p.lines[p.count - 1].text, "(cut here: too much to show)");
    pager_clear(&p);
    assert_false(p.full);
    pager_add(&p, ROLE_TEXT, 0, "x", 1);
    assert_int_equal(p.count, 1);
    pager_release(&p);
}

static void odd_sizes(void **state)
{
    struct pager p;
    struct grid g;

    (void)state;
    fill(&p, 3);
    pager_add(&p, ROLE_TEXT, 3, "漢字 and a word\033[31m", 22);
    grid_init(&g, 12, 6, false);
    for (int wrap = 0; wrap < 2; wrap++)
        for (int w = -1; w < 14; w++)
            for (int h = -1; h < 8; h++) {
                const struct rect r = {w % 3, h % 2, w, h};

                p.wrap = wrap;
                pager_draw(&p, &g, r);
                pager_move(&p, 3, r);
                pager_find(&p, "word", w & 1, r);
                pager_goto(&p, true, r);
            }
    grid_release(&g);
    pager_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrapping),  cmocka_unit_test(not_wrapped), cmocka_unit_test(labels_and_roles),
        cmocka_unit_test(moving),    cmocka_unit_test(wrap_stays_at_the_line), cmocka_unit_test(searching),
        cmocka_unit_test(bounded),   cmocka_unit_test(odd_sizes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
