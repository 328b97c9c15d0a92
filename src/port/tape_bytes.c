/* Bytes of files on a tape: base64 for what is no text, and secrets taken out of what is. */
#include "port/tape_bytes.h"

#include <string.h>

/* ---- base64 ---- */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_add(struct text *out, const char *s, size_t n)
{
    const unsigned char *u = (const unsigned char *)s;

    for (size_t i = 0; i < n; i += 3) {
        uint32_t three = (uint32_t)u[i] << 16 | (i + 1 < n ? (uint32_t)u[i + 1] << 8 : 0) | (i + 2 < n ? u[i + 2] : 0);
        char four[4] = {digits[three >> 18], digits[three >> 12 & 63], i + 1 < n ? digits[three >> 6 & 63] : '=',
                        i + 2 < n ? digits[three & 63] : '='};
        text_add(out, four, 4);
    }
}

static int digit(char c)
{
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

bool base64_read(struct arena *a, const char *s, size_t n, struct value *out)
{
    size_t pad = n && s[n - 1] == '=' ? 1 + (n > 1 && s[n - 2] == '=') : 0, len = 0;
    char *to;

    if (n % 4)
        return false;
    to = arena_alloc(a, n / 4 * 3 + 1);
    for (size_t i = 0; i < n; i += 4) {
        uint32_t three = 0;
        for (size_t k = 0; k < 4; k++) {
            int d = i + k >= n - pad ? 0 : digit(s[i + k]);
            if (d < 0)
                return false;
            three = three << 6 | (uint32_t)d;
        }
        to[len++] = (char)(three >> 16);
        to[len++] = (char)(three >> 8 & 255);
        to[len++] = (char)(three & 255);
    }
    len -= pad;
    to[len] = '\0';
    *out = v_textn(to, len);
    return true;
}

/* ---- secrets ---- */

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

static bool tells_secret(const char *name, size_t n)
{
    static const char *const words[] = {"passw", "passphrase", "secret", "token", "neo4j_auth", "credential", "api_key", "apikey"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_ifind(name, n, words[i]))
            return true;
    return false;
}

/* One line, or one entry of a command line or an environment: NAME=value somewhere in it. */
static void hide_in(struct text *out, const char *s, size_t n)
{
    for (const char *at = s, *end = s + n, *eq; at < end && (eq = memchr(at, '=', (size_t)(end - at))); at = eq + 1) {
        const char *name = eq;
        while (name > at && (name[-1] == ' ' || name[-1] == '\t'))
            name--;
        const char *stop = name;
        while (name > s && is_name(name[-1]))
            name--;
        if (!tells_secret(name, (size_t)(stop - name)))
            continue;
        text_add(out, s, (size_t)(eq + 1 - s));
        text_adds(out, "(hidden)");
        return;
    }
    text_add(out, s, n);
}

void tape_hide(struct text *out, const char *s, size_t n)
{
    for (size_t i = 0, from = 0; i <= n; i++) {
        if (i < n && s[i] != '\n' && s[i] != '\0')
            continue;
        hide_in(out, s + from, i - from);
        if (i < n)
            text_addc(out, s[i]);
        from = i + 1;
    }
}
