/* neodeck --plain, and neodeck into a pipe: the dashboard once, as text. */
#ifndef APP_BATCH_DASHBOARD_H
#define APP_BATCH_DASHBOARD_H

#include "app/app.h"

/* Waits for everything that the dashboard shows and prints it: tables, or with --plain one labelled line for each row, for those who
 * listen. Returns the exit status, of reaching the targets alone. */
int batch_dashboard(struct app *a);

#endif
