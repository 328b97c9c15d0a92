#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/model.h"

static struct relation *one_row(uint32_t instance, enum sheet_id sheet, int64_t taken, const char *text)
{
    struct relation *r = relation_new(instance, sheet);
    r->taken_ms = taken;
    relation_add_row(r)[0] = v_copy_text(&r->arena, text, strlen(text));
    return r;
}

static void rows_start_as_not_asked(void **state)
{
    struct relation *r = relation_new(0, SHEET_TRANSACTIONS);

    assert_int_equal(r->ncols, NCOLS_TRANSACTIONS);
    for (int i = 0; i < 100; i++)
        relation_add_row(r)[COL_TRANSACTIONS_LOCKS] = v_int(i);
    assert_int_equal(r->nrows, 100);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(value_i64(relation_cell(r, i, COL_TRANSACTIONS_LOCKS), -1), (int64_t)i);
        assert_int_equal(relation_cell(r, i, COL_TRANSACTIONS_ID).absent, ABSENT_NOT_ASKED);
    }
    assert_int_equal(relation_cell(r, 100, 0).type, V_ABSENT);
    assert_int_equal(relation_cell(r, 0, NCOLS_TRANSACTIONS).type, V_ABSENT);
    relation_free(r);
    relation_free(NULL);
}

static void instances_are_numbered(void **state)
{
    struct model *m = model_new();
    uint32_t at = 9;

    assert_int_equal(model_add_instance(m, "a"), 0);
    assert_int_equal(model_add_instance(m, "b"), 1);
    assert_int_equal(model_instances(m), 2);
    assert_string_equal(model_instance_name(m, 1), "b");
    assert_string_equal(model_instance_name(m, 2), "");
    assert_string_equal(model_instance_name(m, MODEL_NO_INSTANCE), "");
    assert_true(model_find_instance(m, "b", &at));
    assert_int_equal(at, 1);
    assert_false(model_find_instance(m, "c", &at));
    model_free(m);
    model_free(NULL);
}

static void publish_replaces_and_counts(void **state)
{
    struct model *m = model_new();
    model_add_instance(m, "a");

    assert_null(model_get(m, 0, SHEET_DATABASES));
    model_publish(m, one_row(0, SHEET_DATABASES, 500, "x"));
    model_publish(m, one_row(0, SHEET_DATABASES, 400, "y"));
    assert_string_equal(value_str(relation_cell(model_get(m, 0, SHEET_DATABASES), 0, 0), ""), "y");
    assert_int_equal(model_generation(m, SHEET_DATABASES), 2);
    assert_int_equal(model_generation(m, SHEET_PLUGINS), 0);
    assert_int_equal(model_generation_all(m), 2);
    assert_int_equal(model_newest(m), 500);
    model_publish(m, one_row(MODEL_NO_INSTANCE, SHEET_FINDINGS, 900, "z"));
    assert_int_equal(model_newest(m), 500); /* what the console makes up itself is no news of a server */
    assert_non_null(model_get(m, MODEL_NO_INSTANCE, SHEET_FINDINGS));
    model_publish(m, one_row(7, SHEET_DATABASES, 900, "nobody")); /* freed */
    assert_null(model_get(m, 7, SHEET_DATABASES));
    assert_int_equal(model_generation_all(m), 3);
    model_free(m);
}

static void failure_keeps_old_rows_as_stale(void **state)
{
    struct model *m = model_new();
    struct err e;
    model_add_instance(m, "a");
    err_set(&e, ERR_TIMEOUT, "no answer");

    model_publish_failure(m, 0, SHEET_DATABASES, &e);
    const struct relation *r = model_get(m, 0, SHEET_DATABASES);
    assert_true(r->missing);
    assert_false(r->stale);
    assert_int_equal(r->err.kind, ERR_TIMEOUT);

    model_publish(m, one_row(0, SHEET_DATABASES, 500, "x"));
    assert_false(model_get(m, 0, SHEET_DATABASES)->missing);
    model_publish_failure(m, 0, SHEET_DATABASES, &e);
    r = model_get(m, 0, SHEET_DATABASES);
    assert_true(r->stale);
    assert_false(r->missing);
    assert_int_equal(r->nrows, 1);
    assert_int_equal(r->taken_ms, 500);
    model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_start_as_not_asked),
        cmocka_unit_test(instances_are_numbered),
        cmocka_unit_test(publish_replaces_and_counts),
        cmocka_unit_test(failure_keeps_old_rows_as_stale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
