/* Audit log and prompt history: SQLite in a worker, never on the loop. A port at the end: ASK_AUDIT, ASK_HISTORY, ASK_REMEMBER,
 * ASK_RECALL. Opened at the first ask. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "loop/loop.h"
#include "port/port.h"

struct store;
struct store *store_new(struct loop *l, const char *directory); /* copies; the directory is made 0700 when it is not there */
void store_free(struct store *s); /* waits at most 2 s for what is being written; open tickets get their last reply */
struct port store_port(struct store *s);

#endif
