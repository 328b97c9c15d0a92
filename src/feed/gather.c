/* Rows while they come: gathered in the run of a task and published whole at its end. Only where there is nothing yet the first of them
 * are shown before the last has come. */
#include "feed/finish.h"

#include <stdlib.h>
#include "base/clock.h"

struct run *run_begin(struct task *t)
{
    if (!t->run) {
        t->run = x_calloc(1, sizeof *t->run);
        t->run->rel = relation_new(t->instance, t->sheet);
    }
    return t->run;
}

void run_free(struct run *r)
{
    if (!r)
        return;
    relation_free(r->rel);
    for (size_t i = 0; i < r->ndatabases; i++)
        free(r->databases[i]);
    free(r->databases);
    free(r);
}

size_t run_room(const struct task *t)
{
    size_t kept = t->run ? t->run->rel->nrows : 0;

    return kept < ROWS_KEPT ? ROWS_KEPT - kept : 0;
}

static bool nothing_yet(const struct feed *f, const struct task *t)
{
    const struct relation *rel = model_get(f->model, t->instance, t->sheet);

    return !rel || rel->missing || rel->coming;
}

/* Each time a copy: when they have doubled. */
static void show_early(struct feed *f, struct task *t)
{
    struct run *run = t->run;
    struct relation *rel;

    if (!t->wanted || run->rel->nrows < 2 * run->early || !run->rel->nrows || !nothing_yet(f, t))
        return;
    rel = relation_copy(run->rel);
    rel->coming = true;
    rel->taken_ms = clock_wall_ms();
    finish_rows(f, &f->sources[t->instance], rel);
    run->early = run->rel->nrows;
    model_publish(f->model, rel);
    feed_tell(f);
}

static void statement_over(struct run *run, const struct reply *r)
{
    if (r->err) {
        if (run->err.kind == ERR_NONE || run->databases)
            run->err = *r->err;
        run->broken |= run->gave;
        run->rel->more |= run->gave;
    }
    run->any |= !r->err || run->gave;
    run->gave = false;
}

void run_take(struct feed *f, struct task *t, const struct reply *r)
{
    struct run *run = run_begin(t);
    size_t first = run->rel->nrows;

    if (parts_of(t->sheet)) {
        parts_take(f, t, r);
    } else {
        collect_rows(run->rel, r, model_instance_name(f->model, t->instance), run->ndatabases ? run->databases[run->at] : NULL);
        finish_part(run->rel, first, r);
    }
    run->gave |= run->rel->nrows > first;
    run->rel->more |= r->more;
    if (r->last)
        statement_over(run, r);
    else
        show_early(f, t);
}

struct relation *run_finish(struct feed *f, struct task *t)
{
    struct run *run = t->run;
    struct relation *rel = run->rel;

    if (run->err.kind != ERR_NONE && (!run->any || (run->broken && !nothing_yet(f, t))))
        return NULL;
    run->rel = NULL;
    rel->err = run->err;
    finish_rows(f, &f->sources[t->instance], rel);
    return rel;
}
