#include "support/cm.h"

#include "base/version.h"

static void versions_are_read(void **state)
{
    static const struct {
        const char *s;
        bool ok;
        struct version v;
    } cases[] = {
        {"3.5.35", true, {3, 5, 35}},
        {"5.26.30", true, {5, 26, 30}},
        {"2026.08.1", true, {2026, 8, 1}},
        {"5.26.0-drop01", true, {5, 26, 0}},
        {"2025.10.1+build", true, {2025, 10, 1}},
        {"5.27-aura", true, {5, 27, 0}},
        {"4.4", true, {4, 4, 0}},
        {"5", true, {5, 0, 0}},
        {"4.4.5.1", true, {4, 4, 5}},
        {"", false, {0}},
        {"v5", false, {0}},
        {"5x", false, {0}},
        {"99999999999.1", false, {0}},
        {"dev", false, {0}},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct version v = {0};

        assert_int_equal(version_parse(cases[i].s, &v), cases[i].ok);
        assert_int_equal(version_compare(v, cases[i].v), 0);
    }
    assert_false(version_parse(NULL, &(struct version){0}));
}

static void versions_are_ordered(void **state)
{
    static const struct version order[] = {{3, 5, 35}, {4, 0, 0}, {4, 4, 9}, {4, 4, 10}, {5, 1, 0}, {2025, 1, 0}};

    for (size_t i = 0; i < LENGTH(order); i++)
        for (size_t k = 0; k < LENGTH(order); k++)
            assert_int_equal(version_compare(order[i], order[k]), i < k ? -1 : i > k);
}

static void ranges_are_half_open(void **state)
{
    const struct version v = {4, 4, 3};

    assert_true(version_in(v, "", ""));
    assert_true(version_in(v, "4.4", "5"));
    assert_true(version_in(v, "4.4.3", ""));
    assert_false(version_in(v, "4.4.4", ""));
    assert_false(version_in(v, "", "4.4.3"));
    assert_false(version_in(v, "3.5", "4.4"));
    assert_true(version_in((struct version){2025, 1, 0}, "5", "2025.02"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_are_read),
        cmocka_unit_test(versions_are_ordered),
        cmocka_unit_test(ranges_are_half_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
