#include "port/port.h"

#include <string.h>

static const struct row {
    const char *name;
    enum effect effect;
    int64_t deadline_ms;
} statements[NSTATEMENTS] = {
    [STMT_NONE] = {"", EFFECT_CHANGES, 0},
#define STATEMENT(id, effect, deadline, help) [STMT_##id] = {#id, EFFECT_##effect, deadline},
#define VARIANT(...)
#include "tables/statements.def"
#undef STATEMENT
#undef VARIANT
};

static const struct row *row_of(enum statement_id id)
{
    return &statements[(unsigned)id < NSTATEMENTS ? id : STMT_NONE];
}

enum effect statement_effect(enum statement_id id)
{
    return row_of(id)->effect;
}

enum effect ask_effect(const struct ask *a)
{
    switch (a->kind) {
    case ASK_STATEMENT: return statement_effect(a->u.statement.id);
    case ASK_HOST: return host_effect(&a->u.host);
    case ASK_STATE:
    case ASK_RETRY:
    case ASK_AUDIT:
    case ASK_HISTORY:
    case ASK_REMEMBER:
    case ASK_RECALL: return EFFECT_READS;
    }
    return EFFECT_CHANGES; /* a kind that nobody knows */
}

const char *statement_name(enum statement_id id)
{
    return row_of(id)->name;
}

enum statement_id statement_by_name(const char *name)
{
    for (size_t i = STMT_NONE + 1; i < NSTATEMENTS; i++)
        if (strcmp(statements[i].name, name) == 0)
            return (enum statement_id)i;
    return STMT_NONE;
}

int64_t statement_deadline_ms(enum statement_id id)
{
    return row_of(id)->deadline_ms;
}

long reply_column(const struct reply *r, const char *name)
{
    for (size_t i = 0; i < r->ncols; i++)
        if (strcmp(r->names[i], name) == 0)
            return (long)i;
    return -1;
}

struct value reply_cell(const struct reply *r, size_t row, const char *name)
{
    long at = reply_column(r, name);

    return at < 0 || row >= r->nrows ? v_absent(ABSENT_VERSION) : r->cells[row * r->ncols + (size_t)at];
}

const char *phase_name(enum phase p)
{
    static const char *const names[] = {
        [PHASE_CONNECTING] = "connecting", [PHASE_UP] = "up", [PHASE_SLOW] = "slow", [PHASE_STARTING] = "starting",
        [PHASE_RECOVERING] = "recovering", [PHASE_STALE] = "stale", [PHASE_DOWN] = "down",
    };

    return (unsigned)p < sizeof names / sizeof *names ? names[p] : "";
}

const char *login_name(enum login l)
{
    static const char *const names[] = {
        [LOGIN_UNKNOWN] = "", [LOGIN_OK] = "ok", [LOGIN_REFUSED] = "refused", [LOGIN_LOCKED] = "locked",
        [LOGIN_EXPIRED] = "expired", [LOGIN_SUSPENDED] = "suspended", [LOGIN_TOKEN_EXPIRED] = "token expired",
        [LOGIN_OFF] = "off", [LOGIN_NEEDED] = "needed",
    };

    return (unsigned)l < sizeof names / sizeof *names ? names[l] : "";
}

/* ---- copies ---- */

static void copy_statement(struct arena *a, struct statement *to, const struct statement *from)
{
    struct param *params = arena_alloc(a, (from->nparams + 1) * sizeof *params);

    for (size_t i = 0; i < from->nparams; i++) {
        params[i].name = arena_strdup(a, from->params[i].name);
        params[i].value = value_copy(a, from->params[i].value);
    }
    to->database = arena_strdup(a, from->database);
    to->text = arena_strdup(a, from->text);
    to->params = params;
}

static const struct audit *copy_audit(struct arena *a, const struct audit *from)
{
    struct audit *to = arena_alloc(a, sizeof *to);

    *to = *from;
    const char **texts[] = {&to->owner, &to->instance, &to->address, &to->action, &to->target, &to->parameters, &to->before,
                            &to->result, &to->words};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_strdup(a, *texts[i]);
    return to;
}

static void copy_host_call(struct arena *a, struct host_call *to, const struct host_call *from)
{
    const char **args = arena_alloc(a, (from->nargs + 1) * sizeof *args);

    for (size_t i = 0; i < from->nargs; i++)
        args[i] = arena_strdup(a, from->args[i]);
    args[from->nargs] = NULL;
    to->args = args;
    to->path = arena_strdup(a, from->path);
    to->in = from->in ? arena_strndup(a, from->in, from->in_len) : NULL;
}

struct ask ask_copy(struct arena *a, const struct ask *from)
{
    struct ask to = *from;

    switch (from->kind) {
    case ASK_STATEMENT: copy_statement(a, &to.u.statement, &from->u.statement); break;
    case ASK_HOST: copy_host_call(a, &to.u.host, &from->u.host); break;
    case ASK_AUDIT: to.u.audit = copy_audit(a, from->u.audit); break;
    case ASK_HISTORY:
    case ASK_REMEMBER:
    case ASK_RECALL:
        to.u.line.name = arena_strdup(a, from->u.line.name);
        to.u.line.text = arena_strdup(a, from->u.line.text);
        break;
    case ASK_STATE:
    case ASK_RETRY: break;
    }
    return to;
}
