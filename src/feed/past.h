/* What is kept of the machine of an instance from one look at it to the next. */
#ifndef FEED_PAST_H
#define FEED_PAST_H

#include "feed/growth.h"
#include "feed/hosted.h"
#include "feed/sizes.h"
#include "feed/vitals.h"
#include "neo4j/proc.h"

enum { PAST_TAILS = 8, PAST_DISKS = 16 };

/* A log whose end is read for the vitals. */
struct tail {
    char *path;
    struct vitals_log log;
    bool gc;
};

/* The journal, where that has neo4j.log. */
struct tail_journal {
    char *unit;
    char cursor[256]; /* "": not read yet */
    struct log_reader reader;
};

struct cpu_past {
    int64_t at_ms; /* monotonic; 0: no sample yet */
    struct proc_machine machine;
    int64_t pid, cpu_ms; /* of the process; pid 0: none */
    bool loaded, process_loaded;
    struct proc_load load;   /* between the last two samples that were far enough apart */
    double process;
};

struct heap_past {
    struct talk *talk; /* NULL: nothing is asked */
    size_t answer;
    bool known;        /* asked, whatever came of it */
    enum absent why;   /* used -1: why */
    int64_t used, max, before; /* bytes; `before`: what was used at the answer before; -1: not known */
    int64_t at_ms;     /* monotonic */
};

struct certificates_past {
    int64_t looked_ms; /* monotonic; 0: never */
    char *file;        /* that expires first; NULL: none */
    int64_t ends_ms;
    enum absent why;   /* file NULL */
};

struct past {
    struct cpu_past cpu;
    struct vitals vitals;
    struct tail tails[PAST_TAILS];
    size_t ntails;
    struct tail_journal journal;
    struct heap_past heap;
    struct certificates_past certificates;
    struct {
        char *mount;
        struct growth growth;
    } disks[PAST_DISKS];
    size_t ndisks;
    struct sizes directories, stores;
    char *java;        /* version of the Java of process java_pid */
    int64_t java_pid;

    /* What the tasks that are open work on; each lies in the arena of its talk. */
    struct look *look;               /* host.h */
    struct directories *looked_at;   /* disks.c */
    struct stores *stored_at;        /* stores.c */
};

struct past *past_of(struct source *s); /* made when there is none yet; past_free of inside.h ends it */

/* Where a path of the server, which may live in a container, is reached from here: `path` itself, or in the arena. */
const char *past_reach(const struct site *site, struct arena *a, const char *path);

/* ---- parts of a look, in rounds: `ask` adds questions to the talk, `take` reads their answers ---- */

/* tails.c: the ends of the logs. */
struct tails_asked {
    size_t answer[PAST_TAILS], n;
    size_t journal; /* 1 + the number of the answer; 0: not asked */
};
void tails_ask(struct past *p, const struct site *site, struct talk *t, struct tails_asked *asked);
void tails_take(struct past *p, const struct site *site, struct talk *t, const struct tails_asked *asked);

/* certificates.c: every ten minutes. First the directories, then the files. */
enum { CERTIFICATE_DIRS = 16, CERTIFICATE_FILES = 32 };
struct certificates_asked {
    bool due;
    size_t dirs[CERTIFICATE_DIRS], ndirs;
    const char *dir_paths[CERTIFICATE_DIRS];
    size_t files[CERTIFICATE_FILES], nfiles;
    const char *file_paths[CERTIFICATE_FILES];
};
void certificates_ask(struct past *p, const struct site *site, struct talk *t, struct certificates_asked *asked);
void certificates_ask_files(const struct site *site, struct talk *t, struct certificates_asked *asked);
void certificates_take(struct past *p, struct talk *t, const struct certificates_asked *asked);

/* memory.c: the Java heap, asked of the server in a talk of its own: a server that hangs delays nothing. */
void memory_ask(struct past *p, struct source *s);

/* The CPU between two looks; a machine or process that is not known has NULL. */
void cpu_sample(struct past *p, const struct proc_machine *machine, int64_t pid, const struct proc_stat *process);

/* disks.c: growth of the file system at `mount`, with a sample of what is taken. NULL: too many. */
const struct growth *disk_sample(struct past *p, const char *mount, int64_t taken);

#endif
