/* One line of a log whole: what it is made of, as it is read, as it stands in the file. And lines for the clipboard and for files. */
#include "view/log_view.h"
#include "view/text_view.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define LABEL 10

/* The line under the cursor, and with what belongs to it [*first, *end). */
static const struct logbook *entry_of(const struct log_view *lv, const struct view_ctx *c, const struct log_source **s, int64_t *first,
                                      int64_t *end)
{
    struct log_ref ref;

    if (!log_rows_line(&lv->rows, c->model, lv->sel))
        return NULL;
    ref = log_rows_ref(&lv->rows, lv->sel);
    *s = &lv->rows.sources[ref.source];
    log_entry_span(model_logbook(c->model, (*s)->instance), (*s)->log, ref.n, first, end);
    return model_logbook(c->model, (*s)->instance);
}

static void add_raw(const struct logbook *b, size_t log, int64_t n, struct text *out)
{
    const struct logbook_line *line = logbook_line(b, log, n);

    text_add(out, line->text, line->len);
    text_addc(out, '\n');
}

bool view_logs_copy(const struct view *v, const struct view_ctx *c, struct text *out)
{
    const struct log_source *s;
    int64_t first = 0, end = 0;
    const struct logbook *b = view_is_logs(v) ? entry_of(log_of(v), c, &s, &first, &end) : NULL;

    for (int64_t n = first; b && n < end; n++)
        add_raw(b, s->log, n, out);
    return b != NULL;
}

void view_logs_raw(const struct view *v, const struct view_ctx *c, struct text *out)
{
    const struct log_view *lv = log_of(v);

    for (size_t i = 0; i < lv->rows.count; i++) {
        struct log_ref ref = log_rows_ref(&lv->rows, i);
        const struct log_source *s = &lv->rows.sources[ref.source];
        int64_t end = log_rows_line(&lv->rows, c->model, i) ? log_rows_end(&lv->rows, c->model, i) : ref.n;

        for (int64_t n = ref.n; n < end; n++)
            add_raw(model_logbook(c->model, s->instance), s->log, n, out);
    }
}

struct relation *view_logs_rows(const struct view *v, const struct view_ctx *c)
{
    const struct log_view *lv = log_of(v);
    struct relation *rel = relation_new(lv->scope.n ? lv->scope.instance[0] : 0, SHEET_LOGS);

    relation_reserve(rel, lv->rows.count);
    for (size_t i = 0; i < lv->rows.count; i++) {
        struct log_ref ref = log_rows_ref(&lv->rows, i);
        const struct log_source *s = &lv->rows.sources[ref.source];

        int64_t end = log_rows_line(&lv->rows, c->model, i) ? log_rows_end(&lv->rows, c->model, i) : ref.n;

        for (int64_t n = ref.n; n < end; n++)
            logbook_row(model_logbook(c->model, s->instance), s->log, n, model_instance_name(c->model, s->instance), rel);
    }
    return rel;
}

/* ---- a screen of its own ---- */

static void add_field(struct pager *p, const char *name, const char *value)
{
    if (*value)
        pager_addf(p, ROLE_TEXT, LABEL, "%-*s%s", LABEL, name, value);
}

static void add_fields(struct pager *p, const struct log_view *lv, const struct view_ctx *c, const struct log_source *s,
                       const struct logbook_line *line)
{
    const struct logbook_log *log = logbook_log(model_logbook(c->model, s->instance), s->log);
    struct value level = relation_cell(lv->row, 0, COL_LOGS_LEVEL);
    char buf[40];

    if (lv->many)
        add_field(p, "instance", model_instance_name(c->model, s->instance));
    add_field(p, "time", line->time_ms == LOGBOOK_NO_TIME ? "none in this line or before it" : time_rfc3339(line->time_ms, buf, sizeof(buf)));
    add_field(p, "level", value_str(level, ""));
    add_field(p, "log", log->path && *log->path ? log->path : log->name);
    add_field(p, "class", line->category);
    add_field(p, "database", line->database);
    if (!line->note)
        pager_addf(p, ROLE_TEXT, LABEL, "%-*sbyte %lld of the file", LABEL, "at", (long long)line->offset);
    if (line->cut)
        add_field(p, "cut", "the line is longer than what is kept of it");
}

static bool is_json(const struct logbook_line *line)
{
    return line->len && line->text[0] == '{';
}

static void add_text(struct pager *p, const struct logbook *b, size_t log, int64_t first, int64_t end)
{
    static const enum role roles[] = {[LB_NONE] = ROLE_TEXT, [LB_TRACE] = ROLE_TEXT, [LB_DEBUG] = ROLE_TEXT,
                                      [LB_INFO] = ROLE_TEXT, [LB_WARN] = ROLE_WARN,  [LB_ERROR] = ROLE_BAD};

    pager_add(p, ROLE_TEXT, 0, "", 0);
    for (int64_t n = first; n < end; n++) {
        const struct logbook_line *line = logbook_line(b, log, n);

        pager_add(p, n == first ? roles[log_severity(line)] : ROLE_TEXT, -2, line->shown, line->shown_len);
    }
    pager_add(p, ROLE_TEXT, 0, "", 0);
    pager_add(p, ROLE_TITLE, 0, "as it stands in the file", 24);
    for (int64_t n = first; n < end; n++) {
        const struct logbook_line *line = logbook_line(b, log, n);

        pager_add(p, ROLE_DIM, is_json(line) ? -2 : 0, line->text, line->len);
    }
}

struct view *view_logs_entry(const struct view *v, const struct view_ctx *c)
{
    const struct log_source *s;
    int64_t first = 0, end = 0;
    const struct logbook *b = view_is_logs(v) ? entry_of(log_of(v), c, &s, &first, &end) : NULL;
    struct text_view *tv;
    struct view *opened;

    if (!b)
        return NULL;
    opened = view_open(VIEW_HELP, NULL, s->instance);
    opened->id = VIEW_LOGS;
    view_set_text(opened, "one line", "", 0);
    tv = (struct text_view *)(uintptr_t)opened;
    pager_clear(&tv->pager);
    add_fields(&tv->pager, log_of(v), c, s, logbook_line(b, s->log, first));
    add_text(&tv->pager, b, s->log, first, end);
    return opened;
}
