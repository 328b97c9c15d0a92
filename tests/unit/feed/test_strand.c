#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/mem.h"
#include "feed/log_strand.h"

struct heard {
    struct text lines; /* "offset-to text|" */
    struct line_maker maker;
    struct strand strand;
};

static void hear(void *data, const struct logbook_line *l, int64_t to)
{
    struct heard *h = data;

    text_addf(&h->lines, "%lld-%lld%s ", (long long)l->offset, (long long)to, l->cut ? " cut" : "");
    text_add(&h->lines, l->text, l->len < 40 ? l->len : 40);
    text_addc(&h->lines, '|');
}

static void begin(struct heard *h)
{
    *h = (struct heard){0};
    text_init(&h->lines, 0);
    text_init(&h->maker.shown, LOGBOOK_LINE_MAX);
}

static void release(struct heard *h)
{
    text_release(&h->lines);
    text_release(&h->maker.shown);
    strand_release(&h->strand);
}

static void feed_in(struct heard *h, const char *s, size_t n, size_t piece)
{
    for (size_t i = 0; i < n; i += piece)
        strand_feed(&h->strand, &h->maker, s + i, n - i < piece ? n - i : piece, hear, h);
    strand_end(&h->strand, &h->maker, hear, h);
}

static void bytes_become_lines_however_they_are_cut(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t n;
        int64_t at;
        bool headless;
        const char *want;
    } cases[] = {
        {"nothing", "", 0, 0, false, ""},
        {"one", "abc\n", 4, 0, false, "0-4 abc|"},
        {"no end", "abc\nde", 6, 0, false, "0-4 abc|4-6 de|"},
        {"empty lines", "\n\n\n", 3, 10, false, "10-11 |11-12 |12-13 |"},
        {"windows", "ab\r\ncd\r\n", 8, 0, false, "0-4 ab|4-8 cd|"},
        {"a bare return", "\r\n", 2, 0, false, "0-2 |"},
        {"headless", "tail\nwhole\n", 11, 100, true, "105-111 whole|"},
        {"only a head", "tail", 4, 100, true, ""},
        {"a zero byte", "a\0b\n", 4, 0, false, "0-4 a\0b|"},
        {"no UTF-8", "\xff\xfe\n", 3, 0, false, "0-3 \xff\xfe|"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t piece = 1; piece <= cases[i].n + 1; piece++) {
            struct heard h;
            begin(&h);
            strand_move(&h.strand, 1, cases[i].at, cases[i].headless);
            feed_in(&h, cases[i].bytes, cases[i].n, piece);
            size_t want = strlen(cases[i].want);
            if (i == 8)
                want = 8;
            if (h.lines.len != want || memcmp(h.lines.s, cases[i].want, want) != 0)
                fail_msg("%s in pieces of %zu: %s", cases[i].name, piece, h.lines.s);
            assert_int_equal(h.strand.at, cases[i].at + (int64_t)cases[i].n);
            release(&h);
        }
    }
}

static void long_lines_are_cut_and_their_ends_found(void **state)
{
    static const size_t lengths[] = {LOGBOOK_LINE_MAX - 1, LOGBOOK_LINE_MAX, LOGBOOK_LINE_MAX + 1, 10 * LOGBOOK_LINE_MAX};
    static const size_t pieces[] = {1000, 64 * 1024, 1024 * 1024};
    char *s = x_malloc(10 * LOGBOOK_LINE_MAX + 10), want[400];

    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < 3; k++) {
            struct heard h;
            size_t n = lengths[i];
            begin(&h);
            memset(s, 'x', n);
            memcpy(s + n, "\nend\n", 5);
            feed_in(&h, s, n + 5, pieces[k]);
            snprintf(want, sizeof want, "0-%zu%s %.40s|%zu-%zu end|", n + 1, n > LOGBOOK_LINE_MAX ? " cut" : "", s, n + 1, n + 5);
            assert_string_equal(h.lines.s, want);
            release(&h);
        }
    }
    free(s);
}

static void lines_mean_what_their_log_says(void **state)
{
    static const struct {
        const char *line;
        int64_t time_ms;
        int level, weight;
        bool continuation;
        const char *category, *shown;
    } cases[] = {
        {"2026-11-22 15:14:35.757+0000 WARN  [o.n.k.i.JvmChecker] careful", 1795360475757, LB_WARN, 0, false, "o.n.k.i.JvmChecker", "careful"},
        {"\tat x.y.Z", 1795360475757, LB_WARN, 0, true, "", "\tat x.y.Z"},
        {"2026-11-22 15:14:36.000+0000 INFO  Started.", 1795360476000, LB_INFO, 1, false, "", "Started."},
        {"{\"time\":\"2026-11-22 15:14:37.000+0000\",\"level\":\"ERROR\",\"category\":\"c\",\"message\":\"a \\u00e9 \\n b\"}", 1795360477000, LB_ERROR, 0, false, "c",
         "a \xc3\xa9 \n b"},
    };
    struct heard h;
    struct log_reader r = {0};

    begin(&h);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct logbook_line l = line_of(&h.maker, &r, cases[i].line, strlen(cases[i].line), 5);
        assert_int_equal(l.time_ms, cases[i].time_ms);
        assert_int_equal(l.level, cases[i].level);
        assert_int_equal(l.weight, cases[i].weight);
        assert_int_equal(l.continuation, cases[i].continuation);
        assert_string_equal(l.category, cases[i].category);
        assert_int_equal(l.shown_len, strlen(cases[i].shown));
        assert_memory_equal(l.shown, cases[i].shown, l.shown_len);
    }
    release(&h);
}

static void times_since_the_start_need_the_start(void **state)
{
    static const char line[] = "[1.500s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 24M->5M(256M) 3.1ms";
    struct heard h;
    struct log_reader r = {.format = LOG_FORMAT_GC};

    begin(&h);
    assert_true(line_of(&h.maker, &r, line, sizeof line - 1, 0).time_ms == LOGBOOK_NO_TIME);
    h.maker.started_ms = 1000000;
    assert_int_equal(line_of(&h.maker, &r, line, sizeof line - 1, 0).time_ms, 1001500);
    release(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_become_lines_however_they_are_cut),
        cmocka_unit_test(long_lines_are_cut_and_their_ends_found),
        cmocka_unit_test(lines_mean_what_their_log_says),
        cmocka_unit_test(times_since_the_start_need_the_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
