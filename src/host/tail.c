#include "host/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>
#include "host/internal.h"
#include "host/tail_inside.h"

enum {
    GONE_AFTER = 1000,   /* a rotation leaves the name empty for a moment: that is not gone yet. ms */
    DENIED_AFTER = 2000, /* and the new file may get its owner a moment later */
    LEAVE_AFTER = 1000,  /* the writer of a renamed file may need a moment to take the new one */
    LATE_FOR = 30000,
};

const char *tail_event_name(enum tail_event e)
{
    static const char *const names[] = {
        [TAIL_NOTHING] = "", [TAIL_DATA] = "data", [TAIL_ROTATED] = "rotated", [TAIL_TRUNCATED] = "truncated",
        [TAIL_GONE] = "gone", [TAIL_BACK] = "back", [TAIL_LOST] = "lost", [TAIL_FAILED] = "failed",
    };

    return names[e];
}

void tail_init(struct tail *t, const char *path, int64_t from, int64_t inode, size_t slice)
{
    const char *slash = strrchr(path, '/');

    *t = (struct tail){.slice = slice, .want_from = from, .want_inode = inode, .notify = -1};
    t->path = x_strdup(path);
    t->dir = slash == path ? x_strdup("/") : x_strndup(path, (size_t)(slash - path));
    t->base = t->path + (slash - path) + 1;
    t->bytes = x_malloc(slice + 1);
}

static void file_close(struct tail *t, struct tail_file *f)
{
    if (f->watch >= 0)
        inotify_rm_watch(t->notify, f->watch);
    close(f->fd);
}

void tail_release(struct tail *t)
{
    for (size_t i = 0; i < t->nfiles; i++)
        close(t->files[i].fd);
    for (size_t i = 0; i < t->nlate; i++)
        close(t->late[i].fd);
    if (t->notify >= 0)
        close(t->notify);
    free(t->bytes);
    free(t->path);
    free(t->dir);
}

/* ---- being told ---- */

/* Without it (no such kernel, too many of them) the owner looks now and then. */
static void open_notify(struct tail *t)
{
    t->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
}

/* Whenever a new file is there: the directory may be another one of that name. */
static void watch_directory(struct tail *t)
{
    if (t->notify >= 0)
        inotify_add_watch(t->notify, t->dir, IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR);
}

/* By descriptor: the name may belong to another file already. */
static void watch_file(struct tail *t, struct tail_file *f)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/self/fd/%d", f->fd);
    f->watch = t->notify < 0 ? -1 : inotify_add_watch(t->notify, path, IN_MODIFY | IN_ATTRIB);
}

/* What happened is seen by looking; that it happened is all that is wanted from here. */
bool tail_drain(struct tail *t)
{
    union {
        struct inotify_event first;
        char bytes[16384];
    } buf;
    bool directory = false;
    ssize_t n;

    for (int i = 0; i < 64 && t->notify >= 0 && (n = read(t->notify, &buf, sizeof buf)) > 0; i++) {
        for (ssize_t at = 0; at < n;) {
            struct inotify_event e;
            memcpy(&e, buf.bytes + at, sizeof e);
            directory |= (e.mask & (IN_MODIFY | IN_ATTRIB)) == 0;
            at += (ssize_t)(sizeof e + e.len);
        }
    }
    return directory;
}

/* ---- files ---- */

bool file_is(const struct tail_file *f, const struct stat *st)
{
    return f->st.st_ino == st->st_ino && f->st.st_dev == st->st_dev;
}

bool tail_holds(const struct tail *t, const struct stat *st)
{
    for (size_t i = 0; i < t->nfiles; i++)
        if (file_is(&t->files[i], st))
            return true;
    for (size_t i = 0; i < t->nlate; i++)
        if (file_is(&t->late[i], st))
            return true;
    return false;
}

void tail_append(struct tail *t, int fd, const struct stat *st, enum tail_event arrival)
{
    struct tail_file *f = &t->files[t->nfiles++];

    *f = (struct tail_file){.fd = fd, .watch = -1, .st = *st, .arrival = arrival};
    watch_directory(t);
    watch_file(t, f);
}

static void file_mark(struct tail_file *f)
{
    size_t want = f->at < TAIL_MARK ? (size_t)f->at : TAIL_MARK;
    ssize_t n = want ? pread(f->fd, f->mark, want, f->at - (int64_t)want) : 0;

    f->nmark = n == (ssize_t)want ? want : 0;
}

/* What was read last still stands where it was. */
static bool mark_holds(const struct tail_file *f)
{
    char now[TAIL_MARK];

    return f->nmark == 0 || (pread(f->fd, now, f->nmark, f->at - (int64_t)f->nmark) == (ssize_t)f->nmark &&
                             memcmp(now, f->mark, f->nmark) == 0);
}

static void remember_end(struct tail_file *f, const char *s, size_t n)
{
    if (n >= TAIL_MARK) {
        memcpy(f->mark, s + n - TAIL_MARK, TAIL_MARK);
        f->nmark = TAIL_MARK;
        return;
    }
    size_t keep = f->nmark + n > TAIL_MARK ? TAIL_MARK - n : f->nmark;
    memmove(f->mark, f->mark + f->nmark - keep, keep);
    memcpy(f->mark + keep, s, n);
    f->nmark = keep + n;
}

/* What is read from a copy is told as of the file that was copied. */
static const struct tail_file *original(const struct tail *t, const struct tail_file *f)
{
    while (f->copy && f + 1 < t->files + t->nfiles)
        f++;
    return f;
}

static enum tail_event tell(struct tail *t, enum tail_event e, const struct tail_file *f)
{
    t->len = 0;
    t->from = f ? f->at : 0;
    t->inode = f ? (int64_t)original(t, f)->st.st_ino : 0;
    t->size = f ? f->st.st_size : 0;
    return e;
}

/* ---- reading ---- */

/* The file was cut. What it held when we last looked may have been copied away right before. */
static enum tail_event begin_again(struct tail *t)
{
    struct tail_file *f = &t->files[0];

    f->cut_ns = f->st.st_mtim.tv_sec * INT64_C(1000000000) + f->st.st_mtim.tv_nsec;
    if (tail_find_copies(t)) /* they stand before it now */
        return TAIL_NOTHING;
    f->at = 0;
    f->nmark = 0;
    return tell(t, TAIL_TRUNCATED, f);
}

/* TAIL_NOTHING: at its end. */
static enum tail_event read_on(struct tail *t, struct tail_file *f, int64_t now)
{
    ssize_t n = pread(f->fd, t->bytes, t->slice, f->at);

    if (n < 0 && errno != EAGAIN && errno != EINTR) {
        words_errno(&t->err, errno, "read", t->path);
        return TAIL_FAILED;
    }
    if (fstat(f->fd, &f->st) != 0)
        return TAIL_NOTHING;
    /* after the read: what was written over meanwhile must not pass for what was appended */
    if (f->st.st_size < f->at || !mark_holds(f))
        return f == t->files && !f->copy ? begin_again(t) : TAIL_NOTHING;
    if (n <= 0)
        return TAIL_NOTHING;
    tell(t, TAIL_DATA, f);
    t->len = (size_t)n;
    t->bytes[n] = '\0';
    remember_end(f, t->bytes, (size_t)n);
    f->at += n;
    f->idle_since = now;
    return TAIL_DATA;
}

/* ---- from one file to the next ---- */

static void drop_late(struct tail *t, size_t i)
{
    file_close(t, &t->late[i]);
    memmove(&t->late[i], &t->late[i + 1], (t->nlate - i - 1) * sizeof *t->late);
    t->nlate--;
}

static void keep_late(struct tail *t, const struct tail_file *f, int64_t now)
{
    if (t->nlate == TAIL_LATE)
        drop_late(t, 0);
    t->late[t->nlate] = *f;
    t->late[t->nlate++].idle_since = now;
}

static enum tail_event next_file(struct tail *t, int64_t now)
{
    struct tail_file first = t->files[0];

    memmove(t->files, t->files + 1, (t->nfiles - 1) * sizeof *t->files);
    t->nfiles--;
    if (first.copy) {
        file_close(t, &first);
        t->files[0].at = 0;
        t->files[0].nmark = 0;
        return tell(t, TAIL_TRUNCATED, &t->files[0]);
    }
    keep_late(t, &first, now);
    if (t->files[0].arrival == TAIL_BACK)
        t->gone_told = false;
    return tell(t, t->files[0].arrival, &t->files[0]);
}

static bool may_leave(struct tail *t, int64_t now)
{
    const struct tail_file *f = &t->files[0];

    if (t->nfiles < 2)
        return false;
    return f->copy || t->nfiles > 2 || now - f->idle_since >= LEAVE_AFTER ||
           (fstat(t->files[1].fd, &t->files[1].st) == 0 && t->files[1].st.st_size > 0);
}

static enum tail_event read_late(struct tail *t, int64_t now)
{
    for (size_t i = 0; i < t->nlate;) {
        struct tail_file *f = &t->late[i];
        bool grew = fstat(f->fd, &f->st) == 0 && f->st.st_size > f->at && mark_holds(f);
        if (grew)
            return read_on(t, f, now);
        if (now - f->idle_since >= LATE_FOR)
            drop_late(t, i);
        else
            i++;
    }
    return TAIL_NOTHING;
}

/* ---- what the name leads to now ---- */

static enum tail_event look_missing(struct tail *t, int64_t now)
{
    if (!t->missing_since)
        t->missing_since = now;
    if (t->gone_told || t->nfiles > 1)
        return TAIL_NOTHING;
    if (t->nfiles == 1 && (now - t->missing_since < GONE_AFTER || t->files[0].at < t->files[0].st.st_size))
        return TAIL_NOTHING;
    t->gone_told = true;
    return tell(t, TAIL_GONE, t->nfiles ? &t->files[0] : NULL);
}

static enum tail_event look_denied(struct tail *t, int64_t now)
{
    if (!t->denied_since)
        t->denied_since = now;
    if (t->begun && now - t->denied_since < DENIED_AFTER)
        return TAIL_NOTHING;
    t->err = t->denied;
    return TAIL_FAILED;
}

/* It bears a name that we have read before, or read already: only its place changes. */
static enum tail_event look_same(struct tail *t, const struct stat *st)
{
    for (size_t i = 0; i < t->nlate; i++) {
        if (!file_is(&t->late[i], st) || t->nfiles == TAIL_FILES)
            continue;
        t->files[t->nfiles] = t->late[i];
        t->files[t->nfiles++].arrival = TAIL_ROTATED;
        memmove(&t->late[i], &t->late[i + 1], (t->nlate - i - 1) * sizeof *t->late);
        t->nlate--;
        return TAIL_NOTHING;
    }
    if (!t->gone_told || !file_is(&t->files[t->nfiles - 1], st))
        return TAIL_NOTHING;
    t->gone_told = false;
    return tell(t, TAIL_BACK, &t->files[t->nfiles - 1]);
}

static enum tail_event look_new(struct tail *t, int64_t now)
{
    struct stat st;
    int fd = open_regular(t->path, &st, &t->denied);

    if (fd < 0)
        return t->denied.kind == ERR_GONE ? look_missing(t, now) : look_denied(t, now);
    t->denied_since = 0;
    if (tail_holds(t, &st)) {
        close(fd);
        return look_same(t, &st);
    }
    if ((t->nfiles && !tail_find_missed(t, fd)) || t->nfiles == TAIL_FILES) { /* far behind: they will be found later */
        close(fd);
        return TAIL_NOTHING;
    }
    if (t->nfiles == 1)
        t->files[0].idle_since = now;
    tail_append(t, fd, &st, t->gone_told ? TAIL_BACK : TAIL_ROTATED);
    if (t->nfiles > 1)
        return TAIL_NOTHING;
    t->gone_told = false;
    return tell(t, TAIL_BACK, &t->files[0]);
}

static enum tail_event look(struct tail *t, int64_t now)
{
    struct stat st = {0}; /* where it cannot be looked at it is no file that we have: opening it says why */

    if (stat(t->path, &st) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return look_missing(t, now);
    t->missing_since = 0;
    if (t->nfiles && !t->gone_told && file_is(&t->files[t->nfiles - 1], &st))
        return TAIL_NOTHING;
    return look_new(t, now);
}

/* ---- the beginning ---- */

static void place(struct tail_file *f, int64_t from)
{
    f->at = from == HOST_FROM_END ? f->st.st_size : from >= 0 ? from : from < -f->st.st_size ? 0 : f->st.st_size + from;
    file_mark(f);
}

/* A place in a file that may bear another name by now. */
static enum tail_event resume(struct tail *t)
{
    struct tail_file *f = &t->files[0];

    if (!t->want_inode || (int64_t)f->st.st_ino == t->want_inode) {
        place(f, t->want_from);
        if (f->at <= f->st.st_size)
            return TAIL_NOTHING;
        f->at = 0;
        return tell(t, TAIL_TRUNCATED, f);
    }
    if (tail_find_inode(t, t->want_inode)) { /* files[0] now */
        place(&t->files[0], t->want_from);
        return TAIL_NOTHING;
    }
    return tell(t, TAIL_LOST, f);
}

static enum tail_event begin(struct tail *t, int64_t now)
{
    struct stat st;
    int fd;

    open_notify(t);
    watch_directory(t);
    fd = open_regular(t->path, &st, &t->err);
    if (fd < 0 && t->err.kind != ERR_GONE)
        return TAIL_FAILED;
    t->begun = true;
    if (fd < 0)
        return look_missing(t, now);
    tail_append(t, fd, &st, TAIL_DATA);
    return resume(t);
}

/* ---- one step ---- */

static enum tail_event read_files(struct tail *t, int64_t now)
{
    enum tail_event e = read_late(t, now);

    if (e != TAIL_NOTHING || !t->nfiles)
        return e;
    bool was_copy = t->files[0].copy;
    e = read_on(t, &t->files[0], now);
    if (e == TAIL_NOTHING && t->files[0].copy && !was_copy)
        e = read_on(t, &t->files[0], now);
    return e == TAIL_NOTHING && may_leave(t, now) ? next_file(t, now) : e;
}

enum tail_event tail_step(struct tail *t, int64_t now)
{
    enum { TRIES = 8 };
    enum tail_event e = TAIL_NOTHING;

    t->len = 0;
    t->stirred = true;
    for (int i = 0; i < TRIES && e == TAIL_NOTHING && t->stirred; i++) {
        t->stirred = false;
        tail_drain(t);
        e = t->begun ? look(t, now) : begin(t, now);
        if (e == TAIL_NOTHING)
            e = read_files(t, now);
    }
    if (e == TAIL_NOTHING && !t->first_given && t->nfiles)
        e = tell(t, TAIL_DATA, &t->files[0]);
    t->first_given = t->first_given || e != TAIL_NOTHING;
    return e;
}
