/* Dialogs. */
#include "ui/dialog.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

#define WIDTH_MAX 100 /* longer lines are hard to read */

void dialog_init(struct dialog *d, const char *title, bool danger)
{
    memset(d, 0, sizeof *d);
    d->title = x_strdup(title ? title : "");
    d->danger = danger;
    pager_init(&d->text, true);
}

void dialog_release(struct dialog *d)
{
    free(d->title);
    free(d->label);
    free(d->expect);
    pager_release(&d->text);
    if (d->has_line)
        line_release(&d->line);
    memset(d, 0, sizeof *d);
}

void dialog_ask(struct dialog *d, const char *label, const char *expect, bool hidden)
{
    if (d->has_line)
        line_release(&d->line);
    free(d->label);
    free(d->expect);
    d->label = x_strdup(label ? label : "");
    d->expect = x_strdup(expect && *expect ? expect : NULL);
    line_init(&d->line, hidden);
    d->has_line = true;
    d->wrong = NULL;
}

/* --- drawing --- */

/* Rows below the text: a blank one, the line, and what was wrong. */
static int line_rows(const struct dialog *d)
{
    return d->has_line ? 3 : 0;
}

/* A box in the middle, as high as its text wants and the grid allows. */
static struct rect place(struct dialog *d, const struct grid *g)
{
    int w = g->w - 4 < WIDTH_MAX ? g->w - 4 : WIDTH_MAX;
    int h;

    if (w < 20)
        w = g->w;
    h = (int)pager_rows(&d->text, w - 4) + line_rows(d) + 2;
    if (h > g->h)
        h = g->h;
    return (struct rect){(g->w - w) / 2, (g->h - h) / 2, w, h};
}

static const char *hint(const struct dialog *d)
{
    if (d->has_line)
        return " Enter answers, Esc closes ";
    return d->danger ? " Esc closes " : " Enter goes on, Esc closes ";
}

static void draw_foot(const struct dialog *d, struct grid *g, struct rect r)
{
    int room = r.w - 4;

    grid_puts(g, r.x + 2, r.y + r.h - 1, room, ROLE_DIM, hint(d));
}

/* Nobody should say yes to what he has not seen: that there is more stands in the frame. */
static void draw_more(struct dialog *d, struct grid *g, struct rect r)
{
    size_t rows = pager_rows(&d->text, d->inside.w), shown = d->inside.h > 0 ? (size_t)d->inside.h : 0;
    char words[64];
    int w;

    if (rows <= shown)
        return;
    snprintf(words, sizeof(words), " %zu of %zu lines: PgDn ", d->text.top + shown < rows ? d->text.top + shown : rows, rows);
    w = grid_width(g, words, strlen(words));
    if (w <= r.w - 4)
        grid_puts(g, r.x + r.w - 2 - w, r.y, w, ROLE_WARN, words);
}

static void draw_line(const struct dialog *d, struct grid *g, struct rect r)
{
    int y = r.y + r.h - 2;

    line_draw(&d->line, g, r.x, y, r.w, ROLE_DIALOG, d->label);
    if (d->wrong)
        grid_puts(g, r.x, y + 1, r.w, ROLE_BAD, d->wrong);
}

void dialog_draw(struct dialog *d, struct grid *g, int64_t mono_ms)
{
    struct rect box = place(d, g), in;
    enum role frame = d->danger ? ROLE_DANGER : ROLE_FOCUS;

    if (!d->drawn_mono_ms)
        d->drawn_mono_ms = mono_ms ? mono_ms : 1;
    grid_fill(g, box, ' ', ROLE_DIALOG);
    in = grid_box(g, box, frame, frame, d->title, NULL);
    draw_foot(d, g, box);
    in.x++;
    in.w -= 2;
    d->inside = in;
    d->inside.h -= line_rows(d);
    pager_draw(&d->text, g, d->inside);
    draw_more(d, g, box);
    if (d->has_line && in.h >= 2)
        draw_line(d, g, in);
    else
        grid_cursor(g, in.x, in.y, false);
}

/* --- keys --- */

static bool guarded(const struct dialog *d, int64_t mono_ms)
{
    if (!d->drawn_mono_ms)
        return true;
    return !d->line.hidden && mono_ms - d->drawn_mono_ms < DIALOG_GUARD_MS; /* a password confirms nothing, and must not be cut */
}

/* The typed text without blanks around it is one of "a|b|c". */
static bool is_expected(const struct dialog *d)
{
    const char *s = d->line.buf;
    size_t n = d->line.len;

    for (; n > 0 && *s == ' '; s++)
        n--;
    while (n > 0 && s[n - 1] == ' ')
        n--;
    for (const char *e = d->expect; n > 0; e++) {
        size_t len = strcspn(e, "|");

        if (len == n && !memcmp(e, s, n))
            return true;
        e += len;
        if (!*e)
            break;
    }
    return false;
}

static enum dialog_result answer(struct dialog *d)
{
    if (!d->has_line)
        return d->danger ? DIALOG_OPEN : DIALOG_ANSWERED;
    if (!d->expect || is_expected(d))
        return DIALOG_ANSWERED;
    d->wrong = d->line.len ? "that is not what was asked for: nothing is done yet" : "type the answer first, or Esc";
    return DIALOG_OPEN;
}

/* Keys that scroll the text; those that a line needs for itself only without one. */
static bool scroll(struct dialog *d, keycode k)
{
    long page = d->inside.h > 1 ? d->inside.h - 1 : 1;

    switch (k) {
    case KEYC_UP:
        pager_move(&d->text, -1, d->inside);
        return true;
    case KEYC_DOWN:
        pager_move(&d->text, 1, d->inside);
        return true;
    case KEYC_PGUP:
        pager_move(&d->text, -page, d->inside);
        return true;
    case KEYC_PGDN:
        pager_move(&d->text, page, d->inside);
        return true;
    default:
        break;
    }
    if (d->has_line)
        return false;
    if (k == 'j' || k == 'k')
        pager_move(&d->text, k == 'j' ? 1 : -1, d->inside);
    else if (k == ' ')
        pager_move(&d->text, page, d->inside);
    else if (k == KEYC_HOME || k == 'g' || k == KEYC_END || k == 'G')
        pager_goto(&d->text, k == KEYC_END || k == 'G', d->inside);
    else
        return false;
    return true;
}

enum dialog_result dialog_key(struct dialog *d, keycode k, int64_t mono_ms)
{
    if (guarded(d, mono_ms) || k == KEYC_NONE || k == KEYC_PASTE)
        return DIALOG_OPEN;
    if (k == KEYC_ESC || k == 'G' - '@' || (!d->has_line && k == 'q'))
        return DIALOG_CLOSED;
    if (k == KEYC_ENTER)
        return answer(d);
    if (!scroll(d, k) && d->has_line && line_key(&d->line, k))
        d->wrong = NULL;
    return DIALOG_OPEN;
}

void dialog_paste(struct dialog *d, const char *s, size_t n, int64_t mono_ms)
{
    if (!d->has_line || guarded(d, mono_ms))
        return;
    if (d->expect) {
        d->wrong = "pasted text does not count here: type it";
        return;
    }
    line_insert(&d->line, s, n);
    d->wrong = NULL;
}

const char *dialog_text(const struct dialog *d)
{
    return d->has_line ? d->line.buf : "";
}
