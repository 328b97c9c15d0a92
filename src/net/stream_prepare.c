/* What a stream needs before it connects: the addresses of the other side, and its TLS. */
#include "net/stream_inside.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "base/mem.h"

static char *copy(const char *s)
{
    return s ? x_strdup(s) : NULL;
}

void prepared_init(struct prepared *p, const struct stream_peer *peer)
{
    *p = (struct prepared){.host = x_strdup(peer->host),
                           .unix_socket = copy(peer->unix_socket),
                           .ca_file = copy(peer->ca_file),
                           .client_cert = copy(peer->client_cert),
                           .client_key = copy(peer->client_key),
                           .port = peer->port,
                           .tls = peer->tls,
                           .insecure = peer->insecure};
}

void prepared_release(struct prepared *p)
{
    free(p->host);
    free(p->unix_socket);
    free(p->ca_file);
    free(p->client_cert);
    free(p->client_key);
    SSL_CTX_free(p->context);
}

static void add_address(struct prepared *p, const void *address, socklen_t n)
{
    if (p->naddresses == ADDRESSES_MAX || n > sizeof *p->address)
        return;
    memcpy(&p->address[p->naddresses], address, n);
    p->length[p->naddresses++] = n;
}

bool prepared_at_once(struct prepared *p)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)p->port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)p->port)};

    if (p->unix_socket)
        return false;
    if (inet_pton(AF_INET, p->host, &v4.sin_addr) == 1)
        add_address(p, &v4, sizeof v4);
    else if (inet_pton(AF_INET6, p->host, &v6.sin6_addr) == 1)
        add_address(p, &v6, sizeof v6);
    return p->naddresses > 0 && !p->tls;
}

static void unix_address(struct prepared *p)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};

    if (strlen(p->unix_socket) >= sizeof to.sun_path) {
        p->fail = stream_no_connect(p, ENAMETOOLONG, &p->err);
        return;
    }
    strcpy(to.sun_path, p->unix_socket);
    add_address(p, &to, sizeof to);
}

static void look_up(struct prepared *p)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char port[16];
    int why;

    snprintf(port, sizeof port, "%d", p->port);
    why = getaddrinfo(p->host, port, &hints, &found);
    if (why == EAI_ADDRFAMILY || why == EAI_NONAME || why == EAI_NODATA) { /* loopback alone counts as no address to AI_ADDRCONFIG */
        struct addrinfo any = hints;
        any.ai_flags = AI_NUMERICSERV;
        why = getaddrinfo(p->host, port, &any, &found);
    }
    if (why) {
        p->fail = stream_no_name(p, gai_strerror(why), &p->err);
        return;
    }
    for (const struct addrinfo *a = found; a; a = a->ai_next)
        add_address(p, a->ai_addr, a->ai_addrlen);
    freeaddrinfo(found);
}

void prepared_work(struct prepared *p)
{
    if (p->unix_socket)
        unix_address(p);
    else if (!p->naddresses)
        look_up(p);
    if (p->fail == HTTP_OK && p->tls)
        tls_prepare(p);
}
