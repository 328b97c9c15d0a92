#include "support/cm.h"

#include "base/clock.h"

struct number_case {
    const char *s;
    int64_t want; /* -1: refused */
};

static void check(const struct number_case *c, size_t n, bool (*parse)(const char *, int64_t *))
{
    for (size_t i = 0; i < n; i++) {
        int64_t got = -2;
        bool ok = parse(c[i].s, &got);

        if (ok != (c[i].want != -1) || (ok && got != c[i].want))
            fail_msg("'%s': %s %lld", c[i].s, ok ? "taken" : "refused", (long long)got);
    }
    assert_false(parse(NULL, &(int64_t){0}));
}

static void durations(void **state)
{
    static const struct number_case cases[] = {
        {"500ms", 500},
        {"2s", 2000},
        {"15m", 900000},
        {"3h", 10800000},
        {"2d", 172800000},
        {"1.5s", 1500},
        {"0s", 0},
        {"1h30m", 5400000},
        {".5s", 500},
        {"1.001s", 1001},
        {"2", -1},
        {"", -1},
        {"s", -1},
        {"2 s", -1},
        {"-2s", -1},
        {"2x", -1},
        {"2s ", -1},
        {"99999999999999999999s", -1},
        {"36525d", 3155760000000},
        {"36526d", -1},
        {"999999999999d", -1},
        {"2sm", -1},
        {"1.s", 1000},
        {"36525d1ms", -1},
    };

    check(cases, LENGTH(cases), duration_parse);
}

static void iso_durations(void **state)
{
    static const struct number_case cases[] = {
        {"PT1.234S", 1234},
        {"P1DT2H", 93600000},
        {"PT0S", 0},
        {"P1Y", 31536000000},
        {"P2M", 5184000000},
        {"P1W", 604800000},
        {"PT1M0.5S", 60500},
        {"PT", -1},
        {"P", -1},
        {"1S", -1},
        {"PT1X", -1},
        {"PT1", -1},
        {"", -1},
        {"PTT1S", -1},
        {"P1H", -1},
        {"PT99999999999999999999H", -1},
        {"P0M0DT0.041S", 41},
    };
    int64_t ms;

    check(cases, LENGTH(cases), duration_parse_iso);
    assert_true(duration_parse_iso("PT-0.5S", &ms));
    assert_int_equal(ms, -500);
    assert_true(duration_parse_iso("-PT1H", &ms));
    assert_int_equal(ms, -3600000);
    assert_true(duration_parse_iso("PT1M-1S", &ms));
    assert_int_equal(ms, 59000);
}

static void short_durations_fit_six_columns(void **state)
{
    static const struct {
        int64_t ms;
        const char *want;
    } cases[] = {
        {0, "0ms"},
        {12, "12ms"},
        {999, "999ms"},
        {1000, "1.0s"},
        {3190, "3.1s"},
        {9999, "9.9s"},
        {10000, "10s"},
        {41000, "41s"},
        {59999, "59s"},
        {60000, "1m00"},
        {724000, "12m04"},
        {3599999, "59m59"},
        {3600000, "1h00"},
        {11220000, "3h07"},
        {86399999, "23h59"},
        {187200000, "2d04h"},
        {8639999999, "99d23h"},
        {8640000000, "100d"},
        {35596800000, "412d"},
        {863999999999, "9999d"},
        {864000000000, "27y"},
        {INT64_MAX, ">999y"},
        {-3100, "-3.1s"},
    };
    char buf[16];

    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_string_equal(duration_short(cases[i].ms, buf, sizeof buf), cases[i].want);
        assert_true(strlen(buf) <= 6);
    }
    assert_string_equal(duration_short(INT64_MIN, buf, sizeof buf), "->999y");
}

static void short_sizes(void **state)
{
    static const struct {
        int64_t bytes;
        const char *want;
    } cases[] = {
        {0, "0"},          {912, "912B"},        {1023, "1023B"},  {1024, "1.0K"},      {4200, "4.1K"},
        {92274688, "88M"}, {1288490189, "1.2G"}, {-4200, "-4.1K"}, {INT64_MAX, "7.9E"}, {INT64_MIN, "-8.0E"},
    };
    char buf[16];

    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_string_equal(bytes_short(cases[i].bytes, buf, sizeof buf), cases[i].want);
}

static void sizes(void **state)
{
    static const struct number_case cases[] = {
        {"500", 500},
        {"4k", 4096},
        {"20m", 20971520},
        {"2g", 2147483648},
        {"1.5G", 1610612736},
        {"16MiB", 16777216},
        {"16MB", 16777216},
        {"3B", 3},
        {"1T", 1099511627776},
        {"", -1},
        {"m", -1},
        {"-1", -1},
        {"1x", -1},
        {"1 m", -1},
        {"16MiBs", -1},
        {"8E", -1},
        {"7E", INT64_C(8070450532247928832)},
    };

    check(cases, LENGTH(cases), bytes_parse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations),
        cmocka_unit_test(iso_durations),
        cmocka_unit_test(short_durations_fit_six_columns),
        cmocka_unit_test(short_sizes),
        cmocka_unit_test(sizes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
