/* The guard: only statements that the table says are reading ones pass to an instance that is read-only. It believes
 * neither the caller nor a text. */
#ifndef PORT_GUARD_H
#define PORT_GUARD_H

#include "port/port.h"

struct guard;
struct guard *guard_new(struct port inner, struct later later, bool (*read_only)(void *data, uint32_t instance), void *data);
void guard_free(struct guard *g);
struct port guard_port(struct guard *g);

#endif
