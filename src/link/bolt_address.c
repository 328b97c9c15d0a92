#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "link/bolt_inside.h"

enum { BOLT_PORT = 7687 };

static const struct {
    const char *scheme;
    bool tls, insecure, routes;
} schemes[] = {
    {"bolt://", false, false, false}, {"bolt+s://", true, false, false},  {"bolt+ssc://", true, true, false},
    {"neo4j://", false, false, true}, {"neo4j+s://", true, false, true}, {"neo4j+ssc://", true, true, true},
};

/* "db1", "db1:7687", "[::1]:7687"; what follows a slash is no address. */
static bool host_and_port(const char *s, struct stream_peer *out)
{
    size_t n = strcspn(s, "/?#");
    const char *close = *s == '[' ? memchr(s, ']', n) : NULL, *colon = memchr(close ? close : s, ':', n - (size_t)((close ? close : s) - s));
    size_t host = close ? (size_t)(close - s - 1) : colon ? (size_t)(colon - s) : n;
    char *end = NULL;
    long port = colon ? strtol(colon + 1, &end, 10) : BOLT_PORT;

    if (!host || port <= 0 || port > 65535 || (colon && end != s + n))
        return false;
    out->host = x_strndup(close ? s + 1 : s, host);
    out->port = (int)port;
    return true;
}

bool bolt_beside(const char *http, struct stream_peer *out)
{
    out->tls = strncasecmp(http, "https://", 8) == 0;
    if (!out->tls && strncasecmp(http, "http://", 7) != 0)
        return false;
    if (!host_and_port(http + (out->tls ? 8 : 7), out))
        return false;
    out->port = BOLT_PORT;
    return true;
}

int bolt_port_of(const char *advertised)
{
    const char *colon = strrchr(advertised, ':');
    size_t n = colon ? strspn(colon + 1, "0123456789") : 0;
    long port = n > 0 && n <= 5 && !colon[1 + n] ? strtol(colon + 1, NULL, 10) : 0;

    return port > 0 && port <= 65535 ? (int)port : 0;
}

bool bolt_seeks(const struct bolt *b)
{
    return b->seeks;
}

void bolt_told(struct bolt *b, const char *advertised, const char *why_not)
{
    int port = bolt_port_of(advertised);

    b->guesses[0] = '\0';
    if (port) {
        b->peer.port = port;
        b->peer.tls |= str_starts(advertised, "bolt+s://"); /* it takes nothing in the clear */
        return;
    }
    snprintf(b->guesses, sizeof b->guesses, "%s", *why_not ? why_not : "GET / names no Bolt port, perhaps it is switched off");
}

const char *bolt_guesses(const struct bolt *b)
{
    return b->guesses;
}

void bolt_uri(const struct bolt *b, struct text *out)
{
    text_addf(out, "%s%s://", b->routes ? "neo4j" : "bolt", !b->peer.tls ? "" : b->peer.insecure ? "+ssc" : "+s");
    text_addf(out, strchr(b->peer.host, ':') ? "[%s]:%d" : "%s:%d", b->peer.host, b->peer.port);
}

bool bolt_address(const char *base, struct stream_peer *out, bool *routes)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t n = strlen(schemes[i].scheme);
        if (strncasecmp(base, schemes[i].scheme, n) != 0)
            continue;
        out->tls = schemes[i].tls;
        out->insecure = schemes[i].insecure;
        *routes = schemes[i].routes;
        return host_and_port(base + n, out);
    }
    return false;
}
