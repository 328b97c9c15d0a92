/* The grammar of filters: text, !text, field:value, field>10s, ~regex, "quoted text". */
#include "sheet/filter.h"

#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "base/clock.h"
#include "base/mem.h"
#include "sheet/columns.h"

static bool is_name_char(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
}

static size_t name_len(const char *s)
{
    size_t n = 0;
    while (is_name_char(s[n], n == 0))
        n++;
    return n;
}

struct operator {
    const char *sign;
    enum term_op op;
    bool negated;
};

/* Longer signs first. */
static const struct operator operators[] = {
    {"!:", OP_CONTAINS, true}, {"!=", OP_EQUAL, true}, {">=", OP_GREATER_EQUAL, false}, {"<=", OP_LESS_EQUAL, false},
    {":", OP_CONTAINS, false}, {">", OP_GREATER, false}, {"<", OP_LESS, false}, {"=", OP_EQUAL, false},
};

static const struct operator *operator_at(const char *s)
{
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strncmp(s, operators[i].sign, strlen(operators[i].sign)) == 0)
            return &operators[i];
    return NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The text up to the next blank, or to the closing quote when one opens; a quote that is never closed ends with the line.
 * Within quotes \" is a quote; other backslashes stay, regular expressions need them. To be freed. */
static char *take_pattern(const char **at)
{
    const char *s = *at;
    char *out = x_malloc(strlen(s) + 1);
    size_t n = 0;
    bool quoted = *s == '"';
    s += quoted;
    while (*s && (quoted ? *s != '"' : !is_blank(*s))) {
        if (quoted && s[0] == '\\' && s[1] == '"')
            s++;
        out[n++] = *s++;
    }
    if (quoted && *s)
        s++;
    out[n] = '\0';
    *at = s;
    return out;
}

/* A capital says that case matters; in a regular expression \S is none. */
static bool has_capital(const char *s, bool regex)
{
    size_t n = strlen(s);
    for (size_t i = 0, used; i < n; i += used) {
        uint32_t cp;
        used = utf8_decode(s + i, n - i, &cp);
        if (regex && cp == '\\' && i + used < n) {
            used++;
            continue;
        }
        if (iswupper((wint_t)cp))
            return true;
    }
    return false;
}

/* ---- values in the unit of a column ---- */

/* "12", "1.5", "3k", "2M", "40%": counts are in thousands. */
static bool number_parse(const char *s, double *out)
{
    static const struct {
        const char *unit;
        double factor;
    } units[] = {{"", 1}, {"%", 1}, {"k", 1e3}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}};
    double whole = 0, scale = 1;
    bool minus = *s == '-', digits = false, point = false;
    for (s += minus; (*s >= '0' && *s <= '9') || (*s == '.' && !point); s++) {
        if (*s == '.') {
            point = true;
            continue;
        }
        digits = true;
        whole = whole * 10 + (*s - '0');
        if (point)
            scale *= 10;
    }
    for (size_t i = 0; digits && i < sizeof units / sizeof *units; i++)
        if (strcmp(s, units[i].unit) == 0) {
            *out = (minus ? -whole : whole) / scale * units[i].factor;
            return true;
        }
    return false;
}

/* What a column of that kind is compared with; NULL in *example: it is no number. */
static bool in_unit(const struct column *c, const char *s, double *out, const char **example)
{
    int64_t i = 0;
    bool ok;
    if (c->type == V_DURATION || c->unit == UNIT_MS) {
        *example = "10s, 500ms, 2h or milliseconds";
        ok = duration_parse(s, &i);
    } else if (c->unit == UNIT_BYTES) {
        *example = "4M, 1.5G or bytes";
        ok = bytes_parse(s, &i);
    } else if (c->type == V_TIME) {
        *example = "2026-11-22T13:45:00Z";
        ok = time_parse(s, &i);
        *out = (double)i;
        return ok;
    } else {
        bool number = c->type == V_INT || c->type == V_FLOAT || c->type == V_LIST || c->type == V_MAP;
        *example = number ? "10, 2.5 or 3k" : NULL;
        return number && number_parse(s, out);
    }
    *out = (double)i;
    return ok || number_parse(s, out);
}

static bool is_comparison(enum term_op op)
{
    return op >= OP_LESS && op <= OP_GREATER_EQUAL;
}

static bool term_number(struct term *t, const struct column *c, struct err *e)
{
    const char *example = NULL;
    t->has_number = *t->pattern && in_unit(c, t->pattern, &t->number, &example);
    if (!is_comparison(t->op) || t->has_number)
        return true;
    in_unit(c, "", &t->number, &example);
    if (!example)
        return err_set(e, ERR_USAGE, "'%s' is text, nothing is more or less than it: write %s:%s", c->name, c->name,
                       *t->pattern ? t->pattern : "value");
    return err_set(e, ERR_USAGE, "'%s' cannot be compared with '%s': write %s", c->name, t->pattern, example);
}

/* ---- terms ---- */

static bool term_finish(struct term *t, const struct sheet *s, struct err *e)
{
    t->case_matters = has_capital(t->pattern, t->op == OP_REGEX);
    t->timely = t->op == OP_REGEX || !t->pattern[strspn(t->pattern, "0123456789-:.TZtz")];
    if (t->op == OP_REGEX && *t->pattern) {
        t->regex = regex_new(t->pattern, t->case_matters, e);
        return t->regex != NULL;
    }
    return t->column < 0 || t->op == OP_REGEX || term_number(t, &s->columns[t->column], e);
}

/* "field:" and the like at s; false when no operator follows a name, then it is text. */
static bool take_field(const char **s, struct term *t, const struct sheet *sheet, bool *known, struct err *e)
{
    size_t n = name_len(*s);
    const struct operator *op = n ? operator_at(*s + n) : NULL;
    *known = true;
    if (!op)
        return false;
    t->column = column_find(sheet, *s, n, e);
    *known = t->column >= 0;
    t->op = op->op;
    t->negated ^= op->negated;
    *s += n + strlen(op->sign);
    return true;
}

static bool term_parse(struct term *t, const char **at, const struct sheet *sheet, struct err *e)
{
    const char *s = *at;
    bool known, field;
    *t = (struct term){.column = -1, .op = OP_CONTAINS};
    if (*s == '!') {
        t->negated = true;
        s++;
    }
    field = *s != '"' && take_field(&s, t, sheet, &known, e);
    if (field && !known)
        return false;
    if (*s == '~' && t->op == OP_CONTAINS) {
        t->op = OP_REGEX;
        s++;
    }
    t->pattern = take_pattern(&s);
    *at = s;
    return term_finish(t, sheet, e);
}

/* "!" and "~" alone are not finished yet: they hide nothing. */
static bool is_empty(const struct term *t)
{
    return !*t->pattern && (t->column < 0 || t->op == OP_REGEX);
}

static void term_release(struct term *t)
{
    free(t->pattern);
    regex_free(t->regex);
}

static bool parse_all(struct filter *f, const char *expr, struct err *e)
{
    for (;;) {
        while (is_blank(*expr))
            expr++;
        if (!*expr)
            return true;
        if (f->count == TERMS_MAX)
            return err_set(e, ERR_USAGE, "more than %d words in the filter: leave some out", TERMS_MAX);
        if (!term_parse(&f->term[f->count++], &expr, f->sheet, e))
            return false;
        if (is_empty(&f->term[f->count - 1]))
            term_release(&f->term[--f->count]);
    }
}

/* What a person reads as text: no counters, nor what no list ever shows. */
static bool is_searched(const struct column *c)
{
    return c->priority > 0 && (c->type == V_TEXT || c->type == V_LIST || c->type == V_MAP || c->type == V_TIME);
}

struct filter *filter_parse(enum sheet_id id, const char *expr, struct err *e)
{
    const struct sheet *s = sheet_of(id);
    struct filter *f;
    if (!s || strnlen(expr, FILTER_MAX_BYTES + 1) > FILTER_MAX_BYTES) {
        err_set(e, ERR_USAGE, "the filter is longer than %d bytes: make it shorter", FILTER_MAX_BYTES);
        return NULL;
    }
    f = x_calloc(1, sizeof *f);
    f->sheet = s;
    for (size_t i = 0; i < s->ncols && f->nsearched < COLUMNS_SEARCHED; i++)
        if (is_searched(&s->columns[i]))
            f->searched[f->nsearched++] = i;
    if (parse_all(f, expr, e))
        return f;
    filter_free(f);
    return NULL;
}

void filter_free(struct filter *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++)
        term_release(&f->term[i]);
    free(f);
}
