/* Everything that is on a machine, for who has no configuration. */
#include "feed/site_inside.h"

#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 4 };

struct seek {
    struct finder *finder;
    struct locate *locate; /* NULL: not begun, or done */
    struct site *site;
};

struct finder {
    struct port port;
    uint32_t instance;
    void (*done)(void *);
    void *data;
    struct machine *machine;
    struct seek seeks[CANDIDATES_MAX]; /* by candidate */
    size_t n, begun, over;
    const struct site *sites[CANDIDATES_MAX];
    size_t nsites;
    char *names[CANDIDATES_MAX];       /* of the sites */
};

/* ---- names ---- */

static const char *last_of(const char *path, size_t *n)
{
    const char *end = path + strlen(path), *from;

    while (end > path && end[-1] == '/')
        end--;
    for (from = end; from > path && from[-1] != '/';)
        from--;
    *n = (size_t)(end - from);
    return from;
}

/* Without what a name in the configuration may not have. */
static char *plain_name(const struct site *s)
{
    static const char end[] = ".service";
    const char *from = s->unit_name;
    size_t n = from ? strlen(from) : 0;
    char *name;

    if (n > sizeof end - 1 && !strcmp(from + n - (sizeof end - 1), end))
        n -= sizeof end - 1;
    else
        from = last_of(s->install.home, &n);
    name = x_strndup(n ? from : "neo4j", n ? n : 5);
    for (char *c = name; *c; c++)
        if (!(*c >= 'a' && *c <= 'z') && !(*c >= 'A' && *c <= 'Z') && !(*c >= '0' && *c <= '9') && !strchr("._-", *c))
            *c = '-';
    return name;
}

static bool is_taken(const struct finder *f, const char *name)
{
    for (size_t i = 0; i < f->nsites; i++)
        if (!strcmp(f->names[i], name))
            return true;
    return false;
}

static void add_site(struct finder *f, const struct site *s)
{
    char *name = plain_name(s), *first = x_strdup(name);

    for (int i = 2; is_taken(f, name); i++) {
        free(name);
        name = x_printf("%s-%d", first, i);
    }
    free(first);
    f->sites[f->nsites] = s;
    f->names[f->nsites++] = name;
}

/* ---- the sites, a few at a time ---- */

static void begin_more(struct finder *f);

static void on_site(void *data, struct site *s)
{
    struct seek *k = data;
    struct finder *f = k->finder;

    locate_free(k->locate);
    k->locate = NULL;
    k->site = s;
    f->over++;
    begin_more(f);
}

static void finish(struct finder *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->seeks[i].site && f->seeks[i].site->state == SITE_FOUND)
            add_site(f, f->seeks[i].site);
    f->done(f->data);
}

static void begin_more(struct finder *f)
{
    const struct candidate *list;

    machine_candidates(f->machine, &list);
    while (f->begun < f->n && f->begun - f->over < AT_ONCE) {
        struct seek *k = &f->seeks[f->begun++];
        k->finder = f;
        if (list[k - f->seeks].home)
            k->locate = locate_candidate(f->machine, &f->port, f->instance, (size_t)(k - f->seeks), on_site, k);
        else
            f->over++;
    }
    if (f->over == f->n)
        finish(f);
}

static void on_looked(void *data)
{
    struct finder *f = data;
    const struct candidate *list;

    f->n = machine_candidates(f->machine, &list);
    begin_more(f);
}

struct finder *finder_new(const struct port *p, uint32_t instance, const char *const *homes, void (*done)(void *data), void *data)
{
    struct finder *f = x_calloc(1, sizeof *f);

    f->port = *p;
    f->instance = instance;
    f->done = done;
    f->data = data;
    f->machine = machine_new(&f->port);
    machine_look(f->machine, instance, homes, 0, on_looked, f);
    return f;
}

void finder_free(struct finder *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->n; i++) {
        locate_free(f->seeks[i].locate);
        site_free(f->seeks[i].site);
    }
    for (size_t i = 0; i < f->nsites; i++)
        free(f->names[i]);
    machine_free(f->machine);
    free(f);
}

size_t finder_count(const struct finder *f)
{
    return f->nsites;
}

const struct site *finder_site(const struct finder *f, size_t i)
{
    return i < f->nsites ? f->sites[i] : NULL;
}

void finder_name(const struct finder *f, size_t i, struct text *out)
{
    text_clear(out);
    if (i < f->nsites)
        text_adds(out, f->names[i]);
}

/* ---- where its server is asked ---- */

static bool is_wildcard(const char *host)
{
    return !strcmp(host, "0.0.0.0") || !strcmp(host, "::") || !strcmp(host, "0:0:0:0:0:0:0:0");
}

static void add_uri(struct text *out, const char *scheme, const struct config_address *at)
{
    const char *host = is_wildcard(at->host) ? "localhost" : at->host;
    bool v6 = strchr(host, ':') != NULL;

    text_addf(out, "%s://%s%s%s:%d", scheme, v6 ? "[" : "", host, v6 ? "]" : "", at->port);
}

static bool wants_tls(const struct config *c)
{
    return str_ieq(config_get(c, SETTING_BOLT_TLS).text, "REQUIRED");
}

void finder_uri(const struct finder *f, size_t i, enum asked_over over, struct text *out)
{
    static const struct {
        enum connector connector;
        const char *scheme;
        bool plain;
        enum asked_over over;
    } order[] = {{CONNECTOR_BOLT, "bolt", true, ASKED_BOLT},
                 {CONNECTOR_HTTP, "http", false, ASKED_HTTP},
                 {CONNECTOR_HTTPS, "https", false, ASKED_HTTP},
                 {CONNECTOR_BOLT, "bolt+s", false, ASKED_BOLT}};
    const struct config *c = i < f->nsites ? f->sites[i]->config : NULL;
    struct config_address at;

    text_clear(out);
    for (size_t k = 0; c && k < sizeof order / sizeof *order && !out->len; k++)
        if ((over == ASKED_ANY || over == order[k].over) && !(order[k].plain && wants_tls(c)) &&
            config_connector_enabled(c, order[k].connector) && config_listens(c, order[k].connector, &at) && at.port)
            add_uri(out, order[k].scheme, &at);
}
