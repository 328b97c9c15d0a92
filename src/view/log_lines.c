#include "view/log_lines.h"

#include <string.h>

#include "base/text.h"

#define WRAP_ROWS  100 /* of one line; Enter shows it whole */
#define LEVEL_W    5
#define INDENT     2   /* of continuations and wrapped rows */
#define MILLIS_MIN 90  /* columns from which times have milliseconds, */
#define LOG_MIN    56  /* lines name their log, */
#define CLASS_MIN  110 /* and their class */
#define CLASS_W    22
#define CLASS_WIDE 28  /* on a wide screen */
#define WIDE       160
#define DAY_MS     ((int64_t)86400000)

static int clamp(int n, int least, int most)
{
    return n < least ? least : n > most ? most : n;
}

static int widest_log(const struct log_view *lv, const struct view_ctx *c)
{
    int w = 0;

    for (size_t i = 0; i < lv->rows.nsources; i++) {
        int n = log_short(log_rows_log(&lv->rows, c->model, i)->name);

        w = n > w ? n : w;
    }
    return w;
}

static int widest_instance(const struct log_view *lv, const struct view_ctx *c)
{
    int w = 0;

    for (size_t i = 0; i < lv->rows.nsources; i++) {
        const char *name = model_instance_name(c->model, lv->rows.sources[i].instance);
        int n = utf8_width(name, strlen(name));

        w = n > w ? n : w;
    }
    return w;
}

void log_columns(const struct log_view *lv, const struct view_ctx *c, int w, struct log_columns *p)
{
    int x = 1;

    *p = (struct log_columns){.time_w = w >= MILLIS_MIN ? 13 : 9};
    p->level_x = x + p->time_w + 1;
    x = p->level_x + LEVEL_W + 1;
    if (lv->many) {
        p->instance_x = x;
        p->instance_w = clamp(widest_instance(lv, c), 1, w >= LOG_MIN ? 16 : 8);
        x += p->instance_w + 1;
    }
    if (w >= LOG_MIN && lv->rows.nsources > 1) {
        p->log_x = x;
        p->log_w = clamp(widest_log(lv, c), 1, 10);
        x += p->log_w + 1;
    }
    if (w >= CLASS_MIN) {
        p->class_x = x;
        p->class_w = w >= WIDE ? CLASS_WIDE : CLASS_W;
        x += p->class_w + 1;
    }
    p->text_x = x;
    p->text_w = w - x;
}

/* ---- the rows of a line ---- */

int log_prefix_width(const struct logbook_line *line)
{
    return line->continuation || !*line->database ? 0 : clamp(utf8_width(line->database, strlen(line->database)), 0, 24) + 3;
}

void log_rows_begin(struct log_rows_of *rows, const struct logbook_line *line)
{
    *rows = (struct log_rows_of){.line = line, .prefix = log_prefix_width(line)};
}

/* Broken at a blank where one is near. */
static size_t row_bytes(const char *s, size_t n, int cols)
{
    int used;
    size_t fit = utf8_fit(s, n, cols < 1 ? 1 : cols, &used), blank = fit;

    if (fit >= n)
        return n;
    while (blank > fit * 2 / 3 && s[blank] != ' ')
        blank--;
    if (blank > fit * 2 / 3)
        return blank;
    return fit ? fit : 1;
}

static size_t blanks(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n && strchr("\t \r\n", s[i]) && s[i])
        i++;
    return i;
}

/* What the view says in its own way: the tabs of a stack trace, the database that some messages begin with, and blank lines. */
static size_t said_already(const struct logbook_line *line)
{
    size_t i = 0, len = strlen(line->database), close;

    if (len && line->shown_len > len + 2 && line->shown[0] == '[' && memcmp(line->shown + 1, line->database, len) == 0) {
        close = strcspn(line->shown, "] ");
        i = close < line->shown_len && line->shown[close] == ']' && strchr("/]", line->shown[len + 1]) ? close + 1 : 0;
    }
    i += blanks(line->shown + i, line->shown_len - i);
    return i < line->shown_len ? i : 0;
}

/* Of a text of several lines the first that has a word in it: "------" above a headline tells nothing. */
static size_t headline(const struct logbook_line *line, size_t at)
{
    size_t from = at;

    while (from < line->shown_len) {
        const char *s = line->shown + from, *end = memchr(s, '\n', line->shown_len - from);
        size_t n = end ? (size_t)(end - s) : line->shown_len - from, i = 0;

        while (i < n && strchr("-*=_# \t\r", s[i]) && s[i])
            i++;
        if (i < n)
            return from + blanks(s, n);
        from += n + 1;
    }
    return at;
}

bool log_rows_next(const struct log_view *lv, const struct log_columns *p, struct log_rows_of *rows, struct log_piece *out)
{
    const struct logbook_line *line = rows->line;
    bool indented = line->continuation, first = !rows->number;
    const char *end;

    if ((!first && (rows->at >= line->shown_len || !lv->wrap)) || rows->number >= WRAP_ROWS)
        return false;
    if (first) {
        rows->at = said_already(line);
        if (!lv->wrap)
            rows->at = headline(line, rows->at);
    }
    out->x = indented ? p->level_x + INDENT * (rows->at ? 2 : 1) : p->text_x + (first ? rows->prefix : INDENT);
    out->w = p->text_x + p->text_w - out->x;
    if (lv->left && !lv->wrap && !indented)
        out->x = p->text_x, out->w = p->text_w;
    out->s = line->shown + rows->at;
    out->n = line->shown_len - rows->at;
    end = out->n ? memchr(out->s, '\n', out->n) : NULL;
    if (end)
        out->n = (size_t)(end - out->s);
    if (lv->wrap) {
        size_t whole = out->n;

        out->n = row_bytes(out->s, out->n, out->w);
        rows->at += out->n < whole ? out->n + (out->s[out->n] == ' ') : whole + (end != NULL);
    }
    rows->number++;
    return true;
}

bool log_begins_day(const struct log_view *lv, const struct view_ctx *c, size_t i)
{
    int64_t time = log_rows_ref(&lv->rows, i).time_ms, before;

    if (time == LOGBOOK_NO_TIME || log_rows_ref(&lv->rows, i).source >= lv->rows.nsources)
        return false;
    before = i ? log_rows_ref(&lv->rows, i - 1).time_ms : c->wall_ms;
    return before != LOGBOOK_NO_TIME && time / DAY_MS != before / DAY_MS;
}

int log_height(struct log_view *lv, const struct view_ctx *c, size_t i)
{
    const struct logbook_line *line = log_rows_line(&lv->rows, c->model, i);
    struct log_columns p;
    struct log_rows_of rows;
    struct log_piece piece;

    if (!line || !lv->wrap)
        return 1 + log_begins_day(lv, c, i);
    log_columns(lv, c, lv->seen.w, &p);
    log_rows_begin(&rows, line);
    while (log_rows_next(lv, &p, &rows, &piece))
        ;
    return rows.number + log_begins_day(lv, c, i);
}

/* ---- which lines ---- */

static int height_from(struct log_view *lv, const struct view_ctx *c, size_t i, int enough)
{
    int sum = 0;

    for (; i < lv->rows.count && sum < enough; i++)
        sum += log_height(lv, c, i);
    return sum;
}

/* The cursor's line is whole on the screen, or begins at its top; no empty rows while there are lines to fill them. */
size_t log_lay_out(struct log_view *lv, const struct view_ctx *c, int height, int *skip)
{
    size_t top = lv->sel;
    int own = log_height(lv, c, lv->sel), y, below;

    lv->sel_row = clamp(lv->follow ? height : lv->sel_row, 0, height > own ? height - own : 0);
    below = height_from(lv, c, lv->sel, height - lv->sel_row);
    if (lv->sel_row + below < height)
        lv->sel_row = height - below;
    for (y = lv->sel_row; y > 0 && top > 0;)
        y -= log_height(lv, c, --top);
    if (y > 0)
        lv->sel_row -= y;
    *skip = y < 0 ? -y : 0;
    return lv->top = top;
}
