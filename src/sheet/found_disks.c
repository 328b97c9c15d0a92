/* Rules about disks: one finding for each file system, however many directories lie on it. */
#include <stdio.h>
#include <string.h>

#include "sheet/found.h"

enum { HOUR = 60 * 60 * 1000, CRITICAL_IN = 6 * HOUR, WARNING_IN = 24 * HOUR, TOLD_IN = 7 * 24 };

static const double critical_used = 95, warning_used = 90;

static const char *cell(const struct relation *r, size_t row, size_t col)
{
    return value_str(relation_cell(r, row, col), "");
}

/* An instance of the same machine before this one has told of that file system. */
static bool told_before(const struct findings *fs, uint32_t instance, const char *mount)
{
    for (uint32_t i = 0; i < instance; i++) {
        const struct relation *r = model_get(fs->m, i, SHEET_DISKS);
        for (size_t k = 0; r && !r->missing && k < r->nrows; k++)
            if (strcmp(cell(r, k, COL_DISKS_MOUNT), mount) == 0 && found_same_machine(fs, i, instance))
                return true;
    }
    return false;
}

/* A server cannot go on without room for these. */
static bool is_vital(const char *directory)
{
    return strcmp(directory, "data") == 0 || strcmp(directory, "txlogs") == 0 || strcmp(directory, "logs") == 0;
}

/* "data, txlogs, logs": what lies on the file system of that row; false when an earlier row of it was told. */
static bool directories(const struct relation *r, size_t row, struct text *names, bool *vital)
{
    *vital = false;
    for (size_t k = 0; k < r->nrows; k++) {
        if (strcmp(cell(r, k, COL_DISKS_MOUNT), cell(r, row, COL_DISKS_MOUNT)) != 0)
            continue;
        if (k < row)
            return false;
        text_addf(names, "%s%.20s", names->len ? ", " : "", cell(r, k, COL_DISKS_WHAT));
        *vital |= is_vital(cell(r, k, COL_DISKS_WHAT));
    }
    return true;
}

static void check(struct findings *fs, uint32_t instance, const struct relation *r, size_t row)
{
    struct value used = relation_cell(r, row, COL_DISKS_USED_PERCENT);
    int64_t in = value_i64(relation_cell(r, row, COL_DISKS_FULL_IN), INT64_MAX);
    const char *mount = cell(r, row, COL_DISKS_MOUNT);
    char when[48] = "", buf[24];
    struct text names;
    bool vital;
    if (used.type != V_FLOAT || !*mount || (used.u.d <= warning_used && in >= WARNING_IN))
        return;
    text_init(&names, 200);
    if (directories(r, row, &names, &vital) && !told_before(fs, instance, mount)) {
        bool critical = vital && (used.u.d > critical_used || in < CRITICAL_IN);
        if (in / HOUR < TOLD_IN)
            snprintf(when, sizeof when, ", full in ~%s", found_span(in, buf, sizeof buf));
        found_add(fs, critical ? FINDING_CRITICAL : FINDING_WARNING, FOUND_DISK, instance, mount, "disk %s %d %%%s", names.s, (int)used.u.d, when);
    }
    text_release(&names);
}

void found_disk(struct findings *fs, uint32_t instance)
{
    const struct relation *r = model_get(fs->m, instance, SHEET_DISKS);
    for (size_t i = 0; r && !r->missing && i < r->nrows; i++)
        check(fs, instance, r, i);
}
