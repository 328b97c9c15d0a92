#include "app/found.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/homes.h"
#include "app/targets.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/patient.h"
#include "conf/paths.h"

/* FILE_MS: a disk that hangs must not hide the others. */
enum { LOOK_MS = 3000, NOTE_MS = 700, FILE_MS = 800 };

/* One look at this machine. */
struct search {
    struct app *app;
    struct port port;
    struct finder *finder;
    bool done;
};

/* ---- looking ---- */

static void on_done(void *data)
{
    struct search *s = data;

    s->done = true;
    loop_stop(s->app->loop);
}

static void on_late(void *data)
{
    struct search *s = data;

    loop_stop(s->app->loop);
}

static void on_note(void *data)
{
    (void)data;
    if (isatty(STDERR_FILENO))
        fputs("neodeck: looking for Neo4j on this machine ...\n", stderr);
}

static void run_loop(struct search *s)
{
    struct timer *late = loop_timer(s->app->loop, on_late, s), *note = loop_timer(s->app->loop, on_note, s);

    timer_set(late, LOOK_MS);
    timer_set(note, NOTE_MS);
    loop_run(s->app->loop);
    timer_free(note);
    timer_free(late);
}

/* homes ends in NULL. False, and it is said, when it took too long: then nothing is known. */
static bool search_run(struct search *s, struct app *a, const char *const *homes)
{
    int64_t began = clock_mono_ms();

    *s = (struct search){.app = a};
    if (!a->hosts)
        a->hosts = hosts_new(a->loop); /* it stays: it knows what hangs */
    host_set(a->hosts, 0, &(struct host_spec){.carrier = CARRIER_LOCAL, .read_only = true, .file_ms = FILE_MS});
    s->port = hosts_port(a->hosts);
    s->finder = finder_new(&s->port, 0, homes, on_done, s);
    run_loop(s);
    log_debug("looked for Neo4j on this machine: %lld ms, %zu found", (long long)(clock_mono_ms() - began),
              s->done ? finder_count(s->finder) : 0);
    if (!s->done)
        app_say(a, "warn", MODEL_NO_INSTANCE, "looking for Neo4j on this machine took more than %d s and was given up: name a TARGET",
                LOOK_MS / 1000);
    return s->done;
}

static void search_end(struct search *s)
{
    finder_free(s->finder);
    if (s->app && s->app->hosts)
        host_set(s->app->hosts, 0, NULL);
}

/* ---- which homes are looked at, besides what the machine itself tells ---- */

static char *homes_file(void)
{
    return path_state("homes", NULL);
}

static bool is_directory(const char *path)
{
    struct stat st;

    return stat_within(path, &st, LOOK_MS) == 0 && S_ISDIR(st.st_mode);
}

static void add_environment(struct app *a, struct homes *h)
{
    const char *home = getenv("NEO4J_HOME");

    if (!home || !*home)
        return;
    if (*home == '/' && is_directory(home))
        homes_add(h, home);
    else
        app_say(a, "warn", MODEL_NO_INSTANCE, "NEO4J_HOME is ignored: '%s' is no directory", home);
}

static void read_remembered(struct homes *h)
{
    char *file = homes_file();

    if (file)
        homes_read(h, file);
    free(file);
}

static const char **homes_list(const struct homes *h)
{
    const char **list = x_calloc(h->n + 1, sizeof(*list));

    for (size_t i = 0; i < h->n; i++)
        list[i] = h->v[i];
    return list;
}

static bool search_with(struct search *s, struct app *a, struct homes *h)
{
    const char **list = homes_list(h);
    bool ok = search_run(s, a, list);

    free(list);
    return ok;
}

/* ---- what was found of one ---- */

static bool wants_no_login(const struct site *site)
{
    bool on = true;

    return site->config && config_bool(site->config, SETTING_AUTH_ENABLED, &on) && !on;
}

/* Why its server cannot be asked, where its configuration does not tell the address. */
static char *why_no_address(const struct site *site)
{
    struct text dir;
    char *words;

    if (site->config)
        return x_strdup("no connector that could be asked is switched on in its neo4j.conf: see server.bolt.enabled, server.http.enabled, and protocol here");
    text_init(&dir, 4096);
    install_conf(&site->install, &dir);
    words = x_printf("where it is asked is not known: %s; give uri for it, or run neodeck as a user who may read '%s'",
                     *site->config_err.words ? site->config_err.words : "its neo4j.conf cannot be read", dir.s);
    text_release(&dir);
    return words;
}

static const enum asked_over over[] = {
    [CONF_PROTOCOL_AUTO] = ASKED_ANY, [CONF_PROTOCOL_BOLT] = ASKED_BOLT, [CONF_PROTOCOL_HTTP] = ASKED_HTTP};

/* name NULL: it keeps its own. */
static void take_site(struct app_instance *in, const struct search *s, size_t k, const char *name)
{
    const struct site *site = finder_site(s->finder, k);
    struct config_address http;
    struct text uri;
    struct err e = {0};

    text_init(&uri, 512);
    if (site->config && config_listens(site->config, CONNECTOR_HTTP, &http))
        in->http_port = http.port;
    if (site->config)
        finder_uri(s->finder, k, over[in->conf.protocol], &uri);
    if (!instance_conf_found(&in->conf, uri.len ? uri.s : NULL, name, wants_no_login(site), &e))
        in->why_not = x_printf("its neo4j.conf names no address that can be asked: %s", e.words);
    else if (!uri.len)
        in->why_not = why_no_address(site);
    in->by_home = true;
    in->seen_pid = site->pid;
    in->seen_started_ms = site->started_ms;
    in->running_home = site->pid && !site->container ? x_strdup(site->install.home) : NULL;
    text_release(&uri);
}

/* ---- those that were given by their home ---- */

/* What a question to the machine waits for, here where nothing else goes on. */
struct looked {
    struct loop *loop;
    bool done;
    int64_t device, inode; /* 0: not known */
};

static void on_looked(void *ctx, const struct reply *r)
{
    struct looked *l = ctx;

    l->done = true;
    l->device = value_i64(reply_cell(r, 0, "device"), 0);
    l->inode = value_i64(reply_cell(r, 0, "inode"), 0);
    loop_stop(l->loop);
}

static struct looked look_at(const struct search *s, const char *path)
{
    struct looked l = {.loop = s->app->loop};
    struct ask a = {.kind = ASK_HOST, .u.host = {.what = HOST_STAT, .path = path}};

    port_submit(&s->port, &a, on_looked, &l);
    while (!l.done)
        loop_run(l.loop);
    return l;
}

static bool same_home(const struct search *s, const char *a, const char *b)
{
    struct looked x, y;

    if (strcmp(a, b) == 0)
        return true;
    x = look_at(s, a);
    y = x.inode ? look_at(s, b) : x;
    return x.inode && x.inode == y.inode && x.device == y.device;
}

static size_t site_of_home(const struct search *s, const char *home)
{
    size_t n = finder_count(s->finder), k = 0;

    while (k < n && (finder_site(s->finder, k)->state != SITE_FOUND || finder_site(s->finder, k)->container ||
                     !finder_site(s->finder, k)->install.home || !same_home(s, finder_site(s->finder, k)->install.home, home)))
        k++;
    return k;
}

static bool is_named_here(const struct app *a, const char *name)
{
    if (conf_instance(a->conf, name))
        return true;
    for (uint32_t i = 0; i < a->ninst; i++)
        if (strcmp(a->inst[i].conf.name, name) == 0)
            return true;
    return false;
}

/* By its directory where that is free: what else stands on this machine does not matter to who named one. */
static const char *short_name(const struct app *a, const char *home)
{
    const char *slash = strrchr(home, '/');

    return slash && slash[1] && !is_named_here(a, slash + 1) ? slash + 1 : NULL;
}

static bool resolve(struct app *a, struct app_instance *in, const struct search *s, struct err *e)
{
    size_t k = s->done ? site_of_home(s, in->conf.home) : 0;
    bool is_target = in->conf.from[OPT_URI].from == FROM_TARGET || in->conf.from[OPT_URI].from == FROM_ENVIRONMENT;

    if (!s->done) {
        in->why_not = x_strdup("where it is asked is not known: looking at this machine took too long; give uri for it");
        return true;
    }
    if (k == finder_count(s->finder)) {
        if (is_target)
            return err_set(e, ERR_USAGE, "'%s' is no home of a Neo4j server: there is no neo4j.conf for it; a TARGET is a home, a URI or a name",
                           in->conf.home);
        in->why_not = x_printf("there is no Neo4j in its home '%s': correct home, or give uri", in->conf.home);
        return true;
    }
    take_site(in, s, k, is_target ? short_name(a, in->conf.home) : NULL);
    return true;
}

static bool is_home_only(const struct app_instance *in)
{
    return in->conf.where.kind == TARGET_HOME;
}

/* What was asked of a file got no answer in FILE_MS: then a home looks as if it had no configuration. */
static bool was_missed(const struct search *s, const char *home)
{
    struct stat st;
    char *file;
    bool missed;

    if (!s->done || site_of_home(s, home) < finder_count(s->finder))
        return false;
    file = x_printf("%s/conf/neo4j.conf", home);
    missed = stat_within(file, &st, FILE_MS) == 0 && S_ISREG(st.st_mode);
    free(file);
    return missed;
}

/* A machine that stood still for a second is looked at once more. */
static void search_twice(struct search *s, struct app *a, struct homes *homes)
{
    search_with(s, a, homes);
    for (uint32_t i = 0; i < a->ninst; i++)
        if (is_home_only(&a->inst[i]) && was_missed(s, a->inst[i].conf.home)) {
            search_end(s);
            search_with(s, a, homes);
            return;
        }
}

bool found_homes(struct app *a, struct err *e)
{
    struct homes homes = {0};
    struct search s = {0};
    bool ok = true;

    for (uint32_t i = 0; i < a->ninst; i++)
        if (is_home_only(&a->inst[i]))
            homes_add(&homes, a->inst[i].conf.home);
    if (homes.n) {
        search_twice(&s, a, &homes);
        for (uint32_t i = 0; ok && i < a->ninst; i++)
            if (is_home_only(&a->inst[i]))
                ok = resolve(a, &a->inst[i], &s, e);
        search_end(&s);
    }
    homes_release(&homes);
    return ok;
}

/* ---- all that stand here ---- */

/* A home in a container is no path of ours: then the address alone counts. */
static bool init_found(struct app *a, struct instance_conf *conf, const struct search *s, size_t k)
{
    const struct site *site = finder_site(s->finder, k);
    struct text uri;
    struct err e = {0};
    bool ok;

    if (!site->container && site->install.home && instance_conf_init(conf, a->conf, a->cl, site->install.home, &e)) {
        conf->from[OPT_HOME].from = FROM_FOUND;
        return true;
    }
    text_init(&uri, 512);
    finder_uri(s->finder, k, ASKED_ANY, &uri);
    ok = uri.len && instance_conf_init(conf, a->conf, a->cl, uri.s, &e);
    if (!ok)
        log_debug("'%s' was found, but cannot be used: %s", site->install.home ? site->install.home : "?", e.words);
    text_release(&uri);
    return ok;
}

/* Everybody can start something that looks like a server, and would be told the password of who opens a console. Ourselves, root and the
 * accounts of services are those that servers run as. */
static char *somebody_else(const struct site *site)
{
    enum { FIRST_PERSON = 1000, OF_THE_IMAGE = 7474 }; /* the vendor's container image has that user, and the machine usually none */

    if (!site->pid || site->os_uid == (int64_t)geteuid() || strcmp(site->os_user, "neo4j") == 0)
        return NULL;
    if ((site->os_uid >= 0 && site->os_uid < FIRST_PERSON) || (site->container && site->os_uid == OF_THE_IMAGE))
        return NULL;
    return x_strdup(*site->os_user ? site->os_user : "?");
}

static void add_found(struct app *a, const struct search *s, size_t k)
{
    struct app_instance *in;
    struct instance_conf conf;
    struct text name;

    if (finder_site(s->finder, k)->state != SITE_FOUND || !init_found(a, &conf, s, k))
        return;
    text_init(&name, 256);
    finder_name(s->finder, k, &name);
    in = target_add(a, &conf);
    take_site(in, s, k, name.len ? name.s : NULL);
    in->runs_as = somebody_else(finder_site(s->finder, k));
    text_release(&name);
}

void found_here(struct app *a)
{
    struct homes homes = {0};
    struct search s;

    read_remembered(&homes);
    add_environment(a, &homes);
    if (search_with(&s, a, &homes))
        for (int running = 1; running >= 0; running--) /* what runs comes first */
            for (size_t k = 0; k < finder_count(s.finder); k++)
                if ((finder_site(s.finder, k)->pid != 0) == running)
                    add_found(a, &s, k);
    search_end(&s);
    homes_release(&homes);
}

/* ---- the next run ---- */

/* Writing looks at each of them, also at those that no instance is any more: one may lie on a disk that does not answer. */
struct remembering {
    struct homes homes;
    char *file;
};

static void remember(void *data)
{
    struct remembering *r = data;

    homes_write(&r->homes, r->file);
}

static void remembered(void *data, bool cancelled)
{
    struct remembering *r = data;

    (void)cancelled;
    homes_release(&r->homes);
    free(r->file);
    free(r);
}

void found_remember(struct app *a)
{
    struct remembering *r = x_calloc(1, sizeof *r);

    r->file = a->replayer ? NULL : homes_file();
    for (uint32_t i = a->ninst; r->file && i-- > 0;) {
        const struct site *site = a->feed ? feed_site(a->feed, i) : NULL;

        if (site && site->state == SITE_FOUND && site->pid && !site->container)
            homes_add(&r->homes, site->install.home);
        else if (a->inst[i].running_home)
            homes_add(&r->homes, a->inst[i].running_home);
    }
    if (r->homes.n)
        job_never_cancelled(loop_work(a->loop, remember, remembered, r));
    else
        remembered(r, false);
}
