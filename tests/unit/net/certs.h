/* Certificates made on the spot, for the TLS tests. */
#ifndef CERTS_H
#define CERTS_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

struct certified {
    X509 *cert;
    EVP_PKEY *key;
};

static void add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    X509_add_ext(cert, e, -1);
    X509_EXTENSION_free(e);
}

/* Valid from and to are seconds from now; signed by ca, or by itself as a CA when ca is NULL. */
static struct certified make_cert(const char *name, long from, long to, const struct certified *ca)
{
    static long serial;
    char san[128];
    struct certified c = {X509_new(), EVP_EC_gen("P-256")};
    X509_NAME *subject = X509_get_subject_name(c.cert);
    X509_set_version(c.cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(c.cert), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(c.cert), from);
    X509_gmtime_adj(X509_getm_notAfter(c.cert), to);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(c.cert, ca ? X509_get_subject_name(ca->cert) : subject);
    X509_set_pubkey(c.cert, c.key);
    snprintf(san, sizeof san, "DNS:%s", name);
    add_extension(c.cert, ca ? ca->cert : c.cert, NID_basic_constraints, ca ? "CA:FALSE" : "critical,CA:TRUE");
    add_extension(c.cert, ca ? ca->cert : c.cert, NID_subject_alt_name, san);
    X509_sign(c.cert, ca ? ca->key : c.key, EVP_sha256());
    return c;
}

static void free_cert(struct certified *c)
{
    X509_free(c->cert);
    EVP_PKEY_free(c->key);
}

static void write_cert(const char *path, const struct certified *c)
{
    FILE *f = fopen(path, "w");
    PEM_write_X509(f, c->cert);
    fclose(f);
}

/* With a passphrase the file is encrypted. */
__attribute__((unused)) static void write_key(const char *path, const struct certified *c, const char *passphrase)
{
    FILE *f = fopen(path, "w");
    PEM_write_PrivateKey(f, c->key, passphrase ? EVP_aes_128_cbc() : NULL, NULL, 0, NULL,
                         (void *)(uintptr_t)passphrase);
    fclose(f);
}

#endif
