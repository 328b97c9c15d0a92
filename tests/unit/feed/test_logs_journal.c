/* Logs in the journal of a unit: the port is played by the test. */
#include "feed/inside.h"
#include "model/logbook.h"
#include "support/feedbench.h"

#define WALL INT64_C(1795360988430)

struct scene {
    struct feedbench b;
    struct log_interest interest;
};

static void scene_begin(struct scene *s)
{
    struct site *site = x_calloc(1, sizeof *site);

    *s = (struct scene){.interest = {.at_ms = LOGS_AT_END}};
    feedbench_begin(&s->b, WALL, "a");
    site->state = SITE_FOUND;
    site->looked_ms = clock_wall_ms();
    site->logs[0] = (struct site_log){.name = arena_strdup(&site->arena, "neo4j.log"), .unit = arena_strdup(&site->arena, "neo4j.service")};
    site->nlogs = 1;
    s->b.feed->sources[0].site = site;
    feed_want_logs(s->b.feed, &s->interest, 1);
    feed_step(s->b.feed, clock_mono_ms());
}

static void scene_end(struct scene *s)
{
    feedbench_end(&s->b);
}

static const struct host_call *asked(struct scene *s)
{
    struct fakeask *k = fake_waiting(&s->b.port, ASK_HOST, STMT_NONE, 0);

    return k ? &k->ask.u.host : NULL;
}

static void answer(struct scene *s, const char *out, int64_t status, const char *errors, bool truncated)
{
    static const char *const names[] = {"stdout", "stderr", "exit_status", "truncated"};
    const struct value cells[] = {v_text(out), v_text(errors), v_int(status), v_bool(truncated)};
    struct fakeask *k = fake_waiting(&s->b.port, ASK_HOST, STMT_NONE, 0);

    assert_non_null(k);
    fake_reply(&s->b.port, k->id, (struct reply){.names = names, .cells = cells, .ncols = 4, .nrows = 1, .last = true});
}

static void step(struct scene *s, int64_t ms)
{
    clock_advance(ms);
    feed_step(s->b.feed, clock_mono_ms());
}

static const struct logbook_log *about(const struct scene *s)
{
    return logbook_log(model_logbook(s->b.model, 0), 0);
}

static const struct logbook_line *at(const struct scene *s, int64_t n)
{
    return logbook_line(model_logbook(s->b.model, 0), 0, n);
}

#define ROW(cursor, us, message)                                                                                                     \
    "{\"__CURSOR\":\"" cursor "\",\"__REALTIME_TIMESTAMP\":\"" us "\",\"PRIORITY\":\"6\",\"_PID\":\"42\",\"MESSAGE\":\"" message "\"}\n"

static void the_newest_lines_come_and_then_those_behind_the_cursor(void **state)
{
    struct scene s;

    scene_begin(&s);
    assert_int_equal(asked(&s)->command, HOST_CMD_JOURNAL);
    assert_string_equal(asked(&s)->args[1], "neo4j.service");
    assert_false(feed_idle(s.b.feed));
    answer(&s,
           ROW("c1", "1795360475999000", "2026-11-22 15:14:35.757+0000 INFO  Started.") ROW("c2", "1795360477000000", "Picked up JAVA_OPTS"),
           0, "", false);
    assert_true(feed_idle(s.b.feed));
    assert_int_equal(about(&s)->state, LB_FOLLOWED);
    assert_string_equal(about(&s)->path, "journal of neo4j.service");
    assert_int_equal(about(&s)->end, 2);
    assert_int_equal(at(&s, 0)->time_ms, 1795360475757);
    assert_int_equal(at(&s, 0)->weight, 1);
    assert_string_equal(at(&s, 0)->shown, "Started.");
    assert_int_equal(at(&s, 1)->time_ms, 1795360477000); /* without a stamp: when the journal got it */
    assert_string_equal(at(&s, 1)->text, "Picked up JAVA_OPTS");
    step(&s, 1000);
    assert_null(asked(&s));
    step(&s, 1000);
    assert_int_equal(asked(&s)->command, HOST_CMD_JOURNAL_AFTER);
    assert_string_equal(asked(&s)->args[0], "neo4j.service");
    assert_string_equal(asked(&s)->args[1], "c2");
    answer(&s, ROW("c3", "1795360988000000", "three"), 0, "", true);
    assert_int_equal(about(&s)->end, 3);
    assert_int_equal(about(&s)->lag_ms, WALL + 2000 - 1795360988000);
    step(&s, 1); /* there was more than came in one answer */
    assert_string_equal(asked(&s)->args[1], "c3");
    answer(&s, "", 0, "", false);
    assert_int_equal(about(&s)->end, 3);
    scene_end(&s);
}

static void a_journal_that_cannot_be_read_says_so_and_is_tried_again(void **state)
{
    static const struct {
        const char *out, *errors;
        int64_t status;
        enum err_kind kind;
        const char *words;
    } cases[] = {
        {"", "Failed to determine timestamp\nmore\n", 1, ERR_SHAPE, "cannot be read: Failed to determine timestamp; try"},
        {"", "No journal files were opened due to insufficient permissions.\n", 1, ERR_PRIVILEGE, "the groups systemd-journal and adm may"},
        /* who has a journal of his own */
        {"-- No entries --\n", "Hint: You are currently not seeing messages from other users and the system.\n", 0, ERR_PRIVILEGE, "may not be read"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        scene_begin(&s);
        answer(&s, cases[i].out, cases[i].status, cases[i].errors, false);
        if (cases[i].kind == ERR_PRIVILEGE) { /* maybe as the user of the server */
            assert_int_equal(asked(&s)->as, AS_SERVER);
            answer(&s, cases[i].out, cases[i].status, cases[i].errors, false);
        }
        assert_int_equal(about(&s)->state, LB_FAILED);
        assert_int_equal(about(&s)->err.kind, cases[i].kind);
        if (!strstr(about(&s)->err.words, cases[i].words))
            fail_msg("%s", about(&s)->err.words);
        assert_true(feed_idle(s.b.feed));
        step(&s, 9000);
        assert_null(asked(&s));
        step(&s, 1000);
        assert_int_equal(asked(&s)->command, HOST_CMD_JOURNAL);
        answer(&s, ROW("c1", "1795360475999000", "one"), 0, "", false);
        assert_int_equal(about(&s)->state, LB_FOLLOWED);
        assert_int_equal(about(&s)->err.kind, ERR_NONE);
        assert_int_equal(about(&s)->end, 1);
        scene_end(&s);
    }
}

/* Lines of systemd stand between those of the server. */
static void how_the_unit_ended_is_no_part_of_a_stack_trace(void **state)
{
    struct scene s;

    scene_begin(&s);
    answer(&s,
           ROW("c1", "1795360475999000", "2026-11-22 15:14:35.757+0000 ERROR no good") ROW("c2", "1795360476000000", "\\tat a.B(C.java:1)")
           "{\"__CURSOR\":\"c3\",\"__REALTIME_TIMESTAMP\":\"1795360477000000\",\"PRIORITY\":\"5\",\"_PID\":\"1\",\"_SYSTEMD_UNIT\":\"init.scope\","
           "\"UNIT\":\"neo4j.service\",\"SYSLOG_IDENTIFIER\":\"systemd\",\"MESSAGE\":\"neo4j.service: Main process exited, code=killed, status=9/KILL\"}\n",
           0, "", false);
    assert_int_equal(about(&s)->end, 3);
    assert_true(at(&s, 1)->continuation);
    assert_int_equal(at(&s, 1)->level, LB_ERROR);
    assert_false(at(&s, 2)->continuation);
    assert_int_equal(at(&s, 2)->level, LB_INFO);
    assert_int_equal(at(&s, 2)->time_ms, 1795360477000);
    assert_string_equal(at(&s, 2)->category, "systemd");
    assert_non_null(strstr(at(&s, 2)->shown, "status=9/KILL"));
    scene_end(&s);
}

static void a_time_is_looked_for_in_the_journal(void **state)
{
    struct scene s;

    scene_begin(&s);
    answer(&s, ROW("c1", "1795360475999000", "one"), 0, "", false);
    s.interest.at_ms = 1795300000000;
    s.interest.jump = 1;
    feed_want_logs(s.b.feed, &s.interest, 1);
    step(&s, 0);
    assert_int_equal(asked(&s)->command, HOST_CMD_JOURNAL_BETWEEN);
    assert_string_equal(asked(&s)->args[1], "@1795299700");
    answer(&s, ROW("c0", "1795300000000000", "old"), 0, "", false);
    assert_int_equal(about(&s)->state, LB_HELD);
    assert_string_equal(at(&s, 0)->text, "old");
    assert_true(feed_idle(s.b.feed));
    step(&s, 10000);
    assert_null(asked(&s)); /* it stays where it is */
    s.interest.at_ms = LOGS_AT_END;
    s.interest.jump = 2;
    feed_want_logs(s.b.feed, &s.interest, 1);
    step(&s, 0);
    assert_int_equal(asked(&s)->command, HOST_CMD_JOURNAL);
    answer(&s, ROW("c1", "1795360475999000", "one"), 0, "", false);
    assert_int_equal(about(&s)->state, LB_FOLLOWED);
    scene_end(&s);
}

/* journalctl takes no time before 1970. */
static void before_the_beginning_of_time_there_are_the_newest_lines(void **state)
{
    static const int64_t times[] = {0, 1, 299999, 300000, -5000};

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct scene s;
        scene_begin(&s);
        answer(&s, ROW("c1", "1795360475999000", "one"), 0, "", false);
        s.interest.at_ms = times[i];
        s.interest.jump = 1;
        feed_want_logs(s.b.feed, &s.interest, 1);
        step(&s, 0);
        assert_int_equal(asked(&s)->command, HOST_CMD_JOURNAL);
        answer(&s, ROW("c1", "1795360475999000", "one"), 0, "", false);
        assert_int_equal(about(&s)->state, LB_FOLLOWED);
        assert_true(feed_idle(s.b.feed));
        scene_end(&s);
    }
}

/* A line that is longer than an answer may be is no reason to run journalctl without a pause. */
static void an_answer_without_a_line_is_not_followed_by_another_at_once(void **state)
{
    struct scene s;

    scene_begin(&s);
    answer(&s, ROW("c1", "1795360475999000", "one"), 0, "", false);
    step(&s, 2000);
    assert_int_equal(asked(&s)->command, HOST_CMD_JOURNAL_AFTER);
    answer(&s, "{\"MESSAGE\":\"endless", 0, "", true);
    step(&s, 1000);
    assert_null(asked(&s));
    step(&s, 1000);
    assert_int_equal(asked(&s)->command, HOST_CMD_JOURNAL_AFTER);
    scene_end(&s);
}

static void hostile_answers_do_no_harm(void **state)
{
    static const char *const outs[] = {"", "\n\n", "no json\n", "{\"MESSAGE\":null}\n", "{\"MESSAGE\":\"cut off", "[]\n{}\n{\"MESSAGE\":[255,0,10]}\n"};

    for (size_t i = 0; i < sizeof outs / sizeof *outs; i++) {
        struct scene s;
        scene_begin(&s);
        answer(&s, outs[i], 0, "", false);
        assert_int_equal(about(&s)->state, LB_FOLLOWED);
        step(&s, 2000);
        assert_int_equal(asked(&s)->command, HOST_CMD_JOURNAL); /* no cursor yet: from the beginning */
        scene_end(&s);
    }
}

static void who_leaves_asks_no_more(void **state)
{
    struct scene s;

    scene_begin(&s);
    answer(&s, ROW("c1", "1795360475999000", "one"), 0, "", false);
    feed_want_logs(s.b.feed, NULL, 0);
    step(&s, 2000);
    step(&s, 70000);
    assert_null(asked(&s));
    feed_want_logs(s.b.feed, &s.interest, 1);
    step(&s, 0);
    assert_string_equal(asked(&s)->args[1], "c1");
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_lines_come_and_then_those_behind_the_cursor),
        cmocka_unit_test(a_journal_that_cannot_be_read_says_so_and_is_tried_again),
        cmocka_unit_test(how_the_unit_ended_is_no_part_of_a_stack_trace),
        cmocka_unit_test(a_time_is_looked_for_in_the_journal),
        cmocka_unit_test(before_the_beginning_of_time_there_are_the_newest_lines),
        cmocka_unit_test(an_answer_without_a_line_is_not_followed_by_another_at_once),
        cmocka_unit_test(hostile_answers_do_no_harm),
        cmocka_unit_test(who_leaves_asks_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
