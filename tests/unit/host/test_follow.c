/* Following on this machine where it is hard: fast writers, fast rotation, copies, rewriting, long lines, what cannot be told by the
 * kernel. Nothing twice, nothing left out. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <time.h>
#include "host/tail.h"
#include "support/hostbench.h"

static const struct host_spec here = {.carrier = CARRIER_LOCAL};

/* ---- lines with numbers ---- */

enum { LINE = 100 }; /* bytes of each */

static void line_of(char *out, unsigned number)
{
    int n = snprintf(out, LINE + 1, "2026-11-22 13:45:02.123+0000 INFO  [%010u] ", number);

    memset(out + n, 'x', (size_t)(LINE - 1 - n));
    memcpy(out + LINE - 12, out + 36, 10); /* no two ends alike, as in logs */
    out[LINE - 1] = '\n';
}

struct reader {
    struct loop *loop;
    struct text rest;
    unsigned next;   /* the number that has to come */
    unsigned wrong, first_wrong, instead;
    int lasts;
    struct text events;
};

static void take_lines(struct reader *r)
{
    size_t at = 0;

    for (; r->rest.len - at >= LINE; at += LINE, r->next++) {
        unsigned number = 0;
        const char *s = r->rest.s + at;
        if (s[LINE - 1] != '\n' || sscanf(s + 36, "%10u", &number) != 1 || number != r->next) {
            if (!r->wrong++) {
                r->first_wrong = r->next;
                r->instead = number;
            }
            r->next = number;
        }
    }
    memmove(r->rest.s, r->rest.s + at, r->rest.len - at);
    r->rest.len -= at;
}

static void hear(void *ctx, const struct reply *reply)
{
    struct reader *r = ctx;
    const char *event = value_str(reply_cell(reply, 0, "event"), "");
    struct value bytes = reply_cell(reply, 0, "bytes");

    r->lasts += reply->last;
    if (strcmp(event, "data") != 0 && *event)
        text_addf(&r->events, "%c", *event);
    if (bytes.type == V_TEXT)
        text_add(&r->rest, bytes.u.s, bytes.len);
    take_lines(r);
}

/* ---- writers ---- */

struct writer {
    char path[160];
    unsigned lines;          /* to be written in all */
    unsigned per_file;       /* rotated after so many; 0: never */
    unsigned keep;           /* how many old ones */
    unsigned per_second;
    bool by_copy;            /* copied away and cut, not renamed */
    atomic_uint written;
    double seconds;
};

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void rotate(const struct writer *w)
{
    char from[200], to[200];

    for (unsigned i = w->keep; i > 1; i--) {
        snprintf(from, sizeof from, "%s.%u", w->path, i - 1);
        snprintf(to, sizeof to, "%s.%u", w->path, i);
        rename(from, to);
    }
    snprintf(to, sizeof to, "%s.1", w->path);
    if (!w->by_copy) {
        rename(w->path, to);
        return;
    }
    int in = open(w->path, O_RDWR | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    static char buf[1 << 20];
    for (ssize_t n; (n = read(in, buf, sizeof buf)) > 0;)
        if (write(out, buf, (size_t)n) != n)
            abort();
    if (ftruncate(in, 0) != 0)
        abort();
    close(in);
    close(out);
}

static void *write_lines(void *data)
{
    struct writer *w = data;
    int fd = open(w->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    double began = seconds();
    char line[LINE + 1];

    for (unsigned i = 0; i < w->lines; i++) {
        line_of(line, i);
        if (write(fd, line, LINE) != LINE)
            abort();
        atomic_store(&w->written, i + 1);
        if (w->per_file && (i + 1) % w->per_file == 0) {
            close(fd);
            rotate(w);
            fd = open(w->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        }
        if (i % 64 == 0 && (double)i / w->per_second > seconds() - began)
            nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
    close(fd);
    w->seconds = seconds() - began;
    return NULL;
}

static void follow_writer(struct writer *w, struct reader *r)
{
    struct bench b;
    pthread_t thread;

    bench_begin(&b, &here);
    *r = (struct reader){.loop = b.loop};
    text_init(&r->rest, 1 << 20);
    text_init(&r->events, 0);
    snprintf(w->path, sizeof w->path, "%s", bench_path(&b, "debug.log"));
    put_file(w->path, "");
    struct ask a = {.kind = ASK_HOST, .u.host = {.what = HOST_FOLLOW, .path = w->path}};
    ticket id = port_submit(&b.port, &a, hear, r);
    assert_int_equal(pthread_create(&thread, NULL, write_lines, w), 0);
    for (int64_t until = clock_mono_ms() + 60000; r->next < w->lines && clock_mono_ms() < until;)
        bench_run(&b, 20);
    pthread_join(thread, NULL);
    bench_run(&b, 100);
    port_cancel(&b.port, id);
    bench_run(&b, 1);
    assert_int_equal(r->lasts, 1);
    bench_end(&b);
    text_release(&r->rest);
}

static void check(const struct reader *r, const struct writer *w)
{
    if (r->wrong || r->next != w->lines)
        fail_msg("%u of %u lines, %u times not the one that had to come, first at %u, where %u came; events %.60s", r->next, w->lines,
                 r->wrong, r->first_wrong, r->instead, r->events.s);
}

static size_t count(const struct reader *r, char event)
{
    size_t n = 0;

    for (size_t i = 0; i < r->events.len; i++)
        n += r->events.s[i] == event;
    return n;
}

static void a_fast_writer_loses_nothing(void **state)
{
    struct writer w = {.lines = 300000, .per_second = 110000};
    struct reader r;

    follow_writer(&w, &r);
    check(&r, &w);
    print_message("%u lines in %.1f s\n", w.lines, w.seconds);
    assert_string_equal(r.events.s, "");
    text_release(&r.events);
}

static void a_fast_writer_that_rotates_loses_nothing(void **state)
{
    struct writer w = {.lines = 300000, .per_second = 110000, .per_file = 10000, .keep = 7};
    struct reader r;

    follow_writer(&w, &r);
    check(&r, &w);
    assert_int_equal(count(&r, 'r'), r.events.len);
    assert_in_range(r.events.len, w.lines / w.per_file - 1, w.lines / w.per_file); /* the last file stays empty */
    text_release(&r.events);
}

/* Each file lives for some milliseconds: several come and go between two looks. */
static void files_that_live_for_a_moment_are_found(void **state)
{
    struct writer w = {.lines = 60000, .per_second = 20000, .per_file = 200, .keep = 60};
    struct reader r;

    follow_writer(&w, &r);
    check(&r, &w);
    text_release(&r.events);
}

/* What stands in the copy and was not read before the cut is read from the copy. */
static void copy_and_cut_loses_nothing(void **state)
{
    struct writer w = {.lines = 300000, .per_second = 100000, .per_file = 75000, .keep = 3, .by_copy = true};
    struct reader r;

    follow_writer(&w, &r);
    check(&r, &w);
    assert_int_equal(count(&r, 't'), w.lines / w.per_file);
    text_release(&r.events);
}

/* ---- one step at a time ---- */

struct steps {
    struct tail t;
    char dir[64], path[100];
    struct text all, events;
    int64_t now;
};

static void steps_begin(struct steps *s, const char *content)
{
    memset(s, 0, sizeof *s);
    strcpy(s->dir, "/tmp/neodeck-tail-XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    snprintf(s->path, sizeof s->path, "%s/a.log", s->dir);
    if (content)
        put_file(s->path, content);
    text_init(&s->all, 0);
    text_init(&s->events, 0);
    s->now = 1000;
    tail_init(&s->t, s->path, 0, 0, 64 * 1024);
}

static void steps_end(struct steps *s)
{
    char command[120];

    tail_release(&s->t);
    text_release(&s->all);
    text_release(&s->events);
    snprintf(command, sizeof command, "rm -rf %s", s->dir);
    assert_int_equal(system(command), 0);
}

static enum tail_event run_steps(struct steps *s)
{
    enum tail_event e;

    while ((e = tail_step(&s->t, s->now)) != TAIL_NOTHING && e != TAIL_FAILED) {
        if (e == TAIL_DATA)
            text_add(&s->all, s->t.bytes, s->t.len);
        else
            text_addf(&s->events, "[%s]", tail_event_name(e));
    }
    return e;
}

static const char *beside(struct steps *s, const char *end)
{
    static char path[4][120];
    static int n;

    n = (n + 1) % 4;
    snprintf(path[n], sizeof path[n], "%s%s", s->path, end);
    return path[n];
}

static void expect(struct steps *s, const char *all, const char *events)
{
    run_steps(s);
    assert_string_equal(s->all.s, all);
    assert_string_equal(s->events.s, events);
}

static void rewriting_is_seen_whatever_its_size(void **state)
{
    static const char *const second[] = {"B2 other text\n", "B2 other text that is longer\n", "B2\n"};

    for (size_t i = 0; i < sizeof second / sizeof *second; i++) {
        struct steps s;
        char all[100];
        steps_begin(&s, "A1 first text\n");
        expect(&s, "A1 first text\n", "");
        put_file(s.path, second[i]); /* the same inode, as long, longer, shorter */
        snprintf(all, sizeof all, "A1 first text\n%s", second[i]);
        expect(&s, all, "[truncated]");
        steps_end(&s);
    }
}

static void what_was_missed_comes_in_its_order(void **state)
{
    struct steps s;

    steps_begin(&s, NULL);
    put_file(beside(&s, ".9"), "0 an archive from before\n");
    nanosleep(&(struct timespec){.tv_nsec = 15000000}, NULL);
    put_file(s.path, "1 one one one one\n");
    put_file(beside(&s, ".8.gz"), "packed");
    expect(&s, "1 one one one one\n", "");
    for (int i = 2; i <= 5; i++) { /* four rotations, and no look */
        char line[40];
        for (int k = 4; k > 0; k--) {
            char from[16], to[16];
            snprintf(from, sizeof from, ".%d", k);
            snprintf(to, sizeof to, ".%d", k + 1);
            rename(beside(&s, from), beside(&s, to));
        }
        rename(s.path, beside(&s, ".1"));
        snprintf(line, sizeof line, "%d and so on and so on\n", i);
        nanosleep(&(struct timespec){.tv_nsec = 15000000}, NULL); /* more than a tick of the file system's clock */
        put_file(s.path, line);
    }
    put_file(beside(&s, ".copy"), "1 one one one one\n"); /* somebody's copy is no news */
    expect(&s,
           "1 one one one one\n2 and so on and so on\n3 and so on and so on\n4 and so on and so on\n5 and so on and so on\n",
           "[rotated][rotated][rotated][rotated]");
    steps_end(&s);
}

static void cut(struct steps *s, const char *next)
{
    char command[600];

    rename(beside(s, ".1"), beside(s, ".2"));
    snprintf(command, sizeof command, "cp %s %s", s->path, beside(s, ".1"));
    assert_int_equal(system(command), 0);
    nanosleep(&(struct timespec){.tv_nsec = 15000000}, NULL);
    put_file(s->path, next);
}

static void what_was_copied_away_comes_in_its_order(void **state)
{
    struct steps s;

    steps_begin(&s, "1 one one one one\n");
    put_file(beside(&s, ".1"), "0 an archive from before\n");
    expect(&s, "1 one one one one\n", "");
    append(s.path, "1 and more of it\n");
    cut(&s, "2 two two two two\n");
    cut(&s, "3 three three three\n"); /* and no look in between */
    put_file(beside(&s, ".copy"), "3 three three three\n"); /* somebody's copy is no news */
    expect(&s, "1 one one one one\n1 and more of it\n2 two two two two\n3 three three three\n", "[truncated][truncated]");
    assert_int_equal(s.t.nfiles, 1);
    steps_end(&s);
}

/* The copy has not the beginning of any file that is open then. */
static void a_copy_that_was_read_is_not_read_again_after_a_rename(void **state)
{
    struct steps s;

    steps_begin(&s, "1 one one one one\n");
    expect(&s, "1 one one one one\n", "");
    append(s.path, "1 and more of it\n");
    cut(&s, "2 two two two two\n");
    expect(&s, "1 one one one one\n1 and more of it\n2 two two two two\n", "[truncated]");
    nanosleep(&(struct timespec){.tv_nsec = 15000000}, NULL);
    rename(s.path, beside(&s, ".0"));
    put_file(s.path, "3 three three three\n");
    expect(&s, "1 one one one one\n1 and more of it\n2 two two two two\n3 three three three\n", "[truncated][rotated]");
    steps_end(&s);
}

static void late_lines_are_read(void **state)
{
    struct steps s;

    steps_begin(&s, "one\n");
    expect(&s, "one\n", "");
    rename(s.path, beside(&s, ".1"));
    put_file(s.path, "");
    expect(&s, "one\n", ""); /* the writer may not have noticed yet */
    append(beside(&s, ".1"), "two\n");
    expect(&s, "one\ntwo\n", "");
    s.now += 1500;
    expect(&s, "one\ntwo\n", "[rotated]");
    append(s.path, "three\n");
    append(beside(&s, ".1"), "late\n");
    run_steps(&s);
    assert_int_equal(s.all.len, strlen("one\ntwo\nthree\nlate\n"));
    assert_non_null(strstr(s.all.s, "late\n"));
    s.now += 40000;
    run_steps(&s);
    assert_int_equal(s.t.nlate, 0); /* let go of, so that its place on the disk is free */
    steps_end(&s);
}

static void a_name_that_comes_back_goes_on(void **state)
{
    struct steps s;

    steps_begin(&s, "one\n");
    expect(&s, "one\n", "");
    rename(s.path, beside(&s, ".away"));
    expect(&s, "one\n", ""); /* a rotation leaves the name empty for a moment */
    s.now += 1500;
    expect(&s, "one\n", "[gone]");
    append(beside(&s, ".away"), "two\n"); /* deleted or renamed, it is still written to */
    expect(&s, "one\ntwo\n", "[gone]");
    rename(beside(&s, ".away"), s.path);
    append(s.path, "three\n");
    expect(&s, "one\ntwo\nthree\n", "[gone][back]");
    steps_end(&s);
}

static void a_file_that_turns_into_something_else(void **state)
{
    struct steps s;

    steps_begin(&s, "one\n");
    expect(&s, "one\n", "");
    unlink(s.path);
    assert_int_equal(mkdir(s.path, 0700), 0);
    assert_int_equal(run_steps(&s), TAIL_NOTHING);
    s.now += 3000;
    assert_int_equal(run_steps(&s), TAIL_FAILED);
    assert_int_equal(s.t.err.kind, ERR_SHAPE);
    steps_end(&s);
}

static void without_being_told_it_looks(void **state)
{
    struct steps s;

    steps_begin(&s, NULL);
    expect(&s, "", "[gone]");
    close(s.t.notify); /* as where the kernel has none left to give */
    s.t.notify = -1;
    put_file(s.path, "one\n");
    expect(&s, "one\n", "[gone][back]");
    rename(s.path, beside(&s, ".1"));
    put_file(s.path, "two\n");
    expect(&s, "one\ntwo\n", "[gone][back][rotated]");
    steps_end(&s);
}

/* 500 MB without an end of line: in slices, and never more than one of them in memory. */
static void a_line_without_end(void **state)
{
    struct steps s;
    int64_t bytes = 0;
    int fd;

    steps_begin(&s, "");
    fd = open(s.path, O_RDWR | O_CLOEXEC);
    assert_int_equal(ftruncate(fd, INT64_C(500) << 20), 0);
    close(fd);
    for (enum tail_event e; (e = tail_step(&s.t, s.now)) != TAIL_NOTHING; bytes += (int64_t)s.t.len) {
        assert_int_equal(e, TAIL_DATA);
        assert_true(s.t.len <= 64 * 1024);
    }
    assert_int_equal(bytes, INT64_C(500) << 20);
    steps_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fast_writer_loses_nothing),
        cmocka_unit_test(a_fast_writer_that_rotates_loses_nothing),
        cmocka_unit_test(files_that_live_for_a_moment_are_found),
        cmocka_unit_test(copy_and_cut_loses_nothing),
        cmocka_unit_test(rewriting_is_seen_whatever_its_size),
        cmocka_unit_test(what_was_missed_comes_in_its_order),
        cmocka_unit_test(a_copy_that_was_read_is_not_read_again_after_a_rename),
        cmocka_unit_test(what_was_copied_away_comes_in_its_order),
        cmocka_unit_test(late_lines_are_read),
        cmocka_unit_test(a_name_that_comes_back_goes_on),
        cmocka_unit_test(a_file_that_turns_into_something_else),
        cmocka_unit_test(without_being_told_it_looks),
        cmocka_unit_test(a_line_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
