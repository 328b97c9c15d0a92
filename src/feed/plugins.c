/* SHEET_PLUGINS: what the server has loaded, and what lies in its directories. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "feed/hosted.h"
#include "feed/jars.h"
#include "feed/past.h"
#include "base/clock.h"
#include "neo4j/plugins.h"

enum { LOADED_MAX = 200, NPLACES = 3 };

struct plugins {
    struct jars *jars;
    /* of the look that goes on; answers are in its talk */
    bool asked_server, asked_host;
    size_t procedures, functions;        /* answers */
    size_t dirs[NPLACES];                /* answers, where asked_host */
    const char *paths[NPLACES];
    struct plugin_loaded loaded[LOADED_MAX];
    size_t nloaded;
    size_t versions[LOADED_MAX];         /* answers + 1; 0: not asked */
};

void plugins_release(struct plugins *p)
{
    if (!p)
        return;
    jars_free(p->jars);
    free(p);
}

static struct plugins *plugins_of(struct task *t)
{
    struct source *s = task_source(task_feed(t), t);

    if (!s->plugins) {
        s->plugins = x_calloc(1, sizeof(*s->plugins));
        s->plugins->jars = jars_new();
    }
    return s->plugins;
}

/* ---- what is loaded ---- */

static struct plugin_loaded *loaded_of(struct plugins *p, const char *prefix)
{
    for (size_t i = 0; i < p->nloaded; i++)
        if (strcmp(p->loaded[i].prefix, prefix) == 0)
            return &p->loaded[i];
    if (p->nloaded == LOADED_MAX)
        return NULL;
    p->loaded[p->nloaded] = (struct plugin_loaded){
        .prefix = prefix, .procedures = v_int(0), .functions = v_int(0), .version = v_absent(ABSENT_NOT_APPLICABLE)};
    return &p->loaded[p->nloaded++];
}

static struct value count_cell(const struct talk *t, size_t answer, size_t row, const char *name)
{
    struct value v = talk_cell(t, answer, row, name);

    return v.type == V_INT ? v : v_absent(ABSENT_WRONG_SHAPE);
}

static int by_prefix(const void *a, const void *b)
{
    return strcmp(((const struct plugin_loaded *)a)->prefix, ((const struct plugin_loaded *)b)->prefix);
}

static void take_loaded(struct plugins *p, const struct talk *t)
{
    const struct err *no_functions = &talk_answer(t, p->functions)->err;

    for (size_t row = 0; row < talk_answer(t, p->procedures)->nrows; row++) {
        struct plugin_loaded *l = loaded_of(p, value_str(talk_cell(t, p->procedures, row, "prefix"), ""));
        if (l)
            l->procedures = count_cell(t, p->procedures, row, "procedures");
    }
    for (size_t row = 0; row < talk_answer(t, p->functions)->nrows; row++) {
        struct plugin_loaded *l = loaded_of(p, value_str(talk_cell(t, p->functions, row, "prefix"), ""));
        if (l)
            l->functions = count_cell(t, p->functions, row, "functions");
    }
    for (size_t i = 0; no_functions->kind != ERR_NONE && i < p->nloaded; i++)
        p->loaded[i].functions = v_absent(no_functions->absent);
    qsort(p->loaded, p->nloaded, sizeof(*p->loaded), by_prefix);
}

static void ask_versions(struct plugins *p, struct talk *t)
{
    for (size_t i = 0; i < p->nloaded; i++) {
        const struct plugin *known = plugin_find(p->loaded[i].prefix);
        if (known && known->version != STMT_NONE)
            p->versions[i] = talk_statement(t, known->version, NULL, NULL, 0) + 1;
    }
}

static void take_versions(struct plugins *p, const struct talk *t)
{
    for (size_t i = 0; i < p->nloaded; i++) {
        const struct talk_answer *a = p->versions[i] ? talk_answer(t, p->versions[i] - 1) : NULL;
        struct value v;

        if (!a || (a->err.kind == ERR_NONE && a->ncols == 0)) /* not asked, or on its way */
            continue;
        v = talk_cell(t, p->versions[i] - 1, 0, "version");
        p->loaded[i].version = v.type == V_TEXT || v.type == V_ABSENT ? v : v_absent(ABSENT_WRONG_SHAPE);
        p->loaded[i].trouble = a->err.kind != ERR_NONE ? a->err.words : NULL;
    }
}

/* ---- the answer ---- */

static const char *setting(const struct site *site, enum setting_id id)
{
    return site->config ? config_get(site->config, id).text : NULL;
}

static struct relation *rows(struct feed *f, struct task *t)
{
    struct plugins *p = plugins_of(t);
    const struct source *s = task_source(f, t);
    const struct site *site = task_site(f, t);
    struct relation *rel = relation_new(t->instance, SHEET_PLUGINS);
    struct plugin_facts facts = {.instance = model_instance_name(f->model, t->instance),
                                 .loaded = p->loaded,
                                 .nloaded = p->nloaded,
                                 .allowlist = setting(site, SETTING_PROC_ALLOWLIST),
                                 .unrestricted = setting(site, SETTING_PROC_UNRESTRICTED),
                                 .server_version = s->state.version ? s->state.version : "",
                                 .started_ms = site->started_ms};
    char version[64];

    if (!*facts.server_version && site->version.major) {
        snprintf(version, sizeof version, "%d.%d.%d", site->version.major, site->version.minor, site->version.patch);
        facts.server_version = version;
    }
    if (p->asked_server)
        facts.server = talk_answer(t->talk, p->procedures)->err;
    else
        state_error(s, &facts.server);
    if (p->asked_host)
        facts.host = talk_answer(t->talk, p->dirs[PLACE_PLUGINS])->err;
    else
        facts.host = site->err;
    facts.directory = p->asked_host ? p->paths[PLACE_PLUGINS] : NULL;
    facts.left_out = jars_left_out(p->jars);
    facts.files = jars_files(p->jars, &facts.nfiles);
    plugin_rows(rel, &facts);
    return rel;
}

/* Neither the server nor its directory could be asked. */
static bool nothing(struct feed *f, struct task *t)
{
    struct plugins *p = plugins_of(t);
    struct err e = {0};

    if (!p->asked_server && state_connecting(task_source(f, t)) && talk_answer(t->talk, p->dirs[PLACE_PLUGINS])->err.kind != ERR_NONE) {
        hosted_drop(f, t); /* it is asked again when that is over */
        return true;
    }
    if (p->asked_server && talk_answer(t->talk, p->procedures)->err.kind == ERR_NONE)
        return false;
    if (p->asked_host && talk_answer(t->talk, p->dirs[PLACE_PLUGINS])->err.kind == ERR_NONE)
        return false;
    if (p->asked_server)
        e = talk_answer(t->talk, p->procedures)->err;
    else
        state_error(task_source(f, t), &e);
    task_failed(f, t, &e);
    return true;
}

static void on_sums(struct talk *talk, void *data)
{
    struct task *t = data;
    struct feed *f = task_feed(t);
    struct plugins *p = plugins_of(t);

    jars_take_sums(p->jars, talk);
    task_publish(f, t, rows(f, t));
}

/* Checksums of large files take seconds: what is known is shown before. */
static void publish_then_sums(struct feed *f, struct task *t)
{
    struct plugins *p = plugins_of(t);
    struct relation *first = rows(f, t);

    if (!jars_ask_sums(p->jars, t->talk)) {
        task_publish(f, t, first);
        return;
    }
    first->taken_ms = clock_wall_ms();
    model_publish(f->model, first);
    talk_go(t->talk, on_sums);
}

/* ---- the rounds ---- */

static void on_more(struct talk *talk, void *data)
{
    struct task *t = data;
    struct feed *f = task_feed(t);
    struct plugins *p = plugins_of(t);

    take_versions(p, talk);
    jars_take(p->jars, talk);
    if (jars_ask(p->jars, talk))
        talk_go(talk, on_more);
    else
        publish_then_sums(f, t);
}

static void on_lists(struct talk *talk, void *data)
{
    struct task *t = data;
    struct feed *f = task_feed(t);
    struct plugins *p = plugins_of(t);
    size_t before = talk_asked(talk);

    if (nothing(f, t))
        return;
    if (p->asked_server) {
        take_loaded(p, talk);
        ask_versions(p, talk);
    }
    for (int i = 0; p->asked_host && i < NPLACES; i++)
        jars_list(p->jars, (enum plugin_place)i, p->paths[i], talk, p->dirs[i]);
    jars_ask(p->jars, talk);
    if (talk_asked(talk) > before)
        talk_go(talk, on_more);
    else
        publish_then_sums(f, t);
}

static void ask_directories(struct plugins *p, const struct site *site, struct talk *t)
{
    struct text path;

    text_init(&path, 8192);
    site_path(site, SETTING_DIR_PLUGINS, &path);
    p->paths[PLACE_PLUGINS] = arena_strdup(talk_arena(t), path.s);
    p->paths[PLACE_LABS] = arena_printf(talk_arena(t), "%s/labs", site->install.home);
    p->paths[PLACE_PRODUCTS] = arena_printf(talk_arena(t), "%s/products", site->install.home);
    for (int i = 0; i < NPLACES; i++) {
        p->paths[i] = past_reach(site, talk_arena(t), p->paths[i]);
        p->dirs[i] = talk_list(t, p->paths[i], JARS_MAX * 10);
    }
    text_release(&path);
}

void plugins_start(struct feed *f, struct task *t)
{
    struct plugins *p = plugins_of(t);
    struct talk *talk = task_talk(f, t);
    struct err e = {0};

    p->nloaded = 0;
    memset(p->versions, 0, sizeof p->versions);
    p->asked_host = !task_no_site(f, t, &e);
    p->asked_server = task_source(f, t)->askable;
    jars_begin(p->jars);
    if (p->asked_server) {
        p->procedures = talk_statement(talk, STMT_PROCEDURES, NULL, NULL, 0);
        p->functions = talk_statement(talk, STMT_PLUGIN_FUNCTIONS, NULL, NULL, 0);
    }
    if (p->asked_host)
        ask_directories(p, task_site(f, t), talk);
    if (talk_asked(talk)) {
        talk_go(talk, on_lists);
        return;
    }
    if (state_connecting(task_source(f, t))) { /* it is asked when that is over */
        hosted_drop(f, t);
        return;
    }
    state_error(task_source(f, t), &e);
    task_failed(f, t, &e);
}
