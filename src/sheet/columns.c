/* The sheets and their columns, out of columns.def, and which of them are shown. */
#include "sheet/columns.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { FLAG_NONE = false, FLAG_KEY = true };

#define SHEET(i, n, t, statement, pace, per) static const struct column columns_##i[] = {
#define COLUMN(sheet, i, n, sv, ty, u, w, p, f, h)                                                                    \
    {.name = n, .server = sv, .type = V_##ty, .unit = UNIT_##u, .width = w, .priority = p, .key = FLAG_##f, .help = h},
#define SHEET_END(i) };
#include "tables/columns.def"
#undef SHEET
#undef COLUMN
#undef SHEET_END

static const struct sheet sheets[NSHEETS] = {
#define SHEET(i, n, t, statement, pace, per)                                                                          \
    [SHEET_##i] = {.id = SHEET_##i, .name = n, .title = t, .columns = columns_##i, .ncols = NCOLS_##i},
#define COLUMN(...)
#define SHEET_END(i)
#include "tables/columns.def"
#undef SHEET
#undef COLUMN
#undef SHEET_END
};

const struct sheet *sheet_of(enum sheet_id id)
{
    return (unsigned)id < NSHEETS ? &sheets[id] : NULL;
}

int column_named(const struct sheet *s, const char *name)
{
    for (size_t i = 0; i < s->ncols; i++)
        if (strcmp(s->columns[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* What people say for a column; the first that the sheet has counts. */
static const struct {
    const char *said, *name;
} synonyms[] = {
    {"db", "database"},      {"tx", "transaction_id"}, {"id", "transaction_id"}, {"id", "connection_id"},
    {"user", "username"},    {"user", "owner"},        {"client", "client_address"},
    {"elapsed", "elapsed_ms"},
};

static int find_synonym(const struct sheet *s, const char *said, size_t n)
{
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++) {
        if (strlen(synonyms[i].said) != n || strncasecmp(synonyms[i].said, said, n) != 0)
            continue;
        int at = column_named(s, synonyms[i].name);
        if (at >= 0)
            return at;
    }
    return -1;
}

enum fit { FIT_NONE, FIT_WORD, FIT_BEGINS, FIT_SAME };

static enum fit name_fit(const char *name, const char *said, size_t n)
{
    if (strncasecmp(name, said, n) == 0)
        return name[n] ? FIT_BEGINS : FIT_SAME;
    for (const char *word = strchr(name, '_'); word; word = strchr(word + 1, '_'))
        if (strncasecmp(word + 1, said, n) == 0)
            return FIT_WORD;
    return FIT_NONE;
}

/* The column that fits best; *several when another one fits as well. */
static int find_best(const struct sheet *s, const char *said, size_t n, bool *several)
{
    enum fit best = FIT_NONE;
    int found = -1;
    *several = false;
    for (size_t i = 0; i < s->ncols; i++) {
        enum fit fit = name_fit(s->columns[i].name, said, n);
        if (fit > best) {
            best = fit;
            found = (int)i;
            *several = false;
        } else if (fit == best && fit != FIT_NONE) {
            *several = true;
        }
    }
    return found;
}

static void name_columns(const struct sheet *s, const char *said, size_t n, bool fitting, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < s->ncols; i++) {
        const char *name = s->columns[i].name;
        if (fitting && name_fit(name, said, n) == FIT_NONE)
            continue;
        if (used + strlen(name) + 3 > size)
            break;
        used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "", name);
    }
}

int column_find(const struct sheet *s, const char *name, size_t n, struct err *e)
{
    char names[320];
    bool several = false;
    int at = -1;
    if (n > 0) {
        at = find_best(s, name, n, &several);
        if (at >= 0 && name_fit(s->columns[at].name, name, n) == FIT_SAME)
            return at;
        int other = find_synonym(s, name, n);
        if (other >= 0)
            return other;
    }
    if (at >= 0 && !several)
        return at;
    name_columns(s, name, n, several, names, sizeof names);
    if (several)
        err_set(e, ERR_USAGE, "'%.*s' may be %s: write more of it", n > 40 ? 40 : (int)n, name, names);
    else
        err_set(e, ERR_USAGE, "no column '%.*s' in %s: there is %s", n > 40 ? 40 : (int)n, name, s->name, names);
    return -1;
}

int sheet_column(enum sheet_id id, const char *name)
{
    const struct sheet *s = sheet_of(id);
    return s && name ? column_find(s, name, strlen(name), NULL) : -1;
}

/* ---- which columns ---- */

#define FLEXIBLE_LEAST      16 /* columns that a flexible one wants at least, */
#define FLEXIBLE_LEAST_WIDE 10 /* and when many columns are wanted */
#define PRIORITY_USUAL      6

static int wanted_width(const struct column *c, bool wide)
{
    return (c->width ? c->width : wide ? FLEXIBLE_LEAST_WIDE : FLEXIBLE_LEAST) + 1;
}

/* The name of the instance in each row says nothing when only one is looked at. */
static bool needless(const struct sheet *s, size_t i, bool many_instances)
{
    switch (s->id) {
    case SHEET_INSTANCES:
    case SHEET_HISTORY:
    case SHEET_MESSAGES:
        return false;
    default:
        return !many_instances && strcmp(s->columns[i].name, "instance") == 0;
    }
}

size_t columns_choose(const struct sheet *s, int width, bool wide, bool many_instances, size_t *idx, size_t max)
{
    bool chosen[128] = {false};
    int used = -1, last = wide ? 9 : PRIORITY_USUAL;
    bool fits = true;
    size_t n = 0;
    for (int priority = 1; priority <= last && fits; priority++)
        for (size_t i = 0; i < s->ncols && i < 128; i++) {
            const struct column *c = &s->columns[i];
            if (c->priority != priority || needless(s, i, many_instances))
                continue;
            if (priority > 1 && width > 0 && used + wanted_width(c, wide) > width) {
                fits = false;
                continue;
            }
            chosen[i] = true;
            used += wanted_width(c, wide);
        }
    for (size_t i = 0; i < s->ncols && n < max && i < 128; i++)
        if (chosen[i])
            idx[n++] = i;
    return n;
}

static bool listed(const size_t *idx, size_t n, size_t column)
{
    for (size_t i = 0; i < n; i++)
        if (idx[i] == column)
            return true;
    return false;
}

static bool all_columns(const struct sheet *s, size_t *idx, size_t max, size_t *n)
{
    for (*n = 0; *n < s->ncols && *n < max; ++*n)
        idx[*n] = *n;
    return true;
}

bool columns_parse(const struct sheet *s, const char *list, size_t *idx, size_t max, size_t *n, struct err *e)
{
    *n = 0;
    if (strcmp(list, "all") == 0)
        return all_columns(s, idx, max, n);
    for (;;) {
        const char *from = list + strspn(list, " "), *end;
        size_t len = strcspn(from, ",");
        end = from + len;
        while (len > 0 && from[len - 1] == ' ')
            len--;
        int at = column_find(s, from, len, e);
        if (at < 0)
            return false;
        if (!listed(idx, *n, (size_t)at)) {
            if (*n == max)
                return err_set(e, ERR_USAGE, "more than %zu columns: leave some out", max);
            idx[(*n)++] = (size_t)at;
        }
        if (!*end)
            return true;
        list = end + 1;
    }
}
