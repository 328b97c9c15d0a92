/* Screens: each shows one thing in a rectangle. A view never sends anything: it says what it is interested in. It changes only what
 * it shows; everything else is a command for app/. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"
#include "base/ids.h"
#include "cmd/cmd.h"
#include "model/logbook.h"
#include "model/model.h"
#include "sheet/sheet.h"
#include "ui/grid.h"

/* What handlers return: what must happen. */
enum { VIEW_NOTHING = 0, VIEW_REDRAW = 1, VIEW_RELAYOUT = 2, VIEW_UNKNOWN = 4 /* not for this view */ };

struct view_ctx {
    const struct model *model;
    uint32_t scope;     /* the instance looked at, or MODEL_NO_INSTANCE for all */
    const char *group;  /* of all only those of this group; "": of any */
    int64_t wall_ms;
    const struct keymap *keys;
    struct cmd_context cmd; /* for help: why something does not work here */
    bool connecting;        /* some instance has not been asked yet: empty lists say so */
    bool paused;            /* nothing may move but by a hand */
    bool pane;              /* several are on the screen, each with little room */
};

/* Is the instance among those that are looked at? */
bool view_in_scope(const struct view_ctx *c, uint32_t instance);

struct view;

struct view_ops {
    void (*free)(struct view *v);
    /* Take over what the model knows now; cheap when nothing changed. */
    void (*update)(struct view *v, const struct view_ctx *c);
    void (*draw)(struct view *v, struct grid *g, struct rect inside, const struct view_ctx *c, bool focused);
    unsigned (*command)(struct view *v, enum command_id id, const char *arg, const struct view_ctx *c, struct err *e);
    /* After the name in the upper edge: counts; and at its right end: filter, sort, age. */
    void (*title)(struct view *v, const struct view_ctx *c, struct text *left, struct text *right);
    /* NULL but where a filter hides rows while one types it (view_filters). */
    const char *(*filter)(const struct view *v);
    bool (*set_filter)(struct view *v, const char *expr, struct err *e);
    /* NULL but where rows can be selected. */
    struct row (*selected)(const struct view *v);
    /* NULL but where a click means something. x, y: of the grid it was drawn in. True: it met a row, which is selected now. */
    bool (*click)(struct view *v, int x, int y);
};

struct view {
    const struct view_ops *ops;
    enum view_id id;
    char *argument;      /* what it was opened for: the id of the transaction; or NULL */
    uint32_t instance;   /* of that row; MODEL_NO_INSTANCE: follows the scope */
    int64_t started_ms;  /* of that transaction: its id alone may be another one's later; 0: unknown */
};

/* Any view by its row in views.def; argument and instance only for those that are about one row. */
struct view *view_open(enum view_id id, const char *argument, uint32_t instance);
void view_close(struct view *v); /* accepts NULL */
void view_update(struct view *v, const struct view_ctx *c);
void view_draw(struct view *v, struct grid *g, struct rect inside, const struct view_ctx *c, bool focused);
unsigned view_command(struct view *v, enum command_id id, const char *arg, const struct view_ctx *c, struct err *e);
/* Appends what stands in the frame: the view's name and what it shows of what; and how. A text of the program's own is called by its own. */
void view_titles(struct view *v, const struct view_ctx *c, struct text *left, struct text *right);

/* A click inside of it; true when it met a row, which is selected now. On the name of a column it sorts. */
bool view_click(struct view *v, int x, int y);

/* The sheets a view wants asked: at most `max`, returns how many. */
size_t view_interest(const struct view *v, enum sheet_id *out, size_t max);

/* ---- lists (view/list_view.c) ---- */
bool view_is_list(const struct view *v);
enum sheet_id view_list_sheet(const struct view *v);
/* The row under the cursor; rel NULL when there is none. Valid until the next publish. */
struct row view_selected(const struct view *v);
/* Calls fn for each marked row that still exists (hidden: the filter hides it); returns how many. */
size_t view_marked(const struct view *v, const struct view_ctx *c, void (*fn)(void *data, struct row r, bool hidden), void *data);
/* True when rows are marked; *instance: the only one that they are of, or MODEL_NO_INSTANCE when there are several. */
bool view_marks(const struct view *v, uint32_t *instance);
bool view_filters(const struct view *v); /* a filter hides rows here; elsewhere it searches */
const char *view_filter(const struct view *v);
bool view_set_filter(struct view *v, const char *expr, struct err *e); /* false: the old filter stays */
bool view_set_sort(struct view *v, const char *column, struct err *e); /* "" natural order, "-name" reversed */
bool view_set_columns(struct view *v, const char *list, struct err *e);
void view_set_wide(struct view *v, bool wide); /* lists: more columns; logs: long lines are wrapped */
/* The same as words that these take again: "-elapsed_ms", "a,b"; "" when nobody chose. */
void view_order_words(const struct view *v, struct text *out);
void view_columns_words(const struct view *v, struct text *out);
bool view_is_wide(const struct view *v);
size_t view_left_out(const struct view *v); /* rows that a pane only counts, in a line behind the others */
/* What is printed for export: rows as shown now. */
const struct rows *view_rows(const struct view *v);

/* ---- logs (view/log_view.c) ---- */
bool view_is_logs(const struct view *v);
bool view_behind(const struct view *v); /* not everything that is known was looked at yet: update again soon */
/* Which logs a view wants read: one wish for each instance, at most `max` (LOG_INSTANCES are enough); how many. Other views: none. */
#define LOGS_END INT64_MAX
struct log_wish {
    uint32_t instance;
    uint32_t logs;    /* bits by the number of the log in the logbook; 0: those that are there by default */
    bool end_only;       /* nothing but the newest lines is looked at */
    bool earlier, later; /* some more, please, at this end of what is held */
    int64_t at_ms;    /* LOGS_END, or: from this time on */
    uint64_t jump;    /* another number than before: at_ms is a new wish */
};
size_t view_logs_wanted(const struct view *v, const struct view_ctx *c, struct log_wish *out, size_t max);
/* The logs that there are, those of several instances by their names, for a menu; how many. Texts: until the next change of the model. */
struct log_item {
    const char *name;
    bool shown;
    const struct logbook_log *log; /* of the first instance that has one */
};
size_t view_logs_list(const struct view *v, const struct view_ctx *c, struct log_item *out, size_t max);
/* False: it is known of all its instances why there are no logs of them. */
bool view_logs_possible(const struct view *v, const struct view_ctx *c);
void view_logs_toggle(struct view *v, const struct view_ctx *c, const char *name);
/* The line under the cursor with its continuations, as it stands in the file; false: there is none. */
bool view_logs_copy(const struct view *v, const struct view_ctx *c, struct text *out);
/* All lines that are shown: as they stand in their files, or as rows of SHEET_LOGS in a relation for the caller to free. */
void view_logs_raw(const struct view *v, const struct view_ctx *c, struct text *out);
struct relation *view_logs_rows(const struct view *v, const struct view_ctx *c);
/* A screen about the line under the cursor; NULL: there is none. */
struct view *view_logs_entry(const struct view *v, const struct view_ctx *c);

/* ---- texts (view/text_view.c) ---- */
/* A text of the program's own: plan of a query, info. Replaces what it shows. label: as in ui/pager.h, for each line. */
void view_set_text(struct view *v, const char *title, const char *text, int label);
bool view_search(struct view *v, const char *needle, bool backward);

/* ---- the frame around everything (view/header.c) ---- */
struct header {
    const char *scope;      /* "prod-eu › neo4j-1" or "3 instances" */
    const char *server;     /* "5.26.30 ent", or "" */
    const char *access;     /* "READ-ONLY", "READ-ONLY (this console only)", "LOCKED", or "" */
    const char *insecure;   /* words in red, or "" */
    const char *who;        /* "admin@jump3" */
    const char *interval;   /* "2s", "paused", "60s (detached)" */
    int64_t newest_ms;      /* wall clock of the newest data; 0: none */
};
void header_draw(struct grid *g, const struct header *h);
/* The worst-first line; returns the rows it took (0 or 1). */
int worst_draw(struct grid *g, int y, const struct model *m, bool many, bool connecting);

/* ---- the dashboard (view/dashboard.c) ---- */
#define DASH_PANES 5
#define DASH_MAIN  2 /* the transactions: they have the focus at first */
struct dashboard {
    struct view *pane[DASH_PANES];
    struct rect rect[DASH_PANES]; /* w 0: given up at this size */
    int focus;
};
void dashboard_init(struct dashboard *d);
void dashboard_release(struct dashboard *d);
void dashboard_update(struct dashboard *d, const struct view_ctx *c);
void dashboard_draw(struct dashboard *d, struct grid *g, struct rect area, const struct view_ctx *c);
unsigned dashboard_shown(const struct dashboard *d);        /* the panes that were on the screen when it was drawn last, as bits */
void dashboard_focus(struct dashboard *d, int pane);      /* by number from 0; ignored when that pane is not on the screen */
void dashboard_step(struct dashboard *d, int by);         /* next or previous visible pane */

#endif
