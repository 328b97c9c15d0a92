/* Rows that come in parts: what is shown of them, and when. */
#include "feed/finish.h"
#include "model/standing.h"
#include "support/feedbench.h"

#define STARTED INT64_C(1795361000000)

struct scene {
    struct feedbench b;
    enum sheet_id sheet;
    enum statement_id statement;
    size_t rows; /* given of this answer */
    size_t wait; /* the row from which on they wait for the first two; 0: none does */
};

static struct scene *scene_new(enum sheet_id sheet)
{
    struct scene *s = x_calloc(1, sizeof *s);

    feedbench_begin(&s->b, STARTED, "prod");
    s->sheet = sheet;
    s->statement = collector_of(sheet)->statement;
    fake_state(&s->b.port, 0, PHASE_UP, "5.26.30", "");
    feedbench_want(&s->b, sheet, INSTANCE_NONE);
    return s;
}

static void scene_free(struct scene *s)
{
    feedbench_end(&s->b);
    free(s);
}

static const struct relation *shown(const struct scene *s)
{
    return model_get(s->b.model, 0, s->sheet);
}

/* n more rows, whose ids go on; `last` with an error or without. */
static void give(struct scene *s, size_t n, bool last, bool more, enum err_kind kind)
{
    static const char *const names[] = {"transactionId", "username", "neodeck", "status"};
    struct value *cells = x_calloc(n * 4 + 1, sizeof *cells);
    struct fakeask *k = fake_waiting(&s->b.port, ASK_STATEMENT, s->statement, 0);
    struct arena texts = {0};
    struct err e;

    assert_non_null(k);
    for (size_t i = 0; i < n; i++, s->rows++) {
        const char *id = arena_printf(&texts, "neo4j-transaction-%zu", s->rows);
        bool waits = s->wait && s->rows >= s->wait;
        cells[i * 4] = v_text(id);
        cells[i * 4 + 1] = v_text("anna");
        cells[i * 4 + 2] = s->rows == 1 ? v_text("neodeck-1") : v_absent(ABSENT_NULL);
        cells[i * 4 + 3] = v_text(waits ? "Blocked by: [neo4j-transaction-0, neo4j-transaction-1, neo4j-transaction-x]" : "Running");
    }
    err_set(&e, kind, "it broke off");
    fake_reply(&s->b.port, k->id, (struct reply){.names = names, .cells = cells, .ncols = 4, .nrows = n, .last = last, .more = more,
                                               .elapsed_ms = 3, .err = kind ? &e : NULL});
    arena_release(&texts);
    free(cells);
    if (last)
        s->rows = 0;
}

static void refresh(struct scene *s)
{
    feed_refresh(s->b.feed);
    feed_step(s->b.feed, clock_mono_ms());
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
    const struct ask *a = &fake_waiting(&s->b.port, ASK_STATEMENT, s->statement, 0)->ask;

    assert_true(a->parts);
    assert_int_equal(ROWS_KEPT, a->max_rows);
    give(s, 100, false, false, ERR_NONE);
    is(s, 100, true, false, false);
    assert_false(feed_idle(s->b.feed)); /* nobody takes that for the answer */
    give(s, 50, false, false, ERR_NONE);
    is(s, 100, true, false, false); /* not for each part */
    give(s, 50, false, false, ERR_NONE);
    is(s, 200, true, false, false);
    give(s, 1, true, false, ERR_NONE);
    is(s, 201, false, false, false);
    assert_true(feed_idle(s->b.feed));
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
    assert_true(feed_idle(s->b.feed));
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
    fake_state(&s->b.port, 0, PHASE_DOWN, "5.26.30", "it is gone");
    is(s, 100, false, true, true); /* the rest will not come */
    give(s, 0, true, false, ERR_UNREACHABLE);
    assert_false(shown(s)->coming);
    assert_int_equal(100, shown(s)->nrows);
    scene_free(s);
}

/* It comes back while the same answer still comes: then that is whole, and nothing of the failure is left. */
static void goes_down_and_on(void **state)
{
    struct scene *s = scene_new(SHEET_TRANSACTIONS);

    give(s, 100, false, false, ERR_NONE);
    fake_state(&s->b.port, 0, PHASE_DOWN, "5.26.30", "it is gone");
    give(s, 300, false, false, ERR_NONE);
    is(s, 100, false, true, true); /* what is shown of a server that is down does not grow */
    give(s, 1, true, false, ERR_NONE);
    is(s, 401, false, false, false);
    assert_int_equal(ERR_NONE, shown(s)->err.kind);
    scene_free(s);
}

/* The first of them are no copy, and what comes behind them is not seen before it is said. */
static void rows_are_gathered_in_place(void **state)
{
    struct scene *s = scene_new(SHEET_TRANSACTIONS);
    const struct relation *first;
    uint64_t generation;

    give(s, 100, false, false, ERR_NONE);
    first = shown(s);
    generation = model_generation(s->b.model, s->sheet);
    give(s, 99, false, false, ERR_NONE);
    assert_int_equal(generation, model_generation(s->b.model, s->sheet));
    assert_int_equal(V_ABSENT, relation_cell(first, 100, COL_TRANSACTIONS_ID).type);
    give(s, 1, true, false, ERR_NONE);
    assert_ptr_equal(first, shown(s));
    assert_string_equal("neo4j-transaction-150", value_str(relation_cell(first, 150, COL_TRANSACTIONS_ID), ""));
    scene_free(s);
}

static size_t waiters(const struct scene *s, size_t row)
{
    struct value v = relation_cell(shown(s), row, COL_TRANSACTIONS_BLOCKS);

    assert_int_equal(V_LIST, v.type);
    assert_int_equal(v.len > 0, (standing_of(shown(s), row).flags & STANDS_BLOCKING) != 0);
    return v.len;
}

/* Who waits comes after the one that is waited for. */
static void waits_are_found_over_all_parts(void **state)
{
    struct scene *s = scene_new(SHEET_TRANSACTIONS);

    s->wait = 150;
    give(s, 100, false, false, ERR_NONE);
    assert_int_equal(0, waiters(s, 0));
    give(s, 100, false, false, ERR_NONE);
    assert_int_equal(50, waiters(s, 0));
    give(s, 1, true, false, ERR_NONE);
    assert_int_equal(51, waiters(s, 0));
    assert_int_equal(51, waiters(s, 1));
    assert_int_equal(0, waiters(s, 2));
    assert_int_equal(0, waiters(s, 150));
    assert_string_equal("neo4j-transaction-150", value_str(relation_cell(shown(s), 0, COL_TRANSACTIONS_BLOCKS).u.list[0], ""));
    for (size_t row = 0; row < shown(s)->nrows; row++) {
        struct standing kept = standing_of(shown(s), row), told = standing_told(shown(s), row);
        assert_int_equal(told.flags, kept.flags);
        assert_true(told.elapsed_ms == kept.elapsed_ms);
    }
    assert_int_equal(STANDS_OWN | STANDS_BLOCKING, standing_of(shown(s), 1).flags & ~STANDS_IDLE);
    scene_free(s);
}

static void not_wanted_any_more(void **state)
{
    struct scene *s = scene_new(SHEET_USERS);

    give(s, 100, false, false, ERR_NONE);
    is(s, 100, true, false, false);
    feed_want(s->b.feed, NULL, 0);
    give(s, 200, false, false, ERR_NONE);
    is(s, 100, true, false, false);
    give(s, 1, true, false, ERR_NONE);
    assert_null(fake_waiting(&s->b.port, ASK_STATEMENT, STMT_CURRENT_USER, 0)); /* the second one is not asked */
    feed_want(s->b.feed, &(struct interest){.sheet = SHEET_USERS, .instance = INSTANCE_NONE}, 1);
    feed_step(s->b.feed, clock_mono_ms());
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
    assert_int_equal(10, fake_waiting(&s->b.port, ASK_STATEMENT, s->statement, 0)->ask.max_rows);
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
        cmocka_unit_test(goes_down_and_on),
        cmocka_unit_test(rows_are_gathered_in_place),
        cmocka_unit_test(waits_are_found_over_all_parts),
        cmocka_unit_test(not_wanted_any_more),
        cmocka_unit_test(room_is_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
