/* Directories where Neo4j may be: where packages, images and people put it, and what lies beside the homes that are known. */
#include "feed/look_inside.h"

#include <string.h>

/* Directories that hold much else. */
static const char *const crowded[] = {"/", "/opt", "/srv", "/usr/local", "/usr/share", "/var/lib", "/home", "/root", "/usr", "/var", "/tmp",
                                      "/var/tmp", "/proc", "/run", "/etc"};
static const char *const usual[] = {"/opt", "/srv", "/usr/local"};

static bool is_crowded(const char *path)
{
    for (size_t i = 0; i < sizeof crowded / sizeof *crowded; i++)
        if (!strcmp(crowded[i], path))
            return true;
    return false;
}

static void ask_place(struct look *k, const char *path)
{
    for (size_t i = 0; i < k->nplace; i++)
        if (!strcmp(k->place[i].path, path))
            return;
    if (k->nplace == PLACES_MAX)
        return;
    k->place[k->nplace++] = (struct place){path, is_crowded(path), talk_list(k->talk, path, PLACE_ENTRIES)};
}

void look_ask_places(struct look *k)
{
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        ask_place(k, usual[i]);
}

static bool is_known(const struct look *k, const char *home, int64_t device, int64_t inode)
{
    for (size_t i = 0; i < k->ntraces; i++) {
        const struct trace *t = &k->traces[i];
        if (t->c.from == SITE_NEARBY && t->more.device == device && t->more.inode == inode)
            return true;
        if (!*t->more.root && t->c.home && !strcmp(t->c.home, home))
            return true;
    }
    return false;
}

/* A directory in a place: a trace itself, and when it stands among much else, what is in it may be one, too. */
static void take_entry(struct look *k, const struct place *p, size_t row)
{
    struct value name = talk_cell(k->talk, p->list, row, "name");
    int64_t device = value_i64(talk_cell(k->talk, p->list, row, "device"), 0);
    int64_t inode = value_i64(talk_cell(k->talk, p->list, row, "inode"), 0);
    const char *path;
    struct trace *t;

    if (name.type != V_TEXT || !name.len || strchr(name.u.s, '/') || strcmp(value_str(talk_cell(k->talk, p->list, row, "type"), ""), "dir"))
        return;
    if (p->crowded && !str_ifind(name.u.s, name.len, "neo4j"))
        return;
    path = clean_path(&k->sights->arena, p->path, name.u.s);
    if (p->crowded)
        ask_place(k, path);
    if (k->nearby == NEARBY_MAX || is_known(k, path, device, inode) || !(t = look_trace(k, SITE_NEARBY, path, NULL)))
        return;
    k->nearby++;
    t->more.device = device;
    t->more.inode = inode;
}

/* A home itself, with nothing in it that would be another. */
static bool looks_like_home(const struct look *k, const struct place *p)
{
    for (size_t row = 0; row < talk_answer(k->talk, p->list)->nrows; row++)
        if (!strcmp(value_str(talk_cell(k->talk, p->list, row, "name"), ""), "conf"))
            return !p->crowded;
    return false;
}

void look_read_places(struct look *k)
{
    for (size_t end = k->nplace; k->places_read < end; k->places_read++) {
        struct place p = k->place[k->places_read]; /* the list may grow */

        if (looks_like_home(k, &p))
            continue;
        for (size_t row = 0; row < talk_answer(k->talk, p.list)->nrows; row++)
            take_entry(k, &p, row);
    }
}

void look_ask_beside(struct look *k)
{
    for (size_t i = 0; i < k->ntraces; i++) {
        const struct trace *t = &k->traces[i];
        if (!t->c.home || *t->more.root || t->c.from == SITE_NEARBY || t->c.from == SITE_PACKAGE || t->c.from == SITE_CONTAINER)
            continue;
        ask_place(k, clean_path(&k->sights->arena, t->c.home, ".."));
    }
}

/* ---- is it one? ---- */

static const char *under(struct look *k, const struct trace *t, const char *dir, const char *rest)
{
    return arena_printf(&k->sights->arena, "%s%s/%s", t->more.root, strcmp(dir, "/") ? dir : "", rest);
}

void look_ask_traces(struct look *k)
{
    for (size_t i = 0; i < k->ntraces; i++) {
        struct trace *t = &k->traces[i];
        if (!t->c.home)
            continue;
        if (!t->more.inode)
            t->home = talk_stat(k->talk, arena_printf(&k->sights->arena, "%s%s", t->more.root, t->c.home));
        t->conf = talk_read(k->talk, t->c.conf ? under(k, t, t->c.conf, "neo4j.conf") : under(k, t, t->c.home, "conf/neo4j.conf"), 0,
                            SIGHT_CONF_BYTES);
    }
}

void look_ask_proofs(struct look *k)
{
    for (size_t i = 0; i < k->ntraces; i++) {
        struct trace *t = &k->traces[i];
        bool package = t->c.from == SITE_PACKAGE;
        if (t->sure || !is_there(k, t->conf))
            continue;
        t->lib = talk_stat(k->talk, package ? "/usr/share/neo4j/lib" : under(k, t, t->c.home, "lib"));
        t->bin = talk_stat(k->talk, package ? "/usr/bin/neo4j" : under(k, t, t->c.home, "bin/neo4j"));
    }
}

bool look_is_home(const struct look *k, const struct trace *t)
{
    return is_there(k, t->conf) && (answered(k, t->lib) || answered(k, t->bin));
}
