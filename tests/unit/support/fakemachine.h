/* A machine made of a table: files, directories, processes and what commands print. It answers ASK_HOST over a fakeport, all that waits at
 * once, until nothing waits. Everything is static: include it in one test program. */
#ifndef SUPPORT_FAKEMACHINE_H
#define SUPPORT_FAKEMACHINE_H

#include <stdio.h>
#include "support/fakeport.h"

/* One thing on it. Directories above a path are there without being said. A list of things ends in {0}. */
struct thing {
    const char *path;
    const char *text;          /* of a file; in a .../cmdline '|' stands for NUL */
    const char *same;          /* it is this other path, by a link */
    const char *link;          /* where the link points, as STAT says it */
    const char *user;
    bool dir, closed, own_root; /* closed: it may not be read, listed, or seen when it is a link */
    enum host_command_id command; /* not a path, but what a command prints, for its first argument or for any */
    const char *arg;
    int status;
};

/* A server with its home; `more` are further arguments behind --home-dir, each with a '|' before it. */
#define SERVER(pid, home, more) \
    {.path = "/proc/" #pid "/cmdline", .text = "/usr/bin/java|-Xmx1g|org.neo4j.server.CommunityEntryPoint|--home-dir=" home more "|"}, \
        {.path = "/proc/" #pid "/stat", .text = #pid " (java) S 1 1 1 0 -1 0 0 0 0 0 10 10 0 0 20 0 40 0 " #pid " 0 0\n"}, \
        {.path = "/proc/" #pid "/cgroup", .text = "0::/user.slice/session-1.scope\n"}, {.path = "/proc/" #pid "/root", .dir = true, .same = "/", .link = "/"}, \
        {.path = "/proc/" #pid "/cwd", .dir = true, .same = home, .link = home}, {.path = "/proc/" #pid, .dir = true, .user = "neo4j"}
#define HOME(path_, conf_text) \
    {.path = path_ "/conf/neo4j.conf", .text = conf_text}, {.path = path_ "/bin/neo4j", .text = "#!"}, \
        {.path = path_ "/lib/neo4j-5.26.30.jar", .text = "PK"}, {.path = path_ "/lib/neo4j-kernel-5.26.30.jar", .text = "PK"}
#define COMMAND(id, arg_, text_) {.command = HOST_CMD_##id, .arg = arg_, .text = text_}

struct fakemachine {
    struct fakeport port;
    const struct thing *things, *later; /* later, not NULL: the things from the second round on */
    size_t rounds, asks;
    bool hidden;               /* hidepid */
    bool away;                 /* not to be reached at all */
};

static UNUSED_OK const struct thing *fm_find(const struct fakemachine *m, const char *path, bool *above)
{
    size_t n = strlen(path);

    *above = !strcmp(path, "/");
    for (const struct thing *t = m->things; t->path || t->command; t++) {
        if (t->path && !strcmp(t->path, path))
            return t;
        if (t->path && !strncmp(t->path, path, n) && t->path[n] == '/')
            *above = true;
    }
    return NULL;
}

static UNUSED_OK bool fm_closed_above(const struct fakemachine *m, const char *path)
{
    for (const struct thing *t = m->things; t->path || t->command; t++)
        if (t->path && t->closed && t->dir && !strncmp(path, t->path, strlen(t->path)) && path[strlen(t->path)] == '/')
            return true;
    return false;
}

/* Numbers of their own for paths: the same path, the same number. */
static UNUSED_OK int64_t fm_inode(const struct fakemachine *m, const char *path)
{
    bool above;
    const struct thing *t = fm_find(m, path, &above);
    uint32_t h = 2166136261u;

    if (t && t->same)
        return fm_inode(m, t->same);
    for (const char *c = path; *c; c++)
        h = (h ^ (unsigned char)*c) * 16777619u;
    return 1 + (int64_t)h;
}

static UNUSED_OK void fm_error(struct fakemachine *m, ticket id, enum err_kind kind, const char *words, const char *path)
{
    struct err e;

    err_set(&e, kind, words, path);
    fake_reply(&m->port, id, (struct reply){.last = true, .err = &e});
}

enum { FM_STAT_COLUMNS = 6 };
static const char *const fm_stat_names[FM_STAT_COLUMNS + 1] = {"name", "type", "inode", "device", "user", "link", NULL};

static UNUSED_OK void fm_row(const struct fakemachine *m, const char *path, const struct thing *t, struct value row[FM_STAT_COLUMNS])
{
    const char *slash = strrchr(path, '/');

    row[0] = v_text(slash[1] ? slash + 1 : path);
    row[1] = v_text(t && t->closed && t->link ? "link" : !t || t->dir ? "dir" : "file");
    row[2] = v_int(fm_inode(m, path));
    row[3] = v_int(t && t->own_root ? 77 : 1);
    row[4] = v_text(t && t->user ? t->user : "root");
    row[5] = t && t->link && !t->closed ? v_text(t->link) : v_absent(ABSENT_NULL);
}

static UNUSED_OK void fm_list(struct fakemachine *m, ticket id, const char *path)
{
    enum { MOST = 300 };
    struct value *cells = x_calloc(MOST * FM_STAT_COLUMNS, sizeof *cells);
    char (*names)[256] = x_calloc(MOST, sizeof *names);
    size_t n = 0, len = strcmp(path, "/") ? strlen(path) : 0;

    for (const struct thing *t = m->things; (t->path || t->command) && n < MOST; t++) {
        bool known = false, above;
        if (!t->path || strncmp(t->path, path, len) || t->path[len] != '/' || !t->path[len + 1])
            continue;
        snprintf(names[n], sizeof names[n], "%.*s", (int)(len + 1 + strcspn(t->path + len + 1, "/")), t->path);
        for (size_t i = 0; i < n; i++)
            known |= !strcmp(names[i], names[n]);
        if (known)
            continue;
        fm_row(m, names[n], fm_find(m, names[n], &above), cells + n * FM_STAT_COLUMNS);
        n++;
    }
    fake_reply(&m->port, id, (struct reply){.names = fm_stat_names, .cells = cells, .ncols = FM_STAT_COLUMNS, .nrows = n, .last = true});
    free(cells);
    free(names);
}

static UNUSED_OK void fm_read(struct fakemachine *m, ticket id, const struct thing *t)
{
    static const char *const names[] = {"bytes", "size"};
    struct value cells[2];
    char *copy = x_strdup(t->text ? t->text : "");
    size_t n = strlen(copy), len = strlen(t->path);

    for (size_t i = 0; i < n && len > 8 && !strcmp(t->path + len - 8, "/cmdline"); i++)
        if (copy[i] == '|')
            copy[i] = '\0';
    cells[0] = v_textn(copy, n);
    cells[1] = v_int((int64_t)n);
    fake_reply(&m->port, id, (struct reply){.names = names, .cells = cells, .ncols = 2, .nrows = 1, .last = true});
    free(copy);
}

static UNUSED_OK void fm_printed(struct fakemachine *m, ticket id, const char *out, int status)
{
    static const char *const names[] = {"stdout", "exit_status"};
    struct value cells[2] = {v_text(out), v_int(status)};

    fake_reply(&m->port, id, (struct reply){.names = names, .cells = cells, .ncols = 2, .nrows = 1, .last = true});
}

static UNUSED_OK void fm_processes(struct fakemachine *m, ticket id)
{
    struct text out;

    text_init(&out, 0);
    for (const struct thing *t = m->things; (t->path || t->command) && !m->hidden; t++)
        if (t->path && t->text && strstr(t->path, "/cmdline") && strstr(t->text, "neo4j.server."))
            text_addf(&out, "%s\n", t->path);
    fm_printed(m, id, out.s, out.len ? 0 : 1);
    text_release(&out);
}

static UNUSED_OK void fm_run_command(struct fakemachine *m, ticket id, const struct host_call *c)
{
    for (const struct thing *t = m->things; t->path || t->command; t++)
        if (t->command == c->command && (!t->arg || (c->nargs && !strcmp(c->args[0], t->arg)))) {
            fm_printed(m, id, t->text, t->status);
            return;
        }
    if (c->command == HOST_CMD_JAVA_PROCESSES)
        fm_processes(m, id);
    else
        fm_printed(m, id, "", c->command == HOST_CMD_LISTENERS ? 0 : 1);
}

static UNUSED_OK void fm_file(struct fakemachine *m, ticket id, const struct host_call *c)
{
    static const struct thing machine = {.path = "/proc/stat", .text = "cpu 1 1 1 1 1 1 1 1\nbtime 1795360000\n"},
                              init = {.path = "/proc/1/stat", .text = "1 (init) S 0\n"}, self = {.path = "/proc/self/cgroup", .text = "0::/own\n"};
    const struct thing *made = !strcmp(c->path, machine.path) ? &machine : !strcmp(c->path, init.path) && !m->hidden ? &init
                               : !strcmp(c->path, self.path) ? &self : NULL;
    bool above, proc = !strncmp(c->path, "/proc/", 6) && m->hidden;
    const struct thing *t = made ? made : fm_find(m, c->path, &above);
    bool dir = !made && (t ? t->dir : above);

    if (!made && ((!t && !above) || (proc && c->path[6] != 's')))
        fm_error(m, id, ERR_GONE, "there is no '%s'", c->path);
    else if (!made && (fm_closed_above(m, c->path) || (t && t->closed && !t->link && c->what != HOST_STAT)))
        fm_error(m, id, ERR_PRIVILEGE, "may not read '%s'", c->path);
    else if (c->what == HOST_STAT) {
        struct value row[FM_STAT_COLUMNS];
        fm_row(m, c->path, t, row);
        fake_reply(&m->port, id, (struct reply){.names = fm_stat_names, .cells = row, .ncols = FM_STAT_COLUMNS, .nrows = 1, .last = true});
    } else if (c->what == HOST_LIST && dir)
        fm_list(m, id, c->path);
    else if (c->what == HOST_READ && !dir)
        fm_read(m, id, t);
    else
        fm_error(m, id, ERR_SHAPE, "'%s' is something else", c->path);
}

/* Answers what waits, and what is asked then, and so on. */
static UNUSED_OK void fm_settle(struct fakemachine *m)
{
    for (size_t from = 0; from < m->port.n; m->rounds++) {
        size_t end = m->port.n;
        if (m->later && m->rounds == 1)
            m->things = m->later;
        for (; from < end; from++) {
            struct fakeask k = m->port.asks[from];
            if (k.answered || k.ask.kind != ASK_HOST)
                continue;
            m->asks++;
            if (k.cancelled)
                fm_error(m, k.id, ERR_CANCELLED, "%s", "given up");
            else if (m->away)
                fm_error(m, k.id, ERR_UNREACHABLE, "%s", "the host does not answer");
            else if (k.ask.u.host.what == HOST_RUN)
                fm_run_command(m, k.id, &k.ask.u.host);
            else
                fm_file(m, k.id, &k.ask.u.host);
        }
    }
}

#endif
