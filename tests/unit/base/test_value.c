#include "support/cm.h"

#include <math.h>

#include "base/value.h"

static void it_is_sixteen_bytes(void **state)
{
    assert_int_equal(sizeof(struct value), 16);
    assert_int_equal(v_text(NULL).type, V_ABSENT);
    assert_int_equal(v_text(NULL).absent, ABSENT_NULL);
    assert_int_equal(v_absent(ABSENT_ENTERPRISE).absent, ABSENT_ENTERPRISE);
}

static void reading_falls_back(void **state)
{
    assert_int_equal(value_i64(v_int(7), -1), 7);
    assert_int_equal(value_i64(v_bool(true), -1), 1);
    assert_int_equal(value_i64(v_float(2.9), -1), 2);
    assert_int_equal(value_i64(v_float(-2.9), -1), -2);
    assert_int_equal(value_i64(v_float(1e300), -1), -1);
    assert_int_equal(value_i64(v_float(NAN), -1), -1);
    assert_int_equal(value_i64(v_text("7"), -1), -1);
    assert_int_equal(value_i64(v_duration(5), -1), 5);
    assert_string_equal(value_str(v_text("x"), "-"), "x");
    assert_string_equal(value_str(v_int(1), "-"), "-");
}

/* Each one is smaller than all that follow. */
static void the_order_is_total(void **state)
{
    const struct value one[] = {v_int(1)}, two[] = {v_int(1), v_int(2)};
    const struct value order[] = {
        v_float(-INFINITY),
        v_int(INT64_MIN),
        v_float(-1.5),
        v_int(-1),
        v_bool(false),
        v_float(0.5),
        v_int(1),
        v_time(2),
        v_duration(3),
        v_int(INT64_C(9007199254740993)),
        v_float(9007199254740994.0),
        v_int(INT64_C(9007199254740995)),
        v_int(INT64_MAX),
        v_float(0x1p63),
        v_float(INFINITY),
        v_float(NAN),
        v_text(""),
        v_text("a"),
        v_text("ab"),
        v_text("b"),
        v_text("\xC3\xA9"),
        {.type = V_LIST, .len = 1, .u.list = one},
        {.type = V_LIST, .len = 2, .u.list = two},
        v_absent(ABSENT_NULL),
        v_absent(ABSENT_ENTERPRISE),
    };

    for (size_t i = 0; i < LENGTH(order); i++)
        for (size_t k = 0; k < LENGTH(order); k++) {
            int want = i < k ? -1 : i > k;

            if (value_compare(order[i], order[k]) != want)
                fail_msg("%zu against %zu: %d", i, k, value_compare(order[i], order[k]));
            assert_int_equal(value_equal(order[i], order[k]), i == k);
        }
    assert_int_equal(value_compare(v_int(1), v_bool(true)), 0);
    assert_false(value_equal(v_int(1), v_bool(true)));
}

static void copies_are_deep(void **state)
{
    struct arena a = {0};
    char text[] = "abc";
    struct value inner[] = {v_text("k"), v_text(text)};
    struct value list[] = {{.type = V_MAP, .len = 2, .u.list = inner}, v_int(1)};
    struct value v = {.type = V_LIST, .len = 2, .u.list = list}, copy = value_copy(&a, v);

    text[0] = 'X';
    list[1] = v_int(2);
    assert_string_equal(value_str(value_get(copy.u.list[0], "k"), "-"), "abc");
    assert_int_equal(copy.u.list[1].u.i, 1);
    assert_int_equal(value_get(copy.u.list[0], "none").absent, ABSENT_NULL);
    assert_int_equal(value_get(v_int(1), "k").type, V_ABSENT);
    arena_release(&a);
}

/* A list within a list 10,000 times: nothing may overflow the stack. */
static void depth_is_bounded(void **state)
{
    enum { DEEP = 10000 };
    struct value *v = calloc(DEEP, sizeof *v), copy;
    struct arena a = {0};
    struct text t;

    v[0] = v_int(1);
    for (size_t i = 1; i < DEEP; i++)
        v[i] = (struct value){.type = V_LIST, .len = 1, .u.list = &v[i - 1]};
    copy = value_copy(&a, v[DEEP - 1]);
    assert_int_equal(copy.type, V_LIST);
    assert_false(value_equal(v[DEEP - 1], v[DEEP - 2]));
    assert_int_equal(value_compare(v[DEEP - 1], v[DEEP - 2]), 0);
    text_init(&t, 0);
    value_render(v[DEEP - 1], &t);
    assert_true(t.len < 200 && strstr(t.s, "..."));
    text_release(&t);
    arena_release(&a);
    free(v);
}

static void rendering(void **state)
{
    const struct value map[] = {v_text("a"),    v_int(1),    v_text("b c"),
                                v_text("x\"y"), v_text("d"), v_absent(ABSENT_NULL)};
    const struct value list[] = {v_bool(true), v_float(2), {.type = V_MAP, .len = 6, .u.list = map}};
    const struct {
        struct value v;
        const char *want;
    } cases[] = {
        {v_absent(ABSENT_HOST), ""},
        {v_bool(false), "false"},
        {v_int(INT64_MIN), "-9223372036854775808"},
        {v_float(0.1), "0.1"},
        {v_float(3), "3.0"},
        {v_float(1e300), "1e+300"},
        {v_float(NAN), "NaN"},
        {v_float(1.0 / 3), "0.3333333333333333"},
        {v_text("as \"it\" is"), "as \"it\" is"},
        {v_time(1795355102123), "2026-11-22T13:45:02.123Z"},
        {v_duration(3100), "3.1s"},
        {{.type = V_LIST, .len = 3, .u.list = list}, "[true, 2.0, {a: 1, `b c`: \"x\\\"y\", d: null}]"},
        {{.type = V_LIST}, "[]"},
        {{.type = V_MAP}, "{}"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text t;

        text_init(&t, 0);
        value_render(cases[i].v, &t);
        assert_string_equal(t.s, cases[i].want);
        text_release(&t);
    }
}

static void reasons_have_words(void **state)
{
    assert_string_equal(absent_words(ABSENT_ENTERPRISE), "Enterprise only");
    assert_string_equal(absent_name(ABSENT_ENTERPRISE), "enterprise_only");
    for (int i = 0; i < NABSENT; i++) {
        assert_non_null(absent_words((enum absent)i));
        assert_non_null(absent_name((enum absent)i));
    }
    assert_non_null(absent_words((enum absent)999));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_sixteen_bytes), cmocka_unit_test(reading_falls_back),
        cmocka_unit_test(the_order_is_total),  cmocka_unit_test(copies_are_deep),
        cmocka_unit_test(depth_is_bounded),    cmocka_unit_test(rendering),
        cmocka_unit_test(reasons_have_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
