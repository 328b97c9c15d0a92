/* Messages of Bolt: what is sent to which version, what an answer is taken for, rows and plans. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/error.h"
#include "neo4j/bolt_message.h"
#include "neo4j/bolt_rows.h"

static void without_quotes(struct text *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->len; i++)
        if (t->s[i] != '"')
            t->s[n++] = t->s[i];
    t->s[n] = '\0';
}

/* As the other side reads it: tag and fields. */
static void check_sent(struct text *m, const char *want)
{
    struct arena a = {0};
    struct unpack u;
    struct text got;
    uint8_t tag, fields;

    text_init(&got, 0);
    unpack_begin(&u, m->s, m->len, &a);
    assert_true(unpack_struct(&u, &tag, &fields));
    text_addf(&got, "%02X", tag);
    while (fields--) {
        text_adds(&got, " ");
        struct value v = unpack_value(&u);
        if (v.type == V_ABSENT)
            text_adds(&got, "null");
        value_render(v, &got);
    }
    assert_null(u.wrong);
    assert_true(unpack_ended(&u));
    without_quotes(&got);
    assert_string_equal(want, got.s);
    text_release(&got);
    arena_release(&a);
    text_release(m);
}

static struct bolt_version version(const char *words)
{
    return (struct bolt_version){(uint8_t)(words[0] - '0'), (uint8_t)(words[2] - '0')};
}

static void hello(void **state)
{
    static const struct {
        const char *version, *want;
    } cases[] = {
        {"3.0", "01 {user_agent: x/1, scheme: basic, principal: neo4j, credentials: s3}"},
        {"4.0", "01 {user_agent: x/1, scheme: basic, principal: neo4j, credentials: s3}"},
        {"4.2", "01 {user_agent: x/1, scheme: basic, principal: neo4j, credentials: s3}"},
        {"4.3", "01 {user_agent: x/1, scheme: basic, principal: neo4j, credentials: s3, patch_bolt: [utc]}"},
        {"4.4", "01 {user_agent: x/1, scheme: basic, principal: neo4j, credentials: s3, patch_bolt: [utc]}"},
        {"5.0", "01 {user_agent: x/1, scheme: basic, principal: neo4j, credentials: s3}"},
        {"5.1", "01 {user_agent: x/1}"},
        {"5.2", "01 {user_agent: x/1, notifications_minimum_severity: OFF}"},
        {"5.3", "01 {user_agent: x/1, notifications_minimum_severity: OFF, bolt_agent: {product: x/1}}"},
        {"5.8", "01 {user_agent: x/1, notifications_minimum_severity: OFF, bolt_agent: {product: x/1}}"},
        {"6.0", "01 {user_agent: x/1, notifications_minimum_severity: OFF, bolt_agent: {product: x/1}}"},
    };
    const struct bolt_login login = {.scheme = "basic", .user = "neo4j", .secret = "s3"};
    struct text m;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_init(&m, 0);
        bolt_hello(&m, version(cases[i].version), "x/1", &login);
        check_sent(&m, cases[i].want);
        assert_int_equal(bolt_has_logon(version(cases[i].version)), !strstr(cases[i].want, "scheme"));
    }
}

static void logon(void **state)
{
    static const struct {
        struct bolt_login login;
        const char *want;
    } cases[] = {
        {{"basic", "neo4j", "s3"}, "6A {scheme: basic, principal: neo4j, credentials: s3}"},
        {{"bearer", NULL, "ey.."}, "6A {scheme: bearer, credentials: ey..}"},
        {{"none", NULL, NULL}, "6A {scheme: none}"},
    };
    struct text m;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_init(&m, 0);
        bolt_logon(&m, version("5.8"), &cases[i].login);
        check_sent(&m, cases[i].want);
    }
}

static void run(void **state)
{
    static const char *const names[] = {"id"};
    const struct value values[] = {v_int(7)};
    const struct {
        const char *version;
        struct bolt_run run;
        const char *want;
    } cases[] = {
        {"3.0", {"RETURN 1", "neo4j", NULL, NULL, 0, true, 5000, "t-1"},
         "10 RETURN 1 {neodeck: t-1} {tx_metadata: {app: neodeck, tag: t-1}, mode: r, tx_timeout: 5000}"},
        {"4.0", {"RETURN 1", "neo4j", NULL, NULL, 0, true, 5000, "t-1"},
         "10 RETURN 1 {neodeck: t-1} {tx_metadata: {app: neodeck, tag: t-1}, mode: r, db: neo4j, tx_timeout: 5000}"},
        {"5.8", {"RETURN $id", NULL, names, values, 1, false, 0, NULL}, "10 RETURN $id {id: 7} {tx_metadata: {app: neodeck}}"},
        {"6.0", {"RETURN $id", "system", names, values, 1, false, 10, "t"},
         "10 RETURN $id {id: 7, neodeck: t} {tx_metadata: {app: neodeck, tag: t}, db: system, tx_timeout: 10}"},
    };
    struct text m;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_init(&m, 0);
        bolt_run(&m, version(cases[i].version), &cases[i].run);
        check_sent(&m, cases[i].want);
    }
}

static void small_ones(void **state)
{
    struct text m;

#define SENT(call, want)  \
    do {                  \
        text_init(&m, 0); \
        call;             \
        check_sent(&m, want); \
    } while (0)
    SENT(bolt_pull(&m, version("3.0"), 1000), "3F");
    SENT(bolt_pull(&m, version("4.0"), 1000), "3F {n: 1000}");
    SENT(bolt_pull(&m, version("5.8"), -7), "3F {n: -1}");
    SENT(bolt_discard(&m, version("3.0")), "2F");
    SENT(bolt_discard(&m, version("4.4")), "2F {n: -1}");
    SENT(bolt_reset(&m), "0F");
    SENT(bolt_goodbye(&m), "02");
    SENT(assert_true(bolt_route(&m, version("4.3"), "h:1", NULL)), "66 {address: h:1} [] null");
    SENT(assert_true(bolt_route(&m, version("4.3"), "h:1", "db")), "66 {address: h:1} [] db");
    SENT(assert_true(bolt_route(&m, version("4.4"), "h:1", NULL)), "66 {address: h:1} [] {}");
    SENT(assert_true(bolt_route(&m, version("5.8"), "h:1", "db")), "66 {address: h:1} [] {db: db}");
    text_init(&m, 0);
    assert_false(bolt_route(&m, version("4.2"), "h:1", NULL));
    assert_int_equal(0, m.len);
    text_release(&m);
}

/* ---- from the server ---- */

static void add_pairs(struct text *m, const char *const *pairs)
{
    uint32_t n = 0;

    while (pairs[2 * n])
        n++;
    pack_map(m, n);
    for (; *pairs; pairs++)
        pack_string(m, *pairs);
}

static void failures(void **state)
{
    static const struct {
        const char *pairs[9];
        enum err_kind kind;
        const char *code, *words;
    } cases[] = {
        {{"code", "Neo.ClientError.Statement.SyntaxError", "message", "no"}, ERR_SERVER, "Neo.ClientError.Statement.SyntaxError", "no"},
        {{"neo4j_code", "Neo.ClientError.Statement.SyntaxError", "message", "no", "gql_status", "42001", "description", "d"},
         ERR_SERVER, "Neo.ClientError.Statement.SyntaxError", "no"},
        {{"neo4j_code", "Neo.ClientError.Security.Forbidden", "message", "not you"}, ERR_PRIVILEGE, "Neo.ClientError.Security.Forbidden", ""},
        {{"neo4j_code", "Neo.ClientError.Security.Unauthorized", "message", "bad"}, ERR_LOGIN, "Neo.ClientError.Security.Unauthorized", ""},
        {{"gql_status", "50N42", "description", "something"}, ERR_SERVER, "50N42", "something"},
        {{NULL}, ERR_SHAPE, "", "without a reason"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a = {0};
        struct bolt_answer got;
        struct text m;
        text_init(&m, 0);
        pack_struct(&m, 0x7f, 1);
        add_pairs(&m, cases[i].pairs);
        bolt_said(m.s, m.len, &a, &got);
        assert_int_equal(BOLT_FAILURE, got.said);
        if (got.err.kind != cases[i].kind || strcmp(got.err.code, cases[i].code) != 0 || !strstr(got.err.words, cases[i].words) ||
            !*got.err.words)
            fail_msg("%zu: kind %d code '%s' words '%s'", i, got.err.kind, got.err.code, got.err.words);
        text_release(&m);
        arena_release(&a);
    }
}

static void answers(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        enum bolt_said said;
        const char *words;
    } cases[] = {
#define B(s) s, sizeof(s) - 1
        {B("\xb1\x70\xa0"), BOLT_SUCCESS, ""},
        {B("\xb1\x71\x91\x01"), BOLT_RECORD, ""},
        {B("\xb0\x7e"), BOLT_IGNORED, ""},
        {B("\xb1\x7e\xa0"), BOLT_IGNORED, ""},
        {B("\xb1\x70\x91\x01"), BOLT_NONSENSE, "of another type"},
        {B("\xb1\x71\xa0"), BOLT_NONSENSE, "of another type"},
        {B("\xb1\x70\xa0\x01"), BOLT_NONSENSE, "more follows"},
        {B("\xb1\x70"), BOLT_NONSENSE, "ends too early"},
        {B("\xb1\x70\xa1\x81"), BOLT_NONSENSE, ""},
        {B("\xb2\x70\xa0\xa0"), BOLT_NONSENSE, "no message"},
        {B("\xb0\x70"), BOLT_NONSENSE, "no message"},
        {B("\xb1\x10\xa0"), BOLT_NONSENSE, "no message"},
        {B("\xb1\x71\xd6\xff\xff\xff\xff"), BOLT_NONSENSE, "longer than"},
        {B("\xb1\x70\xa1\x01\x01"), BOLT_NONSENSE, "no text"},
        {B("\x01"), BOLT_NONSENSE, "no message"},
        {B(""), BOLT_NONSENSE, "no message"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a = {0};
        struct bolt_answer got;
        bolt_said(cases[i].bytes, cases[i].n, &a, &got);
        if (got.said != cases[i].said || !strstr(got.err.words, cases[i].words) || (got.said == BOLT_NONSENSE) != (got.err.kind == ERR_SHAPE))
            fail_msg("%zu: %d '%s'", i, got.said, got.err.words);
        arena_release(&a);
    }
}

static void server(void **state)
{
    static const struct {
        int64_t hint, want;
    } cases[] = {{120, 120}, {0, 0}, {-5, 0}, {86400, 86400}, {86401, 0}, {INT64_MAX, 0}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a = {0};
        struct bolt_answer got;
        struct bolt_server s;
        struct text m;
        text_init(&m, 0);
        pack_struct(&m, 0x70, 1);
        pack_map(&m, 4);
        pack_string(&m, "server"), pack_string(&m, "Neo4j/5.26.0");
        pack_string(&m, "connection_id"), pack_string(&m, "bolt-12");
        pack_string(&m, "patch_bolt"), pack_list(&m, 2), pack_int(&m, 1), pack_string(&m, "utc");
        pack_string(&m, "hints"), pack_map(&m, 1), pack_string(&m, "connection.recv_timeout_seconds"), pack_int(&m, cases[i].hint);
        bolt_said(m.s, m.len, &a, &got);
        bolt_server_read(got.about, &s);
        assert_string_equal("Neo4j/5.26.0", s.agent);
        assert_string_equal("bolt-12", s.connection);
        assert_int_equal(cases[i].want, s.recv_timeout_s);
        assert_true(s.utc);
        text_release(&m);
        arena_release(&a);
    }
    struct bolt_server s;
    bolt_server_read(v_absent(ABSENT_NULL), &s);
    assert_string_equal("", s.agent);
    assert_int_equal(0, s.recv_timeout_s);
    assert_false(s.utc);
}

/* ---- rows ---- */

static struct value text_list(struct arena *a, const char *const *words, uint32_t n)
{
    struct value *v = arena_alloc(a, (n + 1) * sizeof *v);

    for (uint32_t i = 0; i < n; i++)
        v[i] = v_text(words[i]);
    return (struct value){.type = V_LIST, .len = n, .u.list = v};
}

static struct value map_of(struct arena *a, const char *key, struct value value)
{
    struct value *v = arena_alloc(a, 2 * sizeof *v);

    v[0] = v_text(key);
    v[1] = value;
    return (struct value){.type = V_MAP, .len = 2, .u.list = v};
}

static void rows(void **state)
{
    static const char *const words[] = {"a", "b", "c"};
    struct arena a = {0};
    struct err e = {0};
    struct neo_result out = {0};
    struct rows r = {.arena = &a, .e = &e, .max_cells = 7};

    assert_true(bolt_rows_names(&r, map_of(&a, "fields", text_list(&a, words, 2))));
    assert_true(bolt_rows_add(&r, text_list(&a, words, 2)));
    assert_true(bolt_rows_add(&r, text_list(&a, words + 1, 2)));
    assert_true(bolt_rows_add(&r, text_list(&a, words, 2)));
    rows_finish(&r, &out);
    assert_int_equal(2, out.ncols);
    assert_int_equal(3, out.nrows);
    assert_string_equal("b", value_str(out.cells[2], ""));
    rows_drop(&r);

    static const struct {
        uint32_t width;
        unsigned rows;
        enum err_kind kind;
    } wrong[] = {{1, 1, ERR_SHAPE}, {3, 1, ERR_SHAPE}, {2, 4, ERR_TOO_LARGE}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct rows w = {.arena = &a, .e = &e, .max_cells = 7};
        bool ok = bolt_rows_names(&w, map_of(&a, "fields", text_list(&a, words, 2)));
        for (unsigned n = 0; ok && n < wrong[i].rows; n++)
            ok = bolt_rows_add(&w, text_list(&a, words, wrong[i].width));
        assert_false(ok);
        assert_int_equal(wrong[i].kind, e.kind);
        rows_drop(&w);
    }
    assert_false(bolt_rows_names(&r, map_of(&a, "fields", v_int(1))));
    assert_false(bolt_rows_names(&r, map_of(&a, "other", v_int(1))));
    arena_release(&a);
}

static void no_plan(void **state)
{
    struct arena a = {0};
    struct neo_result out = {0};

    assert_false(bolt_plan(v_absent(ABSENT_NULL), &a, &out));
    assert_false(bolt_plan(map_of(&a, "plan", v_int(7)), &a, &out));
    assert_true(bolt_plan(map_of(&a, "plan", map_of(&a, "operatorType", v_text("ProduceResults@neo4j"))), &a, &out));
    assert_true(out.nrows > 0);
    arena_release(&a);
}

static void routing(void **state)
{
    struct arena a = {0};
    struct neo_result out = {0};
    struct value flat[4] = {v_text("ttl"), v_int(300), v_text("servers"), text_list(&a, (const char *const[]){"x"}, 1)};
    struct value table = {.type = V_MAP, .len = 4, .u.list = flat};

    assert_true(bolt_routing(map_of(&a, "rt", table), &a, &out));
    assert_int_equal(2, out.ncols);
    assert_int_equal(1, out.nrows);
    assert_string_equal("ttl", out.names[0]);
    assert_string_equal("servers", out.names[1]);
    assert_int_equal(300, value_i64(out.cells[0], 0));
    assert_int_equal(V_LIST, out.cells[1].type);
    flat[1] = v_text("for ever");
    assert_false(bolt_routing(map_of(&a, "rt", table), &a, &out));
    flat[1] = v_int(300);
    flat[3] = v_int(7);
    assert_false(bolt_routing(map_of(&a, "rt", table), &a, &out));
    assert_false(bolt_routing(map_of(&a, "rt", v_int(7)), &a, &out));
    assert_false(bolt_routing(v_absent(ABSENT_NULL), &a, &out));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hello),    cmocka_unit_test(logon),   cmocka_unit_test(run),    cmocka_unit_test(small_ones),
        cmocka_unit_test(failures), cmocka_unit_test(answers), cmocka_unit_test(server), cmocka_unit_test(rows),
        cmocka_unit_test(no_plan),  cmocka_unit_test(routing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
