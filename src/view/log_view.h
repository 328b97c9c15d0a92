/* The inside of a view of logs, for the files of view/ that belong to it. */
#ifndef VIEW_LOG_VIEW_H
#define VIEW_LOG_VIEW_H

#include "view/log_rows.h"
#include "view/view.h"

/* A line, wherever it is among the others: what the cursor holds on to. */
struct log_place {
    bool set;
    uint32_t instance;
    size_t log;
    uint64_t epoch;
    int64_t n, offset, time_ms;
};

struct log_view {
    struct view base;
    struct log_rows rows;
    char *names;               /* as in struct log_query */
    enum logbook_level least;
    struct filter *filter;
    char *filter_text;
    char *needle;              /* that was searched for; NULL: nothing */
    bool follow;               /* stays at the end */
    bool wrap, dirty, many, paused;
    bool pane;                 /* one of several on the screen: a stack trace takes one row there, unless lines are wrapped */
    bool pull;                 /* a person pushed against the beginning: some more, however much is held */
    bool arriving, arrived;    /* on the way to at_ms; something of it came */
    uint64_t epochs;           /* of the shown logs together, when that began */
    int left;                  /* columns scrolled to the right */
    size_t sel;                /* index of the line under the cursor */
    int sel_row;               /* its row in the pane; place_lines mends it */
    size_t top;                /* index of the first line in the pane when it was drawn last */
    bool bottom;               /* the last line was in it */
    struct log_place here;
    int64_t at_ms;
    uint64_t jump;
    uint64_t generation, order;
    struct log_scope scope;
    struct rect seen;          /* where it was drawn last */
    struct relation *row;      /* one row: the line under the cursor */
};

static inline struct log_view *log_of(const struct view *v)
{
    return (struct log_view *)(uintptr_t)v;
}

/* log_view.c */
void log_set_wrap(struct view *v, bool wrap);

/* log_move.c: where the cursor is */
void log_settle(struct log_view *lv, const struct view_ctx *c);   /* after the lines changed */
void log_select(struct log_view *lv, const struct view_ctx *c, size_t i);
void log_move(struct log_view *lv, const struct view_ctx *c, long by);
void log_page(struct log_view *lv, const struct view_ctx *c, int direction);
void log_first(struct log_view *lv, const struct view_ctx *c);
void log_last(struct log_view *lv, const struct view_ctx *c); /* and follows from there */
/* What is held becomes what is around this time (0: the beginning of all), and the cursor goes there. */
void log_jump_to(struct log_view *lv, const struct view_ctx *c, int64_t at_ms);

/* log_find.c */
bool log_goto(struct log_view *lv, const struct view_ctx *c, const char *time, struct err *e);
bool log_search(struct log_view *lv, const struct view_ctx *c, bool backward, struct err *e);
bool log_next_bad(struct log_view *lv, const struct view_ctx *c, bool backward, struct err *e);
/* log_choice.c */
/* Are all of the shown logs held from their beginnings? And is one of them not read up to its end? */
bool log_begins(const struct log_view *lv, const struct view_ctx *c);
bool log_detached(const struct log_view *lv, const struct view_ctx *c);
/* At this time lines of a log are missing that goes less far back than others, and has no room to be read further by itself. */
bool log_torn(const struct log_view *lv, const struct view_ctx *c, int64_t time_ms);
/* log_find.c */
/* "13:45" "13:45:02" "2026-11-22 13:45" "2026-11-22" "-2h", RFC 3339: UTC. A time of day is the last one that was. */
bool log_time_parse(const char *s, int64_t now_ms, int64_t *out);
/* Case counts when the needle has a capital; NULL, or where it is. */
const char *log_find(const char *s, size_t n, const char *needle);

/* log_choice.c */
/* The instances that it is about. */
void log_scope(const struct log_view *lv, const struct view_ctx *c, struct log_scope *out);
bool log_choose(struct log_view *lv, const struct view_ctx *c, const char *arg, struct err *e);

/* log_lines.c */
/* Makes the rows of the pane: returns the first line, and in *skip its rows that are above. */
size_t log_lay_out(struct log_view *lv, const struct view_ctx *c, int height, int *skip);
int log_height(struct log_view *lv, const struct view_ctx *c, size_t i); /* rows of a line */

/* log_draw.c */
void log_draw(struct view *v, struct grid *g, struct rect r, const struct view_ctx *c, bool focused);

/* log_title.c */
void log_title(struct view *v, const struct view_ctx *c, struct text *left, struct text *right);
/* "debug" of debug.log. Bytes of the name that are shown. */
int log_short(const char *name);

#endif
