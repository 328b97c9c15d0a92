/* A tape whose servers are real, or as good as: what is asked of them goes over the wire to the addresses that a script names, and comes
 * back by the protocol of the address. Names, clock and machines are those of the tape. */
#ifndef APP_WIRED_H
#define APP_WIRED_H

#include "app/app.h"

/* Makes http, link and the port over link and tape. False with words: a line of `wires` is wrong, or an instance of the tape has none. */
bool wired_open(struct app *a, const char *wires, struct err *e);
struct port wired_port(struct app *a);
/* Adds instance `i` to link/, with the address that was named for it. */
void wired_add(struct app *a, uint32_t i);
void wired_start(struct app *a); /* gives NEO4J_PASSWORD to all of them, as user neo4j */
void wired_release(struct app *a);

#endif
