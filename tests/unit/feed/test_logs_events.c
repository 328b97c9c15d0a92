/* What a host may say of a file, in whatever order: the port is played by the test. */
#include "feed/log_inside.h"
#include "model/logbook.h"
#include "support/feedbench.h"

struct scene {
    struct feedbench b;
    struct log_interest interest;
};

static void want(struct scene *s)
{
    feed_want_logs(s->b.feed, &s->interest, 1);
    feed_step(s->b.feed, clock_mono_ms());
}

static void scene_begin(struct scene *s)
{
    struct site *site = x_calloc(1, sizeof *site);

    *s = (struct scene){.interest = {.at_ms = LOGS_AT_END}};
    feedbench_begin(&s->b, INT64_C(1795360988430), "a");
    site->state = SITE_FOUND;
    site->looked_ms = clock_wall_ms();
    site->logs[0] = (struct site_log){.name = arena_strdup(&site->arena, "debug.log"), .path = arena_strdup(&site->arena, "/logs/debug.log")};
    site->nlogs = 1;
    s->b.feed->sources[0].site = site;
    want(s);
}

static void scene_end(struct scene *s)
{
    feedbench_end(&s->b);
}

/* The newest ask of that kind that waits and was not cancelled. */
static struct fakeask *asked(struct scene *s, enum host_what what)
{
    for (size_t i = s->b.port.n; i-- > 0;) {
        struct fakeask *k = &s->b.port.asks[i];
        if (!k->answered && !k->cancelled && k->ask.kind == ASK_HOST && k->ask.u.host.what == what)
            return k;
    }
    return NULL;
}

static void say(struct scene *s, const char *event, const char *bytes, int64_t from, int64_t inode, int64_t size)
{
    static const char *const names[] = {"event", "bytes", "from", "inode", "size"};
    const struct value cells[] = {v_text(event), v_text(bytes), v_int(from), inode ? v_int(inode) : v_absent(ABSENT_NULL), v_int(size)};

    assert_non_null(asked(s, HOST_FOLLOW));
    fake_reply(&s->b.port, asked(s, HOST_FOLLOW)->id, (struct reply){.names = names, .cells = cells, .ncols = 5, .nrows = 1});
    clock_advance(10);
    feed_step(s->b.feed, clock_mono_ms());
}

static void refuse(struct scene *s, enum host_what what, enum err_kind why, const char *words)
{
    struct err e;

    err_set(&e, why, "%s", words);
    assert_non_null(asked(s, what));
    fake_reply(&s->b.port, asked(s, what)->id, (struct reply){.last = true, .err = &e});
    feed_step(s->b.feed, clock_mono_ms());
}

static void list_one(struct scene *s, const char *name, int64_t inode, int64_t size)
{
    static const char *const names[] = {"name", "type", "size", "mtime_ms", "inode"};
    const struct value cells[] = {v_text(name), v_text("file"), v_int(size), v_time(1000), v_int(inode)};

    assert_non_null(asked(s, HOST_LIST));
    fake_reply(&s->b.port, asked(s, HOST_LIST)->id, (struct reply){.names = names, .cells = cells, .ncols = 5, .nrows = 1, .last = true});
}

static void read_one(struct scene *s, const char *bytes, int64_t from, int64_t inode)
{
    static const char *const names[] = {"bytes", "from", "size", "inode", "eof"};
    const struct value cells[] = {v_text(bytes), v_int(from), v_int(1000000), v_int(inode), v_bool(false)};

    assert_non_null(asked(s, HOST_READ));
    fake_reply(&s->b.port, asked(s, HOST_READ)->id, (struct reply){.names = names, .cells = cells, .ncols = 5, .nrows = 1, .last = true});
}

static const struct logbook_log *about(const struct scene *s)
{
    return logbook_log(model_logbook(s->b.model, 0), 0);
}

/* All texts, parted by "|"; notes as "#". */
static void assert_lines(const struct scene *s, const char *want)
{
    struct text t;

    text_init(&t, 0);
    for (int64_t n = about(s)->first; n < about(s)->end; n++) {
        const struct logbook_line *l = logbook_line(model_logbook(s->b.model, 0), 0, n);
        text_adds(&t, n > about(s)->first ? "|" : "");
        text_adds(&t, l->note ? "#" : l->text);
    }
    assert_string_equal(t.s, want);
    text_release(&t);
}

/* Far from the beginning of its file, so that nothing is looked for before it. */
static void open_at(struct scene *s, const char *bytes, int64_t from)
{
    say(s, "data", bytes, from, 7, from + (int64_t)strlen(bytes));
}

static void late_lines_of_an_old_file_are_whole(void **state)
{
    struct scene s;

    scene_begin(&s);
    open_at(&s, "x\none\ntw", 100000);
    assert_lines(&s, "one");
    say(&s, "rotated", "", 0, 8, 0);
    say(&s, "data", "new\nha", 0, 8, 6);
    say(&s, "data", "o\nlate\n", 100008, 7, 100015); /* the rest of a line, and another one */
    say(&s, "data", "lf\n", 6, 8, 9);
    assert_lines(&s, "one|#|new|two|late|half");
    assert_int_equal(logbook_line(model_logbook(s.b.model, 0), 0, 3)->offset, 100006);
    assert_int_equal(logbook_line(model_logbook(s.b.model, 0), 0, 5)->offset, 4);
    scene_end(&s);
}

static void nothing_is_taken_twice_and_gaps_do_not_join(void **state)
{
    struct scene s;

    scene_begin(&s);
    open_at(&s, "x\none\n", 100000);
    say(&s, "data", "one\ntwo\n", 100002, 7, 100010);
    say(&s, "data", "one\ntwo\n", 100002, 7, 100010);
    assert_lines(&s, "one|two");
    say(&s, "data", "thr", 100010, 7, 100013);
    say(&s, "data", "gap\n", 100050, 7, 100054);
    assert_lines(&s, "one|two|thr|gap");
    scene_end(&s);
}

static void what_is_unfinished_when_it_is_cut_is_a_line(void **state)
{
    struct scene s;

    scene_begin(&s);
    open_at(&s, "x\none\nun", 100000);
    say(&s, "truncated", "", 0, 7, 0);
    say(&s, "data", "two\n", 0, 7, 4);
    assert_lines(&s, "one|un|#|two");
    scene_end(&s);
}

static void a_file_may_come_back_as_itself(void **state)
{
    struct scene s;

    scene_begin(&s);
    open_at(&s, "x\none\n", 100000);
    say(&s, "gone", "", 100006, 7, 100006);
    assert_int_equal(about(&s)->state, LB_GONE);
    say(&s, "back", "", 100006, 7, 100006);
    assert_int_equal(about(&s)->state, LB_FOLLOWED);
    say(&s, "data", "two\n", 100006, 7, 100010);
    assert_lines(&s, "one|#|#|two");
    scene_end(&s);
}

static void what_only_the_server_may_read_is_read_as_the_server(void **state)
{
    struct scene s;

    scene_begin(&s);
    assert_int_equal(asked(&s, HOST_FOLLOW)->ask.u.host.as, AS_SELF);
    refuse(&s, HOST_FOLLOW, ERR_PRIVILEGE, "only neo4j may read it");
    assert_int_equal(asked(&s, HOST_FOLLOW)->ask.u.host.as, AS_SERVER);
    refuse(&s, HOST_FOLLOW, ERR_PRIVILEGE, "only neo4j may read it");
    assert_int_equal(about(&s)->state, LB_FAILED);
    assert_string_equal(about(&s)->err.words, "only neo4j may read it");
    assert_null(asked(&s, HOST_FOLLOW));
    clock_advance(10000);
    feed_step(s.b.feed, clock_mono_ms());
    assert_int_equal(asked(&s, HOST_FOLLOW)->ask.u.host.as, AS_SELF); /* rights may have been given */
    open_at(&s, "x\none\n", 100000);
    assert_int_equal(about(&s)->state, LB_FOLLOWED);
    scene_end(&s);
}

static void what_is_read_back_joins_what_is_held_or_is_left(void **state)
{
    struct scene s;
    char *many = x_malloc(1 << 20);

    scene_begin(&s);
    open_at(&s, "x\none\n", 100000);
    s.interest.earlier = true;
    want(&s);
    list_one(&s, "debug.log", 7, 100006);
    assert_int_equal(asked(&s, HOST_READ)->ask.u.host.n, 100002);
    memset(many, '\n', 1 << 20);
    many[65536] = '\0';
    for (int64_t at = 100006; about(&s)->first == 0; at += 65536) /* so many that the oldest had to go */
        say(&s, "data", many, at, 7, at + 65536);
    int64_t first = about(&s)->first;
    read_one(&s, "before\n", 0, 7);
    assert_int_equal(about(&s)->first, first);
    clock_advance(100);
    feed_step(s.b.feed, clock_mono_ms());
    assert_non_null(asked(&s, HOST_LIST)); /* still wanted: anew */
    free(many);
    scene_end(&s);
}

/* A file more than a trail knows, and that while the one before the first is read. */
static void files_are_bounded_also_while_one_is_read(void **state)
{
    static const char *const names[] = {"name", "type", "size", "mtime_ms", "inode"};
    const struct value cells[] = {v_text("debug.log.2"), v_text("file"), v_int(7), v_time(500),  v_int(6),
                                  v_text("debug.log.1"), v_text("file"), v_int(4), v_time(1000), v_int(7)};
    struct scene s;

    scene_begin(&s);
    open_at(&s, "one\n", 0);
    const struct trail *t = &s.b.feed->sources[0].logs->trails[0];
    for (int i = 0; i < LOG_SEGMENTS - 2; i++)
        say(&s, "rotated", "", 0, 8 + i, 0);
    assert_int_equal(t->nsegments, LOG_SEGMENTS - 1);
    assert_non_null(asked(&s, HOST_LIST));
    fake_reply(&s.b.port, asked(&s, HOST_LIST)->id, (struct reply){.names = names, .cells = cells, .ncols = 5, .nrows = 2, .last = true});
    assert_string_equal(asked(&s, HOST_READ)->ask.u.host.path, "/logs/debug.log.2");
    say(&s, "rotated", "", 0, 100, 0);
    assert_int_equal(t->nsegments, LOG_SEGMENTS);
    int64_t first = about(&s)->first;
    read_one(&s, "before\n", 0, 6);
    assert_int_equal(t->nsegments, LOG_SEGMENTS);
    assert_int_equal(about(&s)->first, first);
    assert_true(feed_idle(s.b.feed));
    say(&s, "data", "two\n", 0, 100, 4);
    assert_string_equal(logbook_line(model_logbook(s.b.model, 0), 0, about(&s)->end - 1)->text, "two");
    scene_end(&s);
}

static void a_directory_that_cannot_be_listed_is_said(void **state)
{
    struct scene s;

    scene_begin(&s);
    open_at(&s, "x\none\n", 100000);
    s.interest.earlier = true;
    want(&s);
    refuse(&s, HOST_LIST, ERR_TIMEOUT, "no");
    assert_lines(&s, "#|one");
    clock_advance(100);
    feed_step(s.b.feed, clock_mono_ms());
    assert_null(asked(&s, HOST_LIST));
    scene_end(&s);
}

static void how_many_lines_come_and_how_late(void **state)
{
    struct scene s;

    scene_begin(&s);
    open_at(&s, "x\none\n", 100000);
    assert_true(about(&s)->lines_per_s == 0);
    assert_int_equal(about(&s)->lag_ms, -1);
    say(&s, "data", "2026-11-22 15:23:08.000+0000 INFO  a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n", 100006, 7, 100061);
    assert_int_equal(about(&s)->lag_ms, 1795360988430 + 10 - 1795360988000);
    clock_advance(1000);
    assert_int_equal(feed_step(s.b.feed, clock_mono_ms()) >= 0, 1);
    assert_true(about(&s)->lines_per_s == 2);
    clock_advance(6000);
    feed_step(s.b.feed, clock_mono_ms());
    assert_true(about(&s)->lines_per_s == 0);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(late_lines_of_an_old_file_are_whole),
        cmocka_unit_test(nothing_is_taken_twice_and_gaps_do_not_join),
        cmocka_unit_test(what_is_unfinished_when_it_is_cut_is_a_line),
        cmocka_unit_test(a_file_may_come_back_as_itself),
        cmocka_unit_test(what_only_the_server_may_read_is_read_as_the_server),
        cmocka_unit_test(what_is_read_back_joins_what_is_held_or_is_left),
        cmocka_unit_test(files_are_bounded_also_while_one_is_read),
        cmocka_unit_test(a_directory_that_cannot_be_listed_is_said),
        cmocka_unit_test(how_many_lines_come_and_how_late),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
