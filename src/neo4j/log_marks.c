#include "neo4j/log_marks.h"

#include <string.h>

enum how { HOW_WHOLE, HOW_BEGIN, HOW_LOUD, HOW_ANY };

static const struct mark {
    enum log_mark id;
    enum how how;
    size_t ntext; /* of text */
    const char *text, *also, *ms, *n, *name, *from;
    enum log_weight weight;
    const char *help;
} marks[] = {
#define MARK(id, how, text, also, ms, n, name, from, weight, help)                                                  \
    {LOG_MARK_##id, HOW_##how, sizeof text - 1, text, also, ms, n, name, from, LOG_WEIGHT_##weight, help},
#include "tables/log_marks.def"
#undef MARK
};

enum { NMARKS = sizeof marks / sizeof *marks };

/* Behind the first `text`, NULL when it is not there; "" is there at once. */
static const char *behind(struct slice in, const char *text)
{
    size_t n = strlen(text);
    const char *at = n ? memmem(in.s, in.n, text, n) : in.s;

    return at ? at + n : NULL;
}

static const char *behind_last(struct slice in, const char *text)
{
    const char *at = NULL, *next;
    struct slice rest = in;

    while ((next = behind(rest, text))) {
        at = next;
        rest = (struct slice){next, in.n - (size_t)(next - in.s)};
    }
    return at;
}

static bool begins(struct slice s, const char *text)
{
    size_t n = strlen(text);

    return s.n >= n && !memcmp(s.s, text, n);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int64_t take_number(const char **p, const char *end)
{
    int64_t n = 0;

    if (*p >= end || !is_digit(**p))
        return -1;
    for (; *p < end && is_digit(**p); ++*p)
        n = n < INT64_MAX / 100 ? n * 10 + (**p - '0') : n;
    return n;
}

/* Nanoseconds of a unit at p, moved behind it; without one it is milliseconds. */
static double take_unit(const char **p, const char *end)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {
        {"ns", 1}, {"\xCE\xBCs", 1e3}, {"us", 1e3}, {"ms", 1e6}, {"seconds", 1e9}, {"secs", 1e9}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9},
    };

    if (*p < end && **p == ' ' && *p + 1 < end && !is_digit((*p)[1]))
        ++*p;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (begins((struct slice){*p, (size_t)(end - *p)}, units[i].name)) {
            *p += strlen(units[i].name);
            return units[i].ns;
        }
    return 1e6;
}

/* "44ms", "1s 20ms", "200", "0.0069 seconds", "4459003 ns": milliseconds rounded to the nearest, -1: no number. */
static int64_t take_ms(const char *p, const char *end)
{
    double ns = 0;
    bool any = false;

    for (;;) {
        int64_t whole = take_number(&p, end);
        double value = (double)whole, scale = 0.1;

        if (whole < 0)
            break;
        if (p + 1 < end && *p == '.' && is_digit(p[1]))
            for (p++; p < end && is_digit(*p); p++, scale /= 10)
                value += (*p - '0') * scale;
        ns += value * take_unit(&p, end);
        any = true;
        if (p + 1 >= end || *p != ' ' || !is_digit(p[1]))
            break;
        p++;
    }
    return !any ? -1 : ns < 9e24 ? (int64_t)(ns / 1e6 + 0.5) : INT64_MAX;
}

/* In quotes or brackets up to their end, else up to a blank or a comma. A stop at the end belongs to the sentence. */
static struct slice take_name(const char *p, const char *end)
{
    static const char open[] = "'\"`[(", close[] = "'\"`])";
    const char *from, *quote;
    char until = 0;

    if (p < end && *p == '\\')
        p++;
    quote = p < end && *p ? strchr(open, *p) : NULL;
    if (quote) {
        until = close[quote - open];
        p++;
    }
    from = p;
    while (p < end && (until ? *p != until && *p != '\\' : *p != ' ' && *p != ',' && *p != ':'))
        p++;
    if (!until && p > from && p[-1] == '.')
        p--;
    return (struct slice){from, (size_t)(p - from)};
}

/* Behind ": " all that follows; a bracket alone is the one that the name stands in. */
static struct slice name_of(const char *key, const char *p, const char *end)
{
    size_t n = strlen(key);

    if (n >= 2 && !strcmp(key + n - 2, ": "))
        return (struct slice){p, (size_t)(end - p)};
    return take_name(n == 1 ? p - 1 : p, end);
}

/* The last word of the message. */
static const char *last_word(struct slice s)
{
    const char *p = s.s + s.n;

    while (p > s.s && p[-1] != ' ')
        p--;
    return p;
}

static bool fits(const struct mark *m, struct slice s, bool loud)
{
    bool begins_so = s.n >= m->ntext && s.s[0] == m->text[0] && !memcmp(s.s, m->text, m->ntext);

    switch (m->how) {
    case HOW_WHOLE:
        return begins_so && s.n == m->ntext;
    case HOW_BEGIN:
        return begins_so && behind(s, m->also);
    case HOW_LOUD:
        return loud && behind(s, m->text) && behind(s, m->also);
    case HOW_ANY:
        return behind(s, m->text) && behind(s, m->also);
    }
    return false;
}

/* Takes out what the line carries; false: the time that makes it a mark is missing. */
static bool extract(const struct mark *m, struct slice s, struct log_found *out)
{
    const char *end = s.s + s.n, *p;

    *out = (struct log_found){.mark = m->id, .ms = -1, .n = -1, .name = {"", 0}, .from = {"", 0}};
    if (*m->ms) {
        p = !strcmp(m->ms, "END") ? last_word(s) : behind(s, m->ms);
        out->ms = p ? take_ms(p, end) : -1;
        if (out->ms < 0)
            return false;
    }
    if (*m->n && (p = behind(s, m->n)))
        out->n = take_number(&p, end);
    if (*m->name && (p = behind(s, m->name)))
        out->name = name_of(m->name, p, end);
    if (*m->from && (p = behind_last(s, m->from)))
        out->from = take_name(p, end);
    return true;
}

bool log_mark_find(const char *line, const struct log_line *l, struct log_found *out)
{
    struct slice s = {line + l->message, l->message_len};
    bool loud = l->continuation || l->level >= LOG_LEVEL_WARN;
    struct log_found found;

    if (s.n > LOG_LOOK_MAX)
        s.n = LOG_LOOK_MAX;
    while (s.n && (s.s[s.n - 1] == '\r' || s.s[s.n - 1] == ' '))
        s.n--;
    for (size_t i = 0; i < NMARKS; i++)
        if ((loud || marks[i].how != HOW_LOUD) && fits(&marks[i], s, loud)) {
            if (!extract(&marks[i], s, &found))
                return false;
            *out = found;
            return true;
        }
    return false;
}

const char *log_mark_help(enum log_mark m)
{
    return m == LOG_MARK_NONE ? "" : marks[m - 1].help;
}

enum log_weight log_mark_weight(enum log_mark m)
{
    return m == LOG_MARK_NONE ? LOG_WEIGHT_NOTE : marks[m - 1].weight;
}
