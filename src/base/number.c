#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *number_format(double d, char *buf, size_t n)
{
    char *at;

    if (isnan(d) || isinf(d)) {
        snprintf(buf, n, "%s", isnan(d) ? "NaN" : d < 0 ? "-Infinity" : "Infinity");
        return buf;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buf, n, "%.*g", digits, d);
        if (strtod(buf, NULL) == d)
            break;
    }
    at = buf + strspn(buf, "+-0123456789");
    if (!*at)
        snprintf(at, n - (size_t)(at - buf), ".0");
    else if (*at != 'e')
        *at = '.'; /* whatever the locale has for it */
    return buf;
}
