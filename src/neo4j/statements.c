#include "neo4j/statements.h"

#include <stddef.h>

#include "base/text.h"

#define EDITION_ANY EDITION_UNKNOWN

static const struct variant variants[] = {
#define STATEMENT(...)
#define VARIANT(id, from, to, edition, database, cypher) {STMT_##id, from, to, EDITION_##edition, DB_##database, cypher},
#include "tables/statements.def"
#undef STATEMENT
#undef VARIANT
};

static const struct {
    const char *name, *from, *to;
    enum edition edition;
    const char *words;
} capabilities[NCAPABILITIES] = {
#define CAPABILITY(id, name, from, to, edition, words) [CAP_##id] = {name, from, to, EDITION_##edition, words},
#include "tables/capabilities.def"
#undef CAPABILITY
};

/* Statements whose capability has their name; `from` of it is when any edition had it. */
static const struct {
    enum statement_id statement;
    enum capability capability;
} pairs[] = {
    {STMT_DATABASES, CAP_DATABASES},
    {STMT_SERVER_ID, CAP_SERVER_ID},
    {STMT_TRANSACTIONS, CAP_TRANSACTIONS},
    {STMT_TRANSACTION, CAP_TRANSACTION},
    {STMT_OWN_TRANSACTIONS, CAP_OWN_TRANSACTIONS},
    {STMT_CONNECTIONS, CAP_CONNECTIONS},
    {STMT_CONNECTION, CAP_CONNECTION},
    {STMT_INDEXES, CAP_INDEXES},
    {STMT_CONSTRAINTS, CAP_CONSTRAINTS},
    {STMT_SETTINGS, CAP_SETTINGS},
    {STMT_PROCEDURE_LIST, CAP_PROCEDURE_LIST},
    {STMT_USERS, CAP_USERS},
    {STMT_JOBS, CAP_JOBS},
    {STMT_KILL_TRANSACTION, CAP_KILL_TRANSACTION},
    {STMT_KILL_CONNECTION, CAP_KILL_CONNECTION},
};

enum { NPAIRS = sizeof pairs / sizeof *pairs };

enum edition edition_parse(const char *s)
{
    if (s && str_ieq(s, "community"))
        return EDITION_COMMUNITY;
    return s && str_ieq(s, "enterprise") ? EDITION_ENTERPRISE : EDITION_UNKNOWN;
}

static const struct variant *find(enum statement_id id, struct version v, enum edition edition, bool *other_edition)
{
    *other_edition = false;
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        const struct variant *t = &variants[i];

        if (t->id != id || !version_in(v, t->from, t->to))
            continue;
        if (t->edition == EDITION_UNKNOWN || t->edition == edition)
            return t;
        *other_edition = true;
    }
    return NULL;
}

static const char *missing_words(enum statement_id id)
{
    for (size_t i = 0; i < NPAIRS; i++)
        if (pairs[i].statement == id)
            return capabilities[pairs[i].capability].words;
    return "this version of Neo4j has no such statement";
}

const struct variant *statement_variant(enum statement_id id, struct version v, enum edition edition, struct err *e)
{
    bool other_edition;
    const struct variant *t = find(id, v, edition, &other_edition);

    if (!t)
        err_set(e, other_edition ? ERR_EDITION : ERR_VERSION, "%s", missing_words(id));
    return t;
}

static bool edition_fits(enum edition needed, enum edition edition)
{
    return needed == EDITION_UNKNOWN || needed == edition;
}

static bool missing(enum capability c, enum absent reason, const char **words, enum absent *why)
{
    if (words)
        *words = capabilities[c].words;
    if (why)
        *why = reason;
    return false;
}

bool capability_has(enum capability c, struct version v, enum edition edition, const char **words, enum absent *why)
{
    bool other_edition;

    if (!edition_fits(capabilities[c].edition, edition))
        return missing(c, ABSENT_ENTERPRISE, words, why);
    if (!version_in(v, capabilities[c].from, capabilities[c].to))
        return missing(c, ABSENT_VERSION, words, why);
    for (size_t i = 0; i < NPAIRS; i++)
        if (pairs[i].capability == c && !find(pairs[i].statement, v, edition, &other_edition))
            return missing(c, other_edition ? ABSENT_ENTERPRISE : ABSENT_VERSION, words, why);
    return true;
}
