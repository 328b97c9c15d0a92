/* Lines of gc.log. */
#include "neo4j/log_inside.h"

#include <string.h>

/* "0.874" with at most 9 digits before the point: milliseconds, and the bytes used; 0: no such number. */
static size_t take_seconds(const char *s, size_t n, int64_t *ms)
{
    size_t i = 0, digits;
    int64_t scale = 100;

    for (*ms = 0; i < n && i < 9 && s[i] >= '0' && s[i] <= '9'; i++)
        *ms = *ms * 10 + (s[i] - '0');
    digits = i;
    if (!digits || i >= n || (s[i] != '.' && s[i] != ','))
        return 0;
    *ms *= 1000;
    for (i++; i < n && s[i] >= '0' && s[i] <= '9'; i++, scale /= 10)
        *ms += (s[i] - '0') * scale;
    return i;
}

/* What one decoration says: a time of day counts before a time since the start. */
static bool take_decoration(struct log_reader *r, const char *s, size_t n, struct log_line *out, bool *timed)
{
    int64_t ms;
    enum log_level level;
    size_t used;

    while (n && s[n - 1] == ' ')
        n--;
    if (log_stamp(r, s, n, &ms)) {
        out->time_ms = ms;
        out->since_start = false;
        *timed = true;
        return true;
    }
    used = take_seconds(s, n, &ms);
    if (used && used + 1 == n && s[used] == 's') {
        if (!*timed) {
            out->time_ms = ms;
            out->since_start = *timed = true;
        }
        return true;
    }
    level = log_level_parse(s, n);
    if (level)
        out->level = (uint8_t)level;
    else if (n && !(s[0] >= '0' && s[0] <= '9')) /* numbers are those of process and thread */
        out->category = (struct slice){s, n};
    return n > 0;
}

bool log_take_gc(struct log_reader *r, const char *s, size_t n, struct log_line *out)
{
    enum { DECORATION_MAX = 80, DECORATIONS = 12 };
    bool timed = false;
    size_t i = 0;

    out->level = LOG_LEVEL_NONE;
    for (int k = 0; k < DECORATIONS && i < n && s[i] == '['; k++) {
        size_t left = n - i - 1;
        const char *end = memchr(s + i + 1, ']', left < DECORATION_MAX ? left : DECORATION_MAX);

        if (!end || !take_decoration(r, s + i + 1, (size_t)(end - s) - i - 1, out, &timed))
            return false;
        i = (size_t)(end - s) + 1;
    }
    if (!timed || (i < n && s[i] != ' '))
        return false;
    if (!out->level)
        out->level = LOG_LEVEL_INFO;
    out->message = i + (i < n);
    return true;
}

bool log_take_gc8(struct log_reader *r, const char *s, size_t n, struct log_line *out)
{
    size_t i = log_stamp(r, s, n, &out->time_ms), used;
    int64_t ms;

    if (i) {
        if (s[10] != 'T' || n < i + 2 || s[i] != ':' || s[i + 1] != ' ')
            return false;
        i += 2;
    }
    used = take_seconds(s + i, n - i, &ms);
    if (used && n >= i + used + 2 && s[i + used] == ':' && s[i + used + 1] == ' ') {
        out->since_start = !i;
        if (!i)
            out->time_ms = ms;
        i += used + 2;
    } else if (!i) {
        return false;
    }
    out->level = LOG_LEVEL_INFO;
    out->message = i;
    return true;
}
