#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "port/fault.h"
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

static ticket ask(struct fault *f, enum statement_id id, uint32_t instance, struct heard *h)
{
    struct port p = fault_port(f);
    struct param param = {"id", v_text("x")};
    return port_submit(&p, &(struct ask){.kind = ASK_STATEMENT, .instance = instance,
                                         .u.statement = {.id = id, .params = &param, .nparams = 1}}, hear, h);
}

static void rules_strike_whom_they_name(void **state)
{
    static const struct fault_rule rules[] = {
        {FAULT_DELAY, STMT_TRANSACTIONS, 1, 1, 500, ERR_NONE, NULL},
        {FAULT_DROP, STMT_DATABASES, INSTANCE_NONE, 0, 0, ERR_NONE, NULL},
        {FAULT_FAIL, STMT_NONE, 2, 0, 10, ERR_PRIVILEGE, "no"},
    };
    struct fakeport inner = {0};
    struct heard late = {0}, again = {0}, free_one = {0}, dropped = {0}, failed = {0}, other = {0};

    clock_freeze(1000);
    struct fault *f = fault_new(fakeport_of(&inner), rules, 3);
    assert_int_equal(fault_step(f, clock_mono_ms()), -1);
    ticket t = ask(f, STMT_TRANSACTIONS, 1, &late);
    ask(f, STMT_TRANSACTIONS, 1, &again); /* the rule strikes once */
    ask(f, STMT_TRANSACTIONS, 0, &free_one);
    ask(f, STMT_DATABASES, 0, &dropped);
    ask(f, STMT_CONNECTIONS, 2, &failed);
    struct port p = fault_port(f);
    port_submit(&p, &(struct ask){.kind = ASK_STATE, .instance = 2}, hear, &other);
    assert_int_equal(inner.n, 3);
    assert_int_equal(fault_step(f, clock_mono_ms()), 10);
    clock_advance(10);
    assert_int_equal(fault_step(f, clock_mono_ms()), 490);
    assert_int_equal(failed.kind, ERR_PRIVILEGE);
    clock_advance(490);
    fault_step(f, clock_mono_ms());
    assert_int_equal(inner.n, 4);
    assert_string_equal(value_str(inner.asks[3].ask.u.statement.params[0].value, ""), "x");
    assert_int_equal(late.calls, 0);
    fake_reply(&inner, inner.asks[3].id, (struct reply){.last = true});
    assert_int_equal(late.last, 1);
    assert_true(late.id == t);
    clock_advance(statement_deadline_ms(STMT_DATABASES));
    assert_int_equal(fault_step(f, clock_mono_ms()), -1);
    assert_int_equal(dropped.kind, ERR_TIMEOUT);
    assert_int_equal(dropped.last, 1);
    fault_free(f);
    fakeport_release(&inner);
}

static void a_cancelled_one_answers_once(void **state)
{
    static const struct fault_rule rules[] = {{FAULT_DELAY, STMT_NONE, INSTANCE_NONE, 0, 500, ERR_NONE, NULL}};
    struct fakeport inner = {0};
    struct heard held = {0}, passed = {0}, left = {0}, out = {0};

    clock_freeze(1000);
    struct fault *f = fault_new(fakeport_of(&inner), rules, 1);
    struct port p = fault_port(f);
    ticket a = ask(f, STMT_TRANSACTIONS, 0, &held);
    port_cancel(&p, a);
    assert_int_equal(held.calls, 0);
    fault_step(f, clock_mono_ms());
    assert_int_equal(held.kind, ERR_CANCELLED);
    ticket b = ask(f, STMT_TRANSACTIONS, 0, &passed);
    ask(f, STMT_CONNECTIONS, 0, &out);
    clock_advance(500);
    fault_step(f, clock_mono_ms());
    assert_int_equal(inner.n, 2);
    port_cancel(&p, b);
    assert_true(fake_waiting(&inner, ASK_STATEMENT, STMT_TRANSACTIONS, 0)->cancelled);
    fake_settle_cancelled(&inner);
    assert_int_equal(passed.last, 1);
    assert_true(passed.id == b);
    ask(f, STMT_TRANSACTIONS, 0, &left);
    fault_free(f);
    assert_int_equal(left.last, 1);
    fake_reply(&inner, fake_waiting(&inner, ASK_STATEMENT, STMT_CONNECTIONS, 0)->id, (struct reply){.last = true});
    assert_int_equal(out.last, 1); /* after the injector is gone */
    fakeport_release(&inner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_strike_whom_they_name),
        cmocka_unit_test(a_cancelled_one_answers_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
