/* The kinds of views, for view.c alone. */
#ifndef VIEW_KINDS_H
#define VIEW_KINDS_H

#include "view/view.h"

struct view *list_view_new(enum sheet_id sheet);
struct view *text_view_new(enum view_id id);
struct view *log_view_new(void);

#endif
