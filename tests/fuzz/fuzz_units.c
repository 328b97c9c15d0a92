/* Times, durations, sizes and versions from arbitrary bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/version.h"

static void check_time(int64_t ms)
{
    char buf[32];
    int64_t again;

    /* beyond year 9999 a zone may lead, where the writer stays within */
    if (!time_parse(time_rfc3339(ms, buf, sizeof buf), &again))
        abort();
    if (again != ms && ms > INT64_C(-62167219200000) && ms < INT64_C(253402300799999))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char *s = x_strndup((const char *)bytes, n), buf[32];
    struct version v;
    int64_t x;

    if (time_parse(s, &x))
        check_time(x);
    if (duration_parse(s, &x) &&
        (x < 0 || x > INT64_C(3155760000000) || strlen(duration_short(x, buf, sizeof buf)) > 6))
        abort();
    if (duration_parse_iso(s, &x))
        duration_short(x, buf, sizeof buf);
    if (bytes_parse(s, &x) && (x < 0 || strlen(bytes_short(x, buf, sizeof buf)) > 5))
        abort();
    if (version_parse(s, &v) && (v.major < 0 || v.minor < 0 || v.patch < 0))
        abort();
    free(s);
    return 0;
}
