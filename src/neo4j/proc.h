/* Texts of /proc: of one process and of the machine. Pure, without allocation, any bytes: a number that is missing, too large or no
 * number is PROC_NONE, and a text that is of something else gives false. */
#ifndef NEO4J_PROC_H
#define NEO4J_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROC_NONE (-1)             /* not said */
#define PROC_UNLIMITED INT64_MAX   /* a limit that is none */
enum { PROC_TICKS = 100 };         /* of all times in /proc, a second, on every Linux */

/* /proc/PID/stat */
struct proc_stat {
    int64_t pid, parent, threads;
    char name[64];       /* of the command, at most 15 bytes in Linux; may hold anything but NUL */
    char state;          /* R S D Z T ... */
    int64_t cpu_ms;      /* user and system time that it has used */
    int64_t start_ticks; /* since the machine started */
};
bool proc_stat_parse(const char *s, size_t n, struct proc_stat *out);

/* /proc/PID/status; sizes in bytes */
struct proc_status {
    char name[64];
    int64_t pid, parent, uid, gid; /* uid, gid: the effective ones */
    int64_t virtual_bytes, resident, resident_peak, swapped, threads;
};
bool proc_status_parse(const char *s, size_t n, struct proc_status *out);

/* /proc/PID/limits */
struct proc_limit {
    int64_t soft, hard;
};
struct proc_limits {
    struct proc_limit open_files, processes, locked_bytes, core_bytes;
};
bool proc_limits_parse(const char *s, size_t n, struct proc_limits *out);

/* /proc/meminfo, in bytes */
struct proc_meminfo {
    int64_t total, free, available, buffers, cached, dirty, swap_total, swap_free, huge_total, huge_free, huge_size;
};
bool proc_meminfo_parse(const char *s, size_t n, struct proc_meminfo *out);

/* /proc/stat; times in ticks since the machine started */
struct proc_machine {
    int64_t user, system, idle, waiting /* for disks */, stolen; /* user with nice, system with interrupts */
    int64_t cpus;
    int64_t started_s; /* seconds since 1970 */
    int64_t running, blocked;
};
bool proc_machine_parse(const char *s, size_t n, struct proc_machine *out);

/* Shares of all CPUs between two looks, 0 to 100; false when no time has passed or the second is no later one. */
struct proc_load {
    double busy, user, system, waiting, stolen;
};
bool proc_load_between(const struct proc_machine *from, const struct proc_machine *to, struct proc_load *out);
/* When a process began, milliseconds since 1970; PROC_NONE when that cannot be said. */
int64_t proc_started_ms(const struct proc_stat *p, const struct proc_machine *m);

#endif
