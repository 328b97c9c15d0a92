/* One request on its way: what the files of net/ know of it. Nobody else includes this: it names libcurl. */
#ifndef NET_CALL_H
#define NET_CALL_H

#include <curl/curl.h>
#include "net/http.h"

#define MAX_HEAD_BYTES ((size_t)256 * 1024) /* of all header lines of an answer */

struct http_call {
    struct http *http;
    struct http_call *prev, *next;
    CURL *easy;
    struct curl_slist *headers;
    char *body, *url, *path;
    size_t body_len;
    const struct http_peer *peer;
    int64_t deadline_ms, connect_ms;
    struct text got;
    size_t head_bytes, body_bytes, max_bytes;
    http_piece *piece;
    http_done *done;
    void *data;
    int64_t opened, polled; /* numbers of the connection opened for it, and of the one last waited for; 0: none */
    int open_errno;         /* why no socket could be had */
    bool too_large, aborted, cancelled;
    bool pauses; /* http_pause was called */
    bool written, twice; /* of `once`: it was sent; libcurl was kept from sending it again */
    unsigned char alien[8]; /* how an answer begins that is no HTTP */
    size_t alien_len;
    char tls[64];
    char location[2048];
    char why[CURL_ERROR_SIZE];
};

/* connection.c: numbers of connections, by the socket, which libcurl tells at the end of a call only while it is open.
 */
struct connections {
    struct connection *by_fd;
    size_t n;
    int64_t last;
};
int64_t connections_open(struct connections *t, int fd);         /* a new socket: the next number */
int64_t connections_number(const struct connections *t, int fd); /* 0: not one of ours */
struct connections *http_connections(struct http *h);
int64_t call_connection(const struct http_call *c, bool sent);

/* request.c: turns the request into options of c->easy; copies everything but the peer. */
void call_prepare(struct http_call *c, const struct http_request *rq);
void call_release(struct http_call *c);

/* words.c: what became of it, from libcurl's result and what the call saw itself. */
void call_explain(struct http_call *c, CURLcode rc, struct http_response *r);

#endif
