/* Looks, theme files, colour levels. */
#include "support/cm.h"

#include "base/text.h"
#include "ui/theme.h"

static void looks_are_parsed(void **state)
{
    static const struct {
        const char *in;
        bool ok;
        struct look want;
    } cases[] = {
        {"", true, {-1, -1, 0}},
        {"default", true, {-1, -1, 0}},
        {"red", true, {1, -1, 0}},
        {"  red\tbold ", true, {1, -1, LOOK_BOLD}},
        {"bold red", true, {1, -1, LOOK_BOLD}},
        {"bright-black", true, {8, -1, 0}},
        {"16 on 178", true, {16, 178, 0}},
        {"on blue", true, {-1, 4, 0}},
        {"on blue red", true, {1, 4, 0}},
        {"255 on 0 dim underline reverse", true, {255, 0, LOOK_DIM | LOOK_UNDERLINE | LOOK_REVERSE}},
        {"default on default", true, {-1, -1, 0}},
        {"red on", false, {0}},
        {"on bold", false, {0}},
        {"red blue", false, {0}},
        {"default red", false, {0}},
        {"on red on blue", false, {0}},
        {"256", false, {0}},
        {"99999999999999999999", false, {0}},
        {"-1", false, {0}},
        {"Red", false, {0}},
        {"crimson", false, {0}},
        {"a_word_that_is_far_longer_than_any_colour_could_be", false, {0}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct look l = {7, 7, 7};
        struct err e;

        err_clear(&e);
        assert_int_equal(look_parse(cases[i].in, &l, &e), cases[i].ok);
        assert_int_equal(e.kind, cases[i].ok ? ERR_NONE : ERR_CONFIG);
        assert_int_equal(l.fg, cases[i].ok ? cases[i].want.fg : 7);
        assert_int_equal(l.bg, cases[i].ok ? cases[i].want.bg : 7);
        assert_int_equal(l.attrs, cases[i].ok ? cases[i].want.attrs : 7);
    }
}

static void errors_name_the_word(void **state)
{
    struct look l;
    struct err e;

    (void)state;
    look_parse("red blu", &l, &e);
    assert_string_equal(e.words, "unknown colour or attribute 'blu': write it as "
                                 "'[colour] [on colour] [bold] [dim] [underline] [reverse]'");
    look_parse("red blue", &l, &e);
    assert_string_equal(e.words, "a second colour 'blue': the background goes after 'on'");
    look_parse("300", &l, &e);
    assert_string_equal(e.words, "no such colour number '300': use 0 to 255");
}

static void default_theme_fits_each_level(void **state)
{
    static const int max[NLEVELS] = {[LEVEL_MONO] = 0, [LEVEL_8] = 8, [LEVEL_16] = 16, [LEVEL_256] = 256};
    struct theme t;

    (void)state;
    theme_default(&t);
    assert_string_equal(t.name, "default");
    for (int l = 0; l < NLEVELS; l++)
        for (int r = 0; r < NROLES; r++) {
            assert_true(t.look[l][r].fg < max[l] || t.look[l][r].fg == -1);
            assert_true(t.look[l][r].bg < max[l] || t.look[l][r].bg == -1);
        }
    for (int r = 0; r < NROLES; r++)
        assert_int_equal(role_find(role_name((enum role)r)), r);
    assert_int_equal(role_find("nothing"), -1);
    assert_string_equal(role_name((enum role)NROLES), "?");
}

static void colours_come_down_to_a_level(void **state)
{
    static const struct {
        struct look in;
        enum colour_level level;
        struct look want;
    } cases[] = {
        {{196, -1, 0}, LEVEL_256, {196, -1, 0}},
        {{196, -1, 0}, LEVEL_16, {9, -1, 0}},
        {{196, -1, 0}, LEVEL_8, {1, -1, LOOK_BOLD}},
        {{196, 21, LOOK_DIM}, LEVEL_MONO, {-1, -1, LOOK_DIM}},
        {{8, 12, 0}, LEVEL_8, {0, 4, LOOK_BOLD}},
        {{231, 16, 0}, LEVEL_16, {15, 0, 0}},
        {{244, 255, 0}, LEVEL_16, {8, 7, 0}},
        {{34, 178, 0}, LEVEL_8, {2, 3, 0}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct look got = look_at_level(cases[i].in, cases[i].level);

        assert_int_equal(got.fg, cases[i].want.fg);
        assert_int_equal(got.bg, cases[i].want.bg);
        assert_int_equal(got.attrs, cases[i].want.attrs);
    }
}

static void collect(void *data, const char *words)
{
    text_adds(data, words);
    text_addc(data, '\n');
}

static void files_are_parsed(void **state)
{
    static const struct {
        const char *in, *warnings;
        bool usable;
    } cases[] = {
        {"", "", true},
        {"# only a comment\n; and another\n\n", "", true},
        {"ok = blue", "", true},
        {"ok = blue\r\n[256]\r\nok = 33 bold\r\n", "", true},
        {"okay = blue\n", "t.theme:1: unknown role 'okay': see THEMES in neodeck(1) for their names\n", true},
        {"\nok blue\n", "t.theme:2: no '=' in 'ok blue': write 'role = look'\n", true},
        {"[512]\nok = blu\n[16]\nwarn = 999\n",
         "t.theme:1: unknown section '[512': use [mono], [8], [16] or [256]; its lines are ignored\n"
         "t.theme:4: no such colour number '999': use 0 to 255\n",
         true},
        {"[16\n", "t.theme:1: unknown section '[16': use [mono], [8], [16] or [256]; its lines are ignored\n", true},
        {"[\n]\n[]\n", NULL, true},
        {"= red\n", "t.theme:1: unknown role '': see THEMES in neodeck(1) for their names\n", true},
        {"ok = \xff\n", "t.theme:1: this is no theme file: a theme is UTF-8 text of at most 64 KB\n", false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct theme t;
        struct text warnings;

        text_init(&warnings, 0);
        assert_int_equal(theme_parse(&t, "t.theme", cases[i].in, strlen(cases[i].in), collect, &warnings),
                         cases[i].usable);
        if (cases[i].warnings)
            assert_string_equal(warnings.s, cases[i].warnings);
        text_release(&warnings);
    }
}

static void levels_of_a_file(void **state)
{
    static const char file[] = "ok = 196 on 21\n[16]\nok = yellow\n[mono]\nok = red reverse\n";
    struct theme t, d;

    (void)state;
    theme_default(&d);
    assert_true(theme_parse(&t, "/some/where/night.theme", file, sizeof file - 1, NULL, NULL));
    assert_string_equal(t.name, "night");
    assert_int_equal(t.look[LEVEL_256][ROLE_OK].fg, 196);
    assert_int_equal(t.look[LEVEL_256][ROLE_OK].bg, 21);
    assert_int_equal(t.look[LEVEL_16][ROLE_OK].fg, 3);
    assert_int_equal(t.look[LEVEL_16][ROLE_OK].bg, -1);
    assert_int_equal(t.look[LEVEL_8][ROLE_OK].fg, 1);
    assert_int_equal(t.look[LEVEL_MONO][ROLE_OK].fg, -1);
    assert_int_equal(t.look[LEVEL_MONO][ROLE_OK].attrs, LOOK_REVERSE);
    assert_int_equal(t.look[LEVEL_256][ROLE_BAD].fg, d.look[LEVEL_256][ROLE_BAD].fg);
}

static void unusable_files_leave_the_default(void **state)
{
    static char big[70000];
    struct theme t, d;
    struct text warnings;

    (void)state;
    theme_default(&d);
    memset(big, '#', sizeof big);
    text_init(&warnings, 0);
    assert_false(theme_parse(&t, "x.theme", big, sizeof big, collect, &warnings));
    assert_false(theme_parse(&t, "x.theme", "ok = red\0\n", 10, collect, &warnings));
    assert_memory_equal(&t, &d, sizeof t);
    assert_true(warnings.len > 0);
    text_release(&warnings);
    assert_true(theme_parse(&t, "a_name_that_is_much_longer_than_thirty_one_bytes.theme", "", 0, NULL, NULL));
    assert_int_equal(strlen(t.name), 31);
}

static void levels_by_environment(void **state)
{
    static const struct {
        const char *no, *term, *colorterm;
        int colors;
        bool no_color;
        enum colour_level want;
    } cases[] = {
        {NULL, "xterm-256color", NULL, 256, false, LEVEL_256},
        {NULL, "xterm-256color", NULL, 256, true, LEVEL_MONO},
        {"1", "xterm-256color", NULL, 256, false, LEVEL_MONO},
        {"", "xterm-256color", NULL, 256, false, LEVEL_256},
        {NULL, "xterm-16color", NULL, 16, false, LEVEL_16},
        {NULL, "rxvt-88color", NULL, 88, false, LEVEL_16},
        {NULL, "linux", NULL, 8, false, LEVEL_8},
        {NULL, "vt100", NULL, 0, false, LEVEL_MONO},
        {NULL, "xterm-direct", NULL, 16777216, false, LEVEL_8},
        {NULL, "xterm-256color", NULL, -1, false, LEVEL_256},
        {NULL, "xterm", "truecolor", -1, false, LEVEL_256},
        {NULL, "xterm", NULL, -1, false, LEVEL_8},
        {NULL, "dumb", "truecolor", -1, false, LEVEL_MONO},
        {NULL, NULL, NULL, -1, false, LEVEL_MONO},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        cases[i].no ? setenv("NO_COLOR", cases[i].no, 1) : unsetenv("NO_COLOR");
        cases[i].term ? setenv("TERM", cases[i].term, 1) : unsetenv("TERM");
        cases[i].colorterm ? setenv("COLORTERM", cases[i].colorterm, 1) : unsetenv("COLORTERM");
        assert_int_equal(theme_level(cases[i].colors, cases[i].no_color), cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looks_are_parsed),    cmocka_unit_test(errors_name_the_word),
        cmocka_unit_test(default_theme_fits_each_level), cmocka_unit_test(colours_come_down_to_a_level),
        cmocka_unit_test(files_are_parsed),    cmocka_unit_test(levels_of_a_file),
        cmocka_unit_test(unusable_files_leave_the_default), cmocka_unit_test(levels_by_environment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
