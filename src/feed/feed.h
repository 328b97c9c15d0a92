/* What is asked and when: interests in, asks out, answers turned into relations. Has no timer: the owner steps it. */
#ifndef FEED_FEED_H
#define FEED_FEED_H

#include "base/ids.h"
#include "model/model.h"
#include "feed/site.h"
#include "port/port.h"

struct feed;
/* Subscribes to the state of each instance of the model that exists now and publishes SHEET_INSTANCES rows. */
struct feed *feed_new(struct port port, struct model *m);
void feed_free(struct feed *f); /* cancels what is open */

/* Facts of an instance that only the configuration knows, for its row of SHEET_INSTANCES. Texts are copied. */
struct feed_instance {
    const char *address, *group, *user, *access; /* access: "", "read-only", "locked", "armed" */
    bool critical;
    struct site_wish site;
};
void feed_describe(struct feed *f, uint32_t instance, const struct feed_instance *facts);

/* Which sheets somebody looks at now. `instance` INSTANCE_NONE: of all. A sheet with pace 0 is asked once when the interest begins and
 * then at the interval; others by their pace. Replaces all former interests. */
struct interest {
    enum sheet_id sheet;
    uint32_t instance;
    const struct param *params; /* SHEET_TRANSACTION: id; copied */
    size_t nparams;
};
void feed_want(struct feed *f, const struct interest *list, size_t n);
void feed_set_interval(struct feed *f, int64_t ms);
void feed_pause(struct feed *f, bool paused);        /* asks nothing */
void feed_drowsy(struct feed *f, bool drowsy);       /* nobody looks: everything every 60 s */
void feed_refresh(struct feed *f);                   /* everything wanted is due now */
/* Sends what is due; returns milliseconds until it wants to be stepped again, -1: not before something happens. Call it again after
 * each reply, too (feed_on_news). */
int64_t feed_step(struct feed *f, int64_t mono_ms);
void feed_on_news(struct feed *f, void (*fn)(void *), void *data); /* called when a step may be wanted sooner */
/* True when every wanted sheet of every wanted instance has had its first answer or failure (batch, script "wait idle"). */
bool feed_idle(const struct feed *f);

/* Which logs somebody looks at, and where: replaces what was wanted before. What is held of them is in the model's logbook. */
struct log_interest {
    uint32_t instance;
    uint32_t logs;         /* bits by the number of the log in the logbook; 0: those that are there by default */
    bool end_only;         /* nothing but the newest lines is looked at: the others need not be held */
    bool earlier;          /* a person scrolled up to the beginning of what is held: some more, please */
    bool later;            /* the same at the end of what is HELD; where that meets the end of the file it is followed again */
    int64_t at_ms;         /* LOGS_AT_END, or: go to this time (UTC, ms) */
    uint64_t jump;         /* another number than before: at_ms is a new wish */
};
#define LOGS_AT_END INT64_MAX
void feed_want_logs(struct feed *f, const struct log_interest *list, size_t n);

/* What was found of the machine of an instance; NULL while nothing is known. Valid until the next step. */
const struct site *feed_site(const struct feed *f, uint32_t instance);

#endif
