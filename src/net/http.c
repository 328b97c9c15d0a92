/* The multi handle on the loop. libcurl's rules kept here: nothing of the multi interface is called from inside one of
 * its callbacks (a timeout of 0 is a timer of 0, a cancel waits for the next turn); finished transfers are looked for
 * after every action; the multi handle is cleaned up while its socket callback is still set. */
#include <limits.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "net/call.h"

#define CONNECTIONS_EACH 4
#define SPARE_FILES      256 /* descriptors that the rest of the program may need */
#define MAX_IDLE         32  /* easy handles kept for the next request */

struct http {
    struct loop *loop;
    CURLM *multi; /* NULL until the first request */
    struct timer *due, *cancels;
    struct http_call *calls;
    CURL *idle[MAX_IDLE];
    unsigned nidle;
    unsigned peers;
    struct connections connections;
};

struct sock {
    struct http *http;
    struct watch *watch;
    int fd;
};

static unsigned users; /* of libcurl in this process; only the loop's thread comes here */

struct connections *http_connections(struct http *h)
{
    return &h->connections;
}

/* --- the end of a call ----------------------------------------------------------------------------------------------
 */

static void recycle(struct http *h, CURL *easy)
{
    if (h->nidle == MAX_IDLE) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy); /* forgets the password too; libcurl's free wipes */
    h->idle[h->nidle++] = easy;
}

static void call_end(struct http_call *c, CURLcode rc)
{
    struct http *h = c->http;
    struct http_response r = {0};
    call_explain(c, rc, &r); /* first: a handle that was removed no longer tells its socket */
    curl_multi_remove_handle(h->multi, c->easy);
    if (c->prev)
        c->prev->next = c->next;
    else
        h->calls = c->next;
    if (c->next)
        c->next->prev = c->prev;
    log_debug("%s: status %d, fail %d, %zu bytes, %lld ms, connection %lld: %s", c->path, r.status, (int)r.fail,
              c->body_bytes, (long long)r.elapsed_ms, (long long)r.connection, r.err.words);
    c->done(c->data, &r);
    recycle(h, c->easy);
    call_release(c);
    free(c);
}

static struct http_call *call_of(CURL *easy)
{
    char *p = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &p);
    return (struct http_call *)(void *)p;
}

/* The message is dead once its handle is removed, so one at a time. */
static void end_finished(struct http *h)
{
    CURLMsg *m;
    int left;
    while ((m = curl_multi_info_read(h->multi, &left)))
        if (m->msg == CURLMSG_DONE)
            call_end(call_of(m->easy_handle), m->data.result);
}

static void act(struct http *h, curl_socket_t fd, int what)
{
    int running;
    curl_multi_socket_action(h->multi, fd, what, &running);
    end_finished(h);
}

static void on_cancels(void *data)
{
    struct http *h = data;
    struct http_call *c = h->calls, *next;
    for (; c; c = next) {
        next = c->next;
        if (c->cancelled) {
            call_end(c, CURLE_ABORTED_BY_CALLBACK);
            next = h->calls; /* the callback may have sent or ended others */
        }
    }
}

/* --- libcurl's callbacks --------------------------------------------------------------------------------------------
 */

static void on_ready(void *data, int ready)
{
    struct sock *s = data;
    int what = (ready & LOOP_READ ? CURL_CSELECT_IN : 0) | (ready & LOOP_WRITE ? CURL_CSELECT_OUT : 0);
    if (ready & LOOP_HUP)
        what |= CURL_CSELECT_IN | CURL_CSELECT_ERR; /* IN: so that it reads, and names, the error */
    act(s->http, s->fd, what);
}

static void on_due(void *data)
{
    act(data, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timeout(CURLM *multi, long in_ms, void *data)
{
    struct http *h = data;
    if (in_ms < 0)
        timer_clear(h->due);
    else
        timer_set(h->due, in_ms);
    return 0;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *assigned)
{
    struct http *h = data;
    struct sock *s = assigned;
    if (what == CURL_POLL_REMOVE) {
        if (s)
            watch_stop(s->watch);
        free(s);
        curl_multi_assign(h->multi, fd, NULL);
        return 0;
    }
    int events = (what & CURL_POLL_IN ? LOOP_READ : 0) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0);
    struct http_call *c = call_of(easy);
    if (c && connections_number(&h->connections, fd)) /* it may be the name look-up's */
        c->polled = connections_number(&h->connections, fd);
    if (s) {
        watch_set(s->watch, events);
        return 0;
    }
    s = x_calloc(1, sizeof *s);
    s->http = h;
    s->fd = fd;
    s->watch = loop_watch(h->loop, fd, events, on_ready, s);
    if (!s->watch) {
        free(s);
        return -1;
    }
    curl_multi_assign(h->multi, fd, s);
    return 0;
}

/* --- life -----------------------------------------------------------------------------------------------------------
 */

struct http *http_new(struct loop *l)
{
    struct http *h = x_calloc(1, sizeof *h);
    h->loop = l;
    h->due = loop_timer(l, on_due, h);
    h->cancels = loop_timer(l, on_cancels, h);
    h->peers = 4;
    return h;
}

static void size_cache(struct http *h)
{
    curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)h->peers * CONNECTIONS_EACH);
}

static void start_curl(struct http *h)
{
    if (users++ == 0)
        curl_global_init_mem(CURL_GLOBAL_DEFAULT, wiping_malloc, wiping_free, wiping_realloc, wiping_strdup,
                             wiping_calloc);
    h->multi = curl_multi_init();
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timeout);
    curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
    curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    size_cache(h);
}

void http_expect_peers(struct http *h, unsigned n)
{
    struct rlimit r;
    h->peers = n < 4 ? 4 : n > INT_MAX / 8 ? INT_MAX / 8 : n;
    if (h->multi)
        size_cache(h);
    rlim_t need = (rlim_t)h->peers * CONNECTIONS_EACH + SPARE_FILES;
    if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= need)
        return;
    r.rlim_cur = need < r.rlim_max ? need : r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
}

void http_free(struct http *h)
{
    if (!h)
        return;
    while (h->calls) {
        h->calls->cancelled = true;
        call_end(h->calls, CURLE_ABORTED_BY_CALLBACK);
    }
    while (h->nidle)
        curl_easy_cleanup(h->idle[--h->nidle]);
    if (h->multi) {
        curl_multi_cleanup(h->multi); /* closes the kept connections and takes their watches back */
        if (--users == 0)
            curl_global_cleanup();
    }
    timer_free(h->due);
    timer_free(h->cancels);
    free(h->connections.by_fd);
    free(h);
}

struct http_call *http_send(struct http *h, const struct http_request *rq, http_piece *piece, http_done *done,
                            void *data)
{
    struct http_call *c = x_calloc(1, sizeof *c);
    if (!h->multi)
        start_curl(h);
    c->http = h;
    c->piece = piece;
    c->done = done;
    c->data = data;
    c->easy = h->nidle ? h->idle[--h->nidle] : curl_easy_init();
    call_prepare(c, rq);
    c->next = h->calls;
    if (c->next)
        c->next->prev = c;
    h->calls = c;
    curl_multi_add_handle(h->multi, c->easy); /* only asks for a timer: nothing ends in here */
    return c;
}

void http_pause(struct http_call *c)
{
    c->pauses = true;
}

/* libcurl may hand over what it kept, so that the pause begins anew or the piece is refused; the latter it only tells here. */
void http_resume(struct http_call *c)
{
    if (!c->pauses || c->cancelled)
        return;
    c->pauses = false;
    if (curl_easy_pause(c->easy, CURLPAUSE_CONT) != CURLE_OK)
        http_cancel(c);
}

void http_cancel(struct http_call *c)
{
    c->cancelled = true;
    timer_set(c->http->cancels, 0);
}
