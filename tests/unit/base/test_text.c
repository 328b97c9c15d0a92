#include "support/cm.h"

#include "base/text.h"

static void text_grows_up_to_its_maximum(void **state)
{
    struct text t;

    text_init(&t, 10);
    assert_string_equal(t.s, "");
    text_adds(&t, "12345");
    text_addc(&t, '6');
    assert_false(t.full);
    text_adds(&t, "7890ABC");
    assert_string_equal(t.s, "1234567890");
    assert_true(t.full);
    text_addc(&t, 'x');
    assert_int_equal(t.len, 10);
    text_clear(&t);
    assert_false(t.full);
    assert_string_equal(t.s, "");
    text_add_cp(&t, 0x20AC);
    assert_string_equal(t.s, "\xE2\x82\xAC");
    text_release(&t);
    assert_string_equal(t.s, "");
}

static void characters_are_never_halved(void **state)
{
    struct text t;

    text_init(&t, 4);
    text_adds(&t, "ab");
    text_add_cp(&t, 0x20AC);
    assert_string_equal(t.s, "ab");
    assert_true(t.full);
    text_release(&t);
}

static void formats_of_any_length(void **state)
{
    struct text t;
    char *s;

    text_init(&t, 0);
    text_addf(&t, "%0300d|%s", 7, "end");
    assert_int_equal(t.len, 304);
    s = text_steal(&t);
    assert_string_equal(s + 299, "7|end");
    assert_string_equal(t.s, "");
    text_adds(&t, "again");
    assert_string_equal(t.s, "again");
    free(s);
    text_release(&t);
    s = text_steal(&t);
    assert_string_equal(s, "");
    free(s);
    text_release(&t);
}

static void small_string_helpers(void **state)
{
    assert_true(str_ieq("Shop", "sHOP"));
    assert_false(str_ieq("shop", "shops"));
    assert_false(str_ieq(NULL, ""));
    assert_true(str_starts("neo4j+s://x", "neo4j"));
    assert_false(str_starts("neo", "neo4j"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_grows_up_to_its_maximum),
        cmocka_unit_test(characters_are_never_halved),
        cmocka_unit_test(formats_of_any_length),
        cmocka_unit_test(small_string_helpers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
