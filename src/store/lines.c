/* The statements of the store. */
#include "store/lines.h"

#include <sqlite3.h>
#include <string.h>

enum {
    PROMPT_LINES = 1000, /* kept of each prompt */
    AUDIT_LINES = 100000, /* kept of the audit log, */
    AUDIT_ALWAYS = 1000,  /* and whatever the clock says these */
    AUDIT_EVERY = 64,     /* lines are written between two looks at what may go */
    LIMIT_USUAL = 1000,
    LIMIT_MAX = 10000,
};

/* ---- writing ---- */

static int bind_text(sqlite3_stmt *s, int at, const char *text)
{
    return text ? sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC) : sqlite3_bind_null(s, at);
}

/* Runs a statement that gives no rows, and ends it. */
static int finish(sqlite3_stmt *s)
{
    int code = sqlite3_step(s), end = sqlite3_finalize(s);
    return code == SQLITE_DONE ? end : code;
}

static int write_audit(sqlite3 *db, const struct audit *a)
{
    const char *const texts[] = {a->owner,      a->instance, a->address, a->action, a->target,
                                 a->parameters, a->before,   a->result,  a->words};
    sqlite3_stmt *s;
    int code = sqlite3_prepare_v2(db,
                                  "INSERT INTO audit (time_ms, took_ms, owner, instance, address, action, target, parameters,"
                                  " before, result, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                  -1, &s, NULL);
    if (code != SQLITE_OK)
        return code;
    sqlite3_bind_int64(s, 1, a->time_ms);
    if (a->took_ms >= 0)
        sqlite3_bind_int64(s, 2, a->took_ms);
    for (int i = 0; i < (int)(sizeof texts / sizeof *texts); i++)
        bind_text(s, i + 3, texts[i]);
    return finish(s);
}

/* What is beyond the newest AUDIT_LINES goes, and what is older than two years. That it could not be removed is no reason to say that the
 * line was not written. */
static void prune_audit(sqlite3 *db, int64_t now_ms)
{
    static const int64_t two_years_ms = INT64_C(2) * 366 * 24 * 3600 * 1000;
    sqlite3_stmt *s;

    if (sqlite3_last_insert_rowid(db) % AUDIT_EVERY)
        return;
    if (sqlite3_prepare_v2(db,
                           "DELETE FROM audit WHERE id <= (SELECT id FROM audit ORDER BY id DESC LIMIT 1 OFFSET ?1)"
                           " OR (time_ms < ?2 AND id <= (SELECT id FROM audit ORDER BY id DESC LIMIT 1 OFFSET ?3))",
                           -1, &s, NULL) != SQLITE_OK)
        return;
    sqlite3_bind_int(s, 1, AUDIT_LINES);
    sqlite3_bind_int64(s, 2, now_ms - two_years_ms);
    sqlite3_bind_int(s, 3, AUDIT_ALWAYS);
    finish(s);
}

static int write_prompt(sqlite3 *db, const char *sql, const char *prompt, const char *line)
{
    sqlite3_stmt *s;
    int code = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    if (code != SQLITE_OK)
        return code;
    bind_text(s, 1, prompt);
    if (line)
        bind_text(s, 2, line);
    else
        sqlite3_bind_int(s, 2, PROMPT_LINES);
    return finish(s);
}

/* A line that is there already gets a new number: it moves up. */
static int remember(sqlite3 *db, const char *prompt, const char *line)
{
    int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        return code;
    code = write_prompt(db, "INSERT OR REPLACE INTO prompt (prompt, line) VALUES (?, ?)", prompt, line);
    if (code == SQLITE_OK)
        code = write_prompt(db,
                            "DELETE FROM prompt WHERE prompt = ?1 AND id <= (SELECT id FROM prompt WHERE prompt = ?1"
                            " ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                            prompt, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (code != SQLITE_OK)
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return code;
}

/* ---- reading ---- */

/* The names of the sheet HISTORY stand in columns.def alone. */
static const struct {
    enum sheet_id sheet;
    size_t column;
    const char *name;
} all_columns[] = {
#define SHEET(id, name, title, statement, pace, per)
#define COLUMN(sheet, id, name, server, type, unit, width, priority, flags, help) {SHEET_##sheet, COL_##sheet##_##id, name},
#define SHEET_END(id)
#include "tables/columns.def"
#undef SHEET
#undef COLUMN
#undef SHEET_END
};

/* What is selected, in this order, and where it goes. */
static const struct {
    size_t column;
    enum value_type type;
} history_cells[] = {
    {COL_HISTORY_ID, V_INT},       {COL_HISTORY_TIME, V_TIME},      {COL_HISTORY_INSTANCE, V_TEXT}, {COL_HISTORY_ACTION, V_TEXT},
    {COL_HISTORY_TARGET, V_TEXT},  {COL_HISTORY_RESULT, V_TEXT},    {COL_HISTORY_TOOK, V_DURATION}, {COL_HISTORY_WORDS, V_TEXT},
    {COL_HISTORY_OWNER, V_TEXT},   {COL_HISTORY_PARAMETERS, V_TEXT}, {COL_HISTORY_BEFORE, V_TEXT},
};
static const char history_sql[] = "SELECT id, time_ms, instance, action, target, result, took_ms, words, owner, parameters, before"
                                  " FROM audit ORDER BY id DESC LIMIT ?1";
static const char recall_sql[] = "SELECT line FROM prompt WHERE prompt = ?2 ORDER BY id DESC LIMIT ?1";

/* Readers get the names also when there is no row. */
static void name_columns(struct request *r)
{
    bool history = r->kind == ASK_HISTORY;
    const char **names = arena_alloc(&r->arena, NCOLS_HISTORY * sizeof *names);
    r->ncols = history ? NCOLS_HISTORY : 1;
    names[0] = "line";
    for (size_t i = 0; history && i < sizeof all_columns / sizeof *all_columns; i++)
        if (all_columns[i].sheet == SHEET_HISTORY)
            names[all_columns[i].column] = all_columns[i].name;
    r->names = names;
}

static struct value read_cell(struct request *r, sqlite3_stmt *s, int at, enum value_type type)
{
    if (sqlite3_column_type(s, at) == SQLITE_NULL)
        return v_absent(ABSENT_NULL);
    if (type == V_TIME)
        return v_time(sqlite3_column_int64(s, at));
    if (type == V_DURATION)
        return v_duration(sqlite3_column_int64(s, at));
    if (type == V_INT)
        return v_int(sqlite3_column_int64(s, at));
    const char *text = (const char *)sqlite3_column_text(s, at);
    return v_copy_text(&r->arena, text ? text : "", (size_t)sqlite3_column_bytes(s, at));
}

static void read_row(struct request *r, sqlite3_stmt *s)
{
    struct value *row;
    r->cells = x_grow(r->cells, &r->cap, (r->nrows + 1) * r->ncols, sizeof *r->cells);
    row = r->cells + r->nrows++ * r->ncols;
    if (r->kind == ASK_RECALL) {
        row[0] = read_cell(r, s, 0, V_TEXT);
        return;
    }
    for (size_t i = 0; i < r->ncols; i++)
        row[i] = v_absent(ABSENT_NULL);
    for (int i = 0; i < (int)(sizeof history_cells / sizeof *history_cells); i++)
        row[history_cells[i].column] = read_cell(r, s, i, history_cells[i].type);
}

static int read_rows(sqlite3 *db, struct request *r)
{
    unsigned limit = r->limit == 0 ? LIMIT_USUAL : r->limit < LIMIT_MAX ? r->limit : LIMIT_MAX;
    sqlite3_stmt *s;
    int code = sqlite3_prepare_v2(db, r->kind == ASK_RECALL ? recall_sql : history_sql, -1, &s, NULL);
    if (code != SQLITE_OK)
        return code;
    sqlite3_bind_int64(s, 1, limit);
    if (r->kind == ASK_RECALL)
        bind_text(s, 2, r->prompt);
    while ((code = sqlite3_step(s)) == SQLITE_ROW && r->arena.bytes < r->max_bytes)
        read_row(r, s);
    sqlite3_finalize(s);
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* ---- */

static int work(sqlite3 *db, struct request *r)
{
    int code;

    switch (r->kind) {
    case ASK_AUDIT:
        code = write_audit(db, &r->audit);
        if (code == SQLITE_OK)
            prune_audit(db, r->audit.time_ms);
        return code;
    case ASK_REMEMBER:
        return remember(db, r->prompt, r->line);
    default:
        return read_rows(db, r);
    }
}

void lines_do(struct file *f, struct request *r)
{
    bool writes = r->kind == ASK_AUDIT || r->kind == ASK_REMEMBER, there;
    int code;
    if (!writes)
        name_columns(r);
    if (!file_open(f, writes, &there, &r->err) || !there)
        return;
    code = work(f->db, r);
    if (code != SQLITE_OK) {
        r->nrows = 0;
        file_failed(f, code, writes, &r->err);
    }
}
