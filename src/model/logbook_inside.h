/* What the model makes and frees of logbooks. */
#ifndef MODEL_LOGBOOK_INSIDE_H
#define MODEL_LOGBOOK_INSIDE_H

#include "model/logbook.h"

/* `changes` is counted up with every change, and must outlive it. */
struct logbook *logbook_new(uint64_t *changes);
void logbook_free(struct logbook *b); /* accepts NULL */

#endif
