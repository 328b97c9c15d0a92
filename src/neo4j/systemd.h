/* What systemctl show and journalctl -o json print. Any bytes. */
#ifndef NEO4J_SYSTEMD_H
#define NEO4J_SYSTEMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"
#include "base/text.h"
#include "neo4j/log_line.h"

/* The properties to ask for: systemctl show --property=UNIT_PROPERTIES --timestamp=unix UNIT... (--timestamp from 247 on) */
#define UNIT_PROPERTIES                                                                                                              \
    "Id,LoadState,ActiveState,SubState,Result,MainPID,ExecMainStartTimestamp,ExecMainStartTimestampMonotonic,ExecMainStatus,NRestarts," \
    "FragmentPath,UnitFileState,User,Group,WorkingDirectory,Environment,EnvironmentFiles,ExecStart,LimitNOFILE,StandardOutput,Restart"

/* One unit. Texts live in the arena; NULL: not said or empty. Numbers -1: not said. */
struct systemd_unit {
    const char *id;          /* "neo4j.service" */
    const char *load;        /* "loaded", "not-found", "masked" */
    const char *active;      /* "active", "inactive", "failed", "activating", "deactivating" */
    const char *sub;         /* "running", "dead", "auto-restart" */
    const char *result;      /* "success", "exit-code", "oom-kill", "timeout" */
    const char *fragment;    /* the unit's file */
    const char *enabled;     /* "enabled", "disabled", "static" */
    const char *user, *group, *working_directory;
    const char *home, *conf; /* NEO4J_HOME and NEO4J_CONF in Environment */
    const char *environment_file; /* the first */
    const char *program;     /* path of the first ExecStart */
    const char *output;      /* StandardOutput: "journal" */
    const char *restart;     /* Restart: "on-abnormal", "no" */
    int64_t main_pid;        /* 0: none */
    int64_t started_ms;      /* since 1970; -1 when it is written in a time zone whose offset is not known */
    int64_t started_boot_us; /* since the machine started */
    int64_t exit_status, restarts, open_files; /* open_files INT64_MAX: no limit */
};

/* The next unit of an output for several, which an empty line parts; *p is moved behind it. False at the end. */
bool unit_next(const char **p, const char *end, struct arena *a, struct systemd_unit *out);

/* One line of journalctl -o json. */
struct journal_line {
    int64_t time_ms;     /* when the journal got it; LOG_TIME_NONE: not said */
    uint8_t level;       /* enum log_level by PRIORITY */
    int64_t pid;         /* -1: not said */
    bool too_long;       /* the journal gives no message that is too long, but null */
    char cursor[256];    /* to go on from: --after-cursor; "": not said */
    char unit[128], identifier[64];
};

/* What journalctl says, on its standard error or as its answer, when one may not read the journal of a unit or not all of it: with a journal
 * of one's own that is no failure for it, and there are just no lines. */
bool journal_is_hidden(const char *said);

/* False: it is no such line. `message` is cleared and gets its text (bytes as they were, also those that were no UTF-8), without an end
 * of line; at most its maximum. */
bool journal_parse(const char *line, size_t n, struct journal_line *out, struct text *message);

#endif
