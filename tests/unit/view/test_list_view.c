/* Lists on the screen: what a pane leaves out, and what stands in their frames. */
#include "support/cm.h"

#include <stdio.h>

#include "base/mem.h"
#include "ui/grid.h"
#include "view/view.h"

struct scene {
    struct model *model;
    struct view *view;
    struct view_ctx ctx;
    struct grid grid;
};

static struct scene scene_new(enum view_id id)
{
    struct scene s = {.model = model_new()};

    model_add_instance(s.model, "prod-1");
    s.view = view_open(id, NULL, MODEL_NO_INSTANCE);
    s.ctx = (struct view_ctx){.model = s.model, .scope = MODEL_NO_INSTANCE, .group = "", .pane = true};
    grid_init(&s.grid, 40, 8, false);
    return s;
}

static void scene_end(struct scene *s)
{
    view_close(s->view);
    grid_release(&s->grid);
    model_free(s->model);
}

/* "apoc loaded" and so on, by pairs; ends in NULL. */
static void plugins(struct scene *s, const char *const (*pairs)[2])
{
    struct relation *r = relation_new(0, SHEET_PLUGINS);

    for (; (*pairs)[0]; pairs++) {
        struct value *c = relation_add_row(r);

        for (size_t i = 0; i < sheet_of(SHEET_PLUGINS)->ncols; i++)
            c[i] = v_absent(ABSENT_NULL);
        c[COL_PLUGINS_PLUGIN] = v_text((*pairs)[0]);
        c[COL_PLUGINS_STATE] = v_text((*pairs)[1]);
    }
    r->taken_ms = 1;
    model_publish(s->model, r);
}

static const char *drawn(struct scene *s, int h)
{
    static char out[16384];
    struct text t;

    view_update(s->view, &s->ctx);
    grid_resize(&s->grid, 40, h);
    view_draw(s->view, &s->grid, (struct rect){0, 0, 40, h}, &s->ctx, false);
    text_init(&t, sizeof out);
    grid_dump(&s->grid, false, &t);
    snprintf(out, sizeof out, "%s", t.s);
    text_release(&t);
    return out;
}

static void panes_count_what_is_no_plugin(void **state)
{
    static const char *const rows[][2] = {{"apoc", "loaded"}, {"opencsv", "file"}, {"gds", "refused"}, {"json-path", "file"}, {NULL, NULL}};
    static const char *const jars[][2] = {{"opencsv", "file"}, {NULL, NULL}};
    struct scene s = scene_new(VIEW_PLUGINS);
    const char *screen;

    plugins(&s, rows);
    screen = drawn(&s, 6);
    assert_int_equal(view_rows(s.view)->count, 2);
    assert_int_equal(view_left_out(s.view), 2);
    assert_null(strstr(screen, "opencsv"));
    assert_non_null(strstr(screen, "\n and 2 other jars\n"));
    screen = drawn(&s, 3); /* the line stays when rows have to scroll */
    assert_non_null(strstr(screen, "and 2 other jars"));
    assert_non_null(strstr(screen, "apoc"));
    assert_null(strstr(drawn(&s, 1), "other"));
    assert_true(view_set_filter(s.view, "json", NULL)); /* who looks for one finds it */
    assert_non_null(strstr(drawn(&s, 6), "json-path"));
    assert_true(view_set_filter(s.view, "", NULL));
    s.ctx.pane = false;
    screen = drawn(&s, 6);
    assert_int_equal(view_rows(s.view)->count, 4);
    assert_null(strstr(screen, "other jars"));
    s.ctx.pane = true;
    plugins(&s, jars);
    assert_non_null(strstr(drawn(&s, 6), "1 jar, none of a known plugin"));
    scene_end(&s);
}

/* Whatever else is told of it: that rows are hidden is never left out. */
static void filters_stand_in_titles(void **state)
{
    static const char *const rows[][2] = {{"apoc", "loaded"}, {"gds", "refused"}, {NULL, NULL}};
    struct scene s = scene_new(VIEW_PLUGINS);
    struct text left, right;
    struct err e;

    text_init(&left, 512);
    text_init(&right, 512);
    plugins(&s, rows);
    assert_true(view_set_filter(s.view, "state:loaded", &e));
    assert_true(view_set_sort(s.view, "-plugin", &e));
    drawn(&s, 6);
    view_titles(s.view, &s.ctx, &left, &right);
    assert_string_equal(left.s, "plugins  1 of 2 · /state:loaded");
    assert_string_equal(right.s, "-plugin");
    text_release(&left);
    text_release(&right);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(panes_count_what_is_no_plugin),
        cmocka_unit_test(filters_stand_in_titles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
