/* Where the cursor is: on a line, wherever that goes; at the end while it follows; on its way to a time. */
#include "view/log_view.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#define DAY_MS ((int64_t)86400000)

static uint64_t jumps; /* wishes for a place, of all views: each is another one */

/* ---- holding on to a line ---- */

void log_remember(struct log_view *lv, const struct view_ctx *c)
{
    const struct logbook_line *line = log_rows_line(&lv->rows, c->model, lv->sel);
    struct log_ref ref;
    const struct log_source *s;

    if (!line)
        return;
    ref = log_rows_ref(&lv->rows, lv->sel);
    s = &lv->rows.sources[ref.source];
    lv->here = (struct log_place){.set = true,
                                  .instance = s->instance,
                                  .log = s->log,
                                  .epoch = s->epoch,
                                  .n = ref.n,
                                  .offset = line->offset,
                                  .time_ms = ref.time_ms};
}

static size_t find_source(const struct log_view *lv)
{
    size_t i = 0;

    while (i < lv->rows.nsources && (lv->rows.sources[i].instance != lv->here.instance || lv->rows.sources[i].log != lv->here.log))
        i++;
    return i;
}

/* From where it was outwards. */
static size_t find_number(const struct log_view *lv, size_t source)
{
    size_t count = lv->rows.count, low = lv->sel < count ? lv->sel : count, high = low;

    while (low > 0 || high < count) {
        struct log_ref ref;

        if (high < count) {
            ref = log_rows_ref(&lv->rows, high);
            if (ref.source == source && ref.n == lv->here.n)
                return high;
            high++;
        }
        if (low > 0) {
            ref = log_rows_ref(&lv->rows, --low);
            if (ref.source == source && ref.n == lv->here.n)
                return low;
        }
    }
    return count;
}

/* In another window of the same file lines have other numbers; where they begin in it is the same. */
static size_t find_offset(const struct log_view *lv, const struct view_ctx *c, size_t source)
{
    for (size_t i = 0; i < lv->rows.count; i++)
        if (log_rows_ref(&lv->rows, i).source == source) {
            const struct logbook_line *line = log_rows_line(&lv->rows, c->model, i);

            if (line && line->offset == lv->here.offset && !line->note)
                return i;
        }
    return lv->rows.count;
}

static size_t find_here(const struct log_view *lv, const struct view_ctx *c)
{
    size_t source = find_source(lv);

    if (source == lv->rows.nsources)
        return lv->rows.count;
    if (lv->rows.sources[source].epoch == lv->here.epoch)
        return find_number(lv, source);
    return lv->rows.behind ? lv->rows.count : find_offset(lv, c, source);
}

static uint64_t epochs(const struct log_view *lv, const struct view_ctx *c, bool *loading)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < lv->rows.nsources; i++) {
        const struct logbook_log *log = log_rows_log(&lv->rows, c->model, i);

        sum += log->epoch;
        *loading |= log->loading;
    }
    return sum;
}

static void settle_arriving(struct log_view *lv, const struct view_ctx *c)
{
    bool loading = false;

    lv->sel = log_rows_at(&lv->rows, lv->at_ms);
    if (lv->sel == lv->rows.count)
        lv->sel--;
    lv->arrived |= epochs(lv, c, &loading) != lv->epochs || loading;
    if (lv->arrived && !loading && !lv->rows.behind) {
        lv->arriving = false;
        log_remember(lv, c);
    }
}

void log_settle(struct log_view *lv, const struct view_ctx *c)
{
    size_t found;

    if (!lv->rows.count) {
        lv->sel = lv->top = 0;
        lv->order = lv->rows.order;
    } else if (lv->arriving) {
        settle_arriving(lv, c);
    } else if (lv->follow || !lv->here.set) {
        lv->sel = lv->rows.count - 1;
        log_remember(lv, c);
    } else if (lv->order != lv->rows.order || lv->sel >= lv->rows.count) {
        lv->order = lv->rows.order;
        found = find_here(lv, c);
        if (found == lv->rows.count) { /* hidden, or gone: what was next to it; it may come back */
            found = log_rows_at(&lv->rows, lv->here.time_ms);
            lv->sel = found < lv->rows.count ? found : lv->rows.count - 1;
        } else {
            lv->sel = found;
            log_remember(lv, c);
        }
    }
}

/* ---- moving ---- */

/* How far two lines are apart, in rows; more than a screen is a screen and something. */
static int rows_between(struct log_view *lv, const struct view_ctx *c, size_t from, size_t to)
{
    int sum = 0;

    for (size_t i = from; i < to && sum <= lv->seen.h; i++)
        sum += log_height(lv, c, i);
    return sum;
}

static void put_cursor(struct log_view *lv, const struct view_ctx *c, size_t i)
{
    if (i < lv->sel)
        lv->sel_row -= rows_between(lv, c, i, lv->sel);
    else
        lv->sel_row += rows_between(lv, c, lv->sel, i);
    lv->sel = i;
    lv->follow = lv->arriving = false;
    lv->dirty = true; /* the row that is selected is another one */
    log_remember(lv, c);
}

void log_select(struct log_view *lv, const struct view_ctx *c, size_t i)
{
    put_cursor(lv, c, i);
    if (lv->sel_row < 0 || lv->sel_row >= lv->seen.h) /* far away: with something above it */
        lv->sel_row = lv->seen.h / 4;
}

static void jump(struct log_view *lv, const struct view_ctx *c, int64_t at_ms)
{
    bool loading = false;

    lv->at_ms = at_ms;
    lv->jump = ++jumps;
    lv->epochs = epochs(lv, c, &loading);
    lv->arrived = false;
}

void log_move(struct log_view *lv, const struct view_ctx *c, long by)
{
    size_t last = lv->rows.count ? lv->rows.count - 1 : 0, to;
    bool follow = lv->follow;

    if (!lv->rows.count)
        return;
    if (by < 0)
        to = (size_t)-by > lv->sel ? 0 : lv->sel - (size_t)-by;
    else
        to = (size_t)by > last - lv->sel ? last : lv->sel + (size_t)by;
    lv->pull |= by < 0 && !to;
    put_cursor(lv, c, to);
    lv->follow = follow && by > 0; /* down at the end changes nothing */
}

void log_page(struct log_view *lv, const struct view_ctx *c, int direction)
{
    int rows = 0, page = lv->seen.h > 1 ? lv->seen.h - 1 : 1;
    long lines = 0;

    for (size_t i = lv->sel; rows < page && i < lv->rows.count; i += (size_t)direction) {
        rows += log_height(lv, c, i);
        lines++;
        if (!i && direction < 0)
            break;
    }
    log_move(lv, c, direction * (lines ? lines : 1));
}

void log_first(struct log_view *lv, const struct view_ctx *c)
{
    if (!lv->rows.count)
        return;
    lv->pull = true;
    put_cursor(lv, c, 0);
    lv->sel_row = 0;
}

void log_last(struct log_view *lv, const struct view_ctx *c)
{
    if (log_detached(lv, c))
        jump(lv, c, LOGS_END);
    lv->arriving = false;
    lv->follow = lv->dirty = true;
}

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
    if (!is_covered(lv, c, at)) {
        jump(lv, c, at);
        lv->arriving = true;
    }
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

static bool is_match(const struct log_view *lv, const struct logbook_line *line)
{
    return line && (log_find(line->shown, line->shown_len, lv->needle) || log_find(line->text, line->len, lv->needle));
}

static bool is_bad(const struct log_view *lv, const struct logbook_line *line)
{
    (void)lv;
    return line && !line->continuation && log_severity(line) >= LB_WARN;
}

/* The next such line from the cursor on; from the other end again when `around`. */
static bool go_next(struct log_view *lv, const struct view_ctx *c, bool backward, bool around,
                    bool (*is)(const struct log_view *, const struct logbook_line *))
{
    size_t count = lv->rows.count, at = lv->sel;

    for (size_t i = 0; i < count; i++) {
        if (!around && at == (backward ? 0 : count - 1))
            break;
        at = (at + (backward ? count - 1 : 1)) % count;
        if (is(lv, log_rows_line(&lv->rows, c->model, at))) {
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
    return err_set(e, ERR_USAGE, log_begins(lv, c) ? "no warning above" : "no warning above in what is held: g reads earlier lines");
}
