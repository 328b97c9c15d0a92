#include "neo4j/listeners.h"

#include <string.h>

#include "neo4j/scan.h"

/* The word at *p, which is moved behind it and the blanks that follow; its length. */
static size_t next_word(const char **p, const char *end, const char **word)
{
    *word = *p;
    while (*p < end && **p != ' ')
        (*p)++;
    size_t n = (size_t)(*p - *word);
    while (*p < end && **p == ' ')
        (*p)++;
    return n;
}

static int64_t digits(const char *s, const char *end)
{
    int64_t n = 0;
    size_t count = 0;

    for (; s < end && *s >= '0' && *s <= '9' && count < 10; s++, count++)
        n = n * 10 + (*s - '0');
    return count ? n : -1;
}

/* "[::ffff:127.0.0.1]:7474", "0.0.0.0:22", "*:7687" */
static int port_of(const char *s, size_t n)
{
    const char *colon = memrchr(s, ':', n);
    int64_t port = colon ? digits(colon + 1, s + n) : -1;

    return port > 0 && port < 65536 ? (int)port : 0;
}

/* users:(("java",pid=4711,fd=203),...): the first. */
static void take_user(const char *s, const char *end, struct listener *out)
{
    const char *open = memmem(s, (size_t)(end - s), "((\"", 3), *close, *pid;
    int64_t number;
    size_t n;

    if (!open || !(close = memchr(open + 3, '"', (size_t)(end - open - 3))))
        return;
    pid = memmem(close, (size_t)(end - close), "pid=", 4);
    number = pid ? digits(pid + 4, end) : -1;
    if (number <= 0)
        return;
    out->pid = number;
    n = (size_t)(close - open) - 3;
    n = n < sizeof out->name - 1 ? n : sizeof out->name - 1;
    memcpy(out->name, open + 3, n);
}

static void take_line(const char *p, const char *end, struct listener *out)
{
    const char *word;
    size_t n = 0;

    for (int i = 0; i < 4; i++) /* state, two queues, the local address */
        n = next_word(&p, end, &word);
    out->port = port_of(word, n);
    take_user(p, end, out);
}

size_t listeners_parse(const char *s, size_t n, struct arena *a, struct listener **out)
{
    const char *end = s + n;
    struct slice line;
    size_t lines = 1, count = 0;

    for (const char *p = s; lines < LISTENERS_MAX && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        lines++;
    *out = arena_zalloc(a, lines * sizeof **out);
    while (count < lines && scan_line(&s, end, &line)) {
        struct listener *l = &(*out)[count];

        take_line(line.s, line.s + line.n, l);
        if (l->port)
            count++;
        else
            *l = (struct listener){0};
    }
    return count;
}
