#include "app/ports.h"

#include <string.h>

#include "base/clock.h"

enum { JUDGE_MS = 500 };

static bool shares(const struct app *a, uint32_t i, uint32_t k)
{
    const struct app_instance *x = &a->inst[i], *y = &a->inst[k];
    const struct target *s = &x->conf.where, *t = &y->conf.where;

    if (i == k || !x->by_home || !y->by_home || x->why_not || y->why_not || s->port != t->port || !s->port)
        return false;
    return (target_is_local(s) && target_is_local(t)) || strcmp(s->host, t->host) == 0;
}

/* The newest that is known of its process: of the last look, else of the one before the console opened. */
static int64_t process_of(const struct app *a, uint32_t i, int64_t *started_ms)
{
    const struct site *site = a->feed ? feed_site(a->feed, i) : NULL;
    bool known = site && site->state == SITE_FOUND;

    *started_ms = known ? site->started_ms : a->inst[i].seen_started_ms;
    return known ? site->pid : a->inst[i].seen_pid;
}

/* Of several that run the one that began first: the port was free then. ninst: none runs. */
static uint32_t holder_of(const struct app *a, uint32_t i)
{
    uint32_t holder = a->ninst;
    int64_t first = 0, started;

    for (uint32_t k = 0; k < a->ninst; k++) {
        if ((k != i && !shares(a, i, k)) || !process_of(a, k, &started))
            continue;
        if (holder == a->ninst || started < first) {
            holder = k;
            first = started;
        }
    }
    return holder;
}

static uint32_t first_other(const struct app *a, uint32_t i)
{
    uint32_t k = 0;

    while (k < a->ninst && !shares(a, i, k))
        k++;
    return k;
}

static void judge(struct app *a, uint32_t i, uint32_t other)
{
    uint32_t holder = holder_of(a, i);
    int port = a->inst[i].conf.where.port;
    struct text words;

    text_init(&words, 300);
    if (holder == a->ninst)
        text_addf(&words, "port %d is that of %s, too, and neither runs: give one of them another port, or start one", port,
                  a->inst[other].conf.name);
    else if (holder != i)
        text_addf(&words, "port %d belongs to %s, which runs: both are configured with it, give one of them another port", port,
                  a->inst[holder].conf.name);
    link_hold(a->link, i, words.len ? words.s : NULL);
    text_release(&words);
}

/* A home that was only found, and that nothing runs from: whoever answers on its port is another server, and would get the password. One
 * that was named is asked: its process may be where it cannot be seen. */
bool ports_waits(const struct app *a, uint32_t i)
{
    int64_t started;

    return a->inst[i].by_home && a->inst[i].conf.from[OPT_HOME].from == FROM_FOUND && !process_of(a, i, &started);
}

static void judge_stopped(struct app *a, uint32_t i)
{
    struct text words;

    text_init(&words, 400);
    text_addf(&words, "no process is seen to run from its home, so whoever answers on port %d is not asked: name it as TARGET to ask all the same",
              a->inst[i].conf.where.port);
    link_hold(a->link, i, words.s);
    text_release(&words);
}

void ports_judge(struct app *a)
{
    int64_t now = clock_mono_ms();

    if (!a->link || (a->ports_judged_ms && now < a->ports_judged_ms + JUDGE_MS))
        return;
    a->ports_judged_ms = now;
    for (uint32_t i = 0; i < a->ninst; i++) {
        uint32_t other = a->inst[i].by_home ? first_other(a, i) : a->ninst;

        if (a->inst[i].why_not)
            link_hold(a->link, i, a->inst[i].why_not);
        else if (other < a->ninst)
            judge(a, i, other);
        else if (ports_waits(a, i))
            judge_stopped(a, i);
        else
            link_hold(a->link, i, NULL);
    }
}
