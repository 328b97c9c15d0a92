/* What the files of host/ share. Above it only host.h is known.
 *
 *   host.c    the port: tickets, deadlines, cancel, what is refused; a queue for the workers
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

/* One ask, from submit to its last reply, and on until nothing runs for it any more. */
struct call {
    struct hosts *hosts; /* NULL: they are gone, and the reply is given */
    struct loop *loop;
    struct call *prev, *next;
    ticket id;
    struct host *host;         /* loop's thread only */
    struct ask ask;            /* a copy, in memory */
    const struct host_call *what; /* ask.u.host */
    const char *const *prefix; /* argv that makes us somebody else; empty: none */
    struct arena memory;       /* not touched while a worker runs */
    reply_fn *fn;
    void *ctx;
    int64_t asked_ms;
    struct timer *deadline;
    struct err err;            /* what the loop's thread has to say: goes before found.err */
    bool ending;               /* the last reply comes in the next turn */
    bool answered;
    bool running, queued;      /* a worker has it, or will */
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

/* ---- host.c ---- */

/* Runs work in a worker, then worked on the loop; both at once at most. worked is not called once the call was answered. */
void call_work(struct call *c, void (*work)(struct call *), void (*worked)(struct call *));
/* A reply that is not the last. */
void call_reply(struct call *c, const struct found *f);
/* The last one, with c->err or what was found. Not from inside submit. */
void call_finish(struct call *c);
/* The last one in the next turn, with c->err. */
void call_finish_soon(struct call *c);
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
const char *type_name(unsigned mode); /* of st_mode */
extern const char *const read_names[];
enum { READ_BYTES, READ_FROM, READ_SIZE, READ_INODE, READ_EOF, READ_MTIME, NREAD };
extern const char *const space_names[];
enum { SPACE_TOTAL, SPACE_FREE, SPACE_AVAILABLE, SPACE_INODES, SPACE_INODES_FREE, SPACE_DEVICE, SPACE_MOUNT, SPACE_FS, SPACE_READ_ONLY,
       NSPACE };
extern const char *const written_names[];
enum { WRITTEN_BYTES, WRITTEN_INODE, NWRITTEN };
extern const char *const follow_names[];
enum { FOLLOW_EVENT, FOLLOW_BYTES, FOLLOW_FROM, FOLLOW_INODE, FOLLOW_SIZE, NFOLLOW };

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
bool argv_is_sudo(const char *const *prefix);
const char *sudo_user(const char *const *prefix); /* of -u; NULL: root, or no sudo */
const char *doing_name(enum host_what what);

/* ---- the operations ---- */

/* A carrier. begin takes a call that is allowed, and never answers from inside; every carrier passes tests/unit/host/test_carrier.c. */
struct host_ops {
    const char *name;
    void (*begin)(struct call *c);
};
extern const struct host_ops local_ops;

void run_begin(struct call *c);
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
