/* The one function that makes words for a shell. */
#ifndef HOST_QUOTE_H
#define HOST_QUOTE_H

#include "base/text.h"

/* Appends s as one word that every shell reads as s and nothing else: sh, dash, bash, zsh, fish; csh too when there is no newline in
 * it. It may hold any byte but NUL. */
void shell_quote(struct text *out, const char *s);
/* A command line from an argv that ends in NULL. Its first word is never taken for a keyword, an alias or an assignment. Does not
 * fit into `out`: out->full, and what is there must not be run. */
void shell_quote_argv(struct text *out, const char *const *argv);

#endif
