/* neodeck show logs. */
#ifndef APP_BATCH_LOGS_H
#define APP_BATCH_LOGS_H

#include "app/batch.h"
#include "sheet/sheet.h"

/* Waits for the newest lines of the logs of all instances, merges them by time and puts them into the model as SHEET_LOGS; servers are
 * not asked. Returns the exit status: 0, 1 none could be had, 5 some. What could not be had is told, unless `quiet`: it is the reason of
 * the relation of its instance. */
int batch_logs_collect(struct app *a, bool quiet);
/* Of rows in the order of their time only the newest. */
void batch_logs_newest(struct rows *rows);

#endif
