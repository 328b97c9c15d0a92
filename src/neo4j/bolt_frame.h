/* Messages of Bolt in chunks, and the agreement on a version before the first one. Pure: bytes in, decisions out
 * (https://neo4j.com/docs/bolt/current/bolt/message/, .../handshake/). */
#ifndef NEO4J_BOLT_FRAME_H
#define NEO4J_BOLT_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/text.h"

/* ---- chunks ---- */

/* Appends a message as chunks, with its end. */
void bolt_chunk(struct text *out, const void *message, size_t n);

enum bolt_chunked {
    BOLT_MORE,      /* all was taken, no whole message yet */
    BOLT_MESSAGE,   /* .message is a whole one; valid until the next call */
    BOLT_NOOP,      /* a sign of life between messages */
    BOLT_TOO_LARGE, /* larger than .most: the connection is of no use any more */
};

/* Zero-initialised but for .most is ready. */
struct bolt_reader {
    struct text message;
    size_t most;       /* bytes of a message */
    size_t left;       /* of the chunk that is coming */
    uint8_t head[2];
    unsigned nhead;
    bool began, done;
};

/* Takes bytes up to the end of one message at most; returns how many were taken. */
size_t bolt_read(struct bolt_reader *r, const char *bytes, size_t n, enum bolt_chunked *what);
void bolt_reader_release(struct bolt_reader *r);

/* ---- versions ---- */

struct bolt_version {
    uint8_t major, minor; /* 0.0: none */
};
bool bolt_at_least(struct bolt_version v, unsigned major, unsigned minor);

/* Servers before 4.3 read no ranges, and only four versions fit: NEW reaches 4.1 and later, OLD, on another connection, 4.0 and 3.5. */
enum bolt_offer { BOLT_OFFER_NEW, BOLT_OFFER_OLD };
enum { BOLT_OFFER_BYTES = 20, BOLT_REPLY_MAX = 16 };
void bolt_offer(enum bolt_offer o, uint8_t out[BOLT_OFFER_BYTES]);

enum bolt_agreed {
    BOLT_AGREE_MORE,
    BOLT_AGREED,     /* .version; send .reply first where .nreply is not 0 */
    BOLT_AGREE_NONE, /* the server takes none of them */
    BOLT_AGREE_HTTP, /* that is an HTTP port */
    BOLT_AGREE_TLS,  /* that port speaks TLS */
    BOLT_AGREE_WRONG /* no Bolt at all, or a version that was not offered */
};

struct bolt_agreement {
    enum bolt_offer offer;
    struct bolt_version version;
    uint8_t reply[BOLT_REPLY_MAX];
    size_t nreply;
    uint8_t got[512];
    size_t n;
};
/* Takes bytes of the server's answer, no more than belong to it: returns how many. */
size_t bolt_agree(struct bolt_agreement *a, const char *bytes, size_t n, enum bolt_agreed *what);

#endif
