/* When certificates expire, from files as they lie on disks. */
#include "support/cm.h"

#include <stdio.h>
#include <string.h>

#include "base/cert.h"
#include "base/clock.h"

static char bytes[2 * CERT_BYTES_MAX];

static size_t load(const char *name)
{
    char path[512];
    FILE *f;
    size_t n;

    snprintf(path, sizeof path, FIXTURES "/files/certificates/%s", name);
    f = fopen(path, "rb");
    assert_non_null(f);
    n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    return n;
}

static void the_first_to_expire_counts(void **state)
{
    static const struct {
        const char *file, *ends;
    } cases[] = {
        {"ends-2026-11-23.crt", "2026-11-23T18:43:58.000Z"},
        {"ends-2026-11-23.der", "2026-11-23T18:43:58.000Z"},
        {"ends-2040-07-31.crt", "2040-07-31T18:43:58.000Z"},
        {"chain.pem", "2026-11-23T18:43:58.000Z"}, /* the second, behind a key */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ends = 0;
        char buf[32];
        if (!cert_ends(bytes, load(cases[i].file), &ends))
            fail_msg("%s: nothing found", cases[i].file);
        assert_string_equal(time_rfc3339(ends, buf, sizeof buf), cases[i].ends);
    }
}

static void anything_else_is_none(void **state)
{
    size_t n = load("ends-2026-11-23.crt"), der;
    int64_t ends = 42;

    assert_false(cert_ends("", 0, &ends));
    assert_false(cert_ends("not a certificate", 17, &ends));
    assert_false(cert_ends(bytes, n / 2, &ends)); /* cut */
    bytes[n / 2] = '*';
    assert_false(cert_ends(bytes, n, &ends));
    der = load("ends-2026-11-23.der");
    assert_false(cert_ends(bytes, der - 1, &ends));
    bytes[0] = 0x31;
    assert_false(cert_ends(bytes, der, &ends));
    assert_int_equal(ends, 42);
}

static void a_huge_file_is_looked_at_up_to_a_limit(void **state)
{
    static char big[2 * CERT_BYTES_MAX];
    size_t n = load("ends-2040-07-31.crt"), at = 0;
    int64_t ends = 0;

    memset(big, '\n', sizeof big);
    memcpy(big, bytes, n);
    at = load("ends-2026-11-23.crt");
    memcpy(big + CERT_BYTES_MAX, bytes, at);
    assert_true(cert_ends(big, sizeof big, &ends));
    assert_true(ends > INT64_C(2000000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_to_expire_counts),
        cmocka_unit_test(anything_else_is_none),
        cmocka_unit_test(a_huge_file_is_looked_at_up_to_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
