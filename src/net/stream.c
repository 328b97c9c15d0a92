#include "net/stream_inside.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

enum { READ_AT_ONCE = 64 * 1024, READS_IN_A_TURN = 8 };
enum { QUIET_S = 30, PROBES = 3, PROBE_S = 10, UNHEARD_MS = 30000 }; /* a dead connection is noticed within a minute */

enum stage { PREPARING, CONNECTING, SHAKING, OPEN, OVER };

/* What a worker has in hand may outlive the stream. */
struct preparing {
    struct prepared p;
    struct stream *stream; /* NULL: it was closed */
};

struct stream {
    struct loop *loop;
    const struct stream_handler *handler;
    void *data;
    struct preparing *preparing; /* its p is ours to read once the worker is done */
    struct job *job;
    enum stage stage;
    size_t address;      /* the one that is tried */
    int fd;              /* -1: none */
    struct watch *watch;
    struct timer *timer;
    int64_t connect_ms, expect_ms, deadline; /* deadline: monotonic, 0 none */
    struct tls tls;
    struct queue out;    /* for the socket */
    struct queue early;  /* written before it was open */
    bool ready;          /* there is nothing to prepare: it begins with the next turn */
    bool calling, closed; /* closed inside a call of its handler: let go of after it */
    int64_t number;
};

static int64_t last_number;

static void take_tls_output(struct stream *s);
static void begin_at_once(struct stream *s);

/* ---- the end ---- */

static void close_socket(struct stream *s)
{
    watch_stop(s->watch);
    s->watch = NULL;
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

static void release(struct stream *s)
{
    close_socket(s);
    timer_free(s->timer);
    tls_release(&s->tls);
    if (s->job) {
        s->preparing->stream = NULL; /* the worker's done frees it */
    } else {
        prepared_release(&s->preparing->p);
        free(s->preparing);
    }
    queue_release(&s->early);
    queue_release(&s->out);
    free(s);
}

/* The last words; whoever does not take them at once does not get them. */
static void say_goodbye(struct stream *s)
{
    ssize_t n;

    if (s->preparing->p.tls) {
        tls_end(&s->tls);
        take_tls_output(s);
    }
    while (s->out.n && (n = send(s->fd, s->out.p, s->out.n, MSG_NOSIGNAL)) > 0)
        queue_drop(&s->out, (size_t)n);
}

void stream_close(struct stream *s)
{
    if (!s)
        return;
    if (s->stage == OPEN)
        say_goodbye(s);
    s->closed = true;
    if (!s->calling)
        release(s);
}

static void end(struct stream *s, enum http_fail why, const struct err *e)
{
    const struct stream_handler *handler = s->handler;
    struct err copy = e ? *e : (struct err){0};
    void *data = s->data;

    release(s);
    handler->closed(data, why, &copy);
}

/* ---- deadlines ---- */

static void on_timer(void *data)
{
    struct stream *s = data;
    int64_t now = clock_mono_ms();
    struct err e = {0};
    bool open = s->stage == OPEN;

    if (s->ready) {
        begin_at_once(s);
        return;
    }
    if (!s->deadline)
        return;
    if (now < s->deadline) {
        timer_set(s->timer, s->deadline - now);
        return;
    }
    stream_late(&s->preparing->p, open, s->stage == SHAKING, open ? s->expect_ms : s->connect_ms, &e);
    end(s, HTTP_FAIL_TIMEOUT, &e);
}

static void set_deadline(struct stream *s, int64_t ms)
{
    int64_t before = s->deadline;

    s->deadline = ms > 0 ? clock_mono_ms() + ms : 0;
    if (s->deadline && (!before || s->deadline < before)) /* later ones are seen when the timer comes */
        timer_set(s->timer, ms);
}

void stream_expect(struct stream *s, int64_t ms)
{
    s->expect_ms = ms;
    if (s->stage == OPEN)
        set_deadline(s, ms);
}

/* ---- sending ---- */

static void watch_events(struct stream *s)
{
    int events = LOOP_READ | (s->out.n || s->stage == CONNECTING ? LOOP_WRITE : 0);

    if (s->watch)
        watch_set(s->watch, events);
}

/* False: it is over, s is gone. */
static bool flush(struct stream *s)
{
    struct err e = {0};

    while (s->out.n) {
        ssize_t n = send(s->fd, s->out.p, s->out.n, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n < 0) {
            enum http_fail fail = stream_cut(&s->preparing->p, errno, s->stage == SHAKING, &e);
            end(s, fail, &e);
            return false;
        }
        queue_drop(&s->out, (size_t)n);
    }
    watch_events(s);
    return true;
}

static void take_tls_output(struct stream *s)
{
    char piece[16 * 1024];
    int n;

    while ((n = BIO_read(s->tls.out, piece, sizeof piece)) > 0)
        queue_add(&s->out, piece, (size_t)n);
}

static void send_plain(struct stream *s, const void *bytes, size_t n)
{
    if (!s->preparing->p.tls) {
        queue_add(&s->out, bytes, n);
    } else {
        tls_write(&s->tls, bytes, n);
        take_tls_output(s);
    }
}

/* Not from inside stream_write: the end is told by the timer. */
static void too_much(struct stream *s)
{
    s->expect_ms = s->expect_ms ? s->expect_ms : 1;
    s->deadline = 1;
    timer_set(s->timer, 0);
}

void stream_write(struct stream *s, const void *bytes, size_t n)
{
    if (s->out.n + s->early.n + n > STREAM_QUEUE_MAX) {
        too_much(s);
    } else if (s->stage == OPEN) {
        send_plain(s, bytes, n);
        watch_events(s); /* sent in the next turn: what is written in one goes together */
    } else {
        queue_add(&s->early, bytes, n);
    }
}

/* ---- receiving ---- */

/* A call of the handler is over, which may have closed the stream: false, s is gone. */
static bool called(struct stream *s)
{
    s->calling = false;
    if (!s->closed)
        return true;
    release(s);
    return false;
}

static bool give(struct stream *s, const char *bytes, size_t n)
{
    s->calling = true;
    s->handler->bytes(s->data, bytes, n);
    return called(s);
}

static bool is_opened(struct stream *s)
{
    s->stage = OPEN;
    set_deadline(s, s->expect_ms);
    if (s->early.n)
        send_plain(s, s->early.p, s->early.n);
    queue_release(&s->early);
    s->calling = true;
    s->handler->opened(s->data);
    return called(s) && flush(s);
}

/* After bytes came from the socket: the handshake, then what is plain. False: s is gone. */
static bool take_tls(struct stream *s)
{
    char plain[16 * 1024];
    enum tls_step step = TLS_DONE;
    struct err e = {0};
    size_t n;

    if (s->stage == SHAKING) {
        step = tls_shake(&s->tls, &s->preparing->p, &e);
        take_tls_output(s);
        if (step == TLS_MORE)
            return flush(s);
        if (step == TLS_DONE && !is_opened(s))
            return false;
    }
    while (step == TLS_DONE && (step = tls_read(&s->tls, plain, sizeof plain, &n, &s->preparing->p, &e)) == TLS_DONE)
        if (!give(s, plain, n))
            return false;
    take_tls_output(s);
    if (step == TLS_FAILED || step == TLS_ENDED) {
        end(s, step == TLS_ENDED ? HTTP_OK : HTTP_FAIL_TLS, &e);
        return false;
    }
    return flush(s);
}

static bool take(struct stream *s, const char *bytes, size_t n)
{
    if (s->stage == OPEN)
        set_deadline(s, s->expect_ms);
    if (!s->preparing->p.tls)
        return give(s, bytes, n);
    BIO_write(s->tls.in, bytes, (int)n);
    return take_tls(s);
}

/* Up to so many pieces. False: s is gone. */
static bool receive(struct stream *s, int most)
{
    char bytes[READ_AT_ONCE];
    struct err e = {0};

    for (int i = 0; i < most; i++) {
        ssize_t n = recv(s->fd, bytes, sizeof bytes, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return true;
        if (n <= 0) {
            bool in_order = n == 0 && s->stage == OPEN && !s->preparing->p.tls;
            enum http_fail fail = in_order ? HTTP_OK : stream_cut(&s->preparing->p, n ? errno : 0, s->stage == SHAKING, &e);
            end(s, fail, &e);
            return false;
        }
        if (!take(s, bytes, (size_t)n))
            return false;
    }
    return true;
}

/* What came before it was cut is read: it may say why. */
static void cut(struct stream *s)
{
    struct err e = {0};
    int error = 0;
    socklen_t len = sizeof error;

    if (!receive(s, INT_MAX))
        return;
    getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    end(s, stream_cut(&s->preparing->p, error ? error : ECONNRESET, s->stage == SHAKING, &e), &e);
}

/* ---- connecting ---- */

static void try_next(struct stream *s, int number);

/* Whatever is between may forget a connection that is silent, and say nothing. All of no effect on a unix socket. */
static void set_options(int fd)
{
    static const struct {
        int level, name, value;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},        {SOL_SOCKET, SO_KEEPALIVE, 1},        {IPPROTO_TCP, TCP_KEEPIDLE, QUIET_S},
        {IPPROTO_TCP, TCP_KEEPINTVL, PROBE_S}, {IPPROTO_TCP, TCP_KEEPCNT, PROBES}, {IPPROTO_TCP, TCP_USER_TIMEOUT, UNHEARD_MS},
    };

    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof options[i].value);
}

static void connected(struct stream *s)
{
    struct prepared *p = &s->preparing->p;
    int error = 0;
    socklen_t len = sizeof error;

    if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
        error = errno;
    if (error) {
        try_next(s, error);
        return;
    }
    set_options(s->fd);
    s->stage = SHAKING;
    watch_events(s);
    if (!p->tls) {
        is_opened(s);
        return;
    }
    if (tls_begin(&s->tls, p)) {
        take_tls(s);
        return;
    }
    stream_no_tls(p, "it could not be prepared", &p->err);
    end(s, HTTP_FAIL_TLS, &p->err);
}

static void on_socket(void *data, int ready)
{
    struct stream *s = data;

    if (s->stage == CONNECTING) {
        connected(s);
    } else if (ready & LOOP_HUP) {
        cut(s);
    } else if (!(ready & LOOP_WRITE) || flush(s)) {
        if (ready & LOOP_READ)
            receive(s, READS_IN_A_TURN);
    }
}

static int begin_connect(struct stream *s)
{
    const struct prepared *p = &s->preparing->p;
    const struct sockaddr *to = (const struct sockaddr *)&p->address[s->address];

    s->fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->fd < 0)
        return errno;
    if (connect(s->fd, to, p->length[s->address]) < 0 && errno != EINPROGRESS)
        return errno;
    s->watch = loop_watch(s->loop, s->fd, LOOP_WRITE, on_socket, s);
    return s->watch ? 0 : errno;
}

/* The address before could not be had for this reason. */
static void try_next(struct stream *s, int number)
{
    struct prepared *p = &s->preparing->p;
    struct err e = {0};

    close_socket(s);
    s->stage = CONNECTING;
    while (++s->address < p->naddresses) {
        number = begin_connect(s);
        if (!number)
            return;
        close_socket(s);
    }
    enum http_fail fail = stream_no_connect(p, number, &e);
    end(s, fail, &e);
}

static void try_first(struct stream *s)
{
    s->address = (size_t)-1;
    try_next(s, 0);
}

static void begin_at_once(struct stream *s)
{
    s->ready = false;
    if (s->deadline)
        timer_set(s->timer, s->deadline - clock_mono_ms());
    try_first(s);
}

/* ---- preparing, in a worker ---- */

static void prepare(void *data)
{
    prepared_work(&((struct preparing *)data)->p);
}

static void on_prepared(void *data, bool cancelled)
{
    struct preparing *w = data;
    struct stream *s = w->stream;

    if (!s || cancelled) {
        if (s)
            s->job = NULL; /* the loop goes; the stream is still its owner's */
        else {
            prepared_release(&w->p);
            free(w);
        }
        return;
    }
    s->job = NULL;
    if (w->p.fail != HTTP_OK)
        end(s, w->p.fail, &w->p.err);
    else
        try_first(s);
}

struct stream *stream_open(struct loop *l, const struct stream_peer *p, int64_t connect_ms, const struct stream_handler *h, void *data)
{
    struct stream *s = x_calloc(1, sizeof *s);
    struct preparing *w = x_calloc(1, sizeof *w);

    w->stream = s;
    prepared_init(&w->p, p);
    *s = (struct stream){.loop = l, .handler = h, .data = data, .preparing = w, .fd = -1, .connect_ms = connect_ms};
    s->number = (int64_t)(INT64_C(1) << 62) + ++last_number;
    s->timer = loop_timer(l, on_timer, s);
    set_deadline(s, connect_ms);
    s->ready = prepared_at_once(&w->p);
    if (s->ready)
        timer_set(s->timer, 0); /* not from inside */
    else
        s->job = loop_work(l, prepare, on_prepared, w);
    return s;
}

int64_t stream_number(const struct stream *s)
{
    return s->number;
}
