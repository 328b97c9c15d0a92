/* The dashboard's panes at every size: inside, not over each other, given up in the set order. */
#include "support/cm.h"

#include <stdio.h>
#include "ui/layout.h"

static const int usual[NPANES] = {
    [PANE_INSTANCES] = 5, [PANE_DATABASES] = 4, [PANE_TRANSACTIONS] = 8, [PANE_PLUGINS] = 3, [PANE_LOGS] = 500};

static bool overlap(struct rect a, struct rect b)
{
    return a.w && b.w && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static void check(int w, int h, const int *want)
{
    static const enum pane order[] = {PANE_PLUGINS, PANE_LOGS, PANE_DATABASES, PANE_INSTANCES, PANE_TRANSACTIONS};
    struct layout l;
    int shown = 0, area = 0;
    bool seen = false;

    layout_dashboard(w, h, 2, 1, want, &l);
    assert_int_equal(l.too_small, w < LAYOUT_MIN_W || h < LAYOUT_MIN_H);
    for (int i = 0; i < NPANES; i++) {
        struct rect r = l.pane[i];

        if (!r.w)
            continue;
        shown++;
        area += r.w * r.h;
        assert_true(r.x >= 0 && r.y >= 2 && r.w >= 24 && r.h >= 3);
        assert_true(r.x + r.w <= w && r.y + r.h <= h - 1);
        for (int k = 0; k < i; k++)
            assert_false(overlap(r, l.pane[k]));
    }
    assert_int_equal(shown, l.shown);
    if (l.too_small) {
        assert_int_equal(shown, 0);
        return;
    }
    assert_true(l.pane[PANE_TRANSACTIONS].w > 0 || want[PANE_TRANSACTIONS] < 0);
    assert_int_equal(area, shown ? w * (h - 3) : 0); /* no gaps */
    for (int i = 0; i < NPANES; i++) { /* once one is shown, all that are given up later are too */
        seen = seen || l.pane[order[i]].w;
        assert_true(!seen || l.pane[order[i]].w || want[order[i]] < 0);
    }
    if (w >= 80 && h >= 24)
        for (int i = 0; i < NPANES; i++)
            assert_true(l.pane[i].w || want[i] < 0);
}

static void every_size(void **state)
{
    static const int wants[][NPANES] = {
        {5, 4, 8, 3, 500}, {0, 0, 0, 0, 0}, {1000, 1000, 1000, 1000, 1000}, {1, 100, 1, 100, 1}, {-1, 3, 5, 2, 9},
        {5, -1, 5, -1, -1}, {-1, -1, 5, -1, 9}, {9, -1, -1, 4, -1}, {2147483647, 2147483647, 0, 2147483647, 2147483647},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(wants); i++)
        for (int w = 1; w <= 250; w++)
            for (int h = 1; h <= 80; h++)
                check(w, h, wants[i]);
}

static void shown_by_size(void **state)
{
    static const struct {
        int w, h, shown;
    } cases[] = {{80, 24, 5}, {200, 50, 5}, {80, 20, 3}, {80, 15, 2}, {60, 15, 1}, {73, 24, 3}, {60, 60, 5}, {59, 60, 0},
                 {60, 14, 0}, {0, 0, 0}, {-5, -5, 0}};

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct layout l;

        layout_dashboard(cases[i].w, cases[i].h, 2, 1, usual, &l);
        assert_int_equal(l.shown, cases[i].shown);
    }
}

static void heights_follow_wishes(void **state)
{
    struct layout l;
    int want[NPANES];

    (void)state;
    memcpy(want, usual, sizeof want);
    want[PANE_INSTANCES] = 14; /* many: a column of their own */
    layout_dashboard(200, 50, 2, 1, want, &l);
    assert_int_equal(l.pane[PANE_INSTANCES].w, 40);
    assert_int_equal(l.pane[PANE_DATABASES].h, 6); /* four rows and the frame, not twenty */
    assert_int_equal(l.pane[PANE_PLUGINS].h, 5);
    assert_true(l.pane[PANE_TRANSACTIONS].h > l.pane[PANE_LOGS].h);
    assert_true(l.pane[PANE_LOGS].h > 12);
    want[PANE_TRANSACTIONS] = 3000;
    {
        struct layout busy;

        layout_dashboard(200, 50, 2, 1, want, &busy);
        assert_memory_equal(&busy, &l, sizeof l); /* stands still while transactions come and go */
    }
    want[PANE_LOGS] = 2;
    layout_dashboard(200, 50, 2, 1, want, &l);
    assert_int_equal(l.pane[PANE_LOGS].h, 5);
    want[PANE_DATABASES] = 300;
    layout_dashboard(200, 50, 2, 1, want, &l);
    assert_int_equal(l.pane[PANE_DATABASES].h, 15); /* a third */
    layout_dashboard(80, 24, 2, 1, want, &l);
    assert_int_equal(l.pane[PANE_INSTANCES].w, 30);
    assert_true(l.pane[PANE_TRANSACTIONS].h >= l.pane[PANE_LOGS].h);
}

/* A few instances leave the transactions the whole width. */
static void few_instances_make_bands(void **state)
{
    static const struct {
        int w, h, instances, databases, logs;
        int top, bottom; /* 0: given up; top -1: no bands */
    } cases[] = {
        {80, 24, 1, 3, 2, 5, 4},   {80, 24, 5, 3, 2, 7, 4},  {80, 24, 6, 3, 2, -1, 0}, {80, 24, 1, 30, 2, 7, 4},
        {80, 24, 1, 30, 500, 7, 6}, {80, 24, 1, 3, 500, 5, 7}, {80, 20, 1, 3, 2, 5, 4}, {80, 19, 1, 3, 2, 5, 0},  {80, 15, 1, 3, 2, 4, 0},
        {200, 50, 4, 9, 500, 11, 15}, {74, 24, 1, 3, 2, 5, 4}, {73, 24, 1, 3, 2, -1, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int want[NPANES] = {cases[i].instances, cases[i].databases, 8, 2, cases[i].logs};
        struct layout l;
        const struct rect *tx = &l.pane[PANE_TRANSACTIONS];

        layout_dashboard(cases[i].w, cases[i].h, 2, 1, want, &l);
        if ((tx->w == cases[i].w && cases[i].w >= 74) != (cases[i].top >= 0))
            fail_msg("case %zu: bands or not", i);
        if (cases[i].top < 0)
            continue;
        assert_int_equal(l.pane[PANE_INSTANCES].h, cases[i].top);
        assert_int_equal(l.pane[PANE_DATABASES].h, cases[i].top);
        assert_int_equal(l.pane[PANE_LOGS].h, cases[i].bottom);
        assert_int_equal(l.pane[PANE_PLUGINS].h, cases[i].bottom);
        assert_true(tx->h >= 8);
        assert_int_equal(tx->y, 2 + cases[i].top);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size),
        cmocka_unit_test(shown_by_size),
        cmocka_unit_test(heights_follow_wishes),
        cmocka_unit_test(few_instances_make_bands),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
