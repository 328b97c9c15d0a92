#include "view/log_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void log_rows_init(struct log_rows *r)
{
    *r = (struct log_rows){.order = 1};
    r->scratch = relation_new(0, SHEET_LOGS);
    text_init(&r->joined, LOG_JOINED);
}

void log_rows_release(struct log_rows *r)
{
    free(r->sources);
    free(r->refs);
    free(r->batch);
    relation_free(r->scratch);
    text_release(&r->joined);
}

void log_rows_restart(struct log_rows *r)
{
    r->nsources = r->head = r->count = r->beyond = r->nbatch = 0;
    r->full = false;
    r->order++;
}

struct log_ref log_rows_ref(const struct log_rows *r, size_t i)
{
    return r->refs[r->head + i];
}

const struct logbook_log *log_rows_log(const struct log_rows *r, const struct model *m, size_t source)
{
    const struct logbook *b = model_logbook(m, r->sources[source].instance);

    return b && r->sources[source].log < logbook_logs(b) ? logbook_log(b, r->sources[source].log) : NULL;
}

const struct logbook_line *log_rows_line(const struct log_rows *r, const struct model *m, size_t i)
{
    struct log_ref ref;
    const struct logbook_log *log;
    const struct log_source *s;

    if (i >= r->count)
        return NULL;
    ref = log_rows_ref(r, i);
    s = &r->sources[ref.source];
    log = log_rows_log(r, m, ref.source);
    if (!log || log->epoch != s->epoch || ref.n < log->first || ref.n >= log->end)
        return NULL;
    return logbook_line(model_logbook(m, s->instance), s->log, ref.n);
}

int64_t log_rows_end(const struct log_rows *r, const struct model *m, size_t i)
{
    struct log_ref ref = log_rows_ref(r, i);
    const struct log_source *s = &r->sources[ref.source];
    const struct logbook *b = model_logbook(m, s->instance);
    int64_t end = ref.n + 1;

    while (r->folded && log_rows_line(r, m, i) && end < s->to && end - ref.n < LOG_ENTRY && logbook_line(b, s->log, end)->continuation)
        end++;
    return end;
}

int64_t log_rows_looked_at(const struct log_rows *r)
{
    int64_t n = 0;

    for (size_t i = 0; i < r->nsources; i++)
        n += r->sources[i].to - r->sources[i].from;
    return n;
}

size_t log_rows_at(const struct log_rows *r, int64_t time_ms)
{
    size_t low = 0, high = r->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (log_rows_ref(r, middle).time_ms < time_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- which logs ---- */

static struct log_source *find_source(struct log_rows *r, uint32_t instance, size_t log)
{
    for (size_t i = 0; i < r->nsources; i++)
        if (r->sources[i].instance == instance && r->sources[i].log == log)
            return &r->sources[i];
    return NULL;
}

static void add_source(struct log_rows *r, uint32_t instance, size_t log, const struct logbook_log *about)
{
    r->sources = x_grow(r->sources, &r->sources_cap, r->nsources + 1, sizeof(*r->sources));
    r->sources[r->nsources++] = (struct log_source){.instance = instance,
                                                    .log = log,
                                                    .epoch = about->epoch,
                                                    .from = about->end,
                                                    .to = about->end,
                                                    .last_ms = LOGBOOK_NO_TIME,
                                                    .early_ms = LOGBOOK_NO_TIME};
}

static bool is_wanted(const struct log_rows *r, const struct model *m, const struct log_query *q, size_t source)
{
    const struct logbook_log *log = log_rows_log(r, m, source);

    for (size_t i = 0; log && i < q->scope.n; i++)
        if (q->scope.instance[i] == r->sources[source].instance)
            return log_chosen(q->names, log);
    return false;
}

static void sync_sources(struct log_rows *r, const struct model *m, const struct log_query *q)
{
    for (size_t i = 0; i < r->nsources; i++)
        if (!is_wanted(r, m, q, i)) {
            log_rows_restart(r);
            break;
        }
    for (size_t i = 0; i < q->scope.n; i++) {
        uint32_t instance = q->scope.instance[i];
        const struct logbook *b = model_logbook(m, instance);

        for (size_t k = 0; b && k < logbook_logs(b); k++)
            if (log_chosen(q->names, logbook_log(b, k)) && !find_source(r, instance, k))
                add_source(r, instance, k, logbook_log(b, k));
    }
}

/* ---- what is not held any more goes ---- */

/* False: nothing of it was lost. Moves the source to what is held now. */
static bool shrink_source(struct log_source *s, const struct logbook_log *log)
{
    bool lost = false;

    if (s->epoch != log->epoch)
        return true;
    if (s->from < log->first) {
        lost = s->from < s->to;
        s->from = log->first;
        s->to = s->to < log->first ? log->first : s->to;
    }
    if (s->to > log->end) {
        lost = true;
        s->to = log->end;
        s->from = s->from > log->end ? log->end : s->from;
    }
    return lost;
}

static bool is_held(const struct log_rows *r, struct log_ref ref, const bool *anew)
{
    const struct log_source *s = &r->sources[ref.source];

    return !anew[ref.source] && ref.n >= s->from && ref.n < s->to;
}

static void drop_lost(struct log_rows *r, const bool *anew)
{
    size_t kept = 0;

    while (r->count && !is_held(r, r->refs[r->head], anew)) {
        r->head++;
        r->count--;
    }
    for (size_t i = 0; i < r->count; i++)
        if (is_held(r, r->refs[r->head + i], anew))
            r->refs[r->head + kept++] = r->refs[r->head + i];
    r->count = kept;
    r->order++;
}

static void shrink(struct log_rows *r, const struct model *m)
{
    bool *anew = x_calloc(r->nsources + 1, sizeof(*anew)), lost = false;

    for (size_t i = 0; i < r->nsources; i++) {
        const struct logbook_log *log = log_rows_log(r, m, i);

        anew[i] = r->sources[i].epoch != log->epoch;
        lost |= shrink_source(&r->sources[i], log);
    }
    if (lost)
        drop_lost(r, anew);
    for (size_t i = 0; i < r->nsources; i++) {
        const struct logbook_log *log = log_rows_log(r, m, i);

        if (anew[i]) {
            r->sources[i].epoch = log->epoch;
            r->sources[i].from = r->sources[i].to = log->end;
            r->sources[i].last_ms = r->sources[i].early_ms = LOGBOOK_NO_TIME;
            r->full = false;
        }
    }
    free(anew);
}

/* ---- a batch of lines, in order ---- */

static void batch_add(struct log_rows *r, uint32_t source, int64_t n, int64_t time_ms)
{
    r->batch = x_grow(r->batch, &r->batch_cap, r->nbatch + 1, sizeof(*r->batch));
    r->batch[r->nbatch++] = (struct log_ref){.time_ms = time_ms, .n = n, .source = source};
}

/* Room for n more on either side. */
static void reserve(struct log_rows *r, size_t n)
{
    size_t cap = r->count + 2 * n, head;
    struct log_ref *refs;

    if (r->head >= n && r->cap - r->head - r->count >= n)
        return;
    cap += cap / 2 + 1024;
    head = (cap - r->count) / 2;
    refs = x_malloc(cap * sizeof(*refs));
    if (r->count)
        memcpy(refs + head, r->refs + r->head, r->count * sizeof(*refs));
    free(r->refs);
    r->refs = refs;
    r->head = head;
    r->cap = cap;
}

/* The batch is later than what is there of the same logs: from the end on it finds its place among the others. */
static void merge_back(struct log_rows *r)
{
    size_t old = r->count, left = r->nbatch, to = old + left;
    struct log_ref *refs;

    reserve(r, left);
    refs = r->refs + r->head;
    while (left) {
        const struct log_ref *late = &r->batch[left - 1];

        if (old && refs[old - 1].time_ms > late->time_ms && refs[old - 1].source != late->source)
            refs[--to] = refs[--old];
        else
            refs[--to] = r->batch[--left];
    }
    r->order += old < r->count;
    r->count += r->nbatch;
    r->nbatch = 0;
}

/* The batch, the newest first, is earlier than what is there of the same logs. */
static void merge_front(struct log_rows *r)
{
    size_t old = 0, left = r->nbatch, count = r->count, to;

    if (!r->nbatch)
        return;
    reserve(r, r->nbatch);
    r->head -= r->nbatch;
    r->count += r->nbatch;
    for (to = 0; left; to++) {
        const struct log_ref *first = &r->refs[r->head + r->nbatch + old], *early = &r->batch[left - 1];

        if (old < count && first->time_ms < early->time_ms && first->source != early->source) {
            r->refs[r->head + to] = *first;
            old++;
        } else {
            r->refs[r->head + to] = *early;
            left--;
        }
    }
    r->nbatch = 0;
    r->order++;
}

/* ---- new lines ---- */

static int64_t time_or(const struct logbook_line *line, int64_t otherwise)
{
    return line->time_ms == LOGBOOK_NO_TIME ? otherwise : line->time_ms;
}

/* The log whose next new line is the earliest; nsources: none has any. */
static size_t earliest(const struct log_rows *r, const struct model *m)
{
    size_t found = r->nsources;
    int64_t best = 0;

    for (size_t i = 0; i < r->nsources; i++) {
        const struct log_source *s = &r->sources[i];
        int64_t time;

        if (s->to >= log_rows_log(r, m, i)->end)
            continue;
        time = time_or(logbook_line(model_logbook(m, s->instance), s->log, s->to), s->last_ms);
        if (found == r->nsources || time < best) {
            found = i;
            best = time;
        }
    }
    return found;
}

/* Continuations may come later than their line: when they make it pass it is shown after all. */
static size_t take_next(struct log_rows *r, const struct model *m, const struct log_query *q, size_t source)
{
    struct log_source *s = &r->sources[source];
    const struct logbook *b = model_logbook(m, s->instance);
    int64_t end, from = s->to, last = log_rows_log(r, m, source)->end;
    const struct logbook_line *line = logbook_line(b, s->log, from);
    bool before;

    if (!line->continuation || s->entry < s->from || s->entry >= from || from - s->entry >= LOG_ENTRY) {
        s->entry = from;
        s->entry_passed = false;
    }
    for (end = from + 1; end < last && end - s->entry < LOG_ENTRY && logbook_line(b, s->log, end)->continuation; end++)
        ;
    s->last_ms = time_or(line, s->last_ms);
    before = s->entry_passed;
    s->entry_passed = before || log_passes(r, m, q, s, s->entry, end);
    for (int64_t n = before ? from : s->entry; s->entry_passed && n < end; n++)
        if (!r->folded || n == s->entry)
            batch_add(r, (uint32_t)source, n, s->last_ms);
    s->to = end;
    return (size_t)(end - from);
}

static size_t take_new(struct log_rows *r, const struct model *m, const struct log_query *q, size_t budget)
{
    size_t source, looked_at = 0;

    while (looked_at < budget && (source = earliest(r, m)) < r->nsources)
        looked_at += take_next(r, m, q, source);
    merge_back(r);
    if (r->count > LOG_REFS) {
        r->head += r->count - LOG_REFS;
        r->count = LOG_REFS;
        r->full = true;
        r->order++;
    }
    return looked_at;
}

/* ---- earlier lines ---- */

/* The log whose next earlier line is the latest. */
static size_t latest(const struct log_rows *r, const struct model *m)
{
    size_t found = r->nsources;
    int64_t best = 0;

    for (size_t i = 0; i < r->nsources; i++) {
        const struct log_source *s = &r->sources[i];
        int64_t time;

        if (s->from <= log_rows_log(r, m, i)->first)
            continue;
        time = time_or(logbook_line(model_logbook(m, s->instance), s->log, s->from - 1), s->early_ms);
        if (found == r->nsources || time >= best) {
            found = i;
            best = time;
        }
    }
    return found;
}

static size_t take_earlier(struct log_rows *r, const struct model *m, const struct log_query *q, size_t source)
{
    struct log_source *s = &r->sources[source];
    const struct logbook *b = model_logbook(m, s->instance);
    int64_t end = s->from, first = end - 1, least = log_rows_log(r, m, source)->first;
    bool yes;

    while (first > least && end - first < LOG_ENTRY && logbook_line(b, s->log, first)->continuation)
        first--;
    s->early_ms = time_or(logbook_line(b, s->log, first), s->early_ms);
    yes = log_passes(r, m, q, s, first, end);
    for (int64_t n = r->folded ? first : end - 1; yes && n >= first; n--)
        batch_add(r, (uint32_t)source, n, s->early_ms);
    if (s->from == s->to) { /* continuations of it may still come */
        s->entry = first;
        s->entry_passed = yes;
        s->last_ms = s->early_ms;
    }
    s->from = first;
    return (size_t)(end - first);
}

static void take_old(struct log_rows *r, const struct model *m, const struct log_query *q, size_t budget)
{
    size_t source, looked_at = 0;

    while (looked_at < budget && !r->full && (source = latest(r, m)) < r->nsources) {
        looked_at += take_earlier(r, m, q, source);
        r->full = r->count + r->nbatch >= LOG_REFS;
    }
    merge_front(r);
}

/* Behind the last line that is held of a log in its middle others would go on without it: what is between would never be seen. */
static size_t beyond_what_is_held(const struct log_rows *r, const struct model *m)
{
    int64_t last = INT64_MAX;

    for (size_t i = 0; i < r->nsources; i++) {
        const struct logbook_log *log = log_rows_log(r, m, i);
        int64_t time;

        if (log->state != LB_HELD || log->first >= log->end)
            continue;
        time = logbook_line(model_logbook(m, r->sources[i].instance), r->sources[i].log, log->end - 1)->time_ms;
        last = time != LOGBOOK_NO_TIME && time < last ? time : last;
    }
    return last == INT64_MAX ? 0 : r->count - log_rows_at(r, last + 1);
}

void log_rows_update(struct log_rows *r, const struct model *m, const struct log_query *q)
{
    size_t budget = q->filter ? LOG_SLICE_FILTERED : LOG_SLICE, used = 0;

    r->count += r->beyond;
    r->beyond = 0;
    if (q->fold != r->folded)
        log_rows_restart(r);
    r->folded = q->fold;
    sync_sources(r, m, q);
    shrink(r, m);
    if (!q->hold)
        used = take_new(r, m, q, budget);
    if (used < budget)
        take_old(r, m, q, budget - used);
    r->beyond = beyond_what_is_held(r, m);
    r->count -= r->beyond;
    r->behind = (!q->hold && earliest(r, m) < r->nsources) || (!r->full && latest(r, m) < r->nsources);
}
