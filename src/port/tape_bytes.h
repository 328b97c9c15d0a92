/* Bytes of files on a tape. */
#ifndef PORT_TAPE_BYTES_H
#define PORT_TAPE_BYTES_H

#include "base/text.h"
#include "base/value.h"

void base64_add(struct text *out, const char *s, size_t n);
/* A V_TEXT in the arena; false when it is no base64 (padded, no blanks). */
bool base64_read(struct arena *a, const char *s, size_t n, struct value *out);

/* The same text, but "(hidden)" for the rest of a line (or of an entry that ends in NUL) after `NAME=`, where the name tells that
 * a secret follows: passwords, tokens, NEO4J_AUTH. */
void tape_hide(struct text *out, const char *s, size_t n);

#endif
