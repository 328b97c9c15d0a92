/* Rows that come in parts: what is shown of them, and when. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "feed/finish.h"
#include "support/fakeport.h"

#define STARTED INT64_C(1795361000000)

struct scene {
    struct fakeport port;
    struct model *model;
    struct feed *feed;
    enum sheet_id sheet;
    enum statement_id statement;
    size_t rows; /* given of this answer */
};

static struct scene *scene_new(enum sheet_id sheet)
{
    struct scene *s = x_calloc(1, sizeof *s);

    clock_freeze(STARTED);
    s->sheet = sheet;
    s->statement = collector_of(sheet)->statement;
    s->model = model_new();
    model_add_instance(s->model, "prod");
    s->feed = feed_new(fakeport_of(&s->port), s->model);
    fake_state(&s->port, 0, PHASE_UP, "5.26.30", "");
    feed_want(s->feed, &(struct interest){.sheet = sheet, .instance = INSTANCE_NONE}, 1);
    feed_step(s->feed, clock_mono_ms());
    return s;
}

static void scene_free(struct scene *s)
{
    feed_free(s->feed);
    fake_settle_cancelled(&s->port);
    fakeport_release(&s->port);
    model_free(s->model);
    free(s);
}

static const struct relation *shown(const struct scene *s)
{
    return model_get(s->model, 0, s->sheet);
}

/* n more rows, whose ids go on; `last` with an error or without. */
static void give(struct scene *s, size_t n, bool last, bool more, enum err_kind kind)
{
    static const char *const names[] = {"transactionId", "username", "neodeck"};
    struct value *cells = x_calloc(n * 3 + 1, sizeof *cells);
    struct fakeask *k = fake_waiting(&s->port, ASK_STATEMENT, s->statement, 0);
    struct arena texts = {0};
    struct err e;

    assert_non_null(k);
    for (size_t i = 0; i < n; i++, s->rows++) {
        const char *id = arena_printf(&texts, "neo4j-transaction-%zu", s->rows);
        cells[i * 3] = v_text(id);
        cells[i * 3 + 1] = v_text("anna");
        cells[i * 3 + 2] = s->rows == 1 ? v_text("neodeck-1") : v_absent(ABSENT_NULL);
    }
    err_set(&e, kind, "it broke off");
    fake_reply(&s->port, k->id, (struct reply){.names = names, .cells = cells, .ncols = 3, .nrows = n, .last = last, .more = more,
                                               .elapsed_ms = 3, .err = kind ? &e : NULL});
    arena_release(&texts);
    free(cells);
    if (last)
        s->rows = 0;
}

static void refresh(struct scene *s)
{
    feed_refresh(s->feed);
    feed_step(s->feed, clock_mono_ms());
}

static void is(const struct scene *s, size_t rows, bool coming, bool more, bool stale)
{
    const struct relation *r = shown(s);

    assert_non_null(r);
    assert_int_equal(rows, r->nrows);
    assert_int_equal(coming, r->coming);
    assert_int_equal(more, r->more);
    assert_int_equal(stale, r->stale);
}

static void the_first_are_shown_at_once(void **state)
{
    struct scene *s = scene_new(SHEET_TRANSACTIONS);
    const struct ask *a = &fake_waiting(&s->port, ASK_STATEMENT, s->statement, 0)->ask;

    assert_true(a->parts);
    assert_int_equal(ROWS_KEPT, a->max_rows);
    give(s, 100, false, false, ERR_NONE);
    is(s, 100, true, false, false);
    assert_false(feed_idle(s->feed)); /* nobody takes that for the answer */
    give(s, 50, false, false, ERR_NONE);
    is(s, 100, true, false, false); /* not for each part */
    give(s, 50, false, false, ERR_NONE);
    is(s, 200, true, false, false);
    give(s, 1, true, false, ERR_NONE);
    is(s, 201, false, false, false);
    assert_true(feed_idle(s->feed));
    assert_int_equal(1, shown(s)->hidden); /* what only the answer tells is kept over all parts, and counted once */
    assert_int_equal(1, value_i64(relation_cell(shown(s), 1, COL_TRANSACTIONS_OWN), 0));
    assert_int_equal(0, value_i64(relation_cell(shown(s), 101, COL_TRANSACTIONS_OWN), 1));
    scene_free(s);
}

static void a_refresh_replaces_the_whole(void **state)
{
    struct scene *s = scene_new(SHEET_TRANSACTIONS);

    give(s, 300, true, true, ERR_NONE);
    is(s, 300, false, true, false);
    refresh(s);
    const struct relation *before = shown(s);
    give(s, 100, false, false, ERR_NONE);
    assert_ptr_equal(before, shown(s)); /* no row is gone half way */
    give(s, 100, true, false, ERR_NONE);
    is(s, 200, false, false, false);
    scene_free(s);
}

static void what_breaks_off(void **state)
{
    struct scene *s = scene_new(SHEET_TRANSACTIONS);

    give(s, 100, false, false, ERR_NONE);
    give(s, 20, true, false, ERR_TIMEOUT); /* nothing else is there: these, and why not more */
    is(s, 120, false, true, false);
    assert_int_equal(ERR_TIMEOUT, shown(s)->err.kind);
    assert_true(feed_idle(s->feed));
    refresh(s);
    give(s, 300, true, false, ERR_NONE);
    is(s, 300, false, false, false);
    assert_int_equal(ERR_NONE, shown(s)->err.kind);
    refresh(s);
    give(s, 100, false, false, ERR_NONE);
    give(s, 0, true, false, ERR_TIMEOUT); /* old and whole is better */
    is(s, 300, false, false, true);
    assert_int_equal(ERR_TIMEOUT, shown(s)->err.kind);
    scene_free(s);
}

static void goes_down_meanwhile(void **state)
{
    struct scene *s = scene_new(SHEET_TRANSACTIONS);

    give(s, 100, false, false, ERR_NONE);
    fake_state(&s->port, 0, PHASE_DOWN, "5.26.30", "it is gone");
    is(s, 100, false, true, true); /* the rest will not come */
    give(s, 0, true, false, ERR_UNREACHABLE);
    assert_false(shown(s)->coming);
    assert_int_equal(100, shown(s)->nrows);
    scene_free(s);
}

static void not_wanted_any_more(void **state)
{
    struct scene *s = scene_new(SHEET_USERS);

    give(s, 100, false, false, ERR_NONE);
    is(s, 100, true, false, false);
    feed_want(s->feed, NULL, 0);
    give(s, 200, false, false, ERR_NONE);
    is(s, 100, true, false, false);
    give(s, 1, true, false, ERR_NONE);
    assert_null(fake_waiting(&s->port, ASK_STATEMENT, STMT_CURRENT_USER, 0)); /* the second one is not asked */
    feed_want(s->feed, &(struct interest){.sheet = SHEET_USERS, .instance = INSTANCE_NONE}, 1);
    feed_step(s->feed, clock_mono_ms());
    give(s, 7, true, false, ERR_NONE);
    s->statement = STMT_CURRENT_USER;
    give(s, 0, true, false, ERR_NONE);
    is(s, 7, false, false, false);
    scene_free(s);
}

/* All statements of a sheet together keep no more than that. */
static void room_is_shared(void **state)
{
    struct scene *s = scene_new(SHEET_PROCEDURES);

    give(s, ROWS_KEPT - 10, true, false, ERR_NONE);
    s->statement = STMT_FUNCTION_LIST;
    assert_int_equal(10, fake_waiting(&s->port, ASK_STATEMENT, s->statement, 0)->ask.max_rows);
    give(s, 10, true, true, ERR_NONE);
    is(s, ROWS_KEPT, false, true, false);
    scene_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_are_shown_at_once),
        cmocka_unit_test(a_refresh_replaces_the_whole),
        cmocka_unit_test(what_breaks_off),
        cmocka_unit_test(goes_down_meanwhile),
        cmocka_unit_test(not_wanted_any_more),
        cmocka_unit_test(room_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
