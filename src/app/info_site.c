/* Where a server lives on its machine, in words: what was found, from where, and what its files say. */
#include "app/info.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

enum { PROBLEMS_SHOWN = 10 };

static const char *const layouts[] = {[LAYOUT_TARBALL] = "tarball", [LAYOUT_PACKAGE] = "package", [LAYOUT_CONTAINER] = "container"};

/* What files and processes say is made harmless. */
static void add(struct text *out, const char *s)
{
    text_add_clean(out, s, strlen(s), CLEAN_ONE_LINE);
}

static void line(struct text *out, const char *name, const char *value, const char *note)
{
    info_name(out, name, strlen(name));
    add(out, value);
    if (note && *note) {
        text_adds(out, "  (");
        add(out, note);
        text_addc(out, ')');
    }
    text_addc(out, '\n');
}

/* The name stands before the first of several only. */
static void lines(struct text *out, const char *name, const char *const *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        line(out, i ? "" : name, v[i], NULL);
}

static void process_line(const struct site *s, struct text *out)
{
    char when[40];

    if (!s->pid) {
        line(out, "process", "none", NULL);
        return;
    }
    info_name(out, "process", 7);
    text_addf(out, "pid %lld", (long long)s->pid);
    if (s->os_user && *s->os_user) {
        text_adds(out, ", user ");
        add(out, s->os_user);
    }
    if (s->started_ms)
        text_addf(out, ", since %s", time_rfc3339(s->started_ms, when, sizeof when));
    if (s->jvm.java_version)
        text_addf(out, ", Java %d", s->jvm.java_version);
    text_addf(out, "%s\n", s->container ? ", in a container" : "");
}

static void unit_line(const struct site *s, struct text *out)
{
    const struct systemd_unit *u = &s->unit;
    struct text state;

    if (!s->unit_name)
        return;
    text_init(&state, 1024);
    if (s->unit_known)
        text_addf(&state, "%s, %s, %s", u->active ? u->active : "?", u->sub ? u->sub : "?", u->enabled ? u->enabled : "?");
    line(out, "unit", s->unit_name, s->unit_known ? state.s : "its state is not known");
    text_release(&state);
}

static void version_line(const struct site *s, struct text *out)
{
    char words[60];

    if (!s->version.major)
        return;
    snprintf(words, sizeof words, s->version.major >= 2025 ? "%d.%02d.%d" : "%d.%d.%d", s->version.major, s->version.minor, s->version.patch);
    line(out, "files of", words, s->edition);
}

static const char *path_note(enum path_from from)
{
    switch (from) {
    case PATH_GIVEN: return "neo4j.conf";
    case PATH_DEFAULT: return "default";
    case PATH_USUAL: return "usual place, neo4j.conf was not read";
    default: return "";
    }
}

static void directory_lines(const struct site *s, struct text *out)
{
    static const struct {
        const char *name;
        enum setting_id id;
    } directories[] = {{"data", SETTING_DIR_DATA},
                       {"tx logs", SETTING_DIR_TX_LOGS},
                       {"logs", SETTING_DIR_LOGS},
                       {"plugins", SETTING_DIR_PLUGINS},
                       {"import", SETTING_DIR_IMPORT}};
    struct text path;

    text_init(&path, 8192);
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
        enum path_from from = site_path(s, directories[i].id, &path);

        if (path.len)
            line(out, directories[i].name, path.s, path_note(from));
    }
    text_release(&path);
}

static void log_lines(const struct site *s, struct text *out)
{
    for (size_t i = 0; i < s->nlogs; i++) {
        const struct site_log *l = &s->logs[i];
        const char *note = l->json ? "JSON" : NULL;

        if (l->path)
            line(out, i ? "" : "log files", l->path, note);
        else
            line(out, i ? "" : "log files", l->name, "in the journal");
    }
}

static void config_lines(const struct site *s, struct text *out)
{
    const struct config *c = s->config;
    size_t n = c ? c->nproblems : 0;

    if (!c)
        line(out, "neo4j.conf", *s->config_err.words ? s->config_err.words : "was not read", NULL);
    if (s->managed_by)
        line(out, "managed by", s->managed_by, NULL);
    for (size_t i = 0; i < n && i < PROBLEMS_SHOWN; i++) {
        const struct config_problem *p = &c->problems[i];

        info_name(out, "problems", i ? 0 : 8);
        add(out, p->file);
        if (p->line)
            text_addf(out, ":%u", p->line);
        text_adds(out, ": ");
        add(out, p->words);
        text_addc(out, '\n');
    }
    if (n <= PROBLEMS_SHOWN)
        return;
    info_name(out, "", 0);
    text_addf(out, "and %zu more\n", n - PROBLEMS_SHOWN);
}

static void found_lines(const struct site *s, struct text *out)
{
    struct text conf;

    text_init(&conf, 8192);
    install_conf(&s->install, &conf);
    line(out, "lives in", s->install.home, site_from_name(s->from));
    line(out, "conf", conf.s, NULL);
    line(out, "layout", layouts[s->layout], NULL);
    text_release(&conf);
    version_line(s, out);
    process_line(s, out);
    unit_line(s, out);
    directory_lines(s, out);
    log_lines(s, out);
    config_lines(s, out);
}

void site_lines(const struct site *s, struct text *out)
{
    if (!s)
        return;
    if (s->state == SITE_FOUND)
        found_lines(s, out);
    else
        line(out, "machine", *s->err.words ? s->err.words : "not looked at", NULL);
    lines(out, "seen", s->evidence, s->nevidence);
    lines(out, "but", s->disagreements, s->ndisagreements);
}
