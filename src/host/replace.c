/* Writing a file: the new content under another name in the same directory, made durable, then put in the place of the old one. Whoever
 * reads meanwhile sees the old or the new, never half of it. In a worker. */
#include "host/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

const char *const written_names[] = {[WRITTEN_BYTES] = "written", [WRITTEN_INODE] = "inode"};

struct replacing {
    struct call *call;
    char *path;      /* behind links: they stay */
    char *temporary;
    struct stat old;
    bool is_new;
    int fd;
};

static bool fail(struct replacing *r, const char *path)
{
    return words_errno(&r->call->found.err, errno, "write", path);
}

static bool find_target(struct replacing *r)
{
    const char *path = r->call->what->path;

    r->path = realpath(path, NULL);
    if (!r->path && errno == ENOENT) {
        r->is_new = true;
        r->path = x_strdup(path);
        if (lstat(path, &r->old) == 0)
            return err_set(&r->call->found.err, ERR_GONE, "'%.200s' is a link that leads nowhere", path);
        return true;
    }
    if (!r->path || stat(r->path, &r->old) != 0)
        return fail(r, path);
    if (!S_ISREG(r->old.st_mode))
        return words_no_file(&r->call->found.err, r->old.st_mode, path);
    /* the place could be taken all the same where the directory may be written: what is protected stays protected */
    return faccessat(AT_FDCWD, r->path, W_OK, AT_EACCESS) == 0 ? true : fail(r, path);
}

static bool make_temporary(struct replacing *r)
{
    char *dir = x_strdup(r->path), *name = x_strdup(r->path);

    r->temporary = x_printf("%s/.%.100s.neodeck-XXXXXX", dirname(dir), basename(name));
    free(dir);
    free(name);
    r->fd = mkostemp(r->temporary, O_CLOEXEC);
    if (r->fd >= 0)
        return true;
    int why = errno;
    char *where = x_strdup(r->path);
    words_errno(&r->call->found.err, why, "write", dirname(where));
    free(where);
    free(r->temporary);
    r->temporary = NULL;
    return false;
}

static bool write_all(struct replacing *r)
{
    const char *s = r->call->what->in;

    for (size_t left = r->call->what->in_len; left && !atomic_load(&r->call->stop);) {
        ssize_t n = write(r->fd, s, left < SLICE ? left : SLICE);
        if (n < 0 && errno != EINTR)
            return fail(r, r->call->what->path);
        s += n > 0 ? n : 0;
        left -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* Access lists and labels, as far as this file system and we ourselves can: the mode, which comes after them, is what counts. */
static void copy_attributes(struct replacing *r)
{
    char names[4096], value[65536];
    ssize_t n = listxattr(r->path, names, sizeof names), len;

    for (const char *at = names; n > 0 && at < names + n; at += strlen(at) + 1) {
        len = getxattr(r->path, at, value, sizeof value);
        if (len >= 0)
            fsetxattr(r->fd, at, value, (size_t)len, 0);
    }
}

static bool keep_owner_and_mode(struct replacing *r)
{
    int64_t n = r->call->what->n;
    struct stat st;

    if (r->is_new)
        return fchmod(r->fd, n > 0 ? (mode_t)n & 0777 : 0640) == 0 ? true : fail(r, r->call->what->path);
    if (fstat(r->fd, &st) != 0)
        return fail(r, r->call->what->path);
    if ((st.st_uid != r->old.st_uid || st.st_gid != r->old.st_gid) && fchown(r->fd, r->old.st_uid, r->old.st_gid) != 0)
        return err_set(&r->call->found.err, ERR_PRIVILEGE,
                       "'%.160s' was not written: it would not belong to its owner any more (uid %u, gid %u); set become, as in "
                       "become = sudo -n -u neo4j",
                       r->call->what->path, (unsigned)r->old.st_uid, (unsigned)r->old.st_gid);
    copy_attributes(r);
    return fchmod(r->fd, r->old.st_mode & 07777) == 0 ? true : fail(r, r->call->what->path);
}

static void sync_directory(const char *path)
{
    char *dir = x_strdup(path);
    int fd = open(dirname(dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0) {
        fsync(fd); /* the file is in place: a failure here changes nothing that could be told */
        close(fd);
    }
    free(dir);
}

static bool put_in_place(struct replacing *r)
{
    if (fsync(r->fd) != 0)
        return fail(r, r->call->what->path);
    if (atomic_load(&r->call->stop))
        return err_set(&r->call->found.err, ERR_CANCELLED, "given up before anything was changed");
    if (rename(r->temporary, r->path) != 0)
        return fail(r, r->call->what->path);
    free(r->temporary);
    r->temporary = NULL;
    sync_directory(r->path);
    return true;
}

void work_write(struct call *c)
{
    struct replacing r = {.call = c, .fd = -1};
    struct stat st;

    if (find_target(&r) && make_temporary(&r) && write_all(&r) && keep_owner_and_mode(&r) && put_in_place(&r)) {
        found_rows(&c->found, written_names, NWRITTEN, 1);
        c->found.cells[WRITTEN_BYTES] = v_int((int64_t)c->what->in_len);
        if (fstat(r.fd, &st) == 0)
            c->found.cells[WRITTEN_INODE] = v_int((int64_t)st.st_ino);
    }
    if (r.fd >= 0)
        close(r.fd);
    if (r.temporary)
        unlink(r.temporary);
    free(r.temporary);
    free(r.path);
}
