/* Who looks at which logs, and when a trail is to do something. */
#include "feed/log_inside.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

enum {
    LEFT_MS = 60 * 1000,  /* so long a log is followed that nobody looks at */
    SITE_MS = 10 * 1000,
    FINISH_MS = 2000,     /* a line without an end is shown when no more came for so long */
    REST_MS = 30,         /* between two errands: whoever asked sees the first before the second */
};

static int64_t sooner(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

void errand_over(struct trail *t)
{
    t->errand = ERRAND_NONE;
    t->rest_ms = clock_mono_ms() + REST_MS;
    t->settled = true;
    trail_edit(t)->loading = false;
    feed_tell(t->logs->feed);
}

static void errand_drop(struct trail *t)
{
    t->look_back = false;
    trail_cancel(t, &t->ask);
    t->errand = ERRAND_NONE;
}

/* ---- which logs there are ---- */

static struct logs *logs_of(struct feed *f, uint32_t instance)
{
    struct source *s = &f->sources[instance];

    if (!s->logs) {
        s->logs = x_calloc(1, sizeof *s->logs);
        *s->logs = (struct logs){.feed = f, .instance = instance, .at_ms = LOGS_AT_END};
        s->logs->book = model_logbook_make(f->model, instance);
    }
    return s->logs;
}

static bool is_by_default(const char *name)
{
    static const char *const names[] = {"neo4j.log", "debug.log", "security.log"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Somewhere else than before, or for the first time. */
static void trail_place(struct trail *t, const char *path, const char *unit)
{
    if (same(t->path, path) && same(t->unit, unit))
        return;
    trail_cancel(t, &t->follow);
    errand_drop(t);
    free(t->path);
    free(t->unit);
    t->path = x_strdup(path);
    t->unit = path ? NULL : x_strdup(unit);
    t->as = AS_SELF;
    t->held = t->settled = false;
    t->retry_ms = 0;
    t->nsegments = 0;
    *t->cursor = '\0';
}

static void trail_add(struct logs *l, const struct site_log *from, int64_t started_ms)
{
    char *journal = from->path ? NULL : x_printf("journal of %s", from->unit ? from->unit : "");
    size_t i = logbook_add(l->book, from->name, journal ? journal : from->path, is_by_default(from->name));
    struct trail *t = &l->trails[i];

    free(journal);
    if (strcmp(logbook_log(l->book, i)->name, from->name) != 0)
        return; /* one too many */
    if (i >= l->n) {
        l->n = i + 1;
        t->logs = l;
        t->log = i;
        text_init(&t->maker.shown, LOGBOOK_LINE_MAX);
    }
    t->maker.started_ms = started_ms;
    trail_place(t, from->path, from->unit);
}

/* Its configuration is on a disk that does not answer. Logs that were known stay where they were; else nobody should hear that there is
 * none where they only would be by default. */
static bool places_unknown(const struct logs *l, const struct site *site)
{
    return !l->n && site->incomplete && !site->config && site->config_err.kind == ERR_TIMEOUT;
}

void logs_on_site(struct feed *f, struct source *s)
{
    struct logs *l = s->logs;
    struct err e = {0};

    if (!l)
        return;
    if (s->site->state != SITE_FOUND)
        e = s->site->err;
    else if (places_unknown(l, s->site))
        e = s->site->config_err;
    else if (!s->site->nlogs)
        err_set(&e, ERR_GONE, "no log is known of this server: its configuration says where they are");
    logbook_set_err(l->book, e.kind == ERR_NONE ? NULL : &e);
    if (l->n && s->site->incomplete)
        return;
    for (size_t i = 0; e.kind == ERR_NONE && i < s->site->nlogs; i++)
        trail_add(l, &s->site->logs[i], s->site->started_ms);
    (void)f;
}

void logs_release(struct logs *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->n; i++)
        trail_release(&l->trails[i]);
    free(l);
}

/* ---- who looks ---- */

static void take_interest(struct logs *l, const struct log_interest *i, bool first)
{
    if (first) {
        l->which = i->logs;
        l->earlier = l->later = false;
        l->end_only = true;
    } else {
        l->which = l->which && i->logs ? l->which | i->logs : 0;
    }
    l->wanted = true;
    l->end_only &= i->end_only;
    l->earlier |= i->earlier;
    l->later |= i->later;
    if (first || i->jump > l->jump) { /* two who look at one instance see one window: the newer wish counts */
        l->jump = i->jump;
        l->at_ms = i->at_ms;
    }
}

void feed_want_logs(struct feed *f, const struct log_interest *list, size_t n)
{
    for (uint32_t i = 0; i < f->n; i++) {
        bool first = true;
        if (f->sources[i].logs)
            f->sources[i].logs->wanted = false;
        for (size_t k = 0; k < n; k++) {
            if (list[k].instance != i)
                continue;
            take_interest(logs_of(f, i), &list[k], first);
            first = false;
        }
        if (!first)
            logbook_end_only(f->sources[i].logs->book, f->sources[i].logs->end_only);
    }
    feed_tell(f);
}

static bool is_wanted(const struct trail *t)
{
    const struct logs *l = t->logs;

    if (!l->wanted)
        return false;
    return l->which ? (l->which >> t->log & 1) != 0 : trail_about(t)->by_default;
}

/* ---- when a trail does something ---- */

/* Lines that have no end for a while are shown as they are. */
static int64_t finish_strands(struct trail *t, int64_t now)
{
    int64_t wait = -1;

    for (size_t i = 0; i < LOG_STRANDS; i++) {
        struct strand *s = &t->strands[i];
        if (!strand_unfinished(s) || t->held)
            continue;
        if (now - s->fed_ms >= FINISH_MS)
            trail_finish(t, s);
        else
            wait = sooner(wait, s->fed_ms + FINISH_MS - now);
    }
    return wait;
}

static void to_the_end(struct trail *t)
{
    errand_drop(t);
    if (t->unit)
        journal_tail(t);
    else
        follow_tail(t);
}

static void follow_wish(struct trail *t)
{
    const struct logs *l = t->logs;

    if (t->jump == l->jump)
        return;
    t->jump = l->jump;
    if (l->at_ms != LOGS_AT_END) {
        t->settled = false;
        if (t->unit)
            journal_jump(t, l->at_ms);
        else
            jump_to(t, l->at_ms);
    } else if (t->held) {
        t->settled = false;
        to_the_end(t);
    }
}

static int64_t keep_going(struct trail *t, int64_t now)
{
    bool runs = t->held || t->errand == ERRAND_JUMP || (t->unit ? t->ask : t->follow) != NULL;

    if (runs)
        return -1;
    if (now < t->retry_ms)
        return t->retry_ms - now;
    if (t->unit)
        journal_next(t);
    else
        follow_resume(t);
    return -1;
}

static int64_t step_wanted(struct trail *t, int64_t now)
{
    int64_t wait;

    t->wanted = true;
    follow_wish(t);
    wait = keep_going(t, now);
    wait = sooner(wait, finish_strands(t, now));
    if (t->look_back && !t->ask) {
        t->look_back = false;
        more_earlier(t, true);
    }
    if (t->held && t->path && t->logs->later && !t->ask) {
        if (now >= t->rest_ms)
            more_later(t);
        else
            wait = sooner(wait, t->rest_ms - now);
    }
    return trail_rate(t) ? sooner(wait, 1000 - now % 1000) : wait;
}

static int64_t step_left(struct trail *t, int64_t now)
{
    if (t->wanted) {
        t->wanted = false;
        t->left_ms = now;
    }
    if (!t->follow && !t->ask)
        return -1;
    if (now - t->left_ms < LEFT_MS)
        return t->left_ms + LEFT_MS - now;
    trail_cancel(t, &t->follow);
    errand_drop(t);
    return -1;
}

/* ---- earlier ---- */

static int64_t first_time(const struct trail *t)
{
    enum { LOOK = 500 };
    const struct logbook_log *about = trail_about(t);

    for (int64_t n = about->first; n < about->end && n < about->first + LOOK; n++) {
        int64_t time_ms = logbook_line(t->logs->book, t->log, n)->time_ms;
        if (time_ms != LOGBOOK_NO_TIME)
            return time_ms;
    }
    return LOGBOOK_NO_TIME;
}

/* Of logs that are read together the one whose lines begin latest is what ends the view upwards. */
static struct trail *most_wanting(struct logs *l)
{
    struct trail *best = NULL;

    for (size_t i = 0; i < l->n; i++) {
        struct trail *t = &l->trails[i];
        const struct logbook_log *about = trail_about(t);
        if (!t->wanted || t->unit || !t->nsegments || about->first == about->end || t->ask)
            continue;
        if (t->no_earlier && t->began == about->first)
            continue;
        if (!best || first_time(t) > first_time(best))
            best = t;
    }
    return best;
}

static bool is_at_it(const struct logs *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->trails[i].errand != ERRAND_NONE)
            return true;
    return false;
}

static int64_t step_earlier(struct logs *l, int64_t now)
{
    struct trail *t = l->earlier && !is_at_it(l) ? most_wanting(l) : NULL;

    if (!t)
        return -1;
    if (now < t->rest_ms)
        return t->rest_ms - now;
    more_earlier(t, false);
    return -1;
}

/* ---- the feed ---- */

static int64_t look_for_site(struct logs *l, struct source *s, int64_t now)
{
    if (!l->wanted || (l->n && s->site && s->site->state == SITE_FOUND && !s->site->incomplete))
        return -1;
    if (l->site_ms && now < l->site_ms)
        return l->site_ms - now;
    l->site_ms = now + SITE_MS;
    if (site_wanted(l->feed, s))
        logs_on_site(l->feed, s);
    return SITE_MS;
}

int64_t logs_step(struct feed *f, int64_t now)
{
    int64_t wait = -1;

    for (uint32_t i = 0; i < f->n; i++) {
        struct logs *l = f->sources[i].logs;
        if (!l)
            continue;
        wait = sooner(wait, look_for_site(l, &f->sources[i], now));
        for (size_t k = 0; k < l->n; k++) {
            struct trail *t = &l->trails[k];
            wait = sooner(wait, is_wanted(t) ? step_wanted(t, now) : step_left(t, now));
        }
        wait = sooner(wait, l->wanted ? step_earlier(l, now) : -1);
    }
    return wait;
}

static bool is_idle(const struct logs *l, const struct source *s)
{
    if (!s->site || s->locate)
        return false;
    for (size_t i = 0; i < l->n; i++) {
        const struct trail *t = &l->trails[i];
        if (is_wanted(t) && (!t->settled || t->look_back || t->errand != ERRAND_NONE || t->jump != l->jump))
            return false;
    }
    return true;
}

bool logs_idle(const struct feed *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        const struct logs *l = f->sources[i].logs;
        if (l && l->wanted && !is_idle(l, &f->sources[i]))
            return false;
    }
    return true;
}

void logs_pause(struct feed *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        struct logs *l = f->sources[i].logs;
        for (size_t k = 0; l && k < l->n; k++) {
            trail_cancel(&l->trails[k], &l->trails[k].follow);
            errand_drop(&l->trails[k]);
        }
    }
}

void logs_refresh(struct feed *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        struct logs *l = f->sources[i].logs;
        if (l && f->sources[i].site && f->sources[i].site->incomplete)
            l->site_ms = 0;
        for (size_t k = 0; l && k < l->n; k++)
            if (trail_about(&l->trails[k])->state == LB_FAILED)
                l->trails[k].retry_ms = 0;
    }
}
