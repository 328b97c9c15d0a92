/* What all the evidence amounts to: the process, the unit, the log, and whether the server answers. Where they disagree that is said;
 * nothing is guessed away. */
#include "feed/host.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"

enum { STARTING_MS = 3 * 60 * 1000 }; /* so long a process may be silent before that is strange */

enum answers { ANSWERS_UNKNOWN, ANSWERS_NO, ANSWERS_STARTING, ANSWERS_YES };

/* A refused login is an answer, too. */
static enum answers answers_of(const struct source *s)
{
    if (!s->known)
        return ANSWERS_UNKNOWN;
    switch (s->state.phase) {
    case PHASE_UP:
    case PHASE_SLOW: return ANSWERS_YES;
    case PHASE_STARTING:
    case PHASE_RECOVERING: return ANSWERS_STARTING;
    case PHASE_STALE:
    case PHASE_DOWN: return ANSWERS_NO;
    default: return s->state.login == LOGIN_UNKNOWN || s->state.login == LOGIN_NEEDED ? ANSWERS_UNKNOWN : ANSWERS_YES;
    }
}

struct verdict {
    const char *status;
    char words[400]; /* where the evidence disagrees, or why it failed; "": all is one */
    bool disagrees;
};

static const char *span(int64_t ms, char *buf, size_t n)
{
    return duration_short(ms > 0 ? ms : 0, buf, n);
}

static void with_process(const struct look *l, enum answers answers, struct verdict *v)
{
    const struct source *s = l->source;
    int64_t now = clock_wall_ms(), up = l->started_ms ? now - l->started_ms : INT64_MAX;
    bool said_started = l->past->vitals.started_ms && l->past->vitals.started_ms >= l->started_ms;
    char a[24], b[24];

    v->status = "running";
    if (answers == ANSWERS_STARTING || (answers != ANSWERS_YES && up < STARTING_MS && !said_started)) {
        v->status = "starting";
    } else if (answers == ANSWERS_NO) {
        v->disagrees = true;
        if (s->state.answered_ms && s->state.answered_ms >= l->started_ms)
            snprintf(v->words, sizeof v->words, "process %lld runs, but the server does not answer since %s", (long long)l->pid,
                     span(now - s->state.answered_ms, a, sizeof a));
        else if (l->started_ms)
            snprintf(v->words, sizeof v->words, "process %lld runs since %s, but the server has not answered%s", (long long)l->pid,
                     span(up, b, sizeof b), said_started ? ", though its log says that it has started" : " yet");
        else
            snprintf(v->words, sizeof v->words, "process %lld runs, but the server does not answer", (long long)l->pid);
    }
}

static bool unit_is(const struct site *s, const char *active)
{
    return s->unit_known && s->unit.active && strcmp(s->unit.active, active) == 0;
}

/* The last thing that the log says of a start. */
static bool start_failed(const struct vitals *v)
{
    return v->start_failed_ms && v->start_failed_ms >= v->started_ms && v->start_failed_ms >= v->stopped_ms;
}

/* A launcher that stays the parent of the server tells by which signal that ended as a shell does: 128 and its number. */
static const char *result_words(const struct systemd_unit *u, char *buf, size_t n)
{
    long long status = (long long)u->exit_status;

    if (!strcmp(u->result, "oom-kill"))
        snprintf(buf, n, "oom-kill: the kernel killed it for want of memory");
    else if (!strcmp(u->result, "exit-code") && status > 128 && status < 193)
        snprintf(buf, n, "ended by signal %lld", status - 128);
    else if (!strcmp(u->result, "exit-code") && status > 0)
        snprintf(buf, n, "exit status %lld", status);
    else if (!strcmp(u->result, "signal") && status > 0)
        snprintf(buf, n, "ended by signal %lld", status);
    else
        snprintf(buf, n, "%.80s", u->result);
    return buf;
}

static void why_failed(const struct look *l, struct verdict *v)
{
    const struct systemd_unit *u = &l->site->unit;
    char result[100];

    if (unit_is(l->site, "failed") && u->result && *u->result)
        snprintf(v->words, sizeof v->words, "%.100s failed: %.100s%s%.160s", l->site->unit_name ? l->site->unit_name : "its unit",
                 result_words(u, result, sizeof result),
                 start_failed(&l->past->vitals) ? "; log: " : "", start_failed(&l->past->vitals) ? l->past->vitals.start_failed : "");
    else
        snprintf(v->words, sizeof v->words, "%.300s", l->past->vitals.start_failed);
}

/* It ended without saying so, or the machine did. */
static bool ended_silently(const struct vitals *v)
{
    return v->started_ms && v->started_ms > v->stopped_ms;
}

/* The launcher that a unit runs takes its time before the server is a process, and stays its parent. */
static void with_launcher(const struct look *l, struct verdict *v)
{
    const struct systemd_unit *u = &l->site->unit;
    int64_t since = u->started_ms > 0 ? clock_wall_ms() - u->started_ms : 0;
    char buf[24];

    v->status = "starting";
    if (since <= STARTING_MS)
        return;
    v->status = "unknown";
    v->disagrees = true;
    snprintf(v->words, sizeof v->words, "unit %.100s is active since %s (pid %lld), but no process of a server runs with this home",
             l->site->unit_name ? l->site->unit_name : "?", span(since, buf, sizeof buf), (long long)u->main_pid);
}

/* Less than it was to have: a limit of the machine, or of where systemd itself runs, is lower. */
static const char *limit_words(const struct look *l, struct arena *a)
{
    int64_t wanted = l->site->unit_known ? l->site->unit.open_files : 0, has = l->has_limits ? l->process_limits.open_files.soft : PROC_NONE;

    if (wanted <= 0 || has < 0 || has >= wanted || wanted == INT64_MAX)
        return NULL;
    return arena_printf(a, "unit %.100s allows %lld open files, but process %lld has only %lld", l->site->unit_name ? l->site->unit_name : "?",
                        (long long)wanted, (long long)l->pid, (long long)has);
}

static void without_process(const struct look *l, enum answers answers, struct verdict *v)
{
    if (answers == ANSWERS_YES || answers == ANSWERS_STARTING) {
        v->status = "unknown";
        v->disagrees = true;
        snprintf(v->words, sizeof v->words, "a server answers at %.100s, but no process of it was found here: another server?",
                 l->source->address ? l->source->address : "its address");
    } else if (unit_is(l->site, "activating")) {
        v->status = "starting";
    } else if (unit_is(l->site, "active") && l->site->unit.main_pid > 0) {
        with_launcher(l, v);
    } else if (unit_is(l->site, "failed") || start_failed(&l->past->vitals)) {
        v->status = "failed";
        why_failed(l, v);
    } else {
        v->status = "stopped";
        if (ended_silently(&l->past->vitals))
            snprintf(v->words, sizeof v->words, "its log does not tell that it was stopped: killed, or crashed?");
    }
}

static bool log_says_stopped(const struct vitals *v)
{
    return v->stopped_ms && v->stopped_ms >= v->started_ms;
}

/* It may run all the same: the unit, the log and the server bear witness alone. */
static void with_hidden_process(const struct look *l, enum answers answers, struct verdict *v)
{
    const struct systemd_unit *u = &l->site->unit;
    bool active = unit_is(l->site, "active") && u->main_pid > 0;
    int64_t since = active && u->started_ms > 0 ? clock_wall_ms() - u->started_ms : INT64_MAX;

    if (answers == ANSWERS_YES) {
        v->status = "running";
    } else if (answers == ANSWERS_STARTING || unit_is(l->site, "activating") || (active && since <= STARTING_MS)) {
        v->status = "starting";
    } else if (active) {
        v->status = "running";
        v->disagrees = answers == ANSWERS_NO;
        if (v->disagrees)
            snprintf(v->words, sizeof v->words, "unit %.100s is active (pid %lld, which may not be seen), but the server does not answer",
                     l->site->unit_name ? l->site->unit_name : "?", (long long)u->main_pid);
    } else if (unit_is(l->site, "failed") || unit_is(l->site, "inactive") || start_failed(&l->past->vitals) || log_says_stopped(&l->past->vitals)) {
        without_process(l, answers, v);
    } else {
        snprintf(v->words, sizeof v->words, "processes of other users are hidden on this machine (hidepid): whether it runs may not be seen");
    }
}

/* ---- evidence ---- */

static const char *answer_words(const struct look *l, enum answers answers, struct arena *a)
{
    const struct instance_state *st = &l->source->state;
    const char *message = st->message ? st->message : "";

    switch (answers) {
    case ANSWERS_YES: return arena_printf(a, "server: answers%s%s", *st->version ? ", it is " : "", st->version);
    case ANSWERS_STARTING: return "server: answers, but is starting";
    case ANSWERS_NO: return arena_printf(a, "server: does not answer%s%.200s", *message ? ": " : "", message);
    default: return "server: not asked yet";
    }
}

static const char *log_words(const struct vitals *v, struct arena *a)
{
    char buf[32];
    int64_t last = v->started_ms;
    const char *what = "started";

    if (v->stopped_ms > last) {
        last = v->stopped_ms;
        what = "stopped";
    }
    if (v->start_failed_ms > last) {
        last = v->start_failed_ms;
        what = "did not start";
    }
    return last ? arena_printf(a, "log: %s %s", what, time_rfc3339(last, buf, sizeof buf)) : NULL;
}

static const char *process_words(const struct look *l, struct arena *a)
{
    if (!l->pid)
        return NULL;
    if (l->has_process)
        return arena_printf(a, "/proc: process %lld, %.63s", (long long)l->pid, l->process.name);
    return arena_printf(a, "/proc: process %lld is gone", (long long)l->pid);
}

static struct value evidence_cell(const struct look *l, enum answers answers, struct arena *a)
{
    const char *all[SITE_NOTES_MAX + 4], *more[] = {process_words(l, a), answer_words(l, answers, a), log_words(&l->past->vitals, a)};
    size_t n = 0;

    for (size_t i = 0; i < l->site->nevidence; i++)
        all[n++] = l->site->evidence[i];
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (more[i])
            all[n++] = more[i];
    return texts_cell(a, all, n);
}

static struct value disagreements_cell(const struct look *l, const struct verdict *v, struct arena *a)
{
    const char *all[SITE_NOTES_MAX + 2], *limit = limit_words(l, a);
    size_t n = 0;

    if (v->disagrees)
        all[n++] = v->words;
    if (limit)
        all[n++] = limit;
    for (size_t i = 0; i < l->site->ndisagreements; i++)
        all[n++] = l->site->disagreements[i];
    return texts_cell(a, all, n);
}

/* ---- where it is ---- */

static struct value unit_cell(const struct site *s, struct arena *a)
{
    const char *active = s->unit_known && s->unit.active ? s->unit.active : NULL, *sub = active && s->unit.sub ? s->unit.sub : NULL;

    if (!s->unit_name)
        return v_absent(ABSENT_NOT_APPLICABLE);
    if (!active)
        return text_cell(a, s->unit_name, ABSENT_NULL);
    return text_cell(a, arena_printf(a, "%s %s%s%s%s", s->unit_name, active, sub ? " (" : "", sub ? sub : "", sub ? ")" : ""), ABSENT_NULL);
}

static struct value version_cell(const struct site *s, struct arena *a)
{
    if (!s->version.major)
        return v_absent(ABSENT_NULL);
    /* versions are dates since 2025: 2026.08.1 */
    return text_cell(a, arena_printf(a, s->version.major >= 2025 ? "%d.%02d.%d" : "%d.%d.%d", s->version.major, s->version.minor, s->version.patch),
                     ABSENT_NULL);
}

static void row_place(const struct site *s, struct relation *rel, struct value *c)
{
    struct text conf;

    text_init(&conf, 4096);
    if (s->install.home)
        install_conf(&s->install, &conf);
    c[COL_HOST_VERSION] = version_cell(s, &rel->arena);
    c[COL_HOST_HOME] = text_cell(&rel->arena, s->install.home, ABSENT_NULL);
    c[COL_HOST_CONF] = text_cell(&rel->arena, conf.s, ABSENT_NULL);
    c[COL_HOST_FOUND] = text_cell(&rel->arena, site_from_name(s->from), ABSENT_NULL);
    c[COL_HOST_UNIT] = unit_cell(s, &rel->arena);
    c[COL_HOST_MANAGED] = text_cell(&rel->arena, s->managed_by, ABSENT_NOT_APPLICABLE);
    text_release(&conf);
}

void row_status(const struct look *l, struct relation *rel, struct value *c)
{
    enum answers answers = answers_of(l->source);
    struct verdict v = {.status = "unknown"};

    if (l->has_process)
        with_process(l, answers, &v);
    else if (!l->pid && l->site->hidden)
        with_hidden_process(l, answers, &v);
    else if (!l->pid || l->why_process == ABSENT_NOT_APPLICABLE)
        without_process(l, answers, &v);
    if (!*v.words && l->site->ndisagreements)
        snprintf(v.words, sizeof v.words, "%.380s", l->site->disagreements[0]);
    if (!*v.words && l->site->config_err.kind != ERR_NONE && !l->site->config)
        snprintf(v.words, sizeof v.words, "%.390s", l->site->config_err.words);
    row_place(l->site, rel, c);
    c[COL_HOST_STATUS] = v_text(v.status);
    c[COL_HOST_MESSAGE] = text_cell(&rel->arena, v.words, ABSENT_NULL);
    c[COL_HOST_EVIDENCE] = evidence_cell(l, answers, &rel->arena);
    c[COL_HOST_DISAGREEMENTS] = disagreements_cell(l, &v, &rel->arena);
}
