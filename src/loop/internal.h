/* What the files of loop/ know of each other. Nobody else includes this: it names libuv. */
#ifndef LOOP_INTERNAL_H
#define LOOP_INTERNAL_H

#include <uv.h>
#include "loop/loop.h"

struct loop {
    uv_loop_t uv;
    uv_prepare_t turn; /* runs after timers, just before the loop sleeps */
    void (*turn_fn)(void *);
    void *turn_data;
    bool in_timers;    /* the callback of a timer is running */
    struct job *jobs; /* not done yet */
    struct child *children;
};

/* Not counting zombies. Looks through /proc: for the rare child that is being ended only. */
bool group_lives(pid_t group);

void jobs_cancel_all(struct loop *l);
void children_kill_all(struct loop *l);
/* Whether one of them is still waited for, so many ms after the end began. */
bool jobs_awaited(const struct loop *l, uint64_t for_ms);
bool children_awaited(const struct loop *l, uint64_t for_ms);

#endif
