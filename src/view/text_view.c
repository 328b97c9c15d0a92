/* Everything that is text and not a list: details of a transaction, help, plans, what is not built yet. */
#include "view/host_view.h"
#include "view/kinds.h"
#include "view/list_view.h"
#include "view/text_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static struct text_view *tv_of(const struct view *v)
{
    return (struct text_view *)(uintptr_t)v;
}

static void tv_free(struct view *v)
{
    struct text_view *tv = tv_of(v);

    pager_release(&tv->pager);
    free(tv->title);
    free(tv->needle);
    free(tv);
}

#define HELP_KEYS  12
#define HELP_LABEL (HELP_KEYS + 15)

/* ---- one transaction ---- */

#define LABEL 18

static bool is_empty(struct value v)
{
    return (v.type == V_TEXT || v.type == V_LIST || v.type == V_MAP) && !v.len;
}

static void add_cell(struct pager *p, const struct sheet *s, size_t col, struct value v)
{
    struct text line;
    char buf[40];
    enum role role = ROLE_TEXT;
    bool ids = v.type == V_LIST; /* of transactions: as short as everywhere on the screen */

    text_init(&line, 1 << 20);
    text_addf(&line, "%-*s ", LABEL - 1, column_title(&s->columns[col], buf, sizeof(buf)));
    if (v.type == V_TIME)
        text_adds(&line, time_rfc3339(v.u.i, buf, sizeof(buf)));
    else
        cell_format(s, col, v, ids, &line, &role);
    pager_add(p, role, LABEL, line.s, line.len);
    text_release(&line);
}

/* What is not there takes one line for each reason, behind everything that is. */
static void add_missing(struct pager *p, const struct sheet *s, const struct value *cells)
{
    bool first = true;
    char buf[40];

    for (int why = 0; why < NABSENT; why++) {
        struct text line;

        text_init(&line, 4096);
        for (size_t i = 0; i < s->ncols; i++)
            if (i != COL_TRANSACTION_QUERY && s->columns[i].priority && cells[i].type == V_ABSENT && cells[i].absent == why)
                text_addf(&line, "%s%s", line.len ? ", " : ": ", column_title(&s->columns[i], buf, sizeof(buf)));
        if (line.len && first)
            pager_add(p, ROLE_TEXT, 0, "", 0);
        first &= !line.len;
        if (line.len)
            pager_addf(p, ROLE_DIM, -2, "%s%s", absent_words((enum absent)why), line.s);
        text_release(&line);
    }
}

/* Asked for one transaction alone a server does not see who blocks it, nor whom it blocks: the list knows. */
static struct row in_list(const struct text_view *tv, const struct view_ctx *c)
{
    const struct relation *list = model_get(c->model, tv->base.instance, SHEET_TRANSACTIONS);

    for (size_t i = 0; list && i < list->nrows; i++)
        if (strcmp(value_str(relation_cell(list, i, COL_TRANSACTIONS_ID), ""), tv->base.argument) == 0)
            return (struct row){list, i};
    return (struct row){NULL, 0};
}

static void add_waits(struct pager *p, struct row listed)
{
    static const size_t columns[] = {COL_TRANSACTIONS_BLOCKED_BY, COL_TRANSACTIONS_BLOCKS};

    for (size_t i = 0; i < 2; i++)
        if (!is_empty(row_cell(listed, columns[i])) && row_cell(listed, columns[i]).type == V_LIST)
            add_cell(p, sheet_of(SHEET_TRANSACTIONS), columns[i], row_cell(listed, columns[i]));
}

/* The query keeps its own lines: it is what one came for. */
static void add_query(struct pager *p, struct value query)
{
    pager_add(p, ROLE_TITLE, 0, "query", 5);
    if (query.type == V_TEXT && query.len)
        pager_add(p, ROLE_TEXT, 0, query.u.s, query.len);
    else
        pager_add(p, ROLE_DIM, 0, "none runs: the transaction is open and idle", 43);
    pager_add(p, ROLE_TEXT, 0, "", 0);
}

static void fill_transaction(struct text_view *tv, const struct relation *rel, struct row listed)
{
    const struct sheet *s = sheet_of(SHEET_TRANSACTION);
    struct value cells[NCOLS_TRANSACTION];

    if (rel->missing) {
        pager_add(&tv->pager, ROLE_WARN, 0, rel->err.words, strlen(rel->err.words));
        return;
    }
    if (!rel->nrows) {
        pager_addf(&tv->pager, ROLE_WARN, 0, "%s is gone: it ended, or was never on this server", tv->base.argument);
        return;
    }
    if (rel->stale)
        pager_addf(&tv->pager, ROLE_WARN, 0, "stale: %s", rel->err.words);
    add_query(&tv->pager, relation_cell(rel, 0, COL_TRANSACTION_QUERY));
    for (size_t i = 0; i < s->ncols; i++) {
        cells[i] = relation_cell(rel, 0, i);
        if (i == COL_TRANSACTION_BLOCKED_BY)
            add_waits(&tv->pager, listed);
        else if (i != COL_TRANSACTION_QUERY && s->columns[i].priority && cells[i].type != V_ABSENT && !is_empty(cells[i]))
            add_cell(&tv->pager, s, i, cells[i]);
    }
    add_missing(&tv->pager, s, cells);
}

/* An answer that came before this screen was opened may be about another transaction. */
static bool about_this(const struct text_view *tv, const struct relation *rel, uint64_t generation)
{
    if (rel->missing || !rel->nrows)
        return generation != tv->opened;
    return strcmp(value_str(relation_cell(rel, 0, COL_TRANSACTION_ID), ""), tv->base.argument) == 0;
}

static void update_transaction(struct text_view *tv, const struct view_ctx *c)
{
    const struct relation *rel = model_get(c->model, tv->base.instance, SHEET_TRANSACTION);
    uint64_t generation = model_generation(c->model, SHEET_TRANSACTION);

    if (!tv->pager.count) {
        tv->opened = tv->generation = generation;
        pager_add(&tv->pager, ROLE_DIM, 0, "asking ...", 10);
    } else if (generation == tv->generation) {
        return;
    }
    tv->generation = generation;
    if (!rel || !about_this(tv, rel, generation))
        return;
    pager_clear(&tv->pager);
    fill_transaction(tv, rel, in_list(tv, c));
}

/* ---- help ---- */

static const char *const group_titles[NGROUPS] = {[GROUP_MOVE] = "moving",
                                                  [GROUP_VIEW] = "views",
                                                  [GROUP_LIST] = "this list",
                                                  [GROUP_ACTION] = "actions",
                                                  [GROUP_APP] = "neodeck"};

/* What one asks for help about first; everybody knows the arrows. */
static const enum cmd_group group_order[NGROUPS] = {GROUP_ACTION, GROUP_LIST, GROUP_VIEW, GROUP_MOVE, GROUP_APP};

static void help_command(struct pager *p, const struct command *cmd, const struct view_ctx *c)
{
    struct text keys, why;
    struct err e = {0};
    bool allowed = cmd_allowed(cmd->id, &c->cmd, &e);

    text_init(&keys, 256);
    text_init(&why, 1024);
    keymap_keys(c->keys, cmd->id, &keys);
    if (keys.len > HELP_KEYS && keys.s[1] == ' ' && keys.s[keys.len - 2] == ' ') { /* 1 2 3 4 5 6 7 8 9 */
        char last = keys.s[keys.len - 1];

        keys.len = 1;
        text_addf(&keys, " .. %c", last);
    }
    while (keys.len > HELP_KEYS && strrchr(keys.s, ' ')) { /* as many as there is room for */
        keys.len = (size_t)(strrchr(keys.s, ' ') - keys.s);
        keys.s[keys.len] = '\0';
    }
    if (!allowed && e.kind != ERR_NOT_BUILT) /* its help says that already */
        text_addf(&why, "  [%s]", e.words);
    pager_addf(p, allowed ? ROLE_TEXT : ROLE_DIM, HELP_LABEL, "%-*s :%-13s%s%s", HELP_KEYS, keys.s, cmd->name, cmd->help, why.s);
    text_release(&keys);
    text_release(&why);
}

static void help_views(struct pager *p)
{
    struct text later;

    pager_add(p, ROLE_TEXT, 0, "", 0);
    pager_add(p, ROLE_TITLE, 0, "what can be looked at: type : and the name", 42);
    for (int i = 0; i < NVIEWS; i++)
        if (view_built((enum view_id)i))
            pager_addf(p, ROLE_TEXT, HELP_LABEL, "%-*s :%-13s%s", HELP_KEYS, "", view_name((enum view_id)i), view_help((enum view_id)i));
    text_init(&later, 4096);
    for (int i = 0; i < NVIEWS; i++)
        if (!view_built((enum view_id)i))
            text_addf(&later, "%s%s", later.len ? ", " : "not built yet: ", view_name((enum view_id)i));
    if (later.len)
        pager_add(p, ROLE_DIM, 0, later.s, later.len);
    text_release(&later);
}

static void fill_help(struct text_view *tv, const struct view_ctx *c)
{
    struct pager *p = &tv->pager;

    for (size_t at = 0; at < NGROUPS; at++) {
        enum cmd_group group = group_order[at];

        if (at)
            pager_add(p, ROLE_TEXT, 0, "", 0);
        pager_add(p, ROLE_TITLE, 0, group_titles[group], strlen(group_titles[group]));
        for (int i = CMD_NONE + 1; i < NCOMMANDS; i++)
            if (command_of((enum command_id)i)->group == group)
                help_command(p, command_of((enum command_id)i), c);
    }
    help_views(p);
}

/* ---- what is not built ---- */

static void fill_not_built(struct text_view *tv)
{
    pager_addf(&tv->pager, ROLE_DIM, 0, "not built yet: %s", view_help(tv->base.id));
}

static void tv_update(struct view *v, const struct view_ctx *c)
{
    struct text_view *tv = tv_of(v);

    if (v->id == VIEW_TRANSACTION && !tv->fixed) {
        update_transaction(tv, c);
        return;
    }
    if (v->id == VIEW_HOST && !tv->fixed) {
        host_update(tv, c);
        return;
    }
    if (tv->pager.count || tv->fixed)
        return;
    if (v->id == VIEW_HELP)
        fill_help(tv, c);
    else
        fill_not_built(tv);
}

static void tv_draw(struct view *v, struct grid *g, struct rect r, const struct view_ctx *c, bool focused)
{
    struct text_view *tv = tv_of(v);

    (void)c;
    tv->seen = r;
    pager_draw(&tv->pager, g, r);
    if (focused)
        grid_cursor(g, r.x, r.y, false);
}

static void tv_search(struct text_view *tv, enum command_id id, const char *arg, struct err *e)
{
    if (id == CMD_SEARCH && *arg) {
        free(tv->needle);
        tv->needle = x_strdup(arg);
    }
    if (!tv->needle)
        err_set(e, ERR_USAGE, "nothing was searched for yet: :search TEXT");
    else if (!view_search(&tv->base, tv->needle, id == CMD_PREV_MATCH))
        err_set(e, ERR_USAGE, "'%.60s' is not in this text", tv->needle);
}

static unsigned tv_command(struct view *v, enum command_id id, const char *arg, const struct view_ctx *c, struct err *e)
{
    struct text_view *tv = tv_of(v);
    long page = tv->seen.h > 1 ? tv->seen.h - 1 : 1;

    (void)c;
    switch (id) {
    case CMD_SEARCH:
    case CMD_NEXT_MATCH:
    case CMD_PREV_MATCH: tv_search(tv, id, arg, e); break;
    case CMD_UP: pager_move(&tv->pager, -1, tv->seen); break;
    case CMD_DOWN: pager_move(&tv->pager, 1, tv->seen); break;
    case CMD_PAGE_UP: pager_move(&tv->pager, -page, tv->seen); break;
    case CMD_PAGE_DOWN: pager_move(&tv->pager, page, tv->seen); break;
    case CMD_FIRST: pager_goto(&tv->pager, false, tv->seen); break;
    case CMD_LAST: pager_goto(&tv->pager, true, tv->seen); break;
    case CMD_LEFT: tv->pager.left -= tv->pager.left > 8 ? 8 : tv->pager.left; break;
    case CMD_RIGHT: tv->pager.left += 8; break;
    case CMD_WIDE:
        pager_wrap(&tv->pager, !tv->pager.wrap, tv->seen);
        break;
    default: return VIEW_UNKNOWN;
    }
    return VIEW_REDRAW;
}

static void tv_title(struct view *v, const struct view_ctx *c, struct text *left, struct text *right)
{
    struct text_view *tv = tv_of(v);

    size_t rows = pager_rows(&tv->pager, tv->seen.w), height = tv->seen.h > 0 ? (size_t)tv->seen.h : 0;

    (void)c;
    if (v->id == VIEW_HELP)
        text_adds(left, tv->title ? tv->title : view_title(v->id));
    else if (tv->title)
        text_addf(left, "  %s", tv->title);
    else if (v->argument)
        text_addf(left, "  %s", v->argument);
    if (!tv->pager.wrap)
        text_adds(right, "not wrapped");
    if (height && rows > height)
        text_addf(right, "%s%zu-%zu of %zu", right->len ? " · " : "", tv->pager.top + 1,
                  tv->pager.top + height < rows ? tv->pager.top + height : rows, rows);
}

static const struct view_ops text_ops = {
    .free = tv_free, .update = tv_update, .draw = tv_draw, .command = tv_command, .title = tv_title};

struct view *text_view_new(enum view_id id)
{
    struct text_view *tv = x_calloc(1, sizeof(*tv));

    tv->base.ops = &text_ops;
    tv->base.id = id;
    pager_init(&tv->pager, true);
    return &tv->base;
}

void view_set_text(struct view *v, const char *title, const char *text, int label)
{
    struct text_view *tv = tv_of(v);

    if (v->ops != &text_ops)
        return;
    free(tv->title);
    tv->title = x_strdup(title);
    tv->fixed = true;
    pager_clear(&tv->pager);
    pager_add(&tv->pager, ROLE_TEXT, label, text, strlen(text));
}

bool view_search(struct view *v, const char *needle, bool backward)
{
    struct text_view *tv = tv_of(v);
    size_t top;

    if (v->ops == &text_ops && *needle && needle != tv->needle) {
        free(tv->needle);
        tv->needle = x_strdup(needle);
        needle = tv->needle;
    }
    if (v->ops != &text_ops || !*needle || pager_find(&tv->pager, needle, backward, tv->seen))
        return v->ops == &text_ops;
    top = tv->pager.top; /* once more from the other end */
    tv->pager.found = 0;
    pager_goto(&tv->pager, backward, tv->seen);
    if (pager_find(&tv->pager, needle, backward, tv->seen))
        return true;
    tv->pager.top = top;
    return false;
}
