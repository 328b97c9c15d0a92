/* How each view was left: order, filter, columns, width or wrapping, and of the first screen the pane with the focus. That one was zoomed
 * is not kept: who opens a console wants to see all of it first. Kept in the file "views" of the state directory for the next time. Read
 * before the loop runs, written by a worker some seconds after the last change and at the end. */
#ifndef APP_KEPT_H
#define APP_KEPT_H

#include "app/app.h"
#include "view/view.h"

struct kept;

/* Reads the file; one that cannot be used is a message and the defaults. Nothing is read or written where nothing may be kept, and
 * where `memory`: a script leaves no traces. Never NULL. */
struct kept *kept_new(struct app *a, bool memory);
void kept_free(struct kept *k); /* writes what is not written yet; the loop does not run any more */

void kept_apply(const struct kept *k, struct view *v); /* to a view that was just opened */
void kept_note(struct kept *k, const struct view *v);  /* a person changed how it looks */

int kept_focus(const struct kept *k); /* pane, from 0; -1: none */
void kept_note_focus(struct kept *k, int focus);

void kept_reset(struct kept *k); /* forgets all of it */

/* ---- the text of the file: pure ---- */
void kept_write(const struct kept *k, struct text *out);
/* False with words about the first line that makes no sense; the rest counts. */
bool kept_read(struct kept *k, const char *bytes, size_t n, struct err *e);

#endif
