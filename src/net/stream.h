/* A stream of bytes to a port or a unix socket, in the clear or by TLS, on the loop, with a deadline for each step. Knows no Neo4j. */
#ifndef NET_STREAM_H
#define NET_STREAM_H

#include "base/error.h"
#include "loop/loop.h"
#include "net/http.h"

/* Where to; copied by stream_open. */
struct stream_peer {
    const char *host;        /* name or address, without brackets; also what the certificate is for */
    int port;
    const char *unix_socket; /* go through this socket instead, `host` stays for TLS; NULL: direct */
    bool tls;
    bool insecure;           /* TLS without looking at the certificate: shown in red */
    const char *ca_file;     /* NULL: the system's */
    const char *client_cert, *client_key; /* PEM files or NULL */
};

struct stream_handler {
    /* It is open, TLS included. */
    void (*opened)(void *data);
    /* What has come; may be in pieces of any size. */
    void (*bytes)(void *data, const char *bytes, size_t n);
    /* It is over: by the other side, an error or a deadline. Once; the stream is gone after it. Words for all but HTTP_OK, which is
     * an end that the other side made in order. */
    void (*closed)(void *data, enum http_fail why, const struct err *e);
};

struct stream;
/* Looks the name up and prepares TLS in a worker, then connects; both together get connect_ms. Nothing is called from inside. */
struct stream *stream_open(struct loop *l, const struct stream_peer *p, int64_t connect_ms, const struct stream_handler *h, void *data);
/* Queued, copied (and wiped once it has left: logins are among it); before `opened` too. More than STREAM_QUEUE_MAX bytes that the other side does not take end it (CUT). */
void stream_write(struct stream *s, const void *bytes, size_t n);
/* The other side has to say something within so many ms from now, else it ends (TIMEOUT); every byte that comes sets it anew.
 * 0: it may be silent. */
void stream_expect(struct stream *s, int64_t ms);
/* Closes at once; what was written leaves before, as far as that needs no waiting. Nothing is called any more. Accepts NULL, also from
 * inside. */
void stream_close(struct stream *s);

enum { STREAM_QUEUE_MAX = 16 * 1024 * 1024 };

/* Numbered as the connections of http.h, from 1 but with the highest bit set. */
int64_t stream_number(const struct stream *s);

#endif
