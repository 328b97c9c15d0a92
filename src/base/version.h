/* Neo4j versions: 3.5.35, 5.26.30, 2026.08.1, 5.26.0-drop01, 2025.10.1+build. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#include <stdbool.h>

struct version {
    int major, minor, patch; /* 0 where not written */
};

bool version_parse(const char *s, struct version *v);
int version_compare(struct version a, struct version b);
/* True when from <= v < to; "" as from or to is open. Both are texts as in the tables: "4.4", "5", "2025.01". */
bool version_in(struct version v, const char *from, const char *to);

#endif
