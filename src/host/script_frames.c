#include "host/script_frames.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LINE_MOST = 256, PIPE_MOST = 128 * 1024 };

void frames_init(struct frames *f, const char *token, size_t most)
{
    *f = (struct frames){.most = most};
    snprintf(f->token, sizeof f->token, "%s", token);
    text_init(&f->bytes, most + LINE_MOST + PIPE_MOST);
}

void frames_release(struct frames *f)
{
    text_release(&f->bytes);
}

void frames_add(struct frames *f, const char *s, size_t n)
{
    text_add(&f->bytes, s, n);
}

static void drop(struct frames *f)
{
    struct text *t = &f->bytes;

    if (!f->done)
        return;
    memmove(t->s, t->s + f->done, t->len - f->done);
    t->len -= f->done;
    t->s[t->len] = '\0';
    f->done = 0;
}

/* With the token in it fewer bytes came than were announced, and what follows has begun. */
static enum frame_kind take_piece(struct frames *f, struct frame *out)
{
    if (f->bytes.len < f->piece)
        return FRAME_NONE;
    if (memmem(f->bytes.s, f->piece, f->token, strlen(f->token)))
        return FRAME_CUT;
    *out = (struct frame){.event = "data", .inode = f->inode, .from = f->from, .size = f->size, .bytes = f->bytes.s, .len = f->piece};
    f->done = f->piece;
    f->in_piece = false;
    return FRAME_EVENT;
}

static bool is_event(const char *name)
{
    static const char *const names[] = {"rotated", "truncated", "back", "lost", "gone"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static enum frame_kind take_line(struct frames *f, const char *line, struct frame *out)
{
    uint64_t inode = 0, n;

    *out = (struct frame){0};
    if (sscanf(line, "data %" SCNu64 " %" SCNd64 " %" SCNu64 " %" SCNd64, &inode, &f->from, &n, &f->size) == 4) {
        if (n > f->most)
            return FRAME_NONSENSE;
        f->inode = (int64_t)inode;
        f->piece = n;
        f->in_piece = true;
        drop(f);
        return take_piece(f, out);
    }
    if (sscanf(line, "mode %x", &out->mode) == 1)
        return FRAME_NO_FILE;
    if (strcmp(line, "alive") == 0)
        return FRAME_ALIVE;
    if (strcmp(line, "denied") == 0)
        return FRAME_DENIED;
    if (sscanf(line, "%15s %" SCNu64 " %" SCNd64 " %" SCNd64, out->event, &inode, &out->from, &out->size) < 1 || !is_event(out->event))
        return FRAME_NONSENSE;
    out->inode = (int64_t)inode;
    return FRAME_EVENT;
}

enum frame_kind frames_next(struct frames *f, struct frame *out)
{
    char line[LINE_MOST];
    const char *nl;
    size_t n, token = strlen(f->token);

    drop(f);
    if (f->bytes.full) /* more than one piece and one read: nobody announced that */
        return FRAME_NONSENSE;
    if (f->in_piece)
        return take_piece(f, out);
    nl = memchr(f->bytes.s, '\n', f->bytes.len);
    n = nl ? (size_t)(nl - f->bytes.s) : f->bytes.len;
    if (!nl && n < sizeof line)
        return FRAME_NONE;
    if (n >= sizeof line || n <= token || memcmp(f->bytes.s, f->token, token) != 0)
        return FRAME_NONSENSE;
    snprintf(line, sizeof line, "%.*s", (int)(n - token - 1), f->bytes.s + token + 1);
    f->done = n + 1;
    return take_line(f, line, out);
}
