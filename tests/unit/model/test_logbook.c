#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "model/logbook.h"

struct scene {
    struct model *model;
    struct logbook *book;
    size_t log;
    int64_t at; /* end of what was appended */
};

static struct scene scene_new(void)
{
    struct scene s = {.model = model_new()};

    model_add_instance(s.model, "a");
    s.book = model_logbook_make(s.model, 0);
    s.log = logbook_add(s.book, "debug.log", "/logs/debug.log", true);
    return s;
}

static const struct logbook_log *about(const struct scene *s)
{
    return logbook_log(s->book, s->log);
}

static const struct logbook_line *line(const struct scene *s, int64_t n)
{
    return logbook_line(s->book, s->log, n);
}

static void append(struct scene *s, const char *text, int64_t time_ms)
{
    struct logbook_line l = {.offset = s->at, .time_ms = time_ms, .text = text, .len = (uint32_t)strlen(text)};

    s->at += l.len + 1;
    logbook_append(s->book, s->log, &l, s->at);
}

/* Every number that is held gives the line that was put there: its text begins with its offset. */
static void assert_whole(const struct scene *s)
{
    const struct logbook_log *a = about(s);

    for (int64_t n = a->first; n < a->end; n++) {
        assert_int_equal(strtoll(line(s, n)->text, NULL, 10), line(s, n)->offset);
        if (n > a->first)
            assert_int_equal(line(s, n)->offset, line(s, n - 1)->offset + line(s, n - 1)->len + 1);
    }
    if (a->first < a->end) {
        assert_int_equal(line(s, a->first)->offset, a->from);
        assert_int_equal(line(s, a->end - 1)->offset + line(s, a->end - 1)->len + 1, a->to);
    }
}

static size_t numbered(char *buf, int64_t offset, size_t pad)
{
    return (size_t)sprintf(buf, "%lld %0*d", (long long)offset, (int)pad, 0);
}

static void append_numbered(struct scene *s, size_t pad)
{
    char buf[1024];

    numbered(buf, s->at, pad);
    append(s, buf, 1000);
}

static void a_logbook_is_there_when_it_was_asked_for(void **state)
{
    struct model *m = model_new();

    model_add_instance(m, "a");
    model_add_instance(m, "b");
    assert_null(model_logbook(m, 0));
    assert_null(model_logbook(m, 7));
    struct logbook *b = model_logbook_make(m, 1);
    assert_ptr_equal(b, model_logbook_make(m, 1));
    assert_ptr_equal(b, model_logbook(m, 1));
    assert_null(model_logbook(m, 0));
    assert_int_equal(logbook_err(b)->kind, ERR_NONE);
    logbook_set_err(b, &(struct err){.kind = ERR_GONE, .words = "no machine"});
    assert_string_equal(logbook_err(b)->words, "no machine");
    logbook_set_err(b, NULL);
    assert_int_equal(logbook_err(b)->kind, ERR_NONE);
    model_free(m);
}

static void logs_are_found_by_their_name(void **state)
{
    struct scene s = scene_new();
    char name[32];

    assert_int_equal(logbook_add(s.book, "debug.log", "/elsewhere/debug.log", false), s.log);
    assert_string_equal(about(&s)->path, "/elsewhere/debug.log");
    assert_false(about(&s)->by_default);
    for (int i = 1; i < LOGBOOK_LOGS; i++) {
        snprintf(name, sizeof name, "log %d", i);
        assert_int_equal(logbook_add(s.book, name, NULL, false), i);
    }
    assert_int_equal(logbook_add(s.book, "one too many", NULL, false), LOGBOOK_LOGS - 1);
    assert_int_equal(logbook_logs(s.book), LOGBOOK_LOGS);
    assert_string_equal(about(&s)->name, "debug.log");
    model_free(s.model);
}

static void lines_keep_what_they_were_given(void **state)
{
    struct scene s = scene_new();
    char text[] = "2026 WARN  [o.n.X] it is late";
    struct logbook_line l = {.offset = 7, .time_ms = 5, .text = text, .len = sizeof text - 1, .shown = text + 19, .shown_len = 10,
                             .category = "o.n.X", .database = "shop", .level = LB_WARN, .weight = 2, .continuation = true};

    logbook_append(s.book, s.log, &l, 100);
    l.shown = "two\nlines";
    l.shown_len = 9;
    l.category = NULL;
    logbook_append(s.book, s.log, &l, 200);
    memset(text, 'x', sizeof text);

    const struct logbook_line *got = line(&s, 0);
    assert_string_equal(got->text, "2026 WARN  [o.n.X] it is late");
    assert_string_equal(got->shown, "it is late");
    assert_int_equal(got->shown_len, 10);
    assert_string_equal(got->category, "o.n.X");
    assert_string_equal(got->database, "shop");
    assert_int_equal(got->weight, 2);
    assert_true(got->continuation && !got->cut && !got->note && got->level == LB_WARN && got->offset == 7 && got->time_ms == 5);
    assert_string_equal(line(&s, 1)->shown, "two\nlines");
    assert_string_equal(line(&s, 1)->category, "");
    assert_string_equal(line(&s, 1)->database, "shop");
    assert_int_equal(about(&s)->from, 7);
    assert_int_equal(about(&s)->to, 200);
    model_free(s.model);
}

static void long_lines_are_cut_and_bytes_are_kept(void **state)
{
    struct scene s = scene_new();
    size_t n = 3 * LOGBOOK_LINE_MAX;
    char *big = x_malloc(n);

    memset(big, 'y', n);
    big[5] = '\0';
    big[6] = '\xff';
    for (int i = 0; i < 2; i++)
        logbook_append(s.book, s.log, &(struct logbook_line){.text = big, .len = (uint32_t)n, .shown = i ? big + 3 : NULL, .shown_len = (uint32_t)n - 3}, 1);
    for (int i = 0; i < 2; i++) {
        const struct logbook_line *l = line(&s, i);
        assert_true(l->cut);
        assert_int_equal(l->len, LOGBOOK_LINE_MAX);
        assert_int_equal(l->shown_len, LOGBOOK_LINE_MAX);
        assert_memory_equal(l->text, big, LOGBOOK_LINE_MAX);
        assert_int_equal(l->text[LOGBOOK_LINE_MAX], '\0');
        assert_memory_equal(l->shown, i ? big + 3 : big, LOGBOOK_LINE_MAX);
    }
    free(big);
    model_free(s.model);
}

static void the_oldest_go_when_it_gets_too_large(void **state)
{
    struct scene s = scene_new();
    int64_t lines = 3 * (int64_t)LOGBOOK_WINDOW_MAX / 100, epoch = (int64_t)about(&s)->epoch;

    for (int64_t i = 0; i < lines; i++)
        append_numbered(&s, 90);
    assert_int_equal(about(&s)->end, lines);
    assert_true(about(&s)->first > 0);
    assert_int_equal(about(&s)->epoch, epoch);
    assert_true(about(&s)->to - about(&s)->from < LOGBOOK_WINDOW_MAX);
    assert_true(about(&s)->to - about(&s)->from > LOGBOOK_WINDOW_MAX / 3);
    assert_whole(&s);
    model_free(s.model);
}

/* Who only watches the end, for weeks, does not want to hold the weeks; who then looks back may. */
static void who_watches_the_end_holds_little(void **state)
{
    struct scene s = scene_new();
    int64_t lines = 3 * (int64_t)LOGBOOK_FOLLOW_MAX / 100;

    for (int64_t i = 0; i < lines; i++)
        append_numbered(&s, 90);
    assert_int_equal(about(&s)->first, 0);
    logbook_end_only(s.book, true);
    append_numbered(&s, 90);
    assert_true(about(&s)->first > 0);
    assert_true(about(&s)->memory <= LOGBOOK_FOLLOW_MAX);
    assert_true(about(&s)->to - about(&s)->from > LOGBOOK_FOLLOW_MAX / 4);
    assert_whole(&s);
    logbook_end_only(s.book, false);
    for (int64_t i = 0; i < lines; i++)
        append_numbered(&s, 90);
    assert_true(about(&s)->memory > LOGBOOK_FOLLOW_MAX);
    model_free(s.model);
}

/* A file of empty lines must not take more memory than another. */
static void empty_lines_are_not_free(void **state)
{
    struct scene s = scene_new();

    for (int64_t i = 0; i < LOGBOOK_WINDOW_MAX / 8; i++)
        append(&s, "", 1);
    assert_true(about(&s)->end - about(&s)->first < LOGBOOK_WINDOW_MAX / (int64_t)sizeof(struct logbook_line));
    model_free(s.model);
}

static size_t chunk(char bufs[][128], struct logbook_line *lines, size_t n, int64_t end)
{
    int64_t at = end;

    for (size_t i = n; i-- > 0;) {
        size_t len = numbered(bufs[i], at - 120, 90);
        while (len < 119)
            bufs[i][len++] = ' ';
        bufs[i][len] = '\0';
        at -= 120;
        lines[i] = (struct logbook_line){.offset = at, .time_ms = 1, .text = bufs[i], .len = 119};
    }
    return (size_t)(end - at);
}

static void what_is_put_in_front_has_lower_numbers(void **state)
{
    enum { N = 700 };
    static char bufs[N][128];
    static struct logbook_line lines[N];
    struct scene s = scene_new();
    bool whole = true;
    int chunks = 0;

    s.at = INT64_C(200000000);
    for (int i = 0; i < 300; i++)
        append_numbered(&s, 60);
    assert_true(logbook_prepend(s.book, s.log, lines, 0, about(&s)->from));
    for (; whole && chunks < 1000; chunks++) {
        size_t n = chunk(bufs, lines, N, about(&s)->from);
        whole = logbook_prepend(s.book, s.log, lines, N, about(&s)->from - (int64_t)n);
        assert_int_equal(about(&s)->first, -N * (chunks + 1));
        assert_whole(&s);
    }
    assert_false(whole); /* the newest went in the end */
    assert_true(chunks > 10 && chunks < 1000);
    assert_true(about(&s)->end < 300);
    model_free(s.model);
}

static void a_cleared_window_is_another_epoch(void **state)
{
    struct scene s = scene_new();
    uint64_t epoch = about(&s)->epoch, generation = about(&s)->generation, all = model_logs_generation(s.model);

    append_numbered(&s, 5);
    assert_true(about(&s)->generation > generation && model_logs_generation(s.model) > all);
    all = model_logs_generation(s.model);
    logbook_edit(s.book, s.log)->size = 9;
    assert_true(model_logs_generation(s.model) > all);
    logbook_clear(s.book, s.log, 4711);
    assert_int_equal(about(&s)->epoch, epoch + 1);
    assert_int_equal(about(&s)->first, about(&s)->end);
    assert_int_equal(about(&s)->from, 4711);
    assert_int_equal(about(&s)->to, 4711);
    s.at = 5000;
    append_numbered(&s, 5);
    assert_int_equal(about(&s)->from, 5000);
    assert_int_equal(about(&s)->end - about(&s)->first, 1);
    model_free(s.model);
}

static void a_line_is_a_row_of_the_sheet(void **state)
{
    struct scene s = scene_new();
    struct relation *r = relation_new(0, SHEET_LOGS);

    logbook_append(s.book, s.log, &(struct logbook_line){.offset = 3, .time_ms = 99, .text = "abc", .len = 3, .category = "o.n", .level = LB_ERROR}, 7);
    logbook_append(s.book, s.log, &(struct logbook_line){.offset = 7, .time_ms = LOGBOOK_NO_TIME, .text = "-- rotated --", .len = 13, .note = true}, 7);
    logbook_row(s.book, s.log, 0, "a", r);
    logbook_row(s.book, s.log, 1, "a", r);
    model_free(s.model); /* rows live on their own */
    assert_string_equal(value_str(relation_cell(r, 0, COL_LOGS_INSTANCE), ""), "a");
    assert_int_equal(relation_cell(r, 0, COL_LOGS_TIME).u.i, 99);
    assert_string_equal(value_str(relation_cell(r, 0, COL_LOGS_LEVEL), ""), "ERROR");
    assert_string_equal(value_str(relation_cell(r, 0, COL_LOGS_LOG), ""), "debug.log");
    assert_string_equal(value_str(relation_cell(r, 0, COL_LOGS_CATEGORY), ""), "o.n");
    assert_int_equal(relation_cell(r, 0, COL_LOGS_DATABASE).type, V_ABSENT);
    assert_string_equal(value_str(relation_cell(r, 0, COL_LOGS_TEXT), ""), "abc");
    assert_int_equal(relation_cell(r, 0, COL_LOGS_OFFSET).u.i, 3);
    assert_int_equal(relation_cell(r, 1, COL_LOGS_TIME).type, V_ABSENT);
    assert_int_equal(relation_cell(r, 1, COL_LOGS_LEVEL).type, V_ABSENT);
    relation_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_logbook_is_there_when_it_was_asked_for),
        cmocka_unit_test(logs_are_found_by_their_name),
        cmocka_unit_test(lines_keep_what_they_were_given),
        cmocka_unit_test(long_lines_are_cut_and_bytes_are_kept),
        cmocka_unit_test(the_oldest_go_when_it_gets_too_large),
        cmocka_unit_test(who_watches_the_end_holds_little),
        cmocka_unit_test(empty_lines_are_not_free),
        cmocka_unit_test(what_is_put_in_front_has_lower_numbers),
        cmocka_unit_test(a_cleared_window_is_another_epoch),
        cmocka_unit_test(a_line_is_a_row_of_the_sheet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
