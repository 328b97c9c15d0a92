#include "feed/talk.h"

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

enum { TALK_LIST_BYTES = 64 * 1024 * 1024 };

/* One question. Outlives its talk until the last reply has come. */
struct question {
    struct talk *talk; /* NULL: it is gone */
    size_t number;
    ticket id;
    bool again; /* asked as the user of the server already */
    struct ask ask;
};

struct talk {
    struct port port;
    uint32_t instance;
    void *data;
    talk_fn *done;
    struct arena arena;
    struct question **questions; /* NULL once answered */
    struct talk_answer **answers;
    size_t n, questions_cap, answers_cap;
    size_t sent, open;
};

struct talk *talk_new(const struct port *p, uint32_t instance, void *data)
{
    struct talk *t = x_calloc(1, sizeof *t);

    t->port = *p;
    t->instance = instance;
    t->data = data;
    return t;
}

void talk_free(struct talk *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->n; i++) {
        struct question *q = t->questions[i];
        if (!q)
            continue;
        q->talk = NULL;
        if (i < t->sent)
            port_cancel(&t->port, q->id); /* its last reply frees it */
        else
            free(q);
    }
    arena_release(&t->arena);
    free(t->questions);
    free(t->answers);
    free(t);
}

static size_t add(struct talk *t, const struct ask *a)
{
    struct question *q = x_calloc(1, sizeof *q);

    q->talk = t;
    q->number = t->n;
    q->ask = ask_copy(&t->arena, a);
    q->ask.instance = t->instance;
    t->questions = x_grow(t->questions, &t->questions_cap, t->n + 1, sizeof(*t->questions));
    t->answers = x_grow(t->answers, &t->answers_cap, t->n + 1, sizeof(*t->answers));
    t->questions[t->n] = q;
    t->answers[t->n] = arena_alloc(&t->arena, sizeof **t->answers);
    *t->answers[t->n] = (struct talk_answer){0};
    return t->n++;
}

static size_t add_file(struct talk *t, enum host_what what, const char *path, int64_t from, int64_t n, size_t max_bytes)
{
    struct ask a = {.kind = ASK_HOST, .max_bytes = max_bytes};

    a.u.host = (struct host_call){.what = what, .as = AS_SELF, .path = path, .from = from, .n = n};
    return add(t, &a);
}

size_t talk_stat(struct talk *t, const char *path)
{
    return add_file(t, HOST_STAT, path, 0, 0, 0);
}

size_t talk_list(struct talk *t, const char *path, int64_t most)
{
    return add_file(t, HOST_LIST, path, 0, most, TALK_LIST_BYTES);
}

size_t talk_read(struct talk *t, const char *path, int64_t from, int64_t n)
{
    return add_file(t, HOST_READ, path, from, n, n > 0 ? (size_t)n : 0);
}

size_t talk_space(struct talk *t, const char *path)
{
    return add_file(t, HOST_STATVFS, path, 0, 0, 0);
}

size_t talk_run_as(struct talk *t, enum host_as as, enum host_command_id id, const char *const *args, size_t nargs)
{
    struct ask a = {.kind = ASK_HOST};

    a.u.host = (struct host_call){.what = HOST_RUN, .as = as, .command = id, .args = args, .nargs = nargs};
    return add(t, &a);
}

size_t talk_run(struct talk *t, enum host_command_id id, const char *const *args, size_t nargs)
{
    return talk_run_as(t, AS_SELF, id, args, nargs);
}

size_t talk_statement(struct talk *t, enum statement_id id, const char *database, const struct param *params, size_t nparams)
{
    struct ask a = {.kind = ASK_STATEMENT};

    a.u.statement = (struct statement){.id = id, .database = database, .params = params, .nparams = nparams};
    return add(t, &a);
}

static void keep(struct talk *t, size_t number, const struct reply *r)
{
    struct talk_answer *to = t->answers[number];
    const char **names = arena_alloc(&t->arena, (r->ncols + 1) * sizeof *names);
    struct value *cells = arena_alloc(&t->arena, (r->ncols * r->nrows + 1) * sizeof *cells);

    for (size_t i = 0; i < r->ncols; i++)
        names[i] = arena_strdup(&t->arena, r->names[i]);
    for (size_t i = 0; i < r->ncols * r->nrows; i++)
        cells[i] = value_copy(&t->arena, r->cells[i]);
    *to = (struct talk_answer){.names = names, .cells = cells, .ncols = r->ncols, .nrows = r->nrows};
    if (r->err)
        to->err = *r->err;
}

static void on_reply(void *ctx, const struct reply *r);

/* What only the user of the server may read. True: it is asked for once more. */
static bool ask_as_server(struct question *q, const struct reply *r)
{
    if (!r->err || r->err->kind != ERR_PRIVILEGE || q->again || q->ask.kind != ASK_HOST || q->ask.u.host.as != AS_SELF)
        return false;
    q->again = true;
    q->ask.u.host.as = AS_SERVER;
    q->id = port_submit(&q->talk->port, &q->ask, on_reply, q);
    return true;
}

static void on_reply(void *ctx, const struct reply *r)
{
    struct question *q = ctx;
    struct talk *t = q->talk;

    if (!r->last)
        return;
    if (t && ask_as_server(q, r))
        return;
    if (t) {
        keep(t, q->number, r);
        t->questions[q->number] = NULL;
    }
    free(q);
    if (t && --t->open == 0)
        t->done(t, t->data);
}

void talk_go(struct talk *t, talk_fn *done)
{
    t->done = done;
    t->open += t->n - t->sent;
    for (; t->sent < t->n; t->sent++) {
        struct question *q = t->questions[t->sent];
        q->id = port_submit(&t->port, &q->ask, on_reply, q);
    }
}

const struct talk_answer *talk_answer(const struct talk *t, size_t number)
{
    return t->answers[number];
}

struct value talk_cell(const struct talk *t, size_t number, size_t row, const char *name)
{
    const struct talk_answer *a = t->answers[number];

    for (size_t i = 0; row < a->nrows && i < a->ncols; i++)
        if (strcmp(a->names[i], name) == 0)
            return a->cells[row * a->ncols + i];
    return v_absent(a->err.kind != ERR_NONE ? a->err.absent : ABSENT_NULL);
}

const char *talk_text(const struct talk *t, size_t number, const char *name, size_t *len)
{
    struct value v = talk_cell(t, number, 0, name);

    if (v.type != V_TEXT) {
        *len = 0;
        return "";
    }
    *len = v.len;
    return v.u.s;
}

struct arena *talk_arena(struct talk *t)
{
    return &t->arena;
}

size_t talk_asked(const struct talk *t)
{
    return t->n;
}
