#include "host/quote.h"

#include <string.h>

/* Means itself at any place of a word, for every shell. Not among them: "~", "%", and "=", which one
 * or the other expands or takes for an assignment. */
static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("_./:@+,-", c));
}

static bool all_plain(const char *s)
{
    while (is_plain(*s))
        s++;
    return !*s;
}

/* Within single quotes fish knows backslashes, csh knows "!", and nobody knows how to write the quote itself: these stand outside,
 * behind a backslash, which all of them read in the same way. */
static void quote(struct text *out, const char *s)
{
    bool inside = false;

    if (!*s)
        text_adds(out, "''");
    for (; *s; s++) {
        bool apart = strchr("'\\!", *s) != NULL;
        if (apart == inside) {
            text_addc(out, '\'');
            inside = !inside;
        }
        if (apart)
            text_addc(out, '\\');
        text_addc(out, *s);
    }
    if (inside)
        text_addc(out, '\'');
}

void shell_quote(struct text *out, const char *s)
{
    if (*s && all_plain(s))
        text_adds(out, s);
    else
        quote(out, s);
}

void shell_quote_argv(struct text *out, const char *const *argv)
{
    for (size_t i = 0; argv[i]; i++) {
        if (i > 0)
            text_addc(out, ' ');
        if (i == 0 && !strchr(argv[0], '/'))
            quote(out, argv[0]);
        else
            shell_quote(out, argv[i]);
    }
}
