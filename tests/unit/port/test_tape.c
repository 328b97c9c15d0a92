#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "port/replay.h"
#include "port/tape.h"
#include "support/fakeport.h"

#define WALL INT64_C(1795360988430)

/* ---- JSON ---- */

static void json_that_is_read(void **state)
{
    static const struct {
        const char *json, *rendered;
        enum value_type type;
    } cases[] = {
        {"null", "", V_ABSENT},
        {" true ", "true", V_BOOL},
        {"-42", "-42", V_INT},
        {"9223372036854775807", "9223372036854775807", V_INT},
        {"9223372036854775808", "9.223372036854776e+18", V_FLOAT},
        {"1.5", "1.5", V_FLOAT},
        {"1e3", "1000.0", V_FLOAT},
        {"\"a\\n\\u00e9\\ud83d\\ude00\\\"\"", "a\n\xc3\xa9\xf0\x9f\x98\x80\"", V_TEXT},
        {"\"\\ud83dx\"", "\xef\xbf\xbdx", V_TEXT},
        {"\"\\ud83d\\u0041\"", "\xef\xbf\xbd""A", V_TEXT},
        {"[]", "[]", V_LIST},
        {"[1, [2], {}]", "[1, [2], {}]", V_LIST},
        {"{\"a\":1,\"b\":[true]}", "{a: 1, b: [true]}", V_MAP},
    };
    struct arena a = {0};
    struct text t;

    text_init(&t, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value v;
        struct err e = {0};
        if (!tape_parse_json(cases[i].json, strlen(cases[i].json), &a, &v, &e))
            fail_msg("%s: %s", cases[i].json, e.words);
        assert_int_equal(v.type, cases[i].type);
        text_clear(&t);
        value_render(v, &t);
        assert_string_equal(t.s, cases[i].rendered);
    }
    text_release(&t);
    arena_release(&a);
}

static void json_that_is_refused(void **state)
{
    static const char *const cases[] = {"", " ", "nul", "tru", "{", "[", "[1", "[1,", "[1 2]", "{\"a\"}", "{\"a\":}", "{1:2}", "\"a", "\"\\x\"",
                                        "\"\\u12\"", "\"\n\"", "1 2", "-", "1.2.3", "+", "]", "[,]", "{,}", "[1]]"};
    char deep[200];
    struct arena a = {0};
    struct value v;
    struct err e;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        e = (struct err){0};
        if (tape_parse_json(cases[i], strlen(cases[i]), &a, &v, &e))
            fail_msg("'%s' was read", cases[i]);
        assert_int_equal(e.kind, ERR_SHAPE);
        assert_non_null(strstr(e.words, "at byte "));
    }
    memset(deep, '[', sizeof deep);
    assert_false(tape_parse_json(deep, sizeof deep, &a, &v, &e));
    assert_non_null(strstr(e.words, "too many levels at byte 65"));
    arena_release(&a);
}

/* ---- recorder and replayer ---- */

struct tape {
    struct text text;
    size_t lines;
};

static void keep_line(void *data, const char *line)
{
    struct tape *t = data;
    assert_null(strchr(line, '\n'));
    text_adds(&t->text, line);
    text_addc(&t->text, '\n');
    t->lines++;
}

struct heard {
    int calls, last;
    enum err_kind kind;
    enum absent absent;
    char words[400], code[96];
    struct arena memory;
    struct value *cells;
    size_t nrows, ncols;
    bool more;
    int64_t elapsed, connection;
    struct instance_state state;
    char version[40];
};

static void hear(void *ctx, const struct reply *r)
{
    struct heard *h = ctx;
    h->calls++;
    h->last += r->last;
    h->kind = r->err ? r->err->kind : ERR_NONE;
    h->absent = r->err ? r->err->absent : ABSENT_NULL;
    snprintf(h->words, sizeof h->words, "%s", r->err ? r->err->words : "");
    snprintf(h->code, sizeof h->code, "%s", r->err ? r->err->code : "");
    h->nrows = r->nrows;
    h->more = r->more;
    h->ncols = r->ncols;
    h->elapsed = r->elapsed_ms;
    h->connection = r->connection;
    h->cells = arena_alloc(&h->memory, (r->nrows * r->ncols + 1) * sizeof *h->cells);
    for (size_t i = 0; i < r->nrows * r->ncols; i++)
        h->cells[i] = value_copy(&h->memory, r->cells[i]);
    if (r->state) {
        h->state = *r->state;
        snprintf(h->version, sizeof h->version, "%s", r->state->version);
    }
}

static struct ask statement(uint32_t instance, enum statement_id id, const char *database, const struct param *params, size_t n)
{
    return (struct ask){.kind = ASK_STATEMENT, .instance = instance,
                        .u.statement = {.id = id, .database = database, .params = params, .nparams = n}};
}

static void what_is_recorded_is_replayed(void **state)
{
    static const char *const instances[] = {"prod-1", "stage"};
    static const char *const names[] = {"a", "b\t\"", "parameters"};
    struct value list[] = {v_int(1), v_text("x"), v_absent(ABSENT_NULL)};
    struct value map[] = {v_text("password"), v_text("hunter2"), v_text("n"), v_int(5)};
    struct value other = {.type = V_MAP, .len = 2, .u.list = map + 2};
    struct value m = {.type = V_MAP, .len = 4, .u.list = map}, l = {.type = V_LIST, .len = 3, .u.list = list};
    struct value rows[] = {
        v_int(INT64_MIN), v_text("line\none\x1b[31m"), m,
        v_float(0.1), l, v_absent(ABSENT_PRIVILEGE),
        v_float(INFINITY), v_time(WALL), v_duration(-5),
        v_bool(true), other, v_time(INT64_MIN / 4),
        v_float(2.0), v_textn("a\0b", 3), v_text("plain"),
    };
    struct param id7[] = {{"id", v_text("neo4j-transaction-7")}}, id8[] = {{"id", v_text("neo4j-transaction-8")}};
    struct fakeport inner = {0};
    struct fakelater later = {0};
    struct tape tape = {0};
    struct err e = {0};

    clock_freeze(WALL);
    text_init(&tape.text, 0);
    struct recorder *rec = recorder_new(fakeport_of(&inner), keep_line, &tape);
    struct port p = recorder_port(rec);
    struct heard h = {0};
    recorder_begin(rec, instances, NULL, 2);

    struct ask ask = statement(1, STMT_TRANSACTIONS, NULL, NULL, 0);
    port_submit(&p, &ask, hear, &h);
    clock_advance(40);
    struct reply r = {.names = names, .cells = rows, .ncols = 3, .nrows = 5, .last = true, .elapsed_ms = 4, .connection = 3};
    fake_reply(&inner, inner.last, r);
    assert_int_equal(h.nrows, 5); /* passed through */
    port_submit(&p, &ask, hear, &h);
    r.nrows = 0;
    fake_reply(&inner, inner.last, r);

    ask = statement(1, STMT_TRANSACTION, NULL, id7, 1);
    port_submit(&p, &ask, hear, &h);
    r.nrows = 1;
    fake_reply(&inner, inner.last, r);
    ask = statement(1, STMT_TRANSACTION, NULL, id8, 1);
    port_submit(&p, &ask, hear, &h);
    err_set(&e, ERR_PRIVILEGE, "not \"allowed\"");
    strcpy(e.code, "Neo.ClientError.Security.Forbidden");
    fake_reply(&inner, inner.last, (struct reply){.last = true, .err = &e});
    ticket st = port_submit(&p, &(struct ask){.kind = ASK_STATE, .instance = 0}, hear, &h);
    fake_state(&inner, 0, PHASE_CONNECTING, "", "");
    fake_state(&inner, 0, PHASE_UP, "5.26.30", "");
    port_submit(&p, &(struct ask){.kind = ASK_REMEMBER, .u.line = {"command", "secret", 0}}, hear, &h);
    fake_reply(&inner, inner.last, (struct reply){.last = true});
    recorder_free(rec);
    port_cancel(&(struct port){&inner, fakeport_submit, fakeport_cancel}, st);
    fake_settle_cancelled(&inner);
    fakeport_release(&inner);
    assert_int_equal(tape.lines, 7);
    assert_null(strstr(tape.text.s, "hunter2"));
    assert_null(strstr(tape.text.s, "secret"));
    assert_non_null(strstr(tape.text.s, "{\"map\":{\"password\":\"(hidden)\",\"n\":\"(hidden)\"}}"));
    assert_non_null(strstr(tape.text.s, "{\"time\":\"2026-11-22T15:23:08.430Z\"}"));

    struct replayer *re = replayer_new(tape.text.s, tape.text.len, fakelater_of(&later), &e);
    if (!re)
        fail_msg("%s", e.words);
    p = replayer_port(re);
    assert_int_equal(replayer_instances(re), 2);
    assert_string_equal(replayer_instance_name(re, 1), "stage");
    assert_string_equal(replayer_instance_name(re, 2), "");
    assert_true(replayer_clock_ms(re) == WALL);
    assert_null(replayer_place(re, 1).home); /* a tape without */
    assert_int_equal(replayer_place(re, 1).port, 0);
    assert_false(replayer_knows_host(re, 1));
    struct heard first = {0}, second = {0}, third = {0}, seven = {0}, eight = {0}, up = {0};
    ask = statement(1, STMT_TRANSACTIONS, NULL, NULL, 0);
    port_submit(&p, &ask, hear, &first);
    port_submit(&p, &ask, hear, &second);
    port_submit(&p, &ask, hear, &third);
    ask = statement(1, STMT_TRANSACTION, NULL, id7, 1);
    port_submit(&p, &ask, hear, &seven);
    ask = statement(1, STMT_TRANSACTION, NULL, id8, 1);
    port_submit(&p, &ask, hear, &eight);
    st = port_submit(&p, &(struct ask){.kind = ASK_STATE, .instance = 0}, hear, &up);
    assert_int_equal(first.calls, 0);
    assert_false(replayer_idle(re));
    fakelater_run(&later);
    assert_true(replayer_idle(re));
    assert_int_equal(first.calls, 1);
    assert_int_equal(first.last, 1);
    assert_int_equal(first.elapsed, 4);
    assert_int_equal(first.connection, 3);
    assert_int_equal(first.nrows, 5);
    for (size_t i = 0; i < 15; i++) {
        if (i == 2 || i == 10)
            continue; /* the hidden ones */
        if (first.cells[i].type != rows[i].type || first.cells[i].absent != rows[i].absent ||
            (rows[i].type != V_ABSENT && !value_equal(first.cells[i], rows[i])))
            fail_msg("cell %zu came back as another one", i);
    }
    assert_string_equal(value_str(value_get(first.cells[2], "password"), ""), "(hidden)");
    assert_int_equal(value_get(first.cells[10], "n").type, V_INT); /* another column: a map as it was */
    assert_int_equal(second.nrows, 0);
    assert_int_equal(third.nrows, 0); /* the last one for ever */
    assert_int_equal(third.last, 1);
    assert_int_equal(seven.nrows, 1);
    assert_int_equal(eight.kind, ERR_PRIVILEGE);
    assert_int_equal(eight.absent, ABSENT_PRIVILEGE);
    assert_string_equal(eight.words, "not \"allowed\"");
    assert_string_equal(eight.code, "Neo.ClientError.Security.Forbidden");
    assert_int_equal(up.calls, 2);
    assert_int_equal(up.last, 0);
    assert_int_equal(up.state.phase, PHASE_UP);
    assert_string_equal(up.version, "5.26.30");
    assert_int_equal(up.state.latency_ms, 2);
    assert_true(up.state.since_ms == 1000);
    port_cancel(&p, st);
    port_cancel(&p, st);
    fakelater_run(&later);
    assert_int_equal(up.last, 1);
    assert_int_equal(up.kind, ERR_CANCELLED);

    struct heard gone = {0}, left = {0}, open = {0};
    ask = statement(0, STMT_TRANSACTIONS, NULL, NULL, 0); /* the other instance */
    port_submit(&p, &ask, hear, &gone);
    fakelater_run(&later);
    assert_int_equal(gone.kind, ERR_UNREACHABLE);
    assert_non_null(strstr(gone.words, "TRANSACTIONS is not on the tape"));
    port_submit(&p, &ask, hear, &left);
    port_submit(&p, &(struct ask){.kind = ASK_STATE, .instance = 0}, hear, &open);
    replayer_free(re);
    assert_int_equal(left.last, 1);
    assert_int_equal(open.last, 1);
    assert_int_equal(open.calls, 1);
    fakelater_run(&later);
    assert_int_equal(left.calls, 1);
    struct heard *all[] = {&h, &first, &second, &third, &seven, &eight, &up, &gone, &left, &open};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        arena_release(&all[i]->memory);
    text_release(&tape.text);
}

static void tapes_that_are_refused_say_where(void **state)
{
#define HEAD "{\"tape\":1,\"clock\":\"2026-11-22T13:45:02Z\",\"instances\":[\"a\"]}\n"
    static const struct {
        const char *tape, *words;
    } cases[] = {
        {"", "empty tape"},
        {"# only a comment\n\n", "empty tape"},
        {"neodeck\n", "line 1: no value"},
        {"{\"a\":1}\n", "line 1: this is no tape"},
        {"{\"tape\":2}\n", "line 1: a tape of version 2"},
        {"{\"tape\":1,\"clock\":\"noon\"}", "line 1: \"clock\" is no time"},
        {HEAD "\n# x\n{\"ask\":\"statement\",\"statement\":\"DROP\"}", "line 4: there is no statement 'DROP'"},
        {HEAD "{\"ask\":\"sing\"}", "line 2: \"ask\" is 'sing'"},
        {HEAD "[1]", "line 2: a line has to be an object"},
        {HEAD "{\"ask\":\"state\",\"instance\":0,\"state\":{\"phase\":\"asleep\"}}", "there is no phase 'asleep'"},
        {HEAD "{\"ask\":\"statement\",\"instance\":0,\"statement\":\"DATABASES\",\"columns\":[\"a\"],\"rows\":[[1],[1,2]]}", "row 2 has not 1 cells"},
        {HEAD "{\"ask\":\"statement\",\"instance\":0,\"statement\":\"DATABASES\",\"columns\":[\"a\"],\"rows\":[[{\"b\":1}]]}", "must have one name"},
        {HEAD "{\"ask\":\"statement\",\"instance\":0,\"statement\":\"DATABASES\",\"error\":{\"kind\":\"tired\"}}", "no error of kind 'tired'"},
        {HEAD "{\"ask\":\"statement\",\"instance\":1,\"statement\":\"DATABASES\",\"columns\":[],\"rows\":[]}", "instance 1, but the first line names 1"},
        {HEAD "{\"ask\":\"statement\",\"instance\":-1,\"statement\":\"DATABASES\",\"columns\":[],\"rows\":[]}", "no number of an instance"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fakelater later = {0};
        struct err e = {0};
        struct replayer *r = replayer_new(cases[i].tape, strlen(cases[i].tape), fakelater_of(&later), &e);
        assert_null(r);
        if (!strstr(e.words, cases[i].words))
            fail_msg("'%s' is not in '%s'", cases[i].words, e.words);
    }
}

static void states_come_where_they_stand(void **state)
{
    static const char tape[] = "{\"tape\":1,\"clock\":\"2026-11-22T13:45:02.000Z\",\"instances\":[\"a\",\"b\"]}\n"
                               "{\"at\":0,\"instance\":0,\"ask\":\"state\",\"state\":{\"phase\":\"connecting\"}}\n"
                               "{\"at\":0,\"instance\":0,\"ask\":\"state\",\"state\":{\"phase\":\"up\"}}\n"
                               "{\"at\":0,\"instance\":0,\"ask\":\"statement\",\"statement\":\"TRANSACTIONS\",\"columns\":[\"a\"],\"rows\":[]}\n"
                               "{\"at\":0,\"instance\":0,\"ask\":\"state\",\"state\":{\"phase\":\"slow\"}}\n"
                               "{\"at\":0,\"instance\":0,\"ask\":\"statement\",\"statement\":\"DATABASES\",\"columns\":[\"a\"],\"rows\":[]}\n"
                               "{\"at\":0,\"instance\":1,\"ask\":\"state\",\"state\":{\"phase\":\"down\"}}\n"
                               "{\"at\":0,\"instance\":0,\"ask\":\"state\",\"state\":{\"phase\":\"stale\"}}\n";
    struct fakelater later = {0};
    struct err e = {0};
    struct replayer *re = replayer_new(tape, strlen(tape), fakelater_of(&later), &e);
    struct port p = replayer_port(re);
    struct heard a = {0}, b = {0}, answer = {0};
    struct ask databases = statement(0, STMT_DATABASES, NULL, NULL, 0), transactions = statement(0, STMT_TRANSACTIONS, NULL, NULL, 0);

    (void)state;
    port_submit(&p, &(struct ask){.kind = ASK_STATE, .instance = 0}, hear, &a);
    port_submit(&p, &(struct ask){.kind = ASK_STATE, .instance = 1}, hear, &b);
    fakelater_run(&later);
    assert_int_equal(a.calls, 2);
    assert_int_equal(a.state.phase, PHASE_UP);
    assert_int_equal(b.state.phase, PHASE_DOWN); /* nothing was asked of it on the tape */
    port_submit(&p, &transactions, hear, &answer);
    fakelater_run(&later);
    assert_int_equal(a.state.phase, PHASE_SLOW);
    port_submit(&p, &databases, hear, &answer);
    port_submit(&p, &transactions, hear, &answer);
    fakelater_run(&later);
    assert_int_equal(a.calls, 4);
    assert_int_equal(a.state.phase, PHASE_STALE);
    port_submit(&p, &transactions, hear, &answer);
    fakelater_run(&later);
    assert_int_equal(a.calls, 4); /* each once */
    replayer_free(re);
    arena_release(&answer.memory);
    arena_release(&a.memory);
    arena_release(&b.memory);
}

/* Questions that are answered elsewhere move the tape on, as if it had answered them, and nobody is called for them. */
static void what_is_passed_counts(void **state)
{
    static const char tape[] = "{\"tape\":1,\"clock\":\"2026-11-22T13:45:02.000Z\",\"instances\":[\"a\"]}\n"
                               "{\"at\":0,\"instance\":0,\"ask\":\"state\",\"state\":{\"phase\":\"connecting\"}}\n"
                               "{\"at\":0,\"instance\":0,\"ask\":\"statement\",\"statement\":\"DATABASES\",\"columns\":[\"a\"],\"rows\":[[1]]}\n"
                               "{\"at\":0,\"instance\":0,\"ask\":\"state\",\"state\":{\"phase\":\"up\"}}\n"
                               "{\"at\":0,\"instance\":0,\"ask\":\"statement\",\"statement\":\"DATABASES\",\"columns\":[\"a\"],\"rows\":[[1],[2]]}\n"
                               "{\"at\":0,\"instance\":0,\"ask\":\"state\",\"state\":{\"phase\":\"slow\"}}\n";
    struct fakelater later = {0};
    struct err e = {0};
    struct replayer *re = replayer_new(tape, strlen(tape), fakelater_of(&later), &e);
    struct port p = replayer_port(re);
    struct heard states = {0}, answer = {0};
    struct ask databases = statement(0, STMT_DATABASES, NULL, NULL, 0), unknown = statement(0, STMT_USERS, NULL, NULL, 0);

    (void)state;
    port_submit(&p, &(struct ask){.kind = ASK_STATE}, hear, &states);
    fakelater_run(&later);
    assert_int_equal(states.state.phase, PHASE_CONNECTING);
    replayer_pass(re, &unknown);
    replayer_pass(re, &(struct ask){.kind = ASK_STATE});
    fakelater_run(&later);
    assert_int_equal(states.calls, 1);
    replayer_pass(re, &databases);
    fakelater_run(&later);
    assert_int_equal(states.state.phase, PHASE_UP);
    port_submit(&p, &databases, hear, &answer);
    fakelater_run(&later);
    assert_int_equal(answer.calls, 1);
    assert_int_equal(answer.nrows, 2); /* the first one was passed */
    assert_int_equal(states.state.phase, PHASE_SLOW);
    replayer_free(re);
    arena_release(&answer.memory);
    arena_release(&states.memory);
}


/* Rows in parts are one answer of the tape: whole, cut short by who asked, or failed on its way. */
static void parts_are_one_line(void **state)
{
    static const char *const instances[] = {"prod"}, *const names[] = {"id", "text"};
    static const struct {
        enum err_kind fails;
        bool more;
        size_t last; /* rows with the last reply */
        const char *line, *not;
    } cases[] = {
        {ERR_NONE, false, 1, "\"rows\":[[1,\"a\"],[2,\"b\"],[3,\"c\"],[1,\"a\"]]", "more"},
        {ERR_NONE, true, 0, "\"more\":true,\"columns\":[\"id\",\"text\"],\"rows\":[[1,\"a\"],[2,\"b\"],[3,\"c\"]]", "error"},
        {ERR_TIMEOUT, false, 1, "\"error\":{\"kind\":\"timeout\"", "more"},
    };
    struct value rows[] = {v_int(1), v_text("a"), v_int(2), v_text("b"), v_int(3), v_text("c")};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fakeport inner = {0};
        struct fakelater later = {0};
        struct tape tape = {0};
        struct heard h = {0};
        struct err e = {0};

        text_init(&tape.text, 0);
        struct recorder *rec = recorder_new(fakeport_of(&inner), keep_line, &tape);
        struct port p = recorder_port(rec);
        struct ask ask = statement(0, STMT_TRANSACTIONS, NULL, NULL, 0);
        recorder_begin(rec, instances, NULL, 1);
        port_submit(&p, &ask, hear, &h);
        struct reply r = {.names = names, .cells = rows, .ncols = 2, .nrows = 2};
        fake_reply(&inner, inner.last, r);
        assert_int_equal(h.nrows, 2); /* passed on as they come */
        r.cells = rows + 4, r.nrows = 1;
        fake_reply(&inner, inner.last, r);
        err_set(&e, cases[i].fails, "in the middle");
        r = (struct reply){.names = names, .cells = rows, .ncols = 2, .nrows = cases[i].last, .last = true, .more = cases[i].more,
                           .err = cases[i].fails ? &e : NULL};
        fake_reply(&inner, inner.last, r);
        recorder_free(rec);
        fakeport_release(&inner);
        assert_int_equal(tape.lines, 2);
        if (!strstr(tape.text.s, cases[i].line) || strstr(tape.text.s, cases[i].not))
            fail_msg("%s", tape.text.s);

        e = (struct err){0};
        struct replayer *re = replayer_new(tape.text.s, tape.text.len, fakelater_of(&later), &e);
        assert_non_null(re);
        p = replayer_port(re);
        arena_release(&h.memory);
        h = (struct heard){0};
        port_submit(&p, &ask, hear, &h);
        fakelater_run(&later);
        assert_int_equal(h.nrows, 3 + cases[i].last);
        assert_int_equal(h.more, cases[i].more);
        assert_int_equal(h.kind, cases[i].fails);
        replayer_free(re);
        text_release(&tape.text);
        arena_release(&h.memory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_that_is_read),
        cmocka_unit_test(json_that_is_refused),
        cmocka_unit_test(states_come_where_they_stand),
        cmocka_unit_test(what_is_recorded_is_replayed),
        cmocka_unit_test(parts_are_one_line),
        cmocka_unit_test(tapes_that_are_refused_say_where),
        cmocka_unit_test(what_is_passed_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
