/* From the key to the end of a kill: targets by identity, plan, confirm, follow. What is sent is ops/'s business. */
#include "app/console.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define MAX_TARGETS 200

struct gathering {
    struct op_target targets[MAX_TARGETS];
    size_t n;
    enum op_kind kind;
    bool mixed;
};

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

static void gather(void *data, struct row r, bool hidden)
{
    struct gathering *all = data;
    struct op_target *t;

    if (all->n == MAX_TARGETS || (r.rel->sheet != SHEET_TRANSACTIONS && r.rel->sheet != SHEET_CONNECTIONS))
        return;
    t = &all->targets[all->n++];
    *t = (struct op_target){.instance = r.rel->instance, .hidden = hidden};
    all->kind = r.rel->sheet == SHEET_CONNECTIONS ? OP_KILL_CONNECTION : OP_KILL_TRANSACTION;
    if (all->kind == OP_KILL_CONNECTION)
        gather_connection(t, r);
    else
        gather_transaction(t, r);
    all->mixed |= t->instance != all->targets[0].instance;
}

/* The detail screen has no list: its one transaction is the target. */
static void gather_detail(struct gathering *all, const struct console *c, const struct view *v)
{
    const struct relation *rel = model_get(c->app->model, v->instance, SHEET_TRANSACTION);
    struct op_target *t = &all->targets[0];

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

/* ":kill 42" is about the row of this list with that id. */
static void gather_id(struct gathering *all, const struct rows *rows, const char *id)
{
    for (size_t i = 0; i < rows->count; i++) {
        const char *whole = value_str(row_cell(rows->r[i], rows->r[i].rel->sheet == SHEET_CONNECTIONS ? (size_t)COL_CONNECTIONS_ID
                                                                                             : (size_t)COL_TRANSACTIONS_ID), "");
        const char *dash = strrchr(whole, '-');

        if (strcmp(whole, id) == 0 || (dash && strcmp(dash + 1, id) == 0))
            gather(all, rows->r[i], false);
    }
}

static bool gather_all(struct console *c, struct gathering *all, const char *id)
{
    struct view *v = console_view(c);
    struct view_ctx ctx;

    console_context(c, &ctx);
    if (v->id == VIEW_TRANSACTION)
        gather_detail(all, c, v);
    else if (!view_is_list(v))
        return false;
    else if (*id) {
        gather_id(all, view_rows(v), id);
        if (all->n > 1) {
            console_say(c, ROLE_WARN, "%zu rows have the id '%s': write it whole", all->n, id);
            return false;
        }
    } else if (!view_marked(v, &ctx, gather, all)) {
        struct row r = view_selected(v);

        if (r.rel)
            gather(all, r, false);
    }
    if (!all->n)
        console_say(c, ROLE_WARN, *id ? "no transaction or connection '%s' in this list"
                                      : "kill is for a transaction or a connection: go to one first%s", *id ? id : "");
    return all->n > 0;
}

/* ---- the dialog ---- */

/* Lines that begin with blanks are a name and what it says: wrapped under the latter. */
static void add_plan(struct pager *p, const char *s)
{
    while (*s) {
        size_t n = strcspn(s, "\n"), name = strspn(s, " "), label = 0;

        if (name == 2 && n > name) {
            label = name + strcspn(s + name, " \n");
            label += strspn(s + label, " ");
        }
        pager_add(p, ROLE_TEXT, label > 6 && label < 16 ? (int)label : 0, s, n);
        s += n + (s[n] == '\n');
    }
}

static void show_plan(struct console *c)
{
    struct text t;
    const struct err *e = op_error(c->app->ops, c->op);
    enum op_stage stage = op_stage(c->app->ops, c->op);

    question_open(c, ASK_KILL, MODEL_NO_INSTANCE);
    dialog_release(&c->dialog);
    dialog_init(&c->dialog, "kill", true);
    text_init(&t, 65536);
    op_describe(c->app->ops, c->op, &t);
    add_plan(&c->dialog.text, t.s);
    if (stage == OP_PLANNING) {
        pager_addf(&c->dialog.text, ROLE_DIM, 0, "looking at it again ...");
    } else if (stage == OP_PLANNED) {
        struct text label;

        text_init(&label, 512);
        text_adds(&label, "type ");
        for (const char *s = op_expect(c->app->ops, c->op); *s; s++)
            text_adds(&label, *s == '|' ? " or " : (char[]){*s, 0});
        text_adds(&label, " and Enter: ");
        dialog_ask(&c->dialog, label.s, op_expect(c->app->ops, c->op), false);
        text_release(&label);
    } else if (!t.len && e && *e->words) { /* else the plan says it */
        pager_addf(&c->dialog.text, ROLE_BAD, 0, "refused: %s", e->words);
    }
    text_release(&t);
}

static void forget_following(struct console *c, size_t i)
{
    c->following[i] = c->following[--c->nfollowing];
}

/* The end of a kill in one line: what went and what did not. */
static void report(struct console *c, unsigned op)
{
    struct text t;
    bool well = op_stage(c->app->ops, op) == OP_DONE;

    text_init(&t, 480);
    op_progress(c->app->ops, op, &t);
    app_say(c->app, well ? "info" : "error", MODEL_NO_INSTANCE, "%s", t.s);
    text_release(&t);
}

static void on_news(void *data, unsigned op)
{
    struct console *c = data;
    enum op_stage stage = op_stage(c->app->ops, op);

    c->dirty = true;
    if (op == c->op && (stage == OP_PLANNING || stage == OP_PLANNED || stage == OP_REFUSED)) {
        show_plan(c);
        return;
    }
    if (stage != OP_DONE && stage != OP_FAILED && stage != OP_REFUSED)
        return;
    if (console_view(c)->id == VIEW_HISTORY)
        app_load_history(c->app); /* its last line has just been written */
    for (size_t i = 0; i < c->nfollowing; i++)
        if (c->following[i] == op) {
            forget_following(c, i);
            report(c, op);
            op_drop(c->app->ops, op);
            feed_refresh(c->app->feed);
            app_step(c->app);
            return;
        }
}

void kill_begin(struct console *c, const char *id)
{
    static struct gathering all; /* large: not on the stack */

    memset(&all, 0, sizeof(all));
    c->replan = false;
    if (!gather_all(c, &all, id))
        return;
    if (all.mixed) {
        console_say(c, ROLE_WARN, "the marked rows are on several instances: kill those of one at a time");
        return;
    }
    if (app_instance_locked(c->app, all.targets[0].instance)) {
        question_open(c, ASK_ARM, all.targets[0].instance);
        c->replan = true;
        return;
    }
    c->op = op_plan(c->app->ops, all.kind, all.targets, all.n, on_news, c);
    if (c->op)
        show_plan(c);
    app_step(c->app);
}

void kill_confirmed(struct console *c)
{
    size_t cap = c->nfollowing;

    if (op_stage(c->app->ops, c->op) != OP_PLANNED) {
        kill_dropped(c);
        return;
    }
    c->following = x_grow(c->following, &cap, c->nfollowing + 1, sizeof(*c->following));
    c->following[c->nfollowing++] = c->op;
    op_confirm(c->app->ops, c->op);
    c->op = 0;
    view_command(console_view(c), CMD_UNMARK, "", NULL, NULL);
    app_step(c->app);
}

void kill_dropped(struct console *c)
{
    c->replan = false;
    if (c->op)
        op_drop(c->app->ops, c->op);
    c->op = 0;
    app_step(c->app);
}

size_t kill_progress(const struct console *c, struct text *out)
{
    if (c->nfollowing)
        op_progress(c->app->ops, c->following[c->nfollowing - 1], out);
    if (c->nfollowing > 1)
        text_addf(out, " (and %zu more)", c->nfollowing - 1);
    return c->nfollowing;
}
