/* Sorting: by a column, or the order in which a list is most useful. */
#include "sheet/order.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "model/standing.h"

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

/* Of two that are there. */
static int compare_cells(struct value a, struct value b, bool descending)
{
    int c;
    if (a.type == V_TEXT && b.type == V_TEXT)
        c = natural_compare(a.u.s, a.len, b.u.s, b.len);
    else if (a.type == V_LIST && b.type == V_LIST && a.len != b.len)
        c = a.len < b.len ? -1 : 1;
    else
        c = value_compare(a, b);
    return descending ? -c : c;
}

/* ---- what decides between two rows ---- */

/* Taken out of the rows once: their cells lie far apart, and comparing asks for each of them many times. */
struct item {
    struct row row;
    int64_t number; /* of one rank: smaller first */
    int rank;       /* smaller first */
    bool exact;     /* two of the same rank and number are equal; else their cells decide */
};

enum { RANK_NUMBER, RANK_TEXT, RANK_LIST, RANK_MAP, RANK_ABSENT };

/* Of a larger number no smaller one, nor for a whole one another. */
static int64_t whole_number(double d)
{
    if (!(d < 0x1p63)) /* nor a number at all */
        return INT64_MAX;
    return d < -0x1p63 ? INT64_MIN : (int64_t)d;
}

/* The first bytes of a text so that they compare as natural_compare does: a run of digits as its length and they. */
struct beginning {
    uint64_t bits;
    int left;   /* bytes that are free; -1: it was cut */
    bool exact; /* no other text has the same */
};

static void add_byte(struct beginning *b, unsigned char c)
{
    if (b->left > 0)
        b->bits |= (uint64_t)c << (8 * (b->left - 1));
    b->left = b->left > 0 ? b->left - 1 : -1;
}

enum { DIGITS = 8 };

/* Returns what is behind them; the end where they are too many, for then nothing behind them decides. */
static const char *add_digits(struct beginning *b, const char *s, const char *end)
{
    const char *from = s, *to;

    while (from < end && *from == '0')
        from++;
    for (to = from; to < end && is_digit(*to); to++)
        ;
    if (from != s || to - from > DIGITS)
        b->exact = false;
    add_byte(b, (unsigned char)('0' + (to - from > DIGITS ? DIGITS + 1 : to - from)));
    if (to - from > DIGITS)
        return end;
    while (from < to)
        add_byte(b, (unsigned char)*from++);
    return to;
}

static void take_text(struct item *it, const char *s, size_t n)
{
    struct beginning b = {.left = 8, .exact = true};
    const char *end = s + n;

    while (s < end && b.left >= 0) {
        if (is_digit(*s)) {
            s = add_digits(&b, s, end);
        } else {
            b.exact &= *s && lower(*s) == (unsigned char)*s;
            add_byte(&b, lower(*s++));
        }
    }
    it->exact = b.exact && b.left >= 0;
    it->number = (int64_t)(b.bits ^ (uint64_t)1 << 63);
}

/* How many bytes all texts of a column begin with: they decide nothing. Not into digits, which count as a whole. */
static size_t common_beginning(const struct rows *rows, size_t col)
{
    struct value first = {.type = V_ABSENT};
    size_t n = 0;

    for (size_t i = 0; i < rows->count; i++) {
        struct value v = row_cell(rows->r[i], col);
        if (v.type != V_TEXT)
            continue;
        if (first.type == V_ABSENT) {
            first = v;
            n = v.len;
        }
        n = n < v.len ? n : v.len;
        for (size_t k = 0; k < n; k++)
            if (v.u.s[k] != first.u.s[k])
                n = k;
    }
    while (n > 0 && is_digit(first.u.s[n - 1]))
        n--;
    return n;
}

/* Absent values come last in both directions. The texts all begin with `same` bytes. */
static void take_cell(struct item *it, struct value v, size_t same, bool descending)
{
    it->exact = true;
    switch (v.type) {
    case V_ABSENT:
        it->rank = RANK_ABSENT;
        return;
    case V_TEXT:
        it->rank = RANK_TEXT;
        take_text(it, v.u.s + same, v.len - same);
        break;
    case V_LIST:
    case V_MAP:
        it->rank = v.type == V_LIST ? RANK_LIST : RANK_MAP;
        it->number = v.type == V_LIST ? v.len : 0;
        it->exact = false;
        break;
    default:
        it->rank = RANK_NUMBER;
        it->exact = v.type != V_FLOAT;
        it->number = it->exact ? v.u.i : whole_number(v.u.d);
    }
    if (descending) {
        it->rank = -it->rank;
        it->number = ~it->number;
    }
}

/* ---- natural orders: a rank, then a number, then a name, then as it came ---- */

static bool says(struct row r, size_t col, const char *word)
{
    struct value v = row_cell(r, col);
    return (v.type == V_TEXT ? v.len : 0) == strlen(word) && strcasecmp(value_str(v, ""), word) == 0;
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
    struct standing s = standing_of(it->row.rel, it->row.row);
    if (s.flags & (STANDS_BLOCKED | STANDS_WAITING))
        it->rank = 1;
    else if (s.flags & STANDS_BLOCKING)
        it->rank = 0;
    else
        it->rank = s.flags & STANDS_IDLE ? 2 : 3;
    it->number = s.elapsed_ms == INT64_MIN ? INT64_MAX : -s.elapsed_ms;
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

/* The column that decides where rank and number do not; -1: none. Instances of a group stay together. */
static int natural_tie(enum sheet_id sheet)
{
    return sheet == SHEET_DATABASES ? COL_DATABASES_DATABASE
           : sheet == SHEET_SETTINGS ? COL_SETTINGS_NAME
           : sheet == SHEET_INSTANCES ? COL_INSTANCES_GROUP
                                      : -1;
}

/* ---- sorting ---- */

struct order {
    int tie; /* column whose cells decide in the end; -1: none */
    bool descending;
};

static bool goes_before(const struct item *x, const struct item *y, const struct order *o)
{
    if (x->rank != y->rank)
        return x->rank < y->rank;
    if (x->number != y->number)
        return x->number < y->number;
    if (o->tie < 0 || (x->exact && y->exact))
        return false;
    return compare_cells(row_cell(x->row, (size_t)o->tie), row_cell(y->row, (size_t)o->tie), o->descending) < 0;
}

/* The sorted halves of n items become one, equal ones as they came; `half` has room for the first. */
static void merge(struct item *items, size_t n, struct item *half, const struct order *o)
{
    size_t left = n / 2, i = 0, k = left, to = 0;

    if (!goes_before(&items[left], &items[left - 1], o)) /* as it often is: in order as they came */
        return;
    memcpy(half, items, left * sizeof *items);
    while (i < left && k < n) {
        bool right = goes_before(&items[k], &half[i], o);
        items[to++] = right ? items[k++] : half[i++];
    }
    memcpy(items + to, half + i, (left - i) * sizeof *items);
}

/* By merging: stable, n log n whatever comes, and n for what is in order. */
static void sort(struct item *items, size_t n, struct item *half, const struct order *o)
{
    if (n < 2)
        return;
    sort(items, n / 2, half, o);
    sort(items + n / 2, n - n / 2, half, o);
    merge(items, n, half, o);
}

void rows_sort(struct rows *rows, const struct query *q)
{
    struct order o = {.tie = q->sort >= 0 ? q->sort : natural_tie(q->sheet), .descending = q->sort >= 0 && q->descending};
    struct item *items = x_calloc(rows->count + rows->count / 2, sizeof *items);
    size_t same = q->sort >= 0 ? common_beginning(rows, (size_t)q->sort) : 0;

    for (size_t i = 0; i < rows->count; i++) {
        items[i].row = rows->r[i];
        if (q->sort >= 0)
            take_cell(&items[i], row_cell(rows->r[i], (size_t)q->sort), same, q->descending);
        else
            rank(&items[i]);
    }
    sort(items, rows->count, items + rows->count, &o);
    for (size_t i = 0; i < rows->count; i++)
        rows->r[q->sort < 0 && q->descending ? rows->count - 1 - i : i] = items[i].row;
    free(items);
}
