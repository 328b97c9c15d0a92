#include "ui/decode.h"
#include <string.h>
#include <wchar.h>

#define ESC 0x1b
#define SEQ_MAX 256 /* bytes of an unknown sequence; longer ones are given up */

/* What a step found: bytes to take away (0: wait for more) and the key they mean (KEYC_NONE: none). */
struct step {
    size_t n;
    keycode key;
};

static const struct step wait_more = {0, KEYC_NONE};

void decoder_init(struct decoder *d, bool utf8)
{
    memset(d, 0, sizeof *d);
    d->utf8 = utf8;
    text_init(&d->paste, PASTE_MAX);
}

void decoder_release(struct decoder *d)
{
    text_release(&d->paste);
    memset(d, 0, sizeof *d);
}

void decoder_learn(struct decoder *d, const char *bytes, keycode key)
{
    size_t n = bytes ? strlen(bytes) : 0;
    struct decoder_seq *s = d->seqs + d->nseqs;

    if (n < 2 || n > sizeof s->bytes || bytes[0] != ESC || d->nseqs == sizeof d->seqs / sizeof *d->seqs)
        return;
    memcpy(s->bytes, bytes, n);
    s->n = n;
    s->key = key;
    d->nseqs++;
}

size_t decoder_feed(struct decoder *d, const void *bytes, size_t n)
{
    if (n > sizeof d->buf - d->len)
        n = sizeof d->buf - d->len;
    memcpy(d->buf + d->len, bytes, n);
    d->len += n;
    return n;
}

static void take(struct decoder *d, size_t n)
{
    d->len -= n;
    memmove(d->buf, d->buf + n, d->len);
}

/* The terminal's own sequences: a whole one, or true in *prefix when what is there may become one. */
static struct step match_learned(const struct decoder *d, bool *prefix)
{
    for (size_t i = 0; i < d->nseqs; i++) {
        const struct decoder_seq *s = d->seqs + i;
        size_t n = d->len < s->n ? d->len : s->n;

        if (memcmp(s->bytes, d->buf, n))
            continue;
        if (n == s->n)
            return (struct step){n, s->key};
        *prefix = true;
    }
    return wait_more;
}

/* Last byte of "CSI … X" and "SS3 X". */
static keycode key_of_letter(unsigned char c)
{
    static const keycode letters[128] = {
        ['A'] = KEYC_UP,  ['B'] = KEYC_DOWN,    ['C'] = KEYC_RIGHT,  ['D'] = KEYC_LEFT,   ['F'] = KEYC_END,
        ['H'] = KEYC_HOME, ['Z'] = KEYC_BACKTAB, ['P'] = KEYC_F1,     ['Q'] = KEYC_F1 + 1, ['R'] = KEYC_F1 + 2,
        ['S'] = KEYC_F1 + 3,
    };
    return c < 128 ? letters[c] : KEYC_NONE;
}

/* "CSI number ~" */
static keycode key_of_number(unsigned n)
{
    static const keycode numbers[] = {
        [1] = KEYC_HOME,     [2] = KEYC_INSERT,   [3] = KEYC_DELETE,   [4] = KEYC_END,       [5] = KEYC_PGUP,
        [6] = KEYC_PGDN,     [7] = KEYC_HOME,     [8] = KEYC_END,      [11] = KEYC_F1,       [12] = KEYC_F1 + 1,
        [13] = KEYC_F1 + 2,  [14] = KEYC_F1 + 3,  [15] = KEYC_F1 + 4,  [17] = KEYC_F1 + 5,   [18] = KEYC_F1 + 6,
        [19] = KEYC_F1 + 7,  [20] = KEYC_F1 + 8,  [21] = KEYC_F1 + 9,  [23] = KEYC_F1 + 10,  [24] = KEYC_F1 + 11,
    };
    return n < sizeof numbers / sizeof *numbers ? numbers[n] : KEYC_NONE;
}

static keycode shifted(keycode k)
{
    return k == KEYC_UP ? KEYC_SHIFT_UP : k == KEYC_DOWN ? KEYC_SHIFT_DOWN : k;
}

/* The numbers of a control sequence, "1;2" as {1, 2}; what is missing is 0. */
static void read_numbers(const unsigned char *s, size_t n, unsigned *num, size_t count)
{
    size_t at = 0;

    memset(num, 0, count * sizeof *num);
    for (size_t i = 0; i < n && at < count; i++) {
        if (s[i] == ';')
            at++;
        else if (s[i] >= '0' && s[i] <= '9' && num[at] < 10000)
            num[at] = num[at] * 10 + (s[i] - '0');
    }
}

/* "ESC [ numbers final" without private marks: the key it means. Modifiers count only where they have a name. */
static keycode key_of_csi(const unsigned char *params, size_t n, unsigned char final)
{
    unsigned num[2];
    keycode k;

    read_numbers(params, n, num, 2);
    if (final == '~' || final == '^' || final == '$' || final == '@') /* the last three: rxvt with Ctrl, Shift, both */
        return n ? key_of_number(num[0]) : KEYC_NONE;
    if (!n && (final == 'a' || final == 'b')) /* rxvt */
        return final == 'a' ? KEYC_SHIFT_UP : KEYC_SHIFT_DOWN;
    if (n && (final == 'R' || final == 'P' || final == 'Q' || final == 'S') && num[0] != 1)
        return KEYC_NONE; /* a report of the cursor's position looks like F3 */
    k = key_of_letter(final);
    return num[1] == 2 ? shifted(k) : k;
}

static bool is_rxvt_shift(const unsigned char *params, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (params[i] < '0' || params[i] > '9')
            return false;
    return n > 0;
}

/* "ESC [ < button ; column ; row M", with "m" when a button is let go. Of all that only clicks of the first button and the wheel count;
 * Shift, Meta and Ctrl do not matter, and what is dragged is the terminal's own business. */
static bool read_mouse(const unsigned char *params, size_t n, unsigned char final, struct mouse *out)
{
    enum { BUTTON_MODIFIERS = 4 + 8 + 16, BUTTON_WHEEL = 64 };
    unsigned num[3], button;

    if (n < 6 || params[0] != '<' || final != 'M')
        return false;
    read_numbers(params + 1, n - 1, num, 3);
    button = num[0] & ~(unsigned)BUTTON_MODIFIERS;
    if (!num[1] || !num[2] || (button != 0 && button != BUTTON_WHEEL && button != BUTTON_WHEEL + 1))
        return false;
    *out = (struct mouse){button == 0               ? MOUSE_CLICK
                          : button == BUTTON_WHEEL ? MOUSE_WHEEL_UP
                                                   : MOUSE_WHEEL_DOWN,
                          (int)num[1] - 1, (int)num[2] - 1};
    return true;
}

/* "ESC [": parameters 0x30-0x3f, intermediates 0x20-0x2f, final 0x40-0x7e. Anything else breaks it off. */
static struct step step_csi(const struct decoder *d)
{
    size_t at = 2, params;

    if (d->len > 2 && d->buf[2] == '[') { /* Linux console: ESC [ [ A is F1 */
        if (d->len < 4)
            return wait_more;
        return (struct step){4, d->buf[3] >= 'A' && d->buf[3] <= 'E' ? KEYC_F1 + (d->buf[3] - 'A') : KEYC_NONE};
    }
    while (at < d->len && d->buf[at] >= 0x30 && d->buf[at] <= 0x3f)
        at++;
    params = at - 2;
    if (at < d->len && d->buf[at] == '$' && is_rxvt_shift(d->buf + 2, params))
        return (struct step){at + 1, key_of_csi(d->buf + 2, params, '$')};
    while (at < d->len && d->buf[at] >= 0x20 && d->buf[at] <= 0x2f)
        at++;
    if (at >= d->len)
        return at > SEQ_MAX ? (struct step){at, KEYC_NONE} : wait_more;
    if (d->buf[at] < 0x40 || d->buf[at] > 0x7e)
        return (struct step){at, KEYC_NONE}; /* broken off: what comes now stands for itself */
    if (at == 2 && d->buf[at] == 'M') /* an old mouse report: three bytes follow; some other program left it on */
        return d->len < 6 ? wait_more : (struct step){6, KEYC_NONE};
    if (at > 2 + params || (params && d->buf[2] >= 0x3c)) { /* a private report, not a key */
        struct mouse m;

        return (struct step){at + 1, d->mouse_wanted && read_mouse(d->buf + 2, params, d->buf[at], &m) ? KEYC_MOUSE : KEYC_NONE};
    }
    return (struct step){at + 1, key_of_csi(d->buf + 2, params, d->buf[at])};
}

/* "ESC O X": keypads in application mode, with perhaps a modifier's number before the letter. */
static struct step step_ss3(const struct decoder *d)
{
    static const char keypad[] = "*+,-./0123456789"; /* as 'j' to 'y' */
    size_t at = 2;
    unsigned char c;

    while (at < d->len && at < 8 && (d->buf[at] == ';' || (d->buf[at] >= '0' && d->buf[at] <= '9')))
        at++;
    if (at >= d->len)
        return wait_more;
    c = d->buf[at];
    if (c < 0x40 || c > 0x7e)
        return (struct step){at, KEYC_NONE};
    if (c >= 'j' && c <= 'y')
        return (struct step){at + 1, (keycode)keypad[c - 'j']};
    if (c == 'M')
        return (struct step){at + 1, KEYC_ENTER};
    if (c == 'X')
        return (struct step){at + 1, '='};
    return (struct step){at + 1, key_of_letter(c)};
}

/* "ESC ] … BEL" or "ESC P … ESC \": a terminal's answer to somebody; ends with BEL, ST, or a cancelling control. */
static struct step step_string(const struct decoder *d)
{
    for (size_t i = 2; i < d->len; i++) {
        unsigned char c = d->buf[i];

        if (c == 0x07 || c == 0x18 || c == 0x1a)
            return (struct step){i + 1, KEYC_NONE};
        if (c == ESC && i + 1 < d->len)
            return (struct step){d->buf[i + 1] == '\\' ? i + 2 : i, KEYC_NONE};
    }
    return d->len > SEQ_MAX ? (struct step){d->len, KEYC_NONE} : wait_more;
}

static struct step step_escape(const struct decoder *d)
{
    bool prefix = false;
    struct step s = match_learned(d, &prefix);

    if (s.n || d->len < 2)
        return s;
    switch (d->buf[1]) {
    case '[':
        s = step_csi(d);
        break;
    case 'O':
        s = step_ss3(d);
        break;
    case ']':
    case 'P':
    case '_':
    case '^':
        s = step_string(d);
        break;
    default:
        s = (struct step){1, KEYC_ESC};
    }
    return prefix && s.key == KEYC_ESC ? wait_more : s;
}

/* Bytes of a text that is not UTF-8, by the C library. */
static struct step step_locale(const struct decoder *d)
{
    mbstate_t state = {0};
    wchar_t wc = 0;
    size_t n = mbrtowc(&wc, (const char *)d->buf, d->len, &state);

    if (n == (size_t)-2 && d->len < 16)
        return wait_more;
    if (n == 0 || n > d->len)
        return (struct step){1, KEYC_NONE};
    return (struct step){n, (keycode)wc};
}

static struct step step_utf8(const struct decoder *d)
{
    unsigned char c = d->buf[0];
    size_t need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2, n;
    uint32_t cp;

    if (d->len < need && c >= 0xc2 && c <= 0xf4) {
        size_t i = 1;

        while (i < d->len && (d->buf[i] & 0xc0) == 0x80)
            i++;
        if (i == d->len)
            return wait_more;
    }
    n = utf8_decode((const char *)d->buf, d->len, &cp);
    return (struct step){n, n == 1 ? KEYC_NONE : cp}; /* one byte >= 0x80 is an invalid one */
}

static struct step step_plain(const struct decoder *d)
{
    unsigned char c = d->buf[0];
    struct step s;

    if (c == 0x08)
        return (struct step){1, KEYC_BACKSPACE};
    if (c < 0x80)
        return (struct step){1, c}; /* NUL is KEYC_NONE: taken and forgotten */
    s = d->utf8 ? step_utf8(d) : step_locale(d);
    if (s.key && !key_is_text(s.key))
        s.key = KEYC_NONE;
    return s;
}

static const char paste_begin[] = "\033[200~", paste_end[] = "\033[201~";
#define MARK_LEN (sizeof paste_end - 1)

/* True when the mark that ends a paste has come; all before it went into `paste`. */
static bool take_paste(struct decoder *d)
{
    unsigned char *end = memmem(d->buf, d->len, paste_end, MARK_LEN);
    size_t n = d->len;

    if (end) {
        text_add(&d->paste, (char *)d->buf, (size_t)(end - d->buf));
        take(d, (size_t)(end - d->buf) + MARK_LEN);
        d->pasting = false;
        return true;
    }
    for (size_t tail = n < MARK_LEN ? n : MARK_LEN - 1; tail > 0; tail--) {
        if (!memcmp(d->buf + n - tail, paste_end, tail)) { /* the mark may be cut here */
            n -= tail;
            break;
        }
    }
    text_add(&d->paste, (char *)d->buf, n);
    take(d, n);
    return false;
}

keycode decoder_next(struct decoder *d)
{
    while (d->len || d->pasting) {
        struct step s;

        if (d->pasting)
            return take_paste(d) ? KEYC_PASTE : KEYC_NONE;
        if (d->len >= MARK_LEN && !memcmp(d->buf, paste_begin, MARK_LEN)) {
            take(d, MARK_LEN);
            text_clear(&d->paste);
            d->pasting = true;
            continue;
        }
        s = d->buf[0] == ESC ? step_escape(d) : step_plain(d);
        if (!s.n)
            return KEYC_NONE;
        if (s.key == KEYC_MOUSE)
            read_mouse(d->buf + 2, s.n - 3, 'M', &d->mouse);
        take(d, s.n);
        if (s.key)
            return s.key;
    }
    return KEYC_NONE;
}

bool decoder_waits(const struct decoder *d)
{
    return d->len && !d->pasting && d->buf[0] == ESC;
}

/* A person types Esc, or Esc and one more key, in one go; parameters of a cut sequence are still on their way, and what
 * began as a string is no key. */
keycode decoder_expire(struct decoder *d)
{
    if (!decoder_waits(d) || (d->len > 2 && d->buf[1] == '['))
        return KEYC_NONE;
    if (d->len > 2 && step_escape(d).n == 0 && d->buf[1] != 'O') {
        d->len = 0;
        return KEYC_NONE;
    }
    take(d, 1);
    return KEYC_ESC;
}

void decoder_drop_paste(struct decoder *d)
{
    d->pasting = false;
    d->len = 0;
    text_clear(&d->paste);
}
