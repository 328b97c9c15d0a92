/* Where files are: the XDG directories and ~. Results are the caller's. NULL with ERR_CONFIG and words when there is neither the
 * XDG variable nor a HOME. */
#ifndef CONF_PATHS_H
#define CONF_PATHS_H

#include <stdbool.h>
#include "base/error.h"

/* $XDG_CONFIG_HOME/neodeck/FILE or ~/.config/neodeck/FILE; file NULL: the directory. */
char *path_config(const char *file, struct err *e);
char *path_state(const char *file, struct err *e); /* $XDG_STATE_HOME, ~/.local/state */

/* "~" and "~/x" by HOME; a relative path goes under `dir` (NULL: left as it is); "" stays "". "~name" is refused with words. */
char *path_expand(const char *path, const char *dir, struct err *e);
/* mkdir -p, 0700 for what is made. False with ERR_DISK. Blocks: before the loop runs, or in a worker. */
bool path_make_dir(const char *dir, struct err *e);

#endif
