/* Sessions with servers: dialect, login probe and credential breaker, connection limits, states, backoff, deadlines. A port at the
 * end: answers ASK_STATEMENT, ASK_STATE, ASK_RETRY. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "base/secret.h"
#include "loop/loop.h"
#include "net/http.h"
#include "port/port.h"

struct link;
struct link *link_new(struct loop *l, struct http *h);
void link_free(struct link *k); /* every open ticket gets its last reply */
struct port link_port(struct link *k);

/* A login is tried once: the breaker belongs to the credential, shared by all instances that use it (same user and source). */
struct credential;
/* key: what makes it the same credential ("basic neo4j file:/path"). Found or made; owned by the link. Until one of the two
 * below was called its instances wait for it and are CONNECTING. */
struct credential *link_credential(struct link *k, const char *key, enum http_auth auth, const char *user);
/* A person (or a command) gave the secret: takes it over, lifts the breaker, and probes. NULL: there is none yet (LOGIN_NEEDED). */
void credential_set(struct link *k, struct credential *c, struct secret *s);
/* It could not be had ("pass: no such entry"): LOGIN_NEEDED with these words. */
void credential_failed(struct link *k, struct credential *c, const char *words);

struct link_instance {
    const char *name;
    const char *base;       /* "http://localhost:7474"; with a Bolt scheme ("bolt+s://db1") it is asked over Bolt. Checked by conf/ */
    const char *ca_file, *client_cert, *client_key, *proxy;
    bool insecure;
    bool over_bolt;         /* an http base is asked over Bolt: at the port that GET / tells, else 7687, of the same host */
    const char *database;   /* the one to use where a database is wanted; NULL: the default one */
    struct credential *credential; /* NULL: no login (auth = none) */
};
/* Numbered from 0 in order. Nothing is sent before link_start. */
uint32_t link_add(struct link *k, const struct link_instance *spec);
void link_start(struct link *k);
/* False while any instance is still CONNECTING for the first time, or its identity and login are looked at (batch waits for it). */
bool link_settled(const struct link *k);
/* Each instance is up, or says why not: what is asked of it now goes out, or is refused with words. True before link_settled is: who
 * answers is asked behind what was wanted. */
bool link_reached(const struct link *k);
/* Nothing is asked, answered or told just now: everything that happens next waits for a time or for a person. */
bool link_quiet(const struct link *k);
/* For a clock that stands still: what is due happens without its timer, and what is told only now and then is told. */
void link_catch_up(struct link *k);
/* An instance that must not be asked, because another server would answer under its name: it is DOWN with these words, what is open
 * fails with them, and nothing is tried, whoever wants it. NULL: from now on it may. Also before link_start. */
void link_hold(struct link *k, uint32_t instance, const char *words);
/* Where drivers reach it, without user or password: "bolt+s://db1:7687"; over HTTP the host that is asked, by the port that the server
 * tells. False: not known. */
bool link_bolt_address(const struct link *k, uint32_t instance, struct text *out);
/* For `neodeck info`: one line each of what was found (dialect, tag, deadline, read mode, tls, server id). */
void link_describe(const struct link *k, uint32_t instance, struct text *out);

#endif
