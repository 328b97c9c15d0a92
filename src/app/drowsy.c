/* In a tmux that nobody is attached to there is nobody to ask for: everything then asks once a minute. */
#include "app/console.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define QUIET_MS 60000

static void set_drowsy(struct console *c, bool drowsy)
{
    if (c->drowsy == drowsy)
        return;
    c->drowsy = drowsy;
    c->dirty = true;
    if (drowsy)
        app_lock(c->app, MODEL_NO_INSTANCE); /* who comes back may be another person */
    feed_drowsy(c->app->feed, drowsy);
    app_step(c->app);
}

static void on_clients(void *data, const struct child_result *r)
{
    struct console *c = data;

    if (!r->error && r->exit_status == 0)
        set_drowsy(c, strcmp(r->out->s, "0\n") == 0);
}

void drowsy_check(struct console *c)
{
    const char *argv[] = {"tmux", "display-message", "-p", "-t", getenv("TMUX_PANE"), "#{session_attached}", NULL};

    timer_set(c->watch_people, QUIET_MS);
    if (!c->term || !getenv("TMUX") || !argv[4] || clock_mono_ms() - c->last_key_ms < QUIET_MS)
        return;
    loop_spawn(c->app->loop, argv, NULL, 0, 256, 3000, on_clients, c);
}
