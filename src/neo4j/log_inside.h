/* Between the files that read log lines. */
#ifndef NEO4J_LOG_INSIDE_H
#define NEO4J_LOG_INSIDE_H

#include "neo4j/log_line.h"

/* "2026-11-22 15:14:35.757+0000" or with a 'T': the bytes used, 0 when it is none. */
size_t log_stamp(struct log_reader *r, const char *s, size_t n, int64_t *ms);
/* Each takes a line of its layout, at most LOG_LOOK_MAX bytes; false: it is none. */
bool log_take_plain(struct log_reader *r, const char *s, size_t n, struct log_line *out);
bool log_take_json(struct log_reader *r, const char *s, size_t n, struct log_line *out);
bool log_take_gc(struct log_reader *r, const char *s, size_t n, struct log_line *out);
bool log_take_gc8(struct log_reader *r, const char *s, size_t n, struct log_line *out);
/* "[neo4j/4a995a97] " at offset i: the offset behind it, and its name; else i. */
size_t log_skip_database(const char *s, size_t n, size_t i, struct slice *database);

#endif
