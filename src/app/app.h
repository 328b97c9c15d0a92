/* The whole program in one struct: what was configured, the rooms wired together. Made by app_init, the same for the console, for
 * scripts and for the batch commands. */
#ifndef APP_APP_H
#define APP_APP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "app/route.h"
#include "base/error.h"
#include "cmd/cmd.h"
#include "conf/conf.h"
#include "feed/feed.h"
#include "host/host.h"
#include "link/link.h"
#include "loop/loop.h"
#include "model/model.h"
#include "net/http.h"
#include "ops/ops.h"
#include "port/guard.h"
#include "port/port.h"
#include "port/replay.h"
#include "store/store.h"
#include "ui/theme.h"

enum arming { ARM_OPEN, ARM_LOCKED, ARM_ARMED };

/* One instance as the configuration and the command line made it. Its index is its number in link/ and model/. */
struct app_instance {
    struct instance_conf conf;
    struct credential *credential; /* NULL: auth = none, or on a tape */
    enum arming arming;
    int64_t armed_until_ms;        /* monotonic */
    bool by_home;                  /* its address is what its own configuration says */
    int http_port;                 /* as its own configuration says; 0: not known */
    char *runs_as;                 /* another person of this machine whose process it is: it gets no password unasked; or NULL */
    char *why_not;                 /* it is not asked, for this reason; or NULL */
    char *running_home;            /* its home, when it ran before the console opened */
    int64_t seen_pid, seen_started_ms; /* of its process then; 0: none */
};

struct app {
    const struct cmdline *cl;
    struct conf *conf;
    struct loop *loop;
    struct laters *laters;
    struct http *http;
    struct link *link;             /* NULL on a tape, but for a wired one */
    struct hosts *hosts;           /* NULL on a tape */
    struct route route;            /* over link and hosts */
    struct replayer *replayer;     /* NULL but on a tape */
    struct wired *wired;           /* NULL but on a tape whose servers are asked over the wire (wired.h) */
    struct recorder *recorder;     /* NULL but while a tape is made */
    FILE *record_to;
    struct store *store;
    struct guard *guard;
    struct port servers, records;  /* guarded way to the servers; the store */
    struct model *model;
    struct feed *feed;
    struct ops *ops;
    struct timer *step;            /* when feed/ and ops/ want to be stepped */
    struct app_instance *inst;
    uint32_t ninst;
    int64_t ports_judged_ms;       /* monotonic, see ports.h */
    uint32_t left_out;             /* configured ones that cannot be used */
    bool read_only;                /* --read-only: for all */
    char *owner;                   /* of this session, for the audit log */
    int64_t interval_ms;
    const char *theme;             /* name */
    struct theme *themes;          /* all that there are, read before the loop runs */
    size_t nthemes, themes_cap;
    bool leaving; /* it is being released: what a worker still brings is dropped */
    bool ascii, no_color, mouse;
    uint64_t message_number;
    ticket history_asked;          /* 0: nothing is being read */
    struct source_of **sources;    /* credentials.c: one for each credential */
    size_t nsources, sources_cap;
    /* A message for people; the console shows it, batch prints it. */
    void (*message)(void *data, const char *level, uint32_t instance, const char *words);
    void *message_data;
};

/* What a script wants instead of plain servers. All NULL: nothing. */
struct app_tape {
    const char *text; /* answer from this tape; the clock then stands at its time */
    size_t len;
    const char *wires;  /* with a tape: lines "NAME URI", where each of its servers is asked instead; or NULL */
    const char *record; /* write a tape of all answers to this file */
};

/* Reads configuration, finds the targets, wires the rooms; sends nothing yet. False with words and the kind for the exit status. */
bool app_init(struct app *a, const struct cmdline *cl, char *const *targets, size_t ntargets, const struct app_tape *tape,
              struct err *e);
void app_start(struct app *a);     /* credentials, then the links */
void app_release(struct app *a);
void app_say(struct app *a, const char *level, uint32_t instance, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void app_step(struct app *a);      /* feed and ops, and sets the timer for their next wish */

/* For asks whose answer nobody waits for. */
void app_ignore_reply(void *ctx, const struct reply *r);
/* True when nothing may be kept either: no prompt history in a policy that forbids it, or without a state directory. */
bool app_read_only_records(const struct app *a);
void app_info_instance(struct app *a, uint32_t i, struct text *out); /* the part of that one */
void app_info(struct app *a, struct text *out); /* paths, versions, and for each target what was found, from where */
void app_info_json(struct app *a, struct text *out);

/* ---- history.c: the audit log as SHEET_HISTORY ---- */
void app_load_history(struct app *a);
bool app_history_loaded(void *app);

/* ---- looks.c: themes and keys from files ---- */
bool app_load_theme(struct app *a, const char *name, struct theme *t, struct err *e);
/* Reads all that there are, for the time when no file can be read; blocks. Where one is wrong is told by app_load_theme. */
void app_read_themes(struct app *a);
/* Reads the file of one anew, in a worker; `told` then gets it, or NULL with the words when it cannot be used. */
typedef void theme_fn(void *data, const struct theme *t, const struct err *e);
void app_reread_theme(struct app *a, const char *name, theme_fn *told, void *data);
const struct theme *app_theme(const struct app *a, const char *name); /* one of those; NULL: none of that name */
void app_each_theme(struct app *a, void (*add)(void *, const char *), void *to);
bool app_bind_keys(struct app *a, struct keymap *k, struct err *e);

/* ---- access.c: what may be done where ---- */
bool app_instance_read_only(const struct app *a, uint32_t instance);
const char *app_read_only_why(const struct app *a, uint32_t instance); /* words for the refusal, or NULL */
bool app_instance_locked(struct app *a, uint32_t instance);
void app_arm(struct app *a, uint32_t instance);
void app_lock(struct app *a, uint32_t instance); /* MODEL_NO_INSTANCE: all */
void app_touch(struct app *a);                   /* a key came: armed instances stay armed */
const char *app_access_words(struct app *a, uint32_t instance);
char *session_owner(void); /* "root@db1 sudo:admin pts/3 ssh:10.0.0.7"; the caller frees */
struct op_rules app_op_rules(struct app *a);

/* ---- credentials.c: where secrets come from ---- */
void credentials_add(struct app *a, uint32_t instance, struct link_instance *spec);
void credentials_release(struct app *a);
void credentials_start(struct app *a); /* reads files, runs commands, takes the environment's */
/* Is a command still running that prints one? A person may be typing into it. */
bool credentials_come(const struct app *a);
/* Does this instance still want a password from a person? */
bool credentials_wanted(const struct app *a, uint32_t instance);
void credentials_give(struct app *a, uint32_t instance, const char *secret, size_t n);

/* ---- targets.c ---- */
/* Instances from TARGET words, the configuration, NEO4J_URI, what is found on this machine, or its default ports, in this order: fills
 * a->inst. No server is asked; loopback ports are only looked at (connect and close). May run the loop (found.h). */
bool targets_find(struct app *a, char *const *words, size_t n, struct err *e);
/* The same from the names on a tape. */
void targets_from_tape(struct app *a);

/* ---- later.c ---- */
struct laters;
struct laters *laters_new(struct loop *loop);
struct later laters_port(struct laters *l);
void laters_free(struct laters *l); /* what is put off is called now */

#endif
