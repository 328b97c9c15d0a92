/* Which lines of logs pass: of which logs, how bad, and through the filter, together with their continuations. */
#include "view/log_rows.h"

#include <string.h>

bool log_chosen(const char *names, const struct logbook_log *log)
{
    size_t n = strlen(log->name);

    if (!names)
        return log->by_default;
    if (strcmp(names, "*") == 0)
        return true;
    for (const char *at = names; *at; at += *at == ',') {
        size_t len = strcspn(at, ",");

        if (len == n && memcmp(at, log->name, n) == 0)
            return true;
        at += len;
    }
    return false;
}

enum logbook_level log_severity(const struct logbook_line *line)
{
    enum logbook_level said = line->weight >= 3 ? LB_ERROR : line->weight == 2 ? LB_WARN : LB_NONE;

    return said > line->level ? said : (enum logbook_level)line->level;
}

void log_entry_span(const struct logbook *b, size_t log, int64_t n, int64_t *first, int64_t *end)
{
    const struct logbook_log *about = logbook_log(b, log);

    *first = n;
    while (*first > about->first && n - *first < LOG_ENTRY && logbook_line(b, log, *first)->continuation)
        --*first;
    *end = n + 1;
    while (*end < about->end && *end - *first < LOG_ENTRY && logbook_line(b, log, *end)->continuation)
        ++*end;
}

/* A level that is not known hides nothing but what asks for warnings. */
static bool is_bad_enough(const struct logbook_line *line, enum logbook_level least)
{
    enum logbook_level severity = log_severity(line);

    return least == LB_NONE || severity >= least || (severity == LB_NONE && least < LB_WARN);
}

static bool passes_filter(struct log_rows *r, const struct model *m, const struct log_source *s, const struct filter *filter,
                          int64_t first, int64_t end)
{
    const struct logbook *b = model_logbook(m, s->instance);

    arena_release(&r->scratch->arena);
    r->scratch->nrows = 0;
    logbook_row(b, s->log, first, model_instance_name(m, s->instance), r->scratch);
    text_clear(&r->joined);
    for (int64_t n = first; end - first > 1 && n < end && !r->joined.full; n++) {
        const struct logbook_line *line = logbook_line(b, s->log, n);

        text_add(&r->joined, line->shown, line->shown_len);
        text_addc(&r->joined, '\n');
    }
    if (r->joined.len)
        r->scratch->cells[COL_LOGS_TEXT] = v_textn(r->joined.s, r->joined.len);
    return filter_match(filter, r->scratch, 0);
}

bool log_passes(struct log_rows *r, const struct model *m, const struct log_query *q, const struct log_source *s, int64_t first,
                int64_t end)
{
    const struct logbook_line *line = logbook_line(model_logbook(m, s->instance), s->log, first);

    return is_bad_enough(line, q->least) && (!q->filter || passes_filter(r, m, s, q->filter, first, end));
}
