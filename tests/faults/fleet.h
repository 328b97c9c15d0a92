/* Starts fleet.py and a link that speaks to it; steps the loop until something is true. For the tests in this folder. */
#ifndef FAULTS_FLEET_H
#define FAULTS_FLEET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "link/internal.h"

#ifndef FAULTS
#error "FAULTS is the folder of fleet.py"
#endif

enum { MOST = 1000 };

struct fleet {
    pid_t pid;
    FILE *to, *from;
    unsigned n;
    int port[MOST];
    bool bolt; /* the next instance is asked over Bolt */
    struct loop *loop;
    struct http *http;
    struct link *link;
    struct port ask;
    struct credential *credential;
    struct timer *limit, *beat;
    bool (*until)(struct fleet *f);
    bool over;
    enum phase wanted;       /* see fleet_reaches */
    struct seen *seen[MOST]; /* the state of each instance as told */
};

/* The last state told of an instance, and the history of its phases. */
struct seen {
    enum phase phase;
    enum login login;
    char message[512], server_id[64], version[40], protocol[16];
    int64_t next_try_ms, latency_ms;
    unsigned told;
    bool ended;
    enum phase phases[64];
    unsigned nphases;
};

/* What became of one statement. */
struct got {
    unsigned replies;
    enum err_kind kind;
    char words[400];
    size_t nrows;
    int64_t connection;
    bool from_inside;
};

static inline void fleet_start(struct fleet *f, unsigned n)
{
    int in[2], out[2];
    char count[16];

    memset(f, 0, sizeof *f);
    f->n = n;
    assert_int_equal(0, pipe(in));
    assert_int_equal(0, pipe(out));
    snprintf(count, sizeof count, "%u", n);
    f->pid = fork();
    if (f->pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[0]), close(in[1]), close(out[0]), close(out[1]);
        execlp("python3", "python3", FAULTS "/fleet.py", count, (char *)NULL);
        _exit(127);
    }
    close(in[0]), close(out[1]);
    f->to = fdopen(in[1], "w");
    f->from = fdopen(out[0], "r");
    for (unsigned i = 0; i < n; i++)
        assert_int_equal(1, fscanf(f->from, "%d", &f->port[i]));
    assert_int_equal('\n', fgetc(f->from));
}

/* One command to the servers; its answer as a number (words give 0). */
static inline long fleet_say(struct fleet *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static inline long fleet_say(struct fleet *f, const char *fmt, ...)
{
    char line[200];
    va_list ap;

    va_start(ap, fmt);
    vfprintf(f->to, fmt, ap);
    va_end(ap);
    fputc('\n', f->to);
    fflush(f->to);
    assert_non_null(fgets(line, sizeof line, f->from));
    return strtol(line, NULL, 10);
}

static inline void fleet_pace(struct fleet *f, int times)
{
    struct pace *p = link_pace(f->link);

    p->retry_first /= times;
    p->retry_max /= times;
    p->retry_slow /= times;
    p->starting_max /= times;
    p->locked /= times;
    p->check_first /= times;
    p->check_max /= times;
    p->grace /= times;
}

static inline void fleet_link(struct fleet *f, bool login)
{
    f->loop = loop_new();
    f->http = http_new(f->loop);
    f->link = link_new(f->loop, f->http);
    f->ask = link_port(f->link);
    if (login)
        f->credential = link_credential(f->link, "basic neo4j test", HTTP_AUTH_BASIC, "neo4j");
}

static inline uint32_t fleet_add(struct fleet *f, unsigned server)
{
    char name[32], base[64];
    const struct link_instance spec = {.name = name, .base = base, .credential = f->credential};

    snprintf(name, sizeof name, "db-%u", server);
    snprintf(base, sizeof base, "%s://127.0.0.1:%d", f->bolt ? "bolt" : "http", f->port[server]);
    return link_add(f->link, &spec);
}

static inline void fleet_password(struct fleet *f, const char *password)
{
    credential_set(f->link, f->credential, secret_new(password, strlen(password)));
}

static inline void seen_state(void *ctx, const struct reply *r)
{
    struct seen *s = ctx;

    if (r->last) {
        s->ended = true;
        return;
    }
    s->told++;
    s->phase = r->state->phase;
    s->login = r->state->login;
    s->next_try_ms = r->state->next_try_ms;
    s->latency_ms = r->state->latency_ms;
    snprintf(s->message, sizeof s->message, "%s", r->state->message);
    snprintf(s->server_id, sizeof s->server_id, "%s", r->state->server_id);
    snprintf(s->version, sizeof s->version, "%s", r->state->version);
    snprintf(s->protocol, sizeof s->protocol, "%s", r->state->protocol);
    if (s->nphases < 64 && (s->nphases == 0 || s->phases[s->nphases - 1] != s->phase))
        s->phases[s->nphases++] = s->phase;
}

static inline ticket fleet_watch(struct fleet *f, uint32_t instance)
{
    const struct ask a = {.kind = ASK_STATE, .instance = instance};

    f->seen[instance] = x_calloc(1, sizeof(struct seen));
    return port_submit(&f->ask, &a, seen_state, f->seen[instance]);
}

static inline void got_reply(void *ctx, const struct reply *r)
{
    struct got *g = ctx;

    g->replies += r->last;
    g->kind = r->err ? r->err->kind : ERR_NONE;
    snprintf(g->words, sizeof g->words, "%s", r->err ? r->err->words : "");
    g->nrows = r->nrows;
    g->connection = r->connection;
}

/* Asks; got must live until it is answered. */
static inline ticket fleet_ask(struct fleet *f, uint32_t instance, enum statement_id id, int64_t deadline_ms, struct got *g)
{
    const struct ask a = {.kind = ASK_STATEMENT, .instance = instance, .deadline_ms = deadline_ms, .u.statement = {.id = id}};

    memset(g, 0, sizeof *g);
    ticket t = port_submit(&f->ask, &a, got_reply, g);
    assert_int_equal(0, g->replies); /* never from inside */
    return t;
}

static inline void fleet_retry(struct fleet *f, uint32_t instance, struct got *g)
{
    const struct ask a = {.kind = ASK_RETRY, .instance = instance};

    memset(g, 0, sizeof *g);
    port_submit(&f->ask, &a, got_reply, g);
}

static inline void fleet_beat(void *data)
{
    struct fleet *f = data;

    if (f->until && f->until(f)) {
        loop_stop(f->loop);
        return;
    }
    timer_set(f->beat, 2);
}

static inline void fleet_late(void *data)
{
    struct fleet *f = data;

    f->over = true;
    loop_stop(f->loop);
}

/* Runs the loop until `until` is true (NULL: never); false when `ms` were over first. */
static inline bool fleet_run(struct fleet *f, bool (*until)(struct fleet *f), int64_t ms)
{
    f->over = false;
    f->until = until;
    f->beat = loop_timer(f->loop, fleet_beat, f);
    f->limit = loop_timer(f->loop, fleet_late, f);
    timer_set(f->beat, 0);
    timer_set(f->limit, ms);
    loop_run(f->loop);
    timer_free(f->beat);
    timer_free(f->limit);
    return !f->over;
}

static inline bool all_up(struct fleet *f)
{
    for (unsigned i = 0; i < MOST && f->seen[i]; i++)
        if (f->seen[i]->phase != PHASE_UP && f->seen[i]->phase != PHASE_SLOW)
            return false;
    return true;
}

static inline bool settled(struct fleet *f)
{
    return link_settled(f->link);
}

static inline void fleet_stop(struct fleet *f)
{
    int status;

    link_free(f->link);
    http_free(f->http);
    loop_free(f->loop);
    fclose(f->to);
    fclose(f->from);
    waitpid(f->pid, &status, 0);
    for (unsigned i = 0; i < MOST; i++) {
        assert_true(!f->seen[i] || f->seen[i]->ended);
        free(f->seen[i]);
    }
    free(f);
}

static inline struct fleet *fleet_over(unsigned n, bool login, bool bolt)
{
    struct fleet *f = x_malloc(sizeof *f);

    fleet_start(f, n);
    f->bolt = bolt;
    fleet_link(f, login);
    for (unsigned i = 0; i < n; i++)
        fleet_watch(f, fleet_add(f, i));
    return f;
}

/* One server that is asked over Bolt or HTTP, unwell as the knob says (NULL: well), with the right password. */
static inline struct fleet *fleet_started(bool bolt, const char *knob)
{
    struct fleet *f = fleet_over(1, true, bolt);

    fleet_pace(f, 20);
    if (knob)
        fleet_say(f, "0 set %s", knob);
    fleet_password(f, "right");
    link_start(f->link);
    return f;
}

static inline bool fleet_is_there(struct fleet *f)
{
    return f->seen[0]->phase == f->wanted;
}

/* Fails when the first instance is not in this phase within 6 s. */
static inline void fleet_reaches(struct fleet *f, enum phase p)
{
    f->wanted = p;
    if (!fleet_run(f, fleet_is_there, 6000))
        fail_msg("phase is %d, login %d, '%s', wanted %d", f->seen[0]->phase, f->seen[0]->login, f->seen[0]->message, p);
}

/* A fleet of n servers with one instance each, watched and not yet started. */
static inline struct fleet *fleet_new(unsigned n, bool login)
{
    return fleet_over(n, login, false);
}

#endif
