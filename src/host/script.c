/* Operations on files by commands, for whoever has to become somebody else first, and for carriers that can only run something. Fixed
 * scripts for sh with what they are about as arguments; stat, find, tail, head and df of GNU and of busybox do. Times are in whole
 * seconds here, and LIST does not tell where links point. */
#include "host/script.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* $1 path, $2 format. Where a link leads nowhere, the link itself. */
static const char stat_script[] = "s=$(stat -L -c \"$2\" -- \"$1\" 2>/dev/null) || s=$(stat -c \"$2\" -- \"$1\") || exit 1\n"
                                  "printf '%s\\n' \"$s\"\n"
                                  "[ ! -h \"$1\" ] || readlink -- \"$1\"\n";

/* $1 path, $2 and $3 formats of what is there, and of the links among it: one that leads nowhere is only in the second list. */
static const char list_script[] = "find \"$1/.\" ! -name . -prune -exec stat -L -c \"$2\" -- {} +\n"
                                  "find \"$1/.\" ! -name . -prune -type l -exec stat -c \"$3\" -- {} +\n";

/* $1 path, $2 from, $3 bytes, $4 format. Nothing but a regular file is opened. */
static const char read_script[] = "s=$(stat -L -c \"$4\" -- \"$1\") || exit 1\n"
                                  "size=${s#*/}\n"
                                  "at=$2; [ \"$at\" -ge 0 ] || at=$((${size%%/*} + at)); [ \"$at\" -ge 0 ] || at=0\n"
                                  "printf '%s %s\\n' \"$at\" \"$s\"\n"
                                  "[ -f \"$1\" ] || exit 0\n"
                                  "tail -c \"+$((at + 1))\" -- \"$1\" | head -c \"$3\"\n";

/* $1 path, $2 format */
static const char space_script[] = "stat -f -c \"$2\" -- \"$1\" && df -P -- \"$1\" | tail -n 1\n";

/* $1 path, $2 mode of a new one, $3 bytes that must arrive. As replace.c does it. */
static const char write_script[] =
    "p=$1 m=$2 o=\n"
    "if [ -h \"$p\" ]; then p=$(readlink -f -- \"$p\") && [ -e \"$p\" ] || { echo 'No such file' >&2; exit 1; }; fi\n"
    "d=${p%/*}\n"
    "if [ -e \"$p\" ]; then\n"
    "  [ -f \"$p\" ] || { stat -L -c 'mode %f' -- \"$p\"; exit 1; }\n"
    "  [ -w \"$p\" ] || { echo 'Permission denied' >&2; exit 1; }\n"
    "  m=$(stat -c %a -- \"$p\") && o=$(stat -c %u:%g -- \"$p\") || exit 1\n"
    "fi\n"
    "t=$(mktemp \"$d/.neodeck-XXXXXX\") || exit 1\n"
    "trap 'rm -f -- \"$t\"' EXIT\n"
    "trap 'exit 1' HUP INT TERM\n"
    "cat >\"$t\" || exit 1\n"
    "[ \"$(wc -c <\"$t\")\" -eq \"$3\" ] || { echo 'not all of it arrived' >&2; exit 1; }\n"
    "[ -z \"$o\" ] || [ \"$(stat -c %u:%g -- \"$t\")\" = \"$o\" ] || chown \"$o\" \"$t\" || exit 1\n"
    "chmod \"$m\" \"$t\" && { sync \"$t\" 2>/dev/null || sync; } && mv -f -- \"$t\" \"$p\" || exit 1\n"
    "sync \"${d:-/}\" 2>/dev/null\n"
    "stat -c 'inode %i' -- \"$p\"\n";

/* ---- running a script ---- */

const char *const *script_argv(struct arena *a, const char *script, const char *const *args, size_t n)
{
    const char **argv = arena_zalloc(a, (n + 5) * sizeof *argv);

    argv[0] = "sh";
    argv[1] = "-c";
    argv[2] = script;
    argv[3] = "sh";
    for (size_t i = 0; i < n; i++)
        argv[4 + i] = args[i];
    return argv;
}

bool script_failed(struct call *c, const struct child_result *r)
{
    static const char *const sh[] = {"sh", NULL};

    if (r->cancelled) /* by the loop, which is going */
        return !err_set(&c->err, ERR_CANCELLED, "given up");
    if (r->error)
        return !err_set(&c->err, ERR_UNREACHABLE, "%s", r->error);
    return r->exit_status != 0 &&
           (words_not_run(&c->err, r->errout->s) || words_sudo(&c->err, c->prefix, sh, r->errout->s));
}

/* What is taken from outside as one word of ours must be one that nobody outside can know. */
void script_token(char token[SCRIPT_TOKEN])
{
    uint64_t r;

    if (getrandom(&r, sizeof r, 0) != (ssize_t)sizeof r)
        abort();
    snprintf(token, SCRIPT_TOKEN, "%016" PRIx64, r);
}

static bool take_number(const char **s, const char *end, int base, uint64_t *out)
{
    char digits[24];
    const char *slash = memchr(*s, '/', (size_t)(end - *s));
    size_t n = slash ? (size_t)(slash - *s) : 0;

    if (!n || n >= sizeof digits || !isxdigit((unsigned char)**s))
        return false;
    memcpy(digits, *s, n);
    digits[n] = '\0';
    *out = strtoull(digits, NULL, base);
    *s = slash + 1;
    return true;
}

static bool take_name(const char **s, const char *end, char name[64])
{
    const char *slash = memchr(*s, '/', (size_t)(end - *s));
    size_t n = slash ? (size_t)(slash - *s) : 64;

    if (n >= 64)
        return false;
    memcpy(name, *s, n);
    name[n] = '\0';
    *s = slash + 1;
    return true;
}

/* From the n bytes at s; what is behind it, NULL: that is none. */
static const char *script_stat(const char *s, size_t n, struct stat *st, char user[64], char group[64])
{
    enum { MODE, SIZE, MTIME, UID, GID, INODE, DEVICE, NUMBERS };
    const char *end = s + n;
    uint64_t numbers[NUMBERS];

    for (size_t i = 0; i < NUMBERS; i++)
        if (!take_number(&s, end, i == MODE ? 16 : 10, &numbers[i]))
            return NULL;
    *st = (struct stat){
        .st_mode = (mode_t)numbers[MODE],
        .st_size = numbers[SIZE] <= INT64_MAX ? (off_t)numbers[SIZE] : 0,
        .st_mtim.tv_sec = numbers[MTIME] <= INT64_MAX / 1000 ? (time_t)numbers[MTIME] : 0,
        .st_uid = (uid_t)numbers[UID],
        .st_gid = (gid_t)numbers[GID],
        .st_ino = numbers[INODE],
        .st_dev = numbers[DEVICE],
    };
    return take_name(&s, end, user) && take_name(&s, end, group) ? s : NULL;
}

static bool complain(struct call *c, const struct child_result *r)
{
    return words_complaint(&c->err, r->errout->s, doing_name(c->what->what), c->what->path);
}

static bool nonsense(struct call *c)
{
    return err_set(&c->err, ERR_SHAPE, "cannot %s '%.200s': what stat answers makes no sense", doing_name(c->what->what), c->what->path);
}

/* ---- what they answer ---- */

static void put_row(struct found *f, struct value *row, const struct stat *st, const char *user, const char *group)
{
    stat_row(f, row, st, strcmp(user, "UNKNOWN") == 0 ? NULL : user, strcmp(group, "UNKNOWN") == 0 ? NULL : group);
}

static bool take_stat(struct call *c, const struct child_result *r)
{
    struct found *f = &c->found;
    const char *rest, *end;
    char user[64], group[64];
    struct value row[NSTAT];
    struct stat st;

    if (r->exit_status != 0)
        return complain(c, r);
    rest = script_stat(r->out->s, r->out->len, &st, user, group);
    if (!rest || *rest != '\n')
        return nonsense(c);
    for (size_t i = 0; i < NSTAT; i++)
        row[i] = v_absent(ABSENT_NULL);
    put_row(f, row, &st, user, group);
    end = strrchr(++rest, '\n'); /* where the link points may hold some, too */
    if (end)
        row[STAT_LINK] = v_copy_text(&f->memory, rest, (size_t)(end - rest));
    found_rows(f, stat_names + STAT_TYPE, NSTAT - STAT_TYPE, 1);
    memcpy(f->cells, row + STAT_TYPE, (NSTAT - STAT_TYPE) * sizeof *row);
    return true;
}

struct listed {
    struct value name;
    struct stat st;
    char user[64], group[64];
    bool link; /* of the second list */
};

static int by_name_and_list(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    int order = value_compare(x->name, y->name);

    return order ? order : x->link - y->link;
}

/* "e/FIELDS/PATH", n bytes */
static bool take_entry(struct call *c, const char *s, size_t n, struct listed *l)
{
    size_t prefix = strlen(c->what->path) + strlen("/./");
    const char *end = s + n, *path = n > 2 ? script_stat(s + 2, n - 2, &l->st, l->user, l->group) : NULL;

    if (!path || (size_t)(end - path) <= prefix)
        return false;
    l->link = s[0] == 'l';
    l->name = v_copy_text(&c->found.memory, path + prefix, (size_t)(end - path) - prefix);
    return true;
}

/* Each entry is "TOKEN e/..." or "TOKEN l/..." and a newline. A name may hold newlines, but not the token. */
static size_t take_entries(struct call *c, const struct text *out, struct listed **list)
{
    const char *token = c->own, *end = out->s + out->len, *at, *next;
    size_t n = 0, cap = 0, len = strlen(token);

    *list = NULL;
    for (at = memmem(out->s, out->len, token, len); at && end - at > (ptrdiff_t)len + 1; at = next) {
        at += len + 1;
        next = memmem(at, (size_t)(end - at), token, len);
        *list = x_grow(*list, &cap, n + 1, sizeof **list);
        const char *stop = next ? next : end; /* and a newline before it */
        n += stop > at && take_entry(c, at, (size_t)(stop - at) - 1, &(*list)[n]);
    }
    if (n)
        qsort(*list, n, sizeof **list, by_name_and_list);
    return n;
}

static bool take_list(struct call *c, const struct child_result *r)
{
    struct found *f = &c->found;
    const char *said = strstr(r->errout->s, "find: ");
    size_t n, rows = 0, limit = c->what->n > 0 && c->what->n < LIST_MAX ? (size_t)c->what->n : LIST_MAX;
    struct listed *list;

    if (said && strstr(said, "Not a directory"))
        return err_set(&c->err, ERR_SHAPE, "'%.200s' is no directory", c->what->path);
    if (said)
        return words_complaint(&c->err, said, "list", c->what->path);
    n = take_entries(c, r->out, &list);
    found_rows(f, stat_names, NSTAT, n);
    for (size_t i = 0; i < n; i++) {
        struct value *row = f->cells + rows * NSTAT;
        if (i > 0 && value_equal(list[i].name, list[i - 1].name))
            continue;
        row[STAT_NAME] = list[i].name;
        put_row(f, row, &list[i].st, list[i].user, list[i].group);
        rows++;
    }
    f->nrows = rows;
    free(list);
    if (rows > limit || r->out->full)
        return err_set(&c->err, ERR_TOO_LARGE, "'%.200s' holds more than %zu files", c->what->path, limit);
    return true;
}

static size_t wanted(const struct call *c)
{
    size_t max = call_max_bytes(c);

    return c->what->n > 0 && (uint64_t)c->what->n < max ? (size_t)c->what->n : max;
}

static bool take_read(struct call *c, const struct child_result *r)
{
    struct found *f = &c->found;
    const char *nl = memchr(r->out->s, '\n', r->out->len);
    char user[64], group[64], *fields;
    int64_t from = strtoll(r->out->s, &fields, 10);
    struct stat st;

    if (!nl)
        return complain(c, r);
    if (fields >= nl || *fields != ' ' || script_stat(fields + 1, (size_t)(nl - fields - 1), &st, user, group) != nl)
        return nonsense(c);
    if (!S_ISREG(st.st_mode))
        return words_no_file(&c->err, st.st_mode, c->what->path);
    size_t len = r->out->len - (size_t)(nl + 1 - r->out->s);
    if (!len && r->errout->len)
        return complain(c, r);
    found_rows(f, read_names, NREAD, 1);
    f->cells[READ_BYTES] = v_textn(nl + 1, len);
    f->cells[READ_FROM] = v_int(from);
    f->cells[READ_SIZE] = v_int(st.st_size);
    f->cells[READ_INODE] = v_int((int64_t)st.st_ino);
    f->cells[READ_EOF] = v_bool(len < wanted(c) || (st.st_size > 0 && from + (int64_t)len >= st.st_size));
    f->cells[READ_MTIME] = v_time((int64_t)st.st_mtim.tv_sec * 1000);
    return true;
}

/* "/dev/sda1 1000 500 500 50% /where it is"; the fifth is "-" where there is nothing to measure */
static void take_df(struct found *f, const char *line)
{
    const char *device = line, *at = line;
    size_t len = strcspn(line, " \n");

    for (int i = 0; i < 5; i++) {
        at += strcspn(at, " \n");
        at += strspn(at, " ");
    }
    if (*at != '/')
        return;
    f->cells[SPACE_DEVICE] = v_copy_text(&f->memory, device, len);
    f->cells[SPACE_MOUNT] = v_copy_text(&f->memory, at, strcspn(at, "\n"));
}

static bool take_space(struct call *c, const struct child_result *r)
{
    struct found *f = &c->found;
    const char *nl = strchr(r->out->s, '\n');
    uint64_t block, total, vacant, available, inodes, inodes_free;
    char fs[64];

    if (r->exit_status != 0 || !nl)
        return complain(c, r);
    if (sscanf(r->out->s, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %63s", &block, &total, &vacant,
               &available, &inodes, &inodes_free, fs) != 7)
        return nonsense(c);
    found_rows(f, space_names, NSPACE, 1);
    f->cells[SPACE_TOTAL] = v_int((int64_t)(total * block));
    f->cells[SPACE_FREE] = v_int((int64_t)(vacant * block));
    f->cells[SPACE_AVAILABLE] = v_int((int64_t)(available * block));
    if (inodes) {
        f->cells[SPACE_INODES] = v_int((int64_t)inodes);
        f->cells[SPACE_INODES_FREE] = v_int((int64_t)inodes_free);
    }
    f->cells[SPACE_FS] = v_copy_text(&f->memory, fs, strlen(fs));
    take_df(f, nl + 1);
    return true;
}

static bool take_write(struct call *c, const struct child_result *r)
{
    uint64_t inode;
    unsigned mode;

    if (sscanf(r->out->s, "mode %x", &mode) == 1)
        return words_no_file(&c->err, mode, c->what->path);
    if (r->exit_status != 0 || sscanf(r->out->s, "inode %" SCNu64, &inode) != 1)
        return complain(c, r);
    found_rows(&c->found, written_names, NWRITTEN, 1);
    c->found.cells[WRITTEN_BYTES] = v_int((int64_t)c->what->in_len);
    c->found.cells[WRITTEN_INODE] = v_int((int64_t)inode);
    return true;
}

/* ---- what is run ---- */

bool script_take(struct call *c, const struct child_result *r)
{
    static bool (*const takes[])(struct call *, const struct child_result *) = {
        [HOST_STAT] = take_stat, [HOST_LIST] = take_list, [HOST_READ] = take_read, [HOST_STATVFS] = take_space,
        [HOST_WRITE] = take_write,
    };

    return takes[c->what->what](c, r);
}

static void on_done(void *data, const struct child_result *r)
{
    struct call *c = data;

    if (call_child_done(c))
        return;
    if (!script_failed(c, r))
        script_take(c, r);
    call_finish(c);
}

static size_t most_output(const struct call *c)
{
    return c->what->what == HOST_READ ? wanted(c) + 4096 : c->what->what == HOST_LIST ? 64 * 1024 * 1024 : 64 * 1024;
}

void script_begin(struct call *c)
{
    const struct host_call *w = c->what;
    struct arena *a = &c->memory;
    char token[SCRIPT_TOKEN];
    const char *script = NULL, *args[4] = {w->path};
    size_t n = 2;

    script_token(token);
    switch (w->what) {
    case HOST_STAT:
        script = stat_script;
        args[1] = SCRIPT_STAT;
        break;
    case HOST_LIST:
        script = list_script;
        c->own = arena_strdup(a, token);
        args[1] = arena_printf(a, "%s e/%s%%n", token, SCRIPT_STAT);
        args[2] = arena_printf(a, "%s l/%s%%n", token, SCRIPT_STAT);
        n = 3;
        break;
    case HOST_READ:
        script = read_script;
        args[1] = arena_printf(a, "%" PRId64, w->from);
        args[2] = arena_printf(a, "%zu", wanted(c));
        args[3] = SCRIPT_STAT;
        n = 4;
        break;
    case HOST_STATVFS:
        script = space_script;
        args[1] = "%S %b %f %a %c %d %T";
        break;
    default:
        script = write_script;
        args[1] = arena_printf(a, "%o", w->n > 0 ? (unsigned)w->n & 0777 : 0640);
        args[2] = arena_printf(a, "%zu", w->in_len);
        n = 3;
    }
    c->child = loop_spawn(c->loop, argv_whole(a, c->prefix, script_argv(a, script, args, n)), w->what == HOST_WRITE ? w->in : NULL,
                          w->what == HOST_WRITE ? w->in_len : 0, most_output(c), 0, on_done, c);
}
