/* Chunks and the agreement on a version, cut at every byte. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "neo4j/bolt_frame.h"

/* All that comes out of a stream that arrives in pieces of this many bytes: "." for a no-op, sizes of messages. */
static void read_all(const char *bytes, size_t n, size_t piece, size_t most, struct text *out)
{
    struct bolt_reader r = {.most = most};
    enum bolt_chunked what = BOLT_MORE;

    text_clear(out);
    for (size_t at = 0; at < n && what != BOLT_TOO_LARGE;) {
        size_t k = n - at < piece ? n - at : piece, used;
        char *exact = malloc(k); /* for the sanitizer */
        memcpy(exact, bytes + at, k);
        used = bolt_read(&r, exact, k, &what);
        at += used;
        if (what == BOLT_NOOP)
            text_adds(out, ". ");
        else if (what == BOLT_MESSAGE)
            text_addf(out, "%zu:%02x ", r.message.len, (unsigned char)r.message.s[0]);
        else if (what == BOLT_TOO_LARGE)
            text_adds(out, "! ");
        free(exact);
    }
    bolt_reader_release(&r);
}

static void messages_come_whole_from_any_pieces(void **state)
{
    static const struct {
        const char *bytes;
        size_t n, most;
        const char *out;
    } cases[] = {
#define BYTES(s) s, sizeof(s) - 1
        {BYTES("\0\1A\0\0"), 100, "1:41 "},
        {BYTES("\0\2AB\0\1C\0\0"), 100, "3:41 "},
        {BYTES("\0\0\0\0\0\1A\0\0\0\0\0\1B\0\0"), 100, ". . 1:41 . 1:42 "},
        {BYTES("\0\3ABC\0\0"), 3, "3:41 "},
        {BYTES("\0\3ABC\0\1D\0\0"), 3, "! "},
        {BYTES("\0\1A"), 100, ""},
        {BYTES(""), 100, ""},
        {BYTES("\xff\xff"), 100, ""},
    };
    struct text out;

    (void)state;
    text_init(&out, 1000);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t piece = 1; piece <= cases[i].n + 1; piece++) {
            read_all(cases[i].bytes, cases[i].n, piece, cases[i].most, &out);
            assert_string_equal(out.s, cases[i].out);
        }
    text_release(&out);
}

static void what_is_chunked_comes_back(void **state)
{
    static const size_t sizes[] = {1, 65534, 65535, 65536, 200000};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *message = malloc(sizes[i]);
        struct bolt_reader r = {.most = 1 << 20};
        enum bolt_chunked what;
        struct text t;
        for (size_t k = 0; k < sizes[i]; k++)
            message[k] = (char)(k * 7);
        text_init(&t, 1 << 20);
        bolt_chunk(&t, message, sizes[i]);
        assert_int_equal(bolt_read(&r, t.s, t.len, &what), t.len);
        assert_int_equal(what, BOLT_MESSAGE);
        assert_int_equal(r.message.len, sizes[i]);
        assert_memory_equal(r.message.s, message, sizes[i]);
        bolt_reader_release(&r);
        text_release(&t);
        free(message);
    }
}

static void a_version_is_agreed_upon(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        enum bolt_offer offer;
        enum bolt_agreed what;
        int major, minor;
        const char *reply;
        size_t nreply, used;
    } cases[] = {
        {BYTES("\0\0\4\5"), BOLT_OFFER_NEW, BOLT_AGREED, 5, 4, "", 0, 4},
        {BYTES("\0\0\4\4rest"), BOLT_OFFER_NEW, BOLT_AGREED, 4, 4, "", 0, 4},
        {BYTES("\0\0\1\4"), BOLT_OFFER_NEW, BOLT_AGREED, 4, 1, "", 0, 4},
        {BYTES("\0\0\0\3"), BOLT_OFFER_OLD, BOLT_AGREED, 3, 0, "", 0, 4},
        {BYTES("\0\0\0\4"), BOLT_OFFER_OLD, BOLT_AGREED, 4, 0, "", 0, 4},
        {BYTES("\0\0\0\0"), BOLT_OFFER_NEW, BOLT_AGREE_NONE, 0, 0, "", 0, 4},
        {BYTES("\0\0\5\5"), BOLT_OFFER_NEW, BOLT_AGREE_WRONG, 5, 5, "", 0, 4},
        {BYTES("\0\0\0\3"), BOLT_OFFER_NEW, BOLT_AGREE_WRONG, 3, 0, "", 0, 4},
        {BYTES("\0\0\1\4"), BOLT_OFFER_OLD, BOLT_AGREE_WRONG, 4, 1, "", 0, 4},
        {BYTES("\0\0\0\7"), BOLT_OFFER_NEW, BOLT_AGREE_WRONG, 7, 0, "", 0, 4},
        {BYTES("HTTP/1.1"), BOLT_OFFER_NEW, BOLT_AGREE_HTTP, 0, 0, "", 0, 4},
        {BYTES("\x15\3\1\0\2"), BOLT_OFFER_NEW, BOLT_AGREE_TLS, 0, 0, "", 0, 4},
        {BYTES("SSH-2.0"), BOLT_OFFER_NEW, BOLT_AGREE_WRONG, 0, 0, "", 0, 4},
        {BYTES("\0\0\1"), BOLT_OFFER_NEW, BOLT_AGREE_MORE, 0, 0, "", 0, 3},
        /* the manifest */
        {BYTES("\0\0\1\xff\3\0\7\7\5\0\4\4\4\0\0\0\3\0"), BOLT_OFFER_NEW, BOLT_AGREED, 5, 7, "\0\0\7\5\0", 5, 18},
        {BYTES("\0\0\1\xff\3\0\0\0\3\0\4\4\4\0\7\7\5\0more"), BOLT_OFFER_NEW, BOLT_AGREED, 5, 7, "\0\0\7\5\0", 5, 18},
        {BYTES("\0\0\1\xff\2\0\7\7\xf2\0\7\7\5\0"), BOLT_OFFER_NEW, BOLT_AGREED, 5, 7, "\0\0\7\5\0", 5, 14},
        {BYTES("\0\0\1\xff\1\0\xff\xff\5\0"), BOLT_OFFER_NEW, BOLT_AGREED, 5, 8, "\0\0\x08\5\0", 5, 10},
        {BYTES("\0\0\1\xff\2\0\0\0\6\0\x08\x08\5\0"), BOLT_OFFER_NEW, BOLT_AGREED, 6, 0, "\0\0\0\6\0", 5, 14},
        {BYTES("\0\0\1\xff\2\0\0\0\6\0\x08\x08\5\xff\x82\x71"), BOLT_OFFER_NEW, BOLT_AGREED, 6, 0, "\0\0\0\6\0", 5, 16},
        {BYTES("\0\0\1\xff\1\0\0\x09\7\0"), BOLT_OFFER_NEW, BOLT_AGREE_NONE, 0, 0, "", 0, 10},
        {BYTES("\0\0\1\xff\1\0\0\5\5\0"), BOLT_OFFER_NEW, BOLT_AGREE_NONE, 0, 0, "", 0, 10},
        {BYTES("\0\0\1\xff\0\0"), BOLT_OFFER_NEW, BOLT_AGREE_NONE, 0, 0, "", 0, 6},
        {BYTES("\0\0\1\xff\xff\xff\xff\xff\x0f"), BOLT_OFFER_NEW, BOLT_AGREE_WRONG, 0, 0, "", 0, 9},
        {BYTES("\0\0\1\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), BOLT_OFFER_NEW, BOLT_AGREE_WRONG, 0, 0, "", 0, 14},
        {BYTES("\0\0\1\xff\0\0"), BOLT_OFFER_OLD, BOLT_AGREE_WRONG, 255, 1, "", 0, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t piece = 1; piece <= cases[i].n; piece++) {
            struct bolt_agreement a = {.offer = cases[i].offer};
            enum bolt_agreed what = BOLT_AGREE_MORE;
            size_t at = 0;
            while (at < cases[i].n && what == BOLT_AGREE_MORE)
                at += bolt_agree(&a, cases[i].bytes + at, cases[i].n - at < piece ? cases[i].n - at : piece, &what);
            if (what != cases[i].what || a.version.major != cases[i].major || a.version.minor != cases[i].minor || at != cases[i].used ||
                a.nreply != cases[i].nreply || memcmp(a.reply, cases[i].reply, a.nreply) != 0)
                fail_msg("case %zu in pieces of %zu: %d, %d.%d, %zu bytes used", i, piece, what, a.version.major, a.version.minor, at);
        }
}

static void offers_are_as_the_protocol_has_them(void **state)
{
    uint8_t bytes[BOLT_OFFER_BYTES];

    (void)state;
    bolt_offer(BOLT_OFFER_NEW, bytes);
    assert_memory_equal(bytes, "\x60\x60\xb0\x17\0\0\1\xff\0\x08\x08\5\0\2\4\4\0\0\1\4", 20);
    bolt_offer(BOLT_OFFER_OLD, bytes);
    assert_memory_equal(bytes, "\x60\x60\xb0\x17\0\0\0\4\0\0\0\3\0\0\0\0\0\0\0\0", 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_whole_from_any_pieces),
        cmocka_unit_test(what_is_chunked_comes_back),
        cmocka_unit_test(a_version_is_agreed_upon),
        cmocka_unit_test(offers_are_as_the_protocol_has_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
