/* Which instances this run is about. */
#include "app/targets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/found.h"

static struct app_instance *add(struct app *a)
{
    size_t cap = a->ninst;

    a->inst = x_grow(a->inst, &cap, a->ninst + 1, sizeof(*a->inst));
    a->inst[a->ninst] = (struct app_instance){0};
    return &a->inst[a->ninst++];
}

static void set_arming(struct app_instance *in)
{
    bool remote = !target_is_local(&in->conf.where);

    in->arming = in->conf.lock == CONF_LOCK_ALWAYS || (in->conf.lock == CONF_LOCK_REMOTE && remote) ? ARM_LOCKED : ARM_OPEN;
}

/* What is not built is told when it is asked for, not silently left out. */
static bool supported(const struct instance_conf *conf, struct err *e)
{
    return conf->where.kind != TARGET_SSH ||
           err_set(e, ERR_NOT_BUILT, "%s: SSH targets are not built yet; give the server's bolt:// or http:// address", conf->name);
}

struct app_instance *target_add(struct app *a, const struct instance_conf *conf)
{
    struct app_instance *in = add(a);

    in->conf = *conf;
    set_arming(in);
    return in;
}

static bool add_target(struct app *a, const char *word, struct err *e)
{
    struct instance_conf conf;

    if (!instance_conf_init(&conf, a->conf, a->cl, word, e))
        return false;
    if (!supported(&conf, e)) {
        instance_conf_release(&conf);
        return false;
    }
    for (uint32_t i = 0; i < a->ninst; i++)
        if (strcmp(a->inst[i].conf.name, conf.name) == 0) { /* named twice is meant once */
            instance_conf_release(&conf);
            return true;
        }
    target_add(a, &conf);
    return true;
}

/* Does somebody listen on this port of the loopback? Answers at once. */
static bool listens(int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool yes = fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;

    if (fd >= 0)
        close(fd);
    return yes;
}

/* The servers that were found have this port, or one of their homes is configured with it. */
static bool is_taken(const struct app *a, int port)
{
    for (uint32_t i = 0; i < a->ninst; i++)
        if (a->inst[i].conf.where.port == port || a->inst[i].http_port == port)
            return true;
    return false;
}

static const struct {
    int port;
    const char *uri;
} usual[] = {{7474, "http://localhost:7474"}, {7473, "https://localhost:7473"}, {7687, "bolt://localhost:7687"}};

static const char *default_address(void)
{
    for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
        if (listens(usual[i].port))
            return usual[i].uri;
    return usual[0].uri;
}

/* Without any address: what stands on this machine; a server on the usual port that could not be seen (it is another user's, or its
 * port comes from elsewhere); else where one would be. */
static bool add_local(struct app *a, struct err *e)
{
    found_here(a);
    if (!a->ninst)
        return add_target(a, default_address(), e);
    return is_taken(a, usual[0].port) || !listens(usual[0].port) || add_target(a, usual[0].uri, e);
}

static bool add_configured(struct app *a, struct err *e)
{
    for (size_t i = 0; i < a->conf->ninstances; i++) {
        struct err why = {0};

        /* One wrong section does not take the others away: its problem stands among the messages. */
        if (add_target(a, a->conf->instances[i].name, &why))
            continue;
        a->left_out++;
        if (a->conf->ninstances == 1 || why.kind == ERR_INTERNAL) {
            *e = why;
            return false;
        }
        app_say(a, "warn", MODEL_NO_INSTANCE, "%s is left out: %s", a->conf->instances[i].name, why.words);
    }
    return a->ninst > 0 || err_set(e, ERR_CONFIG, "no instance of the configuration can be used: see the warnings, or name a target");
}

bool targets_find(struct app *a, char *const *words, size_t n, struct err *e)
{
    const char *uri = getenv("NEO4J_URI");

    bool ok = true;

    for (size_t i = 0; ok && i < n; i++)
        ok = add_target(a, words[i], e);
    if (!n && a->conf->ninstances)
        ok = add_configured(a, e);
    else if (!n && uri && *uri)
        ok = add_target(a, uri, e);
    else if (!n)
        return add_local(a, e);
    return ok && found_homes(a, e);
}

/* What the configuration says of a name on the tape holds for it, too: critical, locked, read-only, its group. */
void targets_from_tape(struct app *a)
{
    for (uint32_t i = 0; i < replayer_instances(a->replayer); i++) {
        const char *name = replayer_instance_name(a->replayer, i);
        struct app_instance *in = add(a);
        struct err e;

        if (conf_instance(a->conf, name) && instance_conf_init(&in->conf, a->conf, a->cl, name, &e)) {
            set_arming(in);
            continue;
        }
        in->conf.name = x_strdup(name);
        in->conf.uri = x_strdup("tape");
        in->conf.user = x_strdup("");
        in->conf.auth = CONF_AUTH_NONE;
    }
}
