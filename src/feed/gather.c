/* Rows while they come: gathered in the run of a task and published whole at its end. Only where there is nothing yet the first of them
 * are shown before the last has come: then the relation belongs to the model from there on, and the run goes on adding rows behind those
 * that are shown. */
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
    if (!r->shown)
        relation_free(r->rel);
    for (size_t i = 0; i < r->ndatabases; i++)
        free(r->databases[i]);
    free(r->databases);
    free(r);
}

size_t run_room(const struct task *t)
{
    size_t kept = t->run ? t->run->nrows : 0;

    return kept < ROWS_KEPT ? ROWS_KEPT - kept : 0;
}

static bool nothing_yet(const struct feed *f, const struct task *t)
{
    const struct relation *rel = model_get(f->model, t->instance, t->sheet);

    return !rel || rel->missing || rel->coming;
}

/* Those that are not shown yet lie behind the end of the relation while others may look at it. */
static void uncover(struct run *run)
{
    run->rel->nrows = run->nrows;
}

static void cover(struct run *run)
{
    run->nrows = run->rel->nrows;
    if (run->shown)
        run->rel->nrows = run->shown;
}

/* Each time they have doubled: who lists them sorts them anew. */
static void show_early(struct feed *f, struct task *t)
{
    struct run *run = t->run;

    if (!t->wanted || run->nrows < 2 * run->shown || !run->nrows || !nothing_yet(f, t))
        return;
    uncover(run);
    run->shown = run->nrows;
    run->rel->coming = true;
    run->rel->taken_ms = clock_wall_ms();
    finish_rows(f, &f->sources[t->instance], run->rel);
    model_publish(f->model, run->rel);
    feed_tell(f);
}

static void statement_over(struct run *run, const struct reply *r)
{
    if (r->err) {
        if (run->err.kind == ERR_NONE || run->databases)
            run->err = *r->err;
        run->broken |= run->gave;
        run->more |= run->gave;
    }
    run->any |= !r->err || run->gave;
    run->gave = false;
}

void run_take(struct feed *f, struct task *t, const struct reply *r)
{
    struct run *run = run_begin(t);
    size_t first = run->nrows;

    uncover(run);
    if (parts_of(t->sheet)) {
        parts_take(f, t, r);
    } else {
        collect_rows(run->rel, r, model_instance_name(f->model, t->instance), run->ndatabases ? run->databases[run->at] : NULL);
        finish_part(f, &f->sources[t->instance], run->rel, first, r);
    }
    cover(run);
    run->gave |= run->nrows > first;
    run->more |= r->more;
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
    uncover(run);
    run->rel = NULL;
    rel->err = run->err;
    rel->more = run->more;
    rel->coming = rel->stale = false;
    finish_rows(f, &f->sources[t->instance], rel);
    return rel;
}
