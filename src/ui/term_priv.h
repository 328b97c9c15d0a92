/* Inside of the terminal; only term*.c includes it. curses.h is included here alone, without its macros. */
#ifndef UI_TERM_PRIV_H
#define UI_TERM_PRIV_H

#define NCURSES_NOMACROS 1
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <stdio.h>
#include <termios.h>
#include "base/text.h"
#include "ui/decode.h"
#include "ui/term.h"

#define PAIRS_MAX 256
#define PENDING_MAX ((size_t)4 * 1024 * 1024) /* a frame of 1000x1000 in colours stays below */

struct paint { /* a look, ready for curses */
    attr_t attrs;
    short pair;
};

struct term {
    int fd;               /* own, non-blocking /dev/tty */
    FILE *in, *memory;    /* over fd for curses' eyes, and the memfd that it writes to */
    SCREEN *screen;
    struct termios saved; /* as it was before us */
    int w, h;
    bool utf8, active;    /* active: the screen is ours, not suspended */
    bool gone;            /* a write or read failed: hang-up */
    /* out */
    struct text pending;  /* bytes that the terminal has not taken yet */
    size_t sent_from;     /* of pending: how many it has */
    uint64_t bytes_sent;
    /* drawing */
    enum colour_level level;
    struct theme theme;
    struct grid last;     /* what curses was told; valid only when `known` */
    bool known, repaint;
    struct { short fg, bg; } pairs[PAIRS_MAX];
    int npairs, max_pairs;
    struct paint paints[NROLES][16]; /* by role and flags */
    /* keys */
    struct decoder decoder;
    int escape_ms;
    int64_t last_byte_ms;
    struct text enter; /* the string that enters the screen; the one that leaves it is in term_restore.c */
};

/* term.c */
const char *term_cap(const char *name); /* a string of the terminal's description; NULL when it has none */
void term_add_cap(struct text *out, const char *name); /* without its delays ("$<5>"): those are for slow lines */
/* term_out.c */
bool term_memory_collect(struct term *t); /* what curses wrote goes to pending; false when it is too much and was dropped */
void term_drain(struct term *t, int within_ms); /* writes, waiting for the terminal at most that long, then drops the rest */
/* term_draw.c */
void term_colours_start(struct term *t, bool no_color);
/* term_keys.c */
void term_keys_start(struct term *t);
/* term_restore.c: what a signal handler needs, kept apart from everything that it must not touch. */
void restore_arm(int fd, const struct termios *saved, const char *leave, size_t n);
void restore_cut(bool in_frame); /* bytes of a frame are under way: a sequence may be cut in the middle */

#endif
