/* Streams of bytes: in the clear and by TLS, to ports and unix sockets, and every way in which they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <openssl/ssl.h>

#include "base/mem.h"
#include "base/text.h"
#include "certs.h"
#include "net/stream.h"

#define DAY 86400L

/* ---- the other side ---- */

enum manner { ECHO, SILENT, CUT, TALK_AND_RESET };

struct peer {
    enum manner manner;
    SSL_CTX *tls;
    int listener, port;
    char path[100];
    pthread_t thread;
};

static void answer(struct peer *p, int fd, SSL *ssl)
{
    char bytes[65536];
    const struct linger reset = {1, 0};

    if (p->manner == CUT)
        return;
    if (p->manner == TALK_AND_RESET) {
        if (send(fd, "half an answer", 14, MSG_NOSIGNAL) != 14)
            return;
        usleep(50000);
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        return;
    }
    for (;;) {
        ssize_t n = ssl ? SSL_read(ssl, bytes, sizeof bytes) : recv(fd, bytes, sizeof bytes, 0);
        if (n <= 0)
            return;
        for (ssize_t done = 0, m; p->manner == ECHO && done < n; done += m)
            if ((m = ssl ? SSL_write(ssl, bytes + done, (int)(n - done)) : send(fd, bytes + done, (size_t)(n - done), MSG_NOSIGNAL)) <= 0)
                return;
    }
}

static void *serve(void *data)
{
    struct peer *p = data;
    int fd;

    while ((fd = accept(p->listener, NULL, NULL)) >= 0) {
        SSL *ssl = p->tls && p->manner != SILENT ? SSL_new(p->tls) : NULL;
        if (ssl)
            SSL_set_fd(ssl, fd);
        if (!ssl || SSL_accept(ssl) == 1)
            answer(p, fd, ssl);
        if (ssl) {
            SSL_shutdown(ssl);
            SSL_free(ssl);
        }
        close(fd);
    }
    return NULL;
}

static void peer_start(struct peer *p)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_un path = {.sun_family = AF_UNIX};
    socklen_t len = sizeof at;

    p->listener = socket(p->path[0] ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (p->path[0]) {
        snprintf(path.sun_path, sizeof path.sun_path, "%s", p->path);
        assert_int_equal(bind(p->listener, (struct sockaddr *)&path, sizeof path), 0);
    } else {
        assert_int_equal(bind(p->listener, (struct sockaddr *)&at, sizeof at), 0);
        getsockname(p->listener, (struct sockaddr *)&at, &len);
        p->port = ntohs(at.sin_port);
    }
    listen(p->listener, 16);
    pthread_create(&p->thread, NULL, serve, p);
}

static void peer_stop(struct peer *p)
{
    shutdown(p->listener, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    close(p->listener);
    unlink(p->path);
    SSL_CTX_free(p->tls);
}

/* ---- our side ---- */

struct run {
    struct loop *loop;
    struct stream *s;
    struct text got;
    bool opened, closed, close_at_first, close_when_open, stop_when_open;
    size_t enough; /* bytes after which the loop stops */
    enum http_fail why;
    struct err err;
};

static void on_opened(void *data)
{
    struct run *r = data;

    r->opened = true;
    if (r->stop_when_open)
        loop_stop(r->loop);
    if (r->close_when_open) {
        stream_close(r->s);
        r->s = NULL;
        loop_stop(r->loop);
    }
}

static void on_bytes(void *data, const char *bytes, size_t n)
{
    struct run *r = data;

    text_add(&r->got, bytes, n);
    if (r->close_at_first) {
        stream_close(r->s);
        r->s = NULL;
    }
    if (r->got.len >= r->enough)
        loop_stop(r->loop);
}

static void on_closed(void *data, enum http_fail why, const struct err *e)
{
    struct run *r = data;

    r->closed = true;
    r->s = NULL;
    r->why = why;
    r->err = *e;
    loop_stop(r->loop);
}

static const struct stream_handler handler = {on_opened, on_bytes, on_closed};

static void begin(struct run *r, const struct stream_peer *to, int64_t connect_ms)
{
    r->loop = loop_new();
    text_init(&r->got, 64 * 1024 * 1024);
    r->s = stream_open(r->loop, to, connect_ms, &handler, r);
}

static void finish(struct run *r)
{
    stream_close(r->s);
    loop_free(r->loop);
    text_release(&r->got);
}

static struct {
    char dir[64], ca[96], other_ca[96], missing[96];
    struct certified ca_pair, other_pair, good, other_name, expired;
} pki;

static int setup(void **state)
{
    (void)state;
    alarm(120);
    strcpy(pki.dir, "/tmp/neodeck-stream-XXXXXX");
    if (!mkdtemp(pki.dir))
        return -1;
    snprintf(pki.ca, sizeof pki.ca, "%s/ca.pem", pki.dir);
    snprintf(pki.other_ca, sizeof pki.other_ca, "%s/other.pem", pki.dir);
    snprintf(pki.missing, sizeof pki.missing, "%s/none.pem", pki.dir);
    pki.ca_pair = make_cert("test CA", -DAY, DAY, NULL);
    pki.other_pair = make_cert("another CA", -DAY, DAY, NULL);
    pki.good = make_cert("localhost", -DAY, DAY, &pki.ca_pair);
    pki.other_name = make_cert("db.example", -DAY, DAY, &pki.ca_pair);
    pki.expired = make_cert("localhost", -2 * DAY, -DAY, &pki.ca_pair);
    write_cert(pki.ca, &pki.ca_pair);
    write_cert(pki.other_ca, &pki.other_pair);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free_cert(&pki.ca_pair);
    free_cert(&pki.other_pair);
    free_cert(&pki.good);
    free_cert(&pki.other_name);
    free_cert(&pki.expired);
    unlink(pki.ca);
    unlink(pki.other_ca);
    return rmdir(pki.dir);
}

static SSL_CTX *server_tls(const struct certified *c)
{
    SSL_CTX *t = SSL_CTX_new(TLS_server_method());

    SSL_CTX_use_certificate(t, c->cert);
    SSL_CTX_use_PrivateKey(t, c->key);
    return t;
}

/* ---- what is said comes back ---- */

static void echo(struct peer *p, struct stream_peer *to, size_t n)
{
    struct run r = {.enough = n};
    char *bytes = x_malloc(n);

    peer_start(p);
    to->port = p->port;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (char)(i * 31 + i / 255);
    begin(&r, to, 5000);
    stream_write(r.s, bytes, n / 2); /* before it is open */
    stream_write(r.s, bytes + n / 2, n - n / 2);
    loop_run(r.loop);
    assert_true(r.opened);
    assert_false(r.closed);
    assert_int_equal(r.got.len, n);
    assert_memory_equal(r.got.s, bytes, n);
    finish(&r);
    peer_stop(p);
    free(bytes);
}

static void what_is_written_arrives(void **state)
{
    static const size_t sizes[] = {1, 1000, 100000, 3000000};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct peer plain = {.manner = ECHO}, tls = {.manner = ECHO, .tls = server_tls(&pki.good)};
        struct stream_peer to = {.host = "127.0.0.1"};
        struct stream_peer secure = {.host = "localhost", .tls = true, .ca_file = pki.ca};
        echo(&plain, &to, sizes[i]);
        echo(&tls, &secure, sizes[i]);
    }
}

static void a_unix_socket_keeps_the_name_for_tls(void **state)
{
    struct peer p = {.manner = ECHO, .tls = server_tls(&pki.good)};
    struct stream_peer to = {.host = "localhost", .unix_socket = p.path, .tls = true, .ca_file = pki.ca};

    (void)state;
    snprintf(p.path, sizeof p.path, "%s/socket", pki.dir);
    echo(&p, &to, 5000);
}

/* ---- how it ends ---- */

static void how_it_ends_is_told(void **state)
{
    const struct {
        enum manner manner;
        const struct certified *certificate;
        bool listens;
        struct stream_peer to;
        int64_t connect_ms, expect_ms;
        enum http_fail why;
        const char *words;
    } cases[] = {
        {ECHO, &pki.other_name, true, {.host = "localhost", .tls = true, .ca_file = pki.ca}, 5000, 0, HTTP_FAIL_TLS, "for another name than"},
        {ECHO, &pki.good, true, {.host = "127.0.0.1", .tls = true, .ca_file = pki.ca}, 5000, 0, HTTP_FAIL_TLS, "for another name than"},
        {ECHO, &pki.expired, true, {.host = "localhost", .tls = true, .ca_file = pki.ca}, 5000, 0, HTTP_FAIL_TLS, "has expired"},
        {ECHO, &pki.good, true, {.host = "localhost", .tls = true, .ca_file = pki.other_ca}, 5000, 0, HTTP_FAIL_TLS, "is not trusted"},
        {ECHO, &pki.good, true, {.host = "localhost", .tls = true}, 5000, 0, HTTP_FAIL_TLS, "is not trusted"},
        {ECHO, &pki.good, true, {.host = "localhost", .tls = true, .ca_file = pki.missing}, 5000, 0, HTTP_FAIL_TLS, "cannot use the ca_file"},
        {ECHO, &pki.good, true, {.host = "localhost", .tls = true, .insecure = true, .client_cert = pki.missing}, 5000, 0, HTTP_FAIL_TLS,
         "cannot use the client certificate"},
        {TALK_AND_RESET, NULL, true, {.host = "localhost", .tls = true, .insecure = true}, 5000, 0, HTTP_FAIL_TLS, "does not speak TLS"},
        {CUT, NULL, true, {.host = "localhost", .tls = true, .insecure = true}, 5000, 0, HTTP_FAIL_CUT, "cut the TLS handshake"},
        {SILENT, NULL, true, {.host = "localhost", .tls = true, .insecure = true}, 200, 0, HTTP_FAIL_TIMEOUT, "does not answer the TLS handshake"},
        {SILENT, NULL, true, {.host = "localhost"}, 5000, 150, HTTP_FAIL_TIMEOUT, "nothing came from localhost:"},
        {CUT, NULL, true, {.host = "localhost"}, 5000, 0, HTTP_OK, ""},
        {TALK_AND_RESET, NULL, true, {.host = "localhost"}, 5000, 0, HTTP_FAIL_CUT, "was cut"},
        {ECHO, NULL, false, {.host = "127.0.0.1"}, 5000, 0, HTTP_FAIL_REFUSED, "connection refused by 127.0.0.1:"},
        {ECHO, NULL, false, {.host = "no-such-host.invalid"}, 5000, 0, HTTP_FAIL_RESOLVE, "cannot find the name 'no-such-host.invalid'"},
        {ECHO, NULL, false, {.host = "x", .unix_socket = "/no/such/socket"}, 5000, 0, HTTP_FAIL_REFUSED, "through /no/such/socket"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct peer p = {.manner = cases[i].manner, .tls = cases[i].certificate ? server_tls(cases[i].certificate) : NULL};
        struct stream_peer to = cases[i].to;
        struct run r = {.enough = 1000};
        peer_start(&p);
        if (!cases[i].listens)
            peer_stop(&p);
        to.port = p.port;
        begin(&r, &to, cases[i].connect_ms);
        stream_write(r.s, "hello", cases[i].expect_ms || cases[i].certificate ? 5 : 0);
        stream_expect(r.s, cases[i].expect_ms);
        loop_run(r.loop);
        if (!r.closed || r.why != cases[i].why || !strstr(r.err.words, cases[i].words))
            fail_msg("case %zu: closed %d why %d words '%s'", i, r.closed, r.why, r.err.words);
        finish(&r);
        if (cases[i].listens)
            peer_stop(&p);
    }
}

static void it_may_be_closed_at_any_moment(void **state)
{
    struct peer p = {.manner = ECHO};
    struct stream_peer to = {.host = "127.0.0.1"};
    struct run r;

    (void)state;
    peer_start(&p);
    to.port = p.port;
    r = (struct run){.close_when_open = true};
    begin(&r, &to, 5000);
    loop_run(r.loop);
    finish(&r);
    r = (struct run){.close_at_first = true, .enough = 1};
    begin(&r, &to, 5000);
    stream_write(r.s, "hello", 5);
    loop_run(r.loop);
    assert_null(r.s);
    finish(&r);
    r = (struct run){0};
    begin(&r, &to, 5000); /* before it has begun */
    finish(&r);
    r = (struct run){0};
    to.host = "localhost";
    begin(&r, &to, 5000); /* while the worker looks the name up */
    finish(&r);
    peer_stop(&p);
}

/* They may say why: both are there when it looks. */
static void last_words_before_a_reset_are_read(void **state)
{
    struct peer p = {.manner = TALK_AND_RESET};
    struct stream_peer to = {.host = "127.0.0.1"};
    struct run r = {.stop_when_open = true, .enough = 1000};

    (void)state;
    peer_start(&p);
    to.port = p.port;
    begin(&r, &to, 5000);
    loop_run(r.loop);
    assert_true(r.opened);
    usleep(150000);
    loop_run(r.loop);
    assert_true(r.closed);
    assert_int_equal(HTTP_FAIL_CUT, r.why);
    assert_int_equal(14, r.got.len);
    finish(&r);
    peer_stop(&p);
}

static void what_nobody_takes_ends_it(void **state)
{
    struct peer p = {.manner = CUT};
    struct stream_peer to = {.host = "127.0.0.1"};
    struct run r = {.enough = 1};
    char *bytes = x_calloc(1, STREAM_QUEUE_MAX);

    (void)state;
    peer_start(&p);
    to.port = p.port;
    begin(&r, &to, 5000);
    stream_write(r.s, bytes, STREAM_QUEUE_MAX);
    stream_write(r.s, bytes, 1);
    loop_run(r.loop);
    assert_true(r.closed);
    assert_int_not_equal(r.why, HTTP_OK);
    finish(&r);
    peer_stop(&p);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_arrives),        cmocka_unit_test(a_unix_socket_keeps_the_name_for_tls),
        cmocka_unit_test(how_it_ends_is_told),            cmocka_unit_test(it_may_be_closed_at_any_moment),
        cmocka_unit_test(what_nobody_takes_ends_it),      cmocka_unit_test(last_words_before_a_reset_are_read),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
