/* What the files of link/ share. Above it only link.h is known.
 *
 *   link.c     the port: tickets, replies that wait for the next turn, adding and starting instances
 *   wire.c     one HTTP request, which may outlive the link
 *   state.c    what an instance is said to be, and telling the subscribers
 *   session.c  the state machine of one instance: login probe, up, and the way back
 *   discover.c GET /: the beginning of each session, and the look whether a server still answers
 *   login.c    credentials and their breaker
 *   identity.c who answers: server id, authentication disabled
 *   routing.c  who reads, writes and routes in its cluster
 *   flight.c   one statement from the queue to its reply; flight_send.c how it is sent
 *   decode.c   from the bytes of an answer to its rows
 *   inflow.c   from the bytes of an answer to its rows while they come, where they are wanted in parts
 *   bolt.c     the same over Bolt, with connection.c, pull.c and bolt_address.c (see bolt_inside.h)
 *   given.c    statements that were given up and may still run on the server
 *   describe.c words for `neodeck info` */
#ifndef LINK_INTERNAL_H
#define LINK_INTERNAL_H

#include "link/link.h"
#include "neo4j/codes.h"
#include "neo4j/http.h"

struct instance;
struct wire;
struct peer_box;
struct bolt;
struct ride;
struct inflow;

/* Rows that are wanted in parts, over HTTP and Bolt. */
enum {
    PART_BYTES = 1024 * 1024,     /* of values: a part is handed on when it is that large, */
    PART_MS = 200,                /* or that old; over Bolt, or its slice has ended */
    PARTS_MOST = 4,               /* times max_bytes: all parts together, of which each is let go of again */
};

/* Every time in here, so that tests can run faster than a person waits. All in ms. */
struct pace {
    int64_t retry_first, retry_max; /* backoff of connecting again */
    int64_t retry_slow;             /* where a retry cannot help: TLS, no Neo4j */
    int64_t starting_max;           /* backoff while the server says that it is starting */
    int64_t locked;                 /* first wait after HTTP 429 */
    int64_t connect;                /* for discovery, connect included */
    int64_t check_first, check_max; /* looking for a statement that was given up */
    int64_t grace;                  /* after the deadline of one that cannot be looked for */
    int64_t forget;                 /* a missed deadline is forgotten after this */
    int64_t slow;                   /* an answer that takes longer makes the instance slow */
    int64_t publish;                /* the latency alone is told at most this often */
    int64_t identify;               /* the server id is read again on a new connection at most this often */
    int64_t idle, behind;           /* who answers is asked when nothing was wanted for `idle`, else after `behind` at the latest */
    size_t worker_bytes;            /* answers from this size on are read by a worker */
    unsigned stale_tries;           /* failed tries until stale data's instance is called down */
};
struct pace *link_pace(struct link *k);

/* A last reply that waits for the next turn of the loop. */
struct owed {
    struct owed *next;
    ticket id;
    reply_fn *fn;
    void *ctx;
    struct err err;
};

struct subscriber {
    struct subscriber *next;
    ticket id;
    reply_fn *fn;
    void *ctx;
    bool fresh; /* has not been told anything yet */
    bool gone;  /* cancelled; freed after the round */
};

enum credential_stage {
    CREDENTIAL_AWAITED,  /* neither set nor failed: its instances wait */
    CREDENTIAL_MISSING,  /* there is none: LOGIN_NEEDED */
    CREDENTIAL_UNPROVEN, /* the first login is probed alone */
    CREDENTIAL_PROVEN,
    CREDENTIAL_REFUSED,  /* the breaker is open */
};

struct credential {
    struct credential *next;
    char *key, *user;
    enum http_auth auth;
    struct secret *secret;
    enum credential_stage stage;
    enum login login;       /* REFUSED: which kind of refusal */
    unsigned generation;    /* of the secret: a verdict on an older one counts nothing */
    struct instance *canary;    /* the one that probes while UNPROVEN */
    struct instance *instances; /* chained by with_same */
    char words[320];        /* MISSING, REFUSED: why */
};

enum stage {
    STAGE_NEW,      /* before link_start */
    STAGE_GATE,     /* waits until fewer others connect */
    STAGE_DISCOVER, /* GET / is under way */
    STAGE_LOGIN,    /* waits for a secret, for the canary or for old requests to end, or probes */
    STAGE_READY,    /* statements go */
    STAGE_EXPIRED,  /* only changing ones go: one of them changes the password */
    STAGE_WAIT,     /* until next_try */
    STAGE_STOPPED,  /* until a person acts */
};

struct flight;
struct given;

struct instance {
    struct link *link;
    uint32_t number;
    char *name, *database;
    struct peer_box *box;   /* how it is reached over HTTP */
    struct bolt *bolt;      /* over Bolt instead; NULL: HTTP */
    struct credential *credential;
    struct instance *with_same;

    enum stage stage;
    enum phase phase;
    enum login login;
    enum err_kind why;      /* kind of the error that asks get while they cannot go */
    char message[320];
    char notice[160];       /* said beside UP: another server answers here now */
    struct discovery server; /* as GET / told, refined by COMPONENTS */
    struct version found;    /* as GET / alone told it */
    bool discovered;
    bool held;              /* link_hold: nothing is tried */
    char server_id[64];
    char default_database[64]; /* as the server names it, "" unknown */
    int64_t latency_ms, since_ms, answered_ms; /* since, answered: wall clock */
    int64_t next_try;       /* monotonic; 0 none */
    int64_t identified;     /* monotonic, when the server id was last asked for */
    int64_t last_connection;
    unsigned fails, locks;  /* tries in a row */
    bool relogin;           /* READY just now and only asking again who it is: asks wait instead of failing */
    bool nameless;          /* up, and not asked yet who it is */
    bool overdue;           /* and that has waited long enough for a moment when nothing else is asked */
    struct timer *who;      /* nameless: ask then; not the instance's timer, for it goes on where the clock stands still */
    bool identifying;       /* SERVER_ID is under way */
    bool asking_user;       /* CURRENT_USER is under way */
    bool asking_routes;     /* ROUTING is under way */
    char *routing;          /* in words; NULL: not known */
    char routing_why[200];  /* why not; "" not asked yet */
    int64_t routed_until;   /* wall clock; 0: not asked yet */

    struct wire *discovery;
    struct instance *gate_next;
    struct flight *queue, *running;
    size_t nqueue, nrunning;
    struct given *given;
    char checking[48];      /* the tag that OWN_TRANSACTIONS is under way for, or "" */

    struct subscriber *subscribers;
    struct shown *shown;    /* what the subscribers know */
    bool dirty;
    struct instance *dirty_next;
    int64_t publish_due;    /* monotonic; 0 none */
    struct timer *timer;
    int64_t timer_due;      /* monotonic; 0 not set */
};

struct link {
    struct loop *loop;
    struct http *http;
    struct pace pace;
    struct instance **instances;
    size_t ninstances, instances_cap;
    struct credential *credentials;
    bool started, closing;
    uint64_t seq;           /* of tickets */
    struct owed *owed, **owed_end;
    struct instance *dirty;
    struct timer *soon;
    bool soon_set, in_soon;
    unsigned connecting;    /* discoveries under way */
    struct instance *gate, **gate_end;
    uint64_t random;        /* jitter */
    char tag[16];           /* random, of this process */
    uint64_t tag_seq;
};

/* link.c */
void link_owe(struct link *k, ticket id, reply_fn *fn, void *ctx, const struct err *e); /* e NULL: well */
void link_soon(struct link *k);
int64_t link_jitter(struct link *k, int64_t ms); /* +-20 % */
void instance_rearm(struct instance *i);         /* something that waits for a time has changed */

/* wire.c */
struct peer_box *peer_box_new(const struct link_instance *spec, const char *base); /* takes base over */
void peer_box_drop(struct peer_box *b);
const struct http_peer *peer_of(const struct instance *i);
/* Called exactly once, never from inside wire_send, unless it is forgotten before. */
typedef void wire_done(struct instance *i, void *data, const struct http_response *r);
/* The body as it comes; see http_piece. Nothing is sent or ended from in here. */
typedef bool wire_piece(struct instance *i, void *data, const char *bytes, size_t n);
/* Fills rq->peer. piece NULL: the body comes as a whole. */
struct wire *wire_send(struct instance *i, struct http_request *rq, wire_piece *piece, wire_done *done, void *data);
void wire_pause(struct wire *w);  /* from inside a piece: no other one before wire_resume */
void wire_resume(struct wire *w);
void wire_cancel(struct wire *w); /* done still comes */
void wire_forget(struct wire *w); /* cancels, and done never comes; accepts NULL */

/* state.c */
void instance_say(struct instance *i, enum phase p, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void instance_set_login(struct instance *i, enum login l);
void instance_changed(struct instance *i); /* tell the subscribers soon */
void instance_publish(struct instance *i, bool now);
void instance_subscribe(struct instance *i, ticket id, reply_fn *fn, void *ctx);
bool instance_unsubscribe(struct instance *i, ticket id);
void instance_end_subscriptions(struct instance *i);
const char *instance_tls(const struct instance *i); /* "verified" "insecure" "none" */

/* How a request ended, for the session. */
struct outcome {
    enum http_fail fail;
    int status;
    bool sent;
    enum login_error login;
    bool starting;
    bool more;      /* the server has more rows than were wanted */
    bool cut;       /* well, but ended by closing the connection: the server finds out when it writes the next rows */
    struct err err; /* ERR_NONE: well */
    int64_t elapsed_ms, connection;
    int64_t first_ms;   /* until its first row, where that is known: what a server takes to answer, however many rows follow. Else 0 */
};

/* session.c */
void session_login(struct instance *i);   /* discovered: go on with the login when it may */
void session_relogin(struct instance *i); /* the login changed: probe again, or stop */
void session_retry(struct instance *i);   /* a person said: now */
void session_hold(struct instance *i, const char *words);
void session_release(struct instance *i);
void session_tick(struct instance *i, int64_t now);
void session_outcome(struct instance *i, const struct flight *f, const struct outcome *o);
void session_probed(struct instance *i, const struct flight *f, const struct outcome *o, const struct neo_result *rows);
void session_stop(struct instance *i, enum login l, const char *words); /* until a person acts */
void session_expired(struct instance *i);
bool session_refuses(const struct instance *i, enum statement_id id, struct err *e); /* why it cannot be sent now */

void session_down(struct instance *i, enum err_kind why, const char *words, int64_t least); /* tried again after `least` ms or more */
void session_wrong(struct instance *i, const struct err *e);     /* trying again cannot help by itself: slowly */
void session_starting(struct instance *i, const char *words);

/* discover.c */
enum found { FOUND_SERVER, FOUND_STARTING, FOUND_DOWN, FOUND_OTHER };
/* Of a request, or a connection over Bolt, that failed: DOWN or OTHER. */
enum found discovery_explain(const struct instance *i, enum http_fail fail, const struct err *why, struct err *e);
void session_begin(struct instance *i);   /* from the start: discovery, when it is its turn */
void session_look(struct instance *i);    /* whether it still answers, without a login */

/* identity.c: what nobody waits for goes behind what somebody does */
void identity_begin(struct instance *i);               /* just up: when its first answers are there, or nothing is wanted */
void identity_behind(struct instance *i, bool probe);  /* a flight has ended */
void identity_renew(struct instance *i);               /* on another connection */
/* routing.c */
void routing_ask(struct instance *i); /* when it is of a neo4j scheme, and its time is over */

void identity_learn(struct instance *i, const struct neo_result *rows); /* an answer to DATABASES */

/* login.c */
enum login_gate { LOGIN_GO, LOGIN_WAITS, LOGIN_STOPS };
enum login_gate login_gate(struct instance *i);   /* takes the canary's place when that is free */
void login_verdict(struct instance *i, unsigned generation, enum login_error e); /* NONE: it was accepted */
void login_no_verdict(struct instance *i);        /* the probe told nothing: the next one may */
void login_lift(struct credential *c, struct instance *first);
bool login_is_current(const struct instance *i, unsigned generation);
void credential_free(struct credential *c);

/* flight.c */
/* Should the password change while these are under way, each is one wrong login, and the third would lock the account.
 * With the one request that needs no login (discovery) there are three connections. */
#define AT_ONCE_WITH_LOGIN 2
#define AT_ONCE 3

struct flight {
    struct flight *next;
    struct instance *at;
    ticket id;              /* 0: asked by link/ itself */
    reply_fn *fn;           /* NULL: nobody waits any more */
    void *ctx;
    struct arena arena;     /* the ask's texts, later the answer */
    struct statement st;
    int64_t deadline_ms, queue_due; /* queue_due: monotonic */
    size_t max_bytes, max_rows; /* max_rows 0: all */
    bool parts;             /* rows are handed on as they come, where that can be had */
    bool own, probe;        /* own: of link/ itself; probe: the login probe */
    unsigned generation;
    const struct variant *variant;
    enum dialect dialect;
    size_t result_index;
    char tag[48];
    bool tagged, limited, dropped; /* dropped: cut by us because of a refusal elsewhere */
    struct wire *wire;
    struct ride *ride;      /* over Bolt */
    struct inflow *inflow;  /* over HTTP, its rows come in parts */
    struct decode *decode;
};
ticket flight_ask(struct instance *i, ticket id, const struct ask *a, reply_fn *fn, void *ctx);
/* Asked by link/ itself; false when it cannot be asked now, fn is not called then. */
bool flight_own(struct instance *i, enum statement_id id, const struct param *params, size_t n, reply_fn *fn, void *ctx);
void flight_probe(struct instance *i);
bool flight_cancel(struct instance *i, ticket id);
void flights_pump(struct instance *i);                /* send what may go */
void flights_fail_queued(struct instance *i);         /* with the words of the state */
void flights_drop_reading(struct instance *i);        /* cut the reading ones under way: their login was refused elsewhere */
int64_t flights_due(const struct instance *i);        /* monotonic; 0 none */
void flights_tick(struct instance *i, int64_t now);   /* queued too long */
void flights_close(struct instance *i);               /* link_free: every ticket gets its last reply */
/* Rows that came, of a flight whose rows are wanted in parts; the rest comes with the end. It may drop the ride. connection 0: unknown. */
void flight_part(struct flight *f, const struct neo_result *rows, int64_t connection);
void flight_finish(struct flight *f, struct outcome *o, const struct neo_result *rows); /* the end of one that was sent */
/* Chooses the variant, and sends it. False: it did not leave, *e says why. */
bool flight_send(struct flight *f, struct err *e);
/* Is what failed news of the server? A stopped user database is none, the system database (before 4.0 the only one) is. */
bool flight_is_servers_own(const struct flight *f);
bool flight_same_kind(const struct statement *a, const struct statement *b);

/* decode.c */
void flight_answered(struct instance *i, void *data, const struct http_response *r); /* a wire_done; data: the flight */
void decode_forget(struct decode *d); /* its flight is gone */

/* inflow.c */
bool inflow_fits(const struct flight *f);           /* built: its rows may be read while they come */
struct inflow *inflow_new(struct flight *f);
void inflow_free(struct inflow *in);                /* accepts NULL */
bool inflow_has_rows(const struct inflow *in);      /* accepts NULL: no */
bool inflow_piece(struct instance *i, void *data, const char *bytes, size_t n); /* a wire_piece; data: the flight */
void inflow_done(struct instance *i, void *data, const struct http_response *r); /* a wire_done; likewise */

/* given.c */
void given_up(struct instance *i, const struct flight *f, bool late); /* late: its deadline or its connection, not a person */
void given_answered(struct instance *i, const struct flight *f); /* its kind works again */
bool given_ends_soon(const struct instance *i, const struct statement *st); /* it may wait for its turn */
bool given_blocks(const struct instance *i, const struct statement *st, bool own, struct err *e);
int64_t given_due(const struct instance *i);
void given_tick(struct instance *i, int64_t now);
void given_free(struct instance *i);
size_t given_running(const struct instance *i);

#endif
