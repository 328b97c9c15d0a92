/* Where the cursor is: on a line, wherever that goes; at the end while it follows; on its way to a time. */
#include "view/log_view.h"

static uint64_t jumps; /* wishes for a place, of all views: each is another one */

/* ---- holding on to a line ---- */

/* The line under the cursor is where it stays. */
static void log_remember(struct log_view *lv, const struct view_ctx *c)
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

void log_jump_to(struct log_view *lv, const struct view_ctx *c, int64_t at_ms)
{
    jump(lv, c, at_ms);
    lv->arriving = true;
    lv->sel_row = at_ms ? lv->sel_row : 0;
}

void log_move(struct log_view *lv, const struct view_ctx *c, long by)
{
    size_t last = lv->rows.count ? lv->rows.count - 1 : 0, to;
    bool follow = lv->follow, torn;

    if (!lv->rows.count)
        return;
    if (by < 0)
        to = (size_t)-by > lv->sel ? 0 : lv->sel - (size_t)-by;
    else
        to = (size_t)by > last - lv->sel ? last : lv->sel + (size_t)by;
    lv->pull |= by < 0 && !to;
    torn = by < 0 && log_torn(lv, c, log_rows_ref(&lv->rows, to).time_ms);
    put_cursor(lv, c, to);
    lv->follow = follow && by > 0; /* down at the end changes nothing */
    if (torn && lv->here.time_ms != LOGBOOK_NO_TIME) /* all of them are read around here */
        log_jump_to(lv, c, lv->here.time_ms);
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
    bool again = !lv->sel && !lv->follow;

    if (!lv->rows.count)
        return;
    put_cursor(lv, c, 0);
    lv->sel_row = 0;
    if (again && !log_begins(lv, c)) /* not the first line of what is held: the first one of all */
        log_jump_to(lv, c, 0);
}

void log_last(struct log_view *lv, const struct view_ctx *c)
{
    if (log_detached(lv, c))
        jump(lv, c, LOGS_END);
    lv->arriving = false;
    lv->follow = lv->dirty = true;
}
