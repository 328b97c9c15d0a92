/* What was seen of an instance, from where, and where that does not fit together. */
#include "feed/site_inside.h"

#include <string.h>
#include "base/clock.h"
#include "neo4j/proc.h"

enum { STARTING_MS = 60 * 1000 }; /* so long a process may be without its ports and nobody wonders */

static const char *const port_names[NCONNECTORS] = {[CONNECTOR_BOLT] = "Bolt", [CONNECTOR_HTTP] = "HTTP", [CONNECTOR_HTTPS] = "HTTPS"};

static bool is_ours(const struct locate *l, int64_t pid)
{
    if (pid <= 0)
        return false;
    for (size_t i = 0; i < l->more.nothers; i++)
        if (l->more.others[i] == pid)
            return true;
    return pid == l->site->pid;
}

/* What the process of a number calls itself, by the answer to its /proc/PID/stat. */
static const char *name_of(const struct locate *l, long question, struct proc_stat *stat)
{
    size_t n = 0;
    const char *s = locate_answered(l, question) ? talk_text(l->talk, (size_t)question, "bytes", &n) : "";

    return proc_stat_parse(s, n, stat) ? stat->name : "";
}

/* ---- processes ---- */

static void about_processes(struct locate *l, const struct sights *m)
{
    struct site *s = l->site;

    for (size_t i = 0; i < l->more.nothers; i++)
        site_disagree(s, "two processes run with this home: %lld and %lld", (long long)s->pid, (long long)l->more.others[i]);
    if (!s->pid)
        site_note(s, m->hidden ? "no process with this home is seen" : "no process runs with this home");
    if (s->pid && l->more.home_gone && !s->container)
        site_disagree(s, "process %lld runs with the home %s, which is not there any more", (long long)s->pid, s->install.home);
    s->hidden = m->hidden;
    if (m->hidden)
        site_note(s, "processes of other users are hidden on this machine (hidepid)");
    if (s->pid && l->wish.conf && s->jvm.conf && s->jvm.conf[0] == '/' && strcmp(s->jvm.conf, s->install.conf))
        site_disagree(s, "process %lld reads its configuration in %s, and not in the configured %s", (long long)s->pid, s->jvm.conf,
                      s->install.conf);
}

static void about_pid_file(struct locate *l, const struct sights *m)
{
    struct site *s = l->site;
    long long pid = l->filed_pid;
    struct proc_stat stat;

    if (!pid)
        return;
    if (s->container) /* it counts its processes by itself */
        site_note(s, "pid file: %lld (as numbered in the container)", pid);
    else if (is_ours(l, pid))
        site_note(s, "pid file: %lld", pid);
    else if (locate_answered(l, l->filed_stat))
        site_disagree(s, "pid file says %lld, which is another process (%s)", pid, name_of(l, l->filed_stat, &stat));
    else if (m->hidden || locate_error(l, l->filed_stat) != ERR_GONE)
        site_note(s, "pid file: %lld; whether it runs may not be seen", pid);
    else
        site_disagree(s, "pid file says %lld, no such process", pid);
}

/* ---- the unit ---- */

static bool unit_is(const struct site *s, const char *state)
{
    return s->unit.active && !strcmp(s->unit.active, state);
}

static void about_unit(struct locate *l, const struct sights *m)
{
    struct site *s = l->site;
    int64_t pid = s->unit.main_pid;

    if (!s->unit_known)
        return;
    if (unit_is(s, "active") && pid > 0 && !m->hidden && locate_error(l, l->main_stat) == ERR_GONE)
        site_disagree(s, "unit %s is active but its process %lld is gone", s->unit_name, (long long)pid);
    if ((unit_is(s, "inactive") || unit_is(s, "failed")) && s->pid)
        site_disagree(s, "unit %s is %s, but process %lld runs with its home: the unit does not control it", s->unit_name, s->unit.active,
                      (long long)s->pid);
    if (unit_is(s, "active") && s->pid && pid > 0 && !is_ours(l, pid) && l->more.parent != pid)
        site_disagree(s, "unit %s controls process %lld, but process %lld runs with this home", s->unit_name, (long long)pid,
                      (long long)s->pid);
}

/* ---- ports ---- */

static void about_closed(struct locate *l, const char *name, int port)
{
    struct site *s = l->site;
    bool late = s->pid && s->started_ms && s->looked_ms - s->started_ms > STARTING_MS;

    if (late)
        site_disagree(s, "process %lld runs, but nobody listens on port %d (%s)", (long long)s->pid, port, name);
    else
        site_note(s, "port %d (%s): nobody listens", port, name);
}

static void about_port(struct locate *l, const struct sights *m, const char *name, int port)
{
    struct site *s = l->site;
    const struct listener *at = sights_listener(m, port, s->pid);

    if (!at)
        about_closed(l, name, port);
    else if (is_ours(l, at->pid))
        site_note(s, "port %d (%s): held by pid %lld", port, name, (long long)at->pid);
    else if (at->pid)
        site_disagree(s, "port %d (%s) is held by pid %lld (%s), which is not this server", port, name, (long long)at->pid, at->name);
    else if (!s->pid && !m->hidden)
        site_disagree(s, "somebody listens on port %d (%s), but no process runs with this home", port, name);
    else
        site_note(s, "port %d (%s): somebody listens; whose it is may not be seen", port, name);
}

/* Another instance with the same port in its configuration: only one of them can run. */
static void about_rivals(struct locate *l, const struct sights *m, const char *name, int port)
{
    for (size_t i = 0; i < m->n; i++) {
        const struct candidate *c = &m->candidates[i];
        bool same = m->more[i].inode && m->more[i].inode == l->more.inode && m->more[i].device == l->more.device;

        if (!c->home || c->container || same || (!*m->more[i].root && !strcmp(c->home, l->site->install.home)))
            continue;
        if (sight_has_port(&m->more[i], port))
            site_disagree(l->site, "port %d (%s) is in the configuration of %s, too", port, name, c->home);
    }
}

static void about_ports(struct locate *l, const struct sights *m)
{
    static const enum connector order[] = {CONNECTOR_HTTP, CONNECTOR_HTTPS, CONNECTOR_BOLT};
    struct site *s = l->site;

    if (!s->config || s->container) /* a container has ports of its own */
        return;
    if (!m->listeners_known)
        site_note(s, "who listens on which port may not be seen: ss does not answer");
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        struct config_address at;
        if (!config_connector_enabled(s->config, order[i]) || !config_listens(s->config, order[i], &at) || !at.port)
            continue;
        if (m->listeners_known)
            about_port(l, m, port_names[order[i]], at.port);
        about_rivals(l, m, port_names[order[i]], at.port);
    }
}

/* ---- files ---- */

static void about_files(struct site *s)
{
    struct text conf, version;

    text_init(&conf, 4096);
    text_init(&version, 100);
    install_conf(&s->install, &conf);
    version_add(&version, s->version);
    if (s->version.major)
        site_note(s, "files: Neo4j %s %s", version.s, s->edition);
    if (s->config)
        site_note(s, "configuration: %s/neo4j.conf, %zu setting%s%s%s", conf.s, s->config->nitems, s->config->nitems == 1 ? "" : "s",
                  s->managed_by ? ", managed by " : "", s->managed_by ? s->managed_by : "");
    else
        site_note(s, "configuration: not read: %s", s->config_err.words);
    text_release(&version);
    text_release(&conf);
}

void site_evidence(struct locate *l, const struct sights *m)
{
    struct site *s = l->site;

    if (s->from == SITE_CONFIGURED)
        site_note(s, "home %s: configured", s->install.home);
    else if (s->from != SITE_PROCESS && s->from != SITE_UNIT)
        site_note(s, "home %s: found by its directory (%s)", s->install.home, site_from_name(s->from));
    for (size_t i = 0; i < l->more.nnotes; i++)
        site_note(s, "%s", l->more.notes[i]);
    about_processes(l, m);
    about_pid_file(l, m);
    about_unit(l, m);
    about_ports(l, m);
    about_files(s);
}
