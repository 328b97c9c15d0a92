/* Lines of logs: real ones of 3.4 to 2026, other layouts, and bytes that are no log at all. */
#include "support/cm.h"
#include "base/clock.h"
#include "neo4j/log_line.h"

static struct log_line line_of(enum log_format format, const char *s)
{
    struct log_reader r = {.format = format};
    struct log_line l;

    log_reader_line(&r, s, strlen(s), &l);
    return l;
}

static void reads_layouts(void **state)
{
    static const struct {
        const char *line, *time, *category, *database, *message;
        enum log_level level;
    } cases[] = {
        {"2026-11-22 15:14:35.497+0000 WARN  You are using", "2026-11-22T15:14:35.497Z", "", "", "You are using", LOG_LEVEL_WARN},
        {"2026-11-22 15:14:35.757+0000 WARN [o.n.k.i.JvmChecker] You", "2026-11-22T15:14:35.757Z", "o.n.k.i.JvmChecker", "", "You", LOG_LEVEL_WARN},
        {"2026-11-22 15:14:35.757+0200 ERROR [o.n.g.f.m.e.X$1] ", "2026-11-22T13:14:35.757Z", "o.n.g.f.m.e.X$1", "", "", LOG_LEVEL_ERROR},
        {"2026-11-22 23:14:35.757-0130 INFO  [c.n.A] [neo4j/8dd08d4b] x", "2026-11-23T00:44:35.757Z", "c.n.A", "neo4j", "x", LOG_LEVEL_INFO},
        {"2026-11-22 15:14:35.757+0000 INFO  [c.n.A] [neo4j/8dd08d4Z] x", "2026-11-22T15:14:35.757Z", "c.n.A", "", "[neo4j/8dd08d4Z] x", LOG_LEVEL_INFO},
        {"2026-11-22 15:14:35.757+0000 INFO  [neo4j]: logged in", "2026-11-22T15:14:35.757Z", "", "", "[neo4j]: logged in", LOG_LEVEL_INFO},
        {"2026-11-22 15:14:35.757+0000 INFO  [a.b]: logged in", "2026-11-22T15:14:35.757Z", "", "", "[a.b]: logged in", LOG_LEVEL_INFO},
        {"2026-11-22 15:14:45.169+0000 INFO [REQUEST] [AsyncLog @ 2026-11-22 15:14:45.136+0000]  127.0.0.1 -", "2026-11-22T15:14:45.169Z", "REQUEST",
         "", "127.0.0.1 -", LOG_LEVEL_INFO},
        {"2026-11-22 15:14:45.169+0000 INFO  [AsyncLog @ 2026-11-22 15:14:45.136+0000]  [neo4j]: logged in", "2026-11-22T15:14:45.169Z", "", "",
         "[neo4j]: logged in", LOG_LEVEL_INFO},
        {"{\"time\":\"2026-11-22 15:15:10.339+0000\",\"level\":\"INFO\",\"category\":\"o.n.D\",\"message\":\"[system/00000000] a \\\"b\\\\\"}",
         "2026-11-22T15:15:10.339Z", "o.n.D", "system", "a \\\"b\\\\", LOG_LEVEL_INFO},
        {"{\"time\":\"2026-11-22 15:15:10.339+0000\",\"level\":\"INFO\",\"event\":\"success\",\"type\":\"query\",\"elapsedTimeMs\":7,"
         "\"database\":\"shop\",\"executingUser\":\"alice\",\"query\":\"RETURN 1\",\"queryParameters\":\"{}\"}",
         "2026-11-22T15:15:10.339Z", "query", "shop", "RETURN 1", LOG_LEVEL_INFO},
        {"{\"version\":\"1.1\",\"host\":\"h\",\"short_message\":\"hi\",\"timestamp\":1763825710.339,\"level\":4}", "2025-11-22T15:35:10.339Z", "", "",
         "hi", LOG_LEVEL_WARN},
        {"{\"@timestamp\":\"2026-11-22T15:15:10.339Z\",\"log.level\":\"warn\",\"message\":\"hi\",\"log.logger\":\"x\"}", "2026-11-22T15:15:10.339Z", "",
         "", "hi", LOG_LEVEL_WARN},
        {"{\"timestamp\":\"2026-11-22T15:15:10.339Z\",\"severity\":\"CRITICAL\",\"a\":{\"b\":[1,\"}\"]},\"message\":\"hi\"}", "2026-11-22T15:15:10.339Z",
         "", "", "hi", LOG_LEVEL_ERROR},
        {"[2026-11-22T16:28:12.369+0000][info ][safepoint   ] Safepoint", "2026-11-22T16:28:12.369Z", "safepoint", "", "Safepoint", LOG_LEVEL_INFO},
        {"[0.005s][2026-11-22T16:28:12.369+0000][20830][warning][gc] x", "2026-11-22T16:28:12.369Z", "gc", "", "x", LOG_LEVEL_WARN},
        {"2026-11-22T13:31:13.040+0000: 0.874: Total time", "2026-11-22T13:31:13.040Z", "", "", "Total time", LOG_LEVEL_INFO},
    };
    char buf[40];

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct log_line l = line_of(LOG_FORMAT_UNKNOWN, cases[i].line);

        if (l.continuation || strcmp(time_rfc3339(l.time_ms, buf, sizeof buf), cases[i].time) || l.level != cases[i].level ||
            !slice_is(l.category, cases[i].category) || !slice_is(l.database, cases[i].database) ||
            !slice_is((struct slice){cases[i].line + l.message, l.message_len}, cases[i].message))
            fail_msg("%s: %s %d '%.*s' '%.*s' '%.*s'", cases[i].line, buf, l.level, (int)l.category.n, l.category.s, (int)l.database.n, l.database.s,
                     (int)l.message_len, cases[i].line + l.message);
    }
}

static void counts_from_the_start_of_java(void **state)
{
    struct log_line l = line_of(LOG_FORMAT_GC, "[12.043s][info ][gc          ] GC(0) Pause");

    assert_true(l.since_start && l.time_ms == 12043 && slice_is(l.category, "gc") && l.message == 31);
    l = line_of(LOG_FORMAT_GC8, "0.874: [GC pause");
    assert_true(l.since_start && l.time_ms == 874 && l.message == 7);
}

static void tells_what_has_no_stamp(void **state)
{
    static const char *const lines[] = {
        "", " ", "\tat org.neo4j.X(X.java:1)", "Caused by: x", "2026-11-22", "2026-11-22 15:14:35.497+0000", "2026-11-22 15:14:35.497+0000 ",
        "2026-11-22 15:14:35.497+0000 HELLO x", "2026-13-22 15:14:35.497+0000 INFO  x", "2026-11-22 25:14:35.497+0000 INFO  x",
        "2026-11-22 15:14:35,497+0000 INFO  x", "2o26-11-22 15:14:35.497+0000 INFO  x", "2026-11-22 15:14:35.4970000 INFO  x",
        "2026-11-22T15:14:35.497+0000 INFO  x", "{", "{}", "{name: 1}", "{\"a\":1}", "{\"time\":\"yesterday\"}", "[", "[]", "[x", "[gc] x",
        "[0.1s][gc", "1.2", "99999999999.1: x", "{\"time\":",
    };

    for (size_t i = 0; i < LENGTH(lines); i++) {
        struct log_line l = line_of(LOG_FORMAT_UNKNOWN, lines[i]);

        if (!l.continuation || l.time_ms != LOG_TIME_NONE || l.message || l.message_len != strlen(lines[i]))
            fail_msg("'%s'", lines[i]);
    }
}

static void carries_the_last_stamp(void **state)
{
    static const char *const lines[] = {"\tat before", "2026-11-22 15:14:35.497+0000 ERROR Fail", "java.lang.X: [a.b] y", "[0.1s][info][gc] x",
                                        "{name: 1}"};
    struct log_reader r = {.format = LOG_FORMAT_PLAIN};
    struct log_line l;

    for (size_t i = 0; i < LENGTH(lines); i++) {
        log_reader_line(&r, lines[i], strlen(lines[i]), &l);
        assert_int_equal(l.continuation, i != 1);
        assert_int_equal(l.level, i ? LOG_LEVEL_ERROR : LOG_LEVEL_NONE);
        assert_true(l.time_ms == (i ? 1795360475497 : LOG_TIME_NONE));
    }
}

/* A cached day must not hide a wrong one. */
static void changes_days(void **state)
{
    static const char *const lines[] = {"2026-11-22 23:59:59.999+0000 INFO  x", "2026-11-23 00:00:00.000+0000 INFO  x",
                                        "2026-11-22 23:59:59.999+0000 INFO  x", "2024-02-29 00:00:00.000+0000 INFO  x"};
    static const int64_t times[] = {1795391999999, 1795392000000, 1795391999999, 1709164800000};
    struct log_reader r = {.format = LOG_FORMAT_PLAIN};
    struct log_line l;

    for (size_t i = 0; i < LENGTH(lines); i++) {
        log_reader_line(&r, lines[i], strlen(lines[i]), &l);
        assert_true(l.time_ms == times[i]);
    }
}

static char *slurp(const char *name, size_t *n)
{
    char path[300], *bytes = malloc(1 << 20);
    FILE *f;

    snprintf(path, sizeof path, FIXTURES "/files/logs/%s", name);
    f = fopen(path, "r");
    assert_non_null(f);
    *n = fread(bytes, 1, 1 << 20, f);
    fclose(f);
    return bytes;
}

static void reads_real_files(void **state)
{
    static const struct {
        const char *file;
        enum log_format format;
        size_t lines, stamped, categories, databases;
    } files[] = {
        {"3.4-neo4j.log", LOG_FORMAT_PLAIN, 12, 7, 0, 0},     {"3.4-query.log", LOG_FORMAT_PLAIN, 6, 6, 0, 0},
        {"3.4-security.log", LOG_FORMAT_PLAIN, 6, 6, 0, 0},   {"3.5-neo4j.log", LOG_FORMAT_PLAIN, 14, 14, 0, 0},
        {"3.5-debug.log", LOG_FORMAT_PLAIN, 18, 18, 18, 0},   {"3.5-http.log", LOG_FORMAT_PLAIN, 3, 3, 3, 0},
        {"4.4-debug.log", LOG_FORMAT_PLAIN, 36, 12, 12, 10},  {"4.4-neo4j.log", LOG_FORMAT_PLAIN, 27, 15, 0, 0},
        {"5-neo4j.log", LOG_FORMAT_PLAIN, 29, 21, 0, 0},      {"5-debug.log", LOG_FORMAT_PLAIN, 29, 12, 12, 9},
        {"5-http.log", LOG_FORMAT_PLAIN, 3, 3, 0, 0},         {"2026-debug.log", LOG_FORMAT_JSON, 18, 18, 18, 8},
        {"2026-neo4j.log", LOG_FORMAT_PLAIN, 11, 11, 0, 0},   {"gc8.log", LOG_FORMAT_GC8, 40, 5, 0, 0},
        {"gc17.log", LOG_FORMAT_GC, 14, 14, 14, 0},           {"gc25.log", LOG_FORMAT_GC, 10, 10, 10, 0},
    };

    for (size_t i = 0; i < LENGTH(files); i++) {
        size_t n, lines = 0, stamped = 0, categories = 0, databases = 0;
        char *bytes = slurp(files[i].file, &n);
        struct log_reader r = {.format = log_format_detect(bytes, n)};
        struct log_line l;

        assert_int_equal(r.format, files[i].format);
        for (char *p = bytes, *nl; (nl = memchr(p, '\n', n - (size_t)(p - bytes))); p = nl + 1, lines++) {
            log_reader_line(&r, p, (size_t)(nl - p), &l);
            stamped += !l.continuation;
            categories += l.category.n > 0;
            databases += l.database.n > 0;
            if (!l.continuation)
                assert_true(l.since_start ? l.time_ms < 1000 : l.time_ms > 1795305600000 && l.time_ms < 1795392000000);
        }
        if (lines != files[i].lines || stamped != files[i].stamped || categories != files[i].categories || databases != files[i].databases)
            fail_msg("%s: %zu %zu %zu %zu", files[i].file, lines, stamped, categories, databases);
        free(bytes);
    }
}

static void detects_what_is_no_log(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
        enum log_format format;
    } cases[] = {
        {"", 0, LOG_FORMAT_UNKNOWN},
        {"hello\nworld\n", 12, LOG_FORMAT_UNKNOWN},
        {"\x1F\x8B\x08\0", 4, LOG_FORMAT_PACKED},
        {"PK\x03\x04xx", 6, LOG_FORMAT_PACKED},
        {"\x7F" "ELF\0\0\0\0\0\0\0\0", 12, LOG_FORMAT_BINARY},
        {"ode.java:1)\n2026-11-22 15:14:35.497+0000 INFO  x\n", 49, LOG_FORMAT_PLAIN},
    };

    for (size_t i = 0; i < LENGTH(cases); i++)
        if (log_format_detect(cases[i].bytes, cases[i].n) != cases[i].format)
            fail_msg("case %zu: %d", i, log_format_detect(cases[i].bytes, cases[i].n));
}

static void gives_text_for_people(void **state)
{
    static const struct {
        const char *line, *text;
    } cases[] = {
        {"2026-11-22 15:14:35.757+0000 WARN  [o.n.A] [neo4j/8dd08d4b] hi there", "hi there"},
        {"\tat x", "\tat x"},
        {"{\"time\":\"2026-11-22 15:15:10.339+0000\",\"level\":\"INFO\",\"category\":\"o.n.D\",\"message\":\"a\\tb\",\"stacktrace\":\"x\\n\\ty\"}",
         "a\tb\nx\n\ty"},
        {"{\"time\":\"2026-11-22 15:15:10.339+0000\",\"level\":\"ERROR\",\"executingUser\":\"bob\",\"message\":\"[bob]: denied\"}", "[bob]: denied"},
        {"{\"time\":\"2026-11-22 15:15:10.339+0000\",\"level\":\"ERROR\",\"type\":\"security\",\"executingUser\":\"bob\",\"message\":\"failed\"}",
         "[bob]: failed"},
        {"{\"time\":\"2026-11-22 15:15:10.339+0000\",\"level\":\"ERROR\",\"event\":\"fail\",\"type\":\"query\",\"elapsedTimeMs\":1234,\"database\":"
         "\"neo4j\",\"executingUser\":\"bob\",\"query\":\"RETURN\",\"failureReason\":\"why\"}",
         "fail 1234 ms: neo4j - bob - RETURN - why"},
        {"{\"time\":\"2026-11-22 15:15:10.339+0000\",\"level\":\"INFO\",\"message\":\"cut o", "cut o"},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct log_line l = line_of(LOG_FORMAT_UNKNOWN, cases[i].line);
        struct text t;

        text_init(&t, 0);
        log_line_text(cases[i].line, strlen(cases[i].line), &l, &t);
        if (strcmp(t.s, cases[i].text))
            fail_msg("%s: '%s'", cases[i].line, t.s);
        text_release(&t);
    }
}

static void looks_at_the_beginning_only(void **state)
{
    static const char begin[] = "{\"time\":\"2026-11-22 15:15:10.339+0000\",\"level\":\"INFO\",\"message\":\"";
    size_t n = 4 << 20;
    char *line = malloc(n);
    struct log_reader r = {.format = LOG_FORMAT_JSON};
    struct log_line l;
    struct text t;

    memset(line, 'x', n);
    memcpy(line, begin, sizeof begin - 1);
    log_reader_line(&r, line, n, &l);
    assert_true(!l.continuation && l.message == sizeof begin - 1 && l.message + l.message_len == LOG_LOOK_MAX);
    memcpy(line, "2026-11-22 15:14:35.757+0000 WARN  ", 35);
    log_reader_line(&r, line, n, &l);
    assert_int_equal(l.message_len, n - 35);
    text_init(&t, 0);
    log_line_text(line, n, &l, &t);
    assert_int_equal(t.len, LOG_TEXT_MAX);
    text_release(&t);
    memset(line, '[', n);
    log_reader_line(&r, line, n, &l);
    assert_true(l.continuation);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_layouts),
        cmocka_unit_test(counts_from_the_start_of_java),
        cmocka_unit_test(tells_what_has_no_stamp),
        cmocka_unit_test(carries_the_last_stamp),
        cmocka_unit_test(changes_days),
        cmocka_unit_test(reads_real_files),
        cmocka_unit_test(detects_what_is_no_log),
        cmocka_unit_test(gives_text_for_people),
        cmocka_unit_test(looks_at_the_beginning_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
