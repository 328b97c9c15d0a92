/* Commands of the configuration as argv: split like a shell would, but without one. */
#ifndef CONF_WORDS_H
#define CONF_WORDS_H

#include <stdbool.h>
#include "base/error.h"

#define WORDS_MAX 256

/* Blanks separate; '...' is taken as it is; in "..." a backslash protects " and \; outside quotes it protects any character. Nothing
 * is expanded. The result is NULL-terminated, freed by words_free. False with ERR_CONFIG: open quote, nothing there, too many. */
bool words_split(const char *s, char ***argv, struct err *e);
void words_free(char **argv); /* accepts NULL */

#endif
