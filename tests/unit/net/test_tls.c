/* Requests over TLS: what is trusted, what is not, and what the words say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "canned.h"
#include "certs.h"

#define DAY 86400L

enum who { GOOD, OTHER_NAME, EXPIRED, EARLY, NSERVERS };

static struct {
    char dir[64], ca[96], other_ca[96], garbage[96], cert[96], key[96], locked_key[96];
    struct certified ca_pair, other_pair, server[NSERVERS], client;
} pki;

static void path_of(char *out, const char *name)
{
    snprintf(out, 96, "%s/%s", pki.dir, name);
}

static int setup(void **state)
{
    int silent[2]; /* whoever asks for a passphrase, on no terminal, waits for ever */
    if (pipe(silent) != 0 || dup2(silent[0], 0) != 0)
        return -1;
    alarm(60);
    strcpy(pki.dir, "/tmp/neodeck-tls-XXXXXX");
    if (!mkdtemp(pki.dir))
        return -1;
    path_of(pki.ca, "ca.pem");
    path_of(pki.other_ca, "other.pem");
    path_of(pki.garbage, "garbage.pem");
    path_of(pki.cert, "client.pem");
    path_of(pki.key, "client.key");
    path_of(pki.locked_key, "locked.key");
    pki.ca_pair = make_cert("test CA", -DAY, DAY, NULL);
    pki.other_pair = make_cert("another CA", -DAY, DAY, NULL);
    pki.server[GOOD] = make_cert("localhost", -DAY, DAY, &pki.ca_pair);
    pki.server[OTHER_NAME] = make_cert("db.example", -DAY, DAY, &pki.ca_pair);
    pki.server[EXPIRED] = make_cert("localhost", -2 * DAY, -DAY, &pki.ca_pair);
    pki.server[EARLY] = make_cert("localhost", DAY, 2 * DAY, &pki.ca_pair);
    pki.client = make_cert("admin", -DAY, DAY, &pki.ca_pair);
    write_cert(pki.ca, &pki.ca_pair);
    write_cert(pki.other_ca, &pki.other_pair);
    write_cert(pki.cert, &pki.client);
    write_key(pki.key, &pki.client, NULL);
    write_key(pki.locked_key, &pki.client, "passphrase");
    FILE *f = fopen(pki.garbage, "w");
    fputs("this is no certificate\n", f);
    fclose(f);
    return 0;
}

static int teardown(void **state)
{
    const char *files[] = {pki.ca, pki.other_ca, pki.garbage, pki.cert, pki.key, pki.locked_key};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(files[i]);
    rmdir(pki.dir);
    for (int i = 0; i < NSERVERS; i++)
        free_cert(&pki.server[i]);
    free_cert(&pki.ca_pair);
    free_cert(&pki.other_pair);
    free_cert(&pki.client);
    return 0;
}

static bool answer_ok(struct canned_conn *c)
{
    return canned_ok(c, "ok");
}

struct room {
    struct canned server;
    struct loop *l;
    struct http *h;
    char base[64];
};

static void room_init(struct room *m, enum who who, const char *scheme, bool wants_client)
{
    memset(m, 0, sizeof *m);
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(ctx, pki.server[who].cert);
    SSL_CTX_use_PrivateKey(ctx, pki.server[who].key);
    if (wants_client) {
        SSL_CTX_load_verify_locations(ctx, pki.ca, NULL);
        SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    }
    m->server.tls = ctx;
    canned_start(&m->server, answer_ok, NULL);
    m->l = loop_new();
    m->h = http_new(m->l);
    snprintf(m->base, sizeof m->base, "%s://localhost:%d", scheme, m->server.port);
}

static void room_release(struct room *m)
{
    http_free(m->h);
    loop_free(m->l);
    canned_stop(&m->server);
    SSL_CTX_free(m->server.tls);
}

static void test_trust(void **state)
{
    const struct {
        const char *name;
        enum who who;
        struct http_peer peer;
        bool wants_client;
        enum http_fail fail;
        const char *words;
    } cases[] = {
        {"trusted", GOOD, {.ca_file = pki.ca}, false, HTTP_OK, ""},
        {"system's CAs",
         GOOD,
         {0},
         false,
         HTTP_FAIL_TLS,
         "is not trusted (unable to get local issuer certificate): set ca_file"},
        {"another CA", GOOD, {.ca_file = pki.other_ca}, false, HTTP_FAIL_TLS, "other.pem')"},
        {"another name", OTHER_NAME, {.ca_file = pki.ca}, false, HTTP_FAIL_TLS, "is for another name than 'localhost'"},
        {"expired", EXPIRED, {.ca_file = pki.ca}, false, HTTP_FAIL_TLS, "has expired: renew it"},
        {"early", EARLY, {.ca_file = pki.ca}, false, HTTP_FAIL_TLS, "is not valid yet: compare the clocks"},
        {"insecure", OTHER_NAME, {.insecure = true}, false, HTTP_OK, ""},
        {"no such ca_file",
         GOOD,
         {.ca_file = "/nonexistent.pem"},
         false,
         HTTP_FAIL_TLS,
         "cannot use the ca_file '/nonexistent.pem'"},
        {"garbage ca_file", GOOD, {.ca_file = pki.garbage}, false, HTTP_FAIL_TLS, "cannot use the ca_file '"},
        {"client given", GOOD, {.ca_file = pki.ca, .client_cert = pki.cert, .client_key = pki.key}, true, HTTP_OK, ""},
        {"locked key",
         GOOD,
         {.ca_file = pki.ca, .client_cert = pki.cert, .client_key = pki.locked_key},
         true,
         HTTP_FAIL_TLS,
         "key must have no passphrase"},
        {"no such key",
         GOOD,
         {.ca_file = pki.ca, .client_cert = pki.cert, .client_key = "/nonexistent.key"},
         true,
         HTTP_FAIL_TLS,
         "with the key '/nonexistent.key'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct room m;
        struct asked a;
        struct http_peer p = cases[i].peer;
        room_init(&m, cases[i].who, "https", cases[i].wants_client);
        p.base = m.base;
        time_t began = time(NULL);
        ask(m.l, m.h, &p, NULL, &a);
        assert_true(time(NULL) - began < 10);
        if (a.fail != cases[i].fail || !strstr(a.err.words, cases[i].words))
            fail_msg("%s: fail %d: %s", cases[i].name, (int)a.fail, a.err.words);
        assert_int_equal(a.err.kind, a.fail ? ERR_TLS : ERR_NONE);
        if (a.fail == HTTP_OK) {
            assert_string_equal(a.body, "ok");
            assert_string_equal(a.tls, "TLSv1.3");
            ask(m.l, m.h, &p, NULL, &a); /* on the connection kept */
            assert_string_equal(a.tls, "TLSv1.3");
            assert_int_equal(m.server.connections, 1);
        }
        room_release(&m);
    }
}

/* With TLS 1.3 the refusal comes after our side of the handshake is done, and may be lost in a broken pipe: either way
 * the words name the way out. */
static void test_client_certificate_wanted(void **state)
{
    struct room m;
    struct asked a;
    room_init(&m, GOOD, "https", true);
    struct http_peer p = {.base = m.base, .ca_file = pki.ca};
    ask(m.l, m.h, &p, NULL, &a);
    assert_true(a.fail == HTTP_FAIL_TLS || a.fail == HTTP_FAIL_CUT);
    if (!strstr(a.err.words, "does it want a client certificate (client_cert)?"))
        fail_msg("%s", a.err.words);
    room_release(&m);
}

/* The connection that was verified for one must not serve, or be served by, the one that is not. */
static void test_insecure_connection_is_not_taken_up(void **state)
{
    struct room m;
    struct asked a;
    room_init(&m, OTHER_NAME, "https", false);
    struct http_peer lax = {.base = m.base, .insecure = true}, strict = {.base = m.base, .ca_file = pki.ca};
    ask(m.l, m.h, &lax, NULL, &a);
    assert_int_equal(a.fail, HTTP_OK);
    ask(m.l, m.h, &strict, NULL, &a);
    assert_int_equal(a.fail, HTTP_FAIL_TLS);
    room_release(&m);
}

static void test_old_tls_is_refused(void **state)
{
    struct room m;
    struct asked a;
    room_init(&m, GOOD, "https", false);
    SSL_CTX_set_security_level(m.server.tls, 0);
    SSL_CTX_set_min_proto_version(m.server.tls, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(m.server.tls, TLS1_1_VERSION);
    struct http_peer p = {.base = m.base, .ca_file = pki.ca};
    ask(m.l, m.h, &p, NULL, &a);
    assert_int_equal(a.fail, HTTP_FAIL_TLS);
    assert_non_null(strstr(a.err.words, "only TLS older than 1.2"));
    room_release(&m);
}

static void test_http_on_a_tls_port(void **state)
{
    struct room m;
    struct asked a;
    room_init(&m, GOOD, "http", false);
    struct http_peer p = {.base = m.base};
    ask(m.l, m.h, &p, NULL, &a);
    assert_true(a.fail == HTTP_FAIL_NOT_HTTP || a.fail == HTTP_FAIL_CUT); /* servers tell by an alert, or just close */
    assert_non_null(strstr(a.err.words, "https"));
    room_release(&m);
}

/* What listens there speaks no TLS: a thread of its own, since nobody can wait for a whole request. */
static void *speak(void *data)
{
    struct canned *s = data;
    int fd = accept(s->listener, NULL, NULL);
    char byte[512];
    const char *line = s->data;
    if (line && recv(fd, byte, sizeof byte, 0) > 0 && *line)
        send(fd, line, strlen(line), MSG_NOSIGNAL);
    if (!line) /* hangs until the client goes */
        while (recv(fd, byte, sizeof byte, 0) > 0)
            continue;
    close(fd);
    return NULL;
}

static void test_https_on_another_port(void **state)
{
    static const struct {
        const char *line;
        enum http_fail fail;
        const char *words;
    } cases[] = {
        {"HTTP/1.1 400 Bad Request\r\n\r\n", HTTP_FAIL_TLS, "does not speak TLS: write http://"},
        {"", HTTP_FAIL_TLS, "the TLS handshake with localhost:"},
        {NULL, HTTP_FAIL_TIMEOUT, "took the connection but no TLS handshake within"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct canned s = {.data = cases[i].line};
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t len = sizeof in;
        s.listener = socket(AF_INET, SOCK_STREAM, 0);
        assert_int_equal(bind(s.listener, (struct sockaddr *)&in, sizeof in), 0);
        getsockname(s.listener, (struct sockaddr *)&in, &len);
        listen(s.listener, 4);
        pthread_create(&s.thread, NULL, speak, &s);
        char base[64];
        snprintf(base, sizeof base, "https://localhost:%d", ntohs(in.sin_port));
        struct http_peer p = {.base = base, .ca_file = pki.ca};
        struct http_request rq = {.method = "GET", .path = "/", .deadline_ms = 5000, .connect_ms = 300};
        struct loop *l = loop_new();
        struct http *h = http_new(l);
        struct asked a;
        ask(l, h, &p, &rq, &a);
        if (a.fail != cases[i].fail || !strstr(a.err.words, cases[i].words))
            fail_msg("%zu: fail %d: %s", i, (int)a.fail, a.err.words);
        assert_false(a.sent);
        http_free(h);
        loop_free(l);
        pthread_join(s.thread, NULL);
        close(s.listener);
    }
}

/* A tunnel is a unix socket; the certificate is still that of the name in the address. */
static void test_tunnel_with_tls(void **state)
{
    static const struct {
        const char *base;
        enum http_fail fail;
    } cases[] = {{"https://localhost:7473", HTTP_OK}, {"https://db1.example:7473", HTTP_FAIL_TLS}};
    for (size_t i = 0; i < 2; i++) {
        struct canned s = {.tls = SSL_CTX_new(TLS_server_method())};
        char path[96];
        struct asked a;
        path_of(path, "tunnel");
        SSL_CTX_use_certificate(s.tls, pki.server[GOOD].cert);
        SSL_CTX_use_PrivateKey(s.tls, pki.server[GOOD].key);
        canned_start(&s, answer_ok, path);
        struct loop *l = loop_new();
        struct http *h = http_new(l);
        struct http_peer p = {.base = cases[i].base, .unix_socket = path, .ca_file = pki.ca};
        ask(l, h, &p, NULL, &a);
        assert_int_equal(a.fail, cases[i].fail);
        http_free(h);
        loop_free(l);
        canned_stop(&s);
        unlink(path);
        SSL_CTX_free(s.tls);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trust),
        cmocka_unit_test(test_client_certificate_wanted),
        cmocka_unit_test(test_insecure_connection_is_not_taken_up),
        cmocka_unit_test(test_old_tls_is_refused),
        cmocka_unit_test(test_http_on_a_tls_port),
        cmocka_unit_test(test_https_on_another_port),
        cmocka_unit_test(test_tunnel_with_tls),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
