/* The two functions of base/ that neo4j/statements.c calls, without the library behind the rest of base/: this program runs where the
 * tree is built, which need not be where neodeck will run. */
#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#include "base/error.h"
#include "base/text.h"

bool str_ieq(const char *a, const char *b)
{
    return strcasecmp(a, b) == 0;
}

bool err_set(struct err *e, enum err_kind kind, const char *format, ...)
{
    va_list args;

    if (!e)
        return false;
    e->kind = kind;
    va_start(args, format);
    vsnprintf(e->words, sizeof e->words, format, args);
    va_end(args);
    return false;
}
