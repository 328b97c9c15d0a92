#include "base/patient.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include "base/mem.h"

/* Of both threads; whoever is last frees it. */
struct look {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char *path;
    struct stat st;
    int result, error;
    bool done, given_up;
};

static void look_free(struct look *l)
{
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
    free(l->path);
    free(l);
}

static void *look_at(void *data)
{
    struct look *l = data;
    struct stat st = {0};
    int result = stat(l->path, &st), error = errno;
    bool alone;

    pthread_mutex_lock(&l->lock);
    l->st = st;
    l->result = result;
    l->error = error;
    l->done = true;
    alone = l->given_up;
    pthread_cond_signal(&l->changed);
    pthread_mutex_unlock(&l->lock);
    if (alone)
        look_free(l);
    return NULL;
}

static struct look *look_new(const char *path)
{
    struct look *l = x_calloc(1, sizeof *l);
    pthread_condattr_t attr;

    l->path = x_strdup(path);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->changed, &attr);
    pthread_condattr_destroy(&attr);
    return l;
}

static int give(const struct look *l, struct stat *st)
{
    *st = l->st;
    errno = l->error;
    return l->result;
}

/* True: it is done. */
static bool wait_for(struct look *l, int ms)
{
    struct timespec until;
    int code = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&l->lock);
    while (!l->done && code == 0)
        code = pthread_cond_timedwait(&l->changed, &l->lock, &until);
    l->given_up = !l->done;
    code = l->done;
    pthread_mutex_unlock(&l->lock);
    return code;
}

int stat_within(const char *path, struct stat *st, int ms)
{
    struct look *l = look_new(path);
    pthread_t thread;
    int result, error;

    if (pthread_create(&thread, NULL, look_at, l) != 0) {
        look_free(l);
        return stat(path, st);
    }
    if (!wait_for(l, ms)) {
        pthread_detach(thread);
        errno = ETIMEDOUT;
        return -1;
    }
    pthread_join(thread, NULL); /* it may still hold the lock */
    result = give(l, st);
    error = errno;
    look_free(l);
    errno = error;
    return result;
}
