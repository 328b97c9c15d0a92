/* Looking, listing, reading and measuring on this machine, as we are. Everything here runs in a worker: any of these calls may
 * wait for a disk. */
#include "host/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

const char *const stat_names[] = {
    [STAT_NAME] = "name", [STAT_TYPE] = "type", [STAT_SIZE] = "size", [STAT_MTIME] = "mtime_ms", [STAT_MODE] = "mode",
    [STAT_UID] = "uid", [STAT_GID] = "gid", [STAT_USER] = "user", [STAT_GROUP] = "group", [STAT_LINK] = "link",
    [STAT_INODE] = "inode", [STAT_DEVICE] = "device",
};
const char *const read_names[] = {
    [READ_BYTES] = "bytes", [READ_FROM] = "from", [READ_SIZE] = "size", [READ_INODE] = "inode", [READ_EOF] = "eof",
    [READ_MTIME] = "mtime_ms",
};
const char *const space_names[] = {
    [SPACE_TOTAL] = "total", [SPACE_FREE] = "free", [SPACE_AVAILABLE] = "available", [SPACE_INODES] = "inodes",
    [SPACE_INODES_FREE] = "inodes_free", [SPACE_DEVICE] = "device", [SPACE_MOUNT] = "mount", [SPACE_FS] = "fs",
    [SPACE_READ_ONLY] = "read_only",
};

/* Of st_mode. */
static const char *type_name(unsigned mode)
{
    return S_ISREG(mode) ? "file" : S_ISDIR(mode) ? "dir" : S_ISLNK(mode) ? "link" : S_ISFIFO(mode) ? "fifo"
           : S_ISSOCK(mode) ? "socket" : S_ISCHR(mode) ? "char" : S_ISBLK(mode) ? "block" : "other";
}

static int64_t ms_of(const struct timespec *t)
{
    return (int64_t)t->tv_sec * 1000 + t->tv_nsec / 1000000;
}

/* ---- stat and list ---- */

void stat_row(struct found *f, struct value *row, const struct stat *st, const char *user, const char *group)
{
    row[STAT_TYPE] = v_text(type_name(st->st_mode));
    row[STAT_SIZE] = v_int(st->st_size);
    row[STAT_MTIME] = v_time(ms_of(&st->st_mtim));
    row[STAT_MODE] = v_int(st->st_mode & 07777);
    row[STAT_UID] = v_int(st->st_uid);
    row[STAT_GID] = v_int(st->st_gid);
    row[STAT_INODE] = v_int((int64_t)st->st_ino);
    row[STAT_DEVICE] = v_int((int64_t)st->st_dev);
    if (user)
        row[STAT_USER] = v_copy_text(&f->memory, user, strlen(user));
    if (group)
        row[STAT_GROUP] = v_copy_text(&f->memory, group, strlen(group));
}

/* The names of the users and groups of a directory are few, and each look-up reads files or asks a server. */
struct names {
    struct {
        unsigned id;
        char name[64];
    } known[16];
    size_t n;
};

static const char *known_name(struct names *s, unsigned id, bool group)
{
    char buf[4096];
    struct passwd pw, *p = NULL;
    struct group gr, *g = NULL;
    size_t at;

    for (at = 0; at < s->n; at++)
        if (s->known[at].id == id)
            return s->known[at].name;
    at = s->n < 16 ? s->n++ : id % 16;
    s->known[at].id = id;
    s->known[at].name[0] = '\0';
    if (group && getgrgid_r(id, &gr, buf, sizeof buf, &g) == 0 && g)
        snprintf(s->known[at].name, sizeof s->known[at].name, "%s", g->gr_name);
    if (!group && getpwuid_r(id, &pw, buf, sizeof buf, &p) == 0 && p)
        snprintf(s->known[at].name, sizeof s->known[at].name, "%s", p->pw_name);
    return s->known[at].name;
}

struct owners {
    struct names users, groups;
};

/* False: it is gone again. */
static bool look_at(struct found *f, struct owners *o, int dir, const char *name, struct value *row)
{
    char target[PATH_LIMIT];
    struct stat st, own;

    if (fstatat(dir, name, &own, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    st = own;
    if (S_ISLNK(own.st_mode)) {
        ssize_t n = readlinkat(dir, name, target, sizeof target);
        if (n >= 0)
            row[STAT_LINK] = v_copy_text(&f->memory, target, (size_t)n);
        if (fstatat(dir, name, &st, 0) != 0)
            st = own;
    }
    const char *user = known_name(&o->users, st.st_uid, false), *group = known_name(&o->groups, st.st_gid, true);
    stat_row(f, row, &st, *user ? user : NULL, *group ? group : NULL);
    return true;
}

void work_stat(struct call *c)
{
    struct found *f = &c->found;
    struct owners *o = x_calloc(1, sizeof *o);
    struct value row[NSTAT];

    for (size_t i = 0; i < NSTAT; i++)
        row[i] = v_absent(ABSENT_NULL);
    if (look_at(f, o, AT_FDCWD, c->what->path, row)) {
        found_rows(f, stat_names + STAT_TYPE, NSTAT - STAT_TYPE, 1);
        memcpy(f->cells, row + STAT_TYPE, (NSTAT - STAT_TYPE) * sizeof *row);
    } else {
        words_errno(&f->err, errno, "look at", c->what->path);
    }
    free(o);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names, sorted. False with words. */
static bool read_names_of(struct call *c, DIR *d, const char ***names, size_t *n)
{
    size_t cap = 0, limit = c->what->n > 0 && c->what->n < LIST_MAX ? (size_t)c->what->n : LIST_MAX;
    const struct dirent *e;

    *names = NULL;
    *n = 0;
    while ((e = readdir(d)) && !atomic_load(&c->stop)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (*n == limit)
            return err_set(&c->found.err, ERR_TOO_LARGE, "'%.200s' holds more than %zu files", c->what->path, limit);
        *names = x_grow(*names, &cap, *n + 1, sizeof **names);
        (*names)[(*n)++] = arena_strdup(&c->found.memory, e->d_name);
    }
    if (*n)
        qsort(*names, *n, sizeof **names, by_name);
    return true;
}

void work_list(struct call *c)
{
    struct found *f = &c->found;
    DIR *d = opendir(c->what->path);
    struct owners *o;
    const char **names;
    size_t n, row = 0;

    if (!d) {
        if (errno == ENOTDIR && access(c->what->path, F_OK) == 0)
            err_set(&f->err, ERR_SHAPE, "'%.200s' is no directory", c->what->path);
        else
            words_errno(&f->err, errno, "list", c->what->path);
        return;
    }
    o = x_calloc(1, sizeof *o);
    if (read_names_of(c, d, &names, &n)) {
        found_rows(f, stat_names, NSTAT, n);
        for (size_t i = 0; i < n && !atomic_load(&c->stop); i++) {
            f->cells[row * NSTAT] = v_text(names[i]);
            row += look_at(f, o, dirfd(d), names[i], f->cells + row * NSTAT);
        }
        f->nrows = row;
    }
    free(names);
    free(o);
    closedir(d);
}

/* ---- read ---- */

int open_regular(const char *path, struct stat *st, struct err *e)
{
    int fd;

    /* looked at first: opening a device may do something, and a pipe without a writer would wait */
    if (stat(path, st) != 0) {
        words_errno(e, errno, "read", path);
        return -1;
    }
    if (!S_ISREG(st->st_mode)) {
        words_no_file(e, st->st_mode, path);
        return -1;
    }
    fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        words_errno(e, errno, "read", path);
        return -1;
    }
    if (fstat(fd, st) != 0 || !S_ISREG(st->st_mode)) { /* it was replaced between the two */
        words_no_file(e, st->st_mode, path);
        close(fd);
        return -1;
    }
    return fd;
}

/* Until `want` bytes are there, or the end; in slices, so that it can be given up. False with words. */
static bool read_slices(struct call *c, int fd, int64_t at, size_t want, bool *eof)
{
    struct text *to = &c->found.bytes;
    char *slice = x_malloc(SLICE);
    ssize_t n = 1;

    while (to->len < want && n > 0 && !atomic_load(&c->stop)) {
        n = pread(fd, slice, want - to->len < SLICE ? want - to->len : SLICE, at + (int64_t)to->len);
        if (n > 0)
            text_add(to, slice, (size_t)n);
    }
    *eof = n == 0;
    free(slice);
    return n >= 0 || to->len ? true : words_errno(&c->found.err, errno, "read", c->what->path);
}

void work_read(struct call *c)
{
    const struct host_call *w = c->what;
    struct found *f = &c->found;
    size_t want = call_max_bytes(c);
    struct stat st;
    int fd = open_regular(w->path, &st, &f->err);
    int64_t from;
    bool eof;

    if (fd < 0)
        return;
    if (w->n > 0 && (uint64_t)w->n < want)
        want = (size_t)w->n;
    from = w->from >= 0 ? w->from : w->from < -st.st_size ? 0 : st.st_size + w->from;
    f->bytes.max = want;
    if (read_slices(c, fd, from, want, &eof)) {
        found_rows(f, read_names, NREAD, 1);
        f->cells[READ_BYTES] = v_textn(f->bytes.s, f->bytes.len);
        f->cells[READ_FROM] = v_int(from);
        f->cells[READ_SIZE] = v_int(st.st_size);
        f->cells[READ_INODE] = v_int((int64_t)st.st_ino);
        /* files of /proc say that they have no size */
        f->cells[READ_EOF] = v_bool(eof || (st.st_size > 0 && from + (int64_t)f->bytes.len >= st.st_size));
        f->cells[READ_MTIME] = v_time(ms_of(&st.st_mtim));
    }
    close(fd);
}

/* ---- space ---- */

static uint64_t mount_id(const char *path)
{
#ifdef STATX_MNT_ID
    struct statx x;

    if (statx(AT_FDCWD, path, 0, STATX_MNT_ID, &x) == 0 && x.stx_mask & STATX_MNT_ID)
        return x.stx_mnt_id;
#endif
    return 0;
}

static void find_mount(struct found *f, const char *path)
{
    uint64_t id = mount_id(path);
    size_t best = 0, cap = 0;
    char *line = NULL;
    FILE *in = fopen("/proc/self/mountinfo", "re");
    struct mount m;

    while (in && getline(&line, &cap, in) > 0) {
        size_t fit = mount_parse(line, &m) ? mount_fits(&m, path, id) : 0;
        if (fit == 0 || fit < best)
            continue;
        best = fit;
        f->cells[SPACE_MOUNT] = v_copy_text(&f->memory, m.where, strlen(m.where));
        f->cells[SPACE_FS] = v_copy_text(&f->memory, m.fs, strlen(m.fs));
        f->cells[SPACE_DEVICE] = v_copy_text(&f->memory, m.device, strlen(m.device));
    }
    free(line);
    if (in)
        fclose(in);
}

void work_space(struct call *c)
{
    struct found *f = &c->found;
    struct statvfs v;

    if (statvfs(c->what->path, &v) != 0) {
        words_errno(&f->err, errno, "measure", c->what->path);
        return;
    }
    found_rows(f, space_names, NSPACE, 1);
    f->cells[SPACE_TOTAL] = v_int((int64_t)(v.f_blocks * v.f_frsize));
    f->cells[SPACE_FREE] = v_int((int64_t)(v.f_bfree * v.f_frsize));
    f->cells[SPACE_AVAILABLE] = v_int((int64_t)(v.f_bavail * v.f_frsize));
    if (v.f_files) { /* btrfs and others have no fixed number */
        f->cells[SPACE_INODES] = v_int((int64_t)v.f_files);
        f->cells[SPACE_INODES_FREE] = v_int((int64_t)v.f_ffree);
    }
    f->cells[SPACE_READ_ONLY] = v_bool(v.f_flag & ST_RDONLY);
    find_mount(f, c->what->path);
}
