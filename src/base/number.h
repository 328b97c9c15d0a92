/* Numbers as text, the same in every locale. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stddef.h>

/* The shortest text that reads back as d, with a decimal point or exponent ("1.0", "0.1", "1e+300"), "NaN", "Infinity",
 * "-Infinity". buf >= 32. */
const char *number_format(double d, char *buf, size_t n);

#endif
