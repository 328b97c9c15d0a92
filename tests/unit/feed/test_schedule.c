#include "feed/heap.h"
#include "support/feedbench.h"

#define WALL INT64_C(1795360988430)

struct scene {
    struct feedbench b;
    int news;
};

static void on_news(void *data)
{
    ((struct scene *)data)->news++;
}

static struct scene *scene_new(uint32_t instances)
{
    struct scene *s = x_calloc(1, sizeof *s);
    char name[16];

    clock_freeze(WALL);
    s->b.model = model_new();
    for (uint32_t i = 0; i < instances; i++) {
        snprintf(name, sizeof name, "db%u", (unsigned)i);
        model_add_instance(s->b.model, name);
    }
    s->b.feed = feed_new(fakeport_of(&s->b.port), s->b.model);
    feed_on_news(s->b.feed, on_news, s);
    return s;
}

static void scene_free(struct scene *s)
{
    feedbench_end(&s->b);
    free(s);
}

static int64_t step(struct scene *s)
{
    return feed_step(s->b.feed, clock_mono_ms());
}

static void want(struct scene *s, enum sheet_id sheet)
{
    feed_want(s->b.feed, &(struct interest){.sheet = sheet, .instance = INSTANCE_NONE}, 1);
}

static size_t waiting(struct scene *s, enum statement_id id)
{
    return fake_count(&s->b.port, ASK_STATEMENT, id, UINT32_MAX);
}

static void answer_empty(struct scene *s, enum statement_id id, uint32_t instance, int64_t took)
{
    struct fakeask *k = fake_waiting(&s->b.port, ASK_STATEMENT, id, instance);
    assert_non_null(k);
    fake_reply(&s->b.port, k->id, (struct reply){.last = true, .elapsed_ms = took});
}

/* ---- heap ---- */

static void the_heap_gives_the_earliest(void **state)
{
    struct heap h = {0};
    struct due d[200] = {0};
    unsigned seed = 7;
    int64_t last = -1;

    for (size_t i = 0; i < 200; i++) {
        seed = seed * 1103515245 + 12345;
        heap_put(&h, &d[i], seed / 65536 % 1000);
    }
    for (size_t i = 0; i < 200; i += 3)
        heap_take(&h, &d[i]);
    heap_take(&h, &d[0]); /* not in it any more */
    for (size_t i = 1; i < 200; i += 3)
        heap_put(&h, &d[i], 1000 - d[i].at_ms); /* moved */
    for (size_t n = 133; n; n--) {
        struct due *first = heap_first(&h);
        assert_non_null(first);
        assert_true(first->at_ms >= last);
        last = first->at_ms;
        heap_take(&h, first);
    }
    assert_null(heap_first(&h));
    heap_release(&h);
}

/* ---- when ---- */

static void nothing_is_asked_before_the_instance_is_up(void **state)
{
    struct scene *s = scene_new(1);

    want(s, SHEET_TRANSACTIONS);
    assert_int_equal(step(s), -1);
    fake_state(&s->b.port, 0, PHASE_CONNECTING, "", "");
    step(s);
    assert_int_equal(waiting(s, STMT_NONE), 0);
    assert_null(model_get(s->b.model, 0, SHEET_TRANSACTIONS)); /* no failure yet */
    assert_false(feed_idle(s->b.feed));

    s->news = 0;
    fake_state(&s->b.port, 0, PHASE_UP, "5.26.30", "");
    assert_true(s->news > 0);
    assert_int_equal(step(s), -1); /* due at once, and on its way */
    assert_int_equal(waiting(s, STMT_TRANSACTIONS), 1);
    assert_false(feed_idle(s->b.feed));
    answer_empty(s, STMT_TRANSACTIONS, 0, 3);
    assert_true(feed_idle(s->b.feed));
    assert_int_equal(model_get(s->b.model, 0, SHEET_TRANSACTIONS)->taken_ms, WALL);
    scene_free(s);
}

static void each_sheet_has_its_pace(void **state)
{
    struct scene *s = scene_new(1);

    fake_state(&s->b.port, 0, PHASE_UP, "5.26.30", "");
    feed_want(s->b.feed, (struct interest[]){{.sheet = SHEET_TRANSACTIONS, .instance = INSTANCE_NONE},
                                           {.sheet = SHEET_CONNECTIONS, .instance = 0}}, 2);
    step(s);
    answer_empty(s, STMT_TRANSACTIONS, 0, 3);
    answer_empty(s, STMT_CONNECTIONS, 0, 3);
    assert_int_equal(step(s), 2000);
    clock_advance(1999);
    assert_int_equal(step(s), 1);
    clock_advance(1);
    step(s);
    assert_int_equal(waiting(s, STMT_TRANSACTIONS), 1);
    assert_int_equal(waiting(s, STMT_CONNECTIONS), 0);
    clock_advance(8000);
    step(s);
    assert_int_equal(waiting(s, STMT_TRANSACTIONS), 1); /* one at a time, however late */
    assert_int_equal(waiting(s, STMT_CONNECTIONS), 1);

    answer_empty(s, STMT_TRANSACTIONS, 0, 3);
    feed_set_interval(s->b.feed, 500);
    assert_int_equal(step(s), 500);
    feed_drowsy(s->b.feed, true);
    assert_int_equal(step(s), 60000);
    feed_drowsy(s->b.feed, false);
    assert_int_equal(step(s), 500);
    scene_free(s);
}

static void what_nobody_looks_at_is_not_asked(void **state)
{
    struct scene *s = scene_new(2);

    fake_state(&s->b.port, 0, PHASE_UP, "5.26.30", "");
    fake_state(&s->b.port, 1, PHASE_UP, "5.26.30", "");
    feed_want(s->b.feed, &(struct interest){.sheet = SHEET_TRANSACTIONS, .instance = 1}, 1);
    clock_advance(10);
    step(s);
    assert_int_equal(fake_count(&s->b.port, ASK_STATEMENT, STMT_TRANSACTIONS, 0), 0);
    assert_int_equal(fake_count(&s->b.port, ASK_STATEMENT, STMT_TRANSACTIONS, 1), 1);
    answer_empty(s, STMT_TRANSACTIONS, 1, 3);
    want(s, SHEET_MESSAGES);
    assert_true(feed_idle(s->b.feed));
    clock_advance(60000);
    assert_int_equal(step(s), -1);
    assert_int_equal(waiting(s, STMT_NONE), 0);
    /* back: what is old by now is due at once, what is fresh is not */
    feed_want(s->b.feed, &(struct interest){.sheet = SHEET_TRANSACTIONS, .instance = 1}, 1);
    clock_advance(1);
    step(s);
    answer_empty(s, STMT_TRANSACTIONS, 1, 3);
    want(s, SHEET_MESSAGES);
    feed_want(s->b.feed, &(struct interest){.sheet = SHEET_TRANSACTIONS, .instance = 1}, 1);
    assert_true(feed_idle(s->b.feed));
    assert_true(step(s) > 1900);
    scene_free(s);
}

static void a_slow_answer_stretches_its_interval(void **state)
{
    struct scene *s = scene_new(1);
    static const struct {
        int64_t took, next;
    } cases[] = {{3, 2000}, {1000, 2000}, {1001, 10010}, {7000, 70000}, {5, 2000}};

    fake_state(&s->b.port, 0, PHASE_UP, "5.26.30", "");
    want(s, SHEET_TRANSACTIONS);
    step(s);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        answer_empty(s, STMT_TRANSACTIONS, 0, cases[i].took);
        assert_int_equal(step(s), cases[i].next);
        clock_advance(cases[i].next);
        step(s);
    }
    /* a deadline that was missed is slow, too */
    clock_advance(10000);
    fake_fail(&s->b.port, ASK_STATEMENT, STMT_TRANSACTIONS, 0, ERR_TIMEOUT, "no answer in 10s");
    assert_int_equal(step(s), 100000);
    assert_int_equal(model_get(s->b.model, 0, SHEET_TRANSACTIONS)->err.kind, ERR_TIMEOUT);
    assert_true(model_get(s->b.model, 0, SHEET_TRANSACTIONS)->stale);
    feed_refresh(s->b.feed); /* a person may ask sooner */
    assert_int_equal(step(s), -1);
    assert_int_equal(waiting(s, STMT_TRANSACTIONS), 1);
    scene_free(s);
}

static void busy_comes_back_with_backoff(void **state)
{
    struct scene *s = scene_new(1);
    static const int64_t waits[] = {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000};

    fake_state(&s->b.port, 0, PHASE_UP, "5.26.30", "");
    want(s, SHEET_TRANSACTIONS);
    step(s);
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        fake_fail(&s->b.port, ASK_STATEMENT, STMT_TRANSACTIONS, 0, ERR_BUSY, "still running");
        assert_int_equal(step(s), waits[i]);
        clock_advance(waits[i]);
        step(s);
    }
    answer_empty(s, STMT_TRANSACTIONS, 0, 3);
    assert_int_equal(step(s), 2000);
    scene_free(s);
}

static void pause_and_refresh(void **state)
{
    struct scene *s = scene_new(1);

    fake_state(&s->b.port, 0, PHASE_UP, "5.26.30", "");
    feed_pause(s->b.feed, true);
    want(s, SHEET_TRANSACTIONS);
    assert_int_equal(step(s), -1);
    assert_int_equal(waiting(s, STMT_NONE), 0);
    assert_true(feed_idle(s->b.feed)); /* nothing will come */
    feed_pause(s->b.feed, false);
    step(s);
    assert_int_equal(waiting(s, STMT_TRANSACTIONS), 1);
    feed_refresh(s->b.feed); /* while it is on its way: once more after that */
    answer_empty(s, STMT_TRANSACTIONS, 0, 3);
    assert_false(feed_idle(s->b.feed));
    step(s);
    assert_int_equal(waiting(s, STMT_TRANSACTIONS), 1);
    answer_empty(s, STMT_TRANSACTIONS, 0, 3);
    assert_true(feed_idle(s->b.feed));
    assert_int_equal(step(s), 2000);
    feed_refresh(s->b.feed);
    feed_set_interval(s->b.feed, 8000); /* puts off what comes by itself, not what a person wants now */
    step(s);
    assert_int_equal(waiting(s, STMT_TRANSACTIONS), 1);
    scene_free(s);
}

/* ---- states ---- */

static void an_instance_that_goes_down_leaves_stale_sheets(void **state)
{
    struct scene *s = scene_new(1);
    const struct relation *r;

    fake_state(&s->b.port, 0, PHASE_UP, "5.26.30", "");
    feed_want(s->b.feed, (struct interest[]){{.sheet = SHEET_TRANSACTIONS, .instance = 0}, {.sheet = SHEET_CONNECTIONS, .instance = 0}}, 2);
    step(s);
    answer_empty(s, STMT_TRANSACTIONS, 0, 3); /* connections still on their way */
    fake_state(&s->b.port, 0, PHASE_DOWN, "5.26.30", "connection refused, next try in 8s");
    r = model_get(s->b.model, 0, SHEET_TRANSACTIONS);
    assert_true(r->stale);
    assert_int_equal(r->err.kind, ERR_UNREACHABLE);
    assert_string_equal(r->err.words, "connection refused, next try in 8s");
    r = model_get(s->b.model, 0, SHEET_CONNECTIONS);
    assert_true(r->missing);
    assert_true(feed_idle(s->b.feed));
    fake_fail(&s->b.port, ASK_STATEMENT, STMT_CONNECTIONS, 0, ERR_UNREACHABLE, "reset");
    clock_advance(600000);
    assert_int_equal(step(s), -1);
    assert_int_equal(waiting(s, STMT_NONE), 0);

    fake_state(&s->b.port, 0, PHASE_UP, "5.26.30", "");
    assert_int_equal(step(s), -1);
    assert_int_equal(waiting(s, STMT_TRANSACTIONS), 1);
    assert_int_equal(waiting(s, STMT_CONNECTIONS), 1);
    answer_empty(s, STMT_TRANSACTIONS, 0, 3);
    assert_false(model_get(s->b.model, 0, SHEET_TRANSACTIONS)->stale);
    fake_state(&s->b.port, 0, PHASE_SLOW, "5.26.30", "slow"); /* still asked, and not due anew */
    assert_int_equal(step(s), 2000);
    scene_free(s);
}

static void login_trouble_stops_the_asking(void **state)
{
    struct scene *s = scene_new(1);
    struct instance_state st = {.phase = PHASE_UP, .login = LOGIN_REFUSED, .version = "5.26.30", .edition = "community",
                                .message = "", .latency_ms = -1};

    want(s, SHEET_TRANSACTIONS);
    fake_reply(&s->b.port, s->b.port.asks[0].id, (struct reply){.state = &st});
    step(s);
    assert_int_equal(waiting(s, STMT_NONE), 0);
    const struct relation *r = model_get(s->b.model, 0, SHEET_TRANSACTIONS);
    assert_int_equal(r->err.kind, ERR_LOGIN);
    assert_int_equal(r->err.absent, ABSENT_LOGIN);
    assert_non_null(strstr(r->err.words, ":password"));
    assert_true(feed_idle(s->b.feed));
    scene_free(s);
}

static void the_row_of_an_instance(void **state)
{
    struct scene *s = scene_new(1);
    struct instance_state st = {.phase = PHASE_UP, .login = LOGIN_OK, .version = "5.26.30", .edition = "enterprise", .server_id = "srv",
                                .protocol = "jolt", .tls = "verified", .message = "", .latency_ms = 4, .since_ms = WALL - 5000,
                                .answered_ms = WALL - 300};
    feed_describe(s->b.feed, 0, &(struct feed_instance){.address = "http://db0:7474", .user = "neo4j", .access = "read-only", .critical = true});
    fake_reply(&s->b.port, s->b.port.asks[0].id, (struct reply){.state = &st});
    const struct relation *r = model_get(s->b.model, 0, SHEET_INSTANCES);
    static const struct {
        size_t col;
        const char *text;
    } cells[] = {{COL_INSTANCES_INSTANCE, "db0"}, {COL_INSTANCES_STATE, "up"}, {COL_INSTANCES_LOGIN, "ok"},
                 {COL_INSTANCES_VERSION, "5.26.30"}, {COL_INSTANCES_EDITION, "ent"}, {COL_INSTANCES_ADDRESS, "http://db0:7474"},
                 {COL_INSTANCES_ACCESS, "read-only"}, {COL_INSTANCES_SERVER_ID, "srv"}, {COL_INSTANCES_USER, "neo4j"}};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        assert_string_equal(value_str(relation_cell(r, 0, cells[i].col), "(absent)"), cells[i].text);
    assert_int_equal(relation_cell(r, 0, COL_INSTANCES_GROUP).absent, ABSENT_NOT_CONFIGURED);
    assert_int_equal(relation_cell(r, 0, COL_INSTANCES_MESSAGE).absent, ABSENT_NULL);
    assert_int_equal(value_i64(relation_cell(r, 0, COL_INSTANCES_AGE), -1), 300);
    assert_int_equal(value_i64(relation_cell(r, 0, COL_INSTANCES_CRITICAL), -1), 1);
    assert_int_equal(model_newest(s->b.model), 0); /* that was no answer of a server */

    want(s, SHEET_INSTANCES); /* ages move with the interval */
    clock_advance(1000);
    step(s);
    assert_int_equal(value_i64(relation_cell(model_get(s->b.model, 0, SHEET_INSTANCES), 0, COL_INSTANCES_AGE), -1), 1300);
    assert_int_equal(step(s), 2000);
    assert_true(feed_idle(s->b.feed));
    scene_free(s);
}

/* ---- a fleet ---- */

static void a_fleet_does_not_ask_in_one_go(void **state)
{
    enum { N = 1000 };
    struct scene *s = scene_new(N);
    size_t most = 0, asked = 0;

    for (uint32_t i = 0; i < N; i++)
        fake_state(&s->b.port, i, PHASE_UP, "5.26.30", "");
    feed_set_interval(s->b.feed, 5000);
    want(s, SHEET_TRANSACTIONS);
    for (int ms = 0; ms < 300; ms++) {
        size_t before = s->b.port.n;
        step(s);
        size_t now = s->b.port.n - before;
        asked += now;
        most = now > most ? now : most;
        clock_advance(1);
    }
    assert_int_equal(asked, N);
    assert_true(most <= 10);
    scene_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_heap_gives_the_earliest),
        cmocka_unit_test(nothing_is_asked_before_the_instance_is_up),
        cmocka_unit_test(each_sheet_has_its_pace),
        cmocka_unit_test(what_nobody_looks_at_is_not_asked),
        cmocka_unit_test(a_slow_answer_stretches_its_interval),
        cmocka_unit_test(busy_comes_back_with_backoff),
        cmocka_unit_test(pause_and_refresh),
        cmocka_unit_test(an_instance_that_goes_down_leaves_stale_sheets),
        cmocka_unit_test(login_trouble_stops_the_asking),
        cmocka_unit_test(the_row_of_an_instance),
        cmocka_unit_test(a_fleet_does_not_ask_in_one_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
