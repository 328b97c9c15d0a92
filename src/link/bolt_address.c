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
