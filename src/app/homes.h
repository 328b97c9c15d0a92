/* Homes of servers that were seen running on this machine, kept from run to run: one that is stopped is found again. */
#ifndef APP_HOMES_H
#define APP_HOMES_H

#include <stddef.h>

enum { HOMES_MAX = 100 };

struct homes {
    char **v; /* absolute, the last seen first */
    size_t n, cap;
};

/* What the file says, at most HOMES_MAX. A file that cannot be read, or that others may write, is none. Blocks: before the loop runs. */
void homes_read(struct homes *h, const char *file);
/* Seen running: comes first. What is no absolute path in one line is left out. */
void homes_add(struct homes *h, const char *home);
/* Writes those, and behind them what stands there already, without the directories that are gone; nothing when that is what it says.
 * Another file takes its place, 0600. A failure is only logged: it is a convenience. Blocks: in a worker, at the end. */
void homes_write(const struct homes *h, const char *file);
void homes_release(struct homes *h);

#endif
