/* Lengths of time and sizes in bytes: read and written. No strtod or %f here: those follow the locale's decimal point.
 */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#define SECOND    ((int64_t)1000)
#define MINUTE    (60 * SECOND)
#define HOUR      (60 * MINUTE)
#define DAY       (24 * HOUR)
#define YEARS_100 (36525 * DAY)

/* A number as it was written: whole + part / scale. */
struct decimal {
    int64_t whole, part, scale;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "12", "1.5", ".5"; more than 9 decimals are cut. False without a digit or beyond 10^15. */
static bool take_decimal(const char **s, struct decimal *d)
{
    const char *start = *s;
    bool any = false;

    *d = (struct decimal){.scale = 1};
    for (; is_digit(**s); ++*s, any = true) {
        d->whole = d->whole * 10 + (**s - '0');
        if (d->whole > INT64_C(1000000000000000))
            return false;
    }
    if (**s == '.' || **s == ',') {
        for (++*s; is_digit(**s); ++*s, any = true)
            if (d->scale < 1000000000) {
                d->part = d->part * 10 + (**s - '0');
                d->scale *= 10;
            }
    }
    return any && *s > start;
}

/* d units of `unit`; false when that is more than `max`. The fraction is below one unit, its product small enough. */
static bool scaled(struct decimal d, int64_t unit, int64_t max, int64_t *out)
{
    int64_t n;

    if (__builtin_mul_overflow(d.whole, unit, &n))
        return false;
    n += (int64_t)((double)d.part / (double)d.scale * (double)unit + 1e-6);
    *out = n;
    return n >= 0 && n <= max;
}

bool duration_parse(const char *s, int64_t *ms)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", SECOND}, {"m", MINUTE}, {"h", HOUR}, {"d", DAY}};
    int64_t sum = 0, one;
    struct decimal d;

    if (!s || !*s)
        return false;
    while (*s) {
        size_t i = 0, len = 0;

        if (!take_decimal(&s, &d))
            return false;
        for (i = 0; i < sizeof units / sizeof *units; i++) {
            len = strlen(units[i].name);
            if (strncmp(s, units[i].name, len) == 0)
                break;
        }
        if (i == sizeof units / sizeof *units || !scaled(d, units[i].ms, YEARS_100, &one))
            return false;
        s += len;
        sum += one;
        if (sum > YEARS_100)
            return false;
    }
    *ms = sum;
    return true;
}

static int64_t iso_unit(char c, bool in_time)
{
    if (in_time)
        return c == 'H' ? HOUR : c == 'M' ? MINUTE : c == 'S' ? SECOND : 0;
    return c == 'Y' ? 365 * DAY : c == 'M' ? 30 * DAY : c == 'W' ? 7 * DAY : c == 'D' ? DAY : 0;
}

bool duration_parse_iso(const char *s, int64_t *ms)
{
    bool in_time = false, any = false, minus_all = false;
    int64_t sum = 0, one;
    struct decimal d;

    if (!s)
        return false;
    if (*s == '-' || *s == '+')
        minus_all = *s++ == '-';
    if (*s++ != 'P')
        return false;
    while (*s) {
        bool minus;
        int64_t unit;

        if (*s == 'T' && !in_time) {
            in_time = true;
            s++;
            continue;
        }
        minus = *s == '-';
        if (*s == '-' || *s == '+')
            s++;
        if (!take_decimal(&s, &d))
            return false;
        unit = iso_unit(*s, in_time);
        if (!unit || !scaled(d, unit, INT64_MAX / 4, &one))
            return false;
        s++;
        if (__builtin_add_overflow(sum, minus ? -one : one, &sum))
            return false;
        any = true;
    }
    *ms = minus_all ? -sum : sum;
    return any;
}

static void short_positive(int64_t ms, char *buf, size_t n)
{
    int64_t days = ms / DAY;

    if (ms < SECOND)
        snprintf(buf, n, "%dms", (int)ms);
    else if (ms < 10 * SECOND)
        snprintf(buf, n, "%d.%ds", (int)(ms / SECOND), (int)(ms % SECOND / 100));
    else if (ms < MINUTE)
        snprintf(buf, n, "%ds", (int)(ms / SECOND));
    else if (ms < HOUR)
        snprintf(buf, n, "%dm%02d", (int)(ms / MINUTE), (int)(ms % MINUTE / SECOND));
    else if (ms < DAY)
        snprintf(buf, n, "%dh%02d", (int)(ms / HOUR), (int)(ms % HOUR / MINUTE));
    else if (days < 100)
        snprintf(buf, n, "%dd%02dh", (int)days, (int)(ms % DAY / HOUR));
    else if (days < 10000)
        snprintf(buf, n, "%dd", (int)days);
    else if (days < 365 * 1000)
        snprintf(buf, n, "%dy", (int)(days / 365));
    else
        snprintf(buf, n, ">999y");
}

const char *duration_short(int64_t ms, char *buf, size_t n)
{
    char plain[16];

    if (ms == INT64_MIN)
        ms++;
    short_positive(ms < 0 ? -ms : ms, plain, sizeof plain);
    snprintf(buf, n, "%s%s", ms < 0 ? "-" : "", plain);
    return buf;
}

const char *bytes_short(int64_t bytes, char *buf, size_t n)
{
    static const char units[] = "BKMGTPE";
    uint64_t v = bytes < 0 ? -(uint64_t)bytes : (uint64_t)bytes, whole, rest;
    const char *sign = bytes < 0 ? "-" : "";
    unsigned u = 0;

    while (v >> (10 * u) >= 1024)
        u++;
    whole = v >> (10 * u);
    rest = v & (((uint64_t)1 << (10 * u)) - 1); /* below 2^60: ten times that still fits */
    if (!bytes)
        snprintf(buf, n, "0");
    else if (u && whole < 10)
        snprintf(buf, n, "%s%d.%d%c", sign, (int)whole, (int)(rest * 10 >> (10 * u)), units[u]);
    else
        snprintf(buf, n, "%s%d%c", sign, (int)whole, units[u]);
    return buf;
}

bool bytes_parse(const char *s, int64_t *bytes)
{
    static const char units[] = "kmgtpe";
    int64_t unit = 1;
    struct decimal d;
    const char *at;

    if (!s || !take_decimal(&s, &d))
        return false;
    if (*s && (at = strchr(units, *s | 0x20))) {
        unit = (int64_t)1 << (10 * (at - units + 1));
        s++;
        if ((*s | 0x20) == 'i')
            s++;
    }
    if ((*s | 0x20) == 'b')
        s++;
    return *s == '\0' && scaled(d, unit, INT64_MAX, bytes);
}
