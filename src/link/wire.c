/* One HTTP request of an instance. net/ promises its callback for later, also after a cancel, and borrows the peer until
 * then: so this small thing may outlive the link. */
#include <stdlib.h>

#include "base/mem.h"
#include "link/internal.h"

struct peer_box {
    struct http_peer peer;
    unsigned users;
};

struct wire {
    struct peer_box *box;
    struct http_call *call;
    wire_piece *piece;
    wire_done *done; /* NULL: nobody waits any more */
    struct instance *at;
    void *data;
};

struct peer_box *peer_box_new(const struct link_instance *spec, const char *base)
{
    struct peer_box *b = x_calloc(1, sizeof *b);

    b->users = 1;
    b->peer = (struct http_peer){
        .base = base,
        .ca_file = x_strdup(spec->ca_file),
        .client_cert = x_strdup(spec->client_cert),
        .client_key = x_strdup(spec->client_key),
        .proxy = x_strdup(spec->proxy),
        .insecure = spec->insecure,
    };
    return b;
}

const struct http_peer *peer_of(const struct instance *i)
{
    return &i->box->peer;
}

void peer_box_drop(struct peer_box *b)
{
    if (--b->users)
        return;
    free((char *)b->peer.base);
    free((char *)b->peer.ca_file);
    free((char *)b->peer.client_cert);
    free((char *)b->peer.client_key);
    free((char *)b->peer.proxy);
    free(b);
}

static bool on_piece(void *data, const char *bytes, size_t n)
{
    struct wire *w = data;

    return w->done && w->piece(w->at, w->data, bytes, n);
}

static void on_done(void *data, const struct http_response *r)
{
    struct wire *w = data;

    if (w->done)
        w->done(w->at, w->data, r);
    peer_box_drop(w->box);
    free(w);
}

struct wire *wire_send(struct instance *i, struct http_request *rq, wire_piece *piece, wire_done *done, void *data)
{
    struct wire *w = x_calloc(1, sizeof *w);

    *w = (struct wire){.box = i->box, .at = i, .piece = piece, .done = done, .data = data};
    w->box->users++;
    rq->peer = &w->box->peer;
    w->call = http_send(i->link->http, rq, piece ? on_piece : NULL, on_done, w);
    return w;
}

void wire_pause(struct wire *w)
{
    http_pause(w->call);
}

void wire_resume(struct wire *w)
{
    http_resume(w->call);
}

void wire_cancel(struct wire *w)
{
    http_cancel(w->call);
}

void wire_forget(struct wire *w)
{
    if (!w)
        return;
    w->done = NULL;
    http_cancel(w->call);
}
