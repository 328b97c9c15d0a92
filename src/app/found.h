/* What stands on this machine, for who has no address: looked for before the console opens. */
#ifndef APP_FOUND_H
#define APP_FOUND_H

#include "app/app.h"

/* Where those that were given by their home are asked, by their own configuration. What cannot be told of one of the configuration
 * becomes its `why_not`; a TARGET that is no home is ERR_USAGE. Runs the loop, at most for 3 s. */
bool found_homes(struct app *a, struct err *e);
/* Adds all that are found on this machine, running or stopped; NEO4J_HOME and what was seen in former runs count, too. Runs the loop, at
 * most for 3 s. */
void found_here(struct app *a);

/* For the next run: those that ran when it began, and those that run now. */
void found_remember(struct app *a);

#endif
