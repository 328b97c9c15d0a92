/* Replies that a decorator gives by itself: they must not come from inside submit, so they wait for the next turn. */
#ifndef PORT_DEFERRED_H
#define PORT_DEFERRED_H

#include "port/port.h"

struct deferred {
    struct later later;
    struct deferred_item *head, *tail;
};

/* A ticket that no other decorator and no port at the end ever gives (they count from 1; these have the highest bit). */
ticket ticket_own(void);

void deferred_init(struct deferred *d, struct later later);
/* Every last reply that waits is given now, with ERR_CANCELLED; the others are dropped. What was scheduled runs into nothing. */
void deferred_release(struct deferred *d);
/* Give `r` to fn soon. What r points to must live until then, but err, which is copied. r->id 0: a new ticket. */
ticket deferred_add(struct deferred *d, const struct reply *r, reply_fn *fn, void *ctx);
/* It is answered with ERR_CANCELLED instead, as its last; false when it is not waiting here. */
bool deferred_cancel(struct deferred *d, ticket id);
/* Replies of this ticket that are not its last are not given any more. */
void deferred_drop(struct deferred *d, ticket id);
bool deferred_empty(const struct deferred *d);

#endif
