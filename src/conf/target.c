#include "conf/target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "base/patient.h"
#include "conf/options.h"
#include "conf/paths.h"

static const struct scheme {
    const char *name;
    enum target_kind kind;
    int port;
    bool tls, insecure, routing;
} schemes[] = {
    {.name = "http", .kind = TARGET_HTTP, .port = 7474},
    {.name = "https", .kind = TARGET_HTTP, .port = 7473, .tls = true},
    {.name = "bolt", .kind = TARGET_BOLT, .port = 7687},
    {.name = "bolt+s", .kind = TARGET_BOLT, .port = 7687, .tls = true},
    {.name = "bolt+ssc", .kind = TARGET_BOLT, .port = 7687, .tls = true, .insecure = true},
    {.name = "neo4j", .kind = TARGET_BOLT, .port = 7687, .routing = true},
    {.name = "neo4j+s", .kind = TARGET_BOLT, .port = 7687, .tls = true, .routing = true},
    {.name = "neo4j+ssc", .kind = TARGET_BOLT, .port = 7687, .tls = true, .insecure = true, .routing = true},
    {.name = "ssh", .kind = TARGET_SSH},
};

static const char *next_scheme(const void *data, size_t i)
{
    (void)data;
    return i < sizeof schemes / sizeof *schemes ? schemes[i].name : NULL;
}

static const struct scheme *find_scheme(const char *uri, size_t n, struct err *e)
{
    char word[24] = "";
    const char *near;

    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (strlen(schemes[i].name) == n && strncasecmp(schemes[i].name, uri, n) == 0)
            return &schemes[i];
    if (n < sizeof word)
        memcpy(word, uri, n);
    near = nearest_name(word, next_scheme, NULL);
    err_set(e, ERR_USAGE,
            "'%.*s' is no scheme that is known here: write %s%s http, https, bolt, neo4j (also +s, +ssc) or ssh",
            (int)(n > 40 ? 40 : n), uri, near ? near : "", near ? ", or one of" : "one of");
    return NULL;
}

/* user@ is only right for ssh, and a password nowhere: a command line and a shell's history are read by others. */
static bool take_user(const char **s, const char *end, struct target *t, struct err *e)
{
    const char *at = NULL;
    size_t n;

    for (const char *p = *s; p < end; p++)
        if (*p == '@')
            at = p;
    if (!at)
        return true;
    n = (size_t)(at - *s);
    if (memchr(*s, ':', n))
        return err_set(
            e, ERR_USAGE,
            "no password in a URI: others can read it there; use --password-file, password_command, or be asked");
    if (t->kind != TARGET_SSH)
        return err_set(e, ERR_USAGE, "no user in a URI: write -u NAME, or user = NAME in the configuration");
    if (!n || n >= sizeof t->user || **s == '-')
        return err_set(e, ERR_USAGE, "the user before '@' is empty, begins with '-' or is too long");
    for (size_t i = 0; i < n; i++)
        if ((*s)[i] <= ' ' || (*s)[i] == 0x7F)
            return err_set(e, ERR_USAGE, "the user before '@' holds a blank or a control character");
    memcpy(t->user, *s, n);
    t->user[n] = '\0';
    *s = at + 1;
    return true;
}

static bool is_host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
}

/* "[::1]", perhaps with a zone: "[fe80::1%eth0]". *s is at the bracket. */
static bool take_ipv6(const char **s, const char *end, struct target *t, struct err *e)
{
    const char *close = memchr(*s, ']', (size_t)(end - *s));
    size_t n = close ? (size_t)(close - *s - 1) : 0, address;
    unsigned char bytes[16];
    char plain[64];

    if (!close || n >= sizeof plain)
        return err_set(e, ERR_USAGE, "an IPv6 address ends with ']': write [::1]");
    memcpy(t->host, *s + 1, n);
    t->host[n] = '\0';
    address = strcspn(t->host, "%");
    memcpy(plain, t->host, address);
    plain[address] = '\0';
    if (inet_pton(AF_INET6, plain, bytes) != 1)
        return err_set(e, ERR_USAGE, "'%s' is no IPv6 address", plain);
    for (size_t i = address + 1; i < n; i++)
        if (!is_host_char(t->host[i]))
            return err_set(e, ERR_USAGE, "'%s' has no usable zone behind '%%'", t->host);
    *s = close + 1;
    return true;
}

static bool take_host(const char **s, const char *end, struct target *t, struct err *e)
{
    const char *p = *s;
    size_t n;

    if (p < end && *p == '[')
        return take_ipv6(s, end, t, e);
    while (p < end && is_host_char(*p))
        p++;
    n = (size_t)(p - *s);
    if (p < end && *p == ':' && memchr(p + 1, ':', (size_t)(end - p - 1)))
        return err_set(e, ERR_USAGE, "an IPv6 address goes into brackets: %s://[%.*s]", t->scheme,
                       (int)(end - *s > 60 ? 60 : end - *s), *s);
    if (p < end && *p != ':')
        return err_set(e, ERR_USAGE, "the host may only hold letters, digits, '.', '-' and '_'");
    if (!n)
        return err_set(e, ERR_USAGE, "no host: write %s://HOST", t->scheme);
    if (n > 253 || **s == '-')
        return err_set(e, ERR_USAGE, "the host is too long or begins with '-'");
    memcpy(t->host, *s, n);
    t->host[n] = '\0';
    *s = p;
    return true;
}

static bool take_port(const char **s, const char *end, struct target *t, struct err *e)
{
    int port = 0;

    if (*s == end)
        return true;
    if (*(*s)++ != ':')
        return err_set(e, ERR_USAGE, "only ':' and a port may follow the host");
    for (const char *p = *s; p < end; p++) {
        if (*p < '0' || *p > '9' || p - *s >= 5)
            return err_set(e, ERR_USAGE, "'%.*s' is no port: write 1 to 65535", (int)(end - *s > 20 ? 20 : end - *s),
                           *s);
        port = port * 10 + (*p - '0');
    }
    if (port < 1 || port > 65535)
        return err_set(e, ERR_USAGE, "%s",
                       *s == end ? "no port behind ':'" : "the port is out of range: write 1 to 65535");
    t->port = port;
    *s = end;
    return true;
}

static bool take_path(const char *path, struct target *t, struct err *e)
{
    if (t->kind == TARGET_SSH) {
        if (path[0] && path[1])
            t->path = x_strdup(path);
        return true;
    }
    if (strcmp(path, "") == 0 || strcmp(path, "/") == 0)
        return true;
    return err_set(e, ERR_USAGE, "nothing may follow host and port: leave out '%.100s'", path);
}

static void set_name(struct target *t)
{
    struct text name;

    text_init(&name, 0);
    if (t->user[0])
        text_addf(&name, "%s@", t->user);
    text_addf(&name, strchr(t->host, ':') ? "[%s]" : "%s", t->host);
    if (t->port)
        text_addf(&name, ":%d", t->port);
    t->name = text_steal(&name);
}

bool target_parse_uri(const char *uri, struct target *out, struct err *e)
{
    const char *colon = strstr(uri, "://"), *s, *end;
    const struct scheme *scheme;
    bool ok;

    *out = (struct target){.kind = TARGET_NAME};
    if (!colon)
        return err_set(e, ERR_USAGE, "'%.100s' is no URI: write http://HOST, https://HOST, bolt://HOST or neo4j://HOST",
                       uri);
    scheme = find_scheme(uri, (size_t)(colon - uri), e);
    if (!scheme)
        return false;
    strcpy(out->scheme, scheme->name);
    out->kind = scheme->kind;
    out->port = scheme->port;
    out->tls = scheme->tls;
    out->insecure = scheme->insecure;
    out->routing = scheme->routing;
    s = colon + 3;
    end = s + strcspn(s, "/?#");
    /* a password may hold any of these: what is before '@' must not be shown as a path */
    if (scheme->kind != TARGET_SSH && strchr(end, '@'))
        end = s + strlen(s);
    ok = take_user(&s, end, out, e) && take_host(&s, end, out, e) && take_port(&s, end, out, e) &&
         take_path(end, out, e);
    if (ok)
        set_name(out);
    else
        target_release(out);
    return ok;
}

static bool take_directory(const char *word, struct target *out, struct err *e)
{
    enum { HOME_MS = 3000 };
    struct stat st = {0};
    struct err why;
    char *real;

    out->kind = TARGET_HOME;
    out->path = path_expand(word, NULL, &why);
    if (!out->path)
        return err_set(e, ERR_USAGE, "%s", why.words);
    if (stat_within(out->path, &st, HOME_MS) < 0 && errno == ETIMEDOUT)
        return err_set(e, ERR_TIMEOUT, "'%.200s' has not answered for %d s: its disk or network file system hangs; give the URI of the server", word,
                       HOME_MS / 1000);
    if (!S_ISDIR(st.st_mode))
        return err_set(e, ERR_USAGE, "'%.200s' is no directory: a TARGET that is a path is a local Neo4j home", word);
    real = realpath(out->path, NULL);
    if (real) {
        free(out->path);
        out->path = real;
    }
    out->name = x_strdup(out->path);
    return true;
}

bool target_parse(const char *word, struct target *out, struct err *e)
{
    *out = (struct target){.kind = TARGET_NAME};
    if (strstr(word, "://"))
        return target_parse_uri(word, out, e);
    if (word[0] == '.' || word[0] == '~' || strchr(word, '/')) {
        if (take_directory(word, out, e))
            return true;
        target_release(out);
        return false;
    }
    return err_set(e, ERR_USAGE, "'%.100s' is no instance of the configuration: for a server write http://%.100s", word,
                   word);
}

void target_release(struct target *t)
{
    free(t->name);
    free(t->path);
    t->name = t->path = NULL;
}

void target_uri(const struct target *t, struct text *out)
{
    if (t->kind == TARGET_NAME || t->kind == TARGET_HOME) {
        text_adds(out, t->kind == TARGET_NAME ? t->name : t->path);
        return;
    }
    text_addf(out, "%s://%s", t->scheme, t->name);
    if (t->path)
        text_adds(out, t->path);
}

bool target_is_local(const struct target *t)
{
    unsigned char b[16];
    size_t n = strlen(t->host);

    if (t->kind == TARGET_HOME)
        return true;
    if (t->kind == TARGET_NAME)
        return false;
    if (inet_pton(AF_INET, t->host, b) == 1)
        return b[0] == 127;
    if (inet_pton(AF_INET6, t->host, b) == 1)
        return memcmp(b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16) == 0;
    return str_ieq(t->host, "localhost") || (n > 10 && str_ieq(t->host + n - 10, ".localhost"));
}
