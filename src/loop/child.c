/* Child processes. A child leads a session and process group of its own, so that ending it ends its helpers too.
 *
 * Everything that happens (exit, end of an output, timer) ends in child_step, which looks at the whole state and
 * decides what is next; `done` is called from there only. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/secret.h"
#include "loop/internal.h"

#define TERM_GRACE_MS 2000 /* from TERM to KILL */
#define KILL_GRACE_MS 500  /* from KILL to not waiting any longer for the rest of the group */
#define POLL_GROUP_MS 50
#define DRAIN_MS      500 /* outputs may be kept open by a daemon that the child left behind */

enum { IN, OUT, ERR, NSTREAMS };

struct child {
    struct loop *loop;
    struct child *prev, *next;
    uv_process_t process;
    uv_pipe_t pipe[NSTREAMS];
    bool open[NSTREAMS];
    uv_timer_t timer;
    uv_write_t write;
    char *in;
    size_t in_len;
    struct text collected[NSTREAMS];
    unsigned handles; /* open or closing; at 0 the memory goes */
    bool spawned, exited, killing, killed, finished, timed_out, cancelled;
    int64_t exit_status;
    int signal;
    uint64_t kill_at, drain_until;
    char *error;
    void (*done)(void *, const struct child_result *);
    void (*output)(void *, const char *, size_t);
    void *data;
};

static void child_step(struct child *c);

static void on_closed(uv_handle_t *h)
{
    struct child *c = h->data;
    if (--c->handles == 0)
        free(c);
}

static void close_pipe(struct child *c, int which)
{
    if (c->open[which])
        uv_close((uv_handle_t *)&c->pipe[which], on_closed);
    c->open[which] = false;
}

static void on_timer(uv_timer_t *t)
{
    child_step(t->data);
}

static void arm(struct child *c, int64_t in_ms)
{
    uv_timer_start(&c->timer, on_timer, in_ms < 0 ? 0 : (uint64_t)in_ms, 0);
}

static void unlink_child(struct child *c)
{
    if (c->prev)
        c->prev->next = c->next;
    else
        c->loop->children = c->next;
    if (c->next)
        c->next->prev = c->prev;
}

static void child_finish(struct child *c)
{
    struct child_result r = {
        .exit_status = c->error || c->signal || !c->exited ? -1 : (int)c->exit_status,
        .signal = c->signal,
        .timed_out = c->timed_out,
        .cancelled = c->cancelled,
        .out = &c->collected[OUT],
        .errout = &c->collected[ERR],
        .error = c->error,
    };
    c->finished = true;
    unlink_child(c);
    for (int i = 0; i < NSTREAMS; i++)
        close_pipe(c, i);
    c->done(c->data, &r);
    for (int i = OUT; i < NSTREAMS; i++) {
        mem_wipe(c->collected[i].s, c->collected[i].len); /* what a tool prints may be a password, */
        text_release(&c->collected[i]);
    }
    if (c->in)
        mem_wipe(c->in, c->in_len); /* and what is typed into it */
    free(c->in);
    free(c->error);
    c->in = c->error = NULL;
    if (c->spawned)
        uv_close((uv_handle_t *)&c->process, on_closed);
    uv_close((uv_handle_t *)&c->timer, on_closed);
}

/* False: all of it runs as somebody whom we may not signal, as behind sudo. */
static bool signal_group(struct child *c, int signum)
{
    if (c->exited && kill(-c->process.pid, 0) != 0)
        return true;
    return kill(-c->process.pid, signum) == 0 || errno != EPERM;
}

/* True while something of a group that was told to end is still there and worth waiting for. */
static bool group_lingers(struct child *c, uint64_t now)
{
    bool there = !c->exited || group_lives(c->process.pid);
    if (there && now >= c->kill_at && !c->killed) {
        signal_group(c, SIGKILL);
        c->killed = true;
    }
    return !c->exited || (there && now < c->kill_at + KILL_GRACE_MS);
}

static void begin_kill(struct child *c, uint64_t now)
{
    c->killing = true;
    c->kill_at = now + TERM_GRACE_MS;
    if (signal_group(c, SIGTERM))
        return;
    for (int i = 0; i < NSTREAMS; i++) /* then it finds out when it reads or writes */
        close_pipe(c, i);
}

static void child_step(struct child *c)
{
    uint64_t now = uv_now(&c->loop->uv);
    if (c->finished)
        return;
    if (!c->spawned) {
        child_finish(c);
        return;
    }
    if (c->killing && group_lingers(c, now)) {
        if (c->exited || now < c->kill_at + KILL_GRACE_MS) /* later on only its end is news, and that is told */
            arm(c, POLL_GROUP_MS);
        return;
    }
    if (!c->exited)
        return;
    if ((c->open[OUT] || c->open[ERR]) && now < c->drain_until) {
        arm(c, (int64_t)(c->drain_until - now));
        return;
    }
    child_finish(c);
}

static void on_deadline(uv_timer_t *t)
{
    struct child *c = t->data;
    uint64_t now = uv_now(&c->loop->uv);
    if (!c->exited && !c->killing) {
        c->timed_out = true;
        begin_kill(c, now);
    }
    child_step(c);
}

static void on_exited(uv_process_t *p, int64_t status, int signum)
{
    struct child *c = p->data;
    c->exited = true;
    c->exit_status = status;
    c->signal = signum;
    c->drain_until = uv_now(&c->loop->uv) + DRAIN_MS;
    child_step(c);
}

static void on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
    static char chunk[65536]; /* one loop, one thread, and every read is copied on before the next */
    *buf = uv_buf_init(chunk, sizeof chunk);
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
    struct child *c = s->data;
    int which = (uv_pipe_t *)s == &c->pipe[OUT] ? OUT : ERR;
    if (n > 0 && which == OUT && c->output)
        c->output(c->data, buf->base, (size_t)n);
    else if (n > 0) /* when it is full the rest is read and dropped: the child must not stall */
        text_add(&c->collected[which], buf->base, (size_t)n);
    if (n > 0)
        mem_wipe(buf->base, (size_t)n);
    if (n >= 0)
        return;
    close_pipe(c, which);
    child_step(c);
}

static void on_written(uv_write_t *w, int status)
{
    struct child *c = w->data;
    if (!c->finished)
        close_pipe(c, IN);
}

/* Real pipes, not the socket pairs libuv would make: tools may open /dev/stdout. theirs gets the child's end. */
static int make_pipe(struct child *c, int which, int *theirs)
{
    int fd[2];
    if (pipe2(fd, O_CLOEXEC) != 0)
        return -errno;
    *theirs = which == IN ? fd[0] : fd[1];
    uv_pipe_init(&c->loop->uv, &c->pipe[which], 0);
    c->pipe[which].data = c;
    c->handles++;
    c->open[which] = true;
    return uv_pipe_open(&c->pipe[which], which == IN ? fd[1] : fd[0]);
}

static int start_process(struct child *c, const char *const *argv)
{
    int theirs[NSTREAMS] = {-1, -1, -1}, rc = 0;
    uv_stdio_container_t stdio[NSTREAMS];
    uv_process_options_t o = {
        .exit_cb = on_exited,
        .file = argv[0],
        .args = (char **)(uintptr_t)argv,
        .flags = UV_PROCESS_DETACHED,
        .stdio_count = NSTREAMS,
        .stdio = stdio,
    };
    for (int i = 0; i < NSTREAMS && rc == 0; i++) {
        if (i == IN && !c->in) {
            stdio[i].flags = UV_IGNORE;
            continue;
        }
        rc = make_pipe(c, i, &theirs[i]);
        stdio[i] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = theirs[i]};
    }
    if (rc == 0) {
        c->process.data = c;
        c->handles++; /* uv_spawn makes a handle that has to be closed even when it fails */
        c->spawned = true;
        rc = uv_spawn(&c->loop->uv, &c->process, &o);
        c->exited = rc != 0;
    }
    for (int i = 0; i < NSTREAMS; i++)
        if (theirs[i] >= 0)
            close(theirs[i]);
    return rc;
}

static void begin_io(struct child *c)
{
    uv_buf_t buf = uv_buf_init(c->in, (unsigned)c->in_len);
    uv_read_start((uv_stream_t *)&c->pipe[OUT], on_alloc, on_read);
    uv_read_start((uv_stream_t *)&c->pipe[ERR], on_alloc, on_read);
    c->write.data = c;
    if (c->open[IN] && uv_write(&c->write, (uv_stream_t *)&c->pipe[IN], &buf, 1, on_written) != 0)
        close_pipe(c, IN);
}

struct child *loop_spawn(struct loop *l, const char *const *argv, const char *in, size_t in_len, size_t max_out,
                         int64_t deadline_ms, void (*done)(void *, const struct child_result *), void *data)
{
    struct child *c = x_calloc(1, sizeof *c);
    c->loop = l;
    c->done = done;
    c->data = data;
    c->in = in ? x_strndup(in, in_len) : NULL;
    c->in_len = in ? in_len : 0;
    text_init(&c->collected[OUT], max_out);
    text_init(&c->collected[ERR], max_out);
    c->next = l->children;
    if (c->next)
        c->next->prev = c;
    l->children = c;
    uv_update_time(&l->uv);
    uv_timer_init(&l->uv, &c->timer);
    c->timer.data = c;
    c->handles++;
    int rc = start_process(c, argv);
    if (rc != 0) {
        c->error = rc == UV_ENOENT ? x_printf("cannot run '%s': it is not installed or not in PATH", argv[0])
                                   : x_printf("cannot run '%s': %s", argv[0], uv_strerror(rc));
        for (int i = 0; i < NSTREAMS; i++)
            close_pipe(c, i);
        arm(c, 0); /* `done` never comes from inside loop_spawn */
        return c;
    }
    begin_io(c);
    if (deadline_ms > 0)
        uv_timer_start(&c->timer, on_deadline, (uint64_t)deadline_ms, 0);
    return c;
}

void child_on_output(struct child *c, void (*output)(void *, const char *, size_t))
{
    c->output = output;
}

void child_cancel(struct child *c)
{
    c->cancelled = true;
    if (c->error || c->killing)
        return;
    uv_update_time(&c->loop->uv);
    begin_kill(c, uv_now(&c->loop->uv));
    arm(c, 0);
}

void children_kill_all(struct loop *l)
{
    for (struct child *c = l->children; c; c = c->next) {
        child_cancel(c);
        if (c->error || c->killed)
            continue;
        c->kill_at = uv_now(&l->uv);
        signal_group(c, SIGKILL);
        c->killed = true;
    }
}

/* They were told to end by SIGKILL: only one that the kernel holds, for a disk, is still there after a while. */
bool children_awaited(const struct loop *l, uint64_t for_ms)
{
    return l->children && for_ms < DRAIN_MS + 2 * KILL_GRACE_MS;
}
