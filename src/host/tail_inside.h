/* What tail.c and tail_beside.c know of each other. */
#ifndef HOST_TAIL_INSIDE_H
#define HOST_TAIL_INSIDE_H

#include "host/tail.h"

/* ---- tail.c ---- */

bool file_is(const struct tail_file *f, const struct stat *st);
bool tail_holds(const struct tail *t, const struct stat *st);
/* The last of the files, from its beginning; there must be room. Takes the descriptor. */
void tail_append(struct tail *t, int fd, const struct stat *st, enum tail_event arrival);

/* Takes what the kernel has to tell. True: something was made, renamed or removed in the directory. */
bool tail_drain(struct tail *t);

/* ---- tail_beside.c: files in the same directory whose names begin with that of ours ---- */

/* Files that bore our name for a while between the last of ours and `now`, a descriptor: appended, oldest first.
 * False: not all of them, for want of room or because names are just changing: to be called again before `now` is appended. */
bool tail_find_missed(struct tail *t, int now);
/* The first of the files was cut. A copy of what it held before becomes the first, to be read from the same place on, with whatever was
 * copied later behind it; false: there is none. */
bool tail_find_copies(struct tail *t);
/* The file of that inode becomes the first, what came between it and the one that is the first follows. */
bool tail_find_inode(struct tail *t, int64_t inode);

#endif
