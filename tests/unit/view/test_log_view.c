/* Logs on the screen: which lines, in which order, where the cursor stays, what is asked for. */
#include "support/cm.h"

#include <stdio.h>
#include "base/clock.h"
#include "base/mem.h"
#include "ui/key.h"
#include "view/log_view.h"

#define NOON ((int64_t)1795348800000) /* 2026-11-22T12:00:00Z */

struct scene {
    struct model *model;
    struct logbook *book;
    struct view *view;
    struct grid grid;
    struct view_ctx ctx;
    int64_t at[LOGBOOK_LOGS]; /* end of what was appended to each log */
};

/* One line, as tables say it: seconds after noon, level, text; a text that begins with a blank belongs to the line before. */
struct said {
    size_t log;
    double s;
    enum logbook_level level;
    const char *text;
};

static struct logbook_line line_of(const struct said *l, int64_t offset)
{
    return (struct logbook_line){.offset = offset,
                                 .time_ms = NOON + (int64_t)(l->s * 1000),
                                 .text = l->text,
                                 .len = (uint32_t)strlen(l->text),
                                 .level = l->level,
                                 .continuation = *l->text == ' '};
}

static void say(struct scene *s, const struct said *l)
{
    struct logbook_line line = line_of(l, s->at[l->log]);

    s->at[l->log] += line.len + 1;
    logbook_append(s->book, l->log, &line, s->at[l->log]);
}

static void say_all(struct scene *s, const struct said *l, size_t n)
{
    for (size_t i = 0; i < n; i++)
        say(s, &l[i]);
}

static struct scene scene_new(void)
{
    struct scene s = {.model = model_new()};

    model_add_instance(s.model, "prod-1");
    s.book = model_logbook_make(s.model, 0);
    logbook_add(s.book, "neo4j.log", "/logs/neo4j.log", true);
    logbook_add(s.book, "debug.log", "/logs/debug.log", true);
    logbook_add(s.book, "query.log", "/logs/query.log", false);
    for (size_t i = 0; i < 3; i++)
        logbook_edit(s.book, i)->state = LB_FOLLOWED;
    s.view = view_open(VIEW_LOGS, NULL, MODEL_NO_INSTANCE);
    s.ctx = (struct view_ctx){.model = s.model, .scope = MODEL_NO_INSTANCE, .group = "", .wall_ms = NOON + 3600000};
    grid_init(&s.grid, 80, 24, false);
    return s;
}

static void scene_end(struct scene *s)
{
    view_close(s->view);
    grid_release(&s->grid);
    model_free(s->model);
}

static struct log_view *lv(const struct scene *s)
{
    return log_of(s->view);
}

static void update(struct scene *s)
{
    do
        view_update(s->view, &s->ctx);
    while (view_behind(s->view));
}

static void draw_in(struct scene *s, int w, int h)
{
    grid_resize(&s->grid, w, h);
    view_draw(s->view, &s->grid, (struct rect){0, 0, w, h}, &s->ctx, true);
}

static unsigned press(struct scene *s, enum command_id id, const char *arg)
{
    struct err e = {0};
    unsigned result;

    view_update(s->view, &s->ctx);
    result = view_command(s->view, id, arg, &s->ctx, &e);
    update(s);
    draw_in(s, 80, 10);
    return *e.words ? VIEW_NOTHING : result;
}

/* What is seen, as "a b c": the texts without blanks at their front. */
static const char *seen(struct scene *s)
{
    static char out[8192];
    size_t n = 0;

    update(s);
    *out = '\0';
    for (size_t i = 0; i < lv(s)->rows.count && n < sizeof(out) - 200; i++) {
        const struct logbook_line *line = log_rows_line(&lv(s)->rows, s->model, i);
        const char *text = line->text + strspn(line->text, " ");

        n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%.*s", n ? " " : "", (int)strcspn(text, " "), text);
    }
    return out;
}

static const char *under_cursor(struct scene *s)
{
    update(s);
    return value_str(row_cell(view_selected(s->view), COL_LOGS_TEXT), "");
}

/* ---- order ---- */

static void lines_are_merged_by_time(void **state)
{
    static const struct said first[] = {{1, 1, LB_INFO, "d1"}, {1, 3, LB_INFO, "d3"}, {1, 5, LB_INFO, "d5"},
                                        {0, 2, LB_INFO, "n2"}, {0, 4, LB_INFO, "n4"}, {2, 4, LB_INFO, "q4"}};
    static const struct said late[] = {{0, 4.5, LB_INFO, "n4.5"}, {1, 6, LB_INFO, "d6"}};
    static const struct said back[] = {{1, 2, LB_INFO, "d2again"}, {1, 7, LB_INFO, "d7"}};
    struct scene s = scene_new();

    say_all(&s, first, LENGTH(first));
    assert_string_equal(seen(&s), "d1 n2 d3 n4 d5"); /* query.log is not shown by itself */
    say_all(&s, late, LENGTH(late));
    assert_string_equal(seen(&s), "d1 n2 d3 n4 n4.5 d5 d6");
    say_all(&s, back, LENGTH(back)); /* a clock that went back: the order of the file stays */
    assert_string_equal(seen(&s), "d1 n2 d3 n4 n4.5 d5 d6 d2again d7");
    press(&s, CMD_SOURCES, "all");
    assert_non_null(strstr(seen(&s), "q4"));
    press(&s, CMD_SOURCES, "query");
    assert_string_equal(seen(&s), "q4");
    scene_end(&s);
}

static void earlier_lines_find_their_place(void **state)
{
    static const struct said first[] = {{0, 1, LB_INFO, "n1"}, {0, 4, LB_INFO, "n4"}, {1, 5, LB_INFO, "d5"}};
    static const struct said early[] = {{1, 0, LB_INFO, "d0"}, {1, 2, LB_INFO, "d2"}, {1, 4.5, LB_INFO, "d4"}};
    struct logbook_line lines[LENGTH(early)];
    struct scene s = scene_new();

    s.at[1] = 1000;
    logbook_clear(s.book, 1, 1000);
    say_all(&s, first, LENGTH(first));
    press(&s, CMD_UP, "");
    press(&s, CMD_UP, "");
    assert_string_equal(under_cursor(&s), "n1");
    for (size_t i = 0; i < LENGTH(early); i++)
        lines[i] = line_of(&early[i], 900 + (int64_t)i * 10);
    logbook_prepend(s.book, 1, lines, LENGTH(early), 900);
    assert_string_equal(seen(&s), "d0 n1 d2 n4 d4 d5");
    assert_string_equal(under_cursor(&s), "n1");
    scene_end(&s);
}

/* ---- what passes ---- */

static void entries_pass_whole(void **state)
{
    static const struct said lines[] = {{1, 1, LB_INFO, "started"},       {1, 2, LB_ERROR, "failed to x"}, {1, 2, LB_ERROR, " at.A"},
                                        {1, 2, LB_ERROR, " at.OutOfMem"}, {1, 3, LB_WARN, "slow disk"},    {1, 4, LB_DEBUG, "detail"},
                                        {0, 5, LB_NONE, "bare"}};
    static const struct {
        const char *filter, *level, *seen;
    } cases[] = {
        {"", "all", "started failed at.A at.OutOfMem slow detail bare"},
        {"outofmem", "all", "failed at.A at.OutOfMem"},
        {"!outofmem", "all", "started slow detail bare"},
        {"level:warn", "all", "slow"},
        {"log:neo4j", "all", "bare"},
        {"~at.[A-C]", "all", "failed at.A at.OutOfMem"},
        {"message:disk", "all", "slow"},
        {"", "info", "started failed at.A at.OutOfMem slow bare"},
        {"", "warn", "failed at.A at.OutOfMem slow"},
        {"", "error", "failed at.A at.OutOfMem"},
        {"disk", "error", ""},
    };
    struct scene s = scene_new();

    say_all(&s, lines, LENGTH(lines));
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_true(view_set_filter(s.view, cases[i].filter, NULL));
        press(&s, CMD_LEVEL, cases[i].level);
        if (strcmp(seen(&s), cases[i].seen) != 0)
            fail_msg("'%s' %s gives '%s', not '%s'", cases[i].filter, cases[i].level, seen(&s), cases[i].seen);
    }
    scene_end(&s);
}

static void late_continuations_bring_their_line(void **state)
{
    static const struct said lines[] = {{1, 1, LB_ERROR, "first"}, {1, 1, LB_ERROR, " at.A"},      {1, 1, LB_ERROR, " at.Needle"},
                                        {1, 1, LB_ERROR, " at.B"}, {1, 2, LB_ERROR, "otherNeedle"}, {1, 2, LB_ERROR, " at.C"}};
    struct scene s = scene_new();

    assert_true(view_set_filter(s.view, "Needle", NULL));
    for (size_t i = 0; i < LENGTH(lines); i++) {
        say(&s, &lines[i]);
        update(&s);
    }
    assert_string_equal(seen(&s), "first at.A at.Needle at.B otherNeedle at.C");
    assert_true(view_set_filter(s.view, "!Needle", NULL));
    assert_string_equal(seen(&s), "");
    scene_end(&s);
}

/* In a pane a trace is one row; wrapped, and on a screen of its own, it is all of them. */
static void panes_fold_traces(void **state)
{
    static const struct said lines[] = {{1, 1, LB_ERROR, "first"}, {1, 1, LB_ERROR, " at.A"}, {1, 2, LB_INFO, "second"},
                                        {1, 3, LB_ERROR, "third"}, {1, 3, LB_ERROR, " at.B"}};
    struct scene s = scene_new();
    struct text raw;

    s.ctx.pane = true;
    text_init(&raw, 1000);
    for (size_t i = 0; i < LENGTH(lines); i++) { /* continuations that come late are no lines, either */
        say(&s, &lines[i]);
        update(&s);
    }
    say(&s, &(struct said){1, 3, LB_ERROR, " at.Needle"});
    assert_string_equal(seen(&s), "first second third");
    assert_int_equal(log_rows_end(&lv(&s)->rows, s.model, 0), 2);
    assert_int_equal(log_rows_end(&lv(&s)->rows, s.model, 1), 3);
    assert_int_equal(log_rows_end(&lv(&s)->rows, s.model, 2), 6);
    press(&s, CMD_UP, "");
    assert_string_equal(under_cursor(&s), "second");
    press(&s, CMD_SEARCH, "Needle"); /* in what is folded, too */
    assert_string_equal(under_cursor(&s), "third");
    assert_true(view_set_filter(s.view, "Needle", NULL));
    assert_string_equal(seen(&s), "third");
    view_logs_raw(s.view, &s.ctx, &raw); /* what is written to a file is whole */
    assert_string_equal(raw.s, "third\n at.B\n at.Needle\n");
    press(&s, CMD_WIDE, "");
    assert_string_equal(seen(&s), "third at.B at.Needle");
    press(&s, CMD_WIDE, "");
    assert_string_equal(seen(&s), "third");
    s.ctx.pane = false;
    assert_string_equal(seen(&s), "third at.B at.Needle");
    text_release(&raw);
    scene_end(&s);
}

static void wrong_words_change_nothing(void **state)
{
    static const struct {
        enum command_id id;
        const char *arg;
    } cases[] = {{CMD_LEVEL, "loud"}, {CMD_SOURCES, "nope.log"}, {CMD_GOTO, "soon"}, {CMD_GOTO, "25:00"}, {CMD_NEXT_MATCH, ""},
                 {CMD_SEARCH, "nowhere"}, {CMD_NEXT_WARNING, ""}, {CMD_PREV_WARNING, ""}};
    static const struct said lines[] = {{1, 1, LB_INFO, "a"}, {1, 2, LB_INFO, "b"}};
    struct scene s = scene_new();

    say_all(&s, lines, LENGTH(lines));
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_int_equal(press(&s, cases[i].id, cases[i].arg), VIEW_NOTHING);
        assert_string_equal(seen(&s), "a b");
        assert_true(lv(&s)->follow);
    }
    scene_end(&s);
}

/* ---- slices ---- */

static void many_lines_are_looked_at_in_slices(void **state)
{
    struct scene s = scene_new();
    char text[16];

    for (int i = 0; i < LOG_SLICE + 5000; i++) {
        snprintf(text, sizeof(text), "%d", i);
        say(&s, &(struct said){1, i / 100.0, LB_INFO, text});
    }
    view_update(s.view, &s.ctx);
    assert_true(view_behind(s.view));
    assert_string_equal(value_str(row_cell(view_selected(s.view), COL_LOGS_TEXT), ""), "24999"); /* the newest come first */
    update(&s);
    assert_int_equal(lv(&s)->rows.count, LOG_SLICE + 5000);
    for (size_t i = 0; i < lv(&s)->rows.count; i++)
        assert_int_equal(atoi(log_rows_line(&lv(&s)->rows, s.model, i)->text), i);
    scene_end(&s);
}

/* One entry of thousands of lines, and lines that never begin one, must not cost their square. */
static void endless_continuations_are_cheap(void **state)
{
    struct scene s = scene_new();
    int64_t began;

    assert_true(view_set_filter(s.view, "nowhere", NULL));
    for (int i = 0; i < 60000; i++)
        say(&s, &(struct said){1, 1, LB_INFO, " at.somewhere"});
    began = clock_cpu_us();
    update(&s);
    for (int i = 0; i < 30000; i++)
        say(&s, &(struct said){1, 1, LB_INFO, " at.somewhere"});
    update(&s);
    assert_true(clock_cpu_us() - began < 5000000); /* under a sanitizer, too */
    assert_int_equal(lv(&s)->rows.count, 0);
    scene_end(&s);
}

/* ---- the cursor ---- */

static void follow_stops_and_starts(void **state)
{
    struct scene s = scene_new();

    for (int i = 0; i < 30; i++)
        say(&s, &(struct said){1, i, LB_INFO, i == 29 ? "last" : "line"});
    update(&s);
    draw_in(&s, 80, 10);
    assert_true(lv(&s)->follow);
    assert_string_equal(under_cursor(&s), "last");
    press(&s, CMD_DOWN, ""); /* there is nothing below: still at the end */
    assert_true(lv(&s)->follow);
    press(&s, CMD_UP, "");
    assert_false(lv(&s)->follow);
    say(&s, &(struct said){1, 40, LB_INFO, "newer"});
    assert_string_equal(under_cursor(&s), "line");
    press(&s, CMD_LAST, "");
    assert_true(lv(&s)->follow);
    assert_string_equal(under_cursor(&s), "newer");
    press(&s, CMD_FOLLOW, "");
    say(&s, &(struct said){1, 41, LB_INFO, "newest"});
    assert_string_equal(under_cursor(&s), "newer");
    press(&s, CMD_FOLLOW, "");
    assert_string_equal(under_cursor(&s), "newest");
    press(&s, CMD_PAGE_UP, "");
    assert_false(lv(&s)->follow);
    press(&s, CMD_FIRST, "");
    assert_int_equal(lv(&s)->sel, 0);
    scene_end(&s);
}

static void cursor_keeps_its_line(void **state)
{
    static const struct said lines[] = {{1, 1, LB_INFO, "a"}, {1, 2, LB_WARN, "b"}, {1, 3, LB_INFO, "c"}, {1, 4, LB_WARN, "d"},
                                        {1, 5, LB_INFO, "e"}};
    struct scene s = scene_new();

    say_all(&s, lines, LENGTH(lines));
    update(&s);
    draw_in(&s, 80, 10);
    press(&s, CMD_UP, "");
    press(&s, CMD_UP, "");
    assert_string_equal(under_cursor(&s), "c");
    press(&s, CMD_LEVEL, "warn"); /* hidden: the next one; it comes back */
    assert_string_equal(under_cursor(&s), "d");
    press(&s, CMD_LEVEL, "all");
    assert_string_equal(under_cursor(&s), "c");
    say(&s, &(struct said){0, 2.5, LB_INFO, "n"}); /* a late line of another log, in front of it */
    assert_string_equal(seen(&s), "a b n c d e");
    assert_string_equal(under_cursor(&s), "c");
    logbook_clear(s.book, 1, 4); /* another window of the file: the line has another number */
    for (size_t i = 2; i < LENGTH(lines); i++) {
        struct logbook_line line = line_of(&lines[i], (int64_t)i * 2);

        logbook_append(s.book, 1, &line, (int64_t)i * 2 + 2);
    }
    assert_string_equal(seen(&s), "n c d e");
    assert_string_equal(under_cursor(&s), "c");
    for (size_t i = 0; i < 3; i++) { /* and so it is among lines of one time */
        logbook_clear(s.book, 1, 100 + (int64_t)i);
        for (int64_t at = 100 + (int64_t)i; at < 110; at++) {
            char text[2] = {(char)('0' + at - 100), '\0'};
            struct logbook_line line = line_of(&(struct said){1, 7, LB_INFO, text}, at);

            logbook_append(s.book, 1, &line, at + 1);
        }
        update(&s);
        if (!i) {
            press(&s, CMD_LAST, "");
            for (int k = 0; k < 4; k++)
                press(&s, CMD_UP, "");
        }
        assert_string_equal(under_cursor(&s), "5");
    }
    scene_end(&s);
}

static void pause_holds(void **state)
{
    struct scene s = scene_new();

    say(&s, &(struct said){1, 1, LB_INFO, "a"});
    assert_string_equal(seen(&s), "a");
    s.ctx.paused = true;
    say(&s, &(struct said){1, 2, LB_INFO, "b"});
    assert_string_equal(seen(&s), "a");
    s.ctx.paused = false;
    assert_string_equal(seen(&s), "a b");
    scene_end(&s);
}

static void old_lines_go(void **state)
{
    static char big[40000];
    struct scene s = scene_new();

    memset(big, 'x', sizeof(big) - 1);
    say(&s, &(struct said){0, 0, LB_INFO, "n"});
    for (int i = 0; i < 600; i++) { /* three windows full */
        say(&s, &(struct said){1, i, LB_INFO, big});
        if (i == 10)
            press(&s, CMD_UP, "");
        update(&s);
        draw_in(&s, 80, 10);
        for (size_t k = 0; k < lv(&s)->rows.count; k++)
            assert_non_null(log_rows_line(&lv(&s)->rows, s.model, k));
    }
    assert_true(lv(&s)->rows.count < 300);
    assert_string_equal(log_rows_line(&lv(&s)->rows, s.model, 0)->text, "n");
    scene_end(&s);
}

/* ---- finding ---- */

static void texts_and_warnings_are_found(void **state)
{
    static const struct said lines[] = {{1, 1, LB_INFO, "Alpha"}, {1, 2, LB_WARN, "beta"}, {1, 3, LB_INFO, "alpha2"}, {1, 4, LB_ERROR, "err"},
                                        {1, 4, LB_ERROR, " at.x"}, {1, 5, LB_INFO, "end"}};
    static const struct {
        enum command_id id;
        const char *arg, *cursor;
    } cases[] = {
        {CMD_SEARCH, "alpha", "alpha2"}, /* from the end backwards: the newest first */
        {CMD_NEXT_MATCH, "", "Alpha"},   /* around */
        {CMD_PREV_MATCH, "", "alpha2"},
        {CMD_PREV_MATCH, "", "Alpha"},
        {CMD_SEARCH, "Alpha", "Alpha"},
        {CMD_NEXT_WARNING, "", "beta"},
        {CMD_NEXT_WARNING, "", "err"},
        {CMD_NEXT_WARNING, "", "err"}, /* none below */
        {CMD_PREV_WARNING, "", "beta"},
    };
    struct scene s = scene_new();

    say_all(&s, lines, LENGTH(lines));
    update(&s);
    draw_in(&s, 80, 10);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        press(&s, cases[i].id, cases[i].arg);
        if (strcmp(under_cursor(&s), cases[i].cursor) != 0)
            fail_msg("case %zu: on '%s', not '%s'", i, under_cursor(&s), cases[i].cursor);
    }
    scene_end(&s);
}

static void times_are_understood(void **state)
{
    static const int64_t now = NOON + 3600000; /* 13:00 */
    static const struct {
        const char *text;
        int64_t at; /* seconds after noon; INT64_MAX: refused */
    } cases[] = {
        {"12:30", 1800},          {"12:30:05", 1805},       {"13:00", 3600},
        {"13:01", 3660 - 86400},  {"2026-11-22 12:00", 0},  {"2026-11-22T12:00:07", 7},
        {"2026-11-22", -43200},   {"-2h", -3600},           {"-90s", 3510},
        {"2026-11-22T13:00:00+01:00", 0}, {"12:30Z", 1800}, {"9:05", -10500},
        {"25:00", INT64_MAX},     {"12", INT64_MAX},        {"", INT64_MAX},
        {"-", INT64_MAX},         {"12:60", INT64_MAX},     {"noon", INT64_MAX},
        {"2026-13-01", INT64_MAX}, {"12:30 tomorrow", INT64_MAX}, {"2026-11-22 12:00 and a very long tail behind it", INT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int64_t at = 0;
        bool yes = log_time_parse(cases[i].text, now, &at);

        if (yes != (cases[i].at != INT64_MAX) || (yes && at != NOON + cases[i].at * 1000))
            fail_msg("'%s': %d %lld", cases[i].text, yes, (long long)(at - NOON) / 1000);
    }
}

static void going_to_a_time_asks_only_for_what_is_not_held(void **state)
{
    struct scene s = scene_new();
    struct log_wish w;

    s.at[1] = 5000;
    logbook_clear(s.book, 1, 5000);
    for (int i = 0; i < 60; i++)
        say(&s, &(struct said){1, i * 10, LB_INFO, i == 30 ? "middle" : "x"});
    update(&s);
    draw_in(&s, 80, 10);
    press(&s, CMD_GOTO, "12:05"); /* held */
    assert_string_equal(under_cursor(&s), "middle");
    assert_int_equal(view_logs_wanted(s.view, &s.ctx, &w, 1), 1);
    assert_true(w.at_ms == LOGS_END);
    press(&s, CMD_GOTO, "11:59"); /* before what is held */
    assert_int_equal(view_logs_wanted(s.view, &s.ctx, &w, 1), 1);
    assert_true(w.at_ms == NOON - 60000 && w.jump);
    logbook_clear(s.book, 1, 100); /* it comes */
    s.at[1] = 100;
    logbook_edit(s.book, 1)->state = LB_HELD;
    say(&s, &(struct said){1, -65, LB_INFO, "before"});
    say(&s, &(struct said){1, -59, LB_INFO, "there"});
    say(&s, &(struct said){1, -58, LB_INFO, "after"});
    assert_string_equal(under_cursor(&s), "there");
    assert_false(lv(&s)->arriving);
    press(&s, CMD_LAST, ""); /* back */
    assert_int_equal(view_logs_wanted(s.view, &s.ctx, &w, 1), 1);
    assert_true(w.at_ms == LOGS_END && lv(&s)->follow);
    scene_end(&s);
}

/* ---- wishes ---- */

static void wishes_say_what_is_looked_at(void **state)
{
    struct scene s = scene_new();
    struct log_wish w;

    s.at[1] = 5000;
    logbook_clear(s.book, 1, 5000);
    for (int i = 0; i < 60; i++)
        say(&s, &(struct said){1, i, LB_INFO, "x"});
    update(&s);
    draw_in(&s, 80, 10);
    assert_int_equal(view_logs_wanted(s.view, &s.ctx, &w, 1), 1);
    assert_int_equal(w.logs, 0);
    assert_false(w.earlier); /* at the end, far from the beginning */
    press(&s, CMD_FIRST, "");
    view_logs_wanted(s.view, &s.ctx, &w, 1);
    assert_true(w.earlier);
    press(&s, CMD_SOURCES, "query,debug");
    view_logs_wanted(s.view, &s.ctx, &w, 1);
    assert_int_equal(w.logs, 6);
    view_logs_toggle(s.view, &s.ctx, "debug.log");
    view_logs_toggle(s.view, &s.ctx, "query.log"); /* the last one stays */
    view_logs_wanted(s.view, &s.ctx, &w, 1);
    assert_int_equal(w.logs, 4);
    scene_end(&s);
}

static void other_views_want_no_logs(void **state)
{
    struct view *v = view_open(VIEW_DATABASES, NULL, MODEL_NO_INSTANCE);
    struct view_ctx c = {.group = ""};
    struct log_wish w;

    (void)state;
    assert_int_equal(view_logs_wanted(v, &c, &w, 1), 0);
    assert_false(view_is_logs(v));
    assert_false(view_behind(v));
    view_close(v);
}

/* From the middle of one log one reads on to what follows there, not to what others say hours later. */
static void what_is_not_read_yet_is_not_skipped(void **state)
{
    static const struct said lines[] = {{1, 1, LB_INFO, "d1"}, {0, 2, LB_INFO, "n2"}, {1, 3, LB_INFO, "d3"}, {0, 900, LB_INFO, "n900"}};
    struct scene s = scene_new();
    struct log_wish w;

    logbook_edit(s.book, 1)->state = LB_HELD;
    say_all(&s, lines, LENGTH(lines));
    assert_string_equal(seen(&s), "d1 n2 d3");
    press(&s, CMD_FOLLOW, "");
    view_logs_wanted(s.view, &s.ctx, &w, 1);
    assert_true(w.later);
    say(&s, &(struct said){1, 5, LB_INFO, "d5"});
    assert_string_equal(seen(&s), "d1 n2 d3 d5");
    logbook_edit(s.book, 1)->state = LB_FOLLOWED;
    assert_string_equal(seen(&s), "d1 n2 d3 d5 n900");
    scene_end(&s);
}

/* ---- drawing ---- */

static const char *row_text(const struct scene *s, int y)
{
    static char out[4][4096];
    static int at;
    struct text t;
    char *line, *save = NULL;

    at = (at + 1) % 4;
    text_init(&t, 0);
    grid_dump(&s->grid, false, &t);
    line = t.s;
    for (int i = 0; i < y && line; i++)
        line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
    (void)save;
    snprintf(out[at], sizeof(out[at]), "%.*s", line ? (int)strcspn(line, "\n") : 0, line ? line : "");
    text_release(&t);
    return out[at];
}

static void lines_look_like_this(void **state)
{
    static const struct said lines[] = {
        {0, -86400, LB_INFO, "yesterday"}, {1, 1.5, LB_WARN, "slow \x1b[31mred\x07 disk"}, {1, 2, LB_ERROR, "boom"},
        {1, 2, LB_ERROR, " \tat com.example.Main"}, {0, 3, LB_DEBUG, "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"}};
    struct scene s = scene_new();

    say_all(&s, lines, LENGTH(lines));
    update(&s);
    draw_in(&s, 60, 10);
    assert_string_equal(row_text(&s, 0), " 2026-11-21");
    assert_string_equal(row_text(&s, 1), " 12:00:00Z INFO  neo4j yesterday");
    assert_string_equal(row_text(&s, 2), " 2026-11-22");
    assert_string_equal(row_text(&s, 3), " 12:00:01Z WARN  debug slow ␛[31mred␇ disk");
    assert_string_equal(row_text(&s, 4), " 12:00:02Z ERROR debug boom");
    assert_string_equal(row_text(&s, 5), "               at com.example.Main");
    assert_string_equal(row_text(&s, 6), ">12:00:03Z DEBUG neo4j 0123456789abcdefghijklmnopqrstuvwxyz…");
    press(&s, CMD_RIGHT, "");
    draw_in(&s, 60, 10);
    assert_string_equal(row_text(&s, 6), ">12:00:03Z DEBUG neo4j ghijklmnopqrstuvwxyz0123456789abcdef…");
    press(&s, CMD_WIDE, "");
    draw_in(&s, 60, 10);
    assert_string_equal(row_text(&s, 6), ">12:00:03Z DEBUG neo4j 0123456789abcdefghijklmnopqrstuvwxyz0");
    assert_string_equal(row_text(&s, 7), "                         123456789abcdefghijklmnopqrstuvwxyz");
    say(&s, &(struct said){0, 4, LB_INFO, "\n  ----------\n  [ System ]\n  ----------"});
    press(&s, CMD_WIDE, "");
    draw_in(&s, 60, 10);
    assert_string_equal(row_text(&s, 7), ">12:00:04Z INFO  neo4j [ System ]                    +1 line");
    draw_in(&s, 100, 10);
    assert_string_equal(row_text(&s, 3), " 12:00:01.500Z WARN  debug slow ␛[31mred␇ disk");
    scene_end(&s);
}

static void what_is_missing_has_words(void **state)
{
    struct scene s = scene_new();
    struct logbook_log *log;
    struct err e;

    update(&s);
    draw_in(&s, 60, 4);
    assert_string_equal(row_text(&s, 0), " no lines yet");
    log = logbook_edit(s.book, 1);
    log->state = LB_FAILED;
    err_set(&log->err, ERR_DISK, "permission denied: run neodeck as neo4j");
    say(&s, &(struct said){0, 1, LB_INFO, "n"});
    update(&s);
    draw_in(&s, 60, 4);
    assert_string_equal(row_text(&s, 0), " debug.log: permission denied: run neodeck as neo4j");
    assert_string_equal(row_text(&s, 1), ">12:00:01Z INFO  neo4j n");
    view_set_filter(s.view, "nowhere", NULL);
    update(&s);
    draw_in(&s, 70, 4);
    assert_string_equal(row_text(&s, 1), " 1 hidden by the filter: Esc shows them");
    scene_end(&s);

    s = scene_new();
    err_set(&e, ERR_UNREACHABLE, "its machine is not reached: give home for it");
    logbook_set_err(s.book, &e);
    press(&s, CMD_SOURCES, "query");
    logbook_edit(s.book, 2)->state = LB_WAITING;
    update(&s);
    draw_in(&s, 60, 4);
    assert_string_equal(row_text(&s, 0), " its machine is not reached: give home for it");
    assert_false(view_logs_possible(s.view, &s.ctx));
    scene_end(&s);
}

/* What is not on the screen is not measured. */
static void long_lines_are_cheap(void **state)
{
    static char big[LOGBOOK_LINE_MAX];
    struct scene s = scene_new();
    int64_t began;

    memset(big, 'x', sizeof(big) - 1);
    for (int i = 0; i < 100; i++)
        say(&s, &(struct said){1, i, LB_INFO, big});
    update(&s);
    began = clock_cpu_us();
    for (int i = 0; i < 20; i++)
        draw_in(&s, 200, 50);
    press(&s, CMD_WIDE, "");
    for (int i = 0; i < 20; i++)
        draw_in(&s, 200, 50);
    assert_true(clock_cpu_us() - began < 2000000);
    scene_end(&s);
}

/* ---- copying ---- */

static void entries_are_copied_and_opened_whole(void **state)
{
    static const struct said lines[] = {{1, 1, LB_INFO, "before"}, {1, 2, LB_ERROR, "boom"}, {1, 2, LB_ERROR, " at.A"}, {1, 3, LB_INFO, "after"}};
    struct scene s = scene_new();
    struct relation *rel;
    struct view *entry;
    struct text t;

    say_all(&s, lines, LENGTH(lines));
    update(&s);
    draw_in(&s, 80, 10);
    press(&s, CMD_UP, ""); /* on the continuation */
    text_init(&t, 0);
    assert_true(view_logs_copy(s.view, &s.ctx, &t));
    assert_string_equal(t.s, "boom\n at.A\n");
    text_clear(&t);
    view_set_filter(s.view, "boom", NULL);
    update(&s);
    view_logs_raw(s.view, &s.ctx, &t);
    assert_string_equal(t.s, "boom\n at.A\n");
    rel = view_logs_rows(s.view, &s.ctx);
    assert_int_equal(rel->nrows, 2);
    assert_string_equal(value_str(relation_cell(rel, 1, COL_LOGS_TEXT), ""), " at.A");
    relation_free(rel);
    entry = view_logs_entry(s.view, &s.ctx);
    assert_non_null(entry);
    grid_resize(&s.grid, 60, 20);
    view_update(entry, &s.ctx);
    view_draw(entry, &s.grid, (struct rect){0, 0, 60, 20}, &s.ctx, true);
    assert_string_equal(row_text(&s, 0), "time      2026-11-22T12:00:02.000Z");
    view_close(entry);
    text_release(&t);
    scene_end(&s);
}

/* ---- anything ---- */

static unsigned dice(void)
{
    static uint32_t seed = 12345;

    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

static void something_happens(struct scene *s)
{
    size_t log = dice() % 3;
    char text[64];

    switch (dice() % 12) {
    case 0: logbook_clear(s->book, log, s->at[log]); break;
    case 1: {
        struct logbook_line lines[5];
        int64_t from = logbook_log(s->book, log)->from;

        for (int i = 0; i < 5; i++)
            lines[i] = (struct logbook_line){.offset = from - 50 + i * 10, .time_ms = NOON + (int64_t)(dice() % 1000) * 1000, .text = "early xx", .len = 8};
        if (from >= 50 && logbook_log(s->book, log)->first < logbook_log(s->book, log)->end)
            logbook_prepend(s->book, log, lines, 5, from - 50);
        break;
    }
    case 2: logbook_edit(s->book, log)->state = (enum logbook_state)(dice() % 5); break;
    default:
        for (unsigned i = dice() % 20; i; i--) {
            snprintf(text, sizeof(text), "%s%x %x", dice() % 4 ? "" : " ", dice(), dice());
            say(s, &(struct said){log, dice() % 1000, (enum logbook_level)(dice() % 6), text});
        }
    }
}

static void someone_presses(struct scene *s)
{
    static const struct {
        enum command_id id;
        const char *arg;
    } keys[] = {{CMD_UP, ""},      {CMD_DOWN, ""},       {CMD_PAGE_UP, ""},      {CMD_PAGE_DOWN, ""},    {CMD_FIRST, ""},  {CMD_LAST, ""},
                {CMD_FOLLOW, ""},  {CMD_WIDE, ""},       {CMD_LEVEL, ""},        {CMD_LEVEL, "all"},     {CMD_GOTO, "12:05"}, {CMD_GOTO, "-1h"},
                {CMD_LEFT, ""},    {CMD_RIGHT, ""},      {CMD_NEXT_WARNING, ""}, {CMD_PREV_WARNING, ""}, {CMD_SEARCH, "a"}, {CMD_NEXT_MATCH, ""},
                {CMD_PREV_MATCH, ""}, {CMD_SOURCES, "all"}, {CMD_SOURCES, "debug"}, {CMD_SOURCES, ""}};
    size_t i = dice() % LENGTH(keys);
    struct err e = {0};

    view_command(s->view, keys[i].id, keys[i].arg, &s->ctx, &e);
    if (dice() % 20 == 0)
        view_set_filter(s->view, dice() % 2 ? "" : "a !early", &e);
}

/* Every shown line of each log in the order of its file, and exactly those that pass. */
static void check_rows(struct scene *s)
{
    struct log_rows *r = &lv(s)->rows;
    int64_t last[LOGBOOK_LOGS];
    size_t held = 0;

    for (size_t i = 0; i < LOGBOOK_LOGS; i++)
        last[i] = INT64_MIN;
    for (size_t i = 0; i < r->count; i++) {
        struct log_ref ref = log_rows_ref(r, i);

        assert_non_null(log_rows_line(r, s->model, i));
        assert_true(ref.n > last[ref.source]);
        last[ref.source] = ref.n;
    }
    for (size_t i = 0; i < r->nsources; i++)
        held += (size_t)(log_rows_log(r, s->model, i)->end - log_rows_log(r, s->model, i)->first);
    assert_int_equal(log_rows_looked_at(r), held);
    if (!*view_filter(s->view) && lv(s)->least == LB_NONE)
        assert_int_equal(r->count + r->beyond, held);
    assert_true(!r->count || lv(s)->sel < r->count);
}

static void anything_may_happen(void **state)
{
    struct scene s = scene_new();
    struct log_wish w;

    for (int i = 0; i < 4000; i++) {
        something_happens(&s);
        view_update(s.view, &s.ctx);
        someone_presses(&s);
        update(&s);
        check_rows(&s);
        draw_in(&s, (int)(dice() % 210), (int)(dice() % 50));
        view_logs_wanted(s.view, &s.ctx, &w, 1);
        if (dice() % 3 == 0) {
            struct text left, right;

            text_init(&left, 0);
            text_init(&right, 0);
            view_titles(s.view, &s.ctx, &left, &right);
            text_release(&left);
            text_release(&right);
        }
    }
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_merged_by_time),
        cmocka_unit_test(earlier_lines_find_their_place),
        cmocka_unit_test(entries_pass_whole),
        cmocka_unit_test(late_continuations_bring_their_line),
        cmocka_unit_test(panes_fold_traces),
        cmocka_unit_test(wrong_words_change_nothing),
        cmocka_unit_test(many_lines_are_looked_at_in_slices),
        cmocka_unit_test(endless_continuations_are_cheap),
        cmocka_unit_test(follow_stops_and_starts),
        cmocka_unit_test(cursor_keeps_its_line),
        cmocka_unit_test(pause_holds),
        cmocka_unit_test(old_lines_go),
        cmocka_unit_test(texts_and_warnings_are_found),
        cmocka_unit_test(times_are_understood),
        cmocka_unit_test(going_to_a_time_asks_only_for_what_is_not_held),
        cmocka_unit_test(wishes_say_what_is_looked_at),
        cmocka_unit_test(what_is_not_read_yet_is_not_skipped),
        cmocka_unit_test(other_views_want_no_logs),
        cmocka_unit_test(lines_look_like_this),
        cmocka_unit_test(what_is_missing_has_words),
        cmocka_unit_test(long_lines_are_cheap),
        cmocka_unit_test(entries_are_copied_and_opened_whole),
        cmocka_unit_test(anything_may_happen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
