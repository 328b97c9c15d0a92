/* The audit log and the history of prompts: what is asked, in what order, until the end. */
#include "place.h"

static void reading_makes_nothing(void **state)
{
    struct place p;
    struct got g;
    place_init(&p);
    got_init(&g, p.loop);
    assert_true(history(&p, 10, &g));
    assert_int_equal(g.nrows, 0);
    assert_string_equal(g.names.s, HISTORY_NAMES);
    assert_true(recall(&p, "command", 10, &g));
    assert_int_equal(g.nrows, 0);
    assert_string_equal(g.names.s, "line");
    assert_int_not_equal(access(p.dir, F_OK), 0);
    got_release(&g);
    place_end(&p);
}

static void lines_are_kept_newest_first(void **state)
{
    struct place p;
    struct got g;
    struct stat st;
    place_init(&p);
    got_init(&g, p.loop);
    assert_true(write_line(&p, "kill transaction", "neo4j-transaction-42", &g));
    assert_int_equal(g.nrows, 0);
    assert_true(write_line(&p, "kill connection", "bolt-7", &g));
    struct audit bare = {.time_ms = 1000, .took_ms = -1, .words = "it's \"quoted\"\n; DROP TABLE audit"};
    struct ask a = {.kind = ASK_AUDIT, .u.audit = &bare};
    assert_true(ask(&p, &a, &g));
    assert_true(history(&p, 0, &g));
    assert_string_equal(g.names.s, HISTORY_NAMES);
    assert_string_equal(
        g.rows.s,
        "3|1970-01-01T00:00:01.000Z|-|-|-|-|-|it's \"quoted\"\n; DROP TABLE audit|-|-|-\n"
        "2|2026-11-22T13:45:04.000Z|prod-1|kill connection|bolt-7|done|1.2s|Transaction terminated.|admin|id=42|running\n"
        "1|2026-11-22T13:45:04.000Z|prod-1|kill transaction|neo4j-transaction-42|done|1.2s|Transaction terminated.|admin|id=42|"
        "running");
    assert_true(history(&p, 1, &g));
    assert_int_equal(g.nrows, 1);
    place_close(&p);

    assert_int_equal(stat(p.dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(stat(p.path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);

    place_open(&p); /* another run finds them, and goes on counting */
    g.loop = p.loop;
    assert_true(history(&p, 10, &g));
    assert_int_equal(g.nrows, 3);
    assert_true(write_line(&p, "kill", "x", &g));
    assert_true(history(&p, 1, &g));
    assert_int_equal(strncmp(g.rows.s, "4|", 2), 0);
    got_release(&g);
    place_end(&p);
}

static void prompts_remember(void **state)
{
    struct place p;
    struct got g;
    place_init(&p);
    got_init(&g, p.loop);
    remember(&p, "command", "view databases", &g);
    remember(&p, "command", "kill 42", &g);
    remember(&p, "filter", "user:bob", &g);
    remember(&p, "command", "view databases", &g);
    assert_true(recall(&p, "command", 10, &g));
    assert_string_equal(g.rows.s, "view databases\nkill 42");
    assert_string_equal(g.names.s, "line");
    assert_true(recall(&p, "filter", 10, &g));
    assert_string_equal(g.rows.s, "user:bob");
    assert_true(recall(&p, "command", 1, &g));
    assert_string_equal(g.rows.s, "view databases");
    assert_true(recall(&p, "nosuch", 10, &g));
    assert_int_equal(g.nrows, 0);

    g.wanted = 1010;
    g.replies = 0;
    for (int i = 0; i < 1010; i++) {
        char text[32];
        struct ask a = {.kind = ASK_REMEMBER, .u.line = {.name = "command", .text = text}};
        snprintf(text, sizeof text, "line %d", i);
        port_submit(&p.port, &a, on_reply, &g);
    }
    loop_run(p.loop);
    assert_int_equal(g.replies, 1010);
    g.wanted = 1;
    assert_true(recall(&p, "command", 5000, &g));
    assert_int_equal(g.nrows, 1000);
    assert_int_equal(strncmp(g.rows.s, "line 1009\nline 1008\n", 20), 0);
    assert_true(recall(&p, "filter", 10, &g)); /* each prompt has its own bound */
    assert_int_equal(g.nrows, 1);
    got_release(&g);
    place_end(&p);
}

/* Several at once: each gets its one reply, in the order in which they were asked. */
static ticket order[64];
static int ordered;

static void on_ordered(void *ctx, const struct reply *r)
{
    order[ordered++] = r->id;
    if (r->err)
        assert_int_equal(r->err->kind, ERR_CANCELLED);
    if (ordered == 20)
        loop_stop(ctx);
}

static void asks_queue(void **state)
{
    struct place p;
    struct got g;
    ticket ids[20];
    place_init(&p);
    ordered = 0;
    for (int i = 0; i < 20; i++) {
        struct audit line = line_of("kill", "x");
        struct ask a = {.kind = ASK_AUDIT, .u.audit = &line};
        ids[i] = port_submit(&p.port, &a, on_ordered, p.loop);
    }
    loop_run(p.loop);
    for (int i = 0; i < 20; i++)
        assert_int_equal(order[i], ids[i]);
    got_init(&g, p.loop);
    assert_true(history(&p, 100, &g));
    assert_int_equal(g.nrows, 20);
    got_release(&g);
    place_end(&p);
}

static void cancelled_asks_are_answered_and_not_written(void **state)
{
    struct place p;
    struct got g;
    ticket ids[20];
    place_init(&p);
    ordered = 0;
    for (int i = 0; i < 20; i++) {
        struct audit line = line_of("kill", "x");
        struct ask a = {.kind = ASK_AUDIT, .u.audit = &line};
        ids[i] = port_submit(&p.port, &a, on_ordered, p.loop);
    }
    for (int i = 5; i < 20; i++)
        port_cancel(&p.port, ids[i]);
    port_cancel(&p.port, ids[7]);
    port_cancel(&p.port, 9999);
    assert_int_equal(ordered, 0); /* never from inside */
    loop_run(p.loop);
    assert_int_equal(ordered, 20);
    got_init(&g, p.loop);
    assert_true(history(&p, 100, &g));
    assert_int_equal(g.nrows, 5);
    got_release(&g);
    place_end(&p);
}

static void other_questions_are_refused(void **state)
{
    struct place p;
    struct got g;
    struct ask a = {.kind = ASK_STATEMENT};
    place_init(&p);
    got_init(&g, p.loop);
    assert_false(ask(&p, &a, &g));
    assert_int_equal(g.err.kind, ERR_INTERNAL);
    assert_int_not_equal(access(p.dir, F_OK), 0);
    got_release(&g);
    place_end(&p);
}

static void on_end(void *ctx, const struct reply *r)
{
    int *n = ctx;
    n[r->err ? 1 : 0]++;
}

/* Quitting right after an action: its lines are there. */
static void the_end_writes_what_waits(void **state)
{
    struct place p;
    struct got g;
    int answers[2] = {0, 0};
    place_init(&p);
    for (int i = 0; i < 10; i++) {
        struct audit line = line_of("kill", "x");
        struct ask a = {.kind = i == 9 ? ASK_HISTORY : ASK_AUDIT, .u.audit = &line};
        if (i == 9)
            a.u.line.limit = 1;
        port_submit(&p.port, &a, on_end, answers);
    }
    place_close(&p);
    assert_int_equal(answers[0], 9);
    assert_int_equal(answers[1], 1);
    place_open(&p);
    got_init(&g, p.loop);
    assert_true(history(&p, 100, &g));
    assert_int_equal(g.nrows, 9);
    got_release(&g);
    place_end(&p);
    store_free(NULL);
}

/* A lock that outlasts the end: the console leaves after 2 s all the same, and says that it does not know. */
static void the_end_does_not_wait_for_ever(void **state)
{
    struct place p;
    struct got g;
    sqlite3 *db;
    int answers[2] = {0, 0};
    struct timespec from, to;
    place_init(&p);
    got_init(&g, p.loop);
    assert_true(write_line(&p, "kill", "x", &g));
    assert_int_equal(sqlite3_open(p.path, &db), SQLITE_OK);
    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    struct audit line = line_of("kill", "y");
    struct ask a = {.kind = ASK_AUDIT, .u.audit = &line};
    port_submit(&p.port, &a, on_end, answers);
    port_submit(&p.port, &a, on_end, answers);
    clock_gettime(CLOCK_MONOTONIC, &from);
    store_free(p.store);
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_true(to.tv_sec - from.tv_sec <= 4);
    assert_int_equal(answers[0], 0);
    assert_int_equal(answers[1], 2);
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(db);
    loop_free(p.loop);
    got_release(&g);
    place_remove(&p);
}

/* The console may end in the middle of an answer. */
static void on_reply_free(void *ctx, const struct reply *r)
{
    struct place *p = ctx;
    if (!p->store)
        return;
    struct store *s = p->store;
    p->store = NULL;
    store_free(s);
    loop_stop(p->loop);
}

static void an_answer_may_end_the_store(void **state)
{
    for (int cancelled = 0; cancelled < 2; cancelled++) {
        struct place p;
        struct audit line = line_of("kill", "y");
        struct ask a = {.kind = ASK_AUDIT, .u.audit = &line};
        ticket id = 0;
        place_init(&p);
        for (int i = 0; i < 4; i++)
            id = port_submit(&p.port, &a, on_reply_free, &p);
        if (cancelled)
            port_cancel(&p.port, id);
        loop_run(p.loop);
        assert_null(p.store);
        loop_free(p.loop);
        place_remove(&p);
    }
}

/* So many lines of that time are put in front by hand. */
static void fill(struct place *p, int n, int64_t time_ms)
{
    char sql[300];
    sqlite3 *db;
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d)"
             " INSERT INTO audit (time_ms, action) SELECT %lld, 'old' FROM c", n, (long long)time_ms);
    assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static int64_t count(struct place *p, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *s;
    int64_t n;
    assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    sqlite3_close(db);
    return n;
}

/* Beyond the newest 100,000, and older than two years but for the newest 1,000. */
static void old_lines_go(void **state)
{
    static const struct {
        int before;
        int64_t age_days, least, most;
    } cases[] = {{100500, 1, 99990, 100070}, {3000, 700, 3000, 3200}, {3000, 800, 1000, 1070}, {900, 800, 900, 1000}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct audit first = line_of("kill", "first"), last = line_of("kill", "last");
        struct place p;
        struct got g;
        place_init(&p);
        got_init(&g, p.loop);
        assert_true(write_line(&p, "kill", first.target, &g));
        fill(&p, cases[i].before, first.time_ms - cases[i].age_days * 24 * 3600 * 1000);
        for (int n = 0; n < 64; n++)
            assert_true(write_line(&p, "kill", last.target, &g));
        int64_t left = count(&p, "SELECT count(*) FROM audit");
        if (left < cases[i].least || left > cases[i].most)
            fail_msg("case %zu: %lld lines are left", i, (long long)left);
        assert_int_equal(count(&p, "SELECT count(*) FROM audit WHERE target = 'last'"), 64);
        assert_int_equal(count(&p, "SELECT max(id) FROM audit"), cases[i].before + 65); /* no number is given twice */
        got_release(&g);
        place_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_makes_nothing),
        cmocka_unit_test(lines_are_kept_newest_first),
        cmocka_unit_test(prompts_remember),
        cmocka_unit_test(asks_queue),
        cmocka_unit_test(cancelled_asks_are_answered_and_not_written),
        cmocka_unit_test(other_questions_are_refused),
        cmocka_unit_test(the_end_writes_what_waits),
        cmocka_unit_test(the_end_does_not_wait_for_ever),
        cmocka_unit_test(an_answer_may_end_the_store),
        cmocka_unit_test(old_lines_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
