/* Rules about open transactions: who blocks whom, and who sits idle. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/standing.h"
#include "sheet/found.h"
#include "sheet/sheet.h"

enum {
    BLOCKED_AT_LEAST_MS = 1000, /* locks held for less are everyday work */
    IDLE_OVER_MS = 60 * 1000,
};

static int64_t elapsed(const struct relation *r, size_t row)
{
    return value_i64(relation_cell(r, row, COL_TRANSACTIONS_ELAPSED), 0);
}

/* How long it has been waiting; what is not known counts as long enough. */
static int64_t waiting(const struct relation *r, size_t row)
{
    struct value v = relation_cell(r, row, COL_TRANSACTIONS_WAIT);
    if (v.type == V_ABSENT)
        v = relation_cell(r, row, COL_TRANSACTIONS_QUERY_ELAPSED);
    return value_i64(v, BLOCKED_AT_LEAST_MS);
}

static void short_id(const struct relation *r, size_t row, struct text *out)
{
    cell_format(sheet_of(SHEET_TRANSACTIONS), COL_TRANSACTIONS_ID, relation_cell(r, row, COL_TRANSACTIONS_ID), true, out, NULL);
}

struct jam {
    size_t roots, blocked;
    int64_t oldest, longest_wait;
    struct text ids; /* of the roots */
};

static void jam_count(struct jam *j, const struct relation *r, size_t row)
{
    unsigned flags = standing_of(r, row).flags;
    if (flags & (STANDS_BLOCKED | STANDS_WAITING)) {
        j->blocked++;
        if (waiting(r, row) > j->longest_wait)
            j->longest_wait = waiting(r, row);
    } else if (flags & STANDS_BLOCKING) {
        if (j->roots++)
            text_addc(&j->ids, ' ');
        short_id(r, row, &j->ids);
        if (elapsed(r, row) > j->oldest)
            j->oldest = elapsed(r, row);
    }
}

void found_blocked(struct findings *fs, uint32_t instance)
{
    const struct relation *r = found_source(fs, instance, SHEET_TRANSACTIONS);
    struct jam j = {0};
    char buf[24];
    text_init(&j.ids, 100);
    for (size_t i = 0; r && i < r->nrows; i++)
        jam_count(&j, r, i);
    if (j.blocked && j.longest_wait >= BLOCKED_AT_LEAST_MS) {
        if (j.roots == 1)
            found_add(fs, FINDING_WARNING, FOUND_BLOCKED, instance, j.ids.s, "tx %s blocks %zu (oldest %s)", j.ids.s, j.blocked,
                      found_span(j.oldest, buf, sizeof buf));
        else if (j.roots)
            found_add(fs, FINDING_WARNING, FOUND_BLOCKED, instance, j.ids.s, "%zu block %zu (oldest %s)", j.roots, j.blocked,
                      found_span(j.oldest, buf, sizeof buf));
        else
            found_add(fs, FINDING_WARNING, FOUND_BLOCKED, instance, "", "%zu blocked (waiting %s)", j.blocked,
                      found_span(j.longest_wait, buf, sizeof buf));
    }
    text_release(&j.ids);
}

/* "12m" "3h07": exact enough for a line. */
static const char *idle_span(int64_t ms, char *buf, size_t n)
{
    if (ms < 60 * 60 * 1000)
        snprintf(buf, n, "%dm", (int)(ms / 60000));
    else
        duration_short(ms, buf, n);
    return buf;
}

void found_idle(struct findings *fs, uint32_t instance)
{
    const struct relation *r = found_source(fs, instance, SHEET_TRANSACTIONS);
    size_t n = 0, longest = 0;
    struct text id;
    char buf[24], many[48] = "";
    for (size_t i = 0; r && i < r->nrows; i++) {
        struct standing s = standing_of(r, i);
        if ((s.flags & STANDS_OWN) || !(s.flags & STANDS_IDLE) || s.elapsed_ms <= IDLE_OVER_MS)
            continue;
        if (n++ == 0 || elapsed(r, i) > elapsed(r, longest))
            longest = i;
    }
    if (!n)
        return;
    text_init(&id, 200);
    short_id(r, longest, &id);
    if (n > 1)
        snprintf(many, sizeof many, "%zu idle in tx, longest", n);
    found_add(fs, FINDING_WARNING, FOUND_IDLE, instance, id.s, "%s %s %.64s %s", n > 1 ? many : "idle in tx", id.s,
              value_str(relation_cell(r, longest, COL_TRANSACTIONS_USER), "?"),
              idle_span(elapsed(r, longest), buf, sizeof buf));
    text_release(&id);
}
