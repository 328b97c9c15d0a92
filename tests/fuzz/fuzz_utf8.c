/* The cleaning, measuring and quoting of text from outside. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"

/* Nothing that a terminal could obey, and only whole characters. */
static void check_harmless(const struct text *t, bool lines)
{
    uint32_t cp;

    for (size_t i = 0; i < t->len;) {
        size_t used = utf8_decode(t->s + i, t->len - i, &cp);

        if ((used == 1 && cp > 0x7F) || (cp_is_control(cp) && !(lines && (cp == '\n' || cp == '\t'))))
            abort();
        i += used;
    }
}

static void check_fit(const char *s, size_t n)
{
    int whole = utf8_width(s, n), used;

    for (int cols = 0; cols <= whole && cols < 100; cols++) {
        size_t bytes = utf8_fit(s, n, cols, &used);

        if (bytes > n || used > cols || utf8_width(s, bytes) != used || (bytes < n && cols - used > 1))
            abort();
    }
    if (utf8_fit(s, n, whole, &used) != n)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *s = (const char *)bytes;
    struct text t;
    struct json j;

    text_init(&t, 0);
    for (unsigned flags = 0; flags < 4; flags++) {
        text_clear(&t);
        text_add_clean(&t, s, n, flags);
        check_harmless(&t, !(flags & CLEAN_ONE_LINE));
        if (utf8_width(t.s, t.len) != utf8_width(s, n) && !(flags & CLEAN_ASCII))
            abort();
    }
    text_clear(&t);
    json_init(&j, &t, false);
    json_string(&j, s, n);
    check_harmless(&t, false);
    check_fit(s, n);
    if (n) {
        char *needle = strndup(s + n / 2, n - n / 2);

        /* what is cut at a byte that is no beginning need not be found; what is whole must be */
        if (utf8_valid(s, n) && utf8_valid(s, n / 2) && !str_ifind(s, n, needle))
            abort();
        free(needle);
    }
    text_release(&t);
    return 0;
}
