/* systemctl show: NAME=VALUE lines. */
#include "neo4j/systemd.h"

#include <string.h>

#include "base/clock.h"

enum { VALUE_MAX = 8192 };

static const char *keep(struct arena *a, struct slice v)
{
    return v.n && v.n <= VALUE_MAX ? arena_strndup(a, v.s, v.n) : NULL;
}

static int64_t number(struct slice v)
{
    int64_t n = 0;

    if (!v.n || v.n > 18)
        return slice_is(v, "infinity") || slice_is(v, "18446744073709551615") ? INT64_MAX : -1;
    for (size_t i = 0; i < v.n; i++) {
        if (v.s[i] < '0' || v.s[i] > '9')
            return slice_is(v, "infinity") ? INT64_MAX : -1;
        n = n * 10 + (v.s[i] - '0');
    }
    return n;
}

/* "@1795360475", or "Sun 2026-11-22 15:14:35 UTC": the zone of the host by its name, of which only these mean one thing. */
static int64_t timestamp(struct slice v)
{
    static const char *const zones[] = {" UTC", " GMT", " Z"};
    char buf[64];
    size_t n;
    int64_t ms;

    if (v.n && v.s[0] == '@') {
        ms = number((struct slice){v.s + 1, v.n - 1});
        return ms < 0 || ms > INT64_MAX / 1000 ? -1 : ms * 1000;
    }
    if (v.n < 10 || v.n >= sizeof buf - 4 || v.s[3] != ' ')
        return -1;
    n = v.n - 4;
    memcpy(buf, v.s + 4, n);
    buf[n] = '\0';
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        size_t len = strlen(zones[i]);

        if (n > len && !strcmp(buf + n - len, zones[i])) {
            memcpy(buf + n - len, "Z", 2);
            return time_parse(buf, &ms) ? ms : -1;
        }
    }
    return -1;
}

/* The value of NAME=VALUE in a list separated by blanks; values with blanks stand in quotes as a whole: "NAME=a b". */
static struct slice variable(struct slice list, const char *name)
{
    size_t len = strlen(name);

    while (list.n) {
        bool quoted = *list.s == '"';
        const char *from = list.s + quoted, *end = memchr(from, quoted ? '"' : ' ', list.n - quoted);
        size_t n = end ? (size_t)(end - from) : list.n - quoted;
        size_t used = n + quoted + (end ? 1 : 0);

        if (n > len && from[len] == '=' && !memcmp(from, name, len))
            return (struct slice){from + len + 1, n - len - 1};
        list.s += used;
        list.n -= used;
    }
    return (struct slice){"", 0};
}

/* "{ path=/usr/bin/neo4j ; argv[]=... }" */
static struct slice path_of(struct slice v)
{
    static const char begin[] = "path=";
    const char *at = memmem(v.s, v.n, begin, sizeof begin - 1), *from;
    size_t n;

    if (!at)
        return (struct slice){"", 0};
    from = at + sizeof begin - 1;
    for (n = 0; from + n < v.s + v.n && from[n] != ' ' && from[n] != ';';)
        n++;
    return (struct slice){from, n};
}

/* "/etc/default/neo4j (ignore_errors=yes)" */
static struct slice first_word(struct slice v)
{
    const char *blank = memchr(v.s, ' ', v.n);

    return (struct slice){v.s, blank ? (size_t)(blank - v.s) : v.n};
}

static bool take_text(struct slice name, struct slice v, struct arena *a, struct systemd_unit *out)
{
    const struct {
        const char *name;
        const char **to;
    } texts[] = {
        {"Id", &out->id},
        {"LoadState", &out->load},
        {"ActiveState", &out->active},
        {"SubState", &out->sub},
        {"Result", &out->result},
        {"FragmentPath", &out->fragment},
        {"UnitFileState", &out->enabled},
        {"User", &out->user},
        {"Group", &out->group},
        {"WorkingDirectory", &out->working_directory},
        {"StandardOutput", &out->output},
        {"Restart", &out->restart},
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (slice_is(name, texts[i].name)) {
            *texts[i].to = keep(a, v);
            return true;
        }
    return false;
}

static bool take_number(struct slice name, struct slice v, struct systemd_unit *out)
{
    const struct {
        const char *name;
        int64_t *to;
    } numbers[] = {
        {"MainPID", &out->main_pid},     {"ExecMainStartTimestampMonotonic", &out->started_boot_us}, {"ExecMainStatus", &out->exit_status},
        {"NRestarts", &out->restarts}, {"LimitNOFILE", &out->open_files},
    };

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (slice_is(name, numbers[i].name)) {
            *numbers[i].to = number(v);
            return true;
        }
    return false;
}

static void take_property(struct slice name, struct slice v, struct arena *a, struct systemd_unit *out)
{
    if (take_text(name, v, a, out) || take_number(name, v, out))
        return;
    if (slice_is(name, "ExecMainStartTimestamp")) {
        out->started_ms = timestamp(v);
    } else if (slice_is(name, "Environment")) {
        out->home = keep(a, variable(v, "NEO4J_HOME"));
        out->conf = keep(a, variable(v, "NEO4J_CONF"));
    } else if (slice_is(name, "EnvironmentFiles")) {
        if (!out->environment_file)
            out->environment_file = keep(a, first_word(v));
    } else if (slice_is(name, "ExecStart") && !out->program) {
        out->program = keep(a, path_of(v));
    }
}

bool unit_next(const char **p, const char *end, struct arena *a, struct systemd_unit *out)
{
    struct slice line;
    bool any = false;

    *out = (struct systemd_unit){
        .main_pid = -1, .started_ms = -1, .started_boot_us = -1, .exit_status = -1, .restarts = -1, .open_files = -1};
    while (scan_line(p, end, &line)) {
        const char *equals;

        if (!line.n && any)
            return true;
        equals = line.n ? memchr(line.s, '=', line.n) : NULL;
        if (!equals)
            continue;
        any = true;
        take_property((struct slice){line.s, (size_t)(equals - line.s)},
                      (struct slice){equals + 1, line.n - (size_t)(equals - line.s) - 1}, a, out);
    }
    return any;
}
