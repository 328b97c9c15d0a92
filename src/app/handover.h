/* The terminal handed to another program, and taken back when that ends. */
#ifndef APP_HANDOVER_H
#define APP_HANDOVER_H

#include "app/console.h"

struct handover;

/* Runs argv (ends in NULL; argv[0] is looked up in PATH) on the console's terminal, in a process group of its own, with our environment
 * less the variables in `without` (ends in NULL). Meanwhile nothing is drawn and no key is read; the servers are asked as before. False
 * with words, and the terminal is as it was, when it cannot be started. */
bool handover_begin(struct console *c, const char *const *argv, const char *const *without, struct err *e);
/* The program is told to end (SIGHUP), as when its terminal goes; accepts that there is none. */
void handover_end(struct console *c);

#endif
