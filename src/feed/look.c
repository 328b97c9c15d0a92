#include "feed/look_inside.h"
#include "neo4j/tool_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- helpers ---- */

bool answered(const struct look *k, size_t question)
{
    return question != NOT_ASKED && talk_answer(k->talk, question)->err.kind == ERR_NONE;
}

bool is_there(const struct look *k, size_t question)
{
    enum err_kind e = question == NOT_ASKED ? ERR_GONE : talk_answer(k->talk, question)->err.kind;

    return e == ERR_NONE || e == ERR_PRIVILEGE || e == ERR_SHAPE;
}

struct trace *look_trace(struct look *k, enum site_from from, const char *home, const char *conf)
{
    struct arena *a = &k->sights->arena;
    struct trace *t;

    if (k->ntraces == TRACES_MAX)
        return NULL;
    k->traces = x_grow(k->traces, &k->traces_cap, k->ntraces + 1, sizeof *k->traces);
    t = &k->traces[k->ntraces++];
    memset(t, 0, sizeof *t);
    t->c.from = from;
    t->c.home = home ? clean_path(a, "/", home) : NULL;
    t->c.conf = conf ? clean_path(a, "/", conf) : NULL;
    t->c.os_user = "";
    t->c.os_uid = -1;
    t->more.root = "";
    t->home = t->conf = t->lib = t->bin = NOT_ASKED;
    return t;
}

/* A round with what was added to the talk; at once when that is nothing. */
static void go(struct look *k, talk_fn *next)
{
    size_t before = k->asked;

    k->asked = talk_asked(k->talk);
    if (k->asked > before)
        talk_go(k->talk, next);
    else
        next(k->talk, k);
}

static bool exited_well(const struct look *k, size_t question)
{
    return answered(k, question) && value_i64(talk_cell(k->talk, question, 0, "exit_status"), -1) == 0;
}

/* ---- the end: traces become candidates ---- */

static int surer_first(const void *pa, const void *pb)
{
    const struct trace *a = *(const struct trace *const *)pa, *b = *(const struct trace *const *)pb;

    if (a->c.from != b->c.from)
        return a->c.from < b->c.from ? -1 : 1;
    if (a->c.started_ms != b->c.started_ms) /* the first of two processes has the store */
        return a->c.started_ms < b->c.started_ms ? -1 : 1;
    return (a > b) - (a < b);
}

static void read_ports(const struct look *k, struct trace *t)
{
    static const struct version unknown = {0, 0, 0};
    struct config *c;
    const char *bytes;
    size_t n;

    if (!answered(k, t->conf))
        return;
    bytes = talk_text(k->talk, t->conf, "bytes", &n);
    c = config_new(unknown);
    config_add(c, "neo4j.conf", CONFIG_SERVER, bytes, n);
    for (size_t i = 0; i < t->c.jvm.nsettings; i++)
        config_add_argument(c, t->c.jvm.settings[i]);
    config_finish(c);
    for (int i = 0; i < NCONNECTORS; i++) {
        struct config_address at;
        if (config_connector_enabled(c, (enum connector)i) && config_listens(c, (enum connector)i, &at))
            t->more.ports[i] = at.port;
    }
    t->more.conf_read = true;
    config_free(c);
}

static void settle_trace(const struct look *k, struct trace *t)
{
    if (answered(k, t->home)) {
        t->more.device = value_i64(talk_cell(k->talk, t->home, 0, "device"), 0);
        t->more.inode = value_i64(talk_cell(k->talk, t->home, 0, "inode"), 0);
    } else if (t->home != NOT_ASKED) {
        t->more.home_gone = talk_answer(k->talk, t->home)->err.kind == ERR_GONE;
    }
    read_ports(k, t);
}

/* What was not answered in time may have been what is looked for. */
static void note_slow(struct look *k)
{
    for (size_t i = 0; i < talk_asked(k->talk) && k->sights->slow.kind == ERR_NONE; i++)
        if (talk_answer(k->talk, i)->err.kind == ERR_TIMEOUT)
            k->sights->slow = talk_answer(k->talk, i)->err;
}

static void to_candidates(struct look *k)
{
    struct trace **sorted = x_malloc((k->ntraces + 1) * sizeof(struct trace *));
    size_t n = 0;

    for (size_t i = 0; i < k->ntraces; i++) {
        struct trace *t = &k->traces[i];
        settle_trace(k, t);
        if (t->sure || look_is_home(k, t))
            sorted[n++] = t;
    }
    qsort(sorted, n, sizeof *sorted, surer_first);
    for (size_t i = 0; i < n; i++)
        sights_add(k->sights, &sorted[i]->c, &sorted[i]->more);
    free(sorted);
}

static void on_proofs(struct talk *t, void *data)
{
    struct look *k = data;

    (void)t;
    note_slow(k);
    to_candidates(k);
    k->done(k->data);
}

static void on_traces(struct talk *t, void *data)
{
    struct look *k = data;

    (void)t;
    look_ask_proofs(k);
    go(k, on_proofs);
}

/* ---- units ---- */

static bool has_process(const struct look *k, const struct systemd_unit *u)
{
    for (size_t i = 0; i < k->ntraces; i++)
        if (k->traces[i].c.pid && u->main_pid > 0 && (k->traces[i].c.pid == u->main_pid || k->traces[i].more.parent == u->main_pid))
            return true;
    return false;
}

/* "disabled, Restart=on-abnormal, restarted 3 times" */
static const char *unit_habits(struct arena *a, const struct systemd_unit *u)
{
    const char *times = u->restarts > 0 ? arena_printf(a, ", restarted %lld time%s", (long long)u->restarts, u->restarts == 1 ? "" : "s") : "";

    return arena_printf(a, "%s%s%s%s%s", u->enabled ? ", " : "", u->enabled ? u->enabled : "", u->restart ? ", Restart=" : "",
                        u->restart ? u->restart : "", times);
}

static const char *unit_words(struct arena *a, const struct systemd_unit *u, const char *name)
{
    const char *active = u->active ? u->active : "in an unknown state", *habits = unit_habits(a, u);
    const char *failed = u->active && !strcmp(u->active, "failed") ? u->result : NULL;

    if (u->main_pid > 0)
        return arena_printf(a, "systemd unit %s: %s (%s), pid %lld%s", name, active, u->sub ? u->sub : "?", (long long)u->main_pid, habits);
    return arena_printf(a, "systemd unit %s: %s (%s)%s%s%s", name, active, u->sub ? u->sub : "?", failed ? ", result " : "",
                        failed ? failed : "", habits);
}

static void take_unit(struct look *k, const struct unit *u)
{
    struct arena *a = &k->sights->arena;
    struct systemd_unit shown;
    struct trace *t;
    size_t n;
    const char *s = talk_text(k->talk, u->show, "stdout", &n), *files;

    if (!answered(k, u->show) || !unit_next(&s, s + n, a, &shown) || (shown.load && !strcmp(shown.load, "not-found")))
        return;
    files = talk_text(k->talk, u->cat, "stdout", &n);
    unit_files_parse(files, n, a, &shown);
    if ((u->stranger || !unit_home(&shown, a)) && !has_process(k, &shown))
        return;
    t = look_trace(k, SITE_UNIT, unit_home(&shown, a), unit_conf(&shown));
    if (!t)
        return;
    t->sure = true;
    t->c.unit = shown;
    t->c.unit_known = true;
    t->c.unit_name = u->name;
    sight_note(&t->more, unit_words(a, &shown, u->name));
}

/* Those that were asked for since the last time. */
static void take_units(struct look *k)
{
    for (; k->units_read < k->nunit; k->units_read++)
        take_unit(k, &k->unit[k->units_read]);
}

static void ask_unit(struct look *k, const char *name, bool stranger)
{
    struct unit *u;

    for (size_t i = 0; i < k->nunit; i++)
        if (!strcmp(k->unit[i].name, name))
            return;
    if (k->nunit == sizeof k->unit / sizeof *k->unit)
        return;
    u = &k->unit[k->nunit++];
    u->name = name;
    u->stranger = stranger;
    u->show = talk_run(k->talk, HOST_CMD_UNIT_SHOW, &name, 1);
    u->cat = talk_run(k->talk, HOST_CMD_UNIT_CAT, &name, 1);
}

/* The unit that it belongs to, unless it is asked for already. */
static void look_ask_unit_of(struct look *k, const struct process *p)
{
    size_t n;
    const char *s = talk_text(k->talk, p->cgroup, "bytes", &n), *name = unit_of_cgroup(s, n, &k->sights->arena);

    if (name && k->sights->systemd)
        ask_unit(k, name, !strstr(name, "neo4j"));
}

/* ---- the rounds ---- */

static void on_beside(struct talk *t, void *data)
{
    struct look *k = data;

    (void)t;
    take_units(k);
    look_read_places(k);
    look_ask_traces(k);
    go(k, on_traces);
}

static void on_details(struct talk *t, void *data)
{
    struct look *k = data;

    (void)t;
    for (size_t i = 0; i < k->nprocess; i++)
        look_take_process(k, &k->process[i]);
    take_units(k);
    for (size_t i = 0; i < k->nprocess; i++)
        look_ask_unit_of(k, &k->process[i]);
    look_read_places(k);
    look_ask_beside(k);
    go(k, on_beside);
}

static void read_processes(struct look *k)
{
    size_t n;
    const char *s = talk_text(k->talk, k->processes, "stdout", &n), *end = s + n;

    k->process = x_calloc(PROCESSES_MAX, sizeof *k->process);
    while (k->nprocess < PROCESSES_MAX && cmdline_path_next(&s, end, &k->process[k->nprocess].pid))
        look_ask_process(k, &k->process[k->nprocess++]);
}

static void read_units(struct look *k)
{
    const char *names[UNITS_MAX], *s;
    size_t n, count;

    k->sights->systemd = exited_well(k, k->units);
    if (!k->sights->systemd)
        return;
    s = talk_text(k->talk, k->units, "stdout", &n);
    count = units_parse(s, n, &k->sights->arena, names);
    for (size_t i = 0; i < count; i++)
        ask_unit(k, names[i], false);
}

static void read_listeners(struct look *k)
{
    size_t n;
    const char *s = talk_text(k->talk, k->listeners, "stdout", &n);

    if (!exited_well(k, k->listeners))
        return;
    k->sights->listeners_known = true;
    k->sights->nlisteners = listeners_parse(s, n, &k->sights->arena, &k->sights->listeners);
}

static void on_first(struct talk *t, void *data)
{
    struct look *k = data;
    const struct err *e = &talk_answer(t, k->top)->err, *init = &talk_answer(t, k->init)->err;

    if (e->kind != ERR_NONE) { /* not even its root: there is no way to it */
        k->sights->err = *e;
        k->done(k->data);
        return;
    }
    k->sights->hidden = init->kind == ERR_GONE || init->kind == ERR_PRIVILEGE;
    read_processes(k);
    read_units(k);
    read_listeners(k);
    look_read_places(k);
    go(k, on_details);
}

static void ask_first(struct look *k)
{
    k->top = talk_stat(k->talk, "/");
    k->processes = talk_run(k->talk, HOST_CMD_JAVA_PROCESSES, NULL, 0);
    k->units = talk_run(k->talk, HOST_CMD_UNITS, NULL, 0);
    k->listeners = talk_run(k->talk, HOST_CMD_LISTENERS, NULL, 0);
    k->machine = talk_read(k->talk, "/proc/stat", 0, 512 * 1024);
    k->init = talk_read(k->talk, "/proc/1/stat", 0, 4096);
    k->self = talk_read(k->talk, "/proc/self/cgroup", 0, 4096);
    look_ask_places(k);
}

struct look *look_new(const struct port *p, uint32_t instance, const char *const *homes, void (*done)(void *), void *data)
{
    struct look *k = x_calloc(1, sizeof *k);

    k->talk = talk_new(p, instance, k);
    k->sights = x_calloc(1, sizeof *k->sights);
    k->done = done;
    k->data = data;
    look_trace(k, SITE_PACKAGE, "/var/lib/neo4j", "/etc/neo4j");
    look_trace(k, SITE_CONTAINER, "/var/lib/neo4j", NULL);
    for (size_t i = 0; homes && homes[i] && i < NEARBY_MAX; i++)
        if (*homes[i] == '/')
            look_trace(k, SITE_REMEMBERED, homes[i], NULL);
    ask_first(k);
    go(k, on_first);
    return k;
}

struct sights *look_take(struct look *k)
{
    struct sights *s = k->sights;

    k->sights = NULL;
    return s;
}

void look_free(struct look *k)
{
    if (!k)
        return;
    talk_free(k->talk);
    sights_free(k->sights);
    free(k->process);
    free(k->traces);
    free(k);
}
