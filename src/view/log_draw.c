/* The lines of logs in their rectangle: columns, rows of a line that is wrapped, what is marked, and why there is nothing. */
#include "view/log_lines.h"
#include "view/list_view.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define LEVEL_W 5

/* ---- one line ---- */

static const enum role roles[] = {[LB_NONE] = ROLE_TEXT, [LB_TRACE] = ROLE_DIM, [LB_DEBUG] = ROLE_DIM,
                                  [LB_INFO] = ROLE_TEXT, [LB_WARN] = ROLE_WARN, [LB_ERROR] = ROLE_BAD};

struct drawing {
    struct log_view *lv;
    const struct view_ctx *c;
    struct grid *g;
    struct rect r;
    struct log_columns p;
};

static void mark_matches(const struct drawing *d, const struct log_piece *piece, int x, int y, int w)
{
    const char *needle = d->lv->needle, *at = piece->s, *end = piece->s + piece->n, *hit;
    size_t len = needle ? strlen(needle) : 0;

    while (len && at < end && (hit = log_find(at, (size_t)(end - at), needle))) {
        size_t n = len < (size_t)(end - hit) ? len : (size_t)(end - hit);
        int before = grid_width(d->g, piece->s, (size_t)(hit - piece->s)), matched;

        matched = grid_width(d->g, hit, n);
        if (before >= w)
            return;
        grid_mark(d->g, (struct rect){d->r.x + x + before, y, matched < w - before ? matched : w - before, 1}, CELL_MARKED, ROLE_MARK);
        at = hit + n;
    }
}

/* What lies behind the right edge is never looked at. */
static void draw_piece(const struct drawing *d, struct log_piece piece, int y, enum role role)
{
    int hidden = 0, left = d->lv->wrap ? 0 : d->lv->left;

    if (left) {
        size_t skip = utf8_fit(piece.s, piece.n, left, &hidden);

        piece.s += skip;
        piece.n -= skip;
    }
    if (piece.n > (size_t)d->r.w * 64)
        piece.n = (size_t)d->r.w * 64;
    grid_put(d->g, d->r.x + piece.x, y, piece.w, role, 0, piece.s, piece.n, !d->lv->wrap);
    mark_matches(d, &piece, piece.x, y, piece.w);
}

/* Of line i: the rest of its own text, and what is folded into it. */
static void draw_more(const struct drawing *d, size_t i, const struct logbook_line *line, const struct log_piece *piece, int y)
{
    size_t lines = (size_t)(log_rows_end(&d->lv->rows, d->c->model, i) - log_rows_ref(&d->lv->rows, i).n - 1);
    char words[40];
    int w;

    for (const char *at = piece->s; (at = memchr(at, '\n', (size_t)(line->shown + line->shown_len - at))); at++)
        lines++;
    if (!lines || d->lv->wrap)
        return;
    w = snprintf(words, sizeof(words), " +%zu line%s", lines, lines == 1 ? "" : "s");
    if (w + 1 >= piece->w)
        return;
    grid_put(d->g, d->r.x + piece->x + piece->w - w, y, w, ROLE_DIM, 0, words, (size_t)w, false);
    if (grid_width(d->g, piece->s, piece->n) > piece->w - w + d->lv->left)
        grid_puts(d->g, d->r.x + piece->x + piece->w - w - 1, y, 1, ROLE_DIM, grid_symbol(d->g, SYM_ELLIPSIS));
}

static const char *const level_words[] = {
    [LB_NONE] = "", [LB_TRACE] = "TRACE", [LB_DEBUG] = "DEBUG", [LB_INFO] = "INFO", [LB_WARN] = "WARN", [LB_ERROR] = "ERROR"};

static void draw_time(const struct drawing *d, const struct logbook_line *line, int y)
{
    char buf[40];

    if (line->time_ms == LOGBOOK_NO_TIME)
        return;
    time_rfc3339(line->time_ms, buf, sizeof(buf));
    if (d->p.time_w >= 13)
        grid_put(d->g, d->r.x + 1, y, 13, ROLE_DIM, 0, buf + 11, 13, false);
    else
        grid_putf(d->g, d->r.x + 1, y, 9, ROLE_DIM, "%.8sZ", buf + 11);
}

/* Names of a fleet differ at their ends. */
static void draw_instance(const struct drawing *d, const char *name, int y)
{
    size_t n = strlen(name), at = 0;
    int x = d->r.x + d->p.instance_x, w = d->p.instance_w;

    if (grid_width(d->g, name, n) > w) {
        x += grid_puts(d->g, x, y, 1, ROLE_TITLE, grid_symbol(d->g, SYM_ELLIPSIS));
        w--;
        while (at < n && grid_width(d->g, name + at, n - at) > w)
            at++;
        while (at < n && (name[at] & 0xc0) == 0x80)
            at++;
    }
    grid_put(d->g, x, y, w, ROLE_TITLE, 0, name + at, n - at, false);
}

/* The class itself stands at its end. */
static void draw_class(const struct drawing *d, const char *category, int y)
{
    size_t n = strlen(category);
    const char *s = category, *dot;

    while (grid_width(d->g, s, n) > d->p.class_w && (dot = memchr(s, '.', n))) {
        n -= (size_t)(dot + 1 - s);
        s = dot + 1;
    }
    grid_put(d->g, d->r.x + d->p.class_x, y, d->p.class_w, ROLE_DIM, 0, s, n, true);
}

/* What stands in front of the text, in the first row of a line. */
static void draw_front(const struct drawing *d, size_t source, const struct logbook_line *line, int y)
{
    const struct log_columns *p = &d->p;
    const char *name = log_rows_log(&d->lv->rows, d->c->model, source)->name;
    enum logbook_level severity = log_severity(line);
    enum role role = roles[severity];

    draw_time(d, line, y);
    grid_puts(d->g, d->r.x + p->level_x, y, LEVEL_W, role, line->level <= LB_ERROR ? level_words[line->level] : "");
    if (p->instance_w)
        draw_instance(d, model_instance_name(d->c->model, d->lv->rows.sources[source].instance), y);
    if (p->log_w)
        grid_put(d->g, d->r.x + p->log_x, y, p->log_w, ROLE_DIM, 0, name, (size_t)log_short(name), true);
    if (p->class_w)
        draw_class(d, line->category, y);
    if (log_prefix_width(line) && (d->lv->wrap || !d->lv->left))
        grid_putf(d->g, d->r.x + p->text_x, y, p->text_w, ROLE_DIM, "[%.24s]", line->database);
    if (severity > line->level && severity >= LB_WARN) /* the level alone does not tell it */
        grid_puts(d->g, d->r.x, y, 1, role, grid_symbol(d->g, severity == LB_ERROR ? SYM_BAD : SYM_WARN));
}

static enum role text_role(const struct logbook_line *line)
{
    enum role role = roles[log_severity(line)];

    if (line->continuation) /* its first line tells how bad it is */
        return role == ROLE_WARN || role == ROLE_BAD ? ROLE_TEXT : ROLE_DIM;
    return line->note ? ROLE_DIM : role;
}

static void draw_day(const struct drawing *d, size_t i, int y)
{
    char buf[40];

    time_rfc3339(log_rows_ref(&d->lv->rows, i).time_ms, buf, sizeof(buf));
    grid_putf(d->g, d->r.x + 1, y, d->r.w - 1, ROLE_TITLE, "%.10s", buf);
}

/* From its row `skip` on; returns the row behind it. */
static int draw_line(const struct drawing *d, size_t i, int skip, int y)
{
    const struct logbook_line *line = log_rows_line(&d->lv->rows, d->c->model, i);
    int end = d->r.y + d->r.h;
    struct log_rows_of rows;
    struct log_piece piece;

    if (log_begins_day(d->lv, d->c, i) && skip-- <= 0 && y < end)
        draw_day(d, i, y++);
    if (!line)
        return y + 1;
    for (log_rows_begin(&rows, line); y < end && log_rows_next(d->lv, &d->p, &rows, &piece);) {
        bool first = rows.number == 1;

        if (rows.number <= skip)
            continue;
        if (first && !line->continuation)
            draw_front(d, log_rows_ref(&d->lv->rows, i).source, line, y);
        draw_piece(d, piece, y, text_role(line));
        if (first)
            draw_more(d, i, line, &piece, y);
        y++;
    }
    return y;
}

static void draw_lines(struct drawing *d, bool focused)
{
    int skip, y = d->r.y;
    size_t i = log_lay_out(d->lv, d->c, d->r.h, &skip);

    for (; i < d->lv->rows.count && y < d->r.y + d->r.h; i++, skip = 0) {
        int from = y;

        y = draw_line(d, i, skip, y);
        if (!focused || i != d->lv->sel)
            continue;
        from += log_begins_day(d->lv, d->c, i) && !skip && y - from > 1;
        grid_puts(d->g, d->r.x, from, 1, ROLE_FOCUS, grid_symbol(d->g, SYM_SELECT));
        if (!d->lv->follow) /* at the end it would only hide how bad the newest line is */
            grid_mark(d->g, (struct rect){d->r.x, from, d->r.w, y - from}, CELL_SELECTED, -1);
        grid_cursor(d->g, d->r.x, from, false);
    }
    d->lv->bottom = i == d->lv->rows.count;
}

/* ---- what is not there ---- */

/* A log that was never there is only missed by who chose it. */
static bool is_failed(const struct log_view *lv, const struct logbook_log *log)
{
    return log->state == LB_FAILED || (log->state == LB_GONE && (lv->names || log->first < log->end));
}

/* Logs that cannot be read, a row each: at most a quarter of the pane. Returns the rows. */
static int draw_failures(const struct drawing *d)
{
    int y = 0, most = d->r.h / 4;

    for (size_t i = 0; i < d->lv->rows.nsources && y < most; i++) {
        const struct logbook_log *log = log_rows_log(&d->lv->rows, d->c->model, i);

        if (!is_failed(d->lv, log))
            continue;
        grid_putf(d->g, d->r.x + 1, d->r.y + y++, d->r.w - 1, ROLE_DIM, "%s%s%s: %s",
                  d->lv->many ? model_instance_name(d->c->model, d->lv->rows.sources[i].instance) : "", d->lv->many ? " " : "", log->name,
                  *log->err.words ? log->err.words : "gone");
    }
    return y;
}

/* Why instances have no logs, each reason once. */
static int draw_reasons(const struct drawing *d, struct rect r)
{
    const struct log_scope *scope = &d->lv->scope;
    const char *last = "";
    int y = 0;

    for (size_t k = 0; k < scope->n && y < r.h; k++) {
        uint32_t i = scope->instance[k];
        const struct logbook *b = model_logbook(d->c->model, i);
        const struct err *e = b ? logbook_err(b) : NULL;
        char words[sizeof(e->words) + 128];

        if (!e || e->kind == ERR_NONE || strcmp(e->words, last) == 0)
            continue;
        last = e->words;
        snprintf(words, sizeof(words), "%s%s%s", d->lv->many ? model_instance_name(d->c->model, i) : "", d->lv->many ? ": " : "", last);
        y += draw_wrapped(d->g, (struct rect){r.x, r.y + y, r.w, r.h - y}, ROLE_DIM, words);
    }
    return y;
}

static const char *nothing(const struct log_view *lv, const struct view_ctx *c)
{
    bool waiting = !lv->rows.nsources;

    for (size_t i = 0; i < lv->rows.nsources; i++) {
        const struct logbook_log *log = log_rows_log(&lv->rows, c->model, i);

        waiting |= log->state == LB_WAITING || log->loading;
    }
    return waiting || lv->rows.behind ? "reading ..." : "no lines yet";
}

static void draw_nothing(const struct drawing *d)
{
    int64_t hidden = log_rows_looked_at(&d->lv->rows);
    struct rect r = {d->r.x + 1, d->r.y, d->r.w - 2, d->r.h};
    char words[80];

    if (r.h >= 8) { /* in the middle of a large pane, where one looks */
        r.y += r.h / 3;
        r.h -= r.h / 3;
    }
    if (draw_reasons(d, r))
        return;
    snprintf(words, sizeof(words), "%lld hidden by the %s", (long long)hidden,
             *view_filter(&d->lv->base) ? "filter: Esc shows them" : "level: L changes it");
    draw_wrapped(d->g, r, ROLE_DIM, hidden && !d->lv->rows.behind ? words : nothing(d->lv, d->c));
}

void log_draw(struct view *v, struct grid *g, struct rect r, const struct view_ctx *c, bool focused)
{
    struct drawing d = {.lv = log_of(v), .c = c, .g = g, .r = r};
    int failed = draw_failures(&d);

    d.r.y += failed;
    d.r.h -= failed;
    d.lv->seen = d.r;
    log_columns(d.lv, c, r.w, &d.p);
    if (focused)
        grid_cursor(g, r.x, d.r.y, false);
    if (d.lv->rows.count)
        draw_lines(&d, focused);
    else if (d.r.h > 0)
        draw_nothing(&d);
}
