/* What the ends of logs tell: from files as servers of 3.4 to 2026 wrote them, and from lines that are no good. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "feed/growth.h"
#include "feed/vitals.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static char *load(const char *name, size_t *n)
{
    char path[512], *bytes = malloc(1024 * 1024);
    FILE *f;

    snprintf(path, sizeof path, FIXTURES "/files/logs/%s", name);
    f = fopen(path, "rb");
    assert_non_null(f);
    *n = fread(bytes, 1, 1024 * 1024, f);
    fclose(f);
    return bytes;
}

static const char *stamp(int64_t ms, char *buf)
{
    return ms ? time_rfc3339(ms, buf, 32) : "-";
}

static void tells_what_real_logs_say(void **state)
{
    static const struct {
        const char *file, *started, *stopped, *checkpoint;
        int64_t took, pause;
        const char *logins;
    } cases[] = {
        {"5-neo4j.log", "-", "-", "-", 0, 0, "support from 127.0.0.1 (3)"},
        {"5-debug.log", "-", "-", "2026-11-22T15:29:22.822Z", 201, 0, ""},
        {"2026-neo4j.log", "-", "-", "-", 0, 0, "support from 127.0.0.1 (3)"},
        {"2026-debug.log", "-", "-", "2026-11-22T15:15:11.932Z", 44, 0, ""},
        {"4.4-neo4j.log", "-", "2026-11-22T15:25:12.495Z", "-", 0, 0, "support from 127.0.0.1 (3)"},
        {"4.4-debug.log", "-", "-", "2026-11-22T15:15:30.165Z", 20, 0, ""},
        {"3.5-neo4j.log", "2026-11-22T15:14:42.886Z", "2026-11-22T15:25:22.250Z", "-", 0, 0, "support from 127.0.0.1 (3)"},
        {"3.5-debug.log", "-", "-", "2026-11-22T15:25:22.226Z", 20, 411, ""},
        {"3.4-security.log", "-", "-", "-", 0, 0, "neo4j"},
        {"gc8.log", "-", "-", "-", 0, 7, ""},
        {"gc25.log", "-", "-", "-", 0, 7, ""},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct vitals *v = calloc(1, sizeof *v);
        struct vitals_log log = {0};
        struct text who;
        char a[32], b[32], c[32], *bytes;
        size_t n;

        text_init(&who, 1000);
        bytes = load(cases[i].file, &n);
        vitals_read(v, &log, 0, bytes, n, 0);
        vitals_logins(v, &who);
        if (strcmp(stamp(v->started_ms, a), cases[i].started) != 0 || strcmp(stamp(v->stopped_ms, b), cases[i].stopped) != 0 ||
            strcmp(stamp(v->checkpoint_ms, c), cases[i].checkpoint) != 0 || v->checkpoint_took_ms != cases[i].took ||
            (vitals_pause(v) ? vitals_pause(v)->ms : 0) != cases[i].pause || strcmp(who.s, cases[i].logins) != 0)
            fail_msg("%s: %s %s %s %lld %lld '%s'", cases[i].file, a, b, c, (long long)v->checkpoint_took_ms,
                     (long long)(vitals_pause(v) ? vitals_pause(v)->ms : 0), who.s);
        assert_int_equal(log.offset, n);
        text_release(&who);
        free(bytes);
        free(v);
    }
}

/* However the file is cut into reads, the same comes out. */
static void reads_go_on_where_the_last_ended(void **state)
{
    size_t n;
    char *bytes = load("5-neo4j.log", &n);

    for (size_t step = 1; step < n; step = step * 3 + 7) {
        struct vitals *v = calloc(1, sizeof *v);
        struct vitals_log log = {0};
        for (size_t at = step; at < n + step; at += step) {
            size_t end = at < n ? at : n;
            vitals_read(v, &log, log.offset, bytes + log.offset, end - (size_t)log.offset, 0);
        }
        assert_int_equal(v->nlogins, 3);
        assert_int_equal(log.offset, n);
        free(v);
    }
    free(bytes);
}

static void take(struct vitals *v, const char *lines)
{
    struct vitals_log log = {0};

    vitals_read(v, &log, 0, lines, strlen(lines), INT64_C(1795360000000));
}

static void begins_within_a_line(void **state)
{
    static const char lines[] = "WARN  Failed authentication attempt for 'cut' from 10.0.0.1\n"
                                "2026-11-22 15:23:13.494+0000 WARN  Failed authentication attempt for 'whole' from 10.0.0.1\n"
                                "2026-11-22 15:23:14.494+0000 WARN  Failed authen";
    struct vitals *v = calloc(1, sizeof *v);
    struct vitals_log log = {0};

    vitals_read(v, &log, 5000, lines, sizeof lines - 1, 0);
    assert_int_equal(v->nlogins, 1);
    assert_string_equal(v->logins[0].user, "whole");
    assert_int_equal(log.offset, 5000 + (int64_t)(strrchr(lines, '\n') + 1 - lines));
    free(v);
}

static void alarms_are_counted_by_kind(void **state)
{
    struct vitals *v = calloc(1, sizeof *v);

    take(v, "2026-11-22 15:20:00.000+0000 ERROR [o.n.x] [shop/1aae7b79] java.lang.OutOfMemoryError: Java heap space\n"
            "2026-11-22 15:20:05.000+0000 ERROR [o.n.x] [shop/1aae7b79] it ended\n"
            "java.lang.OutOfMemoryError: Java heap space\n"
            "2026-11-22 15:21:00.000+0000 ERROR [o.n.x] [hr/2aae7b79] java.io.IOException: No space left on device\n"
            "2026-11-22 15:22:00.000+0000 INFO  alice - RETURN 'No space left on device'\n"
            "2026-11-22 15:22:10.000+0000 ERROR Failed to start Neo4j on 127.0.0.1:7474.\n"
            "2026-11-22 15:22:20.000+0000 ERROR [o.n.x] [hr/2aae7b79] Checkpoint failed\n");
    assert_int_equal(v->nalarms, 2);
    assert_int_equal(v->alarms[0].mark, LOG_MARK_OOM);
    assert_int_equal(v->alarms[0].times, 2);
    assert_int_equal(v->alarms[1].mark, LOG_MARK_NO_SPACE);
    assert_string_equal(v->alarms[1].database, "hr");
    assert_string_equal(v->start_failed, "Failed to start Neo4j on 127.0.0.1:7474.");
    assert_int_equal(v->checkpoint_failed_ms - v->start_failed_ms, 10000);
    vitals_prune(v, v->alarms[0].at_ms + VITALS_SPAN_MS + 1);
    assert_int_equal(v->nalarms, 1);
    assert_int_equal(v->alarms[0].mark, LOG_MARK_NO_SPACE);
    free(v);
}

static void the_longest_pauses_are_kept(void **state)
{
    struct vitals *v = calloc(1, sizeof *v);
    struct text lines;

    text_init(&lines, 0);
    for (int i = 0; i < VITALS_PAUSES + 50; i++)
        text_addf(&lines, "[%d.000s][info][gc] GC(%d) Pause Young (Normal) (G1 Evacuation Pause) 6M->6M(32M) %d.000ms\n", i, i, i == 7 ? 9000 : i);
    take(v, lines.s);
    assert_int_equal(v->npauses, VITALS_PAUSES);
    assert_int_equal(vitals_pause(v)->ms, 9000);
    assert_int_equal(vitals_pause(v)->at_ms, INT64_C(1795360007000)); /* counted from the start of the process */
    for (size_t i = 0; i < v->npauses; i++)
        assert_true(v->pauses[i].ms >= 50);
    vitals_prune(v, INT64_C(1795360008000) + VITALS_SPAN_MS);
    assert_int_not_equal(vitals_pause(v)->ms, 9000);
    text_release(&lines);
    free(v);
}

static void logins_are_told_the_most_frequent_first(void **state)
{
    struct vitals *v = calloc(1, sizeof *v);
    struct text lines, who;

    text_init(&lines, 0);
    text_init(&who, 1000);
    for (int i = 0; i < VITALS_LOGINS + 10; i++) /* more than are kept */
        text_addf(&lines, "2026-11-22 15:%02d:%02d.%03d+0000 WARN  Failed authentication attempt for '%s' from 10.0.0.%d\n", i / 60 % 60, i % 60,
                  i, i % 4 ? "etl" : "neo4j", i % 4 == 3 ? 2 : 1);
    take(v, lines.s);
    take(v, "2026-11-22 15:08:41.521+0000 WARN  Failed authentication attempt for 'etl' from 10.0.0.1\n"); /* in another log, too */
    assert_int_equal(v->nlogins, VITALS_LOGINS);
    vitals_logins(v, &who);
    assert_string_equal(who.s, "etl from 10.0.0.1 (256), neo4j from 10.0.0.1 (128), etl from 10.0.0.2 (128)");
    text_release(&lines);
    text_release(&who);
    free(v);
}

/* ---- growth ---- */

static void growth_needs_samples_and_time(void **state)
{
    struct growth g = {0};
    int64_t rate, ms;

    growth_add(&g, 0, 1000);
    growth_add(&g, 59000, 2000);
    assert_false(growth_per_hour(&g, &rate));
    growth_add(&g, 59500, 2000);
    assert_false(growth_per_hour(&g, &rate)); /* three, but in less than a minute */
    growth_add(&g, 118000, 3000);
    assert_true(growth_per_hour(&g, &rate));
    assert_in_range(rate, 60000, 62000);
    assert_true(growth_full_in(60000, 30000, &ms));
    assert_int_equal(ms, 30 * 60 * 1000);
    assert_false(growth_full_in(0, 30000, &ms));
    assert_false(growth_full_in(-5, 30000, &ms));
    assert_false(growth_full_in(1, INT64_MAX, &ms));
}

static void an_hour_fits_whatever_the_pace(void **state)
{
    struct growth g = {0};
    int64_t rate;

    for (int64_t t = 0; t <= 3 * 3600; t++) /* a second apart: nothing in the first two hours, then a megabyte a second */
        growth_add(&g, t * 1000, t < 7200 ? 0 : (t - 7200) * 1000000);
    assert_true(g.n <= GROWTH_SAMPLES && g.n >= GROWTH_SAMPLES / 4);
    assert_true(g.samples[g.n - 1].at_ms - g.samples[0].at_ms > GROWTH_SPAN_MS * 9 / 10);
    assert_int_equal(g.samples[g.n - 1].at_ms, 3 * 3600 * 1000);
    assert_true(growth_per_hour(&g, &rate));
    assert_in_range(rate, INT64_C(3500000000), INT64_C(3700000000));
}

static void growth_takes_any_numbers(void **state)
{
    struct growth g = {0};
    int64_t rate, ms;

    for (int i = 0; i < 100; i++)
        growth_add(&g, i * 30000, i % 2 ? INT64_MAX : 0);
    assert_true(growth_per_hour(&g, &rate));
    growth_full_in(rate, INT64_MAX, &ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_real_logs_say),
        cmocka_unit_test(reads_go_on_where_the_last_ended),
        cmocka_unit_test(begins_within_a_line),
        cmocka_unit_test(alarms_are_counted_by_kind),
        cmocka_unit_test(the_longest_pauses_are_kept),
        cmocka_unit_test(logins_are_told_the_most_frequent_first),
        cmocka_unit_test(growth_needs_samples_and_time),
        cmocka_unit_test(an_hour_fits_whatever_the_pace),
        cmocka_unit_test(growth_takes_any_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
