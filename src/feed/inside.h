/* What the files of this room share. A task is one sheet of one instance; it has at most one ask open. */
#ifndef FEED_INSIDE_H
#define FEED_INSIDE_H

#include "feed/collect.h"
#include "feed/feed.h"
#include "feed/heap.h"
#include "feed/site.h"
#include "feed/talk.h"

/* What the owner of an open ask is told by. Outlives the feed when it must: the last reply always comes. */
struct call {
    struct feed *feed; /* NULL: the feed is gone */
    struct call *prev, *next;
    uint32_t instance;
    enum sheet_id sheet; /* NSHEETS: the state of the instance */
    ticket id;
    bool outdated;       /* its parameters are not wanted any more: the answer is dropped */
};

/* Rows that are kept of a sheet of one instance. Nobody reads more of them, and sorting, filtering and drawing as many still takes less
 * than a blink; a refresh holds twice as many for a moment. What there is beyond them is said, not fetched. */
enum { ROWS_KEPT = 50 * 1000 };

/* What comes of an answer, of one ask or of several one after the other: gathered here, published whole. */
struct run {
    struct relation *rel;
    size_t nrows;                 /* of it that have come */
    size_t shown;                 /* of it that were published before the last had come; not 0: it is the model's */
    bool more;                    /* the server has more */
    char **databases;             /* PER_DATABASE: asked one after the other */
    size_t ndatabases;
    size_t at;                    /* the database, or the statement of several */
    bool any;                     /* at least one of them was answered, or began to be */
    bool gave;                    /* the one that is asked gave rows */
    bool broken;                  /* one of them failed after its first rows */
    struct err err;               /* of the last one that was not */
};

struct task {
    struct due due; /* first: the heap gives it back */
    uint32_t instance;
    enum sheet_id sheet;
    bool wanted;
    bool settled;         /* had its answer or failure since it was wanted or refreshed */
    bool waits;           /* for the list of databases */
    bool again;           /* asked for anew while open: due as soon as that is over */
    struct call *open;
    int64_t sent_ms;      /* monotonic */
    int64_t answered_ms;  /* monotonic, of the last answer or failure; 0: never */
    int64_t stretch_ms;   /* the least interval that a slow answer leaves */
    unsigned busy;        /* ERR_BUSY in a row */
    bool hurry;           /* something in it moves: asked at a shorter pace */
    struct run *run;
    struct arena memory;  /* of params */
    struct param *params;
    size_t nparams;
    struct talk *talk;    /* PER_HOST: what is asked now */
    bool busy_on_host;    /* PER_HOST: as `open` */
    bool waits_for_site;
};

enum { OWN_CONNECTIONS = 8 };

/* An instance as the feed knows it. */
struct source {
    struct feed *feed;
    uint32_t instance;
    bool known;                /* a state has come */
    bool askable;
    struct instance_state state; /* its texts are in `memory` */
    struct arena memory;
    char *address, *group, *user, *access;
    bool critical;
    struct call *subscription;
    int64_t newest_ms;         /* wall clock of its newest answer here */
    char own_connections[OWN_CONNECTIONS][32]; /* ids of those that carried our statements, the oldest is forgotten */
    unsigned own_next;
    struct site_wish wish;     /* its texts are owned */
    struct site *site;         /* NULL: not looked for yet */
    struct locate *locate;     /* it is looked for */
    struct logs *logs;         /* NULL: nobody looked at its logs yet */
    struct past *past;         /* of its machine (past.h); NULL: nobody looked at it yet */
    struct plugins *plugins;   /* NULL: nobody looked at them yet */
    struct population *population; /* NULL: no index was seen being populated */
    struct task tasks[NSHEETS];
};

struct feed {
    struct port port;
    struct model *model;
    struct source *sources;
    uint32_t n;
    struct heap heap;
    struct call *calls;
    int64_t interval_ms;
    bool paused, drowsy;
    void (*news)(void *);
    void *news_data;
    struct machine *machine;
};

/* feed.c */
void feed_tell(struct feed *f);
struct task *feed_task(struct feed *f, uint32_t instance, enum sheet_id sheet);

/* hosted.c: is the site of an instance known, freshly enough? False: it is looked for, logs_on_site and the tasks will hear of it. */
bool site_wanted(struct feed *f, struct source *s);
void sites_refresh(struct feed *f);   /* what a disk kept back is looked for again now */
void site_forget(struct source *s); /* what is wished is another one */

/* plugins.c */
void plugins_release(struct plugins *p);             /* accepts NULL */

/* logs.c */
void logs_on_site(struct feed *f, struct source *s); /* it was found, or found anew */
void logs_release(struct logs *l);                   /* accepts NULL */
int64_t logs_step(struct feed *f, int64_t mono_ms);  /* ms until it wants to be stepped again; -1: not before something happens */
bool logs_idle(const struct feed *f);                /* all that is wanted had its first lines, or there are none */
void logs_pause(struct feed *f);                     /* until the next step */
void logs_refresh(struct feed *f);                   /* what failed is tried again now */

/* past.c */
void past_free(struct past *p);                      /* accepts NULL */

/* schedule.c */
bool task_per_host(const struct task *t);
bool task_askable(const struct feed *f, const struct task *t); /* now */
int64_t task_period(const struct feed *f, const struct task *t);
void task_due(struct feed *f, struct task *t, int64_t mono_ms); /* when it may be asked at all */
void task_due_now(struct feed *f, struct task *t);
void task_due_next(struct feed *f, struct task *t);             /* after an answer or a failure */
void task_start(struct feed *f, struct task *t);
struct call *call_submit(struct feed *f, uint32_t instance, enum sheet_id sheet, const struct ask *a, reply_fn *fn);
void call_end(struct call *c); /* takes it off the feed's list and frees it */

/* answer.c */
void task_ask(struct feed *f, struct task *t, enum statement_id id, const char *database);
void task_failed(struct feed *f, struct task *t, const struct err *e);
void run_databases(struct feed *f, struct task *t);
void run_over(struct feed *f, struct task *t); /* published, or failed when nothing of it is better than what there is */

/* gather.c */
struct run *run_begin(struct task *t);               /* the one there is, or a new one */
void run_free(struct run *r);                        /* accepts NULL */
size_t run_room(const struct task *t);               /* how many more rows are kept */
void run_take(struct feed *f, struct task *t, const struct reply *r); /* what came; t has a run after it */
struct relation *run_finish(struct feed *f, struct task *t); /* what is to be published, or NULL: the run's err is; the run stays */

/* state.c */
void state_subscribe(struct feed *f, struct source *s);
void state_release(struct source *s);
void state_publish(struct feed *f, struct source *s);             /* the row of SHEET_INSTANCES */
bool state_connecting(const struct source *s); /* nobody knows yet whether it answers */
void state_error(const struct source *s, struct err *e);          /* why it is not asked */
void state_fail_task(struct feed *f, struct source *s, struct task *t); /* of an instance that is not up */

#endif
