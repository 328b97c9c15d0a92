/* The themes that come with neodeck: every role is there, and what is written in 256 colours can be read. */
#include "support/cm.h"

#include <math.h>
#include <stdio.h>

#include "base/ids.h"
#include "conf/file.h"
#include "conf/ini.h"

static const char *const roles[NROLES] = {
#define ROLE(id, name, mono, c8, c16, c256, help) [ROLE_##id] = name,
#include "tables/roles.def"
#undef ROLE
};

struct reading {
    const char *theme;
    bool seen[NROLES];
    double background; /* luminance */
};

static double linear(double c)
{
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Relative luminance of a colour of the 256: cube and greys, which no terminal changes. */
static double luminance(int colour)
{
    static const int steps[] = {0, 95, 135, 175, 215, 255};
    int r, g, b;

    assert_in_range(colour, 16, 255);
    if (colour >= 232) {
        r = g = b = 8 + 10 * (colour - 232);
    } else {
        r = steps[(colour - 16) / 36];
        g = steps[(colour - 16) / 6 % 6];
        b = steps[(colour - 16) % 6];
    }
    return 0.2126 * linear(r / 255.0) + 0.7152 * linear(g / 255.0) + 0.0722 * linear(b / 255.0);
}

static double contrast(double a, double b)
{
    return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

static void take(void *data, const struct ini_line *l)
{
    struct reading *r = data;
    int fg = -1, bg = -1, role = 0;
    double c;

    if (l->kind == INI_WRONG || l->kind == INI_WRONG_SECTION)
        fail_msg("%s:%u: %s", r->theme, l->line, l->words);
    if (l->kind != INI_ITEM)
        return;
    while (role < NROLES && strcmp(roles[role], l->name) != 0)
        role++;
    if (role == NROLES)
        fail_msg("%s:%u: no such role: %s", r->theme, l->line, l->name);
    if (strcmp(l->section, "256") != 0 && *l->section)
        return;
    r->seen[role] = true;
    if (r->background < 0)
        return;
    sscanf(l->value, "%d on %d", &fg, &bg);
    c = contrast(luminance(fg), bg < 0 ? r->background : luminance(bg));
    if (c < 4.5)
        fail_msg("%s: %s = %s has a contrast of %.2f", r->theme, l->name, l->value, c);
}

static void check(const char *name, double background, bool all)
{
    struct reading r = {.theme = name, .background = background};
    char path[600];
    struct text t;
    struct err e;

    snprintf(path, sizeof path, "%s/../../themes/%s.theme", FIXTURES, name);
    text_init(&t, 0);
    if (!file_read(path, 65536, 0, &t, NULL, &e))
        fail_msg("%s", e.words);
    ini_parse(t.s, t.len, take, &r);
    for (int i = 0; i < NROLES && all; i++)
        if (!r.seen[i])
            fail_msg("%s: %s is missing", name, roles[i]);
    text_release(&t);
}

static void themes_can_be_read(void **state)
{
    check("auto", -1, false);
    check("mono", -1, true);
    check("dark", 0.0, true);
    check("light", 1.0, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(themes_can_be_read)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
