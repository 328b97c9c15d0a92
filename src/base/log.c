#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum { LINE_MAX_BYTES = 4096 };

static atomic_int log_fd = -1;

bool log_open(const char *path)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);

    if (fd < 0)
        return false;
    log_close();
    log_fd = fd;
    return true;
}

void log_close(void)
{
    int fd = atomic_exchange(&log_fd, -1);

    if (fd >= 0)
        close(fd);
}

bool log_is_open(void)
{
    return atomic_load_explicit(&log_fd, memory_order_relaxed) >= 0;
}

/* One write(2) a line, so that lines of several processes do not mix. What does not fit is cut. */
void log_write(const char *func, const char *fmt, ...)
{
    int fd = log_fd, saved = errno;
    struct text raw, line;
    char when[32];
    va_list ap;

    if (fd < 0)
        return;
    text_init(&raw, LINE_MAX_BYTES);
    text_init(&line, (size_t)4 * LINE_MAX_BYTES);
    errno = saved; /* for %m */
    va_start(ap, fmt);
    text_vaddf(&raw, fmt, ap);
    va_end(ap);
    text_addf(&line, "%s %s: ", time_rfc3339(clock_wall_ms(), when, sizeof when), func);
    text_add_clean(&line, raw.s, raw.len, CLEAN_ONE_LINE);
    text_addc(&line, '\n');
    while (write(fd, line.s, line.len) < 0 && errno == EINTR)
        ;
    text_release(&raw);
    text_release(&line);
    errno = saved;
}
