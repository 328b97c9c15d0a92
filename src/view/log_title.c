/* What stands in the frame around logs: which, how many lines, whether they move. */
#include "view/log_view.h"

#include <string.h>

#include "base/clock.h"

#define NAMED  3  /* so many logs are called by their names */
#define ROOMY  70 /* columns from which the frame tells how many lines there are */
#define NAME_W 8  /* of the name of the view and its number, with what stands around */
#define DAY_MS ((int64_t)86400000)

int log_short(const char *name)
{
    const char *end = strstr(name, ".log");

    return (int)(end && end > name && !end[4] ? (size_t)(end - name) : strlen(name));
}

/* 1,234 */
static void add_grouped(struct text *t, int64_t n)
{
    if (n >= 1000)
        add_grouped(t, n / 1000);
    text_addf(t, n >= 1000 ? ",%03d" : "%d", (int)(n % 1000));
}

static bool was_named(const struct log_view *lv, const struct view_ctx *c, size_t source)
{
    for (size_t i = 0; i < source; i++)
        if (strcmp(log_rows_log(&lv->rows, c->model, i)->name, log_rows_log(&lv->rows, c->model, source)->name) == 0)
            return true;
    return false;
}

static void add_names(const struct log_view *lv, const struct view_ctx *c, struct text *left)
{
    size_t n = 0;

    for (size_t i = 0; i < lv->rows.nsources; i++)
        n += !was_named(lv, c, i);
    if (n > NAMED) {
        text_addf(left, "  %zu logs", n);
        return;
    }
    for (size_t i = 0, k = 0; i < lv->rows.nsources; i++)
        if (!was_named(lv, c, i)) {
            const char *name = log_rows_log(&lv->rows, c->model, i)->name;

            text_addf(left, "%s%.*s", k++ ? ", " : "  ", log_short(name), name);
        }
}

static bool is_filtered(const struct log_view *lv)
{
    return (lv->filter_text && *lv->filter_text) || lv->least != LB_NONE;
}

static void add_lines(const struct log_view *lv, struct text *left)
{
    text_adds(left, " · ");
    if (is_filtered(lv)) {
        add_grouped(left, (int64_t)lv->rows.count);
        text_adds(left, " of ");
    }
    add_grouped(left, log_rows_looked_at(&lv->rows));
    text_adds(left, " lines");
}

static const char *begin_part(struct text *right)
{
    return right->len ? " · " : "";
}

/* Where it stands still: the time of the line under the cursor. */
static void add_held(const struct log_view *lv, const struct view_ctx *c, struct text *right)
{
    char buf[40];

    text_addf(right, "%sheld", begin_part(right));
    if (!lv->here.set || lv->here.time_ms == LOGBOOK_NO_TIME)
        return;
    time_rfc3339(lv->here.time_ms, buf, sizeof(buf));
    text_adds(right, " at ");
    if (lv->here.time_ms / DAY_MS != c->wall_ms / DAY_MS)
        text_addf(right, "%.10s ", buf);
    text_addf(right, "%.8sZ", buf + 11);
}

/* How fast lines come, and how late. */
static void add_speed(const struct log_view *lv, const struct view_ctx *c, struct text *out)
{
    double speed = 0;
    int64_t lag = -1;

    for (size_t i = 0; i < lv->rows.nsources; i++) {
        const struct logbook_log *log = log_rows_log(&lv->rows, c->model, i);

        if (log->lines_per_s < 0.5)
            continue;
        speed += log->lines_per_s;
        lag = log->lag_ms > lag ? log->lag_ms : lag;
    }
    if (speed < 1.5)
        return;
    add_grouped(out, (int64_t)(speed + 0.5));
    text_adds(out, " lines/s");
    if (lag >= 0)
        text_addf(out, " · lag %.1f s", (double)lag / 1000);
}

static bool is_loading(const struct log_view *lv, const struct view_ctx *c)
{
    for (size_t i = 0; i < lv->rows.nsources; i++)
        if (log_rows_log(&lv->rows, c->model, i)->loading)
            return true;
    return false;
}

static void add_ends(const struct log_view *lv, const struct view_ctx *c, struct text *out)
{
    if (is_loading(lv, c) || lv->rows.behind)
        text_adds(out, "loading");
    else if (!lv->top && lv->rows.full)
        text_adds(out, "older lines are left out: show fewer logs, or filter");
    else if (lv->rows.count && !lv->follow && !lv->top && log_begins(lv, c))
        text_addf(out, "beginning of the file%s", lv->rows.nsources > 1 ? "s" : "");
    else if (!lv->follow && lv->bottom && log_detached(lv, c))
        text_adds(out, "not the end: G goes there");
}

/* What is worth less than where one is stands only where there is room for both. */
static void add_extra(const struct log_view *lv, const struct view_ctx *c, int room, struct text *right,
                      void (*add)(const struct log_view *, const struct view_ctx *, struct text *))
{
    struct text part;

    text_init(&part, 256);
    add(lv, c, &part);
    if (part.len && utf8_width(right->s, right->len) + utf8_width(part.s, part.len) + 3 <= room)
        text_addf(right, "%s%s", begin_part(right), part.s);
    text_release(&part);
}

static void add_choice(const struct log_view *lv, struct text *right)
{
    static const char *const levels[] = {
        [LB_TRACE] = "trace", [LB_DEBUG] = "debug", [LB_INFO] = "info", [LB_WARN] = "warn", [LB_ERROR] = "error"};

    if (lv->least != LB_NONE)
        text_addf(right, "%s%s%s", begin_part(right), levels[lv->least], lv->least < LB_ERROR ? " and worse" : "");
    if (lv->filter && filter_gave_up(lv->filter))
        text_addf(right, "%stoo slow: some lines were not searched", begin_part(right));
}

void log_title(struct view *v, const struct view_ctx *c, struct text *left, struct text *right)
{
    struct log_view *lv = log_of(v);
    int room;

    if (lv->rows.nsources)
        add_names(lv, c, left);
    if (lv->rows.nsources && lv->seen.w >= ROOMY)
        add_lines(lv, left);
    if (*view_filter(v)) /* here it is cut where there is no room, but never left out */
        text_addf(left, "%s/%s", left->len ? " · " : "  ", view_filter(v));
    add_choice(lv, right);
    if (c->paused)
        text_addf(right, "%spaused", begin_part(right));
    else if (lv->follow && lv->rows.count)
        text_addf(right, "%sfollow", begin_part(right));
    else if (lv->rows.count)
        add_held(lv, c, right);
    room = lv->seen.w - utf8_width(left->s, left->len) - NAME_W;
    add_extra(lv, c, room, right, add_ends);
    add_extra(lv, c, room, right, add_speed);
}
