/* What a setting is: its text, and what the text means. */
#include "neo4j/config_inside.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static bool is_servers(const struct config_item *it)
{
    return it->counts && (it->role == CONFIG_SERVER || it->role == CONFIG_ARGUMENT);
}

struct config_value config_get(const struct config *c, enum setting_id id)
{
    for (size_t i = 0; i < c->nitems; i++)
        if (c->items[i].setting == id && is_servers(&c->items[i]))
            return (struct config_value){c->items[i].value, &c->items[i]};
    return (struct config_value){setting_default(id, c->version).value, NULL};
}

const struct config_item *config_item(const struct config *c, const char *name)
{
    for (size_t i = 0; i < c->nitems; i++)
        if (c->items[i].counts && !strcmp(c->items[i].name, name))
            return &c->items[i];
    return NULL;
}

/* ---- what texts mean to the server ---- */

static bool parse_bool(const char *s, bool *out)
{
    *out = str_ieq(s, "true");
    return *out || str_ieq(s, "false");
}

/* Blanks may stand between the number and its unit. */
static bool squeeze(const char *s, char *buf, size_t n)
{
    size_t len = 0;

    for (; *s; s++)
        if (*s != ' ') {
            if (len + 1 == n)
                return false;
            buf[len++] = *s;
        }
    buf[len] = '\0';
    return len > 0;
}

static bool parse_bytes(const char *s, int64_t *out)
{
    char buf[64];

    return squeeze(s, buf, sizeof buf) && bytes_parse(buf, out);
}

static bool parse_number(const char *s, int64_t *out)
{
    int64_t n = 0;
    size_t i = *s == '-';

    if (!s[i])
        return false;
    for (const char *p = s + i; *p; p++) {
        if (*p < '0' || *p > '9' || n > (INT64_MAX - 9) / 10)
            return false;
        n = n * 10 + (*p - '0');
    }
    *out = i ? -n : n;
    return true;
}

/* A number without a unit is in seconds. */
static bool parse_duration(const char *s, int64_t *ms)
{
    char buf[64];
    int64_t seconds;

    if (!squeeze(s, buf, sizeof buf))
        return false;
    if (duration_parse(buf, ms))
        return true;
    if (!parse_number(buf, &seconds) || seconds < 0 || seconds > INT64_MAX / 1000)
        return false;
    *ms = seconds * 1000;
    return true;
}

static bool parse_port(const char *s, int *port)
{
    int64_t n;

    if (*s == '-' || !parse_number(s, &n) || n > 65535)
        return false;
    *port = (int)n;
    return true;
}

static bool set_host(struct config_address *out, const char *s, size_t n)
{
    if (!n || n >= sizeof out->host || memchr(s, '[', n) || memchr(s, ']', n))
        return false;
    memcpy(out->host, s, n);
    out->host[n] = '\0';
    return true;
}

bool config_address_parse(const char *s, struct config_address *out)
{
    const char *colon = strrchr(s, ':'), *close = *s == '[' ? strchr(s, ']') : NULL;

    if (strpbrk(s, " \t/,"))
        return false;
    if (*s == '[')
        return close && set_host(out, s + 1, (size_t)(close - s - 1)) && (!close[1] || (close[1] == ':' && parse_port(close + 2, &out->port)));
    if (!colon || strchr(s, ':') != colon) /* a name, or IPv6 without brackets */
        return set_host(out, s, strlen(s));
    return (colon == s || set_host(out, s, (size_t)(colon - s))) && parse_port(colon + 1, &out->port);
}

bool config_value_fits(enum setting_type type, const char *value, const char **expected)
{
    static const char *const words[] = {
        [SETTING_TYPE_ADDRESS] = "host:port or :port",  [SETTING_TYPE_BOOL] = "true or false",
        [SETTING_TYPE_BYTES] = "a size as 512m or 4g", [SETTING_TYPE_DURATION] = "a time as 30s or 15m",
        [SETTING_TYPE_NUMBER] = "a number",            [SETTING_TYPE_LINES] = "",
    };
    struct config_address address = {.port = 1};
    int64_t n;
    bool b;

    *expected = words[type];
    switch (type) {
    case SETTING_TYPE_ADDRESS:
        return config_address_parse(value, &address);
    case SETTING_TYPE_BOOL:
        return parse_bool(value, &b);
    case SETTING_TYPE_BYTES:
        return !*value || parse_bytes(value, &n);
    case SETTING_TYPE_DURATION:
        return parse_duration(value, &n);
    case SETTING_TYPE_NUMBER:
        return parse_number(value, &n);
    default:
        return true;
    }
}

/* The text of a setting, NULL when it is a command or there is none. */
static const char *plain(const struct config *c, enum setting_id id)
{
    struct config_value v = config_get(c, id);

    return (v.item && v.item->command) || !*v.text ? NULL : v.text;
}

bool config_bool(const struct config *c, enum setting_id id, bool *out)
{
    const char *s = plain(c, id);
    bool b;

    if (!s || !parse_bool(s, &b))
        return false;
    *out = b;
    return true;
}

bool config_bytes(const struct config *c, enum setting_id id, int64_t *out)
{
    const char *s = plain(c, id);
    int64_t n;

    if (!s || !parse_bytes(s, &n))
        return false;
    *out = n;
    return true;
}

/* ---- connectors ---- */

static const struct {
    enum setting_id enabled, listen, advertised;
} connectors[NCONNECTORS] = {
    [CONNECTOR_BOLT] = {SETTING_BOLT_ENABLED, SETTING_BOLT_LISTEN, SETTING_BOLT_ADVERTISED},
    [CONNECTOR_HTTP] = {SETTING_HTTP_ENABLED, SETTING_HTTP_LISTEN, SETTING_HTTP_ADVERTISED},
    [CONNECTOR_HTTPS] = {SETTING_HTTPS_ENABLED, SETTING_HTTPS_LISTEN, SETTING_HTTPS_ADVERTISED},
    [CONNECTOR_BACKUP] = {SETTING_BACKUP_ENABLED, SETTING_BACKUP_LISTEN, NSETTINGS},
};

static bool default_host(const struct config *c, enum setting_id id, struct config_address *out)
{
    const char *s = plain(c, id);
    struct config_address a = {.port = 0};

    if (!s || !config_address_parse(s, &a) || !*a.host)
        return false;
    snprintf(out->host, sizeof out->host, "%s", a.host);
    return true;
}

/* Over the default of the setting, so that what a value leaves out is there. */
static bool address(const struct config *c, enum setting_id id, struct config_address *out)
{
    struct config_value v = config_get(c, id);

    if (v.item && v.item->command)
        return false;
    if (!config_address_parse(setting_default(id, c->version).value, out) && !v.item)
        return false;
    return !v.item || config_address_parse(v.text, out);
}

bool config_listens(const struct config *c, enum connector which, struct config_address *out)
{
    struct config_address a = {.port = 0};

    if (!default_host(c, SETTING_DEFAULT_LISTEN, &a) || !address(c, connectors[which].listen, &a))
        return false;
    *out = a;
    return true;
}

bool config_connector_enabled(const struct config *c, enum connector which)
{
    bool on = false;

    config_bool(c, connectors[which].enabled, &on);
    return on;
}
