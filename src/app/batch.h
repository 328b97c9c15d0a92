/* The batch twins: one view, one kill, one look, printed. Each returns the exit status of the table in neodeck(1). */
#ifndef APP_BATCH_H
#define APP_BATCH_H

#include <stdio.h>
#include "app/app.h"

int batch_show(struct app *a, const char *view); /* "dashboard": the plain snapshot */
int batch_check(struct app *a);
int batch_info(struct app *a);
int batch_kill(struct app *a, const char *id);

/* One line to standard error, and an object when --format json. */
int batch_fail(const struct cmdline *cl, const struct err *e);
/* One line to standard error, made harmless. */
void batch_tell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void batch_print(FILE *to, const struct text *t);
bool batch_json(const struct cmdline *cl);             /* --format json */
/* Warnings and errors of messages go to standard error from now on; what was said before comes first. */
void batch_tell_messages(struct app *a);
/* From now on these sheets of every instance; or those that the rules of the worst-first line look at. */
void batch_want(struct app *a, const enum sheet_id *sheets, size_t n);
void batch_want_findings(struct app *a);
bool batch_is_up(const struct app *a, uint32_t i);
/* Gets the secrets (prompting on the terminal when there is one), then waits until every target is settled and all that is wanted has come
 * or failed. */
void batch_answers(struct app *a);
void batch_rows(struct app *a);   /* the same, not waiting for who the targets are: of rows that do not tell it */
void batch_settle(struct app *a); /* the targets only, asking nobody */
/* Runs the loop until ready() or the deadline; false: the deadline. */
bool batch_wait(struct app *a, bool (*ready)(void *), void *data, int64_t deadline_ms);
/* 0, or 4 / 5 with the words told, from the states of the instances. printed: standard output has its JSON already, which says the
 * same; the words go to standard error only. */
int batch_reach(struct app *a, bool printed);
bool batch_never(void *data); /* for batch_wait: only the deadline ends it */

#endif
