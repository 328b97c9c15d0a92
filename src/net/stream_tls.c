/* TLS over memory: OpenSSL never sees the socket, so nothing in here waits. */
#include "net/stream_inside.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

/* Without one, OpenSSL asks for it on the terminal. */
static int no_passphrase(char *buffer, int size, int writing, void *data)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)data;
    return -1;
}

static bool load_authorities(struct prepared *p)
{
    if (p->insecure)
        return true;
    if (p->ca_file ? SSL_CTX_load_verify_locations(p->context, p->ca_file, NULL) == 1 : SSL_CTX_set_default_verify_paths(p->context) == 1)
        return true;
    p->fail = HTTP_FAIL_TLS;
    return err_set(&p->err, ERR_TLS, "cannot use the ca_file '%s': it must be readable and hold certificates in PEM",
                   p->ca_file ? p->ca_file : "of the system");
}

static bool load_own_certificate(struct prepared *p)
{
    const char *key = p->client_key ? p->client_key : p->client_cert;

    if (!p->client_cert)
        return true;
    if (SSL_CTX_use_certificate_chain_file(p->context, p->client_cert) == 1 &&
        SSL_CTX_use_PrivateKey_file(p->context, key, SSL_FILETYPE_PEM) == 1 && SSL_CTX_check_private_key(p->context) == 1)
        return true;
    p->fail = HTTP_FAIL_TLS;
    return err_set(&p->err, ERR_TLS,
                   "cannot use the client certificate '%s' with the key '%s': both must be readable, PEM, belong together, and the key "
                   "must have no passphrase",
                   p->client_cert, key);
}

bool tls_prepare(struct prepared *p)
{
    p->context = SSL_CTX_new(TLS_client_method());
    if (!p->context) {
        p->fail = HTTP_FAIL_TLS;
        return err_set(&p->err, ERR_TLS, "cannot prepare TLS: %s", ERR_reason_error_string(ERR_get_error()));
    }
    SSL_CTX_set_min_proto_version(p->context, TLS1_2_VERSION);
    SSL_CTX_set_default_passwd_cb(p->context, no_passphrase);
    SSL_CTX_set_verify(p->context, p->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
    return load_authorities(p) && load_own_certificate(p);
}

/* The name that the certificate has to be for; names, but not addresses, are told to the server (RFC 6066, 3). */
static bool set_name(SSL *ssl, const struct prepared *p)
{
    unsigned char address[16];

    if (inet_pton(AF_INET, p->host, address) == 1 || inet_pton(AF_INET6, p->host, address) == 1)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), p->host) == 1;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, p->host) == 1 && SSL_set_tlsext_host_name(ssl, p->host) == 1;
}

bool tls_begin(struct tls *t, const struct prepared *p)
{
    t->ssl = SSL_new(p->context);
    t->in = BIO_new(BIO_s_mem());
    t->out = BIO_new(BIO_s_mem());
    if (!t->ssl || !t->in || !t->out || !set_name(t->ssl, p))
        return false;
    SSL_set_bio(t->ssl, t->in, t->out); /* owns both from now on */
    SSL_set_connect_state(t->ssl);
    return true;
}

void tls_release(struct tls *t)
{
    if (t->ssl && SSL_get_rbio(t->ssl)) {
        SSL_free(t->ssl);
    } else {
        SSL_free(t->ssl);
        BIO_free(t->in);
        BIO_free(t->out);
    }
    *t = (struct tls){0};
}

void tls_end(struct tls *t)
{
    ERR_clear_error();
    if (t->ssl && t->shaken)
        SSL_shutdown(t->ssl);
}

static enum tls_step failed(struct tls *t, const struct prepared *p, struct err *e)
{
    long verify = SSL_get_verify_result(t->ssl);
    unsigned long code = ERR_get_error();
    const char *why = code ? ERR_reason_error_string(code) : NULL;

    ERR_clear_error();
    if (!t->shaken && verify != X509_V_OK && !p->insecure)
        stream_not_trusted(p, verify, e);
    else
        stream_no_tls(p, why ? why : "cut", e);
    return TLS_FAILED;
}

enum tls_step tls_shake(struct tls *t, const struct prepared *p, struct err *e)
{
    int rc;

    ERR_clear_error();
    rc = SSL_do_handshake(t->ssl);
    if (rc == 1) {
        t->shaken = true;
        return TLS_DONE;
    }
    return SSL_get_error(t->ssl, rc) == SSL_ERROR_WANT_READ ? TLS_MORE : failed(t, p, e);
}

bool tls_write(struct tls *t, const void *bytes, size_t n)
{
    size_t written;

    ERR_clear_error();
    return n == 0 || SSL_write_ex(t->ssl, bytes, n, &written) == 1; /* memory takes it all */
}

enum tls_step tls_read(struct tls *t, char *out, size_t n, size_t *got, const struct prepared *p, struct err *e)
{
    int why;

    ERR_clear_error();
    if (SSL_read_ex(t->ssl, out, n, got) == 1)
        return TLS_DONE;
    why = SSL_get_error(t->ssl, 0);
    if (why == SSL_ERROR_WANT_READ)
        return TLS_MORE;
    return why == SSL_ERROR_ZERO_RETURN ? TLS_ENDED : failed(t, p, e);
}
