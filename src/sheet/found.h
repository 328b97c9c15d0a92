/* What the rules of findings add to, for the files of this room. */
#ifndef SHEET_FOUND_H
#define SHEET_FOUND_H

#include "sheet/findings.h"
#include "sheet/sheet.h"

/* In the order in which they matter. */
enum finding_kind {
    FOUND_DATABASE,
    FOUND_LOGIN,
    FOUND_INSTANCE,
    FOUND_DISK,
    FOUND_ALARM,
    FOUND_HEAP,
    FOUND_HOST,
    FOUND_BLOCKED,
    FOUND_IDLE,
    FOUND_PAUSE,
    FOUND_CHECKPOINT,
    FOUND_FILES,
    FOUND_MEMORY,
    FOUND_LOGINS,
    FOUND_CERTIFICATE,
    FOUND_INDEX,
    FOUND_RESTART,
    FOUND_INSECURE,
    NFOUND
};

struct found {
    enum finding_level level;
    enum finding_kind kind;
    uint32_t instance;
    char *subject, *text; /* in the arena */
};

struct findings {
    const struct model *m;
    struct arena arena;
    struct found *f;
    size_t count, cap;
};

enum { FINDINGS_MAX = 500 }; /* more than a person reads; further ones are dropped */

void found_add(struct findings *fs, enum finding_level level, enum finding_kind kind, uint32_t instance, const char *subject,
               const char *fmt, ...) __attribute__((format(printf, 6, 7)));
/* True when b would tell nothing new after a (which may be NULL). */
bool found_same_rows(const struct relation *a, const struct relation *b);
/* The relation of an instance, when it has rows that still tell something: not when the instance is down. */
const struct relation *found_source(const struct findings *fs, uint32_t instance, enum sheet_id sheet);
/* Text of a cell of the instance's own row, "" when unknown. */
const char *found_instance_cell(const struct findings *fs, uint32_t instance, size_t col);
/* "41 s", "12 min", "3 h", "2 d". buf >= 24. */
const char *found_span(int64_t ms, char *buf, size_t n);

/* Where its machine knows why it is down: "stopped" (no process of it runs), "failed"; NULL: it does not, or the instance is not down. */
const char *found_ended(const struct findings *fs, uint32_t instance);
/* A home that was only found by a look at the machine, and has not been seen to run: nothing about it is critical but its disk. */
bool found_abandoned(const struct findings *fs, uint32_t instance);

/* The rules: each looks at one instance. */
void found_database(struct findings *fs, uint32_t instance);
void found_login(struct findings *fs, uint32_t instance);
void found_instance(struct findings *fs, uint32_t instance);
void found_blocked(struct findings *fs, uint32_t instance);
void found_idle(struct findings *fs, uint32_t instance);
void found_index(struct findings *fs, uint32_t instance);
void found_insecure(struct findings *fs, uint32_t instance);
/* Of its machine: found_disks.c, found_host.c */
void found_disk(struct findings *fs, uint32_t instance);
void found_alarm(struct findings *fs, uint32_t instance);
void found_heap(struct findings *fs, uint32_t instance);
void found_host(struct findings *fs, uint32_t instance);
void found_pause(struct findings *fs, uint32_t instance);
void found_checkpoint(struct findings *fs, uint32_t instance);
void found_files(struct findings *fs, uint32_t instance);
void found_memory(struct findings *fs, uint32_t instance);
void found_logins(struct findings *fs, uint32_t instance);
void found_certificate(struct findings *fs, uint32_t instance);
void found_restart(struct findings *fs, uint32_t instance);
/* True when the two are known to live on one machine. */
bool found_same_machine(const struct findings *fs, uint32_t a, uint32_t b);

#endif
