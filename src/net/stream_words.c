/* What became of a stream, in words that tell what to do next. */
#include "net/stream_inside.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

/* "db1:7687", with the socket when there is one. */
static void stream_where(const struct prepared *p, char *out, size_t n)
{
    const char *form = strchr(p->host, ':') ? "[%.200s]:%d" : "%.200s:%d";
    int used;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    used = snprintf(out, n, form, p->host, p->port);
#pragma GCC diagnostic pop
    if (p->unix_socket && used >= 0 && (size_t)used < n)
        snprintf(out + used, n - (size_t)used, " (through %.150s)", p->unix_socket);
}

enum http_fail stream_no_name(const struct prepared *p, const char *why, struct err *e)
{
    err_set(e, ERR_UNREACHABLE, "cannot find the name '%s' (%s): check the address, or the name service of this machine", p->host, why);
    return HTTP_FAIL_RESOLVE;
}

enum http_fail stream_no_connect(const struct prepared *p, int number, struct err *e)
{
    char where[400];

    stream_where(p, where, sizeof where);
    if (number == ECONNREFUSED || (p->unix_socket && number == ENOENT)) {
        err_set(e, ERR_UNREACHABLE, "connection refused by %s: is the server running and listening there?", where);
        return HTTP_FAIL_REFUSED;
    }
    if (number == EMFILE || number == ENFILE)
        err_set(e, ERR_UNREACHABLE, "cannot connect to %s: too many open files, raise the limit (ulimit -n)", where);
    else if (number == EACCES || number == EPERM)
        err_set(e, ERR_UNREACHABLE, "not allowed to connect to %s: check the file's owner and mode, or the firewall", where);
    else
        err_set(e, ERR_UNREACHABLE, "cannot connect to %s (%s): check the address, the network and the firewall", where, strerror(number));
    return HTTP_FAIL_CONNECT;
}

enum http_fail stream_cut(const struct prepared *p, int number, bool shaking, struct err *e)
{
    char where[400];

    stream_where(p, where, sizeof where);
    if (shaking)
        err_set(e, ERR_UNREACHABLE, "%s cut the TLS handshake (%s): does that port speak TLS, does it want a client certificate (client_cert)?",
                where, number ? strerror(number) : "closed by the other side");
    else
        err_set(e, ERR_UNREACHABLE, "the connection to %s was cut (%s): is the server stopping?", where,
            number ? strerror(number) : "closed by the other side");
    return HTTP_FAIL_CUT;
}

enum http_fail stream_late(const struct prepared *p, bool open, bool shaking, int64_t ms, struct err *e)
{
    char where[400], time[16];

    stream_where(p, where, sizeof where);
    duration_short(ms, time, sizeof time);
    if (open)
        err_set(e, ERR_TIMEOUT, "nothing came from %s for %s: it hangs, or the network is cut", where, time);
    else if (shaking)
        err_set(e, ERR_TIMEOUT, "%s does not answer the TLS handshake within %s: does that port speak TLS?", where, time);
    else
        err_set(e, ERR_TIMEOUT, "no connection to %s within %s: is the machine up, does a firewall drop it?", where, time);
    return HTTP_FAIL_TIMEOUT;
}

void stream_no_tls(const struct prepared *p, const char *why, struct err *e)
{
    char where[400];

    stream_where(p, where, sizeof where);
    if (strstr(why, "wrong version number") || strstr(why, "http request") || strstr(why, "packet length too long"))
        err_set(e, ERR_TLS, "%s does not speak TLS: write bolt:// or neo4j:// without +s, or turn TLS on in the server", where);
    else if (strstr(why, "unsupported protocol") || strstr(why, "protocol version"))
        err_set(e, ERR_TLS, "%s speaks only TLS older than 1.2: let the server offer TLSv1.2", where);
    else if (strstr(why, "alert"))
        err_set(e, ERR_TLS, "%s refused the TLS handshake (%s): does it want a client certificate (client_cert)?", where, why);
    else
        err_set(e, ERR_TLS, "TLS with %s failed (%s)", where, why);
}

void stream_not_trusted(const struct prepared *p, long verify, struct err *e)
{
    char where[400];

    stream_where(p, where, sizeof where);
    if (verify == X509_V_ERR_HOSTNAME_MISMATCH || verify == X509_V_ERR_IP_ADDRESS_MISMATCH)
        err_set(e, ERR_TLS, "the certificate of %s is for another name than '%s': use a name that it holds as the address", where, p->host);
    else if (verify == X509_V_ERR_CERT_HAS_EXPIRED)
        err_set(e, ERR_TLS, "the certificate of %s has expired: renew it on the server", where);
    else if (verify == X509_V_ERR_CERT_NOT_YET_VALID)
        err_set(e, ERR_TLS, "the certificate of %s is not valid yet: compare the clocks of both machines", where);
    else
        err_set(e, ERR_TLS, "the certificate of %s is not trusted (%s): set ca_file to the certificate of its CA%s%s%s", where,
                X509_verify_cert_error_string(verify), p->ca_file ? " (now '" : "", p->ca_file ? p->ca_file : "", p->ca_file ? "')" : "");
}
