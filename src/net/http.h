/* HTTP requests with deadlines and cancel, on the loop, by libcurl's multi interface. Knows no Neo4j. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/error.h"
#include "base/secret.h"
#include "loop/loop.h"

struct http; /* one per program: the multi handle and its connections */

struct http *http_new(struct loop *l); /* cheap: libcurl is initialised at the first request, not at start-up */
/* Cancels all requests (their callbacks run before it returns); accepts NULL. Not from inside a callback of this room. */
void http_free(struct http *h);
/* Sizes the connection cache, 4 for each, and raises the soft limit of open files when that would not fit into it. */
void http_expect_peers(struct http *h, unsigned n);

/* How one peer is reached; borrowed for the life of the request (link/ keeps one an instance). */
struct http_peer {
    const char *base;        /* "https://host:7473", no path, no credentials */
    const char *unix_socket; /* go through this socket, the name in base stays for TLS; NULL: direct */
    const char *ca_file;     /* NULL: the system's */
    const char *client_cert, *client_key; /* PEM files or NULL */
    bool insecure;           /* do not verify: shown in red */
    const char *proxy;       /* NULL: none, whatever the environment says */
};

enum http_auth { HTTP_AUTH_NONE, HTTP_AUTH_BASIC, HTTP_AUTH_BEARER };

struct http_request {
    const struct http_peer *peer;
    const char *method;              /* "GET" "POST" "DELETE" */
    const char *path;                /* "/db/neo4j/tx/commit", copied */
    const char *const *headers;      /* NULL-terminated "Name: value", copied; may be NULL */
    const char *body;                /* copied; NULL: none */
    size_t body_len;
    enum http_auth auth;
    const char *user;                /* BASIC */
    const struct secret *secret;     /* password or token; copied into a wiped buffer */
    int64_t deadline_ms;             /* for the whole request, connect included */
    int64_t connect_ms;              /* for connect and TLS; 0: the deadline */
    size_t max_bytes;                /* of the body, else ERR_TOO_LARGE; 0: TEXT_MAX_DEFAULT */
    /* Never send it twice. libcurl silently repeats a request, a POST too, when a connection that it took up again dies
     * before the first byte of the answer; with `once` that is HTTP_FAIL_CUT. For all that changes something. */
    bool once;
};

/* Why it failed, finer than err_kind, for the states of an instance. */
enum http_fail { HTTP_OK, HTTP_FAIL_RESOLVE, HTTP_FAIL_REFUSED, HTTP_FAIL_CONNECT, HTTP_FAIL_TLS, HTTP_FAIL_TIMEOUT,
                 HTTP_FAIL_CUT, HTTP_FAIL_NOT_HTTP, HTTP_FAIL_TOO_LARGE, HTTP_FAIL_CANCELLED, HTTP_FAIL_OTHER };

struct http_response {      /* lives for the call only */
    int status;             /* 0 when there was none */
    const char *content_type;
    const char *location;   /* a redirect is not followed, it is told */
    const char *body;       /* NUL-terminated */
    size_t body_len;
    enum http_fail fail;
    struct err err;         /* words when fail != HTTP_OK: what and what to do */
    int64_t elapsed_ms;
    int64_t connection;     /* number of the connection used: equal numbers are one connection; 0: none or not known */
    bool sent;              /* the request may have reached the server (a timed-out statement may be running there) */
    char tls[64];           /* "TLSv1.3", or "" */
};

typedef void http_done(void *data, const struct http_response *r);

/* Optional: the body as it comes, in pieces, instead of collected (r->body is then empty). Return false to abort: the
 * request then ends as HTTP_FAIL_CANCELLED. No piece comes after http_cancel. */
typedef bool http_piece(void *data, const char *bytes, size_t n);

struct http_call;
/* From inside a piece: this one is taken, the next one comes after http_resume, and until then the server waits with what it sends. The
 * deadline goes on. */
void http_pause(struct http_call *c);
void http_resume(struct http_call *c); /* not from inside a callback of this room; nothing when it does not pause */
/* `done` is called exactly once, on the loop, never from inside http_send or http_cancel; the pointer is dead after it. */
struct http_call *http_send(struct http *h, const struct http_request *rq, http_piece *piece, http_done *done, void *data);
void http_cancel(struct http_call *c);

#endif
