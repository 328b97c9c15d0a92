/* What became of a request, in words that tell what to do next. libcurl's own sentence is used only where it names what
 * the peer or the certificate is like; where it is matched, a changed sentence only costs the finer advice. */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "net/call.h"

struct place {
    char where[300]; /* "db1:7474", with the socket when there is one */
    char host[256];
};

/* No credentials may get into words, even where somebody wrote them into the address. */
static void place_of(const struct http_peer *p, struct place *out)
{
    const char *s = strstr(p->base, "://");
    s = s ? s + 3 : p->base;
    size_t n = strcspn(s, "/?#");
    const char *at = memchr(s, '@', n);
    if (at) {
        n -= (size_t)(at + 1 - s);
        s = at + 1;
    }
    const char *close = *s == '[' ? memchr(s, ']', n) : NULL;
    size_t host = close ? (size_t)(close - s) + 1 : strcspn(s, ":/?#");
    snprintf(out->host, sizeof out->host, "%.*s", (int)(host < n ? host : n), s);
    if (p->unix_socket)
        snprintf(out->where, sizeof out->where, "%.100s (through %.150s)", out->host, p->unix_socket);
    else
        snprintf(out->where, sizeof out->where, "%.*s", (int)n, s);
}

static long info_long(const struct http_call *c, CURLINFO what)
{
    long v = 0;
    curl_easy_getinfo(c->easy, what, &v);
    return v;
}

static int64_t info_us(const struct http_call *c, CURLINFO what)
{
    curl_off_t v = 0;
    curl_easy_getinfo(c->easy, what, &v);
    return v;
}

static bool says(const struct http_call *c, const char *part)
{
    return strstr(c->why, part) != NULL;
}

static const char *why_of(const struct http_call *c, CURLcode rc)
{
    static const char *const prefixes[] = {"SSL certificate problem: ", "OpenSSL SSL_read: ", "OpenSSL SSL_connect: "};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(c->why, prefixes[i], strlen(prefixes[i])) == 0)
            return c->why + strlen(prefixes[i]);
    return c->why[0] ? c->why : curl_easy_strerror(rc);
}

/* --- which failure --------------------------------------------------------------------------------------------------
 */

static const struct {
    CURLcode code;
    enum http_fail fail;
} fails[] = {
    {CURLE_OK, HTTP_OK},
    {CURLE_COULDNT_RESOLVE_HOST, HTTP_FAIL_RESOLVE},
    {CURLE_COULDNT_RESOLVE_PROXY, HTTP_FAIL_RESOLVE},
    {CURLE_COULDNT_CONNECT, HTTP_FAIL_CONNECT},
    {CURLE_OPERATION_TIMEDOUT, HTTP_FAIL_TIMEOUT},
    {CURLE_SSL_CONNECT_ERROR, HTTP_FAIL_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, HTTP_FAIL_TLS},
    {CURLE_SSL_CERTPROBLEM, HTTP_FAIL_TLS},
    {CURLE_SSL_CIPHER, HTTP_FAIL_TLS},
    {CURLE_SSL_CACERT_BADFILE, HTTP_FAIL_TLS},
    {CURLE_SSL_ISSUER_ERROR, HTTP_FAIL_TLS},
    {CURLE_SSL_INVALIDCERTSTATUS, HTTP_FAIL_TLS},
    {CURLE_PARTIAL_FILE, HTTP_FAIL_CUT},
    {CURLE_GOT_NOTHING, HTTP_FAIL_CUT},
    {CURLE_SEND_ERROR, HTTP_FAIL_CUT},
    {CURLE_RECV_ERROR, HTTP_FAIL_CUT},
    {CURLE_WEIRD_SERVER_REPLY, HTTP_FAIL_NOT_HTTP},
};

static enum http_fail fail_of(const struct http_call *c, CURLcode rc)
{
    enum http_fail fail = HTTP_FAIL_OTHER;
    if ((c->cancelled && !c->too_large) || c->aborted)
        return HTTP_FAIL_CANCELLED;
    if (c->too_large)
        return HTTP_FAIL_TOO_LARGE;
    if (c->alien_len)
        return HTTP_FAIL_NOT_HTTP;
    for (size_t i = 0; i < sizeof fails / sizeof *fails; i++)
        if (fails[i].code == rc)
            fail = fails[i].fail;
    int e = (int)info_long(c, CURLINFO_OS_ERRNO);
    if (fail == HTTP_FAIL_CONNECT && !c->open_errno && (e == ECONNREFUSED || (c->peer->unix_socket && e == ENOENT)))
        return HTTP_FAIL_REFUSED;
    if (fail == HTTP_FAIL_CUT && says(c, "alert") && says(c, "SSL"))
        return HTTP_FAIL_TLS; /* TLS 1.3: the server refuses our certificate only after the handshake */
    return fail;
}

/* --- words of each --------------------------------------------------------------------------------------------------
 */

static void explain_connect(const struct http_call *c, const struct place *p, struct err *e)
{
    int os = c->open_errno ? c->open_errno : (int)info_long(c, CURLINFO_OS_ERRNO);
    if (os == EMFILE || os == ENFILE)
        err_set(e, ERR_UNREACHABLE, "cannot connect to %s: too many open files, raise the limit (ulimit -n)", p->where);
    else if (os == EACCES || os == EPERM)
        err_set(e, ERR_UNREACHABLE, "not allowed to connect to %s: check the file's owner and mode, or the firewall",
                p->where);
    else
        err_set(e, ERR_UNREACHABLE, "cannot connect to %s (%s): check the address, the network and the firewall",
                p->where, os ? strerror(os) : why_of(c, CURLE_COULDNT_CONNECT));
}

static void explain_certificate(const struct http_call *c, const struct place *p, struct err *e)
{
    const char *why = why_of(c, CURLE_PEER_FAILED_VERIFICATION);
    if (says(c, "subject name") || says(c, "does not match") || says(c, "common name"))
        err_set(e, ERR_TLS,
                "the certificate of %s is for another name than '%s': use a name that it holds as the address",
                p->where, p->host);
    else if (says(c, "has expired"))
        err_set(e, ERR_TLS, "the certificate of %s has expired: renew it on the server", p->where);
    else if (says(c, "not yet valid"))
        err_set(e, ERR_TLS, "the certificate of %s is not valid yet: compare the clocks of both machines", p->where);
    else
        err_set(e, ERR_TLS, "the certificate of %s is not trusted (%s): set ca_file to the certificate of its CA%s%s%s",
                p->where, why, c->peer->ca_file ? " (now '" : "", c->peer->ca_file ? c->peer->ca_file : "",
                c->peer->ca_file ? "')" : "");
}

static void explain_handshake(const struct http_call *c, CURLcode rc, const struct place *p, struct err *e)
{
    if (says(c, "wrong version number") || says(c, "http request") || says(c, "packet length too long"))
        err_set(e, ERR_TLS, "%s does not speak TLS: write http:// in the address, or give its port for https",
                p->where);
    else if (says(c, "protocol version") || says(c, "unsupported protocol"))
        err_set(e, ERR_TLS, "%s speaks only TLS older than 1.2: let the server offer TLSv1.2", p->where);
    else if (says(c, "alert"))
        err_set(e, ERR_TLS, "%s refused the TLS handshake (%s): does it want a client certificate (client_cert)?",
                p->where, why_of(c, rc));
    else
        err_set(e, ERR_TLS, "the TLS handshake with %s failed (%s): does that port speak https?", p->where,
                why_of(c, rc));
}

static void explain_tls(const struct http_call *c, CURLcode rc, const struct place *p, struct err *e)
{
    const struct http_peer *peer = c->peer;
    if (rc == CURLE_PEER_FAILED_VERIFICATION)
        explain_certificate(c, p, e);
    else if (rc == CURLE_SSL_CACERT_BADFILE)
        err_set(e, ERR_TLS, "cannot use the ca_file '%s': it must be readable and hold certificates in PEM",
                peer->ca_file ? peer->ca_file : "of the system");
    else if (rc == CURLE_SSL_CERTPROBLEM)
        err_set(e, ERR_TLS,
                "cannot use the client certificate '%s' with the key '%s': both must be readable, PEM, belong "
                "together, and the "
                "key must have no passphrase",
                peer->client_cert ? peer->client_cert : "", peer->client_key ? peer->client_key : "");
    else
        explain_handshake(c, rc, p, e);
}

static void explain_timeout(const struct http_call *c, bool sent, const struct place *p, struct err *e)
{
    char total[16], connect[16];
    duration_short(c->deadline_ms, total, sizeof total);
    duration_short(c->connect_ms, connect, sizeof connect);
    if (sent)
        err_set(e, ERR_TIMEOUT, "no whole answer from %s within %s: it is busy or hangs, it may still work on it",
                p->where, total);
    else if (!c->opened)
        err_set(e, ERR_TIMEOUT, "the name '%s' could not be looked up within %s: check the name service", p->host,
                connect);
    else if (info_long(c, CURLINFO_LOCAL_PORT) == 0) /* CONNECT_TIME counts the handshake of TLS as connecting */
        err_set(e, ERR_TIMEOUT, "no connection to %s within %s: is the machine up, does a firewall drop it?", p->where,
                connect);
    else
        err_set(e, ERR_TIMEOUT,
                "%s took the connection but no TLS handshake within %s: does it hang, does it speak https there?",
                p->where, connect);
}

static void explain_cut(const struct http_call *c, CURLcode rc, const struct place *p, struct err *e)
{
    bool tls = strncmp(c->peer->base, "https:", 6) == 0;
    if (c->head_bytes == 0 && c->opened && tls && !c->peer->client_cert)
        err_set(
            e, ERR_UNREACHABLE,
            "%s closed the connection after the TLS handshake (%s): does it want a client certificate (client_cert)?",
            p->where, why_of(c, rc));
    else if (c->head_bytes == 0 && rc == CURLE_GOT_NOTHING)
        err_set(
            e, ERR_UNREACHABLE,
            "%s closed the connection without an answer: is that its HTTP port (not Bolt, not https), is it stopping?",
            p->where);
    else
        err_set(e, ERR_UNREACHABLE,
                "the connection to %s was cut after %zu bytes of the answer (%s): is the server stopping?", p->where,
                c->body_bytes, why_of(c, rc));
}

static void explain_alien(const struct http_call *c, const struct place *p, struct err *e)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *words;
    } known[] = {
        {"\x60\x60\xB0\x17", 4, "that port of %s speaks Bolt, not HTTP: give the HTTP port (7474, or 7473 for https)"},
        {"\0\0", 2, "that port of %s speaks Bolt, not HTTP: give the HTTP port (7474, or 7473 for https)"},
        {"\x15\x03", 2, "that port of %s speaks TLS: write https:// in the address"},
        {"SSH-", 4, "that port of %s speaks SSH, not HTTP: give the HTTP port"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (c->alien_len >= known[i].n && memcmp(c->alien, known[i].bytes, known[i].n) == 0) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            err_set(e, ERR_UNREACHABLE, known[i].words, p->where);
#pragma GCC diagnostic pop
            return;
        }
    if (c->head_bytes) {
        err_set(e, ERR_UNREACHABLE, "%s answered in broken HTTP (%s): is something in between?", p->where, c->why);
        return;
    }
    err_set(e, ERR_UNREACHABLE, "%s does not speak HTTP there: give the HTTP port (7474, or 7473 for https)", p->where);
}

static void explain_other(const struct http_call *c, CURLcode rc, const struct place *p, struct err *e)
{
    if (rc == CURLE_URL_MALFORMAT || rc == CURLE_UNSUPPORTED_PROTOCOL || rc == CURLE_LOGIN_DENIED)
        err_set(e, ERR_CONFIG,
                "cannot use the address of '%s': it must be like http://host:7474, without user and password", p->host);
    else
        err_set(e, ERR_UNREACHABLE, "cannot ask %s: %s", p->where, why_of(c, rc));
}

static void explain_too_large(const struct http_call *c, const struct place *p, struct err *e)
{
    char most[16];
    bool head = c->head_bytes > MAX_HEAD_BYTES;
    bytes_short((int64_t)(head ? MAX_HEAD_BYTES : c->max_bytes), most, sizeof most);
    err_set(e, ERR_TOO_LARGE, "the %s from %s is larger than %s and was dropped: %s",
            head ? "header of the answer" : "answer", p->where, most,
            head ? "is that Neo4j?" : "ask for less at a time");
}

static void explain_fail(const struct http_call *c, CURLcode rc, struct http_response *r)
{
    struct place p;
    struct err *e = &r->err;
    place_of(c->peer, &p);
    switch (r->fail) {
    case HTTP_OK:
        err_clear(e);
        break;
    case HTTP_FAIL_RESOLVE:
        err_set(e, ERR_UNREACHABLE, "cannot find the %s '%s': check the address, or the name service of this machine",
                rc == CURLE_COULDNT_RESOLVE_PROXY ? "proxy for" : "name", p.host);
        break;
    case HTTP_FAIL_REFUSED:
        err_set(e, ERR_UNREACHABLE,
                c->peer->proxy ? "connection refused on the way to %s: is its proxy running?"
                               : "connection refused by %s: is the server running and listening there?",
                p.where);
        break;
    case HTTP_FAIL_CONNECT:
        explain_connect(c, &p, e);
        break;
    case HTTP_FAIL_TLS:
        explain_tls(c, rc, &p, e);
        break;
    case HTTP_FAIL_TIMEOUT:
        explain_timeout(c, r->sent, &p, e);
        break;
    case HTTP_FAIL_CUT:
        explain_cut(c, rc, &p, e);
        break;
    case HTTP_FAIL_NOT_HTTP:
        explain_alien(c, &p, e);
        break;
    case HTTP_FAIL_TOO_LARGE:
        explain_too_large(c, &p, e);
        break;
    case HTTP_FAIL_CANCELLED:
        err_set(e, ERR_CANCELLED, "cancelled%s", r->sent ? ", the server may still work on it" : "");
        break;
    case HTTP_FAIL_OTHER:
        explain_other(c, rc, &p, e);
        break;
    }
}

void call_explain(struct http_call *c, CURLcode rc, struct http_response *r)
{
    char *type = NULL;
    if (c->twice) {
        rc = CURLE_GOT_NOTHING;
        c->why[0] = '\0';
    }
    curl_easy_getinfo(c->easy, CURLINFO_CONTENT_TYPE, &type);
    r->status = (int)info_long(c, CURLINFO_RESPONSE_CODE);
    r->content_type = type;
    r->location = c->location[0] ? c->location : NULL;
    r->body = c->got.s;
    r->body_len = c->got.len;
    r->sent = c->twice || info_long(c, CURLINFO_REQUEST_SIZE) > 0;
    r->elapsed_ms = clock_frozen() ? 0 : (info_us(c, CURLINFO_TOTAL_TIME_T) + 500) / 1000; /* curl has a clock of its own */
    r->connection = call_connection(c, r->sent);
    memcpy(r->tls, c->tls, sizeof r->tls);
    r->fail = fail_of(c, rc);
    explain_fail(c, rc, r);
}
