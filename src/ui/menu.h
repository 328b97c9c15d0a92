/* A small box of choices: the actions of "!", the candidates of a completion. Knows nothing of what they mean. */
#ifndef UI_MENU_H
#define UI_MENU_H

#include <stdbool.h>
#include <stddef.h>
#include "ui/grid.h"
#include "ui/key.h"
#include "ui/list.h"

struct menu_item {
    char *text;
    char *reason; /* why it cannot be chosen now: shown, and the item is greyed; NULL: it can */
    keycode key;  /* chooses it at once; KEYC_NONE: none */
};

struct menu {
    char *title;
    struct menu_item *items;
    size_t count, cap;
    struct list list; /* list.sel is the item under the cursor */
    bool idle;        /* none is under the cursor yet */
    size_t page;      /* rows as last drawn */
};

enum menu_result { MENU_OPEN, MENU_CHOSEN, MENU_CLOSED };

void menu_init(struct menu *m, const char *title);
void menu_release(struct menu *m);
void menu_clear(struct menu *m); /* no items; the title stays */
/* Copies both texts. */
void menu_add(struct menu *m, keycode key, const char *text, const char *reason);
/* Up, Down, j, k, PgUp, PgDn, Home, End move; Enter or an item's own key chooses (m->list.sel then is it), greyed ones are not
 * chosen but the cursor goes there; Esc, Ctrl-G and q (unless it is an item's key) close. */
enum menu_result menu_key(struct menu *m, keycode k);
/* In the middle of the grid. */
void menu_draw(struct menu *m, struct grid *g);
/* With its lower edge in row `bottom` (inclusive) and its left edge at x, moved to the left where it would not fit; does not
 * touch the hardware cursor: it stays in the line that is being completed. */
void menu_draw_above(struct menu *m, struct grid *g, int x, int bottom);

#endif
