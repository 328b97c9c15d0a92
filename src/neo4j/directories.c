#include "neo4j/directories.h"

#include <stdio.h>
#include <string.h>

static const char package_home[] = "/var/lib/neo4j", package_conf[] = "/etc/neo4j";

/* Where the path has components only, each behind a '/'; "" is the root. */
static void add_component(struct text *out, size_t root, const char *s, size_t n)
{
    if (n == 0 || (n == 1 && s[0] == '.'))
        return;
    if (n == 2 && s[0] == '.' && s[1] == '.') {
        while (out->len > root && out->s[--out->len] != '/')
            continue;
        out->s[out->len] = '\0';
        return;
    }
    text_addc(out, '/');
    text_add(out, s, n);
}

static void add_components(struct text *out, size_t root, const char *path)
{
    while (*path) {
        size_t n = strcspn(path, "/");

        add_component(out, root, path, n);
        path += n + (path[n] == '/');
    }
}

void path_resolve(const char *base, const char *path, struct text *out)
{
    size_t root = out->len;

    if (*path != '/')
        add_components(out, root, base);
    add_components(out, root, path);
    if (out->len == root)
        text_addc(out, '/');
}

static bool is_path(const char *path, const char *known)
{
    struct text t;
    bool same;

    text_init(&t, 0);
    path_resolve("/", path, &t);
    same = !strcmp(t.s, known);
    text_release(&t);
    return same;
}

enum layout install_layout(const struct install *in)
{
    if (in->conf && is_path(in->conf, package_conf))
        return LAYOUT_PACKAGE;
    return is_path(in->home, package_home) ? LAYOUT_CONTAINER : LAYOUT_TARBALL;
}

void install_conf(const struct install *in, struct text *out)
{
    path_resolve(in->home, in->conf ? in->conf : "conf", out);
}

/* From 5 on the server writes a path as a Java literal before it looks at it: escapes instead of what is no plain ASCII, then every
 * backslash becomes a '/'. */
static void add_unit(struct text *out, uint32_t unit)
{
    text_addf(out, "/u%04X", (unsigned)unit);
}

static void add_as_literal(struct text *out, uint32_t cp)
{
    static const char plain[] = "\b\t\n\f\r\"", escaped[] = "btnfr\"";
    const char *at = cp && cp < 0x80 ? strchr(plain, (int)cp) : NULL;

    if (at)
        text_addf(out, "/%c", escaped[at - plain]);
    else if (cp == '\\')
        text_adds(out, "//");
    else if (cp >= 0x10000) {
        add_unit(out, 0xD800 + ((cp - 0x10000) >> 10));
        add_unit(out, 0xDC00 + ((cp - 0x10000) & 0x3FF));
    } else if (cp < 0x20 || cp >= 0x7F)
        add_unit(out, cp);
    else
        text_addc(out, (char)cp);
}

static void add_turned(struct text *out, const char *path)
{
    for (size_t n = strlen(path); n;) {
        uint32_t cp;
        size_t used = utf8_decode(path, n, &cp);

        add_as_literal(out, cp);
        path += used;
        n -= used;
    }
}

static bool add_base(const struct install *in, const struct config *c, struct version v, enum setting_base base, struct text *out)
{
    struct config_value db;

    switch (base) {
    case BASE_HOME:
        path_resolve("/", in->home, out);
        return true;
    case BASE_CONF:
        install_conf(in, out);
        return true;
    case BASE_DATA:
        return install_path(in, c, v, SETTING_DIR_DATA, out) != PATH_UNKNOWN;
    case BASE_LOGS:
        return install_path(in, c, v, SETTING_DIR_LOGS, out) != PATH_UNKNOWN;
    case BASE_DATABASE:
        db = c ? config_get(c, SETTING_DEFAULT_DATABASE) : (struct config_value){setting_default(SETTING_DEFAULT_DATABASE, v).value, NULL};
        if ((db.item && db.item->command) || install_path(in, c, v, SETTING_DIR_DATA, out) == PATH_UNKNOWN)
            return false;
        text_addf(out, "/databases/%s", db.text);
        return true;
    case BASE_NONE:
        break;
    }
    return false;
}

/* `value` by its base. */
static bool add_path(const struct install *in, const struct config *c, struct version v, enum setting_id id, const char *value, struct text *out)
{
    struct text base, turned;
    bool ok;

    text_init(&base, 0);
    text_init(&turned, 0);
    if (!v.major || v.major >= 5)
        add_turned(&turned, value);
    else
        text_adds(&turned, value);
    ok = turned.s[0] == '/' || add_base(in, c, v, setting_default(id, v).base, &base);
    if (ok)
        path_resolve(base.s, turned.s, out);
    text_release(&turned);
    text_release(&base);
    return ok;
}

static enum path_from usual_path(const struct install *in, enum setting_id id, struct text *out)
{
    enum layout layout = install_layout(in);
    const char *usual = layout == LAYOUT_TARBALL ? NULL : setting_usual(id, layout == LAYOUT_CONTAINER);

    if (!usual)
        return PATH_UNKNOWN;
    text_adds(out, usual);
    return PATH_USUAL;
}

enum path_from install_path(const struct install *in, const struct config *c, struct version v, enum setting_id id, struct text *out)
{
    struct config_value value = {.item = NULL};

    text_clear(out);
    if (c) {
        v = c->version;
        value = config_get(c, id);
    } else if (usual_path(in, id, out)) {
        return PATH_USUAL;
    } else {
        value.text = setting_default(id, v).value;
    }
    if (!*value.text || (value.item && value.item->command) || !add_path(in, c, v, id, value.text, out)) {
        text_clear(out);
        return PATH_UNKNOWN;
    }
    return value.item ? PATH_GIVEN : PATH_DEFAULT;
}
