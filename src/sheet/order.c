/* Sorting: by a column, or the order in which a list is most useful. */
#include "sheet/order.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* ---- values ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Compares the runs of digits at a and b as numbers of any length; moves both behind them. */
static int compare_digits(const char **a, const char *a_end, const char **b, const char *b_end)
{
    const char *p, *q;
    while (*a < a_end && **a == '0')
        ++*a;
    while (*b < b_end && **b == '0')
        ++*b;
    for (p = *a; p < a_end && is_digit(*p); p++)
        ;
    for (q = *b; q < b_end && is_digit(*q); q++)
        ;
    size_t an = (size_t)(p - *a), bn = (size_t)(q - *b);
    int c = an != bn ? (an < bn ? -1 : 1) : memcmp(*a, *b, an);
    *a = p;
    *b = q;
    return c;
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

int natural_compare(const char *a, size_t an, const char *b, size_t bn)
{
    const char *a_end = a + an, *b_end = b + bn, *p = a, *q = b;
    while (p < a_end && q < b_end) {
        if (is_digit(*p) && is_digit(*q)) {
            int c = compare_digits(&p, a_end, &q, b_end);
            if (c)
                return c;
        } else {
            if (lower(*p) != lower(*q))
                return lower(*p) < lower(*q) ? -1 : 1;
            p++;
            q++;
        }
    }
    if (p < a_end || q < b_end)
        return p < a_end ? 1 : -1;
    int c = memcmp(a, b, an < bn ? an : bn);
    return c ? c : (an > bn) - (an < bn);
}

/* Absent values come last in both directions. */
static int compare_cells(struct value a, struct value b, bool descending)
{
    int c;
    if (a.type == V_ABSENT || b.type == V_ABSENT)
        return (a.type == V_ABSENT) - (b.type == V_ABSENT);
    if (a.type == V_TEXT && b.type == V_TEXT)
        c = natural_compare(a.u.s, a.len, b.u.s, b.len);
    else if (a.type == V_LIST && b.type == V_LIST && a.len != b.len)
        c = a.len < b.len ? -1 : 1;
    else
        c = value_compare(a, b);
    return descending ? -c : c;
}

/* ---- natural orders: a class, then a number, then a name, then as it came ---- */

struct item {
    struct row row;
    size_t place;
    int rank;       /* smaller first */
    int64_t number; /* smaller first */
};

static bool has_members(struct row r, size_t col)
{
    struct value v = row_cell(r, col);
    return v.type == V_LIST && v.len > 0;
}

static bool says(struct row r, size_t col, const char *word)
{
    return strcasecmp(value_str(row_cell(r, col), ""), word) == 0;
}

/* -x, and what is not known last. */
static int64_t largest_first(struct value v)
{
    int64_t i = value_i64(v, INT64_MIN + 1);
    return i == INT64_MIN ? INT64_MAX : -i;
}

/* Who holds up others comes first, then those who wait, then those who sit idle on an open transaction. */
static void rank_transaction(struct item *it)
{
    bool blocked = has_members(it->row, COL_TRANSACTIONS_BLOCKED_BY) || says(it->row, COL_TRANSACTIONS_STATE, "blocked");
    bool blocks = has_members(it->row, COL_TRANSACTIONS_BLOCKS);
    if (blocked)
        it->rank = 1;
    else if (blocks)
        it->rank = 0;
    else
        it->rank = says(it->row, COL_TRANSACTIONS_STATE, "idle in tx") ? 2 : 3;
    it->number = largest_first(row_cell(it->row, COL_TRANSACTIONS_ELAPSED));
}

static void rank_database(struct item *it)
{
    struct value wanted = row_cell(it->row, COL_DATABASES_REQUESTED);
    it->rank = wanted.type != V_TEXT || says(it->row, COL_DATABASES_STATUS, wanted.u.s);
}

static void rank_connection(struct item *it)
{
    struct value since = row_cell(it->row, COL_CONNECTIONS_CONNECTED);
    it->rank = since.type == V_ABSENT;
    it->number = since.type == V_ABSENT ? largest_first(row_cell(it->row, COL_CONNECTIONS_AGE)) : value_i64(since, 0);
}

static void rank_index(struct item *it)
{
    it->rank = says(it->row, COL_INDEXES_STATE, "failed")       ? 0
               : says(it->row, COL_INDEXES_STATE, "populating") ? 1
                                                                : 2;
}

/* What somebody should look at, then what somebody set, then the rest. */
static void rank_setting(struct item *it)
{
    static const char *const states[] = {"refused", "warning", "not known", "differs", "run time", "deprecated", "note", "set"};
    size_t n = sizeof states / sizeof *states, i;

    for (i = 0; i < n && !says(it->row, COL_SETTINGS_STATE, states[i]); i++)
        ;
    it->rank = (int)i;
}

static void rank(struct item *it)
{
    switch (it->row.rel->sheet) {
    case SHEET_TRANSACTIONS:
        rank_transaction(it);
        break;
    case SHEET_DATABASES:
        rank_database(it);
        break;
    case SHEET_CONNECTIONS:
        rank_connection(it);
        break;
    case SHEET_INDEXES:
        rank_index(it);
        break;
    case SHEET_SETTINGS:
        rank_setting(it);
        break;
    case SHEET_JOBS:
        it->rank = !says(it->row, COL_JOBS_STATE, "failed");
        break;
    case SHEET_HISTORY:
        it->number = largest_first(row_cell(it->row, COL_HISTORY_ID));
        break;
    case SHEET_MESSAGES:
        it->number = largest_first(row_cell(it->row, COL_MESSAGES_ID));
        break;
    default: /* as published: the worst first of findings */
        break;
    }
}

static int compare_naturally(const struct item *x, const struct item *y, const struct query *q)
{
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    if (q->sheet == SHEET_DATABASES)
        return compare_cells(row_cell(x->row, COL_DATABASES_DATABASE), row_cell(y->row, COL_DATABASES_DATABASE), false);
    if (q->sheet == SHEET_SETTINGS)
        return compare_cells(row_cell(x->row, COL_SETTINGS_NAME), row_cell(y->row, COL_SETTINGS_NAME), false);
    if (q->sheet == SHEET_INSTANCES) /* those of a group stay together */
        return compare_cells(row_cell(x->row, COL_INSTANCES_GROUP), row_cell(y->row, COL_INSTANCES_GROUP), false);
    return 0;
}

static int compare_items(const void *a, const void *b, void *data)
{
    const struct item *x = a, *y = b;
    const struct query *q = data;
    int c;
    if (q->sort >= 0)
        c = compare_cells(row_cell(x->row, (size_t)q->sort), row_cell(y->row, (size_t)q->sort), q->descending);
    else
        c = q->descending ? compare_naturally(y, x, q) : compare_naturally(x, y, q);
    return c ? c : (x->place > y->place) - (x->place < y->place);
}

void rows_sort(struct rows *rows, const struct query *q)
{
    struct item *items = x_malloc(rows->count * sizeof *items);
    for (size_t i = 0; i < rows->count; i++) {
        items[i] = (struct item){.row = rows->r[i], .place = i};
        if (q->sort < 0) {
            rank(&items[i]);
            if (q->descending)
                items[i].place = rows->count - i;
        }
    }
    struct query copy = *q;
    qsort_r(items, rows->count, sizeof *items, compare_items, &copy);
    for (size_t i = 0; i < rows->count; i++)
        rows->r[i] = items[i].row;
    free(items);
}
