/* Paths, versions, and for each target what was found, from where. */
#include "app/app.h"

#include <stdlib.h>

#include "conf/paths.h"

static void path_line(struct text *out, const char *what, char *path, const struct err *e)
{
    text_addf(out, "%-12s %s\n", what, path ? path : e->words);
    free(path);
}

static void option_line(struct text *out, const struct instance_conf *conf, enum option_id id, const char *name, const char *value)
{
    text_addf(out, "  %-12s %s  (", name, value);
    instance_conf_origin(conf, id, out);
    text_adds(out, ")\n");
}

static void instance_lines(struct app *a, uint32_t i, struct text *out)
{
    static const char *const auths[] = {[CONF_AUTH_BASIC] = "basic", [CONF_AUTH_BEARER] = "bearer", [CONF_AUTH_NONE] = "none"};
    const struct instance_conf *conf = &a->inst[i].conf;
    const struct relation *rel = model_get(a->model, i, SHEET_INSTANCES);

    text_addf(out, "\ninstance %s\n", conf->name);
    option_line(out, conf, OPT_URI, "uri", conf->uri);
    option_line(out, conf, OPT_AUTH, "auth", auths[conf->auth]);
    if (conf->auth != CONF_AUTH_NONE)
        option_line(out, conf, OPT_USER, "user", conf->user);
    option_line(out, conf, OPT_READ_ONLY, "read_only", conf->read_only || a->read_only ? "yes" : "no");
    if (rel && rel->nrows) {
        text_addf(out, "  %-12s %s, login %s", "state", value_str(relation_cell(rel, 0, COL_INSTANCES_STATE), "?"),
                  value_str(relation_cell(rel, 0, COL_INSTANCES_LOGIN), "?"));
        text_addf(out, " %s\n", value_str(relation_cell(rel, 0, COL_INSTANCES_MESSAGE), ""));
    }
    if (a->link)
        link_describe(a->link, i, out);
}

void app_info(struct app *a, struct text *out)
{
    struct err e = {0};

    text_addf(out, "neodeck %s\n", NEODECK_VERSION);
    path_line(out, "config", path_config("neodeck.conf", &e), &e);
    for (size_t i = 0; i < a->conf->nfiles; i++)
        text_addf(out, "%-12s %s\n", "  read", a->conf->files[i]);
    path_line(out, "state", path_state(NULL, &e), &e);
    path_line(out, "themes", path_config("themes", &e), &e);
    text_addf(out, "%-12s %s\n", "", THEME_DIR);
    text_addf(out, "%-12s %s\n", "session", a->owner);
    for (uint32_t i = 0; i < a->ninst; i++)
        instance_lines(a, i, out);
}
