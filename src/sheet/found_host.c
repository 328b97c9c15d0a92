/* Rules about the machine of an instance, and about what its logs tell. They count when the server is down, too. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sheet/found.h"

enum {
    MINUTE = 60 * 1000,
    RESTART_MS = 15 * MINUTE,
    CHECKPOINT_MS = 120 * MINUTE,
    LOGINS_LEAST = 3,
    PAUSE_WARNING = 1000,
    PAUSE_CRITICAL = 10 * 1000,
    DAY_S = 86400,
    EXPLAINS_MS = 150 * 1000 /* what was seen of a machine longer before that explains no state */
};

static const double heap_warning = 90, heap_critical = 97, files_warning = 80, files_critical = 95, memory_least = 5, swap_most = 10;

/* The row of its machine, NULL: nothing is known. */
static const struct relation *host_of(const struct findings *fs, uint32_t instance)
{
    const struct relation *r = model_get(fs->m, instance, SHEET_HOST);
    return r && !r->missing && r->nrows ? r : NULL;
}

static const char *word(const struct relation *r, size_t col)
{
    return value_str(relation_cell(r, 0, col), "");
}

static int64_t number(const struct relation *r, size_t col)
{
    return value_i64(relation_cell(r, 0, col), -1);
}

/* -1: not known. */
static double fraction(const struct relation *r, size_t col)
{
    struct value v = relation_cell(r, 0, col);
    return v.type == V_FLOAT ? v.u.d : -1;
}

static double percent(int64_t part, int64_t all)
{
    return part >= 0 && all > 0 ? (double)part * 100 / (double)all : -1;
}

/* How long before the answer was taken; -1: no such time. */
static int64_t ago(const struct relation *r, size_t col)
{
    int64_t at = number(r, col);
    return at < 0 ? -1 : r->taken_ms > at ? r->taken_ms - at : 0;
}

bool found_same_machine(const struct findings *fs, uint32_t a, uint32_t b)
{
    const struct relation *x = host_of(fs, a), *y = host_of(fs, b);
    return x && y && *word(x, COL_HOST_HOSTNAME) && strcmp(word(x, COL_HOST_HOSTNAME), word(y, COL_HOST_HOSTNAME)) == 0;
}

/* What is said of a machine is said once, with the first of its instances. */
static bool told_of_machine(const struct findings *fs, uint32_t instance)
{
    for (uint32_t i = 0; i < instance; i++)
        if (found_same_machine(fs, i, instance))
            return true;
    return false;
}

/* ---- what it all amounts to ---- */

const char *found_ended(const struct findings *fs, uint32_t instance)
{
    const struct relation *own = model_get(fs->m, instance, SHEET_INSTANCES), *r = host_of(fs, instance);
    const char *status = r ? word(r, COL_HOST_STATUS) : "";
    if (!own || !r || own->taken_ms - r->taken_ms > EXPLAINS_MS || !state_is_down(found_instance_cell(fs, instance, COL_INSTANCES_STATE)))
        return NULL;
    return strcmp(status, "stopped") == 0 || strcmp(status, "failed") == 0 ? status : NULL;
}

/* Why a server is down is told with the instance. */
void found_host(struct findings *fs, uint32_t instance)
{
    const struct relation *r = host_of(fs, instance);
    struct value list = r ? relation_cell(r, 0, COL_HOST_DISAGREEMENTS) : v_absent(ABSENT_NULL);
    bool told = r && found_ended(fs, instance);
    if (!r || (told && (list.type != V_LIST || !list.len || strcmp(value_str(list.u.list[0], ""), word(r, COL_HOST_MESSAGE)) == 0)))
        return;
    if (!told && strcmp(word(r, COL_HOST_STATUS), "failed") == 0)
        found_add(fs, FINDING_WARNING, FOUND_HOST, instance, "failed", "server failed%s%.200s", *word(r, COL_HOST_MESSAGE) ? ": " : "",
                  word(r, COL_HOST_MESSAGE));
    else if (list.type == V_LIST && list.len)
        found_add(fs, FINDING_WARNING, FOUND_HOST, instance, "evidence", "%.200s", value_str(list.u.list[0], ""));
}

void found_restart(struct findings *fs, uint32_t instance)
{
    const struct relation *r = host_of(fs, instance);
    int64_t up = r ? number(r, COL_HOST_UPTIME) : -1;
    char buf[24];
    if (up >= 0 && up < RESTART_MS && strcmp(word(r, COL_HOST_STATUS), "stopped") != 0)
        found_add(fs, FINDING_WARNING, FOUND_RESTART, instance, "start", "restarted %s ago", found_span(up, buf, sizeof buf));
}

/* ---- memory ---- */

void found_heap(struct findings *fs, uint32_t instance)
{
    const struct relation *r = host_of(fs, instance);
    double now = r ? fraction(r, COL_HOST_HEAP_PERCENT) : -1;
    char buf[32];
    if (now < heap_warning)
        return;
    found_add(fs, fraction(r, COL_HOST_HEAP_LEAST) >= heap_critical ? FINDING_CRITICAL : FINDING_WARNING, FOUND_HEAP, instance, "heap",
              "heap %d %% of %s", (int)now, bytes_short(number(r, COL_HOST_HEAP_MAX), buf, sizeof buf));
}

static void found_swap(struct findings *fs, uint32_t instance, const struct relation *r)
{
    int64_t swapped = number(r, COL_HOST_SWAPPED), resident = number(r, COL_HOST_RESIDENT);
    char buf[32];
    if (resident >= 0 && percent(swapped, swapped + resident) > swap_most)
        found_add(fs, FINDING_WARNING, FOUND_MEMORY, instance, "swap", "%s of the server is on the swap",
                  bytes_short(swapped, buf, sizeof buf));
}

void found_memory(struct findings *fs, uint32_t instance)
{
    const struct relation *r = host_of(fs, instance);
    double left = r ? percent(number(r, COL_HOST_AVAILABLE), number(r, COL_HOST_MEMORY)) : -1;
    char a[32], b[32];
    if (!r)
        return;
    if (left >= 0 && left < memory_least && !told_of_machine(fs, instance))
        found_add(fs, FINDING_WARNING, FOUND_MEMORY, instance, "memory", "memory of %.60s: %s left of %s", word(r, COL_HOST_HOSTNAME),
                  bytes_short(number(r, COL_HOST_AVAILABLE), a, sizeof a), bytes_short(number(r, COL_HOST_MEMORY), b, sizeof b));
    found_swap(fs, instance, r);
}

void found_files(struct findings *fs, uint32_t instance)
{
    const struct relation *r = host_of(fs, instance);
    int64_t open = r ? number(r, COL_HOST_FILES) : -1, limit = r ? number(r, COL_HOST_FILES_LIMIT) : -1;
    double share = percent(open, limit);
    if (share > files_warning)
        found_add(fs, share > files_critical ? FINDING_CRITICAL : FINDING_WARNING, FOUND_FILES, instance, "files",
                  "%lld of %lld files open", (long long)open, (long long)limit);
}

/* ---- logs ---- */

/* What was before the last start may have been mended by it. */
void found_alarm(struct findings *fs, uint32_t instance)
{
    const struct relation *r = host_of(fs, instance);
    struct value list = r ? relation_cell(r, 0, COL_HOST_ALARMS) : v_absent(ABSENT_NULL);
    int64_t at = r ? number(r, COL_HOST_ALARM_AT) : -1;
    char more[32] = "", buf[24];
    if (list.type != V_LIST || !list.len)
        return;
    if (list.len > 1)
        snprintf(more, sizeof more, ", +%u more", (unsigned)list.len - 1);
    found_add(fs, at >= number(r, COL_HOST_STARTED) ? FINDING_CRITICAL : FINDING_WARNING, FOUND_ALARM, instance, "log",
              "log: %.200s%s, %s ago", value_str(list.u.list[0], ""), more, found_span(ago(r, COL_HOST_ALARM_AT), buf, sizeof buf));
}

void found_pause(struct findings *fs, uint32_t instance)
{
    const struct relation *r = host_of(fs, instance);
    int64_t ms = r ? number(r, COL_HOST_GC_PAUSE) : -1;
    char a[24], b[24];
    if (ms > PAUSE_WARNING)
        found_add(fs, ms > PAUSE_CRITICAL ? FINDING_CRITICAL : FINDING_WARNING, FOUND_PAUSE, instance, "pause", "stood still for %s, %s ago",
                  duration_short(ms, a, sizeof a), found_span(ago(r, COL_HOST_GC_PAUSE_AT), b, sizeof b));
}

/* The newest write to the transaction logs of any database; -1: not known. */
static int64_t last_written(const struct findings *fs, uint32_t instance)
{
    const struct relation *r = model_get(fs->m, instance, SHEET_STORES);
    int64_t newest = -1;
    for (size_t i = 0; r && !r->missing && i < r->nrows; i++) {
        int64_t at = value_i64(relation_cell(r, i, COL_STORES_WRITTEN), -1);
        newest = at > newest ? at : newest;
    }
    return newest;
}

/* A server that nobody writes to makes none, and needs none. */
void found_checkpoint(struct findings *fs, uint32_t instance)
{
    const struct relation *r = host_of(fs, instance);
    int64_t failed = r ? ago(r, COL_HOST_CHECKPOINT_FAILED) : -1, last = r ? number(r, COL_HOST_CHECKPOINT) : -1;
    char buf[24];
    if (failed >= 0)
        found_add(fs, FINDING_CRITICAL, FOUND_CHECKPOINT, instance, "checkpoint", "checkpoint failed %s ago", found_span(failed, buf, sizeof buf));
    else if (last >= 0 && strcmp(word(r, COL_HOST_STATUS), "running") == 0 && last_written(fs, instance) - last > CHECKPOINT_MS)
        found_add(fs, FINDING_WARNING, FOUND_CHECKPOINT, instance, "checkpoint", "no checkpoint for %s",
                  found_span(ago(r, COL_HOST_CHECKPOINT), buf, sizeof buf));
}

void found_logins(struct findings *fs, uint32_t instance)
{
    const struct relation *r = host_of(fs, instance);
    int64_t n = r ? number(r, COL_HOST_LOGINS_FAILED) : -1;
    if (n >= LOGINS_LEAST)
        found_add(fs, FINDING_WARNING, FOUND_LOGINS, instance, "logins", "%lld failed logins in the last hour: %.160s", (long long)n,
                  word(r, COL_HOST_LOGINS_WHO));
}

/* ---- certificates ---- */

/* The file and its folder: "bolt/public.crt". */
static const char *short_path(const char *path)
{
    const char *at = strrchr(path, '/');
    while (at && at > path && at[-1] != '/')
        at--;
    return at ? at : path;
}

void found_certificate(struct findings *fs, uint32_t instance)
{
    const struct relation *r = host_of(fs, instance);
    int64_t ends = r ? number(r, COL_HOST_CERTIFICATE_ENDS) : -1, left = r ? ends - r->taken_ms : 0;
    const char *file = r ? short_path(word(r, COL_HOST_CERTIFICATE)) : "";
    char buf[24];
    if (ends < 0 || left / 1000 >= 14 * DAY_S)
        return;
    if (left <= 0)
        found_add(fs, FINDING_CRITICAL, FOUND_CERTIFICATE, instance, "certificate", "certificate %.120s expired %s ago", file,
                  found_span(-left, buf, sizeof buf));
    else
        found_add(fs, FINDING_WARNING, FOUND_CERTIFICATE, instance, "certificate", "certificate %.120s expires in %s", file,
                  found_span(left, buf, sizeof buf));
}
