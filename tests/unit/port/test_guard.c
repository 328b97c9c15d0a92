#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "port/guard.h"
#include "support/fakeport.h"

struct heard {
    int calls, last;
    enum err_kind kind;
    ticket id;
};

static void hear(void *ctx, const struct reply *r)
{
    struct heard *h = ctx;
    h->calls++;
    h->last += r->last;
    h->kind = r->err ? r->err->kind : ERR_NONE;
    h->id = r->id;
}

static bool second_is_read_only(void *data, uint32_t instance)
{
    return instance == 1;
}

struct setup {
    struct fakelater later;
    struct fakeport inner;
    struct guard *guard;
    struct port port;
};

static int begin(void **state)
{
    struct setup *s = x_calloc(1, sizeof *s);
    s->guard = guard_new(fakeport_of(&s->inner), fakelater_of(&s->later), second_is_read_only, NULL);
    s->port = guard_port(s->guard);
    *state = s;
    return 0;
}

static int end(void **state)
{
    struct setup *s = *state;
    guard_free(s->guard);
    fakelater_run(&s->later);
    fakeport_release(&s->inner);
    free(s);
    return 0;
}

/* The guard must go by the table: every row is tried on both instances, and ids that no table has. */
static void only_reading_rows_pass(void **state)
{
    struct setup *s = *state;

    for (unsigned id = 0; id < NSTATEMENTS + 3u; id++) {
        for (uint32_t instance = 0; instance < 2; instance++) {
            struct heard h = {0};
            size_t before = s->inner.n;
            struct ask a = {.kind = ASK_STATEMENT, .instance = instance, .u.statement = {.id = (enum statement_id)id}};
            ticket t = port_submit(&s->port, &a, hear, &h);
            bool passes = instance == 0 || statement_effect((enum statement_id)id) == EFFECT_READS;
            assert_int_equal(h.calls, 0); /* never from inside */
            assert_int_equal(s->inner.n - before, passes ? 1 : 0);
            fakelater_run(&s->later);
            assert_int_equal(h.calls, passes ? 0 : 1);
            if (!passes) {
                assert_int_equal(h.kind, ERR_READ_ONLY);
                assert_int_equal(h.last, 1);
                assert_true(h.id == t);
            }
        }
    }
    assert_int_equal(statement_effect(STMT_NONE), EFFECT_CHANGES);
    assert_int_equal(statement_effect(NSTATEMENTS), EFFECT_CHANGES);
}

static void the_table_says_what_changes(void **state)
{
    for (int id = STMT_NONE + 1; id < NSTATEMENTS; id++) {
        const char *name = statement_name(id);
        bool kills = strncmp(name, "KILL", 4) == 0;
        assert_int_equal(statement_effect(id), kills ? EFFECT_CHANGES : EFFECT_READS);
        assert_int_equal(statement_by_name(name), id);
        assert_true(statement_deadline_ms(id) > 0);
    }
    assert_int_equal(statement_by_name("NOPE"), STMT_NONE);
    assert_string_equal(statement_name(STMT_NONE), "");
}

static void other_kinds_pass(void **state)
{
    struct setup *s = *state;
    static const enum ask_kind kinds[] = {ASK_STATE, ASK_RETRY, ASK_HISTORY, ASK_REMEMBER, ASK_RECALL};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct heard h = {0};
        port_submit(&s->port, &(struct ask){.kind = kinds[i], .instance = 1}, hear, &h);
        assert_int_equal(s->inner.n, i + 1);
    }
    struct audit line = {.action = "kill"};
    port_submit(&s->port, &(struct ask){.kind = ASK_AUDIT, .instance = 1, .u.audit = &line}, hear, NULL);
    assert_non_null(fake_waiting(&s->inner, ASK_AUDIT, STMT_NONE, 1));
}

static void a_cancelled_refusal_still_answers_once(void **state)
{
    struct setup *s = *state;
    struct heard h = {0}, g = {0};
    struct ask bad = {.kind = ASK_STATEMENT, .instance = 1, .u.statement = {.id = STMT_NONE}};
    struct ask good = {.kind = ASK_STATEMENT, .instance = 1, .u.statement = {.id = STMT_COMPONENTS}};

    ticket t = port_submit(&s->port, &bad, hear, &h), u = port_submit(&s->port, &good, hear, &g);
    port_cancel(&s->port, t);
    port_cancel(&s->port, u);
    port_cancel(&s->port, 77);
    fakelater_run(&s->later);
    assert_int_equal(h.calls, 1);
    assert_int_equal(h.kind, ERR_CANCELLED);
    assert_true(s->inner.asks[0].cancelled);

    ticket open = port_submit(&s->port, &bad, hear, &h); /* answered when the guard goes */
    assert_true(open != t);
    guard_free(s->guard);
    s->guard = NULL;
    assert_int_equal(h.calls, 2);
    assert_int_equal(h.kind, ERR_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_reading_rows_pass, begin, end),
        cmocka_unit_test(the_table_says_what_changes),
        cmocka_unit_test_setup_teardown(other_kinds_pass, begin, end),
        cmocka_unit_test_setup_teardown(a_cancelled_refusal_still_answers_once, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
