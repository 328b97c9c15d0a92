/* The heap of a server, as its Java machine says. */
#include "feed/past.h"

#include "base/clock.h"

/* A relation that was there before the first answer lacks it. */
static void ask_host_anew(struct source *s)
{
    struct task *t = &s->tasks[SHEET_HOST];

    if (!t->wanted)
        return;
    t->again = hosted_open(t);
    task_due_now(s->feed, t);
    feed_tell(s->feed);
}

static void on_memory(struct talk *t, void *data)
{
    struct source *s = data;
    struct heap_past *h = &s->past->heap;
    struct value used = talk_cell(t, h->answer, 0, "used");
    bool first = !h->known;

    h->before = h->used;
    h->used = value_is(used, V_INT) && used.u.i >= 0 ? used.u.i : -1;
    h->why = used.type == V_ABSENT ? used.absent : ABSENT_WRONG_SHAPE;
    h->max = value_i64(talk_cell(t, h->answer, 0, "max"), -1); /* -1 of Java, too: no limit */
    h->known = true;
    h->at_ms = clock_mono_ms();
    talk_free(t);
    h->talk = NULL;
    if (first)
        ask_host_anew(s);
}

void memory_ask(struct past *p, struct source *s)
{
    struct heap_past *h = &p->heap;

    if (h->talk)
        return;
    if (!s->askable) {
        struct err e;
        state_error(s, &e);
        *h = (struct heap_past){.known = s->known && s->state.phase != PHASE_CONNECTING, .used = -1, .max = -1, .before = -1, .why = e.absent};
        return;
    }
    h->talk = talk_new(&s->feed->port, s->instance, s);
    h->answer = talk_statement(h->talk, STMT_MEMORY, NULL, NULL, 0);
    if (!h->known)
        h->used = h->max = h->before = -1;
    talk_go(h->talk, on_memory);
}
