#include "ui/menu.h"
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/text.h"

void menu_init(struct menu *m, const char *title)
{
    memset(m, 0, sizeof *m);
    m->title = x_strdup(title ? title : "");
}

void menu_clear(struct menu *m)
{
    for (size_t i = 0; i < m->count; i++) {
        free(m->items[i].text);
        free(m->items[i].reason);
    }
    m->count = 0;
    m->list = (struct list){0};
}

void menu_release(struct menu *m)
{
    menu_clear(m);
    free(m->items);
    free(m->title);
    memset(m, 0, sizeof *m);
}

void menu_add(struct menu *m, keycode key, const char *text, const char *reason)
{
    m->items = x_grow(m->items, &m->cap, m->count + 1, sizeof *m->items);
    m->items[m->count++] = (struct menu_item){x_strdup(text ? text : ""), x_strdup(reason), key};
    list_set_count(&m->list, m->count, m->page);
}

/* --- keys --- */

static enum menu_result choose(struct menu *m, size_t i)
{
    list_goto(&m->list, i, m->page);
    return i < m->count && !m->items[i].reason ? MENU_CHOSEN : MENU_OPEN;
}

static bool move(struct menu *m, keycode k)
{
    long page = m->page > 1 ? (long)m->page : 1;

    switch (k) {
    case KEYC_UP:
    case 'k':
        list_move(&m->list, -1, m->page);
        return true;
    case KEYC_DOWN:
    case 'j':
        list_move(&m->list, 1, m->page);
        return true;
    case KEYC_PGUP:
        list_move(&m->list, -page, m->page);
        return true;
    case KEYC_PGDN:
        list_move(&m->list, page, m->page);
        return true;
    case KEYC_HOME:
        list_goto(&m->list, 0, m->page);
        return true;
    case KEYC_END:
        list_goto(&m->list, m->count ? m->count - 1 : 0, m->page);
        return true;
    default:
        return false;
    }
}

enum menu_result menu_key(struct menu *m, keycode k)
{
    if (k == KEYC_NONE || k == KEYC_PASTE)
        return MENU_OPEN;
    if (k == KEYC_ESC || k == 'G' - '@')
        return MENU_CLOSED;
    if (k == KEYC_ENTER)
        return choose(m, m->list.sel);
    for (size_t i = 0; i < m->count; i++)
        if (m->items[i].key == k)
            return choose(m, i);
    if (!move(m, k) && k == 'q')
        return MENU_CLOSED;
    return MENU_OPEN;
}

/* --- drawing --- */

enum { COL_ITEM_KEY, COL_ITEM_TEXT, COL_ITEM_REASON, NITEM_COLS };

struct cells {
    const struct menu *m;
    char name[16];
};

static const char *cell(void *data, size_t row, size_t col, enum role *role)
{
    struct cells *c = data;
    const struct menu_item *item = c->m->items + row;

    *role = item->reason ? ROLE_DIM : ROLE_TEXT;
    if (col == COL_ITEM_KEY) {
        *role = item->reason ? ROLE_DIM : ROLE_KEY;
        return key_name(item->key, c->name, sizeof c->name);
    }
    return col == COL_ITEM_TEXT ? item->text : item->reason;
}

static int widest(const struct menu *m, const struct grid *g, size_t col)
{
    struct cells c = {.m = m};
    int most = 0;

    for (size_t i = 0; i < m->count; i++) {
        enum role role;
        const char *s = cell(&c, i, col, &role);
        int w = s ? grid_width(g, s, strlen(s)) : 0;

        if (w > most)
            most = w;
    }
    return most;
}

/* Widths of the columns that have something in them, and of the whole inside. */
static int measure(const struct menu *m, const struct grid *g, struct list_column *cols)
{
    int total = LIST_GUTTER;

    for (size_t i = 0; i < NITEM_COLS; i++) {
        cols[i] = (struct list_column){.width = widest(m, g, i)};
        if (cols[i].width)
            total += cols[i].width + 1;
    }
    return total;
}

static void draw_in(struct menu *m, struct grid *g, struct rect box, const struct list_column *cols)
{
    struct cells c = {.m = m};
    const struct list_source src = {.data = &c, .cell = cell};
    struct rect in;

    grid_fill(g, box, ' ', ROLE_DIALOG);
    in = grid_box(g, box, ROLE_FOCUS, ROLE_FOCUS, m->title, NULL);
    m->page = list_draw(&m->list, g, in, cols, NITEM_COLS, -1, false, false, !m->idle, &src);
}

static struct rect size_of(const struct menu *m, const struct grid *g, struct list_column *cols, int max_h)
{
    int w = measure(m, g, cols) + 2, h = (m->count > GRID_MAX ? GRID_MAX : (int)m->count) + 2;
    int title = grid_width(g, m->title, strlen(m->title)) + 2;

    w = w < title ? title : w;
    return (struct rect){0, 0, w < g->w ? w : g->w, h < max_h ? h : max_h};
}

void menu_draw(struct menu *m, struct grid *g)
{
    struct list_column cols[NITEM_COLS];
    struct rect r = size_of(m, g, cols, g->h);

    r.x = (g->w - r.w) / 2;
    r.y = (g->h - r.h) / 2;
    draw_in(m, g, r, cols);
}

void menu_draw_above(struct menu *m, struct grid *g, int x, int bottom)
{
    struct list_column cols[NITEM_COLS];
    struct rect r = size_of(m, g, cols, bottom + 1);
    int cur_x = g->cur_x, cur_y = g->cur_y;
    bool visible = g->cur_visible;

    r.x = x + r.w > g->w ? g->w - r.w : x < 0 ? 0 : x;
    r.y = bottom + 1 - r.h;
    draw_in(m, g, r, cols);
    grid_cursor(g, cur_x, cur_y, visible);
}
