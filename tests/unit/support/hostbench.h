/* Asks of a host in a test: a loop, the port, and what came back. Everything is static: include it in one test program. */
#ifndef SUPPORT_HOSTBENCH_H
#define SUPPORT_HOSTBENCH_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/clock.h"
#include "host/host.h"

#define BENCH_OK __attribute__((unused))

struct bench {
    struct loop *loop;
    struct hosts *hosts;
    struct port port;
    struct timer *timer;
    char dir[64]; /* a directory of its own, empty */
};

/* What came for one ask; of a follow: the bytes of all data, and every other event as "[rotated]" in `events`. */
struct got {
    struct loop *loop;
    struct arena memory;
    struct reply reply; /* a copy of the last one, without its err */
    struct err err;
    int replies, lasts;
    struct text bytes, events;
    int64_t from, inode; /* of the newest data: where it ends, and in which file */
    bool stop_at_each;
};

static BENCH_OK void bench_begin(struct bench *b, const struct host_spec *spec)
{
    memset(b, 0, sizeof *b);
    strcpy(b->dir, "/tmp/neodeck-host-XXXXXX");
    if (!mkdtemp(b->dir))
        abort();
    b->loop = loop_new();
    b->hosts = hosts_new(b->loop);
    b->port = hosts_port(b->hosts);
    host_set(b->hosts, 0, spec);
}

static BENCH_OK void bench_end(struct bench *b)
{
    char command[200];

    hosts_free(b->hosts);
    timer_free(b->timer);
    loop_free(b->loop);
    snprintf(command, sizeof command, "chmod -R u+rwx %s; rm -rf %s", b->dir, b->dir);
    if (system(command) != 0)
        abort();
}

static BENCH_OK void got_init(struct got *g, struct loop *l)
{
    *g = (struct got){.loop = l};
    text_init(&g->bytes, 1u << 30);
    text_init(&g->events, 0);
}

static BENCH_OK void got_release(struct got *g)
{
    text_release(&g->bytes);
    text_release(&g->events);
    arena_release(&g->memory);
}

static BENCH_OK void bench_hear(void *ctx, const struct reply *r)
{
    struct got *g = ctx;
    const char *event = value_str(reply_cell(r, 0, "event"), NULL);

    g->replies++;
    g->lasts += r->last;
    g->reply.id = r->id;
    err_clear(&g->err);
    if (r->err)
        g->err = *r->err;
    if (event) {
        struct value bytes = reply_cell(r, 0, "bytes");
        if (strcmp(event, "data") == 0) {
            text_add(&g->bytes, bytes.u.s, bytes.len);
            g->from = reply_cell(r, 0, "from").u.i + bytes.len;
            g->inode = reply_cell(r, 0, "inode").u.i;
        } else {
            text_addf(&g->events, "[%s]", event);
        }
    } else if (!r->err) {
        arena_release(&g->memory);
        const char **names = arena_alloc(&g->memory, (r->ncols + 1) * sizeof *names);
        struct value *cells = arena_alloc(&g->memory, (r->ncols * r->nrows + 1) * sizeof *cells);
        for (size_t i = 0; i < r->ncols; i++)
            names[i] = arena_strdup(&g->memory, r->names[i]);
        for (size_t i = 0; i < r->ncols * r->nrows; i++)
            cells[i] = value_copy(&g->memory, r->cells[i]);
        g->reply = (struct reply){.id = r->id, .names = names, .cells = cells, .ncols = r->ncols, .nrows = r->nrows};
    }
    if (r->last || g->stop_at_each)
        loop_stop(g->loop);
}

/* Asks and waits for the last reply. True: no error. */
static BENCH_OK bool bench_ask(struct bench *b, const struct ask *a, struct got *g)
{
    int before = g->lasts;

    port_submit(&b->port, a, bench_hear, g);
    if (g->lasts != before)
        abort(); /* never from inside submit */
    while (g->lasts == before)
        loop_run(b->loop);
    return g->err.kind == ERR_NONE;
}

static BENCH_OK bool bench_call(struct bench *b, struct host_call c, struct got *g)
{
    return bench_ask(b, &(struct ask){.kind = ASK_HOST, .u.host = c}, g);
}

static BENCH_OK void bench_stop(void *data)
{
    loop_stop(data);
}

/* Lets the loop run for so long. */
static BENCH_OK void bench_run(struct bench *b, int64_t ms)
{
    int64_t until = clock_mono_ms() + ms;

    if (!b->timer)
        b->timer = loop_timer(b->loop, bench_stop, b->loop);
    while (clock_mono_ms() < until) {
        timer_set(b->timer, until - clock_mono_ms());
        loop_run(b->loop);
    }
}

/* Until the follow has so many bytes and these events, at most 10 s; false: not in that time. */
static BENCH_OK bool bench_until(struct bench *b, struct got *g, size_t bytes, const char *events)
{
    for (int64_t until = clock_mono_ms() + 10000; clock_mono_ms() < until; bench_run(b, 5))
        if (g->bytes.len >= bytes && strcmp(g->events.s, events) == 0)
            return true;
    return false;
}

static BENCH_OK struct value cell(const struct got *g, size_t row, const char *name)
{
    return reply_cell(&g->reply, row, name);
}

static BENCH_OK const char *bench_path(struct bench *b, const char *name)
{
    static char paths[8][160];
    static int n;

    n = (n + 1) % 8;
    snprintf(paths[n], sizeof paths[n], "%s/%s", b->dir, name);
    return paths[n];
}

static BENCH_OK void put_bytes(const char *path, int flags, const char *s, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);

    if (fd < 0 || write(fd, s, n) != (ssize_t)n)
        abort();
    close(fd);
}

static BENCH_OK void put_file(const char *path, const char *s)
{
    put_bytes(path, O_TRUNC, s, strlen(s));
}

static BENCH_OK void append(const char *path, const char *s)
{
    put_bytes(path, O_APPEND, s, strlen(s));
}

#endif
