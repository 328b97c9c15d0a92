/* The list: moving, column widths, drawing. */
#include "support/cm.h"

#include <stdio.h>
#include "ui/list.h"

static void moving(void **state)
{
    static const struct {
        struct list from;
        long by;
        size_t page, sel, top;
    } cases[] = {
        {{.count = 10}, 1, 4, 1, 0},
        {{.count = 10, .sel = 3}, 1, 4, 4, 1},
        {{.count = 10, .sel = 9, .top = 6}, 1, 4, 9, 6},
        {{.count = 10, .sel = 9, .top = 6}, -1, 4, 8, 6},
        {{.count = 10, .sel = 6, .top = 6}, -1, 4, 5, 5},
        {{.count = 10, .sel = 2}, -5, 4, 0, 0},
        {{.count = 10, .sel = 2}, 500, 4, 9, 6},
        {{.count = 10, .sel = 2}, 0, 4, 2, 0},
        {{.count = 0}, 1, 4, 0, 0},
        {{.count = 0, .sel = 7, .top = 3}, -1, 4, 0, 0},
        {{.count = 3, .sel = 9}, 1, 4, 2, 0},
        {{.count = 10, .sel = 5, .top = 5}, 0, 0, 5, 5},   /* no room at all */
        {{.count = 10, .sel = 5, .top = 2}, 0, 20, 5, 0},  /* the window grew */
        {{.count = 10, .sel = 9, .top = 9}, 0, 4, 9, 6},   /* no empty rows at the end */
    };
    struct list l = {.count = 5, .sel = 2};

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        l = cases[i].from;
        list_move(&l, cases[i].by, cases[i].page);
        assert_int_equal(l.sel, cases[i].sel);
        assert_int_equal(l.top, cases[i].top);
    }
    l = (struct list){.count = 5, .sel = 2};
    list_move(&l, -9223372036854775807L - 1, 3);
    assert_int_equal(l.sel, 0);
    list_move(&l, 9223372036854775807L, 3);
    assert_int_equal(l.sel, 4);
    list_goto(&l, 99, 3);
    assert_int_equal(l.sel, 4);
    list_goto(&l, 0, 3);
    assert_int_equal(l.top, 0);
    list_goto(&l, 4, 3);
    list_set_count(&l, 2, 3);
    assert_int_equal(l.sel, 1);
    assert_int_equal(l.top, 0);
}

static void widths(void **state)
{
    static const struct {
        int want[4], priority[4], total, width[4];
    } cases[] = {
        {{5, 5, 5, 5}, {1, 2, 3, 4}, 23, {5, 5, 5, 5}},
        {{5, 5, 5, 5}, {1, 2, 3, 4}, 22, {5, 5, 5, 0}},
        {{5, 5, 5, 5}, {4, 3, 2, 1}, 22, {0, 5, 5, 5}},
        {{5, 5, 5, 5}, {1, 1, 1, 1}, 12, {5, 5, 0, 0}},
        {{5, 5, 5, 5}, {1, 2, 3, 4}, 3, {3, 0, 0, 0}},
        {{5, 5, 5, 5}, {1, 2, 3, 4}, 0, {0, 0, 0, 0}},
        {{5, 5, 5, 0}, {1, 2, 3, 4}, 60, {5, 5, 5, 42}},
        {{5, 5, 5, 0}, {1, 2, 3, 4}, 27, {5, 5, 5, 0}},
        {{5, 5, 5, 0}, {1, 3, 2, 1}, 27, {5, 0, 5, 15}},
        {{0, 5, 0, 5}, {1, 2, 3, 4}, 40, {13, 5, 14, 5}},
        {{0, 5, 5, 5}, {1, 2, 3, 4}, 4, {4, 0, 0, 0}},
        {{2147483647, 2147483647, 5, 5}, {1, 2, 3, 4}, 80, {80, 0, 0, 0}},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int width[4];

        list_layout(cases[i].want, cases[i].priority, 4, cases[i].total, width);
        for (int k = 0; k < 4; k++)
            assert_int_equal(width[k], cases[i].width[k]);
    }
    list_layout(NULL, NULL, 0, 80, NULL);
}

static void widths_never_exceed(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed < 20000; seed++) {
        int want[6], priority[6], width[6], total = (int)(seed * 7919 % 140), sum = 0;

        for (unsigned k = 0; k < 6; k++) {
            want[k] = (int)(seed * (k + 3) * 2654435761u >> 27) - 4;
            priority[k] = (int)(seed * (k + 7) * 40503u >> 13) % 5;
        }
        list_layout(want, priority, 6, total, width);
        for (int k = 0; k < 6; k++)
            if (width[k])
                sum += width[k] + (sum > 0);
        assert_true(sum <= total);
        assert_true(sum > 0 || total == 0);
    }
}

static const char *const rows[][3] = {
    {"neo4j", "12", "ok"}, {"system", "3", "ok"}, {"漢字漢字", "45678901", "store copy failed"}, {"shop", "7", NULL}};

static const char *cell(void *data, size_t row, size_t col, enum role *role)
{
    (void)data;
    *role = col == 2 ? ROLE_OK : ROLE_TEXT;
    return rows[row][col];
}

static bool marked(void *data, size_t row)
{
    (void)data;
    return row >= 1 && row <= 2;
}

static bool dimmed(void *data, size_t row)
{
    (void)data;
    return row == 3;
}

static const struct list_column columns[] = {{"name", 6, false}, {"size", 5, true}, {"why", 6, false}};

static void assert_drawn(struct list *l, int w, int h, int sort, bool desc, bool focused, bool roles, const char *want)
{
    const struct list_source src = {NULL, cell, marked, dimmed};
    struct grid g;
    struct text out;

    grid_init(&g, w, h, false);
    text_init(&out, 0);
    list_draw(l, &g, (struct rect){0, 0, w, h}, columns, 3, sort, desc, true, focused, &src);
    grid_dump(&g, roles, &out);
    assert_string_equal(out.s, want);
    text_release(&out);
    grid_release(&g);
}

static void drawing(void **state)
{
    struct list l = {.count = 4, .sel = 1};

    (void)state;
    assert_drawn(&l, 21, 5, -1, false, true, false,
                 " name    size why\n neo4j     12 ok\n#system     3 ok\n*漢字…  4567… store…\n shop       7\n");
    assert_drawn(&l, 21, 5, 0, false, false, false,
                 " name▲   size why\n neo4j     12 ok\n*system     3 ok\n*漢字…  4567… store…\n shop       7\n");
    assert_drawn(&l, 21, 5, 1, true, false, false,
                 " name   size▼ why\n neo4j     12 ok\n*system     3 ok\n*漢字…  4567… store…\n shop       7\n");
    l.sel = 0;
    assert_drawn(&l, 21, 2, -1, false, true, true,
                 " name    size why\n>neo4j     12 ok\n-- roles\n0: 0-20 column\n"
                 "1: 0-13 text+selected, 14-15 ok+selected, 16-20 text+selected\ncursor: 0,1\n");
    l.sel = 3;
    assert_drawn(&l, 21, 2, -1, false, true, true,
                 " name    size why\n>shop       7\n-- roles\n0: 0-20 column\n1: 0-20 text+selected+dim\ncursor: 0,1\n");
    assert_int_equal(l.top, 3);
}

static void scrolled_to_the_right(void **state)
{
    struct list l = {.count = 4, .left = 1};

    (void)state;
    assert_drawn(&l, 14, 2, -1, false, true, false, "  size why\n>   12 ok\n");
    l.left = 2;
    assert_drawn(&l, 14, 2, -1, false, true, false, " why\n>ok\n");
    l.left = 99;
    assert_drawn(&l, 14, 2, -1, false, true, false, " why\n>ok\n");
    l.left = -1;
    assert_drawn(&l, 8, 2, -1, false, true, false, " name\n>neo4j\n");
}

static void small_and_empty(void **state)
{
    const struct list_source src = {NULL, cell, NULL, NULL};
    struct list l = {0};
    struct grid g;

    (void)state;
    grid_init(&g, 30, 10, false);
    assert_int_equal(list_draw(&l, &g, (struct rect){3, 3, 10, 4}, columns, 3, 0, false, true, true, &src), 3);
    assert_int_equal(g.cur_x, 3);
    assert_int_equal(g.cur_y, 4);
    l.count = 4;
    for (int w = -1; w < 30; w++)
        for (int h = -1; h < 8; h++)
            list_draw(&l, &g, (struct rect){2, 2, w, h}, columns, 3, 1, false, true, true, &src);
    assert_int_equal(list_draw(&l, &g, (struct rect){0, 0, 10, 1}, columns, 3, 0, false, true, true, &src), 1);
    assert_int_equal(g.cells[0].ch, '>'); /* a single row is for data, not for its header */
    grid_release(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moving),  cmocka_unit_test(widths),
        cmocka_unit_test(widths_never_exceed), cmocka_unit_test(drawing),
        cmocka_unit_test(scrolled_to_the_right), cmocka_unit_test(small_and_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
