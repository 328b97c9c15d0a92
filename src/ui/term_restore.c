/* Giving the terminal back, from anywhere: only write, poll, tcsetattr, tcgetpgrp and getpgrp, on memory that does not move. */
#include "ui/term_priv.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define CAN "\030" /* ends a sequence that was cut */
#define RESTORE_WAIT_MS 50

static struct {
    int fd;
    struct termios saved;
    char leave[512];
    size_t n;
} restore;

static atomic_int armed;
static volatile sig_atomic_t in_frame;

void restore_arm(int fd, const struct termios *saved, const char *leave, size_t n)
{
    atomic_store(&armed, 0);
    restore.fd = fd;
    restore.saved = *saved;
    restore.n = n < sizeof restore.leave ? n : sizeof restore.leave;
    memcpy(restore.leave, leave, restore.n);
    atomic_store(&armed, 1);
}

void restore_cut(bool cut)
{
    in_frame = cut;
}

/* All of it, or as much as the terminal takes in that time. */
static void write_some(const char *s, size_t n)
{
    for (int tries = 0; n > 0 && tries < 4;) {
        ssize_t wrote = write(restore.fd, s, n);

        if (wrote > 0) {
            s += wrote;
            n -= (size_t)wrote;
        } else if (wrote < 0 && errno == EAGAIN) {
            struct pollfd p = {.fd = restore.fd, .events = POLLOUT};

            tries++;
            if (poll(&p, 1, RESTORE_WAIT_MS) == 0)
                return;
        } else if (errno != EINTR) {
            return;
        }
    }
}

void term_restore_now(void)
{
    int saved_errno = errno, one = 1;

    if (!atomic_compare_exchange_strong(&armed, &one, 0))
        return;
    if (in_frame)
        write_some(CAN, 1);
    write_some(restore.leave, restore.n);
    if (tcgetpgrp(restore.fd) == getpgrp()) /* in the background it would stop us instead */
        tcsetattr(restore.fd, TCSANOW, &restore.saved);
    errno = saved_errno;
}
