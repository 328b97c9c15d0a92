/* A feed between a port and a model, for tests that play the servers and the machines themselves. */
#ifndef SUPPORT_FEEDBENCH_H
#define SUPPORT_FEEDBENCH_H

#include "support/cm.h"

#include "base/clock.h"
#include "feed/feed.h"
#include "support/fakeport.h"

struct feedbench {
    struct fakeport port;
    struct model *model;
    struct feed *feed;
};

/* With one instance; the clock stands still at this time. */
UNUSED_OK static void feedbench_begin(struct feedbench *b, int64_t wall_ms, const char *instance)
{
    clock_freeze(wall_ms);
    b->model = model_new();
    model_add_instance(b->model, instance);
    b->feed = feed_new(fakeport_of(&b->port), b->model);
}

UNUSED_OK static void feedbench_end(struct feedbench *b)
{
    feed_free(b->feed);
    fake_settle_cancelled(&b->port); /* last replies after the feed is gone */
    fakeport_release(&b->port);
    model_free(b->model);
}

/* Of this instance, or of all with INSTANCE_NONE. */
UNUSED_OK static void feedbench_want(struct feedbench *b, enum sheet_id sheet, uint32_t instance)
{
    feed_want(b->feed, &(struct interest){.sheet = sheet, .instance = instance}, 1);
    feed_step(b->feed, clock_mono_ms());
}

#endif
