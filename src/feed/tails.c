/* The ends of the logs, read for what they tell of the server: a megabyte at first, then what is new. */
#include "feed/past.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"

enum { TAIL_BYTES = 1024 * 1024, JOURNAL_LINES = 1000 };

/* One file of each kind: what a second one says was said in the first. */
static bool is_told(const struct site_log *l)
{
    return l->path && (l->gc || strcmp(l->name, "debug.log") == 0 || strcmp(l->name, "neo4j.log") == 0 || strcmp(l->name, "security.log") == 0);
}

static void forget(struct past *p)
{
    for (size_t i = 0; i < p->ntails; i++)
        free(p->tails[i].path);
    p->ntails = 0;
    p->vitals = (struct vitals){0};
}

static bool same_tails(const struct past *p, const char *const *paths, size_t n)
{
    for (size_t i = 0; i < n && n == p->ntails; i++)
        if (strcmp(p->tails[i].path, paths[i]) != 0)
            return false;
    return n == p->ntails;
}

/* The logs of this site. What was read of those of before is forgotten. */
static void choose(struct past *p, const struct site *site)
{
    const char *paths[PAST_TAILS];
    bool gc[PAST_TAILS];
    size_t n = 0;

    for (size_t i = 0; i < site->nlogs && n < PAST_TAILS; i++) {
        if (!is_told(&site->logs[i]))
            continue;
        gc[n] = site->logs[i].gc;
        paths[n++] = site->logs[i].path;
    }
    if (same_tails(p, paths, n))
        return;
    forget(p);
    for (size_t i = 0; i < n; i++)
        p->tails[p->ntails++] = (struct tail){.path = x_strdup(paths[i]), .gc = gc[i]};
}

static const char *journal_unit(const struct site *site)
{
    for (size_t i = 0; i < site->nlogs; i++)
        if (!site->logs[i].path && site->logs[i].unit)
            return site->logs[i].unit;
    return NULL;
}

static void ask_journal(struct past *p, const struct site *site, struct talk *t, struct tails_asked *asked)
{
    const char *unit = journal_unit(site);
    struct tail_journal *j = &p->journal;

    if (!unit)
        return;
    if (!j->unit || strcmp(j->unit, unit) != 0) {
        free(j->unit);
        *j = (struct tail_journal){.unit = x_strdup(unit)};
    }
    if (*j->cursor)
        asked->journal = 1 + talk_run(t, HOST_CMD_JOURNAL_AFTER, (const char *[]){unit, j->cursor}, 2);
    else
        asked->journal = 1 + talk_run(t, HOST_CMD_JOURNAL, (const char *[]){arena_printf(talk_arena(t), "%d", JOURNAL_LINES), unit}, 2);
}

void tails_ask(struct past *p, const struct site *site, struct talk *t, struct tails_asked *asked)
{
    choose(p, site);
    asked->n = p->ntails;
    for (size_t i = 0; i < p->ntails; i++) {
        const struct vitals_log *log = &p->tails[i].log;
        asked->answer[i] = talk_read(t, p->tails[i].path, log->began ? log->offset : -TAIL_BYTES, TAIL_BYTES);
    }
    ask_journal(p, site, t, asked);
}

/* ---- answers ---- */

static void begin_anew(struct vitals_log *log, int64_t inode)
{
    *log = (struct vitals_log){.inode = inode};
}

/* Rotated, truncated, or so much was written meanwhile that it has to be left out: it goes on at the end at the next look. */
static bool is_lost(const struct vitals_log *log, int64_t inode, int64_t size)
{
    return log->began && (log->inode != inode || size < log->offset || size - log->offset > 2 * TAIL_BYTES);
}

static void take_file(struct past *p, const struct site *site, struct talk *t, struct tail *tail, size_t answer)
{
    struct vitals_log *log = &tail->log;
    int64_t inode = value_i64(talk_cell(t, answer, 0, "inode"), 0), size = value_i64(talk_cell(t, answer, 0, "size"), 0);
    int64_t from = value_i64(talk_cell(t, answer, 0, "from"), 0);
    size_t n;
    const char *bytes = talk_text(t, answer, "bytes", &n);

    if (talk_answer(t, answer)->err.kind != ERR_NONE)
        return;
    if (is_lost(log, inode, size)) {
        begin_anew(log, inode);
        return;
    }
    log->inode = inode;
    if (!n)
        return;
    vitals_read(&p->vitals, log, from, bytes, n, site->started_ms);
    if (log->offset == from && n >= TAIL_BYTES) /* a line that is longer than that is none to read */
        log->offset = from + (int64_t)n;
}

static void take_journal(struct past *p, struct talk *t, size_t answer)
{
    struct tail_journal *j = &p->journal;
    struct text message;
    size_t n;
    const char *at = talk_text(t, answer, "stdout", &n), *end = at + n, *nl;

    text_init(&message, 64 * 1024);
    for (; at < end && (nl = memchr(at, '\n', (size_t)(end - at))); at = nl + 1) {
        struct journal_line l;
        if (!journal_parse(at, (size_t)(nl - at), &l, &message))
            continue;
        if (*l.cursor)
            memcpy(j->cursor, l.cursor, sizeof j->cursor);
        if (l.time_ms != LOG_TIME_NONE)
            vitals_line(&p->vitals, &j->reader, message.s, message.len, l.time_ms);
    }
    text_release(&message);
}

void tails_take(struct past *p, const struct site *site, struct talk *t, const struct tails_asked *asked)
{
    for (size_t i = 0; i < asked->n && i < p->ntails; i++)
        take_file(p, site, t, &p->tails[i], asked->answer[i]);
    if (asked->journal && talk_answer(t, asked->journal - 1)->err.kind == ERR_NONE)
        take_journal(p, t, asked->journal - 1);
    vitals_prune(&p->vitals, clock_wall_ms());
}
