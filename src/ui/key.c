/* Keys and their names, both ways from one table. */
#include "ui/key.h"
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/text.h"

struct key_row {
    const char *name;
    keycode key;
};

/* The first name of a key is the one that is shown. */
static const struct key_row names[] = {
    {"Enter", KEYC_ENTER},
    {"Tab", KEYC_TAB},
    {"Esc", KEYC_ESC},
    {"Backspace", KEYC_BACKSPACE},
    {"Space", ' '},
    {"Up", KEYC_UP},
    {"Down", KEYC_DOWN},
    {"Left", KEYC_LEFT},
    {"Right", KEYC_RIGHT},
    {"PgUp", KEYC_PGUP},
    {"PgDn", KEYC_PGDN},
    {"Home", KEYC_HOME},
    {"End", KEYC_END},
    {"Delete", KEYC_DELETE},
    {"Insert", KEYC_INSERT},
    {"Shift-Tab", KEYC_BACKTAB},
    {"Shift-Up", KEYC_SHIFT_UP},
    {"Shift-Down", KEYC_SHIFT_DOWN},
    {"Return", KEYC_ENTER},
    {"Escape", KEYC_ESC},
    {"BS", KEYC_BACKSPACE},
    {"PageUp", KEYC_PGUP},
    {"PageDown", KEYC_PGDN},
    {"PgDown", KEYC_PGDN},
    {"Del", KEYC_DELETE},
    {"Ins", KEYC_INSERT},
    {"BackTab", KEYC_BACKTAB},
    {"BTab", KEYC_BACKTAB},
};

static const char *const ctrl_prefixes[] = {"Ctrl-", "Ctrl+", "C-", "^"};

#define NNAMES (sizeof names / sizeof *names)

static const char *format(char *buf, size_t n, const char *prefix, const char *rest)
{
    snprintf(buf, n, "%s%s", prefix, rest);
    return buf;
}

const char *key_name(keycode k, char *buf, size_t n)
{
    char text[8] = "";

    for (size_t i = 0; i < NNAMES; i++)
        if (names[i].key == k)
            return format(buf, n, "", names[i].name);
    if (k == KEYC_PASTE)
        return format(buf, n, "", "Paste");
    if (k >= KEYC_F1 && k <= KEYC_F12) {
        snprintf(text, sizeof text, "%u", (unsigned)(k - KEYC_F1 + 1));
        return format(buf, n, "F", text);
    }
    if (k > 0 && k < ' ') { /* 1..26 letters, 28..31 the four signs after Z */
        text[0] = (char)(k + '@');
        return format(buf, n, "Ctrl-", text);
    }
    if (key_is_text(k)) {
        text[utf8_encode(k, text)] = 0;
        return format(buf, n, "", text);
    }
    return format(buf, n, "", "");
}

static keycode parse_ctrl(const char *name)
{
    for (size_t i = 0; i < sizeof ctrl_prefixes / sizeof *ctrl_prefixes; i++) {
        size_t len = strlen(ctrl_prefixes[i]);
        char c;

        if (strncasecmp(name, ctrl_prefixes[i], len) || !name[len] || name[len + 1])
            continue;
        c = name[len];
        if (c >= 'a' && c <= 'z')
            c -= 'a' - 'A';
        if (c == 'H' || c == '?')
            return KEYC_BACKSPACE;
        if (c > '@' && c <= '_')
            return (keycode)(c - '@');
    }
    return KEYC_NONE;
}

static keycode parse_function(const char *name)
{
    unsigned n = 0;

    if ((name[0] != 'F' && name[0] != 'f') || name[1] < '1' || name[1] > '9')
        return KEYC_NONE;
    for (name++; *name >= '0' && *name <= '9' && n <= 12; name++)
        n = n * 10 + (unsigned)(*name - '0');
    return !*name && n <= 12 ? KEYC_F1 + n - 1 : KEYC_NONE;
}

keycode key_parse(const char *name)
{
    size_t len = name ? strlen(name) : 0;
    keycode k = KEYC_NONE;

    if (!len)
        return KEYC_NONE;
    if (utf8_decode(name, len, &k) == len) /* one character is itself; U+FFFD stands for what could not be decoded */
        return key_is_text(k) && k != 0xfffd ? k : KEYC_NONE;
    for (size_t i = 0; i < NNAMES; i++)
        if (str_ieq(names[i].name, name))
            return names[i].key;
    k = parse_ctrl(name);
    return k ? k : parse_function(name);
}

bool key_is_text(keycode k)
{
    return k >= ' ' && k < KEYC_BASE && !cp_is_control(k);
}
