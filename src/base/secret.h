/* Secrets have a type that cannot be printed by accident and is wiped. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stddef.h>
#include <stdbool.h>

struct secret; /* opaque; at most SECRET_MAX bytes, in locked memory where the limits allow */

#define SECRET_MAX 4096

struct secret *secret_new(const char *bytes, size_t n); /* copies; NULL when n > SECRET_MAX */
void secret_free(struct secret *s);                     /* wipes; accepts NULL */
const char *secret_reveal(const struct secret *s);      /* NUL-terminated; only net/ and link/ have a reason to call it */
void mem_wipe(void *p, size_t n);

/* malloc-like functions that wipe what they free (allocation size kept in front), for libcurl and cJSON. */
void *wiping_malloc(size_t n);
void *wiping_calloc(size_t count, size_t n);
void *wiping_realloc(void *p, size_t n);
void wiping_free(void *p);
char *wiping_strdup(const char *s);

/* No core dumps and no ptrace by others from here on (prctl PR_SET_DUMPABLE 0, RLIMIT_CORE 0). */
void secret_harden_process(void);

#endif
