/* Credentials and their breaker. A server counts wrong logins and locks the account at the third, and where a directory
 * stands behind it, everywhere. So a login that nobody has seen accepted is tried by one instance alone, and after one
 * refusal nothing leaves with it again, to any instance, until a person acts. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "link/internal.h"

struct credential *link_credential(struct link *k, const char *key, enum http_auth auth, const char *user)
{
    struct credential *c = k->credentials;

    while (c && strcmp(c->key, key) != 0)
        c = c->next;
    if (c)
        return c;
    c = x_calloc(1, sizeof *c);
    c->key = x_strdup(key);
    c->user = x_strdup(user);
    c->auth = auth;
    c->next = k->credentials;
    k->credentials = c;
    return c;
}

void credential_free(struct credential *c)
{
    secret_free(c->secret);
    free(c->key);
    free(c->user);
    free(c);
}

static void set_words(struct credential *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void set_words(struct credential *c, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(c->words, sizeof c->words, fmt, ap);
    va_end(ap);
}

static const char *user_of(const struct credential *c)
{
    return c->user ? c->user : "";
}

bool login_is_current(const struct instance *i, unsigned generation)
{
    return !i->credential || i->credential->generation == generation;
}

enum login_gate login_gate(struct instance *i)
{
    struct credential *c = i->credential;

    if (!c)
        return LOGIN_GO;
    switch (c->stage) {
    case CREDENTIAL_AWAITED: return LOGIN_WAITS;
    case CREDENTIAL_MISSING: session_stop(i, LOGIN_NEEDED, c->words); return LOGIN_STOPS;
    case CREDENTIAL_REFUSED: session_stop(i, c->login, c->words); return LOGIN_STOPS;
    case CREDENTIAL_PROVEN: return LOGIN_GO;
    case CREDENTIAL_UNPROVEN: break;
    }
    if (c->canary && c->canary != i)
        return LOGIN_WAITS;
    c->canary = i;
    return LOGIN_GO;
}

/* Those that waited may go on, or stop. */
static void wake_others(struct credential *c, const struct instance *by)
{
    for (struct instance *i = c->instances; i; i = i->with_same)
        if (i != by && i->stage == STAGE_LOGIN)
            session_login(i);
}

void login_no_verdict(struct instance *i)
{
    struct credential *c = i->credential;

    if (!c || c->canary != i)
        return;
    c->canary = NULL;
    wake_others(c, i);
}

static void accept(struct credential *c, const struct instance *i)
{
    if (c->stage != CREDENTIAL_UNPROVEN)
        return;
    c->stage = CREDENTIAL_PROVEN;
    c->canary = NULL;
    wake_others(c, i);
}

static void describe_refusal(struct credential *c, const struct instance *by, enum login_error why)
{
    const char *user = user_of(c);

    switch (why) {
    case LOGIN_ERROR_TOKEN_EXPIRED:
        c->login = LOGIN_TOKEN_EXPIRED;
        set_words(c, "'%s' says that the token has expired: ':password' takes a new one", by->name);
        return;
    case LOGIN_ERROR_SUSPENDED:
        c->login = LOGIN_SUSPENDED;
        set_words(c, "'%s' says that user '%s' is suspended: an administrator has to activate it", by->name, user);
        return;
    default: break;
    }
    c->login = LOGIN_REFUSED;
    if (c->auth == HTTP_AUTH_BEARER)
        set_words(c, "'%s' refused the token, it is not tried again: ':password' takes another", by->name);
    else
        set_words(c, "'%s' refused the login of user '%s', it is not tried again: ':password' takes the right password",
                  by->name, user);
}

/* Requests that were handed to net/ may not have left yet: the reading ones are cut. One that changes something runs to
 * its end, half known is worse. */
static void open_breaker(struct credential *c, const struct instance *by, enum login_error why)
{
    c->stage = CREDENTIAL_REFUSED;
    c->canary = NULL;
    describe_refusal(c, by, why);
    for (struct instance *i = c->instances; i; i = i->with_same) {
        session_stop(i, c->login, c->words);
        flights_drop_reading(i);
    }
}

void login_verdict(struct instance *i, unsigned generation, enum login_error e)
{
    struct credential *c = i->credential;

    if (!c || c->generation != generation)
        return;
    switch (e) {
    case LOGIN_ERROR_NONE:
    case LOGIN_ERROR_EXPIRED: accept(c, i); return; /* expired: the password was right */
    case LOGIN_ERROR_LOCKED: login_no_verdict(i); return;
    case LOGIN_ERROR_REFUSED:
    case LOGIN_ERROR_TOKEN_EXPIRED:
    case LOGIN_ERROR_SUSPENDED: break;
    }
    if (c->stage != CREDENTIAL_REFUSED)
        open_breaker(c, i, e);
}

/* --- a person acts -------------------------------------------------------------------------------------------------- */

static void begin_again(struct credential *c, struct instance *first)
{
    c->canary = first; /* its place is kept, however long its discovery takes */
    c->generation++;
    if (first)
        session_relogin(first);
    for (struct instance *i = c->instances; i; i = i->with_same)
        if (i != first)
            session_relogin(i);
}

void login_lift(struct credential *c, struct instance *first)
{
    if (c->stage != CREDENTIAL_REFUSED)
        return;
    c->stage = CREDENTIAL_UNPROVEN;
    begin_again(c, first);
}

static void be_missing(struct credential *c)
{
    secret_free(c->secret);
    c->secret = NULL;
    c->stage = CREDENTIAL_MISSING;
    begin_again(c, NULL);
}

void credential_set(struct link *k, struct credential *c, struct secret *s)
{
    (void)k;
    if (!s) {
        if (c->auth == HTTP_AUTH_BEARER)
            set_words(c, "there is no token yet: ':password' takes one");
        else
            set_words(c, "there is no password for user '%s' yet: ':password' takes one", user_of(c));
        be_missing(c);
        return;
    }
    secret_free(c->secret);
    c->secret = s;
    c->stage = CREDENTIAL_UNPROVEN;
    begin_again(c, NULL);
}

void credential_failed(struct link *k, struct credential *c, const char *words)
{
    (void)k;
    set_words(c, "%.240s: ':password' takes it from the keyboard", words);
    be_missing(c);
}
