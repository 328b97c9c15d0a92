/* Lines of the plain layout, and which layout a line has. */
#include "neo4j/log_inside.h"

#include <string.h>

#include "neo4j/log_line.h"
#include "neo4j/scan.h"

static size_t skip_blanks(const char *s, size_t n, size_t i, size_t most)
{
    for (; most && i < n && s[i] == ' '; most--)
        i++;
    return i;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

size_t log_skip_database(const char *s, size_t n, size_t i, struct slice *database)
{
    enum { NAME_MAX_BYTES = 80 };
    const char *slash;
    size_t end;

    if (i >= n || s[i] != '[')
        return i;
    slash = memchr(s + i, '/', n - i < NAME_MAX_BYTES ? n - i : NAME_MAX_BYTES);
    if (!slash)
        return i;
    end = (size_t)(slash - s) + 9;
    if (end >= n || s[end] != ']' || memchr(s + i, ' ', end - i))
        return i;
    for (size_t k = end - 8; k < end; k++)
        if (!is_hex(s[k]))
            return i;
    *database = (struct slice){s + i + 1, (size_t)(slash - s) - i - 1};
    return skip_blanks(s, n, end + 1, 1);
}

/* "[o.n.k.i.JvmChecker] " or "[REQUEST] ", but no user of security.log, "[neo4j]: ". */
static size_t skip_category(const char *s, size_t n, size_t i, struct slice *category)
{
    bool dotted = false;
    size_t from = i + 1, to;

    if (i >= n || s[i] != '[')
        return i;
    for (to = from; to < n && s[to] != ']'; to++) {
        char c = s[to];

        if (c == '.')
            dotted = true;
        else if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '$' || c == '_'))
            return i;
    }
    if (to >= n || (to + 1 < n && s[to + 1] != ' ') || !(dotted || (to - from == 7 && !memcmp(s + from, "REQUEST", 7))))
        return i;
    *category = (struct slice){s + from, to - from};
    return skip_blanks(s, n, to + 1, 1);
}

/* 3.x writes when it happened behind when it was written: "[AsyncLog @ 2026-11-22 15:14:45.136+0000]  ". */
static size_t skip_async(const char *s, size_t n, size_t i)
{
    static const char begin[] = "[AsyncLog @ ";
    const char *end;

    if (n - i < sizeof begin - 1 || memcmp(s + i, begin, sizeof begin - 1) != 0)
        return i;
    end = memchr(s + i, ']', n - i < 64 ? n - i : 64);
    return end ? skip_blanks(s, n, (size_t)(end - s) + 1, 2) : i;
}

bool log_take_plain(struct log_reader *r, const char *s, size_t n, struct log_line *out)
{
    size_t i = log_stamp(r, s, n, &out->time_ms), end;

    if (!i || s[10] != ' ' || i >= n || s[i] != ' ')
        return false;
    i++;
    for (end = i; end < n && s[end] >= 'A' && s[end] <= 'Z'; end++)
        continue;
    out->level = (uint8_t)log_level_parse(s + i, end - i);
    if (!out->level)
        return false;
    i = skip_blanks(s, n, end, end - i < 5 ? 2 : 1);
    i = skip_async(s, n, i);
    i = skip_category(s, n, i, &out->category);
    i = skip_async(s, n, i);
    out->message = log_skip_database(s, n, i, &out->database);
    return true;
}

static bool take(struct log_reader *r, const char *s, size_t n, struct log_line *out)
{
    bool any = r->format == LOG_FORMAT_UNKNOWN, gc = r->format == LOG_FORMAT_GC, gc8 = r->format == LOG_FORMAT_GC8;

    if (!n)
        return false;
    if (s[0] == '{')
        return !gc && !gc8 && log_take_json(r, s, n, out);
    if (s[0] == '[')
        return (any || gc) && log_take_gc(r, s, n, out);
    if (s[0] < '0' || s[0] > '9')
        return false;
    return (!gc && !gc8 && log_take_plain(r, s, n, out)) || ((any || gc8) && log_take_gc8(r, s, n, out));
}

void log_reader_line(struct log_reader *r, const char *line, size_t n, struct log_line *out)
{
    size_t look = n < LOG_LOOK_MAX ? n : LOG_LOOK_MAX;

    *out = (struct log_line){.category = {"", 0}, .database = {"", 0}};
    if (take(r, line, look, out)) {
        r->time_ms = out->time_ms;
        r->level = out->level;
        r->since_start = out->since_start;
        r->began = true;
    } else {
        *out = (struct log_line){.continuation = true,
                                 .category = {"", 0},
                                 .database = {"", 0},
                                 .time_ms = r->began ? r->time_ms : LOG_TIME_NONE,
                                 .level = r->level,
                                 .since_start = r->since_start};
    }
    if (!out->json)
        out->message_len = n - out->message;
}

/* ---- the format of a file ---- */

static bool is_packed(const char *s, size_t n)
{
    static const struct {
        const char *magic;
        size_t n;
    } magics[] = {{"\x1F\x8B", 2}, {"PK\x03\x04", 4}, {"\x28\xB5\x2F\xFD", 4}, {"\xFD" "7zXZ", 5}, {"BZh", 3}};

    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (n >= magics[i].n && !memcmp(s, magics[i].magic, magics[i].n))
            return true;
    return false;
}

/* Text has no NULs and hardly any controls. */
static bool is_binary(const char *s, size_t n)
{
    size_t controls = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1B)
            controls += c ? 1 : 8;
    }
    return controls > n / 10;
}

static enum log_format format_of(const char *s, size_t n)
{
    static bool (*const takes[])(struct log_reader *, const char *, size_t, struct log_line *) = {
        [LOG_FORMAT_PLAIN] = log_take_plain,
        [LOG_FORMAT_JSON] = log_take_json,
        [LOG_FORMAT_GC] = log_take_gc,
        [LOG_FORMAT_GC8] = log_take_gc8,
    };
    struct log_reader r = {0};
    struct log_line l;

    for (int f = LOG_FORMAT_PLAIN; f <= LOG_FORMAT_GC8; f++)
        if (n && takes[f](&r, s, n < LOG_LOOK_MAX ? n : LOG_LOOK_MAX, &l))
            return (enum log_format)f;
    return LOG_FORMAT_UNKNOWN;
}

enum log_format log_format_detect(const char *bytes, size_t n)
{
    size_t seen[LOG_FORMAT_BINARY + 1] = {0};
    enum log_format best = LOG_FORMAT_UNKNOWN;
    struct slice line;
    const char *end;

    if (is_packed(bytes, n))
        return LOG_FORMAT_PACKED;
    n = n < LOG_DETECT_MAX ? n : LOG_DETECT_MAX;
    if (is_binary(bytes, n))
        return LOG_FORMAT_BINARY;
    for (end = bytes + n; scan_line(&bytes, end, &line);)
        seen[format_of(line.s, line.n)]++;
    for (int f = LOG_FORMAT_PLAIN; f <= LOG_FORMAT_GC8; f++)
        if (seen[f] && (best == LOG_FORMAT_UNKNOWN || seen[f] > seen[best]))
            best = (enum log_format)f;
    return best;
}
