/* How many statements one logged-in instance carries, one after the other: bench_statements URL SECONDS
 *
 * User neo4j with the password of NEO4J_PASSWORD. Printed: how many a second, and the microseconds of CPU that each cost us. The statement
 * is COMPONENTS, which a server answers without work. Status 1 when one failed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "link/link.h"

struct bench {
    struct loop *loop;
    struct port port;
    struct timer *late;
    int64_t until, answered;
    bool up, failed;
};

static int64_t cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void on_state(void *ctx, const struct reply *r)
{
    struct bench *b = ctx;

    if (!r->state || r->last)
        return;
    b->up = r->state->phase == PHASE_UP || r->state->phase == PHASE_SLOW;
    if (b->up && r->state->server_id[0]) /* the session has nothing more to ask for itself */
        loop_stop(b->loop);
}

static void on_answer(void *ctx, const struct reply *r);

static void ask(struct bench *b)
{
    const struct ask a = {.kind = ASK_STATEMENT, .u.statement = {.id = STMT_COMPONENTS}};

    port_submit(&b->port, &a, on_answer, b);
}

static void on_answer(void *ctx, const struct reply *r)
{
    struct bench *b = ctx;

    if (r->err) {
        if (r->err->kind != ERR_CANCELLED)
            fprintf(stderr, "%s\n", r->err->words);
        b->failed |= r->err->kind != ERR_CANCELLED;
        loop_stop(b->loop);
        return;
    }
    b->answered++;
    if (clock_mono_ms() < b->until)
        ask(b);
    else
        loop_stop(b->loop);
}

static void on_late(void *data)
{
    loop_stop(((struct bench *)data)->loop);
}

static void wait_for(struct bench *b, int64_t ms)
{
    timer_set(b->late, ms);
    loop_run(b->loop);
    timer_clear(b->late);
}

static void measure(struct bench *b, double seconds)
{
    int64_t began, cpu;

    ask(b);
    wait_for(b, 5000); /* until == 0: one, which makes everything warm */
    b->answered = 0;
    began = clock_mono_ms();
    cpu = cpu_us();
    b->until = began + (int64_t)(seconds * 1000);
    ask(b);
    wait_for(b, (int64_t)(seconds * 1000) + 10000);
    int64_t took = clock_mono_ms() - began;
    if (b->answered && took > 0)
        printf("%.1f %.1f\n", (double)b->answered * 1000 / (double)took, (double)(cpu_us() - cpu) / (double)b->answered);
}

int main(int argc, char **argv)
{
    const char *password = getenv("NEO4J_PASSWORD");
    struct link_instance one = {.name = "bench"};
    const struct ask state = {.kind = ASK_STATE};
    struct bench b = {0};

    if (argc != 3 || !password) {
        fprintf(stderr, "usage: bench_statements URL SECONDS, with NEO4J_PASSWORD\n");
        return 2;
    }
    b.loop = loop_new();
    struct http *http = http_new(b.loop);
    struct link *link = link_new(b.loop, http);
    b.port = link_port(link);
    b.late = loop_timer(b.loop, on_late, &b);
    one.base = argv[1];
    one.credential = link_credential(link, "bench", HTTP_AUTH_BASIC, "neo4j");
    link_add(link, &one);
    port_submit(&b.port, &state, on_state, &b);
    credential_set(link, one.credential, secret_new(password, strlen(password)));
    link_start(link);
    wait_for(&b, 3000); /* who has no server id is up all the same */
    if (b.up)
        measure(&b, atof(argv[2]));
    link_free(link);
    http_free(http);
    timer_free(b.late);
    loop_free(b.loop);
    return b.failed || !b.answered;
}
