/* What is asked about the machine and the process: files of /proc, in two rounds. */
#include "feed/host.h"
#include "neo4j/tool_lines.h"

#include <stdlib.h>
#include <string.h>

enum { PROC_FILE = 256 * 1024, RELEASE_FILE = 16 * 1024, FDS_MOST = 100 * 1000, SAME_START_MS = 3000 };

static long of_process(struct look *l, const char *name)
{
    return (long)talk_read(l->talk, arena_printf(talk_arena(l->talk), "/proc/%lld/%s", (long long)l->pid, name), 0, PROC_FILE);
}

static void ask_process(struct look *l)
{
    struct arena *a = talk_arena(l->talk);
    long long pid = l->pid;

    l->stat = of_process(l, "stat");
    l->status = of_process(l, "status");
    l->limits = of_process(l, "limits");
    l->fd_dir = (long)talk_stat(l->talk, arena_printf(a, "/proc/%lld/fd", pid));
    if (l->past->java_pid != pid)
        l->exe = (long)talk_stat(l->talk, arena_printf(a, "/proc/%lld/exe", pid));
}

void look_first(struct look *l)
{
    l->machine = (long)talk_read(l->talk, "/proc/stat", 0, PROC_FILE);
    l->meminfo = (long)talk_read(l->talk, "/proc/meminfo", 0, PROC_FILE);
    l->hostname = (long)talk_read(l->talk, "/proc/sys/kernel/hostname", 0, PROC_FILE);
    l->kernel = (long)talk_read(l->talk, "/proc/sys/kernel/osrelease", 0, PROC_FILE);
    l->system = (long)talk_read(l->talk, "/etc/os-release", 0, PROC_FILE);
    l->stat = l->status = l->limits = l->fd_dir = l->fds = l->exe = l->release = HOST_NONE;
    if (l->pid > 0)
        ask_process(l);
    tails_ask(l->past, l->site, l->talk, &l->tails);
    certificates_ask(l->past, l->site, l->talk, &l->certificates);
}

/* ---- the second round ---- */

/* From 6.2 on Linux says the number of open files as the size of the directory, to everybody. */
static bool must_count(const struct look *l)
{
    return l->fd_dir != HOST_NONE && talk_answer(l->talk, (size_t)l->fd_dir)->err.kind == ERR_NONE &&
           value_i64(talk_cell(l->talk, (size_t)l->fd_dir, 0, "size"), 0) <= 0;
}

/* "/usr/lib/jvm/java-17/bin/java" to "/usr/lib/jvm/java-17/release"; NULL: not known. */
static const char *release_path(const struct look *l)
{
    const char *exe = l->exe != HOST_NONE ? value_str(talk_cell(l->talk, (size_t)l->exe, 0, "link"), "") : "";
    const char *bin;

    if (!*exe && l->site->jvm.java)
        exe = l->site->jvm.java;
    bin = strstr(exe, "/bin/java");
    if (*exe != '/' || !bin)
        return NULL;
    return past_reach(l->site, talk_arena(l->talk), arena_printf(talk_arena(l->talk), "%.*s/release", (int)(bin - exe), exe));
}

bool look_second(struct look *l)
{
    size_t before = talk_asked(l->talk);
    const char *release = l->exe != HOST_NONE ? release_path(l) : NULL;

    if (must_count(l))
        l->fds = (long)talk_list(l->talk, arena_printf(talk_arena(l->talk), "/proc/%lld/fd", (long long)l->pid), FDS_MOST);
    if (release)
        l->release = (long)talk_read(l->talk, release, 0, RELEASE_FILE);
    certificates_ask_files(l->site, l->talk, &l->certificates);
    return talk_asked(l->talk) > before;
}

/* ---- answers ---- */

static const char *bytes_of(const struct look *l, long number, size_t *n)
{
    *n = 0;
    return number == HOST_NONE ? "" : talk_text(l->talk, (size_t)number, "bytes", n);
}

static void take_java(struct look *l)
{
    size_t n;
    const char *s = bytes_of(l, l->release, &n);
    struct slice version = jdk_release_version(s, n);

    if (l->exe == HOST_NONE)
        return;
    free(l->past->java);
    l->past->java_pid = l->pid;
    l->past->java = version.n ? x_strndup(version.s, version.n) : NULL;
}

/* Whether it is still the process that was found: its number may be another one's by now. */
static bool same_process(struct look *l)
{
    int64_t started = l->has_machine ? proc_started_ms(&l->process, &l->proc_machine) : PROC_NONE;

    if (started == PROC_NONE) {
        l->started_ms = l->site->started_ms;
        return true;
    }
    l->started_ms = started;
    return l->site->started_ms == 0 || llabs(started - l->site->started_ms) <= SAME_START_MS;
}

static void parse_process(struct look *l)
{
    size_t n;
    const char *s = bytes_of(l, l->stat, &n);

    if (l->stat == HOST_NONE) {
        l->why_process = l->site->hidden ? ABSENT_PRIVILEGE : ABSENT_NOT_APPLICABLE;
        return;
    }
    l->has_process = proc_stat_parse(s, n, &l->process) && same_process(l);
    if (!l->has_process) {
        enum err_kind kind = talk_answer(l->talk, (size_t)l->stat)->err.kind;
        bool gone = kind == ERR_NONE || kind == ERR_GONE;
        l->why_process = gone ? ABSENT_NOT_APPLICABLE : talk_answer(l->talk, (size_t)l->stat)->err.absent;
        l->started_ms = 0;
        return;
    }
    s = bytes_of(l, l->status, &n);
    l->has_status = proc_status_parse(s, n, &l->process_status);
    s = bytes_of(l, l->limits, &n);
    l->has_limits = proc_limits_parse(s, n, &l->process_limits);
}

void look_read(struct look *l)
{
    size_t n;
    const char *s = bytes_of(l, l->machine, &n);

    l->has_machine = proc_machine_parse(s, n, &l->proc_machine);
    s = bytes_of(l, l->meminfo, &n);
    l->has_meminfo = proc_meminfo_parse(s, n, &l->proc_meminfo);
    parse_process(l);
    take_java(l);
    cpu_sample(l->past, l->has_machine ? &l->proc_machine : NULL, l->pid, l->has_process ? &l->process : NULL);
    tails_take(l->past, l->site, l->talk, &l->tails);
    certificates_take(l->past, l->talk, &l->certificates);
}
