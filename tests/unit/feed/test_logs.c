#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include "feed/inside.h"
#include "model/logbook.h"
#include "support/hostbench.h"

#define DAY INT64_C(1795348800000) /* 2026-11-22T12:00:00Z */

struct scene {
    struct bench b;
    struct model *model;
    struct feed *feed;
    struct log_interest interest;
};

static void scene_step(struct scene *s)
{
    bench_run(&s->b, 3);
    feed_step(s->feed, clock_mono_ms());
}

/* A site as if it had been found, with these files in the directory of the bench. */
static void scene_begin(struct scene *s, const char *const *names)
{
    const struct host_spec spec = {.carrier = CARRIER_LOCAL};
    struct site *site = x_calloc(1, sizeof *site);

    memset(s, 0, sizeof *s);
    bench_begin(&s->b, &spec);
    s->model = model_new();
    model_add_instance(s->model, "a");
    s->feed = feed_new(s->b.port, s->model);
    site->state = SITE_FOUND;
    site->looked_ms = clock_wall_ms();
    for (; *names; names++)
        site->logs[site->nlogs++] = (struct site_log){
            .name = arena_strdup(&site->arena, *names), .path = arena_strdup(&site->arena, bench_path(&s->b, *names))};
    s->feed->sources[0].site = site;
    s->interest = (struct log_interest){.at_ms = LOGS_AT_END};
}

static void scene_end(struct scene *s)
{
    feed_free(s->feed);
    model_free(s->model);
    bench_end(&s->b);
}

static void want(struct scene *s)
{
    feed_want_logs(s->feed, &s->interest, 1);
    feed_step(s->feed, clock_mono_ms());
}

static const struct logbook *book(const struct scene *s)
{
    return model_logbook(s->model, 0);
}

static const struct logbook_log *about(const struct scene *s, size_t log)
{
    return logbook_log(book(s), log);
}

static const struct logbook_line *at(const struct scene *s, int64_t n)
{
    return logbook_line(book(s), 0, n);
}

static bool settle(struct scene *s)
{
    scene_step(s);
    for (int64_t until = clock_mono_ms() + 20000; clock_mono_ms() < until; scene_step(s))
        if (feed_idle(s->feed))
            return true;
    return false;
}

static bool until_lines(struct scene *s, int64_t n)
{
    for (int64_t until = clock_mono_ms() + 20000; clock_mono_ms() < until; scene_step(s))
        if (about(s, 0)->end - about(s, 0)->first >= n)
            return true;
    return false;
}

static bool until_state(struct scene *s, enum logbook_state state)
{
    for (int64_t until = clock_mono_ms() + 20000; clock_mono_ms() < until; scene_step(s))
        if (about(s, 0)->state == state)
            return true;
    return false;
}

static bool until_note(struct scene *s, const char *words)
{
    for (int64_t until = clock_mono_ms() + 20000; clock_mono_ms() < until; scene_step(s))
        for (int64_t n = about(s, 0)->first; n < about(s, 0)->end; n++)
            if (at(s, n)->note && strstr(at(s, n)->text, words))
                return true;
    return false;
}

/* Line i of a log is written i seconds after DAY, with its number, filled up to 100 bytes. */
static size_t numbered(char *to, int64_t i)
{
    time_t t = (time_t)(DAY / 1000 + i);
    struct tm tm;
    size_t n;

    gmtime_r(&t, &tm);
    n = strftime(to, 64, "%Y-%m-%d %H:%M:%S.000+0000 INFO  [o.n.X] ", &tm);
    n += (size_t)sprintf(to + n, "line %lld", (long long)i);
    memset(to + n, '.', 99 - n);
    to[99] = '\n';
    return 100;
}

static void put_numbered(const char *path, int64_t from, int64_t to)
{
    char *s = x_malloc((size_t)(to - from) * 100 + 1);
    size_t n = 0;

    for (int64_t i = from; i < to; i++)
        n += numbered(s + n, i);
    put_bytes(path, O_APPEND, s, n);
    free(s);
}

static int64_t number_of(const struct logbook_line *l)
{
    const char *s = strstr(l->text, "line ");

    return s ? strtoll(s + 5, NULL, 10) : -1;
}

/* All lines that are held, without notes: each number one more than the one before. Returns the first; *last gets the last. */
static int64_t assert_in_order(const struct scene *s, int64_t *last)
{
    int64_t first = -1, before = -1;

    for (int64_t n = about(s, 0)->first; n < about(s, 0)->end; n++) {
        if (at(s, n)->note)
            continue;
        if (before >= 0)
            assert_int_equal(number_of(at(s, n)), before + 1);
        before = number_of(at(s, n));
        first = first < 0 ? before : first;
    }
    *last = before;
    return first;
}

static const char *const debug_log[] = {"debug.log", NULL};

/* ---- opening ---- */

static void nobody_looks_nobody_asks(void **state)
{
    struct scene s;

    scene_begin(&s, debug_log);
    put_numbered(bench_path(&s.b, "debug.log"), 0, 10);
    scene_step(&s);
    assert_null(book(&s));
    assert_true(feed_idle(s.feed));
    scene_end(&s);
}

static void the_end_of_a_log_is_opened(void **state)
{
    struct scene s;
    int64_t last;

    scene_begin(&s, debug_log);
    put_numbered(bench_path(&s.b, "debug.log"), 0, 20000);
    want(&s);
    assert_false(feed_idle(s.feed));
    assert_true(settle(&s));
    assert_int_equal(about(&s, 0)->state, LB_FOLLOWED);
    assert_int_equal(about(&s, 0)->size, 2000000);
    assert_int_equal(about(&s, 0)->to, 2000000);
    assert_int_equal(about(&s, 0)->from % 100, 0);
    assert_int_equal(assert_in_order(&s, &last), about(&s, 0)->from / 100);
    assert_int_equal(last, 19999);
    assert_true(about(&s, 0)->end - about(&s, 0)->first > 2600);
    assert_int_equal(at(&s, 0)->time_ms, DAY + 1000 * number_of(at(&s, 0)));
    assert_int_equal(at(&s, 0)->level, LB_INFO);
    assert_string_equal(at(&s, 0)->category, "o.n.X");
    assert_int_equal(about(&s, 0)->lag_ms, -1); /* what was there before was not late */
    assert_false(about(&s, 0)->loading);
    scene_end(&s);
}

static void other_logs_go_on_beside_what_is_none(void **state)
{
    static const char *const names[] = {"debug.log", "neo4j.log", "security.log", "query.log", NULL};
    struct scene s;

    scene_begin(&s, names);
    put_numbered(bench_path(&s.b, "debug.log"), 0, 3);
    assert_int_equal(mkdir(bench_path(&s.b, "neo4j.log"), 0755), 0);
    assert_int_equal(mkfifo(bench_path(&s.b, "security.log"), 0644), 0);
    put_bytes(bench_path(&s.b, "query.log"), 0, "\x1f\x8b\x08\0\0\0\n", 7);
    s.interest.logs = 15;
    want(&s);
    scene_step(&s);
    assert_true(settle(&s));
    assert_int_equal(about(&s, 0)->end, 3);
    for (size_t i = 1; i < 4; i++) {
        assert_int_equal(about(&s, i)->state, LB_FAILED);
        assert_true(strlen(about(&s, i)->err.words) > 20);
    }
    scene_end(&s);
}

static void only_what_is_wanted_is_read(void **state)
{
    static const char *const names[] = {"debug.log", "query.log", NULL};
    struct scene s;

    scene_begin(&s, names);
    put_numbered(bench_path(&s.b, "debug.log"), 0, 3);
    put_numbered(bench_path(&s.b, "query.log"), 0, 3);
    want(&s);
    assert_true(settle(&s));
    assert_int_equal(about(&s, 0)->end, 3);
    assert_int_equal(about(&s, 1)->end, 0); /* not there by default */
    assert_int_equal(about(&s, 1)->state, LB_WAITING);
    s.interest.logs = 2;
    want(&s);
    assert_true(settle(&s));
    assert_int_equal(about(&s, 1)->end, 3);
    scene_end(&s);
}

/* ---- following ---- */

static void nothing_is_lost_through_rotations(void **state)
{
    struct scene s;
    char path[100], old[120], cp[400];
    int64_t last;

    scene_begin(&s, debug_log);
    strcpy(path, bench_path(&s.b, "debug.log"));
    put_numbered(path, 0, 100);
    want(&s);
    assert_true(settle(&s));
    for (int round = 1; round <= 3; round++) {
        put_numbered(path, 100 * round, 100 * round + 50);
        snprintf(old, sizeof old, "%s.%d", path, round);
        assert_int_equal(rename(path, old), 0);
        put_numbered(path, 100 * round + 50, 100 * round + 100);
        scene_step(&s);
    }
    assert_true(until_lines(&s, 403));
    put_numbered(path, 400, 450);
    snprintf(cp, sizeof cp, "cp %s %s.4 && : > %s", path, path, path);
    assert_int_equal(system(cp), 0);
    assert_true(until_note(&s, "truncated"));
    put_numbered(path, 450, 460);
    assert_true(until_lines(&s, 464));
    assert_int_equal(assert_in_order(&s, &last), 0);
    assert_int_equal(last, 459);
    scene_end(&s);
}

static void a_log_may_go_and_come(void **state)
{
    struct scene s;
    char path[100];
    int64_t last;

    scene_begin(&s, debug_log);
    strcpy(path, bench_path(&s.b, "debug.log"));
    want(&s);
    assert_true(settle(&s));
    assert_int_equal(about(&s, 0)->state, LB_GONE);
    assert_non_null(strstr(about(&s, 0)->err.words, "there is no file"));
    put_numbered(path, 0, 5);
    assert_true(until_lines(&s, 5));
    assert_int_equal(about(&s, 0)->state, LB_FOLLOWED);
    assert_int_equal(about(&s, 0)->err.kind, ERR_NONE);
    unlink(path);
    assert_true(until_note(&s, "gone"));
    assert_true(until_state(&s, LB_GONE));
    assert_non_null(strstr(about(&s, 0)->err.words, "gone since"));
    put_numbered(path, 5, 8);
    assert_true(until_lines(&s, 10));
    assert_int_equal(assert_in_order(&s, &last), 0);
    assert_int_equal(last, 7);
    scene_end(&s);
}

static void a_line_without_an_end_is_shown_after_a_while(void **state)
{
    struct scene s;

    scene_begin(&s, debug_log);
    put_file(bench_path(&s.b, "debug.log"), "one\ntwo");
    want(&s);
    assert_true(settle(&s));
    assert_int_equal(about(&s, 0)->end, 1);
    feed_step(s.feed, clock_mono_ms() + 3000);
    assert_int_equal(about(&s, 0)->end, 2);
    assert_string_equal(at(&s, 1)->text, "two");
    append(bench_path(&s.b, "debug.log"), " and a half\nthree\n");
    assert_true(until_lines(&s, 4));
    assert_string_equal(at(&s, 2)->text, " and a half");
    assert_string_equal(at(&s, 3)->text, "three");
    scene_end(&s);
}

static void hostile_lines_are_kept_and_bounded(void **state)
{
    struct scene s;
    size_t n = 3 << 20;
    char *big = x_malloc(n);

    scene_begin(&s, debug_log);
    want(&s);
    memset(big, 'x', n);
    put_bytes(bench_path(&s.b, "debug.log"), O_APPEND, "a\0b\x1b[31m\xff\r\n\n\n", 13);
    assert_true(until_lines(&s, 3));
    put_bytes(bench_path(&s.b, "debug.log"), O_APPEND, big, n);
    put_bytes(bench_path(&s.b, "debug.log"), O_APPEND, "\nend\n", 5);
    assert_true(until_lines(&s, 5));
    assert_int_equal(at(&s, 0)->len, 9);
    assert_memory_equal(at(&s, 0)->text, "a\0b\x1b[31m\xff", 9);
    assert_int_equal(at(&s, 1)->len, 0);
    assert_true(at(&s, 3)->cut);
    assert_int_equal(at(&s, 3)->len, LOGBOOK_LINE_MAX);
    assert_string_equal(at(&s, 4)->text, "end");
    assert_int_equal(at(&s, 4)->offset, 13 + (int64_t)n + 1);
    free(big);
    scene_end(&s);
}

static void who_left_comes_back_to_where_it_was(void **state)
{
    struct scene s;
    uint64_t epoch;
    int64_t last;
    char path[100];

    scene_begin(&s, debug_log);
    strcpy(path, bench_path(&s.b, "debug.log"));
    put_numbered(path, 0, 100);
    want(&s);
    assert_true(settle(&s));
    epoch = about(&s, 0)->epoch;
    feed_want_logs(s.feed, NULL, 0);
    feed_step(s.feed, clock_mono_ms());
    feed_step(s.feed, clock_mono_ms() + 61000);
    put_numbered(path, 100, 150);
    assert_int_equal(rename(path, bench_path(&s.b, "debug.log.1")), 0);
    put_numbered(path, 150, 200);
    for (int i = 0; i < 30; i++)
        bench_run(&s.b, 3);
    assert_int_equal(about(&s, 0)->end, 100); /* nobody is told anything */
    want(&s);
    assert_true(until_lines(&s, 201));
    assert_int_equal(about(&s, 0)->epoch, epoch);
    assert_int_equal(assert_in_order(&s, &last), 0);
    assert_int_equal(last, 199);
    feed_want_logs(s.feed, NULL, 0);
    feed_step(s.feed, clock_mono_ms());
    feed_step(s.feed, clock_mono_ms() + 61000);
    put_numbered(path, 200, 60200); /* too much to be read only to get to its end */
    want(&s);
    for (int64_t until = clock_mono_ms() + 20000; about(&s, 0)->epoch == epoch && clock_mono_ms() < until;)
        scene_step(&s);
    assert_true(settle(&s));
    assert_true(assert_in_order(&s, &last) > 50000);
    assert_int_equal(last, 60199);
    scene_end(&s);
}

static void a_pause_loses_nothing(void **state)
{
    struct scene s;
    int64_t last;

    scene_begin(&s, debug_log);
    put_numbered(bench_path(&s.b, "debug.log"), 0, 10);
    want(&s);
    assert_true(settle(&s));
    feed_pause(s.feed, true);
    put_numbered(bench_path(&s.b, "debug.log"), 10, 20);
    for (int i = 0; i < 30; i++)
        scene_step(&s);
    assert_int_equal(about(&s, 0)->end, 10);
    feed_pause(s.feed, false);
    assert_true(until_lines(&s, 20));
    assert_int_equal(assert_in_order(&s, &last), 0);
    assert_int_equal(last, 19);
    scene_end(&s);
}

/* ---- earlier, later ---- */

static void earlier(struct scene *s)
{
    s->interest.earlier = true;
    want(s);
}

static void reading_back_crosses_files(void **state)
{
    struct scene s;
    struct timespec old[2] = {{.tv_sec = DAY / 1000}, {.tv_sec = DAY / 1000}};
    int64_t last, notes = 0;

    scene_begin(&s, debug_log);
    put_numbered(bench_path(&s.b, "debug.log.2026-11-20"), 0, 4000);
    put_numbered(bench_path(&s.b, "debug.log.2026-11-21"), 4000, 4100);
    put_file(bench_path(&s.b, "debug.log.3.gz"), "packed");
    put_file(bench_path(&s.b, "debugger.log"), "not ours");
    put_numbered(bench_path(&s.b, "debug.log"), 4100, 10000);
    utimensat(AT_FDCWD, bench_path(&s.b, "debug.log.3.gz"), old, 0);
    old[1].tv_sec += 10;
    utimensat(AT_FDCWD, bench_path(&s.b, "debug.log.2026-11-20"), old, 0);
    old[1].tv_sec += 10;
    utimensat(AT_FDCWD, bench_path(&s.b, "debug.log.2026-11-21"), old, 0);
    want(&s);
    assert_true(settle(&s));
    assert_true(number_of(at(&s, 0)) > 7000);
    earlier(&s);
    assert_true(until_note(&s, "debug.log.3.gz, which is packed"));
    assert_true(settle(&s));
    assert_int_equal(assert_in_order(&s, &last), 0);
    assert_int_equal(last, 9999);
    for (int64_t n = about(&s, 0)->first; n < about(&s, 0)->end; n++)
        notes += at(&s, n)->note;
    assert_int_equal(notes, 3);
    assert_int_equal(about(&s, 0)->from, 0);
    put_numbered(bench_path(&s.b, "debug.log"), 10000, 10010); /* it is still followed */
    assert_true(until_lines(&s, 10013));
    scene_end(&s);
}

/* Right after a rotation a log of a few lines is not all that one wants to see. */
static void a_short_log_comes_with_the_end_of_the_one_before(void **state)
{
    struct scene s;
    int64_t last;

    scene_begin(&s, debug_log);
    put_numbered(bench_path(&s.b, "debug.log.1"), 0, 9000);
    put_numbered(bench_path(&s.b, "debug.log"), 9000, 9003);
    want(&s);
    assert_true(settle(&s));
    assert_int_equal(about(&s, 0)->state, LB_FOLLOWED);
    assert_int_equal(number_of(at(&s, about(&s, 0)->end - 1)), 9002);
    assert_true(assert_in_order(&s, &last) > 6000);
    assert_true(about(&s, 0)->from > 0);
    earlier(&s);
    assert_true(until_lines(&s, 9004));
    assert_int_equal(assert_in_order(&s, &last), 0);
    scene_end(&s);
}

static void what_was_rotated_meanwhile_is_found(void **state)
{
    struct scene s;
    int64_t last;

    scene_begin(&s, debug_log);
    put_numbered(bench_path(&s.b, "debug.log"), 0, 10000);
    want(&s);
    assert_true(settle(&s));
    assert_int_equal(rename(bench_path(&s.b, "debug.log"), bench_path(&s.b, "debug.log.01")), 0);
    put_numbered(bench_path(&s.b, "debug.log"), 10000, 10010);
    assert_true(until_note(&s, "rotated"));
    earlier(&s);
    assert_true(until_lines(&s, 10011));
    assert_int_equal(assert_in_order(&s, &last), 0);
    assert_int_equal(last, 10009);
    scene_end(&s);
}

static void what_was_cut_off_is_not_looked_for_in_what_came_after(void **state)
{
    struct scene s;

    scene_begin(&s, debug_log);
    put_numbered(bench_path(&s.b, "debug.log"), 0, 10000);
    want(&s);
    assert_true(settle(&s));
    put_file(bench_path(&s.b, "debug.log"), "");
    assert_true(until_note(&s, "truncated"));
    put_numbered(bench_path(&s.b, "debug.log"), 10000, 20000);
    assert_true(until_lines(&s, 12000));
    earlier(&s);
    assert_true(until_note(&s, "cut off"));
    assert_true(settle(&s));
    assert_int_equal(about(&s, 0)->state, LB_FOLLOWED);
    scene_end(&s);
}

/* Where a chunk begins in the middle of a trace, the trace waits for the line that it belongs to. */
static void traces_keep_their_time_when_they_are_read_back(void **state)
{
    struct scene s;
    struct text all;
    char line[101] = "";

    scene_begin(&s, debug_log);
    text_init(&all, 0);
    for (int64_t i = 0; i < 2000; i++) {
        numbered(line, i);
        text_add(&all, line, 100);
        for (int k = 0; k < 9; k++)
            text_adds(&all, "\tat org.neo4j.kernel.impl.transaction.log.checkpoint.CheckPointerImpl(CheckPointerImpl.java:4711)\n");
    }
    put_bytes(bench_path(&s.b, "debug.log"), 0, all.s, all.len);
    want(&s);
    assert_true(settle(&s));
    earlier(&s);
    assert_true(until_lines(&s, 20000));
    for (int64_t n = about(&s, 0)->first, i = 0; n < 0; n++, i++) { /* what was read back has numbers below 0 */
        assert_int_equal(at(&s, n)->time_ms, DAY + 1000 * (i / 10));
        assert_int_equal(at(&s, n)->continuation, i % 10 != 0);
    }
    text_release(&all);
    scene_end(&s);
}

static void what_was_deleted_meanwhile_is_said(void **state)
{
    struct scene s;

    scene_begin(&s, debug_log);
    put_numbered(bench_path(&s.b, "debug.log"), 0, 10000);
    want(&s);
    assert_true(settle(&s));
    unlink(bench_path(&s.b, "debug.log"));
    earlier(&s);
    assert_true(until_note(&s, "not there any more"));
    scene_end(&s);
}

static void reading_back_takes_long_lines_as_one(void **state)
{
    struct scene s;
    size_t n = 3 << 20;
    char *big = x_malloc(n);

    scene_begin(&s, debug_log);
    memset(big, 'x', n);
    big[n - 1] = '\n';
    put_numbered(bench_path(&s.b, "debug.log"), 0, 100);
    put_bytes(bench_path(&s.b, "debug.log"), O_APPEND, big, n);
    put_numbered(bench_path(&s.b, "debug.log"), 100, 200);
    want(&s);
    assert_true(settle(&s));
    assert_int_equal(about(&s, 0)->end - about(&s, 0)->first, 100);
    earlier(&s);
    assert_true(until_lines(&s, 201));
    assert_int_equal(number_of(at(&s, about(&s, 0)->first)), 0);
    const struct logbook_line *l = at(&s, about(&s, 0)->first + 100);
    assert_true(l->cut);
    assert_int_equal(l->len, LOGBOOK_LINE_MAX);
    assert_int_equal(l->offset, 10000);
    free(big);
    scene_end(&s);
}

static void far_back_the_end_is_let_go_and_found_again(void **state)
{
    struct scene s;
    int64_t last;

    scene_begin(&s, debug_log);
    put_numbered(bench_path(&s.b, "debug.log"), 0, 150000);
    want(&s);
    assert_true(settle(&s));
    earlier(&s);
    assert_true(until_state(&s, LB_HELD));
    for (int64_t until = clock_mono_ms() + 20000; about(&s, 0)->from > 0 && clock_mono_ms() < until;)
        scene_step(&s);
    assert_int_equal(assert_in_order(&s, &last), 0);
    assert_true(last < 149999);
    s.interest.earlier = false;
    s.interest.later = true;
    want(&s);
    assert_true(until_state(&s, LB_FOLLOWED));
    s.interest.later = false;
    want(&s);
    put_numbered(bench_path(&s.b, "debug.log"), 150000, 150010);
    for (int64_t until = clock_mono_ms() + 20000; clock_mono_ms() < until; scene_step(&s))
        if (about(&s, 0)->to == 15001000)
            break;
    assert_true(assert_in_order(&s, &last) > 0);
    assert_int_equal(last, 150009);
    scene_end(&s);
}

/* The newest lines that have to go are those of the file that is written. */
static void what_is_let_go_may_be_another_file(void **state)
{
    struct scene s;
    int64_t last;

    scene_begin(&s, debug_log);
    put_numbered(bench_path(&s.b, "debug.log.1"), 0, 150000);
    put_numbered(bench_path(&s.b, "debug.log"), 150000, 150700);
    want(&s);
    assert_true(settle(&s));
    earlier(&s);
    for (int64_t until = clock_mono_ms() + 20000; clock_mono_ms() < until; scene_step(&s))
        if (about(&s, 0)->state == LB_HELD && about(&s, 0)->from == 0)
            break;
    assert_int_equal(assert_in_order(&s, &last), 0);
    assert_true(last < 149000);
    s.interest.earlier = false;
    s.interest.later = true;
    want(&s);
    assert_true(until_state(&s, LB_FOLLOWED));
    assert_true(settle(&s));
    assert_in_order(&s, &last);
    assert_int_equal(last, 150699);
    scene_end(&s);
}

/* ---- to a time ---- */

static void jump(struct scene *s, int64_t at_ms)
{
    s->interest.jump++;
    s->interest.at_ms = at_ms;
    want(s);
    assert_true(settle(s));
}

/* The first line at or after a time; the end when there is none. */
static int64_t line_at(const struct scene *s, int64_t time_ms)
{
    int64_t n = about(s, 0)->first;

    while (n < about(s, 0)->end && at(s, n)->time_ms < time_ms)
        n++;
    return n;
}

static void a_time_is_found_in_whichever_file_it_is(void **state)
{
    static const int64_t seconds[] = {0, 1, 3999, 4000, 40000, 99000, 99999, 54321};
    struct scene s;
    struct timespec old[2] = {{.tv_sec = DAY / 1000}, {.tv_sec = DAY / 1000 + 3999}};
    int64_t last;

    scene_begin(&s, debug_log);
    put_numbered(bench_path(&s.b, "debug.log.1"), 0, 4000);
    put_numbered(bench_path(&s.b, "debug.log"), 4000, 100000);
    utimensat(AT_FDCWD, bench_path(&s.b, "debug.log.1"), old, 0);
    want(&s);
    assert_true(settle(&s));
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++) {
        jump(&s, DAY + 1000 * seconds[i]);
        int64_t n = line_at(&s, DAY + 1000 * seconds[i]);
        assert_true(n < about(&s, 0)->end);
        assert_int_equal(number_of(at(&s, n)), seconds[i]);
        assert_true(n - about(&s, 0)->first >= (seconds[i] >= 5000 ? 600 : 0)); /* some of what was before */
        assert_in_order(&s, &last);
    }
    jump(&s, DAY - 86400000); /* before all: the beginning */
    assert_int_equal(assert_in_order(&s, &last), 0);
    jump(&s, LOGS_AT_END);
    assert_int_equal(about(&s, 0)->state, LB_FOLLOWED);
    assert_in_order(&s, &last);
    assert_int_equal(last, 99999);
    scene_end(&s);
}

static void a_held_place_stays_until_asked_to_move(void **state)
{
    struct scene s;
    int64_t last, end;

    scene_begin(&s, debug_log);
    put_numbered(bench_path(&s.b, "debug.log"), 0, 100000);
    want(&s);
    assert_true(settle(&s));
    jump(&s, DAY + 20000000);
    assert_int_equal(about(&s, 0)->state, LB_HELD);
    end = about(&s, 0)->end;
    put_numbered(bench_path(&s.b, "debug.log"), 100000, 100100);
    for (int i = 0; i < 30; i++)
        scene_step(&s);
    assert_int_equal(about(&s, 0)->end, end);
    s.interest.earlier = true;
    want(&s);
    for (int64_t until = clock_mono_ms() + 20000; about(&s, 0)->from > 0 && clock_mono_ms() < until;)
        scene_step(&s);
    assert_int_equal(assert_in_order(&s, &last), 0);
    scene_end(&s);
}

/* Stamps that are missing for a long stretch, and some that run backwards. */
static void a_time_is_found_among_traces(void **state)
{
    enum { TRACE = 5 << 20 };
    struct scene s;
    char *trace = x_malloc(TRACE);
    int64_t n;

    scene_begin(&s, debug_log);
    for (size_t i = 0; i < TRACE; i++)
        trace[i] = i % 50 == 49 ? '\n' : 't';
    put_numbered(bench_path(&s.b, "debug.log"), 0, 5000);
    put_bytes(bench_path(&s.b, "debug.log"), O_APPEND, trace, TRACE);
    put_numbered(bench_path(&s.b, "debug.log"), 5000, 10000);
    put_numbered(bench_path(&s.b, "debug.log"), 9000, 9100);
    put_numbered(bench_path(&s.b, "debug.log"), 10000, 20000);
    want(&s);
    assert_true(settle(&s));
    for (int64_t i = 1000; i < 20000; i += 1999) {
        jump(&s, DAY + 1000 * i);
        n = line_at(&s, DAY + 1000 * i);
        assert_true(n < about(&s, 0)->end);
        assert_int_equal(number_of(at(&s, n)), i);
    }
    free(trace);
    scene_end(&s);
}

static void a_site_that_is_not_found_says_why(void **state)
{
    struct scene s;

    scene_begin(&s, debug_log);
    s.feed->sources[0].site->state = SITE_NOT_FOUND;
    err_set(&s.feed->sources[0].site->err, ERR_GONE, "no Neo4j was found there");
    want(&s);
    assert_int_equal(logbook_logs(book(&s)), 0);
    assert_string_equal(logbook_err(book(&s))->words, "no Neo4j was found there");
    assert_true(feed_idle(s.feed));
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_looks_nobody_asks),
        cmocka_unit_test(the_end_of_a_log_is_opened),
        cmocka_unit_test(other_logs_go_on_beside_what_is_none),
        cmocka_unit_test(only_what_is_wanted_is_read),
        cmocka_unit_test(nothing_is_lost_through_rotations),
        cmocka_unit_test(a_log_may_go_and_come),
        cmocka_unit_test(a_line_without_an_end_is_shown_after_a_while),
        cmocka_unit_test(hostile_lines_are_kept_and_bounded),
        cmocka_unit_test(who_left_comes_back_to_where_it_was),
        cmocka_unit_test(a_pause_loses_nothing),
        cmocka_unit_test(reading_back_crosses_files),
        cmocka_unit_test(a_short_log_comes_with_the_end_of_the_one_before),
        cmocka_unit_test(what_was_rotated_meanwhile_is_found),
        cmocka_unit_test(what_was_cut_off_is_not_looked_for_in_what_came_after),
        cmocka_unit_test(traces_keep_their_time_when_they_are_read_back),
        cmocka_unit_test(what_was_deleted_meanwhile_is_said),
        cmocka_unit_test(reading_back_takes_long_lines_as_one),
        cmocka_unit_test(far_back_the_end_is_let_go_and_found_again),
        cmocka_unit_test(what_is_let_go_may_be_another_file),
        cmocka_unit_test(a_time_is_found_in_whichever_file_it_is),
        cmocka_unit_test(a_held_place_stays_until_asked_to_move),
        cmocka_unit_test(a_time_is_found_among_traces),
        cmocka_unit_test(a_site_that_is_not_found_says_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
