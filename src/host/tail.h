/* What was appended to a file, step by step, through rotation and truncation: nothing twice, and nothing left out that is still there.
 * Every function may wait for a disk: to be called in a worker, by one at a time.
 *
 * Files are told apart by device and inode and are held open, so a number is never taken again by another file meanwhile. A file that
 * was renamed away is read to its end before the one that took its name, and looked at for half a minute more. Files that came and went
 * between two looks are found again under their new names; what was copied away before the file was cut (copytruncate) is read from the
 * copy. That a file was cut and has grown beyond the old place since is seen by the last bytes that were read: they stand there no more. */
#ifndef HOST_TAIL_H
#define HOST_TAIL_H

#include <stdint.h>
#include <sys/stat.h>
#include "base/error.h"
#include "base/mem.h"

enum tail_event {
    TAIL_NOTHING, /* until something happens to the file: read .notify, or wait */
    TAIL_DATA,    /* .bytes, .len from .from on; maybe none the first time */
    TAIL_ROTATED,
    TAIL_TRUNCATED,
    TAIL_GONE,
    TAIL_BACK,
    TAIL_LOST,
    TAIL_FAILED,  /* .err; it is over */
};
const char *tail_event_name(enum tail_event e);

enum { TAIL_MARK = 256, TAIL_FILES = 48, TAIL_LATE = 8 };

struct tail_file {
    int fd, watch;              /* watch: of inotify; -1 */
    struct stat st;             /* when last looked at */
    int64_t at;                 /* next byte */
    char mark[TAIL_MARK];       /* what stands right before it */
    size_t nmark;
    enum tail_event arrival;    /* to be told when it becomes the one that is read */
    bool copy;                  /* of what another file held before it was cut; given out under that one's inode */
    int64_t idle_since;
    int64_t cut_ns;             /* of the file system: when it was cut last; 0: never */
};

struct tail {
    /* of the last step */
    char *bytes;
    size_t len;
    int64_t from, inode, size;
    struct err err;
    int notify;                 /* descriptor that gets readable when it pays to step again; -1: there is none */

    char *path, *dir;
    const char *base;           /* within path */
    size_t slice;
    int64_t want_from, want_inode;
    bool begun, first_given, gone_told;
    bool stirred;               /* something happened while we looked: look again before resting */
    unsigned put_off;           /* how often the search for missed files was, because their names were changing */
    int64_t missing_since, denied_since;
    struct err denied;
    struct tail_file files[TAIL_FILES], late[TAIL_LATE];
    size_t nfiles, nlate;       /* files[0] is read, the others came after it */
};

/* from and inode as in struct host_call; slice: bytes of a step at most. */
void tail_init(struct tail *t, const char *path, int64_t from, int64_t inode, size_t slice);
enum tail_event tail_step(struct tail *t, int64_t mono_ms);
void tail_release(struct tail *t);

#endif
