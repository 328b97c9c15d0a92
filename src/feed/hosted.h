/* Sheets that come from the machine of an instance (per HOST in columns.def), of its server too where that is up. */
#ifndef FEED_HOSTED_H
#define FEED_HOSTED_H

#include "feed/inside.h"
#include "feed/site.h"
#include "feed/talk.h"

/* How one of them is collected. `start` is called when the site of the instance is known (which may be: not found): it asks by task->talk
 * and ends in task_publish or task_failed, once. */
struct hosted {
    enum sheet_id sheet;
    void (*start)(struct feed *f, struct task *t);
};

/* What start works with. */
const struct site *task_site(const struct feed *f, const struct task *t);
struct source *task_source(struct feed *f, const struct task *t);
/* The feed of a task: the data of its conversation is the task. */
struct feed *task_feed(struct task *t);
/* A conversation of this task (its data): freed with it, and when it is over. */
struct talk *task_talk(struct feed *f, struct task *t);
/* The answer: takes the relation over, with taken_ms set. */
void task_publish(struct feed *f, struct task *t, struct relation *rel);
/* Why there is nothing where the site was not found; false: it was found. */
bool task_no_site(const struct feed *f, const struct task *t, struct err *e);
/* What was found is not there any more: it is looked for anew when something is asked next. A site may be replaced between any two
 * rounds of a conversation: take it from task_site each time. */
void site_outdated(struct source *s);

/* hosted.c, for the schedule */
void hosted_begin(struct feed *f, struct task *t);
void hosted_drop(struct feed *f, struct task *t); /* the question is outdated, or the feed goes */
bool hosted_open(const struct task *t);

/* The collectors */
void host_start(struct feed *f, struct task *t);     /* host.c */
void disks_start(struct feed *f, struct task *t);    /* disks.c */
void stores_start(struct feed *f, struct task *t);   /* stores.c */
void plugins_start(struct feed *f, struct task *t);  /* plugins.c */
void settings_start(struct feed *f, struct task *t); /* settings.c */

#endif
