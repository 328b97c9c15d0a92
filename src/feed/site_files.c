/* From the home of an instance to what its files say: version, configuration, logs, pid file. */
#include "feed/site_inside.h"

#include <stdio.h>
#include <string.h>
#include "neo4j/proc.h"
#include "neo4j/tool_lines.h"

static const char package_lib[] = "/usr/share/neo4j/lib", package_pid[] = "/var/run/neo4j/neo4j.pid";

static const char *join(struct arena *a, const char *dir, const char *name)
{
    return arena_printf(a, "%s/%s", strcmp(dir, "/") ? dir : "", name);
}

static const char *bytes_of(const struct locate *l, long question, size_t *n)
{
    return talk_text(l->talk, (size_t)question, "bytes", n);
}

/* ---- the version, by the names of the jars ---- */

/* "neo4j-5.26.30.jar", "neo4j-kernel-5.26.30.jar": the version, cut off in `buf`. */
static bool version_of_jar(const char *name, char *buf, size_t size, struct version *v)
{
    const char *s = str_starts(name, "neo4j-kernel-") ? name + 13 : str_starts(name, "neo4j-") ? name + 6 : NULL;
    size_t n = s ? strlen(s) : 0;

    if (n < 5 || n - 4 >= size || *s < '0' || *s > '9' || strcmp(s + n - 4, ".jar"))
        return false;
    memcpy(buf, s, n - 4);
    buf[n - 4] = '\0';
    return version_parse(buf, v);
}

/* The month has two digits since the year is the first number. */
void version_add(struct text *out, struct version v)
{
    text_addf(out, v.major >= 2025 ? "%d.%02d.%d" : "%d.%d.%d", v.major, v.minor, v.patch);
}

static void two_versions(struct site *s, struct version other)
{
    struct text t;

    text_init(&t, 200);
    version_add(&t, s->version);
    text_adds(&t, " and ");
    version_add(&t, other);
    site_disagree(s, "there are jars of two versions of Neo4j in lib: %s", t.s);
    text_release(&t);
}

static void take_jar(struct site *s, const char *name, bool *enterprise)
{
    struct version v;
    char text[64];

    *enterprise |= str_starts(name, "neo4j-") && strstr(name, "-enterprise");
    if (!version_of_jar(name, text, sizeof text, &v))
        return;
    if (s->version.major && version_compare(s->version, v) != 0)
        two_versions(s, v);
    if (version_compare(v, s->version) > 0)
        s->version = v;
}

static void read_version(struct locate *l)
{
    struct site *s = l->site;
    bool enterprise = s->jvm.main_class && str_starts(s->jvm.main_class, "com.neo4j.");

    for (int i = 0; i < 2 && !s->version.major; i++)
        for (size_t row = 0; locate_answered(l, l->libs[i]) && row < talk_answer(l->talk, (size_t)l->libs[i])->nrows; row++)
            take_jar(s, value_str(talk_cell(l->talk, (size_t)l->libs[i], row, "name"), ""), &enterprise);
    if (enterprise)
        s->edition = "enterprise";
    else if (s->version.major)
        s->edition = "community";
}

/* ---- the last round: is what is written somewhere still alive? ---- */

static void on_last(struct talk *t, void *data)
{
    struct locate *l = data;
    const struct sights *m = machine_sights(l->machine);

    (void)t;
    site_settle_logs(l);
    site_evidence(l, m);
    locate_finish(l);
}

static int64_t read_pid(const struct locate *l)
{
    for (int i = 0; i < 2; i++) {
        size_t n;
        int64_t pid;
        const char *s;

        if (!locate_answered(l, l->pid_file[i]))
            continue;
        s = bytes_of(l, l->pid_file[i], &n);
        if ((pid = pid_file_parse(s, n)) > 0)
            return pid;
    }
    return 0;
}

static long ask_alive(struct locate *l, int64_t pid)
{
    char path[64];

    if (pid <= 0 || pid == l->site->pid || l->site->container)
        return NO_QUESTION;
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
    return (long)talk_read(l->talk, path, 0, 4096);
}

static void on_logging(struct talk *t, void *data)
{
    struct locate *l = data;

    (void)t;
    site_list_logs(l);
    l->filed_pid = read_pid(l);
    l->filed_stat = ask_alive(l, l->filed_pid);
    l->main_stat = l->site->unit_known ? ask_alive(l, l->site->unit.main_pid) : NO_QUESTION;
    locate_go(l, on_last);
}

static void after_config(struct locate *l)
{
    struct site *s = l->site;
    const char *run = site_reach(s, SETTING_DIR_RUN);

    site_ask_logs(l);
    if (run)
        l->pid_file[0] = (long)talk_read(l->talk, join(&l->memory, run, "neo4j.pid"), 0, 64);
    if (s->layout == LAYOUT_PACKAGE)
        l->pid_file[1] = (long)talk_read(l->talk, site_outside(s, package_pid), 0, 64);
    locate_go(l, on_logging);
}

/* ---- the configuration ---- */

static void finish_config(struct locate *l)
{
    struct site *s = l->site;

    for (size_t i = 0; i < s->jvm.nsettings; i++)
        config_add_argument(s->config, s->jvm.settings[i]);
    config_finish(s->config);
    after_config(l);
}

static void on_entries(struct talk *t, void *data)
{
    struct locate *l = data;

    l->site->config = config_new(l->site->version);
    for (size_t i = 0; i < l->nentries; i++) {
        const char *name = value_str(talk_cell(t, (size_t)l->entries, l->entry_row[i], "name"), "");
        size_t n;
        const char *s = bytes_of(l, l->entry[i], &n);
        if (locate_answered(l, l->entry[i]))
            config_add_entry(l->site->config, arena_printf(&l->memory, "neo4j.conf/%s", name), name, s, n);
    }
    if (!l->site->managed_by)
        l->site->managed_by = "Kubernetes";
    finish_config(l);
}

static const char *conf_path(struct locate *l)
{
    struct text t;
    const char *path;

    text_init(&t, 4096);
    install_conf(&l->site->install, &t);
    path = site_outside(l->site, join(&l->site->arena, t.s, "neo4j.conf"));
    text_release(&t);
    return path;
}

static void on_listed(struct talk *t, void *data)
{
    struct locate *l = data;
    const struct talk_answer *list = talk_answer(t, (size_t)l->entries);

    if (list->err.kind != ERR_NONE) { /* no directory at all, but a pipe or a device: that is what reading it said */
        l->site->config_err = list->err.kind == ERR_SHAPE ? talk_answer(t, (size_t)l->conf)->err : list->err;
        after_config(l);
        return;
    }
    for (size_t row = 0; row < list->nrows && l->nentries < CONF_ENTRIES_MAX; row++) {
        const char *name = value_str(talk_cell(t, (size_t)l->entries, row, "name"), ".");
        if (*name == '.' || strcmp(value_str(talk_cell(t, (size_t)l->entries, row, "type"), ""), "file"))
            continue;
        l->entry_row[l->nentries] = row;
        l->entry[l->nentries++] = (long)talk_read(t, join(&l->memory, conf_path(l), name), 0, CONFIG_VALUE_MAX + 1);
    }
    locate_go(l, on_entries);
}

static void on_conf(struct talk *t, void *data)
{
    struct locate *l = data;
    struct site *s = l->site;
    size_t n;
    const char *bytes = bytes_of(l, l->conf, &n);

    read_version(l);
    if (locate_error(l, l->conf) == ERR_SHAPE) { /* a directory with a file for each setting, as Kubernetes mounts it */
        l->entries = (long)talk_list(t, conf_path(l), CONF_ENTRIES_MAX * 2);
        locate_go(l, on_listed);
        return;
    }
    if (!locate_answered(l, l->conf)) {
        s->config_err = talk_answer(t, (size_t)l->conf)->err;
        after_config(l);
        return;
    }
    if (!s->managed_by)
        s->managed_by = conf_managed_by(bytes, n);
    s->config = config_new(s->version);
    config_add(s->config, conf_path(l), CONFIG_SERVER, bytes, n);
    finish_config(l);
}

void site_read_files(struct locate *l)
{
    struct site *s = l->site;

    if (s->container || s->layout == LAYOUT_CONTAINER)
        s->managed_by = "the container";
    l->conf = (long)talk_read(l->talk, conf_path(l), 0, CONFIG_FILE_MAX + 1);
    l->libs[0] = (long)talk_list(l->talk, site_outside(s, join(&s->arena, s->install.home, "lib")), LIB_ENTRIES_MAX);
    if (s->layout != LAYOUT_TARBALL)
        l->libs[1] = (long)talk_list(l->talk, site_outside(s, package_lib), LIB_ENTRIES_MAX);
    locate_go(l, on_conf);
}
