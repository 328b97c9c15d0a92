/* Queries from arbitrary bytes: what is composed begins with EXPLAIN, once, and is not profiled. */
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "neo4j/explain.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static int is_word_of(const char *s, const char *word)
{
    size_t n = strlen(word);

    return !strncasecmp(s, word, n) && !isalnum((unsigned char)s[n]) && s[n] != '_';
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char *query = x_strndup((const char *)bytes, n);
    struct text t;
    struct err e = {0};

    text_init(&t, 0);
    if (explain_compose(query, &t, &e)) {
        if (strncmp(t.s, "EXPLAIN ", 8) != 0 || is_word_of(t.s + 8, "PROFILE") || is_word_of(t.s + 8, "EXPLAIN"))
            abort();
    } else if (t.len || !*e.words) {
        abort();
    }
    text_release(&t);
    free(query);
    return 0;
}
