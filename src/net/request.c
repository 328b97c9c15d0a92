/* A request as libcurl's options, and the callbacks of one transfer. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/call.h"

#define KEEPALIVE_IDLE_S 30L
#define KEEPALIVE_STEP_S 10L
#define AGENT            "neodeck"

/* --- callbacks ------------------------------------------------------------------------------------------------------
 */

static curl_socket_t on_open(void *data, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct http_call *c = data;
    int fd = socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol); /* libcurl's own would leak into children */
    if (fd < 0) {
        c->open_errno = errno;
        return CURL_SOCKET_BAD;
    }
    c->opened = connections_open(http_connections(c->http), fd);
    return fd;
}

/* Only while the transfer is on its connection can the TLS session be seen. */
static void note_tls(struct http_call *c)
{
    struct curl_tlssessioninfo *t = NULL;
    if (curl_easy_getinfo(c->easy, CURLINFO_TLS_SSL_PTR, &t) != CURLE_OK || !t ||
        t->backend != CURLSSLBACKEND_OPENSSL || !t->internals)
        return;
    snprintf(c->tls, sizeof c->tls, "%s", SSL_get_version(t->internals));
}

/* Told, not followed. One that does not fit is none: half an address is worse. */
static void note_location(struct http_call *c, const char *line, size_t n)
{
    static const char name[] = "Location:";
    size_t skip = sizeof name - 1;
    if (n < skip || strncasecmp(line, name, skip) != 0)
        return;
    while (skip < n && (line[skip] == ' ' || line[skip] == '\t'))
        skip++;
    while (n > skip && (line[n - 1] == '\r' || line[n - 1] == '\n' || line[n - 1] == ' '))
        n--;
    if (n - skip < sizeof c->location)
        snprintf(c->location, sizeof c->location, "%.*s", (int)(n - skip), line + skip);
}

static size_t on_head(char *line, size_t size, size_t n, void *data)
{
    struct http_call *c = data;
    if (c->head_bytes == 0)
        note_tls(c);
    c->head_bytes += n;
    note_location(c, line, n);
    if (c->head_bytes <= MAX_HEAD_BYTES && !c->cancelled)
        return n;
    c->too_large = c->head_bytes > MAX_HEAD_BYTES;
    return 0;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *data)
{
    struct http_call *c = data;
    if (c->cancelled)
        return 0;
    if (c->pauses)
        return CURL_WRITEFUNC_PAUSE; /* it gives the same bytes again */
    if (c->head_bytes == 0) { /* libcurl takes what has no status line for HTTP/0.9 */
        c->alien_len = n < sizeof c->alien ? n : sizeof c->alien;
        memcpy(c->alien, bytes, c->alien_len);
        return 0;
    }
    c->body_bytes += n;
    if (c->body_bytes > c->max_bytes) {
        c->too_large = true;
        return 0;
    }
    if (!c->piece)
        text_add(&c->got, bytes, n);
    else if (!c->piece(c->data, bytes, n))
        c->aborted = true;
    return c->aborted ? 0 : n;
}

/* --- options --------------------------------------------------------------------------------------------------------
 */

static void set_str(CURL *e, CURLoption o, const char *s)
{
    if (s)
        curl_easy_setopt(e, o, s);
}

static void prepare_transport(struct http_call *c)
{
    CURL *e = c->easy;
    const struct http_peer *p = c->peer;
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
#if CURL_AT_LEAST_VERSION(7, 87, 0)
    curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L); /* else a cancel waits for the thread that looks the name up */
#endif
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(e, CURLOPT_HTTP09_ALLOWED, 1L); /* only to see what it is that answers: on_body takes none of it */
#if CURL_AT_LEAST_VERSION(7, 85, 0)
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(e, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(e, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(e, CURLOPT_TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
    curl_easy_setopt(e, CURLOPT_TCP_KEEPINTVL, KEEPALIVE_STEP_S);
    curl_easy_setopt(e, CURLOPT_PROXY, p->proxy ? p->proxy : ""); /* "": whatever http_proxy and the like say */
    curl_easy_setopt(e, CURLOPT_NOPROXY, "");
    set_str(e, CURLOPT_UNIX_SOCKET_PATH, p->unix_socket);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, c);
}

static void prepare_tls(struct http_call *c)
{
    CURL *e = c->easy;
    const struct http_peer *p = c->peer;
    curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, p->insecure ? 0L : 1L);
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, p->insecure ? 0L : 2L);
    set_str(e, CURLOPT_CAINFO, p->ca_file);
    set_str(e, CURLOPT_SSLCERT, p->client_cert);
    set_str(e, CURLOPT_SSLKEY, p->client_key);
    /* Without one, OpenSSL asks for it on the terminal, and the loop stands still. */
    curl_easy_setopt(e, CURLOPT_KEYPASSWD, "");
}

static void prepare_login(struct http_call *c, const struct http_request *rq)
{
    const char *secret = rq->secret ? secret_reveal(rq->secret) : "";
    if (rq->auth == HTTP_AUTH_BASIC) {
        curl_easy_setopt(c->easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(c->easy, CURLOPT_USERNAME, rq->user ? rq->user : "");
        curl_easy_setopt(c->easy, CURLOPT_PASSWORD, secret);
    } else if (rq->auth == HTTP_AUTH_BEARER) {
        curl_easy_setopt(c->easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        curl_easy_setopt(c->easy, CURLOPT_XOAUTH2_BEARER, secret);
    }
}

static void prepare_method(struct http_call *c, const struct http_request *rq)
{
    CURL *e = c->easy;
    bool post = strcmp(rq->method, "POST") == 0;
    if (rq->body || post) {
        c->body = x_strndup(rq->body ? rq->body : "", rq->body_len);
        c->body_len = rq->body ? rq->body_len : 0;
        curl_easy_setopt(e, CURLOPT_POST, 1L);
        curl_easy_setopt(e, CURLOPT_POSTFIELDS, c->body);
        curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->body_len);
    }
    if (strcmp(rq->method, "HEAD") == 0)
        curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
    else if (!post && strcmp(rq->method, "GET") != 0)
        curl_easy_setopt(e, CURLOPT_CUSTOMREQUEST, rq->method);
}

static void prepare_headers(struct http_call *c, const struct http_request *rq)
{
    c->headers = curl_slist_append(NULL, "Expect:"); /* no second's pause before a large body */
    bool typed = false;
    for (const char *const *h = rq->headers; h && *h; h++) {
        c->headers = curl_slist_append(c->headers, *h);
        typed |= strncasecmp(*h, "Content-Type:", 13) == 0;
    }
    if (c->body && !typed)
        c->headers = curl_slist_append(c->headers, "Content-Type:"); /* not libcurl's guess, a form */
    curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers);
    curl_easy_setopt(c->easy, CURLOPT_USERAGENT, AGENT);
}

/* Called each time before the request is written: the second time is libcurl's own repetition on another connection. */
static int on_about_to_send(void *data, char *to, char *from, int to_port, int from_port)
{
    struct http_call *c = data;
    (void)to, (void)from, (void)to_port, (void)from_port;
    c->twice = c->written;
    c->written = true;
    return c->twice ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

void call_prepare(struct http_call *c, const struct http_request *rq)
{
    CURL *e = c->easy;
    c->peer = rq->peer;
    c->deadline_ms = rq->deadline_ms;
    c->connect_ms = rq->connect_ms > 0 && rq->connect_ms < rq->deadline_ms ? rq->connect_ms : rq->deadline_ms;
    c->max_bytes = rq->max_bytes ? rq->max_bytes : TEXT_MAX_DEFAULT;
    c->url = x_printf("%s%s", rq->peer->base, rq->path);
    c->path = x_strdup(rq->path);
    text_init(&c->got, c->max_bytes);
    curl_easy_setopt(e, CURLOPT_PRIVATE, (char *)(void *)c);
    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->why);
    curl_easy_setopt(e, CURLOPT_URL, c->url);
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)(c->deadline_ms > 0 ? c->deadline_ms : 1));
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)(c->connect_ms > 0 ? c->connect_ms : 1));
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, rq->once ? on_about_to_send : NULL);
    curl_easy_setopt(e, CURLOPT_PREREQDATA, c);
    prepare_transport(c);
    prepare_tls(c);
    prepare_login(c, rq);
    prepare_method(c, rq);
    prepare_headers(c, rq);
}

void call_release(struct http_call *c)
{
    if (c->body)
        mem_wipe(c->body, c->body_len); /* a statement may set a password */
    free(c->body);
    free(c->url);
    free(c->path);
    curl_slist_free_all(c->headers);
    text_release(&c->got);
}
