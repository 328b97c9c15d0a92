/* K: what is chosen is unlocked, planned, asked about and followed; one op for each instance, so that none waits for another.
 * What is sent is ops/'s business. */
#include "app/kill_targets.h"

#include <stdlib.h>
#include <string.h>

/* A kill on its way to its confirmation. */
struct kill {
    struct kill_targets all;
    unsigned *op; /* one for each instance, in the order of their first target; none while locks are being opened */
    size_t nops;
    uint32_t *left_out; /* instances whose lock was not opened */
    size_t nleft_out;
};

static void kill_free(struct kill *k)
{
    if (!k)
        return;
    free(k->op);
    free(k->left_out);
    free(k);
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

static size_t count_stage(const struct console *c, enum op_stage stage)
{
    size_t n = 0;

    for (size_t i = 0; c->kill && i < c->kill->nops; i++)
        n += op_stage(c->app->ops, c->kill->op[i]) == stage;
    return n;
}

bool kill_planning(const struct console *c)
{
    return count_stage(c, OP_PLANNING) > 0;
}

static const char *instance_of(const struct console *c, unsigned op)
{
    size_t n;
    const struct op_target *targets = op_targets(c->app->ops, op, &n);

    return n ? model_instance_name(c->app->model, targets[0].instance) : "";
}

/* What has to be typed: what the op wants when it is alone, else the names of all instances that something happens on. */
static char *expected(const struct console *c)
{
    const struct kill *k = c->kill;
    size_t ready = count_stage(c, OP_PLANNED);
    struct text t;
    char *words;

    text_init(&t, 16384);
    for (size_t i = 0; i < k->nops; i++) {
        if (op_stage(c->app->ops, k->op[i]) != OP_PLANNED)
            continue;
        if (ready == 1)
            text_adds(&t, op_expect(c->app->ops, k->op[i]));
        else
            text_addf(&t, "%s%s", t.len ? "," : "", instance_of(c, k->op[i]));
    }
    words = text_steal(&t);
    text_release(&t);
    return words;
}

static void add_question(struct console *c)
{
    char *expect = expected(c);
    struct text label;

    text_init(&label, 16384);
    text_adds(&label, "type ");
    for (const char *s = expect; *s; s++)
        text_adds(&label, *s == '|' ? " or " : (char[]){*s, 0});
    text_adds(&label, " and Enter: ");
    dialog_ask(&c->dialog, label.s, expect, false);
    text_release(&label);
    free(expect);
}

/* One instance's part of the plan, or why nothing of it can be done. */
static void add_op(struct console *c, unsigned op)
{
    const struct err *e = op_error(c->app->ops, op);
    bool refused = op_stage(c->app->ops, op) == OP_REFUSED;
    struct text t;

    text_init(&t, 65536);
    op_describe_targets(c->app->ops, op, &t);
    if (refused && c->kill->nops + c->kill->nleft_out > 1)
        pager_addf(&c->dialog.text, ROLE_WARN, 0, "%s is left out", instance_of(c, op));
    add_plan(&c->dialog.text, t.s);
    if (refused && !t.len && *e->words) /* else the plan says it */
        pager_addf(&c->dialog.text, ROLE_BAD, 0, "refused: %s", e->words);
    text_release(&t);
}

/* What happens when it is confirmed: the same for all of them, so it is said once. */
static void add_run(struct console *c)
{
    struct text t;

    text_init(&t, 4096);
    for (size_t i = 0; i < c->kill->nops && !t.len; i++)
        op_describe_run(c->app->ops, c->kill->op[i], &t);
    add_plan(&c->dialog.text, t.s);
    text_release(&t);
}

static void show_plan(struct console *c)
{
    const struct kill *k = c->kill;

    question_open(c, ASK_KILL, MODEL_NO_INSTANCE);
    dialog_release(&c->dialog);
    dialog_init(&c->dialog, "kill", true);
    for (size_t i = 0; i < k->nops; i++) {
        if (i)
            pager_add(&c->dialog.text, ROLE_TEXT, 0, "", 0);
        add_op(c, k->op[i]);
    }
    for (size_t i = 0; i < k->nleft_out; i++)
        pager_addf(&c->dialog.text, ROLE_WARN, 0, "%s is left out: it stays locked", model_instance_name(c->app->model, k->left_out[i]));
    if (k->all.beyond)
        pager_addf(&c->dialog.text, ROLE_WARN, 0, "%zu more are marked: %d go into one question", k->all.beyond, KILL_TARGETS_MAX);
    if (!kill_planning(c))
        add_run(c);
    if (kill_planning(c))
        pager_addf(&c->dialog.text, ROLE_DIM, 0, "looking at it again ...");
    else if (count_stage(c, OP_PLANNED))
        add_question(c);
}

/* ---- following ---- */

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

static bool is_planned_here(const struct console *c, unsigned op)
{
    for (size_t i = 0; c->kill && i < c->kill->nops; i++)
        if (c->kill->op[i] == op)
            return true;
    return false;
}

static void on_news(void *data, unsigned op)
{
    struct console *c = data;
    enum op_stage stage = op_stage(c->app->ops, op);

    c->dirty = true;
    if (is_planned_here(c, op)) {
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

/* ---- from the choice to the plan ---- */

static bool is_left_out(const struct kill *k, uint32_t instance)
{
    for (size_t i = 0; i < k->nleft_out; i++)
        if (k->left_out[i] == instance)
            return true;
    return false;
}

/* The targets of the instance that target `first` is on, all of them in one op; done with the first of them. */
static void plan_instance(struct console *c, size_t first)
{
    static struct op_target some[KILL_TARGETS_MAX]; /* large: not on the stack */
    struct kill *k = c->kill;
    uint32_t instance = k->all.target[first].instance;
    size_t n = 0;

    for (size_t i = 0; i < k->all.n; i++) {
        if (k->all.target[i].instance != instance)
            continue;
        if (i < first)
            return;
        some[n++] = k->all.target[i];
    }
    k->op[k->nops] = op_plan(c->app->ops, k->all.kind, some, n, on_news, c);
    k->nops++;
}

static void plan_all(struct console *c)
{
    struct kill *k = c->kill;

    k->op = x_calloc(k->all.n, sizeof(*k->op));
    for (size_t i = 0; i < k->all.n; i++)
        if (!is_left_out(k, k->all.target[i].instance))
            plan_instance(c, i);
    if (k->nops)
        show_plan(c);
    else
        kill_dropped(c);
    app_step(c->app);
}

void kill_go_on(struct console *c)
{
    struct kill *k = c->kill;

    for (size_t i = 0; k && i < k->all.n; i++) {
        uint32_t instance = k->all.target[i].instance;

        if (is_left_out(k, instance) || app_instance_read_only(c->app, instance) || !app_instance_locked(c->app, instance))
            continue;
        question_open(c, ASK_ARM, instance); /* the answer comes back here */
        return;
    }
    if (k)
        plan_all(c);
}

void kill_leave_out(struct console *c, uint32_t instance)
{
    struct kill *k = c->kill;
    size_t cap = k ? k->nleft_out : 0;

    if (!k)
        return;
    k->left_out = x_grow(k->left_out, &cap, k->nleft_out + 1, sizeof(*k->left_out));
    k->left_out[k->nleft_out++] = instance;
    kill_go_on(c);
}

void kill_begin(struct console *c, const char *id)
{
    kill_dropped(c);
    c->kill = x_calloc(1, sizeof(*c->kill));
    if (kill_targets_gather(c, &c->kill->all, id))
        kill_go_on(c);
    else
        kill_dropped(c);
}

/* ---- the answer ---- */

/* While the question stood there the instance may have locked itself again: who answers now may be another person. */
static bool may_run(struct console *c, unsigned op)
{
    size_t n;
    const struct op_target *targets = op_targets(c->app->ops, op, &n);

    if (op_stage(c->app->ops, op) != OP_PLANNED)
        return false;
    if (!n || !app_instance_locked(c->app, targets[0].instance))
        return true;
    console_say(c, ROLE_WARN, "%s locked itself meanwhile: nothing was killed there", instance_of(c, op));
    return false;
}

void kill_confirmed(struct console *c)
{
    struct kill *k = c->kill;
    size_t cap = c->nfollowing;

    if (!k)
        return;
    c->kill = NULL; /* what news come from now on are of kills that run */
    for (size_t i = 0; i < k->nops; i++) {
        if (!may_run(c, k->op[i])) {
            op_drop(c->app->ops, k->op[i]);
            continue;
        }
        c->following = x_grow(c->following, &cap, c->nfollowing + 1, sizeof(*c->following));
        c->following[c->nfollowing++] = k->op[i];
        op_confirm(c->app->ops, k->op[i]);
    }
    kill_free(k);
    view_command(console_view(c), CMD_UNMARK, "", NULL, NULL);
    app_step(c->app);
}

void kill_dropped(struct console *c)
{
    struct kill *k = c->kill;

    c->kill = NULL;
    for (size_t i = 0; k && i < k->nops; i++)
        op_drop(c->app->ops, k->op[i]);
    kill_free(k);
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
