#include "support/cm.h"

#include "base/clock.h"

static void frozen_time_moves_only_when_told(void **state)
{
    int64_t before = clock_mono_ms();

    assert_true(clock_mono_ms() >= before);
    assert_true(clock_wall_ms() > INT64_C(1600000000000));
    clock_advance(5);
    assert_false(clock_frozen());
    clock_freeze(1795355102123);
    assert_true(clock_frozen());
    assert_int_equal(clock_wall_ms(), 1795355102123);
    assert_int_equal(clock_mono_ms(), 1000000);
    clock_advance(250);
    assert_int_equal(clock_wall_ms(), 1795355102373);
    assert_int_equal(clock_mono_ms(), 1000250);
}

static void times_are_written(void **state)
{
    static const struct {
        int64_t ms;
        const char *want, *day;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z", "00:00:00Z"},         {1795355102123, "2026-11-22T13:45:02.123Z", "13:45:02Z"},
        {-1, "1969-12-31T23:59:59.999Z", "23:59:59Z"},        {INT64_MAX, "9999-12-31T23:59:59.999Z", "23:59:59Z"},
        {INT64_MIN, "0000-01-01T00:00:00.000Z", "00:00:00Z"},
    };
    char buf[32];

    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_string_equal(time_rfc3339(cases[i].ms, buf, sizeof buf), cases[i].want);
        assert_string_equal(time_of_day(cases[i].ms, buf, sizeof buf), cases[i].day);
    }
}

static void times_are_read(void **state)
{
    static const struct {
        const char *s;
        int64_t ms;
    } good[] = {
        {"2026-11-22T13:45:02.123Z", 1795355102123},
        {"2026-11-22 13:45:02.123Z", 1795355102123},
        {"2026-11-22 13:45:02.123+0000", 1795355102123},
        {"2026-11-22T13:45:02,123Z", 1795355102123},
        {"2026-11-22T14:45:02.123456789+01:00", 1795355102123},
        {"2026-11-22T14:45:02.123456789+01:00[Europe/Berlin]", 1795355102123},
        {"2026-11-22T08:15:02.1-0530", 1795355102100},
        {"2026-11-22T13:45:02Z", 1795355102000},
        {"2026-11-22T13:45Z", 1795355100000},
        {"2024-02-29T00:00:00Z", 1709164800000},
        {"1969-12-31T23:59:59.999Z", -1},
    };
    static const char *const bad[] = {
        "",
        "2026-11-22",
        "2026-11-22T13:45:02",
        "2026-11-22T13:45:02.Z",
        "2026-11-22T13:45:02.1234567890Z",
        "2026-13-22T13:45:02Z",
        "2026-02-29T13:45:02Z",
        "2026-11-22T24:45:02Z",
        "2026-11-22T13:60:02Z",
        "2026-11-22T13:45:02+25:00",
        "2026-11-22T13:45:02Z x",
        "2026-11-22T13:45:02Z[Europe",
        "26-11-22T13:45:02Z",
    };
    int64_t ms;

    for (size_t i = 0; i < LENGTH(good); i++) {
        if (!time_parse(good[i].s, &ms) || ms != good[i].ms)
            fail_msg("%s: %lld", good[i].s, (long long)ms);
    }
    for (size_t i = 0; i < LENGTH(bad); i++)
        if (time_parse(bad[i], &ms))
            fail_msg("'%s' was taken", bad[i]);
    assert_false(time_parse(NULL, &ms));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frozen_time_moves_only_when_told),
        cmocka_unit_test(times_are_written),
        cmocka_unit_test(times_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
