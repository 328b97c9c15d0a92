/* Texts of /proc, systemctl and journalctl from arbitrary bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "neo4j/proc.h"
#include "neo4j/systemd.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void look_processes(const char *s, size_t n)
{
    struct proc_stat stat;
    struct proc_status status;
    struct proc_limits limits;
    struct proc_meminfo mem;
    struct proc_machine machine, none = {0};
    struct proc_load load;

    if (proc_stat_parse(s, n, &stat) && (stat.pid < 0 || strlen(stat.name) >= sizeof stat.name))
        abort();
    if (proc_status_parse(s, n, &status) && (status.pid < 0 || status.resident < PROC_NONE))
        abort();
    proc_limits_parse(s, n, &limits);
    if (proc_meminfo_parse(s, n, &mem) && (mem.total <= 0 || mem.free < PROC_NONE))
        abort();
    if (proc_machine_parse(s, n, &machine) && proc_load_between(&none, &machine, &load) && !(load.busy >= 0 && load.busy <= 100.01))
        abort();
    if (proc_started_ms(&stat, &machine) < PROC_NONE)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const char *s = (const char *)bytes, *p = s;
    struct arena a = {0};
    struct journal_line l;
    struct text message;
    struct systemd_unit u;

    look_processes(s, n);
    while (unit_next(&p, s + n, &a, &u))
        if (u.main_pid < -1 || u.started_ms < -1)
            abort();
    arena_release(&a);
    text_init(&message, 1000);
    if (journal_parse(s, n, &l, &message) && (l.time_ms < 0 || l.level > LOG_LEVEL_ERROR || message.len > 1000))
        abort();
    text_release(&message);
    return 0;
}
