/* Places in logs: times, texts, warnings. */
#include "view/log_view.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define DAY_MS ((int64_t)86400000)

/* ---- to a time ---- */

static bool time_of_day_parse(const char *s, int64_t now_ms, int64_t *out)
{
    int h, m, sec = 0, used = 0;
    int64_t day = now_ms - (now_ms % DAY_MS + DAY_MS) % DAY_MS;

    if (sscanf(s, "%2d:%2d%n", &h, &m, &used) < 2)
        return false;
    if (s[used] == ':') {
        int more = 0;

        if (sscanf(s + used, ":%2d%n", &sec, &more) < 1)
            return false;
        used += more;
    }
    if (s[used] == 'Z')
        used++;
    if (s[used] || h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 60)
        return false;
    *out = day + (((int64_t)h * 60 + m) * 60 + sec) * 1000;
    if (*out > now_ms)
        *out -= DAY_MS;
    return true;
}

bool log_time_parse(const char *s, int64_t now_ms, int64_t *out)
{
    char whole[48];
    size_t n = strlen(s);
    int64_t ago;

    if (*s == '-' && duration_parse(s + 1, &ago)) {
        *out = now_ms - ago;
        return true;
    }
    if (time_of_day_parse(s, now_ms, out) || time_parse(s, out))
        return true;
    if (n > 30)
        return false;
    memcpy(whole, s, n); /* without a zone: the one that is shown */
    strcpy(whole + n, "Z");
    if (time_parse(whole, out))
        return true;
    strcpy(whole + n, " 00:00Z");
    return n == 10 && time_parse(whole, out);
}

/* Is everything around this time held? */
static bool is_covered(const struct log_view *lv, const struct view_ctx *c, int64_t time_ms)
{
    for (size_t i = 0; i < lv->rows.nsources; i++) {
        const struct log_source *s = &lv->rows.sources[i];
        const struct logbook *b = model_logbook(c->model, s->instance);
        const struct logbook_log *log = log_rows_log(&lv->rows, c->model, i);

        if (log->first >= log->end)
            continue;
        if ((log->from > 0 && logbook_line(b, s->log, log->first)->time_ms > time_ms) ||
            (log->state == LB_HELD && logbook_line(b, s->log, log->end - 1)->time_ms < time_ms))
            return false;
    }
    return true;
}

bool log_goto(struct log_view *lv, const struct view_ctx *c, const char *time, struct err *e)
{
    int64_t at;
    size_t i;

    if (!log_time_parse(time, c->wall_ms, &at))
        return err_set(e, ERR_USAGE, "'%.40s' is no time: 13:45, 13:45:02, 2026-11-22 13:45 or -2h, in UTC", time);
    if (!lv->rows.nsources)
        return err_set(e, ERR_USAGE, "there are no logs here to go to a time in");
    i = log_rows_at(&lv->rows, at);
    if (lv->rows.count)
        log_select(lv, c, i < lv->rows.count ? i : i - 1);
    lv->follow = false;
    lv->sel_row = lv->seen.h / 4;
    if (!is_covered(lv, c, at))
        log_jump_to(lv, c, at);
    return true;
}

/* ---- to a text ---- */

static bool has_capital(const char *s)
{
    while (*s && !(*s >= 'A' && *s <= 'Z'))
        s++;
    return *s != '\0';
}

const char *log_find(const char *s, size_t n, const char *needle)
{
    if (has_capital(needle))
        return memmem(s, n, needle, strlen(needle));
    return str_ifind(s, n, needle);
}

static bool has_match(const struct log_view *lv, const struct logbook_line *line)
{
    return log_find(line->shown, line->shown_len, lv->needle) || log_find(line->text, line->len, lv->needle);
}

/* Or what is folded into it. */
static bool is_match(const struct log_view *lv, const struct view_ctx *c, size_t i)
{
    struct log_ref ref = log_rows_ref(&lv->rows, i);
    const struct log_source *s = &lv->rows.sources[ref.source];
    int64_t n = ref.n, end = log_rows_line(&lv->rows, c->model, i) ? log_rows_end(&lv->rows, c->model, i) : n;

    while (n < end && !has_match(lv, logbook_line(model_logbook(c->model, s->instance), s->log, n)))
        n++;
    return n < end;
}

static bool is_bad(const struct log_view *lv, const struct view_ctx *c, size_t i)
{
    const struct logbook_line *line = log_rows_line(&lv->rows, c->model, i);

    return line && !line->continuation && log_severity(line) >= LB_WARN;
}

/* The next such line from the cursor on; from the other end again when `around`. */
static bool go_next(struct log_view *lv, const struct view_ctx *c, bool backward, bool around,
                    bool (*is)(const struct log_view *, const struct view_ctx *, size_t))
{
    size_t count = lv->rows.count, at = lv->sel;

    for (size_t i = 0; i < count; i++) {
        if (!around && at == (backward ? 0 : count - 1))
            break;
        at = (at + (backward ? count - 1 : 1)) % count;
        if (is(lv, c, at)) {
            log_select(lv, c, at);
            return true;
        }
    }
    return false;
}

bool log_search(struct log_view *lv, const struct view_ctx *c, bool backward, struct err *e)
{
    return go_next(lv, c, backward, true, is_match) ||
           err_set(e, ERR_USAGE, "'%.60s' is not in the %zu lines that are shown", lv->needle, lv->rows.count);
}

bool log_next_bad(struct log_view *lv, const struct view_ctx *c, bool backward, struct err *e)
{
    if (go_next(lv, c, backward, false, is_bad))
        return true;
    lv->pull |= backward;
    if (!backward)
        return err_set(e, ERR_USAGE, "no warning below");
    return err_set(e, ERR_USAGE, log_begins(lv, c) ? "no warning above" : "no warning above in what is held; PgUp at its top reads on");
}
