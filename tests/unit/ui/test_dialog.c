/* Dialogs answer only to what was typed after them; menus choose only what can be chosen. */
#include "support/cm.h"

#include <stdio.h>
#include "ui/dialog.h"
#include "ui/menu.h"

#define DRAWN 5000

static void open_dialog(struct dialog *d, bool danger, const char *expect, bool line, struct grid *g)
{
    dialog_init(d, "kill", danger);
    pager_addf(&d->text, ROLE_TEXT, 0, "kill transaction 42?");
    if (line)
        dialog_ask(d, "type yes or 42: ", expect, false);
    grid_init(g, 60, 12, false);
}

static enum dialog_result type(struct dialog *d, const char *keys, int64_t at)
{
    enum dialog_result r = DIALOG_OPEN;
    char word[32];
    int n;

    while (r == DIALOG_OPEN && sscanf(keys, " %31s%n", word, &n) == 1) {
        keys += n;
        r = dialog_key(d, word[0] == '#' ? KEYC_PASTE : key_parse(word), at);
    }
    return r;
}

static void answers(void **state)
{
    static const struct {
        bool line, danger;
        const char *expect, *keys;
        int64_t at;
        enum dialog_result want;
        const char *text;
    } cases[] = {
        {true, true, "yes|42", "y e s Enter", DRAWN + 500, DIALOG_ANSWERED, "yes"},
        {true, true, "yes|42", "4 2 Enter", DRAWN + 500, DIALOG_ANSWERED, "42"},
        {true, true, "yes|42", "Space 4 2 Space Enter", DRAWN + 500, DIALOG_ANSWERED, " 42 "},
        {true, true, "yes|42", "y e s Enter", DRAWN + 499, DIALOG_OPEN, ""},
        {true, true, "yes|42", "y e s Enter", DRAWN, DIALOG_OPEN, ""},
        {true, true, "yes|42", "y e s Enter", 0, DIALOG_OPEN, ""},
        {true, true, "yes|42", "Esc", DRAWN + 100, DIALOG_OPEN, ""},
        {true, true, "yes|42", "y Enter", DRAWN + 500, DIALOG_OPEN, "y"},
        {true, true, "yes|42", "Y E S Enter", DRAWN + 500, DIALOG_OPEN, "YES"},
        {true, true, "yes|42", "y e s | 4 2 Enter", DRAWN + 500, DIALOG_OPEN, "yes|42"},
        {true, true, "yes|42", "4 Enter 2 Enter", DRAWN + 500, DIALOG_ANSWERED, "42"},
        {true, true, "yes|42", "Enter", DRAWN + 500, DIALOG_OPEN, ""},
        {true, true, "|", "Enter", DRAWN + 500, DIALOG_OPEN, ""},
        {true, true, "a|", "Enter", DRAWN + 500, DIALOG_OPEN, ""},
        {true, true, "yes|42", "# Enter", DRAWN + 500, DIALOG_OPEN, ""},
        {true, true, "yes|42", "y q Esc", DRAWN + 500, DIALOG_CLOSED, "yq"},
        {true, false, "yes", "Ctrl-G", DRAWN + 500, DIALOG_CLOSED, ""},
        {true, false, NULL, "a b Enter", DRAWN + 500, DIALOG_ANSWERED, "ab"},
        {true, false, NULL, "Enter", DRAWN + 500, DIALOG_ANSWERED, ""},
        {true, false, "", "x Enter", DRAWN + 500, DIALOG_ANSWERED, "x"},
        {false, false, NULL, "Enter", DRAWN + 500, DIALOG_ANSWERED, ""},
        {false, false, NULL, "Enter", DRAWN + 499, DIALOG_OPEN, ""},
        {false, false, NULL, "j k Up g G q", DRAWN + 500, DIALOG_CLOSED, ""},
        {false, true, NULL, "Enter", DRAWN + 500, DIALOG_OPEN, ""},
        {false, true, NULL, "y", DRAWN + 500, DIALOG_OPEN, ""},
        {false, true, NULL, "Esc", DRAWN + 500, DIALOG_CLOSED, ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct dialog d;
        struct grid g;

        open_dialog(&d, cases[i].danger, cases[i].expect, cases[i].line, &g);
        assert_int_equal(type(&d, "y e s Enter", 1), DIALOG_OPEN); /* typed ahead: before it was drawn */
        assert_string_equal(dialog_text(&d), "");
        dialog_draw(&d, &g, DRAWN);
        dialog_draw(&d, &g, DRAWN + 400); /* drawn again: the time runs from the first */
        assert_int_equal(type(&d, cases[i].keys, cases[i].at), cases[i].want);
        assert_string_equal(dialog_text(&d), cases[i].text);
        dialog_release(&d);
        grid_release(&g);
    }
}

static void pastes(void **state)
{
    struct dialog d;
    struct grid g;

    (void)state;
    open_dialog(&d, true, "yes", true, &g);
    dialog_paste(&d, "yes", 3, 1);
    dialog_draw(&d, &g, DRAWN);
    dialog_paste(&d, "yes", 3, DRAWN + 499);
    assert_null(d.wrong);
    dialog_paste(&d, "yes\n", 4, DRAWN + 1000);
    assert_string_equal(dialog_text(&d), "");
    assert_non_null(d.wrong);
    assert_int_equal(dialog_key(&d, KEYC_ENTER, DRAWN + 1000), DIALOG_OPEN);
    dialog_ask(&d, "password: ", NULL, true); /* any text: a password may be pasted, but Enter is typed */
    dialog_paste(&d, "hunter2\n", 8, DRAWN + 1000);
    assert_string_equal(dialog_text(&d), "hunter2");
    assert_int_equal(dialog_key(&d, KEYC_ENTER, DRAWN + 1000), DIALOG_ANSWERED);
    dialog_release(&d);
    grid_release(&g);
}

/* What is typed at once belongs to the password; a confirmation does not take it. */
static void a_password_is_not_cut(void **state)
{
    for (int hidden = 0; hidden < 2; hidden++) {
        struct dialog d;
        struct grid g;

        dialog_init(&d, "password", false);
        dialog_ask(&d, "> ", hidden ? NULL : "yes", hidden);
        grid_init(&g, 60, 12, false);
        dialog_draw(&d, &g, 1000);
        dialog_key(&d, 'p', 1001);
        dialog_key(&d, 'w', 1002);
        assert_string_equal(dialog_text(&d), hidden ? "pw" : "");
        dialog_release(&d);
        grid_release(&g);
    }
}

static void wrong_words_go_away(void **state)
{
    struct dialog d;
    struct grid g;

    (void)state;
    open_dialog(&d, true, "yes", true, &g);
    dialog_draw(&d, &g, DRAWN);
    type(&d, "n o Enter", DRAWN + 500);
    assert_string_equal(d.wrong, "that is not what was asked for: nothing is done yet");
    type(&d, "Backspace", DRAWN + 500);
    assert_null(d.wrong);
    dialog_release(&d);
    grid_release(&g);
}

static void drawing(void **state)
{
    struct dialog d;
    struct grid g;
    struct text out;

    (void)state;
    open_dialog(&d, true, "yes|42", true, &g);
    text_init(&out, 0);
    grid_resize(&g, 44, 8);
    dialog_draw(&d, &g, DRAWN);
    type(&d, "n Enter", DRAWN + 500);
    dialog_draw(&d, &g, DRAWN + 600);
    grid_dump(&g, false, &out);
    assert_string_equal(out.s, "\n"
                               "  ┌kill ─────────────────────────────────┐\n"
                               "  │ kill transaction 42?                 │\n"
                               "  │                                      │\n"
                               "  │ type yes or 42: n                    │\n"
                               "  │ that is not what was asked for: not… │\n"
                               "  └─ Enter answers, Esc closes ──────────┘\n"
                               "\n");
    assert_true(g.cur_visible);
    assert_int_equal(g.cur_x, 21);
    assert_int_equal(g.cur_y, 4);
    for (int w = 1; w < 60; w += 3)
        for (int h = 1; h < 12; h++) {
            grid_resize(&g, w, h);
            dialog_draw(&d, &g, DRAWN);
        }
    text_release(&out);
    dialog_release(&d);
    grid_release(&g);
}

static void long_text_scrolls(void **state)
{
    struct dialog d;
    struct grid g;

    (void)state;
    open_dialog(&d, false, NULL, false, &g);
    for (int i = 0; i < 50; i++)
        pager_addf(&d.text, ROLE_TEXT, 0, "line %d", i);
    dialog_draw(&d, &g, DRAWN);
    type(&d, "Down", DRAWN + 500);
    assert_int_equal(d.text.top, 1);
    type(&d, "PgDn", DRAWN + 500);
    assert_int_equal(d.text.top, 10);
    type(&d, "End", DRAWN + 500);
    assert_int_equal(d.text.top, 41);
    type(&d, "Home k", DRAWN + 500);
    assert_int_equal(d.text.top, 0);
    dialog_ask(&d, "name: ", NULL, false);
    dialog_draw(&d, &g, DRAWN);
    type(&d, "g Down j", DRAWN + 500);
    assert_int_equal(d.text.top, 1);
    assert_string_equal(dialog_text(&d), "gj");
    dialog_release(&d);
    grid_release(&g);
}

/* --- menus --- */

static void open_menu(struct menu *m)
{
    menu_init(m, "actions");
    menu_add(m, 'K', "kill", NULL);
    menu_add(m, 'B', "back up", "Enterprise only");
    menu_add(m, KEYC_NONE, "lock", NULL);
}

static void choosing(void **state)
{
    static const struct {
        const char *keys;
        enum menu_result want;
        size_t sel;
    } cases[] = {
        {"Enter", MENU_CHOSEN, 0},  {"K", MENU_CHOSEN, 0},      {"B", MENU_OPEN, 1},   {"Down Enter", MENU_OPEN, 1},
        {"j j Enter", MENU_CHOSEN, 2}, {"End Enter", MENU_CHOSEN, 2}, {"q", MENU_CLOSED, 0}, {"Esc", MENU_CLOSED, 0},
        {"Ctrl-G", MENU_CLOSED, 0}, {"x", MENU_OPEN, 0},        {"PgDn", MENU_OPEN, 2}, {"End Home Up Enter", MENU_CHOSEN, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        enum menu_result r = MENU_OPEN;
        const char *keys = cases[i].keys;
        struct menu m;
        struct grid g;
        char word[16];
        int n;

        open_menu(&m);
        grid_init(&g, 40, 10, false);
        menu_draw(&m, &g);
        while (r == MENU_OPEN && sscanf(keys, " %15s%n", word, &n) == 1) {
            keys += n;
            r = menu_key(&m, key_parse(word));
        }
        assert_int_equal(r, cases[i].want);
        assert_int_equal(m.list.sel, cases[i].sel);
        menu_release(&m);
        grid_release(&g);
    }
}

static void menu_drawing(void **state)
{
    struct menu m;
    struct grid g;
    struct text out;

    (void)state;
    open_menu(&m);
    text_init(&out, 0);
    grid_init(&g, 40, 6, false);
    grid_cursor(&g, 7, 5, true);
    menu_draw_above(&m, &g, 30, 4);
    assert_int_equal(g.cur_x, 7);
    assert_true(g.cur_visible);
    grid_dump(&g, false, &out);
    assert_string_equal(out.s, "           ┌actions ───────────────────┐\n"
                               "           │>K kill                    │\n"
                               "           │ B back up Enterprise only │\n"
                               "           │   lock                    │\n"
                               "           └───────────────────────────┘\n"
                               "\n");
    text_release(&out);
    grid_release(&g);
    menu_release(&m);
}

static void menus_of_any_size(void **state)
{
    struct menu m;
    struct grid g;

    (void)state;
    menu_init(&m, "");
    grid_init(&g, 1, 1, false);
    for (int i = 0; i < 40; i++) {
        for (int w = 1; w < 40; w += 6)
            for (int h = 1; h < 20; h += 3) {
                grid_resize(&g, w, h);
                menu_draw(&m, &g);
                menu_draw_above(&m, &g, w - 3, h - 2);
                menu_key(&m, KEYC_DOWN);
                menu_key(&m, KEYC_PGUP);
            }
        menu_add(&m, KEYC_NONE, "an item", i % 3 ? NULL : "no");
    }
    menu_key(&m, KEYC_PASTE);
    menu_clear(&m);
    assert_int_equal(menu_key(&m, KEYC_ENTER), MENU_OPEN);
    grid_release(&g);
    menu_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers),  cmocka_unit_test(pastes),   cmocka_unit_test(wrong_words_go_away),
        cmocka_unit_test(a_password_is_not_cut),
        cmocka_unit_test(drawing),  cmocka_unit_test(long_text_scrolls), cmocka_unit_test(choosing),
        cmocka_unit_test(menu_drawing), cmocka_unit_test(menus_of_any_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
