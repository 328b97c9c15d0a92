/* Following a file by a command that runs as long as it is followed: sh holds the file open and says by lines of its own what comes
 * next, each beginning with a token that nobody else knows. Looks once a second.
 *
 *   TOKEN data INODE FROM N SIZE     and then N bytes
 *   TOKEN rotated|truncated|back|lost INODE FROM SIZE,  TOKEN gone,  TOKEN mode HEX (no regular file),  TOKEN denied */
#include "host/script.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* $1 path, $2 from ("end", or negative: before the end), $3 inode or 0, $4 token, $5 most bytes of a piece.
 * Descriptor 3 is the file that is read; /proc/self/fd/3 opened again begins at its beginning, also when its name is gone. */
static const char script[] =
    "p=$1 from=$2 want=$3 max=$5 cur= gone= f=/proc/self/fd/3\n"
    "say() { printf '%s %s\\n' \"$T\" \"$*\"; }\n"
    "T=$4\n"
    "size() { stat -L -c %s $f; }\n"
    "take() { exec 3<\"$1\" && cur=$(stat -L -c %i $f); }\n"
    "may() { m=$(stat -L -c %f -- \"$p\" 2>/dev/null) || return 1\n"
    "  [ -f \"$p\" ] || { say mode \"$m\"; exit 0; }\n"
    "  [ -r \"$p\" ] || { sleep 1; [ ! -e \"$p\" ] || [ -r \"$p\" ] || { say denied; exit 0; }; }\n"
    "  [ -r \"$p\" ]; }\n"
    "drain() { s=$(size)\n"
    "  if [ \"$s\" -lt \"$at\" ]; then at=0; say truncated \"$cur\" 0 \"$s\"; fi\n"
    "  while [ \"$at\" -lt \"$s\" ]; do\n"
    "    n=$((s - at)); [ \"$n\" -le \"$max\" ] || n=$max\n"
    "    say data \"$cur\" \"$at\" \"$n\" \"$s\"\n"
    "    tail -c \"+$((at + 1))\" $f | head -c \"$n\"\n"
    "    at=$((at + n))\n"
    "  done; }\n"
    "at=0\n"
    "if may; then\n"
    "  take \"$p\"; s=$(size)\n"
    "  if [ \"$want\" != 0 ] && [ \"$cur\" != \"$want\" ]; then\n"
    "    old=$(find \"${p%/*}/.\" ! -name . -prune -type f -inum \"$want\" 2>/dev/null | head -n 1)\n"
    "    if [ -n \"$old\" ] && take \"$old\"; then s=$(size); else say lost \"$cur\" 0 \"$s\"; from=0; fi\n"
    "  fi\n"
    "  if [ \"$from\" = end ]; then at=$s; else at=$from; [ \"$at\" -ge 0 ] || at=$((s + at)); [ \"$at\" -ge 0 ] || at=0; fi\n"
    "  if [ \"$at\" -gt \"$s\" ]; then at=0; say truncated \"$cur\" 0 \"$s\"; fi\n"
    "  say data \"$cur\" \"$at\" 0 \"$s\"\n"
    "fi\n"
    "while :; do\n"
    "  [ -z \"$cur\" ] || drain\n"
    "  new=$(stat -L -c %i -- \"$p\" 2>/dev/null)\n"
    "  if [ -z \"$new\" ]; then\n"
    "    if [ -z \"$gone\" ] && [ -n \"$cur\" ]; then sleep 1; [ -e \"$p\" ] && continue; drain; fi\n"
    "    [ -n \"$gone\" ] || say gone; gone=1\n"
    "  elif [ \"$new\" != \"$cur\" ]; then\n"
    "    if may; then\n"
    "      [ -z \"$cur\" ] || drain\n"
    "      take \"$p\" && at=0 && if [ -n \"$gone\" ]; then say back \"$cur\" 0 0; else say rotated \"$cur\" 0 0; fi && gone=\n"
    "      continue\n"
    "    fi\n"
    "  elif [ -n \"$gone\" ]; then gone=; say back \"$cur\" \"$at\" \"$at\"; fi\n"
    "  sleep 1\n"
    "done\n";

struct following {
    char token[SCRIPT_TOKEN];
    struct text bytes;   /* what has come and is not told yet */
    size_t missing;      /* of the piece that is coming */
    int64_t inode, from, size;
    bool in_piece;
};

static void tell(struct call *c, const char *event, const char *bytes, size_t n)
{
    const struct following *f = c->own;
    struct value cells[NFOLLOW] = {
        [FOLLOW_EVENT] = v_text(event),
        [FOLLOW_BYTES] = v_textn(bytes, n),
        [FOLLOW_FROM] = v_int(f->from),
        [FOLLOW_INODE] = f->inode ? v_int(f->inode) : v_absent(ABSENT_NULL),
        [FOLLOW_SIZE] = v_int(f->size),
    };

    call_reply(c, &(struct found){.names = follow_names, .cells = cells, .ncols = NFOLLOW, .nrows = 1});
}

static void drop(struct text *t, size_t n)
{
    memmove(t->s, t->s + n, t->len - n);
    t->len -= n;
    t->s[t->len] = '\0';
}

static bool fail(struct call *c, enum err_kind kind, const char *words)
{
    err_set(&c->err, kind, "cannot read '%.160s': %s", c->what->path, words);
    call_finish_soon(c);
    return false;
}

/* "data INODE FROM N SIZE" and the like. False: it is over. */
static bool take_line(struct call *c, const char *line)
{
    struct following *f = c->own;
    char event[16];
    uint64_t inode = 0, n;
    int64_t from = 0, size = 0;
    unsigned mode;

    if (sscanf(line, "data %" SCNu64 " %" SCNd64 " %" SCNu64 " %" SCNd64, &inode, &from, &n, &size) == 4 && n <= SLICE) {
        f->inode = (int64_t)inode;
        f->from = from;
        f->size = size;
        f->missing = n;
        f->in_piece = true;
        return true;
    }
    if (sscanf(line, "mode %x", &mode) == 1) {
        words_no_file(&c->err, mode, c->what->path);
        call_finish_soon(c);
        return false;
    }
    if (strcmp(line, "denied") == 0)
        return fail(c, ERR_PRIVILEGE, "also by become one may not");
    if (sscanf(line, "%15s %" SCNu64 " %" SCNd64 " %" SCNd64, event, &inode, &from, &size) < 1)
        return fail(c, ERR_SHAPE, "what the command says makes no sense");
    f->inode = (int64_t)inode;
    f->from = from;
    f->size = size;
    tell(c, event, "", 0);
    return true;
}

/* A piece is told when it is whole and holds no token: with one in it, the file was cut while it was copied to us, and fewer bytes came
 * than were announced. False: it is not there yet, or it is over. */
static bool take_piece(struct call *c)
{
    struct following *f = c->own;

    if (f->bytes.len < f->missing)
        return false;
    if (memmem(f->bytes.s, f->missing, f->token, strlen(f->token)))
        return fail(c, ERR_GONE, "it was cut while it was read; follow it again");
    f->in_piece = false;
    tell(c, "data", f->bytes.s, f->missing);
    drop(&f->bytes, f->missing);
    return true;
}

/* False: the same. */
static bool take_next_line(struct call *c)
{
    struct following *f = c->own;
    const char *nl = memchr(f->bytes.s, '\n', f->bytes.len);
    size_t n = nl ? (size_t)(nl - f->bytes.s) : f->bytes.len, token = strlen(f->token);
    char line[256];

    if (!nl && n < sizeof line)
        return false;
    if (n >= sizeof line || n <= token || memcmp(f->bytes.s, f->token, token) != 0)
        return fail(c, ERR_SHAPE, "what the command says makes no sense");
    snprintf(line, sizeof line, "%.*s", (int)(n - token - 1), f->bytes.s + token + 1);
    drop(&f->bytes, n + 1);
    return take_line(c, line);
}

static bool take(struct call *c)
{
    if (c->answered || c->ending)
        return false;
    return ((struct following *)c->own)->in_piece ? take_piece(c) : take_next_line(c);
}

static void on_output(void *data, const char *s, size_t n)
{
    struct call *c = data;

    if (c->answered || c->ending)
        return;
    text_add(&((struct following *)c->own)->bytes, s, n);
    while (take(c))
        continue;
}

static void on_done(void *data, const struct child_result *r)
{
    struct call *c = data;

    if (call_child_done(c) || c->ending)
        return;
    if (!script_failed(c, r))
        words_complaint(&c->err, r->errout->s, "read", c->what->path);
    call_finish(c);
}

static void release(void *own)
{
    text_release(&((struct following *)own)->bytes);
    free(own);
}

void script_follow_begin(struct call *c)
{
    const struct host_call *w = c->what;
    struct following *f = x_calloc(1, sizeof *f);
    struct arena *a = &c->memory;
    size_t slice = c->ask.max_bytes && c->ask.max_bytes < SLICE ? c->ask.max_bytes : SLICE;

    script_token(f->token);
    text_init(&f->bytes, SLICE + 128 * 1024); /* a piece, and what one read of the pipe brings */
    const char *args[] = {w->path, w->from == HOST_FROM_END ? "end" : arena_printf(a, "%" PRId64, w->from),
                          arena_printf(a, "%" PRId64, w->inode), arena_strdup(a, f->token), arena_printf(a, "%zu", slice)};
    c->own = f;
    c->release_own = release;
    c->child = loop_spawn(c->loop, argv_whole(a, c->prefix, script_argv(a, script, args, sizeof args / sizeof *args)), NULL, 0, 64 * 1024,
                          0, on_done, c);
    child_on_output(c->child, on_output);
}
