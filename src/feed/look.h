/* One look at a machine: a conversation of a few rounds, from processes, units and directories to candidates. */
#ifndef FEED_LOOK_H
#define FEED_LOOK_H

#include "feed/sights.h"

struct look;
/* `homes` ends in NULL, may be NULL; copied. `done` is called once, never from inside; then look_take. */
struct look *look_new(const struct port *p, uint32_t instance, const char *const *homes, void (*done)(void *), void *data);
void look_free(struct look *k); /* accepts NULL; also from inside done */
struct sights *look_take(struct look *k); /* gives it away, once */

#endif
