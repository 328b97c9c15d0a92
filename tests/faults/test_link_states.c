/* What an instance is said to be, while its server or what stands before it is unwell. */
#include "fleet.h"

/* Each is told apart, in words, and comes back by itself when the fault is over. */
static void faults_have_words(void **state)
{
    static const struct {
        const char *fault, *well;
        enum phase phase;
        const char *words;
    } cases[] = {
        {"front '503'", "front ''", PHASE_STARTING, "503"},
        {"front '302'", "front ''", PHASE_DOWN, "redirects to 'https://elsewhere:7473/'"},
        {"front '401'", "front ''", PHASE_DOWN, "wants a login of its own"},
        {"front 'html'", "front ''", PHASE_DOWN, "no Neo4j"},
        {"front 'empty'", "front ''", PHASE_DOWN, "says nothing"},
        {"tx 'starting'", "tx ''", PHASE_STARTING, "unavailable"},
        {"tx 'garbage'", "tx ''", PHASE_DOWN, ""},
        {"tx 'cut'", "tx ''", PHASE_DOWN, "cut"},
    };

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct fleet *f = fleet_started(false, cases[n].fault);
        struct got g;
        print_message("%s\n", cases[n].fault);
        fleet_reaches(f, cases[n].phase);
        if (!strstr(f->seen[0]->message, cases[n].words))
            fail_msg("'%s' is not in '%s'", cases[n].words, f->seen[0]->message);
        assert_true(strlen(f->seen[0]->message) > 10);
        assert_true(f->seen[0]->next_try_ms > 0);
        fleet_ask(f, 0, STMT_DATABASES, 0, &g);
        fleet_run(f, NULL, 20);
        assert_int_equal(1, g.replies);
        assert_int_not_equal(ERR_NONE, g.kind);
        assert_true(strlen(g.words) > 10);
        fleet_say(f, "0 set %s", cases[n].well);
        fleet_reaches(f, PHASE_UP);
        assert_string_equal("", f->seen[0]->message);
        assert_int_equal(0, f->seen[0]->next_try_ms);
        fleet_stop(f);
    }
}

static void no_transactional_endpoint(void **state)
{
    struct fleet *f = fleet_new(1, true);

    fleet_say(f, "0 set tx '404'");
    fleet_say(f, "0 set query False");
    fleet_password(f, "right");
    link_start(f->link);
    fleet_reaches(f, PHASE_DOWN);
    if (!strstr(f->seen[0]->message, "server.http_enabled_modules"))
        fail_msg("'%s'", f->seen[0]->message);
    fleet_stop(f);
}

static void closed_port_and_back(void **state)
{
    struct fleet *f = fleet_started(false, NULL);
    struct got g;

    fleet_reaches(f, PHASE_UP);
    assert_string_equal("5.26.30", f->seen[0]->version);
    assert_string_equal("jolt", f->seen[0]->protocol);
    fleet_say(f, "0 close");
    fleet_ask(f, 0, STMT_DATABASES, 0, &g);
    fleet_reaches(f, PHASE_STALE);
    assert_int_equal(ERR_UNREACHABLE, g.kind);
    assert_non_null(strstr(f->seen[0]->message, "refused"));
    assert_non_null(strstr(f->seen[0]->message, "HTTP is disabled"));
    fleet_reaches(f, PHASE_DOWN);
    fleet_ask(f, 0, STMT_DATABASES, 0, &g);
    fleet_run(f, NULL, 20);
    assert_int_equal(ERR_UNREACHABLE, g.kind);
    fleet_say(f, "0 set version '5.27.0'"); /* upgraded meanwhile */
    fleet_say(f, "0 open");
    fleet_reaches(f, PHASE_UP);
    assert_string_equal("5.27.0", f->seen[0]->version);
    assert_int_equal(PHASE_DOWN, f->seen[0]->phases[f->seen[0]->nphases - 2]); /* no flicker on the way */
    fleet_stop(f);
}

static void retry_is_now(void **state)
{
    struct fleet *f = fleet_new(1, true);
    struct got g;

    fleet_say(f, "0 close");
    f->link->pace.retry_first = f->link->pace.retry_max = 60000;
    fleet_password(f, "right");
    link_start(f->link);
    fleet_reaches(f, PHASE_DOWN);
    assert_true(f->seen[0]->next_try_ms > clock_wall_ms() + 40000);
    assert_true(f->seen[0]->next_try_ms < clock_wall_ms() + 80000);
    fleet_say(f, "0 open");
    fleet_retry(f, 0, &g);
    fleet_reaches(f, PHASE_UP);
    assert_int_equal(1, g.replies);
    assert_int_equal(ERR_NONE, g.kind);
    fleet_stop(f);
}

static void hangs_at_discovery(void **state)
{
    struct fleet *f = fleet_new(1, true);

    f->link->pace.connect = 150;
    fleet_say(f, "0 set front 'hang'");
    fleet_password(f, "right");
    link_start(f->link);
    assert_false(link_settled(f->link));
    fleet_reaches(f, PHASE_DOWN);
    assert_true(link_settled(f->link));
    fleet_stop(f);
}

/* A slow statement makes it slow, not down: GET / still answers. The next quick answer makes it up. */
static void slow_is_not_down(void **state)
{
    struct fleet *f = fleet_started(false, NULL);
    struct got g;

    fleet_reaches(f, PHASE_UP);
    fleet_run(f, NULL, 60);
    f->link->pace.slow = 100;
    fleet_say(f, "0 set delay_s 0.2");
    fleet_ask(f, 0, STMT_DATABASES, 0, &g);
    fleet_reaches(f, PHASE_SLOW);
    assert_int_equal(ERR_NONE, g.kind);
    assert_true(f->seen[0]->latency_ms >= 200);
    fleet_say(f, "0 set delay_s 0");
    fleet_ask(f, 0, STMT_DATABASES, 0, &g);
    fleet_reaches(f, PHASE_UP);
    fleet_say(f, "0 set delay_s 0.3");
    fleet_ask(f, 0, STMT_DATABASES, 50, &g);
    fleet_reaches(f, PHASE_SLOW);
    assert_non_null(strstr(f->seen[0]->message, "no whole answer"));
    fleet_run(f, NULL, 100);
    assert_int_equal(PHASE_SLOW, f->seen[0]->phase);
    fleet_say(f, "0 set delay_s 0");
    fleet_ask(f, 0, STMT_CONNECTIONS, 0, &g);
    fleet_reaches(f, PHASE_UP);
    fleet_stop(f);
}

/* A timeout of a statement, and then GET / does not answer either. */
static void hangs_later(void **state)
{
    struct fleet *f = fleet_started(false, NULL);
    struct got g;

    f->link->pace.connect = 200;
    fleet_reaches(f, PHASE_UP);
    fleet_say(f, "0 set delay_s 60");
    fleet_say(f, "0 set front 'hang'");
    fleet_ask(f, 0, STMT_DATABASES, 50, &g);
    fleet_reaches(f, PHASE_STALE);
    assert_int_equal(ERR_TIMEOUT, g.kind);
    fleet_reaches(f, PHASE_DOWN);
    fleet_stop(f);
}

static bool id_is_known(struct fleet *f)
{
    return f->seen[0]->server_id[0] != '\0';
}

static bool other_is_noticed(struct fleet *f)
{
    return strstr(f->seen[0]->message, "another server") != NULL;
}

static void another_server_behind_the_address(void **state)
{
    struct fleet *f = fleet_started(false, NULL);
    struct got g;

    assert_true(fleet_run(f, id_is_known, 3000));
    f->link->pace.identify = 0;
    fleet_say(f, "0 set server_id 'bbbb0000-0000-4000-8000-000000000002'");
    fleet_say(f, "0 drop");
    fleet_ask(f, 0, STMT_DATABASES, 0, &g);
    assert_true(fleet_run(f, other_is_noticed, 3000));
    assert_non_null(strstr(f->seen[0]->message, "bbbb0000"));
    assert_non_null(strstr(f->seen[0]->message, "aaaa0000"));
    assert_int_equal(PHASE_UP, f->seen[0]->phase);
    fleet_retry(f, 0, &g); /* seen by a person */
    fleet_run(f, NULL, 100);
    assert_false(other_is_noticed(f));
    fleet_stop(f);
}

static void latency_alone_is_told_rarely(void **state)
{
    struct fleet *f = fleet_started(false, NULL);
    struct got g;

    fleet_reaches(f, PHASE_UP);
    assert_true(fleet_run(f, id_is_known, 3000));
    f->link->pace.publish = 400;
    unsigned before = f->seen[0]->told;
    for (unsigned n = 0; n < 20; n++) {
        fleet_ask(f, 0, STMT_DATABASES, 0, &g);
        fleet_run(f, NULL, 20);
    }
    assert_true(f->seen[0]->told - before <= 3);
    fleet_run(f, NULL, 500);
    assert_true(f->seen[0]->told - before >= 1); /* the last one is not forgotten */
    before = f->seen[0]->told;
    fleet_run(f, NULL, 1000);
    assert_int_equal(before, f->seen[0]->told);
    fleet_stop(f);
}

static void big_answers_go_through_a_worker(void **state)
{
    struct fleet *f = fleet_started(false, NULL);
    struct got g, h;
    struct ask a = {.kind = ASK_STATEMENT, .max_bytes = 100000, .u.statement = {.id = STMT_CONNECTIONS}};

    fleet_reaches(f, PHASE_UP);
    fleet_say(f, "0 set rows 10000");
    fleet_ask(f, 0, STMT_DATABASES, 0, &g);
    memset(&h, 0, sizeof h);
    port_submit(&f->ask, &a, got_reply, &h);
    fleet_run(f, NULL, 3000);
    assert_int_equal(ERR_NONE, g.kind);
    assert_int_equal(10000, g.nrows);
    assert_int_equal(1, h.replies);
    assert_int_equal(ERR_TOO_LARGE, h.kind);
    assert_int_equal(PHASE_UP, f->seen[0]->phase);
    assert_true(g.connection != 0);
    fleet_stop(f);
}

/* With all kinds of tickets open: each gets exactly one last reply, and nothing is touched after. */
static void free_with_open_tickets(void **state)
{
    for (int round = 0; round < 8; round++) {
        struct fleet *f = fleet_started(false, NULL);
        struct got g[4], r;
        fleet_reaches(f, PHASE_UP);
        fleet_say(f, "0 set rows %d", round % 2 ? 20000 : 1);
        if (round < 4)
            fleet_say(f, "0 set delay_s 60");
        fleet_ask(f, 0, STMT_DATABASES, 0, &g[0]);
        fleet_ask(f, 0, STMT_CONNECTIONS, 0, &g[1]);
        fleet_ask(f, 0, STMT_TRANSACTIONS, 0, &g[2]);
        ticket t = fleet_ask(f, 0, STMT_PROCEDURES, 0, &g[3]);
        fleet_run(f, NULL, round * 15);
        if (round == 3)
            port_cancel(&f->ask, t);
        fleet_retry(f, 0, &r);
        fleet_stop(f);
        for (int n = 0; n < 4; n++)
            assert_int_equal(1, g[n].replies);
        assert_int_equal(1, r.replies);
    }
}

/* At every moment, on the way up or while it is up: then nothing reaches the server, also no retry, until it is let go. */
static void held_is_not_asked(void **state)
{
    for (int round = 0; round < 8; round++) {
        struct fleet *f = fleet_new(1, true);
        struct got g, r, late;

        fleet_pace(f, 20);
        fleet_password(f, "right");
        if (round)
            link_start(f->link);
        fleet_run(f, NULL, round < 7 ? round * 5 : 300);
        fleet_ask(f, 0, STMT_DATABASES, 0, &g);
        link_hold(f->link, 0, "port 7474 belongs to graph");
        link_start(f->link);
        fleet_reaches(f, PHASE_DOWN);
        fleet_run(f, NULL, 100); /* what was under way has ended */
        assert_int_equal(1, g.replies);
        fleet_say(f, "0 reset");
        fleet_retry(f, 0, &r);
        fleet_ask(f, 0, STMT_DATABASES, 0, &late);
        fleet_run(f, NULL, 200);
        assert_int_equal(0, fleet_say(f, "0 get requests"));
        assert_int_equal(1, late.replies);
        assert_int_equal(ERR_UNREACHABLE, late.kind);
        assert_string_equal("port 7474 belongs to graph", late.words);
        assert_string_equal("port 7474 belongs to graph", f->seen[0]->message);
        assert_true(link_settled(f->link));
        link_hold(f->link, 0, NULL);
        fleet_reaches(f, PHASE_UP);
        fleet_stop(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_have_words),
        cmocka_unit_test(no_transactional_endpoint),
        cmocka_unit_test(closed_port_and_back),
        cmocka_unit_test(retry_is_now),
        cmocka_unit_test(hangs_at_discovery),
        cmocka_unit_test(held_is_not_asked),
        cmocka_unit_test(slow_is_not_down),
        cmocka_unit_test(hangs_later),
        cmocka_unit_test(another_server_behind_the_address),
        cmocka_unit_test(latency_alone_is_told_rarely),
        cmocka_unit_test(big_answers_go_through_a_worker),
        cmocka_unit_test(free_with_open_tickets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
