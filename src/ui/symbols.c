/* Symbols with their ASCII twins. Each is exactly one column wide, so that a layout does not depend on the locale. */
#include "ui/grid.h"

struct symbol_row {
    const char *utf8, *ascii;
};

static const struct symbol_row symbols[NSYMBOLS] = {
    [SYM_UP] = {"●", "+"},         [SYM_DOWN_STATE] = {"✖", "X"}, [SYM_PARTIAL] = {"◐", "~"},
    [SYM_WAIT] = {"○", "."},       [SYM_UNKNOWN] = {"?", "?"},    [SYM_SELECT] = {">", ">"},
    [SYM_ELLIPSIS] = {"…", "~"},   [SYM_MARKED] = {"*", "*"},     [SYM_SORT_ASC] = {"▲", "^"},
    [SYM_SORT_DESC] = {"▼", "v"},  [SYM_ARROW] = {"→", ">"},      [SYM_DOT] = {"·", "-"},
    [SYM_BAD] = {"✖", "X"},        [SYM_WARN] = {"!", "!"},       [SYM_OK] = {"✓", "+"},
    [SYM_CRUMB] = {"›", ">"},
};

const char *grid_symbol(const struct grid *g, enum symbol s)
{
    if ((unsigned)s >= NSYMBOLS)
        return "?";
    return g->ascii ? symbols[s].ascii : symbols[s].utf8;
}
