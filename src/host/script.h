/* What script.c and script_follow.c share. */
#ifndef HOST_SCRIPT_H
#define HOST_SCRIPT_H

#include "host/internal.h"

/* What stat is to tell: mode size mtime uid gid inode device user group, each ended by "/", which is in none of them (names of groups
 * may hold blanks). */
#define SCRIPT_STAT "%f/%s/%Y/%u/%g/%i/%d/%U/%G/"
enum { SCRIPT_TOKEN = 17 };

const char *const *script_argv(struct arena *a, const char *script, const char *const *args, size_t n);
void script_token(char token[SCRIPT_TOKEN]); /* 16 random digits and NUL */
/* What a script said becomes c->found. False: c->err says why. */
bool script_take(struct call *c, const struct child_result *r);
/* It could not even begin: true, with c->err. */
bool script_failed(struct call *c, const struct child_result *r);

#endif
