#include "support/cm.h"

#include <locale.h>
#include <stdio.h>
#include <utf8proc.h>
#include <wchar.h>

#include "base/text.h"

static void decoding_takes_only_what_is_right(void **state)
{
    static const struct {
        const char *bytes;
        size_t n, used;
        uint32_t cp;
    } cases[] = {
        {"a", 1, 1, 'a'},
        {"\0", 1, 1, 0},
        {"\xC3\xA9", 2, 2, 0xE9},
        {"\xE2\x82\xAC", 3, 3, 0x20AC},
        {"\xF0\x9F\x98\x80", 4, 4, 0x1F600},
        {"\xF4\x8F\xBF\xBF", 4, 4, 0x10FFFF},
        {"\xF4\x90\x80\x80", 4, 1, 0xFFFD}, /* beyond the end */
        {"\xC0\xAF", 2, 1, 0xFFFD},         /* overlong */
        {"\xE0\x80\xAF", 3, 1, 0xFFFD},
        {"\xF0\x80\x80\xAF", 4, 1, 0xFFFD},
        {"\xED\xA0\x80", 3, 1, 0xFFFD}, /* surrogate */
        {"\xE2\x82", 2, 1, 0xFFFD},     /* cut */
        {"\xE2", 1, 1, 0xFFFD},
        {"\x80", 1, 1, 0xFFFD},
        {"\xFF", 1, 1, 0xFFFD},
        {"\xE2(\xA1", 3, 1, 0xFFFD},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        uint32_t cp = 1;

        assert_int_equal(utf8_decode(cases[i].bytes, cases[i].n, &cp), cases[i].used);
        assert_int_equal(cp, cases[i].cp);
    }
}

static void every_code_point_goes_there_and_back(void **state)
{
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        bool surrogate = cp >= 0xD800 && cp <= 0xDFFF;
        char out[4];
        size_t n = utf8_encode(cp, out);
        uint32_t back;

        assert_int_equal(utf8_decode(out, n, &back), n);
        assert_int_equal(back, surrogate ? 0xFFFD : cp);
        if (!surrogate && cp != 0xFFFD)
            assert_true(utf8_valid(out, n));
    }
    assert_true(utf8_valid("\xEF\xBF\xBD", 3));
    assert_false(utf8_valid("ab\xC3", 3));
}

/* The promise to the terminal: what has a width here has the same one for both libraries, and is no control. */
static void widths_are_those_that_both_libraries_tell(void **state)
{
    int drawn = 0, refused = 0;

    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        int w = cp_width(cp);

        if (w < 0) {
            refused++;
            continue;
        }
        drawn++;
        assert_int_equal(w, utf8proc_charwidth((utf8proc_int32_t)cp));
        assert_int_equal(w, wcwidth((wchar_t)cp));
        assert_false(cp_is_control(cp));
        assert_int_equal(cp_mark(cp), cp);
        assert_int_equal(cp_width(cp), w);
    }
    assert_true(drawn > 100000);
    assert_true(refused > 100000);
}

static void widths_of_some(void **state)
{
    static const struct {
        uint32_t cp;
        int width;
        uint32_t mark;
    } cases[] = {
        {'a', 1, 'a'},        {' ', 1, ' '},         {0x1B, -1, 0x241B},   {'\n', -1, 0x240A},   {0x7F, -1, 0x2421},
        {0x9B, -1, 0xFFFD},   {0xE9, 1, 0xE9},       {0x301, 0, 0x301},    {0x4E2D, 2, 0x4E2D},  {0x1F600, 2, 0x1F600},
        {0x202E, -1, 0xFFFD}, {0x2066, -1, 0xFFFD},  {0x200B, -1, 0xFFFD}, {0x200D, -1, 0xFFFD}, {0x2028, -1, 0xFFFD},
        {0xFEFF, -1, 0xFFFD}, {0xE0041, -1, 0xFFFD}, {0xFFFF, -1, 0xFFFD}, {0xD800, -1, 0xFFFD}, {0x110000, -1, 0xFFFD},
        {0x378, -1, 0xFFFD},  {0x25CF, 1, 0x25CF},   {0x2500, 1, 0x2500},  {0xFFFD, 1, 0xFFFD},  {0x2421, 1, 0x2421},
        {0x2400, 1, 0x2400},  {0x241B, 1, 0x241B},   {0x2026, 1, 0x2026},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        if (cp_width(cases[i].cp) != cases[i].width || cp_mark(cases[i].cp) != cases[i].mark)
            fail_msg("U+%04X: width %d, mark U+%04X", cases[i].cp, cp_width(cases[i].cp), cp_mark(cases[i].cp));
    }
}

static void without_a_utf8_locale_utf8proc_decides(void **state)
{
    assert_non_null(setlocale(LC_CTYPE, "C"));
    cp_width_reset();
    assert_int_equal(cp_width(0x4E2D), 2);
    assert_int_equal(cp_width(0xE9), 1);
    assert_int_equal(cp_width(0x9B), -1);
    assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
    cp_width_reset();
}

static void strings_are_measured_and_cut(void **state)
{
    static const struct {
        const char *s;
        int width, cols, used;
        size_t bytes;
    } cases[] = {
        {"", 0, 5, 0, 0},
        {"abc", 3, 2, 2, 2},
        {"\xE4\xB8\xAD\xE6\x96\x87", 4, 3, 2, 3}, /* the second one does not fit by half */
        {"e\xCC\x81x", 2, 1, 1, 3},               /* the accent stays with its base */
        {"a\x1B[31m", 6, 2, 2, 2},
        {"\xFF\xFE", 2, 1, 1, 1},
        {"abc", 3, 0, 0, 0},
        {"abc", 3, -1, 0, 0},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        int used = -1;
        size_t n = strlen(cases[i].s);

        assert_int_equal(utf8_width(cases[i].s, n), cases[i].width);
        assert_int_equal(utf8_fit(cases[i].s, n, cases[i].cols, &used), cases[i].bytes);
        assert_int_equal(used, cases[i].used);
    }
}

static void outside_text_is_cleaned(void **state)
{
    static const struct {
        const char *s;
        unsigned flags;
        const char *want;
    } cases[] = {
        {"plain", 0, "plain"},
        {"a\nb\tc", 0, "a\nb\tc"},
        {"a\nb\tc", CLEAN_ONE_LINE, "a b c"},
        {"\x1B[2J", 0, "\xE2\x90\x9B[2J"},
        {"\x1B]0;t\x07", CLEAN_ASCII, "?]0;t?"},
        {"\xC2\x9B"
         "1m",
         0,
         "\xEF\xBF\xBD"
         "1m"},
        {"\xE2\x80\xAE"
         "abc",
         0,
         "\xEF\xBF\xBD"
         "abc"},
        {"x\xC3", 0, "x\xEF\xBF\xBD"},
        {"\xC3\xA9\n", CLEAN_ASCII | CLEAN_ONE_LINE, "? "},
        {"\r\n", CLEAN_ONE_LINE, "\xE2\x90\x8D "},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text t;

        text_init(&t, 0);
        text_add_clean(&t, cases[i].s, strlen(cases[i].s), cases[i].flags);
        assert_string_equal(t.s, cases[i].want);
        text_release(&t);
    }
}

/* Nothing that a terminal could obey survives, whatever the code point. */
static void nothing_dangerous_survives(void **state)
{
    struct text t;

    text_init(&t, 64);
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        char raw[4];
        size_t n = utf8_encode(cp, raw);
        uint32_t got;

        text_clear(&t);
        text_add_clean(&t, raw, n, CLEAN_ONE_LINE);
        assert_int_equal(utf8_decode(t.s, t.len, &got), t.len);
        assert_false(cp_is_control(got));
        text_clear(&t);
        text_add_clean(&t, raw, n, CLEAN_ONE_LINE | CLEAN_ASCII);
        assert_int_equal(t.len, 1);
        assert_true(t.s[0] >= 0x20 && t.s[0] < 0x7F);
    }
    text_release(&t);
}

static void white_space_collapses(void **state)
{
    static const char *const cases[][2] = {
        {"MATCH (n)\n  RETURN\t n", "MATCH (n) RETURN n"}, {"  a  ", "a"}, {" \n", ""}, {"", ""}, {"a", "a"}};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text t;

        text_init(&t, 0);
        text_add_squeezed(&t, cases[i][0], strlen(cases[i][0]));
        assert_string_equal(t.s, cases[i][1]);
        text_release(&t);
    }
}

static void searching_ignores_case(void **state)
{
    static const struct {
        const char *hay, *needle;
        int at; /* -1: not there */
    } cases[] = {
        {"MERGE (p:Person)", "person", 9},
        {"abc", "", 0},
        {"abc", "abcd", -1},
        {"aab", "AB", 1},
        {"\xC3\x84pfel", "\xC3\xA4PFEL", 0},
        {"\xCE\xA3\xCE\xB1\xCF\x82", "\xCF\x83\xCE\xB1\xCF\x83", 0}, /* all three sigmas */
        {"\xFF"
         "abc",
         "ABC", 1},
        {"", "a", -1},
        {"", "", 0},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *hay = cases[i].hay, *got = str_ifind(hay, strlen(hay), cases[i].needle);

        if (cases[i].at < 0)
            assert_null(got);
        else
            assert_ptr_equal(got, hay + cases[i].at);
    }
    assert_null(str_ifind("abcdef", 3, "d"));
}

/* Wherever it stands, and whatever stands around it: texts are skipped through several bytes at a time. */
static void searching_finds_every_place(void **state)
{
    static const struct {
        const char *needle, *there;
    } cases[] = {{"x", "X"}, {"x", "x"}, {"[", "["}, {"`", "`"}, {"@", "@"}, {"k", "\xE2\x84\xAA" /* Kelvin */}, {"xyz", "Xyz"}, {"ä", "Ä"}};
    static const char *const around[] = {"a", "{", "\x7F", "\xC3\xA9", "\xFF", "8", " "};
    char hay[128];

    for (size_t c = 0; c < LENGTH(cases); c++)
        for (size_t a = 0; a < LENGTH(around); a++)
            for (size_t before = 0; before < 20; before++) {
                size_t n = 0, at;

                for (size_t i = 0; i < before; i++)
                    n += (size_t)sprintf(hay + n, "%s", around[a]);
                assert_null(str_ifind(hay, n, cases[c].needle));
                at = n;
                n += (size_t)sprintf(hay + n, "%s", cases[c].there);
                assert_ptr_equal(hay + at, str_ifind(hay, n, cases[c].needle));
                for (size_t i = 0; i < before; i++)
                    n += (size_t)sprintf(hay + n, "%s", around[a]);
                assert_ptr_equal(hay + at, str_ifind(hay, n, cases[c].needle));
            }
}

static int utf8_locale(void **state)
{
    return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decoding_takes_only_what_is_right),
        cmocka_unit_test(every_code_point_goes_there_and_back),
        cmocka_unit_test(widths_are_those_that_both_libraries_tell),
        cmocka_unit_test(widths_of_some),
        cmocka_unit_test(without_a_utf8_locale_utf8proc_decides),
        cmocka_unit_test(strings_are_measured_and_cut),
        cmocka_unit_test(outside_text_is_cleaned),
        cmocka_unit_test(nothing_dangerous_survives),
        cmocka_unit_test(white_space_collapses),
        cmocka_unit_test(searching_ignores_case),
        cmocka_unit_test(searching_finds_every_place),
    };

    return cmocka_run_group_tests(tests, utf8_locale, NULL);
}
