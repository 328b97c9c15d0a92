/* Keys from the terminal: bytes are read here, decode.c knows what they mean. */
#include "ui/term_priv.h"
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"

#define ESCAPE_MS 30       /* after Esc, how long the rest of a sequence may take */
#define ESCAPE_MS_MAX 1000 /* of ESCDELAY */
#define PASTE_LOST_MS 1000

/* Names of keys in terminal descriptions. */
static const struct {
    const char *cap;
    keycode key;
} caps[] = {
    {"kcuu1", KEYC_UP},      {"kcud1", KEYC_DOWN},    {"kcub1", KEYC_LEFT},     {"kcuf1", KEYC_RIGHT},
    {"kpp", KEYC_PGUP},      {"knp", KEYC_PGDN},      {"khome", KEYC_HOME},     {"kend", KEYC_END},
    {"kdch1", KEYC_DELETE},  {"kich1", KEYC_INSERT},  {"kcbt", KEYC_BACKTAB},   {"kri", KEYC_SHIFT_UP},
    {"kind", KEYC_SHIFT_DOWN}, {"kbs", KEYC_BACKSPACE}, {"kent", KEYC_ENTER},     {"kf1", KEYC_F1},
    {"kf2", KEYC_F1 + 1},    {"kf3", KEYC_F1 + 2},    {"kf4", KEYC_F1 + 3},     {"kf5", KEYC_F1 + 4},
    {"kf6", KEYC_F1 + 5},    {"kf7", KEYC_F1 + 6},    {"kf8", KEYC_F1 + 7},     {"kf9", KEYC_F1 + 8},
    {"kf10", KEYC_F1 + 9},   {"kf11", KEYC_F1 + 10},  {"kf12", KEYC_F1 + 11},   {"kc1", KEYC_END},
    {"kc3", KEYC_PGDN},      {"ka1", KEYC_HOME},      {"ka3", KEYC_PGUP},
};

void term_keys_start(struct term *t)
{
    const char *delay = getenv("ESCDELAY");
    int ms = delay && *delay ? atoi(delay) : ESCAPE_MS;

    t->escape_ms = ms < 1 ? 1 : ms > ESCAPE_MS_MAX ? ESCAPE_MS_MAX : ms;
    decoder_init(&t->decoder, t->utf8);
    for (size_t i = 0; i < sizeof caps / sizeof *caps; i++)
        decoder_learn(&t->decoder, term_cap(caps[i].cap), caps[i].key);
}

/* Somebody presses Ctrl-C or Esc, alone and after a pause, in a paste whose end was lost. */
static bool paste_is_lost(const struct term *t, const char *buf, ssize_t n)
{
    return t->decoder.pasting && n == 1 && (buf[0] == 'C' - '@' || buf[0] == KEYC_ESC) &&
           clock_mono_ms() - t->last_byte_ms >= PASTE_LOST_MS;
}

/* Reads once what is there; false when there is nothing. */
static bool read_some(struct term *t)
{
    char buf[DECODE_BUFFER];
    size_t room = DECODE_BUFFER - t->decoder.len;
    ssize_t n;

    do
        n = read(t->fd, buf, room);
    while (n < 0 && errno == EINTR);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK))
        t->gone = true;
    if (n <= 0)
        return false;
    if (paste_is_lost(t, buf, n))
        decoder_drop_paste(&t->decoder);
    else
        decoder_feed(&t->decoder, buf, (size_t)n);
    t->last_byte_ms = clock_mono_ms();
    return true;
}

/* True when more bytes are there, after waiting at most `ms`. */
static bool wait_input(struct term *t, int ms)
{
    struct pollfd p = {.fd = t->fd, .events = POLLIN};
    int n = poll(&p, 1, ms);

    if (n > 0 && !(p.revents & POLLIN) && (p.revents & (POLLHUP | POLLERR | POLLNVAL)))
        t->gone = true;
    return n > 0 && (p.revents & POLLIN);
}

keycode term_read(struct term *t, bool *hangup)
{
    keycode k;

    while (t->active && !t->gone) {
        k = decoder_next(&t->decoder);
        if (k)
            return k;
        if (read_some(t))
            continue;
        if (t->gone || wait_input(t, 0))
            continue;
        if (!decoder_waits(&t->decoder))
            break;
        if (wait_input(t, t->escape_ms))
            continue;
        k = decoder_expire(&t->decoder);
        if (k)
            return k;
        break;
    }
    *hangup = t->gone;
    return KEYC_NONE;
}

struct mouse term_mouse(const struct term *t)
{
    return t->decoder.mouse;
}

const char *term_paste(const struct term *t, size_t *n)
{
    *n = t->decoder.paste.len;
    return t->decoder.paste.s;
}
