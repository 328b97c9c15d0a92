/* Certificates from arbitrary bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/cert.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const int64_t untouched = INT64_MIN;
    int64_t ends = untouched;

    if (cert_ends((const char *)bytes, n, &ends) == (ends == untouched))
        abort();
    return 0;
}
