/* Two homes on one machine that are configured with the same port: only the server that holds it may be asked, and only under its own
 * name. */
#ifndef APP_PORTS_H
#define APP_PORTS_H

#include "app/app.h"

/* Before link_start, and whenever the machine may have been looked at: holds and lets go in link/. Cheap. */
void ports_judge(struct app *a);

#endif
