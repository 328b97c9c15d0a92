/* Who listens on which TCP port: what LISTENERS of host_commands.def prints. Pure, any bytes. */
#ifndef NEO4J_LISTENERS_H
#define NEO4J_LISTENERS_H

#include <stdint.h>
#include "base/mem.h"

enum { LISTENERS_MAX = 4096 }; /* what stands behind is not looked at */

struct listener {
    int port;
    int64_t pid;   /* 0: one may not know it */
    char name[32]; /* of its command; "" as pid */
};

/* The listeners in the arena; returns how many. */
size_t listeners_parse(const char *s, size_t n, struct arena *a, struct listener **out);

#endif
