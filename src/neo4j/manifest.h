/* META-INF/MANIFEST.MF: "Name: value" lines, long ones folded by a line that begins with one blank. */
#ifndef NEO4J_MANIFEST_H
#define NEO4J_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include "base/text.h"

/* The value of an attribute of the main section (the lines before the first empty one); case of the name does not matter. False: it
 * is not there. `out` is cleared; what is longer than its maximum is cut. Invalid UTF-8 and controls become U+FFFD. */
bool manifest_value(const char *bytes, size_t n, const char *name, struct text *out);
/* The same of "name=value" lines of a pom.properties. */
bool properties_value(const char *bytes, size_t n, const char *name, struct text *out);

#endif
