/* What servers before 4.2 say of a constraint: one sentence, taken apart. */
#ifndef NEO4J_CONSTRAINT_H
#define NEO4J_CONSTRAINT_H

#include <stdbool.h>
#include "base/mem.h"
#include "base/value.h"

struct constraint {
    const char *type;        /* as newer servers name it: "UNIQUENESS", "NODE_KEY", "NODE_PROPERTY_EXISTENCE", ... */
    const char *entity;      /* "NODE" or "RELATIONSHIP" */
    struct value label;      /* a text */
    struct value properties; /* a list of texts */
};

enum { CONSTRAINT_PROPERTIES_MAX = 100 };

/* "CONSTRAINT ON ( p:Person ) ASSERT (p.id) IS UNIQUE", with or without the inner brackets. False: not of this shape, *out is untouched.
 * What it gives lives in the arena. */
bool constraint_parse(struct arena *a, const char *description, struct constraint *out);

#endif
