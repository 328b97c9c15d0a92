#include "app/kill_targets.h"

#include <stdio.h>
#include <string.h>

static void copy_cell(char *to, size_t size, struct value v)
{
    snprintf(to, size, "%s", value_str(v, ""));
}

static void gather_transaction(struct op_target *t, struct row r)
{
    copy_cell(t->id, sizeof(t->id), row_cell(r, COL_TRANSACTIONS_ID));
    copy_cell(t->user, sizeof(t->user), row_cell(r, COL_TRANSACTIONS_USER));
    copy_cell(t->database, sizeof(t->database), row_cell(r, COL_TRANSACTIONS_DATABASE));
    copy_cell(t->query, sizeof(t->query), row_cell(r, COL_TRANSACTIONS_QUERY));
    t->started_ms = value_i64(row_cell(r, COL_TRANSACTIONS_STARTED), 0);
    t->elapsed_ms = value_i64(row_cell(r, COL_TRANSACTIONS_ELAPSED), 0);
}

static void gather_connection(struct op_target *t, struct row r)
{
    copy_cell(t->id, sizeof(t->id), row_cell(r, COL_CONNECTIONS_ID));
    copy_cell(t->user, sizeof(t->user), row_cell(r, COL_CONNECTIONS_USER));
    copy_cell(t->query, sizeof(t->query), row_cell(r, COL_CONNECTIONS_AGENT));
    t->started_ms = value_i64(row_cell(r, COL_CONNECTIONS_CONNECTED), 0);
    t->elapsed_ms = value_i64(row_cell(r, COL_CONNECTIONS_AGE), 0);
}

/* Who waits or is waited for is a transaction. */
static void gather_lock(struct op_target *t, struct row r)
{
    copy_cell(t->id, sizeof(t->id), row_cell(r, COL_LOCKS_ID));
    copy_cell(t->user, sizeof(t->user), row_cell(r, COL_LOCKS_USER));
    copy_cell(t->database, sizeof(t->database), row_cell(r, COL_LOCKS_DATABASE));
    copy_cell(t->query, sizeof(t->query), row_cell(r, COL_LOCKS_QUERY));
    t->started_ms = value_i64(row_cell(r, COL_LOCKS_STARTED), 0);
    t->elapsed_ms = value_i64(row_cell(r, COL_LOCKS_ELAPSED), 0);
}

static void gather(void *data, struct row r, bool hidden)
{
    struct kill_targets *all = data;
    struct op_target *t;

    if (r.rel->sheet != SHEET_TRANSACTIONS && r.rel->sheet != SHEET_CONNECTIONS && r.rel->sheet != SHEET_LOCKS)
        return;
    if (all->n == KILL_TARGETS_MAX) {
        all->beyond++;
        return;
    }
    t = &all->target[all->n++];
    *t = (struct op_target){.instance = r.rel->instance, .hidden = hidden};
    all->kind = r.rel->sheet == SHEET_CONNECTIONS ? OP_KILL_CONNECTION : OP_KILL_TRANSACTION;
    if (all->kind == OP_KILL_CONNECTION)
        gather_connection(t, r);
    else if (r.rel->sheet == SHEET_LOCKS)
        gather_lock(t, r);
    else
        gather_transaction(t, r);
}

/* The detail screen has no list: its one transaction is the target. */
static void gather_detail(struct kill_targets *all, const struct console *c, const struct view *v)
{
    const struct relation *rel = model_get(c->app->model, v->instance, SHEET_TRANSACTION);
    struct op_target *t = &all->target[0];

    if (!rel || !rel->nrows)
        return;
    all->n = 1;
    all->kind = OP_KILL_TRANSACTION;
    *t = (struct op_target){.instance = v->instance};
    copy_cell(t->id, sizeof(t->id), relation_cell(rel, 0, COL_TRANSACTION_ID));
    copy_cell(t->user, sizeof(t->user), relation_cell(rel, 0, COL_TRANSACTION_USER));
    copy_cell(t->database, sizeof(t->database), relation_cell(rel, 0, COL_TRANSACTION_DATABASE));
    copy_cell(t->query, sizeof(t->query), relation_cell(rel, 0, COL_TRANSACTION_QUERY));
    t->started_ms = value_i64(relation_cell(rel, 0, COL_TRANSACTION_STARTED), 0);
    t->elapsed_ms = value_i64(relation_cell(rel, 0, COL_TRANSACTION_ELAPSED), 0);
}

static size_t id_column(enum sheet_id sheet)
{
    return sheet == SHEET_CONNECTIONS ? (size_t)COL_CONNECTIONS_ID : sheet == SHEET_LOCKS ? (size_t)COL_LOCKS_ID : (size_t)COL_TRANSACTIONS_ID;
}

/* ":kill 42" is about the row of this list with that id. */
static void gather_id(struct kill_targets *all, const struct rows *rows, const char *id)
{
    for (size_t i = 0; i < rows->count; i++) {
        const char *whole = value_str(row_cell(rows->r[i], id_column(rows->r[i].rel->sheet)), "");
        const char *dash = strrchr(whole, '-');

        if (strcmp(whole, id) == 0 || (dash && strcmp(dash + 1, id) == 0))
            gather(all, rows->r[i], false);
    }
}

/* The marked rows; false when there are none. Marked ones that have all gone meanwhile do not make the row under the cursor one. */
static bool gather_marked(struct console *c, struct kill_targets *all, struct view *v, const struct view_ctx *ctx)
{
    uint32_t instance;

    if (!view_marks(v, &instance))
        return false;
    if (!view_marked(v, ctx, gather, all))
        console_say(c, ROLE_WARN, "what was marked has gone");
    return true;
}

static bool gather_list(struct console *c, struct kill_targets *all, struct view *v, const struct view_ctx *ctx, const char *id)
{
    struct row r = view_selected(v);

    if (*id) {
        gather_id(all, view_rows(v), id);
        if (all->n == 0)
            console_say(c, ROLE_WARN, "no transaction or connection '%s' in this list", id);
        else if (all->n > 1)
            console_say(c, ROLE_WARN, "%zu rows have the id '%s': write it whole", all->n, id);
        return all->n == 1;
    }
    if (gather_marked(c, all, v, ctx))
        return all->n > 0;
    if (r.rel)
        gather(all, r, false);
    if (!all->n)
        console_say(c, ROLE_WARN, "kill is for a transaction or a connection: go to one first");
    return all->n > 0;
}

bool kill_targets_gather(struct console *c, struct kill_targets *all, const char *id)
{
    struct view *v = console_view(c);
    struct view_ctx ctx;

    memset(all, 0, sizeof(*all));
    console_context(c, &ctx);
    if (view_is_list(v))
        return gather_list(c, all, v, &ctx, id);
    if (v->id == VIEW_TRANSACTION)
        gather_detail(all, c, v);
    if (!all->n)
        console_say(c, ROLE_WARN, "kill is for a transaction or a connection: go to one first");
    return all->n > 0;
}
