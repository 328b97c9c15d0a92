/* What a role looks like at a colour level. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/ids.h"
#include "base/error.h"

enum colour_level { LEVEL_MONO, LEVEL_8, LEVEL_16, LEVEL_256, NLEVELS };
enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8 };

struct look {
    int16_t fg, bg; /* -1: the terminal's own; 0..255 */
    uint8_t attrs;
};

struct theme {
    char name[32];
    struct look look[NLEVELS][NROLES];
};

/* "[fg] [on bg] [bold] [dim] [underline] [reverse]"; false with words for what is wrong. */
bool look_parse(const char *s, struct look *out, struct err *e);
void theme_default(struct theme *t); /* roles.def */
/* Theme file: INI-like "role = look" lines (all levels), sections [mono] [8] [16] [256] for one level. Warnings for wrong
 * lines are handed to warn (file:line: words) and the rest still counts; false when the file as a whole is unusable. */
bool theme_parse(struct theme *t, const char *file, const char *bytes, size_t n,
                 void (*warn)(void *, const char *words), void *data);
/* From the environment: NO_COLOR, TERM, COLORTERM; `colors` is terminfo's number, -1 when unknown. */
enum colour_level theme_level(int colors, bool no_color);

#endif
