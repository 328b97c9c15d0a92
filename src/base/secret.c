#include "base/secret.h"

#include <errno.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <stdlib.h>

#include "base/mem.h"

/* Whole pages of its own: only so can one be locked and kept out of dumps and children. */
struct secret {
    size_t len, mapped;
    char bytes[];
};

void mem_wipe(void *p, size_t n)
{
    if (p && n)
        explicit_bzero(p, n);
}

static void keep_private(void *p, size_t n)
{
    /* each of these may be refused by the limits: the secret is no worse than in ordinary memory then */
    int rc = mlock(p, n);

    rc |= madvise(p, n, MADV_DONTDUMP);
    rc |= madvise(p, n, MADV_WIPEONFORK);
    (void)rc;
}

struct secret *secret_new(const char *bytes, size_t n)
{
    const size_t mapped = sizeof(struct secret) + n + 1;
    struct secret *s;

    if (n > SECRET_MAX)
        return NULL;
    s = mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (s == MAP_FAILED)
        s = x_calloc(SIZE_MAX, 2); /* out of memory: gives up in the one place where that is done */
    keep_private(s, mapped);
    s->len = n;
    s->mapped = mapped;
    if (n)
        memcpy(s->bytes, bytes, n);
    return s;
}

void secret_free(struct secret *s)
{
    size_t mapped;

    if (!s)
        return;
    mapped = s->mapped;
    mem_wipe(s, mapped);
    munmap(s, mapped);
}

const char *secret_reveal(const struct secret *s)
{
    return s->bytes;
}

/* What stands in front of each block, to know how much to wipe. */
union front {
    size_t size;
    max_align_t align;
};

void *wiping_malloc(size_t n)
{
    union front *f;

    if (n > SIZE_MAX - sizeof *f)
        n = SIZE_MAX - sizeof *f; /* x_malloc aborts */
    f = x_malloc(sizeof *f + n);
    f->size = n;
    return f + 1;
}

void *wiping_calloc(size_t count, size_t n)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, n, &bytes))
        bytes = SIZE_MAX;
    return memset(wiping_malloc(bytes), 0, bytes);
}

void *wiping_realloc(void *p, size_t n)
{
    void *q = wiping_malloc(n);

    if (p) {
        size_t old = ((union front *)p)[-1].size;

        memcpy(q, p, old < n ? old : n);
        wiping_free(p);
    }
    return q;
}

void wiping_free(void *p)
{
    union front *f = p;

    if (!p)
        return;
    f--;
    mem_wipe(p, f->size);
    free(f);
}

char *wiping_strdup(const char *s)
{
    size_t n = strlen(s) + 1;

    return memcpy(wiping_malloc(n), s, n);
}

void secret_harden_process(void)
{
    const struct rlimit none = {0, 0};

    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    setrlimit(RLIMIT_CORE, &none);
}
