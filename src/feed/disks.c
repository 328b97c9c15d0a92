/* The directories that a server writes to: how full their file systems are, how fast those fill, and what each directory takes. */
#include "feed/host.h"

#include <stdio.h>
#include <string.h>

enum { DIRS_MOST = 8 };

static const struct {
    enum setting_id setting;
    const char *what;
    bool always; /* every server has it: that it is missing is told */
} kinds[] = {
    {SETTING_DIR_DATA, "data", true},      {SETTING_DIR_TX_LOGS, "txlogs", false}, {SETTING_DIR_LOGS, "logs", true},
    {SETTING_DIR_PLUGINS, "plugins", false}, {SETTING_DIR_IMPORT, "import", false},  {SETTING_DIR_DUMPS, "dumps", false},
    {SETTING_DIR_METRICS, "metrics", false},
};

struct directory {
    const char *what, *path;
    const char *reach; /* where we see it */
    bool told; /* also when it is not there */
    size_t answer;
};

/* In the arena of the talk of its task. */
struct directories {
    struct directory of[DIRS_MOST];
    size_t n;
};

static bool known(const struct directories *d, const char *path)
{
    for (size_t i = 0; i < d->n; i++)
        if (strcmp(d->of[i].path, path) == 0)
            return true;
    return false;
}

/* A default that is the home itself, or lies in a store, is no directory of its own. */
static bool is_own(const struct site *site, size_t kind, enum path_from from, const char *path)
{
    if (from == PATH_GIVEN)
        return true;
    if (site->install.home && strcmp(path, site->install.home) == 0)
        return false;
    return kinds[kind].setting != SETTING_DIR_TX_LOGS || site->version.major == 0 || site->version.major >= 4;
}

static void collect(struct directories *d, const struct site *site, struct arena *a)
{
    struct text path;

    text_init(&path, 4096);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        enum path_from from = site_path(site, kinds[i].setting, &path);
        if (from == PATH_UNKNOWN || !path.len || !is_own(site, i, from, path.s) || known(d, path.s))
            continue;
        const char *own = arena_strdup(a, path.s);
        d->of[d->n++] = (struct directory){
            .what = kinds[i].what, .path = own, .reach = past_reach(site, a, own), .told = kinds[i].always || from == PATH_GIVEN};
    }
    text_release(&path);
}

/* ---- rows ---- */

static double percent(int64_t part, int64_t all)
{
    return all > 0 ? (double)part * 100.0 / (double)all : 0;
}

static void row_growth(struct past *p, const char *mount, int64_t total, int64_t available, struct value *c)
{
    const struct growth *g = disk_sample(p, mount, total - available);
    int64_t rate, ms;

    c[COL_DISKS_RATE] = c[COL_DISKS_FULL_IN] = v_absent(ABSENT_NOT_ASKED);
    if (!g || !growth_per_hour(g, &rate))
        return;
    c[COL_DISKS_RATE] = v_int(rate);
    c[COL_DISKS_FULL_IN] = growth_full_in(rate, available, &ms) ? v_duration(ms) : v_absent(ABSENT_NOT_APPLICABLE);
}

static void row_space(struct past *p, struct talk *t, size_t answer, struct relation *rel, struct value *c)
{
    int64_t total = value_i64(talk_cell(t, answer, 0, "total"), -1), free_ = value_i64(talk_cell(t, answer, 0, "free"), -1);
    int64_t available = value_i64(talk_cell(t, answer, 0, "available"), -1), inodes = value_i64(talk_cell(t, answer, 0, "inodes"), -1);
    struct value mount = talk_cell(t, answer, 0, "mount"), read_only = talk_cell(t, answer, 0, "read_only");

    if (total < 0 || free_ < 0 || available < 0 || total < free_ || total < available) {
        c[COL_DISKS_MESSAGE] = v_text("what its file system says makes no sense");
        return;
    }
    c[COL_DISKS_TOTAL] = v_int(total);
    c[COL_DISKS_AVAILABLE] = v_int(available);
    c[COL_DISKS_USED_PERCENT] = v_float(percent(total - free_, total - free_ + available));
    if (inodes > 0)
        c[COL_DISKS_INODES_PERCENT] = v_float(percent(inodes - value_i64(talk_cell(t, answer, 0, "inodes_free"), 0), inodes));
    else
        c[COL_DISKS_INODES_PERCENT] = v_absent(ABSENT_NOT_APPLICABLE); /* some file systems make them as they go */
    c[COL_DISKS_MOUNT] = value_copy(&rel->arena, mount);
    c[COL_DISKS_FS] = value_copy(&rel->arena, talk_cell(t, answer, 0, "fs"));
    c[COL_DISKS_READ_ONLY] = read_only;
    c[COL_DISKS_MESSAGE] = value_is(read_only, V_BOOL) && read_only.u.i ? v_text("mounted read-only") : v_absent(ABSENT_NULL);
    row_growth(p, value_str(mount, "?"), total, available, c);
}

static void add_row(struct past *p, struct talk *t, const struct directory *d, const char *instance, struct relation *rel)
{
    const struct err *e = &talk_answer(t, d->answer)->err;
    struct value *c;

    if (e->kind == ERR_GONE && !d->told)
        return;
    c = relation_add_row(rel);
    for (size_t i = 0; i < rel->ncols; i++)
        c[i] = v_absent(e->kind == ERR_NONE ? ABSENT_NULL : e->absent);
    c[COL_DISKS_INSTANCE] = text_cell(&rel->arena, instance, ABSENT_NULL);
    c[COL_DISKS_WHAT] = v_text(d->what);
    c[COL_DISKS_PATH] = text_cell(&rel->arena, d->path, ABSENT_NULL);
    if (e->kind == ERR_NONE) {
        row_space(p, t, d->answer, rel, c);
        c[COL_DISKS_TAKEN] = sizes_of(&p->directories, d->reach);
    } else {
        c[COL_DISKS_MESSAGE] = text_cell(&rel->arena, e->words, ABSENT_NULL);
    }
}

/* What is there is measured; it answers some time later. */
static void measure(struct source *s, struct talk *t, const struct directories *d)
{
    const char *paths[DIRS_MOST];
    size_t n = 0;

    for (size_t i = 0; i < d->n; i++)
        if (talk_answer(t, d->of[i].answer)->err.kind == ERR_NONE)
            paths[n++] = d->of[i].reach;
    sizes_want(&s->past->directories, s, SHEET_DISKS, 1, paths, n);
}

static void on_space(struct talk *talk, void *data)
{
    struct task *t = data;
    struct feed *f = task_feed(t);
    struct source *s = task_source(f, t);
    struct directories *d = s->past->looked_at;
    struct relation *rel = relation_new(t->instance, SHEET_DISKS);

    measure(s, talk, d);
    for (size_t i = 0; i < d->n; i++)
        add_row(s->past, talk, &d->of[i], model_instance_name(f->model, t->instance), rel);
    task_publish(f, t, rel);
    if (!sizes_known(&s->past->directories)) /* who waits for everything waits for that, too */
        t->settled = false;
}

void disks_start(struct feed *f, struct task *t)
{
    struct past *p = past_of(task_source(f, t));
    const struct site *site = task_site(f, t);
    struct directories *d;
    struct talk *talk;
    struct err e;

    if (task_no_site(f, t, &e)) {
        task_failed(f, t, &e);
        return;
    }
    talk = task_talk(f, t);
    p->looked_at = d = arena_zalloc(talk_arena(talk), sizeof *d);
    collect(d, site, talk_arena(talk));
    for (size_t i = 0; i < d->n; i++)
        d->of[i].answer = talk_space(talk, d->of[i].reach);
    if (d->n) {
        talk_go(talk, on_space);
        return;
    }
    err_set(&e, ERR_CONFIG, "where this server has its files is not known: its neo4j.conf was not read");
    task_failed(f, t, &e);
}
