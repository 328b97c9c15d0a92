/* The connections of one instance over Bolt: each logs in once and then carries one statement after the other. For the files of link/
 * only. */
#ifndef LINK_BOLT_H
#define LINK_BOLT_H

#include "link/internal.h"
#include "neo4j/bolt_message.h"
#include "neo4j/bolt_rows.h"
#include "net/stream.h"

struct bolt;
struct connection;

/* Where it is, from an address of a Bolt scheme, or the host of an http one that is asked over Bolt; NULL when neither. */
struct bolt *bolt_new(struct instance *i, const struct link_instance *spec, const char *base);
/* GET / of the http address is asked for the port before each knock. */
bool bolt_seeks(const struct bolt *b);
/* What it answered: where the server says that Bolt is (the port is taken, its host never), or "" and why it is not known. */
void bolt_told(struct bolt *b, const char *advertised, const char *why_not);
/* Why the port is the usual one, "" when it is known. */
const char *bolt_guesses(const struct bolt *b);
void bolt_uri(const struct bolt *b, struct text *out); /* appended, "bolt+s://db1:7687" */
void bolt_free(struct bolt *b); /* accepts NULL; closes all, nothing is called */
const struct stream_peer *bolt_peer(const struct bolt *b);
bool bolt_routes(const struct bolt *b); /* a neo4j scheme */

/* Opens a connection as far as it goes without a login, and keeps it for the first statement. `done` once, never from inside. */
void bolt_knock(struct bolt *b, void (*done)(struct instance *i, enum http_fail fail, const struct err *e));
bool bolt_is_knocking(const struct bolt *b);
void bolt_forget_knock(struct bolt *b);

/* A statement on its way. */
struct ride;
/* Sends f (whose variant, tag and deadline are set) on a connection that is free, else on a new one. Ends in flight_carried(), once,
 * never from inside. */
struct ride *ride_begin(struct bolt *b, struct flight *f, const struct bolt_run *run);
void ride_drop(struct ride *r);   /* cut: flight_carried() comes as HTTP_FAIL_CANCELLED; at once, but for a login whose verdict counts */
void ride_forget(struct ride *r); /* and it never comes; accepts NULL */

/* Free connections are closed: another login counts now, or nobody is to be asked for a while. */
void bolt_close_free(struct bolt *b);
/* What the newest connection was told: version 0.0 before the first. */
struct bolt_version bolt_version_of(const struct bolt *b);
const char *bolt_agent_of(const struct bolt *b);
int64_t bolt_hint_recv_s(const struct bolt *b);

/* flight.c: a login probe was begun before the server had said its version. What fits it; `least` while it still has not. */
void flight_settle(struct flight *f, struct bolt_run *run, struct version least);
/* flight.c: the end of a ride. Rows also when it failed, where they are wanted in parts. */
void flight_carried(struct flight *f, struct outcome *o, const struct neo_result *rows);
/* given.c: the statement with this tag is seen to have ended */
void given_gone(struct instance *i, const char *tag);

#endif
