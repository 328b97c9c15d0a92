/* The logs that a server writes, or would. */
#include "feed/site_inside.h"

#include <string.h>

static bool has_xml(const struct site *s)
{
    return !s->version.major || s->version.major >= 5;
}

static bool named(const struct site *s, const char *name)
{
    for (size_t i = 0; i < s->nlogs; i++)
        if (!strcmp(s->logs[i].name, name))
            return true;
    return false;
}

/* The first of a kind has its usual name, others the names of their files. */
static const char *name_for(struct site *s, const char *usual, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash && slash[1] ? slash + 1 : path, *name;

    if (!named(s, usual))
        return usual;
    name = arena_strdup(&s->arena, base);
    for (int i = 2; named(s, name); i++)
        name = arena_printf(&s->arena, "%s (%d)", base, i);
    return name;
}

static void add_log(struct site *s, const char *usual, const char *path, bool json, bool gc)
{
    for (size_t i = 0; i < s->nlogs; i++)
        if (!strcmp(s->logs[i].path, path))
            return;
    if (s->nlogs == SITE_LOGS_MAX)
        return;
    s->logs[s->nlogs] = (struct site_log){.name = name_for(s, usual, path), .path = path, .json = json, .gc = gc};
    s->nlogs++;
}

/* ---- what log4j's configuration says ---- */

static const struct {
    enum setting_id setting;
    enum log_kind from, to; /* the kinds that it has, in their order */
} files[2] = {
    {SETTING_LOGS_CONFIG, LOG_KIND_DEBUG, LOG_KIND_HTTP},
    {SETTING_LOGS_USER_CONFIG, LOG_KIND_USER, LOG_KIND_USER},
};

void site_ask_logs(struct locate *l)
{
    for (int i = 0; i < 2 && has_xml(l->site); i++) {
        const char *path = site_reach(l->site, files[i].setting);
        if (path)
            l->xml[i] = (long)talk_read(l->talk, path, 0, LOG_XML_MAX);
    }
}

/* True: that file says where its logs go. */
static bool from_xml(struct locate *l, int i, struct log_file out[LOG_FILES_MAX], size_t *n)
{
    struct site *s = l->site;
    size_t len;
    const char *bytes;

    *n = 0;
    if (!s->config || !locate_answered(l, l->xml[i]))
        return false;
    bytes = talk_text(l->talk, (size_t)l->xml[i], "bytes", &len);
    *n = log_files_parse(bytes, len, i == 1, &s->install, s->config, &s->arena, out);
    return *n > 0;
}

static bool default_json(const struct site *s, enum log_kind kind)
{
    enum setting_id id = kind == LOG_KIND_DEBUG ? SETTING_LOG_DEBUG_FORMAT : SETTING_LOG_USER_FORMAT;
    const char *format = s->config ? config_get(s->config, id).text : setting_default(id, s->version).value;

    return (kind == LOG_KIND_DEBUG || kind == LOG_KIND_USER) && str_ieq(format, "JSON");
}

/* Where it goes when no XML says so: since 5 the server has one of its own inside. */
static void add_default(struct site *s, enum log_kind kind)
{
    const char *path = site_reach(s, log_kind_setting(kind));

    if (path)
        add_log(s, log_kind_name(kind), path, default_json(s, kind), false);
}

static void list_from(struct locate *l, int i)
{
    struct log_file found[LOG_FILES_MAX];
    size_t n;
    bool said = from_xml(l, i, found, &n);

    for (int kind = files[i].from; kind <= (int)files[i].to; kind++) {
        for (size_t k = 0; k < n; k++)
            if ((int)found[k].kind == kind)
                add_log(l->site, log_kind_name(found[k].kind), site_outside(l->site, found[k].path), found[k].json, false);
        if (!said)
            add_default(l->site, (enum log_kind)kind);
    }
}

/* ---- the log of the Java machine ---- */

static void add_gc(struct locate *l)
{
    struct site *s = l->site;
    const char *logs = site_reach(s, SETTING_DIR_LOGS);

    if (s->jvm.gc_log)
        add_log(s, "gc.log", site_outside(s, clean_path(&s->arena, s->install.home, s->jvm.gc_log)), false, true);
    else if (logs)
        add_log(s, "gc.log", arena_printf(&s->arena, "%s/gc.log", logs), false, true);
}

static const struct site_log *log_named(const struct site *s, const char *name)
{
    for (size_t i = 0; i < s->nlogs; i++)
        if (!strcmp(s->logs[i].name, name))
            return &s->logs[i];
    return NULL;
}

void site_list_logs(struct locate *l)
{
    const struct site_log *user, *gc;

    list_from(l, 1);
    list_from(l, 0);
    add_gc(l);
    user = log_named(l->site, "neo4j.log");
    gc = log_named(l->site, "gc.log");
    if (user && l->site->unit_known)
        l->user_log = (long)talk_stat(l->talk, user->path);
    if (gc && gc->gc)
        l->gc_log = (long)talk_stat(l->talk, gc->path);
}

/* ---- what is really there ---- */

static bool goes_to_journal(const struct site *s)
{
    const char *to = s->unit.output;

    return s->unit_known && (!to || str_starts(to, "journal") || str_starts(to, "inherit") || str_starts(to, "syslog"));
}

/* A gc.log that nobody switched on and that is not there is none. */
static bool is_no_log(const struct locate *l, const struct site_log *g)
{
    const struct site *s = l->site;
    bool on = false;

    if (!g->gc || s->jvm.gc_log || locate_error(l, l->gc_log) != ERR_GONE)
        return false;
    return !s->config || !config_bool(s->config, SETTING_GC_ENABLED, &on) || !on;
}

void site_settle_logs(struct locate *l)
{
    struct site *s = l->site;
    size_t kept = 0;

    for (size_t i = 0; i < s->nlogs; i++) {
        struct site_log g = s->logs[i];
        if (is_no_log(l, &g))
            continue;
        if (!strcmp(g.name, "neo4j.log") && locate_error(l, l->user_log) == ERR_GONE && goes_to_journal(s)) {
            g.path = NULL;
            g.unit = s->unit_name;
        }
        s->logs[kept++] = g;
    }
    s->nlogs = kept;
}
