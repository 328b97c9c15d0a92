/* TARGET words and commands of the configuration from arbitrary bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/target.h"
#include "conf/words.h"

/* What was taken is taken again in its normal form, and that form is the same then. */
static void check_normal(const struct target *t)
{
    struct text uri, again_uri;
    struct target again;

    text_init(&uri, 0);
    text_init(&again_uri, 0);
    target_uri(t, &uri);
    if (!target_parse_uri(uri.s, &again, NULL))
        abort();
    target_uri(&again, &again_uri);
    if (strcmp(uri.s, again_uri.s) != 0 || target_is_local(t) != target_is_local(&again))
        abort();
    target_release(&again);
    text_release(&uri);
    text_release(&again_uri);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char *s = x_strndup((const char *)bytes, n), **argv;
    struct err e = {.kind = ERR_NONE};
    struct target t;

    if (target_parse_uri(s, &t, &e)) {
        if (t.kind == TARGET_NAME || !t.name || !*t.host)
            abort();
        check_normal(&t);
        target_release(&t);
    } else if (e.kind != ERR_USAGE) {
        abort();
    }
    if (words_split(s, &argv, NULL)) {
        if (!argv[0] || !*argv[0])
            abort();
        words_free(argv);
    }
    free(s);
    return 0;
}
