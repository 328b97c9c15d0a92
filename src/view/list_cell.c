/* What stands in a cell of a list: mostly what sheet/ makes of the value, and more where one column has to tell what others have no
 * room for. */
#include "view/list_view.h"

#include <string.h>

#include "base/clock.h"

static const char *text_at(struct row r, size_t col)
{
    return value_str(row_cell(r, col), "");
}

static bool is_shown(const struct list_view *lv, size_t column)
{
    for (size_t i = 0; i < lv->nshown; i++)
        if (lv->shown[i] == column)
            return true;
    return false;
}

/* ---- instances ---- */

static enum symbol state_symbol(const char *state)
{
    static const struct {
        const char *state;
        enum symbol symbol;
    } symbols[] = {
        {"up", SYM_UP}, {"slow", SYM_PARTIAL}, {"stale", SYM_PARTIAL}, {"down", SYM_BAD},
        {"stopped", SYM_BAD}, {"failed", SYM_BAD}, {"connecting", SYM_WAIT}, {"starting", SYM_WAIT}, {"recovering", SYM_WAIT},
    };

    for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++)
        if (strcmp(symbols[i].state, state) == 0)
            return symbols[i].symbol;
    return SYM_UNKNOWN;
}

static enum role role_of(const struct list_view *lv, struct row r, size_t column)
{
    struct text ignored;
    enum role role;

    text_init(&ignored, 256);
    cell_format(lv->sheet, column, row_cell(r, column), true, &ignored, &role);
    text_release(&ignored);
    return role;
}

static const char *login_trouble(const char *login)
{
    static const char *const words[][2] = {{"refused", "login refused"},         {"locked", "account locked"},
                                           {"expired", "password expired"},      {"suspended", "account suspended"},
                                           {"token expired", "token expired"},   {"needed", "password needed"}};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strcmp(words[i][0], login) == 0)
            return words[i][1];
    return NULL;
}

static void add_duration(struct text *out, const char *before, struct value v)
{
    char buf[16];

    if (v.type == V_DURATION)
        text_addf(out, "%s%s", before, duration_short(v.u.i, buf, sizeof(buf)));
}

static void add_next_try(struct text *out, struct value next, int64_t wall_ms)
{
    char buf[16];

    if (next.type == V_TIME && next.u.i > wall_ms)
        text_addf(out, ", retry %s", duration_short(next.u.i - wall_ms, buf, sizeof(buf)));
}

/* All that a narrow pane tells of an instance beside its name. */
static void instance_summary(struct list_view *lv, struct row r, enum role *role)
{
    const char *state = text_at(r, COL_INSTANCES_STATE), *trouble = login_trouble(text_at(r, COL_INSTANCES_LOGIN));
    bool up = strcmp(state, "up") == 0;

    *role = trouble ? role_of(lv, r, COL_INSTANCES_LOGIN) : up ? ROLE_TEXT : role_of(lv, r, COL_INSTANCES_STATE);
    if (trouble) {
        text_adds(&lv->cell, trouble);
    } else if (up || strcmp(state, "slow") == 0) {
        text_addf(&lv->cell, "%s%s%s", up ? "" : "slow ", text_at(r, COL_INSTANCES_VERSION), up ? "" : " ");
        add_duration(&lv->cell, up ? "  " : "", row_cell(r, COL_INSTANCES_LATENCY));
    } else {
        text_adds(&lv->cell, state);
        if (strcmp(state, "stale") == 0)
            add_duration(&lv->cell, " ", row_cell(r, COL_INSTANCES_AGE));
        if (!state_is_down(state) || strcmp(state, "down") == 0) /* nobody waits for the next try at one that does not run */
            add_next_try(&lv->cell, row_cell(r, COL_INSTANCES_NEXT_TRY), lv->wall_ms);
        if (*text_at(r, COL_INSTANCES_MESSAGE))
            text_addf(&lv->cell, ": %s", text_at(r, COL_INSTANCES_MESSAGE));
    }
}

static void instance_name(struct list_view *lv, struct row r, enum role *role)
{
    bool trouble = login_trouble(text_at(r, COL_INSTANCES_LOGIN)) != NULL;
    enum symbol sign = trouble ? SYM_BAD : state_symbol(text_at(r, COL_INSTANCES_STATE));

    *role = role_of(lv, r, trouble ? COL_INSTANCES_LOGIN : COL_INSTANCES_STATE);
    text_addf(&lv->cell, "%s %s", grid_symbol(lv->grid, sign), value_str(row_cell(r, COL_INSTANCES_INSTANCE), "?"));
}

/* ---- transactions: who waits for whom, where there is no room for the columns that tell it ---- */

static void add_ids(struct list_view *lv, const char *words, size_t column, struct value v, uint32_t most)
{
    struct value few = v;
    struct text ids;

    few.len = v.len < most ? v.len : most;
    text_init(&ids, 1024);
    cell_format(lv->sheet, column, few, true, &ids, NULL);
    text_addf(&lv->cell, "%s %s", words, ids.s);
    if (v.len > few.len)
        text_addf(&lv->cell, " +%u", (unsigned)(v.len - few.len));
    text_release(&ids);
}

static bool is_list(struct value v)
{
    return v.type == V_LIST && v.len > 0;
}

static bool transaction_cell(struct list_view *lv, struct row r, size_t column, enum role *role)
{
    struct value by = row_cell(r, COL_TRANSACTIONS_BLOCKED_BY), blocks = row_cell(r, COL_TRANSACTIONS_BLOCKS);

    if (column == COL_TRANSACTIONS_STATE && is_list(by) && !is_shown(lv, COL_TRANSACTIONS_BLOCKED_BY)) {
        *role = role_of(lv, r, column);
        add_ids(lv, "blocked by", COL_TRANSACTIONS_BLOCKED_BY, by, 1);
        return true;
    }
    if (column == COL_TRANSACTIONS_QUERY && is_list(blocks) && !is_shown(lv, COL_TRANSACTIONS_BLOCKS)) {
        add_ids(lv, "blocks", COL_TRANSACTIONS_BLOCKS, blocks, 8);
        if (*text_at(r, column))
            text_adds(&lv->cell, "  ");
    }
    return false;
}

/* ---- locks: who waits stands under the one that it waits for ---- */

static void lock_tree(struct list_view *lv, struct row r)
{
    static const char branch[] = "\\_";
    const char *tree = text_at(r, COL_LOCKS_TREE), *at = strstr(tree, branch);

    if (at && !lv->grid->ascii)
        text_addf(&lv->cell, "%.*s└%s", (int)(at - tree), tree, at + sizeof(branch) - 1);
    else
        text_adds(&lv->cell, tree);
}

/* Who waits for nobody is there for those that it holds up; a transaction without a query is idle. */
static bool lock_cell(struct list_view *lv, struct row r, size_t column, enum role *role)
{
    int64_t waiters = value_i64(row_cell(r, COL_LOCKS_WAITERS), 0);

    if (column == COL_LOCKS_TREE) {
        lock_tree(lv, r);
        return true;
    }
    if (column == COL_LOCKS_WANTS && waiters && row_cell(r, COL_LOCKS_WAITED).type == V_ABSENT) {
        *role = ROLE_WARN;
        text_addf(&lv->cell, "holds up %lld", (long long)waiters);
        return true;
    }
    if (column == COL_LOCKS_QUERY && !*text_at(r, column) && !is_shown(lv, COL_LOCKS_STATE)) {
        text_adds(&lv->cell, text_at(r, COL_LOCKS_STATE));
        *role = role_of(lv, r, COL_LOCKS_STATE);
        return true;
    }
    return false;
}

/* ---- any cell ---- */

/* Of a text that may as well be empty nothing is said, nor of what an instance that never answered could tell. */
static bool is_blank(const struct list_view *lv, size_t column, struct value v)
{
    if (v.type != V_ABSENT)
        return false;
    if (lv->sheet->id == SHEET_INSTANCES && v.absent == ABSENT_NOT_ASKED)
        return true;
    return !lv->sheet->columns[column].width && (v.absent == ABSENT_NULL || v.absent == ABSENT_NOT_APPLICABLE);
}

/* The end of a name tells it apart: "…1:27484". */
static void shorten_instance(struct list_view *lv, size_t col)
{
    int width = utf8_width(lv->cell.s, lv->cell.len), room = lv->nshown ? lv->cols[col].width : 0;
    const char *at = lv->cell.s;
    struct text rest;

    if (room < 2 || width <= room)
        return;
    for (; *at && utf8_width(at, strlen(at)) > room - 1; at++)
        while ((at[1] & 0xc0) == 0x80)
            at++;
    text_init(&rest, 1024);
    text_adds(&rest, lv->grid->ascii ? "~" : "…");
    text_adds(&rest, at);
    text_clear(&lv->cell);
    text_add(&lv->cell, rest.s, rest.len);
    text_release(&rest);
}

const char *lv_cell(void *data, size_t row, size_t col, enum role *role)
{
    struct list_view *lv = data;
    struct row r = lv->rows.r[row];
    size_t column = lv->shown[col];
    struct value v = row_cell(r, column);

    text_clear(&lv->cell);
    if (lv->sheet->id == SHEET_INSTANCES && column == COL_INSTANCES_INSTANCE)
        instance_name(lv, r, role);
    else if (lv->sheet->id == SHEET_INSTANCES && column == COL_INSTANCES_STATE && lv->narrow)
        instance_summary(lv, r, role);
    else if (lv->sheet->id == SHEET_TRANSACTIONS && transaction_cell(lv, r, column, role))
        return lv->cell.s;
    else if (lv->sheet->id == SHEET_LOCKS && lock_cell(lv, r, column, role))
        return lv->cell.s;
    else if (!is_blank(lv, column, v))
        cell_format(lv->sheet, column, v, true, &lv->cell, role);
    if (column == 0 && lv->many && lv->sheet->id != SHEET_INSTANCES && strcmp(lv->sheet->columns[0].name, "instance") == 0)
        shorten_instance(lv, col);
    return lv->cell.s;
}

/* ---- which columns tell something ---- */

#define ROWS_LOOKED_AT 1000

static bool tells(struct value v)
{
    switch (v.type) {
    case V_TEXT:
    case V_LIST:
    case V_MAP:
        return v.len > 0;
    case V_ABSENT: /* a reason that somebody can do something about is worth its column */
        return v.absent == ABSENT_PRIVILEGE || v.absent == ABSENT_ERROR || v.absent == ABSENT_TIMEOUT || v.absent == ABSENT_WRONG_SHAPE;
    default:
        return true;
    }
}

void lv_look(struct list_view *lv)
{
    for (size_t col = 0; col < lv->sheet->ncols && col < LV_COLUMNS; col++)
        for (size_t row = 0; row < lv->rows.count && row < ROWS_LOOKED_AT && !lv->told[col]; row++)
            lv->told[col] = tells(row_cell(lv->rows.r[row], col));
}
