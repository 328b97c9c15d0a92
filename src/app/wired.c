#include "app/wired.h"

#include <stdlib.h>
#include <string.h>

#include "conf/target.h"

#define WIRED_USER "neo4j"

struct wired {
    struct port link, tape;
    char **bases; /* by instance */
    uint32_t n;
    struct credential *credential;
};

/* The address in the line "NAME URI" of that name; NULL: there is none. The caller frees. */
static char *base_of(const char *wires, const char *name)
{
    size_t n = strlen(name);

    for (const char *line = wires; *line;) {
        size_t len = strcspn(line, "\n");

        if (len > n + 1 && strncmp(line, name, n) == 0 && line[n] == ' ')
            return x_strndup(line + n + 1, len - n - 1);
        line += len + (line[len] == '\n');
    }
    return NULL;
}

/* The tape hears of each statement, too: what came to pass on its machine stands behind the answers. */
static ticket submit(void *self, const struct ask *ask, reply_fn *fn, void *ctx)
{
    struct app *a = self;
    bool of_server = ask->kind == ASK_STATEMENT || ask->kind == ASK_STATE || ask->kind == ASK_RETRY;

    if (ask->kind == ASK_STATEMENT)
        replayer_pass(a->replayer, ask);
    return port_submit(of_server ? &a->wired->link : &a->wired->tape, ask, fn, ctx);
}

/* Each of the two ignores the tickets of the other. */
static void cancel(void *self, ticket id)
{
    struct app *a = self;

    port_cancel(&a->wired->link, id);
    port_cancel(&a->wired->tape, id);
}

struct port wired_port(struct app *a)
{
    return (struct port){.self = a, .submit = submit, .cancel = cancel};
}

static bool is_of_server(const char *base, struct err *e)
{
    struct target where;
    bool known;

    if (!target_parse_uri(base, &where, e))
        return false;
    known = where.kind == TARGET_HTTP || where.kind == TARGET_BOLT;
    target_release(&where);
    return known || err_set(e, ERR_USAGE, "'%s' is no address of a server: give one with http:// or bolt://", base);
}

static bool find_bases(struct app *a, const char *wires, struct err *e)
{
    struct wired *w = a->wired;

    w->bases = x_calloc(a->ninst + 1, sizeof *w->bases);
    w->n = a->ninst;
    for (uint32_t i = 0; i < w->n; i++) {
        const char *name = a->inst[i].conf.name;

        w->bases[i] = base_of(wires, name);
        if (!w->bases[i])
            return err_set(e, ERR_USAGE, "the script has to say where '%s' of the tape is: wire %s http://HOST:PORT", name, name);
        if (!is_of_server(w->bases[i], e))
            return false;
    }
    return true;
}

bool wired_open(struct app *a, const char *wires, struct err *e)
{
    a->wired = x_calloc(1, sizeof *a->wired);
    if (!find_bases(a, wires, e))
        return false;
    a->http = http_new(a->loop);
    a->link = link_new(a->loop, a->http);
    a->wired->link = link_port(a->link);
    a->wired->tape = replayer_port(a->replayer);
    a->wired->credential = link_credential(a->link, "wired", HTTP_AUTH_BASIC, WIRED_USER);
    return true;
}

void wired_add(struct app *a, uint32_t i)
{
    struct link_instance spec = {.name = a->inst[i].conf.name, .base = a->wired->bases[i], .credential = a->wired->credential};

    link_add(a->link, &spec);
}

void wired_start(struct app *a)
{
    const char *password = getenv("NEO4J_PASSWORD");

    credential_set(a->link, a->wired->credential, password ? secret_new(password, strlen(password)) : NULL);
    link_start(a->link);
}

void wired_release(struct app *a)
{
    struct wired *w = a->wired;

    for (uint32_t i = 0; w && i < w->n; i++)
        free(w->bases[i]);
    if (w)
        free(w->bases);
    free(w);
}
