#include "support/cm.h"

#include "conf/options.h"

static void names_are_found_however_written(void **state)
{
    assert_int_equal(option_find("read-only"), OPT_READ_ONLY);
    assert_int_equal(option_find("read_only"), OPT_READ_ONLY);
    assert_int_equal(option_find("Read_Only"), OPT_READ_ONLY);
    assert_int_equal(option_find("readonly"), NOPTIONS);
    assert_int_equal(option_find("read-onl"), NOPTIONS);
    assert_int_equal(option_find(""), NOPTIONS);
    assert_string_equal(option_row(OPT_USER)->name, "user");
}

static void values_are_checked(void **state)
{
    static const struct {
        enum option_id id;
        const char *text;
        bool ok;
        int64_t want; /* number, or on */
        const char *words;
    } cases[] = {
        {OPT_READ_ONLY, "yes", true, 1, NULL},
        {OPT_READ_ONLY, "TRUE", true, 1, NULL},
        {OPT_READ_ONLY, "on", true, 1, NULL},
        {OPT_READ_ONLY, "1", true, 1, NULL},
        {OPT_READ_ONLY, "off", true, 0, NULL},
        {OPT_READ_ONLY, "0", true, 0, NULL},
        {OPT_READ_ONLY, "", false, 0, "'' is neither yes nor no"},
        {OPT_READ_ONLY, "ja", false, 0, "'ja' is neither yes nor no"},
        {OPT_INTERVAL, "500ms", true, 500, NULL},
        {OPT_INTERVAL, "1h", true, 3600000, NULL},
        {OPT_INTERVAL, "499ms", false, 0, "'499ms' is out of range: 500ms to 1h"},
        {OPT_INTERVAL, "61m", false, 0, "'61m' is out of range: 500ms to 1h"},
        {OPT_INTERVAL, "2", false, 0, "'2' is no duration: write 500ms, 2s, 15m, 3h or 2d"},
        {OPT_FORMAT, "table", true, 0, NULL},
        {OPT_FORMAT, "csv", true, 2, NULL},
        {OPT_FORMAT, "cs", false, 0, "'cs' is none of: table json csv"},
        {OPT_FORMAT, "", false, 0, "'' is none of: table json csv"},
        {OPT_SIZE, "80x24", true, 0, NULL},
        {OPT_SIZE, "80", false, 0, "'80' is no size: write columns x rows, such as 80x24"},
        {OPT_USER, "", true, 0, NULL},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct err e = {.kind = ERR_NONE};
        struct option_value v;
        bool ok = option_check(cases[i].id, cases[i].text, &v, &e);

        if (ok != cases[i].ok || (ok && v.number + v.on != cases[i].want))
            fail_msg("'%s': %d %lld", cases[i].text, ok, (long long)v.number);
        if (!ok)
            assert_string_equal(e.words, cases[i].words);
    }
}

/* Every default in the table is a value of its own type. */
static void defaults_are_good(void **state)
{
    for (int id = 0; id < NOPTIONS; id++) {
        struct option_value v;

        if (*option_row((enum option_id)id)->def)
            assert_true(option_check((enum option_id)id, option_row((enum option_id)id)->def, &v, NULL));
    }
}

static void sizes(void **state)
{
    int cols, rows;

    assert_true(size_parse("200x50", &cols, &rows));
    assert_int_equal(cols, 200);
    assert_int_equal(rows, 50);
    assert_false(size_parse("0x5", &cols, &rows));
    assert_false(size_parse("1001x5", &cols, &rows));
    assert_false(size_parse("99999999999x5", &cols, &rows));
    assert_false(size_parse("80x24x", &cols, &rows));
    assert_false(size_parse("x", &cols, &rows));
}

static const char *next(const void *data, size_t i)
{
    static const char *const names[] = {"user", "read-only", "", "interval", "theme", "lock"};

    return i < LENGTH(names) ? names[i] : NULL;
}

static void the_nearest_name(void **state)
{
    static const struct {
        const char *word, *want;
    } cases[] = {
        {"readonly", "read-only"},
        {"read_olny", "read-only"},
        {"usr", "user"},
        {"User", "user"},
        {"intervall", "interval"},
        {"thmee", "theme"},
        {"xyz", NULL},
        {"", NULL},
        {"qq", NULL},
        {"colour-depth", NULL},
        {"lokc", "lock"},
    };
    char huge[300];

    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *got = nearest_name(cases[i].word, next, NULL);

        if (!got != !cases[i].want || (got && strcmp(got, cases[i].want) != 0))
            fail_msg("'%s': %s", cases[i].word, got ? got : "-");
    }
    memset(huge, 'u', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    assert_null(nearest_name(huge, next, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found_however_written),
        cmocka_unit_test(values_are_checked),
        cmocka_unit_test(defaults_are_good),
        cmocka_unit_test(sizes),
        cmocka_unit_test(the_nearest_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
