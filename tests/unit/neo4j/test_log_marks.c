/* What lines of logs say about a server: in the words of 3.4 to 2026, most of them taken from real files. */
#include "support/cm.h"
#include "neo4j/log_marks.h"

static void finds_marks(void **state)
{
    static const struct {
        const char *line;
        enum log_mark mark;
        int64_t ms, n;
        const char *name, *from;
    } cases[] = {
        {"2026-11-22 15:14:35.533+0000 INFO  Starting...", LOG_MARK_STARTING, -1, -1, "", ""},
        {"2026-11-22 15:14:35.533+0000 INFO  ======== Neo4j 2026.08.1 ========", LOG_MARK_VERSION, -1, -1, "2026.08.1", ""},
        {"2026-11-22 15:14:42.886+0000 INFO  Started.\r", LOG_MARK_STARTED, -1, -1, "", ""},
        {"2026-11-22 15:14:42.886+0000 INFO  Started. Not.", LOG_MARK_NONE, 0, 0, "", ""},
        {"2026-11-22 15:25:22.250+0000 INFO  Stopped.", LOG_MARK_STOPPED, -1, -1, "", ""},
        {"2026-11-22 15:14:42.886+0000 ERROR Failed to start Neo4j on 127.0.0.1:7474.", LOG_MARK_START_FAILED, -1, -1, "", ""},
        {"2026-11-22 15:23:54.272+0000 WARN  Failed authentication attempt for 'support' from 127.0.0.1", LOG_MARK_LOGIN_FAILED, -1, -1, "support",
         "127.0.0.1"},
        {"2026-11-22 15:23:54.272+0000 WARN  Failed authentication attempt for 'x' from 9.9.9.9' from 127.0.0.1", LOG_MARK_LOGIN_FAILED, -1, -1, "x",
         "127.0.0.1"},
        {"2026-11-22 13:25:46.497+0000 ERROR [neo4j]: failed to log in: invalid principal or credentials", LOG_MARK_LOGIN_FAILED_USER, -1, -1,
         "neo4j", ""},
        {"2026-11-22 13:25:46.497+0000 INFO  [neo4j]: logged in", LOG_MARK_NONE, 0, 0, "", ""},
        {"2026-11-22 15:14:35.757+0000 WARN  [o.n.k.i.c.VmPauseMonitorComponent] Detected VM stop-the-world pause: {pauseTime=384, gcTime=7, gcCount=2}",
         LOG_MARK_VM_PAUSE, 384, 2, "", ""},
        {"2026-11-22 15:14:35.757+0000 WARN  [o.n.k.i.c.VmPauseMonitorComponent] Detected VM stop-the-world pause: {gone}", LOG_MARK_NONE, 0, 0, "", ""},
        {"2026-11-22 15:14:35.757+0000 INFO [o.n.k.i.t.l.c.CheckPointerImpl] Checkpoint triggered by \"Database shutdown\" @ txId: 21 checkpoint "
         "completed in 20ms",
         LOG_MARK_CHECKPOINT_DONE, 20, 21, "Database shutdown", ""},
        {"2026-11-22 15:14:35.757+0000 INFO  [o.n.k.i.t.l.c.CheckPointerImpl] [neo4j/1aae7b79] Checkpoint triggered by \"Scheduled checkpoint for every 15 "
         "minutes threshold\" @ txId: 28, append index: 28 checkpoint completed in 1m 2s 22ms. Checkpoint flushed 63 pages",
         LOG_MARK_CHECKPOINT_DONE, 62022, 28, "Scheduled checkpoint for every 15 minutes threshold", ""},
        {"{\"time\":\"2026-11-22 15:15:10.829+0000\",\"level\":\"INFO\",\"category\":\"o.n.C\",\"message\":\"[system/00000000] Checkpoint triggered by "
         "\\\"Database init completed.\\\" @ txId: 3, append index: 3 checkpoint completed in 69ms. Checkpoint\"}",
         LOG_MARK_CHECKPOINT_DONE, 69, 3, "Database init completed.", ""},
        {"2026-11-22 15:14:35.757+0000 INFO [o.n.k.i.t.l.c.CheckPointerImpl] Checkpoint triggered by full backup @ txId: 13 checkpoint started...",
         LOG_MARK_CHECKPOINT_STARTED, -1, 13, "full", ""},
        {"2026-11-22 15:14:35.757+0000 INFO [o.n.k.a.D] Requirement `Database available` makes database graph.db unavailable.", LOG_MARK_DB_UNAVAILABLE,
         -1, -1, "graph.db", ""},
        {"2026-11-22 15:14:35.757+0000 INFO [o.n.k.a.D] Fulfilling of requirement 'Database available' makes database graph.db available.",
         LOG_MARK_DB_AVAILABLE, -1, -1, "graph.db", ""},
        {"2026-11-22 15:14:35.757+0000 INFO [o.n.k.A] Requirement makes database unavailable: Database available", LOG_MARK_DB_ONLY_UNAVAILABLE, -1, -1,
         "", ""},
        {"2026-11-22 15:14:35.757+0000 ERROR [o.n.m.DatabaseHealth] [neo4j/1aae7b79] Database panic: The database has", LOG_MARK_DB_PANIC, -1, -1, "", ""},
        {"Caused by: java.lang.OutOfMemoryError: Java heap space", LOG_MARK_OOM, -1, -1, "Java heap space", ""},
        {"org.neo4j.memory.MemoryPoolOutOfMemoryError: x", LOG_MARK_TX_OOM, -1, -1, "", ""},
        {"2026-11-22 15:14:35.757+0000 INFO  alice - MATCH (java.lang.OutOfMemoryError)", LOG_MARK_NONE, 0, 0, "", ""},
        {"2026-11-22 15:14:35.757+0000 ERROR x: DeadlockDetectedException", LOG_MARK_DEADLOCK, -1, -1, "", ""},
        {"Out of memory: Killed process 4711 (java) total-vm:9kB", LOG_MARK_OOM_KILLED, -1, 4711, "java", ""},
        {"2026-11-22 15:14:35.757+0000 INFO  Transaction with id 12 has been automatically rolled back due to transaction timeout.",
         LOG_MARK_TX_TIMED_OUT, -1, 12, "", ""},
        {"[0.043s][info ][gc          ] GC(7) Pause Young (Normal) (G1 Evacuation Pause) 6M->6M(32M) 5.813ms", LOG_MARK_GC_PAUSE, 6, 7, "", ""},
        {"[0.043s][info ][gc,start    ] GC(7) Pause Young (Normal) (G1 Evacuation Pause)", LOG_MARK_NONE, 0, 0, "", ""},
        {"[0.043s][info ][safepoint   ] Safepoint \"G1CollectForAllocation\", Time since last: 18478024 ns, Reaching safepoint: 5067 ns, Cleanup: 5398 "
         "ns, At safepoint: 5906622 ns, Total: 25917087 ns",
         LOG_MARK_SAFEPOINT, 26, -1, "G1CollectForAllocation", ""},
        {"2026-11-22T13:31:13.040+0000: 0.874: Total time for which application threads were stopped: 1.2502616 seconds, Stopping threads took: 0.1 seconds",
         LOG_MARK_SAFEPOINT8, 1250, -1, "", ""},
        {"2026-11-22 15:14:35.757+0000 INFO  ", LOG_MARK_NONE, 0, 0, "", ""},
        {"", LOG_MARK_NONE, 0, 0, "", ""},
    };

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct log_reader r = {.format = LOG_FORMAT_UNKNOWN};
        struct log_found f = {.mark = LOG_MARK_NONE, .name = {"", 0}, .from = {"", 0}};
        struct log_line l;

        log_reader_line(&r, cases[i].line, strlen(cases[i].line), &l);
        log_mark_find(cases[i].line, &l, &f);
        if (f.mark != cases[i].mark || f.ms != cases[i].ms || f.n != cases[i].n || !slice_is(f.name, cases[i].name) || !slice_is(f.from, cases[i].from))
            fail_msg("%s: %d %lld %lld '%.*s' '%.*s'", cases[i].line, f.mark, (long long)f.ms, (long long)f.n, (int)f.name.n, f.name.s, (int)f.from.n,
                     f.from.s);
    }
}

/* How often each mark is in a real file. */
static void marks_real_files(void **state)
{
    static const struct {
        const char *file;
        enum log_mark mark;
        int count;
    } files[] = {
        {"3.5-neo4j.log", LOG_MARK_STARTED, 1},         {"3.5-neo4j.log", LOG_MARK_LOGIN_FAILED, 3},  {"3.5-neo4j.log", LOG_MARK_STOPPED, 1},
        {"3.5-debug.log", LOG_MARK_VM_PAUSE, 3},        {"3.5-debug.log", LOG_MARK_CHECKPOINT_DONE, 1}, {"4.4-debug.log", LOG_MARK_CHECKPOINT_DONE, 1},
        {"5-debug.log", LOG_MARK_CHECKPOINT_DONE, 3},   {"2026-debug.log", LOG_MARK_CHECKPOINT_DONE, 2}, {"5-neo4j.log", LOG_MARK_TX_TIMED_OUT, 3},
        {"5-neo4j.log", LOG_MARK_LOGIN_FAILED, 3},      {"gc17.log", LOG_MARK_SAFEPOINT, 3},          {"3.4-security.log", LOG_MARK_LOGIN_FAILED_USER, 1},
    };
    static char bytes[1 << 18];

    for (size_t i = 0; i < LENGTH(files); i++) {
        struct log_reader r = {.format = LOG_FORMAT_UNKNOWN};
        int count = 0;
        char *p = bytes;
        FILE *f;
        size_t n;

        snprintf(bytes, sizeof bytes, FIXTURES "/files/logs/%s", files[i].file);
        f = fopen(bytes, "r");
        assert_non_null(f);
        n = fread(bytes, 1, sizeof bytes, f);
        fclose(f);
        for (char *nl; (nl = memchr(p, '\n', n - (size_t)(p - bytes))); p = nl + 1) {
            struct log_found found = {.mark = LOG_MARK_NONE};
            struct log_line l;

            log_reader_line(&r, p, (size_t)(nl - p), &l);
            count += log_mark_find(p, &l, &found) && found.mark == files[i].mark;
        }
        if (count != files[i].count)
            fail_msg("%s: %s: %d", files[i].file, log_mark_help(files[i].mark), count);
    }
}

static void has_words_for_each(void **state)
{
    for (int m = LOG_MARK_NONE + 1; m < NLOG_MARKS; m++)
        assert_true(*log_mark_help((enum log_mark)m) && log_mark_weight((enum log_mark)m) <= LOG_WEIGHT_CRITICAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_marks),
        cmocka_unit_test(marks_real_files),
        cmocka_unit_test(has_words_for_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
