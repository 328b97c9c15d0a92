#include "feed/hosted.h"

#include <stddef.h>
#include <stdlib.h>
#include "base/clock.h"

enum { SITE_FRESH_MS = 60 * 1000, STOPPED_FRESH_MS = 10 * 1000 };

static const struct hosted collectors[] = {
    {SHEET_HOST, host_start},       {SHEET_DISKS, disks_start},       {SHEET_STORES, stores_start},
    {SHEET_PLUGINS, plugins_start}, {SHEET_SETTINGS, settings_start},
};

static void start(struct feed *f, struct task *t)
{
    for (size_t i = 0; i < sizeof collectors / sizeof *collectors; i++)
        if (collectors[i].sheet == t->sheet)
            collectors[i].start(f, t);
}

static void on_site(void *data, struct site *site)
{
    struct source *s = data;
    struct feed *f = s->feed;

    locate_free(s->locate);
    s->locate = NULL;
    site_free(s->site);
    s->site = site;
    logs_on_site(f, s);
    for (size_t k = 0; k < NSHEETS; k++) {
        struct task *t = &s->tasks[k];
        if (!t->waits_for_site)
            continue;
        t->waits_for_site = false;
        start(f, t);
    }
    feed_tell(f);
}

static struct site *site_of_nothing(const char *why)
{
    struct site *site = x_calloc(1, sizeof *site);

    site->state = SITE_NO_HOST;
    err_set(&site->err, ERR_UNREACHABLE, "%s", why);
    site->err.absent = ABSENT_HOST;
    return site;
}

void site_forget(struct source *s)
{
    locate_free(s->locate);
    site_free(s->site);
    s->locate = NULL;
    s->site = NULL;
}

/* Of a home that was only found its server is not asked while it does not run: only a look tells that it does. And only a look tells that
 * a disk answers again. */
static int64_t fresh_ms(const struct source *s)
{
    if (s->site->incomplete)
        return STOPPED_FRESH_MS;
    return s->wish.found && s->site->state == SITE_FOUND && !s->site->pid ? STOPPED_FRESH_MS : SITE_FRESH_MS;
}

bool site_wanted(struct feed *f, struct source *s)
{
    int64_t now = clock_wall_ms();

    if (s->wish.no_host) {
        if (!s->site)
            s->site = site_of_nothing(s->wish.no_host);
        return true;
    }
    if (s->site && now - s->site->looked_ms < fresh_ms(s) && now >= s->site->looked_ms)
        return true;
    if (!s->locate)
        s->locate = site_locate(f->machine, &f->port, s->instance, &s->wish, on_site, s);
    return false;
}

void site_outdated(struct source *s)
{
    if (s->site)
        s->site->looked_ms = 0;
}

void sites_refresh(struct feed *f)
{
    for (uint32_t i = 0; i < f->n; i++)
        if (f->sources[i].site && f->sources[i].site->incomplete)
            site_outdated(&f->sources[i]);
}

void hosted_begin(struct feed *f, struct task *t)
{
    struct source *s = task_source(f, t);

    t->sent_ms = clock_mono_ms();
    t->busy_on_host = true;
    if (site_wanted(f, s))
        start(f, t);
    else
        t->waits_for_site = true;
}

bool hosted_open(const struct task *t)
{
    return t->busy_on_host;
}

void hosted_drop(struct feed *f, struct task *t)
{
    (void)f;
    talk_free(t->talk);
    t->talk = NULL;
    t->busy_on_host = t->waits_for_site = false;
}

const struct site *task_site(const struct feed *f, const struct task *t)
{
    return f->sources[t->instance].site;
}

struct source *task_source(struct feed *f, const struct task *t)
{
    return &f->sources[t->instance];
}

/* A task stands in the array of its source. */
struct feed *task_feed(struct task *t)
{
    struct task *first = t - t->sheet;

    return ((struct source *)(void *)((char *)first - offsetof(struct source, tasks)))->feed;
}

struct talk *task_talk(struct feed *f, struct task *t)
{
    if (!t->talk)
        t->talk = talk_new(&f->port, t->instance, t);
    return t->talk;
}

void task_publish(struct feed *f, struct task *t, struct relation *rel)
{
    hosted_drop(f, t);
    rel->taken_ms = clock_wall_ms();
    t->settled = !t->again;
    t->answered_ms = clock_mono_ms();
    model_publish(f->model, rel);
    task_due_next(f, t);
    feed_tell(f);
}

bool task_no_site(const struct feed *f, const struct task *t, struct err *e)
{
    const struct site *site = task_site(f, t);

    if (site->state == SITE_FOUND)
        return false;
    *e = site->err;
    return true;
}
