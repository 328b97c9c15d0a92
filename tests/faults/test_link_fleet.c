/* Many instances, some of them dead: they must cost little and hold nobody up. */
#include "fleet.h"

enum { INSTANCES = 1000, SERVERS = 20 };

static unsigned answered;
static int64_t worst_ms;
static int64_t asked_at[INSTANCES];

static void on_reply(void *ctx, const struct reply *r)
{
    int64_t took = clock_mono_ms() - *(int64_t *)ctx;

    answered++;
    if (r->err)
        fail_msg("%s", r->err->words);
    if (took > worst_ms)
        worst_ms = took;
}

static bool all_known(struct fleet *f)
{
    for (unsigned i = 0; i < INSTANCES; i++) {
        enum phase p = f->seen[i]->phase == PHASE_SLOW ? PHASE_UP : f->seen[i]->phase; /* the machine may be busy */
        if (p != (i % 5 == 4 ? PHASE_DOWN : PHASE_UP))
            return false;
    }
    return true;
}

static bool all_answered(struct fleet *f)
{
    return answered == INSTANCES - INSTANCES / 5;
}

static struct fleet *thousand(void)
{
    struct fleet *f = x_malloc(sizeof *f);

    fleet_start(f, SERVERS);
    fleet_link(f, true);
    for (unsigned i = 0; i < INSTANCES; i++) {
        char name[32], base[64];
        const struct link_instance spec = {.name = name, .base = base, .credential = f->credential};
        snprintf(name, sizeof name, "db-%u", i);
        snprintf(base, sizeof base, "http://127.0.0.1:%d", i % 5 == 4 ? 1 : f->port[i % SERVERS]);
        fleet_watch(f, link_add(f->link, &spec));
    }
    return f;
}

/* Of what link/ itself keeps: the sanitizers' malloc would count its own needs, so the structs are counted. */
static void an_instance_is_small(void **state)
{
    assert_true(sizeof(struct instance) + sizeof(struct flight) + sizeof(struct subscriber) < 8192);
}

static void dead_ones_hold_nobody_up(void **state)
{
    struct fleet *f = thousand();

    fleet_password(f, "right");
    link_start(f->link);
    int64_t start = clock_mono_ms();
    assert_true(fleet_run(f, all_known, 60000));
    print_message("1000 instances known after %lld ms\n", (long long)(clock_mono_ms() - start));
    assert_true(fleet_run(f, settled, 60000)); /* a last state may be told a turn later */
    for (unsigned i = 0; i < INSTANCES; i++) {
        const struct ask a = {.kind = ASK_STATEMENT, .instance = i, .u.statement = {.id = STMT_DATABASES}};
        asked_at[i] = clock_mono_ms();
        if (i % 5 != 4)
            port_submit(&f->ask, &a, on_reply, &asked_at[i]);
    }
    assert_true(fleet_run(f, all_answered, 30000));
    print_message("800 answers, the last after %lld ms\n", (long long)worst_ms);
    fleet_stop(f);
}

/* With nothing asked and nobody dead no timer may be left: an idle link does not wake the process. */
static void idle_sets_no_timer(void **state)
{
    struct fleet *f = fleet_new(SERVERS, true);

    fleet_password(f, "right");
    link_start(f->link);
    assert_true(fleet_run(f, all_up, 10000));
    fleet_run(f, NULL, 1500); /* the session's own questions and the last latency are told */
    for (unsigned i = 0; i < SERVERS; i++)
        assert_int_equal(0, f->link->instances[i]->timer_due);
    assert_false(f->link->soon_set);
    fleet_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_instance_is_small),
        cmocka_unit_test(idle_sets_no_timer),
        cmocka_unit_test(dead_ones_hold_nobody_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
