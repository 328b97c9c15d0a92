#include "conf/ini.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

struct parser {
    void (*take)(void *, const struct ini_line *);
    void *data;
    struct text section, sub, name, value, words;
    bool has_sub;
    bool nowhere; /* behind a header that could not be read */
    unsigned line;
    const char *start, *end; /* of the line, without its end marks */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const char *skip_blanks(const struct parser *p, const char *s)
{
    while (s < p->end && is_blank(*s))
        s++;
    return s;
}

/* Nothing but blanks and a comment up to the end? */
static bool nothing_more(const struct parser *p, const char *s)
{
    s = skip_blanks(p, s);
    return s == p->end || *s == '#' || *s == ';';
}

static void hand_out(struct parser *p, enum ini_kind kind, const char *at, const char *name, const char *value,
                     const char *words)
{
    const struct ini_line out = {
        .kind = kind,
        .section = p->section.s,
        .sub = p->has_sub ? p->sub.s : NULL,
        .name = name,
        .value = value,
        .words = words,
        .line = p->line,
        .column = (unsigned)(at - p->start) + 1,
    };

    p->take(p->data, &out);
}

static void wrong(struct parser *p, const char *at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void wrong(struct parser *p, const char *at, const char *fmt, ...)
{
    va_list ap;

    text_clear(&p->words);
    va_start(ap, fmt);
    text_vaddf(&p->words, fmt, ap);
    va_end(ap);
    hand_out(p, p->nowhere ? INI_WRONG_SECTION : INI_WRONG, at, p->name.len ? p->name.s : NULL, NULL, p->words.s);
}

/* The closing quote of the one at s; NULL when there is none. */
static const char *closing_quote(const struct parser *p, const char *s)
{
    for (s++; s < p->end; s++) {
        if (*s == '\\')
            s++;
        else if (*s == '"')
            return s;
    }
    return NULL;
}

/* What stands between two quotes, into out; false when an escape is none, and that was told. */
static bool unquote(struct parser *p, const char *s, const char *close, struct text *out)
{
    static const char from[] = "\"\\nt", to[] = "\"\\\n\t";

    text_clear(out);
    for (s++; s < close; s++) {
        const char *at;

        if (*s != '\\') {
            text_addc(out, *s);
            continue;
        }
        at = memchr(from, s[1], sizeof from - 1);
        if (!at) {
            wrong(p, s, "'\\%.*s' is no escape: write \\\\ for a backslash, \\\" for a quote", s[1] & 0x80 ? 0 : 1,
                  s + 1);
            return false;
        }
        text_addc(out, to[at - from]);
        s++;
    }
    return true;
}

/* Where a value that is not quoted as a whole ends: at a comment, but not within quotes. A lone quote, as in "it's", is
 * no quote. */
static const char *plain_end(const struct parser *p, const char *s, bool quotes)
{
    const char *start = s;
    char quote = '\0';

    for (; s < p->end; s++) {
        if (quote) {
            quote = *s == quote ? '\0' : quote;
        } else if (quotes && (*s == '"' || *s == '\'')) {
            quote = *s;
        } else if ((*s == '#' || *s == ';') && (s == start || is_blank(s[-1]))) {
            break;
        }
    }
    if (quote)
        return plain_end(p, start, false);
    while (s > start && is_blank(s[-1]))
        s--;
    return s;
}

/* The value at s into p->value. False when it is wrong. */
static bool take_value(struct parser *p, const char *s)
{
    const char *close;

    if (s < p->end && *s == '"') {
        close = closing_quote(p, s);
        if (!close) {
            wrong(p, s, "the quote is not closed: write \" at the end, or \\\" for a quote itself");
            return false;
        }
        if (nothing_more(p, close + 1))
            return unquote(p, s, close, &p->value);
    }
    text_clear(&p->value);
    text_add(&p->value, s, (size_t)(plain_end(p, s, true) - s));
    return true;
}

/* The name at s into p->name; returns what stands behind it, NULL when it is wrong. */
static const char *take_name(struct parser *p, const char *s)
{
    const char *start = s, *end, *limit;

    if (*s == '"') {
        end = closing_quote(p, s);
        if (!end) {
            wrong(p, s, "the quote is not closed: write \"name\" = value");
            return NULL;
        }
        return unquote(p, s, end, &p->name) ? skip_blanks(p, end + 1) : NULL;
    }
    /* '=' itself may be a name, that of a key */
    limit = plain_end(p, s, true);
    end = memchr(s + 1, '=', (size_t)(limit - s - 1));
    if (!end)
        end = *s == '=' ? s : limit;
    s = end;
    while (s > start && is_blank(s[-1]))
        s--;
    text_clear(&p->name);
    text_add(&p->name, start, (size_t)(s - start));
    return end;
}

static void take_item(struct parser *p, const char *s)
{
    const char *start = s, *value;

    s = take_name(p, s);
    if (!s)
        return;
    if (!p->name.len) {
        wrong(p, start, "no name before '=': write name = value");
    } else if (s < p->end && *s == '=') {
        value = skip_blanks(p, s + 1);
        if (take_value(p, value))
            hand_out(p, INI_ITEM, value, p->name.s, p->value.s, NULL);
    } else if (!nothing_more(p, s) || strpbrk(p->name.s, " \t")) {
        wrong(p, start, "no '=' in this line: write name = value");
    } else {
        hand_out(p, INI_ITEM, start, p->name.s, NULL, NULL);
    }
}

static bool is_section_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
}

/* Behind the name of a section: perhaps "sub", then ']' and nothing more. */
static void take_header_rest(struct parser *p, const char *s)
{
    const char *close;

    s = skip_blanks(p, s);
    p->has_sub = s < p->end && *s == '"';
    if (p->has_sub) {
        close = closing_quote(p, s);
        if (!close) {
            wrong(p, s, "the quote is not closed: write [%s \"name\"]", p->section.s);
            return;
        }
        if (!unquote(p, s, close, &p->sub))
            return;
        s = skip_blanks(p, close + 1);
    }
    if (s == p->end || *s != ']') {
        wrong(p, s, "']' expected: write [%s] or [%s \"name\"]", p->section.s, p->section.s);
    } else if (!nothing_more(p, s + 1)) {
        wrong(p, s + 1, "nothing may follow ']': write the next item in a line of its own");
    } else {
        p->nowhere = false;
        hand_out(p, INI_SECTION, p->start, NULL, NULL, NULL);
    }
}

static void take_header(struct parser *p, const char *s)
{
    p->nowhere = true;
    p->has_sub = false;
    text_clear(&p->section);
    for (s = skip_blanks(p, s + 1); s < p->end && is_section_char(*s); s++)
        text_addc(&p->section, *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s);
    if (!p->section.len)
        wrong(p, s, "name of a section expected: write [options], [keys] or [instance \"name\"]");
    else
        take_header_rest(p, s);
}

/* The first byte that no line may hold; NULL when all are good. */
static const char *bad_byte(const struct parser *p)
{
    uint32_t cp;

    for (const char *s = p->start; s < p->end;) {
        size_t used = utf8_decode(s, (size_t)(p->end - s), &cp);

        if ((used == 1 && cp == 0xFFFD) || (cp_is_control(cp) && cp != '\t'))
            return s;
        s += used;
    }
    return NULL;
}

static void take_line(struct parser *p)
{
    const char *bad = bad_byte(p), *s = skip_blanks(p, p->start);
    bool header = s < p->end && *s == '[';

    if (s == p->end || *s == '#' || *s == ';')
        return;
    text_clear(&p->name);
    if (header)
        p->nowhere = true;
    if (bad && (header || !p->nowhere))
        wrong(p, bad, "byte 0x%02X: only printable UTF-8 may stand here", (unsigned char)*bad);
    else if (header)
        take_header(p, s);
    else if (!p->nowhere)
        take_item(p, s);
}

void ini_parse(const char *bytes, size_t n, void (*take)(void *data, const struct ini_line *line), void *data)
{
    struct parser p = {.take = take, .data = data};
    struct text *const texts[] = {&p.section, &p.sub, &p.name, &p.value, &p.words};
    size_t at = n >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        text_init(texts[i], 0);
    while (at < n) {
        const char *nl = memchr(bytes + at, '\n', n - at);

        p.line++;
        p.start = bytes + at;
        p.end = nl ? nl : bytes + n;
        at = (size_t)(p.end - bytes) + 1;
        if (p.end > p.start && p.end[-1] == '\r')
            p.end--;
        take_line(&p);
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        text_release(texts[i]);
}
