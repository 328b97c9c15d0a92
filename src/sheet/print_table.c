/* A table for people: widths by content, nothing that could steer a terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "sheet/cut.h"
#include "sheet/printers.h"

enum {
    CELL_WIDEST = 60,   /* columns of a cell, but of the last flexible one */
    CELL_NARROWEST = 6, /* nothing is made smaller than this */
    GAP = 2,
};

struct table {
    const struct printing *p;
    int width[PRINTED_COLUMNS];
    int flexible; /* the last column that takes what is left, -1: none */
    struct text *cells;
};

static unsigned flags_of(const struct printing *p)
{
    return CLEAN_ONE_LINE | (p->o->ascii ? CLEAN_ASCII : 0);
}

static const struct column *column_of(const struct table *t, size_t i)
{
    return &t->p->sheet->columns[t->p->columns[i]];
}

/* Ids that a person may want to give to a command are whole, lists of them are short. */
static bool shortens(const struct column *c)
{
    return c->type != V_TEXT || !strstr(c->name, "_id");
}

static void make_cell(const struct table *t, struct row r, size_t i, struct text *out)
{
    const struct printing *p = t->p;
    struct value v = row_cell(r, p->columns[i]);
    struct text raw;
    text_init(&raw, 64 * 1024);
    if ((int)p->columns[i] == p->instance_column)
        v = v_text(printing_instance(p, r));
    cell_format(p->sheet, p->columns[i], v, shortens(column_of(t, i)), &raw, NULL);
    if (p->o->ascii && v.type == V_ABSENT && v.absent == ABSENT_NOT_ASKED)
        text_adds(out, "..");
    else
        text_add_clean(out, raw.s, raw.len, flags_of(p));
    text_release(&raw);
}

static int total_width(const struct table *t)
{
    int sum = -GAP;
    for (size_t i = 0; i < t->p->ncolumns; i++)
        sum += t->width[i] + GAP;
    return sum;
}

/* The widest gives way first. */
static void squeeze(struct table *t)
{
    int over = total_width(t) - t->p->o->width;
    if (t->flexible >= 0 && over > 0) {
        int *w = &t->width[t->flexible], least = *w < CELL_NARROWEST * 2 ? *w : CELL_NARROWEST * 2;
        int give = *w - least < over ? *w - least : over;
        *w -= give;
        over -= give;
    }
    while (over-- > 0) {
        size_t widest = 0;
        for (size_t i = 1; i < t->p->ncolumns; i++)
            if (t->width[i] > t->width[widest])
                widest = i;
        if (t->width[widest] <= CELL_NARROWEST)
            return;
        t->width[widest]--;
    }
}

static void measure(struct table *t)
{
    const struct printing *p = t->p;
    for (size_t i = 0; i < p->ncolumns; i++) {
        t->width[i] = (int)strlen(column_of(t, i)->name);
        if (column_of(t, i)->width == 0)
            t->flexible = (int)i;
    }
    for (size_t r = 0; r < p->rows->count; r++)
        for (size_t i = 0; i < p->ncolumns; i++) {
            const struct text *c = &t->cells[r * p->ncolumns + i];
            int w = utf8_width(c->s, c->len);
            if (w > CELL_WIDEST && (int)i != t->flexible)
                w = CELL_WIDEST;
            if (w > t->width[i])
                t->width[i] = w;
        }
    if (p->o->width > 0)
        squeeze(t);
}

/* The text in `width` columns, cut with a mark. Returns the columns used. */
static int add_cut(struct text *out, const char *s, size_t n, int width, bool ascii)
{
    int used = 0, mark = ascii ? 2 : 1;
    size_t fit = utf8_fit(s, n, width, &used);
    if (fit == n) {
        text_add(out, s, n);
        return used;
    }
    text_add(out, s, utf8_fit(s, n, width > mark ? width - mark : 0, &used));
    text_adds(out, ascii ? ".." : "…");
    return used + mark;
}

static void add_blanks(struct text *out, int n)
{
    while (n-- > 0)
        text_addc(out, ' ');
}

static void trim(struct text *out, size_t from)
{
    while (out->len > from && out->s[out->len - 1] == ' ')
        out->s[--out->len] = '\0';
}

static void add_line(const struct table *t, const char *(*cell)(const struct table *, size_t row, size_t i, size_t *n),
                     size_t row)
{
    struct text *out = t->p->out, line;
    text_init(&line, 0);
    for (size_t i = 0; i < t->p->ncolumns; i++) {
        bool right = column_of(t, i)->unit != UNIT_NONE;
        size_t n;
        const char *s = cell(t, row, i, &n);
        int w = utf8_width(s, n), pad = w < t->width[i] ? t->width[i] - w : 0;
        add_blanks(&line, (i ? GAP : 0) + (right ? pad : 0));
        add_cut(&line, s, n, t->width[i], t->p->o->ascii);
        if (!right)
            add_blanks(&line, pad);
    }
    trim(&line, 0);
    if (t->p->o->width > 0)
        add_cut(out, line.s, line.len, t->p->o->width, t->p->o->ascii);
    else
        text_add(out, line.s, line.len);
    text_addc(out, '\n');
    text_release(&line);
}

static const char *header_cell(const struct table *t, size_t row, size_t i, size_t *n)
{
    (void)row;
    *n = strlen(column_of(t, i)->name);
    return column_of(t, i)->name;
}

static const char *body_cell(const struct table *t, size_t row, size_t i, size_t *n)
{
    const struct text *c = &t->cells[row * t->p->ncolumns + i];
    *n = c->len;
    return c->s;
}

static void add_trouble(const struct printing *p, const char *name, const char *between, const char *words)
{
    text_add_clean(p->out, name, strlen(name), flags_of(p));
    text_adds(p->out, between);
    text_add_clean(p->out, words, strlen(words), flags_of(p));
    text_addc(p->out, '\n');
}

/* A line for each instance whose data is missing or old. */
static void add_troubles(const struct printing *p)
{
    uint32_t first, n = printing_instances(p, &first);
    const char *words;
    enum absent why;
    if (printing_missing(p, MODEL_NO_INSTANCE, &why, &words))
        add_trouble(p, "", "", words);
    for (uint32_t i = first; i < first + n; i++) {
        const struct relation *rel = model_get(p->m, i, p->sheet->id);
        char when[16], between[40];
        struct text cut;
        if (printing_missing(p, i, &why, &words)) {
            add_trouble(p, model_instance_name(p->m, i), ": ", words);
        } else if (rel && rel->stale) {
            snprintf(between, sizeof between, ": old, of %s: ", time_of_day(rel->taken_ms, when, sizeof when));
            add_trouble(p, model_instance_name(p->m, i), between, rel->err.words);
        }
        text_init(&cut, 1000);
        if (cut_words(rel, false, &cut))
            add_trouble(p, model_instance_name(p->m, i), ": ", cut.s);
        text_release(&cut);
    }
}

void print_table(const struct printing *p)
{
    struct table t = {.p = p, .flexible = -1};
    size_t n = p->rows->count * p->ncolumns;
    t.cells = x_malloc(n * sizeof *t.cells);
    for (size_t k = 0; k < n; k++) {
        text_init(&t.cells[k], 64 * 1024);
        make_cell(&t, p->rows->r[k / p->ncolumns], k % p->ncolumns, &t.cells[k]);
    }
    measure(&t);
    add_line(&t, header_cell, 0);
    for (size_t r = 0; r < p->rows->count; r++)
        add_line(&t, body_cell, r);
    if (!p->rows->count)
        text_adds(p->out, p->rows->total ? "(none passes the filter)\n" : "(none)\n");
    add_troubles(p);
    for (size_t k = 0; k < n; k++)
        text_release(&t.cells[k]);
    free(t.cells);
}
