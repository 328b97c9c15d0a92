/* Keys and their names: "j" "K" "Space" "Enter" "PgUp" "Ctrl-L" "Shift-Tab" "F1" "é". */
#ifndef UI_KEY_H
#define UI_KEY_H

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>

/* A key is one number: a Unicode code point (control keys as 1..26 except the named ones), or one of these. */
typedef uint32_t keycode;
enum {
    KEYC_NONE = 0,
    KEYC_ENTER = 0x0d, KEYC_TAB = 0x09, KEYC_ESC = 0x1b, KEYC_BACKSPACE = 0x7f,
    KEYC_BASE = 0x110000,
    KEYC_UP, KEYC_DOWN, KEYC_LEFT, KEYC_RIGHT, KEYC_PGUP, KEYC_PGDN, KEYC_HOME, KEYC_END, KEYC_DELETE, KEYC_INSERT,
    KEYC_BACKTAB, KEYC_F1, KEYC_F12 = KEYC_F1 + 11,
    KEYC_SHIFT_UP, KEYC_SHIFT_DOWN,
    KEYC_PASTE, /* pasted text follows in its own buffer (term_paste) */
    KEYC_MOUSE, /* what it did is in term_mouse */
};

enum mouse_what { MOUSE_CLICK, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };
struct mouse {
    enum mouse_what what;
    int x, y; /* cell, from 0 */
};

#define key_name keycode_name /* curses exports a key_name of its own */
const char *key_name(keycode k, char *buf, size_t n); /* buf >= 16; returns buf; "" for what is no key */
/* KEYC_NONE when it is no key; case-insensitive for named keys. Also takes the usual other names ("Return", "PageUp",
 * "^L", "C-l"). Ctrl-I, Ctrl-M, Ctrl-H and Ctrl-[ are Tab, Enter, Backspace and Esc: a terminal sends the same byte. */
keycode key_parse(const char *name);
bool key_is_text(keycode k); /* a code point that may be typed into a line: no control, no named key */

#endif
