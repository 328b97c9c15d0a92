/* What the files of a look share. A trace is what may become a candidate: places still have to prove that Neo4j is there. */
#ifndef FEED_LOOK_INSIDE_H
#define FEED_LOOK_INSIDE_H

#include "feed/look.h"
#include "feed/talk.h"
#include "neo4j/unit_files.h"
#include "neo4j/proc.h"

#define NOT_ASKED SIZE_MAX

enum {
    PROCESSES_MAX = 200,
    TRACES_MAX = 500,
    NEARBY_MAX = 100,   /* directories beside known ones that are looked into */
    PLACES_MAX = 40,    /* directories whose content is looked at */
    PLACE_ENTRIES = 2000 /* a directory with more is none where one keeps instances */
};

struct trace {
    struct candidate c;
    struct sight more;
    bool sure;                  /* an instance whatever its directory holds */
    size_t home, conf, lib, bin; /* numbers of questions, or NOT_ASKED */
};

struct process {
    int64_t pid;
    size_t cmdline, stat, self, root, cwd, cgroup;
};

struct unit {
    const char *name;
    bool stranger; /* not by its name: counts only when it has one of the processes */
    size_t show, cat;
};

struct place {
    const char *path;
    bool crowded; /* not for Neo4j alone: only what is called so counts */
    size_t list;
};

struct look {
    struct talk *talk;
    struct sights *sights; /* being made */
    void (*done)(void *);
    void *data;
    size_t asked;          /* questions before this round */
    size_t top, processes, units, listeners, machine, init, self; /* questions of the first round */
    struct process *process;
    size_t nprocess;
    struct unit unit[2 * UNITS_MAX];
    size_t nunit, units_read;
    struct place place[PLACES_MAX];
    size_t nplace, places_read;
    size_t nearby;
    struct trace *traces;
    size_t ntraces, traces_cap;
};

/* look_process.c */
void look_ask_process(struct look *k, struct process *p);
void look_take_process(struct look *k, const struct process *p); /* adds a trace when it is a server */

/* look_places.c */
void look_ask_places(struct look *k); /* those where one puts things, to begin with */
void look_read_places(struct look *k); /* what was listed since the last time: traces, and places to look into next */
void look_ask_beside(struct look *k);  /* what lies beside the homes that are known */
void look_ask_traces(struct look *k);  /* whether their configuration is there */
void look_ask_proofs(struct look *k);  /* of those that are not sure */
bool look_is_home(const struct look *k, const struct trace *t);

/* look.c */
struct trace *look_trace(struct look *k, enum site_from from, const char *home, const char *conf); /* NULL: too many */
bool answered(const struct look *k, size_t question);    /* without an error */
bool is_there(const struct look *k, size_t question);    /* answered, or it may not be read, or it is a directory */

#endif
