/* Transactions: their state, who blocks whom, which are our own. */
#include "feed/finish.h"

#include <stdlib.h>
#include <string.h>
#include "neo4j/transactions.h"

struct named { /* a transaction by its id, to find the one that blocks */
    const char *id;
    size_t row;
};

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct named *)a)->id, ((const struct named *)b)->id);
}

/* Each wait is an edge: from the one that waits to the one that it waits for. */
struct edge {
    size_t blocker, waiter;
};

static int by_blocker(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;

    if (x->blocker != y->blocker)
        return x->blocker < y->blocker ? -1 : 1;
    return x->waiter < y->waiter ? -1 : x->waiter > y->waiter;
}

static size_t collect_edges(struct relation *rel, const struct named *names, struct edge **out)
{
    struct edge *edges = NULL;
    size_t n = 0, cap = 0;

    for (size_t row = 0; row < rel->nrows; row++) {
        struct value list = finish_row(rel, row)[COL_TRANSACTIONS_BLOCKED_BY];
        for (uint32_t i = 0; list.type == V_LIST && i < list.len; i++) {
            struct named key = {value_str(list.u.list[i], ""), 0};
            const struct named *at = bsearch(&key, names, rel->nrows, sizeof *names, by_id);
            if (!at)
                continue;
            edges = x_grow(edges, &cap, n + 1, sizeof *edges);
            edges[n++] = (struct edge){at->row, row};
        }
    }
    if (n)
        qsort(edges, n, sizeof *edges, by_blocker);
    *out = edges;
    return n;
}

static void add_blocks(struct relation *rel)
{
    struct named *names = x_calloc(rel->nrows, sizeof *names);
    struct edge *edges;
    size_t n;

    for (size_t row = 0; row < rel->nrows; row++)
        names[row] = (struct named){value_str(finish_row(rel, row)[COL_TRANSACTIONS_ID], ""), row};
    if (rel->nrows)
        qsort(names, rel->nrows, sizeof *names, by_id);
    n = collect_edges(rel, names, &edges);
    for (size_t row = 0; row < rel->nrows; row++)
        finish_row(rel, row)[COL_TRANSACTIONS_BLOCKS] = (struct value){.type = V_LIST};
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && edges[end].blocker == edges[i].blocker; end++)
            ;
        struct value *list = arena_alloc(&rel->arena, (end - i) * sizeof *list);
        for (size_t k = i; k < end; k++)
            list[k - i] = finish_row(rel, edges[k].waiter)[COL_TRANSACTIONS_ID];
        finish_row(rel, edges[i].blocker)[COL_TRANSACTIONS_BLOCKS] =
            (struct value){.type = V_LIST, .len = (uint32_t)(end - i), .u.list = list};
    }
    free(names);
    free(edges);
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

void finish_own(struct relation *rel, size_t first, const struct reply *r)
{
    long tag = reply_column(r, TX_TAG_PARAMETER);

    for (size_t row = first; row < rel->nrows; row++) {
        struct value *c = finish_row(rel, row), told = tag < 0 ? v_absent(ABSENT_VERSION) : r->cells[(row - first) * r->ncols + (size_t)tag];
        c[COL_TRANSACTIONS_OWN] = v_bool(tx_is_own(told, c[COL_TRANSACTIONS_META], value_str(c[COL_TRANSACTIONS_QUERY], "")));
    }
}

static void mark_own(struct source *s, struct relation *rel)
{
    const struct value *ours = NULL; /* at least the list itself */

    for (size_t row = 0; row < rel->nrows; row++) {
        struct value *c = finish_row(rel, row);
        bool own = value_i64(c[COL_TRANSACTIONS_OWN], 0) != 0;
        if (own)
            learn_connection(s, value_str(c[COL_TRANSACTIONS_CONNECTION], ""));
        ours = own ? c : ours;
    }
    for (size_t row = 0; row < rel->nrows; row++) {
        struct value *c = finish_row(rel, row);
        if (ours && !c[COL_TRANSACTIONS_OWN].u.i)
            c[COL_TRANSACTIONS_OWN] = v_bool(is_own_between(s, c, ours));
        rel->hidden += c[COL_TRANSACTIONS_OWN].u.i != 0;
    }
}

void finish_transactions(struct source *s, struct relation *rel)
{
    for (size_t row = 0; row < rel->nrows; row++) {
        struct value *c = finish_row(rel, row);
        const char *status = value_str(c[COL_TRANSACTIONS_STATUS], ""), *details = value_str(c[COL_TRANSACTIONS_DETAILS], "");
        c[COL_TRANSACTIONS_STATE] = state_cell(c, COL_TRANSACTIONS_STATUS, COL_TRANSACTIONS_QUERY_ID, COL_TRANSACTIONS_QUERY,
                                               COL_TRANSACTIONS_QUERY_STATUS);
        c[COL_TRANSACTIONS_BLOCKED_BY] = tx_blocked_by(&rel->arena, status, details);
        finish_because(&c[COL_TRANSACTIONS_CPU], ABSENT_NULL, ABSENT_NOT_ENABLED);
        finish_because(&c[COL_TRANSACTIONS_IDLE], ABSENT_NULL, ABSENT_NOT_ENABLED);
    }
    mark_own(s, rel);
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

void finish_transaction(struct feed *f, struct relation *rel)
{
    for (size_t row = 0; row < rel->nrows; row++) {
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
