/* Memory: allocation that cannot fail, and arenas. Out of memory calls the hook (the terminal is restored there) and
 * aborts, so no caller checks for NULL. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdbool.h>

void *x_malloc(size_t size);                /* size 0 is allowed and gives a unique pointer */
void *x_calloc(size_t count, size_t size);  /* zeroed; overflow of the product aborts */
void *x_realloc(void *p, size_t size);
char *x_strdup(const char *s);              /* s may be NULL: gives NULL */
char *x_strndup(const char *s, size_t n);   /* exactly n bytes plus NUL; s need not be terminated */
char *x_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Once, before the first thread: few pools for all threads. By default glibc gives each worker a pool of its own, and what a worker once
 * needed for a second stays in it: seen to be 0.5 MB for each of sixteen (mallopt(3), glibc 2.36). What is large lies outside of them,
 * always: it grows without being copied, and goes back when it is freed. By default that ends with the first that is freed. */
void mem_share_pools(void);

/* Called once before the process aborts for want of memory. */
void mem_on_exhausted(void (*hook)(void));

/* Make room for `need` elements of `size` bytes in *p whose capacity is *cap; doubles. Returns *p. */
void *x_grow(void *p, size_t *cap, size_t need, size_t size);

/* An arena hands out memory that is freed all at once. Zero-initialised is a valid empty arena. */
struct arena {
    struct arena_block *head;
    size_t bytes; /* handed out, for limits and statistics */
};

void *arena_alloc(struct arena *a, size_t size); /* aligned for any type, not zeroed */
void *arena_zalloc(struct arena *a, size_t size);
char *arena_strdup(struct arena *a, const char *s);           /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_release(struct arena *a);                          /* frees all; the arena is empty and usable again */

#endif
