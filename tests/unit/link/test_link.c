/* The port without any server: what is refused at once, the promises about replies, and small parts that decide alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "link/bolt_inside.h"

struct bench {
    struct loop *loop;
    struct http *http;
    struct link *link;
    struct port port;
};

struct got {
    unsigned replies, last;
    enum err_kind kind;
    char words[400];
    enum phase phase;
    enum login login;
};

static int setup(void **state)
{
    static struct bench b;

    b.loop = loop_new();
    b.http = http_new(b.loop);
    b.link = link_new(b.loop, b.http);
    b.port = link_port(b.link);
    *state = &b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;

    link_free(b->link);
    http_free(b->http);
    loop_free(b->loop);
    return 0;
}

static void stop(void *data)
{
    loop_stop(data);
}

static void turn(struct bench *b, int64_t ms)
{
    struct timer *t = loop_timer(b->loop, stop, b->loop);

    timer_set(t, ms);
    loop_run(b->loop);
    timer_free(t);
}

static void on_reply(void *ctx, const struct reply *r)
{
    struct got *g = ctx;

    g->replies++;
    g->last += r->last;
    g->kind = r->err ? r->err->kind : ERR_NONE;
    snprintf(g->words, sizeof g->words, "%s", r->err ? r->err->words : r->state ? r->state->message : "");
    if (r->state) {
        g->phase = r->state->phase;
        g->login = r->state->login;
    }
}

static ticket ask(struct bench *b, enum ask_kind kind, uint32_t instance, enum statement_id id, struct got *g)
{
    const struct ask a = {.kind = kind, .instance = instance, .u.statement = {.id = id}};

    memset(g, 0, sizeof *g);
    ticket t = port_submit(&b->port, &a, on_reply, g);
    assert_int_equal(0, g->replies);
    assert_true(t != 0);
    return t;
}

static uint32_t add(struct bench *b, const char *base)
{
    const struct link_instance spec = {.name = "one", .base = base};
    return link_add(b->link, &spec);
}

static void refused_without_a_server(void **state)
{
    struct bench *b = *state;
    struct got g[6];

    add(b, "http://127.0.0.1:1");
    ask(b, ASK_STATEMENT, 7, STMT_DATABASES, &g[0]);
    ask(b, ASK_STATEMENT, INSTANCE_NONE, STMT_DATABASES, &g[1]);
    ask(b, ASK_STATEMENT, 0, STMT_DATABASES, &g[2]); /* not started */
    ask(b, ASK_AUDIT, 0, STMT_NONE, &g[3]);
    ask(b, ASK_RETRY, 0, STMT_NONE, &g[4]);
    ask(b, ASK_STATEMENT, 0, STMT_NONE, &g[5]);
    turn(b, 20);
    static const enum err_kind kinds[] = {ERR_INTERNAL, ERR_INTERNAL, ERR_UNREACHABLE, ERR_INTERNAL, ERR_NONE, ERR_UNREACHABLE};
    for (int n = 0; n < 6; n++) {
        assert_int_equal(1, g[n].replies);
        assert_int_equal(1, g[n].last);
        assert_int_equal(kinds[n], g[n].kind);
        assert_true(g[n].kind == ERR_NONE || g[n].words[0]);
    }
}

static void bolt_addresses(void **state)
{
    static const struct {
        const char *base, *host;
        int port;
        bool tls, insecure, routes;
    } cases[] = {
        {"bolt://h:7688", "h", 7688, false, false, false}, {"BOLT+S://h", "h", 7687, true, false, false},
        {"bolt+ssc://h:1/", "h", 1, true, true, false},     {"neo4j://[::1]:7690", "::1", 7690, false, false, true},
        {"neo4j+s://[fe80::1]", "fe80::1", 7687, true, false, true}, {"neo4j+ssc://h?x=1", "h", 7687, true, true, true},
        {"http://h", NULL, 0, false, false, false},         {"bolt://", NULL, 0, false, false, false},
        {"bolt://h:0", NULL, 0, false, false, false},       {"bolt://h:70000", NULL, 0, false, false, false},
        {"bolt://h:7a", NULL, 0, false, false, false},      {"bolt://:7687", NULL, 0, false, false, false},
    };

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct stream_peer p = {0};
        bool routes = false, is = bolt_address(cases[n].base, &p, &routes);
        if (is != (cases[n].host != NULL))
            fail_msg("%s", cases[n].base);
        if (!is)
            continue;
        assert_string_equal(cases[n].host, p.host);
        assert_int_equal(cases[n].port, p.port);
        assert_int_equal(cases[n].tls, p.tls);
        assert_int_equal(cases[n].insecure, p.insecure);
        assert_int_equal(cases[n].routes, routes);
        free((char *)(uintptr_t)p.host);
    }
}

/* Of what a server says about itself only the port is taken. */
static void bolt_ports(void **state)
{
    static const struct {
        const char *said;
        int port;
    } cases[] = {{"bolt://db1:7688", 7688}, {"bolt+s://[::1]:1", 1},  {"neo4j://db1:65535", 65535}, {"bolt://db1", 0},      {"", 0},
                 {"bolt://db1:", 0},        {"bolt://db1:65536", 0}, {"bolt://db1:0", 0},          {"bolt://db1:7x", 0}, {"bolt://db1:-7", 0},
                 {"bolt://db1:00000007687", 0}};

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++)
        assert_int_equal(cases[n].port, bolt_port_of(cases[n].said));
}

static void bolt_beside_http(void **state)
{
    static const struct {
        const char *http, *host;
        bool tls;
    } cases[] = {{"http://db1:7474", "db1", false}, {"https://[::1]:7473", "::1", true}, {"HTTP://db1", "db1", false}, {"bolt://db1", NULL, false}};

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        struct stream_peer p = {0};
        assert_int_equal(cases[n].host != NULL, bolt_beside(cases[n].http, &p));
        if (!cases[n].host)
            continue;
        assert_string_equal(cases[n].host, p.host);
        assert_int_equal(7687, p.port);
        assert_int_equal(cases[n].tls, p.tls);
        free((char *)(uintptr_t)p.host);
    }
}

/* Over Bolt as over HTTP: nothing before link_start, then down with words, and every ticket gets its end. */
static void bolt_that_is_not_there(void **state)
{
    struct bench *b = *state;
    struct got g, s;

    uint32_t i = add(b, "bolt://127.0.0.1:1");
    ask(b, ASK_STATE, i, STMT_NONE, &s);
    turn(b, 5);
    assert_int_equal(PHASE_CONNECTING, s.phase);
    link_start(b->link);
    for (int n = 0; n < 100 && !link_settled(b->link); n++)
        turn(b, 5);
    turn(b, 5);
    assert_int_equal(PHASE_DOWN, s.phase);
    ask(b, ASK_STATEMENT, i, STMT_DATABASES, &g);
    turn(b, 5);
    assert_int_equal(ERR_UNREACHABLE, g.kind);
    assert_non_null(strstr(g.words, "refused"));
}

static void state_subscriptions(void **state)
{
    struct bench *b = *state;
    struct got one, two;

    add(b, "http://127.0.0.1:1/");
    ticket t = ask(b, ASK_STATE, 0, STMT_NONE, &one);
    turn(b, 10);
    assert_int_equal(1, one.replies);
    assert_int_equal(0, one.last);
    assert_int_equal(PHASE_CONNECTING, one.phase);
    ask(b, ASK_STATE, 0, STMT_NONE, &two); /* gets the state now, the first one does not again */
    turn(b, 10);
    assert_int_equal(1, one.replies);
    assert_int_equal(1, two.replies);
    port_cancel(&b->port, t);
    port_cancel(&b->port, t);
    assert_int_equal(1, one.replies);
    turn(b, 10);
    assert_int_equal(2, one.replies);
    assert_int_equal(1, one.last);
    assert_int_equal(ERR_CANCELLED, one.kind);
    port_cancel(&b->port, 0);
    port_cancel(&b->port, UINT64_MAX);
    link_start(b->link);
    turn(b, 200);
    assert_int_equal(PHASE_DOWN, two.phase); /* nobody listens on port 1 */
    assert_non_null(strstr(two.words, "refused"));
    assert_int_equal(2, one.replies);
}

/* A subscriber that leaves from inside its own reply, and one that asks from there. */
struct nested {
    struct bench *b;
    ticket self;
    struct got other;
    unsigned replies;
};

static void leaves_itself(void *ctx, const struct reply *r)
{
    struct nested *n = ctx;

    n->replies++;
    if (r->last)
        return;
    port_cancel(&n->b->port, n->self);
    ask(n->b, ASK_STATEMENT, 0, STMT_DATABASES, &n->other);
}

static void from_inside_a_reply(void **state)
{
    struct bench *b = *state;
    struct nested n = {.b = b};
    const struct ask a = {.kind = ASK_STATE};

    add(b, "http://127.0.0.1:1");
    n.self = port_submit(&b->port, &a, leaves_itself, &n);
    turn(b, 20);
    assert_int_equal(2, n.replies);
    assert_int_equal(1, n.other.last);
}

static void credentials_are_shared_by_key(void **state)
{
    struct bench *b = *state;
    struct credential *one = link_credential(b->link, "basic neo4j file:/a", HTTP_AUTH_BASIC, "neo4j");

    assert_ptr_equal(one, link_credential(b->link, "basic neo4j file:/a", HTTP_AUTH_BASIC, "neo4j"));
    assert_ptr_not_equal(one, link_credential(b->link, "basic neo4j file:/b", HTTP_AUTH_BASIC, "neo4j"));
    credential_set(b->link, one, secret_new("x", 1));
    credential_set(b->link, one, secret_new("y", 1));
    credential_failed(b->link, one, "no");
}

static void kinds(void **state)
{
    const struct param p1 = {"id", v_text("a")}, p2 = {"id", v_text("b")}, p3 = {"other", v_text("a")}, p4 = {"id", v_int(1)};
    const struct statement base = {STMT_TRANSACTION, NULL, NULL, &p1, 1};
    const struct {
        struct statement st;
        bool same;
    } cases[] = {
        {{STMT_TRANSACTION, NULL, NULL, &p1, 1}, true},    {{STMT_TRANSACTION, NULL, NULL, &p2, 1}, false},
        {{STMT_TRANSACTION, NULL, NULL, &p3, 1}, false},   {{STMT_TRANSACTION, NULL, NULL, &p4, 1}, false},
        {{STMT_TRANSACTION, NULL, NULL, NULL, 0}, false},  {{STMT_TRANSACTION, "db", NULL, &p1, 1}, false},
        {{STMT_TRANSACTION, NULL, "RETURN", &p1, 1}, false}, {{STMT_CONNECTION, NULL, NULL, &p1, 1}, false},
    };

    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++)
        assert_int_equal(cases[n].same, flight_same_kind(&base, &cases[n].st));
}

static void jitter_stays_within_a_fifth(void **state)
{
    struct bench *b = *state;
    int64_t least = INT64_MAX, most = 0;

    for (int n = 0; n < 2000; n++) {
        int64_t ms = link_jitter(b->link, 1000);
        least = ms < least ? ms : least;
        most = ms > most ? ms : most;
    }
    assert_in_range(least, 800, 820);
    assert_in_range(most, 1180, 1200);
    assert_int_equal(0, link_jitter(b->link, 0));
}

static void described(void **state)
{
    struct bench *b = *state;
    struct text t;

    add(b, "https://db1:7473");
    text_init(&t, 0);
    link_describe(b->link, 0, &t);
    assert_non_null(strstr(t.s, "address: https://db1:7473\n"));
    assert_non_null(strstr(t.s, "tls: verified\n"));
    assert_non_null(strstr(t.s, "login: none configured\n"));
    text_clear(&t);
    link_describe(b->link, 9, &t);
    assert_string_equal("", t.s);
    text_release(&t);
}

/* Nothing was run in between: every ticket is answered by link_free. */
static void free_answers_everything(void **state)
{
    struct bench b;
    struct got g[4];
    void *p = &b;

    (void)state;
    b.loop = loop_new();
    b.http = http_new(b.loop);
    b.link = link_new(b.loop, b.http);
    b.port = link_port(b.link);
    add(&b, "http://127.0.0.1:1");
    link_start(b.link);
    ask(&b, ASK_STATE, 0, STMT_NONE, &g[0]);
    ask(&b, ASK_STATEMENT, 0, STMT_DATABASES, &g[1]);
    ask(&b, ASK_RETRY, 0, STMT_NONE, &g[2]);
    ask(&b, ASK_STATEMENT, 5, STMT_DATABASES, &g[3]);
    teardown(&p);
    for (int n = 0; n < 4; n++)
        assert_int_equal(1, g[n].last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(refused_without_a_server, setup, teardown),
        cmocka_unit_test(bolt_addresses),
        cmocka_unit_test(bolt_ports),
        cmocka_unit_test(bolt_beside_http),
        cmocka_unit_test_setup_teardown(bolt_that_is_not_there, setup, teardown),
        cmocka_unit_test_setup_teardown(state_subscriptions, setup, teardown),
        cmocka_unit_test_setup_teardown(from_inside_a_reply, setup, teardown),
        cmocka_unit_test_setup_teardown(credentials_are_shared_by_key, setup, teardown),
        cmocka_unit_test(kinds),
        cmocka_unit_test_setup_teardown(jitter_stays_within_a_fifth, setup, teardown),
        cmocka_unit_test_setup_teardown(described, setup, teardown),
        cmocka_unit_test(free_answers_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
