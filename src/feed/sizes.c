#include "feed/sizes.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "neo4j/tool_lines.h"

static void run_next(struct sizes *z);

static void forget(struct sizes *z)
{
    for (size_t i = 0; i < z->n; i++)
        free(z->of[i].path);
    free(z->of);
    z->of = NULL;
    z->n = 0;
}

void sizes_release(struct sizes *z)
{
    talk_free(z->talk);
    z->talk = NULL;
    forget(z);
}

/* ---- what du says: kilobytes, a tab, the path ---- */

static struct sized *find(const struct sizes *z, const char *path, size_t n)
{
    for (size_t i = 0; i < z->n; i++)
        if (strlen(z->of[i].path) == n && memcmp(z->of[i].path, path, n) == 0)
            return &z->of[i];
    return NULL;
}

static void take_lines(struct sizes *z, const char *p, size_t n)
{
    const char *end = p + n;
    struct slice path;
    int64_t bytes;

    while (du_next(&p, end, &bytes, &path)) {
        struct sized *s = find(z, path.s, path.n);
        if (s)
            s->bytes = bytes;
    }
}

/* A number that leaves out what could not be read is none. */
static void refuse(struct sizes *z, size_t upto, enum absent why)
{
    for (size_t i = z->at; i < upto; i++) {
        z->of[i].bytes = -1;
        z->of[i].why = why;
    }
}

static bool denied(const struct sizes *z)
{
    size_t n;
    const char *words = talk_text(z->talk, z->answer, "stderr", &n);

    return str_ifind(words, n, "permission denied") != NULL;
}

/* ---- runs, one after the other ---- */

static void all_done(struct sizes *z)
{
    struct feed *f = z->source->feed;
    struct task *t = &z->source->tasks[z->sheet];

    z->done_ms = clock_mono_ms();
    talk_free(z->talk);
    z->talk = NULL;
    if (!t->wanted)
        return;
    t->again = hosted_open(t);
    task_due_now(f, t);
    feed_tell(f);
}

static size_t end_of_run(const struct sizes *z)
{
    return z->n - z->at < z->per_run ? z->n : z->at + z->per_run;
}

static void on_run(struct talk *t, void *data)
{
    struct sizes *z = data;
    const struct talk_answer *a = talk_answer(t, z->answer);
    size_t n, upto = end_of_run(z);
    const char *out = talk_text(t, z->answer, "stdout", &n);

    if (a->err.kind == ERR_NONE && denied(z) && !z->as_server) {
        z->as_server = true;
        run_next(z);
        return;
    }
    refuse(z, upto, a->err.kind != ERR_NONE ? a->err.absent : ABSENT_NULL);
    if (a->err.kind == ERR_NONE && !denied(z))
        take_lines(z, out, n);
    else if (a->err.kind == ERR_NONE)
        refuse(z, upto, ABSENT_PRIVILEGE);
    z->as_server = false;
    z->at = upto;
    run_next(z);
}

static void run_next(struct sizes *z)
{
    const char *args[SIZES_MOST];
    size_t n = 0;

    for (size_t i = z->at; i < end_of_run(z); i++)
        args[n++] = z->of[i].path;
    if (!n) {
        all_done(z);
        return;
    }
    z->answer = talk_run_as(z->talk, z->as_server ? AS_SERVER : AS_SELF, HOST_CMD_SIZES, args, n);
    talk_go(z->talk, on_run);
}

static bool same_paths(const struct sizes *z, const char *const *paths, size_t n)
{
    for (size_t i = 0; i < n && n == z->n; i++)
        if (strcmp(z->of[i].path, paths[i]) != 0)
            return false;
    return n == z->n;
}

/* Numbers of before stay until there are new ones. */
static void take_paths(struct sizes *z, const char *const *paths, size_t n)
{
    struct sized *of = x_calloc(n, sizeof *of);

    for (size_t i = 0; i < n; i++) {
        const struct sized *known = find(z, paths[i], strlen(paths[i]));
        of[i] = (struct sized){.path = x_strdup(paths[i]), .bytes = known ? known->bytes : -1, .why = known ? known->why : ABSENT_NOT_ASKED};
    }
    forget(z);
    z->of = of;
    z->n = n;
}

void sizes_want(struct sizes *z, struct source *s, enum sheet_id sheet, size_t per_run, const char *const *paths, size_t n)
{
    int64_t now = clock_mono_ms();

    if (n > SIZES_MOST)
        n = SIZES_MOST;
    if (z->talk || (z->done_ms && now - z->done_ms < SIZES_FRESH_MS && same_paths(z, paths, n)))
        return;
    take_paths(z, paths, n);
    z->source = s;
    z->sheet = sheet;
    z->per_run = per_run;
    z->at = 0;
    z->as_server = false;
    if (!n) {
        z->done_ms = now;
        return;
    }
    z->talk = talk_new(&s->feed->port, s->instance, z);
    run_next(z);
}

struct value sizes_of(const struct sizes *z, const char *path)
{
    const struct sized *s = find(z, path, strlen(path));

    if (!s)
        return v_absent(ABSENT_NOT_ASKED);
    return s->bytes >= 0 ? v_int(s->bytes) : v_absent(s->why);
}

bool sizes_known(const struct sizes *z)
{
    return z->done_ms != 0;
}
