/* A small server with canned answers, one thread a connection, plain or TLS, TCP or unix socket: for the tests of net/.
 */
#ifndef CANNED_H
#define CANNED_H

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "loop/loop.h"
#include "net/http.h"

#define MAX_CONNECTIONS 64

struct canned_conn {
    struct canned *server;
    int fd, number, requests; /* number of the connection from 0; requests read so far */
    SSL *ssl;
    char request[65536]; /* the last one, head and body */
    size_t len;
    pthread_t thread;
};

struct canned {
    /* Answers one request; false: close the connection. */
    bool (*answer)(struct canned_conn *c);
    const void *data;
    SSL_CTX *tls;
    int listener, port;
    char path[100]; /* unix socket, or "" */
    atomic_int connections, requests;
    struct canned_conn *conn[MAX_CONNECTIONS];
    pthread_t thread;
};

static ssize_t canned_read(struct canned_conn *c, char *p, size_t n)
{
    return c->ssl ? SSL_read(c->ssl, p, (int)n) : recv(c->fd, p, n, 0);
}

__attribute__((unused)) static bool canned_write(struct canned_conn *c, const void *bytes, size_t n)
{
    for (const char *p = bytes; n;) {
        ssize_t done = c->ssl ? SSL_write(c->ssl, p, (int)n) : send(c->fd, p, n, MSG_NOSIGNAL);
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

__attribute__((unused)) static bool canned_say(struct canned_conn *c, const char *s)
{
    return canned_write(c, s, strlen(s));
}

/* A good answer with that body. */
__attribute__((unused)) static bool canned_ok(struct canned_conn *c, const char *body)
{
    char head[100];
    snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n",
             strlen(body));
    return canned_say(c, head) && canned_say(c, body);
}

/* Hangs until the other end goes. */
__attribute__((unused)) static bool canned_hang(struct canned_conn *c)
{
    char byte;
    while (canned_read(c, &byte, 1) > 0)
        continue;
    return false;
}

/* A whole request, by its Content-Length. */
static bool canned_take(struct canned_conn *c)
{
    c->len = 0;
    for (;;) {
        c->request[c->len] = '\0';
        char *end = strstr(c->request, "\r\n\r\n"), *length = strcasestr(c->request, "\r\ncontent-length:");
        if (end) {
            size_t body = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
            if (c->len >= (size_t)(end + 4 - c->request) + body)
                return true;
        }
        ssize_t n = canned_read(c, c->request + c->len, sizeof c->request - 1 - c->len);
        if (n <= 0)
            return false;
        c->len += (size_t)n;
    }
}

static void *canned_connection(void *data)
{
    struct canned_conn *c = data;
    if (c->server->tls) {
        c->ssl = SSL_new(c->server->tls);
        SSL_set_fd(c->ssl, c->fd);
    }
    if (!c->ssl || SSL_accept(c->ssl) == 1)
        while (canned_take(c)) {
            atomic_fetch_add(&c->server->requests, 1);
            c->requests++;
            if (!c->server->answer(c))
                break;
        }
    if (c->ssl)
        SSL_free(c->ssl);
    shutdown(c->fd, SHUT_WR);
    close(c->fd);
    c->fd = -1;
    return NULL;
}

static void *canned_listener(void *data)
{
    struct canned *s = data;
    for (int fd; (fd = accept(s->listener, NULL, NULL)) >= 0;) {
        struct canned_conn *c = calloc(1, sizeof *c);
        c->server = s;
        c->fd = fd;
        c->number = s->connections;
        if (c->number == MAX_CONNECTIONS)
            abort();
        s->conn[c->number] = c;
        pthread_create(&c->thread, NULL, canned_connection, c);
        atomic_fetch_add(&s->connections, 1);
    }
    return NULL;
}

/* On a free port of 127.0.0.1, or on the socket `path`. */
__attribute__((unused)) static void canned_start(struct canned *s, bool (*answer)(struct canned_conn *),
                                                 const char *path)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    socklen_t len = sizeof in;
    s->answer = answer;
    s->listener = socket(path ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
    if (path) {
        snprintf(un.sun_path, sizeof un.sun_path, "%s", path);
        if (bind(s->listener, (struct sockaddr *)&un, sizeof un) != 0)
            abort();
    } else {
        if (bind(s->listener, (struct sockaddr *)&in, sizeof in) != 0)
            abort();
        getsockname(s->listener, (struct sockaddr *)&in, &len);
        s->port = ntohs(in.sin_port);
    }
    listen(s->listener, 64);
    pthread_create(&s->thread, NULL, canned_listener, s);
}

/* Ends it with all its connections. */
__attribute__((unused)) static void canned_stop(struct canned *s)
{
    shutdown(s->listener, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listener);
    for (int i = 0; i < s->connections; i++) {
        if (s->conn[i]->fd >= 0)
            shutdown(s->conn[i]->fd, SHUT_RDWR);
        pthread_join(s->conn[i]->thread, NULL);
        free(s->conn[i]);
    }
}

/* --- the asking side ------------------------------------------------------------------------------------------------
 */

/* A copy of a response. */
struct asked {
    int done, status, pieces;
    enum http_fail fail;
    struct err err;
    char body[4096], type[100], location[2048], tls[64];
    size_t body_len;
    int64_t connection, elapsed_ms;
    bool sent;
    struct http_call *call;
    struct loop *stop; /* stopped when done */
};

static void asked_done(void *data, const struct http_response *r)
{
    struct asked *a = data;
    a->done++;
    a->status = r->status;
    a->fail = r->fail;
    a->err = r->err;
    snprintf(a->body, sizeof a->body, "%s", r->body);
    snprintf(a->type, sizeof a->type, "%s", r->content_type ? r->content_type : "");
    snprintf(a->location, sizeof a->location, "%s", r->location ? r->location : "");
    snprintf(a->tls, sizeof a->tls, "%s", r->tls);
    a->body_len = r->body_len;
    a->connection = r->connection;
    a->elapsed_ms = r->elapsed_ms;
    a->sent = r->sent;
    if (a->stop)
        loop_stop(a->stop);
}

static const struct http_request get = {.method = "GET", .path = "/", .deadline_ms = 5000};

/* Sends rq to the peer and runs the loop until it is done. */
static void ask(struct loop *l, struct http *h, const struct http_peer *p, const struct http_request *rq,
                struct asked *a)
{
    struct http_request copy = rq ? *rq : get;
    copy.peer = p;
    memset(a, 0, sizeof *a);
    a->stop = l;
    a->call = http_send(h, &copy, NULL, asked_done, a);
    if (!a->done)
        loop_run(l);
}

#endif
