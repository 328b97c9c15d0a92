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

const char *role_name(enum role r); /* as in theme files; "?" when it is no role */
int role_find(const char *name);    /* -1 when there is none */

/* "[fg] [on bg] [bold] [dim] [underline] [reverse]"; false with words for what is wrong. */
bool look_parse(const char *s, struct look *out, struct err *e);
void theme_default(struct theme *t); /* roles.def */
/* The nearest look that this level can show: colours of a higher level become the closest lower ones, none in mono. */
struct look look_at_level(struct look l, enum colour_level level);

/* What a cell of a role looks like with these flags (CELL_... of grid.h). A colour that a role leaves to the terminal is that of
 * "text" where the theme gives one: so a theme has a background of its own. */
struct look theme_look(const struct theme *t, enum colour_level level, enum role role, unsigned flags);

/* Starts from the default theme. Theme file: INI-like "role = look" lines (all levels), sections [mono] [8] [16] [256] for one level. Warnings for wrong
 * lines are handed to warn (file:line: words) and the rest still counts; false when the file as a whole is unusable: then
 * warn got the reason and *t is the default. The theme's name is that of the file, without its folder and ".theme". */
bool theme_parse(struct theme *t, const char *file, const char *bytes, size_t n,
                 void (*warn)(void *, const char *words), void *data);
/* From the environment: NO_COLOR, TERM, COLORTERM; `colors` is terminfo's number, -1 when unknown. */
enum colour_level theme_level(int colors, bool no_color);

#endif
