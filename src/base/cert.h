/* When certificates expire. The only place that reads X.509. */
#ifndef BASE_CERT_H
#define BASE_CERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CERT_BYTES_MAX = 64 * 1024, /* of a file, the rest is not looked at */
    CERT_COUNT_MAX = 64         /* certificates of one file that are looked at */
};

/* The end of the first of the certificates to expire (notAfter), milliseconds since 1970 UTC: all certificates of a PEM file (keys
 * and other blocks are skipped), or one in DER. False: there is none that can be read. Any bytes. */
bool cert_ends(const char *bytes, size_t n, int64_t *ends_ms);

#endif
