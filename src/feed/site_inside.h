/* What the files that make a site share. */
#ifndef FEED_SITE_INSIDE_H
#define FEED_SITE_INSIDE_H

#include "feed/sights.h"
#include "feed/talk.h"

enum { NO_QUESTION = -1, CONF_ENTRIES_MAX = 500, LIB_ENTRIES_MAX = 5000, NCONNECTOR_PORTS = 3 };

/* Numbers of questions are long, NO_QUESTION: not asked. */
struct locate {
    struct machine *machine;
    struct port port;
    uint32_t instance;
    struct arena memory;
    struct site_wish wish;      /* its texts are in `memory` */
    void (*done)(void *data, struct site *s);
    void *data;
    struct talk *talk;
    size_t asked;
    struct site *site;
    struct sight more;          /* of the candidate that it is; texts in the arena of the site */
    long home, conf, lib, bin;  /* of a configured home */
    long libs[2];
    long entries;               /* neo4j.conf is a directory: its list, and the first of its files */
    long entry[CONF_ENTRIES_MAX];
    size_t entry_row[CONF_ENTRIES_MAX], nentries;
    long xml[2];                /* server-logs.xml, user-logs.xml */
    long pid_file[2];
    int64_t filed_pid;          /* 0: no pid file */
    long filed_stat, main_stat; /* of the process in the pid file, and of the unit's */
    long user_log, gc_log;
};

/* locate.c */
void locate_go(struct locate *l, talk_fn *next); /* asks what was added; at once next when that is nothing */
void locate_finish(struct locate *l);            /* gives the site away: nothing of l may be used behind it */
bool locate_answered(const struct locate *l, long question);
enum err_kind locate_error(const struct locate *l, long question); /* ERR_NONE also when it was not asked */
/* For the finder: of a machine that was looked at, this one. */
struct locate *locate_candidate(struct machine *m, const struct port *p, uint32_t instance, size_t i,
                                void (*done)(void *data, struct site *s), void *data);
struct site *site_new(void);
/* Absolute path in the site's arena, as it is reached from here. */
const char *site_outside(struct site *s, const char *inside);
const char *site_reach(struct site *s, enum setting_id id); /* the same for a setting of type PATH; NULL: none */

/* site_files.c: from a home to everything that its files say, then locate_finish */
void site_read_files(struct locate *l);
void version_add(struct text *out, struct version v); /* "5.26.30", "2025.01.0" */

/* site_logs.c */
void site_ask_logs(struct locate *l);
void site_list_logs(struct locate *l);
void site_settle_logs(struct locate *l); /* what is in the journal, and what is not there */

/* evidence.c */
void site_evidence(struct locate *l, const struct sights *m);
void site_note(struct site *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void site_disagree(struct site *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
