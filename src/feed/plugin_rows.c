#include "feed/plugin_rows.h"

#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "neo4j/plugin_rules.h"
#include "neo4j/plugins.h"

/* While the rows are made. */
struct making {
    struct relation *rel;
    const struct plugin_facts *p;
    bool *used; /* files that have their row */
};

static const char *const place_words[] = {[PLACE_LABS] = "labs/", [PLACE_PRODUCTS] = "products/"};

static struct value copied(struct making *m, const char *s)
{
    return s && *s ? v_copy_text(&m->rel->arena, s, strlen(s)) : v_absent(ABSENT_NULL);
}

static bool server_answers(const struct making *m)
{
    return m->p->server.kind == ERR_NONE;
}

/* The plugin that a file is; NULL: none that is known. Names of one plugin that came to have two prefixes are one. */
static const char *prefix_of(const struct plugin_file *f)
{
    return plugin_of_jar(&f->info);
}

static bool same_plugin(const char *a, const char *b)
{
    const struct plugin *x = plugin_find(a), *y = plugin_find(b);

    return str_ieq(a, b) || (x && y && strcmp(x->name, y->name) == 0);
}

static bool begins_with_word(const char *s, const char *word)
{
    size_t n = strlen(word);

    return s && strncmp(s, word, n) == 0 && (s[n] == '\0' || s[n] == '.');
}

/* Is it a file of what has this prefix? One of your own is told by its group or module: com.acme. */
static bool belongs(const struct plugin_file *f, const char *prefix)
{
    const char *known = prefix_of(f);

    if (known)
        return same_plugin(known, prefix);
    return begins_with_word(f->info.group, prefix) || begins_with_word(f->info.module, prefix);
}

/* What comes beside a plugin: apoc-common. */
static bool is_part(const struct plugin_file *f)
{
    return f->info.name && strstr(f->info.name, "-common") != NULL;
}

/* How well a file fits to be the one that is loaded. */
static int likeness(const struct plugin_file *f, const char *version)
{
    return (f->err.kind == ERR_NONE ? 4 : 0) + (is_part(f) ? 0 : 2) + (version && f->info.version && strcmp(version, f->info.version) == 0);
}

static long main_file(const struct making *m, const char *prefix, const char *version)
{
    long best = -1;

    for (size_t i = 0; i < m->p->nfiles; i++) {
        const struct plugin_file *f = &m->p->files[i];
        if (m->used[i] || f->place != PLACE_PLUGINS || !belongs(f, prefix))
            continue;
        if (best < 0 || likeness(f, version) > likeness(&m->p->files[best], version))
            best = (long)i;
    }
    return best;
}

/* ---- cells ---- */

static struct value *add_row(struct making *m, const char *plugin, const char *state)
{
    struct value *c = relation_add_row(m->rel);
    enum absent loaded_why = server_answers(m) ? ABSENT_NOT_APPLICABLE : m->p->server.absent;
    enum absent file_why = m->p->host.kind == ERR_NONE ? ABSENT_NOT_APPLICABLE : m->p->host.absent;

    for (size_t i = 0; i < m->rel->ncols; i++)
        c[i] = v_absent(file_why);
    c[COL_PLUGINS_INSTANCE] = copied(m, m->p->instance);
    c[COL_PLUGINS_PLUGIN] = copied(m, plugin);
    c[COL_PLUGINS_STATE] = v_text(state);
    c[COL_PLUGINS_PROCEDURES] = c[COL_PLUGINS_FUNCTIONS] = v_absent(loaded_why);
    c[COL_PLUGINS_VERSION] = v_absent(ABSENT_NULL);
    c[COL_PLUGINS_FIT] = c[COL_PLUGINS_ALLOWED] = v_absent(ABSENT_NOT_APPLICABLE);
    c[COL_PLUGINS_MESSAGE] = v_absent(ABSENT_NULL);
    return c;
}

static void say(struct making *m, struct value *c, const char *words)
{
    struct text t;

    if (!words || !*words)
        return;
    text_init(&t, 2000);
    if (c[COL_PLUGINS_MESSAGE].type == V_TEXT)
        text_addf(&t, "%s; ", c[COL_PLUGINS_MESSAGE].u.s);
    text_adds(&t, words);
    c[COL_PLUGINS_MESSAGE] = copied(m, t.s);
    text_release(&t);
}

static void file_cells(struct making *m, struct value *c, size_t file)
{
    const struct plugin_file *f = &m->p->files[file];

    m->used[file] = true;
    c[COL_PLUGINS_FILE] = copied(m, f->name);
    c[COL_PLUGINS_PATH] = copied(m, f->dir);
    c[COL_PLUGINS_FILE_VERSION] = copied(m, f->info.version);
    c[COL_PLUGINS_SIZE] = v_int(f->size);
    c[COL_PLUGINS_CHANGED] = f->mtime_ms ? v_time(f->mtime_ms) : v_absent(ABSENT_NULL);
    c[COL_PLUGINS_SHA256] = f->sha256 ? copied(m, f->sha256) : v_absent(ABSENT_NOT_ASKED);
    if (c[COL_PLUGINS_VERSION].type == V_ABSENT)
        c[COL_PLUGINS_VERSION] = c[COL_PLUGINS_FILE_VERSION];
    if (f->err.kind != ERR_NONE)
        say(m, c, f->err.words);
    else
        say(m, c, f->info.trouble);
}

static void fit_cell(struct making *m, struct value *c, const char *prefix)
{
    static const char *const names[] = {[PLUGIN_FIT_UNKNOWN] = "unknown", [PLUGIN_FITS] = "yes", [PLUGIN_FITS_NOT] = "no"};
    const char *version = value_str(c[COL_PLUGINS_VERSION], "");
    struct text words;
    enum plugin_fit fit;

    if (!*m->p->server_version || !*version) {
        c[COL_PLUGINS_FIT] = v_absent(ABSENT_NULL);
        return;
    }
    text_init(&words, 400);
    fit = plugin_fits(prefix, version, m->p->server_version, &words);
    c[COL_PLUGINS_FIT] = v_text(names[fit]);
    if (fit == PLUGIN_FITS_NOT)
        say(m, c, words.s);
    text_release(&words);
}

static enum procedures_let allowed_cell(struct making *m, struct value *c, const char *prefix)
{
    static const char *const words[] = {[PROCEDURES_NONE] = "none", [PROCEDURES_SOME] = "some", [PROCEDURES_ALL] = "all"};
    enum procedures_let let, unrestricted;
    struct text t;

    if (!m->p->allowlist) {
        c[COL_PLUGINS_ALLOWED] = v_absent(m->p->host.kind == ERR_NONE ? ABSENT_NULL : m->p->host.absent);
        return PROCEDURES_ALL;
    }
    let = procedures_let_plugin(m->p->allowlist, prefix);
    unrestricted = procedures_let_plugin(m->p->unrestricted ? m->p->unrestricted : "", prefix);
    text_init(&t, 64);
    text_adds(&t, words[let]);
    if (unrestricted != PROCEDURES_NONE)
        text_adds(&t, unrestricted == PROCEDURES_ALL ? ", unrestricted" : ", some unrestricted");
    c[COL_PLUGINS_ALLOWED] = copied(m, t.s);
    text_release(&t);
    return let;
}

/* ---- what is loaded ---- */

static void loaded_file(struct making *m, struct value *c, const struct plugin_loaded *l)
{
    const char *version = value_str(l->version, "");
    long file = main_file(m, l->prefix, version);
    const char *file_version;

    if (file >= 0 && !is_part(&m->p->files[file])) { /* what belongs to it does not stand for it */
        file_cells(m, c, (size_t)file);
        file_version = value_str(c[COL_PLUGINS_FILE_VERSION], "");
        if (*version && *file_version && strcmp(version, file_version) != 0) {
            char *words = x_printf("%s is loaded, the file is %s: a restart loads that", version, file_version);
            say(m, c, words);
            free(words);
        }
    } else if (m->p->host.kind == ERR_NONE && plugin_find(l->prefix)) {
        c[COL_PLUGINS_STATE] = v_text("file gone");
        say(m, c, "its file is gone: after the next start it is not there");
    } else if (m->p->host.kind == ERR_NONE) {
        say(m, c, "which file it comes from is not known");
    }
}

static void loaded_row(struct making *m, const struct plugin_loaded *l)
{
    struct value *c = add_row(m, l->prefix, "loaded");

    c[COL_PLUGINS_PROCEDURES] = l->procedures;
    c[COL_PLUGINS_FUNCTIONS] = l->functions;
    c[COL_PLUGINS_VERSION] = value_copy(&m->rel->arena, l->version);
    say(m, c, l->trouble);
    loaded_file(m, c, l);
    fit_cell(m, c, l->prefix);
    allowed_cell(m, c, l->prefix);
}

/* ---- what is only a file ---- */

/* APOC as Maven has it is two jars, and with one of them the server refuses to start (seen on 5.26). */
static bool lacks_common(const struct making *m, const struct plugin_file *f)
{
    if (!f->info.artifact || strcmp(f->info.artifact, "apoc-core") != 0 || !str_starts(f->name, "apoc-core-"))
        return false;
    for (size_t i = 0; i < m->p->nfiles; i++)
        if (m->p->files[i].place == PLACE_PLUGINS && str_starts(m->p->files[i].name, "apoc-common"))
            return false;
    return true;
}

static const char *why_not_loaded(const struct making *m, const struct plugin_file *f, enum procedures_let let)
{
    if (let == PROCEDURES_NONE)
        return "dbms.security.procedures.allowlist (before 4.2 .whitelist) lets none of it in";
    if (lacks_common(m, f))
        return "without apoc-common beside it the server does not start";
    if (m->p->started_ms && f->mtime_ms > m->p->started_ms)
        return "it was put there after the server started: a restart loads it";
    return "the server knows no procedure of it: see neo4j.log and debug.log of its start";
}

static bool loaded_already(const struct making *m, const char *prefix)
{
    for (size_t i = 0; i < m->p->nloaded; i++)
        if (same_plugin(m->p->loaded[i].prefix, prefix))
            return true;
    return false;
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* The same artifact twice, in two versions; APOC's core and extended are two artifacts of one plugin. */
static bool is_second(const struct making *m, size_t file)
{
    const struct jar_info *f = &m->p->files[file].info;

    for (size_t i = 0; i < m->p->nfiles; i++) {
        const struct jar_info *other = &m->p->files[i].info;
        if (i != file && m->used[i] && m->p->files[i].place == PLACE_PLUGINS && same_text(f->name, other->name) &&
            same_text(f->classifier, other->classifier))
            return true;
    }
    return false;
}

/* Another file of a plugin that has its row. */
static void further_row(struct making *m, size_t file, const char *prefix)
{
    const struct plugin_file *f = &m->p->files[file];
    bool part = !is_second(m, file);
    struct value *c = add_row(m, part && f->info.name ? f->info.name : prefix, part ? "part" : "second");
    char *words = x_printf(part ? "belongs to %s" : "a second file of %s: the server refuses to start, or takes one of them", prefix);

    file_cells(m, c, file);
    fit_cell(m, c, prefix);
    say(m, c, words);
    free(words);
}

static void waiting_row(struct making *m, size_t file, const char *prefix)
{
    const struct plugin_file *f = &m->p->files[file];
    struct value *c = add_row(m, prefix, "not loaded");
    enum procedures_let let;

    file_cells(m, c, file);
    fit_cell(m, c, prefix);
    let = allowed_cell(m, c, prefix);
    if (!server_answers(m)) {
        c[COL_PLUGINS_STATE] = v_text("present");
        if (lacks_common(m, f))
            say(m, c, why_not_loaded(m, f, let));
        return;
    }
    if (let == PROCEDURES_NONE)
        c[COL_PLUGINS_STATE] = v_text("refused");
    say(m, c, why_not_loaded(m, f, let));
}

static void unknown_row(struct making *m, size_t file)
{
    const struct plugin_file *f = &m->p->files[file];
    struct value *c = add_row(m, f->info.name ? f->info.name : f->name, f->err.kind == ERR_SHAPE ? "no jar" : "file");

    file_cells(m, c, file);
    if (f->err.kind == ERR_NONE)
        say(m, c, "a library, or a plugin that neodeck does not know");
}

static void available_row(struct making *m, size_t file)
{
    const struct plugin_file *f = &m->p->files[file];
    const char *prefix = prefix_of(f);
    struct value *c = add_row(m, prefix ? prefix : f->info.name ? f->info.name : f->name, "available");
    char *words = x_printf("in %s: a copy in plugins/ and a restart enable it", place_words[f->place]);

    file_cells(m, c, file);
    if (prefix)
        fit_cell(m, c, prefix);
    if (prefix && loaded_already(m, prefix))
        c[COL_PLUGINS_MESSAGE] = v_absent(ABSENT_NULL);
    else
        say(m, c, words);
    free(words);
}

/* ---- in their order ---- */

static void rows_of_files(struct making *m)
{
    for (size_t i = 0; i < m->p->nfiles; i++) {
        const char *prefix = m->used[i] || m->p->files[i].place != PLACE_PLUGINS ? NULL : prefix_of(&m->p->files[i]);
        long file = prefix && !loaded_already(m, prefix) ? main_file(m, prefix, NULL) : -1;
        bool first = file >= 0;

        for (size_t k = 0; first && k < m->rel->nrows; k++)
            first = !same_plugin(value_str(relation_cell(m->rel, k, COL_PLUGINS_PLUGIN), ""), prefix);
        if (first)
            waiting_row(m, (size_t)file, prefix);
    }
    for (size_t i = 0; i < m->p->nfiles; i++) {
        const char *prefix = prefix_of(&m->p->files[i]);
        if (m->used[i] || m->p->files[i].place != PLACE_PLUGINS)
            continue;
        if (prefix)
            further_row(m, i, prefix);
        else
            unknown_row(m, i);
    }
    for (size_t i = 0; i < m->p->nfiles; i++)
        if (!m->used[i])
            available_row(m, i);
}

/* ---- what is not known ---- */

static void directory_row(struct making *m, const char *words)
{
    struct value *c = add_row(m, "(directory)", "not read");

    c[COL_PLUGINS_PATH] = copied(m, m->p->directory);
    say(m, c, words);
}

static void gap_rows(struct making *m)
{
    char *words;

    if (!m->p->directory)
        return;
    if (m->p->host.kind != ERR_NONE)
        directory_row(m, m->p->host.words);
    if (!m->p->left_out)
        return;
    words = x_printf("%zu more files: so many are not looked at", m->p->left_out);
    directory_row(m, words);
    free(words);
}

void plugin_rows(struct relation *rel, const struct plugin_facts *p)
{
    struct making m = {.rel = rel, .p = p, .used = x_calloc(p->nfiles + 1, sizeof(bool))};

    for (size_t i = 0; i < p->nloaded; i++)
        if (*p->loaded[i].prefix && !plugin_is_builtin(p->loaded[i].prefix))
            loaded_row(&m, &p->loaded[i]);
    rows_of_files(&m);
    gap_rows(&m);
    free(m.used);
}
