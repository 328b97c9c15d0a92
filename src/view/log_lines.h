/* Where the parts of a line of a log stand, from the left edge of the pane, and the rows that its text takes. */
#ifndef VIEW_LOG_LINES_H
#define VIEW_LOG_LINES_H

#include "view/log_view.h"

/* A width of 0: not shown. */
struct log_columns {
    int time_w, level_x, instance_x, instance_w, log_x, log_w, class_x, class_w, text_x, text_w;
};
void log_columns(const struct log_view *lv, const struct view_ctx *c, int w, struct log_columns *p);

/* One row of the text of a line. */
struct log_piece {
    const char *s;
    size_t n;
    int x, w; /* from the left edge of the pane */
};
struct log_rows_of {
    const struct logbook_line *line;
    size_t at;   /* bytes that were laid out */
    int number;  /* of rows */
    int prefix;  /* columns of the database in front */
};
int log_prefix_width(const struct logbook_line *line); /* "[shop] " in front of its text */
void log_rows_begin(struct log_rows_of *rows, const struct logbook_line *line);
bool log_rows_next(const struct log_view *lv, const struct log_columns *p, struct log_rows_of *rows, struct log_piece *out);

/* A line of another day than the one before it stands under a row that says so. */
bool log_begins_day(const struct log_view *lv, const struct view_ctx *c, size_t i);

#endif
