/* Which instances this run is about. */
#include "app/app.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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
    switch (conf->where.kind) {
    case TARGET_SSH: return err_set(e, ERR_NOT_BUILT, "%s: SSH targets are not built yet; give the server's http:// or https:// address", conf->name);
    case TARGET_HOME:
        return err_set(e, ERR_NOT_BUILT, "%s: homes on this machine are not built yet; give the server's http:// or https:// address", conf->name);
    default: return true;
    }
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
    add(a)->conf = conf;
    set_arming(&a->inst[a->ninst - 1]);
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

static const char *default_address(void)
{
    static const struct {
        int port;
        const char *uri;
    } known[] = {{7474, "http://localhost:7474"}, {7473, "https://localhost:7473"}, {7687, "bolt://localhost:7687"}};

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (listens(known[i].port))
            return known[i].uri;
    return known[0].uri;
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

    for (size_t i = 0; i < n; i++)
        if (!add_target(a, words[i], e))
            return false;
    if (n)
        return true;
    if (a->conf->ninstances)
        return add_configured(a, e);
    return add_target(a, uri && *uri ? uri : default_address(), e);
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
