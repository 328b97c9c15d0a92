#include "feed/jars.h"

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/text.h"
#include "neo4j/tool_lines.h"

enum {
    READ_TOTAL_MAX = 64 * 1024 * 1024, /* bytes of all jars in one look */
    SUMS_AT_ONCE = 50,                 /* files of one command */
};

/* A disk gives some 100 MB a second: no checksum is worth minutes of one. */
static const int64_t sum_file_max = 512ll * 1024 * 1024, sums_total_max = 1024ll * 1024 * 1024;

struct entry {
    struct plugin_file file;  /* its texts are in the arena */
    struct arena arena;
    int64_t inode;
    bool regular;             /* and no pipe, device or socket: those do not end */
    struct jar *reading;
    bool seen;                /* in this look */
    bool read;
    bool again;               /* it could not be read: maybe in the next look */
    size_t question;          /* of the round, + 1; 0: none */
};

struct jars {
    struct entry **v;
    size_t n, cap;
    struct plugin_file *files;
    size_t left_out;          /* of this look, there are too many */
    size_t spent;             /* bytes read in this look */
    size_t sums_question;     /* + 1 */
    struct entry *summed[SUMS_AT_ONCE];
    size_t nsummed;
};

struct jars *jars_new(void)
{
    return x_calloc(1, sizeof(struct jars));
}

static void entry_free(struct entry *e)
{
    struct jar_info unused;

    if (e->reading)
        jar_end(e->reading, &unused, NULL);
    arena_release(&e->arena);
    free(e);
}

void jars_free(struct jars *j)
{
    if (!j)
        return;
    for (size_t i = 0; i < j->n; i++)
        entry_free(j->v[i]);
    free(j->v);
    free(j->files);
    free(j);
}

void jars_begin(struct jars *j)
{
    j->spent = 0;
    j->left_out = 0;
    j->sums_question = 0;
    for (size_t i = 0; i < j->n; i++) {
        struct entry *e = j->v[i];
        struct jar_info unused;

        e->seen = false;
        e->question = 0;
        e->read = e->read && !e->again;
        e->again = false;
        if (e->reading) { /* the look before was given up */
            jar_end(e->reading, &unused, NULL);
            e->reading = NULL;
        }
    }
}

/* ---- what is there ---- */

static struct entry *find(struct jars *j, const char *dir, const char *name)
{
    for (size_t i = 0; i < j->n; i++)
        if (strcmp(j->v[i]->file.name, name) == 0 && strcmp(j->v[i]->file.dir, dir) == 0)
            return j->v[i];
    return NULL;
}

static struct entry *add(struct jars *j)
{
    j->v = x_grow(j->v, &j->cap, j->n + 1, sizeof(*j->v));
    return j->v[j->n++] = x_calloc(1, sizeof(struct entry));
}

static bool is_jar(const char *name)
{
    size_t n = strlen(name);

    return n > 4 && n < 256 && str_ieq(name + n - 4, ".jar") && name[0] != '.';
}

static void note(struct jars *j, enum plugin_place place, const char *dir, const char *name, int64_t size, int64_t mtime_ms, int64_t inode,
                 bool regular)
{
    struct entry *e = find(j, dir, name);

    if (e && e->regular == regular && e->file.size == size && e->file.mtime_ms == mtime_ms && e->inode == inode) {
        e->seen = true;
        return;
    }
    if (!e && j->n >= JARS_MAX) {
        j->left_out++;
        return;
    }
    if (e)
        arena_release(&e->arena);
    else
        e = add(j);
    *e = (struct entry){.inode = inode, .regular = regular, .seen = true};
    e->file = (struct plugin_file){.place = place, .size = size, .mtime_ms = mtime_ms};
    e->file.dir = arena_strdup(&e->arena, dir);
    e->file.name = arena_strdup(&e->arena, name);
    jar_name_split(e->file.name, &e->arena, &e->file.info);
}

void jars_list(struct jars *j, enum plugin_place place, const char *dir, const struct talk *t, size_t answer)
{
    for (size_t row = 0; row < talk_answer(t, answer)->nrows; row++) {
        const char *name = value_str(talk_cell(t, answer, row, "name"), "");
        const char *type = value_str(talk_cell(t, answer, row, "type"), "");

        if (is_jar(name) && strcmp(type, "dir") != 0) /* a pipe of that name is told when it is read */
            note(j, place, dir, name, value_i64(talk_cell(t, answer, row, "size"), 0), value_i64(talk_cell(t, answer, row, "mtime_ms"), 0),
                 value_i64(talk_cell(t, answer, row, "inode"), 0), strcmp(type, "file") == 0);
    }
}

/* ---- reading them ---- */

static void path_of(const struct entry *e, struct text *out)
{
    text_clear(out);
    text_addf(out, "%s/%s", e->file.dir, e->file.name);
}

static void finish(struct entry *e)
{
    if (!jar_end(e->reading, &e->file.info, &e->file.err) && e->file.err.kind == ERR_NONE)
        err_set(&e->file.err, ERR_SHAPE, "it is no jar");
    e->reading = NULL;
    e->read = true;
}

size_t jars_ask(struct jars *j, struct talk *t)
{
    struct text path;
    uint64_t offset;
    size_t asked = 0, n;

    text_init(&path, 8192);
    for (size_t i = 0; i < j->n; i++) {
        struct entry *e = j->v[i];
        if (!e->seen || e->read)
            continue;
        path_of(e, &path);
        if (!e->reading)
            e->reading = jar_begin(path.s, (uint64_t)e->file.size, &e->arena);
        if (!jar_wants(e->reading, &offset, &n)) {
            finish(e);
        } else if (j->spent + n > READ_TOTAL_MAX) {
            finish(e);
            err_set(&e->file.err, ERR_TOO_LARGE, "not read: the jars hold more than neodeck reads in one go");
        } else {
            j->spent += n;
            e->question = talk_read(t, path.s, (int64_t)offset, (int64_t)n) + 1;
            asked++;
        }
    }
    text_release(&path);
    return asked;
}

void jars_take(struct jars *j, struct talk *t)
{
    for (size_t i = 0; i < j->n; i++) {
        struct entry *e = j->v[i];
        size_t len;
        const char *bytes;

        if (!e->question)
            continue;
        bytes = talk_text(t, e->question - 1, "bytes", &len);
        if (talk_answer(t, e->question - 1)->err.kind != ERR_NONE) {
            finish(e);
            e->file.err = talk_answer(t, e->question - 1)->err;
            e->again = true;
        } else {
            jar_give(e->reading, bytes, len);
        }
        e->question = 0;
    }
}

/* ---- checksums ---- */

static bool wants_sum(const struct entry *e)
{
    return e->seen && e->regular && !e->file.sha256 && e->file.place == PLACE_PLUGINS && e->file.err.kind != ERR_PRIVILEGE &&
           e->file.size <= sum_file_max;
}

size_t jars_ask_sums(struct jars *j, struct talk *t)
{
    const char *args[SUMS_AT_ONCE];
    struct text path;
    int64_t total = 0;

    j->nsummed = 0;
    text_init(&path, 8192);
    for (size_t i = 0; i < j->n && j->nsummed < SUMS_AT_ONCE; i++) {
        struct entry *e = j->v[i];
        if (!wants_sum(e) || total + e->file.size > sums_total_max)
            continue;
        total += e->file.size;
        path_of(e, &path);
        args[j->nsummed] = arena_strdup(talk_arena(t), path.s);
        j->summed[j->nsummed++] = e;
    }
    text_release(&path);
    if (j->nsummed)
        j->sums_question = talk_run(t, HOST_CMD_SHA256, args, j->nsummed) + 1;
    return j->nsummed;
}

/* Files that could not be read have no line. */
void jars_take_sums(struct jars *j, struct talk *t)
{
    struct slice sum, of;
    struct text path;
    size_t len;
    const char *s = talk_text(t, j->sums_question - 1, "stdout", &len), *end = s + len;

    text_init(&path, 8192);
    while (sha256_next(&s, end, &sum, &of))
        for (size_t i = 0; i < j->nsummed; i++) {
            struct entry *e = j->summed[i];
            path_of(e, &path);
            if (path.len == of.n && memcmp(path.s, of.s, path.len) == 0)
                e->file.sha256 = arena_strndup(&e->arena, sum.s, sum.n);
        }
    text_release(&path);
    for (size_t i = 0; i < j->nsummed; i++)
        if (!j->summed[i]->file.sha256)
            j->summed[i]->file.sha256 = ""; /* it could not be had: not asked again until the file is another one */
}

/* ---- all of them ---- */

static int by_place_and_name(const void *a, const void *b)
{
    const struct plugin_file *x = a, *y = b;

    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* What is there no more is forgotten. */
static void forget(struct jars *j)
{
    size_t kept = 0;

    for (size_t i = 0; i < j->n; i++) {
        if (j->v[i]->seen)
            j->v[kept++] = j->v[i];
        else
            entry_free(j->v[i]);
    }
    j->n = kept;
}

size_t jars_left_out(const struct jars *j)
{
    return j->left_out;
}

const struct plugin_file *jars_files(struct jars *j, size_t *n)
{
    forget(j);
    free(j->files);
    j->files = x_calloc(j->n + 1, sizeof(*j->files));
    for (size_t i = 0; i < j->n; i++)
        j->files[i] = j->v[i]->file;
    qsort(j->files, j->n, sizeof(*j->files), by_place_and_name);
    *n = j->n;
    return j->files;
}
