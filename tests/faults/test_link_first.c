/* What leaves first: what is wanted goes with the login where it only reads, and who answers is asked behind it. */
#include "fleet.h"

static struct got last, other;

static bool replied(struct fleet *f)
{
    return last.replies > 0;
}

static bool both_replied(struct fleet *f)
{
    return last.replies && other.replies;
}

static struct fleet *begun(bool bolt)
{
    struct fleet *f = fleet_over(1, true, bolt);

    fleet_pace(f, 20);
    return f;
}

static void up(struct fleet *f)
{
    fleet_password(f, "right");
    link_start(f->link);
    if (!fleet_run(f, all_up, 6000))
        fail_msg("phase %d, login %d, '%s'", f->seen[0]->phase, f->seen[0]->login, f->seen[0]->message);
}

/* ---- with the login ---- */

static void the_probe_does_not_wait_for_the_login(void **state)
{
    static const struct {
        const char *version, *server;
    } cases[] = {{"(3, 0)", "3.5.35"}, {"(4, 0)", "4.0.12"}, {"(4, 4)", "4.4.48"}, {"(5, 0)", "5.1.0"}, {"(5, 8)", "5.26.30"}, {"(6, 0)", "2026.8.1"}};

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct fleet *f = begun(true);
        fleet_say(f, "0 set bolt_version %s", cases[n].version);
        fleet_say(f, "0 set version '%s'", cases[n].server);
        fleet_say(f, "0 set bolt 'login_waits'");
        up(f);
        assert_string_equal(cases[n].server, f->seen[0]->version);
        assert_int_equal(1, fleet_say(f, "0 get probes"));
        fleet_stop(f);
    }
}

/* Two connections, the second one opened for this statement. */
static void ask_on_another(struct fleet *f, enum statement_id id, int64_t deadline_ms)
{
    fleet_say(f, "0 set hold 'activeLockCount'");
    fleet_say(f, "0 set hold_s 0.4");
    fleet_ask(f, 0, STMT_TRANSACTIONS, 3000, &other);
    fleet_run(f, NULL, 50);
    fleet_say(f, "0 set bolt 'login_waits'");
    fleet_ask(f, 0, id, deadline_ms, &last);
    assert_true(fleet_run(f, both_replied, 5000));
    assert_int_equal(ERR_NONE, other.kind);
}

static void what_changes_waits_for_the_login(void **state)
{
    struct fleet *f = begun(true);

    f->link->pace.idle = f->link->pace.behind = 60000;
    up(f);
    ask_on_another(f, STMT_DATABASES, 2000);
    if (last.kind != ERR_NONE)
        fail_msg("kind %d '%s'", last.kind, last.words);
    fleet_stop(f);
    f = begun(true);
    f->link->pace.idle = f->link->pace.behind = 60000;
    up(f);
    ask_on_another(f, STMT_KILL_CONNECTION, 150);
    assert_int_equal(ERR_TIMEOUT, last.kind);
    assert_non_null(strstr(last.words, "no login"));
    fleet_stop(f);
}

static bool refused(struct fleet *f)
{
    return f->seen[0]->login == LOGIN_REFUSED;
}

static void a_refusal_is_one(void **state)
{
    static const char *const versions[] = {"(3, 0)", "(4, 4)", "(5, 8)"};

    for (size_t n = 0; n < 3; n++) {
        struct fleet *f = begun(true);
        fleet_say(f, "0 set bolt_version %s", versions[n]);
        fleet_password(f, "wrong");
        link_start(f->link);
        assert_true(fleet_run(f, refused, 5000));
        fleet_run(f, NULL, 300);
        assert_int_equal(1, fleet_say(f, "0 get logins"));
        assert_int_equal(0, fleet_say(f, "0 get runs"));
        fleet_stop(f);
    }
}

/* ---- who answers ---- */

static bool is_named(struct fleet *f)
{
    return f->seen[0]->server_id[0] && link_settled(f->link);
}

static void who_answers_is_asked_behind(void **state)
{
    for (int bolt = 0; bolt < 2; bolt++) {
        struct fleet *f = begun(bolt);
        f->link->pace.idle = 500;
        up(f);
        assert_true(link_reached(f->link));
        assert_false(link_settled(f->link));
        fleet_ask(f, 0, STMT_DATABASES, 3000, &last);
        assert_true(fleet_run(f, replied, 3000));
        assert_int_equal(ERR_NONE, last.kind);
        assert_true(fleet_run(f, is_named, 3000));
        assert_int_equal(4, fleet_say(f, "0 get statements")); /* probe, what was wanted, user, server */
        fleet_stop(f);
    }
}

static void end_of_all(void *ctx, const struct reply *r)
{
    struct fleet *f = ctx;

    assert_true(!r->err || r->err->kind == ERR_CANCELLED);
    loop_stop(f->loop);
}

/* What was wanted has come, and nobody waits for more. */
static void who_has_what_he_wanted_asks_no_more(void **state)
{
    const struct ask a = {.kind = ASK_STATEMENT, .u.statement = {.id = STMT_DATABASES}};

    for (int bolt = 0; bolt < 2; bolt++) {
        struct fleet *f = begun(bolt);
        f->link->pace.idle = 60000;
        up(f);
        port_submit(&f->ask, &a, end_of_all, f);
        assert_true(fleet_run(f, NULL, 3000));
        assert_int_equal(2, fleet_say(f, "0 get statements"));
        fleet_stop(f);
    }
}

static void who_answers_is_asked_when_nothing_is_wanted(void **state)
{
    struct fleet *f = begun(true);

    up(f);
    assert_true(fleet_run(f, is_named, 3000));
    assert_int_equal(3, fleet_say(f, "0 get statements"));
    fleet_stop(f);
}

/* A statement that takes for ever does not keep it from being asked. */
static void who_answers_is_asked_at_last(void **state)
{
    struct fleet *f = begun(true);

    f->link->pace.behind = 100;
    f->link->pace.idle = 30;
    up(f);
    fleet_say(f, "0 set hold 'activeLockCount'");
    fleet_say(f, "0 set hold_s 2.0");
    fleet_ask(f, 0, STMT_TRANSACTIONS, 10000, &last);
    assert_true(fleet_run(f, is_named, 1500));
    assert_int_equal(0, last.replies);
    fleet_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_probe_does_not_wait_for_the_login),
        cmocka_unit_test(what_changes_waits_for_the_login),
        cmocka_unit_test(a_refusal_is_one),
        cmocka_unit_test(who_answers_is_asked_behind),
        cmocka_unit_test(who_has_what_he_wanted_asks_no_more),
        cmocka_unit_test(who_answers_is_asked_when_nothing_is_wanted),
        cmocka_unit_test(who_answers_is_asked_at_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
