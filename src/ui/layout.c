#include "ui/layout.h"
#include <string.h>

#define FRAME 2
#define LEFT_MIN 24
#define LEFT_MAX 40
#define TWO_COLUMNS_MIN 74
#define TOP_MIN 3      /* rows of the band above the transactions, */
#define TOP_USUAL 5    /* which may be so high on any screen, */
#define TOP_SHARE 3    /* and a third of the rows on a higher one */
#define BOTTOM_MIN 4
#define BOTTOM_USUAL 6 /* rows of the band below them: lines of a log need company, */
#define BOTTOM_SHARE 3 /* and get a third of a higher screen */

/* The least height of a pane with its frame. */
static const int least[NPANES] = {
    [PANE_INSTANCES] = 5, [PANE_DATABASES] = 5, [PANE_TRANSACTIONS] = 8, [PANE_PLUGINS] = 3, [PANE_LOGS] = 5};

static const enum pane giving_up[] = {PANE_PLUGINS, PANE_LOGS, PANE_DATABASES, PANE_INSTANCES};

/* Panes of each column, from the top. */
static const enum pane left[] = {PANE_INSTANCES, PANE_PLUGINS};
static const enum pane right[] = {PANE_DATABASES, PANE_TRANSACTIONS, PANE_LOGS};
static const enum pane single[] = {PANE_INSTANCES, PANE_DATABASES, PANE_TRANSACTIONS, PANE_PLUGINS, PANE_LOGS};

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct plan {
    const int *want;
    bool on[NPANES];
    int height[NPANES];
};

static int min(int a, int b)
{
    return a < b ? a : b;
}

static int max(int a, int b)
{
    return a > b ? a : b;
}

static int needed(const struct plan *p, const enum pane *column, size_t n)
{
    int sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += p->on[column[i]] ? least[column[i]] : 0;
    return sum;
}

static bool fits(const struct plan *p, int w, int rows)
{
    if (w < TWO_COLUMNS_MIN)
        return needed(p, single, COUNT(single)) <= rows;
    return needed(p, left, COUNT(left)) <= rows && needed(p, right, COUNT(right)) <= rows;
}

/* Raise a pane to its wish, at most to `limit` rows, out of *spare. */
static void grow(struct plan *p, enum pane which, int limit, int *spare)
{
    int64_t wish = (int64_t)p->want[which] + FRAME;
    int more;

    if (!p->on[which])
        return;
    more = min(*spare, (int)(wish < limit ? wish : limit) - p->height[which]);
    if (more > 0) {
        p->height[which] += more;
        *spare -= more;
    }
}

/* Heights of one column. Databases and instances get what they wish up to a share, logs and transactions divide the
 * rest 2 to 3, and what nobody wishes goes to the main pane of the column. */
static void share(struct plan *p, const enum pane *column, size_t n, int rows)
{
    int spare = rows - needed(p, column, n);
    enum pane main_pane = column[0];

    for (size_t i = 0; i < n; i++) {
        p->height[column[i]] = p->on[column[i]] ? least[column[i]] : 0;
        if (!p->on[main_pane] || (column[i] == PANE_TRANSACTIONS && p->on[column[i]]))
            main_pane = column[i];
    }
    for (size_t i = 0; i < n; i++) {
        if (column[i] == PANE_DATABASES || (column[i] == PANE_INSTANCES && main_pane == PANE_TRANSACTIONS))
            grow(p, column[i], max(rows / 3, least[column[i]]), &spare);
        if (column[i] == PANE_PLUGINS)
            grow(p, column[i], main_pane == PANE_INSTANCES ? max(rows * 2 / 5, rows - p->want[PANE_INSTANCES] - FRAME)
                                                           : rows / 6, &spare);
        if (column[i] == PANE_LOGS)
            grow(p, column[i], (p->height[PANE_LOGS] + p->height[PANE_TRANSACTIONS] + spare) * 2 / 5, &spare);
    }
    p->height[main_pane] += spare;
}

static void place(const struct plan *p, const enum pane *column, size_t n, int x, int y, int w, struct layout *out)
{
    for (size_t i = 0; i < n; i++) {
        if (!p->on[column[i]])
            continue;
        out->pane[column[i]] = (struct rect){x, y, w, p->height[column[i]]};
        y += p->height[column[i]];
        out->shown++;
    }
}

static bool any(const struct plan *p, const enum pane *column, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p->on[column[i]])
            return true;
    return false;
}

/* ---- bands: a few instances and the databases, the transactions at full width, plugins and logs ---- */

static int64_t wish(const struct plan *p, enum pane a, enum pane b)
{
    int64_t x = p->on[a] ? p->want[a] : 0, y = p->on[b] ? p->want[b] : 0;

    return (x > y ? x : y) + FRAME;
}

static int band(const struct plan *p, enum pane a, enum pane b, int least_rows, int most)
{
    int64_t h = wish(p, a, b);

    if (!p->on[a] && !p->on[b])
        return 0;
    return max(least_rows, (int)(h < most ? h : most));
}

static int top_most(int rows)
{
    return max(rows / TOP_SHARE, TOP_USUAL);
}

static void place_band(const struct plan *p, enum pane a, enum pane b, int y, int w, int h, struct layout *out)
{
    int left_w = !p->on[a] ? 0 : !p->on[b] ? w : max(LEFT_MIN + 4, min(w * 3 / 8, LEFT_MAX + 16));

    if (p->on[a])
        out->pane[a] = (struct rect){0, y, left_w, h};
    if (p->on[b])
        out->pane[b] = (struct rect){left_w, y, w - left_w, h};
    out->shown += p->on[a] + p->on[b];
}

static void place_bands(struct plan *p, int w, int y, int rows, struct layout *out)
{
    int top = band(p, PANE_INSTANCES, PANE_DATABASES, TOP_MIN, top_most(rows)), bottom, middle;

    if (top > rows - least[PANE_TRANSACTIONS])
        top = max(TOP_MIN, rows - least[PANE_TRANSACTIONS]);
    bottom = band(p, PANE_PLUGINS, PANE_LOGS, BOTTOM_MIN, max(BOTTOM_USUAL, rows / BOTTOM_SHARE));
    if (bottom > rows - top - least[PANE_TRANSACTIONS])
        bottom = max(BOTTOM_MIN, rows - top - least[PANE_TRANSACTIONS]);
    middle = rows - top - bottom;
    place_band(p, PANE_INSTANCES, PANE_DATABASES, y, w, top, out);
    out->pane[PANE_TRANSACTIONS] = (struct rect){0, y + top, w, middle};
    out->shown++;
    place_band(p, PANE_PLUGINS, PANE_LOGS, y + top + middle, w, bottom, out);
}

/* Plugins and logs go together: one of them alone would take as many rows. */
static void give_up_bands(struct plan *p, int rows)
{
    bool bottom = p->on[PANE_PLUGINS] || p->on[PANE_LOGS], top = p->on[PANE_DATABASES] || p->on[PANE_INSTANCES];

    if (bottom && rows < least[PANE_TRANSACTIONS] + (top ? TOP_USUAL : 0) + BOTTOM_MIN)
        p->on[PANE_PLUGINS] = p->on[PANE_LOGS] = false;
    if (top && rows < least[PANE_TRANSACTIONS] + TOP_MIN)
        p->on[PANE_DATABASES] = p->on[PANE_INSTANCES] = false;
}

static bool in_bands(const struct plan *p, int w, int rows)
{
    return w >= TWO_COLUMNS_MIN && p->on[PANE_TRANSACTIONS] &&
           (!p->on[PANE_INSTANCES] || p->want[PANE_INSTANCES] <= top_most(rows) - FRAME);
}

/* ---- columns ---- */

static void lay_out(struct plan *p, int w, int y, int rows, struct layout *out)
{
    int left_w = max(LEFT_MIN, min(w * 3 / 8, LEFT_MAX));
    bool has_left = any(p, left, COUNT(left)), has_right = any(p, right, COUNT(right));

    if (w < TWO_COLUMNS_MIN) {
        share(p, single, COUNT(single), rows);
        place(p, single, COUNT(single), 0, y, w, out);
        return;
    }
    if (!has_left)
        left_w = 0;
    else if (!has_right)
        left_w = w;
    if (has_left) {
        share(p, left, COUNT(left), rows);
        place(p, left, COUNT(left), 0, y, left_w, out);
    }
    if (has_right) {
        share(p, right, COUNT(right), rows);
        place(p, right, COUNT(right), left_w, y, w - left_w, out);
    }
}

void layout_dashboard(int w, int h, int above, int below, const int want[NPANES], struct layout *out)
{
    struct plan p = {.want = want};
    int rows = h - above - below;

    memset(out, 0, sizeof *out);
    if (w < LAYOUT_MIN_W || h < LAYOUT_MIN_H || above < 0 || below < 0 || rows < least[PANE_TRANSACTIONS]) {
        out->too_small = true;
        return;
    }
    for (int i = 0; i < NPANES; i++)
        p.on[i] = want[i] >= 0;
    if (in_bands(&p, w, rows)) {
        give_up_bands(&p, rows);
        place_bands(&p, w, above, rows, out);
        return;
    }
    for (size_t i = 0; i < COUNT(giving_up) && !fits(&p, w, rows); i++)
        p.on[giving_up[i]] = false;
    lay_out(&p, w, above, rows, out);
}
