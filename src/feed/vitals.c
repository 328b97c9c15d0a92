#include "feed/vitals.h"

#include <stdio.h>
#include <string.h>

static void copy(char *to, size_t size, struct slice s)
{
    size_t n = s.n < size ? s.n : size - 1;

    memcpy(to, s.s, n);
    to[n] = '\0';
}

/* ---- each kind of event ---- */

static void add_pause(struct vitals *v, int64_t at, int64_t ms)
{
    size_t to = v->npauses;

    if (to == VITALS_PAUSES) { /* the shortest goes */
        to = 0;
        for (size_t i = 1; i < v->npauses; i++)
            if (v->pauses[i].ms < v->pauses[to].ms)
                to = i;
        if (v->pauses[to].ms >= ms)
            return;
    } else {
        v->npauses++;
    }
    v->pauses[to] = (struct vital_pause){at, ms};
}

static bool same_login(const struct vital_login *a, const struct vital_login *b)
{
    return strcmp(a->user, b->user) == 0 && strcmp(a->from, b->from) == 0;
}

/* A server may write the same refusal to two logs. */
static bool known_login(const struct vitals *v, const struct vital_login *l)
{
    size_t from = v->nlogins > 32 ? v->nlogins - 32 : 0;

    for (size_t i = from; i < v->nlogins; i++)
        if (v->logins[i].at_ms == l->at_ms && same_login(&v->logins[i], l))
            return true;
    return false;
}

static void add_login(struct vitals *v, int64_t at, const struct log_found *f)
{
    struct vital_login l = {.at_ms = at};

    copy(l.user, sizeof l.user, f->name);
    copy(l.from, sizeof l.from, f->from);
    if (known_login(v, &l))
        return;
    if (v->nlogins == VITALS_LOGINS)
        memmove(v->logins, v->logins + 1, --v->nlogins * sizeof *v->logins);
    v->logins[v->nlogins++] = l;
}

static void add_alarm(struct vitals *v, int64_t at, enum log_mark mark, struct slice database)
{
    char name[sizeof v->alarms->database];
    size_t i = 0;

    copy(name, sizeof name, database);
    while (i < v->nalarms && v->alarms[i].mark != mark)
        i++;
    if (i == VITALS_ALARMS)
        return;
    if (i == v->nalarms) {
        v->alarms[v->nalarms++] = (struct vital_alarm){.mark = mark};
        memcpy(v->alarms[i].database, name, sizeof name);
    } else if (strcmp(v->alarms[i].database, name) != 0) {
        v->alarms[i].database[0] = '\0';
    }
    v->alarms[i].times++;
    if (at > v->alarms[i].at_ms)
        v->alarms[i].at_ms = at;
}

static void set_latest(int64_t *to, int64_t at)
{
    if (at > *to)
        *to = at;
}

static void take_checkpoint(struct vitals *v, int64_t at, const struct log_found *f)
{
    if (f->mark == LOG_MARK_CHECKPOINT_STARTED) {
        set_latest(&v->checkpoint_began_ms, at);
    } else if (f->mark == LOG_MARK_CHECKPOINT_FAILED) {
        set_latest(&v->checkpoint_failed_ms, at);
    } else if (at >= v->checkpoint_ms) {
        v->checkpoint_ms = at;
        v->checkpoint_took_ms = f->ms;
    }
}

static void take_start_failed(struct vitals *v, int64_t at, const char *line, const struct log_line *l)
{
    if (at < v->start_failed_ms)
        return;
    v->start_failed_ms = at;
    copy(v->start_failed, sizeof v->start_failed, (struct slice){line + l->message, l->message_len});
}

static void take(struct vitals *v, int64_t at, const char *line, const struct log_line *l, const struct log_found *f)
{
    switch (f->mark) {
    case LOG_MARK_STARTED: set_latest(&v->started_ms, at); break;
    case LOG_MARK_STOPPED: set_latest(&v->stopped_ms, at); break;
    case LOG_MARK_START_FAILED: take_start_failed(v, at, line, l); break;
    case LOG_MARK_CHECKPOINT_DONE:
    case LOG_MARK_CHECKPOINT_STARTED:
    case LOG_MARK_CHECKPOINT_FAILED: take_checkpoint(v, at, f); break;
    case LOG_MARK_VM_PAUSE:
    case LOG_MARK_GC_PAUSE:
    case LOG_MARK_SAFEPOINT:
    case LOG_MARK_SAFEPOINT8: add_pause(v, at, f->ms); break;
    case LOG_MARK_LOGIN_FAILED:
    case LOG_MARK_LOGIN_FAILED_USER:
    case LOG_MARK_LOGIN_FAILED_BARE: add_login(v, at, f); break;
    default:
        if (log_mark_weight(f->mark) == LOG_WEIGHT_CRITICAL)
            add_alarm(v, at, f->mark, l->database);
    }
}

/* ---- lines ---- */

static void read_line(struct vitals *v, struct log_reader *r, const char *line, size_t n, int64_t jvm_started_ms)
{
    struct log_line l;
    struct log_found f;

    log_reader_line(r, line, n, &l);
    if (l.time_ms == LOG_TIME_NONE || !log_mark_find(line, &l, &f))
        return;
    if (l.since_start && !jvm_started_ms)
        return;
    take(v, l.since_start ? jvm_started_ms + l.time_ms : l.time_ms, line, &l, &f);
}

void vitals_line(struct vitals *v, struct log_reader *r, const char *line, size_t n, int64_t time_ms)
{
    struct log_line l;
    struct log_found f;

    log_reader_line(r, line, n, &l);
    if (log_mark_find(line, &l, &f))
        take(v, time_ms, line, &l, &f);
}

void vitals_read(struct vitals *v, struct vitals_log *log, int64_t from, const char *bytes, size_t n, int64_t jvm_started_ms)
{
    const char *p = bytes, *end = bytes + n, *nl;

    if (!log->began) {
        log->began = true;
        log->reader = (struct log_reader){.format = log_format_detect(bytes, n)};
        nl = from ? memchr(p, '\n', n) : NULL;
        p = nl ? nl + 1 : p;
    }
    for (; (nl = memchr(p, '\n', (size_t)(end - p))); p = nl + 1)
        read_line(v, &log->reader, p, (size_t)(nl - p), jvm_started_ms);
    log->offset = from + (p - bytes);
}

/* ---- what is asked of it ---- */

void vitals_prune(struct vitals *v, int64_t wall_ms)
{
    int64_t oldest = wall_ms - VITALS_SPAN_MS;
    size_t n = 0;

    for (size_t i = 0; i < v->npauses; i++)
        if (v->pauses[i].at_ms >= oldest)
            v->pauses[n++] = v->pauses[i];
    v->npauses = n;
    n = 0;
    for (size_t i = 0; i < v->nlogins; i++)
        if (v->logins[i].at_ms >= oldest)
            v->logins[n++] = v->logins[i];
    v->nlogins = n;
    n = 0;
    for (size_t i = 0; i < v->nalarms; i++)
        if (v->alarms[i].at_ms >= oldest)
            v->alarms[n++] = v->alarms[i];
    v->nalarms = n;
}

const struct vital_pause *vitals_pause(const struct vitals *v)
{
    const struct vital_pause *longest = NULL;

    for (size_t i = 0; i < v->npauses; i++)
        if (!longest || v->pauses[i].ms > longest->ms)
            longest = &v->pauses[i];
    return longest;
}

static void add_who(const struct vital_login *l, size_t times, struct text *out)
{
    text_addf(out, "%s%s%s%s", out->len ? ", " : "", *l->user ? l->user : "somebody", *l->from ? " from " : "", l->from);
    if (times > 1)
        text_addf(out, " (%zu)", times);
}

void vitals_logins(const struct vitals *v, struct text *out)
{
    bool told[VITALS_LOGINS] = {0};

    for (int rank = 0; rank < 3; rank++) {
        size_t best = 0, most = 0;
        for (size_t i = v->nlogins; i-- > 0;) { /* of equal ones the newest */
            size_t times = 0;
            for (size_t k = 0; !told[i] && k < v->nlogins; k++)
                times += same_login(&v->logins[i], &v->logins[k]);
            if (times > most) {
                most = times;
                best = i;
            }
        }
        if (!most)
            return;
        add_who(&v->logins[best], most, out);
        for (size_t k = 0; k < v->nlogins; k++)
            told[k] |= same_login(&v->logins[best], &v->logins[k]);
    }
}
