#include "neo4j/explain.h"

#include <string.h>
#include <strings.h>

#include "neo4j/scan.h"

static bool is_letter(char c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool is_word(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
}

/* All that some version of Cypher takes for white space: the blanks of Unicode and the separators of ASCII. */
static bool is_space(uint32_t cp)
{
    return (cp >= 0x09 && cp <= 0x0D) || (cp >= 0x1C && cp <= 0x20) || cp == 0x85 || cp == 0xA0 || cp == 0x1680 || cp == 0x180E ||
           (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F || cp == 0x3000 ||
           cp == 0xFEFF;
}

/* Over a comment that begins at p; NULL when it does not end. */
static const char *skip_comment(const char *p)
{
    if (p[1] == '*') {
        p = strstr(p + 2, "*/");
        return p ? p + 2 : NULL;
    }
    return p + strcspn(p, "\r\n");
}

static bool is_comment(const char *p)
{
    return p[0] == '/' && (p[1] == '/' || p[1] == '*');
}

/* Over blanks and comments; NULL when a comment does not end. */
static const char *skip_gap(const char *p)
{
    uint32_t cp;

    while (p && *p) {
        size_t n = utf8_decode(p, strlen(p) < 4 ? strlen(p) : 4, &cp);

        if (is_comment(p))
            p = skip_comment(p);
        else if (is_space(cp))
            p += n;
        else
            break;
    }
    return p;
}

static bool word_is(const char *p, size_t n, const char *word)
{
    return n == strlen(word) && !strncasecmp(p, word, n);
}

static size_t word_len(const char *p)
{
    size_t n = 0;

    while (is_word(p[n]))
        n++;
    return n;
}

/* "5", "25", "3.5" or "name=value" behind CYPHER; 0 when there is no option. */
static size_t option_len(const char *p)
{
    size_t n = 0, m;

    if (p[0] >= '0' && p[0] <= '9') {
        while ((p[n] >= '0' && p[n] <= '9') || p[n] == '.')
            n++;
        return n;
    }
    n = word_len(p);
    if (!n)
        return 0;
    while (p[n] == ' ')
        n++;
    if (p[n++] != '=')
        return 0;
    while (p[n] == ' ')
        n++;
    m = word_len(p + n);
    return m ? n + m : 0;
}

/* The options that stand in front of a query, and where the query itself begins. */
struct prefix {
    struct slice options[16];
    size_t n;
    const char *rest; /* NULL: the beginning cannot be read */
};

static const char *read_options(struct prefix *x, const char *p)
{
    size_t n;

    while ((p = skip_gap(p)) && (n = option_len(p))) {
        if (x->n == sizeof x->options / sizeof *x->options)
            return NULL;
        x->options[x->n++] = (struct slice){p, n};
        p += n;
        if (*p && skip_gap(p) == p) /* what sticks to an option could be anything */
            return NULL;
    }
    return p;
}

static void read_prefix(struct prefix *x, const char *p)
{
    *x = (struct prefix){0};
    while ((p = skip_gap(p))) {
        size_t n = word_len(p);

        if (word_is(p, n, "EXPLAIN") || word_is(p, n, "PROFILE"))
            p += n;
        else if (word_is(p, n, "CYPHER"))
            p = read_options(x, p + n);
        else
            break;
        if (!p)
            break;
    }
    /* a first word with an escape in it may spell anything */
    if (p && (is_letter(*p) || *p == '(' || *p == '{') && p[word_len(p)] != '\\' && (unsigned char)p[word_len(p)] < 0x80)
        x->rest = p;
}

/* Behind the closing quote of the string or name that begins at p; its end when it is not closed. */
static const char *skip_quoted(const char *p)
{
    char quote = *p++;

    for (; *p && *p != quote; p++)
        if (*p == '\\' && quote != '`' && p[1])
            p++;
    return *p ? p + 1 : p;
}

/* Whether anything but blanks and comments follows a semicolon outside strings, names and comments; *end is where the statement
 * ends. */
static bool is_single(const char *p, const char **end)
{
    const char *after;

    while (*p && *p != ';') {
        if (*p == '"' || *p == '\'' || *p == '`')
            p = skip_quoted(p);
        else if (is_comment(p))
            p = skip_comment(p);
        else
            p++;
        if (!p)
            return false;
    }
    *end = p;
    after = *p ? skip_gap(p + 1) : p;
    return after && !*after;
}

bool explain_compose(const char *query, struct text *out, struct err *e)
{
    struct prefix x;
    const char *end, *gap = query ? skip_gap(query) : NULL;

    if (!query || (gap && !*gap))
        return err_set(e, ERR_USAGE, "there is no query to explain");
    read_prefix(&x, query);
    if (!x.rest)
        return err_set(e, ERR_REFUSED, "this query is not explained: its beginning cannot be read with certainty");
    if (!is_single(x.rest, &end))
        return err_set(e, ERR_REFUSED, "this query is not explained: it is more than one statement, or a comment in it has no end");
    text_adds(out, "EXPLAIN ");
    if (x.n)
        text_adds(out, "CYPHER ");
    for (size_t i = 0; i < x.n; i++) {
        text_add(out, x.options[i].s, x.options[i].n);
        text_addc(out, ' ');
    }
    text_add(out, x.rest, (size_t)(end - x.rest));
    return true;
}
