/* What the files of Bolt share:
 *
 *   bolt.c        the connections of an instance, and which of them carries what
 *   connection.c  one connection: from the first byte to the login, then statement by statement
 *   pull.c        the rows of a statement, slice by slice, and no more of them than are wanted
 *   bolt_address.c the address, from a URI */
#ifndef LINK_BOLT_INSIDE_H
#define LINK_BOLT_INSIDE_H

#include "link/bolt.h"

enum {
    SLICE_ROWS = 1000,            /* pulled at first; twice as many after each slice that took less than ... */
    SLICE_MS = 500,
    SLICE_MOST = 8000,
    DISCARD_MS = 1000,            /* the rest of the rows is to be forgotten within that time, else RESET ends them */
    RESET_MS = 5000,
    FREE_MS = 10 * 60 * 1000,
    KNOCKED_MS = 20 * 1000,       /* nobody logged in: the server closes it after 30 s */
    SMALL_MESSAGE = 1024 * 1024,  /* all but the rows of a statement */
};

enum connection_stage {
    CONN_AGREEING, /* on a version */
    CONN_AGREED,   /* nobody has logged in; free to do so when there is no ride */
    CONN_HELLO,    /* HELLO is under way */
    CONN_LOGON,    /* LOGON is under way */
    CONN_FREE,
    CONN_RUNNING,  /* RUN and PULL are under way */
    CONN_DISCARDING, /* the rest of the rows is not wanted */
    CONN_RESETTING /* what was under way is ended by the server */
};

struct connection {
    struct connection *next;
    struct bolt *bolt;
    struct stream *stream;
    enum connection_stage stage;
    struct bolt_agreement agreement;
    struct bolt_version version;
    struct bolt_reader reader;
    struct timer *timer;     /* DISCARDING, RESETTING, FREE, AGREED */
    struct ride *ride;       /* what it is for; NULL: free, or resetting */
    unsigned generation;     /* of the secret that it logged in with */
    unsigned owed;           /* answers that are still to come: one for each message */
    bool named;              /* the answer to RUN has come */
    bool ahead;              /* what its ride asks left together with the login */
    bool expired;            /* the password is right and must be changed: the server said so with the login */
    bool refused_all;        /* the server takes no version of this offer; there is another */
    bool ended;              /* by the server, in order: what ran there has ended, too */
    bool reading, closed;    /* closed while its bytes are read: let go of after that */
    int64_t recv_timeout_ms; /* as the server promised */
    char tag[48];            /* RESETTING: of the statement that is ended */
    char id[48];             /* as the server calls it */
};

struct ride {
    struct ride *next;
    struct flight *flight;   /* NULL: nobody waits any more */
    struct connection *at;   /* NULL: none yet */
    struct timer *deadline;
    struct bolt_run run;     /* what it points to lives as long as the flight */
    struct rows rows;
    struct err err;          /* of the rows */
    struct arena part;       /* what has come and is not handed on yet, of a statement whose rows are wanted in parts */
    size_t bytes;            /* of all rows: as they came; in parts, as they are kept */
    size_t taken;            /* rows until now */
    int64_t slice;           /* rows of one PULL */
    int64_t first;           /* monotonic: its first row; 0: none yet */
    int64_t pulled, given;   /* likewise: the last PULL, the last part */
    bool more;               /* the server has more rows than were wanted */
    bool giving;             /* a part is being handed on: whoever takes it may drop the ride */
    int64_t began, sent;     /* monotonic; sent 0: not yet */
    bool explain;
    bool routes;             /* ROUTE was sent instead of RUN */
    bool dropped;            /* nothing is sent any more, but the verdict on its login is waited for */
};

struct bolt {
    struct instance *instance;
    struct stream_peer peer; /* texts are owned */
    bool routes;
    bool seeks;              /* its port is what GET / tells */
    char guesses[240];       /* why the port is the usual one, or that of before; "" when it was told */
    enum bolt_offer offer;   /* what this server understood last */
    struct connection *connections;
    struct ride *rides;
    struct connection *knocking;
    void (*knocked)(struct instance *i, enum http_fail fail, const struct err *e);
    struct bolt_version version;
    char agent[80];
    int64_t recv_timeout_ms;
};

/* ---- bolt_address.c ---- */
bool bolt_address(const char *base, struct stream_peer *out, bool *routes); /* host is the caller's */
bool bolt_beside(const char *http, struct stream_peer *out); /* the usual port of the host of an http address; host is the caller's */
/* The port of what a server says about itself, "bolt://db1:7687"; 0 when that is none. */
int bolt_port_of(const char *advertised);

/* ---- connection.c ---- */
struct connection *connection_open(struct bolt *b);
void connection_close(struct connection *c, bool in_order); /* takes it out of the list and frees it */
void connection_begin_login(struct connection *c);          /* AGREED, for its ride: HELLO, and LOGON where it is one */
void connection_run(struct connection *c, struct ride *r);  /* FREE */
void connection_agreed(struct connection *c);               /* AGREED without a ride: kept for a while */
void connection_reset(struct connection *c);                /* RUNNING, DISCARDING: the server ends it */
void connection_send(struct connection *c, const struct text *m); /* one message */
void connection_free(struct connection *c);                 /* its statement is over, the next one may come */
void connection_failed(struct connection *c, const struct err *e); /* RUNNING: the statement has failed */

/* ---- pull.c ---- */
void pull_begin(struct connection *c, struct ride *r);      /* before its first row */
void pull_slice(struct connection *c);                      /* the next rows */
/* A row has come, n bytes. The connection and its ride may be gone after it. */
void pull_row(struct connection *c, const struct bolt_answer *a, size_t n);
void pull_more(struct connection *c);                       /* a slice has ended, there are more rows. Likewise. */
void pull_discarded(struct connection *c, const struct bolt_answer *a); /* DISCARDING */
struct arena *pull_arena(struct connection *c);             /* RUNNING: where the next message is read into */

/* ---- bolt.c ---- */
void bolt_opened(struct connection *c);                     /* a version was agreed upon */
void bolt_logged_in(struct connection *c, const struct bolt_server *s);
void bolt_refused(struct connection *c, const struct err *e); /* the login */
void bolt_lost(struct connection *c, enum http_fail fail, const struct err *e); /* it is over; closed by this */
void ride_done(struct ride *r, const struct err *e, struct value about);       /* the server's last word; NULL: well */
void ride_cancelled(struct ride *r);                        /* it was dropped, or its login is an older one */

#endif
