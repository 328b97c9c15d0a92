/* Which of the candidates of a machine an instance is. */
#include "feed/site_inside.h"

#include <stdlib.h>
#include <string.h>

enum { LOOK_FRESH_MS = 10 * 1000, NAMED_MAX = 4 };

static const char remedy[] = "set home = DIR for this instance";

/* ---- the conversation ---- */

void locate_go(struct locate *l, talk_fn *next)
{
    size_t before = l->asked;

    l->asked = talk_asked(l->talk);
    if (l->asked > before)
        talk_go(l->talk, next);
    else
        next(l->talk, l);
}

bool locate_answered(const struct locate *l, long question)
{
    return question != NO_QUESTION && talk_answer(l->talk, (size_t)question)->err.kind == ERR_NONE;
}

enum err_kind locate_error(const struct locate *l, long question)
{
    return question == NO_QUESTION ? ERR_NONE : talk_answer(l->talk, (size_t)question)->err.kind;
}

static bool was_kept_waiting(const struct locate *l)
{
    const struct sights *m = machine_sights(l->machine);

    if (l->site->state == SITE_NOT_FOUND && m && m->slow.kind != ERR_NONE)
        return true;
    for (size_t i = 0; i < l->asked; i++)
        if (talk_answer(l->talk, i)->err.kind == ERR_TIMEOUT)
            return true;
    return false;
}

void locate_finish(struct locate *l)
{
    struct site *s = l->site;

    s->incomplete = was_kept_waiting(l);
    l->site = NULL;
    l->done(l->data, s);
}

static void fail(struct locate *l, enum site_state state, const struct err *e)
{
    l->site->state = state;
    l->site->err = *e;
    locate_finish(l);
}

static void no_host(struct locate *l, const char *words)
{
    struct err e;

    err_set(&e, ERR_UNREACHABLE, "%s", words);
    e.absent = ABSENT_HOST;
    fail(l, SITE_NO_HOST, &e);
}

static void not_found(struct locate *l, const char *words)
{
    struct err e;

    err_set(&e, ERR_GONE, "%s", words);
    e.absent = ABSENT_NOT_CONFIGURED;
    fail(l, SITE_NOT_FOUND, &e);
}

/* ---- it is found ---- */

static void take_candidate(struct locate *l, const struct candidate *c, const struct sight *more, enum site_from from)
{
    struct site *s = l->site;
    struct candidate own;

    candidate_copy(&s->arena, &own, c);
    s->state = SITE_FOUND;
    s->from = from;
    s->install = (struct install){own.home, own.conf};
    s->pid = own.pid;
    s->started_ms = own.started_ms;
    s->os_user = own.os_user ? own.os_user : "";
    s->os_uid = own.os_uid;
    s->jvm = own.jvm;
    s->container = own.container;
    s->unit_name = own.unit_name;
    s->unit = own.unit;
    s->unit_known = own.unit_known;
    l->more = *more;
    for (size_t i = 0; i < more->nnotes; i++)
        l->more.notes[i] = arena_strdup(&s->arena, more->notes[i]);
    s->root = l->more.root = arena_strdup(&s->arena, more->root);
    if (l->wish.conf)
        s->install.conf = clean_path(&s->arena, own.home, l->wish.conf);
    s->layout = install_layout(&s->install);
    site_read_files(l);
}

/* ---- by its home ---- */

static bool is_at(const struct locate *l, const struct candidate *c, const struct sight *more)
{
    int64_t inode, device;

    if (c->home && !*more->root && strcmp(c->home, l->wish.home) == 0)
        return true;
    if (!locate_answered(l, l->home) || !more->inode)
        return false;
    inode = value_i64(talk_cell(l->talk, (size_t)l->home, 0, "inode"), 0);
    device = value_i64(talk_cell(l->talk, (size_t)l->home, 0, "device"), 0);
    return inode == more->inode && device == more->device;
}

/* Of several with one home (each has its own configuration) the one whose configuration is wished for, or whose port it is. */
static size_t candidate_at_home(const struct locate *l, const struct sights *m)
{
    size_t found = m->n;

    for (size_t i = 0; i < m->n; i++) {
        const struct candidate *c = &m->candidates[i];
        if (!is_at(l, c, &m->more[i]))
            continue;
        if (l->wish.conf ? c->conf && !strcmp(c->conf, l->wish.conf) : sight_has_port(&m->more[i], l->wish.port))
            return i;
        if (found == m->n)
            found = i;
    }
    return found;
}

static void take_own_home(struct locate *l)
{
    struct candidate c = {.from = SITE_CONFIGURED, .home = l->wish.home, .os_user = "", .os_uid = -1};
    struct sight more = {.root = ""};

    take_candidate(l, &c, &more, l->wish.found ? SITE_REMEMBERED : SITE_CONFIGURED);
}

/* Nobody can correct what nobody wrote. */
static void home_is_gone(struct locate *l)
{
    not_found(l, arena_printf(&l->memory, "its home '%s', where it was found, holds no Neo4j any more; start neodeck anew", l->wish.home));
}

/* Where its disk does not answer nobody knows what is there. */
static const struct err *why_not_known(const struct locate *l)
{
    const long asked[] = {l->home, l->conf, l->lib, l->bin};

    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        if (locate_error(l, asked[i]) == ERR_TIMEOUT)
            return &talk_answer(l->talk, (size_t)asked[i])->err;
    return NULL;
}

static void no_home(struct locate *l)
{
    enum err_kind why = locate_error(l, l->home);
    const char *type = value_str(talk_cell(l->talk, (size_t)l->home, 0, "type"), "");

    if (why_not_known(l))
        fail(l, SITE_NOT_FOUND, why_not_known(l));
    else if (l->wish.found)
        home_is_gone(l);
    else if (why == ERR_GONE)
        not_found(l, arena_printf(&l->memory, "the configured home '%s' is not on this machine; correct home", l->wish.home));
    else if (strcmp(type, "dir"))
        not_found(l, arena_printf(&l->memory, "the configured home '%s' is no directory; correct home", l->wish.home));
    else
        not_found(l, arena_printf(&l->memory, "the configured home '%s' holds no Neo4j: neither conf/neo4j.conf nor lib nor bin/neo4j is "
                                              "there; correct home", l->wish.home));
}

static bool is_home(const struct locate *l)
{
    return locate_error(l, l->home) == ERR_PRIVILEGE || locate_error(l, l->conf) == ERR_PRIVILEGE || locate_answered(l, l->conf) ||
           locate_answered(l, l->lib) || locate_answered(l, l->bin);
}

static void on_home(struct talk *t, void *data)
{
    struct locate *l = data;
    const struct sights *m = machine_sights(l->machine);
    size_t i = candidate_at_home(l, m);

    (void)t;
    if (i < m->n && m->candidates[i].home)
        take_candidate(l, &m->candidates[i], &m->more[i], l->wish.found ? m->candidates[i].from : SITE_CONFIGURED);
    else if (is_home(l))
        take_own_home(l);
    else
        no_home(l);
}

static long ask_stat(struct locate *l, const char *dir, const char *name)
{
    return (long)talk_stat(l->talk, arena_printf(&l->memory, "%s/%s", strcmp(dir, "/") ? dir : "", name));
}

static void by_home(struct locate *l)
{
    const char *home = l->wish.home;

    l->home = (long)talk_stat(l->talk, home);
    l->conf = l->wish.conf ? ask_stat(l, l->wish.conf, "neo4j.conf") : ask_stat(l, home, "conf/neo4j.conf");
    l->lib = ask_stat(l, home, "lib");
    l->bin = ask_stat(l, home, "bin/neo4j");
    locate_go(l, on_home);
}

/* ---- by its port ---- */

/* Whose process listens there; else the first that would: those that run come before the others. */
static size_t candidate_by_port(const struct sights *m, int port)
{
    for (size_t i = 0; i < m->n; i++) {
        int64_t pid = m->candidates[i].pid;
        const struct listener *at = pid ? sights_listener(m, port, pid) : NULL;
        if (at && at->pid == pid && m->candidates[i].home)
            return i;
    }
    for (size_t i = 0; i < m->n; i++)
        if (m->candidates[i].home && sight_has_port(&m->more[i], port))
            return i;
    return m->n;
}

/* The only one here, when what its ports are cannot be read: who else should it be. */
static size_t only_candidate(const struct sights *m, bool with_unknown_ports)
{
    size_t found = m->n;

    for (size_t i = 0; i < m->n; i++) {
        if (!m->candidates[i].home)
            continue;
        if (found < m->n)
            return m->n;
        found = i;
    }
    return found < m->n && with_unknown_ports && m->more[found].conf_read ? m->n : found;
}

static void name_candidate(struct text *out, const struct candidate *c, const struct sight *more)
{
    static const enum connector order[] = {CONNECTOR_HTTP, CONNECTOR_HTTPS, CONNECTOR_BOLT};
    const char *before = " (";

    text_addf(out, "%s%s", more->root, c->home);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (more->ports[order[i]]) {
            text_addf(out, "%s%d", before, more->ports[order[i]]);
            before = ", ";
        }
    if (*before == ',')
        text_addc(out, ')');
    else if (!more->conf_read)
        text_adds(out, " (its configuration may not be read)");
}

static void not_by_port(struct locate *l, const struct sights *m)
{
    struct text t;
    size_t named = 0, all = 0;

    for (size_t i = 0; i < m->n; i++)
        all += m->candidates[i].home != NULL;
    if (all == 0 && m->slow.kind != ERR_NONE) {
        fail(l, SITE_NOT_FOUND, &m->slow);
        return;
    }
    text_init(&t, 380);
    if (all == 0)
        text_addf(&t, "no Neo4j was found on this machine: not among its processes, systemd units and packages, nor in /opt, /srv and "
                      "/usr/local; %s", remedy);
    else if (l->wish.port)
        text_addf(&t, "no Neo4j on this machine has port %d in its configuration; %s; found: ", l->wish.port, remedy);
    else
        text_addf(&t, "several Neo4j are on this machine and no port tells which; %s; found: ", remedy);
    for (size_t i = 0; i < m->n && all; i++) {
        if (!m->candidates[i].home)
            continue;
        if (named++ == NAMED_MAX) {
            text_addf(&t, " and %zu more", all - NAMED_MAX);
            break;
        }
        text_adds(&t, named > 1 ? ", " : "");
        name_candidate(&t, &m->candidates[i], &m->more[i]);
    }
    if (m->slow.kind != ERR_NONE)
        text_addf(&t, "; %s", m->slow.words);
    not_found(l, arena_strdup(&l->memory, t.s));
    text_release(&t);
}

static void by_port(struct locate *l)
{
    const struct sights *m = machine_sights(l->machine);
    size_t i = l->wish.port ? candidate_by_port(m, l->wish.port) : only_candidate(m, false);

    if (i == m->n && l->wish.port && (i = only_candidate(m, true)) < m->n)
        site_note(l->site, "taken because it is the only Neo4j here: its ports are not known");
    if (i < m->n)
        take_candidate(l, &m->candidates[i], &m->more[i], m->candidates[i].from);
    else
        not_by_port(l, m);
}

/* ---- */

static void on_looked(void *data)
{
    struct locate *l = data;
    const struct sights *m = machine_sights(l->machine);

    if (m->err.kind != ERR_NONE)
        no_host(l, m->err.words);
    else if (l->wish.home && *l->wish.home == '/')
        by_home(l);
    else if (l->wish.home)
        not_found(l, "the configured home is no absolute path; correct home");
    else
        by_port(l);
}

static void on_no_host(struct talk *t, void *data)
{
    struct locate *l = data;

    (void)t;
    no_host(l, l->wish.no_host);
}

static struct locate *locate_new(struct machine *m, const struct port *p, uint32_t instance, void (*done)(void *, struct site *),
                                 void *data)
{
    struct locate *l = x_calloc(1, sizeof *l);

    l->machine = m;
    l->port = *p;
    l->instance = instance;
    l->done = done;
    l->data = data;
    l->talk = talk_new(p, instance, l);
    l->site = site_new();
    l->more.root = "";
    l->home = l->conf = l->lib = l->bin = l->libs[0] = l->libs[1] = l->entries = l->xml[0] = l->xml[1] = NO_QUESTION;
    l->pid_file[0] = l->pid_file[1] = l->filed_stat = l->main_stat = l->user_log = l->gc_log = NO_QUESTION;
    return l;
}

struct locate *site_locate(struct machine *m, const struct port *p, uint32_t instance, const struct site_wish *wish,
                           void (*done)(void *data, struct site *s), void *data)
{
    struct locate *l = locate_new(m, p, instance, done, data);
    struct arena *a = &l->memory;
    const char *homes[2] = {NULL, NULL};

    l->wish.port = wish->port;
    l->wish.found = wish->found;
    l->wish.home = !wish->home || *wish->home != '/' ? arena_strdup(a, wish->home) : clean_path(a, "/", wish->home);
    l->wish.conf = !wish->conf || *wish->conf != '/' ? arena_strdup(a, wish->conf) : clean_path(a, "/", wish->conf);
    l->wish.no_host = arena_strdup(a, wish->no_host);
    homes[0] = l->wish.home;
    if (l->wish.no_host) {
        talk_stat(l->talk, "/"); /* whatever comes of it: only not to call from inside */
        locate_go(l, on_no_host);
    } else {
        machine_look(m, instance, homes, LOOK_FRESH_MS, on_looked, l);
    }
    return l;
}

struct locate *locate_candidate(struct machine *m, const struct port *p, uint32_t instance, size_t i,
                                void (*done)(void *data, struct site *s), void *data)
{
    struct locate *l = locate_new(m, p, instance, done, data);
    const struct sights *found = machine_sights(m);

    take_candidate(l, &found->candidates[i], &found->more[i], found->candidates[i].from);
    return l;
}

void locate_free(struct locate *l)
{
    if (!l)
        return;
    machine_forget(l->machine, l);
    talk_free(l->talk);
    site_free(l->site);
    arena_release(&l->memory);
    free(l);
}
