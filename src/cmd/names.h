/* Names of commands and views, for the files of this room. */
#ifndef CMD_NAMES_H
#define CMD_NAMES_H

#include "cmd/cmd.h"

/* The next blank-separated word at *at; false at the end. *at moves behind it. */
bool words_next(const char **at, const char **word, size_t *n);
/* Calls fn with the name and each alias of a view until it gives false; false when it did. */
bool view_each_name(enum view_id v, bool (*fn)(void *data, const char *name, size_t n), void *data);

#endif
