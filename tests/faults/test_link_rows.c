/* The rows of a statement: in slices, in parts, no more than are wanted, and nothing of them left behind at the server. */
#include "fleet.h"
#include "link/bolt_inside.h"

/* What came of one ask. */
struct sum {
    unsigned parts, replies;
    size_t rows, largest, last_rows;
    bool more, out_of_order;
    enum err_kind kind;
    struct fleet *cancel_in; /* in the first part */
    ticket ticket;
};

static struct sum sum;

static void take(void *ctx, const struct reply *r)
{
    struct sum *s = ctx;
    char name[32];

    for (size_t i = 0; i < r->nrows; i++) {
        snprintf(name, sizeof name, "row %zu", s->rows + i);
        s->out_of_order |= r->ncols != 2 || strcmp(name, value_str(r->cells[i * r->ncols], "")) != 0;
    }
    if (r->nrows > s->largest)
        s->largest = r->nrows;
    s->rows += r->nrows;
    s->more |= r->more;
    s->replies += r->last;
    s->parts += !r->last;
    s->last_rows = r->nrows;
    s->kind = r->err ? r->err->kind : ERR_NONE;
    if (s->cancel_in && !r->last)
        port_cancel(&s->cancel_in->ask, s->ticket);
}

static bool over(struct fleet *f)
{
    return sum.replies > 0;
}

static bool begun(struct fleet *f)
{
    return sum.parts > 0;
}

static bool nothing_left(struct fleet *f)
{
    return fleet_say(f, "0 get left") == 0;
}

static size_t worker_bytes; /* 0: as ever */

static struct fleet *fleet_of(bool bolt, const char *version)
{
    struct fleet *f = fleet_over(1, true, bolt);

    fleet_pace(f, 20);
    if (worker_bytes)
        link_pace(f->link)->worker_bytes = worker_bytes;
    if (version)
        fleet_say(f, "0 set bolt_version %s", version);
    fleet_password(f, "right");
    link_start(f->link);
    assert_true(fleet_run(f, all_up, 6000));
    assert_true(fleet_run(f, settled, 3000));
    fleet_run(f, NULL, 100); /* the session's own questions */
    fleet_say(f, "0 reset");
    return f;
}

static void submit(struct fleet *f, struct ask a)
{
    sum = (struct sum){.cancel_in = sum.cancel_in};
    a.kind = ASK_STATEMENT;
    a.u.statement.id = STMT_PROCEDURES;
    sum.ticket = port_submit(&f->ask, &a, take, &sum);
    assert_int_equal(0, sum.parts + sum.replies);
}

static void ask(struct fleet *f, struct ask a)
{
    submit(f, a);
    assert_true(fleet_run(f, over, 20000));
}

/* And the connection serves the next one. */
static void nothing_stays(struct fleet *f)
{
    assert_true(fleet_run(f, nothing_left, 3000));
    fleet_say(f, "0 set rows 3");
    fleet_say(f, "0 set pull_fault (0, '')");
    fleet_say(f, "0 set discard ''");
    fleet_say(f, "0 set row_fault (0, '')");
    fleet_say(f, "0 set row_s 0.0");
    fleet_say(f, "0 set row_split False");
    sum.cancel_in = NULL;
    ask(f, (struct ask){.parts = true});
    assert_int_equal(3, sum.rows);
    assert_int_equal(ERR_NONE, sum.kind);
    assert_true(nothing_left(f));
    assert_int_equal(1, sum.replies);
}

static void in_slices(void **state)
{
    struct fleet *f = fleet_of(true, NULL);

    fleet_say(f, "0 set rows 25000");
    ask(f, (struct ask){.parts = true});
    assert_int_equal(25000, sum.rows);
    assert_false(sum.out_of_order || sum.more);
    assert_true(sum.parts >= 4 && sum.largest <= SLICE_MOST);
    assert_in_range(fleet_say(f, "0 get pulls"), 4, 24); /* larger ones when they come fast */
    assert_int_equal(1, sum.replies);
    nothing_stays(f);

    fleet_say(f, "0 set rows 2500"); /* whole where nobody asked for parts */
    ask(f, (struct ask){0});
    assert_int_equal(0, sum.parts);
    assert_int_equal(2500, sum.last_rows);
    fleet_stop(f);
}

static void no_more_than_wanted(void **state)
{
    static const struct {
        const char *version; /* NULL: over HTTP */
        const char *rows;
        size_t most;
        bool parts, more;
        long discards;
        size_t wanted;
    } cases[] = {
        {"(5, 8)", "999", 1000, true, false, 0, 999},     {"(5, 8)", "1000", 1000, true, false, 0, 1000},
        {"(5, 8)", "1001", 1000, true, true, 1, 1000},    {"(5, 8)", "1000000", 2500, true, true, 1, 2500},
        {"(5, 8)", "1000000", 2500, false, true, 1, 2500}, {"(4, 4)", "1000000", 1, true, true, 1, 1},
        {"(6, 0)", "1000000", 12345, true, true, 1, 12345}, {"(3, 0)", "30000", 2500, true, true, 0, 2500},
        {"(3, 0)", "2500", 2500, true, false, 0, 2500},   {NULL, "3000", 2500, true, true, 0, 2500},
        {NULL, "2500", 2500, true, false, 0, 2500},       {NULL, "2501", 2500, true, true, 0, 2500},
        {NULL, "1000000", 12345, true, true, 0, 12345},   {NULL, "1000000", 1, true, true, 0, 1},
        {NULL, "3000", 2500, false, true, 0, 2500},       {NULL, "0", 2500, true, false, 0, 0},
    };

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct fleet *f = fleet_of(cases[n].version, cases[n].version);
        print_message("%zu: %s of %s\n", n, cases[n].version ? cases[n].version : "HTTP", cases[n].rows);
        fleet_say(f, "0 set rows %s", cases[n].rows);
        ask(f, (struct ask){.parts = cases[n].parts, .max_rows = cases[n].most});
        assert_int_equal(cases[n].wanted, sum.rows);
        assert_int_equal(cases[n].more, sum.more);
        assert_false(sum.out_of_order);
        assert_int_equal(ERR_NONE, sum.kind);
        fleet_run(f, NULL, 20);
        assert_int_equal(cases[n].discards, fleet_say(f, "0 get discards"));
        assert_int_equal(0, fleet_say(f, "0 get resets"));
        if (!cases[n].version) /* and what it had made was not read to its end */
            assert_true(fleet_say(f, "0 get pulled") < 200 * 1000);
        if (cases[n].discards) /* the server did not make more of them than were pulled */
            assert_int_equal(cases[n].wanted, fleet_say(f, "0 get pulled"));
        nothing_stays(f);
        fleet_stop(f);
    }
}

/* A server that does not forget the rest is told by RESET. */
static void discard_that_does_not_help(void **state)
{
    static const char *const ways[] = {"'hangs'", "'fails'"};

    for (size_t n = 0; n < 2; n++) {
        struct fleet *f = fleet_of(true, NULL);
        fleet_say(f, "0 set rows 100000");
        fleet_say(f, "0 set discard %s", ways[n]);
        ask(f, (struct ask){.parts = true, .max_rows = 1500});
        assert_int_equal(1500, sum.rows);
        assert_true(sum.more);
        nothing_stays(f);
        assert_int_equal(1, fleet_say(f, "0 get resets"));
        fleet_stop(f);
    }
}

static void first_rows_before_the_last(void **state)
{
    struct fleet *f = fleet_of(true, NULL);

    fleet_say(f, "0 set rows 5000");
    fleet_say(f, "0 set pull_s 0.3");
    submit(f, (struct ask){.parts = true});
    assert_true(fleet_run(f, begun, 2000));
    assert_int_equal(0, sum.replies);
    assert_int_equal(SLICE_ROWS, sum.rows);
    assert_int_equal(1, fleet_say(f, "0 get left"));
    assert_int_equal(SLICE_ROWS, fleet_say(f, "0 get pulled"));
    assert_true(fleet_run(f, over, 5000));
    assert_int_equal(5000, sum.rows);
    fleet_stop(f);
}

static void cancelled_in_the_middle(void **state)
{
    for (int inside = 0; inside < 2; inside++) {
        struct fleet *f = fleet_of(true, NULL);
        fleet_say(f, "0 set rows 1000000");
        fleet_say(f, "0 set pull_s 0.05");
        sum.cancel_in = inside ? f : NULL;
        submit(f, (struct ask){.parts = true});
        assert_true(fleet_run(f, begun, 2000));
        size_t rows = sum.rows;
        if (!inside)
            port_cancel(&f->ask, sum.ticket);
        assert_true(fleet_run(f, over, 2000));
        fleet_run(f, NULL, 150);
        assert_int_equal(ERR_CANCELLED, sum.kind);
        assert_int_equal(rows, sum.rows); /* none after that */
        assert_int_equal(1, sum.replies);
        nothing_stays(f);
        assert_int_equal(1, fleet_say(f, "0 get resets"));
        fleet_stop(f);
    }
}

/* What came before is given, with what was in hand when it broke off. */
static void broken_in_the_middle(void **state)
{
    static const struct {
        const char *fault;
        enum err_kind kind;
        size_t rows;
    } cases[] = {
        {"(3, 'fails')", ERR_SERVER, 3001},
        {"(3, 'dies')", ERR_UNREACHABLE, 3001},
        {"(3, 'closes_in_pull')", ERR_UNREACHABLE, 3000},
        {"(3, 'stops')", ERR_TIMEOUT, 3001},
        {"(1, 'fails')", ERR_SERVER, 1},
    };

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct fleet *f = fleet_of(true, NULL);
        print_message("%s\n", cases[n].fault);
        fleet_say(f, "0 set rows 100000");
        fleet_say(f, "0 set pull_fault %s", cases[n].fault);
        ask(f, (struct ask){.parts = true, .deadline_ms = 1500});
        assert_int_equal(cases[n].kind, sum.kind);
        assert_int_equal(cases[n].rows, sum.rows);
        assert_false(sum.out_of_order);
        assert_int_equal(1, sum.replies);
        assert_true(fleet_run(f, all_up, 3000));
        fleet_run(f, NULL, 500); /* a statement that was given up is looked for first */
        nothing_stays(f);
        fleet_stop(f);
    }
}

/* However wide its rows are: what is kept has a bound, and beyond it there is more. The server has written no more than `most`. */
static void bounded_over(bool bolt, int most)
{
    struct fleet *f = fleet_of(bolt, NULL);

    fleet_say(f, "0 set rows 100000");
    fleet_say(f, "0 set width 10000");
    ask(f, (struct ask){.parts = true, .max_bytes = 1000 * 1000});
    assert_int_equal(ERR_NONE, sum.kind);
    assert_true(sum.more);
    assert_in_range(sum.rows, 300, 400);
    assert_true(fleet_say(f, "0 get pulled") < most);
    nothing_stays(f);
    fleet_say(f, "0 set rows 2000");
    ask(f, (struct ask){.max_bytes = 1000 * 1000}); /* whole or not at all, where nobody asked for parts */
    assert_int_equal(ERR_TOO_LARGE, sum.kind);
    assert_int_equal(0, sum.rows);
    fleet_stop(f);
}

static void bounded_in_bytes(void **state)
{
    bounded_over(true, 2000);
}

/* ---- over HTTP ---- */

/* Where the pieces end makes no difference. */
static void http_split_anywhere(void **state)
{
    struct fleet *f = fleet_of(false, NULL);

    fleet_say(f, "0 set rows 40");
    fleet_say(f, "0 set row_split True");
    ask(f, (struct ask){.parts = true});
    assert_int_equal(ERR_NONE, sum.kind);
    assert_int_equal(40, sum.rows);
    assert_false(sum.out_of_order || sum.more);
    nothing_stays(f);
    fleet_stop(f);
}

static void http_first_rows_before_the_last(void **state)
{
    struct fleet *f = fleet_of(false, NULL);

    fleet_say(f, "0 set rows 3000");
    fleet_say(f, "0 set row_s 0.4");
    submit(f, (struct ask){.parts = true});
    assert_true(fleet_run(f, begun, 2000));
    assert_int_equal(0, sum.replies);
    assert_int_equal(1000, sum.rows);
    assert_int_equal(1, fleet_say(f, "0 get left"));
    assert_true(fleet_run(f, over, 5000));
    assert_int_equal(3000, sum.rows);
    assert_false(sum.out_of_order || sum.more);
    fleet_stop(f);
}

/* A connection that is closed is how the server gets to know; and the next statement of its kind waits until it does. */
static void http_cancelled_in_the_middle(void **state)
{
    for (int inside = 0; inside < 2; inside++) {
        struct fleet *f = fleet_of(false, NULL);
        fleet_say(f, "0 set rows 1000000");
        fleet_say(f, "0 set row_s 0.3");
        sum.cancel_in = inside ? f : NULL;
        submit(f, (struct ask){.parts = true});
        assert_true(fleet_run(f, begun, 2000));
        size_t rows = sum.rows;
        if (!inside)
            port_cancel(&f->ask, sum.ticket);
        assert_true(fleet_run(f, over, 2000));
        assert_int_equal(ERR_CANCELLED, sum.kind);
        assert_int_equal(rows, sum.rows); /* none after that */
        assert_int_equal(1, sum.replies);
        nothing_stays(f);
        assert_true(fleet_say(f, "0 get lists") >= 1);
        fleet_stop(f);
    }
}

static void http_broken_in_the_middle(void **state)
{
    static const struct {
        const char *fault;
        enum err_kind kind;
        size_t rows;
    } cases[] = {
        {"(3001, 'fails')", ERR_SERVER, 3001},      {"(3001, 'dies')", ERR_UNREACHABLE, 3001}, {"(3001, 'closes')", ERR_SHAPE, 3001},
        {"(3001, 'garbage')", ERR_SHAPE, 3001},     {"(3001, 'ragged')", ERR_SHAPE, 3001},     {"(3001, 'stops')", ERR_TIMEOUT, 3001},
        {"(3001, 'long')", ERR_TOO_LARGE, 3001},    {"(0, 'fails')", ERR_SERVER, 0},           {"(1, 'garbage')", ERR_SHAPE, 1},
    };

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct fleet *f = fleet_of(false, NULL);
        print_message("%s\n", cases[n].fault);
        fleet_say(f, "0 set rows 100000");
        fleet_say(f, "0 set row_fault %s", cases[n].fault);
        ask(f, (struct ask){.parts = true, .deadline_ms = 1500, .max_bytes = 1000 * 1000});
        assert_int_equal(cases[n].kind, sum.kind);
        assert_int_equal(cases[n].rows, sum.rows);
        assert_false(sum.out_of_order || sum.more);
        assert_int_equal(1, sum.replies);
        fleet_say(f, "0 drop"); /* of what hangs */
        assert_true(fleet_run(f, all_up, 3000));
        fleet_run(f, NULL, 500); /* a statement that was given up is looked for first */
        nothing_stays(f);
        fleet_stop(f);
    }
}

static void http_bounded_in_bytes(void **state)
{
    bounded_over(false, 3000);
}

/* What is no stream of rows is read as ever, and bounded as ever. */
static void http_other_answers(void **state)
{
    static const char *const ways[] = {"'503'", "'garbage'", "'cut'", "'404'"};

    for (size_t n = 0; n < sizeof ways / sizeof *ways; n++) {
        struct fleet *f = fleet_of(false, NULL);
        print_message("%s\n", ways[n]);
        fleet_say(f, "0 set tx %s", ways[n]);
        ask(f, (struct ask){.max_rows = 10});
        enum err_kind whole = sum.kind;
        fleet_stop(f);
        f = fleet_of(false, NULL);
        fleet_say(f, "0 set tx %s", ways[n]);
        ask(f, (struct ask){.parts = true, .max_rows = 10});
        assert_int_equal(whole, sum.kind);
        assert_true(whole != ERR_NONE);
        assert_int_equal(0, sum.rows);
        fleet_stop(f);
    }
}

/* Rows that take their time are read by a worker: the same comes of them. */
static void http_long_rows(void **state)
{
    struct fleet *f = fleet_of(false, NULL);

    fleet_say(f, "0 set rows 20");
    fleet_say(f, "0 set row_fault (10, 'long')");
    ask(f, (struct ask){.parts = true});
    assert_int_equal(ERR_NONE, sum.kind);
    assert_int_equal(21, sum.rows);
    ask(f, (struct ask){.parts = true, .max_rows = 10}); /* the one that tells that there are more */
    assert_int_equal(10, sum.rows);
    assert_true(sum.more);
    nothing_stays(f);
    fleet_say(f, "0 set rows 100000");
    fleet_say(f, "0 set row_fault (10, 'long')");
    submit(f, (struct ask){.parts = true});
    port_cancel(&f->ask, sum.ticket);
    fleet_run(f, NULL, 30);
    fleet_stop(f); /* a worker may be at it */
    worker_bytes = 50;
    http_split_anywhere(state);
    http_first_rows_before_the_last(state);
    http_cancelled_in_the_middle(state);
    http_broken_in_the_middle(state);
    http_bounded_in_bytes(state);
    worker_bytes = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_slices),
        cmocka_unit_test(no_more_than_wanted),
        cmocka_unit_test(discard_that_does_not_help),
        cmocka_unit_test(first_rows_before_the_last),
        cmocka_unit_test(cancelled_in_the_middle),
        cmocka_unit_test(broken_in_the_middle),
        cmocka_unit_test(bounded_in_bytes),
        cmocka_unit_test(http_split_anywhere),
        cmocka_unit_test(http_first_rows_before_the_last),
        cmocka_unit_test(http_cancelled_in_the_middle),
        cmocka_unit_test(http_broken_in_the_middle),
        cmocka_unit_test(http_bounded_in_bytes),
        cmocka_unit_test(http_other_answers),
        cmocka_unit_test(http_long_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
