/* What the files of host/ share. Above it only host.h is known.
 *
 *   host.c    the port: tickets, cancel, what is refused
 *   call.c    the life of a call: replies, deadlines, its end
 *   workers.c the queue for the workers, and what happens when a disk does not let go of them
 *   mounts.c  what is mounted where
 *   argv.c    from a row of host_commands.def to an argv
 *   words.c   errors with words: who may, and what would grant it
 *   local.c   the local carrier: which of the following does it
 *   files.c   stat, list, read, space: in a worker
 *   replace.c write: in a worker
 *   tail.c    what was appended to a file, through rotation and truncation: in a worker
 *   follow.c  when tail.c is stepped
 *   run.c     commands as children
 *   script.c  the same operations by commands (stat, find, tail, ...), for whoever must become somebody else first
 *   script_follow.c, script_frames.c  following by a command
 *   quote.c   words for a shell */
#ifndef HOST_INTERNAL_H
#define HOST_INTERNAL_H

#include <stdatomic.h>
#include <sys/stat.h>
#include "host/host.h"

enum {
    SLICE = 256 * 1024,            /* read at once, and the most that one reply of a follow holds */
    ANSWER_MAX = 16 * 1024 * 1024, /* where the ask says nothing */
    ANSWER_LIMIT = 256 * 1024 * 1024,
    WRITE_MAX = 16 * 1024 * 1024,
    LIST_MAX = 100000,
    PATH_LIMIT = 4096,
};

/* The host of one instance. Its texts live as long as the hosts. */
struct host {
    struct host_spec spec;
    int64_t server_uid; /* who `become` makes us; -1: not known yet */
};

/* What a worker or a parser found out. */
struct found {
    struct arena memory;
    struct text bytes;
    const char *const *names;
    struct value *cells;
    size_t ncols, nrows;
    struct err err;
};

struct hosts {
    struct loop *loop;
    struct host **of; /* by instance; NULL: none */
    size_t n, cap;
    struct arena specs; /* also those that were replaced: calls may hold on to them */
    struct call *calls; /* to be answered */
    struct call *kept;  /* answered, but a worker or a child is not done with it */
    struct call *queue, *queue_end;
    unsigned working;   /* workers that are busy for us, in time */
    unsigned hanging;   /* those that are beyond it: they may never come back */
    struct timer *soon;
    ticket last;
    bool closing;
};

/* One ask, from submit to its last reply, and on until nothing runs for it any more. */
struct call {
    struct hosts *hosts; /* NULL: they are gone, and the reply is given */
    struct loop *loop;
    struct call *prev, *next; /* in hosts->calls, or hosts->kept */
    ticket id;
    struct host *host;         /* loop's thread only */
    struct ask ask;            /* a copy, in memory */
    const struct host_call *what; /* ask.u.host */
    const char *const *prefix; /* argv that makes us somebody else; empty: none */
    struct arena memory;       /* not touched while a worker runs */
    reply_fn *fn;
    void *ctx;
    int64_t asked_ms, since_ms; /* since: what runs for it was begun, or waits for a worker */
    struct timer *deadline;    /* of the answer; of the worker when that was given; of each step when there are several */
    bool begun;                /* of several replies the first was given: from then on only the steps have a deadline */
    bool hangs;                /* what runs for it is past its time */
    char *place;               /* where it hangs; NULL: a command */
    struct err err;            /* what the loop's thread has to say: goes before found.err */
    bool ending;               /* the last reply comes in the next turn */
    bool answered;
    bool running, queued;      /* a worker has it, or will */
    bool releasing;            /* for release_own */
    struct call *behind;       /* in the queue */
    void (*work)(struct call *);
    void (*worked)(struct call *);
    atomic_bool stop;          /* a worker should look at it between slices */
    struct found found;
    struct child *child;
    void *own;                 /* of the operation */
    void (*end)(struct call *);           /* the last reply is due: let go of what the loop knows */
    void (*release_own)(void *own);       /* called in a worker when nothing runs any more */
};

/* ---- workers.c ---- */

/* Runs work in a worker, then worked on the loop; both at once at most. worked is not called once the call was answered. */
void call_work(struct call *c, void (*work)(struct call *), void (*worked)(struct call *));
/* It shall not begin any more. */
void call_unqueue(struct call *c);
/* Lets go of what it owns, in a worker, and then of itself. */
void call_release_own(struct call *c);
/* Its time is over and something still runs for it: others may have the worker's place, and nobody asks there again meanwhile. */
void call_hangs(struct call *c);
/* It does not hang any more. */
void call_came_back(struct call *c);
/* True, with words: what it asks hangs already. */
bool call_would_hang(struct call *c);
/* Those that wait get the workers that are free, or hear that there will be none. */
void workers_go_on(struct hosts *h);
/* The hosts are going: what waits is let go of, and nobody tells them anything any more. */
void workers_leave(struct hosts *h);

/* ---- call.c ---- */

struct call *call_new(struct hosts *h, const struct ask *a, reply_fn *fn, void *ctx);
void call_free(struct call *c);
void call_free_if_idle(struct call *c);
/* Finishes those that call_finish_soon was called for; then who waits for a worker goes on. */
void calls_finish_soon(void *hosts);
int64_t call_deadline_ms(const struct call *c);
/* A reply that is not the last. */
void call_reply(struct call *c, const struct found *f);
/* The last one, with c->err or what was found. Not from inside submit. */
void call_finish(struct call *c);
/* The last one in the next turn, with c->err. */
void call_finish_soon(struct call *c);
/* The last one, now: what it waits for took longer than it may, and is not asked again while that lasts. Not from inside submit. */
void call_too_late(struct call *c);
/* A child of it is gone: to be called last in the `done` of each. True when the call itself is dead. */
bool call_child_done(struct call *c);
size_t call_max_bytes(const struct call *c);

/* ---- found ---- */

void found_init(struct found *f, size_t max_bytes);
void found_release(struct found *f);
/* Room for rows; every cell is absent. The names must outlive it. */
void found_rows(struct found *f, const char *const *names, size_t ncols, size_t nrows);
extern const char *const stat_names[]; /* "name" and what STAT gives */
enum { STAT_NAME, STAT_TYPE, STAT_SIZE, STAT_MTIME, STAT_MODE, STAT_UID, STAT_GID, STAT_USER, STAT_GROUP, STAT_LINK, STAT_INODE,
       STAT_DEVICE, NSTAT };
extern const char *const read_names[];
enum { READ_BYTES, READ_FROM, READ_SIZE, READ_INODE, READ_EOF, READ_MTIME, NREAD };
extern const char *const space_names[];
enum { SPACE_TOTAL, SPACE_FREE, SPACE_AVAILABLE, SPACE_INODES, SPACE_INODES_FREE, SPACE_DEVICE, SPACE_MOUNT, SPACE_FS, SPACE_READ_ONLY,
       NSPACE };
extern const char *const written_names[];
enum { WRITTEN_BYTES, WRITTEN_INODE, NWRITTEN };
extern const char *const follow_names[];
enum { FOLLOW_EVENT, FOLLOW_BYTES, FOLLOW_FROM, FOLLOW_INODE, FOLLOW_SIZE, NFOLLOW };

/* ---- mounts.c ---- */

struct mount {
    uint64_t id;
    char *where, *fs, *device;
};
/* A line of mountinfo, which is cut up for it. */
bool mount_parse(char *line, struct mount *m);
/* How well a path fits it, 0: not. By the mount's own number where the kernel tells it; else (0) by the length of the directory. */
size_t mount_fits(const struct mount *m, const char *path, uint64_t id);
/* Where the path lies, when that is a file system that hangs as a whole when it does (NFS, FUSE ...); NULL: it is none. Touches nothing
 * but /proc. The caller frees. */
char *mount_that_hangs(const char *path);

/* ---- argv.c ---- */

/* The argv of a row with its arguments, NULL at its end, in the arena. False with words. */
bool host_argv(const struct host_spec *spec, const struct host_call *c, struct arena *a, const char *const **argv, struct err *e);
/* env LC_ALL=C.UTF-8, prefix, argv. */
const char *const *argv_whole(struct arena *a, const char *const *prefix, const char *const *argv);
size_t argv_length(const char *const *argv);

/* ---- words.c ---- */

/* errno of doing something ("read", "list") with a path, by ourselves. May look at the path again: in a worker only. False. */
bool words_errno(struct err *e, int number, const char *doing, const char *path);
/* It is there, but no file that can be read. False. */
bool words_no_file(struct err *e, unsigned mode, const char *path);
/* What a command said on its standard error about a path. False. */
bool words_complaint(struct err *e, const char *said, const char *doing, const char *path);
/* env or sudo could not begin what they were given: true, with words. Only where the status is not 0. */
bool words_not_run(struct err *e, const char *said);
/* `become` itself was refused: true, with the line of sudoers that would allow argv. */
bool words_sudo(struct err *e, const char *const *prefix, const char *const *argv, const char *said);
const char *sudo_user(const char *const *prefix); /* of -u; NULL: root, or no sudo */
const char *doing_name(enum host_what what);

/* ---- the operations ---- */

/* A carrier. begin takes a call that is allowed, and never answers from inside; every carrier passes tests/unit/host/test_carrier.c. */
struct host_ops {
    const char *name;
    void (*begin)(struct call *c);
};
extern const struct host_ops local_ops;

void command_begin(struct call *c);
void script_begin(struct call *c);
void follow_begin(struct call *c);
void script_follow_begin(struct call *c);

/* In a worker: from c->what into c->found. */
void work_stat(struct call *c);
void work_list(struct call *c);
void work_read(struct call *c);
void work_space(struct call *c);
void work_write(struct call *c);
/* Opens what is a regular file, and does not touch what is none. -1 with words. */
int open_regular(const char *path, struct stat *st, struct err *e);
/* A row of STAT; the user's and group's name may be NULL. */
void stat_row(struct found *f, struct value *row, const struct stat *st, const char *user, const char *group);

#endif
