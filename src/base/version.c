#include "base/version.h"

#include <stddef.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* At most 6 digits, so that no int overflows. NULL when there is no number. */
static const char *number(const char *s, int *out)
{
    int n = 0, digits = 0;

    for (; is_digit(*s); s++, digits++) {
        if (digits == 6)
            return NULL;
        n = n * 10 + (*s - '0');
    }
    *out = n;
    return digits ? s : NULL;
}

bool version_parse(const char *s, struct version *v)
{
    struct version got = {0};
    int *part[] = {&got.major, &got.minor, &got.patch};

    if (!s)
        return false;
    for (size_t i = 0; i < 3; i++) {
        s = number(s, part[i]);
        if (!s)
            return false;
        if (i == 2 || s[0] != '.' || !is_digit(s[1]))
            break;
        s++;
    }
    /* what may follow is a label, of which nothing depends: -drop01, +build, -aura, .Final */
    if (*s != '\0' && *s != '-' && *s != '+' && *s != '.' && *s != ' ')
        return false;
    *v = got;
    return true;
}

int version_compare(struct version a, struct version b)
{
    if (a.major != b.major)
        return a.major < b.major ? -1 : 1;
    if (a.minor != b.minor)
        return a.minor < b.minor ? -1 : 1;
    return a.patch < b.patch ? -1 : a.patch > b.patch;
}

bool version_in(struct version v, const char *from, const char *to)
{
    struct version bound;

    if (from && *from && version_parse(from, &bound) && version_compare(v, bound) < 0)
        return false;
    if (to && *to && version_parse(to, &bound) && version_compare(v, bound) >= 0)
        return false;
    return true;
}
