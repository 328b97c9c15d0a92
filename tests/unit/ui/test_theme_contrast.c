/* Every theme that comes with neodeck can be read: the contrast of each role against its background, at every number of colours and
 * on the background that the theme is made for; and no state is told by a colour alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/grid.h"
#include "ui/theme.h"

#define THEMES TESTS_DIR "/../themes"
#define TEXT_RATIO 4.5
#define DIM_RATIO 3.0

enum ground { DARK, LIGHT, OWN };

/* The background of the terminal that a theme is made for; OWN: it brings its own, where there are colours for it. */
static const struct {
    const char *name;
    enum ground ground;
} themes[] = {
    {"auto", DARK},    {"dark", DARK},        {"light", LIGHT}, {"mono", OWN},     {"amber", OWN}, {"contrast", OWN},
    {"dusk", OWN},     {"fjord", OWN},        {"paper", OWN},   {"phosphor", OWN}, {"safe", DARK}, {"safe-light", LIGHT},
};

/* xterm's palette. */
static void rgb_of(int c, int rgb[3])
{
    static const int named[16][3] = {
        {0, 0, 0},       {205, 0, 0}, {0, 205, 0}, {205, 205, 0}, {0, 0, 238},   {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
        {127, 127, 127}, {255, 0, 0}, {0, 255, 0}, {255, 255, 0}, {92, 92, 255}, {255, 0, 255}, {0, 255, 255}, {255, 255, 255}};
    static const int steps[6] = {0, 95, 135, 175, 215, 255};

    for (int i = 0; i < 3; i++) {
        if (c < 16)
            rgb[i] = named[c][i];
        else if (c >= 232)
            rgb[i] = 8 + 10 * (c - 232);
        else
            rgb[i] = steps[(c - 16) / (i == 0 ? 36 : i == 1 ? 6 : 1) % 6];
    }
}

static double luminance(int colour)
{
    double part[3];
    int rgb[3];

    rgb_of(colour, rgb);
    for (int i = 0; i < 3; i++) {
        double c = rgb[i] / 255.0;

        part[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
    }
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
}

/* The two colours that are seen: bold shines with eight colours, as xterm does it. */
static void seen(struct look l, enum colour_level level, enum ground ground, int *fg, int *bg)
{
    bool dark = ground != LIGHT;

    *fg = l.fg >= 0 ? l.fg : dark ? 15 : 0;
    *bg = l.bg >= 0 ? l.bg : dark ? 0 : 15;
    if (level == LEVEL_8 && (l.attrs & LOOK_BOLD) && l.fg >= 0 && l.fg < 8)
        *fg += 8;
    if (l.attrs & LOOK_REVERSE) {
        int swap = *fg;

        *fg = *bg;
        *bg = swap;
    }
}

static double contrast(struct look l, enum colour_level level, enum ground ground)
{
    int fg, bg;
    double a, b;

    seen(l, level, ground, &fg, &bg);
    a = luminance(fg);
    b = luminance(bg);
    return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

static void complain(void *data, const char *words)
{
    print_error("%s\n", words);
    ++*(int *)data;
}

static void load(const char *name, struct theme *t)
{
    static char bytes[65536];
    char path[600];
    int wrong = 0;
    size_t n;
    FILE *f;

    snprintf(path, sizeof path, "%s/%s.theme", THEMES, name);
    f = fopen(path, "r");
    assert_non_null(f);
    n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    assert_true(theme_parse(t, path, bytes, n, complain, &wrong));
    assert_int_equal(wrong, 0);
}

static bool is_dim(int role, unsigned flags)
{
    return role == ROLE_DIM || role == ROLE_BORDER || role == ROLE_UNKNOWN || (flags & CELL_DIM);
}

static int check_cell(const struct theme *t, enum ground ground, enum colour_level level, int role, unsigned flags)
{
    struct look l = theme_look(t, level, (enum role)role, flags);
    double least = is_dim(role, flags) ? DIM_RATIO : TEXT_RATIO, c = contrast(l, level, ground);

    if (c >= least)
        return 0;
    print_error("%s, level %d: %s with flags %u: %d on %d has %.2f, not %.1f\n", t->name, level, role_name((enum role)role), flags, l.fg,
                l.bg, c, least);
    return 1;
}

static void every_role_can_be_read(void **state)
{
    int wrong = 0;
    struct theme t;

    for (size_t i = 0; i < sizeof themes / sizeof *themes; i++) {
        load(themes[i].name, &t);
        for (int level = LEVEL_8; level < NLEVELS; level++)
            for (int role = 0; role < NROLES; role++)
                for (unsigned flags = 0; flags < 16; flags++)
                    wrong += flags & CELL_BOLD ? 0 : check_cell(&t, themes[i].ground, (enum colour_level)level, role, flags);
    }
    assert_int_equal(wrong, 0);
}

/* One that brings a background has one for all roles, else the terminal's shines through. */
static void own_backgrounds_are_whole(void **state)
{
    struct theme t;

    for (size_t i = 0; i < sizeof themes / sizeof *themes; i++) {
        load(themes[i].name, &t);
        for (int level = LEVEL_8; level < NLEVELS && themes[i].ground == OWN && strcmp(t.name, "mono") != 0; level++)
            for (int role = 0; role < NROLES; role++)
                assert_true(theme_look(&t, (enum colour_level)level, (enum role)role, 0).bg >= 0);
    }
}

static bool same(struct look a, struct look b)
{
    return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

static void states_differ_in_every_theme(void **state)
{
    static const enum role roles[] = {ROLE_OK, ROLE_WARN, ROLE_BAD};
    struct theme t;

    for (size_t i = 0; i < sizeof themes / sizeof *themes; i++) {
        load(themes[i].name, &t);
        for (int level = LEVEL_8; level < NLEVELS && strcmp(t.name, "mono") != 0; level++)
            for (int a = 0; a < 3; a++)
                for (int b = 0; b < a; b++)
                    if (same(t.look[level][roles[a]], t.look[level][roles[b]]))
                        fail_msg("%s, level %d: %s looks like %s", t.name, level, role_name(roles[a]), role_name(roles[b]));
    }
}

/* Somebody who sees no red and green apart still has the light and the dark. */
static void colour_blind_themes_differ_in_brightness(void **state)
{
    static const char *const names[] = {"safe", "safe-light"};
    struct theme t;

    for (int i = 0; i < 2; i++) {
        load(names[i], &t);
        for (int level = LEVEL_16; level < NLEVELS; level++) {
            double ok = luminance(t.look[level][ROLE_OK].fg), bad = luminance(t.look[level][ROLE_BAD].fg);

            assert_true((ok > bad ? (ok + 0.05) / (bad + 0.05) : (bad + 0.05) / (ok + 0.05)) > 1.2);
        }
    }
}

static void states_have_signs_of_their_own(void **state)
{
    static const enum symbol signs[] = {SYM_OK, SYM_WARN, SYM_BAD, SYM_UNKNOWN, SYM_WAIT, SYM_PARTIAL};
    size_t n = sizeof signs / sizeof *signs;
    struct grid g;

    for (int ascii = 0; ascii < 2; ascii++) {
        grid_init(&g, 10, 2, ascii);
        for (size_t a = 0; a < n; a++)
            for (size_t b = 0; b < a; b++)
                assert_string_not_equal(grid_symbol(&g, signs[a]), grid_symbol(&g, signs[b]));
        grid_release(&g);
    }
}

/* A theme that nobody looked at must not get in. */
static void every_theme_is_known_here(void **state)
{
    DIR *d = opendir(THEMES);
    size_t n = 0;

    assert_non_null(d);
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        const char *dot = strrchr(e->d_name, '.');
        bool known = !dot || strcmp(dot, ".theme") != 0;

        n += !known;
        for (size_t i = 0; i < sizeof themes / sizeof *themes && !known; i++)
            known = strncmp(themes[i].name, e->d_name, (size_t)(dot - e->d_name)) == 0 && strlen(themes[i].name) == (size_t)(dot - e->d_name);
        if (!known)
            fail_msg("%s is not in the table of this test", e->d_name);
    }
    closedir(d);
    assert_int_equal(n, sizeof themes / sizeof *themes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role_can_be_read),
        cmocka_unit_test(own_backgrounds_are_whole),
        cmocka_unit_test(states_differ_in_every_theme),
        cmocka_unit_test(colour_blind_themes_differ_in_brightness),
        cmocka_unit_test(states_have_signs_of_their_own),
        cmocka_unit_test(every_theme_is_known_here),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
