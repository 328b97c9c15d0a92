#include "neo4j/setting_same.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"

enum {
    ROUNDED_PER_MILLE = 6, /* "1.00GiB" may stand for a little more or less */
    LIST_MAX = 4096,       /* bytes: longer lists are not compared */
};

static bool all_digits(const char *s)
{
    return *s && s[strspn(s, "0123456789")] == '\0';
}

static bool same_bytes(const char *file, const char *server)
{
    int64_t a, b, off;

    if (!bytes_parse(file, &a) || !bytes_parse(server, &b))
        return false;
    off = a > b ? a - b : b - a;
    return strchr(server, '.') ? off <= a / 1000 * ROUNDED_PER_MILLE : off == 0;
}

/* A number without a unit is meant in seconds. */
static bool to_ms(const char *s, int64_t *ms)
{
    char seconds[32];
    size_t n = strlen(s);

    if (!all_digits(s) || n > 12)
        return duration_parse(s, ms);
    memcpy(seconds, s, n);
    memcpy(seconds + n, "s", 2);
    return duration_parse(seconds, ms);
}

static bool same_duration(const char *file, const char *server)
{
    int64_t a, b;

    return to_ms(file, &a) && to_ms(server, &b) && a == b;
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);

    return m && n >= m && strcasecmp(s + n - m, end) == 0;
}

static bool same_path(const char *file, const char *server)
{
    size_t n = strlen(file), m = strlen(server);

    while (n > 1 && file[n - 1] == '/')
        n--;
    while (m > 1 && server[m - 1] == '/')
        m--;
    if (str_starts(file, "./"))
        file += 2, n -= 2;
    if (m < n || memcmp(server + m - n, file, n) != 0)
        return false;
    return m == n || (*server == '/' && *file != '/' && server[m - n - 1] == '/');
}

/* ":7474", "7474" and "localhost" are parts of what the server makes of them. */
static bool same_address(const char *file, const char *server)
{
    const char *colon = strrchr(server, ':');
    size_t n = strlen(file);

    if (!colon || !n)
        return false;
    if (*file == ':' || all_digits(file))
        return strcmp(colon + 1, file + (*file == ':')) == 0;
    return !strchr(file, ':') && n == (size_t)(colon - server) && strncasecmp(file, server, n) == 0;
}

/* One item of a list that is separated by any of `between`; false behind the last. */
static bool next_item(const char **at, const char *between, const char **item, size_t *n)
{
    *at += strspn(*at, between);
    *item = *at;
    *n = strcspn(*at, between);
    *at += *n;
    return *n > 0;
}

static bool has_item(const char *list, const char *between, const char *item, size_t n)
{
    const char *one;
    size_t m;

    while (next_item(&list, between, &one, &m))
        if (m == n && strncasecmp(one, item, n) == 0)
            return true;
    return false;
}

static bool holds_all(const char *list, const char *of, const char *between)
{
    const char *item;
    size_t n;

    while (next_item(&of, between, &item, &n))
        if (!has_item(list, between, item, n))
            return false;
    return true;
}

static bool same_list(const char *file, const char *server)
{
    if (strlen(file) > LIST_MAX || strlen(server) > LIST_MAX)
        return true;
    const char *between = strchr(file, '\n') || strchr(server, '\n') ? "\n" : strchr(file, ',') || strchr(server, ',') ? ", " : NULL;

    return between && holds_all(file, server, between) && holds_all(server, file, between);
}

bool setting_same(const char *file, const char *server)
{
    file = file ? file : "";
    server = server ? server : "";
    return strcasecmp(file, server) == 0 || same_bytes(file, server) || same_duration(file, server) || same_path(file, server) ||
           same_address(file, server) || same_list(file, server);
}

bool setting_is_secret(const char *name)
{
    static const char *const words[] = {"password", "secret", "key"};

    if (ends_with(name, "_length")) /* of a password, say */
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_ifind(name, strlen(name), words[i]))
            return true;
    return false;
}

bool setting_is_masked(const char *value)
{
    return value && *value && (value[strspn(value, "#")] == '\0' || value[strspn(value, "*")] == '\0');
}
