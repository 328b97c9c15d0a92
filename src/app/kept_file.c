#include "app/kept_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "conf/paths.h"

struct job {
    char *file, *bytes;
    size_t n;
    int error;
};

bool write_all(int fd, const char *s, size_t n)
{
    while (n) {
        ssize_t did = write(fd, s, n);

        if (did < 0 && errno == EINTR)
            continue;
        if (did <= 0)
            return false;
        s += did;
        n -= (size_t)did;
    }
    return true;
}

static bool make_place(const char *file)
{
    char *dir = x_strndup(file, (size_t)(strrchr(file, '/') - file));
    bool well = path_make_dir(dir, NULL);

    free(dir);
    return well;
}

bool kept_file_write(const char *file, const char *bytes, size_t n)
{
    char *temporary = x_printf("%s.XXXXXX", file); /* a worker may be writing the same one */
    int fd = make_place(file) ? mkostemp(temporary, O_CLOEXEC) : -1; /* 0600 */
    bool well = fd >= 0 && write_all(fd, bytes, n);
    int error = errno;

    if (fd >= 0 && close(fd) < 0 && well) {
        well = false;
        error = errno;
    }
    if (well && rename(temporary, file) < 0) {
        well = false;
        error = errno;
    }
    if (!well && fd >= 0)
        unlink(temporary);
    free(temporary);
    errno = error;
    return well;
}

static void work(void *data)
{
    struct job *job = data;

    job->error = kept_file_write(job->file, job->bytes, job->n) ? 0 : errno;
}

static void done(void *data, bool cancelled)
{
    struct job *job = data;

    if (!cancelled && job->error)
        log_debug("cannot write '%s': %s", job->file, strerror(job->error));
    free(job->file);
    free(job->bytes);
    free(job);
}

void kept_file_write_later(struct loop *l, const char *file, const char *bytes, size_t n)
{
    struct job *job = x_calloc(1, sizeof(*job));

    *job = (struct job){.file = x_strdup(file), .bytes = x_strndup(bytes, n), .n = n};
    loop_work(l, work, done, job);
}
