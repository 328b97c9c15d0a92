/* Windows of lines. A window is a list of blocks, each with its lines and their text: at both ends blocks come and go whole, so neither a
 * line more nor a line less ever moves the others. */
#include "model/logbook.h"

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "model/logbook_inside.h"

enum { BLOCK_LINES = 256, BLOCK_TEXT = 32 * 1024 };

struct block {
    int64_t first;  /* number of its first line */
    size_t n;
    size_t used, room; /* of text */
    struct logbook_line lines[BLOCK_LINES];
    char text[];
};

struct window {
    struct logbook_log about; /* first member: what is shown of it */
    struct block **blocks;
    size_t n, cap;
    size_t bytes; /* of memory */
};

struct logbook {
    struct err err;
    uint64_t *changes; /* of all logbooks of the model */
    bool end_only;
    struct window *windows[LOGBOOK_LOGS]; /* by pointer: what logbook_log gave stays */
    size_t n;
};

struct logbook *logbook_new(uint64_t *changes)
{
    struct logbook *b = x_calloc(1, sizeof *b);

    b->changes = changes;
    return b;
}

static void touch(struct logbook *b, struct window *w)
{
    w->about.generation++;
    w->about.memory = w->bytes;
    ++*b->changes;
}

/* ---- blocks ---- */

static size_t block_size(const struct block *k)
{
    return sizeof *k + k->room;
}

static struct block *block_new(size_t need)
{
    size_t room = need > BLOCK_TEXT ? need : BLOCK_TEXT;
    struct block *k = x_malloc(sizeof *k + room);

    k->n = k->used = 0;
    k->room = room;
    return k;
}

static void window_empty(struct window *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->blocks[i]);
    w->n = 0;
    w->bytes = 0;
}

void logbook_free(struct logbook *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < b->n; i++) {
        struct window *w = b->windows[i];
        window_empty(w);
        free(w->blocks);
        free((char *)(uintptr_t)w->about.name);
        free((char *)(uintptr_t)w->about.path);
        free(w);
    }
    free(b);
}

/* Room for `n` blocks more at a place. */
static struct block **window_gap(struct window *w, size_t at, size_t n)
{
    w->blocks = x_grow(w->blocks, &w->cap, w->n + n, sizeof(*w->blocks));
    memmove(w->blocks + at + n, w->blocks + at, (w->n - at) * sizeof(*w->blocks));
    w->n += n;
    return w->blocks + at;
}

static void drop_oldest(struct window *w)
{
    w->bytes -= block_size(w->blocks[0]);
    free(w->blocks[0]);
    memmove(w->blocks, w->blocks + 1, --w->n * sizeof(*w->blocks));
    w->about.first = w->blocks[0]->first;
    w->about.from = w->blocks[0]->lines[0].offset;
}

static void drop_newest(struct window *w)
{
    const struct block *k = w->blocks[--w->n];

    w->about.end = k->first;
    w->about.to = k->lines[0].offset;
    w->bytes -= block_size(k);
    free(w->blocks[w->n]);
}

/* ---- lines into blocks ---- */

static uint32_t bounded(uint32_t n)
{
    return n < LOGBOOK_LINE_MAX ? n : LOGBOOK_LINE_MAX;
}

/* What is shown is mostly the end of the line: then it needs no copy. */
static bool shares(const struct logbook_line *l)
{
    return !l->shown || (l->text && l->shown >= l->text && l->shown + l->shown_len == l->text + l->len && l->len <= LOGBOOK_LINE_MAX);
}

static size_t need_of(const struct logbook_line *l)
{
    size_t need = bounded(l->len) + 1u;

    if (!shares(l))
        need += bounded(l->shown_len) + 1u;
    need += (l->category ? strlen(l->category) : 0) + 1;
    return need + (l->database ? strlen(l->database) : 0) + 1;
}

static const char *put(struct block *k, const char *s, size_t n)
{
    char *to = k->text + k->used;

    if (n)
        memcpy(to, s, n);
    to[n] = '\0';
    k->used += n + 1;
    return to;
}

/* Words that most lines have in common with the one before. */
static const char *put_word(struct block *k, const char *word, const char *before)
{
    if (!word || !*word)
        return "";
    return before && strcmp(before, word) == 0 ? before : put(k, word, strlen(word));
}

/* The caller has seen that it fits. */
static void block_add(struct block *k, const struct logbook_line *l)
{
    const struct logbook_line *before = k->n ? &k->lines[k->n - 1] : NULL;
    struct logbook_line *to = &k->lines[k->n++];

    *to = *l;
    to->len = bounded(l->len);
    to->cut |= l->len > LOGBOOK_LINE_MAX;
    to->text = put(k, l->text, to->len);
    if (shares(l)) {
        to->shown_len = l->shown ? l->shown_len : to->len;
        to->shown = to->text + (to->len - to->shown_len);
    } else {
        to->shown_len = bounded(l->shown_len);
        to->shown = put(k, l->shown, to->shown_len);
    }
    to->category = put_word(k, l->category, before ? before->category : NULL);
    to->database = put_word(k, l->database, before ? before->database : NULL);
}

static bool block_fits(const struct block *k, size_t need)
{
    return k->n < BLOCK_LINES && k->room - k->used >= need;
}

/* ---- the logbook ---- */

const struct err *logbook_err(const struct logbook *b)
{
    return &b->err;
}

void logbook_set_err(struct logbook *b, const struct err *e)
{
    err_clear(&b->err);
    if (e)
        b->err = *e;
    ++*b->changes;
}

size_t logbook_logs(const struct logbook *b)
{
    return b->n;
}

const struct logbook_log *logbook_log(const struct logbook *b, size_t log)
{
    return &b->windows[log]->about;
}

static void set_path(struct window *w, const char *path)
{
    char *copy = x_strdup(path ? path : "");

    free((char *)(uintptr_t)w->about.path);
    w->about.path = copy;
}

static size_t find(const struct logbook *b, const char *name)
{
    size_t i = 0;

    while (i < b->n && strcmp(b->windows[i]->about.name, name) != 0)
        i++;
    return i;
}

size_t logbook_add(struct logbook *b, const char *name, const char *path, bool by_default)
{
    size_t i = find(b, name);
    struct window *w;

    if (i == LOGBOOK_LOGS)
        return LOGBOOK_LOGS - 1;
    if (i == b->n) {
        w = b->windows[b->n++] = x_calloc(1, sizeof *w);
        w->about = (struct logbook_log){.name = x_strdup(name), .state = LB_WAITING, .epoch = 1, .lag_ms = -1};
    }
    w = b->windows[i];
    if (!w->about.path || strcmp(w->about.path, path ? path : "") != 0)
        set_path(w, path);
    w->about.by_default = by_default;
    touch(b, w);
    return i;
}

struct logbook_log *logbook_edit(struct logbook *b, size_t log)
{
    touch(b, b->windows[log]);
    return &b->windows[log]->about;
}

void logbook_clear(struct logbook *b, size_t log, int64_t from)
{
    struct window *w = b->windows[log];

    window_empty(w);
    w->about.first = w->about.end = 0;
    w->about.from = w->about.to = from;
    w->about.epoch++;
    touch(b, w);
}

void logbook_end_only(struct logbook *b, bool end_only)
{
    b->end_only = end_only;
}

void logbook_append(struct logbook *b, size_t log, const struct logbook_line *line, int64_t to)
{
    struct window *w = b->windows[log];
    size_t need = need_of(line);

    if (!w->n || !block_fits(w->blocks[w->n - 1], need)) {
        struct block *k = block_new(need);
        k->first = w->about.end;
        *window_gap(w, w->n, 1) = k;
        w->bytes += block_size(k);
        if (w->n == 1)
            w->about.from = line->offset;
    }
    block_add(w->blocks[w->n - 1], line);
    w->about.end++;
    w->about.to = to;
    while (w->bytes > (b->end_only ? LOGBOOK_FOLLOW_MAX : LOGBOOK_WINDOW_MAX) && w->n > 1)
        drop_oldest(w);
    touch(b, w);
}

/* Lines in blocks of their own; returns how many. The numbers begin at `first`. */
static size_t blocks_of(const struct logbook_line *lines, size_t n, int64_t first, struct block ***out)
{
    struct block **blocks = NULL;
    size_t count = 0, cap = 0;

    for (size_t i = 0; i < n; i++) {
        size_t need = need_of(&lines[i]);
        if (!count || !block_fits(blocks[count - 1], need)) {
            blocks = x_grow(blocks, &cap, count + 1, sizeof(*blocks));
            blocks[count] = block_new(need);
            blocks[count++]->first = first + (int64_t)i;
        }
        block_add(blocks[count - 1], &lines[i]);
    }
    *out = blocks;
    return count;
}

bool logbook_prepend(struct logbook *b, size_t log, const struct logbook_line *lines, size_t n, int64_t from)
{
    struct window *w = b->windows[log];
    struct block **blocks;
    size_t count = blocks_of(lines, n, w->about.first - (int64_t)n, &blocks);
    bool whole = true;

    if (count)
        memcpy(window_gap(w, 0, count), blocks, count * sizeof(*blocks));
    free(blocks);
    for (size_t i = 0; i < count; i++)
        w->bytes += block_size(w->blocks[i]);
    w->about.first -= (int64_t)n;
    w->about.from = from;
    for (; w->bytes > LOGBOOK_WINDOW_MAX && w->n > 1; whole = false)
        drop_newest(w);
    touch(b, w);
    return whole;
}

/* ---- reading ---- */

/* The block of a number that is held. */
static const struct block *block_of(const struct window *w, int64_t n)
{
    size_t low = 0, high = w->n;

    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (w->blocks[mid]->first <= n)
            low = mid;
        else
            high = mid;
    }
    return w->blocks[low];
}

const struct logbook_line *logbook_line(const struct logbook *b, size_t log, int64_t n)
{
    const struct block *k = block_of(b->windows[log], n);

    return &k->lines[n - k->first];
}

static struct value text_or_none(struct arena *a, const char *s, size_t n)
{
    return n ? v_copy_text(a, s, n) : v_absent(ABSENT_NULL);
}

void logbook_row(const struct logbook *b, size_t log, int64_t n, const char *instance_name, struct relation *to)
{
    static const char *const levels[] = {
        [LB_NONE] = "", [LB_TRACE] = "TRACE", [LB_DEBUG] = "DEBUG", [LB_INFO] = "INFO", [LB_WARN] = "WARN", [LB_ERROR] = "ERROR",
    };
    const struct logbook_line *l = logbook_line(b, log, n);
    const char *level = levels[l->level <= LB_ERROR ? l->level : LB_NONE], *name = b->windows[log]->about.name;
    struct value *row = relation_add_row(to);
    struct arena *a = &to->arena;

    row[COL_LOGS_INSTANCE] = v_copy_text(a, instance_name, strlen(instance_name));
    row[COL_LOGS_TIME] = l->time_ms == LOGBOOK_NO_TIME ? v_absent(ABSENT_NULL) : v_time(l->time_ms);
    row[COL_LOGS_LEVEL] = text_or_none(a, level, strlen(level));
    row[COL_LOGS_LOG] = v_copy_text(a, name, strlen(name));
    row[COL_LOGS_CATEGORY] = text_or_none(a, l->category, strlen(l->category));
    row[COL_LOGS_DATABASE] = text_or_none(a, l->database, strlen(l->database));
    row[COL_LOGS_TEXT] = v_copy_text(a, l->shown, l->shown_len);
    row[COL_LOGS_OFFSET] = v_int(l->offset);
}
