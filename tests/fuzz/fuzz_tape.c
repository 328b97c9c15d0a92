/* Tapes from arbitrary bytes: the JSON, the lines, and what a replayer answers from them. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "port/replay.h"
#include "port/tape.h"

enum { MOST = 4096 }; /* more than the lines of a tape can be */

struct queue {
    void (*fn[MOST])(void *);
    void *data[MOST];
    size_t n;
};

static void later(void *self, void (*fn)(void *), void *data)
{
    struct queue *q = self;

    if (q->n == MOST)
        abort();
    q->fn[q->n] = fn;
    q->data[q->n++] = data;
}

static void run(struct queue *q)
{
    for (size_t i = 0; i < q->n; i++)
        q->fn[i](q->data[i]);
    q->n = 0;
}

static void count_last(void *ctx, const struct reply *r)
{
    struct text t;

    *(int *)ctx += r->last;
    text_init(&t, 1 << 20);
    for (size_t i = 0; i < r->nrows * r->ncols; i++) /* every byte of it is looked at */
        value_render(r->cells[i], &t);
    for (size_t i = 0; i < r->ncols; i++)
        text_adds(&t, r->names[i]);
    if (r->err)
        text_adds(&t, r->err->words);
    text_release(&t);
}

/* What was read and is written again must read as the same. */
static void round_trip(const char *s, size_t n)
{
    struct arena a = {0};
    struct tape_reply first, second;
    struct err e = {0};
    struct text t;

    text_init(&t, 0);
    if (tape_read_reply(s, n, &a, &first, &e) && first.kind == ASK_HISTORY && first.err.kind == ERR_NONE) {
        struct ask ask = {.kind = ASK_HISTORY, .instance = first.instance};
        tape_write_reply(&t, first.at_ms, &ask, &first.reply);
        if (!t.full && (!tape_read_reply(t.s, t.len, &a, &second, &e) || second.reply.nrows != first.reply.nrows ||
                        second.reply.ncols != first.reply.ncols || strcmp(first.key, second.key) != 0))
            abort();
    } else if (e.kind == ERR_NONE && first.kind != ASK_HISTORY && first.err.kind == ERR_NONE && !first.key) {
        abort();
    }
    text_release(&t);
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct queue q = {0};
    struct err e = {0};
    struct replayer *r = replayer_new((const char *)bytes, n, (struct later){&q, later}, &e);
    int last = 0, asked = 0, followed = 0;

    round_trip((const char *)bytes, n);
    if (!r) {
        if (!*e.words)
            abort();
        return 0;
    }
    struct port p = replayer_port(r);
    for (int id = STMT_NONE; id < NSTATEMENTS && id < 20; id++, asked++)
        port_submit(&p, &(struct ask){.kind = ASK_STATEMENT, .u.statement = {.id = (enum statement_id)id}}, count_last, &last);
    port_submit(&p, &(struct ask){.kind = ASK_HISTORY, .instance = INSTANCE_NONE}, count_last, &last);
    for (enum host_what what = HOST_RUN; what <= HOST_STATVFS; what++, asked++) {
        struct host_call c = {.what = what, .path = "/x", .command = HOST_CMD_IDENTITY};
        struct ask a = {.kind = ASK_HOST, .u.host = c};
        if (what != HOST_FOLLOW)
            port_submit(&p, &a, count_last, &last);
    }
    port_submit(&p, &(struct ask){.kind = ASK_HOST, .u.host = {.what = HOST_FOLLOW, .path = "/x"}}, count_last, &followed);
    port_submit(&p, &(struct ask){.kind = ASK_STATE, .instance = INSTANCE_NONE}, count_last, &followed);
    run(&q);
    if (last != asked)
        abort();
    replayer_free(r);
    run(&q);
    if (followed != 2)
        abort();
    return 0;
}
