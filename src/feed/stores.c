/* What each database takes on the disk: its store, and its transaction logs. Names are those of directories, since the server need not
 * be up. */
#include "feed/host.h"

#include <string.h>

enum { STORES_MOST = SIZES_MOST / 2, FILES_MOST = 20000 };

static const char tx_file[] = "neostore.transaction.db.";

/* One database, by its directories. */
struct store {
    const char *name;
    const char *store_path, *tx_path;   /* NULL: there is none */
    const char *store_reach, *tx_reach; /* where we see them */
    bool inside;                      /* before 4.0: the transaction logs lie in the store */
    size_t files;                     /* number of the answer that lists those */
};

/* In the arena of the talk of its task. */
struct stores {
    const char *databases, *transactions; /* directories; transactions NULL: each in its store */
    size_t databases_answer, transactions_answer;
    struct store of[STORES_MOST];
    size_t n;
};

static struct store *store_of(struct stores *s, struct arena *a, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->of[i].name, name) == 0)
            return &s->of[i];
    if (s->n == STORES_MOST)
        return NULL;
    s->of[s->n] = (struct store){.name = arena_strdup(a, name)};
    return &s->of[s->n++];
}

/* The directories that an answer lists, as stores or as transaction logs. */
static void take_names(struct stores *s, struct talk *t, size_t answer, const char *directory, bool tx)
{
    struct arena *a = talk_arena(t);

    for (size_t row = 0; row < talk_answer(t, answer)->nrows; row++) {
        const char *name = value_str(talk_cell(t, answer, row, "name"), ""), *path;
        struct store *to;
        if (!*name || *name == '.' || strcmp(value_str(talk_cell(t, answer, row, "type"), ""), "dir") != 0 || !(to = store_of(s, a, name)))
            continue;
        path = arena_printf(a, "%s/%s", directory, name);
        *(tx ? &to->tx_path : &to->store_path) = path;
    }
}

static void reach(struct stores *s, struct talk *t, const struct site *site)
{
    for (size_t i = 0; i < s->n; i++) {
        struct store *st = &s->of[i];
        st->store_reach = st->store_path ? past_reach(site, talk_arena(t), st->store_path) : NULL;
        st->tx_reach = st->tx_path ? past_reach(site, talk_arena(t), st->tx_path) : NULL;
    }
}

static void find_stores(struct stores *s, struct talk *t)
{
    take_names(s, t, s->databases_answer, s->databases, false);
    if (s->transactions) {
        take_names(s, t, s->transactions_answer, s->transactions, true);
        return;
    }
    for (size_t i = 0; i < s->n; i++) {
        s->of[i].tx_path = s->of[i].store_path;
        s->of[i].inside = true;
    }
}

/* ---- rows ---- */

struct tx_files {
    int64_t n, bytes, oldest, newest; /* bytes as the files are long; times 0: none */
};

static struct tx_files count_files(struct talk *t, size_t answer)
{
    struct tx_files f = {0};

    for (size_t row = 0; row < talk_answer(t, answer)->nrows; row++) {
        int64_t at = value_i64(talk_cell(t, answer, row, "mtime_ms"), 0);
        if (!str_starts(value_str(talk_cell(t, answer, row, "name"), ""), tx_file))
            continue;
        f.n++;
        f.bytes += value_i64(talk_cell(t, answer, row, "size"), 0);
        f.newest = at > f.newest ? at : f.newest;
        f.oldest = !f.oldest || at < f.oldest ? at : f.oldest;
    }
    return f;
}

static void row_files(const struct store *s, struct talk *t, struct value *c)
{
    const struct err *e = &talk_answer(t, s->files)->err;
    struct tx_files f = count_files(t, s->files);
    enum absent why = e->kind != ERR_NONE ? e->absent : ABSENT_NULL;

    c[COL_STORES_TX_FILES] = e->kind == ERR_NONE ? v_int(f.n) : v_absent(why);
    c[COL_STORES_TX_OLDEST] = f.n ? v_time(f.oldest) : v_absent(why);
    c[COL_STORES_WRITTEN] = f.n ? v_time(f.newest) : v_absent(why);
    if (!s->inside)
        return;
    c[COL_STORES_TX_LOGS] = e->kind == ERR_NONE ? v_int(f.bytes) : v_absent(why);
    if (e->kind == ERR_NONE && value_is(c[COL_STORES_STORE], V_INT))
        c[COL_STORES_STORE] = v_int(c[COL_STORES_STORE].u.i > f.bytes ? c[COL_STORES_STORE].u.i - f.bytes : 0);
}

static void add_row(const struct past *p, struct talk *t, const struct store *s, const char *instance, struct relation *rel)
{
    struct value *c = relation_add_row(rel);

    for (size_t i = 0; i < rel->ncols; i++)
        c[i] = v_absent(ABSENT_NULL);
    c[COL_STORES_INSTANCE] = text_cell(&rel->arena, instance, ABSENT_NULL);
    c[COL_STORES_DATABASE] = text_cell(&rel->arena, s->name, ABSENT_NULL);
    c[COL_STORES_STORE] = s->store_path ? sizes_of(&p->stores, s->store_reach) : v_absent(ABSENT_NOT_APPLICABLE);
    c[COL_STORES_TX_LOGS] = s->tx_path && !s->inside ? sizes_of(&p->stores, s->tx_reach) : v_absent(ABSENT_NOT_APPLICABLE);
    c[COL_STORES_STORE_PATH] = text_cell(&rel->arena, s->store_path, ABSENT_NOT_APPLICABLE);
    c[COL_STORES_TX_PATH] = text_cell(&rel->arena, s->tx_path, ABSENT_NOT_APPLICABLE);
    if (s->tx_path)
        row_files(s, t, c);
    if (!s->store_path)
        c[COL_STORES_MESSAGE] = v_text("transaction logs without a store");
    else if (!s->tx_path)
        c[COL_STORES_MESSAGE] = v_text("a store without transaction logs");
}

static void measure(struct source *s, const struct stores *st)
{
    const char *paths[SIZES_MOST];
    size_t n = 0;

    for (size_t i = 0; i < st->n; i++) {
        if (st->of[i].store_path)
            paths[n++] = st->of[i].store_reach;
        if (st->of[i].tx_path && !st->of[i].inside)
            paths[n++] = st->of[i].tx_reach;
    }
    sizes_want(&s->past->stores, s, SHEET_STORES, SIZES_MOST, paths, n);
}

static void finish(struct talk *talk, void *data)
{
    struct task *t = data;
    struct feed *f = task_feed(t);
    struct source *s = task_source(f, t);
    struct stores *st = s->past->stored_at;
    struct relation *rel = relation_new(t->instance, SHEET_STORES);

    measure(s, st);
    for (size_t i = 0; i < st->n; i++)
        add_row(s->past, talk, &st->of[i], model_instance_name(f->model, t->instance), rel);
    task_publish(f, t, rel);
    if (!sizes_known(&s->past->stores))
        t->settled = false;
}

/* ---- questions ---- */

static void on_names(struct talk *talk, void *data)
{
    struct task *t = data;
    struct feed *f = task_feed(t);
    struct stores *st = task_source(f, t)->past->stored_at;
    const struct err *e = &talk_answer(talk, st->databases_answer)->err;
    size_t before = talk_asked(talk);

    if (e->kind != ERR_NONE) {
        task_failed(f, t, e);
        return;
    }
    find_stores(st, talk);
    reach(st, talk, task_site(f, t));
    for (size_t i = 0; i < st->n; i++)
        if (st->of[i].tx_path)
            st->of[i].files = talk_list(talk, st->of[i].tx_reach, FILES_MOST);
    if (talk_asked(talk) > before)
        talk_go(talk, finish);
    else
        finish(talk, t);
}

/* Where the transaction logs are: before 4.0 in the store, unless one folder is given. */
static const char *transactions_of(const struct site *site, struct arena *a)
{
    struct text path;
    enum path_from from;
    const char *found = NULL;

    text_init(&path, 4096);
    from = site_path(site, SETTING_DIR_TX_LOGS, &path);
    if (path.len && (from == PATH_GIVEN || site->version.major == 0 || site->version.major >= 4))
        found = arena_strdup(a, path.s);
    text_release(&path);
    return found;
}

void stores_start(struct feed *f, struct task *t)
{
    struct past *p = past_of(task_source(f, t));
    const struct site *site = task_site(f, t);
    struct text data;
    struct talk *talk;
    struct stores *st;
    struct err e;

    if (task_no_site(f, t, &e)) {
        task_failed(f, t, &e);
        return;
    }
    talk = task_talk(f, t);
    p->stored_at = st = arena_zalloc(talk_arena(talk), sizeof *st);
    text_init(&data, 4096);
    site_path(site, SETTING_DIR_DATA, &data);
    st->databases = arena_printf(talk_arena(talk), "%s/databases", data.s);
    st->transactions = transactions_of(site, talk_arena(talk));
    text_release(&data);
    st->databases_answer = talk_list(talk, past_reach(site, talk_arena(talk), st->databases), FILES_MOST);
    if (st->transactions)
        st->transactions_answer = talk_list(talk, past_reach(site, talk_arena(talk), st->transactions), FILES_MOST);
    talk_go(talk, on_names);
}
