/* The port: what is asked becomes a call, which ends in exactly one last reply, whatever a disk, a child or the asker does. */
#include "host/internal.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

static const struct host_ops *const carriers[] = {[CARRIER_LOCAL] = &local_ops};

/* ---- submit ---- */

/* What no carrier is ever asked. */
static bool is_allowed(struct call *c)
{
    const struct host_call *w = c->what;
    struct text what;

    if (c->hosts->closing)
        return err_set(&c->err, ERR_CANCELLED, "given up");
    if (c->ask.kind != ASK_HOST)
        return err_set(&c->err, ERR_INTERNAL, "a host cannot be asked that");
    if (!c->host) {
        err_set(&c->err, ERR_UNREACHABLE, "no host is known for this instance; give it a section with host or ssh in the configuration");
        c->err.absent = ABSENT_HOST;
        return false;
    }
    if (!*host_what_name(w->what))
        return err_set(&c->err, ERR_INTERNAL, "a host cannot be asked that");
    if (w->what != HOST_RUN && (!w->path || w->path[0] != '/'))
        return err_set(&c->err, ERR_INTERNAL, "'%.100s' is no absolute path", w->path ? w->path : "");
    if (w->what != HOST_RUN && strlen(w->path) >= PATH_LIMIT)
        return err_set(&c->err, ERR_TOO_LARGE, "the path '%.60s...' is longer than the %d bytes that this machine allows", w->path, PATH_LIMIT - 1);
    if (w->what == HOST_WRITE && (!w->in || w->in_len > WRITE_MAX))
        return err_set(&c->err, ERR_TOO_LARGE, "'%.200s' was not written: there is nothing to write, or more than %d MB", w->path,
                       WRITE_MAX / 1024 / 1024);
    if (host_effect(w) == EFFECT_READS || !c->host->spec.read_only)
        return true;
    text_init(&what, 250);
    host_call_words(&what, w);
    err_set(&c->err, ERR_READ_ONLY, "this host is read-only: %s was refused; use a console without --read-only to change something",
            what.s);
    text_release(&what);
    return false;
}

static const char *const *prefix_of(const struct call *c)
{
    enum host_as as = c->what->what == HOST_RUN ? host_command(c->what->command)->as : AS_ASKED;

    if (as == AS_ASKED)
        as = c->what->as;
    return as == AS_SERVER ? c->host->spec.become : as == AS_SERVICE ? c->host->spec.become_service : NULL;
}

static ticket submit(void *self, const struct ask *a, reply_fn *fn, void *ctx)
{
    struct hosts *h = self;
    struct call *c = call_new(h, a, fn, ctx);
    ticket id = c->id;

    c->ask = ask_copy(&c->memory, a);
    c->what = &c->ask.u.host;
    c->host = a->instance < h->n ? h->of[a->instance] : NULL;
    if (!is_allowed(c)) {
        call_finish_soon(c);
        return id;
    }
    if (prefix_of(c))
        c->prefix = prefix_of(c);
    if (call_would_hang(c)) {
        call_finish_soon(c);
        return id;
    }
    timer_set(c->deadline, call_deadline_ms(c));
    carriers[c->host->spec.carrier]->begin(c);
    return id;
}

static void cancel(void *self, ticket id)
{
    struct hosts *h = self;

    for (struct call *c = h->calls; c; c = c->next) {
        if (c->id != id || c->ending)
            continue;
        if (c->what->what == HOST_WRITE && c->running) {
            atomic_store(&c->stop, true); /* only the worker can tell whether it was in time */
            continue;
        }
        err_set(&c->err, ERR_CANCELLED, "given up");
        call_finish_soon(c);
    }
}

struct port hosts_port(struct hosts *h)
{
    return (struct port){.self = h, .submit = submit, .cancel = cancel};
}

/* ---- hosts ---- */

struct hosts *hosts_new(struct loop *l)
{
    struct hosts *h = x_calloc(1, sizeof *h);

    h->loop = l;
    h->soon = loop_timer(l, calls_finish_soon, h);
    return h;
}

void hosts_free(struct hosts *h)
{
    if (!h)
        return;
    h->closing = true;
    while (h->calls) {
        struct call *c = h->calls;
        if (c->err.kind == ERR_NONE)
            err_set(&c->err, ERR_CANCELLED, "given up");
        call_finish(c);
    }
    workers_leave(h);
    timer_free(h->soon);
    arena_release(&h->specs);
    free(h->of);
    free(h);
}

static const char *const *copy_argv(struct arena *a, const char *const *argv)
{
    size_t n = argv_length(argv);
    const char **copy;

    if (!n)
        return NULL;
    copy = arena_alloc(a, (n + 1) * sizeof *copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = arena_strdup(a, argv[i]);
    copy[n] = NULL;
    return copy;
}

static struct host *host_new(struct hosts *h, const struct host_spec *spec)
{
    struct host *host = arena_zalloc(&h->specs, sizeof *host);

    host->spec = *spec;
    host->spec.become = copy_argv(&h->specs, spec->become);
    host->spec.become_service = copy_argv(&h->specs, spec->become_service);
    host->spec.start = copy_argv(&h->specs, spec->start);
    host->spec.stop = copy_argv(&h->specs, spec->stop);
    host->spec.restart = copy_argv(&h->specs, spec->restart);
    host->server_uid = -1;
    return host;
}

void host_set(struct hosts *h, uint32_t instance, const struct host_spec *spec)
{
    if (instance >= h->n) {
        h->of = x_grow(h->of, &h->cap, (size_t)instance + 1, sizeof *h->of);
        memset(h->of + h->n, 0, (instance + 1 - h->n) * sizeof *h->of);
        h->n = (size_t)instance + 1;
    }
    h->of[instance] = spec ? host_new(h, spec) : NULL;
}
