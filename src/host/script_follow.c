/* Following a file by a command that runs as long as it is followed: sh holds the file open and says in frames (script_frames.h) what comes
 * next. Looks once a second, and says now and then that it does: a disk that hangs would look like a file that nobody writes to. */
#include "host/script.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "host/script_frames.h"

enum { ALIVE_MS = 3000, GRACE_MS = 1000 };

struct followed {
    struct frames frames;
    struct timer *pulse; /* of the command, once it began */
    bool late;           /* perhaps it was neodeck that stood still: what came meanwhile is read first */
};

/* $1 path, $2 from ("end", or negative: before the end), $3 inode or 0, $4 token, $5 most bytes of a piece.
 * Descriptor 3 is the file that is read; /proc/self/fd/3 opened again begins at its beginning, also when its name is gone. */
static const char script[] =
    "p=$1 from=$2 want=$3 max=$5 cur= gone= looks=0 f=/proc/self/fd/3\n"
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
    "  looks=$((looks + 1)); [ $looks -lt 2 ] || { looks=0; say alive; }\n"
    "  sleep 1\n"
    "done\n";

static void tell(struct call *c, const struct frame *f)
{
    struct value cells[NFOLLOW] = {
        [FOLLOW_EVENT] = v_text(f->event),
        [FOLLOW_BYTES] = v_textn(f->len ? f->bytes : "", f->len),
        [FOLLOW_FROM] = v_int(f->from),
        [FOLLOW_INODE] = f->inode ? v_int(f->inode) : v_absent(ABSENT_NULL),
        [FOLLOW_SIZE] = v_int(f->size),
    };

    call_reply(c, &(struct found){.names = follow_names, .cells = cells, .ncols = NFOLLOW, .nrows = 1});
}

static bool fail(struct call *c, enum err_kind kind, const char *words)
{
    return err_set(&c->err, kind, "cannot read '%.160s': %s", c->what->path, words);
}

/* ---- whether it is alive ---- */

static void heard(struct call *c)
{
    struct followed *f = c->own;

    f->late = false;
    c->since_ms = clock_mono_ms();
    timer_set(f->pulse, ALIVE_MS + call_deadline_ms(c));
}

static void on_silence(void *data)
{
    struct call *c = data;
    struct followed *f = c->own;

    if (!f->late) {
        f->late = true;
        timer_set(f->pulse, GRACE_MS);
        return;
    }
    call_too_late(c);
}

/* ---- what it says ---- */

/* False: there is nothing more for now, or it is over. */
static bool take(struct call *c)
{
    struct followed *f = c->own;
    struct frame now;

    if (c->answered || c->ending)
        return false;
    switch (frames_next(&f->frames, &now)) {
    case FRAME_NONE: return false;
    case FRAME_ALIVE: heard(c); return true;
    case FRAME_EVENT:
        heard(c);
        tell(c, &now);
        return true;
    case FRAME_NO_FILE: words_no_file(&c->err, now.mode, c->what->path); break;
    case FRAME_DENIED: fail(c, ERR_PRIVILEGE, "also by become one may not"); break;
    case FRAME_CUT: fail(c, ERR_GONE, "it was cut while it was read; follow it again"); break;
    case FRAME_NONSENSE: fail(c, ERR_SHAPE, "what the command says makes no sense"); break;
    }
    call_finish_soon(c);
    return false;
}

static void on_output(void *data, const char *s, size_t n)
{
    struct call *c = data;

    if (c->answered || c->ending)
        return;
    frames_add(&((struct followed *)c->own)->frames, s, n);
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

static void end(struct call *c)
{
    timer_free(((struct followed *)c->own)->pulse);
}

static void release(void *own)
{
    frames_release(&((struct followed *)own)->frames);
    free(own);
}

void script_follow_begin(struct call *c)
{
    const struct host_call *w = c->what;
    struct followed *f = x_calloc(1, sizeof *f);
    struct arena *a = &c->memory;
    size_t slice = c->ask.max_bytes && c->ask.max_bytes < SLICE ? c->ask.max_bytes : SLICE;
    char token[SCRIPT_TOKEN];

    script_token(token);
    frames_init(&f->frames, token, SLICE);
    const char *args[] = {w->path, w->from == HOST_FROM_END ? "end" : arena_printf(a, "%" PRId64, w->from),
                          arena_printf(a, "%" PRId64, w->inode), arena_strdup(a, token), arena_printf(a, "%zu", slice)};
    f->pulse = loop_timer(c->loop, on_silence, c);
    c->own = f;
    c->end = end;
    c->release_own = release;
    c->child = loop_spawn(c->loop, argv_whole(a, c->prefix, script_argv(a, script, args, sizeof args / sizeof *args)), NULL, 0, 64 * 1024,
                          0, on_done, c);
    child_on_output(c->child, on_output);
}
