/* What `neodeck info --format json` prints: the same that :info tells, for programs. Its keys are told in neodeck(1): they stay. */
#include "app/info.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "conf/paths.h"

/* Nothing is null, not "". */
static void add_str(struct json *j, const char *key, const char *s)
{
    json_key(j, key);
    json_str(j, s && *s ? s : NULL);
}

/* 0: not known. */
static void add_number(struct json *j, const char *key, int64_t n)
{
    json_key(j, key);
    if (n)
        json_int(j, n);
    else
        json_null(j);
}

static void add_list(struct json *j, const char *key, const char *const *v, size_t n)
{
    json_key(j, key);
    json_begin_list(j);
    for (size_t i = 0; i < n; i++)
        json_str(j, v[i]);
    json_end_list(j);
}

/* ---- where it lives ---- */

static void add_process(struct json *j, const struct site *s)
{
    json_key(j, "process");
    if (!s->pid) {
        json_null(j);
        return;
    }
    json_begin_object(j);
    add_number(j, "pid", s->pid);
    add_str(j, "user", s->os_user);
    json_key(j, "since");
    if (s->started_ms)
        json_value(j, v_time(s->started_ms));
    else
        json_null(j);
    add_number(j, "java", s->jvm.java_version);
    json_key(j, "container");
    json_bool(j, s->container);
    json_end_object(j);
}

static void add_unit(struct json *j, const struct site *s)
{
    json_key(j, "unit");
    if (!s->unit_name) {
        json_null(j);
        return;
    }
    json_begin_object(j);
    add_str(j, "name", s->unit_name);
    add_str(j, "active", s->unit_known ? s->unit.active : NULL);
    add_str(j, "sub", s->unit_known ? s->unit.sub : NULL);
    add_str(j, "enabled", s->unit_known ? s->unit.enabled : NULL);
    json_end_object(j);
}

static void add_directories(struct json *j, const struct site *s)
{
    static const struct {
        const char *key;
        enum setting_id id;
    } directories[] = {{"data", SETTING_DIR_DATA},
                       {"tx_logs", SETTING_DIR_TX_LOGS},
                       {"logs", SETTING_DIR_LOGS},
                       {"plugins", SETTING_DIR_PLUGINS},
                       {"import", SETTING_DIR_IMPORT}};
    struct text path;

    text_init(&path, 8192);
    json_key(j, "directories");
    json_begin_object(j);
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        site_path(s, directories[i].id, &path);
        add_str(j, directories[i].key, path.s);
    }
    json_end_object(j);
    text_release(&path);
}

static void add_logs(struct json *j, const struct site *s)
{
    json_key(j, "logs");
    json_begin_list(j);
    for (size_t i = 0; i < s->nlogs; i++) {
        json_begin_object(j);
        add_str(j, "name", s->logs[i].name);
        add_str(j, "path", s->logs[i].path);
        add_str(j, "unit", s->logs[i].unit);
        json_key(j, "json");
        json_bool(j, s->logs[i].json);
        json_end_object(j);
    }
    json_end_list(j);
}

static void add_config(struct json *j, const struct site *s)
{
    const struct config *c = s->config;

    add_str(j, "managed_by", s->managed_by);
    add_str(j, "configuration_error", c ? NULL : *s->config_err.words ? s->config_err.words : "was not read");
    json_key(j, "problems");
    json_begin_list(j);
    for (size_t i = 0; c && i < c->nproblems; i++) {
        json_begin_object(j);
        add_str(j, "file", c->problems[i].file);
        add_number(j, "line", c->problems[i].line);
        add_str(j, "message", c->problems[i].words);
        json_end_object(j);
    }
    json_end_list(j);
}

static void add_found(struct json *j, const struct site *s)
{
    struct text t;

    text_init(&t, 8192);
    add_str(j, "home", s->install.home);
    add_str(j, "found_by", site_from_name(s->from));
    install_conf(&s->install, &t);
    add_str(j, "conf", t.s);
    text_clear(&t);
    if (s->version.major)
        text_addf(&t, s->version.major >= 2025 ? "%d.%02d.%d" : "%d.%d.%d", s->version.major, s->version.minor, s->version.patch);
    add_str(j, "files_version", t.s);
    add_str(j, "files_edition", s->edition);
    text_release(&t);
    add_process(j, s);
    add_unit(j, s);
    add_directories(j, s);
    add_logs(j, s);
    add_config(j, s);
}

/* The same as an object, {"error", "seen", "disagreements", and what is known of a machine that was looked at}; site may be NULL. */
static void site_json(const struct site *s, struct json *j)
{
    bool found = s && s->state == SITE_FOUND;

    json_begin_object(j);
    add_str(j, "error", found ? NULL : s && *s->err.words ? s->err.words : "not looked at");
    if (found)
        add_found(j, s);
    add_list(j, "seen", s ? s->evidence : NULL, s ? s->nevidence : 0);
    add_list(j, "disagreements", s ? s->disagreements : NULL, s ? s->ndisagreements : 0);
    json_end_object(j);
}

/* ---- an instance ---- */

static void add_option(struct json *j, const struct instance_conf *conf, enum option_id id, const char *key, const char *value)
{
    struct text from;

    json_key(j, key);
    if (!value) {
        json_null(j);
        return;
    }
    text_init(&from, 8192);
    instance_conf_origin(conf, id, &from);
    json_begin_object(j);
    add_str(j, "value", value);
    add_str(j, "from", from.s);
    json_end_object(j);
    text_release(&from);
}

/* "time limit on the server" of link/ as time_limit_on_the_server. */
static void add_described(struct json *j, const char *line, size_t n)
{
    size_t name = strcspn(line, ":\n"), at = name < n ? name + 1 : n;
    char key[80];

    if (name >= n || name >= sizeof key)
        return;
    for (size_t i = 0; i < name; i++)
        key[i] = strchr(" ,-", line[i]) ? '_' : line[i];
    key[name] = '\0';
    json_key(j, key);
    at += line[at] == ' ';
    json_string(j, line + at, n - at);
}

static void add_connection(struct json *j, const struct app *a, uint32_t i)
{
    struct text t;

    text_init(&t, 8192);
    if (a->link)
        link_describe(a->link, i, &t);
    json_key(j, "connection");
    json_begin_object(j);
    for (const char *s = t.s; *s; s += strcspn(s, "\n"), s += *s == '\n')
        add_described(j, s, strcspn(s, "\n"));
    json_end_object(j);
    text_release(&t);
}

static void add_cell(struct json *j, const struct relation *rel, const char *key, size_t column)
{
    add_str(j, key, rel && rel->nrows ? value_str(relation_cell(rel, 0, column), NULL) : NULL);
}

/* Whole, as in the JSON of views. */
static void add_edition(struct json *j, const struct relation *rel)
{
    const char *short_one = rel && rel->nrows ? value_str(relation_cell(rel, 0, COL_INSTANCES_EDITION), "") : "";

    add_str(j, "edition", strcmp(short_one, "com") == 0 ? "community" : strcmp(short_one, "ent") == 0 ? "enterprise" : short_one);
}

static void add_instance(struct json *j, struct app *a, uint32_t i)
{
    const struct instance_conf *conf = &a->inst[i].conf;
    const struct relation *rel = model_get(a->model, i, SHEET_INSTANCES);

    json_begin_object(j);
    add_str(j, "name", conf->name);
    add_option(j, conf, OPT_URI, "uri", conf->uri);
    add_option(j, conf, OPT_PROTOCOL, "protocol", info_protocol(conf));
    add_option(j, conf, OPT_AUTH, "auth", info_auth(conf));
    add_option(j, conf, OPT_USER, "user", conf->auth == CONF_AUTH_NONE ? NULL : conf->user);
    add_option(j, conf, OPT_HOME, "home", conf->home);
    json_key(j, "read_only");
    json_bool(j, app_instance_read_only(a, i));
    add_cell(j, rel, "state", COL_INSTANCES_STATE);
    add_cell(j, rel, "login", COL_INSTANCES_LOGIN);
    add_cell(j, rel, "message", COL_INSTANCES_MESSAGE);
    add_cell(j, rel, "server_version", COL_INSTANCES_VERSION);
    add_edition(j, rel);
    add_connection(j, a, i);
    json_key(j, "machine");
    site_json(feed_site(a->feed, i), j);
    json_end_object(j);
}

/* ---- the whole ---- */

static void add_path(struct json *j, const char *key, char *path)
{
    add_str(j, key, path);
    free(path);
}

void app_info_json(struct app *a, struct text *out)
{
    struct err ignored = {0}; /* a path that there is none of is null */
    struct json j;

    json_init(&j, out, true);
    json_begin_object(&j);
    add_str(&j, "neodeck", NEODECK_VERSION);
    add_path(&j, "config", path_config("neodeck.conf", &ignored));
    add_list(&j, "read", (const char *const *)a->conf->files, a->conf->nfiles);
    add_path(&j, "state", path_state(NULL, &ignored));
    add_path(&j, "themes", path_config("themes", &ignored));
    add_str(&j, "system_themes", THEME_DIR);
    add_str(&j, "session", a->owner);
    json_key(&j, "instances");
    json_begin_list(&j);
    for (uint32_t i = 0; i < a->ninst; i++)
        add_instance(&j, a, i);
    json_end_list(&j);
    json_end_object(&j);
    text_addc(out, '\n');
}
