#include "base/mem.h"

#include <malloc.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*on_exhausted)(void);

enum { LARGE = 1024 * 1024 };

void mem_share_pools(void)
{
#ifdef M_ARENA_MAX
    mallopt(M_ARENA_MAX, 2);
#endif
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, LARGE);
#endif
}

void mem_on_exhausted(void (*hook)(void))
{
    on_exhausted = hook;
}

/* Nothing here may allocate: the words go out by write(2). */
static _Noreturn void exhausted(void)
{
    static const char words[] = "neodeck: out of memory\n";
    void (*hook)(void) = on_exhausted;

    on_exhausted = NULL;
    if (hook)
        hook();
    if (write(STDERR_FILENO, words, sizeof words - 1) < 0)
        abort();
    abort();
}

void *x_malloc(size_t size)
{
    void *p = malloc(size ? size : 1);

    if (!p)
        exhausted();
    return p;
}

void *x_calloc(size_t count, size_t size)
{
    void *p = count && size ? calloc(count, size) : calloc(1, 1);

    if (!p)
        exhausted();
    return p;
}

void *x_realloc(void *p, size_t size)
{
    void *q = realloc(p, size ? size : 1);

    if (!q)
        exhausted();
    return q;
}

char *x_strdup(const char *s)
{
    return s ? x_strndup(s, strlen(s)) : NULL;
}

char *x_strndup(const char *s, size_t n)
{
    char *p;

    if (n == SIZE_MAX)
        exhausted();
    p = x_malloc(n + 1);
    if (n)
        memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

char *x_printf(const char *fmt, ...)
{
    va_list ap;
    char *p;

    va_start(ap, fmt);
    if (vasprintf(&p, fmt, ap) < 0)
        exhausted();
    va_end(ap);
    return p;
}

void *x_grow(void *p, size_t *cap, size_t need, size_t size)
{
    size_t n = *cap ? *cap : 8, bytes;

    if (need <= *cap)
        return p;
    while (n < need) {
        if (n > SIZE_MAX / 2)
            exhausted();
        n *= 2;
    }
    if (__builtin_mul_overflow(n, size, &bytes))
        exhausted();
    *cap = n;
    return x_realloc(p, bytes);
}

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    alignas(max_align_t) char bytes[];
};

enum { BLOCK_MIN = 4000, BLOCK_MAX = 256 * 1024 };

/* Blocks double, so that a large answer costs few mallocs and a small one little memory. */
static struct arena_block *arena_add_block(struct arena *a, size_t size)
{
    size_t want = a->head ? a->head->size * 2 : BLOCK_MIN;
    struct arena_block *b;

    if (want > BLOCK_MAX)
        want = BLOCK_MAX;
    if (want < size)
        want = size;
    if (want > SIZE_MAX - sizeof *b)
        exhausted();
    b = x_malloc(sizeof *b + want);
    b->used = 0;
    b->size = want;
    b->next = a->head;
    a->head = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    struct arena_block *b = a->head;
    const size_t align = alignof(max_align_t);
    void *p;

    if (size > SIZE_MAX - align)
        exhausted();
    size = (size + align - 1) / align * align;
    if (!b || b->size - b->used < size)
        b = arena_add_block(a, size);
    p = b->bytes + b->used;
    b->used += size;
    a->bytes += size;
    return p;
}

void *arena_zalloc(struct arena *a, size_t size)
{
    return memset(arena_alloc(a, size), 0, size);
}

char *arena_strdup(struct arena *a, const char *s)
{
    return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *p;

    if (n == SIZE_MAX)
        exhausted();
    p = arena_alloc(a, n + 1);
    if (n)
        memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    char *whole, *p;
    int n;

    va_start(ap, fmt);
    n = vasprintf(&whole, fmt, ap);
    va_end(ap);
    if (n < 0)
        exhausted();
    p = arena_strndup(a, whole, (size_t)n);
    free(whole);
    return p;
}

void arena_release(struct arena *a)
{
    struct arena_block *b, *next;

    for (b = a->head; b; b = next) {
        next = b->next;
        free(b);
    }
    a->head = NULL;
    a->bytes = 0;
}
