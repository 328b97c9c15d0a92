/* What the name of a jar's file says. */
#include "neo4j/jar.h"

#include <string.h>

#include "base/text.h"

enum { WORDS_MAX = 16 };

struct word {
    const char *s;
    size_t n;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "5.26.19", "2025.10.1", "4.4.0.36", "2", but not "4.x" or "5to6". */
static bool is_version(struct word w)
{
    if (!w.n || !is_digit(w.s[0]) || !is_digit(w.s[w.n - 1]))
        return false;
    for (size_t i = 0; i < w.n; i++)
        if (!is_digit(w.s[i]) && w.s[i] != '.')
            return false;
    return true;
}

/* What still belongs to the version: 1.0-SNAPSHOT, 2.0-alpha01, 1.1-RC1, 5.0.0-M2, 5.26.0-drop01. */
static bool is_suffix(struct word w)
{
    static const char *const words[] = {"SNAPSHOT", "alpha", "beta", "RC", "M", "drop", "FINAL", "GA"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]), k = n;

        if (w.n < n || !str_ifind(w.s, n, words[i]))
            continue;
        while (k < w.n && (is_digit(w.s[k]) || w.s[k] == '.'))
            k++;
        if (k == w.n)
            return true;
    }
    return false;
}

static size_t split(const char *s, size_t n, struct word words[WORDS_MAX])
{
    size_t count = 0;

    while (n && count < WORDS_MAX) {
        const char *dash = count + 1 < WORDS_MAX ? memchr(s, '-', n) : NULL;
        size_t len = dash ? (size_t)(dash - s) : n;

        words[count++] = (struct word){s, len};
        s += len + (dash != NULL);
        n -= len + (dash != NULL);
    }
    return count;
}

/* The words from..to with their dashes, without such as "4.x". */
static const char *join(const struct word *words, size_t from, size_t to, struct arena *a)
{
    struct text t;
    const char *s;

    text_init(&t, JAR_VALUE_MAX);
    for (size_t i = from; i < to; i++) {
        if (i > from && words[i].n >= 2 && !memcmp(words[i].s + words[i].n - 2, ".x", 2))
            continue;
        if (t.len)
            text_addc(&t, '-');
        text_add(&t, words[i].s, words[i].n);
    }
    s = t.len ? arena_strndup(a, t.s, t.len) : NULL;
    text_release(&t);
    return s;
}

void jar_name_split(const char *path, struct arena *a, struct jar_info *out)
{
    const char *slash = strrchr(path, '/'), *s = slash ? slash + 1 : path;
    size_t n = strnlen(s, JAR_VALUE_MAX), count, at, after;
    struct word words[WORDS_MAX];

    if (n > 4 && str_ifind(s + n - 4, 4, ".jar"))
        n -= 4;
    count = split(s, n, words);
    /* the last word that is a version, but not the first */
    for (at = count; at > 1 && !is_version(words[at - 1]);)
        at--;
    if (at <= 1) {
        out->file_name = join(words, 0, count, a);
        return;
    }
    for (after = at; after < count && is_suffix(words[after]);)
        after++;
    out->file_name = join(words, 0, at - 1, a);
    out->file_version = join(words, at - 1, after, a);
    out->classifier = join(words, after, count, a);
}
