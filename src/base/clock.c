/* The two clocks, and points in time. Lengths of time and sizes are in units.c. */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MONO_AT_FREEZE = 1000000 };

static struct {
    bool on;
    int64_t wall_ms, mono_ms;
} frozen;

static int64_t read_clock(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_mono_ms(void)
{
    return frozen.on ? frozen.mono_ms : read_clock(CLOCK_MONOTONIC);
}

int64_t clock_wall_ms(void)
{
    return frozen.on ? frozen.wall_ms : read_clock(CLOCK_REALTIME);
}

void clock_freeze(int64_t wall_ms)
{
    frozen.on = true;
    frozen.wall_ms = wall_ms;
    frozen.mono_ms = MONO_AT_FREEZE;
}

void clock_advance(int64_t ms)
{
    if (!frozen.on)
        return;
    frozen.wall_ms += ms;
    frozen.mono_ms += ms;
}

bool clock_frozen(void)
{
    return frozen.on;
}

int64_t clock_cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Years that need more than four digits are no dates that anybody wrote: held at the ends of 0000..9999. */
static int64_t split_time(int64_t wall_ms, struct tm *tm)
{
    const int64_t first = -62167219200000, last = 253402300799999;
    int64_t ms, s;
    time_t secs;

    if (wall_ms < first)
        wall_ms = first;
    if (wall_ms > last)
        wall_ms = last;
    s = wall_ms / 1000;
    ms = wall_ms % 1000;
    if (ms < 0) {
        ms += 1000;
        s--;
    }
    secs = (time_t)s;
    gmtime_r(&secs, tm);
    return ms;
}

/* The number in so many digits, and a sign behind it; returns what is behind that. */
static char *put(char *to, int number, int digits, char sign)
{
    for (int i = digits; i-- > 0; number /= 10)
        to[i] = (char)('0' + number % 10);
    to[digits] = sign;
    return to + digits + 1;
}

/* By hand: whole columns of them are searched. */
const char *time_rfc3339(int64_t wall_ms, char *buf, size_t n)
{
    struct tm tm;
    int ms = (int)split_time(wall_ms, &tm);
    char all[32], *to = put(all, tm.tm_year + 1900, 4, '-');

    to = put(to, tm.tm_mon + 1, 2, '-');
    to = put(to, tm.tm_mday, 2, 'T');
    to = put(to, tm.tm_hour, 2, ':');
    to = put(to, tm.tm_min, 2, ':');
    to = put(to, tm.tm_sec, 2, '.');
    *put(to, ms, 3, 'Z') = '\0';
    if (n) {
        strncpy(buf, all, n - 1);
        buf[n - 1] = '\0';
    }
    return buf;
}

const char *time_of_day(int64_t wall_ms, char *buf, size_t n)
{
    struct tm tm;

    split_time(wall_ms, &tm);
    snprintf(buf, n, "%02d:%02d:%02dZ", tm.tm_hour, tm.tm_min, tm.tm_sec);
    return buf;
}

/* Exactly `digits` digits within lo..hi; moves *s behind them. */
static bool take(const char **s, int digits, int lo, int hi, int *out)
{
    int n = 0;

    for (int i = 0; i < digits; i++) {
        char c = (*s)[i];

        if (c < '0' || c > '9')
            return false;
        n = n * 10 + (c - '0');
    }
    *s += digits;
    *out = n;
    return n >= lo && n <= hi;
}

static bool take_char(const char **s, const char *any)
{
    if (!**s || !strchr(any, **s))
        return false;
    ++*s;
    return true;
}

/* ".123456789": milliseconds, the rest is cut off. */
static bool take_fraction(const char **s, int *ms)
{
    int digits = 0, scale = 100;

    *ms = 0;
    if (!take_char(s, ".,"))
        return true;
    for (; **s >= '0' && **s <= '9'; ++*s, scale /= 10, digits++)
        *ms += (**s - '0') * scale;
    return digits >= 1 && digits <= 9;
}

/* "Z", "+hh:mm", "+hhmm", then perhaps "[Europe/Berlin]", then the end. */
static bool take_zone(const char *s, int *offset_min)
{
    int sign, h, m;

    *offset_min = 0;
    if (!take_char(&s, "Zz")) {
        sign = *s == '-' ? -1 : 1;
        if (!take_char(&s, "+-") || !take(&s, 2, 0, 18, &h))
            return false;
        take_char(&s, ":");
        if (!take(&s, 2, 0, 59, &m))
            return false;
        *offset_min = sign * (h * 60 + m);
    }
    if (*s == '[') {
        s += strcspn(s, "]");
        if (!take_char(&s, "]"))
            return false;
    }
    return *s == '\0';
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

bool time_parse(const char *s, int64_t *wall_ms)
{
    int year, month, day, hour, min, sec = 0, ms = 0, offset;
    struct tm tm = {0};

    if (!s || !take(&s, 4, 0, 9999, &year) || !take_char(&s, "-") || !take(&s, 2, 1, 12, &month) ||
        !take_char(&s, "-") || !take(&s, 2, 1, 31, &day) || day > days_in(year, month) || !take_char(&s, "Tt ") ||
        !take(&s, 2, 0, 23, &hour) || !take_char(&s, ":") || !take(&s, 2, 0, 59, &min))
        return false;
    /* Java leaves the seconds out where they are zero */
    if (take_char(&s, ":") && (!take(&s, 2, 0, 60, &sec) || !take_fraction(&s, &ms)))
        return false;
    if (!take_zone(s, &offset))
        return false;
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    tm.tm_mday = day;
    tm.tm_hour = hour;
    tm.tm_min = min - offset;
    tm.tm_sec = sec;
    *wall_ms = (int64_t)timegm(&tm) * 1000 + ms;
    return true;
}
