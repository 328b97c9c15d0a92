/* Asks of hosts on the way through the port: what changes, what the guard lets through, what a tape keeps of them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "port/guard.h"
#include "port/replay.h"
#include "port/tape.h"
#include "port/tape_bytes.h"
#include "support/fakeport.h"

/* ---- the table ---- */

static bool is_placeholder(const char *t, bool last)
{
    static const char *const whole[] = {"%s", "%d", "%start", "%stop", "%restart"};

    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (strcmp(t, whole[i]) == 0)
            return true;
    return (strcmp(t, "%*") == 0 && last) || ((t[1] == '/' || t[1] == '=') && t[2] && !strpbrk(t + 2, "/=% "));
}

static void rows_make_sense(void **state)
{
    for (int id = HOST_CMD_NONE + 1; id < NHOST_COMMANDS; id++) {
        const struct host_command *c = host_command((enum host_command_id)id);
        assert_int_equal(host_command_by_name(c->name), id);
        assert_true(c->deadline_ms > 0);
        assert_non_null(c->argv[0]);
        assert_true(*c->help);
        for (size_t i = 0; c->argv[i]; i++)
            if (c->argv[i][0] == '%' && !is_placeholder(c->argv[i], !c->argv[i + 1]))
                fail_msg("%s: %s", c->name, c->argv[i]);
        for (size_t i = 0; c->argv[i]; i++) /* a tool of Neo4j is never run as root */
            assert_true(!str_starts(c->argv[i], "%/neo4j") || (c->not_root && c->as == AS_SERVER));
    }
    assert_int_equal(host_command_by_name("NOPE"), HOST_CMD_NONE);
    assert_null(host_command(NHOST_COMMANDS)->argv[0]);
}

static bool changes(enum host_what what, enum host_command_id id)
{
    struct ask a = {.kind = ASK_HOST, .u.host = {.what = what, .command = id}};

    return ask_effect(&a) == EFFECT_CHANGES;
}

static void the_table_says_what_changes(void **state)
{
    static const char *const changing[] = {"UNIT_START", "UNIT_STOP", "UNIT_RESTART", "START_COMMAND", "STOP_COMMAND", "RESTART_COMMAND",
                                           "NEO4J_START", "NEO4J_STOP", "NEO4J_RESTART"};

    for (int id = 0; id < NHOST_COMMANDS + 3; id++) {
        bool want = id == HOST_CMD_NONE || id >= NHOST_COMMANDS;
        for (size_t i = 0; i < sizeof changing / sizeof *changing; i++)
            want |= strcmp(host_command((enum host_command_id)id)->name, changing[i]) == 0;
        assert_int_equal(changes(HOST_RUN, (enum host_command_id)id), want);
    }
    for (int what = HOST_STAT; what < HOST_STATVFS + 3; what++)
        assert_int_equal(changes((enum host_what)what, HOST_CMD_UNIT_START), what == HOST_WRITE || what > HOST_STATVFS);
}

/* ---- the guard ---- */

static bool always(void *data, uint32_t instance)
{
    return true;
}

struct heard {
    int calls, lasts;
    struct err err;
    struct arena memory;
    struct text story; /* of a follow: bytes and [events] */
    struct value cells[16];
    size_t ncols, nrows;
};

static void hear(void *ctx, const struct reply *r)
{
    struct heard *h = ctx;

    h->calls++;
    h->lasts += r->last;
    err_clear(&h->err);
    if (r->err)
        h->err = *r->err;
    h->ncols = r->ncols;
    h->nrows = r->nrows;
    for (size_t i = 0; i < r->ncols * r->nrows && i < 16; i++)
        h->cells[i] = value_copy(&h->memory, r->cells[i]);
    if (reply_column(r, "event") >= 0)
        text_addf(&h->story, "[%s]%s", value_str(reply_cell(r, 0, "event"), ""), value_str(reply_cell(r, 0, "bytes"), ""));
}

static void the_guard_stops_what_changes(void **state)
{
    static const char *const args[] = {"neo4j.service"};
    struct fakelater later = {0};
    struct fakeport inner = {0};
    struct guard *g = guard_new(fakeport_of(&inner), fakelater_of(&later), always, NULL);
    struct port p = guard_port(g);
    struct host_call calls[] = {
        {.what = HOST_WRITE, .path = "/etc/neo4j/neo4j.conf", .in = "x", .in_len = 1},
        {.what = HOST_RUN, .command = HOST_CMD_UNIT_STOP, .args = args, .nargs = 1},
        {.what = HOST_RUN, .command = HOST_CMD_NONE},
        {.what = HOST_READ, .path = "/x"},
        {.what = HOST_RUN, .command = HOST_CMD_UNIT_SHOW, .args = args, .nargs = 1},
    };
    static const char *const words[] = {"writing '/etc/neo4j/neo4j.conf' was not done", "UNIT_STOP neo4j.service was not done",
                                        "a command that the table does not know was not done"};

    for (size_t i = 0; i < 3; i++) {
        struct heard h = {0};
        port_submit(&p, &(struct ask){.kind = ASK_HOST, .u.host = calls[i]}, hear, &h);
        fakelater_run(&later);
        assert_int_equal(h.err.kind, ERR_READ_ONLY);
        assert_non_null(strstr(h.err.words, words[i]));
        assert_int_equal(inner.n, 0);
    }
    for (size_t i = 3; i < 5; i++)
        port_submit(&p, &(struct ask){.kind = ASK_HOST, .u.host = calls[i]}, hear, NULL);
    assert_int_equal(inner.n, 2);
    guard_free(g);
    fakeport_release(&inner);
}

/* ---- copies ---- */

static void a_copy_stands_alone(void **state)
{
    char path[] = "/a", in[] = "x\0y", first[] = "1", second[] = "2";
    const char *args[] = {first, second};
    struct ask a = {.kind = ASK_HOST, .u.host = {.what = HOST_WRITE, .path = path, .in = in, .in_len = 3, .args = args, .nargs = 2}};
    struct arena memory = {0};
    struct ask b = ask_copy(&memory, &a);

    path[1] = in[2] = second[0] = '!';
    args[0] = NULL;
    assert_string_equal(b.u.host.path, "/a");
    assert_memory_equal(b.u.host.in, "x\0y", 3);
    assert_string_equal(b.u.host.args[0], "1");
    assert_string_equal(b.u.host.args[1], "2");
    arena_release(&memory);
}

/* ---- tapes ---- */

static void keep_line(void *data, const char *line)
{
    text_adds(data, line);
    text_addc(data, '\n');
}

struct recording {
    struct text tape;
    struct fakeport inner;
    struct recorder *recorder;
    struct port port;
};

static void record(struct recording *r)
{
    static const char *const names[] = {"prod-1"};
    static const struct place_of_server place = {.home = "/srv/neo4j/a \"b\"", .port = 7475};

    memset(r, 0, sizeof *r);
    text_init(&r->tape, 0);
    r->recorder = recorder_new(fakeport_of(&r->inner), keep_line, &r->tape);
    r->port = recorder_port(r->recorder);
    recorder_begin(r->recorder, names, &place, 1);
}

static ticket ask(struct port *p, struct host_call c, struct heard *h)
{
    return port_submit(p, &(struct ask){.kind = ASK_HOST, .u.host = c}, hear, h);
}

static const char *const read_columns[] = {"bytes", "from"};
static const char *const follow_columns[] = {"event", "bytes", "from"};

static void answer(struct recording *r, ticket id, const char *bytes, size_t n)
{
    struct value cells[] = {v_textn(bytes, n), v_int(0)};

    fake_reply(&r->inner, id, (struct reply){.names = read_columns, .cells = cells, .ncols = 2, .nrows = 1, .last = true});
}

static void follow_answer(struct recording *r, ticket id, const char *event, const char *bytes)
{
    struct value cells[] = {v_text(event), v_text(bytes), v_int(0)};

    fake_reply(&r->inner, id, (struct reply){.names = follow_columns, .cells = cells, .ncols = 3, .nrows = 1});
}

static void what_is_recorded_is_replayed(void **state)
{
    static const char bytes[] = "a\0\xff\xfe b", conf[] = "a=1\nserver.x.private_key_password=hunter2\nb=2\n";
    static const char *const unit[] = {"neo4j.service"}, *const other[] = {"other.service"};
    struct host_call jar = {.what = HOST_READ, .path = "/x.jar", .from = 5, .n = 6}, file = {.what = HOST_READ, .path = "/neo4j.conf"};
    struct host_call show = {.what = HOST_RUN, .command = HOST_CMD_UNIT_SHOW, .args = unit, .nargs = 1}, not_asked = show;
    struct host_call write = {.what = HOST_WRITE, .path = "/f", .in = "hunter2", .in_len = 7};
    struct recording r;
    struct heard h = {0};
    struct fakelater later = {0};
    struct err e = {0};

    record(&r);
    text_init(&h.story, 0);
    answer(&r, ask(&r.port, jar, &h), bytes, sizeof bytes - 1);
    answer(&r, ask(&r.port, file, &h), conf, sizeof conf - 1);
    answer(&r, ask(&r.port, show, &h), "up", 2);
    answer(&r, ask(&r.port, write, &h), "7", 1);
    recorder_free(r.recorder);
    fakeport_release(&r.inner);
    assert_null(strstr(r.tape.s, "hunter2"));

    struct replayer *replayer = replayer_new(r.tape.s, r.tape.len, fakelater_of(&later), &e);
    assert_non_null(replayer);
    assert_true(replayer_knows_host(replayer, 0));
    assert_false(replayer_knows_host(replayer, 1));
    assert_string_equal(replayer_place(replayer, 0).home, "/srv/neo4j/a \"b\"");
    assert_int_equal(replayer_place(replayer, 0).port, 7475);
    assert_null(replayer_place(replayer, 1).home);
    struct port p = replayer_port(replayer);
    ask(&p, jar, &h);
    fakelater_run(&later);
    assert_int_equal(h.cells[0].len, sizeof bytes - 1);
    assert_memory_equal(h.cells[0].u.s, bytes, sizeof bytes - 1);
    ask(&p, file, &h);
    fakelater_run(&later);
    assert_string_equal(value_str(h.cells[0], ""), "a=1\nserver.x.private_key_password=(hidden)\nb=2\n");
    ask(&p, show, &h);
    fakelater_run(&later);
    assert_string_equal(value_str(h.cells[0], ""), "up");
    write.in = "something else"; /* what is written is not on the tape, that it was is */
    ask(&p, write, &h);
    fakelater_run(&later);
    assert_int_equal(h.err.kind, ERR_NONE);
    not_asked.args = other;
    jar.from = 6;
    ask(&p, not_asked, &h);
    fakelater_run(&later);
    assert_int_equal(h.err.kind, ERR_UNREACHABLE);
    assert_non_null(strstr(h.err.words, "UNIT_SHOW other.service is not on the tape"));
    ask(&p, jar, &h);
    fakelater_run(&later);
    assert_non_null(strstr(h.err.words, "reading '/x.jar' is not on the tape"));
    file.as = AS_SERVER;
    ask(&p, file, &h);
    fakelater_run(&later);
    assert_int_equal(h.err.kind, ERR_UNREACHABLE);
    replayer_free(replayer);
    text_release(&r.tape);
    text_release(&h.story);
    arena_release(&h.memory);
}

/* What is appended to a file comes where it stood: after the answer before it. */
static void a_follow_is_replayed_in_its_place(void **state)
{
    struct host_call log = {.what = HOST_FOLLOW, .path = "/neo4j.log"}, broken = {.what = HOST_FOLLOW, .path = "/denied.log"};
    struct host_call file = {.what = HOST_READ, .path = "/x"};
    struct recording r;
    struct heard h = {0}, other = {0};
    struct fakelater later = {0};
    struct err e = {0};

    record(&r);
    text_init(&h.story, 0);
    text_init(&other.story, 0);
    ticket id = ask(&r.port, log, &h);
    follow_answer(&r, id, "data", "one");
    answer(&r, ask(&r.port, file, &other), "x", 1);
    follow_answer(&r, id, "rotated", "");
    follow_answer(&r, id, "data", "two");
    err_set(&e, ERR_PRIVILEGE, "may not");
    fake_reply(&r.inner, ask(&r.port, broken, &other), (struct reply){.last = true, .err = &e});
    port_cancel(&r.port, id);
    fake_settle_cancelled(&r.inner);
    recorder_free(r.recorder);
    fakeport_release(&r.inner);

    text_clear(&h.story);
    h.lasts = other.lasts = 0;
    struct replayer *replayer = replayer_new(r.tape.s, r.tape.len, fakelater_of(&later), &e);
    assert_non_null(replayer);
    struct port p = replayer_port(replayer);
    id = ask(&p, log, &h);
    fakelater_run(&later);
    assert_string_equal(h.story.s, "[data]one");
    ask(&p, file, &other);
    fakelater_run(&later);
    assert_string_equal(h.story.s, "[data]one[rotated][data]two");
    assert_int_equal(h.lasts, 0);
    port_cancel(&p, id);
    fakelater_run(&later);
    assert_int_equal(h.lasts, 1);
    assert_int_equal(h.err.kind, ERR_CANCELLED);
    ask(&p, broken, &other);
    fakelater_run(&later);
    assert_int_equal(other.lasts, 2);
    assert_int_equal(other.err.kind, ERR_PRIVILEGE);
    struct heard third = {0};
    log.path = "/never";
    ask(&p, log, &third);
    fakelater_run(&later);
    assert_int_equal(third.err.kind, ERR_UNREACHABLE);
    replayer_free(replayer);
    text_release(&r.tape);
    text_release(&h.story);
    text_release(&other.story);
    arena_release(&h.memory);
    arena_release(&other.memory);
}

/* ---- bytes ---- */

static void base64_there_and_back(void **state)
{
    static const struct {
        const char *bytes, *base64;
        size_t n;
    } cases[] = {{"", "", 0}, {"f", "Zg==", 1}, {"fo", "Zm8=", 2}, {"foo", "Zm9v", 3}, {"\xff\xfe\xfd\0", "//79AA==", 4}};
    static const char *const wrong[] = {"Z", "Zg=", "Zg", "Z===", "====", "Zg==Zg==", "Z g=", "Zm9v\n"};
    struct arena a = {0};
    struct text t;
    struct value v;

    text_init(&t, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&t);
        base64_add(&t, cases[i].bytes, cases[i].n);
        assert_string_equal(t.s, cases[i].base64);
        assert_true(base64_read(&a, t.s, t.len, &v));
        assert_int_equal(v.len, cases[i].n);
        assert_memory_equal(v.u.s, cases[i].bytes, cases[i].n);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (base64_read(&a, wrong[i], strlen(wrong[i]), &v))
            fail_msg("'%s' was read", wrong[i]);
    text_release(&t);
    arena_release(&a);
}

static void secrets_are_hidden(void **state)
{
    static const struct {
        const char *in, *out;
        size_t n;
    } cases[] = {
        {"a=b\n", "a=b\n", 4},
        {"dbms.ssl.password = x y\nb=1", "dbms.ssl.password =(hidden)\nb=1", 27},
        {"A=1\0NEO4J_AUTH=neo4j/s\0B=2\0", "A=1\0NEO4J_AUTH=(hidden)\0B=2\0", 27},
        {"Environment=NEO4J_AUTH=neo4j/x", "Environment=NEO4J_AUTH=(hidden)", 30},
        {"--set-token=abc", "--set-token=(hidden)", 15},
        {"changed the password of x", "changed the password of x", 25},
        {"=", "=", 1},
        {"", "", 0},
    };
    struct text t;

    text_init(&t, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&t);
        tape_hide(&t, cases[i].in, cases[i].n);
        assert_memory_equal(t.s, cases[i].out, t.len + 1);
        assert_int_equal(t.len >= cases[i].n, 1);
    }
    text_release(&t);
}

static void lines_that_are_refused(void **state)
{
    static const char *const lines[] = {
        "{\"ask\":\"host\",\"columns\":[],\"rows\":[]}",
        "{\"ask\":\"host\",\"call\":\"erase\",\"columns\":[],\"rows\":[]}",
        "{\"ask\":\"host\",\"call\":\"run\",\"command\":\"RM\",\"columns\":[],\"rows\":[]}",
        "{\"ask\":\"host\",\"call\":\"read\",\"as\":\"god\",\"columns\":[],\"rows\":[]}",
        "{\"ask\":\"host\",\"call\":\"read\",\"columns\":[\"a\"],\"rows\":[[{\"base64\":\"?\"}]]}",
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct arena a = {0};
        struct tape_reply out;
        struct err e = {0};
        assert_false(tape_read_reply(lines[i], strlen(lines[i]), &a, &out, &e));
        assert_int_equal(e.kind, ERR_SHAPE);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_make_sense),
        cmocka_unit_test(the_table_says_what_changes),
        cmocka_unit_test(the_guard_stops_what_changes),
        cmocka_unit_test(a_copy_stands_alone),
        cmocka_unit_test(what_is_recorded_is_replayed),
        cmocka_unit_test(a_follow_is_replayed_in_its_place),
        cmocka_unit_test(base64_there_and_back),
        cmocka_unit_test(secrets_are_hidden),
        cmocka_unit_test(lines_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
