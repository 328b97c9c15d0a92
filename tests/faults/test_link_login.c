/* Logins against servers that count the wrong ones. */
#include "fleet.h"

#define N 20

static long refusals_at_worst(struct fleet *f)
{
    return fleet_say(f, "all max refused");
}

static bool all_refused(struct fleet *f)
{
    for (unsigned i = 0; i < f->n; i++)
        if (f->seen[i]->login != LOGIN_REFUSED || f->seen[i]->phase == PHASE_CONNECTING)
            return false;
    return true;
}

static void wrong_password_is_tried_once(void **state)
{
    struct fleet *f = fleet_new(N, true);

    fleet_password(f, "wrong");
    link_start(f->link);
    assert_true(fleet_run(f, all_refused, 5000));
    assert_false(fleet_run(f, NULL, 300));
    assert_int_equal(1, fleet_say(f, "all sum logins"));
    unsigned naming = 0;
    for (unsigned i = 0; i < N; i++) {
        assert_non_null(strstr(f->seen[i]->message, "refused the login of user 'neo4j'"));
        assert_non_null(strstr(f->seen[i]->message, ":password"));
        assert_int_equal(0, f->seen[i]->next_try_ms);
        naming += strstr(f->seen[i]->message, "'db-0'") != NULL;
    }
    assert_true(naming == 0 || naming == N); /* all name the same one */
    fleet_password(f, "right");
    assert_true(fleet_run(f, all_up, 5000));
    assert_int_equal(1, fleet_say(f, "all sum refused"));
    assert_true(fleet_say(f, "0 get at_once_peak") <= 2);
    fleet_stop(f);
}

/* --- the password changes while everybody polls --------------------------------------------------------------------- */

struct poller {
    struct fleet *f;
    uint32_t instance;
    enum statement_id id;
    bool stopped;
};

static struct poller pollers[N * 3];
static long logins_at_refusal, under_way_at_refusal;
static bool was_refused;

static void poll_reply(void *ctx, const struct reply *r);

static void poll_once(struct poller *p)
{
    const struct ask a = {.kind = ASK_STATEMENT, .instance = p->instance, .u.statement = {.id = p->id}};

    port_submit(&p->f->ask, &a, poll_reply, p);
}

static void poll_reply(void *ctx, const struct reply *r)
{
    struct poller *p = ctx;

    if (!r->err) {
        poll_once(p);
        return;
    }
    if (r->err->kind != ERR_CANCELLED)
        assert_int_equal(ERR_LOGIN, r->err->kind);
    p->stopped = true;
    if (was_refused)
        return;
    was_refused = true;
    for (unsigned i = 0; i < N; i++)
        under_way_at_refusal += (long)p->f->link->instances[i]->nrunning;
    logins_at_refusal = fleet_say(p->f, "all sum logins");
}

static bool all_stopped(struct fleet *f)
{
    for (unsigned n = 0; n < N * 3; n++)
        if (!pollers[n].stopped)
            return false;
    return true;
}

static bool busy_for_long(struct fleet *f)
{
    return fleet_say(f, "all sum statements") > N * 20;
}

static void password_changes_while_all_poll(void **state)
{
    static const enum statement_id ids[] = {STMT_TRANSACTIONS, STMT_DATABASES, STMT_CONNECTIONS};
    struct fleet *f = fleet_new(N, true);

    fleet_say(f, "all set delay_s 0.01");
    fleet_password(f, "right");
    link_start(f->link);
    assert_true(fleet_run(f, all_up, 5000));
    for (unsigned n = 0; n < N * 3; n++) {
        pollers[n] = (struct poller){.f = f, .instance = n / 3, .id = ids[n % 3]};
        poll_once(&pollers[n]);
    }
    assert_true(fleet_run(f, busy_for_long, 10000));
    fleet_say(f, "all set refuse_s 0.05"); /* time enough to send too many */
    fleet_say(f, "all set password 'changed'");
    assert_true(fleet_run(f, all_stopped, 10000));
    fleet_run(f, NULL, 300);
    assert_true(was_refused);
    assert_true(fleet_say(f, "all sum logins") <= logins_at_refusal + under_way_at_refusal);
    assert_true(refusals_at_worst(f) >= 1);
    assert_true(refusals_at_worst(f) <= 2);
    assert_int_equal(0, fleet_say(f, "all sum locked"));
    long before = fleet_say(f, "all sum logins");
    fleet_run(f, NULL, 500);
    assert_int_equal(before, fleet_say(f, "all sum logins"));
    fleet_stop(f);
}

/* --- states of a login ---------------------------------------------------------------------------------------------- */

static enum login wanted;

static bool login_is_wanted(struct fleet *f)
{
    return f->seen[0]->login == wanted && f->seen[0]->phase != PHASE_CONNECTING;
}

static void reaches(struct fleet *f, enum login l)
{
    wanted = l;
    if (!fleet_run(f, login_is_wanted, 5000))
        fail_msg("login is %d, phase %d, '%s', wanted %d", f->seen[0]->login, f->seen[0]->phase, f->seen[0]->message, l);
}

static void waits_for_the_password(void **state)
{
    struct fleet *f = fleet_new(1, true);

    link_start(f->link);
    fleet_run(f, NULL, 150);
    assert_false(link_settled(f->link));
    assert_int_equal(0, fleet_say(f, "0 get logins"));
    assert_string_equal("waits for the password", f->seen[0]->message);
    credential_failed(f->link, f->credential, "pass: no such entry");
    reaches(f, LOGIN_NEEDED);
    assert_true(link_settled(f->link));
    assert_non_null(strstr(f->seen[0]->message, "pass: no such entry"));
    assert_non_null(strstr(f->seen[0]->message, ":password"));
    assert_int_equal(0, fleet_say(f, "0 get logins"));
    fleet_password(f, "right");
    reaches(f, LOGIN_OK);
    credential_set(f->link, f->credential, NULL);
    reaches(f, LOGIN_NEEDED);
    fleet_stop(f);
}

static void needed_without_a_credential(void **state)
{
    struct fleet *f = fleet_new(1, false);
    struct got g;

    link_start(f->link);
    reaches(f, LOGIN_NEEDED);
    assert_true(link_settled(f->link));
    fleet_ask(f, 0, STMT_DATABASES, 0, &g);
    fleet_run(f, NULL, 20);
    assert_int_equal(ERR_LOGIN, g.kind);
    fleet_stop(f);
}

static void disabled_authentication_is_seen(void **state)
{
    struct fleet *f = fleet_new(1, true);

    fleet_say(f, "0 set auth False");
    fleet_password(f, "anything");
    link_start(f->link);
    reaches(f, LOGIN_OFF);
    assert_true(all_up(f));
    fleet_stop(f);

    f = fleet_new(1, false);
    fleet_say(f, "0 set auth False");
    link_start(f->link);
    reaches(f, LOGIN_OFF);
    fleet_stop(f);
}

static void locked_is_tried_again_by_itself(void **state)
{
    struct fleet *f = fleet_new(2, true);

    fleet_pace(f, 20);
    fleet_say(f, "0 set locked_until 1e12");
    fleet_password(f, "right");
    link_start(f->link);
    reaches(f, LOGIN_LOCKED);
    assert_true(f->seen[0]->next_try_ms > clock_wall_ms());
    fleet_run(f, settled, 2000);
    assert_int_equal(LOGIN_OK, f->seen[1]->login); /* the lock is of one server */
    fleet_say(f, "0 set locked_until 0");
    reaches(f, LOGIN_OK);
    assert_int_equal(0, fleet_say(f, "all sum refused"));
    fleet_stop(f);
}

static void locked_and_refused_waits_for_a_person(void **state)
{
    struct fleet *f = fleet_new(2, true);
    struct got g;

    fleet_pace(f, 20);
    fleet_say(f, "0 set locked_until 1e12");
    fleet_say(f, "1 set password 'other'");
    fleet_password(f, "right");
    link_start(f->link);
    wanted = LOGIN_REFUSED;
    assert_true(fleet_run(f, all_refused, 5000));
    fleet_say(f, "0 set locked_until 0");
    long before = fleet_say(f, "all sum logins");
    fleet_run(f, NULL, 800); /* more than the lock's wait at this pace */
    assert_int_equal(before, fleet_say(f, "all sum logins"));
    fleet_retry(f, 0, &g);
    fleet_run(f, NULL, 20);
    assert_int_equal(1, g.replies);
    wanted = LOGIN_REFUSED;
    fleet_run(f, all_refused, 2000);
    assert_int_equal(2, fleet_say(f, "1 get refused")); /* once each time a person said so */
    fleet_stop(f);
}

static void expired_stops_polling(void **state)
{
    struct fleet *f = fleet_new(1, true);
    struct got g, kill;

    fleet_say(f, "0 set expired True");
    fleet_password(f, "right");
    link_start(f->link);
    reaches(f, LOGIN_EXPIRED);
    long before = fleet_say(f, "0 get logins");
    fleet_ask(f, 0, STMT_DATABASES, 0, &g);
    fleet_run(f, NULL, 300);
    assert_int_equal(ERR_LOGIN, g.kind);
    assert_int_equal(before, fleet_say(f, "0 get logins"));
    fleet_say(f, "0 set expired False");
    fleet_ask(f, 0, STMT_KILL_CONNECTION, 0, &kill); /* a changing one passes: one of them changes the password */
    fleet_run(f, NULL, 300);
    assert_int_equal(ERR_NONE, kill.kind);
    fleet_password(f, "right");
    reaches(f, LOGIN_OK);
    fleet_stop(f);
}

/* Expired while it polls. */
static void expires_later(void **state)
{
    struct fleet *f = fleet_new(1, true);
    struct got g;

    fleet_password(f, "right");
    link_start(f->link);
    reaches(f, LOGIN_OK);
    fleet_say(f, "0 set expired True");
    fleet_ask(f, 0, STMT_DATABASES, 0, &g);
    reaches(f, LOGIN_EXPIRED); /* it may be the session's own question that tells it */
    for (int n = 0; n < 200 && !g.replies; n++)
        fleet_run(f, NULL, 10);
    assert_int_equal(ERR_LOGIN, g.kind);
    fleet_stop(f);
}

/* A new password of a login that is in use is proven by one instance before the others use it. */
static void new_secret_is_proven_alone(void **state)
{
    struct fleet *f = fleet_new(N, true);
    struct got g;

    fleet_password(f, "right");
    link_start(f->link);
    assert_true(fleet_run(f, all_up, 5000));
    fleet_say(f, "all reset");
    fleet_password(f, "mistyped");
    fleet_ask(f, 3, STMT_DATABASES, 0, &g); /* waits for the new login, fails with it */
    assert_true(fleet_run(f, all_refused, 5000));
    fleet_run(f, NULL, 200);
    assert_int_equal(1, fleet_say(f, "all sum refused"));
    assert_int_equal(ERR_LOGIN, g.kind);
    fleet_say(f, "all set password 'mistyped'");
    fleet_retry(f, 7, &g);
    assert_true(fleet_run(f, all_up, 5000));
    fleet_stop(f);
}

/* What was handed over before may not have left yet: it is cut, but for what changes something. */
static void under_way_elsewhere_is_cut(void **state)
{
    struct fleet *f = fleet_new(2, true);
    struct got reading, changing, refused;

    fleet_password(f, "right");
    link_start(f->link);
    assert_true(fleet_run(f, all_up, 5000));
    fleet_run(f, NULL, 100);
    fleet_say(f, "1 set delay_s 0.6");
    fleet_say(f, "0 set password 'changed'");
    fleet_ask(f, 1, STMT_DATABASES, 0, &reading);
    fleet_ask(f, 1, STMT_KILL_CONNECTION, 0, &changing);
    fleet_run(f, NULL, 50);
    fleet_ask(f, 0, STMT_DATABASES, 0, &refused);
    assert_true(fleet_run(f, all_refused, 5000));
    fleet_run(f, NULL, 50);
    assert_int_equal(ERR_LOGIN, refused.kind);
    assert_int_equal(1, reading.replies);
    assert_int_equal(ERR_LOGIN, reading.kind);
    assert_int_equal(0, changing.replies);
    fleet_run(f, NULL, 1000);
    assert_int_equal(1, changing.replies);
    assert_int_equal(ERR_NONE, changing.kind);
    fleet_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_password_is_tried_once),
        cmocka_unit_test(password_changes_while_all_poll),
        cmocka_unit_test(waits_for_the_password),
        cmocka_unit_test(needed_without_a_credential),
        cmocka_unit_test(disabled_authentication_is_seen),
        cmocka_unit_test(locked_is_tried_again_by_itself),
        cmocka_unit_test(locked_and_refused_waits_for_a_person),
        cmocka_unit_test(expired_stops_polling),
        cmocka_unit_test(expires_later),
        cmocka_unit_test(new_secret_is_proven_alone),
        cmocka_unit_test(under_way_elsewhere_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
