/* One look at a machine, for the files that make the row of SHEET_HOST. */
#ifndef FEED_HOST_H
#define FEED_HOST_H

#include "feed/past.h"

enum { HOST_NONE = -1 };

/* Numbers of the answers; HOST_NONE: not asked. */
struct look {
    struct feed *feed;
    struct task *task;
    struct source *source;
    const struct site *site; /* as it is known now: taken anew in each round */
    int64_t pid;             /* that was asked about; 0: none */
    struct past *past;
    struct talk *talk;
    long machine, meminfo, hostname, kernel, system;
    long stat, status, limits, fd_dir, fds, exe, release;
    struct tails_asked tails;
    struct certificates_asked certificates;

    /* what they say */
    bool has_machine, has_meminfo, has_process, has_status, has_limits;
    struct proc_machine proc_machine;
    struct proc_meminfo proc_meminfo;
    struct proc_stat process;
    struct proc_status process_status;
    struct proc_limits process_limits;
    int64_t started_ms; /* of the process; 0: not known */
    enum absent why_process; /* nothing is known of it: why. NOT_APPLICABLE: there is none */
};

/* host_look.c: the questions, and their answers parsed. */
void look_first(struct look *l);
bool look_second(struct look *l); /* false: there is nothing more to ask */
void look_read(struct look *l);

/* host_row.c: cells from what is known; host_status.c: what it all amounts to. */
void row_machine(const struct look *l, struct relation *rel, struct value *c);
void row_process(const struct look *l, struct relation *rel, struct value *c);
void row_java(const struct look *l, struct relation *rel, struct value *c);
void row_vitals(const struct look *l, struct relation *rel, struct value *c);
void row_heap(const struct past *p, int64_t configured_max, struct value *c);
void row_status(const struct look *l, struct relation *rel, struct value *c);

struct value text_cell(struct arena *a, const char *s, enum absent why);  /* "" and NULL are absent */
struct value texts_cell(struct arena *a, const char *const *texts, size_t n);

#endif
