/* The event loop: descriptor watches, timers, signals, children, worker jobs, name look-ups. One loop, one thread; every
 * callback runs on it. Hides libuv. */
#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "base/error.h"
#include "base/text.h"

struct loop;

/* Raises the worker pool to 16 threads before first use and ignores SIGPIPE (children get the default back): call it
 * before any other thread exists. */
struct loop *loop_new(void);
/* Closes what is left; accepts NULL. First the jobs and children: what has not begun is cancelled, children are killed,
 * running jobs are waited for, and each still gets its `done`. But not for ever: a job that a disk holds is left after 2 s (one of
 * job_may_be_left after 100 ms), and so is a child that even SIGKILL does not end. They get no `done`, and what they use stays: then
 * the process must end by loop_exit. */
void loop_free(struct loop *l);
/* exit(), also when threads still hang that loop_free has left: libuv would wait for them. */
_Noreturn void loop_exit(int status);
void loop_run(struct loop *l);        /* until loop_stop, or nothing is left to wait for (signals alone do not count) */
void loop_stop(struct loop *l);
/* Called once a turn after all callbacks, before the loop sleeps: the one place where the screen is drawn. */
void loop_on_turn(struct loop *l, void (*fn)(void *), void *data);

/* Descriptor watch. events: LOOP_READ | LOOP_WRITE; the callback gets those ready, or LOOP_HUP for any error or hang-up
 * (also every status < 0 of the poll), after which the watch rests until watch_set. A pipe or socket whose other end was
 * closed is LOOP_READ, and read gives 0. The descriptor becomes non-blocking and stays the caller's; stop the watch before
 * closing it. loop_watch gives NULL with errno for what cannot be polled (EPERM: a regular file; EEXIST: watched already). */
enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HUP = 4 };
struct watch;
struct watch *loop_watch(struct loop *l, int fd, int events, void (*fn)(void *, int ready), void *data);
void watch_set(struct watch *w, int events); /* 0 pauses */
void watch_stop(struct watch *w);            /* frees once libuv lets go; accepts NULL; no callback after this */

/* One-shot timer; set again to move it. */
struct timer;
struct timer *loop_timer(struct loop *l, void (*fn)(void *), void *data);
void timer_set(struct timer *t, int64_t in_ms); /* from now; < 0 is 0. Set inside of a timer it is due on the next turn or later */
void timer_clear(struct timer *t);
void timer_free(struct timer *t); /* accepts NULL */

struct sigwatch;
struct sigwatch *loop_signal(struct loop *l, int signum, void (*fn)(void *, int signum), void *data);
void sigwatch_free(struct sigwatch *s);

/* A job on a worker thread. `work` must touch only `data`; `done` runs on the loop, also when cancelled before it began
 * (cancelled true). Data is the caller's until done has run. */
struct job;
struct job *loop_work(struct loop *l, void (*work)(void *), void (*done)(void *, bool cancelled), void *data);
void job_cancel(struct job *j); /* only stops what has not begun */
void job_may_be_left(struct job *j); /* nothing is lost when the process ends while it runs */
void job_never_cancelled(struct job *j); /* it lets go of something: also loop_free lets it run */

/* A child process: argv[0] is looked up in PATH; in may be NULL (its stdin is then /dev/null). stdout and stderr are
 * collected up to max_out bytes each. detached from our terminal (setsid); killed with its process group at the deadline
 * (TERM, then KILL after 2 s); deadline_ms <= 0: none. What the child left running when it ended by itself is left alone,
 * and its outputs are then read for 500 ms more. `done` always comes, exactly once, also after child_cancel, never from
 * inside loop_spawn; the pointer is dead after it. */
struct child_result {
    int exit_status;   /* -1 when it did not run or a signal ended it */
    int signal;
    bool timed_out, cancelled;
    const struct text *out, *errout;
    const char *error; /* why it could not be started, or NULL */
};
struct child;
struct child *loop_spawn(struct loop *l, const char *const *argv, const char *in, size_t in_len, size_t max_out,
                         int64_t deadline_ms, void (*done)(void *, const struct child_result *), void *data);
void child_cancel(struct child *c);
/* For what must be heard while it runs: from now on its stdout goes to `output` as it comes, and is not collected. To be called
 * right after loop_spawn. */
void child_on_output(struct child *c, void (*output)(void *data, const char *bytes, size_t n));

#endif
