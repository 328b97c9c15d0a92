#include "neo4j/proc.h"

#include <string.h>

#include "neo4j/scan.h"

/* ---- words and numbers ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool next_word(struct slice *line, struct slice *word)
{
    while (line->n && is_blank(*line->s)) {
        line->s++;
        line->n--;
    }
    *word = (struct slice){line->s, 0};
    while (line->n && !is_blank(*line->s)) {
        line->s++;
        line->n--;
        word->n++;
    }
    return word->n > 0;
}

/* At most 18 digits, and nothing else. */
static int64_t number(struct slice s)
{
    int64_t n = 0;

    if (!s.n || s.n > 18)
        return PROC_NONE;
    for (size_t i = 0; i < s.n; i++) {
        if (s.s[i] < '0' || s.s[i] > '9')
            return PROC_NONE;
        n = n * 10 + (s.s[i] - '0');
    }
    return n;
}

static int64_t next_number(struct slice *line)
{
    struct slice word;

    return next_word(line, &word) ? number(word) : PROC_NONE;
}

static int64_t sum(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 ? a : a + b;
}

static void copy_name(char *out, size_t size, struct slice s)
{
    size_t n = s.n < size - 1 ? s.n : size - 1;

    memcpy(out, s.s, n);
    out[n] = '\0';
}

/* "12345 kB" in bytes; without a unit as it stands. */
static int64_t bytes(struct slice value)
{
    int64_t n = next_number(&value);
    struct slice unit;

    if (n >= 0 && next_word(&value, &unit) && slice_is(unit, "kB"))
        n = n <= INT64_MAX / 1024 ? n * 1024 : PROC_NONE;
    return n;
}

/* "Name: value"; false: the line is another. */
static bool split(struct slice line, struct slice *name, struct slice *value)
{
    const char *colon = memchr(line.s, ':', line.n);

    if (!colon)
        return false;
    *name = (struct slice){line.s, (size_t)(colon - line.s)};
    *value = (struct slice){colon + 1, line.n - name->n - 1};
    while (value->n && is_blank(*value->s)) {
        value->s++;
        value->n--;
    }
    return true;
}

/* ---- one process ---- */

/* The name stands in brackets and may hold brackets and blanks itself: the last closing one counts. */
bool proc_stat_parse(const char *s, size_t n, struct proc_stat *out)
{
    const char *open = memchr(s, '(', n), *close = open ? memrchr(s, ')', n) : NULL;
    struct slice rest, word;
    int64_t field[21] = {0}; /* from the one behind the state: parent is the first */

    *out = (struct proc_stat){.pid = PROC_NONE, .parent = PROC_NONE, .threads = PROC_NONE, .cpu_ms = PROC_NONE, .start_ticks = PROC_NONE};
    if (!close || close < open)
        return false;
    rest = (struct slice){s, (size_t)(open - s)};
    out->pid = next_number(&rest);
    copy_name(out->name, sizeof out->name, (struct slice){open + 1, (size_t)(close - open) - 1});
    rest = (struct slice){close + 1, n - (size_t)(close - s) - 1};
    if (out->pid < 0 || !next_word(&rest, &word) || word.n != 1)
        return false;
    out->state = word.s[0];
    for (size_t i = 0; i < sizeof field / sizeof *field; i++)
        field[i] = next_number(&rest);
    out->parent = field[0];
    if (field[10] >= 0 && field[11] >= 0)
        out->cpu_ms = (field[10] + field[11]) / PROC_TICKS * 1000 + (field[10] + field[11]) % PROC_TICKS * (1000 / PROC_TICKS);
    out->threads = field[16];
    out->start_ticks = field[18];
    return out->start_ticks >= 0;
}

bool proc_status_parse(const char *s, size_t n, struct proc_status *out)
{
    const char *end = s + n;
    struct slice line, name, value, word;

    memset(out, 0, sizeof *out);
    out->pid = out->parent = out->uid = out->gid = out->threads = PROC_NONE;
    out->virtual_bytes = out->resident = out->resident_peak = out->swapped = PROC_NONE;
    while (scan_line(&s, end, &line)) {
        const struct {
            const char *name;
            int64_t *to;
        } sizes[] = {
            {"Pid", &out->pid},       {"PPid", &out->parent},           {"Threads", &out->threads}, {"VmSize", &out->virtual_bytes},
            {"VmRSS", &out->resident}, {"VmHWM", &out->resident_peak}, {"VmSwap", &out->swapped},
        };

        if (!split(line, &name, &value))
            continue;
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            if (slice_is(name, sizes[i].name))
                *sizes[i].to = bytes(value);
        if (slice_is(name, "Name"))
            copy_name(out->name, sizeof out->name, value);
        else if (slice_is(name, "Uid") && next_word(&value, &word)) /* real, effective, ... */
            out->uid = next_number(&value);
        else if (slice_is(name, "Gid") && next_word(&value, &word))
            out->gid = next_number(&value);
    }
    return out->pid >= 0;
}

static int64_t limit(struct slice *line)
{
    struct slice word;

    if (!next_word(line, &word))
        return PROC_NONE;
    return slice_is(word, "unlimited") ? PROC_UNLIMITED : number(word);
}

/* "Max open files            1024                 4096                 files" */
bool proc_limits_parse(const char *s, size_t n, struct proc_limits *out)
{
    static const struct proc_limit none = {PROC_NONE, PROC_NONE};
    const struct {
        const char *name;
        struct proc_limit *to;
    } limits[] = {
        {"Max open files ", &out->open_files},
        {"Max processes ", &out->processes},
        {"Max locked memory ", &out->locked_bytes},
        {"Max core file size ", &out->core_bytes},
    };
    const char *end = s + n;
    struct slice line;

    *out = (struct proc_limits){none, none, none, none};
    while (scan_line(&s, end, &line))
        for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
            struct slice rest;

            if (!slice_behind(line, limits[i].name, &rest))
                continue;
            limits[i].to->soft = limit(&rest);
            limits[i].to->hard = limit(&rest);
        }
    return out->open_files.soft >= 0;
}

/* ---- the machine ---- */

bool proc_meminfo_parse(const char *s, size_t n, struct proc_meminfo *out)
{
    const struct {
        const char *name;
        int64_t *to;
    } sizes[] = {
        {"MemTotal", &out->total},       {"MemFree", &out->free},          {"MemAvailable", &out->available},
        {"Buffers", &out->buffers},      {"Cached", &out->cached},         {"Dirty", &out->dirty},
        {"SwapTotal", &out->swap_total}, {"SwapFree", &out->swap_free},    {"HugePages_Total", &out->huge_total},
        {"HugePages_Free", &out->huge_free}, {"Hugepagesize", &out->huge_size},
    };
    const char *end = s + n;
    struct slice line, name, value;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        *sizes[i].to = PROC_NONE;
    while (scan_line(&s, end, &line))
        for (size_t i = 0; split(line, &name, &value) && i < sizeof sizes / sizeof *sizes; i++)
            if (slice_is(name, sizes[i].name))
                *sizes[i].to = bytes(value);
    return out->total > 0;
}

/* user nice system idle iowait irq softirq steal; later ones are counted in user already */
static void take_cpu(struct slice rest, struct proc_machine *out)
{
    int64_t t[8];

    for (size_t i = 0; i < sizeof t / sizeof *t; i++)
        t[i] = next_number(&rest);
    out->user = sum(t[0], t[1]);
    out->system = sum(sum(t[2], t[5]), t[6]);
    out->idle = t[3];
    out->waiting = t[4];
    out->stolen = t[7];
}

bool proc_machine_parse(const char *s, size_t n, struct proc_machine *out)
{
    const char *end = s + n;
    struct slice line, word;

    *out = (struct proc_machine){PROC_NONE, PROC_NONE, PROC_NONE, PROC_NONE, PROC_NONE, 0, PROC_NONE, PROC_NONE, PROC_NONE};
    while (scan_line(&s, end, &line)) {
        if (!next_word(&line, &word))
            continue;
        if (slice_is(word, "cpu"))
            take_cpu(line, out);
        else if (word.n > 3 && !memcmp(word.s, "cpu", 3))
            out->cpus++;
        else if (slice_is(word, "btime"))
            out->started_s = next_number(&line);
        else if (slice_is(word, "procs_running"))
            out->running = next_number(&line);
        else if (slice_is(word, "procs_blocked"))
            out->blocked = next_number(&line);
    }
    return out->user >= 0 && out->idle >= 0;
}

/* Counters may fall by a little (iowait does): never less than nothing. */
static double rise(int64_t from, int64_t to)
{
    return from >= 0 && to > from ? (double)(to - from) : 0;
}

bool proc_load_between(const struct proc_machine *from, const struct proc_machine *to, struct proc_load *out)
{
    double user = rise(from->user, to->user), system = rise(from->system, to->system), idle = rise(from->idle, to->idle),
           waiting = rise(from->waiting, to->waiting), stolen = rise(from->stolen, to->stolen), all = user + system + idle + waiting + stolen;

    if (all <= 0 || (from->started_s >= 0 && to->started_s >= 0 && from->started_s != to->started_s))
        return false;
    *out = (struct proc_load){
        .busy = (user + system + stolen) * 100 / all,
        .user = user * 100 / all,
        .system = system * 100 / all,
        .waiting = waiting * 100 / all,
        .stolen = stolen * 100 / all,
    };
    return true;
}

int64_t proc_started_ms(const struct proc_stat *p, const struct proc_machine *m)
{
    const int64_t far = (int64_t)1 << 45; /* no machine runs that long */

    if (p->start_ticks < 0 || m->started_s < 0 || p->start_ticks > far || m->started_s > far)
        return PROC_NONE;
    return m->started_s * 1000 + p->start_ticks * (1000 / PROC_TICKS);
}
