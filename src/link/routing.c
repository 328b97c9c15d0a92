/* Who reads, who writes and who routes in a cluster, as this server tells it: asked for an address of a neo4j scheme, after the login
 * and when its time is over. Only shown: members are instances of their own, and each is asked itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "link/bolt.h"

enum { TTL_LEAST_S = 10, TTL_MOST_S = 86400, WORDS_MAX = 4000 };

static const struct value *cell(const struct reply *r, const char *name)
{
    for (size_t n = 0; r->nrows && n < r->ncols; n++)
        if (strcmp(r->names[n], name) == 0)
            return &r->cells[n];
    return NULL;
}

static void add_addresses(struct text *out, struct value servers, const char *role)
{
    for (uint32_t k = 0; k < servers.len; k++) {
        struct value addresses = value_get(servers.u.list[k], "addresses");
        if (strcmp(value_str(value_get(servers.u.list[k], "role"), ""), role) != 0 || addresses.type != V_LIST)
            continue;
        for (uint32_t a = 0; a < addresses.len; a++)
            text_addf(out, " %.260s", value_str(addresses.u.list[a], "?"));
    }
}

static void describe(struct instance *i, struct value servers)
{
    static const struct {
        const char *role, *word;
    } roles[] = {{"WRITE", "writes"}, {"READ", "reads"}, {"ROUTE", "routes"}};
    struct text t;

    text_init(&t, WORDS_MAX);
    for (size_t n = 0; n < sizeof roles / sizeof *roles; n++) {
        size_t before;
        text_addf(&t, "%s%s:", n ? "; " : "", roles[n].word);
        before = t.len;
        add_addresses(&t, servers, roles[n].role);
        if (t.len == before)
            text_adds(&t, " nobody");
    }
    free(i->routing);
    i->routing = text_steal(&t);
}

/* An older table would be shown as if it still counted. */
static void forget(struct instance *i, const char *why)
{
    free(i->routing);
    i->routing = NULL;
    snprintf(i->routing_why, sizeof i->routing_why, "%.199s", why);
}

static void on_table(void *ctx, const struct reply *r)
{
    struct instance *i = ctx;
    const struct value *ttl = cell(r, "ttl"), *servers = cell(r, "servers");
    bool well = !r->err && ttl && value_is(*ttl, V_INT) && servers && servers->type == V_LIST;
    int64_t s = well ? value_i64(*ttl, TTL_LEAST_S) : TTL_LEAST_S;

    i->asking_routes = false;
    s = s < TTL_LEAST_S ? TTL_LEAST_S : s > TTL_MOST_S ? TTL_MOST_S : s;
    i->routed_until = clock_wall_ms() + s * 1000;
    if (well)
        describe(i, *servers);
    else
        forget(i, r->err ? r->err->words : "its answer makes no sense");
}

void routing_ask(struct instance *i)
{
    const char *slashes = strstr(peer_of(i)->base, "://");
    const struct param address = {.name = "address", .value = v_text(slashes ? slashes + 3 : "")};

    if (!i->bolt || !bolt_routes(i->bolt) || i->asking_routes || clock_wall_ms() < i->routed_until)
        return;
    i->asking_routes = flight_own(i, STMT_ROUTING, &address, 1, on_table, i);
}
