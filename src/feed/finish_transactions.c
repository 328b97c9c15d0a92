/* Transactions: their state, who blocks whom, which are our own. */
#include "feed/finish.h"

#include <stdlib.h>
#include <string.h>
#include "model/standing.h"
#include "neo4j/transactions.h"

/* One that waits, and the id of one that it waits for. */
struct wait {
    const char *blocker;
    size_t waiter;
};

static int by_blocker(const void *a, const void *b)
{
    const struct wait *x = a, *y = b;
    int c = strcmp(x->blocker, y->blocker);

    return c ? c : x->waiter < y->waiter ? -1 : x->waiter > y->waiter;
}

/* Ordered by the blocker, those of one as they came; to be freed. */
static size_t collect_waits(struct relation *rel, struct wait **out)
{
    struct wait *waits = NULL;
    size_t n = 0, cap = 0;

    for (size_t row = 0; row < rel->nrows; row++) {
        if (!(standing_of(rel, row).flags & STANDS_WAITING))
            continue;
        struct value list = finish_row(rel, row)[COL_TRANSACTIONS_BLOCKED_BY];
        for (uint32_t i = 0; i < list.len; i++) {
            waits = x_grow(waits, &cap, n + 1, sizeof *waits);
            waits[n++] = (struct wait){value_str(list.u.list[i], ""), row};
        }
    }
    if (n)
        qsort(waits, n, sizeof *waits, by_blocker);
    *out = waits;
    return n;
}

/* The first wait for that one; n when nobody waits for it. */
static size_t first_wait(const struct wait *waits, size_t n, const char *id)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(waits[mid].blocker, id) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static struct value waiters_of(struct relation *rel, const struct wait *waits, size_t n, const char *id)
{
    size_t from = first_wait(waits, n, id), to = from;
    struct value *list;

    while (to < n && strcmp(waits[to].blocker, id) == 0)
        to++;
    if (from == to)
        return (struct value){.type = V_LIST};
    list = arena_alloc(&rel->arena, (to - from) * sizeof *list);
    for (size_t i = from; i < to; i++)
        list[i - from] = finish_row(rel, waits[i].waiter)[COL_TRANSACTIONS_ID];
    return (struct value){.type = V_LIST, .len = (uint32_t)(to - from), .u.list = list};
}

/* Mostly nobody waits, and nothing has to be looked for. */
static void add_blocks(struct relation *rel)
{
    struct wait *waits;
    size_t n = collect_waits(rel, &waits);

    for (size_t row = 0; n && row < rel->nrows; row++) {
        struct value *c = finish_row(rel, row);
        c[COL_TRANSACTIONS_BLOCKS] = waiters_of(rel, waits, n, value_str(c[COL_TRANSACTIONS_ID], ""));
        standing_renew(rel, row);
    }
    free(waits);
}

static struct value state_cell(const struct value *c, size_t status, size_t query_id, size_t query, size_t query_status)
{
    return v_text(tx_state_name(tx_state(value_str(c[status], ""), value_str(c[query_id], ""), value_str(c[query], ""),
                                         value_str(c[query_status], ""))));
}

enum { OWN_CONNECTION_MS = 5000, OWN_HOST_MS = 1000 };

static bool is_own_connection(const struct source *s, const char *connection)
{
    for (size_t i = 0; *connection && i < OWN_CONNECTIONS; i++)
        if (strcmp(s->own_connections[i], connection) == 0)
            return true;
    return false;
}

static void learn_connection(struct source *s, const char *connection)
{

    if (!*connection || strlen(connection) >= sizeof *s->own_connections || is_own_connection(s, connection))
        return;
    strcpy(s->own_connections[s->own_next++ % OWN_CONNECTIONS], connection);
}

static size_t host_length(const char *address)
{
    const char *colon = strrchr(address, ':');

    return colon ? (size_t)(colon - address) : strlen(address);
}

static bool same_host(const char *a, const char *b)
{
    size_t n = host_length(a);

    return n && n == host_length(b) && memcmp(a, b, n) == 0;
}

/* Before the server has read a statement, and after it has answered, its transaction has neither query nor tag. It is told by its
 * connection, as far as that is known, or by the host that `ours` comes from. Only what is young: ids of connections begin anew
 * with the server, and nobody's idle transaction may stay hidden. */
static bool is_own_between(const struct source *s, const struct value *c, const struct value *ours)
{
    int64_t age = value_i64(c[COL_TRANSACTIONS_ELAPSED], INT64_MAX);

    if (*value_str(c[COL_TRANSACTIONS_QUERY], ""))
        return false;
    return (age < OWN_CONNECTION_MS && is_own_connection(s, value_str(c[COL_TRANSACTIONS_CONNECTION], ""))) ||
           (age < OWN_HOST_MS && same_host(value_str(c[COL_TRANSACTIONS_CLIENT], ""), value_str(ours[COL_TRANSACTIONS_CLIENT], "")));
}

/* Some of those that were taken for another's are ours, as far as one of ours is there to tell: at least the list itself. */
static void mark_between(const struct source *s, struct relation *rel)
{
    const struct value *ours = NULL;

    if (!rel->hidden)
        return;
    for (size_t row = rel->nrows; row > 0 && !ours; row--)
        if (standing_of(rel, row - 1).flags & STANDS_OWN)
            ours = finish_row(rel, row - 1);
    for (size_t row = 0; ours && row < rel->nrows; row++) {
        struct standing now = standing_of(rel, row);
        struct value *c = finish_row(rel, row);
        if ((now.flags & STANDS_OWN) || now.elapsed_ms >= OWN_CONNECTION_MS || !is_own_between(s, c, ours))
            continue;
        c[COL_TRANSACTIONS_OWN] = v_bool(true);
        standing_renew(rel, row);
        rel->hidden++;
    }
}

static void finish_one(struct source *s, struct relation *rel, struct value *c, struct value tag)
{
    const char *status = value_str(c[COL_TRANSACTIONS_STATUS], ""), *details = value_str(c[COL_TRANSACTIONS_DETAILS], "");
    bool own = tx_is_own(tag, c[COL_TRANSACTIONS_META], value_str(c[COL_TRANSACTIONS_QUERY], ""));

    c[COL_TRANSACTIONS_STATE] = state_cell(c, COL_TRANSACTIONS_STATUS, COL_TRANSACTIONS_QUERY_ID, COL_TRANSACTIONS_QUERY,
                                           COL_TRANSACTIONS_QUERY_STATUS);
    c[COL_TRANSACTIONS_BLOCKED_BY] = tx_blocked_by(&rel->arena, status, details);
    c[COL_TRANSACTIONS_BLOCKS] = (struct value){.type = V_LIST};
    finish_because(&c[COL_TRANSACTIONS_CPU], ABSENT_NULL, ABSENT_NOT_ENABLED);
    finish_because(&c[COL_TRANSACTIONS_IDLE], ABSENT_NULL, ABSENT_NOT_ENABLED);
    c[COL_TRANSACTIONS_OWN] = v_bool(own);
    if (own)
        learn_connection(s, value_str(c[COL_TRANSACTIONS_CONNECTION], ""));
    rel->hidden += own;
}

void finish_transactions_part(struct source *s, struct relation *rel, size_t first, const struct reply *r)
{
    long tag = reply_column(r, TX_TAG_PARAMETER);

    for (size_t row = first; row < rel->nrows; row++)
        finish_one(s, rel, finish_row(rel, row), tag < 0 ? v_absent(ABSENT_VERSION) : r->cells[(row - first) * r->ncols + (size_t)tag]);
    standing_take(rel, first);
}

void finish_transactions(struct source *s, struct relation *rel)
{
    mark_between(s, rel);
    add_blocks(rel);
}

/* How the driver names itself stands in the list of connections only. */
static struct value user_agent(struct feed *f, struct relation *rel, const char *connection)
{
    const struct relation *known = model_get(f->model, rel->instance, SHEET_CONNECTIONS);

    if (!*connection)
        return v_absent(ABSENT_NOT_APPLICABLE);
    if (!known)
        return v_absent(ABSENT_NOT_ASKED);
    if (known->missing)
        return v_absent(known->err.absent);
    for (size_t row = 0; row < known->nrows; row++)
        if (strcmp(value_str(relation_cell(known, row, COL_CONNECTIONS_ID), ""), connection) == 0)
            return value_copy(&rel->arena, relation_cell(known, row, COL_CONNECTIONS_AGENT));
    return v_absent(ABSENT_NULL);
}

void finish_transaction(struct feed *f, struct relation *rel, size_t first)
{
    for (size_t row = first; row < rel->nrows; row++) {
        struct value *c = finish_row(rel, row);
        c[COL_TRANSACTION_STATE] = state_cell(c, COL_TRANSACTION_STATUS, COL_TRANSACTION_QUERY_ID, COL_TRANSACTION_QUERY,
                                              COL_TRANSACTION_QUERY_STATUS);
        c[COL_TRANSACTION_BLOCKED_BY] = tx_blocked_by(&rel->arena, value_str(c[COL_TRANSACTION_STATUS], ""),
                                                      value_str(c[COL_TRANSACTION_DETAILS], ""));
        c[COL_TRANSACTION_AGENT] = user_agent(f, rel, value_str(c[COL_TRANSACTION_CONNECTION], ""));
        finish_because(&c[COL_TRANSACTION_CPU], ABSENT_NULL, ABSENT_NOT_ENABLED);
        finish_because(&c[COL_TRANSACTION_IDLE], ABSENT_NULL, ABSENT_NOT_ENABLED);
        finish_because(&c[COL_TRANSACTION_TRACE], ABSENT_NULL, ABSENT_NOT_ENABLED);
    }
}
