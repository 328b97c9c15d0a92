/* Statements that miss their deadline: a server that goes on working on them must never hold more than one of a kind. */
#include "fleet.h"

static struct got last;
static unsigned missed, busy, other;
static ticket open_ticket;

static void again(void *ctx, const struct reply *r);

static void send_one(struct fleet *f)
{
    const struct ask a = {.kind = ASK_STATEMENT, .deadline_ms = 60, .u.statement = {.id = STMT_TRANSACTIONS}};

    open_ticket = port_submit(&f->ask, &a, again, f);
}

/* An impatient caller: asks again the moment it has an answer, whatever that is. */
static void again(void *ctx, const struct reply *r)
{
    enum err_kind kind = r->err ? r->err->kind : ERR_NONE;

    missed += kind == ERR_TIMEOUT;
    busy += kind == ERR_BUSY;
    other += kind != ERR_TIMEOUT && kind != ERR_BUSY;
    if (kind == ERR_BUSY)
        assert_true(strstr(r->err->words, "still running on the server") || strstr(r->err->words, "some rest"));
    if (kind != ERR_CANCELLED)
        send_one(ctx);
}

static bool missed_fifty(struct fleet *f)
{
    return missed >= 50;
}

static void count_misses(struct fleet *f)
{
    missed = busy = other = 0;
    send_one(f);
    if (!fleet_run(f, missed_fifty, 60000))
        fail_msg("%u missed, %u busy, %u other, phase %d '%s'", missed, busy, other, f->seen[0]->phase, f->seen[0]->message);
    assert_int_equal(0, other);
}

static struct fleet *hanging_server(const char *version)
{
    struct fleet *f = fleet_new(1, true);

    fleet_pace(f, 100);
    f->link->pace.check_max = 40;
    fleet_say(f, "0 set version '%s'", version);
    fleet_password(f, "right");
    link_start(f->link);
    assert_true(fleet_run(f, all_up, 5000));
    fleet_run(f, NULL, 50); /* the session's own questions */
    return f;
}

/* Each works 3 times as long as its client waits. */
static void fifty_missed_deadlines_leave_one(void **state)
{
    struct fleet *f = hanging_server("5.26.30");

    fleet_say(f, "0 set hold 'activeLockCount'");
    fleet_say(f, "0 set hold_s 0.18");
    count_misses(f);
    assert_int_equal(1, fleet_say(f, "0 get held_peak"));
    assert_true(fleet_say(f, "0 get lists") >= 50); /* seen to be gone, each of them */
    assert_true(fleet_say(f, "0 get limits") >= 50); /* and the server was told the limit */
    fleet_stop(f);
}

/* One that hangs for ever is asked for once, however long and often it is wanted, and looked for ever more rarely. */
static void one_for_ever_is_never_doubled(void **state)
{
    struct fleet *f = hanging_server("5.26.30");

    f->link->pace.check_max = 600;
    fleet_say(f, "0 set hold 'activeLockCount'");
    fleet_say(f, "0 set hold_s 3600.0");
    missed = busy = other = 0;
    send_one(f);
    fleet_run(f, NULL, 3000);
    assert_int_equal(1, missed);
    assert_true(busy > 100);
    assert_int_equal(1, fleet_say(f, "0 get held"));
    assert_true(fleet_say(f, "0 get lists") >= 3);
    assert_true(fleet_say(f, "0 get lists") <= 14);
    fleet_stop(f);
}

/* Where nothing can be listed the deadline and a grace must be over, doubled with each miss. */
static void without_a_list_time_must_pass(void **state)
{
    struct fleet *f = hanging_server("5.26.30");

    fleet_say(f, "0 set list 'error'");
    fleet_say(f, "0 set hold 'activeLockCount'");
    fleet_say(f, "0 set hold_s 0.12");
    missed = busy = other = 0;
    send_one(f);
    fleet_run(f, NULL, 2500);
    assert_true(missed >= 3);
    assert_int_equal(1, fleet_say(f, "0 get held_peak"));
    fleet_stop(f);
}

static bool replied(struct fleet *f)
{
    return last.replies > 0;
}

/* A reading statement of the same kind with other parameters is no lighter; a changing one is another matter. */
static void others_of_its_kind(void **state)
{
    struct fleet *f = hanging_server("5.26.30");
    const struct param one = {"id", v_text("neo4j-transaction-1")}, two = {"id", v_text("neo4j-transaction-2")};
    struct ask a = {.kind = ASK_STATEMENT, .deadline_ms = 60, .u.statement = {STMT_TRANSACTION, NULL, NULL, &one, 1}};

    f->link->pace.check_first = 60000; /* nobody looks */
    fleet_say(f, "0 set hold 'TRANSACTIONS'");
    fleet_say(f, "0 set hold_s 3600.0");
    last = (struct got){0};
    port_submit(&f->ask, &a, got_reply, &last);
    assert_true(fleet_run(f, replied, 3000));
    assert_int_equal(ERR_TIMEOUT, last.kind);
    a.u.statement.params = &two;
    last = (struct got){0};
    port_submit(&f->ask, &a, got_reply, &last);
    assert_true(fleet_run(f, replied, 3000));
    assert_int_equal(ERR_BUSY, last.kind);
    assert_int_equal(1, fleet_say(f, "0 get held"));

    a.u.statement.id = STMT_KILL_TRANSACTION;
    last = (struct got){0};
    port_submit(&f->ask, &a, got_reply, &last);
    assert_true(fleet_run(f, replied, 3000));
    assert_int_equal(ERR_TIMEOUT, last.kind);
    a.u.statement.params = &one;
    last = (struct got){0};
    port_submit(&f->ask, &a, got_reply, &last);
    assert_true(fleet_run(f, replied, 3000));
    assert_int_equal(ERR_TIMEOUT, last.kind); /* sent: the kill of another one */
    last = (struct got){0};
    port_submit(&f->ask, &a, got_reply, &last);
    assert_true(fleet_run(f, replied, 3000));
    assert_int_equal(ERR_BUSY, last.kind); /* not sent twice */
    assert_int_equal(3, fleet_say(f, "0 get held"));
    /* three are on the server: no reading one joins them */
    fleet_ask(f, 0, STMT_DATABASES, 0, &last);
    assert_true(fleet_run(f, replied, 3000));
    assert_int_equal(ERR_BUSY, last.kind);
    fleet_stop(f);
}

/* A statement whose asker left runs to its end on its connection; the next asker waits for that. */
static void cancel_does_not_double(void **state)
{
    struct fleet *f = hanging_server("5.26.30");
    struct got first, second;

    fleet_say(f, "0 set hold 'activeLockCount'");
    fleet_say(f, "0 set hold_s 0.2");
    ticket t = fleet_ask(f, 0, STMT_TRANSACTIONS, 0, &first);
    fleet_run(f, NULL, 60);
    fleet_ask(f, 0, STMT_TRANSACTIONS, 0, &last);
    fleet_run(f, NULL, 20);
    assert_int_equal(ERR_BUSY, last.kind);
    port_cancel(&f->ask, t);
    port_cancel(&f->ask, t);
    assert_int_equal(0, first.replies);
    fleet_ask(f, 0, STMT_TRANSACTIONS, 0, &second);
    fleet_run(f, NULL, 20);
    assert_int_equal(1, first.replies);
    assert_int_equal(ERR_CANCELLED, first.kind);
    assert_int_equal(0, second.replies);
    fleet_run(f, NULL, 600);
    assert_int_equal(1, second.replies);
    assert_int_equal(ERR_NONE, second.kind);
    assert_int_equal(1, fleet_say(f, "0 get held_peak"));
    assert_int_equal(2, fleet_say(f, "0 get held"));
    assert_int_equal(1, first.replies);
    fleet_stop(f);
}

/* A cut connection is no proof of an end either. */
static void a_cut_is_looked_for(void **state)
{
    struct fleet *f = hanging_server("5.26.30");
    struct got g;

    f->link->pace.check_first = 60000;
    fleet_say(f, "0 set hold 'activeLockCount'");
    fleet_say(f, "0 set hold_s 0.3");
    fleet_say(f, "0 set early True"); /* or libcurl would ask again by itself */
    fleet_ask(f, 0, STMT_TRANSACTIONS, 0, &g);
    fleet_run(f, NULL, 80);
    fleet_say(f, "0 set early False");
    fleet_say(f, "0 drop");
    fleet_run(f, NULL, 80);
    assert_int_equal(ERR_UNREACHABLE, g.kind);
    fleet_run(f, all_up, 3000);
    fleet_ask(f, 0, STMT_TRANSACTIONS, 0, &g);
    fleet_run(f, NULL, 20);
    assert_int_equal(ERR_BUSY, g.kind);
    fleet_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fifty_missed_deadlines_leave_one), cmocka_unit_test(one_for_ever_is_never_doubled),
        cmocka_unit_test(without_a_list_time_must_pass),    cmocka_unit_test(others_of_its_kind),
        cmocka_unit_test(cancel_does_not_double),           cmocka_unit_test(a_cut_is_looked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
