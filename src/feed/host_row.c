/* The cells of a row of SHEET_HOST. What could not be had has its reason. */
#include "feed/host.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"

struct value text_cell(struct arena *a, const char *s, enum absent why)
{
    return s && *s ? v_copy_text(a, s, strlen(s)) : v_absent(why);
}

/* Below 0: absent. */
static struct value number_cell(int64_t n, enum absent why)
{
    return n >= 0 ? v_int(n) : v_absent(why);
}

struct value texts_cell(struct arena *a, const char *const *texts, size_t n)
{
    struct value *list = arena_alloc(a, (n + 1) * sizeof *list);

    for (size_t i = 0; i < n; i++)
        list[i] = v_copy_text(a, texts[i], strlen(texts[i]));
    return (struct value){.type = V_LIST, .len = (uint32_t)n, .u.list = list};
}

/* ---- the machine ---- */

static enum absent why_not(const struct look *l, long number)
{
    const struct err *e = number == HOST_NONE ? NULL : &talk_answer(l->talk, (size_t)number)->err;

    return e && e->kind != ERR_NONE && e->absent != ABSENT_NULL ? e->absent : ABSENT_WRONG_SHAPE;
}

static struct value first_line(const struct look *l, struct arena *a, long number)
{
    size_t n;
    const char *s = talk_text(l->talk, (size_t)number, "bytes", &n);

    n = strcspn(s, "\n");
    return n ? v_copy_text(a, s, n) : v_absent(why_not(l, number));
}

/* "Debian GNU/Linux 12 (bookworm), Linux 6.1.0-13-amd64" */
static struct value system_cell(const struct look *l, struct arena *a)
{
    static const char key[] = "PRETTY_NAME=";
    size_t n;
    const char *release = talk_text(l->talk, (size_t)l->system, "bytes", &n), *at = strstr(release, key);
    struct value kernel = first_line(l, a, l->kernel);
    struct text t;
    struct value v;

    text_init(&t, 400);
    if (at) {
        at += sizeof key - 1;
        at += *at == '"';
        text_add(&t, at, strcspn(at, "\"\n"));
    }
    if (kernel.type == V_TEXT)
        text_addf(&t, "%sLinux %s", t.len ? ", " : "", kernel.u.s);
    v = t.len ? v_copy_text(a, t.s, t.len) : kernel;
    text_release(&t);
    return v;
}

void row_machine(const struct look *l, struct relation *rel, struct value *c)
{
    const struct proc_meminfo *m = &l->proc_meminfo;
    enum absent why = why_not(l, l->meminfo), why_cpu = l->has_machine ? ABSENT_NOT_ASKED : why_not(l, l->machine);
    const struct cpu_past *cpu = &l->past->cpu;

    c[COL_HOST_HOSTNAME] = first_line(l, &rel->arena, l->hostname);
    c[COL_HOST_OS] = system_cell(l, &rel->arena);
    c[COL_HOST_CORES] = number_cell(l->has_machine ? l->proc_machine.cpus : -1, why_cpu);
    c[COL_HOST_BUSY] = cpu->loaded ? v_float(cpu->load.busy) : v_absent(why_cpu);
    c[COL_HOST_IOWAIT] = cpu->loaded ? v_float(cpu->load.waiting) : v_absent(why_cpu);
    c[COL_HOST_MEMORY] = number_cell(l->has_meminfo ? m->total : -1, why);
    c[COL_HOST_AVAILABLE] = number_cell(l->has_meminfo ? m->available : -1, why);
    c[COL_HOST_SWAP] = number_cell(l->has_meminfo ? m->swap_total : -1, why);
    c[COL_HOST_SWAP_FREE] = number_cell(l->has_meminfo ? m->swap_free : -1, why);
}

/* ---- the process ---- */

static struct value open_files(const struct look *l)
{
    long number = l->fds != HOST_NONE ? l->fds : l->fd_dir;
    const struct talk_answer *a;

    if (!l->has_process)
        return v_absent(l->why_process);
    a = talk_answer(l->talk, (size_t)number);
    if (a->err.kind != ERR_NONE)
        return v_absent(a->err.absent);
    return l->fds != HOST_NONE ? v_int((int64_t)a->nrows) : talk_cell(l->talk, (size_t)number, 0, "size");
}

/* A limit that is none is not configured. */
static struct value limit_cell(const struct look *l)
{
    int64_t n = l->has_limits ? l->process_limits.open_files.soft : PROC_NONE;

    if (!l->has_process)
        return v_absent(l->why_process);
    if (n == PROC_UNLIMITED)
        return v_absent(ABSENT_NOT_CONFIGURED);
    return number_cell(n, why_not(l, l->limits));
}

void row_process(const struct look *l, struct relation *rel, struct value *c)
{
    int64_t now = clock_wall_ms();
    enum absent why = l->has_process ? ABSENT_WRONG_SHAPE : l->why_process;
    bool known = l->has_process && l->has_status;

    c[COL_HOST_PID] = l->has_process ? v_int(l->pid) : v_absent(why);
    c[COL_HOST_OS_USER] = l->has_process || l->site->unit_known ? text_cell(&rel->arena, l->site->os_user, ABSENT_NULL) : v_absent(why);
    c[COL_HOST_STARTED] = l->has_process && l->started_ms ? v_time(l->started_ms) : v_absent(why);
    c[COL_HOST_UPTIME] = l->has_process && l->started_ms ? v_duration(now > l->started_ms ? now - l->started_ms : 0) : v_absent(why);
    c[COL_HOST_RESIDENT] = number_cell(known ? l->process_status.resident : -1, why);
    c[COL_HOST_SWAPPED] = number_cell(known ? l->process_status.swapped : -1, why);
    c[COL_HOST_THREADS] = number_cell(l->has_process ? l->process.threads : -1, why);
    c[COL_HOST_CPU] = l->past->cpu.process_loaded ? v_float(l->past->cpu.process) : v_absent(l->has_process ? ABSENT_NOT_ASKED : why);
    c[COL_HOST_FILES] = open_files(l);
    c[COL_HOST_FILES_LIMIT] = limit_cell(l);
}

/* ---- its Java ---- */

struct flags {
    const char *of[16];
    size_t n;
};

static void add_bytes(struct flags *f, struct arena *a, const char *words, int64_t bytes)
{
    char buf[32];

    if (bytes > 0)
        f->of[f->n++] = arena_printf(a, "%s %s", words, bytes_short(bytes, buf, sizeof buf));
}

/* value NULL: not given, nothing is said. */
static void add_words(struct flags *f, struct arena *a, const char *words, const char *value)
{
    if (value)
        f->of[f->n++] = arena_printf(a, "%s%s", words, value);
}

/* "heap 1.0G to 4.0G" */
static void add_heap(struct flags *f, struct arena *a, int64_t from, int64_t to)
{
    char x[32], y[32];

    if (from > 0 && to > 0 && from != to)
        f->of[f->n++] = arena_printf(a, "heap %s to %s", bytes_short(from, x, sizeof x), bytes_short(to, y, sizeof y));
    else
        add_bytes(f, a, to > 0 ? "heap" : "heap from", to > 0 ? to : from);
}

static void collect_flags(const struct jvm_cmdline *j, struct arena *a, struct flags *f)
{
    add_heap(f, a, j->heap_initial, j->heap_max);
    if (j->heap_percent > 0)
        f->of[f->n++] = arena_printf(a, "heap %.0f%% of the memory", j->heap_percent);
    add_bytes(f, a, "metaspace", j->metaspace_max);
    add_bytes(f, a, "direct memory", j->direct_max);
    add_words(f, a, j->exits_on_oom ? "exits when out of memory" : "no exit when out of memory", "");
    if (j->dumps_on_oom)
        add_words(f, a, "heap dump when out of memory to ", j->dump_path ? j->dump_path : "its working directory");
    add_words(f, a, "JMX port ", j->jmx_port);
    add_words(f, a, "debugger: ", j->debug);
}

static int64_t configured_heap(const struct site *s)
{
    int64_t bytes;

    if (s->jvm.heap_max > 0)
        return s->jvm.heap_max;
    return s->config && config_bytes(s->config, SETTING_HEAP_MAX, &bytes) ? bytes : -1;
}

static double share(int64_t of, int64_t all)
{
    return all > 0 && of >= 0 ? (double)of * 100.0 / (double)all : -1;
}

void row_heap(const struct past *p, int64_t configured_max, struct value *c)
{
    const struct heap_past *h = &p->heap;
    int64_t max = configured_max > 0 ? configured_max : h->max;
    enum absent why = h->known ? h->why : ABSENT_NOT_ASKED;
    double now = share(h->used, max), before = share(h->before, max);

    c[COL_HOST_HEAP_MAX] = max > 0 ? v_int(max) : v_absent(h->used >= 0 ? ABSENT_NOT_CONFIGURED : why);
    c[COL_HOST_HEAP_USED] = h->known ? number_cell(h->used, why) : v_absent(why);
    c[COL_HOST_HEAP_PERCENT] = h->known && now >= 0 ? v_float(now) : v_absent(why);
    c[COL_HOST_HEAP_LEAST] = h->known && now >= 0 && before >= 0 ? v_float(now < before ? now : before) : v_absent(ABSENT_NOT_ASKED);
}

void row_java(const struct look *l, struct relation *rel, struct value *c)
{
    const struct jvm_cmdline *j = &l->site->jvm;
    struct flags f = {0};
    enum absent why = l->has_process ? ABSENT_NULL : l->why_process;
    const char *version = l->past->java_pid == l->pid ? l->past->java : NULL;

    if (l->has_process && !version && j->java_version > 0)
        version = arena_printf(&rel->arena, "%d", j->java_version);
    c[COL_HOST_JAVA] = l->has_process ? text_cell(&rel->arena, version, why) : v_absent(why);
    c[COL_HOST_COLLECTOR] = l->has_process ? text_cell(&rel->arena, j->collector, why) : v_absent(why);
    if (l->has_process)
        collect_flags(j, &rel->arena, &f);
    c[COL_HOST_JVM_FLAGS] = l->has_process ? texts_cell(&rel->arena, f.of, f.n) : v_absent(why);
    row_heap(l->past, configured_heap(l->site), c);
}

/* ---- what the logs tell, and the certificates ---- */

static struct value time_cell(int64_t ms)
{
    return ms ? v_time(ms) : v_absent(ABSENT_NULL);
}

static struct value alarms_cell(const struct vitals *v, struct arena *a)
{
    const char *words[VITALS_ALARMS];

    for (size_t i = 0; i < v->nalarms; i++) {
        const struct vital_alarm *al = &v->alarms[i];
        words[i] = arena_printf(a, "%s%s%s", log_mark_help(al->mark), *al->database ? ": database " : "", al->database);
        if (al->times > 1)
            words[i] = arena_printf(a, "%s (%u times)", words[i], al->times);
    }
    return texts_cell(a, words, v->nalarms);
}

static void row_logins(const struct vitals *v, struct relation *rel, struct value *c)
{
    struct text who;

    text_init(&who, 1000);
    vitals_logins(v, &who);
    c[COL_HOST_LOGINS_FAILED] = v_int((int64_t)v->nlogins);
    c[COL_HOST_LOGINS_WHO] = text_cell(&rel->arena, who.s, ABSENT_NOT_APPLICABLE);
    text_release(&who);
}

static void row_certificates(const struct certificates_past *p, struct relation *rel, struct value *c)
{
    c[COL_HOST_CERTIFICATE] = text_cell(&rel->arena, p->file, p->looked_ms ? p->why : ABSENT_NOT_ASKED);
    c[COL_HOST_CERTIFICATE_ENDS] = p->file ? v_time(p->ends_ms) : v_absent(p->looked_ms ? p->why : ABSENT_NOT_ASKED);
}

/* No log of this server could be read at all: why; ABSENT_NULL: one could. */
static enum absent why_silent(const struct look *l)
{
    enum absent why = ABSENT_NOT_CONFIGURED;

    for (size_t i = 0; i < l->tails.n; i++) {
        const struct err *e = &talk_answer(l->talk, l->tails.answer[i])->err;
        if (e->kind == ERR_NONE)
            return ABSENT_NULL;
        if (e->kind != ERR_GONE)
            why = e->absent;
    }
    return l->tails.journal && talk_answer(l->talk, l->tails.journal - 1)->err.kind == ERR_NONE ? ABSENT_NULL : why;
}

void row_vitals(const struct look *l, struct relation *rel, struct value *c)
{
    static const size_t columns[] = {COL_HOST_STARTS, COL_HOST_GC_PAUSE, COL_HOST_GC_PAUSE_AT, COL_HOST_CHECKPOINT, COL_HOST_CHECKPOINT_TOOK,
                                     COL_HOST_CHECKPOINT_FAILED, COL_HOST_LOGINS_FAILED, COL_HOST_LOGINS_WHO, COL_HOST_ALARMS, COL_HOST_ALARM_AT};
    const struct vitals *v = &l->past->vitals;
    const struct vital_pause *pause = vitals_pause(v);
    enum absent why = why_silent(l);
    int64_t alarm = 0;

    row_certificates(&l->past->certificates, rel, c);
    for (size_t i = 0; why != ABSENT_NULL && i < sizeof columns / sizeof *columns; i++)
        c[columns[i]] = v_absent(why);
    if (why != ABSENT_NULL)
        return;
    for (size_t i = 0; i < v->nalarms; i++)
        alarm = v->alarms[i].at_ms > alarm ? v->alarms[i].at_ms : alarm;
    c[COL_HOST_STARTS] = time_cell(v->started_ms);
    c[COL_HOST_GC_PAUSE] = pause ? v_duration(pause->ms) : v_absent(ABSENT_NULL);
    c[COL_HOST_GC_PAUSE_AT] = time_cell(pause ? pause->at_ms : 0);
    c[COL_HOST_CHECKPOINT] = time_cell(v->checkpoint_ms);
    c[COL_HOST_CHECKPOINT_TOOK] = v->checkpoint_ms ? v_duration(v->checkpoint_took_ms) : v_absent(ABSENT_NULL);
    c[COL_HOST_CHECKPOINT_FAILED] = time_cell(v->checkpoint_failed_ms > v->checkpoint_ms ? v->checkpoint_failed_ms : 0);
    row_logins(v, rel, c);
    c[COL_HOST_ALARMS] = alarms_cell(v, &rel->arena);
    c[COL_HOST_ALARM_AT] = time_cell(alarm);
}
