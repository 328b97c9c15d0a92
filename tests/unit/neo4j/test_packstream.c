/* PackStream both ways, and what its structures become. Bytes are those of the protocol's own documentation and of real servers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "neo4j/packstream.h"
#include "neo4j/tree.h"

static size_t from_hex(const char *hex, uint8_t *out)
{
    size_t n = 0;

    for (unsigned byte; *hex; hex += 2) {
        while (*hex == ' ')
            hex++;
        assert_int_equal(sscanf(hex, "%2x", &byte), 1);
        out[n++] = (uint8_t)byte;
    }
    return n;
}

static void to_hex(const struct text *t, struct text *out)
{
    for (size_t i = 0; i < t->len; i++)
        text_addf(out, "%02X", (unsigned char)t->s[i]);
}

static void rendered(struct value v, struct text *out)
{
    text_clear(out);
    if (v.type == V_ABSENT)
        text_addf(out, "(%s)", absent_name((enum absent)v.absent));
    else
        value_render(v, out);
}

static void what_is_read_is_what_jolt_gives(void **state)
{
    static const struct {
        const char *hex, *value;
    } cases[] = {
        {"C0", "(null)"}, {"C2", "false"}, {"C3", "true"}, {"01", "1"}, {"7F", "127"}, {"F0", "-16"}, {"FF", "-1"},
        {"C8 80", "-128"}, {"C8 2A", "42"}, {"C9 8000", "-32768"}, {"CA FFFFFFFF", "-1"}, {"CB 0020000000000001", "9007199254740993"},
        {"CB 8000000000000000", "-9223372036854775808"}, {"CB 7FFFFFFFFFFFFFFF", "9223372036854775807"},
        {"C1 3FF199999999999A", "1.1"}, {"C1 7FF0000000000000", "Infinity"}, {"80", ""}, {"81 41", "A"}, {"85 48656C6C6F", "Hello"},
        {"D0 03 C3A9 41", "\xc3\xa9" "A"}, {"D1 0001 41", "A"}, {"D2 00000001 41", "A"}, {"82 41 00", "A\xe2\x90\x80"}, {"81 FF", "(wrong_shape)"},
        {"CC 03 00 7F FF", "007FFF"}, {"90", "[]"}, {"93 01 02 03", "[1, 2, 3]"}, {"D4 01 01", "[1]"}, {"A0", "{}"},
        {"A1 81 61 01", "{a: 1}"}, {"D8 01 81 61 91 C3", "{a: [true]}"},
        /* structures */
        {"B1 44 C9 4777", "2020-02-03"}, {"B1 44 CA FFF50608", "0000-06-25"}, {"B1 44 CA FFF50380", "-0002-09-16"}, {"B1 74 CB 00002803448B6900", "12:13:14.5"},
        {"B2 54 CB 0000280326BE0400 C9 0E10", "12:13:14+01:00"}, {"B2 54 00 00", "00:00:00Z"},
        {"B2 64 CA 5E0D5DA5 00", "2020-01-02T03:04:05"}, {"B2 64 FF 00", "1969-12-31T23:59:59"},
        {"B3 49 CA 5E0D4185 CA 28697580 C9 1C20", "2020-01-02T01:04:05.678Z"}, {"B3 69 00 00 8D 4575726F70652F4265726C696E", "1970-01-01T00:00:00.000Z"},
        {"B3 46 C9 0E10 00 C9 0E10", "1970-01-01T00:00:00.000Z"}, {"B3 66 00 00 83 582F59", "1970-01-01T00:00:00[X/Y]"},
        {"B4 45 00 00 01 CA 1DCD6500", "1.5s"}, {"B4 45 00 00 FF CA 1DCD6500", "-500ms"}, {"B4 45 0D 00 00 00", "395d"},
        {"B3 58 C9 1C23 C1 3FF8000000000000 C1 4000000000000000", "SRID=7203;POINT(1.5 2.0)"},
        {"B4 59 C9 1373 C1 4000000000000000 C1 3FF0000000000000 C1 4008000000000000", "SRID=4979;POINT Z (2.0 1.0 3.0)"},
        {"B3 4E 07 91 81 41 A1 81 70 01", "{id: 7, labels: [\"A\"], properties: {p: 1}}"},
        {"B4 4E 07 90 A0 85 343A783A37", "{id: \"4:x:7\", labels: [], properties: {}}"},
        {"B5 52 01 02 03 81 52 A0", "{id: 1, start: 2, type: \"R\", end: 3, properties: {}}"},
        {"B8 52 01 02 03 81 52 A0 81 61 81 62 81 63", "{id: \"a\", start: \"b\", type: \"R\", end: \"c\", properties: {}}"},
        {"B3 50 92 B3 4E 01 90 A0 B3 4E 02 90 A0 91 B3 72 05 81 52 A0 92 01 01",
         "[{id: 1, labels: [], properties: {}}, {id: 5, start: 1, type: \"R\", end: 2, properties: {}}, {id: 2, labels: [], properties: {}}]"},
        {"B3 50 92 B3 4E 01 90 A0 B3 4E 02 90 A0 91 B3 72 05 81 52 A0 92 FF 01",
         "[{id: 1, labels: [], properties: {}}, {id: 5, end: 1, type: \"R\", start: 2, properties: {}}, {id: 2, labels: [], properties: {}}]"},
        {"B3 50 91 B3 4E 01 90 A0 90 90", "[{id: 1, labels: [], properties: {}}]"},
        {"B3 50 90 90 90", "(wrong_shape)"}, {"B3 50 91 B3 4E 01 90 A0 90 92 01 01", "(wrong_shape)"},
        {"B2 56 CC 01 C6 CC 08 00 00 00 00 00 00 00 00", "vector of 2 FLOAT32"}, {"B4 3F 83 466F6F 06 01 A0", "type Foo needs Bolt 6.1"},
        {"B1 01 05", "{tag: 1, fields: [5]}"}, {"B1 44 81 61", "(wrong_shape)"}, {"B2 44 01 02", "(wrong_shape)"},
        {"B1 44 CB 7FFFFFFFFFFFFFFF", "(wrong_shape)"}, {"B3 49 CB 00582F5900000000 00 00", "(too_large)"},
    };
    struct text out;
    size_t wrong = 0;

    (void)state;
    text_init(&out, 4096);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bytes[512];
        size_t n = from_hex(cases[i].hex, bytes);
        struct arena a = {0};
        struct unpack u;
        unpack_begin(&u, bytes, n, &a);
        rendered(unpack_value(&u), &out);
        if (u.wrong || !unpack_ended(&u) || strcmp(out.s, cases[i].value) != 0)
            print_error("%s is '%s', not '%s' (%s)\n", cases[i].hex, out.s, cases[i].value, u.wrong ? u.wrong : ""), wrong++;
        arena_release(&a);
    }
    text_release(&out);
    assert_int_equal(wrong, 0);
}

/* Every beginning of a message is cut: told, and nothing behind it is read. */
static void what_is_cut_is_told(void **state)
{
    static const char hex[] = "93 A1 81 61 CB 0020000000000001 B3 50 91 B3 4E 01 90 A0 90 90 D0 05 48656C6C6F";
    uint8_t bytes[128];
    size_t n = from_hex(hex, bytes);

    (void)state;
    for (size_t cut = 0; cut < n; cut++) {
        struct arena a = {0};
        struct unpack u;
        uint8_t *exact = malloc(cut + 1); /* for the sanitizer */
        memcpy(exact, bytes, cut);
        unpack_begin(&u, exact, cut, &a);
        unpack_value(&u);
        assert_non_null(u.wrong);
        assert_true(unpack_ended(&u));
        arena_release(&a);
        free(exact);
    }
}

static void what_lies_is_refused(void **state)
{
    static const char *const cases[] = {"D6 FFFFFFFF", "DA 7FFFFFFF 81 61", "D2 FFFFFFFF 41", "CE FFFFFFFF", "A1 01 01", "C4", "C7", "DF 01", "EF",
                                        "BF 4E", "D6 00000003 01 02"};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t bytes[64];
        struct arena a = {0};
        struct unpack u;
        unpack_begin(&u, bytes, from_hex(cases[i], bytes), &a);
        assert_int_equal(unpack_value(&u).type, V_ABSENT);
        assert_non_null(u.wrong);
        arena_release(&a);
    }
}

static void depth_is_bounded_and_gone_on_behind(void **state)
{
    enum { DEEP = 200000 };
    uint8_t *bytes = malloc(DEEP + 3);
    struct arena a = {0};
    struct unpack u;
    struct value v;

    (void)state;
    bytes[0] = 0x92;
    memset(bytes + 1, 0x91, DEEP);
    bytes[DEEP + 1] = 0x01;
    bytes[DEEP + 2] = 0x07;
    unpack_begin(&u, bytes, DEEP + 3, &a);
    v = unpack_value(&u);
    assert_null(u.wrong);
    assert_int_equal(v.len, 2);
    assert_int_equal(v.u.list[1].u.i, 7);
    v = v.u.list[0];
    for (int i = 1; i < VALUE_DEPTH_MAX; i++) {
        assert_int_equal(v.type, V_LIST);
        v = v.u.list[0];
    }
    assert_int_equal(v.absent, ABSENT_TOO_LARGE);
    arena_release(&a);
    free(bytes);
}

static void what_is_written_is_the_shortest(void **state)
{
    static const struct {
        int64_t i;
        const char *hex;
    } ints[] = {{0, "00"}, {127, "7F"}, {128, "C90080"}, {-16, "F0"}, {-17, "C8EF"}, {-128, "C880"}, {-129, "C9FF7F"}, {32767, "C97FFF"},
                {32768, "CA00008000"}, {-32769, "CAFFFF7FFF"}, {INT64_C(2147483648), "CB0000000080000000"}, {INT64_MIN, "CB8000000000000000"}};
    struct text t, hex;

    (void)state;
    text_init(&t, 100000);
    text_init(&hex, 400000);
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) {
        text_clear(&t);
        text_clear(&hex);
        pack_int(&t, ints[i].i);
        to_hex(&t, &hex);
        assert_string_equal(hex.s, ints[i].hex);
    }
    text_clear(&t);
    text_clear(&hex);
    pack_struct(&t, 0x10, 3);
    pack_string(&t, "RETURN 1");
    pack_map(&t, 1);
    pack_string(&t, "x");
    pack_value(&t, v_bool(true));
    pack_map(&t, 0);
    to_hex(&t, &hex);
    assert_string_equal(hex.s, "B3108852455455524E2031A18178C3A0");
    text_release(&t);
    text_release(&hex);
}

static void sizes_come_back(void **state)
{
    static const size_t sizes[] = {0, 15, 16, 255, 256, 65535, 65536, 70000};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *s = malloc(sizes[i] + 1);
        struct arena a = {0};
        struct unpack u;
        struct text t;
        struct value v;
        text_init(&t, 1 << 20);
        memset(s, 'x', sizes[i]);
        pack_list(&t, (uint32_t)sizes[i]);
        for (size_t k = 0; k < sizes[i]; k++)
            pack_null(&t);
        pack_text(&t, s, sizes[i]);
        unpack_begin(&u, t.s, t.len, &a);
        assert_int_equal(unpack_value(&u).len, sizes[i]);
        v = unpack_value(&u);
        assert_int_equal(v.len, sizes[i]);
        assert_memory_equal(v.u.s, s, sizes[i]);
        assert_true(unpack_ended(&u));
        text_release(&t);
        arena_release(&a);
        free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_what_jolt_gives),     cmocka_unit_test(what_is_cut_is_told),
        cmocka_unit_test(what_lies_is_refused),                cmocka_unit_test(depth_is_bounded_and_gone_on_behind),
        cmocka_unit_test(what_is_written_is_the_shortest),     cmocka_unit_test(sizes_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
