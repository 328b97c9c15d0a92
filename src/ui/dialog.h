/* A box over the screen: text, and perhaps a line to type. What was typed before it was drawn, and for 500 ms after, is not
 * taken as an answer. */
#ifndef UI_DIALOG_H
#define UI_DIALOG_H

#include <stdbool.h>
#include <stdint.h>
#include "ui/grid.h"
#include "ui/key.h"
#include "ui/line.h"
#include "ui/pager.h"

#define DIALOG_GUARD_MS 500

struct dialog {
    char *title;
    struct pager text;
    struct line line;
    bool has_line, danger;
    char *expect;         /* what must be typed for yes; NULL: any text */
    char *label;          /* before the line: "type yes or 42: " */
    int64_t drawn_mono_ms; /* 0: not drawn yet */
    const char *wrong;    /* words under the line after a wrong answer, or NULL */
    struct rect inside;   /* of the text, as last drawn: for scrolling */
};

enum dialog_result { DIALOG_OPEN, DIALOG_ANSWERED, DIALOG_CLOSED };

void dialog_init(struct dialog *d, const char *title, bool danger);
void dialog_release(struct dialog *d);
void dialog_ask(struct dialog *d, const char *label, const char *expect, bool hidden);
void dialog_draw(struct dialog *d, struct grid *g, int64_t mono_ms);
/* The dialog waits for a guard time from when it was first drawn. Without a line Enter answers, but one with `danger` can then
 * only be closed. Arrows and PgUp, PgDn (Home, End, j, k, g, G without a line) scroll the text.
 * Keys inside the guard time are dropped (DIALOG_OPEN). Enter answers (with `expect`: only when equal; a second accepted
 * answer may be given as "a|b"). Esc and Ctrl-G close; q closes when there is no line. Pasted text never answers. */
enum dialog_result dialog_key(struct dialog *d, keycode k, int64_t mono_ms);
/* Pasted text goes into the line; with `expect` it is refused with words, what is asked for has to be typed. */
void dialog_paste(struct dialog *d, const char *s, size_t n, int64_t mono_ms);
const char *dialog_text(const struct dialog *d);

#endif
