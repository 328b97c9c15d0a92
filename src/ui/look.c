/* Looks: the words for one, and what a terminal with fewer colours shows instead. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "ui/theme.h"

static const struct {
    const char *name;
    int16_t colour;
} colours[] = {
    {"default", -1},       {"black", 0},         {"red", 1},         {"green", 2},          {"yellow", 3},
    {"blue", 4},           {"magenta", 5},       {"cyan", 6},        {"white", 7},          {"bright-black", 8},
    {"bright-red", 9},     {"bright-green", 10}, {"bright-yellow", 11}, {"bright-blue", 12}, {"bright-magenta", 13},
    {"bright-cyan", 14},   {"bright-white", 15},
};

static const struct {
    const char *name;
    uint8_t attr;
} attrs[] = {{"bold", LOOK_BOLD}, {"dim", LOOK_DIM}, {"underline", LOOK_UNDERLINE}, {"reverse", LOOK_REVERSE}};

#define COUNT(a) (sizeof(a) / sizeof *(a))

enum word { WORD_COLOUR, WORD_ATTR, WORD_ON, WORD_RANGE, WORD_UNKNOWN };

static bool is_number(const char *s)
{
    for (; *s; s++)
        if (*s < '0' || *s > '9')
            return false;
    return true;
}

static enum word classify(const char *s, int *value)
{
    if (!strcmp(s, "on"))
        return WORD_ON;
    for (size_t i = 0; i < COUNT(colours); i++)
        if (!strcmp(s, colours[i].name))
            return *value = colours[i].colour, WORD_COLOUR;
    for (size_t i = 0; i < COUNT(attrs); i++)
        if (!strcmp(s, attrs[i].name))
            return *value = attrs[i].attr, WORD_ATTR;
    if (!is_number(s))
        return WORD_UNKNOWN;
    *value = strlen(s) > 3 ? INT_MAX : atoi(s);
    return *value <= 255 ? WORD_COLOUR : WORD_RANGE;
}

/* Next blank-separated word into buf, cut there; false at the end. */
static bool next_word(const char **s, char *buf, size_t n)
{
    size_t len;

    *s += strspn(*s, " \t");
    len = strcspn(*s, " \t");
    if (!len)
        return false;
    memcpy(buf, *s, len < n ? len : n - 1);
    buf[len < n ? len : n - 1] = 0;
    *s += len;
    return true;
}

static const char *const look_form = "write it as '[colour] [on colour] [bold] [dim] [underline] [reverse]'";

bool look_parse(const char *s, struct look *out, struct err *e)
{
    struct look l = {-1, -1, 0};
    bool on = false, have_fg = false, have_bg = false;
    char word[32];
    int value = 0;

    while (next_word(&s, word, sizeof word)) {
        enum word w = classify(word, &value);

        if (on && w != WORD_COLOUR && w != WORD_RANGE)
            return err_set(e, ERR_CONFIG, "no colour after 'on' but '%s': %s", word, look_form);
        if (w == WORD_UNKNOWN)
            return err_set(e, ERR_CONFIG, "unknown colour or attribute '%s': %s", word, look_form);
        if (w == WORD_RANGE)
            return err_set(e, ERR_CONFIG, "no such colour number '%s': use 0 to 255", word);
        if (w == WORD_COLOUR && (on ? have_bg : have_fg))
            return err_set(e, ERR_CONFIG, "a second colour '%s': the background goes after 'on'", word);
        if (w == WORD_COLOUR && on)
            l.bg = (int16_t)value, have_bg = true;
        else if (w == WORD_COLOUR)
            l.fg = (int16_t)value, have_fg = true;
        else if (w == WORD_ATTR)
            l.attrs |= (uint8_t)value;
        on = w == WORD_ON;
    }
    if (on)
        return err_set(e, ERR_CONFIG, "no colour after 'on': %s", look_form);
    *out = l;
    return true;
}

/* The usual values of the 256: 16 named ones, a cube of 6x6x6, 24 greys. */
static void rgb_of(int c, int rgb[3])
{
    static const uint8_t named[16][3] = {
        {0, 0, 0},       {205, 0, 0},   {0, 205, 0},   {205, 205, 0},   {0, 0, 238},    {205, 0, 205},
        {0, 205, 205},   {229, 229, 229}, {127, 127, 127}, {255, 0, 0}, {0, 255, 0},    {255, 255, 0},
        {92, 92, 255},   {255, 0, 255}, {0, 255, 255}, {255, 255, 255},
    };
    static const int steps[6] = {0, 95, 135, 175, 215, 255};

    for (int i = 0; i < 3; i++) {
        if (c < 16)
            rgb[i] = named[c][i];
        else if (c >= 232)
            rgb[i] = 8 + (c - 232) * 10;
        else
            rgb[i] = steps[(c - 16) / (i == 0 ? 36 : i == 1 ? 6 : 1) % 6];
    }
}

static int16_t nearest(int c, int count)
{
    int want[3], have[3], best = 0;
    long least = LONG_MAX;

    rgb_of(c, want);
    for (int i = 0; i < count; i++) {
        long far = 0;

        rgb_of(i, have);
        for (int k = 0; k < 3; k++)
            far += (long)(want[k] - have[k]) * (want[k] - have[k]);
        if (far < least)
            least = far, best = i;
    }
    return (int16_t)best;
}

struct look look_at_level(struct look l, enum colour_level level)
{
    if (level == LEVEL_MONO) {
        l.fg = l.bg = -1;
    } else if (level != LEVEL_256) {
        if (l.fg >= 16)
            l.fg = nearest(l.fg, 16);
        if (l.bg >= 16)
            l.bg = nearest(l.bg, level == LEVEL_16 ? 16 : 8);
        if (level == LEVEL_8 && l.fg >= 8) { /* bold is how eight colours shine */
            l.fg -= 8;
            l.attrs |= LOOK_BOLD;
        }
        if (level == LEVEL_8 && l.bg >= 8)
            l.bg -= 8;
    }
    return l;
}
