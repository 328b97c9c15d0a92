/* A disk that begins to hang at each moment of a look at a machine: everything that shows something of it says so soon, in words, nothing
 * loads for ever, and all is well again when it answers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <dirent.h>
#include <dlfcn.h>
#include <pthread.h>
#include <sys/statvfs.h>
#include "feed/inside.h"
#include "model/logbook.h"
#include "support/hostbench.h"

/* ---- the disk ---- */

enum { STAT = 1, OPEN = 2, LIST = 4, SPACE = 8, READ = 16, ALL = 31 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct {
    unsigned calls;    /* which of them hang; 0: none */
    char below[160];   /* on paths that begin so */
    int held, ever;    /* threads that wait, and how many ever did */
} disk;

static void touch(unsigned call, const char *path)
{
    pthread_mutex_lock(&lock);
    if (path && disk.calls & call && strncmp(path, disk.below, strlen(disk.below)) == 0) {
        disk.held++;
        disk.ever++;
        while (disk.calls)
            pthread_cond_wait(&changed, &lock);
        disk.held--;
    }
    pthread_mutex_unlock(&lock);
}

static void disk_is(unsigned calls, const char *below)
{
    pthread_mutex_lock(&lock);
    disk.calls = calls;
    snprintf(disk.below, sizeof disk.below, "%s", below);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* They take the place of those of the C library in this program. */
#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) \
        *(void **)&real = dlsym(RTLD_NEXT, #name)

int stat(const char *restrict path, struct stat *restrict st)
{
    REAL(stat);
    touch(STAT, path);
    return real(path, st);
}

int lstat(const char *restrict path, struct stat *restrict st)
{
    REAL(lstat);
    touch(STAT, path);
    return real(path, st);
}

int statvfs(const char *restrict path, struct statvfs *restrict v)
{
    REAL(statvfs);
    touch(SPACE, path);
    return real(path, v);
}

DIR *opendir(const char *path)
{
    REAL(opendir);
    touch(LIST, path);
    return real(path);
}

int open(const char *path, int flags, ...)
{
    REAL(open);
    va_list ap;

    va_start(ap, flags);
    mode_t mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    if (!(flags & O_ACCMODE)) /* the test itself writes */
        touch(OPEN, path);
    return real(path, flags, mode);
}

ssize_t pread(int fd, void *to, size_t n, off_t at)
{
    REAL(pread);
    char link[64], path[200] = "";

    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (disk.calls && readlink(link, path, sizeof path - 1) > 0)
        touch(READ, path);
    return real(fd, to, n, at);
}

/* ---- the scene: a server with its files, its configuration somewhere else than its logs ---- */

struct scene {
    struct bench b;
    struct model *model;
    struct feed *feed;
    char home[160], log[200];
};

enum { FILE_MS = 300 };

static void put(struct scene *s, const char *name, const char *text)
{
    char command[400], path[220];

    snprintf(path, sizeof path, "%s/%s", s->b.dir, name);
    snprintf(command, sizeof command, "mkdir -p $(dirname %s)", path);
    assert_int_equal(system(command), 0);
    put_file(path, text);
}

static void scene_begin(struct scene *s)
{
    const struct host_spec spec = {.carrier = CARRIER_LOCAL, .file_ms = FILE_MS};
    char conf[300];

    memset(s, 0, sizeof *s);
    bench_begin(&s->b, &spec);
    snprintf(s->home, sizeof s->home, "%s/home", s->b.dir);
    snprintf(s->log, sizeof s->log, "%s/logs/neo4j.log", s->b.dir);
    snprintf(conf, sizeof conf, "server.directories.logs=%s/logs\nserver.http.listen_address=:1\n", s->b.dir);
    put(s, "home/conf/neo4j.conf", conf);
    put(s, "home/bin/neo4j", "#!");
    put(s, "home/lib/neo4j-5.26.30.jar", "PK");
    put(s, "home/data/databases/neo4j/neostore", "x");
    put(s, "logs/neo4j.log", "2026-11-22 12:00:00.000+0000 INFO  first line\n");
    s->model = model_new();
    model_add_instance(s->model, "a");
    s->feed = feed_new(s->b.port, s->model);
    feed_describe(s->feed, 0, &(struct feed_instance){.address = "", .group = "", .user = "", .access = "", .site = {.home = s->home}});
    feed_set_interval(s->feed, 200);
    s->feed->sources[0].known = true; /* its server is down */
    s->feed->sources[0].state.phase = PHASE_DOWN;
}

static void scene_end(struct scene *s)
{
    feed_free(s->feed);
    model_free(s->model);
    bench_end(&s->b);
}

static void scene_step(struct scene *s)
{
    bench_run(&s->b, 3);
    feed_step(s->feed, clock_mono_ms());
}

static void want(struct scene *s)
{
    static const struct interest sheets[] = {{SHEET_HOST, 0, NULL, 0}, {SHEET_DISKS, 0, NULL, 0}, {SHEET_STORES, 0, NULL, 0}, {SHEET_PLUGINS, 0, NULL, 0}};

    feed_want(s->feed, sheets, sizeof sheets / sizeof *sheets);
    feed_want_logs(s->feed, &(struct log_interest){.at_ms = LOGS_AT_END, .logs = 0}, 1);
    feed_step(s->feed, clock_mono_ms());
}

static const struct logbook_log *user_log(const struct scene *s)
{
    const struct logbook *b = model_logbook(s->model, 0);

    for (size_t i = 0; b && i < logbook_logs(b); i++)
        if (strcmp(logbook_log(b, i)->name, "neo4j.log") == 0)
            return logbook_log(b, i);
    return NULL;
}

static const struct err *log_err(const struct scene *s)
{
    const struct logbook *b = model_logbook(s->model, 0);

    if (b && logbook_err(b)->kind != ERR_NONE)
        return logbook_err(b);
    return user_log(s) && user_log(s)->state == LB_FAILED ? &user_log(s)->err : NULL;
}

static bool log_says(const struct scene *s, const char *words)
{
    const struct logbook *b = model_logbook(s->model, 0);
    const struct logbook_log *about = user_log(s);

    for (int64_t n = about ? about->first : 0; about && n < about->end; n++)
        if (strstr(logbook_line(b, (size_t)(about - logbook_log(b, 0)), n)->text, words))
            return true;
    return false;
}

static bool log_is_well(const struct scene *s, const char *words)
{
    return !log_err(s) && user_log(s) && user_log(s)->state == LB_FOLLOWED && !user_log(s)->loading && log_says(s, words);
}

/* ---- the moments ---- */

static const struct moment {
    const char *name;
    unsigned calls;
    const char *below;    /* of the directory of the scene */
    bool from_the_start;
    bool log_hangs;       /* words for the followed log; else it goes on, or says what it waits for */
} moments[] = {
    {"before the first look", ALL, "", true, true},
    {"the home, when it is looked for", STAT, "/home", true, true},
    {"the configuration, when it is read", OPEN, "/home/conf", true, true},
    {"the jars, when they are listed", LIST, "/home/lib", true, false},
    {"the directory of the logs, when what was before is looked for", LIST, "/logs", true, false},
    {"the log, when it is opened", OPEN, "/logs/neo4j.log", true, true},
    {"the log, when it is read the first time", READ, "/logs/neo4j.log", true, true},
    {"the space, when disks are measured", SPACE, "", true, false},
    {"the whole disk, later", ALL, "", false, true},
    {"the configuration, later", OPEN | STAT, "/home/conf", false, false},
    {"the home, later", ALL, "/home", false, false},
    {"the log, when it is looked at", STAT, "/logs/neo4j.log", false, true},
    {"the log, when it is read", READ, "/logs/neo4j.log", false, true},
};

/* All has been told: nothing loads, and every sheet has rows or words. */
static bool is_told(const struct scene *s, const struct moment *m)
{
    static const enum sheet_id sheets[] = {SHEET_HOST, SHEET_DISKS, SHEET_STORES, SHEET_PLUGINS};

    for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++)
        if (!model_get(s->model, 0, sheets[i]))
            return false;
    if (m->log_hangs)
        return log_err(s) && log_err(s)->kind == ERR_TIMEOUT && feed_idle(s->feed);
    /* where much hangs at once it may have to wait for a worker, which it says */
    return (log_is_well(s, "first line") || (log_err(s) && log_err(s)->kind == ERR_TIMEOUT)) && feed_idle(s->feed);
}

static void explain(const struct scene *s, const struct moment *m, const char *what)
{
    for (size_t k = 0; k < NSHEETS; k++)
        if (s->feed->sources[0].tasks[k].wanted && !s->feed->sources[0].tasks[k].settled)
            print_error("not settled: sheet %zu\n", k);
    fail_msg("%s: %s: %s; log %s, %s, %s", m->name, what, log_err(s) ? log_err(s)->words : "no error of the logs",
             user_log(s) && user_log(s)->loading ? "loads" : "does not load", user_log(s) ? user_log(s)->name : "none",
             feed_idle(s->feed) ? "idle" : "not idle");
}

static void run_for(struct scene *s, int64_t ms)
{
    for (int64_t until = clock_mono_ms() + ms; clock_mono_ms() < until;)
        scene_step(s);
}

static void begin_to_hang(struct scene *s, const struct moment *m)
{
    char below[200];

    snprintf(below, sizeof below, "%s%s", s->b.dir, m->below);
    if (!m->from_the_start) {
        want(s);
        for (int i = 0; i < 2000 && !(log_is_well(s, "first line") && feed_idle(s->feed)); i++)
            scene_step(s);
        if (!log_is_well(s, "first line"))
            explain(s, m, "it was not well before");
    }
    disk_is(m->calls, below);
    if (m->from_the_start)
        want(s);
    else
        s->feed->sources[0].site->looked_ms = 0; /* as after a minute */
    feed_refresh(s->feed);
}

static void try_moment(const struct moment *m)
{
    struct scene s;
    int64_t until;

    scene_begin(&s);
    disk.ever = 0;
    begin_to_hang(&s, m);
    append(s.log, "2026-11-22 12:00:01.000+0000 INFO  second line\n");
    run_for(&s, 2 * FILE_MS);
    for (until = clock_mono_ms() + 8000; !is_told(&s, m) && clock_mono_ms() < until;)
        scene_step(&s);
    if (!is_told(&s, m))
        explain(&s, m, "it is not told");
    if (!disk.ever)
        fail_msg("%s: nothing hung", m->name);
    disk_is(0, "");
    run_for(&s, 50);
    feed_refresh(s.feed);
    for (until = clock_mono_ms() + 8000; !(log_is_well(&s, "second line") && feed_idle(s.feed)) && clock_mono_ms() < until;)
        scene_step(&s);
    if (!log_is_well(&s, "second line") || !feed_idle(s.feed))
        explain(&s, m, "it did not come back");
    assert_string_equal(s.feed->sources[0].site->config ? "read" : "not read", "read");
    assert_int_equal(disk.held, 0);
    scene_end(&s);
}

static void every_moment_is_told(void **state)
{
    const char *only = getenv("MOMENT");

    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
        if (!only || strstr(moments[i].name, only))
            try_moment(&moments[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_moment_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
