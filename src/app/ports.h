/* Who may be asked on a port. Of two homes on one machine that are configured with the same one only the server that holds it, and only
 * under its own name; of a home that was only found, and does not run, nobody. */
#ifndef APP_PORTS_H
#define APP_PORTS_H

#include "app/app.h"

/* Held until its machine was looked at and something runs from its home. */
bool ports_waits(const struct app *a, uint32_t instance);
/* Before link_start, and whenever the machine may have been looked at: holds and lets go in link/. Cheap. */
void ports_judge(struct app *a);

#endif
