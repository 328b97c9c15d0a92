#include "support/cm.h"

#include <locale.h>
#include <math.h>

#include "base/json.h"

static void values(void **state)
{
    const struct value map[] = {v_text("k\n"), v_int(1), v_text("t"), v_time(0)};
    const struct value list[] = {
        v_absent(ABSENT_ENTERPRISE), {.type = V_MAP, .len = 4, .u.list = map}, {.type = V_LIST}};
    const struct {
        struct value v;
        const char *want;
    } cases[] = {
        {v_int(INT64_MIN), "-9223372036854775808"},
        {v_bool(true), "true"},
        {v_duration(3100), "3100"},
        {v_float(0.1), "0.1"},
        {v_float(NAN), "\"NaN\""},
        {v_float(-INFINITY), "\"-Infinity\""},
        {v_text("a\"b\\c\n\t\x01"), "\"a\\\"b\\\\c\\n\\t\\u0001\""},
        {v_text("\x7F\xC2\x9B\xE2\x80\xAE"), "\"\\u007f\\u009b\\u202e\""},
        {v_text("\xF3\xA0\x81\x81"), "\"\\udb40\\udc41\""},
        {v_text("\xC3\xA9\xFF"), "\"\xC3\xA9\xEF\xBF\xBD\""},
        {v_textn("a\0b", 3), "\"a\\u0000b\""},
        {{.type = V_LIST, .len = 3, .u.list = list},
         "[{\"absent\":\"enterprise_only\"},{\"k\\n\":1,\"t\":\"1970-01-01T00:00:00.000Z\"},[]]"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct text t;
        struct json j;

        text_init(&t, 0);
        json_init(&j, &t, false);
        json_value(&j, cases[i].v);
        assert_string_equal(t.s, cases[i].want);
        text_release(&t);
    }
}

static void write_sample(struct json *j)
{
    json_begin_object(j);
    json_key(j, "a:");
    json_str(j, ":");
    json_key(j, "b");
    json_begin_list(j);
    json_int(j, 1);
    json_null(j);
    json_begin_object(j);
    json_end_object(j);
    json_end_list(j);
    json_key(j, "c");
    json_str(j, NULL);
    json_end_object(j);
}

static void nesting(void **state)
{
    struct text t;
    struct json j;

    text_init(&t, 0);
    json_init(&j, &t, false);
    write_sample(&j);
    assert_string_equal(t.s, "{\"a:\":\":\",\"b\":[1,null,{}],\"c\":null}");
    text_clear(&t);
    json_init(&j, &t, true);
    write_sample(&j);
    assert_string_equal(t.s, "{\n  \"a:\": \":\",\n  \"b\": [\n    1,\n    null,\n    {}\n  ],\n  \"c\": null\n}");
    text_release(&t);
}

static void depth_is_bounded(void **state)
{
    enum { DEEP = 10000 };
    struct value *v = calloc(DEEP, sizeof *v);
    struct text t;
    struct json j;
    int open = 0;

    v[0] = v_int(1);
    for (size_t i = 1; i < DEEP; i++)
        v[i] = (struct value){.type = V_LIST, .len = 1, .u.list = &v[i - 1]};
    text_init(&t, 0);
    json_init(&j, &t, false);
    json_value(&j, v[DEEP - 1]);
    assert_non_null(strstr(t.s, "{\"absent\":\"too_large\"}"));
    for (const char *s = t.s; *s; s++)
        open += *s == '[' ? 1 : *s == ']' ? -1 : 0;
    assert_int_equal(open, 0);
    assert_int_equal(j.depth, 0);
    text_release(&t);
    free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(nesting),
        cmocka_unit_test(depth_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
