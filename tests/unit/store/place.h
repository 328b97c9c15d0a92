/* A store in a directory of its own, and asking it. */
#ifndef TESTS_STORE_PLACE_H
#define TESTS_STORE_PLACE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/store.h"

/* ---- a place and a store in it ---- */

struct place {
    char top[64], dir[96], path[128];
    struct loop *loop;
    struct store *store;
    struct port port;
};

static inline int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    return remove(path);
}

static inline void place_open(struct place *p)
{
    p->loop = loop_new();
    p->store = store_new(p->loop, p->dir);
    p->port = store_port(p->store);
}

static inline void place_close(struct place *p)
{
    store_free(p->store);
    loop_free(p->loop);
}

static inline void place_make(struct place *p)
{
    strcpy(p->top, "/tmp/neodeck-store-XXXXXX");
    assert_non_null(mkdtemp(p->top));
    snprintf(p->dir, sizeof p->dir, "%s/state/neodeck", p->top);
    snprintf(p->path, sizeof p->path, "%s/audit.db", p->dir);
}

static inline void place_remove(struct place *p)
{
    nftw(p->top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void place_init(struct place *p)
{
    place_make(p);
    place_open(p);
}

static inline void place_end(struct place *p)
{
    place_close(p);
    place_remove(p);
}

/* ---- asking ---- */

/* What came back, as text: "a|b|c" a row, absent as "-". */
struct got {
    struct loop *loop;
    int replies, wanted;
    struct err err;
    size_t nrows;
    struct text names, rows;
};

static inline void got_init(struct got *g, struct loop *loop)
{
    *g = (struct got){.loop = loop, .wanted = 1};
    text_init(&g->names, 0);
    text_init(&g->rows, 0);
}

static inline void got_release(struct got *g)
{
    text_release(&g->names);
    text_release(&g->rows);
}

static inline void on_reply(void *ctx, const struct reply *r)
{
    struct got *g = ctx;
    assert_true(r->last);
    assert_int_not_equal(r->id, 0);
    g->replies++;
    g->nrows = r->nrows;
    if (r->err)
        g->err = *r->err;
    text_clear(&g->names);
    text_clear(&g->rows);
    for (size_t i = 0; i < r->ncols; i++)
        text_addf(&g->names, "%s%s", i ? "|" : "", r->names[i]);
    for (size_t i = 0; i < r->nrows * r->ncols; i++) {
        text_adds(&g->rows, i % r->ncols ? "|" : i ? "\n" : "");
        if (r->cells[i].type == V_ABSENT)
            text_addc(&g->rows, '-');
        else
            value_render(r->cells[i], &g->rows);
    }
    if (g->replies == g->wanted)
        loop_stop(g->loop);
}

/* Asks, waits for the answer; false when it has an error. */
static inline bool ask(struct place *p, const struct ask *a, struct got *g)
{
    g->replies = 0;
    err_clear(&g->err);
    port_submit(&p->port, a, on_reply, g);
    assert_int_equal(g->replies, 0); /* never from inside */
    loop_run(p->loop);
    assert_int_equal(g->replies, 1);
    return g->err.kind == ERR_NONE;
}

static inline struct audit line_of(const char *action, const char *target)
{
    return (struct audit){.time_ms = 1795355104000,
                          .took_ms = 1200,
                          .owner = "admin",
                          .instance = "prod-1",
                          .address = "https://localhost:7473",
                          .action = action,
                          .target = target,
                          .parameters = "id=42",
                          .before = "running",
                          .result = "done",
                          .words = "Transaction terminated."};
}

static inline bool write_line(struct place *p, const char *action, const char *target, struct got *g)
{
    struct audit line = line_of(action, target);
    struct ask a = {.kind = ASK_AUDIT, .instance = INSTANCE_NONE, .u.audit = &line};
    return ask(p, &a, g);
}

static inline bool history(struct place *p, unsigned limit, struct got *g)
{
    struct ask a = {.kind = ASK_HISTORY, .instance = INSTANCE_NONE, .u.line = {.limit = limit}};
    return ask(p, &a, g);
}

static inline bool remember(struct place *p, const char *prompt, const char *text, struct got *g)
{
    struct ask a = {.kind = ASK_REMEMBER, .u.line = {.name = prompt, .text = text}};
    return ask(p, &a, g);
}

static inline bool recall(struct place *p, const char *prompt, unsigned limit, struct got *g)
{
    struct ask a = {.kind = ASK_RECALL, .u.line = {.name = prompt, .limit = limit}};
    return ask(p, &a, g);
}

#define HISTORY_NAMES "id|time|instance|action|target|result|took_ms|words|owner|parameters|before"

#endif
