#include "conf/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* O_NONBLOCK: opening a FIFO must not hang for ever where a file was expected. */
static int open_for_reading(const char *path, struct stat *st, bool *absent, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    *absent = fd < 0 && (errno == ENOENT || errno == ENOTDIR);
    if (fd < 0) {
        err_set(e, ERR_CONFIG, "cannot open '%s': %s", path, strerror(errno));
        return -1;
    }
    if (fstat(fd, st) < 0 || S_ISDIR(st->st_mode)) {
        err_set(e, ERR_CONFIG, "cannot read '%s': %s", path,
                S_ISDIR(st->st_mode) ? "it is a directory" : strerror(errno));
        close(fd);
        return -1;
    }
    /* a pipe of the shell, <(...), is read to its end */
    fcntl(fd, F_SETFL, 0);
    return fd;
}

static bool is_trusted(const char *path, const struct stat *st, struct err *e)
{
    if (!S_ISREG(st->st_mode))
        return true;
    if (st->st_uid != geteuid() && st->st_uid != 0)
        return err_set(e, ERR_CONFIG, "'%s' belongs to another user: make it yours (chown) or root's", path);
    if (st->st_mode & 022)
        return err_set(e, ERR_CONFIG, "others can write '%s': chmod go-w it", path);
    return true;
}

/* Up to max + 1 bytes, so that more than max is seen. */
static bool read_all(int fd, const char *path, size_t max, struct text *out, struct err *e)
{
    char buf[16384];
    ssize_t n;

    while ((n = read(fd, buf, sizeof buf)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set(e, ERR_CONFIG, "cannot read '%s': %s", path, strerror(errno));
        if ((size_t)n > max - out->len)
            return err_set(e, ERR_TOO_LARGE, "'%s' is larger than %zu KB: it is not what is wanted here", path,
                           max / 1024);
        text_add(out, buf, (size_t)n);
    }
    return true;
}

bool file_read(const char *path, size_t max, unsigned flags, struct text *out, bool *absent, struct err *e)
{
    struct stat st;
    bool missing, ok;
    int fd = open_for_reading(path, &st, &missing, e);

    if (absent)
        *absent = missing;
    if (fd < 0)
        return false;
    text_clear(out);
    ok = (!(flags & FILE_TRUSTED) || is_trusted(path, &st, e)) && read_all(fd, path, max, out, e);
    close(fd);
    return ok;
}

static bool is_private(const char *path, const struct stat *st, struct err *e)
{
    if (!S_ISREG(st->st_mode))
        return err_set(e, ERR_CONFIG, "'%s' is no regular file", path);
    if (st->st_uid != geteuid())
        return err_set(e, ERR_CONFIG, "'%s' belongs to another user: a secret must be in a file of your own", path);
    if (st->st_mode & 077)
        return err_set(e, ERR_CONFIG, "others can read '%s': chmod 600 it", path);
    return true;
}

struct secret *secret_read_file(const char *path, struct err *e)
{
    char buf[SECRET_MAX + 2];
    struct secret *s = NULL;
    size_t len = 0;
    struct stat st;
    bool missing;
    ssize_t n = 1;
    int fd = open_for_reading(path, &st, &missing, e);

    if (fd < 0)
        return NULL;
    if (is_private(path, &st, e)) {
        while (len < sizeof buf && (n = read(fd, buf + len, sizeof buf - len)) != 0) {
            if (n < 0 && errno != EINTR)
                break;
            len += n > 0 ? (size_t)n : 0;
        }
        if (n < 0)
            err_set(e, ERR_CONFIG, "cannot read '%s': %s", path, strerror(errno));
        else
            s = secret_first_line(buf, len, path, e);
    }
    mem_wipe(buf, sizeof buf);
    close(fd);
    return s;
}

struct secret *secret_first_line(const char *bytes, size_t n, const char *what, struct err *e)
{
    const char *nl = memchr(bytes, '\n', n);
    size_t len = nl ? (size_t)(nl - bytes) : n;

    if (len && bytes[len - 1] == '\r')
        len--;
    if (!len)
        err_set(e, ERR_LOGIN, "'%s' gives nothing: its first line must be the password or token", what);
    else if (len > SECRET_MAX)
        err_set(e, ERR_LOGIN, "the first line of '%s' is longer than %d bytes: that is no password", what, SECRET_MAX);
    else if (memchr(bytes, '\0', len))
        err_set(e, ERR_LOGIN, "the first line of '%s' holds a NUL byte: that is no password", what);
    else
        return secret_new(bytes, len);
    return NULL;
}
