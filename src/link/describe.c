/* What was found of an instance, for `neodeck info`: one line each. */
#include <string.h>

#include "base/clock.h"
#include "link/bolt.h"

static const char *yes_no(bool b, const char *yes, const char *no)
{
    return b ? yes : no;
}

static const char *dialect_words(enum dialect d)
{
    switch (d) {
    case DIALECT_JOLT: return "jolt (transactional HTTP API, one line a row)";
    case DIALECT_JSON: return "json (transactional HTTP API, plain JSON)";
    case DIALECT_QUERY: return "query (Query API v2, the transactional one is switched off)";
    case DIALECT_BOLT: return "bolt";
    case DIALECT_UNKNOWN: break;
    }
    return "unknown: not connected yet";
}

static void describe_credential(const struct instance *i, struct text *out)
{
    const struct credential *c = i->credential;

    if (!c)
        text_adds(out, "login: none configured\n");
    else if (c->auth == HTTP_AUTH_BEARER)
        text_adds(out, "login: token\n");
    else
        text_addf(out, "login: user %s\n", c->user ? c->user : "");
}

static void describe_port(const struct bolt *b, struct text *out)
{
    text_adds(out, "bolt address: ");
    bolt_uri(b, out);
    if (bolt_guesses(b)[0])
        text_addf(out, ", its port is a guess: %s\n", bolt_guesses(b));
    else
        text_adds(out, ", its port as GET / of the address above tells it\n");
}

static void describe_bolt(const struct bolt *b, struct text *out)
{
    struct bolt_version v = bolt_version_of(b);

    if (bolt_seeks(b))
        describe_port(b, out);
    if (!v.major) {
        text_adds(out, "dialect: bolt, not connected yet\n");
        return;
    }
    text_addf(out, "dialect: bolt %d.%d, one login a connection\n", v.major, v.minor);
    text_addf(out, "server calls itself: %s\n", *bolt_agent_of(b) ? bolt_agent_of(b) : "not said yet");
    if (bolt_hint_recv_s(b))
        text_addf(out, "sign of life while an answer is outstanding: every %lld s\n", (long long)bolt_hint_recv_s(b));
}

static void describe_routing(const struct instance *i, struct text *out)
{
    char until[40];

    if (!i->bolt || !bolt_routes(i->bolt))
        return;
    text_adds(out, "routing: this address alone is asked; members of a cluster are instances of their own\n");
    if (i->routing)
        text_addf(out, "routing table: %s; until %s\n", i->routing, time_rfc3339(i->routed_until, until, sizeof until));
    else if (i->routing_why[0])
        text_addf(out, "routing table: this server tells none: %s\n", i->routing_why);
    else if (statement_variant(STMT_ROUTING, i->server.version, i->server.edition, NULL))
        text_adds(out, "routing table: not read yet\n");
    else
        text_adds(out, "routing table: this version and edition have none\n");
}

static void host_of(const char *base, struct text *out)
{
    const char *host = strstr(base, "://");
    size_t n;

    host = host ? host + 3 : base;
    n = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
    text_add(out, host, n);
}

bool link_bolt_address(const struct link *k, uint32_t instance, struct text *out)
{
    const struct instance *i = instance < k->ninstances ? k->instances[instance] : NULL;
    const char *base = i ? peer_of(i)->base : "", *port = i ? strrchr(i->server.bolt, ':') : NULL;
    bool tls = str_starts(base, "https:");

    text_clear(out);
    if (i && i->bolt) {
        bolt_uri(i->bolt, out);
        return true;
    }
    if (!port || !port[1] || strspn(port + 1, "0123456789") != strlen(port + 1))
        return false;
    text_adds(out, !tls ? "bolt://" : peer_of(i)->insecure ? "bolt+ssc://" : "bolt+s://");
    host_of(base, out);
    text_adds(out, port);
    return true;
}

void link_describe(const struct link *k, uint32_t instance, struct text *out)
{
    if (instance >= k->ninstances)
        return;
    const struct instance *i = k->instances[instance];
    const struct discovery *d = &i->server;

    text_addf(out, "address: %s\n", peer_of(i)->base);
    text_addf(out, "tls: %s\n", instance_tls(i));
    describe_credential(i, out);
    if (i->bolt)
        describe_bolt(i->bolt, out);
    else
        text_addf(out, "dialect: %s\n", dialect_words(d->dialect));
    if (!i->discovered)
        return;
    text_addf(out, "tag of our statements: %s\n",
              yes_no(i->bolt || neo_takes_tag(d), "sent, own transactions are recognised", "this version takes none over HTTP"));
    text_addf(out, "time limit on the server: %s\n",
              yes_no(i->bolt || neo_takes_deadline(d), "sent with every statement", "this version takes none over HTTP"));
    text_addf(out, "a statement that is given up: %s\n",
              yes_no(i->bolt, "the server is told to end it", "runs on until its limit, unless it has rows to write: HTTP cannot end it"));
    text_addf(out, "read access mode: %s\n",
              yes_no(i->bolt || neo_takes_read_mode(d), "sent with every reading statement", "this version ignores it"));
    text_addf(out, "requests at a time: at most %d\n", i->credential ? AT_ONCE_WITH_LOGIN : AT_ONCE);
    if (d->bolt[0])
        text_addf(out, "bolt as advertised: %s%s\n", d->bolt, i->bolt ? "" : " (not connected to)");
    text_addf(out, "server id: %s\n", i->server_id[0] ? i->server_id : "none known");
    describe_routing(i, out);
    if (given_running(i))
        text_addf(out, "given up, perhaps still running there: %zu\n", given_running(i));
}
