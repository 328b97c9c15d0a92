/* What GET / of each version means:
 *   4.0 and later  {"transaction": "http://host/db/{databaseName}/tx", "query": ..., "neo4j_version": ..., "neo4j_edition": ...}
 *   3.x            {"data": "http://host/db/data/", "management": ..., "bolt": ...}: no version; GET /db/data/ has it
 * Hosts in there are advertised ones and are dropped. */
#include <stdio.h>
#include <string.h>

#include "neo4j/http.h"
#include "neo4j/tree.h"

/* The path of a URL as a template: everything behind the host. False when it is none, too long, or has characters that have no
 * business in a path. */
static bool take_path(const char *url, char *out, size_t n)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/{}";
    const char *p = url ? strstr(url, "://") : NULL;

    p = p ? strchr(p + 3, '/') : url;
    if (!p || *p != '/' || strlen(p) >= n || p[strspn(p, allowed)])
        return false;
    snprintf(out, n, "%s", p);
    return true;
}

static void take_text(const cJSON *root, const char *name, char *out, size_t n)
{
    const char *s = tree_text(tree_get(root, name));

    snprintf(out, n, "%s", s ? s : "");
}

static bool has_slot(const char *path)
{
    return strstr(path, "{databaseName}") != NULL;
}

/* 4.0 and later, or /db/data/ of 3.x, which names its transaction end point without a slot. */
static bool take_templates(const cJSON *root, struct discovery *d)
{
    if (!take_path(tree_text(tree_get(root, "query")), d->query, sizeof d->query) || !has_slot(d->query))
        d->query[0] = '\0';
    if (!take_path(tree_text(tree_get(root, "transaction")), d->transaction, sizeof d->transaction))
        d->transaction[0] = '\0';
    if (*d->transaction && !has_slot(d->transaction) && d->version.major >= 4)
        d->transaction[0] = '\0';
    return *d->transaction || *d->query;
}

static bool take_old_root(const cJSON *root, struct discovery *d)
{
    char data[sizeof d->transaction - sizeof "transaction"];

    if (!take_path(tree_text(tree_get(root, "data")), data, sizeof data) || !tree_get(root, "management"))
        return false;
    snprintf(d->transaction, sizeof d->transaction, "%s%stransaction", data, data[strlen(data) - 1] == '/' ? "" : "/");
    return true;
}

/* Jolt came with 4.2. */
static enum dialect best_dialect(const struct discovery *d)
{
    if (!*d->transaction)
        return *d->query ? DIALECT_QUERY : DIALECT_UNKNOWN;
    return version_in(d->version, "4.2", "") ? DIALECT_JOLT : DIALECT_JSON;
}

static bool take_root(const cJSON *root, struct discovery *d)
{
    take_text(root, "neo4j_version", d->version_text, sizeof d->version_text);
    if (!version_parse(d->version_text, &d->version))
        d->version = (struct version){0};
    d->edition = edition_parse(tree_text(tree_get(root, "neo4j_edition")));
    take_text(root, tree_get(root, "bolt_direct") ? "bolt_direct" : "bolt", d->bolt, sizeof d->bolt);
    if (!take_templates(root, d) && !take_old_root(root, d))
        return false;
    d->dialect = best_dialect(d);
    return true;
}

/* <title> of a page, cleaned, at most 60 bytes. */
static void take_title(const char *body, size_t n, char *out, size_t size)
{
    const char *at = str_ifind(body, n, "<title"), *end = body + n;
    struct text t;

    text_init(&t, 61);
    while (at && at < end && *at != '>')
        at++;
    if (at && at < end) {
        const char *from = at + 1, *to = memchr(from, '<', (size_t)(end - from));
        struct text raw;

        text_init(&raw, 200);
        text_add_squeezed(&raw, from, (size_t)((to ? to : end) - from));
        text_add_clean(&t, raw.s, raw.len, CLEAN_ONE_LINE);
        text_release(&raw);
    }
    snprintf(out, size, "%s", t.s);
    text_release(&t);
}

static bool no_neo4j(const char *body, size_t n, struct err *e)
{
    char title[64];

    while (n && strchr(" \t\r\n", *body) && *body) {
        body++;
        n--;
    }
    if (!n)
        return err_set(e, ERR_SHAPE, "this answers HTTP but says nothing: is it the Bolt port? HTTP listens on 7474 by default");
    if (str_ifind(body, n, "WebSocket handshake"))
        return err_set(e, ERR_SHAPE, "this is a Bolt port: give the HTTP port, 7474 by default");
    take_title(body, n, title, sizeof title);
    if (*body == '<' && str_ifind(body, n, "neo4j"))
        return err_set(e, ERR_SHAPE, "this is a page for browsers (%s), not the API: give the address without a path",
                       *title ? title : "Neo4j Browser");
    if (*body == '<')
        return err_set(e, ERR_SHAPE, "this answers HTTP but is no Neo4j: a page%s%s%s; a proxy, or another program on this port",
                       *title ? " \"" : "", title, *title ? "\"" : "");
    if (*body == '{' || *body == '[')
        return err_set(e, ERR_SHAPE, "this answers HTTP but is no Neo4j: its JSON has neither transaction nor query end point, "
                                     "or was cut");
    return err_set(e, ERR_SHAPE, "this answers HTTP but is no Neo4j: another program listens on this port");
}

bool discovery_parse(const char *body, size_t n, struct discovery *out, struct err *e)
{
    cJSON *root = tree_parse((struct slice){body, n});
    bool ok;

    *out = (struct discovery){0};
    ok = cJSON_IsObject(root) && take_root(root, out);
    cJSON_Delete(root);
    if (!ok)
        *out = (struct discovery){0};
    return ok || no_neo4j(body, n, e);
}
