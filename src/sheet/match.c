/* Does a row pass a filter? */
#include "sheet/filter.h"

#include <string.h>
#include <strings.h>

/* A cell as text; `scratch` holds it where it has to be made. Bounded: what lies behind is not searched. */
struct cell_text {
    const char *s;
    size_t n;
    struct text scratch;
};

#define CELL_LOOKED_AT ((size_t)64 * 1024)

static void cell_text_init(struct cell_text *c, struct value v)
{
    text_init(&c->scratch, CELL_LOOKED_AT);
    if (v.type == V_TEXT) {
        c->s = v.u.s;
        c->n = v.len < CELL_LOOKED_AT ? v.len : CELL_LOOKED_AT;
        return;
    }
    if (v.type == V_LIST && !v.len) {
        c->s = "[]";
        c->n = 2;
        return;
    }
    if (v.type == V_BOOL)
        text_adds(&c->scratch, v.u.i ? "yes true" : "no false");
    else
        value_render(v, &c->scratch);
    c->s = c->scratch.s;
    c->n = c->scratch.len;
}

static bool same_text(const struct term *t, const struct cell_text *c)
{
    size_t n = strlen(t->pattern);
    if (t->case_matters)
        return n == c->n && memcmp(c->s, t->pattern, n) == 0;
    return n == c->n && str_ifind(c->s, c->n, t->pattern) == c->s;
}

static bool text_matches(const struct term *t, struct value v)
{
    struct cell_text c;
    bool yes;
    if (v.type == V_TIME && !t->timely) /* most words: nothing has to be written for them */
        return false;
    cell_text_init(&c, v);
    if (t->op == OP_REGEX)
        yes = t->regex && regex_match(t->regex, c.s, c.n);
    else if (!*t->pattern)
        yes = c.n > 0;
    else if (t->op == OP_EQUAL && v.type != V_BOOL)
        yes = same_text(t, &c);
    else if (t->case_matters)
        yes = memmem(c.s, c.n, t->pattern, strlen(t->pattern)) != NULL;
    else
        yes = str_ifind(c.s, c.n, t->pattern) != NULL;
    text_release(&c.scratch);
    return yes;
}

/* How much a value is: numbers themselves, lists by their length, maps by their members. */
static bool amount(struct value v, double *out)
{
    switch (v.type) {
    case V_INT:
    case V_TIME:
    case V_DURATION:
        *out = (double)v.u.i;
        return true;
    case V_FLOAT:
        *out = v.u.d;
        return true;
    case V_LIST:
        *out = v.len;
        return true;
    case V_MAP:
        *out = v.len / 2;
        return true;
    default:
        return false;
    }
}

static bool number_matches(const struct term *t, double d)
{
    switch (t->op) {
    case OP_LESS:
        return d < t->number;
    case OP_LESS_EQUAL:
        return d <= t->number;
    case OP_GREATER:
        return d > t->number;
    case OP_GREATER_EQUAL:
        return d >= t->number;
    default:
        return d == t->number;
    }
}

/* "=" compares amounts, ":" looks into what is read: 12m finds 12m04, a day finds its times. */
static bool by_number(const struct term *t, struct value v)
{
    if (!t->has_number || t->op == OP_REGEX)
        return false;
    return t->op == OP_EQUAL || v.type == V_INT || v.type == V_FLOAT;
}

static bool field_matches(const struct term *t, struct value v)
{
    double d = 0;
    if (v.type == V_ABSENT)
        return false;
    if (t->op >= OP_LESS && t->op <= OP_GREATER_EQUAL)
        return amount(v, &d) && number_matches(t, d);
    if (by_number(t, v) && amount(v, &d))
        return number_matches(t, d);
    return text_matches(t, v);
}

static bool any_matches(const struct filter *f, const struct term *t, const struct relation *r, size_t row)
{
    for (size_t i = 0; i < f->nsearched; i++) {
        struct value v = relation_cell(r, row, f->searched[i]);
        if (v.type != V_ABSENT && text_matches(t, v))
            return true;
    }
    return false;
}

bool filter_match(const struct filter *f, const struct relation *r, size_t row)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct term *t = &f->term[i];
        bool yes = t->column < 0 ? any_matches(f, t, r, row)
                                 : field_matches(t, relation_cell(r, row, (size_t)t->column));
        if (yes == t->negated)
            return false;
    }
    return true;
}
