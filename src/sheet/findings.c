/* The worst-first line: what the rules found, in order, as a sheet and as a line. */
#include "sheet/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "sheet/found.h"

static const struct {
    const char *name;
    void (*rule)(struct findings *, uint32_t instance);
    bool names_instance; /* its text does already */
} kinds[NFOUND] = {
    [FOUND_DATABASE] = {"database", found_database, false},
    [FOUND_LOGIN] = {"login", found_login, true},
    [FOUND_INSTANCE] = {"instance", found_instance, true},
    [FOUND_DISK] = {"disk", found_disk, false},
    [FOUND_ALARM] = {"log", found_alarm, false},
    [FOUND_HEAP] = {"heap", found_heap, false},
    [FOUND_HOST] = {"host", found_host, false},
    [FOUND_BLOCKED] = {"blocked", found_blocked, false},
    [FOUND_IDLE] = {"idle", found_idle, false},
    [FOUND_PAUSE] = {"pause", found_pause, false},
    [FOUND_CHECKPOINT] = {"checkpoint", found_checkpoint, false},
    [FOUND_FILES] = {"files", found_files, false},
    [FOUND_MEMORY] = {"memory", found_memory, false},
    [FOUND_LOGINS] = {"logins", found_logins, false},
    [FOUND_CERTIFICATE] = {"certificate", found_certificate, false},
    [FOUND_INDEX] = {"index", found_index, false},
    [FOUND_RESTART] = {"restart", found_restart, false},
    [FOUND_INSECURE] = {"insecure", found_insecure, true},
};

static const char *const levels[] = {[FINDING_CRITICAL] = "critical", [FINDING_WARNING] = "warning"};

/* ---- for the rules ---- */

void found_add(struct findings *fs, enum finding_level level, enum finding_kind kind, uint32_t instance, const char *subject,
               const char *fmt, ...)
{
    struct text t;
    va_list ap;
    if (fs->count >= FINDINGS_MAX)
        return;
    text_init(&t, 1000);
    va_start(ap, fmt);
    text_vaddf(&t, fmt, ap);
    va_end(ap);
    fs->f = x_grow(fs->f, &fs->cap, fs->count + 1, sizeof *fs->f);
    if (level == FINDING_CRITICAL && kind != FOUND_DISK && found_abandoned(fs, instance))
        level = FINDING_WARNING;
    fs->f[fs->count++] = (struct found){.level = level,
                                        .kind = kind,
                                        .instance = instance,
                                        .subject = arena_strdup(&fs->arena, subject),
                                        .text = arena_strndup(&fs->arena, t.s, t.len)};
    text_release(&t);
}

const char *found_instance_cell(const struct findings *fs, uint32_t instance, size_t col)
{
    const struct relation *own = model_get(fs->m, instance, SHEET_INSTANCES);
    return own && own->nrows ? value_str(relation_cell(own, 0, col), "") : "";
}

const struct relation *found_source(const struct findings *fs, uint32_t instance, enum sheet_id sheet)
{
    const struct relation *r = model_get(fs->m, instance, sheet);
    if (!r || r->missing || state_is_down(found_instance_cell(fs, instance, COL_INSTANCES_STATE)))
        return NULL;
    return r;
}

const char *found_span(int64_t ms, char *buf, size_t n)
{
    long long s = ms / 1000;
    if (s < 60)
        snprintf(buf, n, "%lld s", s);
    else if (s < 60 * 60)
        snprintf(buf, n, "%lld min", s / 60);
    else if (s < 48 * 60 * 60)
        snprintf(buf, n, "%lld h", s / 3600);
    else
        snprintf(buf, n, "%lld d", s / 86400);
    return buf;
}

/* ---- the sheet ---- */

static void add_row(struct relation *r, const struct model *m, const struct found *f)
{
    struct value *c = relation_add_row(r);
    const char *name = model_instance_name(m, f->instance);
    c[COL_FINDINGS_LEVEL] = v_text(levels[f->level]);
    c[COL_FINDINGS_INSTANCE] = v_copy_text(&r->arena, name, strlen(name));
    c[COL_FINDINGS_KIND] = v_text(kinds[f->kind].name);
    c[COL_FINDINGS_SUBJECT] = v_copy_text(&r->arena, f->subject, strlen(f->subject));
    c[COL_FINDINGS_TEXT] = v_copy_text(&r->arena, f->text, strlen(f->text));
}

static struct relation *as_relation(const struct findings *fs)
{
    struct relation *r = relation_new(MODEL_NO_INSTANCE, SHEET_FINDINGS);
    for (int level = FINDING_CRITICAL; level <= FINDING_WARNING; level++)
        for (size_t i = 0; i < fs->count; i++)
            if ((int)fs->f[i].level == level)
                add_row(r, fs->m, &fs->f[i]);
    return r;
}

bool found_same_rows(const struct relation *a, const struct relation *b)
{
    if (!a || a->nrows != b->nrows || a->missing)
        return false;
    for (size_t i = 0; i < a->nrows * a->ncols; i++)
        if (!value_equal(a->cells[i], b->cells[i]))
            return false;
    return true;
}

/* Nothing is published when nothing changed: who listens to the model may call this at each news. */
void findings_update(struct model *m, int64_t wall_ms)
{
    struct findings fs = {.m = m};
    struct relation *r;
    for (int kind = 0; kind < NFOUND; kind++)
        for (uint32_t i = 0; i < model_instances(m); i++)
            kinds[kind].rule(&fs, i);
    r = as_relation(&fs);
    r->taken_ms = model_newest(m) ? model_newest(m) : wall_ms;
    arena_release(&fs.arena);
    free(fs.f);
    if (found_same_rows(model_get(m, MODEL_NO_INSTANCE, SHEET_FINDINGS), r))
        relation_free(r);
    else
        model_publish(m, r);
}

/* ---- the line ---- */

static const struct relation *published(const struct model *m)
{
    return model_get(m, MODEL_NO_INSTANCE, SHEET_FINDINGS);
}

static bool text_names_instance(const char *kind)
{
    for (int k = 0; k < NFOUND; k++)
        if (strcmp(kinds[k].name, kind) == 0)
            return kinds[k].names_instance;
    return true;
}

static void add_clean(struct text *out, const char *s)
{
    text_add_clean(out, s, strlen(s), CLEAN_ONE_LINE);
}

static void finding_words(const struct relation *r, size_t row, bool many, struct text *out)
{
    const char *instance = value_str(relation_cell(r, row, COL_FINDINGS_INSTANCE), "");
    if (many && *instance && !text_names_instance(value_str(relation_cell(r, row, COL_FINDINGS_KIND), ""))) {
        add_clean(out, instance);
        text_adds(out, ": ");
    }
    add_clean(out, value_str(relation_cell(r, row, COL_FINDINGS_TEXT), ""));
}

/* Columns that " · +n more" takes behind a finding when `left` others do not fit. */
static int more_width(size_t left)
{
    char words[40];
    return left ? 2 + snprintf(words, sizeof words, " +%zu more", left) : 0;
}

enum { ONE_AT_LEAST = 36 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* One long finding must not hide the others. */
static int cut_width(int cols)
{
    return cols / 2 > ONE_AT_LEAST ? cols / 2 : ONE_AT_LEAST;
}

static int words_width(const struct relation *r, size_t row, bool many)
{
    struct text t;
    int width = 0;
    text_init(&t, 4096);
    finding_words(r, row, many, &t);
    width = utf8_width(t.s, t.len);
    text_release(&t);
    return width;
}

/* Columns that finding i gets where `room` are left, "+n more" not counted; 0: none. It is cut where that lets the next one be
 * read, too, and the first one always where it must. */
static int finding_room(const struct relation *r, size_t i, bool many, int cols, int room)
{
    int whole = words_width(r, i, many), cut = least(whole, cut_width(cols));
    size_t left = r->nrows - i - 1;
    int last = room - more_width(left);
    if (left) {
        int next = 3 + least(words_width(r, i + 1, many), cut_width(cols)) + more_width(left - 1);
        if (whole + next > room && cut + next <= room)
            return cut;
    }
    if (i == 0 || whole <= last)
        return least(whole, last);
    return cut <= last ? cut : 0;
}

static void add_cut(struct text *out, const struct text *one, int cols)
{
    int used;
    size_t fit;
    if (utf8_width(one->s, one->len) <= cols) {
        text_add(out, one->s, one->len);
        return;
    }
    fit = utf8_fit(one->s, one->len, cols - 1, &used);
    text_add(out, one->s, fit);
    text_adds(out, "…");
}

void findings_line(const struct model *m, bool many, int cols, struct text *out)
{
    const struct relation *r = published(m);
    struct text one;
    int used = 0;
    size_t i;
    if (!r || !r->nrows)
        return;
    text_init(&one, 4096);
    for (i = 0; i < r->nrows; i++) {
        size_t before = out->len;
        int room = finding_room(r, i, many, cols, cols - used - (i ? 3 : 0));
        if (room < 1)
            break;
        text_clear(&one);
        finding_words(r, i, many, &one);
        text_adds(out, i ? " · " : "");
        add_cut(out, &one, room);
        used += utf8_width(out->s + before, out->len - before);
    }
    if (i < r->nrows && used + more_width(r->nrows - i) <= cols)
        text_addf(out, " · +%zu more", r->nrows - i);
    text_release(&one);
}

/* ---- the status ---- */

static bool has_answered(const struct model *m, uint32_t instance)
{
    const struct relation *own = model_get(m, instance, SHEET_INSTANCES);
    if (own && own->nrows && relation_cell(own, 0, COL_INSTANCES_AGE).type != V_ABSENT)
        return true;
    for (unsigned s = 0; s < NSHEETS; s++) {
        const struct relation *r = sheet_of_server(s) ? model_get(m, instance, s) : NULL;
        if (r && !r->missing && r->taken_ms)
            return true;
    }
    return false;
}

/* The one thing that a machine knows as well as its server would: that there is none. */
static bool is_known_down(const struct model *m, uint32_t instance)
{
    const struct relation *r = model_get(m, instance, SHEET_HOST);
    const char *status = r && !r->missing ? value_str(relation_cell(r, 0, COL_HOST_STATUS), "") : "";

    return strcmp(status, "stopped") == 0 || strcmp(status, "failed") == 0;
}

/* A machine without its server says what is wrong, never that all is well. */
int findings_status(const struct model *m)
{
    const struct relation *r = published(m);
    bool answered = false, by_server = false;
    int worst = 0;
    for (uint32_t i = 0; i < model_instances(m) && !by_server; i++) {
        by_server = has_answered(m, i);
        answered = answered || by_server || is_known_down(m, i);
    }
    if (!answered)
        return 3;
    for (size_t i = 0; r && i < r->nrows; i++) {
        bool critical = strcmp(value_str(relation_cell(r, i, COL_FINDINGS_LEVEL), ""), levels[FINDING_CRITICAL]) == 0;
        int status = critical ? 2 : 1;
        worst = status > worst ? status : worst;
    }
    return worst == 0 && !by_server ? 3 : worst;
}
