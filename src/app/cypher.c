/* ":cypher": the user's own cypher-shell on the address and database that he looks at. It asks for the password itself; none of ours
 * reaches its arguments or its environment. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/handover.h"

/* Is it in PATH? The child cannot tell us in words. */
static bool in_path(const char *name)
{
    const char *path = getenv("PATH");
    bool found = false;

    for (const char *p = path ? path : "/usr/local/bin:/usr/bin:/bin"; *p && !found; p += *p == ':') {
        size_t n = strcspn(p, ":");
        char *file = x_printf("%.*s/%s", n ? (int)n : 1, n ? p : ".", name);
        found = access(file, X_OK) == 0;
        free(file);
        p += n;
    }
    return found;
}

static void shell(struct console *c, uint32_t i, const char *address)
{
    static const char *const without[] = {"NEO4J_PASSWORD", "NEO4J_USERNAME", "NEO4J_URI", "NEO4J_ADDRESS", "NEO4J_DATABASE", NULL};
    const struct instance_conf *conf = &c->app->inst[i].conf;
    const char *argv[8] = {"cypher-shell", "-a", address};
    size_t n = 3;
    struct err e = {0};

    if (conf->auth == CONF_AUTH_BASIC && conf->user) {
        argv[n++] = "-u";
        argv[n++] = conf->user;
    }
    if (conf->database) {
        argv[n++] = "-d";
        argv[n++] = conf->database;
    }
    if (!handover_begin(c, argv, without, &e))
        console_say(c, ROLE_BAD, "%s", e.words);
}

void cypher_begin(struct console *c, uint32_t i)
{
    struct text address;

    if (!c->app->link) {
        console_say(c, ROLE_WARN, "a tape has no server to connect to");
        return;
    }
    if (!in_path("cypher-shell")) {
        console_say(c, ROLE_BAD, "there is no cypher-shell in PATH: install it (package cypher-shell), or put the bin directory of a Neo4j there");
        return;
    }
    text_init(&address, 600);
    if (link_bolt_address(c->app->link, i, &address))
        shell(c, i, address.s);
    else
        console_say(c, ROLE_BAD, "%s does not tell where its Bolt is: give its bolt:// address", c->app->inst[i].conf.name);
    text_release(&address);
}
