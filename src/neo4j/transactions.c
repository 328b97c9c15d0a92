#include "neo4j/transactions.h"

#include <string.h>

#include "neo4j/tree.h"

static const char *const own_texts[] = {
#define STATEMENT(...)
#define VARIANT(id, from, to, edition, database, cypher) cypher,
#include "tables/statements.def"
#undef STATEMENT
#undef VARIANT
};

const char *tx_state_name(enum tx_state s)
{
    static const char *const names[] = {
        [TX_RUNNING] = "running",
        [TX_BLOCKED] = "blocked",
        [TX_IDLE] = "idle in tx",
        [TX_CLOSING] = "closing",
        [TX_TERMINATING] = "terminating",
    };

    return names[s];
}

static bool has(const char *s, const char *word)
{
    return str_ifind(s, strlen(s), word) != NULL;
}

enum tx_state tx_state(const char *status, const char *query_id, const char *query, const char *query_status)
{
    status = status ? status : "";
    query_status = query_status ? query_status : "";
    if (has(status, "terminated"))
        return TX_TERMINATING;
    if (has(status, "closing"))
        return TX_CLOSING;
    if (has(status, "blocked"))
        return TX_BLOCKED;
    if (!(query_id && *query_id) && !(query && *query))
        return TX_IDLE;
    return str_ieq(query_status, "waiting") ? TX_BLOCKED : TX_RUNNING;
}

/* What stands between the brackets behind "Blocked by:". */
static bool find_list(const char *s, const char **from, const char **to)
{
    const char *at = s ? str_ifind(s, strlen(s), "blocked by") : NULL;

    at = at ? strchr(at, '[') : NULL;
    *from = at ? at + 1 : NULL;
    *to = at ? strchr(at, ']') : NULL;
    return at && *to;
}

struct value tx_blocked_by(struct arena *a, const char *status, const char *details)
{
    struct values l = {0};
    const char *p, *end;

    if (!find_list(status, &p, &end) && !find_list(details, &p, &end))
        return values_list(&l, a);
    while (p < end && l.n < TX_BLOCKERS_MAX) {
        size_t n;

        p += strspn(p, " ,");
        n = strcspn(p, " ,]");
        if (n && p < end)
            values_add(&l, v_copy_text(a, p, n));
        p += n;
    }
    return values_list(&l, a);
}

const char *tx_short_id(const char *id)
{
    const char *dash = strrchr(id, '-');

    return dash && dash[1] && dash[1 + strspn(dash + 1, "0123456789")] == '\0' ? dash + 1 : id;
}

bool tx_id_valid(const char *id)
{
    static const char word[] = "transaction-";
    const char *number = tx_short_id(id);
    size_t n = sizeof word - 1;

    if (number == id || (size_t)(number - id) < n || strncmp(number - n, word, n) != 0)
        return false;
    return (size_t)(number - id) == n || number[-(ptrdiff_t)n - 1] == '-';
}

bool tx_is_own(struct value tag, struct value metadata, const char *query)
{
    if (value_is(tag, V_TEXT) || !strcmp(value_str(value_get(metadata, "app"), ""), "neodeck"))
        return true;
    for (size_t i = 0; query && i < sizeof own_texts / sizeof *own_texts; i++)
        if (!strcmp(query, own_texts[i]))
            return true;
    return false;
}
