/* From the bytes of a terminal to keys: a pure state machine, fed by hand. Escape sequences that it does not know are
 * swallowed whole, so that the rest of one is never taken for commands. */
#ifndef UI_DECODE_H
#define UI_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"
#include "ui/key.h"

#define PASTE_MAX ((size_t)64 * 1024) /* more of one paste is dropped */
#define DECODE_BUFFER 4096

struct decoder_seq {
    char bytes[16];
    size_t n;
    keycode key;
};

struct decoder {
    bool utf8;                    /* else bytes >= 0x80 are read by the C library's locale */
    struct decoder_seq seqs[48];  /* this terminal's own sequences, from its description */
    size_t nseqs;
    unsigned char buf[DECODE_BUFFER];
    size_t len;                   /* bytes not decoded yet */
    bool mouse_wanted;            /* else its reports are swallowed: some other program left them on */
    struct mouse mouse;           /* of the last KEYC_MOUSE */
    bool pasting;                 /* between the marks of a bracketed paste */
    struct text paste;
};

void decoder_init(struct decoder *d, bool utf8);
void decoder_release(struct decoder *d);
/* A sequence of this terminal; it goes before the common ones. Ignored when it does not start with Esc or is too long. */
void decoder_learn(struct decoder *d, const char *bytes, keycode key);
/* Take up to n bytes; returns how many there was room for: at least 1 once decoder_next has returned KEYC_NONE. */
size_t decoder_feed(struct decoder *d, const void *bytes, size_t n);
/* The next key, or KEYC_NONE. A pasted text is one KEYC_PASTE, its text is in `paste` until more is fed. */
keycode decoder_next(struct decoder *d);
/* Esc, or the start of a sequence, is left over: nothing more within some 25 ms means that a person typed it. */
bool decoder_waits(const struct decoder *d);
/* That time is over: the next key is what was typed. */
keycode decoder_expire(struct decoder *d);
/* The end mark of a paste never came and a person presses Ctrl-C or Esc: drop it all. */
void decoder_drop_paste(struct decoder *d);

#endif
