#include "neo4j/log_inside.h"

#include <string.h>

static int digit(char c)
{
    return (unsigned char)(c - '0');
}

/* Two digits, or something over 99. */
static int two(const char *s)
{
    int a = digit(s[0]), b = digit(s[1]);

    return a > 9 || b > 9 ? 1000 : a * 10 + b;
}

/* Days since 1970 of a date of the Gregorian calendar. */
static int64_t days(int y, int m, int d)
{
    int64_t era, yoe, doy;

    y -= m <= 2;
    era = y / 400;
    yoe = y - era * 400;
    doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static bool take_day(struct log_reader *r, const char *s)
{
    int c, y, m, d;

    if (r->day[0] && !memcmp(r->day, s, sizeof r->day))
        return true;
    c = two(s);
    y = two(s + 2);
    m = two(s + 5);
    d = two(s + 8);
    if (c > 99 || y > 99 || s[4] != '-' || m < 1 || m > 12 || s[7] != '-' || d < 1 || d > 31)
        return false;
    memcpy(r->day, s, sizeof r->day);
    r->day_ms = days(c * 100 + y, m, d) * 86400000;
    return true;
}

size_t log_stamp(struct log_reader *r, const char *s, size_t n, int64_t *ms)
{
    int h, min, sec, hundredths, zh, zm;

    if (n < 28 || s[13] != ':' || s[16] != ':' || s[19] != '.' || (s[10] != ' ' && s[10] != 'T') || (s[23] != '+' && s[23] != '-'))
        return 0;
    h = two(s + 11);
    min = two(s + 14);
    sec = two(s + 17);
    hundredths = two(s + 20);
    zh = two(s + 24);
    zm = two(s + 26);
    if (h > 23 || min > 59 || sec > 60 || hundredths > 99 || digit(s[22]) > 9 || zh > 18 || zm > 59 || !take_day(r, s))
        return 0;
    *ms = r->day_ms + ((h * 60 + min) * 60 + sec) * 1000 + hundredths * 10 + digit(s[22]);
    *ms -= (s[23] == '-' ? -1 : 1) * (zh * 60 + zm) * 60000;
    return 28;
}

enum log_level log_level_parse(const char *s, size_t n)
{
    static const struct {
        const char *name;
        enum log_level level;
    } names[] = {
        {"INFO", LOG_LEVEL_INFO},       {"WARN", LOG_LEVEL_WARN},      {"ERROR", LOG_LEVEL_ERROR},     {"DEBUG", LOG_LEVEL_DEBUG},
        {"TRACE", LOG_LEVEL_TRACE},     {"WARNING", LOG_LEVEL_WARN},   {"FATAL", LOG_LEVEL_ERROR},     {"NOTICE", LOG_LEVEL_INFO},
        {"CRITICAL", LOG_LEVEL_ERROR},  {"ALERT", LOG_LEVEL_ERROR},    {"EMERGENCY", LOG_LEVEL_ERROR}, {"DEFAULT", LOG_LEVEL_INFO},
        {"DEVELOP", LOG_LEVEL_TRACE},   {"SEVERE", LOG_LEVEL_ERROR},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t k = 0;

        while (k < n && names[i].name[k] && (s[k] & ~0x20) == names[i].name[k])
            k++;
        if (k == n && !names[i].name[k])
            return names[i].level;
    }
    return LOG_LEVEL_NONE;
}
