/* Paths, versions, and for each target what was found, from where. */
#include "app/info.h"

#include <stdlib.h>
#include <string.h>

#include "conf/paths.h"

enum { INFO_WIDTH = 28 };

static void path_line(struct text *out, const char *what, char *path, const struct err *e)
{
    text_addf(out, "%-12s %s\n", what, path ? path : e->words);
    free(path);
}

void info_name(struct text *out, const char *name, size_t n)
{
    size_t before = out->len;

    text_addf(out, "  %.*s%s", (int)n, name, n ? ":" : "");
    do
        text_addc(out, ' ');
    while (out->len < before + INFO_WIDTH);
}

static void option_line(struct text *out, const struct instance_conf *conf, enum option_id id, const char *name, const char *value)
{
    if (!value)
        return;
    info_name(out, name, strlen(name));
    text_addf(out, "%s  (", value);
    instance_conf_origin(conf, id, out);
    text_adds(out, ")\n");
}

/* "tls: none" of link/ as a line like the others. */
static void link_lines(const struct app *a, uint32_t i, struct text *out)
{
    struct text t;

    text_init(&t, 8192);
    link_describe(a->link, i, &t);
    for (const char *s = t.s; *s;) {
        size_t n = strcspn(s, "\n"), name = strcspn(s, ":\n");

        info_name(out, s, name < n ? name : 0);
        name = name < n ? name + 2 : 0; /* where the value begins */
        text_addf(out, "%.*s\n", (int)(n - name), s + name);
        s += n + (s[n] == '\n');
    }
    text_release(&t);
}

const char *info_auth(const struct instance_conf *conf)
{
    static const char *const auths[] = {[CONF_AUTH_BASIC] = "basic", [CONF_AUTH_BEARER] = "bearer", [CONF_AUTH_NONE] = "none"};

    return auths[conf->auth];
}

const char *info_protocol(const struct instance_conf *conf)
{
    static const char *const protocols[] = {[CONF_PROTOCOL_AUTO] = "auto", [CONF_PROTOCOL_BOLT] = "bolt", [CONF_PROTOCOL_HTTP] = "http"};

    return protocols[conf->protocol];
}

void app_info_instance(struct app *a, uint32_t i, struct text *out)
{
    const struct instance_conf *conf = &a->inst[i].conf;
    const struct relation *rel = model_get(a->model, i, SHEET_INSTANCES);

    text_addf(out, "instance %s\n", conf->name);
    option_line(out, conf, OPT_URI, "uri", conf->uri);
    option_line(out, conf, OPT_PROTOCOL, "protocol", info_protocol(conf));
    option_line(out, conf, OPT_AUTH, "auth", info_auth(conf));
    if (conf->auth != CONF_AUTH_NONE)
        option_line(out, conf, OPT_USER, "user", conf->user);
    option_line(out, conf, OPT_HOME, "home", conf->home);
    option_line(out, conf, OPT_READ_ONLY, "read_only", conf->read_only || a->read_only ? "yes" : "no");
    if (rel && rel->nrows) {
        const char *login = value_str(relation_cell(rel, 0, COL_INSTANCES_LOGIN), ""), *words = value_str(relation_cell(rel, 0, COL_INSTANCES_MESSAGE), "");

        info_name(out, "state", 5);
        text_adds(out, value_str(relation_cell(rel, 0, COL_INSTANCES_STATE), "?"));
        text_addf(out, "%s%s%s%s\n", *login ? ", login " : "", login, *words ? ": " : "", words);
    }
    if (a->link)
        link_lines(a, i, out);
    site_lines(feed_site(a->feed, i), out);
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
    for (uint32_t i = 0; i < a->ninst; i++) {
        text_addc(out, '\n');
        app_info_instance(a, i, out);
    }
}
