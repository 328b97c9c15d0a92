/* A small file of ours, replaced whole: temporary, 0600, rename. */
#ifndef APP_KEPT_FILE_H
#define APP_KEPT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include "loop/loop.h"

/* All of it to a descriptor, over interruptions. False: errno tells why. */
bool write_all(int fd, const char *bytes, size_t n);
/* Blocks: for after the loop. The directory is made when it is not there. False: errno tells why. */
bool kept_file_write(const char *file, const char *bytes, size_t n);
/* The same in a worker; copies. A failure is a line of the debug log: it is not worth a person's attention. */
void kept_file_write_later(struct loop *l, const char *file, const char *bytes, size_t n);

#endif
