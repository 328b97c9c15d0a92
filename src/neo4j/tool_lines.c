#include "neo4j/tool_lines.h"

#include <string.h>

enum { SUM_DIGITS = 64, PID_DIGITS = 10, KB_DIGITS = 15, VERSION_MAX = 63 };

/* The number that it begins with, which is taken away; -1: none, or of more digits than `most`. */
static int64_t take_number(struct slice *s, size_t most)
{
    size_t n = 0;
    int64_t value = 0;

    for (; n < s->n && s->s[n] >= '0' && s->s[n] <= '9' && n <= most; n++)
        value = n < most ? value * 10 + (s->s[n] - '0') : -1;
    if (!n)
        return -1;
    s->s += n;
    s->n -= n;
    return value;
}

bool cmdline_path_next(const char **p, const char *end, int64_t *pid)
{
    struct slice line;

    while (scan_line(p, end, &line))
        if (slice_behind(line, "/proc/", &line) && (*pid = take_number(&line, PID_DIGITS)) > 0 && slice_is(line, "/cmdline"))
            return true;
    return false;
}

bool du_next(const char **p, const char *end, int64_t *bytes, struct slice *path)
{
    struct slice line;
    int64_t kb;

    while (scan_line(p, end, &line)) {
        if ((kb = take_number(&line, KB_DIGITS)) < 0 || !slice_behind(line, "\t", &line) || !line.n)
            continue;
        *bytes = kb * 1024;
        *path = line;
        return true;
    }
    return false;
}

static bool is_sum(struct slice line)
{
    if (line.n < SUM_DIGITS + 3 || line.s[SUM_DIGITS] != ' ')
        return false;
    for (size_t i = 0; i < SUM_DIGITS; i++)
        if (!(line.s[i] >= '0' && line.s[i] <= '9') && !(line.s[i] >= 'a' && line.s[i] <= 'f'))
            return false;
    return true;
}

bool sha256_next(const char **p, const char *end, struct slice *sum, struct slice *path)
{
    struct slice line;

    while (scan_line(p, end, &line)) {
        if (!is_sum(line))
            continue;
        *sum = (struct slice){line.s, SUM_DIGITS};
        *path = (struct slice){line.s + SUM_DIGITS + 2, line.n - SUM_DIGITS - 2};
        return true;
    }
    return false;
}

int64_t pid_file_parse(const char *s, size_t n)
{
    struct slice text = {s, n};
    int64_t pid;

    while (text.n && (*text.s == ' ' || *text.s == '\t' || *text.s == '\n' || *text.s == '\r')) {
        text.s++;
        text.n--;
    }
    pid = take_number(&text, PID_DIGITS);
    return pid > 0 ? pid : 0;
}

struct slice jdk_release_version(const char *s, size_t n)
{
    struct slice line;
    const char *end = s + n, *close;

    while (scan_line(&s, end, &line)) {
        if (!slice_behind(line, "JAVA_VERSION=\"", &line))
            continue;
        close = memchr(line.s, '"', line.n);
        if (close && close > line.s && close - line.s <= VERSION_MAX)
            return (struct slice){line.s, (size_t)(close - line.s)};
    }
    return (struct slice){"", 0};
}
