#include "feed/past.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

enum { CPU_LEAST_MS = 500, DISK_LEAST_MS = 1000 };

struct past *past_of(struct source *s)
{
    if (!s->past)
        s->past = x_calloc(1, sizeof *s->past);
    return s->past;
}

void past_free(struct past *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->ntails; i++)
        free(p->tails[i].path);
    for (size_t i = 0; i < p->ndisks; i++)
        free(p->disks[i].mount);
    talk_free(p->heap.talk);
    sizes_release(&p->directories);
    sizes_release(&p->stores);
    free(p->journal.unit);
    free(p->certificates.file);
    free(p->java);
    free(p);
}

const char *past_reach(const struct site *site, struct arena *a, const char *path)
{
    return site->root && *site->root ? arena_printf(a, "%s%s", site->root, path) : path;
}

static void process_sample(struct cpu_past *c, int64_t took_ms, int64_t pid, const struct proc_stat *process)
{
    c->process_loaded = process && c->pid == pid && process->cpu_ms >= c->cpu_ms && took_ms > 0;
    if (c->process_loaded)
        c->process = (double)(process->cpu_ms - c->cpu_ms) * 100.0 / (double)took_ms;
    c->pid = process ? pid : 0;
    c->cpu_ms = process ? process->cpu_ms : 0;
}

void cpu_sample(struct past *p, const struct proc_machine *machine, int64_t pid, const struct proc_stat *process)
{
    struct cpu_past *c = &p->cpu;
    int64_t now = clock_mono_ms(), took = now - c->at_ms;
    bool first = !c->at_ms;

    if (!first && took < CPU_LEAST_MS && c->pid == pid) /* too near to say anything: what was said stays */
        return;
    c->loaded = !first && machine && proc_load_between(&c->machine, machine, &c->load);
    process_sample(c, first ? 0 : took, pid, process);
    c->machine = machine ? *machine : (struct proc_machine){0};
    c->at_ms = now;
}

const struct growth *disk_sample(struct past *p, const char *mount, int64_t taken)
{
    int64_t now = clock_mono_ms();
    size_t i = 0;

    while (i < p->ndisks && strcmp(p->disks[i].mount, mount) != 0)
        i++;
    if (i == PAST_DISKS)
        return NULL;
    if (i == p->ndisks)
        p->disks[p->ndisks++].mount = x_strdup(mount);
    struct growth *g = &p->disks[i].growth;
    if (!g->n || now - g->samples[g->n - 1].at_ms >= DISK_LEAST_MS)
        growth_add(g, now, taken);
    return g;
}
