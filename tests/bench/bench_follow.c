/* A log that is written fast, and one that is large: bench_follow [DIRECTORY]
 *
 *   opening a log of 1 GB: until its newest lines are there
 *   going to a time in it
 *   following 100,000 lines a second for 5 seconds, the file rotated three times and copied away and cut once: no line lost, none twice;
 *   what it costs, and how late a timer of 2 ms is meanwhile (who presses a key waits as long)
 *
 * Status 1 when a line is lost. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "feed/inside.h"
#include "host/host.h"
#include "model/logbook.h"

enum { LINE = 120, RATE = 100000, SECONDS = 5, LARGE = 1 << 30, SAMPLES = 10000 };

#define BEGIN INT64_C(1795305600) /* 2026-11-22T00:00:00Z */

static char dir[200], path[256];

/* ---- the writer ---- */

static void fill(char *to, int64_t number, int64_t at_s)
{
    time_t t = (time_t)at_s;
    struct tm tm;
    size_t n;

    gmtime_r(&t, &tm);
    n = strftime(to, LINE, "%Y-%m-%d %H:%M:%S.000+0000 INFO  [o.n.k.i.t.l.c.CheckPointerImpl] ", &tm);
    n += (size_t)sprintf(to + n, "line %lld ", (long long)number);
    memset(to + n, '.', LINE - 1 - n);
    to[LINE - 1] = '\n';
}

static void put(int fd, const char *s, size_t n)
{
    if (write(fd, s, n) != (ssize_t)n) {
        perror("write");
        _exit(2);
    }
}

static int open_log(void)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

    if (fd < 0) {
        perror(path);
        _exit(2);
    }
    return fd;
}

static void copy_and_cut(int fd)
{
    static char bytes[1 << 20];
    char copy[280];
    ssize_t n;
    int from = open(path, O_RDONLY | O_CLOEXEC), to;

    snprintf(copy, sizeof copy, "%s.copy", path);
    to = open(copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    while ((n = read(from, bytes, sizeof bytes)) > 0)
        put(to, bytes, (size_t)n);
    close(from);
    close(to);
    if (ftruncate(fd, 0) != 0)
        _exit(2);
}

static int rotate(int fd, int times)
{
    char old[280];

    snprintf(old, sizeof old, "%s.%d", path, times);
    close(fd);
    if (rename(path, old) != 0)
        _exit(2);
    return open_log();
}

static void write_fast(void)
{
    enum { SLICES = 200, PER = RATE / SLICES };
    static char bytes[PER * LINE];
    int64_t number = 0, began = clock_mono_ms();
    int fd = open_log();

    for (int i = 0; i < SECONDS * SLICES; i++) {
        for (int k = 0; k < PER; k++, number++)
            fill(bytes + k * LINE, number, BEGIN + number / RATE);
        put(fd, bytes, sizeof bytes);
        if (i == SLICES || i == 2 * SLICES || i == 4 * SLICES)
            fd = rotate(fd, i / SLICES);
        if (i == 3 * SLICES)
            copy_and_cut(fd);
        int64_t ahead = began + (int64_t)(i + 1) * 1000 / SLICES - clock_mono_ms();
        if (ahead > 0)
            usleep((useconds_t)ahead * 1000);
    }
    _exit(0);
}

static void write_large(void)
{
    enum { LINES = 8192 };
    static char bytes[LINES * LINE];
    int fd = open_log();
    int64_t number = 0;

    for (int64_t size = 0; size < LARGE; size += (int64_t)sizeof bytes) {
        for (int i = 0; i < LINES; i++, number++)
            fill(bytes + i * LINE, number, BEGIN + number / 100);
        put(fd, bytes, sizeof bytes);
    }
    close(fd);
}

/* ---- the reader ---- */

struct bench {
    struct loop *loop;
    struct hosts *hosts;
    struct port port;
    struct model *model;
    struct feed *feed;
    struct timer *tick, *step;
    int64_t due_us, late_us[SAMPLES];
    size_t nlate;
    bool checks;
    int64_t seen, next, wrong; /* lines of the logbook; numbers in them */
};

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static const struct logbook *book(const struct bench *b)
{
    return model_logbook(b->model, 0);
}

static const struct logbook_log *about(const struct bench *b)
{
    return logbook_log(book(b), 0);
}

/* Each line once, in its order. */
static void check(struct bench *b)
{
    const struct logbook_log *a = about(b);

    if (a->first > b->seen)
        b->wrong++; /* dropped before anybody saw it */
    for (; b->seen < a->end; b->seen++) {
        const struct logbook_line *l = logbook_line(book(b), 0, b->seen);
        const char *s = l->note ? NULL : strstr(l->text, "line ");
        if (!s)
            continue;
        b->wrong += strtoll(s + 5, NULL, 10) != b->next;
        b->next = strtoll(s + 5, NULL, 10) + 1;
    }
}

static void on_step(void *data)
{
    struct bench *b = data;
    int64_t in = feed_step(b->feed, clock_mono_ms());

    if (in >= 0)
        timer_set(b->step, in > 0 ? in : 1);
}

static void on_news(void *data)
{
    timer_set(((struct bench *)data)->step, 0);
}

static void on_tick(void *data)
{
    struct bench *b = data;
    int64_t late = now_us() - b->due_us;

    if (b->nlate < SAMPLES && b->due_us)
        b->late_us[b->nlate++] = late > 0 ? late : 0;
    if (b->checks)
        check(b);
    b->due_us = now_us() + 2000;
    timer_set(b->tick, 2);
    loop_stop(b->loop);
}

static void begin(struct bench *b)
{
    struct site *site = x_calloc(1, sizeof *site);

    *b = (struct bench){.loop = loop_new(), .model = model_new()};
    b->hosts = hosts_new(b->loop);
    host_set(b->hosts, 0, &(struct host_spec){.carrier = CARRIER_LOCAL});
    b->port = hosts_port(b->hosts);
    model_add_instance(b->model, "bench");
    b->feed = feed_new(b->port, b->model);
    b->tick = loop_timer(b->loop, on_tick, b);
    b->step = loop_timer(b->loop, on_step, b);
    feed_on_news(b->feed, on_news, b);
    site->state = SITE_FOUND;
    site->looked_ms = clock_wall_ms();
    site->logs[0] = (struct site_log){.name = "debug.log", .path = arena_strdup(&site->arena, path)};
    site->nlogs = 1;
    b->feed->sources[0].site = site;
}

static void end(struct bench *b)
{
    feed_free(b->feed);
    model_free(b->model);
    hosts_free(b->hosts);
    timer_free(b->tick);
    timer_free(b->step);
    loop_free(b->loop);
}

static void want(struct bench *b, int64_t at_ms, uint64_t jump)
{
    feed_want_logs(b->feed, &(struct log_interest){.at_ms = at_ms, .jump = jump}, 1);
    on_step(b);
    timer_set(b->tick, 0);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* ---- the measures ---- */

static void bench_large(void)
{
    struct bench b;
    int64_t from, cpu;

    write_large();
    begin(&b);
    from = now_us();
    cpu = cpu_us();
    for (want(&b, LOGS_AT_END, 0); !book(&b) || !logbook_logs(book(&b)) || about(&b)->first == about(&b)->end;)
        loop_run(b.loop);
    printf("open a log of 1 GB: first lines after %.1f ms", (double)(now_us() - from) / 1000);
    while (!feed_idle(b.feed))
        loop_run(b.loop);
    printf(", all of its last %lld KB after %.1f ms (%.1f ms of CPU)\n", (long long)(about(&b)->to - about(&b)->from) / 1024,
           (double)(now_us() - from) / 1000, (double)(cpu_us() - cpu) / 1000);
    from = now_us();
    for (want(&b, (BEGIN + 40000) * 1000, 1); !feed_idle(b.feed);)
        loop_run(b.loop);
    int64_t n = about(&b)->first;

    while (n < about(&b)->end && logbook_line(book(&b), 0, n)->time_ms < (BEGIN + 40000) * 1000)
        n++;
    printf("go to a time in it: %.1f ms, line %lld\n", (double)(now_us() - from) / 1000,
           n < about(&b)->end ? strtoll(strstr(logbook_line(book(&b), 0, n)->text, "line ") + 5, NULL, 10) : -1LL);
    end(&b);
    unlink(path);
}

static bool bench_fast(void)
{
    struct bench b;
    pid_t writer = fork();
    int64_t until, cpu;

    if (writer == 0)
        write_fast();
    begin(&b);
    b.checks = true;
    while (access(path, F_OK) != 0)
        usleep(1000);
    cpu = cpu_us();
    want(&b, LOGS_AT_END, 0);
    until = now_us() + (SECONDS + 5) * INT64_C(1000000);
    while (now_us() < until && b.next < (int64_t)RATE * SECONDS)
        loop_run(b.loop);
    waitpid(writer, NULL, 0);
    qsort(b.late_us, b.nlate, sizeof *b.late_us, by_size);
    printf("follow %d lines/s for %d s, rotated 3 times, copied and cut once: %lld of %d lines, %lld lost or twice\n", RATE, SECONDS,
           (long long)b.next, RATE * SECONDS, (long long)b.wrong);
    printf("  %.0f %% of a core; a timer of 2 ms is late by %.1f ms (median), %.1f (99 %%), %.1f (most)\n",
           (double)(cpu_us() - cpu) / (SECONDS * 10000.0), (double)b.late_us[b.nlate / 2] / 1000,
           (double)b.late_us[b.nlate * 99 / 100] / 1000, (double)b.late_us[b.nlate - 1] / 1000);
    bool well = !b.wrong && b.next == (int64_t)RATE * SECONDS;
    end(&b);
    return well;
}

int main(int argc, char **argv)
{
    char command[300];
    bool well;

    snprintf(dir, sizeof dir, "%.150s/neodeck-follow-XXXXXX", argc > 1 ? argv[1] : "/tmp");
    if (!mkdtemp(dir)) {
        perror(dir);
        return 2;
    }
    snprintf(path, sizeof path, "%s/debug.log", dir);
    bench_large();
    well = bench_fast();
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    return system(command) == 0 && well ? 0 : 1;
}
