#include "neo4j/codes.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* What a code means. A code that ends in '*' stands for all that begin so; the first fitting line counts. */
struct meaning {
    const char *code;
    const char *says; /* part of the message that must be there, or NULL */
    enum err_kind kind;
    const char *words;
};

static const struct meaning meanings[] = {
    {"Neo.ClientError.Security.*", "suspended", ERR_LOGIN, "the user is suspended: an administrator must activate it"},
    {"Neo.ClientError.Security.*", "change their password", ERR_LOGIN,
     "the password has expired: change it with ALTER CURRENT USER SET PASSWORD, then give the new one with :password"},
    {"Neo.ClientError.Security.Unauthorized", NULL, ERR_LOGIN, "user name or password refused: give the right one with :password"},
    {"Neo.ClientError.Security.AuthenticationRateLimit", NULL, ERR_LOGIN,
     "too many wrong logins: the server refuses even the right password for some seconds; wait, then :password"},
    {"Neo.ClientError.Security.CredentialsExpired", NULL, ERR_LOGIN,
     "the password has expired: change it with ALTER CURRENT USER SET PASSWORD, then give the new one with :password"},
    {"Neo.ClientError.Security.TokenExpired", NULL, ERR_LOGIN, "the token has expired: get a new one"},
    {"Neo.ClientError.Security.AuthorizationExpired", NULL, ERR_LOGIN, "the server has forgotten this login: connect again with :retry"},
    {"Neo.ClientError.Security.AuthProvider*", NULL, ERR_SERVER, "the server cannot ask its login provider (LDAP, SSO): see its log"},
    {"Neo.TransientError.Security.AuthProvider*", NULL, ERR_SERVER, "the server cannot ask its login provider (LDAP, SSO): see its log"},
    {"Neo.ClientError.Security.*", NULL, ERR_PRIVILEGE, "this user may not do that: ask for the privilege, or log in as another user"},
    {"Neo.ClientError.Statement.UnsupportedAdministrationCommand", NULL, ERR_EDITION, "this edition has no such command: Enterprise only"},
    {"Neo.ClientError.Procedure.ProcedureNotFound", NULL, ERR_VERSION,
     "the server has no such procedure: another version, Enterprise only, or not on its allow list"},
    {"Neo.ClientError.Statement.AccessMode", NULL, ERR_READ_ONLY, "refused: that would write, and was sent in READ access mode"},
    {"Neo.ClientError.Request.Invalid", "Routing WRITE", ERR_READ_ONLY, "refused: that would write, and was sent in READ access mode"},
    {"Neo.ClientError.Cluster.NotALeader", NULL, ERR_REFUSED, "this server does not take writes: go to the leader"},
    {"Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", NULL, ERR_REFUSED, "the database is read-only here"},
    {"Neo.ClientError.General.WriteOnReadOnlyAccessDatabase", NULL, ERR_REFUSED, "the database is read-only here"},
    {"Neo.ClientError.Transaction.TransactionTimedOut*", NULL, ERR_TIMEOUT, "it took too long, and the server ended it"},
    {"Neo.*.Transaction.LockAcquisitionTimeout", NULL, ERR_TIMEOUT, "it waited too long for a lock: see who holds it"},
    {"Neo.DatabaseError.Statement.ExecutionFailed", "within the specified timeout", ERR_TIMEOUT, "it took too long, and the server ended it"},
    {"Neo.DatabaseError.Statement.ExecutionFailed", "has been terminated", ERR_SERVER, "it was killed on the server"},
    {"Neo.*.Transaction.Terminated", NULL, ERR_SERVER, "it was killed on the server"},
    {"Neo.*.Database.DatabaseUnavailable", NULL, ERR_SERVER, "the database is not available: starting, stopped or moving; see its status"},
    {"Neo.*.General.DatabaseUnavailable", NULL, ERR_SERVER, "the database is not available: starting, stopped or moving; see its status"},
    {"Neo.*.Database.DatabaseNotFound", NULL, ERR_SERVER, "there is no such database: look at the list of databases"},
    {"Neo.*.Database.UnableToStartDatabase", NULL, ERR_SERVER, "the database does not start: see debug.log"},
    {"Neo.TransientError.General.*Memory*", NULL, ERR_SERVER, "the server is short of memory"},
    {"Neo.TransientError.Request.NoThreadsAvailable", NULL, ERR_BUSY, "the server has no thread left to answer: it is overloaded"},
    {"Neo.TransientError.Transaction.MaximumTransactionLimitReached", NULL, ERR_BUSY, "the server has reached its limit of open transactions"},
    {"Neo.TransientError.Transaction.DeadlockDetected", NULL, ERR_SERVER, "a deadlock: it may work when tried again"},
    {"Neo.ClientError.Statement.SyntaxError", NULL, ERR_SERVER, "the server does not understand the statement"},
    {"Neo.ClientError.Statement.NotSystemDatabaseError", NULL, ERR_EDITION, "this edition has no such command"},
    {"Neo.ClientError.Statement.ParameterMissing", NULL, ERR_INTERNAL, "a parameter of the statement is missing"},
    {"Neo.ClientError.Request.*", NULL, ERR_SERVER, "the server does not understand the request"},
    {"Neo.DatabaseError.*", NULL, ERR_SERVER, "an error inside the server: see its debug.log"},
    {"Neo.TransientError.*", NULL, ERR_SERVER, "it may work when tried again"},
    {"Neo.*", NULL, ERR_SERVER, ""},
    /* GQL status codes, where a server sends them alone */
    {"42NFF", NULL, ERR_PRIVILEGE, "this user may not do that: ask for the privilege, or log in as another user"},
    {"42NFE", NULL, ERR_LOGIN, "the password has expired: change it with ALTER CURRENT USER SET PASSWORD, then give the new one with :password"},
    {"25N13", NULL, ERR_READ_ONLY, "refused: that would write, and was sent in READ access mode"},
    {"*", NULL, ERR_SERVER, ""},
};

/* What a status means when the body says nothing, or nothing of Neo4j's. */
static const struct {
    int from, to;
    enum err_kind kind;
    const char *words;
} statuses[] = {
    {200, 299, ERR_SHAPE, "the answer makes no sense: it is no answer of Neo4j; see whether a proxy stands between"},
    {300, 399, ERR_SERVER, "redirected: give the final address in the configuration"},
    {400, 400, ERR_SERVER, "the server does not understand the request: HTTPS or another port?"},
    {401, 401, ERR_LOGIN, "login refused: give the right one with :password"},
    {403, 403, ERR_PRIVILEGE, "forbidden: by the server or by a proxy in front of it"},
    {404, 404, ERR_SERVER, "nothing is there: another port, or the HTTP API is switched off"},
    {405, 406, ERR_SERVER, "the server does not take this request: is it a Neo4j?"},
    {407, 407, ERR_SERVER, "a proxy wants a login: check the instance's proxy setting"},
    {408, 408, ERR_TIMEOUT, "the server gave up waiting for the request"},
    {413, 414, ERR_TOO_LARGE, "the request is too large for the server or a proxy in front of it"},
    {429, 429, ERR_BUSY, "too many requests: asking less often"},
    {502, 502, ERR_UNREACHABLE, "a proxy in front cannot reach the server"},
    {503, 503, ERR_BUSY, "the server is not ready: starting, stopping or overloaded"},
    {504, 504, ERR_TIMEOUT, "a proxy in front got no answer from the server in time"},
    {500, 599, ERR_SERVER, "an error inside the server or a proxy in front of it: see its log"},
};

/* '*' in the pattern stands for any run of characters. */
static bool matches(const char *pattern, const char *s)
{
    for (; *pattern && *pattern != '*'; pattern++, s++)
        if (*pattern != *s)
            return false;
    if (!*pattern)
        return !*s;
    pattern++;
    for (;; s++) {
        if (matches(pattern, s))
            return true;
        if (!*s)
            return false;
    }
}

static const struct meaning *meaning_of(const char *code, const char *message)
{
    const struct meaning *m = meanings;

    while (!matches(m->code, code) || (m->says && !str_ifind(message, strlen(message), m->says)))
        m++; /* the last line fits everything */
    return m;
}

/* The first line that says something, without the stack trace that may follow. */
static int first_line(const char **message)
{
    *message += strspn(*message, " \t\r\n");
    return (int)strcspn(*message, "\r\n");
}

static void status_error(struct err *e, int status)
{
    size_t i = 0, last = sizeof statuses / sizeof *statuses - 1;

    while (i < last && (status < statuses[i].from || status > statuses[i].to))
        i++;
    if (status >= statuses[i].from && status <= statuses[i].to)
        err_set(e, statuses[i].kind, "%s (HTTP %d)", statuses[i].words, status);
    else
        err_set(e, ERR_SERVER, "the server answered with HTTP %d and nothing else: is it a Neo4j?", status);
    if (e)
        snprintf(e->code, sizeof e->code, "HTTP %d", status);
}

void neo_error(struct err *e, int http_status, const char *code, const char *message)
{
    const struct meaning *m;
    int n;

    code = code ? code : "";
    message = message ? message : "";
    if (!*code && !*message) {
        status_error(e, http_status);
        return;
    }
    m = meaning_of(code, message);
    n = first_line(&message);
    if (*m->words)
        err_set(e, m->kind, "%s%s%.*s", m->words, n ? ": " : "", n, message);
    else
        err_set(e, m->kind, "%.*s", n ? n : (int)strlen(code), n ? message : code);
    if (e)
        snprintf(e->code, sizeof e->code, "%s", code);
}

enum login_error neo_login_error(int http_status, const char *code, const char *message)
{
    static const struct {
        const char *code, *says;
        enum login_error means;
    } table[] = {
        {"Neo.ClientError.Security.*", "suspended", LOGIN_ERROR_SUSPENDED},
        {"Neo.ClientError.Security.*", "change their password", LOGIN_ERROR_EXPIRED},
        {"Neo.ClientError.Security.CredentialsExpired", NULL, LOGIN_ERROR_EXPIRED},
        {"Neo.ClientError.Security.AuthenticationRateLimit", NULL, LOGIN_ERROR_LOCKED},
        {"Neo.ClientError.Security.TokenExpired", NULL, LOGIN_ERROR_TOKEN_EXPIRED},
        {"Neo.ClientError.Security.Unauthorized", NULL, LOGIN_ERROR_REFUSED},
        {"42NFE", NULL, LOGIN_ERROR_EXPIRED},
    };

    code = code ? code : "";
    message = message ? message : "";
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (matches(table[i].code, code) && (!table[i].says || str_ifind(message, strlen(message), table[i].says)))
            return table[i].means;
    return http_status == 401 ? LOGIN_ERROR_REFUSED : LOGIN_ERROR_NONE;
}

bool neo_is_starting(const struct err *e)
{
    return matches("Neo.*DatabaseUnavailable", e->code) || !strcmp(e->code, "HTTP 503");
}
