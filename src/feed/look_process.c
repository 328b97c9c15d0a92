/* A process that may be a server: what /proc says of it. */
#include "feed/look_inside.h"

#include <stdio.h>
#include <string.h>

static size_t ask_file(struct look *k, int64_t pid, const char *name, int64_t most)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%lld%s%s", (long long)pid, *name ? "/" : "", name);
    return most ? talk_read(k->talk, path, 0, most) : talk_stat(k->talk, path);
}

void look_ask_process(struct look *k, struct process *p)
{
    p->cmdline = ask_file(k, p->pid, "cmdline", JVM_BYTES_MAX);
    p->stat = ask_file(k, p->pid, "stat", 4096);
    p->self = ask_file(k, p->pid, "", 0); /* belongs to who runs it */
    p->root = ask_file(k, p->pid, "root", 0);
    p->cwd = ask_file(k, p->pid, "cwd", 0);
    p->cgroup = ask_file(k, p->pid, "cgroup", 4096);
}

/* A link whose target one may not see is no directory. */
static bool root_is_seen(const struct look *k, const struct process *p)
{
    return strcmp(value_str(talk_cell(k->talk, p->root, 0, "type"), ""), "dir") == 0;
}

/* Its root is another directory than ours. Where one may not see that, the group of its container tells, unless that is ours, too. */
static bool in_container(const struct look *k, const struct process *p)
{
    size_t n, own_n;
    const char *group = talk_text(k->talk, p->cgroup, "bytes", &n), *own = talk_text(k->talk, k->self, "bytes", &own_n);

    if (root_is_seen(k, p))
        return !value_equal(talk_cell(k->talk, p->root, 0, "inode"), talk_cell(k->talk, k->top, 0, "inode")) ||
               !value_equal(talk_cell(k->talk, p->root, 0, "device"), talk_cell(k->talk, k->top, 0, "device"));
    return cgroup_is_container(group, n) && (n != own_n || memcmp(group, own, n) != 0);
}

static void take_times(const struct look *k, const struct process *p, struct trace *t)
{
    struct proc_machine machine;
    struct proc_stat stat;
    size_t n;
    const char *s = talk_text(k->talk, p->stat, "bytes", &n);

    if (!proc_stat_parse(s, n, &stat))
        return;
    t->more.parent = stat.parent > 1 ? stat.parent : 0;
    s = talk_text(k->talk, k->machine, "bytes", &n);
    proc_machine_parse(s, n, &machine);
    t->c.started_ms = proc_started_ms(&stat, &machine);
    if (t->c.started_ms < 0)
        t->c.started_ms = 0;
}

static const char *user_of(const struct look *k, const struct process *p)
{
    struct value name = talk_cell(k->talk, p->self, 0, "user"), uid = talk_cell(k->talk, p->self, 0, "uid");

    if (name.type == V_TEXT)
        return arena_strdup(&k->sights->arena, name.u.s);
    return uid.type == V_INT ? arena_printf(&k->sights->arena, "%lld", (long long)uid.u.i) : "";
}

/* A path as the process means it; NULL: it is relative to a directory that may not be seen. */
static const char *as_it_means(const struct look *k, const struct process *p, const char *path)
{
    const char *cwd = value_str(talk_cell(k->talk, p->cwd, 0, "link"), NULL);

    if (path && *path == '/')
        return path;
    if (!cwd || *cwd != '/')
        return NULL;
    return clean_path(&k->sights->arena, cwd, path ? path : ".");
}

static void note_process(struct look *k, const struct process *p, struct trace *t)
{
    struct arena *a = &k->sights->arena;

    sight_note(&t->more, arena_printf(a, "process %lld%s%s: %s%s", (long long)p->pid, *t->c.os_user ? " of user " : "", t->c.os_user,
                                      t->c.container ? "in a container, " : "", t->c.home ? t->c.home : "its home may not be seen"));
    if (!root_is_seen(k, p))
        sight_note(&t->more, arena_printf(a, "process %lld is of another user: its root and working directory may not be seen",
                                          (long long)p->pid));
}

void look_take_process(struct look *k, const struct process *p)
{
    size_t n;
    const char *bytes = talk_text(k->talk, p->cmdline, "bytes", &n), *home;
    struct jvm_cmdline jvm;
    struct trace *t;

    if (!n) /* it is gone again */
        return;
    jvm_cmdline_parse(bytes, n, &k->sights->arena, &jvm);
    if (jvm.kind != JVM_SERVER)
        return;
    home = as_it_means(k, p, jvm.home);
    t = look_trace(k, SITE_PROCESS, home, jvm.conf ? as_it_means(k, p, jvm.conf) : NULL);
    if (!t)
        return;
    t->sure = true;
    t->c.pid = p->pid;
    t->c.jvm = jvm;
    t->c.os_user = user_of(k, p);
    t->c.os_uid = value_i64(talk_cell(k->talk, p->self, 0, "uid"), -1);
    t->c.container = in_container(k, p);
    if (t->c.container)
        t->more.root = arena_printf(&k->sights->arena, "/proc/%lld/root", (long long)p->pid);
    take_times(k, p, t);
    note_process(k, p, t);
}
