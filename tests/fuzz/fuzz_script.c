/* What commands on a host answer, from arbitrary bytes: each kind of answer, and the frames of a followed file, which must be the same
 * however they are cut into pieces. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "host/script_frames.h"

static void take(enum host_what what, const char *s, size_t n, int status)
{
    struct call c = {.ask.u.host = {.what = what, .path = "/a", .n = 100}};
    struct text out, said, all;
    struct child_result r = {.exit_status = status, .out = &out, .errout = &said};

    c.what = &c.ask.u.host;
    c.own = "0123456789abcdef";
    text_init(&out, 0);
    text_init(&said, 0);
    text_add(status ? &said : &out, s, n);
    found_init(&c.found, 0);
    if (!script_take(&c, &r) && c.err.kind == ERR_NONE)
        abort();
    text_init(&all, 0);
    for (size_t i = 0; i < c.found.ncols * c.found.nrows; i++)
        value_render(c.found.cells[i], &all);
    text_release(&all);
    found_release(&c.found);
    text_release(&out);
    text_release(&said);
}

/* The story that the frames tell, as one text. */
static void tell(struct text *story, const char *s, size_t n, size_t step)
{
    enum frame_kind kind = FRAME_NONE;
    struct frames f;
    struct frame now;

    frames_init(&f, "T", 4096);
    for (size_t at = 0; at < n && kind <= FRAME_ALIVE; at += step) {
        frames_add(&f, s + at, n - at < step ? n - at : step);
        while ((kind = frames_next(&f, &now)) == FRAME_EVENT || kind == FRAME_ALIVE) {
            if (kind == FRAME_ALIVE)
                continue;
            text_addf(story, "[%s %lld %lld %lld]", now.event, (long long)now.inode, (long long)now.from, (long long)now.size);
            text_add(story, now.bytes ? now.bytes : "", now.len);
        }
    }
    text_addf(story, "(%d)", (int)kind);
    frames_release(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const enum host_what whats[] = {HOST_STAT, HOST_LIST, HOST_READ, HOST_STATVFS, HOST_WRITE};
    const char *s = (const char *)bytes;
    struct text whole, pieces;

    for (size_t i = 0; i < sizeof whats / sizeof *whats; i++)
        for (int status = 0; status < 2; status++)
            take(whats[i], s, n, status);
    text_init(&whole, 0);
    text_init(&pieces, 0);
    tell(&whole, s, n, n ? n : 1);
    tell(&pieces, s, n, n % 7 + 1);
    if (n < 4096 && strcmp(whole.s, pieces.s) != 0)
        abort();
    text_release(&whole);
    text_release(&pieces);
    return 0;
}
