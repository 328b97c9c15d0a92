/* What small programs and files of a host say, that has no place elsewhere. Pure, without allocation, any bytes; slices point into what
 * was given. Those that go through lines move *p behind what they gave, pass over lines that are no such, and give false at the end. */
#ifndef NEO4J_TOOL_LINES_H
#define NEO4J_TOOL_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "neo4j/scan.h"

/* grep -l over /proc/PID/cmdline: "/proc/4711/cmdline". */
bool cmdline_path_next(const char **p, const char *end, int64_t *pid);
/* du -k: "12<TAB>path". Of what is too large for a number the line is none. */
bool du_next(const char **p, const char *end, int64_t *bytes, struct slice *path);
/* sha256sum: the sum in 64 small hexadecimal digits, a blank, '*' or a blank, the path. Names that had to be escaped are none. */
bool sha256_next(const char **p, const char *end, struct slice *sum, struct slice *path);
/* The number at the beginning of a pid file; 0: it has none that could be a process. */
int64_t pid_file_parse(const char *s, size_t n);
/* The version in the `release` file of a Java: "17.0.15"; empty: not said. */
struct slice jdk_release_version(const char *s, size_t n);

#endif
