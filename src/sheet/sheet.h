/* Every list that is ever shown: columns, filter, sort, units. Over relations of the model; whole rows are referred to, not copied. */
#ifndef SHEET_SHEET_H
#define SHEET_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/ids.h"
#include "base/text.h"
#include "base/value.h"
#include "base/error.h"
#include "model/model.h"

enum unit { UNIT_NONE, UNIT_MS, UNIT_BYTES, UNIT_COUNT, UNIT_PERCENT };
struct column {
    const char *name, *server; /* ours; the server's names by version */
    enum value_type type;
    enum unit unit;
    int width, priority;
    bool key;
    const char *help;
};
struct sheet {
    enum sheet_id id;
    const char *name, *title;
    const struct column *columns;
    size_t ncols;
};
const struct sheet *sheet_of(enum sheet_id id);
int sheet_column(enum sheet_id id, const char *name); /* index by our name, also an unambiguous beginning; -1 */

/* A filter: words, all must match: text, !text, field:value, field!:value, field>10s (< <= >= = !=), ~regex, field:~regex, "quoted text"
 * also behind the signs. Units as written (10s, 4M); lists compare by their length. Case is ignored unless the pattern has a capital.
 * "field:" is a value that is there, "field!:" one that is absent or empty. At most 1024 bytes and 32 words. */
struct filter;
struct filter *filter_parse(enum sheet_id id, const char *expr, struct err *e); /* NULL with words; "" gives a filter that passes all */
void filter_free(struct filter *f);
bool filter_match(const struct filter *f, const struct relation *r, size_t row); /* regexes run with match limits */
/* True when a regex ran into its limits since the last rows_collect: rows may be left out, the person should be told. */
bool filter_gave_up(const struct filter *f);

struct row {
    const struct relation *rel;
    size_t row;
};
enum { ROWS_TOLD = 2 };
struct rows {          /* the result of a query; valid until the next publish of the sheet */
    struct row *r;
    size_t count, cap;
    size_t total;      /* before the filter, without our own */
    size_t hidden_own; /* neodeck's own rows */
    size_t told[ROWS_TOLD]; /* how many are in a state that the title tells: rows_told_words */
};
struct query {
    enum sheet_id sheet;
    uint32_t instance;           /* INSTANCE number or MODEL_NO_INSTANCE for all instances (and the console's own sheets) */
    const char *group;           /* only instances of this group; NULL or "": of any */
    const struct filter *filter; /* or NULL */
    int sort;                    /* column, -1: natural order: for TRANSACTIONS root blockers first, then blocked, then idle, then the longest */
    bool descending;
};
void rows_collect(struct rows *out, const struct model *m, const struct query *q); /* stable sort */
void rows_release(struct rows *r);
/* "blocked", "not online": what told[i] counts in this sheet; NULL: nothing. */
const char *rows_told_words(enum sheet_id sheet, size_t i);
struct value row_cell(struct row r, size_t col);
/* Identity of a row as text: its key columns joined; for marks and the selection. */
void row_key(struct row r, struct text *out);
/* Index of the row with that key; -1. */
long rows_find(const struct rows *rs, const char *key);

/* A cell as people read it in a list: units short, ids short (42 of neo4j-transaction-42 when `shorten`), one line, cleaned later by the
 * grid. now: wall ms for ages. Absent cells give "-" (or "ent" for Enterprise only ...) and role UNKNOWN. Sets *role (state words:
 * online ok, offline bad, blocked warn ...), never by colour alone. */
void cell_format(const struct sheet *s, size_t col, struct value v, bool shorten, struct text *out, enum role *role);
/* True for the states of an instance that does not answer and is not expected to by itself: "down", and what its machine knows of that,
 * "stopped" or "failed". */
bool state_is_down(const char *state);

/* Which columns are shown at a total width: default set by priority, or the user's list. Fills idx (at most max), returns how many. */
size_t columns_choose(const struct sheet *s, int width, bool wide, bool many_instances, size_t *idx, size_t max);
/* "a,b,c" to indexes; false with words that name the unknown one and what there is. */
bool columns_parse(const struct sheet *s, const char *list, size_t *idx, size_t max, size_t *n, struct err *e);

#endif
