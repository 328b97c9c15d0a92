/* Which logs are shown, and what the feed is asked for because of it. */
#include "view/log_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define WINDOW_ENOUGH (LOGBOOK_WINDOW_MAX * 3 / 4) /* bytes: beyond it only a hand reads on, for newer lines go for older ones */
#define NO_LOG        (1u << (LOGBOOK_LOGS - 1))

void log_scope(const struct log_view *lv, const struct view_ctx *c, struct log_scope *out)
{
    uint32_t only = lv->base.instance;

    memset(out, 0, sizeof(*out));
    for (uint32_t i = 0; i < model_instances(c->model) && out->n < LOG_INSTANCES; i++)
        if (only == MODEL_NO_INSTANCE ? view_in_scope(c, i) : only == i)
            out->instance[out->n++] = i;
}

size_t view_logs_list(const struct view *v, const struct view_ctx *c, struct log_item *out, size_t max)
{
    const struct log_view *lv = log_of(v);
    struct log_scope scope;
    size_t n = 0;

    if (!view_is_logs(v))
        return 0;
    log_scope(lv, c, &scope);
    for (size_t i = 0; i < scope.n; i++) {
        const struct logbook *b = model_logbook(c->model, scope.instance[i]);

        for (size_t k = 0; b && k < logbook_logs(b); k++) {
            const struct logbook_log *log = logbook_log(b, k);
            size_t at = 0;

            while (at < n && strcmp(out[at].name, log->name) != 0)
                at++;
            if (at == n && n < max)
                out[n++] = (struct log_item){.name = log->name, .shown = log_chosen(lv->names, log), .log = log};
        }
    }
    return n;
}

bool view_logs_possible(const struct view *v, const struct view_ctx *c)
{
    struct log_scope scope;

    if (!view_is_logs(v))
        return false;
    log_scope(log_of(v), c, &scope);
    for (size_t i = 0; i < scope.n; i++) {
        const struct logbook *b = model_logbook(c->model, scope.instance[i]);

        if (!b || logbook_err(b)->kind == ERR_NONE)
            return true;
    }
    return false;
}

/* ---- by name ---- */

static bool add_name(struct text *names, const struct log_item *items, size_t n, const char *word, size_t len)
{
    const char *found = NULL;

    for (size_t i = 0; i < n; i++) {
        size_t whole = strlen(items[i].name);

        if (len <= whole && strncmp(items[i].name, word, len) == 0) {
            if (len == whole || (size_t)log_short(items[i].name) == len) { /* as it is called, or as it is shown */
                found = items[i].name;
                break;
            }
            found = found ? found : items[i].name;
        }
    }
    if (found)
        text_addf(names, "%s%s", names->len ? "," : "", found);
    return found != NULL;
}

static bool unknown(const struct log_item *items, size_t n, const char *word, size_t len, struct err *e)
{
    struct text known;

    text_init(&known, 300);
    for (size_t i = 0; i < n; i++)
        text_addf(&known, "%s%s", i ? ", " : "", items[i].name);
    err_set(e, ERR_USAGE, n ? "no log '%.*s' here: %s" : "no log '%.*s': no log was found yet%s", (int)(len < 60 ? len : 60), word, known.s);
    text_release(&known);
    return false;
}

static void take_names(struct log_view *lv, char *names)
{
    free(lv->names);
    lv->names = names;
    lv->dirty = true;
}

bool log_choose(struct log_view *lv, const struct view_ctx *c, const char *arg, struct err *e)
{
    struct log_item items[LOGBOOK_LOGS];
    size_t n = view_logs_list(&lv->base, c, items, LOGBOOK_LOGS);
    struct text names;

    if (!*arg || str_ieq(arg, "default") || str_ieq(arg, "all")) {
        take_names(lv, str_ieq(arg, "all") ? x_strdup("*") : NULL);
        return true;
    }
    text_init(&names, 4096);
    while (*arg) {
        size_t len = strcspn(arg, ", ");

        if (len && !add_name(&names, items, n, arg, len)) {
            text_release(&names);
            return unknown(items, n, arg, len, e);
        }
        arg += len + strspn(arg + len, ", ");
    }
    take_names(lv, text_steal(&names));
    text_release(&names);
    return true;
}

void view_logs_toggle(struct view *v, const struct view_ctx *c, const char *name)
{
    struct log_view *lv = log_of(v);
    struct log_item items[LOGBOOK_LOGS];
    size_t n = view_logs_list(v, c, items, LOGBOOK_LOGS);
    struct text names;

    text_init(&names, 4096);
    for (size_t i = 0; i < n; i++)
        if (items[i].shown != (strcmp(items[i].name, name) == 0))
            text_addf(&names, "%s%s", names.len ? "," : "", items[i].name);
    if (names.len) /* the last one stays */
        take_names(lv, text_steal(&names));
    text_release(&names);
}

/* ---- wishes ---- */

static int64_t begins_ms(const struct logbook *b, size_t log)
{
    const struct logbook_log *about = logbook_log(b, log);

    return about->first < about->end ? logbook_line(b, log, about->first)->time_ms : LOGBOOK_NO_TIME;
}

/* Lines above the ones on the screen are missed: because they end there, or because others go further back than this log. By itself
 * a view does not read past the beginning of a file, nor more than a window holds: for older lines the newest ones would go. */
static bool is_missed(const struct log_view *lv, const struct logbook *b, size_t log)
{
    const struct logbook_log *about = logbook_log(b, log);

    if (about->first >= about->end || !log_chosen(lv->names, about))
        return false;
    if (!lv->pull && (about->from <= 0 || about->memory > WINDOW_ENOUGH))
        return false;
    return !lv->top || lv->top >= lv->rows.count || log_rows_ref(&lv->rows, lv->top).time_ms < begins_ms(b, log);
}

static bool wants_earlier(const struct log_view *lv, const struct logbook *b)
{
    size_t latest = LOGBOOK_LOGS;

    if (lv->rows.behind || lv->rows.full || lv->arriving)
        return false;
    for (size_t i = 0; i < logbook_logs(b); i++) /* feed/ reads the one that begins latest: it alone counts */
        if (is_missed(lv, b, i) && (latest == LOGBOOK_LOGS || begins_ms(b, i) > begins_ms(b, latest)))
            latest = i;
    return latest < LOGBOOK_LOGS;
}

size_t view_logs_wanted(const struct view *v, const struct view_ctx *c, struct log_wish *out, size_t max)
{
    const struct log_view *lv = log_of(v);
    struct log_scope scope;
    size_t n = 0;

    if (!view_is_logs(v))
        return 0;
    log_scope(lv, c, &scope);
    for (size_t i = 0; i < scope.n && n < max; i++) {
        const struct logbook *b = model_logbook(c->model, scope.instance[i]);
        struct log_wish *w = &out[n++];

        *w = (struct log_wish){.instance = scope.instance[i], .at_ms = lv->at_ms, .jump = lv->jump};
        for (size_t k = 0; b && lv->names && k < logbook_logs(b); k++)
            if (log_chosen(lv->names, logbook_log(b, k)))
                w->logs |= 1u << k;
        if (b && lv->names && logbook_logs(b) && !w->logs)
            w->logs = NO_LOG; /* 0 would be those by default */
        w->end_only = lv->follow && !(lv->filter_text && *lv->filter_text);
        w->earlier = b && wants_earlier(lv, b);
        w->later = lv->bottom && !lv->arriving && log_detached(lv, c);
    }
    return n;
}

/* ---- what is known of the shown logs ---- */

bool log_begins(const struct log_view *lv, const struct view_ctx *c)
{
    for (size_t i = 0; i < lv->rows.nsources; i++)
        if (log_rows_log(&lv->rows, c->model, i)->from > 0)
            return false;
    return lv->rows.nsources > 0 && !lv->rows.full && !lv->rows.behind;
}

bool log_torn(const struct log_view *lv, const struct view_ctx *c, int64_t time_ms)
{
    for (size_t i = 0; i < lv->rows.nsources; i++) {
        const struct log_source *s = &lv->rows.sources[i];
        const struct logbook_log *about = log_rows_log(&lv->rows, c->model, i);

        if (about->from > 0 && about->memory > WINDOW_ENOUGH && time_ms < begins_ms(model_logbook(c->model, s->instance), s->log))
            return true;
    }
    return false;
}

bool log_detached(const struct log_view *lv, const struct view_ctx *c)
{
    for (size_t i = 0; i < lv->rows.nsources; i++)
        if (log_rows_log(&lv->rows, c->model, i)->state == LB_HELD)
            return true;
    return false;
}
