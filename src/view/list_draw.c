/* A list in its rectangle: which columns there is room for, the rows, why there are none, and its title. */
#include "view/list_view.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sheet/cut.h"

#define NARROW      60 /* columns of a pane below which an instance is a name and a few words */
#define GROUP_FROM  40 /* and from which on there is room for its group, too */
#define HEADER_FROM 4  /* rows: smaller panes name their columns only when all their rows fit, too */
#define INSTANCE_LEAST 8 /* columns that the name of an instance keeps in a list of several */
#define TOLD_LEAST     10 /* and a column that the row is not known by */
#define OPTIONAL    3  /* columns from this priority on are left out while no row has anything in them */

static bool lv_is_dimmed(void *data, size_t row)
{
    struct list_view *lv = data;

    return lv->rows.r[row].rel->stale;
}

/* ---- nothing to show ---- */

static const char *nothing(const struct list_view *lv)
{
    switch (lv->sheet->id) {
    case SHEET_TRANSACTIONS: return "no open transactions";
    case SHEET_CONNECTIONS: return "no client is connected";
    case SHEET_PLUGINS: return "none but the server's own";
    case SHEET_LOCKS: return "no transaction waits for another";
    case SHEET_INDEXES: return "no index";
    case SHEET_CONSTRAINTS: return "no constraint";
    case SHEET_JOBS: return "no background job runs, waits or has failed";
    case SHEET_HISTORY: return "nothing was changed from here yet";
    case SHEET_MESSAGES: return "no messages yet";
    case SHEET_FINDINGS: return "nothing needs attention";
    case SHEET_GROUPS: return "no instance is in a group";
    default: return "none";
    }
}

static bool is_asked_for(const struct list_view *lv, const struct view_ctx *c, uint32_t instance)
{
    return lv->base.instance != MODEL_NO_INSTANCE ? lv->base.instance == instance : view_in_scope(c, instance);
}

/* Why an instance has nothing for this list; NULL when it has, or was not asked. */
static const char *reason(const struct list_view *lv, const struct view_ctx *c, uint32_t instance)
{
    const struct relation *rel = model_get(c->model, instance, lv->sheet->id), *own = model_get(c->model, instance, SHEET_INSTANCES);

    if (!is_asked_for(lv, c, instance) || !rel || !rel->missing)
        return NULL;
    if (own && own->nrows && strcmp(value_str(relation_cell(own, 0, COL_INSTANCES_STATE), ""), "stopped") == 0)
        return "stopped: no process of it runs";
    return rel->err.words;
}

/* Each different reason once, with who has it. */
static void draw_reasons(struct list_view *lv, struct grid *g, struct rect r, const struct view_ctx *c)
{
    char line[sizeof(((struct err *)0)->words) + 192], more[32];
    uint32_t n = model_instances(c->model);
    int y = 0;

    for (uint32_t i = 0; i < n && y < r.h; i++) {
        const char *why = reason(lv, c, i), *other;
        uint32_t same = 0;
        bool told = false;

        for (uint32_t k = 0; why && k < n && !told; k++)
            if (k != i && (other = reason(lv, c, k)) != NULL && strcmp(why, other) == 0) {
                told = k < i;
                same++;
            }
        if (!why || told)
            continue;
        *more = '\0';
        if (same)
            snprintf(more, sizeof(more), " and %u more", same);
        snprintf(line, sizeof(line), "%.128s%s%s%s", lv->many ? model_instance_name(c->model, i) : "", lv->many ? more : "",
                 lv->many ? ": " : "", why);
        y += draw_wrapped(g, (struct rect){r.x, r.y + y, r.w, r.h - y}, ROLE_DIM, line);
    }
}

static void draw_empty(struct list_view *lv, struct grid *g, struct rect r, const struct view_ctx *c)
{
    const struct relation *own = model_get(c->model, MODEL_NO_INSTANCE, lv->sheet->id);
    size_t all = 0, waiting = 0, missing = 0;

    for (uint32_t i = 0; i < model_instances(c->model); i++) {
        const struct relation *rel = model_get(c->model, i, lv->sheet->id);

        if (!is_asked_for(lv, c, i))
            continue;
        all++;
        waiting += !rel;
        missing += rel && rel->missing;
    }
    if (own && own->missing) {
        draw_wrapped(g, r, ROLE_WARN, own->err.words);
        return;
    }
    if (lv->rows.total) {
        grid_putf(g, r.x, r.y, r.w, ROLE_DIM, "%zu hidden by the filter: Esc shows them", lv->rows.total);
        return;
    }
    if (!missing || missing + waiting < all) { /* those that answered have none */
        grid_puts(g, r.x, r.y, r.w, ROLE_DIM, waiting == all && lv->asked && !own ? "asking ..." : nothing(lv));
        r.y++;
        r.h--;
    }
    draw_reasons(lv, g, r, c);
}

/* ---- columns ---- */

/* Its unit is seen in its values, in a list of transactions an id is a transaction's, and
 * filters and sorting know these shorter names, too. */
const char *column_title(const struct column *column, char *buf, size_t n)
{
    static const char *const ends[] = {"_ms", "_bytes", "_percent"};
    static const char *const shorter[][2] = {
        {"username", "user"}, {"replication_lag", "lag"}, {"client_address", "client"}, {"requested_status", "requested"}};
    size_t len = strlen(column->name);

    if (column->key && len > 3 && strcmp(column->name + len - 3, "_id") == 0)
        return "id";
    for (size_t i = 0; i < sizeof(shorter) / sizeof(*shorter); i++)
        if (strcmp(shorter[i][0], column->name) == 0)
            return shorter[i][1];
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        if (len > strlen(ends[i]) && strcmp(column->name + len - strlen(ends[i]), ends[i]) == 0)
            len -= strlen(ends[i]);
    snprintf(buf, n, "%.*s", (int)len, column->name);
    for (char *c = buf; *c; c++)
        if (*c == '_')
            *c = ' ';
    return buf;
}

static int clamp(int n, int least, int most)
{
    return n < least ? least : n > most ? most : n;
}

/* As wide as its widest value was so far, within what columns.def allows: a width never shrinks, so columns do not jump. What takes
 * the rest wants a share of the whole: a query that cannot be read is worth less than some column beside it. */
static void lv_measure(struct list_view *lv, size_t column)
{
    size_t last = lv->list.top + lv->page + 1;
    enum role role;

    for (size_t row = lv->list.top; row < last && row < lv->rows.count; row++) {
        int width;

        lv->shown[LV_COLUMNS - 1] = column;
        lv_cell(lv, row, LV_COLUMNS - 1, &role);
        width = utf8_width(lv->cell.s, lv->cell.len);
        if (width > lv->seen[column])
            lv->seen[column] = width;
    }
}

static int lv_wanted(struct list_view *lv, size_t column, int total)
{
    const struct column *def = &lv->sheet->columns[column];
    bool rest = !def->width || (lv->narrow && column == COL_INSTANCES_STATE);

    if (rest && def->priority == 1)
        return -clamp(total * 2 / 5, 16, 60);
    lv_measure(lv, column);
    if (rest)
        return -clamp(lv->seen[column], 10, total * 3 / 10 < 10 ? 10 : total * 3 / 10);
    if (lv->seen[column] > def->width)
        lv->seen[column] = def->width;
    return lv->seen[column];
}

/* The columns that are wished for, whatever room there is. */
static size_t lv_wished(const struct list_view *lv, int width, size_t *wished)
{
    size_t n = 0, kept = 0;

    if (lv->nuser) {
        memcpy(wished, lv->user, lv->nuser * sizeof(*lv->user));
        return lv->nuser;
    }
    if (lv->narrow) {
        wished[n++] = COL_INSTANCES_INSTANCE;
        if (lv->grouped && width >= GROUP_FROM)
            wished[n++] = COL_INSTANCES_GROUP;
        wished[n++] = COL_INSTANCES_STATE;
        return n;
    }
    n = columns_choose(lv->sheet, 0, lv->wide, lv->many, wished, LV_COLUMNS - 1);
    for (size_t i = 0; i < n; i++) {
        const struct column *def = &lv->sheet->columns[wished[i]];
        bool optional = def->priority >= OPTIONAL || (!def->width && def->priority > 1);

        if (!optional || lv->wide || !lv->rows.count || lv->told[wished[i]])
            wished[kept++] = wished[i];
    }
    return kept;
}

/* Before it or a column that matters as much goes, one that takes the rest takes less. */
static void spare(int *want, const int *priority, size_t n, int width)
{
    for (size_t i = 0; i < n; i++) {
        int others = 0;

        if (want[i] >= 0)
            continue;
        for (size_t k = 0; k < n; k++)
            if (k != i && priority[k] <= priority[i])
                others += (want[k] < 0 ? -want[k] : want[k]) + 1;
        if (-want[i] > width - others)
            want[i] = -clamp(width - others, 10, -want[i]);
    }
}

/* What is told takes less, to ten columns, before something that matters as much goes; what a row is known by keeps its width. */
static bool narrow(const struct list_view *lv, const size_t *wished, int *want, const int *priority, size_t n, int width)
{
    size_t widest = n;
    int needed = -1;

    for (size_t i = 0; i < n; i++) {
        if (priority[i] != 1)
            continue;
        needed += (want[i] < 0 ? -want[i] : want[i]) + 1;
        if (!lv->sheet->columns[wished[i]].key && want[i] > (widest < n ? want[widest] : TOLD_LEAST))
            widest = i;
    }
    if (widest == n || needed <= width)
        return false;
    want[widest] = clamp(want[widest] - (needed - width), TOLD_LEAST, want[widest]);
    return true;
}

static bool lost_one(const int *priority, const int *laid, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!laid[i] && priority[i] == 1)
            return true;
    return false;
}

/* Whose row it is takes less before something that matters as much goes. */
static void lay(const struct list_view *lv, const size_t *wished, int *want, const int *priority, size_t n, int width, int *laid)
{
    size_t own = n;

    list_layout(want, priority, n, width, laid);
    if (!lost_one(priority, laid, n) || lv->sheet->id == SHEET_INSTANCES)
        return;
    for (size_t i = 0; i < n; i++)
        if (lv->many && strcmp(lv->sheet->columns[wished[i]].name, "instance") == 0)
            own = i;
    if (own < n && want[own] > INSTANCE_LEAST) {
        want[own] = clamp(width / 8, INSTANCE_LEAST, want[own]);
        list_layout(want, priority, n, width, laid);
    }
    if (lost_one(priority, laid, n) && narrow(lv, wished, want, priority, n, width))
        list_layout(want, priority, n, width, laid);
}

static void lv_columns(struct list_view *lv, int width, struct list_column *cols)
{
    size_t wished[LV_COLUMNS], n = lv_wished(lv, width, wished), kept = 0;
    int want[LV_COLUMNS], priority[LV_COLUMNS], laid[LV_COLUMNS];

    lv->nshown = 0; /* while the columns are measured none counts as shown */
    for (size_t i = 0; i < n; i++) {
        const struct column *def = &lv->sheet->columns[wished[i]];
        const char *title = column_title(def, lv->titles[i], sizeof(lv->titles[i]));
        int least = lv->narrow ? 1 : (int)strlen(title) + (lv->sort == (int)wished[i]);

        want[i] = lv_wanted(lv, wished[i], width);
        if (want[i] >= 0 && want[i] < least)
            want[i] = least;
        priority[i] = def->priority;
        cols[i] = (struct list_column){.title = title, .right = def->unit != UNIT_NONE};
    }
    spare(want, priority, n, width);
    lay(lv, wished, want, priority, n, width, laid);
    for (size_t i = 0; i < n; i++) {
        if (!laid[i])
            continue;
        lv->shown[kept] = wished[i];
        cols[kept] = cols[i];
        cols[kept++].width = laid[i];
    }
    lv->nshown = kept;
}

/* The line behind the rows: r is theirs, and it stands at most one below. */
static void draw_left_out(const struct list_view *lv, struct grid *g, struct rect r, bool header)
{
    size_t at = lv->rows.count + header;
    int y = at < (size_t)r.h ? (int)at : r.h;

    grid_putf(g, r.x + 1, r.y + y, r.w - 1, ROLE_DIM, lv->rows.count ? "and %zu other jar%s" : "%zu jar%s, none of a known plugin", lv->left_out,
              lv->left_out == 1 ? "" : "s");
}

void lv_draw(struct view *v, struct grid *g, struct rect r, const struct view_ctx *c, bool focused)
{
    struct list_view *lv = lv_of(v);
    struct list_source source = {.data = lv, .cell = lv_cell, .marked = lv_is_marked, .dimmed = lv_is_dimmed};
    int sort_at = -1;
    bool header, counted;

    lv->grid = g;
    lv->wall_ms = c->wall_ms;
    lv->narrow = lv->sheet->id == SHEET_INSTANCES && r.w < NARROW && !lv->nuser && !lv->wide;
    if (lv->page < (size_t)r.h)
        lv->page = (size_t)r.h; /* before the first frame nobody knows how many rows are seen */
    lv_columns(lv, r.w - LIST_GUTTER, lv->cols);
    for (size_t i = 0; i < lv->nshown; i++)
        if ((int)lv->shown[i] == lv->sort)
            sort_at = (int)i;
    header = !lv->narrow && lv->rows.total && (r.h >= HEADER_FROM || (r.h > 1 && (size_t)r.h > lv->rows.count));
    counted = lv->left_out && r.h > 1 + header;
    r.h -= counted;
    lv->page = (size_t)(header ? r.h - 1 : r.h);
    list_set_count(&lv->list, lv->rows.count, lv->page);
    lv->seen_at = r;
    lv->seen_header = header;
    list_draw(&lv->list, g, r, lv->cols, lv->nshown, sort_at, lv->descending, header, focused, &source);
    if (counted)
        draw_left_out(lv, g, r, header);
    else if (!lv->rows.count)
        draw_empty(lv, g, (struct rect){r.x + 1, r.y + header, r.w - 1, r.h - header}, c);
}

/* ---- the title ---- */

static void add_count(struct text *left, size_t n, const char *words)
{
    if (n)
        text_addf(left, " · %zu %s", n, words);
}

static void add_counts(const struct list_view *lv, struct text *left)
{
    for (size_t i = 0; i < ROWS_TOLD; i++)
        add_count(left, lv->rows.told[i], rows_told_words(lv->sheet->id, i));
    add_count(left, lv->rows.hidden_own, "own");
    add_count(left, lv->marks.count, "marked");
}

static void age_title(const struct list_view *lv, const struct view_ctx *c, struct text *right)
{
    int64_t oldest = 0;
    char buf[16];

    for (uint32_t i = 0; i < model_instances(c->model); i++) {
        const struct relation *rel = model_get(c->model, i, lv->sheet->id);

        if (!view_in_scope(c, i) || !rel || !rel->stale || !rel->taken_ms)
            continue;
        if (!oldest || rel->taken_ms < oldest)
            oldest = rel->taken_ms;
    }
    if (oldest)
        text_addf(right, "stale %s", duration_short(c->wall_ms - oldest, buf, sizeof(buf)));
}

static size_t count_cut(const struct list_view *lv, const struct view_ctx *c, const struct relation **one)
{
    size_t n = 0;

    for (uint32_t i = 0; i < model_instances(c->model); i++) {
        const struct relation *rel = model_get(c->model, i, lv->sheet->id);

        if (!is_asked_for(lv, c, i) || !cut_is(rel))
            continue;
        *one = rel;
        n++;
    }
    return n;
}

/* Of one instance in words, of several how many they are. */
static void cut_title(const struct list_view *lv, const struct view_ctx *c, struct text *right)
{
    const struct relation *one = NULL;
    size_t n = count_cut(lv, c, &one);

    if (!n)
        return;
    text_adds(right, right->len ? " · " : "");
    if (n > 1) {
        text_addf(right, "%zu instances have more rows", n);
        return;
    }
    if (lv->many)
        text_addf(right, "%s: ", model_instance_name(c->model, one->instance));
    cut_words(one, true, right);
}

static void add_part(struct text *right, const char *before, const char *s)
{
    text_addf(right, "%s%s%s", right->len ? " · " : "", before, s);
}

void lv_title(struct view *v, const struct view_ctx *c, struct text *left, struct text *right)
{
    struct list_view *lv = lv_of(v);
    bool filtered = lv->filter_text && *lv->filter_text;
    const struct relation *one;
    const char *plus = count_cut(lv, c, &one) ? "+" : ""; /* also where there is no room for the words */

    if (filtered)
        text_addf(left, "  %zu of %zu%s", lv->rows.count, lv->rows.total, plus);
    else if (lv->rows.count)
        text_addf(left, "  %zu%s", lv->rows.count, plus);
    add_counts(lv, left);
    if (filtered) /* here it is cut where there is no room, but never left out */
        text_addf(left, " · /%s", lv->filter_text);
    age_title(lv, c, right);
    cut_title(lv, c, right);
    if (lv->pinned)
        add_part(right, "", "follow");
    if (lv->gone)
        add_part(right, "", "the followed row is gone");
    if (lv->sort >= 0)
        add_part(right, lv->descending ? "-" : "", lv->sheet->columns[lv->sort].name);
}
