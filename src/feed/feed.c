#include "feed/finish.h"
#include "feed/hosted.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

void feed_tell(struct feed *f)
{
    if (f->news)
        f->news(f->news_data);
}

struct task *feed_task(struct feed *f, uint32_t instance, enum sheet_id sheet)
{
    return &f->sources[instance].tasks[sheet];
}

struct feed *feed_new(struct port port, struct model *m)
{
    struct feed *f = x_calloc(1, sizeof *f);

    f->port = port;
    f->model = m;
    f->n = model_instances(m);
    f->interval_ms = 2000;
    f->machine = machine_new(&f->port);
    f->sources = x_calloc(f->n, sizeof *f->sources);
    for (uint32_t i = 0; i < f->n; i++) {
        struct source *s = &f->sources[i];
        s->feed = f;
        s->instance = i;
        s->wish.no_host = x_strdup("its machine is not known: neodeck runs on another one");
        for (size_t k = 0; k < NSHEETS; k++)
            s->tasks[k] = (struct task){.instance = i, .sheet = (enum sheet_id)k};
        state_subscribe(f, s);
    }
    return f;
}

void feed_free(struct feed *f)
{
    if (!f)
        return;
    for (struct call *c = f->calls, *next; c; c = next) {
        next = c->next;
        c->feed = NULL; /* its last reply frees it */
        port_cancel(&f->port, c->id);
    }
    for (uint32_t i = 0; i < f->n; i++) {
        struct source *s = &f->sources[i];
        for (size_t k = 0; k < NSHEETS; k++) {
            hosted_drop(f, &s->tasks[k]);
            run_free(s->tasks[k].run);
            arena_release(&s->tasks[k].memory);
        }
        logs_release(s->logs);
        past_free(s->past);
        plugins_release(s->plugins);
        population_free(s->population);
        site_forget(s);
        state_release(s);
    }
    machine_free(f->machine);
    heap_release(&f->heap);
    free(f->sources);
    free(f);
}

static void set_text(char **at, const char *s)
{
    char *copy = x_strdup(s ? s : "");

    free(*at);
    *at = copy;
}

static char *copy_or_null(const char *s)
{
    return s ? x_strdup(s) : NULL;
}

static bool same_or_null(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void set_wish(struct feed *f, struct source *s, const struct site_wish *w)
{
    struct site_wish old = s->wish;

    if (same_or_null(old.home, w->home) && same_or_null(old.conf, w->conf) && same_or_null(old.no_host, w->no_host) && old.port == w->port &&
        old.found == w->found)
        return;
    s->wish = (struct site_wish){
        .home = copy_or_null(w->home), .found = w->found, .conf = copy_or_null(w->conf), .port = w->port, .no_host = copy_or_null(w->no_host)};
    free((char *)(uintptr_t)old.home);
    free((char *)(uintptr_t)old.conf);
    free((char *)(uintptr_t)old.no_host);
    site_forget(s);
    for (size_t k = 0; k < NSHEETS; k++) {
        struct task *t = &s->tasks[k];
        if (!hosted_open(t))
            continue;
        hosted_drop(f, t);
        task_due_now(f, t);
    }
}

void feed_describe(struct feed *f, uint32_t instance, const struct feed_instance *facts)
{
    struct source *s;

    if (instance >= f->n)
        return;
    s = &f->sources[instance];
    set_text(&s->address, facts->address);
    set_text(&s->group, facts->group);
    set_text(&s->user, facts->user);
    set_text(&s->access, facts->access);
    s->critical = facts->critical;
    set_wish(f, s, &facts->site);
    if (s->known)
        state_publish(f, s);
}

void feed_on_news(struct feed *f, void (*fn)(void *), void *data)
{
    f->news = fn;
    f->news_data = data;
}

/* ---- interests ---- */

/* What one wants is turned into this first, so that nothing that stays wanted is disturbed. */
struct wish {
    bool wanted;
    const struct interest *from; /* with the parameters */
};

static void wish_add(struct wish *w, const struct interest *i)
{
    if (i->sheet == SHEET_LOCKS) { /* comes out of the transactions */
        w[SHEET_TRANSACTIONS].wanted = true;
        return;
    }
    w[i->sheet].wanted = true;
    w[i->sheet].from = i;
    if (collector_of(i->sheet)->per == PER_DATABASE) /* which ones there are */
        w[SHEET_DATABASES].wanted = true;
    if (i->sheet == SHEET_TRANSACTION) /* its user agent */
        w[SHEET_CONNECTIONS].wanted = true;
}

static bool same_params(const struct task *t, const struct interest *i)
{
    size_t n = i ? i->nparams : 0;

    if (t->nparams != n)
        return false;
    for (size_t k = 0; k < n; k++)
        if (strcmp(t->params[k].name, i->params[k].name) != 0 || !value_equal(t->params[k].value, i->params[k].value))
            return false;
    return true;
}

static void take_params(struct task *t, const struct interest *i)
{
    size_t n = i ? i->nparams : 0;

    arena_release(&t->memory);
    t->params = arena_alloc(&t->memory, (n + 1) * sizeof *t->params);
    t->nparams = n;
    for (size_t k = 0; k < n; k++) {
        t->params[k].name = arena_strdup(&t->memory, i->params[k].name);
        t->params[k].value = value_copy(&t->memory, i->params[k].value);
    }
}

/* The question is another one now: what is on its way answers the old one. */
static void outdate(struct feed *f, struct task *t)
{
    run_free(t->run);
    t->run = NULL;
    t->answered_ms = 0;
    t->stretch_ms = 0;
    if (t->open) {
        t->open->outdated = true;
        port_cancel(&f->port, t->open->id);
    }
    hosted_drop(f, t);
}

static void begin_wanting(struct feed *f, struct source *s, struct task *t)
{
    int64_t now = clock_mono_ms();
    bool fresh = t->answered_ms && collector_of(t->sheet)->pace && now < t->answered_ms + task_period(f, t);

    t->settled = fresh;
    if (fresh && task_askable(f, t))
        task_due(f, t, t->answered_ms + task_period(f, t));
    else if (task_askable(f, t))
        task_due_now(f, t);
    else
        state_fail_task(f, s, t);
}

static void apply_wish(struct feed *f, struct source *s, struct task *t, const struct wish *w)
{
    bool was = t->wanted, other = w->wanted && !same_params(t, w->from);

    t->wanted = w->wanted;
    if (!w->wanted) {
        heap_take(&f->heap, &t->due);
        t->waits = t->again = false;
        return;
    }
    if (other) {
        take_params(t, w->from);
        outdate(f, t);
    }
    if (!was || other)
        begin_wanting(f, s, t);
}

static bool is_asked(enum sheet_id sheet)
{
    return sheet == SHEET_INSTANCES || sheet == SHEET_LOCKS || collector_of(sheet)->per != PER_SELF;
}

void feed_want(struct feed *f, const struct interest *list, size_t n)
{
    for (uint32_t i = 0; i < f->n; i++) {
        struct wish wishes[NSHEETS] = {0};
        for (size_t k = 0; k < n; k++)
            if ((list[k].instance == INSTANCE_NONE || list[k].instance == i) && is_asked(list[k].sheet))
                wish_add(wishes, &list[k]);
        for (size_t k = 0; k < NSHEETS; k++)
            apply_wish(f, &f->sources[i], &f->sources[i].tasks[k], &wishes[k]);
    }
    feed_tell(f);
}

/* ---- settings ---- */

/* The pace changed: what waits is moved to where it would be by the new one. */
static void reschedule(struct feed *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        for (size_t k = 0; k < NSHEETS; k++) {
            struct task *t = feed_task(f, i, (enum sheet_id)k);
            if (t->wanted && t->due.place && t->answered_ms && t->settled) /* what is to be asked anew stays due now */
                task_due(f, t, t->answered_ms + task_period(f, t));
        }
    }
    feed_tell(f);
}

void feed_set_interval(struct feed *f, int64_t ms)
{
    f->interval_ms = ms < 100 ? 100 : ms;
    reschedule(f);
}

void feed_drowsy(struct feed *f, bool drowsy)
{
    if (f->drowsy == drowsy)
        return;
    f->drowsy = drowsy;
    reschedule(f);
}

void feed_pause(struct feed *f, bool paused)
{
    f->paused = paused;
    if (paused)
        logs_pause(f);
    feed_tell(f);
}

void feed_refresh(struct feed *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        for (size_t k = 0; k < NSHEETS; k++) {
            struct task *t = feed_task(f, i, (enum sheet_id)k);
            if (!t->wanted || !task_askable(f, t))
                continue;
            t->settled = false;
            t->again = t->open != NULL || hosted_open(t);
            task_due_now(f, t);
        }
    }
    sites_refresh(f);
    logs_refresh(f);
    feed_tell(f);
}

bool feed_idle(const struct feed *f)
{
    if (f->paused)
        return true;
    for (uint32_t i = 0; i < f->n; i++)
        for (size_t k = 0; k < NSHEETS; k++)
            if (f->sources[i].tasks[k].wanted && !f->sources[i].tasks[k].settled)
                return false;
    return logs_idle(f);
}

int64_t feed_step(struct feed *f, int64_t mono_ms)
{
    int64_t tasks, logs;
    struct due *d;

    if (f->paused)
        return -1;
    while ((d = heap_first(&f->heap)) && d->at_ms <= mono_ms) {
        heap_take(&f->heap, d);
        task_start(f, (struct task *)d);
    }
    tasks = d ? d->at_ms - mono_ms : -1;
    logs = logs_step(f, mono_ms);
    return tasks < 0 ? logs : logs < 0 ? tasks : tasks < logs ? tasks : logs;
}

const struct site *feed_site(const struct feed *f, uint32_t instance)
{
    return instance < f->n ? f->sources[instance].site : NULL;
}
