/* The program's own debug log, to a file (-v), never to the screen. Costs nothing when closed. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

bool log_open(const char *path); /* appends, 0600; false with errno */
void log_close(void);
bool log_is_open(void);
#define log_debug(...) ((void)(log_is_open() && (log_write(__func__, __VA_ARGS__), 0)))
void log_write(const char *func, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
