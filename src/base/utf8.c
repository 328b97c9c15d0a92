/* Code points, their width on a terminal, and the cleaning of text from outside. */
#include "base/text.h"

#include <langinfo.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

#include "base/mem.h"

#define REPLACEMENT 0xFFFDu
#define CP_MAX      0x10FFFFu

static bool is_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t utf8_decode(const char *s, size_t n, uint32_t *cp)
{
    const unsigned char *u = (const unsigned char *)s;
    uint32_t c = u[0];

    if (c < 0x80) {
        *cp = c;
        return 1;
    }
    if (c >= 0xC2 && c <= 0xDF && n >= 2 && is_tail(u[1])) {
        *cp = (c & 0x1F) << 6 | (u[1] & 0x3Fu);
        return 2;
    }
    if (c >= 0xE0 && c <= 0xEF && n >= 3 && is_tail(u[1]) && is_tail(u[2])) {
        *cp = (c & 0x0F) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
        if (*cp >= 0x800 && (*cp < 0xD800 || *cp > 0xDFFF))
            return 3;
    } else if (c >= 0xF0 && c <= 0xF4 && n >= 4 && is_tail(u[1]) && is_tail(u[2]) && is_tail(u[3])) {
        *cp = (c & 0x07) << 18 | (u[1] & 0x3Fu) << 12 | (u[2] & 0x3Fu) << 6 | (u[3] & 0x3Fu);
        if (*cp >= 0x10000 && *cp <= CP_MAX)
            return 4;
    }
    *cp = REPLACEMENT;
    return 1;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
    if (cp > CP_MAX || (cp >= 0xD800 && cp <= 0xDFFF))
        cp = REPLACEMENT;
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    if (cp < 0x800) {
        out[0] = (char)(0xC0 | cp >> 6);
        out[1] = (char)(0x80 | (cp & 0x3F));
        return 2;
    }
    if (cp < 0x10000) {
        out[0] = (char)(0xE0 | cp >> 12);
        out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
        out[2] = (char)(0x80 | (cp & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | cp >> 18);
    out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
    out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
    out[3] = (char)(0x80 | (cp & 0x3F));
    return 4;
}

bool utf8_valid(const char *s, size_t n)
{
    uint32_t cp;

    for (size_t i = 0; i < n;) {
        size_t used = utf8_decode(s + i, n - i, &cp);

        if (used == 1 && cp == REPLACEMENT)
            return false;
        i += used;
    }
    return true;
}

bool cp_is_control(uint32_t cp)
{
    if (cp < 0x20)
        return true;
    if (cp < 0x7F)
        return false;
    if (cp > CP_MAX)
        return true;
    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return false;
    }
}

/* 0 not asked yet, 1 the C library's tables count, 2 they are those of a non-UTF-8 locale and do not. */
static atomic_int locale_kind;

/* Answers for non-ASCII code points: cp << 8 | width + 2. One word each, so that workers may ask as well. */
enum { WIDTH_SLOTS = 1024 };
static _Atomic uint32_t width_cache[WIDTH_SLOTS];

void cp_width_reset(void)
{
    for (size_t i = 0; i < WIDTH_SLOTS; i++)
        atomic_store_explicit(&width_cache[i], 0, memory_order_relaxed);
    atomic_store(&locale_kind, 0);
}

static bool locale_counts(void)
{
    int kind = atomic_load_explicit(&locale_kind, memory_order_relaxed);

    if (kind == 0) {
        kind = strcmp(nl_langinfo(CODESET), "UTF-8") == 0 ? 1 : 2;
        atomic_store_explicit(&locale_kind, kind, memory_order_relaxed);
    }
    return kind == 1;
}

static int width_looked_up(uint32_t cp)
{
    int w;

    if (cp_is_control(cp) || utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_CN)
        return -1;
    w = utf8proc_charwidth((utf8proc_int32_t)cp);
    if (w < 0 || w > 2 || (locale_counts() && wcwidth((wchar_t)cp) != w))
        return -1;
    return w;
}

int cp_width(uint32_t cp)
{
    _Atomic uint32_t *slot;
    uint32_t known;
    int w;

    if (cp < 0x7F)
        return cp < 0x20 ? -1 : 1;
    if (cp > CP_MAX)
        return -1;
    slot = &width_cache[cp % WIDTH_SLOTS];
    known = atomic_load_explicit(slot, memory_order_relaxed);
    if (known >> 8 == cp)
        return (int)(known & 0xFF) - 2;
    w = width_looked_up(cp);
    atomic_store_explicit(slot, cp << 8 | (uint32_t)(w + 2), memory_order_relaxed);
    return w;
}

uint32_t cp_mark(uint32_t cp)
{
    if (cp < 0x20)
        return 0x2400 + cp;
    if (cp < 0x7F)
        return cp;
    if (cp == 0x7F)
        return 0x2421;
    return cp_width(cp) < 0 ? REPLACEMENT : cp;
}

/* Width of what is drawn for cp: its own or its mark's. */
static int drawn_width(uint32_t cp)
{
    int w = cp_width(cp);

    return w < 0 ? 1 : w;
}

int utf8_width(const char *s, size_t n)
{
    int cols = 0;
    uint32_t cp;

    for (size_t i = 0; i < n;) {
        i += utf8_decode(s + i, n - i, &cp);
        cols += drawn_width(cp);
    }
    return cols;
}

size_t utf8_fit(const char *s, size_t n, int cols, int *used)
{
    size_t i = 0;
    int sum = 0;

    while (i < n) {
        uint32_t cp;
        size_t len = utf8_decode(s + i, n - i, &cp);
        int w = drawn_width(cp);

        if (sum + w > cols)
            break;
        sum += w;
        i += len;
    }
    if (used)
        *used = sum;
    return i;
}

static void add_cleaned(struct text *t, uint32_t cp, unsigned flags)
{
    if (cp == '\n' || cp == '\t')
        text_addc(t, flags & CLEAN_ONE_LINE ? ' ' : (char)cp);
    else if ((flags & CLEAN_ASCII) && (cp < 0x20 || cp > 0x7E))
        text_addc(t, '?');
    else
        text_add_cp(t, cp_mark(cp));
}

void text_add_clean(struct text *t, const char *s, size_t n, unsigned flags)
{
    uint32_t cp;

    for (size_t i = 0; i < n && !t->full;) {
        size_t run = i;

        while (run < n && s[run] >= 0x20 && s[run] < 0x7F)
            run++;
        if (run > i) {
            text_add(t, s + i, run - i);
            i = run;
            continue;
        }
        i += utf8_decode(s + i, n - i, &cp);
        add_cleaned(t, cp, flags);
    }
}

static bool is_white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

void text_add_squeezed(struct text *t, const char *s, size_t n)
{
    bool any = false;

    for (size_t i = 0; i < n && !t->full;) {
        size_t end = i;

        while (end < n && !is_white(s[end]))
            end++;
        if (end > i) {
            if (any)
                text_addc(t, ' ');
            text_add(t, s + i, end - i);
            any = true;
        }
        for (i = end; i < n && is_white(s[i]);)
            i++;
    }
}

/* Nearly all that is searched is ASCII: without the call. */
static inline size_t decode(const char *s, size_t n, uint32_t *cp)
{
    if ((unsigned char)*s >= 0x80)
        return utf8_decode(s, n, cp);
    *cp = (unsigned char)*s;
    return 1;
}

/* Upper, then lower: so that the two small sigmas, and the like, meet. */
static uint32_t fold(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    return (uint32_t)utf8proc_tolower(utf8proc_toupper((utf8proc_int32_t)cp));
}

static bool matches_at(const char *s, size_t n, const uint32_t *want, size_t nwant)
{
    uint32_t cp;

    for (size_t k = 0, i = 0; k < nwant; k++) {
        if (i >= n)
            return false;
        i += decode(s + i, n - i, &cp);
        if (fold(cp) != want[k])
            return false;
    }
    return true;
}

/* Behind bytes that begin no match, eight at a time; `first` is what one begins with, folded. Other than ASCII may fold to anything. */
static size_t skip(const char *s, size_t i, size_t n, uint32_t first)
{
    const uint64_t each = 0x0101010101010101u, high = 0x80 * each;
    uint64_t fold_bits = first >= 'a' && first <= 'z' ? each * 0x20 : 0, w;

    for (; first < 0x80 && i + sizeof w <= n; i += sizeof w) {
        memcpy(&w, s + i, sizeof w);
        uint64_t other = (w | fold_bits) ^ each * first; /* 0 in a byte that is it */
        if (((other - each) & ~other & high) || (w & high))
            break;
    }
    return i;
}

const char *str_ifind(const char *hay, size_t n, const char *needle)
{
    size_t len = strlen(needle), count = 0;
    uint32_t small[64], *want = len <= 64 ? small : x_malloc(len * sizeof *want), cp;
    const char *found = NULL;
    size_t looked = 0;

    for (size_t i = 0; i < len; count++) {
        i += decode(needle + i, len - i, &cp);
        want[count] = fold(cp);
    }
    if (!count)
        found = hay;
    for (size_t i = 0; i < n && !found;) {
        size_t used;

        if (i >= looked) {
            i = skip(hay, i, n, want[0]);
            looked = i + 8;
            if (i >= n)
                break;
        }
        used = decode(hay + i, n - i, &cp);
        if (fold(cp) == want[0] && matches_at(hay + i, n - i, want, count))
            found = hay + i;
        i += used;
    }
    if (want != small)
        free(want);
    return found;
}
