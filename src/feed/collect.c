#include "feed/collect.h"

#include <string.h>
#include "base/clock.h"

static const struct collector collectors[NSHEETS] = {
#define SHEET(id, name, title, statement, pace, per) [SHEET_##id] = {STMT_##statement, pace, PER_##per},
#define COLUMN(...)
#define SHEET_END(id)
#include "tables/columns.def"
#undef SHEET
#undef COLUMN
#undef SHEET_END
};

struct source_column {
    const char *server; /* "a|b", "": ours */
    const char *name;
    enum value_type type;
};

#define SHEET(id, name, title, statement, pace, per) static const struct source_column columns_##id[] = {
#define COLUMN(sheet, id, name, server, type, unit, width, priority, flags, help) {server, name, V_##type},
#define SHEET_END(id) };
#include "tables/columns.def"
#undef SHEET
#undef COLUMN
#undef SHEET_END

static const struct source_column *const sheets[NSHEETS] = {
#define SHEET(id, name, title, statement, pace, per) [SHEET_##id] = columns_##id,
#define COLUMN(...)
#define SHEET_END(id)
#include "tables/columns.def"
#undef SHEET
#undef COLUMN
#undef SHEET_END
};

const struct collector *collector_of(enum sheet_id sheet)
{
    static const struct collector none = {STMT_NONE, 0, PER_SELF};

    return (unsigned)sheet < NSHEETS ? &collectors[sheet] : &none;
}

/* ---- one value ---- */

static bool counts_millis(const char *server)
{
    size_t n = strlen(server);

    return n > 6 && strcmp(server + n - 6, "Millis") == 0;
}

static struct value to_int(struct value v)
{
    if (v.type == V_INT)
        return v;
    if (v.type == V_FLOAT && v.u.d > -9e15 && v.u.d < 9e15 && (double)(int64_t)v.u.d == v.u.d)
        return v_int((int64_t)v.u.d);
    return v_absent(ABSENT_WRONG_SHAPE);
}

static struct value to_float(struct value v)
{
    if (v.type == V_FLOAT)
        return v;
    return v.type == V_INT ? v_float((double)v.u.i) : v_absent(ABSENT_WRONG_SHAPE);
}

static struct value to_bool(struct value v)
{
    if (v.type == V_BOOL)
        return v;
    if (v.type == V_TEXT && (str_ieq(v.u.s, "true") || str_ieq(v.u.s, "false")))
        return v_bool(str_ieq(v.u.s, "true"));
    return v_absent(ABSENT_WRONG_SHAPE);
}

static struct value to_time(struct value v, const char *server)
{
    int64_t ms;

    if (v.type == V_TIME)
        return v;
    if (v.type == V_TEXT && time_parse(v.u.s, &ms))
        return v_time(ms);
    return v.type == V_INT && counts_millis(server) ? v_time(v.u.i) : v_absent(ABSENT_WRONG_SHAPE);
}

static struct value to_duration(struct value v, const char *server)
{
    int64_t ms;

    if (v.type == V_DURATION)
        return v;
    if (v.type == V_TEXT && duration_parse_iso(v.u.s, &ms))
        return v_duration(ms);
    return v.type == V_INT && counts_millis(server) ? v_duration(v.u.i) : v_absent(ABSENT_WRONG_SHAPE);
}

struct value collect_value(struct arena *a, struct value v, enum value_type to, const char *server)
{
    if (v.type == V_ABSENT || (v.type == V_TEXT && v.len == 0))
        return v_absent(v.type == V_ABSENT ? v.absent : ABSENT_NULL);
    switch (to) {
    case V_INT: return to_int(v);
    case V_FLOAT: return to_float(v);
    case V_BOOL: return to_bool(v);
    case V_TIME: return to_time(v, server);
    case V_DURATION: return to_duration(v, server);
    case V_TEXT:
    case V_LIST:
    case V_MAP:
        if (v.type == to)
            return value_copy(a, v);
        break;
    case V_ABSENT: break;
    }
    return v_absent(ABSENT_WRONG_SHAPE);
}

/* ---- an answer ---- */

/* The first of "a|b" that the answer has: its index and length of the name in *one; -1. */
static long find_server_name(const struct reply *r, const char *names, char *one, size_t size)
{
    while (*names) {
        size_t n = strcspn(names, "|");
        if (n < size) {
            memcpy(one, names, n);
            one[n] = '\0';
            long at = reply_column(r, one);
            if (at >= 0)
                return at;
        }
        names += n + (names[n] == '|');
    }
    return -1;
}

/* A column of ours that no server names. */
static struct value own_column(const char *name, struct arena *a, const char *instance_name, const char *database)
{
    if (strcmp(name, "instance") == 0)
        return v_copy_text(a, instance_name, strlen(instance_name));
    if (strcmp(name, "database") == 0 && database)
        return v_copy_text(a, database, strlen(database));
    return v_absent(ABSENT_NOT_ASKED);
}

void collect_rows(struct relation *to, const struct reply *r, const char *instance_name, const char *database)
{
    const struct source_column *columns = sheets[to->sheet];
    size_t first = to->nrows;

    relation_reserve(to, first + r->nrows);
    for (size_t row = 0; row < r->nrows; row++)
        relation_add_row(to);
    for (size_t col = 0; col < to->ncols; col++) {
        char server[64];
        bool ours = !*columns[col].server;
        long at = ours ? -1 : find_server_name(r, columns[col].server, server, sizeof server);
        /* one copy serves all rows */
        struct value same = ours ? own_column(columns[col].name, &to->arena, instance_name, database) : v_absent(ABSENT_VERSION);
        for (size_t row = 0; row < r->nrows; row++) {
            struct value *cell = &to->cells[(first + row) * to->ncols + col];
            *cell = at < 0 ? same : collect_value(&to->arena, r->cells[row * r->ncols + (size_t)at], columns[col].type, server);
        }
    }
}
