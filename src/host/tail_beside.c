#include "host/tail_inside.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/text.h"

enum { LOOK_AT_MOST = 20000, BESIDE_MAX = 512, MARK_MIN = 16 };

struct age { /* ns; birth 0: this file system does not tell */
    int64_t birth, written;
};

struct beside {
    char name[256];
    struct stat st;
    struct age age;
};

/* ---- which came first ---- */

static int64_t ns_of(int64_t sec, uint32_t nsec)
{
    return sec * INT64_C(1000000000) + nsec;
}

static struct age age_of(int dir, const char *name, int flags)
{
    struct statx x;

    if (statx(dir, name, flags, STATX_BASIC_STATS | STATX_BTIME, &x) != 0)
        return (struct age){0};
    return (struct age){
        .birth = x.stx_mask & STATX_BTIME ? ns_of(x.stx_btime.tv_sec, x.stx_btime.tv_nsec) : 0,
        .written = ns_of(x.stx_mtime.tv_sec, x.stx_mtime.tv_nsec),
    };
}

/* Logs are written one after the other, so where births are not told, or are within one tick, the last writing tells. */
static int compare_ages(struct age a, struct age b)
{
    if (a.birth && b.birth && a.birth != b.birth)
        return a.birth < b.birth ? -1 : 1;
    return a.written < b.written ? -1 : a.written > b.written;
}

/* ---- what is there ---- */

/* Ours with something after it; what was packed is no log any more. */
static bool is_beside(const struct tail *t, const char *name)
{
    static const char *const packed[] = {".gz", ".zip", ".bz2", ".xz", ".zst", ".lz4"};
    size_t n = strlen(name);

    if (!str_starts(name, t->base) || !name[strlen(t->base)] || n >= 256)
        return false;
    for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
        if (n > strlen(packed[i]) && strcmp(name + n - strlen(packed[i]), packed[i]) == 0)
            return false;
    return true;
}

/* Within one tick the name tells: whoever rotates by renaming gives the older the higher number. */
static int by_age(const void *a, const void *b)
{
    const struct beside *x = a, *y = b;
    size_t n = strlen(x->name), m = strlen(y->name);
    int order = compare_ages(x->age, y->age);

    return order ? order : n != m ? (n > m ? -1 : 1) : strcmp(y->name, x->name);
}

/* Regular files beside ours, oldest first. The caller frees. */
static struct beside *look_beside(const struct tail *t, size_t *n)
{
    DIR *d = opendir(t->dir);
    struct beside *list = NULL;
    const struct dirent *e;
    size_t cap = 0;

    *n = 0;
    for (size_t i = 0; d && i < LOOK_AT_MOST && *n < BESIDE_MAX && (e = readdir(d)); i++) {
        struct beside b;
        if (!is_beside(t, e->d_name) || fstatat(dirfd(d), e->d_name, &b.st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(b.st.st_mode))
            continue;
        memcpy(b.name, e->d_name, strlen(e->d_name) + 1);
        b.age = age_of(dirfd(d), b.name, AT_SYMLINK_NOFOLLOW);
        list = x_grow(list, &cap, *n + 1, sizeof *list);
        list[(*n)++] = b;
    }
    if (d)
        closedir(d);
    if (*n)
        qsort(list, *n, sizeof *list, by_age);
    return list;
}

/* -1 when the name belongs to another file by now. */
static int open_beside(const struct tail *t, struct beside *b)
{
    char *path = x_printf("%s/%s", t->dir, b->name);
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;

    free(path);
    if (fd >= 0 && (fstat(fd, &st) != 0 || st.st_ino != b->st.st_ino || st.st_dev != b->st.st_dev)) {
        close(fd);
        return -1;
    }
    if (fd >= 0)
        b->st = st;
    return fd;
}

/* ---- copies ---- */

static bool same_beginning(int a, int b)
{
    char x[TAIL_MARK], y[TAIL_MARK];
    ssize_t n = pread(a, x, sizeof x, 0), m = pread(b, y, sizeof y, 0), less = n < m ? n : m;

    return less >= MARK_MIN && memcmp(x, y, (size_t)less) == 0;
}

/* Somebody's copy of what we have already: lines begin with their time, so no two logs begin alike. */
static bool is_copy(const struct tail *t, int fd)
{
    for (size_t i = 0; i < t->nfiles; i++)
        if (same_beginning(fd, t->files[i].fd))
            return true;
    for (size_t i = 0; i < t->nlate; i++)
        if (same_beginning(fd, t->late[i].fd))
            return true;
    return false;
}

static bool continues(const struct tail_file *f, int fd, const struct stat *st)
{
    char there[TAIL_MARK];

    return f->nmark >= MARK_MIN && st->st_size >= f->at &&
           pread(fd, there, f->nmark, f->at - (int64_t)f->nmark) == (ssize_t)f->nmark && memcmp(there, f->mark, f->nmark) == 0;
}

static void put_at(struct tail *t, size_t at, const struct tail_file *f)
{
    memmove(t->files + at + 1, t->files + at, (t->nfiles - at) * sizeof *t->files);
    t->files[at] = *f;
    t->nfiles++;
}

/* The newest that goes on where we stopped; n: none. */
static size_t find_continuation(struct tail *t, struct beside *list, size_t n, struct tail_file *copy)
{
    for (size_t i = n; i-- > 0;) {
        int fd = tail_holds(t, &list[i].st) ? -1 : open_beside(t, &list[i]);
        if (fd >= 0 && continues(&t->files[0], fd, &list[i].st)) {
            *copy = t->files[0];
            copy->fd = fd;
            copy->st = list[i].st;
            copy->watch = -1;
            copy->copy = true;
            return i;
        }
        if (fd >= 0)
            close(fd);
    }
    return n;
}

/* The file was cut more than once since we looked: what was written in between is in younger copies only. */
static void take_younger(struct tail *t, struct beside *list, size_t first, size_t n)
{
    for (size_t i = first, at = 1; i < n && t->nfiles < TAIL_FILES; i++) {
        struct tail_file copy = {.watch = -1, .copy = true, .fd = tail_holds(t, &list[i].st) ? -1 : open_beside(t, &list[i])};
        copy.st = list[i].st;
        if (copy.fd >= 0 && !is_copy(t, copy.fd))
            put_at(t, at++, &copy);
        else if (copy.fd >= 0)
            close(copy.fd);
    }
}

bool tail_find_copies(struct tail *t)
{
    struct tail_file copy;
    size_t n, at;
    struct beside *list = look_beside(t, &n);
    bool found = t->nfiles < TAIL_FILES && (at = find_continuation(t, list, n, &copy)) < n;

    if (found) {
        t->files[0].at = 0;
        t->files[0].nmark = 0;
        put_at(t, 0, &copy);
        take_younger(t, list, at + 1, n);
    }
    free(list);
    return found;
}

/* ---- what came and went between two looks ---- */

enum taken { TAKEN, RENAMED, NO_ROOM };

static enum taken take_missed(struct tail *t, struct beside *b)
{
    int fd;

    if (b->st.st_size == 0 || tail_holds(t, &b->st))
        return TAKEN;
    if (t->nfiles + 1 >= TAIL_FILES)
        return NO_ROOM;
    fd = open_beside(t, b);
    if (fd < 0)
        return RENAMED;
    if (is_copy(t, fd))
        close(fd);
    else
        tail_append(t, fd, &b->st, TAIL_ROTATED);
    return TAKEN;
}

/* RENAMED: names changed while we looked, and what is missing may have been in no place of the list. */
static enum taken look_for_missed(struct tail *t, const struct tail_file *now, struct age after, struct age before, bool as_it_is)
{
    size_t n;
    struct beside *list = look_beside(t, &n);
    enum taken how = tail_drain(t) && !as_it_is ? RENAMED : TAKEN;

    t->stirred |= how == RENAMED;
    for (size_t k = 0; k < n && how == TAKEN; k++)
        if (compare_ages(list[k].age, after) >= 0 && compare_ages(list[k].age, before) <= 0 && !file_is(now, &list[k].st))
            how = take_missed(t, &list[k]);
    free(list);
    return how;
}

/* Whoever bore our name after this file was made after it; and after it was cut: what is older then is a copy of what it held. */
static struct age age_of_last(const struct tail *t)
{
    const struct tail_file *f = &t->files[t->nfiles - 1];
    struct age age = age_of(f->fd, "", AT_EMPTY_PATH);

    if (age.birth && age.birth < f->cut_ns)
        age.birth = f->cut_ns;
    return age;
}

bool tail_find_missed(struct tail *t, int now)
{
    enum { TRIES = 8, PUT_OFF = 8 };
    struct age after = age_of_last(t), before = age_of(now, "", AT_EMPTY_PATH);
    struct tail_file newest = {.fd = now};
    enum taken how = RENAMED;

    if (fstat(now, &newest.st) != 0)
        return true;
    for (int i = 1; i <= TRIES && how == RENAMED; i++)
        how = look_for_missed(t, &newest, after, before, t->put_off >= PUT_OFF);
    t->put_off = how == RENAMED ? t->put_off + 1 : 0;
    return how == TAKEN || t->put_off > 2 * PUT_OFF; /* without an end to it, what is there has to do */
}

bool tail_find_inode(struct tail *t, int64_t inode)
{
    struct tail_file newest = t->files[0];
    size_t n;
    struct beside *list = look_beside(t, &n), *found = NULL;
    int fd = -1;

    for (size_t i = 0; i < n && !found; i++)
        if ((int64_t)list[i].st.st_ino == inode)
            found = &list[i];
    fd = found ? open_beside(t, found) : -1;
    if (fd >= 0) {
        t->nfiles = 0;
        tail_append(t, fd, &found->st, TAIL_DATA);
        tail_find_missed(t, newest.fd);
        newest.arrival = TAIL_ROTATED;
        t->files[t->nfiles++] = newest;
    }
    free(list);
    return fd >= 0;
}
