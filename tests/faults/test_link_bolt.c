/* Over Bolt: servers that are none, that misbehave in the middle of a conversation, and logins, which are counted. */
#include "fleet.h"

static struct got last;

static bool replied(struct fleet *f)
{
    return last.replies > 0;
}

static struct fleet *ready(const char *knob)
{
    struct fleet *f = fleet_started(true, NULL);

    fleet_reaches(f, PHASE_UP);
    fleet_run(f, NULL, 60); /* the session's own questions */
    if (knob)
        fleet_say(f, "0 set %s", knob);
    return f;
}

static void ask(struct fleet *f, enum statement_id id, int64_t deadline_ms, enum err_kind kind, const char *words)
{
    fleet_ask(f, 0, id, deadline_ms, &last);
    if (!fleet_run(f, replied, 5000))
        fail_msg("no reply, wanted '%s'", words);
    if (last.kind != kind || !strstr(last.words, words))
        fail_msg("kind %d '%s', wanted %d '%s'", last.kind, last.words, kind, words);
}

/* ---- what is no Bolt, or not well ---- */

static void faults_have_words(void **state)
{
    static const struct {
        const char *fault, *well;
        enum phase phase;
        const char *words;
    } cases[] = {
        {"bolt 'magic'", "bolt ''", PHASE_DOWN, "does not speak Bolt"},
        {"bolt 'ssh'", "bolt ''", PHASE_DOWN, "does not speak Bolt"},
        {"bolt 'unasked'", "bolt ''", PHASE_DOWN, "does not speak Bolt"},
        {"bolt 'http'", "bolt ''", PHASE_DOWN, "is an HTTP port"},
        {"bolt 'tls'", "bolt ''", PHASE_DOWN, "bolt+s://"},
        {"bolt 'zero'", "bolt ''", PHASE_DOWN, "no version of it"},
        {"bolt 'shut'", "bolt ''", PHASE_DOWN, "closed the connection"},
        {"bolt 'garbage'", "bolt ''", PHASE_DOWN, "makes no sense"},
        {"bolt 'huge'", "bolt ''", PHASE_DOWN, "larger than"},
        {"tx 'starting'", "tx ''", PHASE_STARTING, "unavailable"},
    };

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct fleet *f = fleet_started(true, cases[n].fault);
        print_message("%s\n", cases[n].fault);
        fleet_reaches(f, cases[n].phase);
        if (!strstr(f->seen[0]->message, cases[n].words))
            fail_msg("'%s' is not in '%s'", cases[n].words, f->seen[0]->message);
        assert_true(f->seen[0]->next_try_ms > 0);
        fleet_say(f, "0 set %s", cases[n].well);
        fleet_reaches(f, PHASE_UP);
        assert_string_equal("", f->seen[0]->message);
        assert_string_equal("bolt 5.8", f->seen[0]->protocol);
        assert_string_equal("5.26.30", f->seen[0]->version);
        fleet_stop(f);
    }
}

static void never_answers(void **state)
{
    static const char *const faults[] = {"bolt 'silent'", "bolt 'half'"};

    for (size_t n = 0; n < 2; n++) {
        struct fleet *f = fleet_over(1, true, true);
        f->link->pace.connect = 150;
        fleet_say(f, "0 set %s", faults[n]);
        fleet_password(f, "right");
        link_start(f->link);
        fleet_reaches(f, PHASE_DOWN);
        assert_non_null(strstr(f->seen[0]->message, "nothing came"));
        fleet_stop(f);
    }
}

static void versions(void **state)
{
    static const struct {
        const char *version, *server, *protocol;
        long in_vain; /* agreements: an old one is asked twice, once */
    } cases[] = {
        {"(3, 0)", "3.5.35", "bolt 3.0", 1},  {"(4, 0)", "4.0.12", "bolt 4.0", 1},  {"(4, 1)", "4.2.19", "bolt 4.1", 0},
        {"(4, 4)", "4.4.48", "bolt 4.4", 0},  {"(5, 0)", "5.1.0", "bolt 5.0", 0},   {"(5, 4)", "5.20.0", "bolt 5.4", 0},
        {"(5, 8)", "5.26.30", "bolt 5.8", 0}, {"(6, 0)", "2026.8.1", "bolt 6.0", 0},
    };

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct fleet *f = fleet_over(1, true, true);
        fleet_say(f, "0 set bolt_version %s", cases[n].version);
        fleet_say(f, "0 set version '%s'", cases[n].server);
        fleet_say(f, "0 set rows 2500"); /* more than a slice */
        fleet_password(f, "right");
        link_start(f->link);
        fleet_reaches(f, PHASE_UP);
        assert_string_equal(cases[n].protocol, f->seen[0]->protocol);
        assert_string_equal(cases[n].server, f->seen[0]->version);
        ask(f, STMT_PROCEDURES, 0, ERR_NONE, "");
        assert_int_equal(cases[n].in_vain, fleet_say(f, "0 get agreements") - fleet_say(f, "0 get hellos"));
        assert_int_equal(2500, last.nrows);
        fleet_stop(f);
    }
}

/* However the bytes are cut, and whatever lies between the messages. */
static void every_cut(void **state)
{
    static const char *const cuts[] = {"bolt 'split'", "bolt 'small'", "bolt 'noop'"};

    for (size_t n = 0; n < 3; n++) {
        struct fleet *f = fleet_started(true, cuts[n]);
        fleet_reaches(f, PHASE_UP);
        fleet_say(f, "0 set rows 7");
        ask(f, STMT_DATABASES, 0, ERR_NONE, "");
        assert_int_equal(7, last.nrows);
        fleet_stop(f);
    }
}

/* ---- in the middle of a conversation ---- */

static void after_it_all_is_well(struct fleet *f)
{
    fleet_say(f, "0 set bolt ''");
    fleet_reaches(f, PHASE_UP);
    for (int n = 0; n < 200; n++) {
        fleet_ask(f, 0, STMT_DATABASES, 0, &last);
        fleet_run(f, replied, 2000);
        if (last.kind == ERR_NONE)
            return;
        fleet_run(f, NULL, 10);
    }
    fail_msg("still kind %d '%s'", last.kind, last.words);
}

static void faults_within(void **state)
{
    static const struct {
        const char *fault;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {"bolt 'run_fails'", ERR_SERVER, "no such thing"},
        {"bolt 'fails_in_pull'", ERR_SERVER, "a deadlock"},
        {"bolt 'run_ignored'", ERR_SERVER, "ignored"},
        {"bolt 'dies_in_pull'", ERR_UNREACHABLE, "connection"},
        {"bolt 'closes_in_pull'", ERR_UNREACHABLE, "closed the connection"},
        {"bolt 'names_wrong'", ERR_SHAPE, "no column names"},
        {"bolt 'record_first'", ERR_SHAPE, "before the names"},
        {"bolt 'ragged'", ERR_SHAPE, ""},
        {"bolt 'large'", ERR_TOO_LARGE, "larger than"},
        {"bolt 'stops_in_pull'", ERR_TIMEOUT, "within"},
        {"bolt 'deep'", ERR_NONE, ""},
    };

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct fleet *f = ready(cases[n].fault);
        print_message("%s\n", cases[n].fault);
        ask(f, STMT_DATABASES, cases[n].kind == ERR_TIMEOUT ? 100 : 3000, cases[n].kind, cases[n].words);
        after_it_all_is_well(f);
        assert_int_equal(1, last.replies);
        fleet_stop(f);
    }
}

/* An answer that is too long is given up where it is: the connection goes on. */
static void one_login_for_all(void **state)
{
    struct fleet *f = ready(NULL);
    long logins = fleet_say(f, "0 get logins");

    for (int n = 0; n < 30; n++) {
        fleet_say(f, "0 set bolt '%s'", n % 3 == 0 ? "run_fails" : n % 3 == 1 ? "fails_in_pull" : "");
        ask(f, STMT_DATABASES, 3000, n % 3 == 2 ? ERR_NONE : ERR_SERVER, "");
        fleet_run(f, NULL, 5);
    }
    assert_true(logins <= 2);
    assert_int_equal(logins, fleet_say(f, "0 get logins"));
    assert_true(fleet_say(f, "0 get resets") >= 20);
    fleet_stop(f);
}

static void signs_of_life_are_missed(void **state)
{
    struct fleet *f = fleet_over(1, true, true);

    fleet_say(f, "0 set recv_hint_s 1");
    fleet_password(f, "right");
    link_start(f->link);
    fleet_reaches(f, PHASE_UP);
    fleet_run(f, NULL, 60);
    fleet_say(f, "0 set bolt 'stops_in_pull'");
    ask(f, STMT_DATABASES, 10000, ERR_TIMEOUT, "nothing came");
    fleet_stop(f);
}

/* ---- deadlines and cancelling: nothing is left behind ---- */

static unsigned missed, other;

static void again(void *ctx, const struct reply *r);

static void send_one(struct fleet *f)
{
    const struct ask a = {.kind = ASK_STATEMENT, .deadline_ms = 40, .u.statement = {.id = STMT_TRANSACTIONS}};

    port_submit(&f->ask, &a, again, f);
}

static void again(void *ctx, const struct reply *r)
{
    enum err_kind kind = r->err ? r->err->kind : ERR_NONE;

    missed += kind == ERR_TIMEOUT;
    other += kind != ERR_TIMEOUT && kind != ERR_BUSY;
    if (kind != ERR_CANCELLED)
        send_one(ctx);
}

static bool missed_fifty(struct fleet *f)
{
    return missed >= 50;
}

static void fifty_missed_deadlines_leave_nothing(void **state)
{
    struct fleet *f = ready("hold 'activeLockCount'");
    long lists = fleet_say(f, "0 get lists");

    f->link->pace.check_max = 5;
    fleet_say(f, "0 set hold_s 3600.0");
    missed = other = 0;
    send_one(f);
    if (!fleet_run(f, missed_fifty, 30000))
        fail_msg("%u missed, %u other, '%s'", missed, other, f->seen[0]->message);
    assert_int_equal(0, other);
    assert_int_equal(1, fleet_say(f, "0 get held_peak"));
    assert_true(fleet_say(f, "0 get resets") >= 49);
    assert_int_equal(0, fleet_say(f, "0 get goodbyes")); /* on the connections that it had */
    assert_int_equal(lists, fleet_say(f, "0 get lists")); /* the server's answer to RESET is enough */
    fleet_stop(f);
}

/* Until the server says that it has ended, nothing of its kind goes out. */
static void not_again_until_it_has_ended(void **state)
{
    struct fleet *f = ready("hold 'activeLockCount'");

    f->link->pace.check_first = 60000;
    fleet_say(f, "0 set hold_s 3600.0");
    fleet_say(f, "0 set reset_s 0.2");
    ask(f, STMT_TRANSACTIONS, 50, ERR_TIMEOUT, "told to end it");
    ask(f, STMT_TRANSACTIONS, 50, ERR_BUSY, "still running");
    fleet_run(f, NULL, 400);
    fleet_say(f, "0 set hold ''");
    ask(f, STMT_TRANSACTIONS, 1000, ERR_NONE, "");
    assert_int_equal(1, fleet_say(f, "0 get held"));
    fleet_stop(f);
}

/* Who leaves a view ends its question at the server; who comes back waits for that, and is not told of it. */
static void cancelled_and_asked_again(void **state)
{
    struct fleet *f = ready("hold 'activeLockCount'");
    struct got first;

    fleet_say(f, "0 set hold_s 3600.0");
    fleet_say(f, "0 set reset_s 0.1");
    for (int n = 0; n < 5; n++) {
        ticket t = fleet_ask(f, 0, STMT_TRANSACTIONS, 5000, &first);
        fleet_run(f, NULL, 150);
        assert_int_equal(n + 1, fleet_say(f, "0 get held"));
        port_cancel(&f->ask, t);
        fleet_run(f, NULL, 5);
        assert_int_equal(ERR_CANCELLED, first.kind);
    }
    fleet_say(f, "0 set hold ''");
    ask(f, STMT_TRANSACTIONS, 2000, ERR_NONE, "");
    assert_int_equal(1, fleet_say(f, "0 get held_peak"));
    assert_int_equal(5, fleet_say(f, "0 get held"));
    fleet_stop(f);
}

/* ---- logins ---- */

static bool login_is_over(struct fleet *f)
{
    return f->seen[0]->login != LOGIN_UNKNOWN && f->seen[0]->login != LOGIN_OK;
}

static void wrong_password_is_tried_once(void **state)
{
    static const char *const of[] = {"(3, 0)", "(4, 4)", "(5, 8)"};

    for (size_t n = 0; n < 3; n++) {
        struct fleet *f = fleet_over(3, true, true);
        fleet_pace(f, 50);
        fleet_say(f, "all set bolt_version %s", of[n]);
        fleet_password(f, "wrong");
        link_start(f->link);
        assert_true(fleet_run(f, login_is_over, 3000));
        fleet_run(f, NULL, 300);
        assert_int_equal(LOGIN_REFUSED, f->seen[0]->login);
        assert_int_equal(1, fleet_say(f, "all sum refused"));
        fleet_password(f, "right");
        assert_true(fleet_run(f, all_up, 3000));
        assert_int_equal(1, fleet_say(f, "all sum refused"));
        fleet_stop(f);
    }
}

/* Somebody changed the password while we are logged in: the connections there are go on, new ones are refused, at most two of them. */
static void changed_behind_our_back(void **state)
{
    struct fleet *f = ready("password 'other'");
    struct got g[6];

    fleet_say(f, "0 drop");
    fleet_run(f, NULL, 30);
    fleet_say(f, "0 set refuse_s 0.05");
    static const enum statement_id ids[] = {STMT_DATABASES, STMT_TRANSACTIONS, STMT_INDEXES, STMT_PROCEDURES, STMT_USERS, STMT_JOBS};
    for (int n = 0; n < 6; n++)
        fleet_ask(f, 0, ids[n], 3000, &g[n]);
    assert_true(fleet_run(f, login_is_over, 3000));
    fleet_run(f, NULL, 400);
    assert_int_equal(LOGIN_REFUSED, f->seen[0]->login);
    assert_true(fleet_say(f, "0 get refused") <= 2);
    assert_int_equal(0, fleet_say(f, "0 get locked"));
    fleet_password(f, "other");
    fleet_reaches(f, PHASE_UP);
    fleet_stop(f);
}

/* The new password is typed while connections with the old one are being made: it is tried by the probe alone. */
static void changed_while_connecting(void **state)
{
    struct fleet *f = ready(NULL);
    struct got g[2];

    fleet_say(f, "0 drop");
    fleet_run(f, NULL, 30);
    fleet_say(f, "0 set password 'other'");
    fleet_ask(f, 0, STMT_DATABASES, 3000, &g[0]);
    fleet_ask(f, 0, STMT_TRANSACTIONS, 3000, &g[1]);
    fleet_password(f, "wrong again"); /* they are still opening */
    assert_true(fleet_run(f, login_is_over, 3000));
    fleet_run(f, NULL, 300);
    assert_int_equal(1, fleet_say(f, "0 get refused"));
    assert_int_equal(1, g[0].replies);
    assert_int_equal(1, g[1].replies);
    fleet_stop(f);
}

/* A statement that is cancelled while it waits for its login: the verdict is heard all the same. */
static void cancelled_while_logging_in(void **state)
{
    struct fleet *f = ready("password 'other'");
    struct got g;

    fleet_say(f, "0 drop");
    fleet_run(f, NULL, 30);
    fleet_say(f, "0 set refuse_s 0.15");
    for (int n = 0; n < 6; n++) {
        ticket t = fleet_ask(f, 0, n % 2 ? STMT_DATABASES : STMT_TRANSACTIONS, 3000, &g);
        fleet_run(f, NULL, 60);
        port_cancel(&f->ask, t);
        fleet_run(f, NULL, 60);
    }
    fleet_run(f, NULL, 300);
    assert_int_equal(LOGIN_REFUSED, f->seen[0]->login);
    assert_true(fleet_say(f, "0 get refused") <= 2);
    assert_int_equal(0, fleet_say(f, "0 get locked"));
    fleet_stop(f);
}

static void other_logins(void **state)
{
    static const struct {
        const char *knob, *version;
        bool login;
        enum login want;
    } cases[] = {
        {"expired True", "(5, 8)", true, LOGIN_EXPIRED},  {"expired True", "(4, 4)", true, LOGIN_EXPIRED},
        {"expired True", "(3, 0)", true, LOGIN_EXPIRED},
        {"auto_expired False", "(4, 4)", true, LOGIN_OK}, {"auth False", "(5, 8)", true, LOGIN_OFF},
        {"auth False", "(5, 8)", false, LOGIN_OFF},       {"auth True", "(5, 8)", false, LOGIN_NEEDED},
        {"auth True", "(3, 0)", false, LOGIN_NEEDED},     {"locked_until 1e18", "(5, 8)", true, LOGIN_LOCKED},
    };

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct fleet *f = fleet_over(1, cases[n].login, true);
        fleet_say(f, "0 set %s", cases[n].knob);
        fleet_say(f, "0 set bolt_version %s", cases[n].version);
        if (cases[n].login)
            fleet_password(f, "right");
        link_start(f->link);
        fleet_run(f, settled, 3000);
        fleet_run(f, NULL, 100);
        if (cases[n].want != f->seen[0]->login)
            fail_msg("%s %s: login %d '%s'", cases[n].knob, cases[n].version, f->seen[0]->login, f->seen[0]->message);
        fleet_stop(f);
    }
}

/* HELLO itself is refused with that (before 5.0). */
static void expired_by_failure(void **state)
{
    struct fleet *f = fleet_over(1, true, true);

    fleet_say(f, "0 set bolt_version (4, 4)");
    fleet_say(f, "0 set auto_expired False");
    fleet_say(f, "0 set expired True");
    fleet_password(f, "right");
    link_start(f->link);
    assert_true(fleet_run(f, login_is_over, 3000));
    assert_int_equal(LOGIN_EXPIRED, f->seen[0]->login);
    fleet_stop(f);
}

/* ---- coming and going ---- */

static void upgraded_behind_our_back(void **state)
{
    struct fleet *f = ready("version '5.27.1'");

    fleet_say(f, "0 drop");
    fleet_run(f, NULL, 30);
    fleet_ask(f, 0, STMT_DATABASES, 3000, &last);
    fleet_run(f, NULL, 300);
    fleet_reaches(f, PHASE_UP);
    assert_string_equal("5.27.1", f->seen[0]->version);
    ask(f, STMT_DATABASES, 3000, ERR_NONE, "");
    fleet_stop(f);
}

static void gone_and_back(void **state)
{
    struct fleet *f = ready(NULL);

    fleet_say(f, "0 close");
    fleet_ask(f, 0, STMT_DATABASES, 3000, &last);
    fleet_reaches(f, PHASE_DOWN);
    assert_non_null(strstr(f->seen[0]->message, "refused"));
    fleet_say(f, "0 open");
    after_it_all_is_well(f);
    fleet_stop(f);
}

/* Stopped in the middle of everything: every ticket is answered, nothing is leaked, and who was logged in says goodbye. */
static void ends_at_any_time(void **state)
{
    static const char *const knobs[] = {"bolt ''",          "bolt 'silent'", "bolt 'login_hangs'", "bolt 'stops_in_pull'",
                                        "bolt 'reset_hangs'", "rows 100000"};

    for (size_t n = 0; n < 6; n++)
        for (int ms = 0; ms < 40; ms += 7) {
            struct fleet *f = ms % 2 ? ready(knobs[n]) : fleet_started(true, knobs[n]);
            struct got g[3];
            fleet_ask(f, 0, STMT_DATABASES, 10, &g[0]);
            ticket t = fleet_ask(f, 0, STMT_TRANSACTIONS, 5000, &g[1]);
            fleet_ask(f, 0, STMT_INDEXES, 5000, &g[2]);
            fleet_run(f, NULL, ms);
            if (ms > 20)
                port_cancel(&f->ask, t);
            if (ms > 30)
                link_hold(f->link, 0, "not now");
            fleet_stop(f);
            for (int k = 0; k < 3; k++)
                assert_int_equal(1, g[k].replies);
        }
}

static void says_goodbye(void **state)
{
    struct fleet *f = ready(NULL);

    link_free(f->link);
    f->link = link_new(f->loop, f->http);
    f->ask = link_port(f->link);
    fleet_run(f, NULL, 100);
    assert_true(fleet_say(f, "0 get goodbyes") >= 1);
    fleet_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_have_words),
        cmocka_unit_test(never_answers),
        cmocka_unit_test(versions),
        cmocka_unit_test(every_cut),
        cmocka_unit_test(faults_within),
        cmocka_unit_test(one_login_for_all),
        cmocka_unit_test(signs_of_life_are_missed),
        cmocka_unit_test(fifty_missed_deadlines_leave_nothing),
        cmocka_unit_test(not_again_until_it_has_ended),
        cmocka_unit_test(cancelled_and_asked_again),
        cmocka_unit_test(wrong_password_is_tried_once),
        cmocka_unit_test(changed_behind_our_back),
        cmocka_unit_test(changed_while_connecting),
        cmocka_unit_test(cancelled_while_logging_in),
        cmocka_unit_test(other_logins),
        cmocka_unit_test(expired_by_failure),
        cmocka_unit_test(upgraded_behind_our_back),
        cmocka_unit_test(gone_and_back),
        cmocka_unit_test(ends_at_any_time),
        cmocka_unit_test(says_goodbye),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
