/* Requests over plain HTTP: answers good and bad, cancel, connections, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <time.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <cmocka.h>

#include "canned.h"

struct room {
    struct canned server;
    struct loop *l;
    struct http *h;
    struct http_peer peer;
    char base[64];
};

static void room_init(struct room *m, bool (*answer)(struct canned_conn *), const void *data)
{
    memset(m, 0, sizeof *m);
    m->server.data = data;
    canned_start(&m->server, answer, NULL);
    m->l = loop_new();
    m->h = http_new(m->l);
    snprintf(m->base, sizeof m->base, "http://127.0.0.1:%d", m->server.port);
    m->peer.base = m->base;
}

static void room_release(struct room *m)
{
    http_free(m->h);
    loop_free(m->l);
    canned_stop(&m->server);
}

/* --- what answers become --------------------------------------------------------------------------------------------
 */

enum after { KEEP, CLOSE, RESET, HANG };

struct canned_case {
    const char *name, *answer;
    size_t n; /* 0: strlen */
    enum after after;
    enum http_fail fail;
    enum err_kind kind;
    int status;
    const char *words, *body, *location;
};

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"

static const struct canned_case answers[] = {
    {"length", HEAD "Content-Length: 2\r\n\r\nok", 0, KEEP, HTTP_OK, ERR_NONE, 200, "", "ok", ""},
    {"to the end", HEAD "\r\nok", 0, CLOSE, HTTP_OK, ERR_NONE, 200, "", "ok", ""},
    {"chunked", HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 0, KEEP, HTTP_OK, ERR_NONE,
     200, "", "abcde", ""},
    {"interim", "HTTP/1.1 100 Continue\r\n\r\n" HEAD "Content-Length: 2\r\n\r\nok", 0, KEEP, HTTP_OK, ERR_NONE, 200, "",
     "ok", ""},
    {"empty", "HTTP/1.1 204 No Content\r\n\r\n", 0, KEEP, HTTP_OK, ERR_NONE, 204, "", "", ""},
    {"refused login", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\n\r\nno!", 0, KEEP, HTTP_OK, ERR_NONE, 401, "",
     "no!", ""},
    {"redirect", "HTTP/1.1 302 Found\r\nlocation:  http://evil.example/x \r\nContent-Length: 0\r\n\r\n", 0, KEEP,
     HTTP_OK, ERR_NONE, 302, "", "", "http://evil.example/x"},
    {"created", "HTTP/1.1 201 Created\r\nLocation: http://a/db/neo4j/tx/1\r\nContent-Length: 0\r\n\r\n", 0, KEEP,
     HTTP_OK, ERR_NONE, 201, "", "", "http://a/db/neo4j/tx/1"},
    {"cut", HEAD "Content-Length: 100\r\n\r\nten bytes.", 0, CLOSE, HTTP_FAIL_CUT, ERR_UNREACHABLE, 200,
     "cut after 10 bytes", "ten bytes.", ""},
    {"chunk cut", HEAD "Transfer-Encoding: chunked\r\n\r\n64\r\nten bytes.", 0, CLOSE, HTTP_FAIL_CUT, ERR_UNREACHABLE,
     200, "was cut", "ten bytes.", ""},
    {"head cut", "HTTP/1.1 200 OK\r\nContent-", 0, CLOSE, HTTP_OK, ERR_NONE, 200, "", "", ""},
    {"reset", HEAD "Content-Length: 100\r\n\r\n", 0, RESET, HTTP_FAIL_CUT, ERR_UNREACHABLE, 200, "was cut", "", ""},
    {"no answer", "", 0, CLOSE, HTTP_FAIL_CUT, ERR_UNREACHABLE, 0,
     "closed the connection without an answer: is that its HTTP port", "", ""},
    {"hangs", "", 0, HANG, HTTP_FAIL_TIMEOUT, ERR_TIMEOUT, 0, "no whole answer from 127.0.0.1:", "", ""},
    {"hangs in the body", HEAD "Content-Length: 100\r\n\r\nx", 0, HANG, HTTP_FAIL_TIMEOUT, ERR_TIMEOUT, 200,
     "no whole answer", "x", ""},
    {"bolt", "\x60\x60\xB0\x17", 0, HANG, HTTP_FAIL_NOT_HTTP, ERR_UNREACHABLE, 0, "speaks Bolt, not HTTP", "", ""},
    {"bolt refuses", "\0\0\0\0", 4, CLOSE, HTTP_FAIL_NOT_HTTP, ERR_UNREACHABLE, 0, "speaks Bolt, not HTTP", "", ""},
    {"tls alert", "\x15\x03\x03\x00\x02\x02\x32", 7, CLOSE, HTTP_FAIL_NOT_HTTP, ERR_UNREACHABLE, 0, "write https://",
     "", ""},
    {"ssh", "SSH-2.0-x\r\n", 0, HANG, HTTP_FAIL_NOT_HTTP, ERR_UNREACHABLE, 0, "speaks SSH", "", ""},
    {"garbage", "hello there\r\n\r\n", 0, HANG, HTTP_FAIL_NOT_HTTP, ERR_UNREACHABLE, 0, "does not speak HTTP there", "",
     ""},
    {"bad length", HEAD "Content-Length: x\r\n\r\n", 0, CLOSE, HTTP_FAIL_NOT_HTTP, ERR_UNREACHABLE, 200,
     "answered in broken HTTP (", "", ""},
    {"too large", HEAD "Content-Length: 1001\r\n\r\n", 0, HANG, HTTP_FAIL_TIMEOUT, ERR_TIMEOUT, 200, "", "", ""},
};

static bool answer_case(struct canned_conn *c)
{
    const struct canned_case *k = c->server->data;
    canned_write(c, k->answer, k->n ? k->n : strlen(k->answer));
    switch (k->after) {
    case KEEP:
        return true;
    case RESET:
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
        close(c->fd);
        c->fd = socket(AF_INET, SOCK_STREAM, 0);
        return false;
    case HANG:
        return canned_hang(c);
    case CLOSE:
        break;
    }
    return false;
}

static void test_answers(void **state)
{
    static const struct http_request rq = {.method = "GET", .path = "/x", .deadline_ms = 400, .max_bytes = 1000};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        const struct canned_case *k = &answers[i];
        struct room m;
        struct asked a;
        room_init(&m, answer_case, k);
        ask(m.l, m.h, &m.peer, &rq, &a);
        if (a.fail != k->fail || a.status != k->status || a.err.kind != k->kind || !strstr(a.err.words, k->words))
            fail_msg("%s: fail %d status %d: %s", k->name, (int)a.fail, a.status, a.err.words);
        assert_int_equal(a.done, 1);
        assert_string_equal(a.body, k->body);
        assert_string_equal(a.location, k->location);
        assert_true(a.sent);
        assert_true(a.connection > 0);
        room_release(&m);
    }
}

/* --- limits ---------------------------------------------------------------------------------------------------------
 */

static bool answer_endless_body(struct canned_conn *c)
{
    static char block[8192];
    memset(block, 'x', sizeof block);
    canned_say(c, HEAD "\r\n");
    while (canned_write(c, block, sizeof block))
        continue;
    return false;
}

static bool answer_endless_head(struct canned_conn *c)
{
    canned_say(c, "HTTP/1.1 200 OK\r\n");
    while (canned_say(
        c, "X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"))
        continue;
    return false;
}

static bool answer_exact(struct canned_conn *c)
{
    return canned_ok(c, "0123456789");
}

static void test_too_large(void **state)
{
    static const struct {
        bool (*answer)(struct canned_conn *);
        size_t max;
        enum http_fail fail;
        const char *words;
    } cases[] = {
        {answer_endless_body, 10000, HTTP_FAIL_TOO_LARGE, "the answer from 127.0.0.1:"},
        {answer_endless_head, 10000, HTTP_FAIL_TOO_LARGE, "the header of the answer from"},
        {answer_exact, 10, HTTP_OK, ""},
        {answer_exact, 9, HTTP_FAIL_TOO_LARGE, "larger than 9B"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct room m;
        struct asked a;
        struct http_request rq = get;
        rq.max_bytes = cases[i].max;
        room_init(&m, cases[i].answer, NULL);
        ask(m.l, m.h, &m.peer, &rq, &a);
        assert_int_equal(a.fail, cases[i].fail);
        assert_int_equal(a.err.kind, a.fail ? ERR_TOO_LARGE : ERR_NONE);
        assert_non_null(strstr(a.err.words, cases[i].words));
        assert_true(a.body_len <= cases[i].max);
        room_release(&m);
    }
}

struct pieces {
    struct asked a; /* first: asked_done takes it */
    size_t bytes, stop_at;
    bool cancel;
};

static bool on_piece(void *data, const char *bytes, size_t n)
{
    struct pieces *p = data;
    assert_int_equal(p->a.done, 0);
    p->bytes += n;
    p->a.pieces++;
    if (p->cancel && p->a.pieces == 1)
        http_cancel(p->a.call);
    return !p->stop_at || p->bytes < p->stop_at;
}

static bool answer_cut_body(struct canned_conn *c)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nrow 1\r\n5\r\nrow";
    canned_write(c, head, sizeof head - 1);
    return false;
}

/* --- pauses ---------------------------------------------------------------------------------------------------------
 */

struct pausing {
    struct asked a; /* first: asked_done takes it */
    struct timer *go_on;
    size_t bytes, stop_at, resumes;
    bool waits, cancel;
};

static bool on_pausing_piece(void *data, const char *bytes, size_t n)
{
    struct pausing *p = data;
    assert_false(p->waits);
    p->waits = true;
    p->bytes += n;
    p->a.pieces++;
    if (p->stop_at && p->bytes >= p->stop_at)
        return false;
    http_pause(p->a.call);
    timer_set(p->go_on, 1);
    return true;
}

static void on_go_on(void *data)
{
    struct pausing *p = data;
    if (p->cancel && ++p->resumes == 3) {
        http_cancel(p->a.call);
        return;
    }
    p->waits = false;
    http_resume(p->a.call);
}

static bool answer_in_chunks(struct canned_conn *c)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", last[] = "0\r\n\r\n";
    char chunk[6 + 4096 + 2];
    memset(chunk, 'x', sizeof chunk);
    memcpy(chunk, "1000\r\n", 6);
    memcpy(chunk + sizeof chunk - 2, "\r\n", 2);
    canned_write(c, head, sizeof head - 1);
    for (int i = 0; i < 100; i++)
        canned_write(c, chunk, sizeof chunk);
    canned_write(c, last, sizeof last - 1);
    return true;
}

static void test_pauses(void **state)
{
    static const struct {
        bool (*answer)(struct canned_conn *);
        int64_t deadline_ms;
        size_t stop_at, bytes;
        bool cancel;
        enum http_fail fail;
    } cases[] = {
        {answer_in_chunks, 10000, 0, 409600, false, HTTP_OK},
        {answer_endless_body, 10000, 300000, 0, false, HTTP_FAIL_CANCELLED},
        {answer_endless_body, 10000, 0, 0, true, HTTP_FAIL_CANCELLED},
        {answer_endless_body, 200, 0, 0, false, HTTP_FAIL_TIMEOUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct room m;
        struct pausing p = {.stop_at = cases[i].stop_at, .cancel = cases[i].cancel};
        struct http_request rq = get;
        room_init(&m, cases[i].answer, NULL);
        rq.peer = &m.peer;
        rq.max_bytes = SIZE_MAX;
        rq.deadline_ms = cases[i].deadline_ms;
        p.a.stop = m.l;
        p.go_on = loop_timer(m.l, on_go_on, &p);
        p.a.call = http_send(m.h, &rq, on_pausing_piece, asked_done, &p);
        loop_run(m.l);
        timer_free(p.go_on);
        assert_int_equal(p.a.done, 1);
        assert_int_equal(p.a.fail, cases[i].fail);
        assert_true(p.a.pieces > 2);
        if (cases[i].bytes)
            assert_int_equal(p.bytes, cases[i].bytes);
        room_release(&m);
    }
}

static void test_pieces(void **state)
{
    static const struct {
        bool (*answer)(struct canned_conn *);
        size_t max, stop_at;
        bool cancel;
        enum http_fail fail;
    } cases[] = {
        {answer_exact, 0, 0, false, HTTP_OK},
        {answer_endless_body, 1000000, 50000, false, HTTP_FAIL_CANCELLED},
        {answer_endless_body, 50000, 0, false, HTTP_FAIL_TOO_LARGE},
        {answer_endless_body, 1000000000, 0, true, HTTP_FAIL_CANCELLED},
        {answer_endless_body, SIZE_MAX, 3000000, false, HTTP_FAIL_CANCELLED},
        {answer_cut_body, SIZE_MAX, 0, false, HTTP_FAIL_CUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct room m;
        struct pieces p = {.stop_at = cases[i].stop_at, .cancel = cases[i].cancel};
        struct http_request rq = get;
        room_init(&m, cases[i].answer, NULL);
        rq.peer = &m.peer;
        rq.max_bytes = cases[i].max;
        p.a.stop = m.l;
        p.a.call = http_send(m.h, &rq, on_piece, asked_done, &p);
        loop_run(m.l);
        assert_int_equal(p.a.done, 1);
        assert_int_equal(p.a.fail, cases[i].fail);
        assert_string_equal(p.a.body, "");
        assert_true(p.a.pieces > 0);
        assert_true(p.bytes >= cases[i].stop_at && (!cases[i].stop_at || p.bytes < cases[i].stop_at + 200000)); /* at once */
        if (cases[i].cancel)
            assert_int_equal(p.a.pieces, 1);
        room_release(&m);
    }
}

/* --- what is sent ---------------------------------------------------------------------------------------------------
 */

static char last_request[65536];

static bool answer_note(struct canned_conn *c)
{
    memcpy(last_request, c->request, c->len + 1);
    return canned_ok(c, "ok");
}

static bool sent_has(const char *part)
{
    return strstr(last_request, part) != NULL;
}

static void test_request(void **state)
{
    struct room m;
    struct asked a;
    struct secret *s = secret_new("s\xC3\xA4 :cret", 9);
    static const char *const headers[] = {"Accept: x/y", "Content-Type: application/json", NULL};
    char path[] = "/db/a%20b/../tx", body[] = "{\"a\":1}";
    struct http_request rq = {.method = "POST",
                              .path = path,
                              .headers = headers,
                              .body = body,
                              .body_len = 7,
                              .auth = HTTP_AUTH_BASIC,
                              .user = "neo4j",
                              .secret = s,
                              .deadline_ms = 5000,
                              .peer = NULL};
    setenv("http_proxy", "http://127.0.0.1:9", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:9", 1);
    room_init(&m, answer_note, NULL);
    rq.peer = &m.peer;
    memset(&a, 0, sizeof a);
    a.stop = m.l;
    http_send(m.h, &rq, NULL, asked_done, &a);
    memset(path, 'z', sizeof path - 1); /* copied */
    memset(body, 'z', sizeof body - 1);
    secret_free(s);
    loop_run(m.l);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.type, "text/plain");
    assert_string_equal(a.tls, "");
    assert_true(sent_has("POST /db/a%20b/../tx HTTP/1.1\r\n"));
    assert_true(sent_has("\r\nAuthorization: Basic bmVvNGo6c8OkIDpjcmV0\r\n"));
    assert_true(sent_has("\r\nAccept: x/y\r\n"));
    assert_true(sent_has("\r\nContent-Type: application/json\r\n"));
    assert_true(sent_has("\r\nContent-Length: 7\r\n"));
    assert_true(sent_has("\r\n\r\n{\"a\":1}"));
    assert_false(sent_has("Expect"));
    assert_false(sent_has("Cookie"));

    rq = (struct http_request){.method = "DELETE", .path = "/tx/1", .deadline_ms = 5000};
    ask(m.l, m.h, &m.peer, &rq, &a); /* nothing of the request before is left in the handle */
    assert_true(sent_has("DELETE /tx/1 HTTP/1.1\r\n"));
    assert_false(sent_has("Authorization"));
    assert_false(sent_has("Accept: x/y"));
    assert_false(sent_has("Content-"));

    struct secret *token = secret_new("abc.def", 7);
    rq = (struct http_request){
        .method = "POST", .path = "/", .deadline_ms = 5000, .auth = HTTP_AUTH_BEARER, .secret = token};
    ask(m.l, m.h, &m.peer, &rq, &a);
    assert_true(sent_has("\r\nAuthorization: Bearer abc.def\r\n"));
    assert_true(sent_has("\r\nContent-Length: 0\r\n"));
    assert_false(sent_has("x-www-form"));
    secret_free(token);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    room_release(&m);
}

static void test_proxy_when_configured(void **state)
{
    struct room m;
    struct asked a;
    room_init(&m, answer_note, NULL);
    setenv("no_proxy", "*", 1);
    struct http_peer p = {.base = "http://db1.example:7474", .proxy = m.base};
    ask(m.l, m.h, &p, NULL, &a);
    unsetenv("no_proxy");
    assert_int_equal(a.fail, HTTP_OK);
    assert_true(sent_has("GET http://db1.example:7474/ HTTP/1.1\r\n"));
    room_release(&m);
}

/* --- failures before the request ------------------------------------------------------------------------------------
 */

static int free_port(void)
{
    struct canned s = {0};
    canned_start(&s, answer_note, NULL);
    int port = s.port;
    canned_stop(&s);
    return port;
}

static void test_not_reached(void **state)
{
    char refused[64], words[128];
    int port = free_port();
    snprintf(refused, sizeof refused, "http://localhost:%d", port);
    snprintf(words, sizeof words, "connection refused by localhost:%d: is the server running and listening there?",
             port);
    const struct {
        struct http_peer peer;
        enum http_fail fail;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {{.base = refused}, HTTP_FAIL_REFUSED, ERR_UNREACHABLE, words},
        {{.base = "http://bad..name:7474"}, HTTP_FAIL_RESOLVE, ERR_UNREACHABLE, "cannot find the name 'bad..name'"},
        {{.base = "http://x:7474", .unix_socket = "/nonexistent/s"},
         HTTP_FAIL_REFUSED,
         ERR_UNREACHABLE,
         "refused by x (through /nonexistent/s)"},
        {{.base = "http://255.255.255.255:7474"},
         HTTP_FAIL_CONNECT,
         ERR_UNREACHABLE,
         "cannot connect to 255.255.255.255:7474 ("},
        {{.base = "bolt://h:7687"}, HTTP_FAIL_OTHER, ERR_CONFIG, "it must be like http://host:7474"},
        {{.base = "http://"}, HTTP_FAIL_OTHER, ERR_CONFIG, "it must be like http://host:7474"},
        {{.base = "http://joe:hush@h:7474"}, HTTP_FAIL_OTHER, ERR_CONFIG, "cannot use the address of 'h': "},
        {{.base = "http://[::1]:1"}, HTTP_FAIL_REFUSED, ERR_UNREACHABLE, "[::1]:1"},
        {{.base = "http://h:7474", .proxy = refused}, HTTP_FAIL_REFUSED, ERR_UNREACHABLE, "refused"},
    };
    struct loop *l = loop_new();
    struct http *h = http_new(l);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct asked a;
        ask(l, h, &cases[i].peer, NULL, &a);
        if (a.fail != cases[i].fail || a.err.kind != cases[i].kind || !strstr(a.err.words, cases[i].words))
            if (i != 7 || a.fail != HTTP_FAIL_CONNECT) /* a machine without IPv6 */
                fail_msg("%s: fail %d kind %d: %s", cases[i].peer.base, (int)a.fail, (int)a.err.kind, a.err.words);
        assert_int_equal(a.status, 0);
        assert_false(a.sent);
        assert_int_equal(a.connection, 0);
        assert_null(strstr(a.err.words, "hush"));
    }
    http_free(h);
    loop_free(l);
}

static void test_connect_deadline(void **state)
{
    /* a listener whose queue is full: new connections are neither taken nor refused */
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof in;
    int fd = socket(AF_INET, SOCK_STREAM, 0), full[4];
    assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof in), 0);
    getsockname(fd, (struct sockaddr *)&in, &len);
    listen(fd, 0);
    for (int i = 0; i < 4; i++) {
        full[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(full[i], (struct sockaddr *)&in, sizeof in);
    }
    char base[64];
    snprintf(base, sizeof base, "http://127.0.0.1:%d", ntohs(in.sin_port));
    struct http_peer p = {.base = base};
    struct http_request rq = {.method = "GET", .path = "/", .deadline_ms = 5000, .connect_ms = 300};
    struct loop *l = loop_new();
    struct http *h = http_new(l);
    struct asked a;
    ask(l, h, &p, &rq, &a);
    assert_int_equal(a.fail, HTTP_FAIL_TIMEOUT);
    assert_non_null(strstr(a.err.words, "no connection to 127.0.0.1:"));
    assert_false(a.sent);
    assert_true(a.elapsed_ms >= 290 && a.elapsed_ms < 2000);
    http_free(h);
    loop_free(l);
    for (int i = 0; i < 4; i++)
        close(full[i]);
    close(fd);
}

/* --- connections ----------------------------------------------------------------------------------------------------
 */

static bool answer_number(struct canned_conn *c)
{
    char s[16];
    snprintf(s, sizeof s, "%d", c->number);
    if (strstr(c->request, "GET /close ")) {
        canned_say(c, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n");
        canned_say(c, s);
        return false;
    }
    if (strstr(c->request, "GET /slow "))
        usleep(100000);
    return canned_ok(c, s);
}

static void test_connection_numbers(void **state)
{
    /* what the server sees as one connection has one number, and no other has it */
    static const char *const paths[] = {"/", "/", "/close", "/", "/", "/close", "/close", "/", "/slow", "/"};
    struct room m;
    int64_t number[MAX_CONNECTIONS] = {0};
    room_init(&m, answer_number, NULL);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct http_request rq = {.method = "GET", .path = paths[i], .deadline_ms = 5000};
        struct asked a;
        ask(m.l, m.h, &m.peer, &rq, &a);
        int server = atoi(a.body);
        assert_int_equal(a.fail, HTTP_OK);
        if (number[server])
            assert_int_equal(a.connection, number[server]);
        number[server] = a.connection;
    }
    assert_int_equal(m.server.connections, 4);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++)
            assert_int_not_equal(number[i], number[j]);
    room_release(&m);
}

static void test_parallel(void **state)
{
    enum { N = 12 };
    struct room m;
    struct asked a[N], again[N];
    int64_t of_server[MAX_CONNECTIONS] = {0};
    struct http_request rq = {.method = "GET", .path = "/slow", .deadline_ms = 5000};
    room_init(&m, answer_number, NULL);
    rq.peer = &m.peer;
    memset(a, 0, sizeof a);
    memset(again, 0, sizeof again);
    http_expect_peers(m.h, 8);
    for (int round = 0; round < 2; round++) {
        struct asked *set = round ? again : a;
        for (int i = 0; i < N; i++)
            set[i].call = http_send(m.h, &rq, NULL, asked_done, &set[i]);
        for (int i = 0; i < N; i++)
            while (!set[i].done) {
                struct timer *t = loop_timer(m.l, (void (*)(void *))loop_stop, m.l);
                timer_set(t, 5);
                loop_run(m.l);
                timer_free(t);
            }
    }
    assert_int_equal(m.server.connections, N); /* all of the second round took up the first round's */
    for (int i = 0; i < N; i++)
        of_server[atoi(a[i].body)] = a[i].connection;
    for (int i = 0; i < N; i++)
        assert_int_equal(again[i].connection, of_server[atoi(again[i].body)]);
    room_release(&m);
}

/* Every connection dies, without a byte, on its second request. */
static bool answer_once(struct canned_conn *c)
{
    return c->requests == 1 && canned_ok(c, "first");
}

static void test_never_twice(void **state)
{
    struct room m;
    struct asked a;
    struct http_request rq = {.method = "POST", .path = "/", .body = "KILL", .body_len = 4, .deadline_ms = 5000};
    room_init(&m, answer_once, NULL);
    ask(m.l, m.h, &m.peer, &rq, &a);
    ask(m.l, m.h, &m.peer, &rq, &a); /* the trap: two requests of ours, three at the server */
    assert_int_equal(a.fail, HTTP_OK);
    assert_int_equal(m.server.requests, 3);
    rq.once = true;
    ask(m.l, m.h, &m.peer, &rq, &a); /* on the connection that the third request left */
    assert_int_equal(a.fail, HTTP_FAIL_CUT);
    assert_true(a.sent);
    assert_int_equal(m.server.requests, 4);
    ask(m.l, m.h, &m.peer, &rq, &a);
    assert_int_equal(a.fail, HTTP_OK);
    assert_int_equal(m.server.requests, 5);
    room_release(&m);
}

static bool answer_never(struct canned_conn *c)
{
    return false;
}

static void test_never_twice_when_cut(void **state)
{
    struct room m;
    struct asked a;
    struct http_request rq = {
        .method = "POST", .path = "/", .body = "x", .body_len = 1, .deadline_ms = 5000, .once = true};
    room_init(&m, answer_never, NULL);
    ask(m.l, m.h, &m.peer, &rq, &a);
    assert_int_equal(a.fail, HTTP_FAIL_CUT);
    assert_true(a.sent);
    assert_int_equal(m.server.requests, 1);
    room_release(&m);
}

static void test_unix_socket(void **state)
{
    char dir[] = "/tmp/neodeck-net-XXXXXX", path[64];
    struct canned s = {0};
    struct asked a, b;
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/s", dir);
    canned_start(&s, answer_note, path);
    struct loop *l = loop_new();
    struct http *h = http_new(l);
    struct http_peer p = {.base = "http://db1.example:7474", .unix_socket = path};
    ask(l, h, &p, NULL, &a);
    ask(l, h, &p, NULL, &b);
    assert_int_equal(a.fail, HTTP_OK);
    assert_true(sent_has("\r\nHost: db1.example:7474\r\n"));
    assert_true(a.connection > 0);
    assert_int_equal(a.connection, b.connection);
    http_free(h);
    loop_free(l);
    canned_stop(&s);
    unlink(path);
    rmdir(dir);
}

static void test_sockets_stay_out_of_children(void **state)
{
    struct room m;
    struct asked a;
    room_init(&m, answer_note, NULL);
    ask(m.l, m.h, &m.peer, NULL, &a);
    int sockets = 0;
    for (int fd = 3; fd < 100; fd++) {
        struct sockaddr_in in;
        socklen_t len = sizeof in;
        if (getpeername(fd, (struct sockaddr *)&in, &len) == 0 && ntohs(in.sin_port) == m.server.port) {
            sockets++;
            assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
        }
    }
    assert_int_equal(sockets, 1);
    room_release(&m);
}

/* --- the end --------------------------------------------------------------------------------------------------------
 */

static bool answer_hang(struct canned_conn *c)
{
    return canned_hang(c);
}

static void cancel_it(void *data)
{
    struct asked *a = data;
    http_cancel(a->call);
    assert_int_equal(a->done, 0); /* not from inside */
}

static void test_cancel(void **state)
{
    static const struct {
        int after_ms;
        bool sent;
    } cases[] = {{-1, false}, {100, true}};
    for (size_t i = 0; i < 2; i++) {
        struct room m;
        struct asked a = {0};
        struct http_request rq = get;
        room_init(&m, answer_hang, NULL);
        rq.peer = &m.peer;
        a.stop = m.l;
        a.call = http_send(m.h, &rq, NULL, asked_done, &a);
        struct timer *t = loop_timer(m.l, cancel_it, &a);
        if (cases[i].after_ms < 0)
            cancel_it(&a);
        else
            timer_set(t, cases[i].after_ms);
        loop_run(m.l);
        assert_int_equal(a.done, 1);
        assert_int_equal(a.fail, HTTP_FAIL_CANCELLED);
        assert_int_equal(a.err.kind, ERR_CANCELLED);
        if (cases[i].sent)
            assert_true(a.sent);
        timer_free(t);
        room_release(&m);
    }
}

static void test_cancel_of_a_name_look_up_does_not_wait(void **state)
{
    struct loop *l = loop_new();
    struct http *h = http_new(l);
    struct asked a = {0};
    struct http_peer p = {.base = "http://localhost:1"};
    struct http_request rq = get;
    struct timespec t0, t1;
    rq.peer = &p;
    a.call = http_send(h, &rq, NULL, asked_done, &a);
    clock_gettime(CLOCK_MONOTONIC, &t0);
    http_cancel(a.call);
    http_free(h);
    clock_gettime(CLOCK_MONOTONIC, &t1);
    assert_int_equal(a.done, 1);
    assert_true((t1.tv_sec - t0.tv_sec) * 1000 + (t1.tv_nsec - t0.tv_nsec) / 1000000 < 500);
    loop_free(l);
}

static void test_free_cancels(void **state)
{
    enum { N = 40 };
    struct room m;
    struct asked a[N] = {{0}};
    struct http_request rq = get;
    room_init(&m, answer_hang, NULL);
    rq.peer = &m.peer;
    for (int i = 0; i < N; i++)
        a[i].call = http_send(m.h, &rq, NULL, asked_done, &a[i]);
    struct timer *t = loop_timer(m.l, (void (*)(void *))loop_stop, m.l);
    timer_set(t, 100);
    loop_run(m.l);
    http_free(m.h);
    m.h = NULL;
    for (int i = 0; i < N; i++) {
        assert_int_equal(a[i].done, 1);
        assert_int_equal(a[i].fail, HTTP_FAIL_CANCELLED);
    }
    room_release(&m);
}

struct chain {
    struct room m;
    int left, done;
};

static void chain_done(void *data, const struct http_response *r)
{
    struct chain *c = data;
    struct http_request rq = get;
    c->done++;
    assert_int_equal(r->fail, HTTP_OK);
    rq.peer = &c->m.peer;
    if (c->left-- > 0)
        http_send(c->m.h, &rq, NULL, chain_done, c);
    else
        loop_stop(c->m.l);
}

static void test_sending_from_done(void **state)
{
    struct chain c = {.left = 50};
    struct http_request rq = get;
    room_init(&c.m, answer_note, NULL);
    rq.peer = &c.m.peer;
    http_send(c.m.h, &rq, NULL, chain_done, &c);
    loop_run(c.m.l);
    assert_int_equal(c.done, 51);
    assert_int_equal(c.m.server.connections, 1);
    room_release(&c.m);
}

static void test_free_unused(void **state)
{
    struct loop *l = loop_new();
    struct http *h = http_new(l);
    http_free(h);
    http_free(NULL);
    loop_run(l); /* an idle room holds no loop */
    loop_free(l);
}

static void test_open_files(void **state)
{
    struct rlimit before, after;
    struct loop *l = loop_new();
    struct http *h = http_new(l);
    getrlimit(RLIMIT_NOFILE, &before);
    struct rlimit low = {before.rlim_max < 300 ? before.rlim_max : 300, before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &low);
    http_expect_peers(h, 100);
    getrlimit(RLIMIT_NOFILE, &after);
    assert_true(after.rlim_cur == before.rlim_max || after.rlim_cur >= 400);
    setrlimit(RLIMIT_NOFILE, &before);
    http_expect_peers(h, 1);
    getrlimit(RLIMIT_NOFILE, &after);
    assert_true(after.rlim_cur >= before.rlim_cur); /* never lowered */
    http_free(h);
    loop_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_pauses),
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_proxy_when_configured),
        cmocka_unit_test(test_not_reached),
        cmocka_unit_test(test_connect_deadline),
        cmocka_unit_test(test_connection_numbers),
        cmocka_unit_test(test_parallel),
        cmocka_unit_test(test_never_twice),
        cmocka_unit_test(test_never_twice_when_cut),
        cmocka_unit_test(test_unix_socket),
        cmocka_unit_test(test_sockets_stay_out_of_children),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_cancel_of_a_name_look_up_does_not_wait),
        cmocka_unit_test(test_free_cancels),
        cmocka_unit_test(test_sending_from_done),
        cmocka_unit_test(test_free_unused),
        cmocka_unit_test(test_open_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
