/* Cutting JSON by its brackets, and JSON as a tree without loss. */
#include <math.h>

#include "support/cm.h"
#include "neo4j/tree.h"

static struct slice of(const char *s)
{
    return (struct slice){s, strlen(s)};
}

static void cuts_values(void **state)
{
    static const struct {
        const char *text, *first; /* first NULL: refused */
    } cases[] = {
        {"{}", "{}"},
        {"  [1, 2] x", "[1, 2]"},
        {"\"a\\\"b\" ", "\"a\\\"b\""},
        {"null,", "null"},
        {"-1.5e3]", "-1.5e3"},
        {"{\"a\": [\"]}\", {}]}", "{\"a\": [\"]}\", {}]}"},
        {"", NULL},
        {"  ", NULL},
        {"[1", NULL},
        {"{\"a", NULL},
        {"\"abc", NULL},
        {"\"abc\\", NULL},
        {"[}", NULL},
        {"[[]", NULL},
        {"]", NULL},
        {",", NULL},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        const char *p = cases[i].text;
        struct slice v;
        bool ok = scan_value(&p, p + strlen(p), &v);

        if (ok != (cases[i].first != NULL))
            fail_msg("'%s'", cases[i].text);
        if (ok)
            assert_true(slice_is(v, cases[i].first));
    }
}

static void bounds_depth(void **state)
{
    char deep[2 * SCAN_DEPTH_MAX + 3];
    struct slice v;

    for (size_t n = SCAN_DEPTH_MAX; n <= SCAN_DEPTH_MAX + 1; n++) {
        memset(deep, '[', n);
        memset(deep + n, ']', n);
        deep[2 * n] = '\0';
        assert_int_equal(scan_whole(of(deep), &v), n == SCAN_DEPTH_MAX);
    }
}

static void walks_members(void **state)
{
    struct slice v, k;
    struct scan sc;
    const char *broken[] = {"{\"a\" 1}", "{\"a\":1 \"b\":2}", "{1:2}", "{\"a\":}", "{\"a\":1,}", "{,}"};

    assert_true(scan_get(of("{\"x\": 1, \"y\": {\"x\": 2}, \"z\": [3]}"), "y", &v));
    assert_true(slice_is(v, "{\"x\": 2}"));
    assert_false(scan_get(of("{\"x\": 1}"), "nosuch", &v));
    assert_false(scan_get(of("[1]"), "x", &v));
    for (size_t i = 0; i < LENGTH(broken); i++) {
        assert_true(scan_object(&sc, of(broken[i])));
        while (scan_member(&sc, &k, &v))
            ;
        if (!sc.broken)
            fail_msg("%s", broken[i]);
    }
    assert_true(scan_list(&sc, of("[1, [2, 3] ,\"a,b\"]")));
    assert_true(scan_element(&sc, &v) && slice_is(v, "1"));
    assert_true(scan_element(&sc, &v) && slice_is(v, "[2, 3]"));
    assert_true(scan_element(&sc, &v) && slice_is(v, "\"a,b\""));
    assert_false(scan_element(&sc, &v));
    assert_false(sc.broken);
}

static struct value parse(const char *json, struct arena *a)
{
    cJSON *t = tree_parse(of(json));
    struct value v = t ? tree_value(t, a) : v_absent(ABSENT_ERROR);

    cJSON_Delete(t);
    return v;
}

static void keeps_numbers(void **state)
{
    static const struct {
        const char *json;
        enum value_type type;
        int64_t i;
        double d;
    } cases[] = {
        {"0", V_INT, 0, 0},
        {"-1", V_INT, -1, 0},
        {"999999999999999", V_INT, 999999999999999, 0},
        {"9007199254740993", V_INT, 9007199254740993, 0},
        {"9223372036854775807", V_INT, INT64_MAX, 0},
        {"-9223372036854775808", V_INT, INT64_MIN, 0},
        {"9223372036854775808", V_FLOAT, 0, 9223372036854775808.0},
        {"1.0", V_FLOAT, 0, 1.0},
        {"-2.5E-3", V_FLOAT, 0, -0.0025},
        {"1e300", V_FLOAT, 0, 1e300},
        {"true", V_BOOL, 1, 0},
        {"null", V_ABSENT, 0, 0},
    };
    struct arena a = {0};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct value v = parse(cases[i].json, &a);

        if (v.type != cases[i].type || (v.type == V_FLOAT ? v.u.d != cases[i].d : v.type != V_ABSENT && v.u.i != cases[i].i))
            fail_msg("%s", cases[i].json);
    }
    arena_release(&a);
}

static void keeps_texts(void **state)
{
    static const struct {
        const char *json, *text; /* text NULL: refused */
    } cases[] = {
        {"\"\"", ""},
        {"\"a\\nb\\u00e9\"", "a\nb\xc3\xa9"},
        {"\"a\\u0000b\"", "a\xe2\x90\x80" "b"},
        {"\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80"},
        {"\"x\\ud83d\"", "x\xef\xbf\xbd"},
        {"\"\\ude00y\"", "\xef\xbf\xbdy"},
        {"\"\\ud83d\\u0041\"", "\xef\xbf\xbd" "A"},
        {"\"\\u0001i5\"", "\1i5"},
        {"\"\1f5\"", "\1f5"},
        {"\"\\u0001s\"", "\1s"},
        {"\"raw\ttab\"", "raw\ttab"},
        {"\"\xff\xfe\"", "\xff\xfe"},
        {"\"1.5\"", "1.5"},
        {"\"\\u12\"", NULL},
        {"\"\\x\"", NULL},
        {"\"a\" \"b\"", NULL},
        {"nullx", NULL},
        {"1.2.3.4e", NULL},
    };
    struct arena a = {0};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct value v = parse(cases[i].json, &a);

        if (!cases[i].text ? v.type == V_TEXT : v.type != V_TEXT || strcmp(v.u.s, cases[i].text) != 0)
            fail_msg("%s: type %d '%s'", cases[i].json, v.type, value_str(v, ""));
    }
    arena_release(&a);
}

static void keeps_raw_nul(void **state)
{
    cJSON *t = tree_parse((struct slice){"\"a\0b\"", 5});

    assert_string_equal(tree_text(t), "a\xe2\x90\x80" "b");
    cJSON_Delete(t);
}

static void cuts_deep_values(void **state)
{
    char json[200];
    struct arena a = {0};
    struct value v;
    unsigned depth = 0;

    memset(json, '[', 90);
    memset(json + 90, ']', 90);
    json[180] = '\0';
    for (v = parse(json, &a); v.type == V_LIST && v.len; v = v.u.list[0])
        depth++;
    assert_int_equal(depth, VALUE_DEPTH_MAX);
    assert_int_equal(v.type, V_ABSENT);
    assert_int_equal(v.absent, ABSENT_TOO_LARGE);
    arena_release(&a);
}

static void keeps_maps(void **state)
{
    struct arena a = {0};
    struct value v = parse("{\"a\": 1, \"\\u0001x\": [1.0, {\"b\": null}], \"A\": 2}", &a);

    assert_int_equal(v.type, V_MAP);
    assert_int_equal(v.len, 6);
    assert_int_equal(value_get(v, "a").u.i, 1);
    assert_int_equal(value_get(v, "A").u.i, 2);
    assert_int_equal(value_get(v, "\1x").type, V_LIST);
    arena_release(&a);
}

static void cuts_lines_and_their_ends(void **state)
{
    static const struct {
        const char *text, *lines; /* each in brackets */
    } cases[] = {
        {"", ""},         {"a", "[a]"},        {"a\n", "[a]"},        {"a\nb", "[a][b]"},
        {"\n", "[]"},     {"\n\na\n", "[][][a]"}, {" a\t\r\n \nb \r", "[a][][b]"}, {"a b\r\n", "[a b]"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice text = of(cases[i].text), line;
        const char *p = text.s;
        struct text got;

        text_init(&got, 0);
        while (scan_line(&p, text.s + text.n, &line)) {
            line = slice_trim(line, " \t\r");
            text_addf(&got, "[%.*s]", (int)line.n, line.s);
        }
        assert_string_equal(got.s, cases[i].lines);
        text_release(&got);
    }
}

static void knows_how_a_slice_begins_and_ends(void **state)
{
    struct slice s = of("name=value"), rest = of("?");

    (void)state;
    assert_true(slice_behind(s, "name=", &rest));
    assert_true(slice_is(rest, "value"));
    assert_false(slice_behind(s, "nama", &rest));
    assert_false(slice_behind(s, "name=value=", &rest));
    assert_true(slice_is(rest, "value")); /* as it was */
    assert_true(slice_behind(s, "name=value", &s));
    assert_int_equal(s.n, 0);
    assert_true(slice_ends(of("a.service"), ".service"));
    assert_false(slice_ends(of("service"), ".service"));
    assert_false(slice_ends(of("a.servicf"), ".service"));
    assert_true(slice_ends(of(""), ""));
    assert_int_equal(slice_trim(of(" \t "), " \t").n, 0);
    assert_true(slice_is(slice_trim(of("a b"), " "), "a b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_values),   cmocka_unit_test(bounds_depth),  cmocka_unit_test(walks_members),
        cmocka_unit_test(keeps_numbers), cmocka_unit_test(keeps_texts),   cmocka_unit_test(keeps_raw_nul),
        cmocka_unit_test(cuts_deep_values), cmocka_unit_test(keeps_maps),
        cmocka_unit_test(cuts_lines_and_their_ends), cmocka_unit_test(knows_how_a_slice_begins_and_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
