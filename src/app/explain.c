/* The plan of the query under the cursor. The verb is ours and nothing is run: allowed in read-only. */
#include "app/console.h"

#include <string.h>

static void on_plan(void *ctx, const struct reply *r)
{
    struct console *c = ctx;
    const char *details;
    ptrdiff_t line;
    struct view *v;
    struct text t;

    c->explain = 0;
    *c->message = '\0'; /* "asking for the plan ..." */
    if (r->err) {
        console_say(c, ROLE_BAD, "%s", r->err->words);
        return;
    }
    text_init(&t, 1 << 20);
    for (size_t i = 0; i < r->nrows; i++) /* the first column is the whole line (neo4j/plan.h) */
        text_addf(&t, "%s\n", value_str(r->cells[i * r->ncols], ""));
    v = view_open(VIEW_HELP, NULL, MODEL_NO_INSTANCE);
    v->id = VIEW_TRANSACTION;
    details = strstr(t.s, "details\n"); /* stands above what may be long */
    line = details ? details - t.s : 0;
    while (line > 0 && t.s[line - 1] != '\n')
        line--;
    view_set_text(v, "plan (EXPLAIN: nothing was run)", t.s, details ? -(int)(details - t.s - line) : 0);
    text_release(&t);
    console_push(c, v);
}

/* Query and database under the cursor: of a row of the list or of the detail screen. */
static bool query_here(struct console *c, uint32_t *instance, const char **query, const char **database)
{
    struct view *v = console_view(c);
    struct row r = view_selected(v);
    const struct relation *rel;

    if (r.rel && r.rel->sheet == SHEET_TRANSACTIONS) {
        *instance = r.rel->instance;
        *query = value_str(row_cell(r, COL_TRANSACTIONS_QUERY), "");
        *database = value_str(row_cell(r, COL_TRANSACTIONS_DATABASE), NULL);
        return true;
    }
    if (r.rel && r.rel->sheet == SHEET_LOCKS) {
        *instance = r.rel->instance;
        *query = value_str(row_cell(r, COL_LOCKS_QUERY), "");
        *database = value_str(row_cell(r, COL_LOCKS_DATABASE), NULL);
        return true;
    }
    if (v->id != VIEW_TRANSACTION)
        return false;
    rel = model_get(c->app->model, v->instance, SHEET_TRANSACTION);
    if (!rel || !rel->nrows)
        return false;
    *instance = v->instance;
    *query = value_str(relation_cell(rel, 0, COL_TRANSACTION_QUERY), "");
    *database = value_str(relation_cell(rel, 0, COL_TRANSACTION_DATABASE), NULL);
    return true;
}

void explain_begin(struct console *c)
{
    const char *query = NULL, *database = NULL;
    struct ask ask = {.kind = ASK_STATEMENT};

    if (!query_here(c, &ask.instance, &query, &database) || !*query) {
        console_say(c, ROLE_WARN, "no query here: EXPLAIN is for a transaction that runs one");
        return;
    }
    if (c->explain)
        return;
    ask.u.statement = (struct statement){.id = STMT_EXPLAIN, .database = database, .text = query};
    c->explain = port_submit(&c->app->servers, &ask, on_plan, c);
    console_say(c, ROLE_DIM, "asking for the plan ...");
}
