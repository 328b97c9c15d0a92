/* JSON, as far as a tape needs it, over base/ only: bounded depth, no recursion into what it does not know. */
#include "port/tape.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64 };

struct reader {
    const char *start, *at, *end;
    struct arena *arena;
    struct err *err;
    struct value *stack; /* members of what is open, gathered until it closes */
    size_t n, cap;
    unsigned depth;
};

static bool wrong(struct reader *r, const char *what)
{
    return err_set(r->err, ERR_SHAPE, "%s at byte %zu", what, (size_t)(r->at - r->start) + 1);
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\r' || *r->at == '\n'))
        r->at++;
}

static bool take(struct reader *r, char c)
{
    skip_blanks(r);
    if (r->at >= r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static void push(struct reader *r, struct value v)
{
    r->stack = x_grow(r->stack, &r->cap, r->n + 1, sizeof *r->stack);
    r->stack[r->n++] = v;
}

/* What was pushed since `first` becomes one value. */
static struct value gather(struct reader *r, size_t first, enum value_type type)
{
    size_t n = r->n - first;
    struct value *list = arena_alloc(r->arena, (n + 1) * sizeof *list);

    if (n)
        memcpy(list, r->stack + first, n * sizeof *list);
    r->n = first;
    return (struct value){.type = (uint8_t)type, .len = (uint32_t)n, .u.list = list};
}

/* ---- texts ---- */

static bool hex4(struct reader *r, uint32_t *out)
{
    *out = 0;
    if (r->end - r->at < 4)
        return wrong(r, "a \\u escape is cut");
    for (int i = 0; i < 4; i++) {
        char c = *r->at;
        int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (d < 0)
            return wrong(r, "a \\u escape has a digit that is none");
        *out = *out * 16 + (uint32_t)d;
        r->at++;
    }
    return true;
}

/* A pair of surrogates is one character; one alone is none. */
static bool unicode_escape(struct reader *r, struct text *out)
{
    uint32_t cp, low;

    if (!hex4(r, &cp))
        return false;
    if (cp >= 0xD800 && cp < 0xDC00 && r->end - r->at >= 6 && r->at[0] == '\\' && r->at[1] == 'u') {
        const char *back = r->at;
        r->at += 2;
        if (!hex4(r, &low))
            return false;
        if (low >= 0xDC00 && low < 0xE000)
            cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
        else
            r->at = back;
    }
    text_add_cp(out, cp >= 0xD800 && cp < 0xE000 ? 0xFFFD : cp);
    return true;
}

static bool escape(struct reader *r, struct text *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = r->at < r->end ? *r->at++ : '\0';
    const char *at = c ? strchr(from, c) : NULL;

    if (c == 'u')
        return unicode_escape(r, out);
    if (!at)
        return wrong(r, "an escape that is none");
    text_addc(out, to[at - from]);
    return true;
}

static bool read_chars(struct reader *r, struct text *out)
{
    while (r->at < r->end && *r->at != '"') {
        const char *from = r->at;
        while (r->at < r->end && *r->at != '"' && *r->at != '\\' && (unsigned char)*r->at >= 0x20)
            r->at++;
        text_add(out, from, (size_t)(r->at - from));
        if (r->at >= r->end || *r->at == '"')
            break;
        if (*r->at != '\\')
            return wrong(r, "a control character in a text");
        r->at++;
        if (!escape(r, out))
            return false;
    }
    return r->at < r->end ? (r->at++, true) : wrong(r, "a text that does not end");
}

static bool read_text(struct reader *r, struct value *out)
{
    struct text t;
    bool ok;

    text_init(&t, TAPE_LINE_MAX);
    ok = read_chars(r, &t);
    if (ok)
        *out = v_copy_text(r->arena, t.s, t.len);
    text_release(&t);
    return ok;
}

/* ---- the rest ---- */

/* A point is a point, whatever the person's locale says. */
static double to_double(const char *s, char **end)
{
    static locale_t c_locale;

    if (!c_locale)
        c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return c_locale ? strtod_l(s, end, c_locale) : strtod(s, end);
}

static bool is_number_char(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static bool read_number(struct reader *r, struct value *out)
{
    char buf[64], *end;
    size_t n = 0;
    bool whole = true;

    while (r->at < r->end && is_number_char(*r->at) && n < sizeof buf - 1) {
        whole &= *r->at != '.' && *r->at != 'e' && *r->at != 'E';
        buf[n++] = *r->at++;
    }
    buf[n] = '\0';
    errno = 0;
    if (whole) {
        long long i = strtoll(buf, &end, 10);
        *out = errno == ERANGE ? v_float(to_double(buf, &end)) : v_int(i);
    } else {
        *out = v_float(to_double(buf, &end));
    }
    return n && !*end ? true : wrong(r, "a number that makes no sense");
}

static bool word(struct reader *r, const char *w)
{
    size_t n = strlen(w);

    if ((size_t)(r->end - r->at) < n || memcmp(r->at, w, n) != 0)
        return false;
    r->at += n;
    return true;
}

static bool read_value(struct reader *r, struct value *out);

static bool read_list(struct reader *r, struct value *out)
{
    size_t first = r->n;
    struct value v;

    if (!take(r, ']')) {
        do {
            if (!read_value(r, &v))
                return false;
            push(r, v);
        } while (take(r, ','));
        if (!take(r, ']'))
            return wrong(r, "a list that does not go on");
    }
    *out = gather(r, first, V_LIST);
    return true;
}

static bool read_member(struct reader *r)
{
    struct value key, v;

    if (!take(r, '"') || !read_text(r, &key))
        return wrong(r, "an object without a name");
    if (!take(r, ':'))
        return wrong(r, "a name without a value");
    if (!read_value(r, &v))
        return false;
    push(r, key);
    push(r, v);
    return true;
}

static bool read_object(struct reader *r, struct value *out)
{
    size_t first = r->n;

    if (!take(r, '}')) {
        do {
            if (!read_member(r))
                return false;
        } while (take(r, ','));
        if (!take(r, '}'))
            return wrong(r, "an object that does not go on");
    }
    *out = gather(r, first, V_MAP);
    return true;
}

static bool read_value(struct reader *r, struct value *out)
{
    bool ok;

    if (++r->depth > DEPTH_MAX)
        return wrong(r, "too many levels");
    if (take(r, '"'))
        ok = read_text(r, out);
    else if (take(r, '['))
        ok = read_list(r, out);
    else if (take(r, '{'))
        ok = read_object(r, out);
    else if (r->at < r->end && is_number_char(*r->at))
        ok = read_number(r, out);
    else if (word(r, "null"))
        ok = (*out = v_absent(ABSENT_NULL), true);
    else if (word(r, "true"))
        ok = (*out = v_bool(true), true);
    else if (word(r, "false"))
        ok = (*out = v_bool(false), true);
    else
        ok = wrong(r, "no value");
    r->depth--;
    return ok;
}

bool tape_parse_json(const char *s, size_t n, struct arena *a, struct value *out, struct err *e)
{
    struct reader r = {.start = s, .at = s, .end = s + n, .arena = a, .err = e};
    bool ok;

    if (n > TAPE_LINE_MAX)
        return err_set(e, ERR_TOO_LARGE, "a line of more than %d MB", TAPE_LINE_MAX / 1024 / 1024);
    ok = read_value(&r, out);
    skip_blanks(&r);
    if (ok && r.at != r.end)
        ok = wrong(&r, "something behind the end");
    free(r.stack);
    return ok;
}
