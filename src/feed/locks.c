/* Who waits for whom, as a tree: SHEET_LOCKS out of SHEET_TRANSACTIONS, at no cost for the server. A server names all that a transaction
 * waits for, in the end, too; of those the one that waits for the most others is the one that it waits for itself. */
#include "feed/finish.h"

#include <stdlib.h>
#include <string.h>
#include "model/standing.h"
#include "neo4j/transactions.h"

enum { DEEPEST = 20, LONGEST = 1000 /* a longer chain is shown in pieces */, IDS_NAMED = 2 };

#define NOBODY SIZE_MAX

/* A transaction that waits or is waited for. */
struct knot {
    const char *id;
    size_t row;
    size_t parent;   /* place of another knot, NOBODY: a root */
    size_t waiters;  /* below it */
    int64_t waited;  /* -1: does not wait */
    uint32_t by;     /* how many it waits for */
};

struct knots {
    const struct relation *rel;
    struct knot *k; /* ordered by id */
    size_t n;
    size_t *below;  /* places of the knots, those of one parent together, in the order in which they are shown */
};

static struct value cell(const struct relation *rel, size_t row, size_t col)
{
    return relation_cell(rel, row, col);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct knot *)a)->id, ((const struct knot *)b)->id);
}

static size_t find(const struct knots *all, const char *id)
{
    struct knot key = {.id = id};
    const struct knot *at = all->n ? bsearch(&key, all->k, all->n, sizeof *all->k, by_id) : NULL;

    return at ? (size_t)(at - all->k) : NOBODY;
}

/* The time of this wait where the server tells it, else of all waits of the transaction. */
static int64_t waited(const struct relation *rel, size_t row)
{
    struct value now = value_get(cell(rel, row, COL_TRANSACTIONS_RESOURCES), "waitTimeMillis");

    return value_i64(now.type == V_INT ? now : cell(rel, row, COL_TRANSACTIONS_WAIT), 0);
}

static void gather(struct knots *all, const struct relation *rel)
{
    all->rel = rel;
    all->k = x_calloc(rel->nrows + 1, sizeof *all->k);
    for (size_t row = 0; row < rel->nrows; row++) {
        unsigned flags = standing_of(rel, row).flags;
        bool waits = flags & (STANDS_BLOCKED | STANDS_WAITING);

        if (!(flags & STANDS_IN_JAM))
            continue;
        struct value by = cell(rel, row, COL_TRANSACTIONS_BLOCKED_BY);
        all->k[all->n++] = (struct knot){.id = value_str(cell(rel, row, COL_TRANSACTIONS_ID), ""),
                                         .row = row,
                                         .parent = NOBODY,
                                         .waited = waits ? waited(rel, row) : -1,
                                         .by = by.type == V_LIST ? by.len : 0};
    }
    qsort(all->k, all->n, sizeof *all->k, by_id);
}

static void find_parent(struct knots *all, size_t place)
{
    struct knot *k = &all->k[place];
    struct value by = cell(all->rel, k->row, COL_TRANSACTIONS_BLOCKED_BY);

    for (uint32_t i = 0; by.type == V_LIST && i < by.len; i++) {
        size_t at = find(all, value_str(by.u.list[i], ""));
        if (at != NOBODY && at != place && (k->parent == NOBODY || all->k[at].by > all->k[k->parent].by))
            k->parent = at;
    }
}

/* The way up from a knot must end: a list that was taken while it changed can say otherwise. */
static void count_waiters(struct knots *all)
{
    for (size_t i = 0; i < all->n; i++) {
        size_t steps = 0, at = i;
        while (all->k[at].parent != NOBODY && steps++ <= LONGEST)
            at = all->k[at].parent;
        if (steps > LONGEST)
            all->k[i].parent = NOBODY;
    }
    for (size_t i = 0; i < all->n; i++)
        for (size_t at = all->k[i].parent; at != NOBODY; at = all->k[at].parent)
            all->k[at].waiters++;
}

static int compare(const void *a, const void *b, void *data)
{
    const struct knots *all = data;
    const struct knot *x = &all->k[*(const size_t *)a], *y = &all->k[*(const size_t *)b];

    if (x->parent != y->parent)
        return x->parent < y->parent ? -1 : 1;
    if (x->waiters != y->waiters)
        return x->waiters > y->waiters ? -1 : 1;
    if (x->waited != y->waited)
        return x->waited > y->waited ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* ---- rows ---- */

/* "NODE 4711, exclusive": what it waits for, in the words of the server. */
static struct value wants(struct arena *a, const struct relation *rel, size_t row)
{
    struct value of = cell(rel, row, COL_TRANSACTIONS_RESOURCES), ids = value_get(of, "resourceIds");
    const char *type = value_str(value_get(of, "resourceType"), ""), *mode = value_str(value_get(of, "lockMode"), "");
    struct value details = cell(rel, row, COL_TRANSACTIONS_DETAILS);
    struct value told;
    struct text t;

    if (!*type)
        return details.type == V_TEXT ? value_copy(a, details) : v_absent(of.type == V_ABSENT ? of.absent : ABSENT_NOT_APPLICABLE);
    text_init(&t, 400);
    text_adds(&t, type);
    for (uint32_t i = 0; ids.type == V_LIST && i < ids.len && i < IDS_NAMED; i++) {
        text_adds(&t, i ? ", " : " ");
        value_render(ids.u.list[i], &t);
    }
    if (ids.type == V_LIST && ids.len > IDS_NAMED)
        text_addf(&t, " +%u", (unsigned)(ids.len - IDS_NAMED));
    text_addf(&t, "%s%s", *mode ? ", " : "", str_ieq(mode, "EXCLUSIVE") ? "exclusive" : str_ieq(mode, "SHARED") ? "shared" : mode);
    told = v_copy_text(a, t.s, t.len);
    text_release(&t);
    return told;
}

static struct value tree(struct arena *a, const char *id, size_t depth)
{
    struct text t;
    struct value v;

    text_init(&t, 400);
    for (size_t i = 1; i < depth && i < DEEPEST; i++)
        text_adds(&t, "   ");
    text_addf(&t, "%s%s", depth ? "\\_ " : "", tx_short_id(id));
    v = v_copy_text(a, t.s, t.len);
    text_release(&t);
    return v;
}

static void add_row(struct relation *to, const struct knots *all, const struct knot *k, size_t depth)
{
    static const struct {
        size_t to, from;
    } same[] = {
        {COL_LOCKS_INSTANCE, COL_TRANSACTIONS_INSTANCE}, {COL_LOCKS_ID, COL_TRANSACTIONS_ID},
        {COL_LOCKS_USER, COL_TRANSACTIONS_USER},         {COL_LOCKS_STATE, COL_TRANSACTIONS_STATE},
        {COL_LOCKS_QUERY, COL_TRANSACTIONS_QUERY},       {COL_LOCKS_ELAPSED, COL_TRANSACTIONS_ELAPSED},
        {COL_LOCKS_HELD, COL_TRANSACTIONS_LOCKS},        {COL_LOCKS_DATABASE, COL_TRANSACTIONS_DATABASE},
        {COL_LOCKS_BLOCKED_BY, COL_TRANSACTIONS_BLOCKED_BY}, {COL_LOCKS_CLIENT, COL_TRANSACTIONS_CLIENT},
        {COL_LOCKS_STARTED, COL_TRANSACTIONS_STARTED},
    };
    struct value *c = relation_add_row(to);

    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        c[same[i].to] = value_copy(&to->arena, cell(all->rel, k->row, same[i].from));
    c[COL_LOCKS_TREE] = tree(&to->arena, k->id, depth);
    c[COL_LOCKS_DEPTH] = v_int((int64_t)depth);
    c[COL_LOCKS_WAITERS] = v_int((int64_t)k->waiters);
    c[COL_LOCKS_WAITED] = k->waited < 0 ? v_absent(ABSENT_NOT_APPLICABLE) : v_duration(k->waited);
    c[COL_LOCKS_WANTS] = k->waited < 0 ? v_absent(ABSENT_NOT_APPLICABLE) : wants(&to->arena, all->rel, k->row);
}

static bool is_parent(const struct knots *all, size_t i, size_t parent)
{
    return i < all->n && all->k[all->below[i]].parent == parent;
}

/* The first of those below a parent in `below`; n when there is none. */
static size_t first_below(const struct knots *all, size_t parent)
{
    size_t low = 0, high = all->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (all->k[all->below[mid]].parent < parent)
            low = mid + 1;
        else
            high = mid;
    }
    return is_parent(all, low, parent) ? low : all->n;
}

/* Depth first, without recursion: at[d] is the place in `below` that is next at depth d. */
static void add_rows(struct relation *to, const struct knots *all)
{
    size_t *at = x_calloc(all->n + 2, sizeof *at), *parent = x_calloc(all->n + 2, sizeof *parent), depth = 0;

    parent[0] = NOBODY;
    at[0] = first_below(all, NOBODY);
    for (;;) {
        if (!is_parent(all, at[depth], parent[depth])) {
            if (depth-- == 0)
                break;
            continue;
        }
        size_t place = all->below[at[depth]++];
        add_row(to, all, &all->k[place], depth);
        depth++;
        parent[depth] = place;
        at[depth] = first_below(all, place);
    }
    free(at);
    free(parent);
}

struct relation *locks_of(const struct relation *transactions)
{
    struct relation *to = relation_new(transactions->instance, SHEET_LOCKS);
    struct knots all = {0};

    gather(&all, transactions);
    for (size_t i = 0; i < all.n; i++)
        find_parent(&all, i);
    count_waiters(&all);
    all.below = x_calloc(all.n + 1, sizeof *all.below);
    for (size_t i = 0; i < all.n; i++)
        all.below[i] = i;
    qsort_r(all.below, all.n, sizeof *all.below, compare, &all);
    add_rows(to, &all);
    free(all.below);
    free(all.k);
    return to;
}

void locks_publish(struct feed *f, uint32_t instance)
{
    const struct relation *from = model_get(f->model, instance, SHEET_TRANSACTIONS);
    struct relation *to;

    if (!from)
        return;
    if (from->missing || from->stale) {
        struct err e = from->err;
        model_publish_failure(f->model, instance, SHEET_LOCKS, &e);
        return;
    }
    to = locks_of(from);
    to->taken_ms = from->taken_ms;
    model_publish(f->model, to);
}
