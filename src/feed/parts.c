/* Sheets that take two statements, one after the other: procedures and functions, users and who of them we are, jobs and those that
 * failed. */
#include "feed/finish.h"

#include <string.h>
#include "neo4j/plugins.h"

struct part {
    enum sheet_id sheet;
    enum statement_id statement;
    /* The rows of an answer go to the end of `to`. */
    void (*take)(struct source *s, struct relation *to, const struct reply *r, const char *instance);
};

static void procedures(struct source *s, struct relation *to, const struct reply *r, const char *instance);
static void functions(struct source *s, struct relation *to, const struct reply *r, const char *instance);
static void users(struct source *s, struct relation *to, const struct reply *r, const char *instance);
static void current_user(struct source *s, struct relation *to, const struct reply *r, const char *instance);
static void jobs(struct source *s, struct relation *to, const struct reply *r, const char *instance);
static void failed_jobs(struct source *s, struct relation *to, const struct reply *r, const char *instance);

/* The first of a sheet is the one of columns.def. */
static const struct part parts[] = {
    {SHEET_PROCEDURES, STMT_PROCEDURE_LIST, procedures}, {SHEET_PROCEDURES, STMT_FUNCTION_LIST, functions},
    {SHEET_USERS, STMT_USERS, users},                    {SHEET_USERS, STMT_CURRENT_USER, current_user},
    {SHEET_JOBS, STMT_JOBS, jobs},                       {SHEET_JOBS, STMT_FAILED_JOBS, failed_jobs},
};

enum { NPARTS = sizeof parts / sizeof *parts };

static const struct part *part_of(enum sheet_id sheet, size_t at)
{
    for (size_t i = 0; i < NPARTS; i++)
        if (parts[i].sheet == sheet && at-- == 0)
            return &parts[i];
    return NULL;
}

bool parts_of(enum sheet_id sheet)
{
    return part_of(sheet, 0) != NULL;
}

void parts_take(struct feed *f, struct task *t, const struct reply *r)
{
    const struct part *now = part_of(t->sheet, t->run->at);

    if (!r->err || r->nrows)
        now->take(&f->sources[t->instance], t->run->rel, r, model_instance_name(f->model, t->instance));
}

void parts_next(struct feed *f, struct task *t, const struct reply *r)
{
    const struct part *next = part_of(t->sheet, ++t->run->at);

    /* what the first is not allowed to say the second may; where there is no such thing there is neither */
    if (next && (!r->err || r->err->kind == ERR_PRIVILEGE))
        task_ask(f, t, next->statement, NULL);
    else
        run_over(f, t);
}

/* ---- procedures and functions ---- */

/* Servers before 4.3 do not say which functions are their own; those with a dot in their name begin so. */
static bool is_temporal(const char *name)
{
    static const char *const types[] = {"date.", "datetime.", "duration.", "localdatetime.", "localtime.", "time."};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_starts(name, types[i]))
            return true;
    return false;
}

/* The plugin that a name belongs to: its first part, which may be that of a company. */
static struct value plugin_of(struct arena *a, const char *name)
{
    static const char *const companies[] = {"com", "org", "net", "io", "de", "eu", "uk"};
    size_t n = strcspn(name, ".");
    char prefix[128];
    const struct plugin *known;

    if (!name[n] || is_temporal(name))
        return v_absent(ABSENT_NOT_APPLICABLE);
    for (size_t i = 0; i < sizeof companies / sizeof *companies; i++)
        if (strlen(companies[i]) == n && memcmp(companies[i], name, n) == 0) {
            n += 1 + strcspn(name + n + 1, ".");
            break;
        }
    if (n >= sizeof prefix)
        n = sizeof prefix - 1;
    memcpy(prefix, name, n);
    prefix[n] = '\0';
    if (plugin_is_builtin(prefix))
        return v_absent(ABSENT_NOT_APPLICABLE);
    known = plugin_find(prefix);
    return known ? v_text(known->name) : v_copy_text(a, prefix, n);
}

static void finish_callable(struct source *s, struct relation *to, size_t first)
{
    static const size_t enterprise[] = {COL_PROCEDURES_ROLES};

    for (size_t row = first; row < to->nrows; row++) {
        struct value *c = finish_row(to, row);
        c[COL_PROCEDURES_PLUGIN] = value_i64(c[COL_PROCEDURES_BUILT_IN], 0) ? v_absent(ABSENT_NOT_APPLICABLE)
                                                                            : plugin_of(&to->arena, value_str(c[COL_PROCEDURES_NAME], ""));
        finish_because(&c[COL_PROCEDURES_INSTEAD], ABSENT_NULL, ABSENT_NOT_APPLICABLE);
        finish_enterprise(s, c, enterprise, 1);
    }
}

static void procedures(struct source *s, struct relation *to, const struct reply *r, const char *instance)
{
    static const size_t functions_only[] = {COL_PROCEDURES_CATEGORY, COL_PROCEDURES_BUILT_IN};
    size_t first = to->nrows;

    collect_rows(to, r, instance, NULL);
    for (size_t row = first; row < to->nrows; row++) {
        struct value *c = finish_row(to, row);
        c[COL_PROCEDURES_KIND] = v_text("procedure");
        for (size_t i = 0; i < sizeof functions_only / sizeof *functions_only; i++)
            c[functions_only[i]] = v_absent(ABSENT_NOT_APPLICABLE);
    }
    finish_callable(s, to, first);
}

static void functions(struct source *s, struct relation *to, const struct reply *r, const char *instance)
{
    static const size_t procedures_only[] = {COL_PROCEDURES_MODE, COL_PROCEDURES_ADMIN, COL_PROCEDURES_ON_SYSTEM};
    size_t first = to->nrows;

    collect_rows(to, r, instance, NULL);
    for (size_t row = first; row < to->nrows; row++) {
        struct value *c = finish_row(to, row);
        c[COL_PROCEDURES_KIND] = v_text(value_i64(reply_cell(r, row - first, "aggregating"), 0) ? "aggregation" : "function");
        for (size_t i = 0; i < sizeof procedures_only / sizeof *procedures_only; i++)
            c[procedures_only[i]] = v_absent(ABSENT_NOT_APPLICABLE);
    }
    finish_callable(s, to, first);
}

/* ---- users ---- */

static bool has_flag(struct value flags, const char *flag)
{
    for (uint32_t i = 0; flags.type == V_LIST && i < flags.len; i++)
        if (strcmp(value_str(flags.u.list[i], ""), flag) == 0)
            return true;
    return false;
}

/* Before 4.0 it is one list of flags. */
static void take_flags(struct value *c, struct value flags)
{
    if (flags.type != V_LIST)
        return;
    c[COL_USERS_SUSPENDED] = v_bool(has_flag(flags, "is_suspended"));
    c[COL_USERS_CHANGE] = v_bool(has_flag(flags, "password_change_required"));
}

static void collect_users(struct source *s, struct relation *to, const struct reply *r, const char *instance)
{
    static const size_t enterprise[] = {COL_USERS_ROLES, COL_USERS_SUSPENDED, COL_USERS_HOME, COL_USERS_TAGS};
    size_t first = to->nrows;

    collect_rows(to, r, instance, NULL);
    for (size_t row = first; row < to->nrows; row++) {
        struct value *c = finish_row(to, row);
        take_flags(c, reply_cell(r, row - first, "flags"));
        if (finish_community(s) && reply_column(r, "roles") < 0)
            finish_because(&c[COL_USERS_ROLES], ABSENT_VERSION, ABSENT_ENTERPRISE);
        finish_enterprise(s, c, enterprise, sizeof enterprise / sizeof *enterprise);
        c[COL_USERS_STATE] = v_text(value_i64(c[COL_USERS_SUSPENDED], 0) ? "suspended"
                                    : value_i64(c[COL_USERS_CHANGE], 0)  ? "password expired"
                                                                         : "active");
    }
}

static void users(struct source *s, struct relation *to, const struct reply *r, const char *instance)
{
    collect_users(s, to, r, instance);
}

/* Who we are is one of them; or the only one, where the others may not be seen. */
static void current_user(struct source *s, struct relation *to, const struct reply *r, const char *instance)
{
    const char *us = value_str(reply_cell(r, 0, "user"), "");

    if (to->nrows == 0)
        collect_users(s, to, r, instance);
    for (size_t row = 0; row < to->nrows; row++) {
        struct value *c = finish_row(to, row);
        c[COL_USERS_CURRENT] = v_bool(*us && strcmp(us, value_str(c[COL_USERS_NAME], "")) == 0);
    }
}

/* ---- jobs ---- */

static void jobs(struct source *s, struct relation *to, const struct reply *r, const char *instance)
{
    static const size_t of_failed[] = {COL_JOBS_FAILURE, COL_JOBS_FAILED, COL_JOBS_STARTED};

    (void)s;
    collect_rows(to, r, instance, NULL);
    for (size_t row = 0; row < to->nrows; row++)
        for (size_t i = 0; i < sizeof of_failed / sizeof *of_failed; i++)
            finish_because(&finish_row(to, row)[of_failed[i]], ABSENT_VERSION, ABSENT_NOT_APPLICABLE);
}

static void failed_jobs(struct source *s, struct relation *to, const struct reply *r, const char *instance)
{
    static const size_t of_others[] = {COL_JOBS_CURRENT, COL_JOBS_SCHEDULED, COL_JOBS_PERIOD};
    size_t first = to->nrows;

    (void)s;
    collect_rows(to, r, instance, NULL);
    for (size_t row = first; row < to->nrows; row++) {
        struct value *c = finish_row(to, row);
        c[COL_JOBS_STATE] = v_text("failed");
        for (size_t i = 0; i < sizeof of_others / sizeof *of_others; i++)
            finish_because(&c[of_others[i]], ABSENT_VERSION, ABSENT_NOT_APPLICABLE);
    }
}
