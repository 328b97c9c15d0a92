#include "neo4j/scan.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && is_blank(*p))
        p++;
    return p;
}

/* Behind the closing quote of the string that begins at p, or NULL. */
static const char *skip_string(const char *p, const char *end)
{
    for (p++; p < end; p++) {
        if (*p == '\\')
            p++;
        else if (*p == '"')
            return p + 1;
    }
    return NULL;
}

static const char *skip_scalar(const char *p, const char *end)
{
    const char *from = p;

    while (p < end && !is_blank(*p) && !memchr(",:]}[{\"", *p, 7))
        p++;
    return p > from ? p : NULL;
}

static const char *skip_nested(const char *p, const char *end)
{
    char closing[SCAN_DEPTH_MAX];
    size_t depth = 0;

    while (p && p < end) {
        char c = *p;

        if (c == '"') {
            p = skip_string(p, end);
            continue;
        }
        p++;
        if (c == '{' || c == '[') {
            if (depth == SCAN_DEPTH_MAX)
                return NULL;
            closing[depth++] = c == '{' ? '}' : ']';
        } else if (c == '}' || c == ']') {
            if (closing[depth - 1] != c)
                return NULL;
            if (--depth == 0)
                return p;
        }
    }
    return NULL;
}

bool scan_value(const char **p, const char *end, struct slice *out)
{
    const char *from = skip_blanks(*p, end), *to = NULL;

    if (from < end) {
        if (*from == '{' || *from == '[')
            to = skip_nested(from, end);
        else if (*from == '"')
            to = skip_string(from, end);
        else
            to = skip_scalar(from, end);
    }
    if (!to)
        return false;
    *out = (struct slice){from, (size_t)(to - from)};
    *p = to;
    return true;
}

bool scan_whole(struct slice text, struct slice *out)
{
    const char *p = text.s, *end = text.s + text.n;

    return scan_value(&p, end, out) && skip_blanks(p, end) == end;
}

static bool scan_open(struct scan *sc, struct slice value, char open)
{
    *sc = (struct scan){0};
    if (value.n < 2 || value.s[0] != open)
        return false;
    sc->p = value.s + 1;
    sc->end = value.s + value.n - 1; /* without the closing bracket */
    return true;
}

bool scan_object(struct scan *sc, struct slice value)
{
    return scan_open(sc, value, '{');
}

bool scan_list(struct scan *sc, struct slice value)
{
    return scan_open(sc, value, '[');
}

/* To the next value: over the comma, when one is due. */
static bool scan_next(struct scan *sc)
{
    if (sc->broken)
        return false;
    sc->p = skip_blanks(sc->p, sc->end);
    if (sc->p == sc->end)
        return false;
    if (sc->began) {
        if (*sc->p != ',') {
            sc->broken = true;
            return false;
        }
        sc->p++;
    }
    sc->began = true;
    return true;
}

bool scan_element(struct scan *sc, struct slice *value)
{
    if (!scan_next(sc))
        return false;
    if (!scan_value(&sc->p, sc->end, value))
        sc->broken = true;
    return !sc->broken;
}

bool scan_member(struct scan *sc, struct slice *key, struct slice *value)
{
    if (!scan_next(sc))
        return false;
    sc->broken = !scan_value(&sc->p, sc->end, key) || key->s[0] != '"';
    if (!sc->broken) {
        *key = (struct slice){key->s + 1, key->n - 2};
        sc->p = skip_blanks(sc->p, sc->end);
        sc->broken = sc->p == sc->end || *sc->p++ != ':' || !scan_value(&sc->p, sc->end, value);
    }
    return !sc->broken;
}

bool slice_is(struct slice s, const char *text)
{
    return s.n == strlen(text) && !memcmp(s.s, text, s.n);
}

bool slice_ends(struct slice s, const char *text)
{
    size_t n = strlen(text);

    return s.n >= n && !memcmp(s.s + s.n - n, text, n);
}

bool slice_behind(struct slice s, const char *text, struct slice *rest)
{
    size_t n = strlen(text);

    if (s.n < n || memcmp(s.s, text, n) != 0)
        return false;
    *rest = (struct slice){s.s + n, s.n - n};
    return true;
}

struct slice slice_trim(struct slice s, const char *set)
{
    size_t n = strlen(set);

    while (s.n && memchr(set, *s.s, n)) {
        s.s++;
        s.n--;
    }
    while (s.n && memchr(set, s.s[s.n - 1], n))
        s.n--;
    return s;
}

bool scan_get(struct slice object, const char *key, struct slice *value)
{
    struct scan sc;
    struct slice k;

    if (!scan_object(&sc, object))
        return false;
    while (scan_member(&sc, &k, value))
        if (slice_is(k, key))
            return true;
    return false;
}

bool scan_line(const char **p, const char *end, struct slice *line)
{
    const char *nl;

    if (*p >= end)
        return false;
    nl = memchr(*p, '\n', (size_t)(end - *p));
    *line = (struct slice){*p, (size_t)((nl ? nl : end) - *p)};
    *p = nl ? nl + 1 : end;
    return true;
}
