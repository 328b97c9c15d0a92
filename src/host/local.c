/* This machine: system calls in a worker where we may do it as we are, commands where we have to become somebody else first. */
#include "host/internal.h"

static void worked(struct call *c)
{
    call_finish(c);
}

static void begin(struct call *c)
{
    static void (*const works[])(struct call *) = {
        [HOST_STAT] = work_stat, [HOST_LIST] = work_list, [HOST_READ] = work_read, [HOST_STATVFS] = work_space,
        [HOST_WRITE] = work_write,
    };

    if (c->what->what == HOST_RUN)
        command_begin(c);
    else if (c->prefix[0] && c->what->what == HOST_FOLLOW)
        script_follow_begin(c);
    else if (c->prefix[0])
        script_begin(c);
    else if (c->what->what == HOST_FOLLOW)
        follow_begin(c);
    else
        call_work(c, works[c->what->what], worked);
}

const struct host_ops local_ops = {.name = "local", .begin = begin};
