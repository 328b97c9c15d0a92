/* Indexes and constraints. */
#include "feed/finish.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "neo4j/constraint.h"

/* "2026-11-22 18:34Z": to the minute, as people write it. */
static const char *minute(struct value at, char buf[32])
{
    time_rfc3339(at.u.i, buf, 32);
    buf[10] = ' ';
    buf[16] = 'Z';
    buf[17] = '\0';
    return buf;
}

/* Never read, or how often and when last; since when that is known. */
static struct value use_of(struct arena *a, const struct value *c)
{
    struct value reads = c[COL_INDEXES_READS], last = c[COL_INDEXES_LAST_READ], since = c[COL_INDEXES_TRACKED];
    char words[96], when[32];

    if (reads.type != V_INT)
        return v_absent(reads.type == V_ABSENT ? reads.absent : ABSENT_WRONG_SHAPE);
    if (since.type != V_TIME && reads.u.i == 0)
        return v_absent(ABSENT_NULL);
    if (reads.u.i == 0)
        snprintf(words, sizeof words, "never read since %s", minute(since, when));
    else if (last.type == V_TIME)
        snprintf(words, sizeof words, "%lld read%s, last %s", (long long)reads.u.i, reads.u.i == 1 ? "" : "s", minute(last, when));
    else
        snprintf(words, sizeof words, "%lld read%s", (long long)reads.u.i, reads.u.i == 1 ? "" : "s");
    return v_copy_text(a, words, strlen(words));
}

/* How fast it is populated, and when it will be. True: it is being populated. */
static bool population_of(struct source *s, struct value *c)
{
    struct value percent = c[COL_INDEXES_PERCENT];
    double rate;
    int64_t eta;

    c[COL_INDEXES_RATE] = c[COL_INDEXES_ETA] = v_absent(ABSENT_NOT_APPLICABLE);
    if (!str_ieq(value_str(c[COL_INDEXES_STATE], ""), "POPULATING"))
        return false;
    c[COL_INDEXES_RATE] = c[COL_INDEXES_ETA] = v_absent(ABSENT_NOT_ASKED);
    if (percent.type == V_FLOAT && percent.u.d >= 0 && percent.u.d <= 100 &&
        population_seen(s->population, value_str(c[COL_INDEXES_DATABASE], ""), value_str(c[COL_INDEXES_NAME], ""), percent.u.d,
                        clock_mono_ms(), &rate, &eta)) {
        c[COL_INDEXES_RATE] = v_float(rate);
        c[COL_INDEXES_ETA] = v_duration(eta);
    }
    return true;
}

void finish_indexes(struct feed *f, struct source *s, struct relation *rel)
{
    bool moves = false;

    population_begin(&s->population);
    for (size_t row = 0; row < rel->nrows; row++) {
        struct value *c = finish_row(rel, row);
        c[COL_INDEXES_USE] = use_of(&rel->arena, c);
        finish_because(&c[COL_INDEXES_OWNER], ABSENT_NULL, ABSENT_NOT_APPLICABLE);
        finish_because(&c[COL_INDEXES_FAILURE], ABSENT_NULL, ABSENT_NOT_APPLICABLE);
        moves |= population_of(s, c);
    }
    population_end(s->population);
    feed_task(f, s->instance, SHEET_INDEXES)->hurry = moves;
}

/* Before 4.2 all stands in one sentence. */
static void take_description(struct arena *a, struct value *c)
{
    struct constraint said;
    struct value *labels;

    if (!constraint_parse(a, value_str(c[COL_CONSTRAINTS_DEFINITION], ""), &said))
        return;
    labels = arena_alloc(a, sizeof *labels);
    *labels = said.label;
    c[COL_CONSTRAINTS_TYPE] = v_text(said.type);
    c[COL_CONSTRAINTS_ENTITY] = v_text(said.entity);
    c[COL_CONSTRAINTS_LABELS] = (struct value){.type = V_LIST, .len = 1, .u.list = labels};
    c[COL_CONSTRAINTS_PROPERTIES] = said.properties;
}

void finish_constraints(struct relation *rel, size_t first)
{
    for (size_t row = first; row < rel->nrows; row++) {
        struct value *c = finish_row(rel, row);
        if (c[COL_CONSTRAINTS_TYPE].type == V_ABSENT && c[COL_CONSTRAINTS_TYPE].absent == ABSENT_VERSION)
            take_description(&rel->arena, c);
        finish_because(&c[COL_CONSTRAINTS_INDEX], ABSENT_NULL, ABSENT_NOT_APPLICABLE);
        finish_because(&c[COL_CONSTRAINTS_PROPERTY_TYPE], ABSENT_NULL, ABSENT_NOT_APPLICABLE);
    }
}
