/* What is known of the machine of an instance, as one row: the process, its Java, the machine, what the logs tell, and what all of
 * that says about the server. */
#include "feed/host.h"

/* ---- an instance whose machine is not to be looked at: what its server says is all there is ---- */

static struct relation *without_site(struct feed *f, struct source *s, const struct err *e)
{
    struct relation *rel = relation_new(s->instance, SHEET_HOST);
    struct value *c = relation_add_row(rel);
    enum absent why = e->absent == ABSENT_NULL ? ABSENT_HOST : e->absent;

    for (size_t i = 0; i < rel->ncols; i++)
        c[i] = v_absent(why);
    c[COL_HOST_INSTANCE] = text_cell(&rel->arena, model_instance_name(f->model, s->instance), ABSENT_NULL);
    c[COL_HOST_STATUS] = v_text(s->askable ? "running" : "unknown");
    c[COL_HOST_MESSAGE] = text_cell(&rel->arena, e->words, ABSENT_NULL);
    row_heap(past_of(s), -1, c);
    return rel;
}

/* What the first answer lacks is on its way: who waits for everything waits a little longer. Why a server does not answer may be known
 * now. */
static void publish(struct feed *f, struct task *t, struct relation *rel)
{
    struct source *s = task_source(f, t);

    task_publish(f, t, rel);
    if (!past_of(s)->heap.known)
        t->settled = false;
    if (s->known && s->state.phase == PHASE_DOWN)
        state_publish(f, s);
}

/* ---- the rounds ---- */

static void finish(struct look *l)
{
    struct relation *rel = relation_new(l->task->instance, SHEET_HOST);
    struct value *c = relation_add_row(rel);
    struct feed *f = l->feed;
    struct task *t = l->task;

    look_read(l);
    c[COL_HOST_INSTANCE] = text_cell(&rel->arena, model_instance_name(f->model, t->instance), ABSENT_NULL);
    row_machine(l, rel, c);
    row_process(l, rel, c);
    row_java(l, rel, c);
    row_vitals(l, rel, c);
    row_status(l, rel, c);
    if (l->pid && !l->has_process)
        site_outdated(l->source);
    publish(f, t, rel); /* the look goes with its talk */
}

/* It lies in the arena of its talk, and the past of its instance knows where. False: the site was lost meanwhile, which is told. */
static bool look_again(struct task *t, struct look **out)
{
    struct feed *f = task_feed(t);
    struct look *l = task_source(f, t)->past->look;
    struct err e;

    *out = l;
    l->site = task_site(f, t);
    if (!task_no_site(f, t, &e))
        return true;
    publish(f, t, without_site(f, l->source, &e));
    return false;
}

static void on_second(struct talk *talk, void *data)
{
    struct look *l;

    (void)talk;
    if (look_again(data, &l))
        finish(l);
}

static void on_first(struct talk *talk, void *data)
{
    struct look *l;

    if (!look_again(data, &l))
        return;
    if (look_second(l))
        talk_go(talk, on_second);
    else
        finish(l);
}

void host_start(struct feed *f, struct task *t)
{
    struct source *s = task_source(f, t);
    struct past *p = past_of(s);
    struct err e;
    struct talk *talk;

    memory_ask(p, s);
    if (task_no_site(f, t, &e)) {
        publish(f, t, without_site(f, s, &e));
        return;
    }
    talk = task_talk(f, t);
    p->look = arena_zalloc(talk_arena(talk), sizeof *p->look);
    *p->look = (struct look){.feed = f, .task = t, .source = s, .site = task_site(f, t), .past = p, .talk = talk};
    p->look->pid = p->look->site->pid > 0 ? p->look->site->pid : 0;
    look_first(p->look);
    talk_go(talk, on_first);
}
