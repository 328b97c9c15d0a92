/* The pager: lines, wrapped to the width when they are drawn. */
#include "ui/pager.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/text.h"

#define TAB_STOP 8

void pager_init(struct pager *p, bool wrap)
{
    memset(p, 0, sizeof *p);
    p->wrap = wrap;
}

void pager_release(struct pager *p)
{
    pager_clear(p);
    free(p->lines);
    memset(p, 0, sizeof *p);
}

void pager_clear(struct pager *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->lines[i].text);
    p->count = p->bytes = p->found = 0;
    p->rows_width = 0;
    p->full = false;
}

/* --- filling --- */

static void expand_tabs(struct text *out, const char *s, size_t n)
{
    int column = 0;

    for (size_t at = 0; at < n;) {
        uint32_t cp;
        size_t took = utf8_decode(s + at, n - at, &cp);

        if (cp == '\t') {
            do
                text_addc(out, ' ');
            while (++column % TAB_STOP);
        } else {
            text_add(out, s + at, took);
            column += cp < 0x80 ? 1 : utf8_width(s + at, took);
        }
        at += took;
    }
}

static void append(struct pager *p, enum role role, int label, char *text, size_t len)
{
    p->lines = x_grow(p->lines, &p->cap, p->count + 1, sizeof *p->lines);
    p->lines[p->count++] = (struct pager_line){.text = text, .len = len, .role = role, .label = label};
    p->bytes += len;
    p->rows_width = 0;
}

static void add_line(struct pager *p, enum role role, int label, const char *s, size_t n)
{
    static const char cut[] = "(cut here: too much to show)";
    struct text t;

    if (p->full)
        return;
    if (p->count + 1 >= PAGER_MAX_LINES || p->bytes + n > PAGER_MAX_BYTES) {
        p->full = true;
        append(p, ROLE_DIM, 0, x_strdup(cut), strlen(cut));
        return;
    }
    while (n > 0 && s[n - 1] == '\r')
        n--;
    if (!memchr(s, '\t', n)) {
        append(p, role, label, x_strndup(s, n), n);
        return;
    }
    text_init(&t, n * TAB_STOP + 1);
    expand_tabs(&t, s, n);
    n = t.len;
    append(p, role, label, text_steal(&t), n);
    text_release(&t);
}

void pager_add(struct pager *p, enum role role, int label, const char *s, size_t n)
{
    const char *nl;

    while (n > 0 && (nl = memchr(s, '\n', n))) {
        add_line(p, role, label, s, (size_t)(nl - s));
        n -= (size_t)(nl + 1 - s);
        s = nl + 1;
        if (!n)
            return; /* a newline at the end does not begin another line */
    }
    add_line(p, role, label, n ? s : "", n);
}

void pager_addf(struct pager *p, enum role role, int label, const char *fmt, ...)
{
    struct text t;
    va_list ap;

    text_init(&t, 0);
    va_start(ap, fmt);
    text_vaddf(&t, fmt, ap);
    va_end(ap);
    pager_add(p, role, label, t.s, t.len);
    text_release(&t);
}

/* --- wrapping --- */

/* Rows after the first are indented under what follows the label, where that leaves room. */
static int indent_of(const struct pager_line *l, int width)
{
    if (l->label < 0)
        return -l->label * 3 < width * 2 ? -l->label : 0;
    return l->label < (width + 1) / 2 ? l->label : 0;
}

/* Bytes of the next row of a line from `at`, and in *skip the blanks after it that are not shown. */
static size_t row_bytes(const struct pager_line *l, size_t at, int width, size_t *skip)
{
    size_t rest = l->len - at, fit, blank;
    int used;

    *skip = 0;
    if (width < 1)
        width = 1;
    fit = utf8_fit(l->text + at, rest, width, &used);
    if (fit >= rest)
        return rest;
    if (fit == 0) { /* a wide character in a column of one: go on, it is cut */
        uint32_t cp;
        return utf8_decode(l->text + at, rest, &cp);
    }
    for (blank = fit; blank > 0 && l->text[at + blank] != ' '; blank--)
        ;
    if (blank > 0 && strspn(l->text + at, " ") < blank) /* not in the indentation: the row would be empty */
        fit = blank;
    while (at + fit + *skip < l->len && l->text[at + fit + *skip] == ' ')
        ++*skip;
    return fit;
}

struct row {
    size_t at, len;
    int indent;
};

/* The row after *row (start with at = len = 0 and first = true); false at the end of the line. */
static bool next_row(const struct pager_line *l, int width, size_t *at, struct row *row)
{
    size_t skip;

    if (*at > 0 && *at >= l->len)
        return false;
    row->at = *at;
    row->indent = *at ? indent_of(l, width) : 0;
    row->len = row_bytes(l, *at, width - row->indent, &skip);
    *at += row->len + skip;
    if (!l->len)
        *at = 1; /* an empty line is one row */
    return true;
}

static size_t count_rows(const struct pager_line *l, int width)
{
    struct row row;
    size_t at = 0, n = 0;

    while (next_row(l, width, &at, &row))
        n++;
    return n;
}

/* Rows of each line at this width, counted once. Without wrapping a line is a row. */
static void measure(struct pager *p, int width)
{
    int key = p->wrap ? (width > 0 ? width : 1) : -1;

    if (p->rows_width == key)
        return;
    p->rows_width = key;
    p->rows = 0;
    for (size_t i = 0; i < p->count; i++) {
        p->lines[i].rows = p->wrap ? count_rows(p->lines + i, key) : 1;
        p->rows += p->lines[i].rows;
    }
}

static size_t last_top(struct pager *p, struct rect r)
{
    measure(p, r.w);
    return r.h > 0 && p->rows > (size_t)r.h ? p->rows - (size_t)r.h : 0;
}

void pager_move(struct pager *p, long by, struct rect r)
{
    size_t max = last_top(p, r), back;

    if (by < 0) {
        back = (size_t)-(by + 1) + 1;
        p->top = back > p->top ? 0 : p->top - back;
    } else {
        p->top = (size_t)by > max - (p->top < max ? p->top : max) ? max : p->top + (size_t)by;
    }
    if (p->top > max)
        p->top = max;
}

void pager_goto(struct pager *p, bool end, struct rect r)
{
    p->top = end ? last_top(p, r) : 0;
}

size_t pager_rows(struct pager *p, int width)
{
    measure(p, width);
    return p->rows;
}

/* --- drawing --- */

/* Skip `left` columns of a line that is not wrapped; *pad gets the columns of a wide character that was cut in two. */
static size_t skip_columns(const struct pager_line *l, int left, int *pad)
{
    int used = 0;
    size_t at = left > 0 ? utf8_fit(l->text, l->len, left, &used) : 0;

    *pad = 0;
    if (at < l->len && used < left) {
        uint32_t cp;

        at += utf8_decode(l->text + at, l->len - at, &cp);
        *pad = 1;
    }
    return at;
}

static void draw_text(struct grid *g, struct rect r, int y, const struct pager_line *l, struct row row, int label,
                      bool cut)
{
    const char *s = l->text + row.at;
    int used = 0;
    size_t n = 0;

    if (label > 0)
        n = utf8_fit(s, row.len, label < r.w ? label : r.w, &used);
    if (n)
        used = grid_put(g, r.x + row.indent, y, r.w - row.indent, ROLE_DIM, 0, s, n, false);
    grid_put(g, r.x + row.indent + used, y, r.w - row.indent - used, l->role, 0, s + n, row.len - n, cut);
}

static void draw_line(const struct pager *p, struct grid *g, struct rect r, size_t index, size_t skip, int *y)
{
    const struct pager_line *l = p->lines + index;
    int first = *y;
    struct row row;

    if (p->wrap) {
        for (size_t at = 0, n = 0; *y < r.y + r.h && next_row(l, r.w, &at, &row); n++)
            if (n >= skip)
                draw_text(g, r, (*y)++, l, row, n ? 0 : l->label, false);
    } else {
        int pad;

        row.at = skip_columns(l, p->left, &pad);
        row.len = l->len - row.at;
        row.indent = pad;
        draw_text(g, r, (*y)++, l, row, l->label - p->left, true);
    }
    if (p->found == index + 1)
        grid_mark(g, (struct rect){r.x, first, r.w, *y - first}, CELL_MARKED, -1);
}

/* The line in which a row lies; *skip gets the rows of it that are above. */
static size_t line_of_row(const struct pager *p, size_t row, size_t *skip)
{
    size_t i = 0;

    for (; i < p->count && row >= p->lines[i].rows; i++)
        row -= p->lines[i].rows;
    *skip = row;
    return i;
}

static void go_line(struct pager *p, size_t index, struct rect r)
{
    size_t max = last_top(p, r);

    p->top = 0;
    for (size_t i = 0; i < index; i++)
        p->top += p->lines[i].rows;
    if (p->top > max)
        p->top = max;
}

void pager_wrap(struct pager *p, bool wrap, struct rect r)
{
    size_t skip, line;

    measure(p, r.w);
    line = line_of_row(p, p->top, &skip);
    p->wrap = wrap;
    p->left = 0;
    go_line(p, line, r);
}

void pager_draw(struct pager *p, struct grid *g, struct rect r)
{
    size_t max, skip, i;
    int y = r.y;

    if (r.w <= 0 || r.h <= 0)
        return;
    grid_fill(g, r, ' ', ROLE_TEXT);
    max = last_top(p, r);
    if (p->top > max)
        p->top = max;
    for (i = line_of_row(p, p->top, &skip); i < p->count && y < r.y + r.h; i++, skip = 0)
        draw_line(p, g, r, i, skip, &y);
}

/* --- searching --- */

static bool line_has(const struct pager_line *l, const char *needle)
{
    return str_ifind(l->text, l->len, needle) != NULL;
}

static void show_line(struct pager *p, size_t index, struct rect r)
{
    go_line(p, index, r);
    p->found = index + 1;
}

/* The last match counts as the place to go on from while it is on the screen, else the top line. */
static size_t search_from(struct pager *p, struct rect r)
{
    size_t skip, top, bottom;

    measure(p, r.w);
    top = line_of_row(p, p->top, &skip);
    bottom = line_of_row(p, p->top + (size_t)(r.h > 0 ? r.h : 1), &skip);
    if (p->found && p->found - 1 >= top && p->found - 1 <= bottom)
        return p->found - 1;
    return top;
}

bool pager_find(struct pager *p, const char *needle, bool backward, struct rect r)
{
    size_t from;

    if (!needle || !*needle || !p->count)
        return false;
    from = search_from(p, r);
    if (backward) {
        while (from > 0)
            if (line_has(p->lines + --from, needle))
                return show_line(p, from, r), true;
    } else {
        while (++from < p->count)
            if (line_has(p->lines + from, needle))
                return show_line(p, from, r), true;
    }
    return false;
}
