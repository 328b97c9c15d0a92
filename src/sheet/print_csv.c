/* RFC 4180: for spreadsheets and scripts. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "sheet/printers.h"

/* Newlines and tabs of a text stay what they are, all other controls are made visible. */
static void add_clean_lines(struct text *out, const char *s, size_t n, unsigned flags)
{
    const char *end = s + n;
    while (s < end) {
        size_t len = 0;
        while (s + len < end && s[len] != '\n' && s[len] != '\t')
            len++;
        size_t shown = s + len < end && s[len] == '\n' && len > 0 && s[len - 1] == '\r' ? len - 1 : len;
        text_add_clean(out, s, shown, flags);
        s += len;
        if (s < end)
            text_addc(out, *s++);
    }
}

/* A spreadsheet takes these for the beginning of a formula. */
static bool is_formula(const char *s)
{
    return *s && strchr("=+-@\t\r", *s);
}

static void add_quoted(struct text *out, const char *s, size_t n)
{
    if (!memchr(s, '"', n) && !memchr(s, ',', n) && !memchr(s, '\n', n) && !memchr(s, '\r', n) && !memchr(s, '\t', n) &&
        (n == 0 || (s[0] != ' ' && s[n - 1] != ' '))) {
        text_add(out, s, n);
        return;
    }
    text_addc(out, '"');
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '"')
            text_addc(out, '"');
        text_addc(out, s[i]);
    }
    text_addc(out, '"');
}

static void add_text(struct text *out, const char *s, size_t n, unsigned flags)
{
    struct text t;
    text_init(&t, 0);
    if (is_formula(s))
        text_addc(&t, '\'');
    add_clean_lines(&t, s, n, flags);
    add_quoted(out, t.s, t.len);
    text_release(&t);
}

static void add_nested(struct text *out, struct value v, unsigned flags)
{
    struct text t;
    struct json j;
    text_init(&t, 0);
    json_init(&j, &t, false);
    json_value(&j, v);
    add_text(out, t.s, t.len, flags);
    text_release(&t);
}

static void add_cell(const struct printing *p, struct value v)
{
    unsigned flags = p->o->ascii ? CLEAN_ASCII : 0;
    switch (v.type) {
    case V_ABSENT:
        break;
    case V_TEXT:
        add_text(p->out, v.u.s, v.len, flags);
        break;
    case V_LIST:
    case V_MAP:
        add_nested(p->out, v, flags);
        break;
    case V_DURATION: /* in milliseconds */
        text_addf(p->out, "%lld", (long long)v.u.i);
        break;
    default:
        value_render(v, p->out);
    }
}

void print_csv(const struct printing *p)
{
    for (size_t i = 0; i < p->ncolumns; i++)
        text_addf(p->out, "%s%s", i ? "," : "", p->sheet->columns[p->columns[i]].name);
    text_adds(p->out, "\r\n");
    for (size_t r = 0; r < p->rows->count; r++) {
        for (size_t i = 0; i < p->ncolumns; i++) {
            struct value v = row_cell(p->rows->r[r], p->columns[i]);
            if ((int)p->columns[i] == p->instance_column && v.type == V_ABSENT)
                v = v_text(printing_instance(p, p->rows->r[r]));
            if (i)
                text_addc(p->out, ',');
            add_cell(p, v);
        }
        text_adds(p->out, "\r\n");
    }
}
