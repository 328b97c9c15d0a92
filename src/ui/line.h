/* A line editor for prompts: no drawing policy, no meaning. UTF-8, grapheme-wise movement, kill to ends, history by callback. */
#ifndef UI_LINE_H
#define UI_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include "ui/grid.h"
#include "ui/key.h"

#define LINE_MAX_BYTES ((size_t)16 * 1024)

struct line {
    char *buf;       /* NUL-terminated */
    size_t len, pos; /* bytes */
    bool hidden;     /* a password: drawn as *; wiped on release */
};

void line_init(struct line *l, bool hidden);
void line_release(struct line *l);
void line_set(struct line *l, const char *s); /* cursor at the end */
/* At the cursor: newlines and tabs become blanks, newlines at the end and other controls are dropped; limit 16 KB. */
void line_insert(struct line *l, const char *s, size_t n);
/* True when the key changed or moved something. Ctrl-A/E/U/K/W, arrows, Home, End, Backspace, Delete, printable keys. */
bool line_key(struct line *l, keycode k);
/* Draws `prompt` and the text in the row, scrolled so that the cursor shows; puts the grid's cursor there, visible. */
void line_draw(const struct line *l, struct grid *g, int x, int y, int cols, enum role role, const char *prompt);

#endif
