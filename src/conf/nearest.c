/* The name that was probably meant. */
#include "conf/options.h"

#include <string.h>

enum { NAME_MAX_BYTES = 64 };

static char folded(char c)
{
    if (c == '_')
        return '-';
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Edits from a to b: insert, delete, replace, and two neighbours changing places. Both at most NAME_MAX_BYTES. */
static unsigned distance(const char *a, size_t na, const char *b, size_t nb)
{
    unsigned row[3][NAME_MAX_BYTES + 1];

    for (size_t k = 0; k <= nb; k++)
        row[0][k] = (unsigned)k;
    for (size_t i = 1; i <= na; i++) {
        unsigned *now = row[i % 3], *before = row[(i - 1) % 3], *two = row[(i + 1) % 3];

        now[0] = (unsigned)i;
        for (size_t k = 1; k <= nb; k++) {
            bool same = folded(a[i - 1]) == folded(b[k - 1]);
            unsigned best = before[k - 1] + !same;

            if (before[k] + 1 < best)
                best = before[k] + 1;
            if (now[k - 1] + 1 < best)
                best = now[k - 1] + 1;
            if (i > 1 && k > 1 && folded(a[i - 1]) == folded(b[k - 2]) && folded(a[i - 2]) == folded(b[k - 1]) &&
                two[k - 2] + 1 < best)
                best = two[k - 2] + 1;
            now[k] = best;
        }
    }
    return row[na % 3][nb];
}

const char *nearest_name(const char *word, const char *(*next)(const void *data, size_t i), const void *data)
{
    size_t n = strlen(word);
    unsigned limit = n <= 2 ? 1 : n <= 5 ? 2 : 3, best = limit + 1;
    const char *found = NULL, *name;

    if (!n || n > NAME_MAX_BYTES)
        return NULL;
    for (size_t i = 0; (name = next(data, i)); i++) {
        size_t len = strlen(name);
        unsigned d = len <= NAME_MAX_BYTES ? distance(word, n, name, len) : best;

        /* not a word of which nothing is left */
        if (d < best && d < n) {
            best = d;
            found = name;
        }
    }
    return found;
}
