/* Printing: what is common to the formats, and single rows. */
#include "sheet/print.h"

#include <string.h>

#include "base/clock.h"
#include "sheet/columns.h"
#include "sheet/printers.h"

const char *printing_instance(const struct printing *p, struct row r)
{
    struct value v = p->instance_column >= 0 ? row_cell(r, (size_t)p->instance_column) : v_absent(ABSENT_NULL);
    return value_str(v, model_instance_name(p->m, r.rel->instance));
}

uint32_t printing_instances(const struct printing *p, uint32_t *first)
{
    *first = p->instance == MODEL_NO_INSTANCE ? 0 : p->instance;
    return p->instance == MODEL_NO_INSTANCE ? model_instances(p->m) : 1;
}

/* Of servers; the other sheets come from inside the program. */
static bool is_asked(enum sheet_id id)
{
    return id != SHEET_INSTANCES && id != SHEET_HISTORY && id != SHEET_MESSAGES && id != SHEET_FINDINGS;
}

bool printing_missing(const struct printing *p, uint32_t instance, enum absent *why, const char **words)
{
    const struct relation *r = model_get(p->m, instance, p->sheet->id);
    bool own = instance == MODEL_NO_INSTANCE;
    if (own == is_asked(p->sheet->id) || (r && !r->missing) || (own && !r))
        return false;
    *why = r ? r->err.absent : ABSENT_NOT_ASKED;
    if (r && *why == ABSENT_NULL)
        *why = ABSENT_ERROR;
    *words = r && *r->err.words ? r->err.words : absent_words(*why);
    return true;
}

/* JSON and CSV hold everything, a table what fits. */
static void choose(struct printing *p)
{
    const struct print_options *o = p->o;
    bool many = p->instance == MODEL_NO_INSTANCE && model_instances(p->m) > 1;
    if (o->columns) {
        for (size_t i = 0; i < o->ncolumns && p->ncolumns < PRINTED_COLUMNS; i++)
            if (o->columns[i] < p->sheet->ncols)
                p->columns[p->ncolumns++] = o->columns[i];
    } else if (o->format == PRINT_TABLE) {
        p->ncolumns = columns_choose(p->sheet, o->width, false, many, p->columns, PRINTED_COLUMNS);
    } else {
        for (size_t i = 0; i < p->sheet->ncols && i < PRINTED_COLUMNS; i++)
            p->columns[p->ncolumns++] = i;
    }
}

void print_rows(struct text *out, const struct model *m, const struct rows *rows, enum sheet_id sheet, uint32_t instance,
                const struct print_options *o)
{
    const struct sheet *s = sheet_of(sheet);
    if (!s)
        return;
    struct printing p = {.out = out, .m = m, .rows = rows, .sheet = s, .instance = instance, .o = o};
    p.instance_column = column_named(s, "instance");
    choose(&p);
    if (o->format == PRINT_JSON)
        print_json(&p);
    else if (o->format == PRINT_CSV)
        print_csv(&p);
    else
        print_table(&p);
}

/* ---- one row ---- */

static void record_absent(struct text *out, enum absent why)
{
    text_addc(out, '-');
    if (why != ABSENT_NULL)
        text_addf(out, " (%s)", absent_words(why));
}

/* Further lines of a text stand under the first one. */
static void record_text(struct text *out, struct value v, int indent, unsigned flags)
{
    const char *s = v.u.s, *end = s + v.len;
    for (;;) {
        const char *line = memchr(s, '\n', (size_t)(end - s));
        size_t n = (size_t)((line ? line : end) - s);
        if (n > 0 && s[n - 1] == '\r')
            n--;
        text_add_clean(out, s, n, flags | CLEAN_ONE_LINE);
        if (!line || line + 1 == end)
            return;
        text_addf(out, "\n%*s", indent, "");
        s = line + 1;
    }
}

/* As in a list, with the exact number where that rounds. */
static void record_value(struct text *out, const struct sheet *s, size_t col, struct value v, unsigned flags)
{
    struct text t;
    text_init(&t, 0);
    cell_format(s, col, v, false, &t, NULL);
    text_add_clean(out, t.s, t.len, flags | CLEAN_ONE_LINE);
    text_release(&t);
    if (s->columns[col].unit == UNIT_BYTES && v.type == V_INT && v.u.i >= 1024)
        text_addf(out, " (%lld bytes)", (long long)v.u.i);
}

void print_record(struct text *out, const struct sheet *s, struct row r, bool ascii)
{
    unsigned flags = ascii ? CLEAN_ASCII : 0;
    int longest = 0;
    for (size_t i = 0; i < s->ncols; i++)
        if ((int)strlen(s->columns[i].name) > longest)
            longest = (int)strlen(s->columns[i].name);
    for (size_t i = 0; i < s->ncols; i++) {
        struct value v = row_cell(r, i);
        text_addf(out, "%-*s  ", longest, s->columns[i].name);
        if (v.type == V_ABSENT)
            record_absent(out, v.absent);
        else if (v.type == V_TEXT)
            record_text(out, v, longest + 2, flags);
        else
            record_value(out, s, i, v, flags);
        text_addc(out, '\n');
    }
}
