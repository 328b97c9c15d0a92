/* Reading small files whole, and secrets. All of it blocks: before the loop runs, or in a worker. */
#ifndef CONF_FILE_H
#define CONF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/error.h"
#include "base/secret.h"
#include "base/text.h"

enum { FILE_TRUSTED = 1 /* refuse it when others than we and root can write it */ };

/* The whole file, at most `max` bytes (more is ERR_TOO_LARGE). False with words; *absent (may be NULL) tells whether it does not exist. */
bool file_read(const char *path, size_t max, unsigned flags, struct text *out, bool *absent, struct err *e);

/* The first line of a file that only we can read: regular, owned by us, mode 0600 or less. NULL with words that say which chmod helps. */
struct secret *secret_read_file(const char *path, struct err *e);
/* The first line of what a command printed, or of a file; `what` names it in the words ("password_command"). NULL when it is empty, longer than SECRET_MAX,
 * or holds a NUL. */
struct secret *secret_first_line(const char *bytes, size_t n, const char *what, struct err *e);

#endif
