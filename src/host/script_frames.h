/* What the command that follows a file says: lines of its own, each beginning with a token that nobody else knows, and between them
 * pieces of the file as they are.
 *
 *   TOKEN data INODE FROM N SIZE     and then N bytes
 *   TOKEN rotated|truncated|back|lost INODE FROM SIZE,  TOKEN gone
 *   TOKEN alive: nothing new, but it looks
 *   TOKEN mode HEX: no regular file,  TOKEN denied: may not be read; both end it */
#ifndef HOST_SCRIPT_FRAMES_H
#define HOST_SCRIPT_FRAMES_H

#include "host/script.h"

struct frames {
    char token[SCRIPT_TOKEN];
    struct text bytes;     /* what has come and is not taken yet */
    size_t most;           /* of a piece */
    size_t piece, done;    /* bytes of the piece that is coming; of what was given out last */
    bool in_piece;
    int64_t inode, from, size;
};

struct frame {
    char event[16];        /* as in a reply of HOST_FOLLOW */
    int64_t inode, from, size;
    const char *bytes;     /* lives until the next call */
    size_t len;
    unsigned mode;         /* FRAME_NO_FILE */
};

enum frame_kind {
    FRAME_NONE,     /* not all of the next one is there yet */
    FRAME_EVENT,
    FRAME_ALIVE,
    FRAME_NO_FILE,
    FRAME_DENIED,
    FRAME_CUT,      /* the file was cut while it was copied to us: what came is not to be trusted */
    FRAME_NONSENSE,
};

void frames_init(struct frames *f, const char *token, size_t most);
void frames_release(struct frames *f);
void frames_add(struct frames *f, const char *s, size_t n);
enum frame_kind frames_next(struct frames *f, struct frame *out);

#endif
