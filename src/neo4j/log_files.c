#include "neo4j/log_files.h"

#include <string.h>

#include "neo4j/scan.h"

static const struct {
    const char *file, *logger; /* logger: its name in server-logs.xml */
    enum setting_id setting;
} kinds[NLOG_KINDS] = {
    [LOG_KIND_USER] = {"neo4j.log", NULL, SETTING_LOG_USER},
    [LOG_KIND_DEBUG] = {"debug.log", NULL, SETTING_LOG_DEBUG},
    [LOG_KIND_QUERY] = {"query.log", "QueryLogger", SETTING_LOG_QUERY},
    [LOG_KIND_SECURITY] = {"security.log", "SecurityLogger", SETTING_LOG_SECURITY},
    [LOG_KIND_HTTP] = {"http.log", "HttpLogger", SETTING_LOG_HTTP},
};

const char *log_kind_name(enum log_kind k)
{
    return kinds[k].file;
}

enum setting_id log_kind_setting(enum log_kind k)
{
    return kinds[k].setting;
}

/* ---- tags, as far as this needs them: no namespaces, no entities of its own ---- */

struct tag {
    struct slice name, attributes;
    bool closes;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Behind `text`, or end. */
static const char *skip_past(const char *p, const char *end, const char *text)
{
    const char *at = memmem(p, (size_t)(end - p), text, strlen(text));

    return at ? at + strlen(text) : end;
}

/* The end of a tag, over quoted values. */
static const char *tag_end(const char *p, const char *end)
{
    for (; p < end && *p != '>'; p++)
        if (*p == '"' || *p == '\'') {
            p = memchr(p + 1, *p, (size_t)(end - p - 1));
            if (!p)
                return end;
        }
    return p;
}

static bool next_tag(const char **p, const char *end, struct tag *out)
{
    const char *from, *to;

    while ((from = memchr(*p, '<', (size_t)(end - *p)))) {
        if (end - from >= 4 && !memcmp(from, "<!--", 4)) {
            *p = skip_past(from, end, "-->");
            continue;
        }
        to = tag_end(from, end);
        if (to == end)
            return false;
        *p = to + 1;
        if (from[1] == '?' || from[1] == '!')
            continue;
        from++;
        out->closes = *from == '/';
        from += out->closes;
        out->name.s = from;
        while (from < to && !is_space(*from) && *from != '/')
            from++;
        out->name.n = (size_t)(from - out->name.s);
        out->attributes = (struct slice){from, (size_t)(to - from)};
        return true;
    }
    return false;
}

static void add_unescaped(struct text *t, const char *s, size_t n)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};

    for (size_t i = 0; i < n;) {
        size_t k = 0;

        while (k < 5 && (n - i < strlen(entities[k].name) || memcmp(s + i, entities[k].name, strlen(entities[k].name)) != 0))
            k++;
        text_addc(t, k < 5 ? entities[k].c : s[i] ? s[i] : '?');
        i += k < 5 ? strlen(entities[k].name) : 1;
    }
}

/* The value of an attribute, in the arena; NULL: there is none. */
static const char *attribute(const struct tag *tag, const char *name, struct arena *a)
{
    const char *p = tag->attributes.s, *end = p + tag->attributes.n;

    while (p < end) {
        const char *from, *equals, *quote, *close;
        size_t n;

        while (p < end && (is_space(*p) || *p == '/'))
            p++;
        from = p;
        equals = memchr(p, '=', (size_t)(end - p));
        if (!equals)
            return NULL;
        for (n = (size_t)(equals - from); n && is_space(from[n - 1]);)
            n--;
        for (quote = equals + 1; quote < end && is_space(*quote);)
            quote++;
        if (quote == end || (*quote != '"' && *quote != '\'') || !(close = memchr(quote + 1, *quote, (size_t)(end - quote - 1))))
            return NULL;
        if (slice_is((struct slice){from, n}, name)) {
            struct text t;
            const char *value;

            text_init(&t, 4096);
            add_unescaped(&t, quote + 1, (size_t)(close - quote - 1));
            value = arena_strndup(a, t.s, t.len);
            text_release(&t);
            return value;
        }
        p = close + 1;
    }
    return NULL;
}

/* ---- what the tags mean ---- */

struct appender {
    const char *name, *file, *pattern;
    struct slice element;
    bool json;
};

struct parse {
    struct arena *arena;
    const struct install *install;
    const struct config *config;
    bool user;
    struct appender appenders[LOG_FILES_MAX];
    size_t nappenders;
    struct appender *open; /* the one whose children are read */
    int kind;              /* of the logger that is open; -1: none that counts */
    struct log_file *out;
    size_t nout;
};

static bool add_setting(struct parse *ps, const char *name, size_t n, struct text *out)
{
    char *key = arena_strndup(ps->arena, name, n);
    enum setting_id id = setting_find(key, ps->config->version, NULL, NULL);
    const struct config_item *it;
    struct text path;
    bool ok;

    if (id < NSETTINGS && setting_type(id) == SETTING_TYPE_PATH) {
        text_init(&path, 0);
        ok = install_path(ps->install, ps->config, ps->config->version, id, &path) != PATH_UNKNOWN;
        text_add(out, path.s, path.len);
        text_release(&path);
        return ok;
    }
    it = config_item(ps->config, key);
    if (it)
        text_adds(out, it->value);
    return it && !it->command;
}

/* ${config:NAME} and $${config:NAME} for the value of a setting; false: something else stands in ${...}. */
static bool expand(struct parse *ps, const char *s, struct text *out)
{
    static const char config[] = "{config:";

    while (*s) {
        size_t plain = strcspn(s, "$"), n;

        text_add(out, s, plain);
        s += plain;
        if (!*s)
            break;
        s += strspn(s, "$");
        if (!str_starts(s, config))
            return false;
        s += sizeof config - 1;
        n = strcspn(s, "}");
        if (!s[n] || !add_setting(ps, s, n, out))
            return false;
        s += n + 1;
    }
    return true;
}

static const char *expanded(struct parse *ps, const char *s)
{
    struct text t, path;
    const char *got = NULL;

    if (!s)
        return NULL;
    text_init(&t, 8192);
    text_init(&path, 0);
    if (expand(ps, s, &t)) {
        path_resolve(ps->install->home, t.s, &path);
        got = arena_strdup(ps->arena, path.s);
    }
    text_release(&path);
    text_release(&t);
    return got;
}

static void bind_appender(struct parse *ps, const char *ref)
{
    for (size_t i = 0; ref && i < ps->nappenders; i++) {
        struct appender *ap = &ps->appenders[i];

        if (strcmp(ap->name, ref) || ps->nout == LOG_FILES_MAX)
            continue;
        ps->out[ps->nout] = (struct log_file){(enum log_kind)ps->kind, expanded(ps, ap->file), expanded(ps, ap->pattern), ap->name, ap->json};
        ps->nout += ps->out[ps->nout].path != NULL;
    }
}

/* The root is neo4j.log in the one file and debug.log in the other; the others have fixed names. */
static int kind_of(const struct parse *ps, const struct tag *tag)
{
    const char *name;

    if (slice_is(tag->name, "Root") || slice_is(tag->name, "AsyncRoot"))
        return ps->user ? LOG_KIND_USER : LOG_KIND_DEBUG;
    name = attribute(tag, "name", ps->arena);
    for (int k = 0; name && !ps->user && k < NLOG_KINDS; k++)
        if (kinds[k].logger && !strcmp(kinds[k].logger, name))
            return k;
    return -1;
}

static bool is_logger(struct slice name)
{
    return slice_is(name, "Root") || slice_is(name, "AsyncRoot") || slice_is(name, "Logger") || slice_is(name, "AsyncLogger");
}

static void open_appender(struct parse *ps, const struct tag *tag, const char *file)
{
    const char *name = attribute(tag, "name", ps->arena);

    if (!name || ps->nappenders == LOG_FILES_MAX)
        return;
    ps->open = &ps->appenders[ps->nappenders++];
    *ps->open = (struct appender){name, file, attribute(tag, "filePattern", ps->arena), tag->name, false};
    if (tag->attributes.n && tag->attributes.s[tag->attributes.n - 1] == '/')
        ps->open = NULL; /* it has no children */
}

static void take_tag(struct parse *ps, const struct tag *tag)
{
    const char *file;

    if (tag->closes) {
        if (ps->open && tag->name.n == ps->open->element.n && !memcmp(tag->name.s, ps->open->element.s, tag->name.n))
            ps->open = NULL;
        if (is_logger(tag->name))
            ps->kind = -1;
    } else if (is_logger(tag->name)) {
        ps->kind = kind_of(ps, tag);
    } else if (slice_is(tag->name, "AppenderRef")) {
        if (ps->kind >= 0)
            bind_appender(ps, attribute(tag, "ref", ps->arena));
    } else if ((file = attribute(tag, "fileName", ps->arena))) {
        open_appender(ps, tag, file);
    } else if (ps->open && str_ifind(tag->name.s, tag->name.n, "json")) {
        ps->open->json = true;
    }
}

size_t log_files_parse(const char *xml, size_t n, bool user, const struct install *in, const struct config *c, struct arena *a,
                       struct log_file out[LOG_FILES_MAX])
{
    struct parse ps = {.arena = a, .install = in, .config = c, .user = user, .kind = -1, .out = out};
    const char *p = xml, *end = xml + (n < LOG_XML_MAX ? n : LOG_XML_MAX);
    struct tag tag;

    while (next_tag(&p, end, &tag))
        take_tag(&ps, &tag);
    return ps.nout;
}
