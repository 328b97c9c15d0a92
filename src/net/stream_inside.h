/* What the files of a stream share: stream.c the socket, stream_prepare.c what it needs before, stream_queue.c what waits to be sent,
 * stream_tls.c what OpenSSL does with its bytes, stream_words.c the words. */
#ifndef NET_STREAM_INSIDE_H
#define NET_STREAM_INSIDE_H

#include <openssl/ssl.h>
#include <sys/socket.h>
#include "net/stream.h"

enum { ADDRESSES_MAX = 8 };

/* What a worker prepares: nothing else touches it meanwhile. */
struct prepared {
    char *host, *unix_socket, *ca_file, *client_cert, *client_key;
    int port;
    bool tls, insecure;
    struct sockaddr_storage address[ADDRESSES_MAX];
    socklen_t length[ADDRESSES_MAX];
    size_t naddresses;
    SSL_CTX *context;
    enum http_fail fail; /* HTTP_OK: well */
    struct err err;
};

struct tls {
    SSL *ssl;
    BIO *in, *out; /* memory: what came from the socket, what goes to it */
    bool shaken;   /* the handshake is done */
};

/* Bytes that wait; wiped when they have gone. All zero is an empty one. */
struct queue {
    char *p;
    size_t n, cap;
};

/* ---- stream_prepare.c ---- */
void prepared_init(struct prepared *p, const struct stream_peer *peer); /* copies all of it */
void prepared_release(struct prepared *p);
/* Without a worker: an address in digits, in the clear. Its address is there when it was in digits, whatever is returned. */
bool prepared_at_once(struct prepared *p);
/* In a worker: looks the name up, and prepares TLS. What could not be had is in p->fail, p->err. */
void prepared_work(struct prepared *p);

/* ---- stream_queue.c ---- */
void queue_add(struct queue *q, const void *bytes, size_t n);
void queue_drop(struct queue *q, size_t n); /* from its beginning; n <= q->n */
void queue_release(struct queue *q);

/* ---- stream_tls.c ---- */
/* In a worker: reads the files of certificates and keys. False: p->fail, p->err. */
bool tls_prepare(struct prepared *p);
bool tls_begin(struct tls *t, const struct prepared *p);
void tls_release(struct tls *t);
void tls_end(struct tls *t); /* tells the other side that nothing follows */
/* All of these leave what has to be sent in t->out. */
enum tls_step { TLS_MORE, TLS_DONE, TLS_ENDED, TLS_FAILED };
enum tls_step tls_shake(struct tls *t, const struct prepared *p, struct err *e); /* DONE: the handshake is over */
bool tls_write(struct tls *t, const void *bytes, size_t n);
/* Up to n plain bytes into `out`, *got of them. MORE: none at the moment. */
enum tls_step tls_read(struct tls *t, char *out, size_t n, size_t *got, const struct prepared *p, struct err *e);

/* ---- stream_words.c ---- */
enum http_fail stream_no_name(const struct prepared *p, const char *why, struct err *e);
enum http_fail stream_no_connect(const struct prepared *p, int number, struct err *e);
enum http_fail stream_cut(const struct prepared *p, int number, bool shaking, struct err *e); /* shaking: within the TLS handshake */
enum http_fail stream_late(const struct prepared *p, bool open, bool shaking, int64_t ms, struct err *e);
void stream_no_tls(const struct prepared *p, const char *why, struct err *e);
void stream_not_trusted(const struct prepared *p, long verify, struct err *e);

#endif
