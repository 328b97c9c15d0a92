#include "base/cert.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

/* Days since 1970 of a date of the Gregorian calendar. */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year, era = y / 400;
    int64_t of_era = y - era * 400, of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool end_of(const X509 *x, int64_t *ms)
{
    struct tm t;

    if (!ASN1_TIME_to_tm(X509_get0_notAfter(x), &t) || t.tm_year < 0)
        return false;
    *ms = (days_of(t.tm_year + 1900, t.tm_mon + 1, t.tm_mday) * 86400 + t.tm_hour * 3600 + t.tm_min * 60 + t.tm_sec) * 1000;
    return true;
}

static bool take_earliest(X509 *x, bool any, int64_t *ends_ms)
{
    int64_t ms;

    if (x && end_of(x, &ms) && (!any || ms < *ends_ms)) {
        *ends_ms = ms;
        any = true;
    }
    X509_free(x);
    return any;
}

/* Block by block: a key between two certificates ends nothing, and nobody is asked for its passphrase. */
static bool pem_ends(const char *bytes, size_t n, int64_t *ends_ms)
{
    BIO *in = BIO_new_mem_buf(bytes, (int)n);
    char *name, *header;
    unsigned char *data;
    long size;
    bool any = false;

    for (size_t i = 0; in && i < CERT_COUNT_MAX && PEM_read_bio(in, &name, &header, &data, &size); i++) {
        const unsigned char *p = data;
        if (strcmp(name, PEM_STRING_X509) == 0 || strcmp(name, PEM_STRING_X509_OLD) == 0)
            any = take_earliest(d2i_X509(NULL, &p, size), any, ends_ms);
        else if (strcmp(name, PEM_STRING_X509_TRUSTED) == 0)
            any = take_earliest(d2i_X509_AUX(NULL, &p, size), any, ends_ms);
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_clear_free(data, (size_t)size); /* it may have been a key */
    }
    BIO_free(in);
    return any;
}

bool cert_ends(const char *bytes, size_t n, int64_t *ends_ms)
{
    const unsigned char *p = (const unsigned char *)bytes;
    bool any;

    if (n > CERT_BYTES_MAX)
        n = CERT_BYTES_MAX;
    any = n && (pem_ends(bytes, n, ends_ms) || take_earliest(d2i_X509(NULL, &p, (long)n), false, ends_ms));
    ERR_clear_error();
    return any;
}
