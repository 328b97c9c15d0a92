/* The real terminal: ncurses does the diffing into a memfd, the bytes go to an own non-blocking /dev/tty. */
#ifndef UI_TERM_H
#define UI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "ui/grid.h"
#include "ui/key.h"
#include "ui/theme.h"

struct term;

/* Opens /dev/tty, sets its modes, enters the alternate screen, bracketed paste. NULL with words: no terminal, TERM unset,
 * "dumb" or unknown. From here on stderr may not be written to by anyone (the caller redirects it). */
struct term *term_open(const struct theme *theme, bool no_color, struct err *e);
void term_close(struct term *t);   /* restores everything; accepts NULL; idempotent with term_restore_now */
int term_fd(const struct term *t); /* to watch: readable always, writable when term_wants_write */
void term_size(const struct term *t, int *w, int *h);
bool term_utf8(const struct term *t);
enum colour_level term_level(const struct term *t);
void term_set_theme(struct term *t, const struct theme *theme);

/* Next decoded key, KEYC_NONE when there is none left (then *hangup tells whether the terminal is gone). Call until NONE. */
keycode term_read(struct term *t, bool *hangup);
const char *term_paste(const struct term *t, size_t *n); /* text of the last KEYC_PASTE */

struct mouse term_mouse(const struct term *t); /* of the last KEYC_MOUSE */
/* Clicks and the wheel come as keys, or stay the terminal's own. Off at first. */
void term_set_mouse(struct term *t, bool on);

/* Hand the grid over; only what changed is sent. Draws nothing and returns false while bytes of the last frame still wait
 * (a stalled terminal): the caller draws again when the descriptor is writable. */
bool term_draw(struct term *t, const struct grid *g);
bool term_wants_write(const struct term *t);
bool term_flush(struct term *t);   /* writes what it can; false: the terminal is gone */
void term_redraw(struct term *t);  /* the next frame repaints everything */
void term_resized(struct term *t); /* asks TIOCGWINSZ */
void term_suspend(struct term *t); /* leave the screen as before a Ctrl-Z or a hand-over; blocks at most 200 ms */
void term_resume(struct term *t);  /* after term_suspend, or when a shell may have changed the modes of a screen that is ours */
/* Raw bytes after the current frame (OSC 52); dropped when the terminal is stalled. */
bool term_send(struct term *t, const char *bytes, size_t n);
uint64_t term_bytes_sent(const struct term *t);

/* For fatal signal handlers: async-signal-safe write of the precomputed restore string and tcsetattr; idempotent. */
void term_restore_now(void);

#endif
