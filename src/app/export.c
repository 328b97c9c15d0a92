/* The list or the log on the screen to a file: temporary, fsync, rename; never over another's file. Written by a worker. */
#include "app/console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/kept_file.h"
#include "base/clock.h"
#include "sheet/print.h"

struct export_job {
    struct console *console;
    char *file, *temporary;
    struct text bytes;
    int error; /* errno */
    struct relation *rows; /* of logs, to be printed by the worker; or NULL */
    struct model *model;   /* with the names of the instances, for the worker alone */
    struct print_options options;
};

#define EXPORT_MAX ((size_t)256 * 1024 * 1024)

static void print_logs(struct export_job *job)
{
    struct row *r = x_calloc(job->rows->nrows + 1, sizeof(*r));
    struct rows rows = {.r = r, .count = job->rows->nrows, .total = job->rows->nrows};

    for (size_t i = 0; i < rows.count; i++)
        r[i] = (struct row){job->rows, i};
    print_rows(&job->bytes, job->model, &rows, SHEET_LOGS, MODEL_NO_INSTANCE, &job->options);
    free(r);
}

static void work(void *data)
{
    struct export_job *job = data;
    int fd = open(job->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool well;

    if (fd >= 0 && job->rows)
        print_logs(job);
    well = fd >= 0 && write_all(fd, job->bytes.s, job->bytes.len) && fsync(fd) == 0;
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
    relation_free(job->rows);
    model_free(job->model);
    free(job->file);
    free(job->temporary);
    free(job);
}

static enum print_format format_of(const char *file)
{
    const char *dot = strrchr(file, '.');

    return dot && strcmp(dot, ".json") == 0 ? PRINT_JSON : dot && strcmp(dot, ".csv") == 0 ? PRINT_CSV : PRINT_TABLE;
}

/* Lines are copied here and now; rows of a long log become text in the worker. */
static void take_logs(struct export_job *job, struct console *c, struct view *v, enum print_format format)
{
    struct view_ctx ctx;

    console_context(c, &ctx);
    if (format == PRINT_TABLE) { /* as they stand in their files */
        view_logs_raw(v, &ctx, &job->bytes);
        return;
    }
    job->rows = view_logs_rows(v, &ctx);
    job->model = model_new();
    for (uint32_t i = 0; i < c->app->ninst; i++)
        model_add_instance(job->model, model_instance_name(c->app->model, i));
}

void export_list(struct console *c, const char *file)
{
    struct view *v = console_view(c);
    struct print_options o = {.format = format_of(file), .view = view_name(v->id), .ascii = c->grid.ascii, .taken_ms = clock_wall_ms()};
    struct export_job *job;

    if (!view_is_list(v) && !view_is_logs(v)) {
        console_say(c, ROLE_WARN, "there is no list here to export");
        return;
    }
    job = x_calloc(1, sizeof(*job));
    job->console = c;
    job->file = x_strdup(file);
    job->temporary = x_printf("%s.%ld.tmp", file, (long)getpid());
    job->options = o;
    text_init(&job->bytes, EXPORT_MAX);
    if (view_is_logs(v))
        take_logs(job, c, v, o.format);
    else
        print_rows(&job->bytes, c->app->model, view_rows(v), view_list_sheet(v), c->scope, &o);
    loop_work(c->app->loop, work, done, job);
}
