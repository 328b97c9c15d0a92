/* The files of a log: the one that is written, and those it was before, whatever the pattern of their names is (debug.log.1, debug.log.01,
 * debug-2026-11-22.log): in the order in which they were written last. */
#include "feed/log_inside.h"

#include <stdlib.h>
#include <string.h>

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

const char *place_name(const struct log_place *p)
{
    return base_of(p->path);
}

void places_release(struct log_places *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->list[i].path);
    free(p->list);
    *p = (struct log_places){0};
}

void places_ask(struct trail *t, log_fn *fn)
{
    size_t dir = (size_t)(base_of(t->path) - t->path);
    char *path = x_strndup(t->path, dir > 1 ? dir - 1 : 1);

    trail_submit(t, &t->ask, &(struct host_call){.what = HOST_LIST, .path = path, .n = LOG_FILES_MOST}, 0, fn);
    free(path);
}

static bool ends_in(const char *s, size_t n, const char *end)
{
    size_t len = strlen(end);

    return n >= len && memcmp(s + n - len, end, len) == 0;
}

static bool is_packed(const char *name)
{
    static const char *const ends[] = {".gz", ".zip", ".zst", ".xz", ".bz2", ".Z"};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_in(name, strlen(name), ends[i]))
            return true;
    return false;
}

/* "debug.log" itself, "debug.log.3", "debug.log-20261122", "debug-2026-11-22-1.log.gz". */
static bool is_of(const char *name, const char *base)
{
    size_t n = strlen(base), stem = ends_in(base, n, ".log") ? n - 4 : n;

    if (strncmp(name, base, n) == 0 && (!name[n] || strchr(".-_", name[n])))
        return true;
    return strncmp(name, base, stem) == 0 && (name[stem] == '-' || name[stem] == '_') && strstr(name + stem, ".log");
}

static int by_time(const void *a, const void *b)
{
    const struct log_place *x = a, *y = b;

    if (x->mtime_ms != y->mtime_ms)
        return x->mtime_ms < y->mtime_ms ? -1 : 1;
    return -strcmp(x->path, y->path); /* within one moment: debug.log.2, debug.log.1, debug.log */
}

static void take_row(struct trail *t, const struct reply *r, size_t row)
{
    const char *name = value_str(reply_cell(r, row, "name"), ""), *base = base_of(t->path);
    struct log_place *p;

    if (!is_of(name, base) || strcmp(value_str(reply_cell(r, row, "type"), ""), "file") != 0)
        return;
    t->places.list = x_grow(t->places.list, &t->places.cap, t->places.n + 1, sizeof *t->places.list);
    p = &t->places.list[t->places.n++];
    p->path = x_printf("%.*s%s", (int)(base - t->path), t->path, name);
    p->inode = value_i64(reply_cell(r, row, "inode"), 0);
    p->size = value_i64(reply_cell(r, row, "size"), 0);
    p->mtime_ms = value_i64(reply_cell(r, row, "mtime_ms"), 0);
    p->packed = is_packed(name);
    if (strcmp(name, base) == 0)
        p->mtime_ms = INT64_MAX; /* what is written now is the newest, whatever a clock says */
}

void places_take(struct trail *t, const struct reply *r)
{
    places_release(&t->places);
    for (size_t i = 0; i < r->nrows; i++)
        take_row(t, r, i);
    if (t->places.n)
        qsort(t->places.list, t->places.n, sizeof *t->places.list, by_time);
}

bool places_find(const struct trail *t, int64_t inode, size_t *place)
{
    for (*place = 0; *place < t->places.n; ++*place)
        if (t->places.list[*place].inode == inode)
            return true;
    return false;
}
