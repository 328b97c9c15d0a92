#include "feed/hosted.h"

void host_start(struct feed *f, struct task *t)
{
    struct err e = {0};

    err_set(&e, ERR_NOT_BUILT, "not built yet");
    task_failed(f, t, &e);
}
