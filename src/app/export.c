/* The list on the screen to a file: temporary, fsync, rename; never over another's file. Written by a worker. */
#include "app/console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "sheet/print.h"

struct export_job {
    struct console *console;
    char *file, *temporary;
    struct text bytes;
    int error; /* errno */
};

static bool write_all(int fd, const char *s, size_t n)
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
    return fsync(fd) == 0;
}

static void work(void *data)
{
    struct export_job *job = data;
    int fd = open(job->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool well = fd >= 0 && write_all(fd, job->bytes.s, job->bytes.len);

    if (!well)
        job->error = errno;
    if (fd >= 0 && close(fd) < 0 && well) {
        job->error = errno;
        well = false;
    }
    if (well && link(job->temporary, job->file) < 0) /* fails when the file is there: nothing is overwritten */
        job->error = errno;
    if (fd >= 0)
        unlink(job->temporary);
}

static void done(void *data, bool cancelled)
{
    struct export_job *job = data;

    if (cancelled)
        job->error = ECANCELED;
    if (job->error == EEXIST)
        console_say(job->console, ROLE_BAD, "'%s' is there already: choose another name", job->file);
    else if (job->error)
        console_say(job->console, ROLE_BAD, "cannot write '%s': %s", job->file, strerror(job->error));
    else
        console_say(job->console, ROLE_MESSAGE, "%zu bytes written to %s", job->bytes.len, job->file);
    text_release(&job->bytes);
    free(job->file);
    free(job->temporary);
    free(job);
}

static enum print_format format_of(const char *file)
{
    const char *dot = strrchr(file, '.');

    return dot && strcmp(dot, ".json") == 0 ? PRINT_JSON : dot && strcmp(dot, ".csv") == 0 ? PRINT_CSV : PRINT_TABLE;
}

void export_list(struct console *c, const char *file)
{
    struct view *v = console_view(c);
    struct print_options o = {.format = format_of(file), .view = view_name(v->id), .ascii = c->grid.ascii, .taken_ms = clock_wall_ms()};
    struct export_job *job;

    if (!view_is_list(v)) {
        console_say(c, ROLE_WARN, "there is no list here to export");
        return;
    }
    job = x_calloc(1, sizeof(*job));
    job->console = c;
    job->file = x_strdup(file);
    job->temporary = x_printf("%s.%ld.tmp", file, (long)getpid());
    text_init(&job->bytes, 0);
    print_rows(&job->bytes, c->app->model, view_rows(v), view_list_sheet(v), c->scope, &o);
    loop_work(c->app->loop, work, done, job);
}
