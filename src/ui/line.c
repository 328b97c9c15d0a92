/* The line editor. The buffer has its full size from the start: nothing that was typed is left behind by a realloc. */
#include "ui/line.h"
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"

void line_init(struct line *l, bool hidden)
{
    memset(l, 0, sizeof *l);
    l->hidden = hidden;
    l->buf = x_calloc(1, LINE_MAX_BYTES + 1);
}

void line_release(struct line *l)
{
    if (l->buf && l->hidden)
        mem_wipe(l->buf, LINE_MAX_BYTES + 1);
    free(l->buf);
    memset(l, 0, sizeof *l);
}

void line_set(struct line *l, const char *s)
{
    mem_wipe(l->buf, l->len);
    l->len = l->pos = 0;
    l->buf[0] = 0;
    if (s)
        line_insert(l, s, strlen(s));
}

/* Put n bytes of whole characters in at the cursor; what exceeds the limit is dropped. */
static bool insert_raw(struct line *l, const char *s, size_t n)
{
    if (n > LINE_MAX_BYTES - l->len)
        return false;
    memmove(l->buf + l->pos + n, l->buf + l->pos, l->len - l->pos + 1);
    memcpy(l->buf + l->pos, s, n);
    l->len += n;
    l->pos += n;
    return true;
}

static bool insert_cp(struct line *l, uint32_t cp)
{
    char buf[4] = {0};

    return insert_raw(l, buf, utf8_encode(cp, buf));
}

void line_insert(struct line *l, const char *s, size_t n)
{
    uint32_t cp;

    while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == '\r'))
        n--;
    for (size_t at = 0; at < n;) {
        at += utf8_decode(s + at, n - at, &cp);
        if (cp == '\r' && at < n && s[at] == '\n')
            continue;
        if (cp == '\n' || cp == '\r' || cp == '\t')
            cp = ' ';
        if (!cp_is_control(cp) && !insert_cp(l, cp))
            return;
    }
}

/* Start of the character at byte `at` with all that combines with it; the boundary before resp. after a position. */
static size_t before(const struct line *l, size_t at)
{
    uint32_t cp;

    while (at > 0) {
        do
            at--;
        while (at > 0 && (l->buf[at] & 0xc0) == 0x80);
        utf8_decode(l->buf + at, l->len - at, &cp);
        if (cp_width(cp) != 0)
            break;
    }
    return at;
}

static size_t after(const struct line *l, size_t at)
{
    uint32_t cp;

    if (at >= l->len)
        return l->len;
    at += utf8_decode(l->buf + at, l->len - at, &cp);
    while (at < l->len) {
        size_t n = utf8_decode(l->buf + at, l->len - at, &cp);

        if (cp_width(cp) != 0)
            break;
        at += n;
    }
    return at;
}

static size_t word_before(const struct line *l)
{
    size_t at = l->pos;

    while (at > 0 && l->buf[at - 1] == ' ')
        at--;
    while (at > 0 && l->buf[at - 1] != ' ')
        at--;
    return at;
}

static bool cut(struct line *l, size_t from, size_t to)
{
    size_t n = to - from;

    if (!n)
        return false;
    memmove(l->buf + from, l->buf + to, l->len - to + 1);
    l->len -= n;
    l->pos = from;
    mem_wipe(l->buf + l->len + 1, n);
    return true;
}

static bool move(struct line *l, size_t to)
{
    bool moved = to != l->pos;

    l->pos = to;
    return moved;
}

#define CTRL(c) ((keycode)((c) - '@'))

bool line_key(struct line *l, keycode k)
{
    switch (k) {
    case KEYC_LEFT:
        return move(l, before(l, l->pos));
    case KEYC_RIGHT:
        return move(l, after(l, l->pos));
    case KEYC_HOME:
    case CTRL('A'):
        return move(l, 0);
    case KEYC_END:
    case CTRL('E'):
        return move(l, l->len);
    case KEYC_BACKSPACE:
        return cut(l, before(l, l->pos), l->pos);
    case KEYC_DELETE:
        return cut(l, l->pos, after(l, l->pos));
    case CTRL('U'):
        return cut(l, 0, l->pos);
    case CTRL('K'):
        return cut(l, l->pos, l->len);
    case CTRL('W'):
        return cut(l, word_before(l), l->pos);
    default:
        return key_is_text(k) && insert_cp(l, k);
    }
}

/* What is drawn: the text itself, or one star for each character, in `shown`; returns where the cursor is in it. */
static size_t shown_text(const struct line *l, struct text *shown)
{
    size_t pos = 0;

    if (!l->hidden) {
        text_add(shown, l->buf, l->len);
        return l->pos;
    }
    for (size_t at = 0; at < l->len; at = after(l, at)) {
        pos += at < l->pos;
        text_addc(shown, '*');
    }
    return pos;
}

/* First byte to show so that the cursor, at `pos`, is within `cols` columns: the cursor itself takes one. */
static size_t scroll_start(const struct grid *g, const struct text *t, size_t pos, int cols)
{
    size_t start = 0;
    int width = grid_width(g, t->s, pos);

    while (start < pos && width >= cols) {
        uint32_t cp;
        size_t n = utf8_decode(t->s + start, pos - start, &cp);

        width -= grid_width(g, t->s + start, n);
        start += n;
    }
    return start;
}

#define TEXT_MIN 4 /* columns that a prompt must leave */

void line_draw(const struct line *l, struct grid *g, int x, int y, int cols, enum role role, const char *prompt)
{
    struct text shown;
    size_t pos, start;
    int used, cursor;

    if (cols <= 0)
        return;
    grid_fill(g, (struct rect){x, y, cols, 1}, ' ', role);
    used = prompt ? grid_puts(g, x, y, cols - TEXT_MIN, ROLE_PROMPT, prompt) : 0;
    text_init(&shown, LINE_MAX_BYTES);
    pos = shown_text(l, &shown);
    start = scroll_start(g, &shown, pos, cols - used);
    if (start > 0) { /* a sign that there is more to the left */
        start = scroll_start(g, &shown, pos, cols - used - 1);
        used += grid_puts(g, x + used, y, 1, ROLE_DIM, grid_symbol(g, SYM_ELLIPSIS));
    }
    grid_put(g, x + used, y, cols - used, role, 0, shown.s + start, shown.len - start, true);
    cursor = used + grid_width(g, shown.s + start, pos - start);
    grid_cursor(g, x + (cursor < cols ? cursor : cols - 1), y, true);
    if (l->hidden)
        mem_wipe(shown.s, shown.len);
    text_release(&shown);
}
