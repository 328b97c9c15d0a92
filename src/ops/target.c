/* Identity. Transaction ids restart at 1 with the server: the id alone names nobody, id, start time and user together do. */
#include "ops/inside.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "neo4j/transactions.h"

static const char *id_column(const struct op *op)
{
    return op->kind == OP_KILL_TRANSACTION ? "transactionId" : "connectionId";
}

static const char *start_column(const struct op *op)
{
    return op->kind == OP_KILL_TRANSACTION ? "startTime" : "connectTime";
}

long target_row(const struct op *op, const struct op_target *t, const struct reply *r)
{
    for (size_t row = 0; row < r->nrows; row++)
        if (strcmp(value_str(reply_cell(r, row, id_column(op)), ""), t->id) == 0)
            return (long)row;
    return -1;
}

/* As servers print it in their lists: fractions of a second without trailing zeros. */
static void print_time(int64_t ms, char *out, size_t size)
{
    char buf[40];
    size_t n;

    time_rfc3339(ms, buf, sizeof buf);
    n = strlen(buf) - 1; /* the Z */
    while (n && buf[n - 1] == '0' && strchr(buf, '.'))
        n--;
    if (n && buf[n - 1] == '.')
        n--;
    snprintf(out, size, "%.*sZ", (int)n, buf);
}

static int64_t start_of(struct value v, char *text, size_t size)
{
    int64_t ms = 0;

    if (v.type == V_TIME) {
        print_time(v.u.i, text, size);
        return v.u.i;
    }
    snprintf(text, size, "%s", value_str(v, ""));
    return time_parse(text, &ms) ? ms : 0;
}

bool target_same(const struct op *op, struct op_target *t, struct side *s, const struct reply *r, size_t row, struct err *e)
{
    char started[sizeof s->started], was[40];
    int64_t ms = start_of(reply_cell(r, row, start_column(op)), started, sizeof started);
    const char *user = value_str(reply_cell(r, row, "username"), "");

    if (ms == 0)
        return err_set(e, ERR_SHAPE, "%s has no start time: it cannot be told from another one with that id", t->id);
    if (t->started_ms && t->started_ms != ms)
        return err_set(e, ERR_GONE, "%s is another one now: it began at %s, the one that was chosen at %s", t->id, started,
                       time_rfc3339(t->started_ms, was, sizeof was));
    if (*t->user && strcmp(t->user, user) != 0)
        return err_set(e, ERR_GONE, "%s is another one now: it belongs to '%s', the one that was chosen to '%s'", t->id, user, t->user);
    t->started_ms = ms;
    snprintf(t->user, sizeof t->user, "%s", user);
    snprintf(s->started, sizeof s->started, "%s", started);
    return true;
}

static int64_t elapsed_of(const struct op_target *t, const struct reply *r, size_t row)
{
    struct value v = reply_cell(r, row, "elapsedTime");
    int64_t ms;

    if (v.type == V_DURATION)
        return v.u.i;
    if (v.type == V_TEXT && duration_parse_iso(v.u.s, &ms))
        return ms;
    v = reply_cell(r, row, "elapsedTimeMillis");
    if (v.type == V_INT)
        return v.u.i;
    ms = clock_wall_ms() - t->started_ms; /* connections tell no age */
    return ms > 0 ? ms : 0;
}

static void copy_cell(char *to, size_t size, const struct reply *r, size_t row, const char *name)
{
    snprintf(to, size, "%s", value_str(reply_cell(r, row, name), ""));
}

static bool is_own(const struct reply *r, size_t row)
{
    return tx_is_own(value_get(reply_cell(r, row, "parameters"), TX_TAG_PARAMETER), reply_cell(r, row, "metaData"),
                     value_str(reply_cell(r, row, "currentQuery"), "")) ||
           str_starts(value_str(reply_cell(r, row, "userAgent"), ""), "neodeck");
}

void target_refresh(const struct op *op, struct op_target *t, struct side *s, const struct reply *r, size_t row)
{
    const char *what = op->kind == OP_KILL_TRANSACTION ? "currentQuery" : "userAgent";

    t->elapsed_ms = elapsed_of(t, r, row);
    copy_cell(t->query, sizeof t->query, r, row, what);
    if (reply_column(r, "database") >= 0)
        copy_cell(t->database, sizeof t->database, r, row, "database");
    copy_cell(s->outer, sizeof s->outer, r, row, "outerTransactionId");
    copy_cell(s->status, sizeof s->status, r, row, "status");
    s->own = is_own(r, row);
    s->idle = op->kind == OP_KILL_TRANSACTION && !*value_str(reply_cell(r, row, "currentQueryId"), "");
    s->killed = str_starts(s->status, "Terminated");
}

const char *target_short_id(const struct op_target *t)
{
    const char *at = strrchr(t->id, '-'); /* connections, too: "bolt-7" */

    return at && at[1] ? at + 1 : t->id;
}

bool target_is_system(const struct op_target *t)
{
    return str_ieq(t->database, "system");
}
