#include "feed/sights.h"

#include <stdlib.h>
#include <string.h>

void sights_free(struct sights *s)
{
    if (!s)
        return;
    arena_release(&s->arena);
    free(s);
}

const char *clean_path(struct arena *a, const char *base, const char *path)
{
    const char *clean;
    struct text t;

    text_init(&t, 4096);
    path_resolve(base, path, &t);
    clean = arena_strndup(a, t.s, t.len);
    text_release(&t);
    return clean;
}

void sight_note(struct sight *more, const char *note)
{
    if (note && more->nnotes < SIGHT_NOTES_MAX)
        more->notes[more->nnotes++] = note;
}

bool sight_has_port(const struct sight *more, int port)
{
    for (size_t i = 0; i < NCONNECTORS; i++)
        if (i != CONNECTOR_BACKUP && port && more->ports[i] == port)
            return true;
    return false;
}

const struct listener *sights_listener(const struct sights *s, int port, int64_t pid)
{
    const struct listener *found = NULL;

    for (size_t i = 0; i < s->nlisteners; i++) {
        const struct listener *l = &s->listeners[i];
        if (l->port != port)
            continue;
        if (pid && l->pid == pid)
            return l;
        if (!found || (!found->pid && l->pid))
            found = l;
    }
    return found;
}

/* ---- which are the same ---- */

static bool both(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bool same_home(const struct candidate *a, const struct sight *more_a, const struct candidate *b, const struct sight *more_b)
{
    if (more_a->inode && more_b->inode)
        return more_a->inode == more_b->inode && more_a->device == more_b->device;
    return strcmp(more_a->root, more_b->root) == 0 && both(a->home, b->home);
}

/* Two with one home are two instances when each has a configuration of its own. */
static bool is_same(const struct candidate *a, const struct sight *more_a, const struct candidate *b, const struct sight *more_b)
{
    bool other_conf = a->conf && b->conf && strcmp(a->conf, b->conf) != 0;

    if (a->unit_known && b->unit_known)
        return both(a->unit_name, b->unit_name);
    if (both(a->unit_name, b->unit_name) && !(a->pid && b->pid))
        return true;
    if (a->unit_known != b->unit_known && (a->pid || b->pid)) {
        const struct candidate *unit = a->unit_known ? a : b, *process = a->unit_known ? b : a;
        const struct sight *more = a->unit_known ? more_b : more_a;
        int64_t main = unit->unit.main_pid;
        if (main > 0 && process->pid && (main == process->pid || main == more->parent))
            return true;
    }
    return !other_conf && same_home(a, more_a, b, more_b);
}

/* ---- what one knows and the other does not ---- */

static void take_process(struct candidate *to, struct sight *more, const struct candidate *c, const struct sight *from)
{
    if (to->pid && to->pid != c->pid) {
        if (more->nothers < SIGHT_OTHERS_MAX)
            more->others[more->nothers++] = c->pid;
        return;
    }
    to->pid = c->pid;
    to->started_ms = c->started_ms;
    to->os_user = c->os_user;
    to->os_uid = c->os_uid;
    to->jvm = c->jvm;
    to->container = c->container;
    more->parent = from->parent;
    more->root = from->root;
}

static void take_unit(struct candidate *to, const struct candidate *c)
{
    if (c->unit_name && (!to->unit_name || c->unit_known))
        to->unit_name = c->unit_name;
    if (c->unit_known && !to->unit_known) {
        to->unit = c->unit;
        to->unit_known = true;
    }
}

static void take_place(struct sight *to, const struct sight *from)
{
    if (!to->inode) {
        to->device = from->device;
        to->inode = from->inode;
    }
    if (from->conf_read && !to->conf_read) {
        memcpy(to->ports, from->ports, sizeof to->ports);
        to->conf_read = true;
    }
    for (size_t i = 0; i < from->nnotes; i++)
        sight_note(to, from->notes[i]);
}

static void merge(struct candidate *to, struct sight *more, const struct candidate *c, const struct sight *from)
{
    if (!to->home)
        to->home = c->home;
    if (!to->conf)
        to->conf = c->conf;
    if (c->pid)
        take_process(to, more, c, from);
    take_unit(to, c);
    take_place(more, from);
}

bool sights_add(struct sights *s, const struct candidate *c, const struct sight *more)
{
    for (size_t i = 0; i < s->n; i++)
        if (is_same(&s->candidates[i], &s->more[i], c, more)) {
            merge(&s->candidates[i], &s->more[i], c, more);
            return true;
        }
    if (s->n == CANDIDATES_MAX)
        return false;
    s->candidates[s->n] = *c;
    s->more[s->n++] = *more;
    return true;
}

/* ---- copies ---- */

static void copy_texts(struct arena *a, void *s, const size_t *offsets, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char **at = (const char **)(void *)((char *)s + offsets[i]);
        *at = arena_strdup(a, *at);
    }
}

static void copy_jvm(struct arena *a, struct jvm_cmdline *j)
{
#define AT(field) offsetof(struct jvm_cmdline, field)
    static const size_t texts[] = {AT(java), AT(main_class), AT(command), AT(home), AT(conf), AT(collector),
                                   AT(gc_log), AT(dump_path), AT(jmx_port), AT(debug)};
#undef AT
    copy_texts(a, j, texts, sizeof texts / sizeof *texts);
    for (size_t i = 0; i < j->nsettings; i++)
        j->settings[i] = arena_strdup(a, j->settings[i]);
}

static void copy_unit(struct arena *a, struct systemd_unit *u)
{
#define AT(field) offsetof(struct systemd_unit, field)
    static const size_t texts[] = {AT(id), AT(load), AT(active), AT(sub), AT(result), AT(fragment), AT(enabled), AT(user), AT(group),
                                   AT(working_directory), AT(home), AT(conf), AT(environment_file), AT(program), AT(output),
                                   AT(restart)};
#undef AT
    copy_texts(a, u, texts, sizeof texts / sizeof *texts);
}

void candidate_copy(struct arena *a, struct candidate *to, const struct candidate *from)
{
    *to = *from;
    to->home = arena_strdup(a, from->home);
    to->conf = arena_strdup(a, from->conf);
    to->os_user = arena_strdup(a, from->os_user);
    to->unit_name = arena_strdup(a, from->unit_name);
    copy_jvm(a, &to->jvm);
    copy_unit(a, &to->unit);
}
