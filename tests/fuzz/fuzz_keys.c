/* Bytes from the terminal: however they are cut, the same keys come out, none is a control in disguise, nothing gets stuck;
 * and every key has a name that leads back to it. The first byte says how the rest is cut. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "ui/decode.h"

static void check_key(keycode k)
{
    char name[16];
    keycode back;

    if (k == KEYC_PASTE || k == 0xfffd)
        return;
    if (k >= KEYC_PASTE || (k > KEYC_BACKSPACE && k < KEYC_BASE && cp_is_control(k)))
        abort();
    back = key_parse(key_name(k, name, sizeof name));
    if (back != k)
        abort();
}

static uint64_t run(const uint8_t *data, size_t n, size_t step)
{
    struct decoder d;
    uint64_t sum = 14695981039346656037u;
    keycode k;

    decoder_init(&d, true);
    decoder_learn(&d, "\033\t", KEYC_BACKTAB);
    decoder_learn(&d, "\033Oq", KEYC_HOME);
    for (size_t at = 0; at < n;) {
        size_t took = decoder_feed(&d, data + at, n - at < step ? n - at : step);

        if (!took)
            abort();
        at += took;
        while ((k = decoder_next(&d))) {
            check_key(k);
            sum = (sum ^ k) * 1099511628211u;
        }
    }
    if (d.paste.len > PASTE_MAX)
        abort();
    while (decoder_waits(&d) && (k = decoder_expire(&d)))
        check_key(k);
    decoder_release(&d);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char name[64];

    if (!n)
        return 0;
    /* a sequence that is given up for its length depends on where it was cut; shorter input must not */
    if (run(data + 1, n - 1, 1u + data[0]) != run(data + 1, n - 1, 1) && n < 200)
        abort();
    if (n < sizeof name) {
        memcpy(name, data, n);
        name[n] = 0;
        check_key(key_parse(name));
    }
    return 0;
}
