/* Which connection a call had. libcurl (before 8.2) has no number for it, and tells the socket at the end of a call
 * only if the connection lives on. So sockets are numbered when they are opened, each finished call notes the local
 * port beside the number, and a call that took up a connection which its answer closed is found by that port. */
#include <string.h>

#include "base/mem.h"
#include "net/call.h"

struct connection {
    int64_t number;
    long local_port;              /* 0: not known yet, or a unix socket */
    const struct http_peer *peer; /* only compared */
};

int64_t connections_open(struct connections *t, int fd)
{
    size_t need = (size_t)fd + 1;
    if (need > t->n) {
        need += need / 2;
        t->by_fd = x_realloc(t->by_fd, need * sizeof *t->by_fd);
        memset(t->by_fd + t->n, 0, (need - t->n) * sizeof *t->by_fd);
        t->n = need;
    }
    t->by_fd[fd] = (struct connection){.number = ++t->last};
    return t->last;
}

int64_t connections_number(const struct connections *t, int fd)
{
    return fd >= 0 && (size_t)fd < t->n ? t->by_fd[fd].number : 0;
}

/* By local port and peer; 0 when there is none or, with unix sockets, more than one. */
static int64_t find_closed(const struct connections *t, long local_port, const struct http_peer *peer)
{
    int64_t found = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (!t->by_fd[i].number || t->by_fd[i].local_port != local_port || t->by_fd[i].peer != peer)
            continue;
        if (found && !local_port)
            return 0;
        if (t->by_fd[i].number > found)
            found = t->by_fd[i].number;
    }
    return found;
}

int64_t call_connection(const struct http_call *c, bool sent)
{
    struct connections *t = http_connections(c->http);
    curl_socket_t fd = CURL_SOCKET_BAD;
    long port = 0;
    if (!sent)
        return 0;
    curl_easy_getinfo(c->easy, CURLINFO_ACTIVESOCKET, &fd);
    curl_easy_getinfo(c->easy, CURLINFO_LOCAL_PORT, &port);
    if (connections_number(t, fd)) {
        t->by_fd[fd].local_port = port;
        t->by_fd[fd].peer = c->peer;
        return t->by_fd[fd].number;
    }
    if (c->opened || c->polled)
        return c->opened ? c->opened : c->polled;
    return find_closed(t, port, c->peer);
}
