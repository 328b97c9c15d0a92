/* What a kill is about: the marked rows, else the one under the cursor. Identities only; what they are now is looked up by ops/. */
#ifndef APP_KILL_TARGETS_H
#define APP_KILL_TARGETS_H

#include "app/console.h"

#define KILL_TARGETS_MAX 200

struct kill_targets {
    struct op_target target[KILL_TARGETS_MAX];
    size_t n, beyond; /* beyond: so many more were marked than go into one question */
    enum op_kind kind;
};

/* Fills *all; `id` is what was typed behind ":kill", "" for what is marked or under the cursor. False, and the reason is said, when
 * there is nothing to kill, or more than one thing of that id. */
bool kill_targets_gather(struct console *c, struct kill_targets *all, const char *id);

#endif
