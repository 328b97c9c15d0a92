/* Bytes to the terminal: from curses' memory file into a queue, from there as the terminal takes them. */
#include "ui/term_priv.h"
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/clock.h"

bool term_memory_collect(struct term *t)
{
    int fd = fileno(t->memory);
    char buf[16384];
    off_t at = 0;
    ssize_t n;

    while ((n = pread(fd, buf, sizeof buf, at)) > 0) {
        text_add(&t->pending, buf, (size_t)n);
        at += n;
    }
    if (at > 0 && (ftruncate(fd, 0) < 0 || lseek(fd, 0, SEEK_SET) < 0))
        t->gone = true;
    if (!t->pending.full)
        return true;
    /* half a frame would leave the screen in a state that nobody knows: none of it, and all of the next one */
    text_clear(&t->pending);
    t->sent_from = 0;
    term_redraw(t);
    return false;
}

bool term_wants_write(const struct term *t)
{
    return !t->gone && t->pending.len > t->sent_from;
}

bool term_flush(struct term *t)
{
    while (term_wants_write(t)) {
        ssize_t n = write(t->fd, t->pending.s + t->sent_from, t->pending.len - t->sent_from);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n <= 0) {
            t->gone = true;
            break;
        }
        t->sent_from += (size_t)n;
        t->bytes_sent += (uint64_t)n;
    }
    if (!term_wants_write(t)) {
        text_clear(&t->pending);
        t->sent_from = 0;
    }
    restore_cut(term_wants_write(t));
    return !t->gone;
}

void term_drain(struct term *t, int within_ms)
{
    int64_t waited = 0, step = 20;

    while (term_flush(t) && term_wants_write(t) && waited < within_ms) {
        struct pollfd p = {.fd = t->fd, .events = POLLOUT};

        poll(&p, 1, (int)step);
        waited += step; /* counted, not measured: the clock may be frozen */
    }
    if (t->pending.len) { /* the flag of restore_cut stays: a sequence may have been cut */
        text_clear(&t->pending);
        t->sent_from = 0;
    }
}

bool term_send(struct term *t, const char *bytes, size_t n)
{
    if (!t->active || t->gone || !term_flush(t) || term_wants_write(t) || n > PENDING_MAX)
        return false;
    text_add(&t->pending, bytes, n);
    return term_flush(t);
}

uint64_t term_bytes_sent(const struct term *t)
{
    return t->bytes_sent;
}
