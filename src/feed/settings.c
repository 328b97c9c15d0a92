/* Settings of an instance: asked of its server, where that is up, and read from its configuration, where that is known. */
#include "feed/hosted.h"

#include <stdlib.h>
#include <string.h>
#include "feed/settings_rows.h"

/* "No Value" is how 4.x writes nothing. */
static struct value text_cell(const struct talk *t, size_t row, const char *name, const char *older)
{
    struct value v = talk_cell(t, 0, row, name);

    if (v.type == V_ABSENT && older)
        v = talk_cell(t, 0, row, older);
    if (v.type == V_TEXT && (v.len == 0 || strcmp(v.u.s, "No Value") == 0))
        return v_absent(ABSENT_NULL);
    return v;
}

static bool has_column(const struct talk_answer *a, const char *name)
{
    for (size_t i = 0; i < a->ncols; i++)
        if (strcmp(a->names[i], name) == 0)
            return true;
    return false;
}

static struct value typed(const struct talk *t, size_t row, const char *name, const char *older, enum value_type type)
{
    const struct talk_answer *a = talk_answer(t, 0);
    struct value v = text_cell(t, row, name, older);

    if (!has_column(a, name) && !(older && has_column(a, older)))
        return v_absent(ABSENT_VERSION);
    return v.type == type || v.type == V_ABSENT ? v : v_absent(ABSENT_WRONG_SHAPE);
}

static struct server_setting server_setting(const struct talk *t, size_t row)
{
    return (struct server_setting){
        .name = value_str(talk_cell(t, 0, row, "name"), ""),
        .value = typed(t, row, "value", NULL, V_TEXT),
        .by_default = typed(t, row, "defaultValue", NULL, V_TEXT),
        .startup = typed(t, row, "startupValue", NULL, V_TEXT),
        .dynamic = typed(t, row, "isDynamic", "dynamic", V_BOOL),
        .explicitly = typed(t, row, "isExplicitlySet", "explicitlySet", V_BOOL),
        .deprecated = typed(t, row, "isDeprecated", NULL, V_BOOL),
        .valid = typed(t, row, "validValues", NULL, V_TEXT),
        .description = typed(t, row, "description", NULL, V_TEXT),
    };
}

/* Why there is nothing at all: the server, if anything is to be said of it, then the machine. */
static void nothing(struct feed *f, struct task *t, const struct err *server)
{
    struct err e = *server;

    if (e.kind == ERR_NONE && !task_no_site(f, t, &e))
        e = task_site(f, t)->config_err;
    if (e.kind == ERR_NONE)
        err_set(&e, ERR_UNREACHABLE, "neither the server nor its neo4j.conf can be asked");
    task_failed(f, t, &e);
}

/* t->talk NULL: the server was not asked, `why` tells. */
static void publish(struct feed *f, struct task *t, const struct err *why)
{
    const struct talk_answer *a = t->talk ? talk_answer(t->talk, 0) : NULL;
    const struct site *site = task_site(f, t);
    const struct config *config = site->state == SITE_FOUND ? site->config : NULL;
    enum absent no_file = site->state == SITE_FOUND ? site->config_err.absent : ABSENT_HOST;
    bool told = a && a->err.kind == ERR_NONE;
    struct server_setting *server = x_calloc(told ? a->nrows + 1 : 1, sizeof *server);
    struct relation *rel;

    if (!told && !config) {
        free(server);
        nothing(f, t, a ? &a->err : why);
        return;
    }
    rel = relation_new(t->instance, SHEET_SETTINGS);
    for (size_t row = 0; told && row < a->nrows; row++)
        server[row] = server_setting(t->talk, row);
    settings_rows(rel, model_instance_name(f->model, t->instance), server, told ? a->nrows : 0, told && a->nrows > 0,
                  told ? ABSENT_NULL : a ? a->err.absent : ABSENT_SERVER, config, no_file ? no_file : ABSENT_HOST);
    if (!told)
        rel->err = a ? a->err : *why;
    free(server);
    task_publish(f, t, rel);
}

static void on_answer(struct talk *talk, void *data)
{
    struct task *t = data;

    publish(task_feed(t), t, &talk_answer(talk, 0)->err);
}

void settings_start(struct feed *f, struct task *t)
{
    const struct source *s = task_source(f, t);
    struct err why;

    if (s->askable) {
        talk_statement(task_talk(f, t), STMT_SETTINGS, NULL, NULL, 0);
        talk_go(t->talk, on_answer);
        return;
    }
    if (state_connecting(s)) { /* it is asked when that is over */
        hosted_drop(f, t);
        return;
    }
    state_error(s, &why);
    publish(f, t, &why);
}
