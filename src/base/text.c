/* The growable buffer. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* What s points to while the text owns no memory: cap is 0 then. */
static char nothing[1];

void text_init(struct text *t, size_t max)
{
    *t = (struct text){.s = nothing, .max = max ? max : TEXT_MAX_DEFAULT};
}

void text_release(struct text *t)
{
    if (t->cap)
        free(t->s);
    text_init(t, t->max);
}

void text_clear(struct text *t)
{
    if (t->cap)
        t->s[0] = '\0';
    t->len = 0;
    t->full = false;
}

/* Room for n more bytes and the NUL; returns how many of the n are allowed. */
static size_t text_room(struct text *t, size_t n)
{
    size_t need;

    if (n > t->max - t->len) {
        n = t->max - t->len;
        t->full = true;
    }
    need = t->len + n + 1;
    if (need > t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 64;

        if (cap > t->max + 1)
            cap = t->max + 1;
        if (cap < need)
            cap = need;
        t->s = x_realloc(t->cap ? t->s : NULL, cap);
        t->cap = cap;
    }
    return n;
}

void text_add(struct text *t, const char *s, size_t n)
{
    n = text_room(t, n);
    if (n)
        memcpy(t->s + t->len, s, n);
    t->len += n;
    t->s[t->len] = '\0';
}

void text_adds(struct text *t, const char *s)
{
    if (s)
        text_add(t, s, strlen(s));
}

void text_addc(struct text *t, char c)
{
    if (t->len + 1 < t->cap && t->len < t->max) {
        t->s[t->len++] = c;
        t->s[t->len] = '\0';
    } else {
        text_add(t, &c, 1);
    }
}

void text_addf(struct text *t, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    text_vaddf(t, fmt, ap);
    va_end(ap);
}

void text_vaddf(struct text *t, const char *fmt, va_list ap)
{
    char small[256], *big;
    va_list again;
    int n;

    va_copy(again, ap);
    n = vsnprintf(small, sizeof small, fmt, ap);
    if (n >= 0 && (size_t)n < sizeof small) {
        text_add(t, small, (size_t)n);
    } else if (n >= 0) {
        big = x_malloc((size_t)n + 1);
        vsnprintf(big, (size_t)n + 1, fmt, again);
        text_add(t, big, (size_t)n);
        free(big);
    }
    va_end(again);
}

void text_add_cp(struct text *t, uint32_t cp)
{
    char out[4];
    size_t n = utf8_encode(cp, out);

    /* never half a character */
    if (n > t->max - t->len)
        t->full = true;
    else
        text_add(t, out, n);
}

char *text_steal(struct text *t)
{
    char *s = t->cap ? t->s : x_strdup("");

    text_init(t, t->max);
    return s;
}

bool str_ieq(const char *a, const char *b)
{
    return a && b ? strcasecmp(a, b) == 0 : a == b;
}

bool str_starts(const char *s, const char *prefix)
{
    return s && prefix && strncmp(s, prefix, strlen(prefix)) == 0;
}
