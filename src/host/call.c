/* The life of a call: from what was asked to its one last reply, and on until nothing runs for it any more. */
#include "host/internal.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/secret.h"

/* Whoever hands asks to several ports must be able to tell their tickets apart. */
#define TICKET_MARK (UINT64_C(1) << 62)

/* ---- what was found ---- */

void found_init(struct found *f, size_t max_bytes)
{
    *f = (struct found){0};
    text_init(&f->bytes, max_bytes);
}

void found_release(struct found *f)
{
    text_release(&f->bytes);
    arena_release(&f->memory);
}

void found_rows(struct found *f, const char *const *names, size_t ncols, size_t nrows)
{
    f->names = names;
    f->ncols = ncols;
    f->nrows = nrows;
    f->cells = arena_alloc(&f->memory, (ncols * nrows + 1) * sizeof *f->cells);
    for (size_t i = 0; i < ncols * nrows; i++)
        f->cells[i] = v_absent(ABSENT_NULL);
}

size_t call_max_bytes(const struct call *c)
{
    size_t n = c->ask.max_bytes ? c->ask.max_bytes : ANSWER_MAX;

    return n < ANSWER_LIMIT ? n : ANSWER_LIMIT;
}

/* ---- the life of a call ---- */

static void link_call(struct call **list, struct call *c)
{
    c->prev = NULL;
    c->next = *list;
    if (c->next)
        c->next->prev = c;
    *list = c;
}

static void unlink_call(struct call **list, struct call *c)
{
    if (c->prev)
        c->prev->next = c->next;
    else
        *list = c->next;
    if (c->next)
        c->next->prev = c->prev;
}

void call_free(struct call *c)
{
    if (c->answered && c->hosts)
        unlink_call(&c->hosts->kept, c);
    timer_free(c->deadline);
    found_release(&c->found);
    if (c->ask.kind == ASK_HOST && c->what->in) /* it may hold a password */
        mem_wipe((char *)(uintptr_t)c->what->in, c->what->in_len);
    arena_release(&c->memory);
    free(c->place);
    free(c);
}

/* Closing a file may take its time on a disk: that is work, too. */
void call_free_if_idle(struct call *c)
{
    if (!c->answered || c->running || c->child)
        return;
    if (c->own && c->release_own)
        call_release_own(c);
    else
        call_free(c);
}

static void give(struct call *c, const struct found *f, const struct err *e)
{
    struct reply r = {.id = c->id, .last = c->answered, .elapsed_ms = clock_mono_ms() - c->asked_ms};

    if (e && e->kind != ERR_NONE) {
        r.err = e;
    } else if (f) {
        r.names = f->names;
        r.cells = f->cells;
        r.ncols = f->ncols;
        r.nrows = f->nrows;
    }
    c->fn(c->ctx, &r);
}

void call_reply(struct call *c, const struct found *f)
{
    c->begun = true;
    timer_clear(c->deadline);
    give(c, f, NULL);
}

void call_finish(struct call *c)
{
    if (c->answered)
        return;
    call_unqueue(c);
    if (c->end)
        c->end(c);
    unlink_call(&c->hosts->calls, c);
    link_call(&c->hosts->kept, c);
    c->answered = true;
    atomic_store(&c->stop, true);
    if (c->child)
        child_cancel(c->child);
    if (!c->running && !c->child)
        timer_clear(c->deadline);
    /* what a worker still writes is not to be looked at */
    give(c, c->running ? NULL : &c->found, c->err.kind != ERR_NONE || c->running ? &c->err : &c->found.err);
    call_free_if_idle(c);
}

void call_finish_soon(struct call *c)
{
    if (c->answered || c->ending)
        return;
    c->ending = true;
    timer_set(c->hosts->soon, 0);
}

bool call_child_done(struct call *c)
{
    bool dead = c->answered;

    c->child = NULL;
    call_came_back(c);
    if (dead)
        call_free_if_idle(c);
    return dead;
}

void calls_finish_soon(void *data)
{
    struct hosts *h = data;

    for (struct call *c = h->calls; c;) {
        if (c->ending) {
            c->ending = false;
            call_finish(c);
            c = h->calls; /* the reply may have asked or cancelled anything */
        } else {
            c = c->next;
        }
    }
    workers_go_on(h);
}

/* ---- its beginning ---- */

/* Where the table has no say. ms */
enum { FILE_DEADLINE = 10000, WRITE_DEADLINE = 60000 };

int64_t call_deadline_ms(const struct call *c)
{
    int64_t file = c->host && c->host->spec.file_ms ? c->host->spec.file_ms : FILE_DEADLINE;
    int64_t table = c->what->what == HOST_RUN     ? host_command(c->what->command)->deadline_ms
                    : c->what->what == HOST_WRITE ? WRITE_DEADLINE
                                                  : file;

    return c->ask.deadline_ms > 0 ? c->ask.deadline_ms : table;
}

static void say_too_late(struct call *c)
{
    struct text what;

    text_init(&what, 250);
    host_call_words(&what, c->what);
    if (c->queued)
        err_set(&c->err, ERR_TIMEOUT, "%s %s: everything that reads files here waits for a disk or network file system that does not answer",
                what.s, c->begun ? "does not go on" : "was not begun");
    else if (c->what->what == HOST_WRITE)
        err_set(&c->err, ERR_TIMEOUT, "%s took too long; whether it was done is not known: look before you try again", what.s);
    else if (c->what->what == HOST_RUN)
        err_set(&c->err, ERR_TIMEOUT, "%s took too long and was given up", what.s);
    else
        err_set(&c->err, ERR_TIMEOUT, "%s took too long: the disk or network file system does not answer", what.s);
    text_release(&what);
}

void call_too_late(struct call *c)
{
    if (c->running || c->child)
        call_hangs(c);
    if (c->answered)
        return;
    say_too_late(c);
    call_finish(c);
}

static void on_deadline(void *data)
{
    call_too_late(data);
}

struct call *call_new(struct hosts *h, const struct ask *a, reply_fn *fn, void *ctx)
{
    static const char *const nobody_else[] = {NULL};
    struct call *c = x_calloc(1, sizeof *c);

    c->hosts = h;
    c->loop = h->loop;
    c->id = TICKET_MARK | ++h->last;
    c->prefix = nobody_else;
    c->fn = fn;
    c->ctx = ctx;
    c->asked_ms = c->since_ms = clock_mono_ms();
    c->deadline = loop_timer(h->loop, on_deadline, c);
    link_call(&h->calls, c);
    atomic_init(&c->stop, false);
    found_init(&c->found, 0);
    return c;
}
